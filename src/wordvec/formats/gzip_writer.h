// Writes gzip files (RFC 1952) on all cores.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "wordvec/base/output_file.h"

namespace wordvec {

// Compresses into a file that stays the caller's. The content is one gzip member, cut into pieces
// that are compressed at once; the bytes do not depend on the number of threads or on the sizes of
// the writes. Functions throw Error(io). Not for use by several threads at once.
class GzipWriter {
 public:
  static constexpr std::size_t kMaxHeadBytes = 60'000;

  // `threads`: 0 for all there are.
  explicit GzipWriter(unsigned threads);

  // Begins the file with `bytes`, as a gzip member of its own that has room to grow: replace_head()
  // can write other bytes in their place, 64 more at least. Before the first write(), and at most
  // kMaxHeadBytes.
  void write_head(OutputFile& file, std::string_view bytes);
  // Only where the file is seekable.
  void replace_head(OutputFile& file, std::string_view bytes) const;

  void write(OutputFile& file, std::string_view bytes);
  // Writes what is left.
  void finish(OutputFile& file);

 private:
  void compress(OutputFile& file, std::size_t pieces, bool last);

  unsigned threads_;
  std::size_t head_room_ = 0;  // bytes that a head may have
  std::string content_;        // not compressed yet, behind dictionary_bytes_ that are
  std::size_t dictionary_bytes_ = 0;
  bool begun_ = false;  // the member's header is written
  std::uint32_t crc_ = 0;
  std::uint64_t size_ = 0;  // of the content, compressed
};

}  // namespace wordvec
