#include "wordvec/store/codes_writer.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "wordvec/base/parallel.h"
#include "wordvec/index/scalar_quantizer.h"
#include "wordvec/store/container_format.h"

namespace wordvec {
namespace {

namespace format = container_format;

constexpr std::size_t kCodedPieceBytes = std::size_t{2} << 20;  // of 8-bit codes

struct Piece {
  std::size_t first_block = 0;
  std::size_t block_count = 0;
};

struct EncodedPiece {
  std::vector<std::uint8_t> codes4;
  std::vector<std::uint8_t> codes8;
};

std::uint64_t alignment_of(std::uint64_t size_bytes) {
  return size_bytes >= format::kLargeTensorBytes ? format::kLargePageBytes
                                                 : format::kTensorAlignment;
}

}  // namespace

void write_codes(TensorWriter& tensors, std::span<const float> matrix, std::size_t dim,
                 unsigned threads, const CodesProgress& progress) {
  const InvertedLists lists = build_inverted_lists(matrix, dim, threads);
  if (lists.rows.empty()) return;
  const std::size_t blocks = lists.blocks();
  const auto write = [&](std::string_view name, std::string_view dtype,
                         std::vector<std::uint64_t> shape, std::span<const std::byte> bytes) {
    tensors.write(name, dtype, std::move(shape), bytes, format::kTensorAlignment);
  };
  write(format::kScanCentroids, "F32", {lists.centroids.size() / dim, dim},
        std::as_bytes(std::span(lists.centroids)));
  write(format::kScanFirstBlocks, "U32", {lists.first_blocks.size()},
        std::as_bytes(std::span(lists.first_blocks)));
  write(format::kScanCosines, "F32", {blocks, 2}, std::as_bytes(std::span(lists.cosines)));
  write(format::kScanRows, "U32", {blocks, SearchIndex::kBlockRows},
        std::as_bytes(std::span(lists.rows)));

  const std::size_t block4 = SearchIndex::block4_bytes(dim);
  const std::size_t row8 = SearchIndex::row8_bytes(dim);
  const std::size_t block8 = SearchIndex::kBlockRows * row8;
  TensorWriter::Part codes4 = tensors.begin_part(format::kScanCodes4, "U8", {blocks, block4},
                                                 blocks * block4, alignment_of(blocks * block4));
  TensorWriter::Part codes8 =
      tensors.begin_part(format::kScanCodes8, "U8", {blocks, SearchIndex::kBlockRows, row8},
                         blocks * block8, alignment_of(blocks * block8));
  const std::size_t piece_blocks = std::max<std::size_t>(1, kCodedPieceBytes / block8);
  std::size_t next = 0;
  std::size_t done = 0;
  ordered_pipeline<Piece, EncodedPiece>(
      threads_or_default(threads),
      [&]() -> std::optional<Piece> {
        if (next == blocks) return std::nullopt;
        const Piece piece{next, std::min(piece_blocks, blocks - next)};
        next += piece.block_count;
        return piece;
      },
      [&](Piece piece) {
        EncodedPiece encoded{std::vector<std::uint8_t>(piece.block_count * block4),
                             std::vector<std::uint8_t>(piece.block_count * block8)};
        encode_blocks(lists, matrix, piece.first_block, piece.block_count, encoded.codes4,
                      encoded.codes8);
        return encoded;
      },
      [&](const EncodedPiece& encoded) {
        tensors.write_part(codes4, std::as_bytes(std::span(encoded.codes4)));
        tensors.write_part(codes8, std::as_bytes(std::span(encoded.codes8)));
        done += encoded.codes4.size() + encoded.codes8.size();
        if (progress) progress(done, blocks * (block4 + block8));
        return true;
      });
  tensors.end_part(std::move(codes4));
  tensors.end_part(std::move(codes8));
}

}  // namespace wordvec
