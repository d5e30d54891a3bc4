#include "wordvec/formats/fasttext_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <optional>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/subword_limits.h"
#include "wordvec/model/matrix_view.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {
namespace {

constexpr std::int32_t kFastTextMagic = 793712314;
constexpr std::int32_t kNewestVersion = 12;
constexpr std::int32_t kSupervisedWithoutNgrams = 11;  // versions up to this one
constexpr std::size_t kSignatureBytes = 8;
constexpr std::size_t kArgumentsBytes = 12 * 4 + 8;
constexpr std::size_t kFloretFieldsBytes = 8;  // that fastText's arguments lack
constexpr std::size_t kMinEntryBytes = 1 + 8 + 1;
constexpr std::size_t kCentroids = 256;
constexpr std::int32_t kSupervised = 3;

enum class Generation { unsigned_file, current };

// What the file says of itself before its dictionary.
struct Arguments {
  std::int32_t dim = 0;
  std::int32_t loss = 0;
  std::int32_t model = 0;
  std::int32_t buckets = 0;
  std::int32_t min_length = 0;
  std::int32_t max_length = 0;
  double sampling = 0;
};

// `bytes` has kArgumentsBytes.
Arguments arguments_of(std::string_view bytes) {
  const auto field = [&](std::size_t index) {
    return load_le<std::int32_t>(bytes.data() + 4 * index);
  };
  return {field(0),
          field(6),
          field(7),
          field(8),
          field(9),
          field(10),
          load_le<double>(bytes.data() + std::size_t{12} * 4)};
}

bool has_signature(std::string_view bytes) {
  return bytes.size() >= 4 && load_le<std::int32_t>(bytes.data()) == kFastTextMagic;
}

// True when a dictionary may start there: its counts agree, and so does its first entry.
bool dictionary_fits(std::string_view bytes, Generation generation) {
  const bool is_current = generation == Generation::current;
  const std::size_t header_bytes = 3 * 4 + 8 + (is_current ? 8 : 0);
  if (bytes.size() < header_bytes + kMinEntryBytes) return false;
  const auto entries = load_le<std::int32_t>(bytes.data());
  const auto words = load_le<std::int32_t>(bytes.data() + 4);
  const auto labels = load_le<std::int32_t>(bytes.data() + 8);
  const auto tokens = load_le<std::int64_t>(bytes.data() + 12);
  if (entries < 1 || words < 0 || labels < 0 || tokens < 0 ||
      std::int64_t{words} + labels != entries) {
    return false;
  }
  if (is_current && load_le<std::int64_t>(bytes.data() + 20) < -1) return false;
  const std::string_view entry = bytes.substr(header_bytes);
  const std::size_t word_bytes = entry.substr(0, kMaxWordBytes + 1).find('\0');
  if (word_bytes == std::string_view::npos || entry.size() < word_bytes + kMinEntryBytes) {
    return false;
  }
  return load_le<std::int64_t>(entry.data() + word_bytes + 1) >= 0 &&
         static_cast<unsigned char>(entry[word_bytes + 9]) <= 1;
}

bool looks_like_unsigned_file(std::string_view head) {
  if (head.size() < kArgumentsBytes) return false;
  const Arguments arguments = arguments_of(head);
  const auto within = [](std::int32_t value, std::int32_t least, std::int32_t most) {
    return least <= value && value <= most;
  };
  return within(arguments.dim, 1, kMaxDim) && within(arguments.loss, 1, 3) &&
         within(arguments.model, 1, kSupervised) && arguments.buckets >= 0 &&
         within(arguments.min_length, 0, 1000) && within(arguments.max_length, 0, 1000) &&
         std::isfinite(arguments.sampling) &&
         dictionary_fits(head.substr(kArgumentsBytes), Generation::unsigned_file);
}

// Walks through a file, and never beyond its end.
class Parser {
 public:
  Parser(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  void check_head() {
    read_signature();
    read_arguments();
  }

  // How many bytes the file has, as far as these tell; at most their number where they are whole,
  // or no model.
  std::uint64_t needed_bytes() {
    try {
      parse();
    } catch (const Error&) {
      return needed_bytes_;
    }
    return std::max(needed_bytes_, std::uint64_t{at_});
  }

  FastTextFile parse() {
    read_signature();
    read_arguments();
    read_dictionary();
    read_input_matrix();
    read_output_matrix();
    return std::move(file_);
  }

 private:
  [[noreturn]] void fail(std::uint64_t offset, const std::string& problem) const {
    throw Error::at_offset(name_, offset, problem);
  }
  std::uint64_t bytes_left() const { return bytes_.size() - at_; }

  // What comes next takes `count` bytes, which are not all there; nullopt: 2^64 or more.
  void note_cut(std::optional<std::uint64_t> count) {
    is_cut_ = true;
    if (reads_on_ && count && *count <= kMaxFileBytes) needed_bytes_ = at_ + *count;
  }

  const char* take_bytes(std::optional<std::uint64_t> count, std::string_view what) {
    if (!count || *count > bytes_left()) {
      note_cut(count);
      fail(at_,
           fmt::format("{} bytes are left for {}, expected {}: the file is truncated", bytes_left(),
                       what, count ? std::to_string(*count) : "more than a file can hold"));
    }
    const char* const begin = bytes_.data() + at_;
    at_ += static_cast<std::size_t>(*count);
    return begin;
  }
  template <class T>
  T take(std::string_view what) {
    return load_le<T>(take_bytes(sizeof(T), what));
  }
  bool take_flag(std::string_view what) {
    const auto flag = take<std::uint8_t>(what);
    if (flag > 1) fail(at_ - 1, fmt::format("{} is {}, expected 0 or 1", what, flag));
    return flag == 1;
  }

  void read_signature() {
    if (bytes_.empty()) throw Error(ErrorCode::malformed, "is empty", name_);
    if (!has_signature(bytes_)) {
      if (!looks_like_unsigned_file(bytes_)) {
        fail(0,
             fmt::format("is no fastText model: found no signature, expected {}", kFastTextMagic));
      }
      generation_ = Generation::unsigned_file;
      return;
    }
    take<std::int32_t>("the signature");
    version_ = take<std::int32_t>("the version");
    if (version_ < 1 || version_ > kNewestVersion) {
      fail(4, fmt::format("found version {}, expected 1 to {}", version_, kNewestVersion));
    }
    const std::string_view rest = bytes_.substr(kSignatureBytes);
    if (rest.size() > kArgumentsBytes + kFloretFieldsBytes &&
        !dictionary_fits(rest.substr(kArgumentsBytes), Generation::current) &&
        dictionary_fits(rest.substr(kArgumentsBytes + kFloretFieldsBytes), Generation::current)) {
      throw Error(ErrorCode::malformed,
                  "is a .bin of floret, which begins like fastText's and has other fields: use the "
                  "text that floret writes beside it (`--from floret --vocab WORDS` for its "
                  ".floret, or its .vec)",
                  name_);
    }
  }

  void read_arguments() {
    const std::size_t begin = at_;
    const Arguments arguments =
        arguments_of({take_bytes(kArgumentsBytes, "the arguments"), kArgumentsBytes});
    if (arguments.dim < 1 || std::int64_t{arguments.dim} > std::int64_t{kMaxDim}) {
      fail(begin, fmt::format("the dimension is {}, expected 1 to {}", arguments.dim, kMaxDim));
    }
    dim_ = static_cast<std::size_t>(arguments.dim);
    buckets_ = arguments.buckets;
    const bool without_ngrams =
        arguments.model == kSupervised && version_ <= kSupervisedWithoutNgrams;
    SubwordRules rules;
    rules.min_length = static_cast<std::uint32_t>(std::max(arguments.min_length, 1));
    rules.max_length = static_cast<std::uint32_t>(std::max(arguments.max_length, 0));
    rules.buckets = static_cast<std::uint64_t>(std::max(arguments.buckets, 0));
    if (without_ngrams || rules.buckets == 0 || rules.min_length > rules.max_length) return;
    const std::string problem = problem_of(rules);
    if (!problem.empty()) fail(begin + std::size_t{8} * 4, problem);
    file_.rules = std::move(rules);
  }

  bool has_ngrams() const { return file_.rules.max_length > 0; }

  void read_dictionary() {
    const std::size_t begin = at_;
    const auto entries = take<std::int32_t>("the number of entries");
    const auto words = take<std::int32_t>("the number of words");
    const auto labels = take<std::int32_t>("the number of labels");
    take<std::int64_t>("the number of tokens");
    if (entries < 0 || words < 0 || labels < 0 || std::int64_t{words} + labels != entries) {
      fail(begin, fmt::format("found {} words and {} labels, expected {} together", words, labels,
                              entries));
    }
    std::int64_t kept_ngrams = -1;
    if (generation_ == Generation::current) {
      kept_ngrams = take<std::int64_t>("the number of kept n-grams");
      if (kept_ngrams < -1) {
        fail(at_ - 8, fmt::format("the number of kept n-grams is {}, expected at least 0, or -1",
                                  kept_ngrams));
      }
    }
    const auto count = static_cast<std::uint64_t>(entries);
    if (count > bytes_left() / kMinEntryBytes) {
      note_cut(count * kMinEntryBytes);
      fail(begin, fmt::format("the dictionary has {} entries, and {} bytes are left, expected {} "
                              "for each at least: the file is truncated",
                              entries, bytes_left(), kMinEntryBytes));
    }
    file_.words.reserve(static_cast<std::size_t>(words));
    file_.counts.reserve(static_cast<std::size_t>(words));
    for (std::int32_t i = 0; i < entries; ++i) read_entry(i, i < words);
    if (kept_ngrams >= 0) read_kept_ngrams(static_cast<std::uint64_t>(kept_ngrams));
  }

  void read_entry(std::int32_t index, bool is_word) {
    const std::size_t begin = at_;
    const void* const end = std::memchr(bytes_.data() + at_, '\0', bytes_.size() - at_);
    if (end == nullptr) {
      // No entry that is a word is longer.
      if (bytes_left() <= kMaxWordBytes) note_cut(kMaxWordBytes + 1);
      fail(begin, fmt::format("the file ends in the middle of entry {} of the dictionary", index));
    }
    const auto size = static_cast<std::size_t>(static_cast<const char*>(end) - bytes_.data()) - at_;
    const std::string_view word = bytes_.substr(at_, size);
    at_ += size + 1;
    const auto count = take<std::int64_t>("the count of an entry");
    const auto type = take<std::uint8_t>("the type of an entry");
    if (type != (is_word ? 0 : 1)) {
      fail(begin,
           fmt::format("entry {} of the dictionary has the type {}, expected {}, a {}: words "
                       "come before labels",
                       index, type, is_word ? 0 : 1, is_word ? "word" : "label"));
    }
    if (!is_word) return;
    file_.words.push_back(word);
    file_.counts.push_back(count);
  }

  void read_kept_ngrams(std::uint64_t count) {
    is_pruned_ = true;
    const std::size_t begin = at_;
    if (count > static_cast<std::uint64_t>(std::max(buckets_, 0))) {
      fail(begin, fmt::format("{} n-grams are kept, expected at most {}, the number of buckets",
                              count, buckets_));
    }
    const char* const pairs = take_bytes(count * 8, "the kept n-grams");
    file_.ngrams = count;
    std::vector<std::uint32_t> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), 0U);
    const auto bucket_of = [&](std::uint32_t i) { return load_le<std::int32_t>(pairs + 8UL * i); };
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return bucket_of(a) < bucket_of(b); });
    for (const std::uint32_t i : order) {
      const std::int32_t bucket = bucket_of(i);
      const auto row = load_le<std::int32_t>(pairs + 8UL * i + 4);
      const std::uint64_t offset = begin + 8UL * i;
      if (bucket < 0 || bucket >= buckets_) {
        fail(offset, fmt::format("a kept n-gram has the bucket {}, expected 0 to {}", bucket,
                                 std::int64_t{buckets_} - 1));
      }
      if (row < 0 || static_cast<std::uint64_t>(row) >= count) {
        fail(offset, fmt::format("a kept n-gram has the row {}, expected 0 to {}", row, count - 1));
      }
      if (!file_.buckets.empty() && file_.buckets.back() == static_cast<std::uint32_t>(bucket)) {
        fail(offset, fmt::format("the bucket {} is kept twice", bucket));
      }
      file_.buckets.push_back(static_cast<std::uint32_t>(bucket));
      file_.ngram_rows.push_back(static_cast<std::uint32_t>(row));
    }
  }

  void read_input_matrix() {
    const bool is_quantized =
        generation_ == Generation::current && take_flag("the flag of the input matrix");
    const std::size_t begin = at_;
    if (is_pruned_ && !is_quantized) {
      fail(begin - 1,
           "the n-grams are pruned, but the matrix is not quantised, which no program reads: "
           "download the model anew");
    }
    check_rows_ahead(is_quantized);
    file_.matrix =
        is_quantized ? read_quantized("the input matrix") : read_dense("the input matrix");
    if (file_.matrix.dim() != dim_) {
      fail(begin, fmt::format("the input matrix has the dimension {}, expected {}",
                              file_.matrix.dim(), dim_));
    }
    if (!is_pruned_) file_.ngrams = file_.rules.buckets;
    if (!has_ngrams()) file_.ngrams = 0;
    const std::uint64_t rows = file_.matrix.rows();
    const std::uint64_t expected = file_.words.size() + file_.ngrams;
    // Without n-grams of characters the rows after the words' are those of n-grams of words.
    if (has_ngrams() ? rows != expected : rows < expected) {
      fail(begin, fmt::format(
                      "the input matrix has {} rows, expected {}{} ({} words and {} n-grams)", rows,
                      has_ngrams() ? "" : "at least ", expected, file_.words.size(), file_.ngrams));
    }
    if (has_ngrams() && file_.ngrams > 0) return;
    file_.rules.max_length = 0;
    file_.buckets.clear();
    file_.ngram_rows.clear();
  }

  // A matrix of more rows than words and buckets is not worth reading on for.
  void check_rows_ahead(bool is_quantized) {
    const std::size_t offset = at_ + (is_quantized ? 1 : 0);
    if (bytes_.size() < offset + sizeof(std::int64_t)) return;
    const auto rows = load_le<std::int64_t>(bytes_.data() + offset);
    const std::uint64_t most =
        file_.words.size() + static_cast<std::uint64_t>(std::max(buckets_, 0));
    if (rows >= 0 && static_cast<std::uint64_t>(rows) > most) reads_on_ = false;
  }

  void read_output_matrix() {
    try {
      const bool is_quantized =
          generation_ == Generation::current && take_flag("the flag of the output matrix");
      if (is_quantized) {
        read_quantized("the output matrix");
      } else {
        read_dense("the output matrix");
      }
    } catch (const Error& error) {
      if (!is_cut_) throw;
      file_.output_error = error.message();
      file_.output_offset_bytes = at_;
      file_.output_problem = "the output matrix, which no vector needs, is not whole";
      return;
    }
    if (bytes_left() > 0) {
      fail(at_,
           fmt::format("there are {} bytes after the output matrix, expected none", bytes_left()));
    }
  }

  // Rows and columns, as two int64.
  struct Shape {
    std::uint64_t rows = 0;
    std::size_t dim = 0;
  };
  Shape take_shape(std::string_view what) {
    const std::size_t begin = at_;
    const auto rows = take<std::int64_t>(what);
    const auto dim = take<std::int64_t>(what);
    if (rows < 0 || dim < 1 || dim > static_cast<std::int64_t>(kMaxDim)) {
      fail(begin, fmt::format("{} has {} rows of {} values, expected 1 to {} values", what, rows,
                              dim, kMaxDim));
    }
    return {static_cast<std::uint64_t>(rows), static_cast<std::size_t>(dim)};
  }

  FastTextMatrix read_dense(std::string_view what) {
    const Shape shape = take_shape(what);
    auto size = checked_multiply(shape.rows, shape.dim);
    if (size) size = checked_multiply(*size, sizeof(float));
    return FastTextMatrix::dense(shape.rows, shape.dim, take_bytes(size, what));
  }

  FastTextMatrix read_quantized(std::string_view what) {
    const bool has_norms = take_flag(what);
    const Shape shape = take_shape(what);
    const std::size_t begin = at_;
    const auto code_bytes = take<std::int32_t>(what);
    FastTextMatrix::Quantizer quantizer;
    if (code_bytes < 0) fail(begin, fmt::format("{} has {} bytes of codes", what, code_bytes));
    quantizer.codes = take_bytes(static_cast<std::uint64_t>(code_bytes), what);
    read_centroids(what, shape.dim, quantizer);
    if (checked_multiply(shape.rows, quantizer.parts) != static_cast<std::uint64_t>(code_bytes)) {
      fail(begin, fmt::format("{} has {} bytes of codes, expected {} for each of {} rows", what,
                              code_bytes, quantizer.parts, shape.rows));
    }
    if (has_norms) {
      quantizer.norm_codes = take_bytes(shape.rows, what);
      FastTextMatrix::Quantizer norms;
      read_centroids("the norms' quantiser", 1, norms);
      quantizer.norms = norms.centroids;
    }
    return FastTextMatrix::quantized(shape.rows, shape.dim, quantizer);
  }

  void read_centroids(std::string_view what, std::size_t dim,
                      FastTextMatrix::Quantizer& quantizer) {
    const std::size_t begin = at_;
    const auto found_dim = take<std::int32_t>(what);
    const auto parts = take<std::int32_t>(what);
    const auto part_dim = take<std::int32_t>(what);
    const auto last_dim = take<std::int32_t>(what);
    const auto whole = static_cast<std::int64_t>(dim);
    if (part_dim > static_cast<std::int64_t>(kMaxValuesPerCode)) {
      fail(begin, fmt::format("{} has {} values to a code, expected at most {}", what, part_dim,
                              kMaxValuesPerCode));
    }
    if (found_dim != whole || part_dim < 1 || parts < 1 || last_dim < 1 || last_dim > part_dim ||
        std::int64_t{part_dim} * (parts - 1) + last_dim != whole) {
      fail(begin,
           fmt::format("{} has {} values, cut into {} parts of {} and, the last, {}, expected "
                       "{} values",
                       what, found_dim, parts, part_dim, last_dim, dim));
    }
    quantizer.parts = static_cast<std::size_t>(parts);
    quantizer.part_dim = static_cast<std::size_t>(part_dim);
    quantizer.centroids = take_bytes(dim * kCentroids * sizeof(float), what);
  }

  std::string_view bytes_;
  const std::string& name_;
  std::size_t at_ = 0;
  Generation generation_ = Generation::current;
  std::int32_t version_ = 0;  // 0: there was none yet
  std::size_t dim_ = 0;
  std::int32_t buckets_ = 0;
  bool is_pruned_ = false;
  bool is_cut_ = false;             // the file ends before what it promises,
  std::uint64_t needed_bytes_ = 0;  // which is so many
  bool reads_on_ = true;            // what it promises may be there
  FastTextFile file_;
};

}  // namespace

FastTextMatrix FastTextMatrix::dense(std::uint64_t rows, std::size_t dim, const char* values) {
  FastTextMatrix matrix;
  matrix.rows_ = rows;
  matrix.dim_ = dim;
  matrix.values_ = values;
  return matrix;
}

FastTextMatrix FastTextMatrix::quantized(std::uint64_t rows, std::size_t dim,
                                         const Quantizer& quantizer) {
  FastTextMatrix matrix;
  matrix.rows_ = rows;
  matrix.dim_ = dim;
  matrix.quantizer_ = quantizer;
  return matrix;
}

template <class Take>
void FastTextMatrix::for_each_value(std::uint64_t row, Take take) const noexcept {
  if (values_ != nullptr) {
    const char* const values = values_ + row * dim_ * sizeof(float);
    for (std::size_t i = 0; i < dim_; ++i) take(i, load_le<float>(values + i * sizeof(float)));
    return;
  }
  const Quantizer& q = quantizer_;
  float norm = 1;
  if (q.norms != nullptr) {
    const auto code = static_cast<unsigned char>(q.norm_codes[row]);
    norm = load_le<float>(q.norms + code * sizeof(float));
  }
  for (std::size_t part = 0; part < q.parts; ++part) {
    const std::size_t begin = part * q.part_dim;
    const std::size_t size = std::min(q.part_dim, dim_ - begin);
    const auto code = static_cast<unsigned char>(q.codes[row * q.parts + part]);
    const char* const centroid = q.centroids + (begin * kCentroids + code * size) * sizeof(float);
    for (std::size_t i = 0; i < size; ++i) {
      take(begin + i, norm * load_le<float>(centroid + i * sizeof(float)));
    }
  }
}

const char* FastTextMatrix::begin_of_row(std::uint64_t row) const noexcept {
  return values_ != nullptr ? values_ + row * dim_ * sizeof(float)
                            : quantizer_.codes + row * quantizer_.parts;
}

void FastTextMatrix::add_row(std::uint64_t row, std::span<float> sum) const noexcept {
  float* const values = sum.data();
  for_each_value(row, [values](std::size_t i, float value) { values[i] += value; });
}

void FastTextMatrix::copy_row(std::uint64_t row, std::span<float> vector) const noexcept {
  float* const values = vector.data();
  for_each_value(row, [values](std::size_t i, float value) { values[i] = value; });
}

bool looks_like_fasttext(std::string_view head) {
  return has_signature(head) || looks_like_unsigned_file(head);
}

void check_fasttext_head(std::string_view head, const std::string& name) {
  Parser(head, name).check_head();
}

std::uint64_t fasttext_bytes_needed(std::string_view begin) {
  return Parser(begin, {}).needed_bytes();
}

FastTextFile parse_fasttext(std::string_view bytes, const std::string& name) {
  return Parser(bytes, name).parse();
}

}  // namespace wordvec
