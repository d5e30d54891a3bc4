#include "wordvec/store/subword_tensors.h"

#include <algorithm>
#include <array>
#include <optional>

#include "wordvec/base/error.h"
#include "wordvec/base/parse_number.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/store/container_format.h"

namespace wordvec {
namespace {

namespace format = container_format;

constexpr std::array<std::pair<std::string_view, SubwordScheme>, 4> kSchemes = {
    {{"fasttext", SubwordScheme::fasttext},
     {"floret", SubwordScheme::floret},
     {"finalfusion", SubwordScheme::finalfusion},
     {"listed", SubwordScheme::listed}}};

std::string_view required_text(const TensorReader& reader, std::string_view key) {
  for (const auto& [name, value] : reader.header().metadata) {
    if (name == key) return value;
  }
  reader.fail("it has n-grams, but its metadata have no " + std::string(key));
}

template <class Number>
Number required_number(const TensorReader& reader, std::string_view key) {
  const std::string_view text = required_text(reader, key);
  if (const auto number = parse_number<Number>(text)) return *number;
  reader.fail(std::string(key) + " is " + in_quotes(text) + ", expected a whole number of " +
              std::to_string(8 * sizeof(Number)) + " bits");
}

SubwordScheme read_scheme(const TensorReader& reader) {
  const std::string_view text = required_text(reader, format::kSchemeKey);
  std::string names;
  for (const auto& [name, scheme] : kSchemes) {
    if (name == text) return scheme;
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  reader.fail(std::string(format::kSchemeKey) + " is " + in_quotes(text) + ", expected one of " +
              names);
}

SubwordRules read_rules(const TensorReader& reader) {
  SubwordRules rules;
  rules.scheme = read_scheme(reader);
  rules.min_length = required_number<std::uint32_t>(reader, format::kMinLengthKey);
  rules.max_length = required_number<std::uint32_t>(reader, format::kMaxLengthKey);
  rules.begin = required_text(reader, format::kBeginKey);
  rules.end = required_text(reader, format::kEndKey);
  if (rules.scheme != SubwordScheme::listed) {
    rules.buckets = required_number<std::uint64_t>(reader, format::kBucketsKey);
  }
  if (rules.scheme == SubwordScheme::floret) {
    rules.hash_count = required_number<std::uint32_t>(reader, format::kHashCountKey);
    rules.seed = required_number<std::uint32_t>(reader, format::kSeedKey);
  }
  const std::string_view vector = required_text(reader, format::kVectorKey);
  if (vector != format::kMeanVector && vector != format::kUnitVector) {
    reader.fail(std::string(format::kVectorKey) + " is " + in_quotes(vector) +
                ", expected mean or unit");
  }
  rules.unit_length = vector == format::kUnitVector;
  if (const std::string problem = problem_of(rules); !problem.empty()) reader.fail(problem);
  return rules;
}

SubwordIndex read_index(const TensorReader& reader, SubwordScheme scheme, std::uint64_t rows) {
  SubwordIndex index;
  const bool has_list =
      reader.has_any({format::kSubwordsText, format::kSubwordsOffsets, format::kSubwordsSlots});
  const bool has_buckets = reader.has_any({format::kSubwordsBuckets});
  if (has_list != (scheme == SubwordScheme::listed) || (has_list && has_buckets)) {
    reader.fail("its n-grams are " + std::string(has_list ? "listed" : "not listed") +
                (has_buckets ? " and have buckets" : "") + ", but " +
                std::string(format::kSchemeKey) + " is " + std::string(name_of(scheme)));
  }
  if (has_list) {
    const Tensor& text = reader.require(format::kSubwordsText, "U8", 1);
    const Tensor& offsets = reader.require(format::kSubwordsOffsets, "U64", 1);
    reader.require_extent(offsets, rows + 1);
    const Tensor& slots = reader.require(format::kSubwordsSlots, "U32", 1);
    reader.require_slots(slots, rows);
    index.ngrams = Vocabulary(reader.text(text), reader.values<std::uint64_t>(offsets),
                              reader.values<std::uint32_t>(slots), false);
  } else if (has_buckets) {
    const Tensor& buckets = reader.require(format::kSubwordsBuckets, "U32", 1);
    reader.require_extent(buckets, rows);
    index.buckets = reader.values<std::uint32_t>(buckets);
  }
  return index;
}

}  // namespace

std::string_view name_of(SubwordScheme scheme) noexcept {
  const auto* found = std::find_if(kSchemes.begin(), kSchemes.end(),
                                   [&](const auto& entry) { return entry.second == scheme; });
  return found->first;
}

std::vector<std::pair<std::string, std::string>> subword_metadata(const SubwordRules& rules) {
  for (const std::string* text : {&rules.begin, &rules.end}) {
    if (is_valid_utf8(*text)) continue;
    throw Error(ErrorCode::malformed, "the text " + in_quotes(*text) +
                                          " around a word whose n-grams are made is not UTF-8: a "
                                          "container cannot hold it");
  }
  std::vector<std::pair<std::string, std::string>> metadata;
  const auto put = [&](std::string_view key, std::string_view value) {
    metadata.emplace_back(key, value);
  };
  put(format::kSchemeKey, name_of(rules.scheme));
  put(format::kMinLengthKey, std::to_string(rules.min_length));
  put(format::kMaxLengthKey, std::to_string(rules.max_length));
  put(format::kBeginKey, rules.begin);
  put(format::kEndKey, rules.end);
  if (rules.scheme != SubwordScheme::listed) {
    put(format::kBucketsKey, std::to_string(rules.buckets));
  }
  if (rules.scheme == SubwordScheme::floret) {
    put(format::kHashCountKey, std::to_string(rules.hash_count));
    put(format::kSeedKey, std::to_string(rules.seed));
  }
  put(format::kVectorKey, rules.unit_length ? format::kUnitVector : format::kMeanVector);
  return metadata;
}

bool is_subword_key(std::string_view key) noexcept {
  constexpr std::array kKeys = {format::kSchemeKey,    format::kMinLengthKey, format::kMaxLengthKey,
                                format::kBeginKey,     format::kEndKey,       format::kBucketsKey,
                                format::kHashCountKey, format::kSeedKey,      format::kVectorKey};
  return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

bool is_subword_tensor(std::string_view name) noexcept {
  constexpr std::array kNames = {format::kSubwordsSlots, format::kSubwordsOffsets,
                                 format::kSubwordsText, format::kSubwordsBuckets,
                                 format::kSubwordsEmbeddings};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

std::string problem_of(const SubwordRules& rules, const SubwordIndex& index, std::uint64_t rows) {
  if (std::string problem = problem_of(rules); !problem.empty()) return problem;
  if (rows == 0 || rows > kMaxRows) {
    return "there are " + std::to_string(rows) + " vectors of n-grams, expected 1 to " +
           std::to_string(kMaxRows);
  }
  const auto wrong = [&](std::uint64_t expected, const char* what) {
    return "there are " + std::to_string(rows) + " vectors of n-grams, expected " +
           std::to_string(expected) + ", one for each " + what;
  };
  if (rules.scheme == SubwordScheme::listed) {
    return index.ngrams.size() == rows ? std::string() : wrong(index.ngrams.size(), "n-gram");
  }
  if (index.buckets.empty()) {
    return rules.buckets == rows ? std::string() : wrong(rules.buckets, "bucket");
  }
  if (index.buckets.size() != rows) return wrong(index.buckets.size(), "bucket that is kept");
  if (rows > rules.buckets) {
    return "there are " + std::to_string(rows) + " vectors of n-grams, but only " +
           std::to_string(rules.buckets) + " buckets";
  }
  return {};
}

Subwords read_subwords(const TensorReader& reader, std::uint64_t dim) {
  const bool has_any =
      reader.has_any({format::kSubwordsSlots, format::kSubwordsOffsets, format::kSubwordsText,
                      format::kSubwordsBuckets, format::kSubwordsEmbeddings}) ||
      !reader.header().metadata_value(format::kSchemeKey).empty();
  if (!has_any) return {};
  SubwordRules rules = read_rules(reader);
  const Tensor& matrix = reader.require(format::kSubwordsEmbeddings, "F32", 2);
  const std::uint64_t rows = matrix.shape[0];
  reader.require_shape(matrix, {rows, dim});
  if (rows == 0 || rows > kMaxRows) {
    reader.fail("the tensor " + in_quotes(matrix.name) + " is " + shape_text(matrix.shape) +
                ", expected 1 to " + std::to_string(kMaxRows) + " rows");
  }
  const SubwordIndex index = read_index(reader, rules.scheme, rows);
  if (const std::string problem = problem_of(rules, index, rows); !problem.empty()) {
    reader.fail(problem);
  }
  return {std::move(rules), index,
          MatrixView{reader.values<float>(matrix).data(), static_cast<std::size_t>(rows),
                     static_cast<std::size_t>(dim)}};
}

}  // namespace wordvec
