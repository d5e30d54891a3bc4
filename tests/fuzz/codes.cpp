// Changes bytes of the search codes of a small model, and nothing else, then searches.
// Hundreds of inputs a second: an input asks every search, and verifies the codes.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "one_processor.h"
#include "search_codes.h"
#include "wordvec/index/scalar_quantizer.h"
#include "wordvec/index/verify.h"
#include "wordvec/model/row_filter.h"
#include "wordvec/simd/dispatch.h"

namespace {

using namespace wordvec;

constexpr std::size_t kRows = 40;
constexpr std::size_t kDim = 9;

void fill(MemoryRows& rows) {
  std::mt19937 random(1);
  std::vector<float> vectors;
  std::vector<std::string> words;
  for (std::size_t r = 0; r < kRows; ++r) {
    words.push_back(std::to_string(r));
    for (std::size_t i = 0; i < kDim; ++i) {
      vectors.push_back(static_cast<float>(random() % 2001) / 1000 - 1);
    }
  }
  const std::vector<std::string_view> views(words.begin(), words.end());
  rows.begin(kDim, kRows);
  rows.append({kDim, views, vectors});
  rows.finish();
}

// Codes that own their arrays. The one cluster that so few rows have is made three of a block each,
// with the same centre: as true as before, and with more that can be wrong.
struct Codes {
  explicit Codes(std::span<const float> matrix) {
    InvertedLists lists = build_inverted_lists(matrix, kDim, 1);
    const std::vector<float> centroid = lists.centroids;
    lists.first_blocks = {0};
    lists.centroids.clear();
    for (std::uint32_t block = 1; block <= lists.blocks(); ++block) {
      lists.first_blocks.push_back(block);
      lists.centroids.insert(lists.centroids.end(), centroid.begin(), centroid.end());
    }
    codes4.resize(lists.blocks() * SearchIndex::block4_bytes(kDim));
    codes8.resize(lists.rows.size() * SearchIndex::row8_bytes(kDim));
    encode_blocks(lists, matrix, 0, lists.blocks(), codes4, codes8);
    centroids = lists.centroids;
    first_blocks = lists.first_blocks;
    cosines = lists.cosines;
    rows = lists.rows;
  }

  SearchIndex view() const {
    return {kDim, centroids, first_blocks, cosines, rows, codes4, codes8};
  }
  std::array<std::span<std::uint8_t>, 6> arrays() {
    const auto bytes = [](auto& array) {
      return std::span<std::uint8_t>(reinterpret_cast<std::uint8_t*>(array.data()),
                                     array.size() * sizeof array[0]);
    };
    return {bytes(centroids), bytes(first_blocks), bytes(cosines),
            bytes(rows),      bytes(codes4),       bytes(codes8)};
  }

  std::vector<float> centroids;
  std::vector<std::uint32_t> first_blocks;
  std::vector<float> cosines;
  std::vector<std::uint32_t> rows;
  std::vector<std::uint8_t> codes4;
  std::vector<std::uint8_t> codes8;
};

// As float32: NaN, infinities, the largest, the least, zeros, one; as rows and blocks: out of
// range.
constexpr std::uint32_t kWords[] = {
    0x7fc00000, 0xffc00000, 0x7f800000, 0xff800000, 0x7f7fffff, 0xff7fffff, 0x00000001, 0x80000000,
    0x00000000, 0x3f800000, 0xbf800000, 0xffffffff, 0x0fffffff, 0x00000003, 0x00000028, 0x4e6e6b28};

// Four bytes say what to change: which array and how (a byte, or a word of kWords), where (two
// bytes), and to what.
void change(Codes& codes, const std::uint8_t* what) {
  const auto arrays = codes.arrays();
  const std::span<std::uint8_t> array = arrays[what[0] % 6];
  const std::size_t at = (what[1] * std::size_t{256} + what[2]) % array.size();
  if (what[0] < 128) {
    array[at] = what[3];
  } else {
    std::memcpy(array.data() + at / 4 * 4, &kWords[what[3] % std::size(kWords)], 4);
  }
}

NearestOptions options_of(std::size_t number) {
  static constexpr Row kAmong[] = {0, 7, 7, 39, 40, 4'000'000'000};
  NearestOptions options;
  options.k = number % 6;
  switch (number / 6) {
    case 1:
      options.top_rows = 0;
      break;
    case 2:
      options.top_rows = 20;
      break;
    case 3:
      options.min_score = 0.5F;
      break;
    case 4:
      options.among = kAmong;
      break;
    case 5:
      options.threads = 2;
      break;
    default:
      break;
  }
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Embeddings coded = [] {
    static MemoryRows rows;
    fill(rows);
    return rows.view();
  }();
  Embeddings embeddings = coded;
  const std::span<const float> matrix(embeddings.matrix.data, kRows * kDim);
  static const Codes intact(matrix);
  if (size == 0) return 0;
  Codes codes = intact;
  for (std::size_t i = 1; i + 4 <= size; i += 4) change(codes, data + i);
  embeddings.codes = codes.view();
  const auto tables = simd::built_kernels();
  const simd::Kernels& table = *tables[data[0] % tables.size()];
  if (!simd::is_supported(table)) return 0;
  simd::select(table.name);
  const bool is_intact = verify_codes(embeddings.codes, matrix, 1).empty();
  const float other[kDim] = {1, -2, 3, -4, 5, -6, 7, -8, 9};
  const std::span<const float> vectors[] = {embeddings.matrix.row(3), other,
                                            embeddings.matrix.row(39)};
  const NearestOptions options = options_of(data[0] / 8);
  fuzz::search_codes(embeddings, vectors, options);
  if (!is_intact) return 0;
  // Codes that uphold what they promise lose nothing, whatever their other numbers are.
  for (const auto vector : vectors) {
    const NearestQuery query{vector, {}};
    const auto expected = full_scan(embeddings, {&query, 1}, options).front();
    const auto found = coded_search(embeddings, query, options);
    if (found.size() != expected.size()) std::abort();
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (found[i].row != expected[i].row || found[i].score != expected[i].score) std::abort();
    }
  }
  return 0;
}
