// The state machine of a download, against a server that the input drives: statuses, pieces, cuts,
// validators, redirects, and a file that is replaced meanwhile. Either the model is there and is
// the whole of one of the files that were published, or there is an error.
// About a hundred inputs a second: each writes, locks, checks and renames files, and converts one.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/fake_curl.h"
#include "fuzz/input.h"
#include "fuzz/memory_folder.h"
#include "fuzz/shown_text.h"
#include "support/archives.h"
#include "wordvec/base/error.h"
#include "wordvec/fetch/content_check.h"
#include "wordvec/fetch/digest.h"
#include "wordvec/fetch/fetch_model.h"
#include "wordvec/store/container.h"

namespace wordvec::fuzz {
namespace {

// RFC 1952, section 8.
std::uint32_t crc32_of(std::string_view bytes) {
  std::uint32_t crc = ~0U;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

std::string sum_of(std::string_view bytes, Digest::Kind kind) {
  Digest digest(kind);
  digest.update(bytes);
  return digest.hex();
}

// A file that was published at some time.
struct Version {
  std::string text;    // the vectors
  std::string file;    // these, or an archive that holds them
  std::string member;  // of the archive, as the download keeps it; empty: there is no archive
  std::string etag;
  std::string modified;
};

Version make_version(std::string text, bool is_archive, bool is_deflated, bool is_first) {
  Version version;
  version.etag = is_first ? "\"first\"" : "\"second\"";
  version.modified = is_first ? "Mon, 01 Jan 2024 00:00:00 GMT" : "Wed, 01 Jan 2025 00:00:00 GMT";
  version.text = std::move(text);
  if (!is_archive) {
    version.file = version.text;
  } else if (is_deflated) {
    version.text = test::kPlain;
    version.file = test::zip_of({test::ZipEntry()});
    version.member =
        gzip_header() + test::plain_deflated() + gzip_trailer(test::kPlainCrc, test::kPlain.size());
  } else {
    version.file = test::zip_of({test::stored("a.txt", version.text, crc32_of(version.text))});
    version.member = version.text;
  }
  return version;
}

// Answers as the script says; behind its end, as a server should. Where it may not lie it is still
// slow, forgetful and broken, but what it says of its bytes is true, and one who asks for the rest
// of a file gets it, or is told that it is another file.
class Server final : public FakeServer {
 public:
  Server(Input& script, const Version& first, const Version& second, bool may_lie)
      : script_(script), versions_{&first, &second}, may_lie_(may_lie) {}

  bool is_or_was_replaced() const { return replaced_; }

  FakeAnswer answer(const FakeRequest& request) override {
    require(++requests_ < 1000 && request.url.starts_with("https://"));
    FakeAnswer answer;
    if (script_.at_end()) return serve(request, 0, 0);
    const std::uint8_t quirks = script_.byte();
    const std::uint8_t event = script_.byte() % 8;
    const std::uint8_t detail = script_.byte();
    if ((quirks & kReplaced) != 0) {
      now_ = 1 - now_;
      replaced_ = true;
    }
    switch (event) {
      case 3:
        answer = serve(request, quirks, detail);
        answer.body.resize(std::min<std::size_t>(answer.body.size(), detail));
        answer.end = detail % 2 == 0 ? CURLE_PARTIAL_FILE : CURLE_RECV_ERROR;
        return answer;
      case 4: {
        constexpr long kStatuses[] = {204, 301, 304, 401, 403, 404, 416, 429, 500, 501, 503};
        answer.status = kStatuses[detail % std::size(kStatuses)];
        answer.body = "<html><title>no</title>";
        return answer;
      }
      case 5:
        answer.status = 302;
        answer.redirect =
            detail % 8 == 0 ? "http://c/x" : "https://c/" + std::to_string(detail) + "?secret";
        return answer;
      case 6: {
        constexpr CURLcode kFailures[] = {CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST,
                                          CURLE_OPERATION_TIMEDOUT, CURLE_PEER_FAILED_VERIFICATION,
                                          CURLE_GOT_NOTHING};
        answer.end = kFailures[detail % std::size(kFailures)];
        return answer;
      }
      case 7:
        if (may_lie_ && detail >= 16) return lie(serve(request, quirks, 255), detail);
        answer.status = 200;
        answer.headers = {"Content-Type: text/html"};
        answer.body = "<!doctype html><title>sign in</title>";
        return answer;
      default:
        return serve(request, quirks, detail);
    }
  }

 private:
  enum Quirk : std::uint8_t {
    kNoLength = 1,
    kNoTotal = 2,
    kWeakTag = 4,
    kNoValidator = 8,
    kWholeFile = 16,      // no pieces
    kAnyValidator = 32,   // If-Range is not looked at
    kReplaced = 64,       // the other version is there from now on
    kShorterPiece = 128,  // than was asked for
  };

  FakeAnswer serve(const FakeRequest& request, unsigned quirks, unsigned detail) const {
    const Version& version = *versions_[now_];
    const std::uint64_t size = version.file.size();
    FakeAnswer answer;
    std::optional<std::string> if_range;
    for (const std::string& header : request.headers) {
      constexpr std::string_view kName = "If-Range: ";
      // What the server said, byte for byte, in one line.
      require(header.starts_with(kName) &&
              header.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
      if_range = header.substr(kName.size());
    }
    const bool is_same = !if_range || *if_range == version.etag || *if_range == version.modified;
    const bool gives_piece = !request.range.empty() && (quirks & kWholeFile) == 0 &&
                             (is_same || (quirks & kAnyValidator) != 0);
    const bool tells_validator = (quirks & kNoValidator) == 0 || (gives_piece && !is_same);
    if (tells_validator) {
      answer.headers.push_back(((quirks & kWeakTag) != 0 ? "ETag: W/" : "etag:") + version.etag);
      answer.headers.push_back("Last-Modified:  " + version.modified + ' ');
    }
    if (gives_piece) {
      const std::size_t dash = request.range.find('-');
      const std::uint64_t first = std::stoull(request.range.substr(0, dash));
      const std::string last_text = request.range.substr(dash + 1);
      std::uint64_t last =
          last_text.empty() ? size - 1 : std::min<std::uint64_t>(std::stoull(last_text), size - 1);
      require(last_text.empty() || std::stoull(last_text) >= first);
      if (first >= size) {
        answer.status = 416;
        return answer;
      }
      if ((quirks & kShorterPiece) != 0) last = first + detail % (last - first + 1);
      answer.status = 206;
      answer.body = version.file.substr(static_cast<std::size_t>(first),
                                        static_cast<std::size_t>(last - first + 1));
      answer.headers.push_back("Content-Range: bytes " + std::to_string(first) + '-' +
                               std::to_string(last) + '/' +
                               ((quirks & kNoTotal) != 0 ? "*" : std::to_string(size)));
    } else {
      answer.status = 200;
      answer.body = version.file;
    }
    if ((quirks & kNoLength) == 0) {
      answer.headers.push_back("Content-Length: " + std::to_string(answer.body.size()));
    }
    answer.step_bytes = 1 + detail;
    return answer;
  }

  FakeAnswer lie(FakeAnswer answer, unsigned detail) {
    switch (detail % 6) {
      case 0:
        answer.body += "more";
        break;
      case 1:
        answer.body.resize(answer.body.size() * (detail / 6) / 43);
        break;
      case 2:
        if (answer.body.empty()) break;
        answer.body[detail / 6 % answer.body.size()] ^= 4;
        break;
      case 3:
        answer.headers.push_back("Content-Range: " + script_.text_to('\n'));
        break;
      case 4:
        answer.headers.push_back("ETag: " + script_.text_to('\n'));
        break;
      default:
        answer.headers.push_back("Content-Length: " + script_.text_to('\n'));
        break;
    }
    return answer;
  }

  Input& script_;
  const Version* versions_[2];
  bool may_lie_;
  int now_ = 0;
  bool replaced_ = false;
  int requests_ = 0;
};

class SilentListener final : public FetchListener {
 public:
  void on_lock_wait() override { require(false); }
  void on_retry(const std::string& url, const std::string& problem,
                std::chrono::milliseconds /*delay*/) override {
    require(is_safe(url) && is_safe(problem));
  }
  void on_mirror_failed(const std::string& what) override { require(is_safe(what)); }
  void on_whole_archive(const std::string& /*url*/) override {}
  void on_resume(std::uint64_t resumed_bytes) override { require(resumed_bytes > 0); }
  void on_mismatch(const std::string& /*what*/) override { require(false); }
  void on_download(std::uint64_t done_bytes, std::uint64_t total_bytes,
                   std::uint64_t resumed_bytes) override {
    require(done_bytes <= total_bytes || total_bytes == 0);
    require(resumed_bytes <= done_bytes);
  }
  void on_convert(std::uint64_t /*done_bytes*/, std::uint64_t /*total_bytes*/) override {}
  void on_index(std::uint64_t /*done*/, std::uint64_t /*all*/) override {}
};

// The words and values of `text`, to tell whose model it is.
bool holds(const Container& container, std::string_view text) {
  const Embeddings& embeddings = container.embeddings();
  for (Row row = 0; row < embeddings.rows(); ++row) {
    std::string line(embeddings.vocabulary.word(row));
    for (const float x : embeddings.matrix.row(row)) {
      line +=
          ' ' + (x == static_cast<float>(static_cast<int>(x)) ? std::to_string(static_cast<int>(x))
                 : x == 0.25F                                 ? "0.25"
                                                              : "1.5");
    }
    if (text.find(line + '\n') == std::string_view::npos) return false;
  }
  return embeddings.rows() > 0;
}

enum Flag : std::uint8_t {
  kArchive = 1,
  kDeflated = 2,
  kSums = 4,  // the catalogue has those of the first version
  kSize = 8,  // and its size
  kTwoMirrors = 16,
  kLies = 32,  // only where there are sums
  kLeft = 64,  // an earlier run, or someone, has left a part file
  kLonger = 128,
};

void run(Input input) {
  static const MemoryFolder folder;
  folder.clear();
  const std::uint8_t flags = input.byte();
  const bool is_archive = (flags & kArchive) != 0;
  const bool has_sums = (flags & kSums) != 0;
  const Version first =
      make_version("king 1 2\nqueen 3 4\n", is_archive, (flags & kDeflated) != 0, true);
  const Version second = make_version(
      (flags & kLonger) != 0 ? "king 7 8\nqueen 9 9\nman 3 3\n" : "king 7 8\nqueen 9 9\n",
      is_archive, false, false);

  FetchRequest request;
  PublishedModel& model = request.model;
  model.name = "m";
  model.archive = is_archive ? "m.zip" : "m.txt";
  model.urls = {"https://a/" + model.archive};
  if ((flags & kTwoMirrors) != 0) model.urls.push_back("https://user:secret@b/" + model.archive);
  if ((flags & kSize) != 0) model.archive_bytes = first.file.size();
  if (has_sums) {
    model.archive_sha256 = sum_of(first.file, Digest::Kind::sha256);
    if (is_archive) model.member_sha1 = sum_of(first.text, Digest::Kind::sha1);
  }
  request.folder = folder.path();
  request.keep = true;
  request.codes = false;
  request.threads = 1;
  request.retry.most_failures = 3;
  request.retry.first_delay = std::chrono::milliseconds(0);
  const bool has_left = has_sums && (flags & kLeft) != 0;
  if (has_left) {
    write_file(folder.file("m.part"), input.text(input.byte()));
    write_file(folder.file("m.part.json"), input.text(input.number(2) % 1024));
  }

  const bool may_lie = has_sums && (flags & kLies) != 0;
  Server server(input, first, second, may_lie);
  fake_server = &server;
  SilentListener listener;
  std::optional<FetchReport> report;
  // The last of these finds a server that does as it should.
  for (int runs = 0; runs < 4 && !report; ++runs) {
    // What an earlier run has of another file may cost this one.
    const bool is_right = input.at_end() && !server.is_or_was_replaced() && !may_lie && !has_left;
    try {
      report = fetch_model(request, listener);
    } catch (const Error& error) {
      require(is_safe(error.what()));
      require(std::string_view(error.what()).find("secret") == std::string_view::npos);
      require(!std::filesystem::exists(folder.file("m.safetensors")));
      require(!is_right);
    }
  }
  if (!report) return;
  require(!std::filesystem::exists(folder.file("m.part")));
  require(!std::filesystem::exists(folder.file("m.part.json")));
  const Container container = Container::open(report->path);
  require(container.verify().empty());
  const std::string kept = read_file(report->kept_path);
  const auto is_of = [&](const Version& version) {
    const bool has_bytes = kept == version.file || (is_archive && kept == version.member);
    // A server that lies can give other bytes that unpack to the same.
    return (has_bytes || (may_lie && is_archive)) && holds(container, version.text);
  };
  require(is_of(first) || (!has_sums && is_of(second)));
}

}  // namespace
}  // namespace wordvec::fuzz

// A byte of flags, with kLeft what was left, and three bytes or more for each request.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wordvec::fuzz::run({data, size});
  return 0;
}
