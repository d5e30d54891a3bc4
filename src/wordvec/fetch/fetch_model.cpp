#include "wordvec/fetch/fetch_model.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "wordvec/base/compressed.h"
#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/base/is_there.h"
#include "wordvec/base/quote.h"
#include "wordvec/fetch/content_check.h"
#include "wordvec/fetch/digest.h"
#include "wordvec/fetch/download.h"
#include "wordvec/fetch/part_file.h"
#include "wordvec/fetch/remote_archive.h"
#include "wordvec/fetch/remote_error.h"
#include "wordvec/formats/input.h"
#include "wordvec/formats/zip_directory.h"
#include "wordvec/formats/zip_stream.h"
#include "wordvec/open/installed_models.h"
#include "wordvec/store/container.h"

namespace wordvec {
namespace {

constexpr std::string_view kHowToAllow = " (--allow-checksum-mismatch takes it all the same)";

bool is_zip(const std::string& archive) {
  return has_extension(archive, ".zip");
}

// ".txt" of "glove.6B.300d.txt"; empty: nothing that is fit to be one.
std::string extension_of(const std::string& file) {
  const std::size_t dot = file.rfind('.');
  if (dot == std::string::npos || file.size() - dot > 9) return {};
  for (std::size_t i = dot + 1; i < file.size(); ++i) {
    if (std::isalnum(static_cast<unsigned char>(file[i])) == 0) return {};
  }
  return file.substr(dot);
}

// Of the file that the member's bytes are as they lie in the archive; of deflated ones, with what
// gzip puts around them.
std::string_view extension_of_method(const ZipMember& member) {
  switch (static_cast<ZipMethod>(member.method)) {
    case ZipMethod::deflated:
      return ".gz";
    case ZipMethod::bzip2:
      return ".bz2";
    case ZipMethod::xz:
      return ".xz";
    case ZipMethod::zstd:
      return ".zst";
    case ZipMethod::stored:
      break;
  }
  return {};
}

// What is in the models folder under `name` would be taken for something else.
std::string kept_file_name(std::string name) {
  constexpr std::array<std::string_view, 3> kTaken = {kContainerExtension, ".part", ".part.json"};
  name.erase(0, name.rfind('/') + 1);
  for (const std::string_view extension : kTaken) {
    if (name.ends_with(extension)) return name + ".download";
  }
  return name;
}

// What is compressed, or an archive, ends with what shows that it does.
bool is_compressed(const std::string& path) {
  ByteSource source = ByteSource::open(path);
  return begins_compressed(source.peek(kCompressionMagicBytes));
}

// Which file `path` is; another one after it was replaced.
struct Identity {
  ::dev_t device = 0;
  ::ino_t inode = 0;
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;

  bool operator==(const Identity&) const = default;
};

Identity identity_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (is_failure_to_look(errno)) throw Error::from_errno(errno, path, "cannot open");
    return {};
  }
  return {status.st_dev, status.st_ino, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

// "a/b.part: …" for a download that is kept under another name.
std::string renamed(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
  return text;
}

class Fetch {
 public:
  Fetch(const FetchRequest& request, FetchListener& listener)
      : request_(request), model_(request.model), listener_(listener), client_(request.allow_http) {
    report_.path = installed_path(request.folder, model_.name);
  }

  FetchReport run() {
    if (is_installed_already()) {
      remove_used_part();
      make_default();
      return std::move(report_);
    }
    make_folder();
    refuse_dangling_link();
    const Identity before = identity_of(report_.path);
    PartFile part = PartFile::lock(part_path(), [this] { listener_.on_lock_wait(); });
    try {
      // Who had the lock may have fetched it meanwhile.
      if (is_installed_already() ||
          (is_there(report_.path) && identity_of(report_.path) != before)) {
        report_.was_there = true;
        part.discard();
        make_default();
        return std::move(report_);
      }
      download(part);
      convert_part(part);
    } catch (const RemoteError& error) {
      if (!is_kept(part)) {
        part.discard();
        throw;
      }
      throw Error(error.code(),
                  fmt::format("{}; {} bytes are kept, the same command goes on with them",
                              error.message(), part.received_bytes()),
                  error.path());
    } catch (const Error& error) {
      const bool kept = is_kept(part);
      if (!kept) part.discard();
      if (error.code() != ErrorCode::io || !kept) throw;
      throw Error(ErrorCode::io,
                  fmt::format("{}; {} bytes of the download are kept in {}, the same command goes "
                              "on with them",
                              error.what(), part.received_bytes(), printable(part.path())));
    }
    make_default();
    if (not_removed_ != 0) throw Error::from_errno(not_removed_, part.path(), "cannot remove");
    return std::move(report_);
  }

 private:
  std::string part_path() const { return request_.folder + '/' + model_.name + ".part"; }

  bool is_installed_already() {
    report_.was_there = !request_.again && is_there(report_.path);
    return report_.was_there;
  }

  // A run that was killed when the model was there leaves what it was made of. What is newer than
  // the model is a download that --again has begun. Not to be able to remove is no failure here.
  void remove_used_part() const {
    const std::string path = part_path();
    if (request_.keep) return;
    try {
      if (!is_there(path) && !is_there(path + ".json")) return;
      auto part = PartFile::try_lock(path);
      if (part && !(is_kept(*part) && part->is_newer_than(report_.path))) part->discard();
    } catch (const Error&) {
    }
  }

  void make_folder() const {
    std::error_code error;
    std::filesystem::create_directories(request_.folder, error);
    if (error) throw Error::from_errno(error.value(), request_.folder, "cannot make the folder");
  }

  bool is_kept(const PartFile& part) const {
    return can_go_on(part, !model_.archive_sha256.empty());
  }

  // The container would be written to where the link leads, after all of the download.
  void refuse_dangling_link() const {
    std::error_code error;
    const auto target = std::filesystem::read_symlink(report_.path, error);
    if (error || is_there(report_.path)) return;
    throw Error(ErrorCode::io,
                "is a link to " + in_quotes(target.string(), target.string().size()) +
                    ", which is not there: remove it first",
                report_.path);
  }

  void download(PartFile& part) {
    std::vector<std::string> urls = model_.urls;
    if (part.state()) {
      const auto begun = std::find(urls.begin(), urls.end(), part.state()->url);
      if (begun != urls.end()) std::rotate(urls.begin(), begun, begun + 1);
    }
    for (std::size_t i = 0; i < urls.size(); ++i) {
      const std::string& url = urls[i];
      try {
        download_from(url, part);
        return;
      } catch (const RemoteError& error) {
        if (i + 1 == urls.size()) throw;
        listener_.on_mirror_failed(error.what());
        if (part.is_gone()) {
          part = PartFile::lock(part.path(), [this] { listener_.on_lock_wait(); });
        }
      }
    }
  }

  void download_from(const std::string& url, PartFile& part) {
    Retrier retrier(url, request_.retry,
                    [&](const std::string& problem, std::chrono::milliseconds delay) {
                      listener_.on_retry(shown_url(url), problem, delay);
                    });
    bool tells_of_archive = false;  // before the first bytes of it
    Transfer transfer{client_, retrier, report_.transferred_bytes,
                      [&](std::uint64_t done, std::uint64_t total, std::uint64_t resumed) {
                        if (std::exchange(tells_of_archive, false)) {
                          listener_.on_whole_archive(shown_url(url));
                        }
                        if (resumed > 0 && !std::exchange(told_of_resuming_, true)) {
                          listener_.on_resume(resumed);
                        }
                        listener_.on_download(done, total, resumed);
                      }};
    if (is_zip(model_.archive)) {
      if (download_from_archive(transfer, part)) return;
      tells_of_archive = true;
    }
    const auto check = make_file_check(model_.archive_sha256);
    is_end_known_ =
        download_file(transfer, request_.allow_checksum_mismatch ? 0 : model_.archive_bytes,
                      !model_.archive_sha256.empty(), part, *check);
    report_.download_bytes = part.received_bytes();
    demand(check->mismatch(), url, part);
    if (model_.archive_bytes != report_.download_bytes && model_.archive_bytes != 0) {
      listener_.on_mismatch(fmt::format("found a file of {} bytes, expected {}",
                                        report_.download_bytes, model_.archive_bytes));
    }
    member_ = model_.member;
    kept_name_ = model_.archive;
    source_ = model_.archive + (member_.empty() ? "" : ":" + member_);
    if (model_.archive_sha256.empty() && !model_.member_sha1.empty()) check_member(url, part);
  }

  // False: the server ignores ranges.
  bool download_from_archive(Transfer& transfer, PartFile& part) {
    for (int attempts = 0; attempts < 2;) {
      try {
        const auto archive = RemoteArchive::open(transfer);
        if (!archive) return false;
        if (download_member(transfer, *archive, part)) return true;
        ++attempts;  // once more where the file was replaced just then
      } catch (const FileChanged&) {
        HttpResult changed;
        changed.may_pass = true;
        changed.problem = kFileChanged;
        transfer.retrier.wait_after(changed, 0);
      }
    }
    return false;
  }

  // False: the server ignores ranges, or the file has changed.
  bool download_member(Transfer& transfer, const RemoteArchive& archive, PartFile& part) {
    const std::string& url = transfer.retrier.url();
    if (model_.archive_bytes != 0 && archive.size_bytes() != model_.archive_bytes) {
      demand(fmt::format("found a file of {} bytes, expected {}", archive.size_bytes(),
                         model_.archive_bytes),
             url, part);
    }
    ZipMember member;
    PartState state;
    try {
      const ZipPieces pieces = [&](std::uint64_t offset, std::uint64_t size) {
        return archive.piece(offset, size);
      };
      const std::string name = shown_url(url);
      const auto members = read_zip_directory(archive.size_bytes(), pieces, name);
      member = choose_zip_member(members, model_.member, name);
      state.first = zip_data_offset(member, archive.size_bytes(), pieces, name);
    } catch (const RemoteError&) {
      throw;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::malformed) throw;
      throw RemoteError(ErrorCode::malformed, url, error.message());
    }
    if (model_.member_bytes != 0 && member.size_bytes != model_.member_bytes) {
      demand(fmt::format("found {} of {} bytes, expected {}", in_quotes(member.name),
                         member.size_bytes, model_.member_bytes),
             url, part);
    }
    state.url = url;
    state.validator = archive.validator();
    state.member = member.name;
    state.total_bytes = archive.size_bytes();
    state.wanted_bytes = member.compressed_bytes;
    const bool deflated = member.method == static_cast<std::uint16_t>(ZipMethod::deflated);
    const std::string prefix = deflated ? gzip_header() : std::string();
    state.prefix_bytes = prefix.size();
    if (member.compressed_bytes == 0) {
      throw RemoteError(ErrorCode::malformed, url, in_quotes(member.name) + " is empty");
    }
    const auto check = make_member_check(member, model_.member_sha1);
    if (!download_piece(transfer, state, prefix, part, *check)) return false;
    demand(check->mismatch(), url, part);
    report_.download_bytes = member.compressed_bytes;
    if (deflated) part.append(gzip_trailer(member.crc32, member.size_bytes));
    member_.clear();
    kept_name_ = model_.name + extension_of(member.name) + std::string(extension_of_method(member));
    source_ = model_.archive + ':' + member.name;
    return true;
  }

  // The sum of a member of an archive that has none itself.
  void check_member(const std::string& url, PartFile& part) {
    std::string found;
    try {
      found = sha1_of_member(part.path());
    } catch (const Error& error) {
      if (error.code() != ErrorCode::malformed) throw;
      part.discard();
      throw RemoteError(ErrorCode::malformed, url, "is damaged: " + error.message());
    }
    if (found != model_.member_sha1) {
      demand(describe_mismatch("SHA-1", found, model_.member_sha1), url, part);
    }
  }

  std::string sha1_of_member(const std::string& archive) const {
    ByteSource source = open_input(archive, member_);
    Digest digest(Digest::Kind::sha1);
    for (;;) {
      const std::string_view bytes = source.peek(std::size_t{1} << 20);
      if (bytes.empty()) break;
      digest.update(bytes);
      source.skip(bytes.size());
    }
    return digest.hex();
  }

  // Goes on where `mismatch` is empty or allowed.
  void demand(const std::string& mismatch, const std::string& url, PartFile& part) {
    if (mismatch.empty()) return;
    if (request_.allow_checksum_mismatch) {
      listener_.on_mismatch(shown_url(url) + ": " + mismatch);
      return;
    }
    // What another address gave is not at fault.
    if (part.state() && part.state()->url == url) part.discard();
    throw RemoteError(ErrorCode::malformed, url,
                      "is not the file that is expected: " + mismatch + std::string(kHowToAllow));
  }

  void convert_part(PartFile& part) {
    ConvertOptions options;
    options.to = kContainerFormatName;
    options.source = source_;
    options.license = model_.license;
    options.citation = model_.citation;
    options.codes = request_.codes;
    options.read.threads = request_.threads;
    options.read.member = member_;
    options.progress = [&](std::uint64_t done, std::optional<std::uint64_t> all) {
      listener_.on_convert(done, all.value_or(0));
    };
    options.codes_progress = [&](std::uint64_t done, std::uint64_t all) {
      listener_.on_index(done, all);
    };
    kept_name_ = kept_file_name(std::move(kept_name_));
    const bool is_packed = is_compressed(part.path());
    try {
      report_.conversion = convert(part.path(), report_.path, options);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::io) throw;
      // Nothing is wrong with the transfer: another download would not help.
      const std::string kept = part.keep_as(kept_name_);
      throw Error(error.code(), renamed(error.what(), part.path(), kept) +
                                    "; the download is kept: `" + convert_command(kept) +
                                    "` goes on, with what `wordvec convert --help` offers");
    }
    report_.may_be_cut_off = !is_end_known_ && !is_packed && !report_.conversion.read.tells_end;
    if (request_.keep) {
      report_.kept_path = part.keep_as(kept_name_);
    } else {
      not_removed_ = part.discard();
    }
  }

  std::string convert_command(const std::string& kept) const {
    return "wordvec convert " + shell_word(kept) +
           (member_.empty() ? "" : " --member " + shell_word(member_)) + ' ' +
           shell_word(report_.path);
  }

  void make_default() {
    if (!request_.make_default || has_default_model(request_.folder)) return;
    set_default_model(request_.folder, model_.name);
    report_.is_new_default = true;
  }

  const FetchRequest& request_;
  const PublishedModel& model_;
  FetchListener& listener_;
  HttpClient client_;
  FetchReport report_;
  bool told_of_resuming_ = false;
  bool is_end_known_ = true;
  int not_removed_ = 0;  // errno, when the download is still there after its use
  // What the download is, once it is there.
  std::string member_;     // to read of it
  std::string kept_name_;  // of the file
  std::string source_;     // to note in the container
};

}  // namespace

FetchReport fetch_model(const FetchRequest& request, FetchListener& listener) {
  return Fetch(request, listener).run();
}

}  // namespace wordvec
