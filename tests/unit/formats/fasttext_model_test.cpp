#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "support/expect_error.h"
#include "support/reading.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/fasttext_file.h"
#include "wordvec/formats/format.h"

namespace wordvec::fasttext_model_test {
namespace {

using test::expect_error;
using test::read_bytes;
using test::Reading;
using test::Through;
using Words = std::vector<std::string>;
using Values = std::vector<float>;

template <class T>
void put(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}
void put_floats(std::string& bytes, const Values& values) {
  for (const float x : values) put(bytes, x);
}

constexpr std::int32_t kSkipgram = 2;
constexpr std::int32_t kSupervised = 3;

// A file of three words and a label: "</s>", which has no n-grams; "a", whose only one of 3 to 6
// characters has the bucket 0 of 4; "ab", whose have 0, 2, 0.
struct File {
  std::int32_t version = 12;  // 0: from before there was one
  std::int32_t dim = 2;
  std::int32_t model = kSkipgram;
  std::int32_t buckets = 4;
  std::int32_t min_length = 3;
  std::int32_t max_length = 6;
  Words words = {"</s>", "a", "ab"};
  Words labels = {"__label__x"};
  std::vector<std::pair<std::int32_t, std::int32_t>> kept;  // bucket, row
  bool is_pruned = false;
  std::int64_t rows = 7;
  Values input = {1, 2, 3, 4, 5, 6, 10, 20, 100, 200, 1000, 2000, -1, -2};
  std::string quantized;  // the input matrix; empty: it is dense

  std::string head() const {
    std::string bytes;
    if (version != 0) {
      put(bytes, std::int32_t{793712314});
      put(bytes, version);
    }
    for (const std::int32_t field :
         {dim, 5, 5, 1, 5, 1, 2, model, buckets, min_length, max_length}) {
      put(bytes, field);
    }
    return bytes;
  }
  std::string dictionary() const {
    std::string bytes;
    put(bytes, static_cast<std::int32_t>(words.size() + labels.size()));
    put(bytes, static_cast<std::int32_t>(words.size()));
    put(bytes, static_cast<std::int32_t>(labels.size()));
    put(bytes, std::int64_t{100});
    if (version != 0) put(bytes, is_pruned ? static_cast<std::int64_t>(kept.size()) : -1);
    for (const Words* entries : {&words, &labels}) {
      for (const std::string& entry : *entries) {
        bytes += entry + '\0';
        put(bytes, std::int64_t{7});
        put(bytes, static_cast<std::uint8_t>(entries == &words ? 0 : 1));
      }
    }
    for (const auto& [bucket, row] : kept) {
      put(bytes, bucket);
      put(bytes, row);
    }
    return bytes;
  }
  std::string matrices() const {
    std::string bytes;
    if (version != 0) put(bytes, static_cast<std::uint8_t>(quantized.empty() ? 0 : 1));
    if (quantized.empty()) {
      put(bytes, rows);
      put(bytes, std::int64_t{dim});
      put_floats(bytes, input);
    }
    return bytes + quantized;
  }
  std::string output() const {
    std::string bytes;
    if (version != 0) put(bytes, std::uint8_t{0});
    put(bytes, std::int64_t{1});
    put(bytes, std::int64_t{dim});
    put_floats(bytes, Values(static_cast<std::size_t>(dim), 9.0F));
    return bytes;
  }
  std::string bytes() const {
    std::string all = head();
    put(all, std::int32_t{100});
    put(all, 1e-4);
    return all + dictionary() + matrices() + output();
  }
};

void put_at(std::string& bytes, std::size_t at, const std::vector<std::int32_t>& fields) {
  std::memcpy(bytes.data() + at, fields.data(), fields.size() * sizeof fields[0]);
}

// The same, pruned to the buckets 2 and 0 and quantised in parts of two values and one.
File quantized_file(bool has_norms) {
  File file;
  file.dim = 3;
  file.model = kSupervised;
  file.is_pruned = true;
  file.kept = {{2, 0}, {0, 1}};
  std::string& bytes = file.quantized;
  put(bytes, static_cast<std::uint8_t>(has_norms ? 1 : 0));
  put(bytes, std::int64_t{5});
  put(bytes, std::int64_t{3});
  put(bytes, std::int32_t{10});
  for (std::uint8_t row = 0; row < 5; ++row) {
    put(bytes, row);
    put(bytes, static_cast<std::uint8_t>(row + 1));
  }
  for (const std::int32_t field : {3, 2, 2, 1}) put(bytes, field);
  for (int c = 0; c < 256; ++c)
    put_floats(bytes, {static_cast<float>(c), static_cast<float>(c) + 0.5F});
  for (int c = 0; c < 256; ++c) put(bytes, 100.0F * static_cast<float>(c));
  if (has_norms) {
    for (int row = 0; row < 5; ++row) put(bytes, std::uint8_t{4});
    for (int i = 0; i < 4; ++i) put(bytes, std::int32_t{1});
    for (int c = 0; c < 256; ++c) put(bytes, static_cast<float>(c) / 2);
  }
  return file;
}

Reading read(std::string_view bytes, const ReadOptions& options = {},
             Through through = Through::memory) {
  return read_bytes(kFastTextModel, bytes, options, through);
}

// A sink that keeps n-grams, and wants `enough` rows.
class NgramSink final : public RowSink {
 public:
  explicit NgramSink(std::size_t enough = 1000) : enough_(enough) {}
  void begin(std::size_t /*dim*/, std::optional<std::uint64_t> /*rows_hint*/) override {}
  bool append(const RowBatch& batch) override {
    rows += batch.size();
    return rows < enough_;
  }
  void finish() override {}
  bool wants_subwords() const noexcept override { return true; }
  void begin_subwords(const SubwordRules& of, const SubwordIndex& index,
                      std::uint64_t count) override {
    rules = of;
    buckets.assign(index.buckets.begin(), index.buckets.end());
    ngrams = count;
  }
  void append_subwords(std::span<const float> part) override {
    vectors.insert(vectors.end(), part.begin(), part.end());
  }

  std::size_t rows = 0;
  SubwordRules rules;
  std::vector<std::uint32_t> buckets;
  std::uint64_t ngrams = 0;
  Values vectors;

 private:
  std::size_t enough_;
};

ReadReport read_ngrams(std::string_view bytes, NgramSink& sink, const ReadOptions& options = {}) {
  ByteSource source = ByteSource::from_memory("file", bytes);
  const ReadReport report = kFastTextModel.read(source, options, sink);
  EXPECT_EQ(source.at_end(), report.read_to_end);
  return report;
}

const Words kWords = {"</s>", "a", "ab"};
// (3 + 10) / 2, (4 + 20) / 2; (5 + 10 + 1000 + 10) / 4, (6 + 20 + 2000 + 20) / 4
const Values kVectors = {1, 2, 6.5F, 12, 256.25F, 511.5F};

TEST(FastTextModel, GivesWordsTheMeanOfTheirRows) {
  for (const Through through : {Through::memory, Through::pipe}) {
    const Reading reading = read(File().bytes(), {}, through);
    EXPECT_EQ(reading.rows.words, kWords);
    EXPECT_EQ(reading.rows.vectors, kVectors);
    EXPECT_TRUE(reading.report.read_to_end);
    EXPECT_TRUE(reading.report.has_subwords);
  }
}

TEST(FastTextModel, HandsItsNgramsOn) {
  NgramSink sink;
  read_ngrams(File().bytes(), sink);
  EXPECT_EQ(sink.rows, 3U);
  EXPECT_EQ(sink.ngrams, 4U);
  EXPECT_EQ(sink.vectors, (Values{10, 20, 100, 200, 1000, 2000, -1, -2}));
  EXPECT_TRUE(sink.buckets.empty());
  EXPECT_EQ(sink.rules.scheme, SubwordScheme::fasttext);
  EXPECT_EQ(sink.rules.min_length, 3U);
  EXPECT_EQ(sink.rules.max_length, 6U);
  EXPECT_EQ(sink.rules.buckets, 4U);
  EXPECT_EQ(sink.rules.begin + sink.rules.end, "<>");
  EXPECT_FALSE(sink.rules.unit_length);
}

TEST(FastTextModel, HandsItsNgramsOnWhereItsRowsAreEnough) {
  NgramSink sink(1);
  EXPECT_FALSE(read_ngrams(File().bytes(), sink).read_to_end);
  EXPECT_EQ(sink.vectors.size(), 8U);
}

TEST(FastTextModel, OfVersion11HasNgramsUnlessItIsSupervised) {
  File file;
  file.version = 11;
  EXPECT_EQ(read(file.bytes()).rows.vectors, kVectors);
  file.model = kSupervised;
  const Reading reading = read(file.bytes());
  EXPECT_EQ(reading.rows.vectors, (Values{1, 2, 3, 4, 5, 6}));
  EXPECT_FALSE(reading.report.has_subwords);
  file.version = 12;
  EXPECT_EQ(read(file.bytes()).rows.vectors, kVectors);
}

TEST(FastTextModel, MayBeFromBeforeThereWasASignature) {
  File file;
  file.version = 0;
  EXPECT_EQ(read(file.bytes()).rows.words, kWords);
  EXPECT_EQ(read(file.bytes()).rows.vectors, kVectors);
  file.model = kSupervised;
  EXPECT_EQ(read(file.bytes()).rows.vectors, (Values{1, 2, 3, 4, 5, 6}));
  const std::string bytes = file.bytes();
  ByteSource source = ByteSource::from_memory("file", bytes);
  EXPECT_EQ(detect_format(source), &kFastTextModel);
}

TEST(FastTextModel, WithoutNgramsHasItsOwnRowsOnly) {
  for (const auto& [shortest, longest, buckets] :
       {std::tuple{0, 0, 4}, {3, 0, 4}, {3, 6, 0}, {5, 4, 4}, {0, -1, 4}}) {
    File file;
    file.min_length = shortest;
    file.max_length = longest;
    file.buckets = buckets;
    NgramSink sink;
    EXPECT_FALSE(read_ngrams(file.bytes(), sink).has_subwords);
    EXPECT_EQ(sink.ngrams, 0U);
    EXPECT_EQ(read(file.bytes()).rows.vectors, (Values{1, 2, 3, 4, 5, 6}));
  }
}

TEST(FastTextModel, IsReadWhereItIsQuantized) {
  // Row r is (2r, 2r + 1, 200 (r + 1)) with norms of 2: rows 0; 1, 4; 2, 4, 3, 4.
  const File file = quantized_file(true);
  EXPECT_EQ(read(file.bytes()).rows.vectors, (Values{0, 1, 200, 5, 6, 700, 6.5F, 7.5F, 850}));
  EXPECT_EQ(read(quantized_file(false).bytes()).rows.vectors,
            (Values{0, 0.5F, 100, 2.5F, 3, 350, 3.25F, 3.75F, 425}));
  NgramSink sink;
  read_ngrams(file.bytes(), sink);
  EXPECT_EQ(sink.buckets, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(sink.vectors, (Values{8, 9, 1000, 6, 7, 800}));
}

TEST(FastTextModel, MayHaveNoNgramsLeft) {
  File file = quantized_file(true);
  file.kept.clear();
  std::string& bytes = file.quantized;
  bytes[1] = 3;            // rows
  bytes[17] = 6;           // bytes of codes
  bytes.erase(21 + 6, 4);  // two rows' codes
  bytes.erase(bytes.size() - (16 + 1024) - 2, 2);
  EXPECT_EQ(read(file.bytes()).rows.vectors, (Values{0, 1, 200, 2, 3, 400, 4, 5, 600}));
  EXPECT_FALSE(read(file.bytes()).report.has_subwords);
}

TEST(FastTextModel, TellsAFileOfFloretApart) {
  const File file;
  std::string bytes = file.head();
  for (const std::int32_t field : {1, 2, 100}) put(bytes, field);  // two more, lrUpdateRate
  put(bytes, 1e-4);
  bytes += file.dictionary() + file.matrices() + file.output();
  const std::string what =
      expect_error(ErrorCode::malformed, "file: is a .bin of floret", [&] { read(bytes); });
  EXPECT_NE(what.find("--from floret --vocab"), std::string::npos);
}

TEST(FastTextModel, EndsCleanlyWhereverItIsTruncated) {
  File old;
  old.version = 0;
  for (const File& file : {File(), old, quantized_file(true)}) {
    const std::string whole = file.bytes();
    const std::size_t needed = whole.size() - file.output().size();
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::string_view part = std::string_view(whole).substr(0, size);
      if (size < 3000 || size % 7 == 0) {
        expect_error(ErrorCode::malformed, "file", [&] { read(part); });
      }
      if (size < needed) continue;
      // All vectors are there.
      ReadOptions options;
      options.trust_rows = true;
      const Reading reading = read(part, options);
      EXPECT_EQ(reading.rows.vectors, read(whole).rows.vectors);
      EXPECT_EQ(reading.report.row_count_mismatch,
                "the output matrix, which no vector needs, is not whole");
    }
    expect_error(ErrorCode::malformed, "there are 1 bytes after the output matrix",
                 [&] { read(whole + '\0'); });
  }
  expect_error(ErrorCode::malformed, "the file is truncated",
               [&] { read(File().bytes().substr(0, 150)); });
  expect_error(ErrorCode::malformed, "--trust-rows takes what is there",
               [&] { read(File().bytes().substr(0, File().bytes().size() - 1)); });
  expect_error(ErrorCode::malformed, "file: is empty", [] { read(""); });
}

TEST(FastTextModel, SaysHowManyBytesItNeeds) {
  for (const std::string& bytes : {File().bytes(), quantized_file(true).bytes()}) {
    // Of each begin it is more than there are, so that reading goes on; of the whole not.
    for (std::size_t size = 128; size < bytes.size(); ++size) {
      EXPECT_GT(fasttext_bytes_needed(std::string_view(bytes).substr(0, size)), size);
    }
    EXPECT_EQ(fasttext_bytes_needed(bytes), bytes.size());
    EXPECT_LE(fasttext_bytes_needed(bytes + "more"), bytes.size());
  }
}

TEST(FastTextModel, TrustsNoOutputMatrixThatIsWrong) {
  const File file;
  std::string bytes = file.bytes();
  const std::size_t output = bytes.size() - file.output().size();
  ReadOptions options;
  options.trust_rows = true;
  EXPECT_EQ(read(bytes.substr(0, output), options).rows.words, kWords);
  bytes[output] = 2;
  expect_error(ErrorCode::malformed, "the flag of the output matrix is 2",
               [&] { read(bytes, options); });
  bytes[output] = 0;
  bytes[output + 9] = 0;  // the dimension
  expect_error(ErrorCode::malformed, "the output matrix has 1 rows of 0 values",
               [&] { read(bytes, options); });
}

// What the vectors do not depend on may be anything; the rest is refused, or read.
TEST(FastTextModel, SurvivesExtremesInEveryField) {
  File old;
  old.version = 0;
  for (const File& file : {File(), old, quantized_file(true)}) {
    const std::string whole = file.bytes();
    const Values vectors = read(whole).rows.vectors;
    const std::size_t arguments = file.version == 0 ? 0 : 8;
    for (const std::int32_t value : {0, -1, 1, std::numeric_limits<std::int32_t>::max(),
                                     std::numeric_limits<std::int32_t>::min(), 1 << 30}) {
      for (std::size_t at = 0; at + 4 <= whole.size() && at < 600; ++at) {
        std::string bytes = whole;
        std::copy_n(reinterpret_cast<const char*>(&value), 4,
                    bytes.begin() + static_cast<std::ptrdiff_t>(at));
        const bool is_harmless = file.version != 0 && at % 4 == 0 &&
                                 ((at >= arguments + 4 && at < arguments + 28) ||
                                  (at >= arguments + 44 && at < arguments + 56));
        try {
          const Reading reading = read(bytes);
          EXPECT_TRUE(!is_harmless || reading.rows.vectors == vectors) << at;
        } catch (const Error& error) {
          EXPECT_FALSE(is_harmless) << at << ": " << error.what();
          EXPECT_EQ(static_cast<int>(error.code()), static_cast<int>(ErrorCode::malformed));
        }
      }
    }
  }
}

TEST(FastTextModel, RefusesWhatCannotBe) {
  const auto refused = [](std::string_view part, const File& file) {
    expect_error(ErrorCode::malformed, part, [&] { read(file.bytes()); });
  };
  File file;
  file.version = 13;
  refused("file: at byte 4: found version 13, expected 1 to 12", file);
  file = {};
  file.dim = 0;
  refused("at byte 8: the dimension is 0, expected 1 to 65536", file);
  file = {};
  file.max_length = 65;
  refused("the n-grams have up to 65 characters", file);
  file = {};
  file.buckets = 5;
  refused("the input matrix has 7 rows, expected 8 (3 words and 5 n-grams)", file);
  file = {};
  file.rows = std::numeric_limits<std::int64_t>::max();
  refused("bytes are left for the input matrix, expected more than a file can hold", file);
  file.rows = std::int64_t{1} << 40;
  refused("bytes are left for the input matrix, expected 8796093022208", file);
  file.rows = -1;
  refused("the input matrix has -1 rows", file);
  file = quantized_file(true);
  file.kept = {{2, 0}, {1, 1}};
  put_at(file.quantized, 31 + 4, {1, 65, 65});  // parts, their values, those of the last
  refused("the input matrix has 65 values to a code, expected at most 64", file);
  file = quantized_file(true);
  file.kept = {{2, 0}, {2, 1}};
  refused("the bucket 2 is kept twice", file);
  file.kept = {{2, 0}, {4, 1}};
  refused("a kept n-gram has the bucket 4, expected 0 to 3", file);
  file.kept = {{2, 0}, {1, 2}};
  refused("a kept n-gram has the row 2, expected 0 to 1", file);
  file.kept = {{2, 0}, {1, 1}, {0, 2}};
  refused("the input matrix has 5 rows, expected 6", file);
  file = {};
  file.is_pruned = true;
  file.kept = {{2, 0}};
  refused("the n-grams are pruned, but the matrix is not quantised", file);
  expect_error(ErrorCode::malformed, "file: at byte 0: is no fastText model",
               [] { read("2 3\nthe 0.1 0.2 0.3\nof 0.4 0.5 0.6\n" + std::string(100, '\0')); });
}

TEST(FastTextModel, OffersToSkipBadRowsWhereOneIsGood) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  File file;
  file.words = {"</s>", "a"};
  file.rows = 2;
  file.max_length = 0;
  file.input = {nan, 2, nan, 4};
  const std::string none =
      expect_error(ErrorCode::malformed, "finite number; no row of the file is good",
                   [&] { read(file.bytes()); });
  EXPECT_EQ(none.find("--skip-bad"), std::string::npos) << none;
  file.input = {nan, 2, 3, 4};
  expect_error(ErrorCode::malformed, "row 0: '</s>': value 1 is nan, expected a finite number (`",
               [&] { read(file.bytes()); });
}

TEST(FastTextModel, ReportsBadRows) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  File file;
  file.words = {"</s>", "", "a", std::string(65'537, 'w'), "\xff", "ab", "b"};
  file.rows = 11;
  file.max_length = 0;
  file.input = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, nan, 11, 12, 13, 0, 0, 0, 0, 0, 0, 0, 0};
  const std::string bytes = file.bytes();
  expect_error(ErrorCode::malformed, "file: at byte 127: row 3: the word has 65537 bytes",
               [&] { read(bytes); });  // 64 bytes of arguments, 28 of counts, 14 + 10 + 11 of words
  expect_error(ErrorCode::malformed, "expected at most 65536 (`convert` with --skip-bad reads",
               [&] { read(bytes); });
  const std::string cut = bytes.substr(0, bytes.size() - 1);
  expect_error(ErrorCode::malformed, "with --skip-bad and --trust-rows, both,", [&] { read(cut); });
  ReadOptions options;
  options.skip_bad = true;
  expect_error(ErrorCode::malformed, "with --trust-rows takes what", [&] { read(cut, options); });
  Reading reading = read(bytes, options);
  EXPECT_EQ(reading.rows.words, (Words{"</s>", "", "a", "\xff", "b"}));
  EXPECT_EQ(reading.rows.vectors, (Values{1, 2, 3, 4, 5, 6, 9, 10, 12, 13}));
  EXPECT_EQ(reading.report.bad_rows, 2U);
  EXPECT_EQ(reading.report.bad_examples[0],
            "row 3: the word has 65537 bytes, expected at most 65536");
  EXPECT_EQ(reading.report.bad_examples[1],
            "row 5: 'ab': value 1 is nan, expected a finite number");
  EXPECT_EQ(reading.report.invalid_utf8_words, 1U);
  EXPECT_EQ(reading.report.first_invalid_utf8, "row 4");
  EXPECT_EQ(reading.report.blank_words, 1U);
  EXPECT_EQ(reading.report.first_blank_word, "row 1");
  options.strict_utf8 = true;
  reading = read(bytes, options);
  EXPECT_EQ(reading.rows.words, (Words{"</s>", "", "a", "b"}));
  EXPECT_EQ(reading.report.bad_examples[1], "row 4: the word '\\xff' is not UTF-8");
  // A sink that has enough before the first bad row does not learn of it.
  NgramSink sink(1);
  EXPECT_FALSE(read_ngrams(bytes, sink).read_to_end);
}

TEST(FastTextModel, CutsNoWordThatIsTooLongIntoNgrams) {
  const auto most_memory_kib = [] {
    rusage usage{};
    EXPECT_EQ(::getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
  };
  File file;
  file.max_length = 64;
  file.words[1].assign(std::size_t{2} << 20, 'w');
  const std::string bytes = file.bytes();
  const auto before = most_memory_kib();
  expect_error(ErrorCode::malformed, "row 1: the word has 2097152 bytes, expected at most 65536",
               [&] { read(bytes); });
  // Its n-grams are 130 million, of four bytes each.
  EXPECT_LT(most_memory_kib() - before, 128 << 10);
}

TEST(FastTextModel, RefusesNgramsThatAreNotFinite) {
  File file;
  file.input[8] = std::numeric_limits<float>::infinity();  // bucket 1, which no word has
  NgramSink sink;
  // The last 29 bytes are the output matrix, the 24 before these the rows from bucket 1 on.
  const std::string offset = std::to_string(file.bytes().size() - file.output().size() - 24);
  expect_error(ErrorCode::malformed,
               "file: at byte " + offset +
                   ": the n-gram of row 1: value 1 is inf, expected a "
                   "finite number (--skip-bad makes such n-grams zeros)",
               [&] { read_ngrams(file.bytes(), sink); });
  ReadOptions options;
  options.skip_bad = true;
  NgramSink lenient;
  const ReadReport report = read_ngrams(file.bytes(), lenient, options);
  EXPECT_EQ(report.bad_rows, 0U);
  EXPECT_EQ(report.note,
            "1 bad row of n-grams became zeros, the first: the n-gram of row 1: "
            "value 1 is inf, expected a finite number");
  EXPECT_EQ(lenient.vectors, (Values{10, 20, 0, 0, 1000, 2000, -1, -2}));
}

TEST(FastTextModel, KeepsTheOrderOfManyWordsOnAnyNumberOfThreads) {
  File file;
  file.dim = 1;
  file.words.clear();
  file.input.clear();
  for (int i = 0; i < 300'000; ++i) {
    file.words.push_back("w" + std::to_string(i));
    file.input.push_back(static_cast<float>(i));
  }
  file.rows = 300'000;
  file.buckets = 0;
  const std::string bytes = file.bytes();
  for (const unsigned threads : {1U, 4U}) {
    ReadOptions options;
    options.threads = threads;
    std::uint64_t last = 0;
    options.progress = [&](std::uint64_t done) {
      EXPECT_GT(done, last);
      last = done;
    };
    const Reading reading = read(bytes, options);
    EXPECT_EQ(reading.rows.words, file.words);
    EXPECT_EQ(reading.rows.vectors, file.input);
    EXPECT_EQ(last, bytes.size());
  }
}

TEST(FastTextModel, IsOnlyRead) {
  EXPECT_EQ(kFastTextModel.make_writer, nullptr);
}

}  // namespace
}  // namespace wordvec::fasttext_model_test
