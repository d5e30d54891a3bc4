// The bytes of a finalfusion file: "FiFu", the version 0, the ids of its chunks, then the chunks,
// each an id (u32), the length of what follows (u64), and that. Little-endian throughout.
//
// The specification is https://finalfusion.github.io/spec; where the programs that write such files
// (finalfusion-rust, finalfusion-python) do otherwise, the files are as they write them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wordvec/model/vocabulary.h"

namespace wordvec {

enum class FinalfusionChunkId : std::uint32_t {
  simple_vocab = 1,
  array = 2,
  bucket_vocab = 3,
  quantized_array = 4,
  metadata = 5,
  norms = 6,
  fasttext_vocab = 7,
  explicit_vocab = 8,
  floret_vocab = 9,
};

// "SimpleVocab", as the specification calls it.
std::string_view name_of(FinalfusionChunkId id);

// Takes the bytes of a file from front to back. What it takes too much of is an Error(malformed)
// with the file's name and the offset, so that nothing needs to be asked before.
class FinalfusionCursor {
 public:
  // `bytes` are what follows the file's first `offset_bytes`, to its end.
  FinalfusionCursor(std::string file, std::string_view bytes, std::uint64_t offset_bytes)
      : file_(std::move(file)), bytes_(bytes), begin_bytes_(offset_bytes) {}

  // Offsets count from the file's begin.
  std::uint64_t offset_bytes() const noexcept { return begin_bytes_ + taken_; }
  std::uint64_t offset_of(std::string_view taken) const noexcept {
    return begin_bytes_ + static_cast<std::uint64_t>(taken.data() - bytes_.data());
  }
  std::uint64_t left_bytes() const noexcept { return bytes_.size() - taken_; }

  std::string_view left() const noexcept { return bytes_.substr(taken_); }

  // That `count` more bytes are needed, which are perhaps not there.
  void note_needed(std::uint64_t count) noexcept;
  // How many rows an array can have, once the vocabulary is known.
  void set_most_rows(std::uint64_t rows) noexcept { most_rows_ = rows; }
  std::uint64_t most_rows() const noexcept { return most_rows_; }
  // The most that was needed, from the begin on.
  std::uint64_t needed_bytes() const noexcept { return needed_bytes_; }

  // `what` is taken, for the message: "the number of words".
  std::uint32_t take_u32(std::string_view what);
  std::uint64_t take_u64(std::string_view what);
  std::string_view take(std::uint64_t count, std::string_view what);
  // A u32 of how many bytes follow, and these.
  std::string_view take_string(std::string_view what);
  // A u32 that names the type of an array's elements.
  void take_type(std::uint32_t expected, std::string_view what);
  // What stands before an array so that it starts at a multiple of four: one to four bytes.
  void take_padding();
  // `count` float32, not aligned.
  std::string_view take_floats(std::uint64_t count, std::string_view what);

  [[noreturn]] void fail(std::uint64_t offset_bytes, std::string_view problem) const;

 private:
  std::string file_;
  std::string_view bytes_;
  std::uint64_t begin_bytes_;
  std::size_t taken_ = 0;
  std::uint64_t needed_bytes_ = 0;
  std::uint64_t most_rows_ = kMaxRows;
};

inline constexpr std::uint32_t kFinalfusionUint8 = 1;
inline constexpr std::uint32_t kFinalfusionFloat32 = 10;
inline constexpr std::string_view kFinalfusionMagic = "FiFu";

// Takes the header. The ids are those of an order that makes a model: metadata, if there are, then
// a vocabulary, an array, and norms, if there are.
std::vector<FinalfusionChunkId> take_finalfusion_header(FinalfusionCursor& cursor);

struct FinalfusionChunk {
  FinalfusionChunkId id{};
  std::uint64_t begin_bytes = 0;  // offset of what follows its length
  std::uint64_t size_bytes = 0;   // of that
};

// Takes the begin of a chunk, which the file must be long enough for.
FinalfusionChunk begin_finalfusion_chunk(FinalfusionCursor& cursor, FinalfusionChunkId expected);
// The id that a chunk here has, without taking it; nullopt: what is left begins no known chunk that
// the file is long enough for.
std::optional<FinalfusionChunkId> next_finalfusion_chunk(FinalfusionCursor& cursor);
// Checks that the chunk was taken whole.
void end_finalfusion_chunk(const FinalfusionCursor& cursor, const FinalfusionChunk& chunk);

}  // namespace wordvec
