#include "wordvec/fetch/catalogue.h"

#include <array>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/spelling_distance.h"

namespace wordvec {
namespace {

constexpr std::string_view kGloveLicense = "PDDL-1.0";
constexpr std::string_view kGloveCitation =
    "Pennington, Socher, Manning 2014: GloVe: Global Vectors for Word Representation (EMNLP)";
constexpr std::string_view kNewGloveCitation =
    "Carlson, Bauer, Manning 2025: A New Pair of GloVes (arXiv:2507.18103)";
constexpr std::string_view kFasttextLicense = "CC-BY-SA-3.0";
constexpr std::string_view kFasttextCitation =
    "Mikolov, Grave, Bojanowski, Puhrsch, Joulin 2018: Advances in Pre-Training Distributed Word "
    "Representations (LREC)";
constexpr std::string_view kWord2vecCitation =
    "Mikolov, Sutskever, Chen, Corrado, Dean 2013: Distributed Representations of Words and "
    "Phrases and their Compositionality (NIPS)";

// A file that a publisher offers. The sums are those that other projects have pinned.
struct Archive {
  std::string_view file;
  std::uint64_t bytes;
  std::string_view sha256;
  std::uint64_t words;
  std::string_view license;
  std::string_view citation;
  std::array<std::string_view, 2> folders;  // to be followed by `file`
  std::string_view by_hand = {};
};

constexpr std::array<std::string_view, 2> kGloveFolders = {
    "https://huggingface.co/stanfordnlp/glove/resolve/main/",
    "https://nlp.stanford.edu/data/wordvecs/"};
constexpr std::array<std::string_view, 2> kFasttextFolders = {
    "https://dl.fbaipublicfiles.com/fasttext/vectors-english/", ""};

constexpr Archive kGlove6B = {"glove.6B.zip",
                              862'182'613,
                              "617afb2fe6cbd085c235baf7a465b96f4112bd7f7ccb2b2cbd649fed9cbcf2fb",
                              400'000,
                              kGloveLicense,
                              kGloveCitation,
                              kGloveFolders};
constexpr Archive kGlove42B = {"glove.42B.300d.zip",
                               1'877'800'501,
                               "03d5d7fa28e58762ace4b85fb71fe86a345ef0b5ff39f5390c14869da0fc1970",
                               1'917'494,
                               kGloveLicense,
                               kGloveCitation,
                               kGloveFolders};
constexpr Archive kGlove840B = {"glove.840B.300d.zip",
                                2'176'768'927,
                                "c06db255e65095393609f19a4cfca20bf3a71e20cc53e892aafa490347e3849f",
                                2'196'017,
                                kGloveLicense,
                                kGloveCitation,
                                kGloveFolders};
constexpr Archive kGloveTwitter = {
    "glove.twitter.27B.zip",
    1'520'408'563,
    "792af52f795d1a32c9842a3240f5f3fe5e941a8ff6df5eb0f9d668092ebc019c",
    1'193'514,
    kGloveLicense,
    kGloveCitation,
    kGloveFolders};
constexpr Archive kGoogleNews = {"GoogleNews-vectors-negative300.bin.gz",
                                 1'647'046'227,
                                 "21c05ae916a67a4da59b1d006903355cced7de7da1e42bff9f0504198c748da8",
                                 3'000'000,
                                 "not stated",
                                 kWord2vecCitation,
                                 {},
                                 "https://code.google.com/archive/p/word2vec/"};
constexpr Archive kWikiNews = {"wiki-news-300d-1M.vec.zip",
                               681'808'098,
                               "bdeb85f44892c505953e3654183e9cb0d792ee51be0992460593e27198d746f8",
                               999'994,
                               kFasttextLicense,
                               kFasttextCitation,
                               kFasttextFolders};
constexpr Archive kCrawl = {"crawl-300d-2M.vec.zip",
                            1'523'785'255,
                            "5bfffffbabdab299d4c9165c47275e8f982807a6eaca37ee1f71d3a79ddb544d",
                            1'999'995,
                            kFasttextLicense,
                            kFasttextCitation,
                            kFasttextFolders};

constexpr Archive new_glove(std::string_view file) {
  return {file, 0, "", 1'200'000, kGloveLicense, kNewGloveCitation, kGloveFolders};
}

PublishedModel describe(std::string_view name, const Archive& archive, std::size_t dim) {
  PublishedModel model;
  model.name = name;
  model.archive = archive.file;
  model.archive_bytes = archive.bytes;
  model.archive_sha256 = archive.sha256;
  model.download_bytes = archive.bytes;
  model.dim = dim;
  model.words = archive.words;
  model.license = archive.license;
  model.citation = archive.citation;
  for (const std::string_view folder : archive.folders) {
    if (!folder.empty()) model.urls.push_back(std::string(folder) + model.archive);
  }
  model.by_hand = archive.by_hand;
  return model;
}

PublishedModel one_of(const Archive& archive, std::string_view name, std::size_t dim,
                      std::uint64_t download_bytes, std::string_view sha1 = {},
                      std::uint64_t bytes = 0) {
  PublishedModel model = describe(name, archive, dim);
  model.member = std::string(name) + ".txt";
  model.member_sha1 = sha1;
  model.member_bytes = bytes;
  model.download_bytes = download_bytes;
  return model;
}

}  // namespace

bool is_plain_name(std::string_view name) {
  constexpr std::size_t kMaxBytes = 200;
  return !name.empty() && name.front() != '.' && name.front() != '-' && name.size() <= kMaxBytes &&
         name.find_first_of(" /\\") == std::string_view::npos && printable(name) == name;
}

std::vector<PublishedModel> published_models() {
  return {
      one_of(kGlove6B, "glove.6B.50d", 50, 69'200'000, "21bf566a9d27f84d253e0cd4d4be9dcc07976a6d"),
      one_of(kGlove6B, "glove.6B.100d", 100, 134'300'000,
             "16b1dbfaf35476790bd9df40c83e2dfbd05312f1"),
      one_of(kGlove6B, "glove.6B.200d", 200, 264'300'000,
             "17d0355ddaa253e298ede39877d1be70f99d9148"),
      one_of(kGlove6B, "glove.6B.300d", 300, 394'400'000,
             "646443dd885090927f8215ecf7a677e9f703858d", 1'037'962'819),
      describe("glove.42B.300d", kGlove42B, 300),
      describe("glove.840B.300d", kGlove840B, 300),
      one_of(kGloveTwitter, "glove.twitter.27B.25d", 25, 109'900'000),
      one_of(kGloveTwitter, "glove.twitter.27B.50d", 50, 209'200'000),
      one_of(kGloveTwitter, "glove.twitter.27B.100d", 100, 405'900'000),
      one_of(kGloveTwitter, "glove.twitter.27B.200d", 200, 795'400'000),
      describe("glove.2024.wikigiga.50d", new_glove("glove.2024.wikigiga.50d.zip"), 50),
      describe("glove.2024.wikigiga.100d", new_glove("glove.2024.wikigiga.100d.zip"), 100),
      describe("glove.2024.wikigiga.200d", new_glove("glove.2024.wikigiga.200d.zip"), 200),
      describe("glove.2024.wikigiga.300d", new_glove("glove.2024.wikigiga.300d.zip"), 300),
      describe("glove.2024.dolma.300d", new_glove("glove.2024.dolma.300d.zip"), 300),
      describe("wiki-news-300d-1M", kWikiNews, 300),
      describe("crawl-300d-2M", kCrawl, 300),
      describe("GoogleNews-vectors-negative300", kGoogleNews, 300),
  };
}

const PublishedModel& find_published(const std::vector<PublishedModel>& catalogue,
                                     const std::string& name) {
  std::vector<std::string> names;
  for (const PublishedModel& model : catalogue) {
    if (model.name == name) return model;
    names.push_back(model.name);
  }
  throw Error(ErrorCode::usage, "there is no model " + in_quotes(name) + " in the catalogue" +
                                    did_you_mean(name, names) +
                                    " (`wordvec fetch --list` lists them; --url takes any other)");
}

}  // namespace wordvec
