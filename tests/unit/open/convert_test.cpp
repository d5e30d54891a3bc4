#include "wordvec/open/convert.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "support/expect_error.h"
#include "support/rows.h"
#include "support/temp_folder.h"
#include "wordvec/base/error.h"
#include "wordvec/base/hash.h"
#include "wordvec/open/model.h"
#include "wordvec/store/container_writer.h"

namespace wordvec::convert_test {
namespace {

using test::expect_error;
using test::read_file;
using test::TempFolder;
using Words = std::vector<std::string>;

// As the writer of GloVe text has it.
constexpr char kText[] =
    "the 0.25 -1\nof 1e-45 3\n. 0 -0\nat x 0.1 3.4028235e+38\na\xc2\xa0"
    "b 1e+20 0.3\n\xff 1 2\n";

Words words_of(const std::string& path) {
  const Model model = Model::open(path, "", {});
  Words words;
  for (std::size_t r = 0; r < model.embeddings().rows(); ++r) {
    words.emplace_back(model.embeddings().vocabulary.word(static_cast<Row>(r)));
  }
  return words;
}

TEST(Convert, GivesBackTheTextThatWentIn) {
  const TempFolder folder;
  const std::string text = folder.write("a.txt", kText);
  const std::string container = folder.file("b.safetensors");
  const ConvertReport in = convert(text, container, {});
  EXPECT_EQ(in.from, "glove");
  EXPECT_EQ(in.to, "wordvec");
  EXPECT_EQ(in.rows, 6U);
  EXPECT_EQ(in.dim, 2U);
  EXPECT_EQ(in.counts.zero_rows, 1U);
  EXPECT_EQ(in.read.invalid_utf8_words, 1U);
  EXPECT_EQ(in.output_path, container);
  const ConvertReport out = convert(container, folder.file("c.txt"), {});
  EXPECT_EQ(out.from, "wordvec");
  EXPECT_EQ(out.to, "glove");
  EXPECT_EQ(read_file(folder.file("c.txt")), kText);
  EXPECT_EQ(folder.names(), (Words{"a.txt", "b.safetensors", "c.txt"}));
}

TEST(Convert, GivesBackTheContainerThroughWord2vecBinary) {
  const TempFolder folder;
  test::random_rows(5000, 9, 1).pour_into(*kGloveText.make_writer(folder.file("a.txt"), 1));
  convert(folder.file("a.txt"), folder.file("b.safetensors"), {});
  convert(folder.file("b.safetensors"), folder.file("c.bin"), {});
  convert(folder.file("c.bin"), folder.file("d.safetensors"), {});
  convert(folder.file("d.safetensors"), folder.file("e.vec"), {});
  convert(folder.file("e.vec"), folder.file("f.txt"), {});
  EXPECT_TRUE(read_file(folder.file("a.txt")) == read_file(folder.file("f.txt")));
  const Model b = Model::open(folder.file("b.safetensors"), "", {});
  const Model d = Model::open(folder.file("d.safetensors"), "", {});
  for (const char* name : {"embeddings", "norms", "words.text", "words.offsets", "words.slots"}) {
    const std::string key = "xxh3_128." + std::string(name);
    EXPECT_EQ(b.container()->header().metadata_value(key),
              d.container()->header().metadata_value(key));
    EXPECT_FALSE(b.container()->header().metadata_value(key).empty());
  }
}

class ConvertNgrams : public testing::Test {
 protected:
  ConvertNgrams() {
    ContainerWriter writer(folder_.file("a.safetensors"), {});
    test::pour(rows_, ngrams_, writer);
  }

  Embeddings open(const std::string& name) {
    return models_.emplace_back(Model::open(folder_.file(name), "", {})).embeddings();
  }

  void expect_kept(const std::string& name) {
    const Subwords subwords = open(name).subwords;
    const auto values = subwords.matrix().values();
    EXPECT_EQ(std::vector<float>(values.begin(), values.end()), ngrams_.vectors);
    EXPECT_EQ(subwords.index().buckets.size(), ngrams_.buckets.size());
    EXPECT_EQ(subwords.rules().buckets, ngrams_.rules.buckets);
    EXPECT_EQ(models_.back().container()->verify(), Words{});
  }

  const TempFolder folder_;
  const test::Rows rows_ = test::random_rows(5000, 3, 1);
  const test::Ngrams ngrams_ = test::Ngrams::hashed(3, 30'000, 3);
  std::vector<Model> models_;
};

TEST_F(ConvertNgrams, GoFromContainerToContainer) {
  std::uint64_t told = 0;
  ConvertOptions options;
  options.progress = [&](std::uint64_t bytes, std::optional<std::uint64_t> all) {
    EXPECT_EQ(all, (5000U + 10'000U) * 3 * sizeof(float));
    EXPECT_GT(bytes, told);
    told = bytes;
  };
  const ConvertReport report =
      convert(folder_.file("a.safetensors"), folder_.file("b.safetensors"), options);
  EXPECT_TRUE(report.read.has_subwords);
  EXPECT_TRUE(report.kept_subwords);
  EXPECT_EQ(told, (5000U + 10'000U) * 3 * sizeof(float));
  expect_kept("b.safetensors");
  EXPECT_EQ(open("b.safetensors").rows(), 5000U);
}

TEST_F(ConvertNgrams, StayWhereRowsAreChosen) {
  ConvertOptions options;
  options.limit = 7;
  EXPECT_TRUE(
      convert(folder_.file("a.safetensors"), folder_.file("b.safetensors"), options).kept_subwords);
  expect_kept("b.safetensors");
  EXPECT_EQ(open("b.safetensors").rows(), 7U);
  options = {};
  options.words = {"w4", "w4999", "unknown"};
  EXPECT_TRUE(
      convert(folder_.file("a.safetensors"), folder_.file("b.safetensors"), options).kept_subwords);
  expect_kept("b.safetensors");
  EXPECT_EQ(words_of(folder_.file("b.safetensors")), (Words{"w4", "w4999"}));
  options.words = {"unknown"};
  EXPECT_EQ(convert(folder_.file("a.safetensors"), folder_.file("c.safetensors"), options).rows,
            0U);
  EXPECT_EQ(folder_.names(), (Words{"a.safetensors", "b.safetensors"}));
}

TEST_F(ConvertNgrams, AreLeftOutOnRequestAndWhereTheFormatHasNoPlaceForThem) {
  ConvertOptions options;
  options.subwords = false;
  const ConvertReport dropped =
      convert(folder_.file("a.safetensors"), folder_.file("b.safetensors"), options);
  EXPECT_TRUE(dropped.read.has_subwords);
  EXPECT_FALSE(dropped.kept_subwords);
  EXPECT_TRUE(open("b.safetensors").subwords.empty());
  const ConvertReport text = convert(folder_.file("a.safetensors"), folder_.file("c.txt"), {});
  EXPECT_TRUE(text.read.has_subwords);
  EXPECT_FALSE(text.kept_subwords);
  EXPECT_TRUE(open("c.txt").subwords.empty());
  const ConvertReport back = convert(folder_.file("c.txt"), folder_.file("d.safetensors"), {});
  EXPECT_FALSE(back.read.has_subwords);
  EXPECT_FALSE(back.kept_subwords);
}

TEST(Convert, NotesWhereTheRowsComeFrom) {
  const TempFolder folder;
  ConvertOptions options;
  options.license = "PDDL";
  options.citation = "me";
  convert(folder.write("glove.txt", kText), folder.file("m.safetensors"), options);
  const ModelInfo info = Model::open(folder.file("m.safetensors"), "", {}).info();
  EXPECT_EQ(info.source, "glove.txt");
  EXPECT_EQ(info.source_format, "glove");
  EXPECT_EQ(info.source_size_bytes, sizeof kText - 1);
  Hash128 hash;
  hash.update(std::as_bytes(std::span(kText, sizeof kText - 1)));
  EXPECT_EQ(info.source_checksum, hash.hex());
  EXPECT_EQ(info.license, "PDDL");
  EXPECT_EQ(info.citation, "me");
  EXPECT_EQ(info.creator.find("wordvec "), 0U);
  // A container keeps what it knows of its source.
  convert(folder.file("m.safetensors"), folder.file("n.safetensors"), {});
  const ModelInfo again = Model::open(folder.file("n.safetensors"), "", {}).info();
  EXPECT_EQ(again.source, "glove.txt");
  EXPECT_EQ(again.source_checksum, info.source_checksum);
  EXPECT_EQ(again.license, "PDDL");
}

TEST(Convert, WritesEqualBytesForEqualInput) {
  const TempFolder folder;
  const std::string text = folder.write("a.txt", kText);
  for (unsigned threads = 1; threads <= 4; ++threads) {
    ConvertOptions options;
    options.read.threads = threads;
    convert(text, folder.file(std::to_string(threads) + ".safetensors"), options);
    EXPECT_TRUE(read_file(folder.file("1.safetensors")) ==
                read_file(folder.file(std::to_string(threads) + ".safetensors")));
  }
}

TEST(Convert, ReadsAPipe) {
  const TempFolder folder;
  ASSERT_EQ(::mkfifo(folder.file("pipe").c_str(), 0600), 0);
  std::jthread writer([&] { std::ofstream(folder.file("pipe")) << kText; });
  convert(folder.file("pipe"), folder.file("m.safetensors"), {});
  writer.join();
  const Model model = Model::open(folder.file("m.safetensors"), "", {});
  EXPECT_EQ(model.embeddings().rows(), 6U);
  EXPECT_EQ(model.info().source_size_bytes, sizeof kText - 1);
  EXPECT_TRUE(model.container()->verify().empty());
}

TEST(Convert, DropsDuplicates) {
  const TempFolder folder;
  const ConvertReport report =
      convert(folder.write("a.txt", "a 1\nb 2\na 3\nb 4\n"), folder.file("m.safetensors"), {});
  EXPECT_EQ(report.rows, 2U);
  EXPECT_EQ(report.counts.duplicates, 2U);
  EXPECT_EQ(report.counts.first_duplicate, "a");
  const Model model = Model::open(folder.file("m.safetensors"), "", {});
  EXPECT_EQ(model.embeddings().matrix.row(1)[0], 2);
  EXPECT_TRUE(model.container()->verify().empty());
}

TEST(Convert, KeepsTheFirstRowsUpToALimit) {
  const TempFolder folder;
  const std::string text = folder.write("a.txt", "a 1\na 2\nb 3\nc 4\nd 5\n");
  ConvertOptions options;
  options.limit = 3;
  for (const char* out : {"m.safetensors", "m.txt", "m.bin", "m.vec"}) {
    EXPECT_EQ(convert(text, folder.file(out), options).rows, 3U);
    EXPECT_EQ(words_of(folder.file(out)), (Words{"a", "b", "c"}));
  }
  options.limit = 2;
  EXPECT_EQ(convert(folder.file("m.safetensors"), folder.file("n.txt"), options).rows, 2U);
  options.limit = 100;
  EXPECT_EQ(convert(text, folder.file("n.txt"), options).rows, 4U);
  // What was not read has no checksum.
  options.limit = 1;
  convert(text, folder.file("one.safetensors"), options);
  EXPECT_EQ(Model::open(folder.file("one.safetensors"), "", {}).info().source_checksum, "");
}

// In every format: what lies behind the last row that is wanted is not looked at.
TEST(Convert, StopsAtTheLimitBeforeABadRow) {
  const TempFolder folder;
  const std::string one("\0\0\x80\x3f\n", 5);
  const std::string nan("\0\0\xc0\x7f\n", 5);
  const std::vector<std::string> sources = {
      folder.write("a.txt", "a 1\nb 1\nc nan\nd 1\n"),
      folder.write("a.vec", "4 1\na 1\nb 1\nc nan\nd 1\n"),
      folder.write("a.bin", "4 1\na " + one + "b " + one + "c " + nan + "d " + one),
  };
  for (const std::string& source : sources) {
    ConvertOptions options;
    options.limit = 2;
    EXPECT_EQ(convert(source, folder.file("out.txt"), options).rows, 2U) << source;
    EXPECT_EQ(read_file(folder.file("out.txt")), "a 1\nb 1\n") << source;
    options.limit = 3;
    expect_error(ErrorCode::malformed, "nan",
                 [&] { convert(source, folder.file("out.txt"), options); });
  }
}

// The size and the checksum of a source are those of all its rows.
TEST(Convert, ForgetsTheSourcesChecksumWhenRowsWereChosen) {
  const TempFolder folder;
  const std::string all = folder.file("all.safetensors");
  convert(folder.write("a.txt", kText), all, {});
  const auto info_of = [&](const ConvertOptions& options) {
    convert(all, folder.file("some.safetensors"), options);
    return Model::open(folder.file("some.safetensors"), "", {}).info();
  };
  ConvertOptions options;
  EXPECT_EQ(info_of(options).source_checksum.size(), 32U);
  EXPECT_EQ(info_of(options).source_size_bytes, sizeof kText - 1);
  options.limit = 2;
  EXPECT_EQ(info_of(options).source_checksum, "");
  EXPECT_EQ(info_of(options).source_size_bytes, 0U);
  options = {};
  options.words = Words{"the"};
  EXPECT_EQ(info_of(options).source_checksum, "");
  EXPECT_EQ(info_of(options).source, "a.txt");
}

TEST(Convert, KeepsChosenWordsInTheirOrder) {
  const TempFolder folder;
  const std::string text = folder.write("a.txt", "a 1\nb 2\nc 3\nd 4\n");
  ConvertOptions options;
  options.words = Words{"d", "x", "a", "d", "c", "y"};
  ConvertReport report = convert(text, folder.file("m.safetensors"), options);
  EXPECT_EQ(words_of(folder.file("m.safetensors")), (Words{"d", "a", "c"}));
  EXPECT_EQ(report.missing_words, (Words{"x", "y"}));
  EXPECT_EQ(report.rows, 3U);
  options.limit = 2;
  report = convert(text, folder.file("n.vec"), options);
  EXPECT_EQ(words_of(folder.file("n.vec")), (Words{"d", "a"}));
  options.words = Words{"x"};
  report = convert(text, folder.file("o.txt"), options);
  EXPECT_EQ(report.rows, 0U);
  EXPECT_EQ(report.missing_words, Words{"x"});
  EXPECT_FALSE(std::filesystem::exists(folder.file("o.txt")));
}

std::vector<std::uint64_t> counts_of(const std::string& path) {
  const Model model = Model::open(path, "", {});
  const auto counts = model.embeddings().counts;
  return {counts.begin(), counts.end()};
}

TEST(Convert, TakesCountsFromAListAndKeepsThemThroughEdits) {
  using Counts = std::vector<std::uint64_t>;
  const TempFolder folder;
  const std::string text = folder.write("a.txt", "a 1 2\nb 2 2\nc 3 -3\nd 4 0\n");
  const std::string counted = folder.file("m.safetensors");
  ConvertOptions options;
  options.counts = ListedCounts{{"c", "a", "elsewhere", "b", "a"}, {30, 7, 5, 20, 3}, "v.txt"};
  ConvertReport report = convert(text, counted, options);
  EXPECT_EQ(counts_of(counted), (Counts{10, 20, 30, 0}));
  EXPECT_EQ(report.missing_counts, 1U);
  EXPECT_EQ(report.first_missing_count, "d");
  EXPECT_EQ(report.edits, "counts v.txt");

  const std::string again = folder.file("n.safetensors");
  const auto edit = [&](const std::function<void(ConvertOptions&)>& set) {
    ConvertOptions edited;
    set(edited);
    convert(counted, again, edited);
    return counts_of(again);
  };
  EXPECT_EQ(edit([](ConvertOptions&) {}), (Counts{10, 20, 30, 0}));
  EXPECT_EQ(edit([](auto& o) { o.words = Words{"c", "x", "a"}; }), (Counts{30, 10}));
  EXPECT_EQ(edit([](auto& o) { o.limit = 2; }), (Counts{10, 20}));
  EXPECT_EQ(edit([](auto& o) { o.edits.normalize = true; }), (Counts{10, 20, 30, 0}));
  EXPECT_EQ(edit([](auto& o) { o.edits.reduce = 1; }), (Counts{10, 20, 30, 0}));
  const Model other =
      Model::open(folder.write("o.txt", "c 1 1\nb 1 1\nx 1 1\n"), "", ReadOptions{});
  EXPECT_EQ(edit([&](auto& o) { o.merge = Merge{other, MergeBy::average}; }), (Counts{20, 30}));
  // Another list takes the place of the first.
  EXPECT_EQ(edit([](auto& o) { o.counts = ListedCounts{{"b"}, {9}, "w"}; }), (Counts{0, 9, 0, 0}));
  options.to = "glove";
  expect_error(ErrorCode::usage, "glove has no place for counts",
               [&] { convert(text, folder.file("o"), options); });
}

// With an accent of its own, and as one character.
TEST(Convert, FindsWordsByTheSpellingThatIsTheSame) {
  using Counts = std::vector<std::uint64_t>;
  const TempFolder folder;
  const std::string text = folder.write("a.txt", "b 1\ncaf\u00e9 2\nth\u00e9 3\ne\u0301 4\n");
  const std::string out = folder.file("m.safetensors");
  ConvertOptions options;
  options.words = Words{"cafe\u0301", "the", "\u00e9", "b"};
  options.counts =
      ListedCounts{{"cafe\u0301", "the\u0301", "th\u00e9", "e\u0300"}, {7, 5, 3, 2}, "v"};
  ConvertReport report = convert(text, out, options);
  EXPECT_EQ(report.missing_words, Words{"the"});
  EXPECT_EQ(report.words_spelt_otherwise.count, 2U);
  EXPECT_EQ(report.words_spelt_otherwise.first, "cafe\u0301");
  EXPECT_EQ(report.words_spelt_otherwise.first_found, "caf\u00e9");
  EXPECT_EQ(counts_of(out), (Counts{7, 0, 0}));
  EXPECT_EQ(report.counts_spelt_otherwise.count, 1U);
  EXPECT_EQ(report.counts_spelt_otherwise.first, "caf\u00e9");
  EXPECT_EQ(report.counts_spelt_otherwise.first_found, "cafe\u0301");
  EXPECT_EQ(report.missing_counts, 2U);
  // As it is spelt comes first.
  options.words.reset();
  EXPECT_EQ(convert(text, out, options).counts_spelt_otherwise.count, 1U);
  EXPECT_EQ(counts_of(out), (Counts{0, 7, 3, 0}));

  ConvertOptions merging;
  merging.merge = Merge{Model::open(folder.write("o.txt", "cafe\u0301 9\nthe 9\n"), "", {}),
                        MergeBy::concatenate};
  report = convert(text, out, merging);
  EXPECT_EQ(report.rows, 1U);
  EXPECT_EQ(report.merge_dropped, 3U);
  EXPECT_EQ(report.merged_spelt_otherwise.count, 1U);
}

TEST(Convert, NotesWhichTensorItTook) {
  const TempFolder folder;
  const std::string json = R"({"wte.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}})";
  const std::uint64_t size = json.size();
  const std::string path =
      folder.write("m.safetensors", std::string(reinterpret_cast<const char*>(&size), sizeof size) +
                                        json + std::string("\0\0\x80\x3f", 4));
  folder.write("vocab.json", R"({"a":0})");
  const std::string out = folder.file("o.safetensors");
  convert(path, out, {});
  EXPECT_EQ(Model::open(out, "", {}).info().source_tensor, "wte.weight");
  EXPECT_EQ(Model::open(path, "", {}).info().source_tensor, "wte.weight");
  // A container of that container says the same.
  convert(out, folder.file("p.safetensors"), {});
  EXPECT_EQ(Model::open(folder.file("p.safetensors"), "", {}).info().source_tensor, "wte.weight");
}

TEST(Convert, RefusesToOverwriteItsInput) {
  const TempFolder folder;
  const std::string text = folder.write("a.txt", "a 1\n");
  std::filesystem::create_symlink("a.txt", folder.file("link.txt"));
  std::filesystem::create_hard_link(text, folder.file("hard.txt"));
  for (const char* out : {"a.txt", "./a.txt", "link.txt", "hard.txt"}) {
    expect_error(ErrorCode::usage, "both input and output",
                 [&] { convert(text, folder.file(out), {}); });
  }
  EXPECT_EQ(read_file(text), "a 1\n");
}

TEST(Convert, LeavesNothingAfterAnError) {
  const TempFolder folder;
  const std::string text = folder.write("a.txt", "a 1\nb nan\n");
  const std::string old = folder.write("old.safetensors", "old");
  for (const char* out : {"m.safetensors", "m.txt", "m.bin", "m.vec", "old.safetensors"}) {
    expect_error(ErrorCode::malformed, "a.txt:2:", [&] { convert(text, folder.file(out), {}); });
  }
  EXPECT_EQ(folder.names(), (Words{"a.txt", "old.safetensors"}));
  EXPECT_EQ(read_file(old), "old");
  expect_error(ErrorCode::malformed, "has no rows", [&] {
    convert(folder.write("zero.vec", "0 2\n"), folder.file("m.safetensors"), {});
  });
  ConvertOptions to_container;
  to_container.to = "wordvec";
  expect_error(ErrorCode::usage, "pipe", [&] { convert(text, "-", to_container); });
}

TEST(PlanConversion, TellsTheFormatByTheExtension) {
  const auto to = [](const std::string& output) { return plan_conversion("in", output, {}).to; };
  EXPECT_EQ(to("a.safetensors"), "wordvec");
  EXPECT_EQ(to("a.txt"), "glove");
  EXPECT_EQ(to("x/a.vec"), "word2vec-text");
  EXPECT_EQ(to("a.b.bin"), "word2vec-bin");
  EXPECT_EQ(to("a.vec.gz"), "word2vec-text");
  expect_error(ErrorCode::usage, "cannot be compressed", [&] { to("a.safetensors.gz"); });
  expect_error(ErrorCode::usage, "the name 'a.gz'", [&] { to("a.gz"); });
  const std::string what =
      expect_error(ErrorCode::usage, "the name 'a.docx'", [&] { to("a.docx"); });
  EXPECT_NE(what.find(".safetensors (wordvec)"), std::string::npos) << what;
  expect_error(ErrorCode::usage, "--to FORMAT", [&] { to("-"); });
  ConvertOptions options;
  options.to = "word2vec-bin";
  EXPECT_EQ(plan_conversion("in", "a.txt", options).to, "word2vec-bin");
  EXPECT_EQ(plan_conversion("in", "-", options).output_path, "-");
  options.to = "docx";
  expect_error(ErrorCode::usage, "unknown format 'docx'",
               [&] { plan_conversion("in", "a.txt", options); });
}

TEST(PlanConversion, NamesTheOutputAfterTheInput) {
  const auto path = [](const std::string& input, const std::string& format = "") {
    ConvertOptions options;
    options.to = format;
    return plan_conversion(input, "", options).output_path;
  };
  EXPECT_EQ(path("glove.6B.300d.txt"), "glove.6B.300d.safetensors");
  EXPECT_EQ(path("/some/folder/glove.6B.300d.txt"), "glove.6B.300d.safetensors");
  EXPECT_EQ(path("GoogleNews.bin.gz"), "GoogleNews.safetensors");
  EXPECT_EQ(path("wiki.vec.zip"), "wiki.safetensors");
  EXPECT_EQ(path("glove.840B.zip"), "glove.840B.safetensors");
  EXPECT_EQ(path("vectors"), "vectors.safetensors");
  ConvertOptions member;
  member.read.member = "folder/glove.6B.300d.txt";
  EXPECT_EQ(plan_conversion("x/glove.6B.zip", "", member).output_path, "glove.6B.300d.safetensors");
  EXPECT_EQ(path("a.txt.txt"), "a.txt.safetensors");
  EXPECT_EQ(path("m.safetensors", "glove"), "m.txt");
  EXPECT_EQ(path("m.txt", "word2vec-text"), "m.vec");
  expect_error(ErrorCode::usage, "needs the name of an output file", [&] { path("-"); });
}

}  // namespace
}  // namespace wordvec::convert_test
