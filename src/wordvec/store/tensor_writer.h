// Writes the tensors of a container one behind the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wordvec/base/hash.h"
#include "wordvec/base/mapped_file.h"
#include "wordvec/base/output_file.h"
#include "wordvec/base/safetensors.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {

// Keeps the header, the padding between tensors and the checksums. Throws Error(io) when the file
// cannot be written, Error(usage) when `path` is a pipe. Not for several threads at once.
class TensorWriter {
 public:
  explicit TensorWriter(const std::string& path);

  const std::string& path() const noexcept { return file_.path(); }

  // Bytes for the header of a container: what can be said of it before its rows are known, at its
  // longest in JSON, and the tensors and their checksums.
  // `more` is for what the caller adds besides.
  static std::uint64_t header_space(const ModelInfo& info, bool codes, std::uint64_t more = 0);

  // Leaves room for the header, which finish() writes.
  void begin(std::uint64_t header_bytes);

  // A whole tensor; its shape is what `bytes` has of the dtype's size, unless it is given.
  void write(std::string_view name, std::string_view dtype, std::vector<std::uint64_t> shape,
             std::span<const std::byte> bytes, std::uint64_t alignment);

  // A tensor whose bytes come in pieces, in order. Several may be open at once when their sizes are
  // known: begin_part() then takes the room for one, write_part() fills it.
  // Pieces of any size are gathered, so that the file is written in large pages.
  struct Part {
    Tensor tensor;
    std::uint64_t position = 0;  // of the first byte in `gathered`
    std::vector<std::byte> gathered;
    Hash128 hash;
  };
  Part begin_part(std::string_view name, std::string_view dtype, std::vector<std::uint64_t> shape,
                  std::uint64_t size_bytes, std::uint64_t alignment);
  void write_part(Part& part, std::span<const std::byte> bytes);
  // Writes what is still gathered, and notes the tensor in the header.
  void end_part(Part part);

  // A tensor whose size is known at its end only: append() puts bytes behind the last, of any
  // number of calls; end_appended() makes them a tensor.
  void append(std::span<const std::byte> bytes) { file_.write(bytes); }
  void end_appended(std::string_view name, std::string_view dtype, std::vector<std::uint64_t> shape,
                    std::uint64_t begin, const std::string& checksum);

  std::uint64_t size_bytes() const noexcept { return file_.size_bytes(); }
  // What has been written so far, as long as the writer lives.
  MappedFile map() const { return file_.map(); }

  // Writes the header, with the metadata of `info` and the checksums, and publishes the file.
  void finish(const ModelInfo& info, bool lower_case,
              const std::vector<std::pair<std::string, std::string>>& more_metadata = {});

 private:
  void pad_to(std::uint64_t alignment);
  void flush(Part& part);
  void add(Tensor tensor, const std::string& checksum);

  OutputFile file_;
  std::uint64_t header_bytes_ = 0;
  SafetensorsHeader header_;
  std::vector<std::pair<std::string, std::string>> checksums_;
  std::size_t paddings_ = 0;
};

}  // namespace wordvec
