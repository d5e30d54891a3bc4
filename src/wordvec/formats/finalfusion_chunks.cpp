#include "wordvec/formats/finalfusion_chunks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/model/matrix_view.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {
namespace {

constexpr std::array<std::string_view, 10> kChunkNames = {"Header",
                                                          "SimpleVocab",
                                                          "NdArray",
                                                          "BucketSubwordVocab",
                                                          "QuantizedArray",
                                                          "Metadata",
                                                          "NdNorms",
                                                          "FastTextSubwordVocab",
                                                          "ExplicitSubwordVocab",
                                                          "FloretSubwordVocab"};

constexpr std::uint32_t kVersion = 0;
constexpr std::uint32_t kMaxChunks = 4;

FinalfusionChunkId take_id(FinalfusionCursor& cursor, std::string_view what) {
  const std::uint64_t offset_bytes = cursor.offset_bytes();
  const std::uint32_t id = cursor.take_u32(what);
  if (id == 0 || id >= kChunkNames.size()) {
    cursor.fail(offset_bytes,
                fmt::format("found the chunk id {}, expected one of 1 to {}: the file "
                            "is damaged, or newer than what is read here",
                            id, kChunkNames.size() - 1));
  }
  return static_cast<FinalfusionChunkId>(id);
}

bool is_vocabulary(FinalfusionChunkId id) {
  using enum FinalfusionChunkId;
  return id == simple_vocab || id == bucket_vocab || id == fasttext_vocab || id == explicit_vocab ||
         id == floret_vocab;
}

bool is_array(FinalfusionChunkId id) {
  return id == FinalfusionChunkId::array || id == FinalfusionChunkId::quantized_array;
}

bool make_a_model(const std::vector<FinalfusionChunkId>& ids) {
  auto next = ids.begin();
  const auto take_if = [&](bool holds) {
    if (holds) ++next;
    return holds;
  };
  take_if(next != ids.end() && *next == FinalfusionChunkId::metadata);
  if (!take_if(next != ids.end() && is_vocabulary(*next))) return false;
  if (!take_if(next != ids.end() && is_array(*next))) return false;
  take_if(next != ids.end() && *next == FinalfusionChunkId::norms);
  return next == ids.end();
}

// The most bytes that a chunk can have by the first of them, as far as they are there, and by how
// many rows an array can have: its length is a claim, of which a compressed file can keep a
// thousand times its own size in zeros.
std::uint64_t most_bytes_of(FinalfusionChunkId id, std::string_view begin,
                            std::uint64_t most_rows) {
  using enum FinalfusionChunkId;
  constexpr std::uint64_t kMaxFixedBytes = std::uint64_t{1} << 20;
  constexpr std::uint64_t kMaxItemBytes = kMaxWordBytes + 16;
  constexpr std::uint64_t kMaxMetadataBytes = std::uint64_t{16} << 20;
  if (id == metadata) return kMaxMetadataBytes;
  if (id == floret_vocab) return kMaxFixedBytes;
  if (id == norms) return kMaxFixedBytes + sizeof(float) * most_rows;
  if (!is_vocabulary(id)) {
    // Where the two kinds of arrays tell how many values a row has.
    const std::size_t dim_at = id == quantized_array ? 12 : 8;
    const std::uint64_t dim = begin.size() < dim_at + sizeof(std::uint32_t)
                                  ? kMaxDim
                                  : load_le<std::uint32_t>(begin.data() + dim_at);
    const std::uint64_t value_rows = most_rows + (id == quantized_array ? kMaxDim + 256 : 0);
    return kMaxFixedBytes + std::min<std::uint64_t>(dim, kMaxDim) * value_rows * sizeof(float);
  }
  const auto count_at = [&](std::size_t offset_bytes) {
    return begin.size() < offset_bytes + sizeof(std::uint64_t)
               ? kMaxRows
               : std::min(load_le<std::uint64_t>(begin.data() + offset_bytes), kMaxRows);
  };
  const std::uint64_t count = count_at(0) + (id == explicit_vocab ? count_at(8) : 0);
  return kMaxFixedBytes + count * kMaxItemBytes;
}

}  // namespace

std::string_view name_of(FinalfusionChunkId id) {
  return kChunkNames.at(static_cast<std::size_t>(id));
}

void FinalfusionCursor::fail(std::uint64_t offset_bytes, std::string_view problem) const {
  throw Error::at_offset(file_, offset_bytes, std::string(problem));
}

void FinalfusionCursor::note_needed(std::uint64_t count) noexcept {
  needed_bytes_ = std::max(needed_bytes_, std::min(count, kMaxFileBytes) + taken_);
}

std::string_view FinalfusionCursor::take(std::uint64_t count, std::string_view what) {
  note_needed(count);
  if (count > left_bytes()) {
    fail(offset_bytes(), fmt::format("found {} bytes of {}, expected {}: the file is truncated",
                                     left_bytes(), what, count));
  }
  const std::string_view taken = bytes_.substr(taken_, static_cast<std::size_t>(count));
  taken_ += taken.size();
  return taken;
}

std::uint32_t FinalfusionCursor::take_u32(std::string_view what) {
  return load_le<std::uint32_t>(take(sizeof(std::uint32_t), what).data());
}

std::uint64_t FinalfusionCursor::take_u64(std::string_view what) {
  return load_le<std::uint64_t>(take(sizeof(std::uint64_t), what).data());
}

std::string_view FinalfusionCursor::take_string(std::string_view what) {
  return take(take_u32(what), what);
}

void FinalfusionCursor::take_type(std::uint32_t expected, std::string_view what) {
  const std::uint64_t offset = offset_bytes();
  const std::uint32_t found = take_u32(what);
  if (found != expected) {
    fail(offset, fmt::format("found {} for {}, expected {} ({})", found, what, expected,
                             expected == kFinalfusionFloat32 ? "float32" : "uint8"));
  }
}

void FinalfusionCursor::take_padding() {
  take(sizeof(float) - offset_bytes() % sizeof(float), "the padding before an array");
}

std::string_view FinalfusionCursor::take_floats(std::uint64_t count, std::string_view what) {
  const std::optional<std::uint64_t> size_bytes = checked_multiply(count, sizeof(float));
  if (!size_bytes) {
    fail(offset_bytes(), fmt::format("found {} bytes of {}, expected {} values: the sizes before "
                                     "it cannot be right",
                                     left_bytes(), what, count));
  }
  return take(*size_bytes, what);
}

std::vector<FinalfusionChunkId> take_finalfusion_header(FinalfusionCursor& cursor) {
  std::uint64_t offset_bytes = cursor.offset_bytes();
  const std::string_view magic = cursor.take(kFinalfusionMagic.size(), "the first bytes");
  if (magic != kFinalfusionMagic) {
    cursor.fail(offset_bytes, fmt::format("found {}, expected {}: this is no finalfusion file",
                                          in_quotes(magic), in_quotes(kFinalfusionMagic)));
  }
  offset_bytes = cursor.offset_bytes();
  const std::uint32_t version = cursor.take_u32("the version");
  if (version != kVersion) {
    cursor.fail(offset_bytes, fmt::format("found the version {} of the finalfusion format, "
                                          "expected {}",
                                          version, kVersion));
  }
  offset_bytes = cursor.offset_bytes();
  const std::uint32_t count = cursor.take_u32("the number of chunks");
  if (count > kMaxChunks) {
    cursor.fail(offset_bytes, fmt::format("found {} for the number of chunks, expected at most {}",
                                          count, kMaxChunks));
  }
  const std::uint64_t ids_offset_bytes = cursor.offset_bytes();
  std::vector<FinalfusionChunkId> ids;
  for (std::uint32_t i = 0; i < count; ++i) ids.push_back(take_id(cursor, "a chunk id"));
  if (!make_a_model(ids)) {
    std::string found;
    for (const FinalfusionChunkId id : ids) {
      found += (found.empty() ? "" : ", ") + std::string(name_of(id));
    }
    cursor.fail(
        ids_offset_bytes,
        fmt::format("found the chunks {}, expected Metadata or not, a vocabulary, an array, "
                    "NdNorms or not",
                    found.empty() ? "(none)" : found));
  }
  return ids;
}

FinalfusionChunk begin_finalfusion_chunk(FinalfusionCursor& cursor, FinalfusionChunkId expected) {
  std::uint64_t offset_bytes = cursor.offset_bytes();
  const FinalfusionChunkId id = take_id(cursor, "the id of a chunk");
  if (id != expected) {
    cursor.fail(offset_bytes, fmt::format("found a chunk {}, expected {}, as the header says",
                                          name_of(id), name_of(expected)));
  }
  offset_bytes = cursor.offset_bytes();
  const std::uint64_t size_bytes = cursor.take_u64("the length of a chunk");
  const std::uint64_t most = most_bytes_of(id, cursor.left(), cursor.most_rows());
  if (size_bytes <= most) cursor.note_needed(size_bytes);
  if (size_bytes > cursor.left_bytes()) {
    cursor.fail(offset_bytes, fmt::format("found {} bytes of the chunk {}, expected {}: the file "
                                          "is truncated",
                                          cursor.left_bytes(), name_of(id), size_bytes));
  }
  return {id, cursor.offset_bytes(), size_bytes};
}

std::optional<FinalfusionChunkId> next_finalfusion_chunk(FinalfusionCursor& cursor) {
  constexpr std::size_t kBeginBytes = sizeof(std::uint32_t) + sizeof(std::uint64_t);
  const std::string_view left = cursor.left();
  if (left.size() < kBeginBytes) {
    if (!left.empty()) cursor.note_needed(kBeginBytes);
    return std::nullopt;
  }
  const auto number = load_le<std::uint32_t>(left.data());
  const auto size_bytes = load_le<std::uint64_t>(left.data() + sizeof(std::uint32_t));
  if (number == 0 || number >= kChunkNames.size()) return std::nullopt;
  const auto id = static_cast<FinalfusionChunkId>(number);
  if (size_bytes > left.size() - kBeginBytes) {
    const std::uint64_t most = most_bytes_of(id, left.substr(kBeginBytes), cursor.most_rows());
    if (size_bytes <= most) cursor.note_needed(size_bytes + kBeginBytes);
    return std::nullopt;
  }
  return id;
}

void end_finalfusion_chunk(const FinalfusionCursor& cursor, const FinalfusionChunk& chunk) {
  const std::uint64_t taken_bytes = cursor.offset_bytes() - chunk.begin_bytes;
  if (taken_bytes != chunk.size_bytes) {
    cursor.fail(chunk.begin_bytes, fmt::format("the chunk {} has {} bytes by what it holds, and {} "
                                               "by its length",
                                               name_of(chunk.id), taken_bytes, chunk.size_bytes));
  }
}

}  // namespace wordvec
