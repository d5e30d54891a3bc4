#include "wordvec/store/subword_tensors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"
#include "support/temp_folder.h"
#include "support/tensors.h"
#include "wordvec/base/bytes.h"
#include "wordvec/store/container.h"
#include "wordvec/store/container_format.h"
#include "wordvec/store/container_writer.h"
#include "wordvec/store/index_container.h"

namespace wordvec::subword_tensors_test {
namespace {

using test::expect_error;
using test::Ngrams;
using test::random_rows;
using test::read_file;
using test::Rows;
using test::TempFolder;
using test::Tensors;
using Values = std::vector<float>;
using Names = std::vector<std::string>;

constexpr std::size_t kDim = 2;

std::string write(const std::string& path, const Rows& rows, const Ngrams& ngrams,
                  const ContainerOptions& options = {}, const ModelInfo& info = {},
                  std::size_t batch_rows = 1000) {
  ContainerWriter writer(path, info, options);
  test::pour(rows, ngrams, writer, batch_rows);
  return path;
}

// One of each kind of index, with what of a container is theirs.
struct Kind {
  std::string name;
  Ngrams ngrams;
  Names tensors;
};

std::vector<Kind> kinds() {
  Ngrams floret = Ngrams::hashed(kDim, 50, 1);
  floret.rules.scheme = SubwordScheme::floret;
  floret.rules.begin = "«";
  floret.rules.end = "";
  floret.rules.hash_count = 2;
  floret.rules.seed = 2166136261;
  Ngrams finalfusion = Ngrams::hashed(kDim, 64, 3);
  finalfusion.rules.scheme = SubwordScheme::finalfusion;
  finalfusion.rules.unit_length = true;
  return {
      {"all buckets", Ngrams::hashed(kDim, 100, 1), {"subwords.embeddings"}},
      {"some buckets", Ngrams::hashed(kDim, 100, 7), {"subwords.buckets", "subwords.embeddings"}},
      {"listed",
       Ngrams::listed_for_ab(),
       {"subwords.ngrams.slots", "subwords.ngrams.offsets", "subwords.ngrams.text",
        "subwords.embeddings"}},
      {"floret", std::move(floret), {"subwords.embeddings"}},
      {"finalfusion", std::move(finalfusion), {"subwords.buckets", "subwords.embeddings"}},
  };
}

void expect_same_rules(const SubwordRules& found, const SubwordRules& expected) {
  EXPECT_EQ(found.scheme, expected.scheme);
  EXPECT_EQ(found.min_length, expected.min_length);
  EXPECT_EQ(found.max_length, expected.max_length);
  EXPECT_EQ(found.buckets, expected.buckets);
  EXPECT_EQ(found.begin, expected.begin);
  EXPECT_EQ(found.end, expected.end);
  EXPECT_EQ(found.hash_count, expected.hash_count);
  EXPECT_EQ(found.seed, expected.seed);
  EXPECT_EQ(found.unit_length, expected.unit_length);
}

TEST(SubwordTensors, GiveBackWhatWasWritten) {
  const Rows rows = random_rows(40, kDim, 1);
  for (const Kind& kind : kinds()) {
    SCOPED_TRACE(kind.name);
    const TempFolder folder;
    const Container container = Container::open(write(folder.file("m"), rows, kind.ngrams));
    EXPECT_EQ(container.verify(), Names{});
    const Subwords& subwords = container.embeddings().subwords;
    expect_same_rules(subwords.rules(), kind.ngrams.rules);
    const auto values = subwords.matrix().values();
    EXPECT_EQ(Values(values.begin(), values.end()), kind.ngrams.vectors);
    EXPECT_EQ(subwords.matrix().dim, kDim);
    const auto buckets = subwords.index().buckets;
    EXPECT_EQ(std::vector<std::uint32_t>(buckets.begin(), buckets.end()), kind.ngrams.buckets);
    const Vocabulary listed = kind.ngrams.listed.view();
    ASSERT_EQ(subwords.index().ngrams.size(), listed.size());
    for (Row r = 0; r < listed.size(); ++r) {
      EXPECT_EQ(subwords.index().ngrams.find(listed.word(r)), r);
    }
    // As the same n-grams do in memory.
    const test::TestModel model(rows, kind.ngrams);
    Values expected(kDim);
    Values found(kDim);
    for (const char* word : {"ab", "abc", "ein wort", "könig", "</s>", ""}) {
      const bool has_vector = model.embeddings().subwords.vector_of(word, expected);
      EXPECT_EQ(subwords.vector_of(word, found), has_vector) << word;
      EXPECT_EQ(found, expected) << word;
    }
    Names names;
    for (const Tensor& tensor : container.header().tensors) {
      if (!tensor.name.starts_with("subwords.")) continue;
      names.push_back(tensor.name);
      EXPECT_EQ(tensor.begin % 64, 0U) << tensor.name;
      EXPECT_TRUE(is_subword_tensor(tensor.name));
    }
    EXPECT_EQ(names, kind.tensors);
  }
}

TEST(SubwordTensors, AreEqualBytesForEqualInputInAnyPieces) {
  const Rows rows = random_rows(40, kDim, 2);
  for (const Kind& kind : kinds()) {
    SCOPED_TRACE(kind.name);
    const TempFolder folder;
    const std::string once = read_file(write(folder.file("a"), rows, kind.ngrams));
    EXPECT_TRUE(once == read_file(write(folder.file("b"), rows, kind.ngrams, {}, {}, 1)));
    EXPECT_TRUE(once == read_file(write(folder.file("c"), rows, kind.ngrams, {}, {}, 7)));
  }
}

TEST(SubwordTensors, AreLeftOutWhereTheyAreNotWanted) {
  const TempFolder folder;
  const Rows rows = random_rows(40, kDim, 3);
  ContainerOptions options;
  options.subwords = false;
  for (const Kind& kind : kinds()) {
    SCOPED_TRACE(kind.name);
    write(folder.file("a"), rows, kind.ngrams, options);
    {
      // Also by a reader that does not ask.
      ContainerWriter writer(folder.file("b"), {}, options);
      const std::vector<std::string_view> words(rows.words.begin(), rows.words.end());
      writer.begin(kDim, std::nullopt);
      writer.append({kDim, words, rows.vectors});
      kind.ngrams.pour_into(writer, kDim);
      writer.finish();
    }
    {
      ContainerWriter writer(folder.file("c"), {});
      rows.pour_into(writer);
    }
    EXPECT_TRUE(read_file(folder.file("a")) == read_file(folder.file("c")));
    EXPECT_TRUE(read_file(folder.file("b")) == read_file(folder.file("c")));
    EXPECT_TRUE(Container::open(folder.file("c")).embeddings().subwords.empty());
  }
}

TEST(SubwordTensors, AreKeptByTheIndexToTheByte) {
  const Rows rows = random_rows(1500, kDim, 4);
  ContainerOptions no_codes;
  no_codes.codes = false;
  for (const Kind& kind : kinds()) {
    SCOPED_TRACE(kind.name);
    const TempFolder folder;
    const std::string expected = read_file(write(folder.file("with"), rows, kind.ngrams));
    const std::string path = write(folder.file("m"), rows, kind.ngrams, no_codes);
    EXPECT_FALSE(read_file(path) == expected);
    EXPECT_EQ(index_container(path, {}), IndexOutcome::added);
    EXPECT_TRUE(read_file(path) == expected);
    IndexOptions again;
    again.again = true;
    EXPECT_EQ(index_container(path, again), IndexOutcome::added);
    EXPECT_TRUE(read_file(path) == expected);
  }
}

TEST(SubwordTensors, FitTheHeaderBesideLongTexts) {
  Kind kind = kinds()[2];
  kind.ngrams.rules.begin = std::string(64, '<');
  kind.ngrams.rules.end = std::string(64, '>');
  ContainerOptions options;
  for (const bool codes : {false, true}) {
    options.codes = codes;
    for (std::size_t size = 100; size < 900; size += 7) {
      const TempFolder folder;
      ModelInfo info;
      info.license = std::string(size, 'x');
      const Container container = Container::open(
          write(folder.file("m"), random_rows(20, kDim, 5), kind.ngrams, options, info));
      EXPECT_EQ(container.info().license, info.license);
      EXPECT_EQ(container.embeddings().subwords.rules().end, kind.ngrams.rules.end);
    }
  }
}

TEST(SubwordTensors, RefuseWhatDoesNotFitTogether) {
  const TempFolder folder;
  const Rows rows = random_rows(20, kDim, 6);
  const auto refuse = [&](const std::string& part, const std::function<void(RowSink&)>& act) {
    ContainerWriter writer(folder.file("m"), {});
    const std::vector<std::string_view> words(rows.words.begin(), rows.words.end());
    writer.begin(kDim, std::nullopt);
    writer.append({kDim, words, rows.vectors});
    expect_error(ErrorCode::malformed, part, [&] { act(writer); });
  };
  const Ngrams all = Ngrams::hashed(kDim, 10, 1);
  const Ngrams some = Ngrams::hashed(kDim, 10, 3);
  const Ngrams listed = Ngrams::listed_for_ab();
  const auto begin = [&](const Ngrams& ngrams, std::uint64_t count) {
    return [&ngrams, count](RowSink& sink) {
      sink.begin_subwords(ngrams.rules, ngrams.index(), count);
    };
  };
  refuse("there are 0 vectors", begin(all, 0));
  refuse("there are 9 vectors of n-grams, expected 10, one for each bucket", begin(all, 9));
  refuse("there are 11 vectors of n-grams, expected 10", begin(all, 11));
  refuse("expected 4, one for each bucket that is kept", begin(some, 5));
  refuse("expected 5, one for each n-gram", begin(listed, 4));
  refuse("expected 1 to 4294967294", begin(all, std::uint64_t{1} << 32));
  refuse("expected 1 to 4294967294", begin(all, ~std::uint64_t{0}));
  Ngrams wrong = all;
  wrong.rules.min_length = 7;
  refuse("at least 7 and at most 6", begin(wrong, 10));
  wrong = all;
  wrong.rules.begin = "\xff";
  refuse("is not UTF-8", begin(wrong, 10));
  const Values row(kDim);
  refuse("found fewer vectors of n-grams than expected, 10", [&](RowSink& sink) {
    sink.begin_subwords(all.rules, all.index(), 10);
    for (int i = 0; i < 9; ++i) sink.append_subwords(row);
    sink.finish();
  });
  refuse("found more vectors of n-grams than expected, 10", [&](RowSink& sink) {
    sink.begin_subwords(all.rules, all.index(), 10);
    for (int i = 0; i < 11; ++i) sink.append_subwords(row);
  });
  EXPECT_TRUE(folder.names().empty());
}

// Containers with one thing changed.
class DamagedSubwords : public testing::Test {
 protected:
  Tensors tensors_of(const Ngrams& ngrams) const {
    const Container container =
        Container::open(write(folder_.file("intact"), random_rows(20, kDim, 7), ngrams));
    Tensors tensors(container);
    tensors.more_metadata = subword_metadata(ngrams.rules);
    return tensors;
  }

  void expect_refused(const Tensors& tensors, const std::string& part) const {
    tensors.write(folder_.file("m"));
    const std::string message =
        expect_error(ErrorCode::malformed, part, [&] { Container::open(folder_.file("m")); });
    EXPECT_NE(message.find("damaged container"), std::string::npos) << message;
  }

  std::string verified(const Tensors& tensors) const {
    tensors.write(folder_.file("m"));
    const Container container = Container::open(folder_.file("m"));
    Values vector(kDim);
    for (const char* word : {"ab", "", "könig"}) {
      (void)container.embeddings().subwords.vector_of(word, vector);
    }
    std::string all;
    for (const std::string& problem : container.verify()) all += problem + '\n';
    return all;
  }

  static void set(Tensors& tensors, std::string_view key, const std::string& value) {
    for (auto& [name, text] : tensors.more_metadata) {
      if (name == key) text = value;
    }
  }

  TempFolder folder_;
};

TEST_F(DamagedSubwords, AreRightAsTheyWere) {
  for (const Kind& kind : kinds()) {
    const Tensors tensors = tensors_of(kind.ngrams);
    EXPECT_EQ(verified(tensors), "") << kind.name;
    EXPECT_FALSE(Container::open(folder_.file("m")).embeddings().subwords.empty());
  }
}

TEST_F(DamagedSubwords, AreRefusedWithoutAnyOfTheirTensorsOrEntries) {
  for (const Kind& kind : kinds()) {
    SCOPED_TRACE(kind.name);
    const Tensors intact = tensors_of(kind.ngrams);
    for (const std::string& name : kind.tensors) {
      SCOPED_TRACE(name);
      Tensors tensors = intact;
      tensors.remove(name);
      // Without the list of kept buckets the vectors are too few.
      expect_refused(tensors, name == "subwords.buckets" ? "one for each bucket"
                                                         : "'" + name + "' is missing");
    }
    for (const auto& entry : intact.more_metadata) {
      Tensors tensors = intact;
      std::erase(tensors.more_metadata, entry);
      expect_refused(tensors, "its metadata have no " + entry.first);
    }
  }
}

TEST_F(DamagedSubwords, AreRefusedWithAnotherTypeOrShape) {
  for (const Kind& kind : kinds()) {
    SCOPED_TRACE(kind.name);
    const Tensors intact = tensors_of(kind.ngrams);
    for (const std::string& name : kind.tensors) {
      SCOPED_TRACE(name);
      Tensors tensors = intact;
      Tensors::Entry& entry = tensors.at(name);
      const Tensors::Entry before = entry;
      entry.dtype = entry.dtype == "U64" ? "I64" : entry.dtype == "U8" ? "I8" : "I32";
      expect_refused(tensors, "'" + name + "' is " + entry.dtype);
      entry = before;
      entry.shape.push_back(1);
      expect_refused(tensors, "of rank");
      if (name == "subwords.ngrams.text") continue;  // of any length
      entry = before;
      entry.bytes.append(entry.bytes, 0, entry.bytes.size() / entry.shape[0]);
      ++entry.shape[0];
      expect_refused(tensors, "expected");
      entry = before;
      entry.bytes.resize(entry.bytes.size() - entry.bytes.size() / entry.shape[0]);
      --entry.shape[0];
      expect_refused(tensors, "expected");
      entry.bytes.clear();
      entry.shape[0] = 0;
      expect_refused(tensors, "expected");
    }
    Tensors tensors = intact;
    Tensors::Entry& matrix = tensors.at("subwords.embeddings");
    matrix.shape = {matrix.shape[0] * 2, 1};
    expect_refused(tensors, "expected [");
  }
}

TEST_F(DamagedSubwords, AreRefusedWithTheIndexOfAnotherScheme) {
  Tensors listed = tensors_of(Ngrams::listed_for_ab());
  Tensors hashed = tensors_of(Ngrams::hashed(kDim, 5, 1));
  Tensors tensors = listed;
  tensors.more_metadata = hashed.more_metadata;
  expect_refused(tensors, "its n-grams are listed, but subwords_scheme is fasttext");
  hashed.more_metadata = listed.more_metadata;
  expect_refused(hashed, "its n-grams are not listed, but subwords_scheme is listed");
  listed.entries.push_back({"subwords.buckets", "U32", {5}, std::string(20, '\0')});
  expect_refused(listed, "listed and have buckets");
}

TEST_F(DamagedSubwords, AreRefusedWithRulesOutOfRange) {
  struct Damage {
    std::size_t kind;  // of kinds()
    std::string_view key;
    const char* value;
    const char* message;
  };
  const Damage kDamages[] = {
      {0, "subwords_scheme", "fastText", "subwords_scheme is 'fastText', expected one of fasttext"},
      {0, "subwords_scheme", "", "subwords_scheme is ''"},
      {0, "subwords_min_length", "7", "at least 7 and at most 6"},
      {0, "subwords_min_length", "-1", "'-1', expected a whole number"},
      {0, "subwords_min_length", "", "'', expected a whole number"},
      {0, "subwords_min_length", "3 ", "'3 ', expected a whole number"},
      {0, "subwords_min_length", "4294967296", "a whole number of 32 bits"},
      {0, "subwords_max_length", "4294967295", "up to 4294967295 characters"},
      {0, "subwords_max_length", "0", "up to 0 characters"},
      {0, "subwords_buckets", "0", "hashed to 0 buckets"},
      {0, "subwords_buckets", "99", "expected 99, one for each bucket"},
      {0, "subwords_buckets", "18446744073709551615", "buckets"},
      {0, "subwords_buckets", "18446744073709551616", "a whole number of 64 bits"},
      {1, "subwords_buckets", "14", "but only 14 buckets"},
      {0, "subwords_vector", "sum", "subwords_vector is 'sum', expected mean or unit"},
      {2, "subwords_max_length", "65", "up to 65 characters"},
      {3, "subwords_hash_count", "0", "0 hashes"},
      {3, "subwords_hash_count", "5", "5 hashes"},
      {3, "subwords_seed", "x", "subwords_seed is 'x'"},
      {4, "subwords_buckets", "100", "expected a power of two"},
  };
  for (const Damage& damage : kDamages) {
    SCOPED_TRACE(std::string(damage.key) + " = " + damage.value);
    Tensors tensors = tensors_of(kinds()[damage.kind].ngrams);
    set(tensors, damage.key, damage.value);
    expect_refused(tensors, damage.message);
  }
  Tensors tensors = tensors_of(kinds()[0].ngrams);
  set(tensors, "subwords_end", std::string(65, 'x'));
  expect_refused(tensors, "65 bytes");
}

TEST_F(DamagedSubwords, AreFoundByVerify) {
  Tensors tensors = tensors_of(Ngrams::hashed(kDim, 100, 7));
  const Tensors intact = tensors;
  std::string& buckets = tensors.at("subwords.buckets").bytes;
  store_le<std::uint32_t>(buckets.data() + 8, 7);  // as the one before it
  EXPECT_EQ(verified(tensors), "the bucket of n-gram row 2, 7, is not above the one before it\n");
  tensors = intact;
  store_le<std::uint32_t>(tensors.at("subwords.buckets").bytes.data() + 56, 100);
  EXPECT_EQ(verified(tensors),
            "the bucket of n-gram row 14, 100, is not below the number of buckets, 100\n");
  tensors = intact;
  store_le(tensors.at("subwords.embeddings").bytes.data() + 4 * 5,
           std::numeric_limits<float>::infinity());
  EXPECT_EQ(verified(tensors), "the vector of n-gram row 2 has values that are not finite\n");
  tensors = tensors_of(Ngrams::listed_for_ab());
  tensors.at("subwords.ngrams.text").bytes[0] = 'x';
  EXPECT_EQ(verified(tensors), "row 0: its n-gram 'xab' is not in the hash table\n");
}

TEST_F(DamagedSubwords, AreFoundByTheirChecksums) {
  for (const Kind& kind : kinds()) {
    SCOPED_TRACE(kind.name);
    const std::string path = write(folder_.file("m"), random_rows(20, kDim, 8), kind.ngrams);
    const std::string intact = read_file(path);
    const SafetensorsHeader header = parse_safetensors(intact, path);
    for (const std::string& name : kind.tensors) {
      std::string damaged = intact;
      damaged[header.find(name)->end - 1] ^= 1;
      test::write_file(path, damaged);
      const Names problems = Container::open(path).verify();
      ASSERT_FALSE(problems.empty()) << name;
      EXPECT_NE(problems[0].find("tensor '" + name + "' has the checksum"), std::string::npos);
      expect_error(ErrorCode::malformed, "has the checksum", [&] {
        IndexOptions again;
        again.again = true;
        index_container(path, again);
      });
    }
  }
}

}  // namespace
}  // namespace wordvec::subword_tensors_test
