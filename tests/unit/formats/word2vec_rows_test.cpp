#include "wordvec/formats/word2vec_rows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "support/reading.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/format.h"

namespace wordvec::word2vec_rows_test {
namespace {

using test::bits_of;
using test::expect_error;
using test::read_bytes;
using test::Reading;
using test::RecordingSink;
using test::Rows;
using test::Through;
using Words = std::vector<std::string>;
using Values = std::vector<float>;

// What gensim writes, byte for byte, and with "\n" as `end` what word2vec.c writes.
std::string file_of(const Rows& rows, const std::string& end = "") {
  std::string bytes = std::to_string(rows.size()) + ' ' + std::to_string(rows.dim) + '\n';
  for (std::size_t r = 0; r < rows.size(); ++r) {
    bytes += rows.words[r] + ' ';
    bytes.append(reinterpret_cast<const char*>(rows.vectors.data() + r * rows.dim),
                 rows.dim * sizeof(float));
    bytes += end;
  }
  return bytes;
}

class Random {
 public:
  explicit Random(unsigned seed) : bits_(seed) {}

  std::size_t below(std::size_t n) { return static_cast<std::size_t>(bits_() % n); }
  float uniform() { return static_cast<float>(bits_()) / 4294967296.0F - 0.5F; }
  std::string name() {
    std::string name(1 + below(9), ' ');
    for (char& c : name) c = static_cast<char>('a' + below(26));
    return name;
  }
  std::string phrase() {
    std::string phrase = name();
    for (std::size_t more = 1 + below(3); more > 0; --more) phrase += ' ' + name();
    return phrase;
  }

 private:
  std::mt19937 bits_;
};

using Value = std::function<float(Random&)>;

Rows random_phrases(unsigned seed, std::size_t count, std::size_t dim, const Value& value) {
  Random random(seed);
  Rows rows;
  for (std::size_t r = 0; r < count; ++r) {
    Values vector(dim);
    for (float& x : vector) x = value(random);
    rows.add((random.below(4) == 0 ? random.phrase() : random.name()) + std::to_string(r), vector);
  }
  return rows;
}

void expect_same(const Rows& rows, const std::string& end, const ReadOptions& options = {}) {
  const std::string bytes = file_of(rows, end);
  for (const Through through : {Through::memory, Through::pipe}) {
    const Reading reading = read_bytes(kWord2vecBinary, bytes, options, through);
    EXPECT_EQ(reading.rows.words, rows.words);
    EXPECT_EQ(bits_of(reading.rows.vectors), bits_of(rows.vectors));
  }
}

TEST(Word2vecRows, AreThoseThatWereWrittenWhateverTheValues) {
  const std::vector<Value> kinds = {
      [](Random& random) { return random.uniform(); },
      [](Random& random) { return random.uniform() / 300; },
      [](Random& random) { return std::round(random.uniform() * 16) / 4; },
      [](Random& random) { return std::round(random.uniform() * 1024) / 256; },
      [](Random& random) { return random.below(20) == 0 ? random.uniform() : 0.0F; },
      [](Random& random) { return random.below(20) == 0 ? random.uniform() : -0.0F; },
      [](Random& random) { return std::round(random.uniform() * 254); },
      [](Random& random) { return random.uniform() * 1e-30F; },
      [](Random& random) { return random.uniform() * 1e25F; },
      [](Random&) { return 0.1F; },
      [](Random&) { return 0.0F; },
  };
  unsigned seed = 0;
  for (const Value& value : kinds) {
    for (const std::size_t dim : {32U, 50U, 300U}) {
      for (const char* const end : {"", "\n"}) {
        SCOPED_TRACE(seed);
        expect_same(random_phrases(++seed, 40, dim, value), end);
      }
    }
  }
}

TEST(Word2vecRows, HaveWordsWithAnyBytes) {
  Rows rows = random_phrases(7, 40, 50, [](Random& random) { return random.uniform(); });
  const Words odd = {" ",    "",     "\n",      "\t",    "\r\n",      "new york ",  " new york",
                     "a\nb", "\x01", "a\x7f b", "\xff",  "\xe9t\xe9", "北京 大学",  "1.5 2.5",
                     "  ",   "\n\n", "a  b",    "x\n y", "\nz",       "of the 3 we"};
  for (std::size_t i = 0; i < odd.size(); ++i) rows.words[2 * i + 1] = odd[i];
  rows.words[10] = std::string("nul\0 nul", 8);
  for (const char* const end : {"", "\n"}) expect_same(rows, end);
}

TEST(Word2vecRows, MayAllBePhrases) {
  Rows rows = random_phrases(8, 50, 50, [](Random& random) { return random.uniform(); });
  for (std::size_t r = 0; r < rows.size(); ++r) rows.words[r] = "the " + rows.words[r] + " of it";
  for (const char* const end : {"", "\n"}) expect_same(rows, end);
}

TEST(Word2vecRows, AreFoundInTheFirstAndInTheLastRow) {
  Rows rows = random_phrases(9, 3, 50, [](Random& random) { return random.uniform(); });
  rows.words = {"new york", "x", "los angeles"};
  for (const char* const end : {"", "\n"}) expect_same(rows, end);
  rows.words = {"a b", "c d", "e f"};
  for (const char* const end : {"", "\n"}) expect_same(rows, end);
}

TEST(Word2vecRows, AreTheAuthorsWhereAPhraseIsFourBytesOfAValue) {
  // "bcd " is the float 1.9e-19 too, and every other value of the row would be right.
  Rows rows = random_phrases(10, 40, 50, [](Random& random) { return random.uniform(); });
  for (std::size_t r = 0; r < rows.size(); r += 3) rows.words[r] = std::to_string(r) + " bcd";
  for (const char* const end : {"", "\n"}) expect_same(rows, end);
}

TEST(Word2vecRows, AreTakenAsTheyStandWhereNoWordHasASpace) {
  // The bytes of the first values are letters and a space: "abc ".
  Rows rows = random_phrases(11, 40, 50, [](Random& random) { return random.uniform(); });
  for (std::size_t r = 0; r < rows.size(); ++r) {
    rows.words[r] = "w" + std::to_string(r);
    rows.vectors[r * rows.dim] = 1.39e-19F;
    rows.vectors[r * rows.dim + 7] = 1e-38F;
    rows.vectors[r * rows.dim + 8] = -1e30F;
  }
  for (const char* const end : {"", "\n"}) expect_same(rows, end);
}

TEST(Word2vecRows, OfFewValuesAreTakenWhereWordsAreWords) {
  for (const std::size_t dim : {1U, 2U, 3U, 8U}) {
    Rows rows = random_phrases(12, 400, dim, [](Random& random) { return random.uniform(); });
    for (std::size_t r = 0; r < rows.size(); ++r) rows.words[r] = "w" + std::to_string(r);
    for (const char* const end : {"", "\n"}) expect_same(rows, end);
  }
}

TEST(Word2vecRows, StayInStepAfterOneThatIsSkipped) {
  Rows rows = random_phrases(13, 20, 50, [](Random& random) { return random.uniform(); });
  rows.words[4] = "bad phrase";
  rows.vectors[4 * rows.dim + 3] = std::nanf("");
  ReadOptions options;
  options.skip_bad = true;
  const Reading reading = read_bytes(kWord2vecBinary, file_of(rows), options);
  Rows expected = rows;
  expected.words.erase(expected.words.begin() + 4);
  EXPECT_EQ(reading.rows.words, expected.words);
  EXPECT_EQ(reading.report.bad_examples,
            Words{"row 4: value 4 of 'bad phrase' is nan, expected a finite number"});
}

TEST(Word2vecRows, TellOfWordsWhoseEndWasFoundOut) {
  Rows rows = random_phrases(14, 5, 50, [](Random& random) { return random.uniform(); });
  rows.words = {"a", "b", "new york", "d", "los angeles"};
  EXPECT_EQ(read_bytes(kWord2vecBinary, file_of(rows)).report.note,
            "2 words have a space, the first of them 'new york' at row 2: where they end was told "
            "by what the rest of the file can be");
  EXPECT_EQ(read_bytes(kWord2vecBinary, file_of(rows, "\n")).report.note, "");
}

TEST(Word2vecRows, AreRefusedWhereSeveralDivisionsFit) {
  // One value tells little of where a word ends.
  int refused = 0;
  for (unsigned seed = 100; seed < 130; ++seed) {
    const Rows rows = random_phrases(seed, 60, 1, [](Random& random) { return random.uniform(); });
    try {
      read_bytes(kWord2vecBinary, file_of(rows));
    } catch (const Error& error) {
      const std::string what = error.what();
      if (what.find(": cannot tell where the word that begins with '") == std::string::npos)
        continue;
      ++refused;
      EXPECT_NE(what.find(": row "), std::string::npos) << what;
      EXPECT_NE(what.find("write the vectors anew as text"), std::string::npos) << what;
    }
  }
  EXPECT_GT(refused, 0);
}

std::vector<Values> random_values(std::size_t count, std::size_t dim) {
  Random random(16);
  std::vector<Values> values(count, Values(dim));
  for (Values& vector : values) {
    for (float& value : vector) value = random.uniform();
  }
  return values;
}

TEST(Word2vecRows, AreNamedWhereOneHasOtherValuesThanTheRest) {
  ReadOptions trusting;
  trusting.trust_rows = true;
  for (const std::size_t dim : {1U, 2U, 3U, 12U, 50U}) {
    for (const char* const end : {"", "\n"}) {
      for (const int other : {-1, 1, 2}) {
        for (const std::size_t odd : {0U, 1U, 20U, 38U}) {
          SCOPED_TRACE(std::to_string(dim) + (*end == 0 ? "" : " ended") + ' ' +
                       std::to_string(other) + ' ' + std::to_string(odd));
          std::vector<Values> values = random_values(40, dim);
          values[odd].resize(dim + static_cast<std::size_t>(other), 1 / 3.0F);
          std::string bytes = "40 " + std::to_string(dim) + '\n';
          for (std::size_t r = 0; r < values.size(); ++r) {
            bytes += "word" + std::string(1, static_cast<char>('a' + r % 26)) + ' ';
            bytes.append(reinterpret_cast<const char*>(values[r].data()),
                         values[r].size() * sizeof(float));
            bytes += end;
          }
          const std::size_t found = dim + static_cast<std::size_t>(other);
          const std::string message = "row " + std::to_string(odd) + ": found " +
                                      std::to_string(found) + " values, expected " +
                                      std::to_string(dim) + " as the header says";
          for (const ReadOptions& options : {ReadOptions(), trusting}) {
            // Without any value, two words are one that has a space.
            if (options.trust_rows && found == 0) continue;
            const std::string what = expect_error(ErrorCode::malformed, message, [&] {
              read_bytes(kWord2vecBinary, bytes, options);
            });
            EXPECT_EQ(what.find("`convert` with --limit " + std::to_string(odd) + " takes") ==
                          std::string::npos,
                      odd == 0)
                << what;
          }
          // As --limit reads it.
          RecordingSink sink(odd);
          ByteSource source = ByteSource::from_memory("file", bytes);
          if (odd > 0) {
            EXPECT_FALSE(kWord2vecBinary.read(source, {}, sink).read_to_end);
            EXPECT_GE(sink.rows.size(), odd);
          }
        }
      }
    }
  }
}

TEST(Word2vecRows, ShowThatTheHeaderGivesAnotherDimension) {
  for (const std::size_t dim : {1U, 2U, 5U, 300U}) {
    for (const char* const end : {"", "\n"}) {
      std::string rows;
      for (const Values& values : random_values(20, dim)) {
        rows += "words ";
        rows.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
        rows += end;
      }
      for (const std::size_t wrong : {dim + 1, dim + 3, 2 * dim, dim - 1}) {
        if (wrong == 0) continue;
        ReadOptions trusting;
        trusting.trust_rows = true;
        const std::string head = "20 " + std::to_string(wrong) + '\n';
        for (const ReadOptions& options : {ReadOptions(), trusting}) {
          expect_error(ErrorCode::malformed,
                       "the header gives the dimension " + std::to_string(wrong) +
                           ", and all 20 rows have " + std::to_string(dim) + " value",
                       [&] { read_bytes(kWord2vecBinary, head + rows, options); });
        }
        expect_error(ErrorCode::malformed,
                     "`{ printf '20 " + std::to_string(dim) + "\\n'; tail -c +" +
                         std::to_string(head.size() + 1) + " FILE; } | wordvec convert - OUT`",
                     [&] { read_bytes(kWord2vecBinary, head + rows); });
      }
    }
  }
}

TEST(Word2vecRows, NameAllOptionsThatLiftARefusal) {
  Rows rows = random_phrases(15, 4, 50, [](Random& random) { return random.uniform(); });
  rows.vectors[rows.dim] = std::nanf("");
  std::string bytes = file_of(rows, "\n");
  expect_error(ErrorCode::malformed, "finite number (`convert` with --skip-bad reads",
               [&] { read_bytes(kWord2vecBinary, bytes); });
  bytes[0] = '5';
  expect_error(ErrorCode::malformed,
               "finite number (`convert` with --skip-bad and --trust-rows, both,",
               [&] { read_bytes(kWord2vecBinary, bytes); });
  bytes[0] = '3';
  expect_error(ErrorCode::malformed,
               "finite number (`convert` with --skip-bad and --trust-rows, both,",
               [&] { read_bytes(kWord2vecBinary, bytes); });
  ReadOptions options;
  options.skip_bad = true;
  expect_error(ErrorCode::malformed, "promises (`convert` with --trust-rows takes what is there)",
               [&] { read_bytes(kWord2vecBinary, bytes, options); });
}

TEST(Word2vecRows, CostTimeInProportionToTheBytesWhateverTheyAre) {
  for (const char c : {' ', 'a', '\n', '\0'}) {
    std::string bytes = "1000 64\n";
    for (int i = 0; i < 1'000'000; ++i) bytes += i % 97 == 0 ? ' ' : c;
    try {
      read_bytes(kWord2vecBinary, bytes);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::malformed);
    }
  }
}

}  // namespace
}  // namespace wordvec::word2vec_rows_test
