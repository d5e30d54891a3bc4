#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/reading.h"
#include "support/rows.h"
#include "support/temp_folder.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/format.h"
#include "wordvec/model/subwords.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec::finalfusion_test {
namespace {

using test::bits_of;
using test::expect_error;
using test::read_bytes;
using test::Reading;
using test::Through;
using Words = std::vector<std::string>;
using Values = std::vector<float>;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// A file, as the specification has it; each chunk's length is filled in when it ends.
class File {
 public:
  explicit File(const std::vector<std::uint32_t>& ids) {
    bytes = "FiFu";
    u32(0).u32(static_cast<std::uint32_t>(ids.size()));
    for (const std::uint32_t id : ids) u32(id);
  }

  File& u32(std::uint32_t x) { return number(x); }
  File& u64(std::uint64_t x) { return number(x); }
  File& raw(const std::string& text) {
    bytes += text;
    return *this;
  }
  File& text(const std::string& text) {
    return u32(static_cast<std::uint32_t>(text.size())).raw(text);
  }
  File& texts(const Words& all) {
    for (const std::string& one : all) text(one);
    return *this;
  }
  File& floats(const Values& values) {
    for (const float x : values) number(x);
    return *this;
  }
  File& padding() { return raw(std::string(4 - bytes.size() % 4, '\0')); }
  File& chunk(std::uint32_t id) {
    u32(id).u64(0);
    chunk_begin = bytes.size();
    return *this;
  }
  File& end(std::uint64_t wrong_by = 0) {
    const std::uint64_t size = bytes.size() - chunk_begin - wrong_by;
    bytes.replace(chunk_begin - 8, 8, std::string(reinterpret_cast<const char*>(&size), 8));
    return *this;
  }

  File& metadata(const std::string& toml) { return chunk(5).raw(toml).end(); }
  File& words(const Words& all) { return chunk(1).u64(all.size()).texts(all).end(); }
  File& array(std::uint64_t rows, std::uint32_t dim, const Values& values) {
    return chunk(2).u64(rows).u32(dim).u32(10).padding().floats(values).end();
  }
  File& norms(const Values& values) {
    return chunk(6).u64(values.size()).u32(10).padding().floats(values).end();
  }

  std::string bytes;
  std::size_t chunk_begin = 0;

 private:
  template <class T>
  File& number(T x) {
    bytes.append(reinterpret_cast<const char*>(&x), sizeof x);
    return *this;
  }
};

// Keeps all that a reader gives.
class Keeper final : public RowSink {
 public:
  explicit Keeper(std::size_t enough = std::numeric_limits<std::size_t>::max()) : rows(enough) {}

  void begin(std::size_t dim, std::optional<std::uint64_t> hint) override { rows.begin(dim, hint); }
  bool append(const RowBatch& batch) override { return rows.append(batch); }
  void finish() override {}
  bool wants_subwords() const noexcept override { return true; }
  void begin_subwords(const SubwordRules& r, const SubwordIndex& index,
                      std::uint64_t count) override {
    rules = r;
    EXPECT_TRUE(index.buckets.empty());
    for (std::size_t i = 0; i < index.ngrams.size(); ++i) {
      ngrams.emplace_back(index.ngrams.word(static_cast<Row>(i)));
    }
    subword_rows = count;
  }
  void append_subwords(std::span<const float> vectors) override {
    EXPECT_TRUE(rules.has_value());
    subwords.insert(subwords.end(), vectors.begin(), vectors.end());
  }

  test::RecordingSink rows;
  std::optional<SubwordRules> rules;
  Words ngrams;
  std::uint64_t subword_rows = 0;
  Values subwords;
};

struct Kept {
  ReadReport report;
  bool at_end = false;
};

Kept keep(const std::string& bytes, Keeper& keeper, const ReadOptions& options = {}) {
  ByteSource source = ByteSource::from_memory("file", bytes);
  Kept kept;
  kept.report = kFinalfusion.read(source, options, keeper);
  kept.at_end = source.at_end();
  EXPECT_EQ(keeper.subwords.size(), keeper.subword_rows * keeper.rows.rows.dim);
  return kept;
}

Reading read(const std::string& bytes, const ReadOptions& options = {},
             Through through = Through::memory) {
  return read_bytes(kFinalfusion, bytes, options, through);
}

// For files that have none.
class WordFile {
 public:
  WordFile() { options.vocab = folder_.write("words", "word\n"); }
  ReadOptions options;

 private:
  test::TempFolder folder_;
};

void expect_malformed(const std::string& part, const std::string& bytes,
                      const ReadOptions& options = {}) {
  expect_error(ErrorCode::malformed, part, [&] { read(bytes, options); });
}

const Words kWords = {"new york", "naïve", "a\nb"};
const Values kValues = {1, 2, -0.0F, 4, 1e-45F, -6};

std::string simple() {
  return File({1, 2}).words(kWords).array(3, 2, kValues).bytes;
}

TEST(Finalfusion, ReadsWordsAndRows) {
  for (const Through through : {Through::memory, Through::pipe}) {
    const Reading reading = read(simple(), {}, through);
    EXPECT_EQ(reading.rows.words, kWords);
    EXPECT_EQ(bits_of(reading.rows.vectors), bits_of(kValues));
    EXPECT_EQ(reading.rows.dim, 2U);
    EXPECT_EQ(reading.report.rows_read, 3U);
    EXPECT_TRUE(reading.report.read_to_end);
  }
}

// The padding has one to four bytes, never none; bytes in memory may be aligned or not.
TEST(Finalfusion, ReadsRowsWhereverTheyBegin) {
  for (std::size_t more = 0; more < 8; ++more) {
    const std::string bytes = File({5, 1, 2, 6})
                                  .metadata(std::string(more, '#'))
                                  .words(kWords)
                                  .array(3, 2, kValues)
                                  .norms({1, 1, 1})
                                  .bytes;
    const std::string shifted = std::string(more % 4, ' ') + bytes;
    ByteSource source = ByteSource::from_memory("file", std::string_view(shifted).substr(more % 4));
    test::RecordingSink sink;
    kFinalfusion.read(source, {}, sink);
    EXPECT_EQ(sink.rows.words, kWords);
    EXPECT_EQ(bits_of(sink.rows.vectors), bits_of(kValues));
    EXPECT_TRUE(source.at_end());
    EXPECT_EQ(sink.hint, 3U);
  }
}

TEST(Finalfusion, ReadsManyRowsInOrderWithAnyThreads) {
  const std::size_t rows = 300'000;
  Words words;
  Values values;
  for (std::size_t i = 0; i < rows; ++i) {
    words.push_back(std::to_string(i));
    values.push_back(static_cast<float>(i));
  }
  const std::string bytes = File({1, 2}).words(words).array(rows, 1, values).bytes;
  for (const unsigned threads : {1U, 3U}) {
    ReadOptions options;
    options.threads = threads;
    std::uint64_t told = 0;
    options.progress = [&](std::uint64_t position) {
      EXPECT_GE(position, told);
      told = position;
    };
    const Reading reading = read(bytes, options);
    EXPECT_EQ(reading.rows.words, words);
    EXPECT_EQ(reading.rows.vectors, values);
    EXPECT_GT(told, 0U);
  }
}

TEST(Finalfusion, MultipliesRowsByTheirNorms) {
  const std::string bytes =
      File({1, 2, 6}).words({"a", "b"}).array(2, 2, {0.6F, 0.8F, 0, 0}).norms({4.7F, 0}).bytes;
  EXPECT_EQ(read(bytes).rows.vectors, (Values{0.6F * 4.7F, 0.8F * 4.7F, 0, 0}));
}

// Two codes a row, each for two values; two centroids for each.
File& quantized(File& file, std::uint64_t rows, bool projection, bool norms) {
  return file.chunk(4)
      .u32(projection ? 1 : 0)
      .u32(norms ? 1 : 0)
      .u32(2)
      .u32(4)
      .u32(2)
      .u64(rows)
      .u32(1)
      .u32(10)
      .padding();
}
const Values kCentroids = {1, 2, 3, 4, 5, 6, 7, 8};

TEST(Finalfusion, ReconstructsQuantizedRows) {
  File plain({1, 4});
  plain.words({"a", "b", "c"});
  quantized(plain, 3, false, false).floats(kCentroids).raw(std::string("\0\1\1\0\1\1", 6)).end();
  EXPECT_EQ(read(plain.bytes).rows.vectors, (Values{1, 2, 7, 8, 3, 4, 5, 6, 3, 4, 7, 8}));

  File with_norms({1, 4});
  with_norms.words({"a", "b", "c"});
  quantized(with_norms, 3, false, true)
      .floats(kCentroids)
      .floats({2, 0.5F, 0.1F})
      .raw(std::string("\0\1\1\0\1\1", 6))
      .end();
  EXPECT_EQ(read(with_norms.bytes).rows.vectors,
            (Values{2, 4, 14, 16, 1.5F, 2, 2.5F, 3, 3 * 0.1F, 4 * 0.1F, 7 * 0.1F, 8 * 0.1F}));
}

TEST(Finalfusion, ProjectsReconstructedRows) {
  // The rows of the matrix, each times (1 2 7 8).
  const Values projection = {0, 1, 0, 0,  //
                             1, 0, 0, 0,  //
                             0, 0, 1, 1,  //
                             0, 0, 0, -1};
  File file({1, 4, 6});
  file.words({"a"});
  quantized(file, 1, true, true)
      .floats(projection)
      .floats(kCentroids)
      .floats({0.5F})
      .raw(std::string("\0\1", 2))
      .end()
      .norms({4});
  EXPECT_EQ(read(file.bytes).rows.vectors, (Values{4, 2, 30, -16}));
}

TEST(Finalfusion, ProjectsManyRows) {
  const std::size_t rows = 1000;
  Words words;
  std::string codes;
  Values expected;
  for (std::size_t i = 0; i < rows; ++i) {
    words.push_back(std::to_string(i));
    const bool second = i % 3 == 0;
    codes += second ? "\1" : std::string(1, '\0');
    codes += "\1";
    // The halves change places.
    expected.insert(expected.end(), {7, 8, second ? 3.0F : 1.0F, second ? 4.0F : 2.0F});
  }
  File file({1, 4});
  file.words(words);
  quantized(file, rows, true, false)
      .floats({0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0})
      .floats(kCentroids)
      .raw(codes)
      .end();
  EXPECT_EQ(read(file.bytes).rows.vectors, expected);
}

File& bucket_words(File& file, std::uint32_t id, std::uint32_t buckets) {
  return file.chunk(id).u64(1).u32(3).u32(5).u32(buckets).texts({"word"}).end();
}

TEST(Finalfusion, ReadsTheRowsOfBuckets) {
  File file({3, 2, 6});
  bucket_words(file, 3, 1).array(3, 2, {0.6F, 0.8F, 1, 2, 3, 4}).norms({2});
  Keeper keeper;
  const Kept kept = keep(file.bytes, keeper);
  EXPECT_TRUE(kept.at_end && kept.report.read_to_end);
  EXPECT_EQ(keeper.rows.rows.words, (Words{"word"}));
  EXPECT_EQ(keeper.rows.rows.vectors, (Values{1.2F, 1.6F}));
  ASSERT_TRUE(keeper.rules.has_value());
  EXPECT_EQ(keeper.rules->scheme, SubwordScheme::finalfusion);
  EXPECT_EQ(keeper.rules->min_length, 3U);
  EXPECT_EQ(keeper.rules->max_length, 5U);
  EXPECT_EQ(keeper.rules->buckets, 2U);
  EXPECT_EQ(keeper.rules->begin + keeper.rules->end, "<>");
  EXPECT_TRUE(keeper.rules->unit_length);
  EXPECT_EQ(keeper.subwords, (Values{1, 2, 3, 4}));  // no norms
  EXPECT_TRUE(kept.report.has_subwords);
  EXPECT_FALSE(read(simple()).report.has_subwords);

  EXPECT_EQ(read(file.bytes).rows.words, (Words{"word"}));  // a sink that wants no n-grams
}

TEST(Finalfusion, TakesFastTextsWordsAsTheyAre) {
  File file({7, 2});
  bucket_words(file, 7, 3).array(4, 1, {9, 1, 2, 3});
  Keeper keeper;
  keep(file.bytes, keeper);
  EXPECT_EQ(keeper.rows.rows.vectors, (Values{9}));
  EXPECT_EQ(keeper.rules->scheme, SubwordScheme::fasttext);
  EXPECT_EQ(keeper.rules->buckets, 3U);
  EXPECT_TRUE(keeper.rules->unit_length);
  EXPECT_EQ(keeper.subwords, (Values{1, 2, 3}));
}

// floret's example has ten rows; the two of "," are in its description, as are those of its
// n-grams.
TEST(Finalfusion, GivesTheWordsThatAreNamedTheirVectorsOfFloretsTable) {
  const Values table = {-2.2611F, -3.12F,  9.5689F, 3.6268F,  -11.683F,
                        -4.3024F, 8.3574F, -10.01F, -5.4576F, 8.0678F};
  Values values;
  for (const float x : table) values.insert(values.end(), {x, 2 * x});
  File file({9, 2});
  file.chunk(9).u32(2).u32(3).u64(10).u32(2).u32(2166136261).texts({"<", ">"}).end();
  file.array(10, 2, values);
  const test::TempFolder folder;
  ReadOptions options;
  options.vocab = folder.write("words", ",\nund\n");
  Keeper keeper;
  const Kept kept = keep(file.bytes, keeper, options);
  EXPECT_TRUE(kept.at_end);
  EXPECT_EQ(keeper.rows.rows.words, (Words{",", "und"}));
  // Of unit length: floret's -5.7814 and 2.1558 have their signs only.
  const float one = std::sqrt(0.2F);
  const Values expected = {-one, -2 * one, one, 2 * one};
  ASSERT_EQ(keeper.rows.rows.vectors.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(keeper.rows.rows.vectors[i], expected[i], 1e-6);
  EXPECT_EQ(keeper.rules->scheme, SubwordScheme::floret);
  EXPECT_EQ(keeper.rules->hash_count, 2U);
  EXPECT_EQ(keeper.rules->seed, 2166136261U);
  EXPECT_EQ(keeper.rules->begin + keeper.rules->end, "<>");
  EXPECT_EQ(keeper.subwords, values);
  expect_malformed("has floret's n-grams only, and no words: name a file of words (--vocab WORDS)",
                   file.bytes);
  // With their counts, as many as there are good rows.
  options.vocab = folder.write("counted", "und 90\n\xff 8\n, 5\n");
  options.skip_bad = true;
  options.strict_utf8 = true;
  Keeper counted;
  keep(file.bytes, counted, options);
  EXPECT_EQ(counted.rows.rows.words, (Words{"und", ","}));
  EXPECT_EQ(counted.rows.rows.counts, (std::vector<std::uint64_t>{90, 5}));
}

File& explicit_head(File& file, std::uint64_t ngrams) {
  return file.chunk(8).u64(1).u64(ngrams).u32(2).u32(3).texts({"word"});
}
void expect_listed(const std::string& bytes, const Values& expected) {
  Keeper keeper;
  const Kept kept = keep(bytes, keeper);
  EXPECT_TRUE(kept.at_end);
  EXPECT_EQ(keeper.rules->scheme, SubwordScheme::listed);
  EXPECT_EQ(keeper.rules->buckets, 0U);
  EXPECT_EQ(keeper.ngrams, (Words{"<w", "é", "rd>"}));
  EXPECT_EQ(keeper.rows.rows.vectors, (Values{1, 2}));
  EXPECT_EQ(keeper.subwords, expected);
}

TEST(Finalfusion, GivesEachListedNgramItsRow) {
  const auto with_rows = [](std::uint64_t wrong_by) {
    File file({8, 2});
    explicit_head(file, 3).text("<w").u64(0).text("é").u64(1).text("rd>").u64(0).end(wrong_by);
    return file.array(3, 2, {1, 2, 3, 4, 5, 6}).bytes;
  };
  expect_listed(with_rows(0), {3, 4, 5, 6, 3, 4});
  // finalfusion-python leaves the eight bytes of each n-gram's row out of the length.
  expect_listed(with_rows(3 * 8), {3, 4, 5, 6, 3, 4});
  expect_malformed("by what it holds", with_rows(1));
  expect_malformed("by what it holds", with_rows(8));
}

TEST(Finalfusion, GivesListedNgramsWithoutRowsThoseOfTheirPlaces) {
  File file({8, 2});
  explicit_head(file, 3).texts({"<w", "é", "rd>"}).end();
  expect_listed(file.array(4, 2, {1, 2, 3, 4, 5, 6, 7, 8}).bytes, {3, 4, 5, 6, 7, 8});
}

TEST(Finalfusion, ReadsQuantizedNgrams) {
  File file({8, 4});
  explicit_head(file, 2).text("ab").u64(1).text("bc").u64(0).end();
  quantized(file, 3, false, true).floats(kCentroids).floats({1, 10, 100});
  file.raw(std::string("\0\0\0\1\1\0", 6)).end();
  Keeper keeper;
  keep(file.bytes, keeper);
  EXPECT_EQ(keeper.rows.rows.vectors, (Values{1, 2, 5, 6}));
  EXPECT_EQ(keeper.subwords, (Values{300, 400, 500, 600, 10, 20, 70, 80}));
}

TEST(Finalfusion, GivesNgramsToASinkThatWantsNoMoreRows) {
  File file({3, 2});
  file.chunk(3).u64(3).u32(3).u32(3).u32(0).texts({"a", "b", "c"}).end().array(4, 1, {1, 2, 3, 9});
  Keeper keeper(1);
  EXPECT_FALSE(keep(file.bytes, keeper).report.read_to_end);
  EXPECT_EQ(keeper.subwords, (Values{9}));
}

TEST(Finalfusion, ReadsChunksThatTheHeaderDoesNotList) {
  // (3, 4), (6, 8.5), (-1, 2) are 5, 10.404, 2.236 times (0.6, 0.8), …; whole numbers here.
  const auto values_of = [](const std::string& bytes) {
    Keeper keeper;
    EXPECT_TRUE(keep(bytes, keeper).at_end);
    return keeper.rows.rows.vectors;
  };
  const Values scaled = {2, 4, 9, 12};
  const auto listed = [](const std::vector<std::uint32_t>& ids) {
    return File(ids).words({"a", "b"}).array(2, 2, {1, 2, 3, 4});
  };
  EXPECT_EQ(values_of(listed({1, 2, 6}).norms({2, 3}).bytes), scaled);
  EXPECT_EQ(values_of(listed({1, 2}).norms({2, 3}).bytes), scaled);
  EXPECT_EQ(values_of(listed({1, 2}).norms({2, 3}).metadata("a = 1").bytes), scaled);
  EXPECT_EQ(values_of(listed({1, 2}).metadata("a = 1").norms({2, 3}).bytes), scaled);
  EXPECT_EQ(values_of(listed({1, 2}).metadata("").bytes), (Values{1, 2, 3, 4}));
  EXPECT_EQ(values_of(File({5, 1, 2}).metadata("").words({"a"}).array(1, 1, {3}).norms({2}).bytes),
            Values{6});

  expect_malformed("found a chunk NdNorms after those that the header lists",
                   listed({1, 2, 6}).norms({2, 3}).norms({2, 3}).bytes);
  expect_malformed("found a chunk NdNorms after those",
                   listed({1, 2}).norms({2, 3}).norms({2, 3}).bytes);
  expect_malformed("found a chunk NdArray after those",
                   listed({1, 2}).array(2, 2, {1, 2, 3, 4}).bytes);
  expect_malformed("found a chunk SimpleVocab after those", listed({1, 2}).words({"c"}).bytes);
  expect_malformed("found 1 norms, expected 2", listed({1, 2}).norms({2}).bytes);
  expect_malformed("found 14 bytes after the last chunk",
                   listed({1, 2}).chunk(77).raw("ab").end().bytes);
  const std::string unlisted = listed({1, 2}).norms({2, 3}).bytes;
  const std::size_t end_bytes = listed({1, 2}).bytes.size();
  for (std::size_t size = end_bytes + 1; size < unlisted.size(); ++size) {
    expect_malformed("after the last chunk", unlisted.substr(0, size));
  }
}

TEST(Finalfusion, KeepsBlankWords) {
  Keeper keeper;
  const ReadReport report =
      keep(File({1, 2}).words({"a", "", " "}).array(3, 1, {1, 2, 3}).bytes, keeper).report;
  EXPECT_EQ(keeper.rows.rows.words, (Words{"a", "", " "}));
  EXPECT_EQ(keeper.rows.rows.vectors, (Values{1, 2, 3}));
  EXPECT_EQ(report.blank_words, 2U);
  EXPECT_EQ(report.first_blank_word, "row 1");
}

TEST(Finalfusion, RefusesRowsThatAreNoRows) {
  const auto file = [](const Words& words, const Values& values, const Values& norms) {
    return File({1, 2, 6}).words(words).array(words.size(), 2, values).norms(norms).bytes;
  };
  expect_malformed("row 1: value 2 of 'b' is nan, expected a finite number",
                   file({"a", "b"}, {1, 2, 3, kNan}, {1, 1}));
  expect_malformed("row 0: value 1 of 'a' is inf", file({"a"}, {kInfinity, 1}, {1}));
  expect_malformed("row 0: value 1 of 'a' is inf", file({"a"}, {3e38F, 1}, {2}));
  expect_malformed("row 0: the norm of 'a' is nan", file({"a"}, {1, 1}, {kNan}));
  expect_malformed("row 0: the norm of 'a' is -1", file({"a"}, {1, 1}, {-1}));
  expect_malformed("row 0: the word has 65537 bytes, expected at most 65536",
                   file({std::string(65537, 'x')}, {1, 2}, {1}));

  ReadOptions options;
  options.skip_bad = true;
  const Reading reading =
      read(file({"a", "b", "", "c", "d"}, {1, 2, kNan, 0, 1, 1, 3, 4, 5, 6}, {1, 1, 1, 1, kNan}),
           options);
  EXPECT_EQ(reading.rows.words, (Words{"a", "", "c"}));
  EXPECT_EQ(reading.rows.vectors, (Values{1, 2, 1, 1, 3, 4}));
  EXPECT_EQ(reading.report.bad_rows, 2U);
  EXPECT_EQ(reading.report.rows_read, 3U);
  EXPECT_EQ(reading.report.bad_examples[0],
            "row 1: value 1 of 'b' is nan, expected a finite number");
}

TEST(Finalfusion, OffersToSkipBadRowsWhereOneIsGood) {
  const auto file = [](const Values& values) {
    return File({1, 2}).words({"a", "b"}).array(2, 1, values).bytes;
  };
  expect_malformed("row 0: value 1 of 'a' is nan, expected a finite number; no row of the file is",
                   file({kNan, kNan}));
  expect_malformed("row 0: value 1 of 'a' is nan, expected a finite number (`convert` with",
                   file({kNan, 1}));
}

TEST(Finalfusion, NamesWhereABadRowIs) {
  const std::string bytes = File({1, 2}).words({"a", "b"}).array(2, 1, {1, kNan}).bytes;
  expect_malformed("file: at byte " + std::to_string(bytes.size() - 4) + ": row 1: ", bytes);
}

TEST(Finalfusion, HasNoErrorBehindTheLastRowThatIsWanted) {
  const std::string bytes = File({1, 2}).words({"a", "b"}).array(2, 1, {1, kNan}).bytes;
  Keeper keeper(1);
  EXPECT_FALSE(keep(bytes, keeper).report.read_to_end);
  EXPECT_EQ(keeper.rows.rows.words, (Words{"a"}));
}

TEST(Finalfusion, RefusesCodesWithoutCentroids) {
  File file({1, 4});
  file.words({"a", "b"});
  quantized(file, 2, false, false).floats(kCentroids).raw(std::string("\0\1\0\2", 4)).end();
  expect_malformed("row 1: found the code 2, expected less than 2, the number of centroids",
                   file.bytes);
  ReadOptions options;
  options.skip_bad = true;
  EXPECT_EQ(read(file.bytes, options).rows.words, (Words{"a"}));
}

// Infinity times 0 is NaN, of a sign that differs between instruction sets.
TEST(Finalfusion, SaysTheSameOfProjectedInfinitiesOnEveryMachine) {
  File file({1, 4});
  file.words({"a"});
  quantized(file, 1, true, false)
      .floats({kInfinity, -kInfinity, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
      .floats({0, 1, 2, 3, 4, 5, 6, 7})
      .raw(std::string("\0\0", 2))
      .end();
  const std::string active(simd::active().name);
  for (const simd::Kernels* kernels : simd::built_kernels()) {
    if (!simd::select(kernels->name)) continue;
    expect_malformed("row 0: value 1 of 'a' is nan, expected a finite number", file.bytes);
  }
  simd::select(active);
}

TEST(Finalfusion, RefusesNgramsThatAreNotFinite) {
  File file({3, 2});
  bucket_words(file, 3, 1).array(3, 1, {1, 2, kNan});
  // The last of the values, which end the file.
  expect_error(ErrorCode::malformed,
               "file: at byte " + std::to_string(file.bytes.size() - 4) +
                   ": row 2: value 1 of an n-gram is nan, expected a finite number (--skip-bad "
                   "makes such n-grams zeros)",
               [&] {
                 Keeper keeper;
                 keep(file.bytes, keeper);
               });
  File listed({8, 2});
  explicit_head(listed, 3).text("<w").u64(0).text("é").u64(1).text("rd>").u64(0).end();
  ReadOptions options;
  options.skip_bad = true;
  Keeper keeper;
  Kept kept = keep(file.bytes, keeper, options);
  EXPECT_EQ(keeper.subwords, (Values{2, 0}));
  EXPECT_EQ(kept.report.bad_rows, 0U);
  EXPECT_EQ(kept.report.note,
            "1 bad row of n-grams became zeros, the first: row 2: value 1 of an "
            "n-gram is nan, expected a finite number");
  Keeper of_list;
  kept = keep(listed.array(3, 2, {1, 2, 3, kInfinity, 5, 6}).bytes, of_list, options);
  EXPECT_EQ(of_list.subwords, (Values{0, 0, 5, 6, 0, 0}));
  EXPECT_EQ(kept.report.note.substr(0, 37), "2 bad rows of n-grams became zeros, t");
}

// Wants no n-grams.
class WordSink final : public RowSink {
 public:
  void begin(std::size_t /*dim*/, std::optional<std::uint64_t> /*rows_hint*/) override {}
  bool append(const RowBatch& /*batch*/) override { return true; }
  void finish() override {}
};

// finalfusion would have the n-grams "<" and ">" too.
TEST(Finalfusion, RefusesNgramsOfOneCharacterThatFastTextLeavesOut) {
  for (const std::uint32_t least : {0U, 1U, 2U}) {
    File file({7, 2});
    file.chunk(7).u64(1).u32(least).u32(5).u32(1).texts({"word"}).end().array(2, 1, {1, 2});
    WordSink sink;
    ByteSource source = ByteSource::from_memory("file", file.bytes);
    EXPECT_EQ(kFinalfusion.read(source, {}, sink).rows_read, 1U);
    Keeper keeper;
    if (least == 2) {
      keep(file.bytes, keeper);
    } else {
      // 20 bytes of header, 12 of the chunk's begin, 8 of the number of words.
      expect_error(ErrorCode::malformed,
                   "file: at byte 40: found " + std::to_string(least) +
                       " for the least length of n-grams, expected 2 or more",
                   [&] { keep(file.bytes, keeper); });
    }
  }
  File floret({9, 2});
  floret.chunk(9).u32(1).u32(3).u64(2).u32(1).u32(7).texts({"<", ">"}).end();
  expect_malformed("found 1 for the least length of n-grams", floret.array(2, 1, {5, 6}).bytes);
}

TEST(Finalfusion, CountsWordsThatAreNotUtf8) {
  const std::string bytes = File({1, 2}).words({"a", "\xff", "\xc3"}).array(3, 1, {1, 2, 3}).bytes;
  const Reading reading = read(bytes);
  EXPECT_EQ(reading.rows.size(), 3U);
  EXPECT_EQ(reading.report.invalid_utf8_words, 2U);
  EXPECT_EQ(reading.report.first_invalid_utf8, "row 1");
  ReadOptions options;
  options.strict_utf8 = true;
  expect_malformed("row 1: the word '\\xff' is not UTF-8", bytes, options);
}

TEST(Finalfusion, RefusesOtherOrdersOfChunks) {
  using Ids = std::vector<std::uint32_t>;
  for (const Ids& ids : {Ids{}, Ids{1}, Ids{2}, Ids{2, 1}, Ids{1, 6, 2}, Ids{1, 2, 5}, Ids{1, 1, 2},
                         Ids{1, 2, 2}, Ids{5, 5, 1, 2}, Ids{1, 2, 6, 6}, Ids{5, 2}}) {
    expect_malformed("file: at byte 12: found the chunks ", File(ids).bytes);
  }
  expect_malformed("found the chunks NdArray, SimpleVocab, expected Metadata or not, a vocabulary",
                   File({2, 1}).bytes);
  expect_malformed("file: at byte 16: found the chunk id 10, expected one of 1 to 9",
                   File({1, 10}).bytes);
  expect_malformed("found the chunk id 0", File({0, 2}).bytes);
  expect_malformed("found 5 for the number of chunks, expected at most 4",
                   File({5, 1, 2, 6, 6}).bytes);
  expect_malformed("file: at byte 20: found a chunk NdArray, expected SimpleVocab",
                   File({1, 2}).array(0, 1, {}).bytes);
}

TEST(Finalfusion, RefusesWhatDoesNotFitTogether) {
  expect_malformed("found 2 rows, expected 3",
                   File({1, 2}).words(kWords).array(2, 2, kValues).bytes);
  expect_malformed("found 2 norms, expected 3",
                   File({1, 2, 6}).words(kWords).array(3, 2, kValues).norms({1, 1}).bytes);
  expect_malformed("found 1 bytes after the last chunk", simple() + '\n');
  expect_malformed("found 11 for the type of the values, expected 10 (float32)",
                   File({1, 2}).words({}).chunk(2).u64(0).u32(1).u32(11).padding().end().bytes);
  expect_malformed("the chunk SimpleVocab has 13 bytes by what it holds, and 14 by its length",
                   File({1, 2}).chunk(1).u64(1).texts({"a"}).raw("?").end().array(1, 1, {1}).bytes);
  File shared({8, 2});
  explicit_head(shared, 1).text("ab").u64(1).end().array(2, 1, {1, 2});
  expect_malformed("found the row 1 for the n-gram 'ab', expected less than 1", shared.bytes);
  File hole({8, 2});
  explicit_head(hole, 3).text("ab").u64(0).text("bc").u64(2).text("cd").u64(2).end();
  expect_malformed("found 2 different rows of n-grams, the last of which is 2", hole.bytes);
  File twice({8, 2});
  explicit_head(twice, 2).text("ab").u64(0).text("ab").u64(1).end();
  expect_malformed("the n-gram 'ab' is there twice", twice.bytes);
  File empty({8, 2});
  explicit_head(empty, 2).text("").u64(0).text("ab").u64(1).end();
  expect_malformed("found an n-gram of 0 bytes", empty.bytes);
}

TEST(Finalfusion, DoesNotMakeASmallFileAHugeMatrix) {
  File file({8, 2});
  explicit_head(file, 2000);
  for (int i = 0; i < 2000; ++i) file.text(std::to_string(i)).u64(0);
  expect_malformed("found 2000 n-grams that share 1 rows, expected at most 256 to a row",
                   file.end().array(2, 1, {1, 2}).bytes);

  // 2000 n-grams of 256 KiB share ten rows, of a byte for 64 values.
  constexpr std::uint32_t kDim = 65536;
  File quantized({8, 4});
  explicit_head(quantized, 2000);
  for (int i = 0; i < 2000; ++i) {
    quantized.text(std::to_string(i)).u64(static_cast<std::uint64_t>(i % 10));
  }
  quantized.end().chunk(4).u32(0).u32(0).u32(kDim / 64).u32(kDim).u32(1).u64(11).u32(1).u32(10);
  quantized.padding().floats(Values(kDim, 1)).raw(std::string(11 * kDim / 64, '\0')).end();
  expect_malformed("found 2000 n-grams of 65536 values, which are more than 256 times the",
                   quantized.bytes);
}

// Each kind of file, small.
std::vector<std::string> files() {
  std::vector<std::string> all = {simple()};
  all.push_back(
      File({5, 1, 2, 6}).metadata("a = 1\n").words({"a"}).array(1, 1, {1}).norms({2}).bytes);
  File buckets({3, 2, 6});
  all.push_back(bucket_words(buckets, 3, 1).array(3, 1, {1, 2, 3}).norms({2}).bytes);
  File fasttext({7, 4});
  bucket_words(fasttext, 7, 1);
  all.push_back(quantized(fasttext, 2, true, true)
                    .floats(Values(16, 1))
                    .floats(kCentroids)
                    .floats({1, 2})
                    .raw(std::string("\0\1\1\0", 4))
                    .end()
                    .bytes);
  File listed({8, 2});
  all.push_back(explicit_head(listed, 2)
                    .text("ab")
                    .u64(1)
                    .text("cd")
                    .u64(0)
                    .end()
                    .array(3, 1, {1, 2, 3})
                    .bytes);
  File floret({9, 2});
  all.push_back(floret.chunk(9)
                    .u32(2)
                    .u32(3)
                    .u64(2)
                    .u32(1)
                    .u32(7)
                    .texts({"<", ">"})
                    .end()
                    .array(2, 1, {5, 6})
                    .bytes);
  return all;
}

TEST(Finalfusion, NamesWhereItIsTruncated) {
  const WordFile word;
  for (const std::string& whole : files()) {
    Keeper keeper;
    EXPECT_TRUE(keep(whole, keeper, word.options).at_end);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      expect_malformed("file: at byte ", whole.substr(0, size));
    }
  }
  expect_malformed(
      "file: at byte 24: found 3 bytes of the chunk SimpleVocab, expected 37: the file "
      "is truncated",
      simple().substr(0, 35));
}

// Whatever a number is made, nothing is allocated for it and nothing is read beside the bytes.
TEST(Finalfusion, StandsAnyNumberAnywhere) {
  WordFile word;
  word.options.threads = 1;
  const std::uint64_t extremes[] = {0,
                                    1,
                                    2,
                                    0x7f,
                                    0x7fffffff,
                                    0x80000000,
                                    0xfffffffe,
                                    0xffffffff,
                                    0x100000000,
                                    0x3fffffffffffffff,
                                    0x7fffffffffffffff,
                                    0x8000000000000000,
                                    0xffffffffffffffff};
  for (const std::string& whole : files()) {
    for (std::size_t at = 0; at + 4 <= whole.size(); ++at) {
      for (const std::uint64_t extreme : extremes) {
        for (const std::size_t width : {std::size_t{4}, std::size_t{8}}) {
          if (at + width > whole.size()) continue;
          std::string bytes = whole;
          bytes.replace(at, width, std::string(reinterpret_cast<const char*>(&extreme), width));
          try {
            Keeper keeper;
            keep(bytes, keeper, word.options);
          } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::malformed);
          }
        }
      }
    }
  }
}

TEST(Finalfusion, ProvesSizesByTheBytesThatAreThere) {
  constexpr std::uint64_t kMany[] = {0x7fffffff,         0x80000000,         0xffffffff,
                                     0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff};
  for (const std::uint64_t many : kMany) {
    const auto many32 = static_cast<std::uint32_t>(many) | 0x40000000U;
    expect_malformed("for the number of words, expected at most",
                     File({1, 2}).chunk(1).u64(many).texts({"a"}).end().bytes);
    expect_malformed("found 1 bytes of a word, expected",
                     File({1, 2}).chunk(1).u64(1).u32(many32).raw("a").end().bytes);
    expect_malformed("rows, expected 1",
                     File({1, 2}).words({"a"}).chunk(2).u64(many).u32(1).u32(10).end().bytes);
    expect_malformed("for the dimension, expected 1 to 65536",
                     File({1, 2}).words({"a"}).chunk(2).u64(1).u32(many32).u32(10).end().bytes);
    expect_malformed("of the chunk SimpleVocab, expected", File({1, 2}).chunk(1).end(1000).bytes);
    expect_malformed(
        "norms, expected 1",
        File({1, 2, 6}).words({"a"}).array(1, 1, {1}).chunk(6).u64(many).u32(10).end().bytes);
    File buckets({3, 2});
    expect_malformed("buckets of n-grams, expected at most 2^31",
                     bucket_words(buckets, 3, many32).bytes);
    File centroids({1, 4});
    expect_malformed(
        "centroids, expected 1 to 256",
        centroids.words({"a"}).chunk(4).u32(0).u32(0).u32(1).u32(1).u32(many32).end().bytes);
  }
  File codes({1, 4});
  expect_malformed("found 3 codes for the 4 values of a row",
                   codes.words({"a"}).chunk(4).u32(0).u32(0).u32(3).u32(4).end().bytes);
  File wide({1, 4});
  expect_malformed(
      "found 1 codes for the 65 values of a row, expected a number that divides them, "
      "with at most 64 values to a code",
      wide.words({"a"}).chunk(4).u32(0).u32(0).u32(1).u32(65).end().bytes);
  File exponent({3, 2});
  expect_malformed("found 0 rows, expected 2147483649",
                   bucket_words(exponent, 3, 31).array(0, 1, {}).bytes);
  File floret({9, 2});
  expect_malformed("n-grams are hashed to 18446744073709551615 buckets", floret.chunk(9)
                                                                             .u32(2)
                                                                             .u32(3)
                                                                             .u64(~std::uint64_t{0})
                                                                             .u32(1)
                                                                             .u32(7)
                                                                             .texts({"<", ">"})
                                                                             .end()
                                                                             .bytes);
  File lengths({3, 2});
  expect_malformed("the n-grams have at least 6 and at most 3 characters",
                   lengths.chunk(3).u64(0).u32(6).u32(3).u32(1).end().bytes);
}

TEST(Finalfusion, RefusesOtherFiles) {
  expect_malformed("found 0 bytes of the first bytes, expected 4", "");
  expect_malformed("found 'the ', expected 'FiFu': this is no finalfusion file", "the 1 2\n");
  std::string newer = simple();
  newer[4] = 1;
  expect_malformed("file: at byte 4: found the version 1 of the finalfusion format, expected 0",
                   newer);
}

TEST(Finalfusion, IsToldByItsFirstBytes) {
  const auto detected = [](const std::string& bytes) {
    ByteSource source = ByteSource::from_memory("file", bytes);
    return detect_format(source);
  };
  EXPECT_EQ(detected("FiFu"), &kFinalfusion);
  EXPECT_EQ(detected(simple()), &kFinalfusion);
  EXPECT_EQ(detected(std::string("FiFu\1\0\0\0", 8)), &kFinalfusion);
  EXPECT_EQ(detected("FiFu 1 2\nthe 3 4\n"), &kGloveText);
}

}  // namespace
}  // namespace wordvec::finalfusion_test
