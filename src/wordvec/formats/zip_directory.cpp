#include "wordvec/formats/zip_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/bytes.h"
#include "wordvec/base/compressed.h"
#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/base/quote.h"

namespace wordvec {
namespace {

using namespace std::string_view_literals;

constexpr std::uint64_t kEndBytes = 22;  // of the end record, less its comment
constexpr std::uint64_t kMaxCommentBytes = 65535;
constexpr std::uint64_t kEnd64Bytes = 56;
constexpr std::uint64_t kLocator64Bytes = 20;
constexpr std::uint64_t kEntryBytes = 46;
constexpr std::uint64_t kLocalBytes = 30;
static_assert(kZipTailBytes >= kEndBytes + kMaxCommentBytes + kLocator64Bytes + kEnd64Bytes);
// Over a million members. A size that lies could ask for gigabytes over a network.
constexpr std::uint64_t kMaxDirectoryBytes = std::uint64_t{64} << 20;

constexpr std::uint16_t kEncryptedFlag = 1 << 0;
constexpr std::uint16_t kDescriptorFlag = 1 << 3;
constexpr std::uint16_t kMaskedHeaderFlag = 1 << 13;
constexpr std::uint16_t kZip64ExtraId = 1;
// Stand for a number that is in a zip64 record.
constexpr std::uint16_t kIn64Short = 0xffff;
constexpr std::uint32_t kIn64 = 0xffffffff;

// Reads numbers one after the other; the bytes are known to be there.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  T next() {
    const T value = load_le<T>(bytes_.data());
    bytes_.remove_prefix(sizeof(T));
    return value;
  }
  Fields& skip(std::size_t count) {
    bytes_.remove_prefix(count);
    return *this;
  }

 private:
  std::string_view bytes_;
};

// The bytes of an archive, of which the last are at hand.
class Archive {
 public:
  Archive(std::uint64_t size_bytes, const ZipPieces& pieces, const std::string& name)
      : size_(size_bytes), pieces_(pieces), name_(name) {
    tail_ = fetched(size_ - std::min(size_, kZipTailBytes), std::min(size_, kZipTailBytes));
  }

  std::uint64_t size_bytes() const { return size_; }
  std::string_view tail() const { return tail_; }
  std::uint64_t tail_offset() const { return size_ - tail_.size(); }

  // [offset, offset + size) must lie in the archive.
  std::string piece(std::uint64_t offset_bytes, std::uint64_t size_bytes) const {
    if (offset_bytes >= tail_offset()) {
      return tail_.substr(static_cast<std::size_t>(offset_bytes - tail_offset()),
                          static_cast<std::size_t>(size_bytes));
    }
    return fetched(offset_bytes, size_bytes);
  }

  [[noreturn]] void fail(std::uint64_t offset_bytes, const std::string& what) const {
    throw Error::at_offset(name_, offset_bytes, what);
  }

 private:
  std::string fetched(std::uint64_t offset_bytes, std::uint64_t size_bytes) const {
    std::string bytes = pieces_(offset_bytes, size_bytes);
    if (bytes.size() != size_bytes) {
      fail(offset_bytes,
           fmt::format("found {} bytes of the zip archive, expected {}", bytes.size(), size_bytes));
    }
    return bytes;
  }

  std::uint64_t size_;
  const ZipPieces& pieces_;
  const std::string& name_;
  std::string tail_;
};

// Where the central directory is.
struct DirectoryPlace {
  std::uint64_t offset_bytes = 0;
  std::uint64_t size_bytes = 0;
  std::uint64_t entries = 0;
};

// Where the end record begins: the last one whose comment ends with the archive.
std::uint64_t find_end_record(const Archive& archive) {
  const std::string_view tail = archive.tail();
  std::size_t at = tail.rfind(kZipEndMagic);
  for (; at != std::string_view::npos;
       at = at == 0 ? tail.npos : tail.rfind(kZipEndMagic, at - 1)) {
    if (tail.size() - at < kEndBytes) continue;
    const auto comment_bytes = load_le<std::uint16_t>(tail.data() + at + 20);
    if (at + kEndBytes + comment_bytes == tail.size()) return archive.tail_offset() + at;
  }
  archive.fail(archive.size_bytes(),
               "the zip archive has no end record: it is cut off, or bytes follow it");
}

// What the zip64 records before the end record at `end_offset` say; nullopt: there are none.
std::optional<DirectoryPlace> find_zip64_place(const Archive& archive, std::uint64_t end_offset) {
  if (end_offset < kLocator64Bytes) return std::nullopt;
  const std::uint64_t locator_offset = end_offset - kLocator64Bytes;
  const std::string locator = archive.piece(locator_offset, kLocator64Bytes);
  if (!locator.starts_with("PK\x06\x07"sv)) return std::nullopt;
  Fields fields(locator);
  const auto disk = fields.skip(4).next<std::uint32_t>();
  const auto record_offset = fields.next<std::uint64_t>();
  const auto disks = fields.next<std::uint32_t>();
  if (disk != 0 || disks > 1) archive.fail(locator_offset, "is one of several parts of an archive");
  if (locator_offset < kEnd64Bytes || record_offset > locator_offset - kEnd64Bytes) {
    archive.fail(
        locator_offset,
        fmt::format("the zip64 end record is said to be at byte {}, expected {} at most",
                    record_offset, locator_offset - std::min(locator_offset, kEnd64Bytes)));
  }
  const std::string record = archive.piece(record_offset, kEnd64Bytes);
  if (!record.starts_with("PK\x06\x06"sv)) {
    archive.fail(record_offset, "found no zip64 end record");
  }
  Fields end(record);
  end.skip(16);
  const auto this_disk = end.next<std::uint32_t>();
  const auto directory_disk = end.next<std::uint32_t>();
  const auto entries_here = end.next<std::uint64_t>();
  DirectoryPlace place;
  place.entries = end.next<std::uint64_t>();
  place.size_bytes = end.next<std::uint64_t>();
  place.offset_bytes = end.next<std::uint64_t>();
  if (this_disk != 0 || directory_disk != 0 || entries_here != place.entries) {
    archive.fail(record_offset, "is one of several parts of an archive");
  }
  return place;
}

DirectoryPlace find_directory(const Archive& archive) {
  const std::uint64_t end_offset = find_end_record(archive);
  const std::string record = archive.piece(end_offset, kEndBytes);
  Fields fields(record);
  const auto disk = fields.skip(4).next<std::uint16_t>();
  const auto directory_disk = fields.next<std::uint16_t>();
  const auto entries_here = fields.next<std::uint16_t>();
  const auto entries = fields.next<std::uint16_t>();
  const auto size = fields.next<std::uint32_t>();
  const auto offset = fields.next<std::uint32_t>();
  DirectoryPlace place{offset, size, entries};
  std::optional<DirectoryPlace> in_64;
  if (disk == kIn64Short || directory_disk == kIn64Short || entries_here == kIn64Short ||
      entries == kIn64Short || size == kIn64 || offset == kIn64) {
    in_64 = find_zip64_place(archive, end_offset);
  }
  if (in_64) {
    place = *in_64;
  } else if (disk != 0 || directory_disk != 0 || entries_here != entries) {
    archive.fail(end_offset, "is one of several parts of an archive");
  }

  const auto end = checked_add(place.offset_bytes, place.size_bytes);
  if (!end || *end > end_offset) {
    archive.fail(end_offset, fmt::format("the directory is said to be at byte {} with {} bytes, "
                                         "expected it to end by byte {}: the archive is damaged",
                                         place.offset_bytes, place.size_bytes, end_offset));
  }
  if (place.size_bytes > kMaxDirectoryBytes) {
    archive.fail(end_offset, fmt::format("the directory is said to have {} bytes, expected {} at "
                                         "most",
                                         place.size_bytes, kMaxDirectoryBytes));
  }
  if (place.entries > place.size_bytes / kEntryBytes) {
    archive.fail(end_offset, fmt::format("{} members are promised in a directory of {} bytes",
                                         place.entries, place.size_bytes));
  }
  return place;
}

// The content of the zip64 extra field; empty where there is none.
std::string_view zip64_extra(std::string_view extra) {
  while (extra.size() >= 4) {
    const auto id = load_le<std::uint16_t>(extra.data());
    const auto size = load_le<std::uint16_t>(extra.data() + 2);
    extra.remove_prefix(4);
    if (id == kZip64ExtraId) return extra.substr(0, size);
    extra.remove_prefix(std::min<std::size_t>(size, extra.size()));
  }
  return {};
}

// The entry at the front of `rest`, which it takes.
ZipMember take_entry(const Archive& archive, std::string_view& rest, std::uint64_t offset) {
  if (rest.size() < kEntryBytes || !rest.starts_with("PK\x01\x02"sv)) {
    archive.fail(offset, "found no entry of the zip archive's directory");
  }
  Fields fields(rest);
  ZipMember member;
  const auto flags = fields.skip(8).next<std::uint16_t>();
  member.encrypted = (flags & (kEncryptedFlag | kMaskedHeaderFlag)) != 0;
  member.method = fields.next<std::uint16_t>();
  member.crc32 = fields.skip(4).next<std::uint32_t>();
  member.compressed_bytes = fields.next<std::uint32_t>();
  member.size_bytes = fields.next<std::uint32_t>();
  const auto name_bytes = fields.next<std::uint16_t>();
  const auto extra_bytes = fields.next<std::uint16_t>();
  const auto comment_bytes = fields.next<std::uint16_t>();
  std::uint64_t disk = fields.next<std::uint16_t>();
  member.header_offset_bytes = fields.skip(6).next<std::uint32_t>();
  const std::size_t size = kEntryBytes + name_bytes + extra_bytes + comment_bytes;
  if (rest.size() < size) {
    archive.fail(
        offset, fmt::format("an entry of {} bytes in a directory with {} left", size, rest.size()));
  }
  member.name = rest.substr(kEntryBytes, name_bytes);

  std::string_view extra = zip64_extra(rest.substr(kEntryBytes + name_bytes, extra_bytes));
  const auto replace = [&]<class T>(std::uint64_t& value, T in_64, auto wide) {
    if (value != in_64) return;
    if (extra.size() < sizeof wide) {
      archive.fail(offset, "the zip64 sizes of " + in_quotes(member.name) + " are missing");
    }
    value = load_le<decltype(wide)>(extra.data());
    extra.remove_prefix(sizeof wide);
  };
  replace(member.size_bytes, kIn64, std::uint64_t{});
  replace(member.compressed_bytes, kIn64, std::uint64_t{});
  replace(member.header_offset_bytes, kIn64, std::uint64_t{});
  replace(disk, kIn64Short, std::uint32_t{});
  if (disk != 0) archive.fail(offset, "is one of several parts of an archive");
  rest.remove_prefix(size);
  return member;
}

// Throws where the members' bytes lie on one another, or on the directory.
void check_ranges(const Archive& archive, const std::vector<ZipMember>& members,
                  std::uint64_t directory_offset) {
  std::vector<const ZipMember*> by_offset;
  by_offset.reserve(members.size());
  for (const ZipMember& member : members) by_offset.push_back(&member);
  std::sort(by_offset.begin(), by_offset.end(), [](const ZipMember* a, const ZipMember* b) {
    return a->header_offset_bytes < b->header_offset_bytes;
  });
  for (std::size_t i = 0; i < by_offset.size(); ++i) {
    const ZipMember& member = *by_offset[i];
    const std::uint64_t limit =
        i + 1 < by_offset.size() ? by_offset[i + 1]->header_offset_bytes : directory_offset;
    const auto data = checked_add(member.header_offset_bytes, kLocalBytes + member.name.size());
    const auto end = data ? checked_add(*data, member.compressed_bytes) : std::nullopt;
    if (!end || *end > limit || limit > directory_offset) {
      archive.fail(member.header_offset_bytes,
                   fmt::format("the member {} is said to have {} bytes here, but what follows it "
                               "begins at byte {}: the archive is damaged",
                               in_quotes(member.name), member.compressed_bytes,
                               std::min(limit, directory_offset)));
    }
  }
}

std::string_view without_folder(std::string_view name) {
  return name.substr(name.rfind('/') + 1);
}

std::string_view without_archive_extension(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

bool equals_folded(std::string_view name, std::string_view lower) {
  return name.size() == lower.size() && has_extension(name, lower);
}

// What macOS, Windows and editors put beside files, to describe them.
bool is_of_the_system(std::string_view name) {
  if (name.starts_with('.') || name.find("/.") != std::string_view::npos) return true;
  if (name.starts_with("__MACOSX/") || name.find("/__MACOSX/") != std::string_view::npos) {
    return true;
  }
  constexpr std::array<std::string_view, 4> kNames = {"thumbs.db", "ehthumbs.db", "desktop.ini",
                                                      "icon\r"};
  const std::string_view file = without_folder(name);
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view other) { return equals_folded(file, other); });
}

// What tells a person of the other files.
bool is_paper(std::string_view name) {
  constexpr std::array<std::string_view, 9> kNames = {"readme",  "license",  "licence",
                                                      "copying", "notice",   "authors",
                                                      "changes", "citation", "changelog"};
  constexpr std::array<std::string_view, 3> kExtensions = {".md", ".pdf", ".html"};
  const std::string_view file = without_folder(name);
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view other) {
                       return equals_folded(without_archive_extension(file), other);
                     }) ||
         std::any_of(kExtensions.begin(), kExtensions.end(),
                     [&](std::string_view extension) { return has_extension(file, extension); });
}

std::string names_of(const std::vector<const ZipMember*>& members) {
  constexpr std::size_t kMaxNames = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(members.size(), kMaxNames); ++i) {
    text += (i == 0 ? "" : ", ") + in_quotes(members[i]->name);
  }
  if (members.size() > kMaxNames) text += fmt::format(", … ({} in all)", members.size());
  return text;
}

// `name` as `unzip` takes it for itself, and no pattern.
std::string unzip_word(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == '[' || c == '*' || c == '?' || c == '\\') text += '\\';
    text += c;
  }
  return shell_word(text);
}

// What chooses one of `members`, which are some.
std::string remedy_of_choice(const std::vector<const ZipMember*>& members,
                             const std::string& archive_name, std::string_view option) {
  const std::string names = names_of(members);
  if (!option.empty()) return fmt::format("{} NAME chooses one of {}", option, names);
  const bool has_path = archive_name != input_name("-");
  return fmt::format(
      "`unzip -p {} {} > FILE` takes {} {}", has_path ? shell_word(archive_name) : "ARCHIVE",
      unzip_word(members.back()->name), members.size() == 1 ? "out" : "one out of", names);
}

std::string name_of_method(std::uint16_t method) {
  constexpr std::pair<std::uint16_t, std::string_view> kNames[] = {
      {1, "shrink"},     {6, "implode"}, {9, "Deflate64"}, {12, "bzip2"},         {14, "LZMA"},
      {93, "Zstandard"}, {95, "xz"},     {98, "PPMd"},     {99, "AES encryption"}};
  for (const auto& [number, name] : kNames) {
    if (number == method) return std::string(name);
  }
  return fmt::format("method {}", method);
}

}  // namespace

std::vector<ZipMember> read_zip_directory(std::uint64_t archive_bytes, const ZipPieces& pieces,
                                          const std::string& name) {
  const Archive archive(archive_bytes, pieces, name);
  const DirectoryPlace place = find_directory(archive);
  const std::string directory = archive.piece(place.offset_bytes, place.size_bytes);
  std::vector<ZipMember> members;
  std::string_view rest = directory;
  for (std::uint64_t i = 0; i < place.entries; ++i) {
    const std::uint64_t offset = place.offset_bytes + (directory.size() - rest.size());
    members.push_back(take_entry(archive, rest, offset));
  }
  if (!rest.empty()) {
    archive.fail(
        place.offset_bytes + (directory.size() - rest.size()),
        fmt::format("{} bytes follow the {} entries of the directory", rest.size(), place.entries));
  }
  check_ranges(archive, members, place.offset_bytes);
  std::erase_if(members, [](const ZipMember& member) { return member.name.ends_with('/'); });
  return members;
}

const ZipMember& choose_zip_member(const std::vector<ZipMember>& members, const std::string& asked,
                                   const std::string& archive_name, std::string_view option) {
  std::vector<const ZipMember*> all;
  for (const ZipMember& member : members) {
    if (!asked.empty() || !is_of_the_system(member.name)) all.push_back(&member);
  }
  if (members.empty()) {
    throw Error(ErrorCode::malformed, "the zip archive holds no files", archive_name);
  }
  if (all.empty()) {
    for (const ZipMember& member : members) all.push_back(&member);
    throw Error(ErrorCode::usage,
                "the zip archive holds only files that are hidden, or of the system: " +
                    remedy_of_choice(all, archive_name, option),
                archive_name);
  }

  std::vector<const ZipMember*> found;
  const auto collect = [&](auto fits) {
    if (!found.empty()) return;
    std::copy_if(all.begin(), all.end(), std::back_inserter(found), fits);
  };
  if (asked.empty()) {
    if (all.size() == 1) return *all.front();
    std::vector<const ZipMember*> without_papers;
    std::copy_if(all.begin(), all.end(), std::back_inserter(without_papers),
                 [](const ZipMember* member) { return !is_paper(member->name); });
    if (without_papers.size() == 1) return *without_papers.front();
    const std::string_view archive = without_archive_extension(without_folder(archive_name));
    collect([&](const ZipMember* member) { return without_folder(member->name) == archive; });
    collect([&](const ZipMember* member) {
      return without_archive_extension(without_folder(member->name)) == archive;
    });
  } else {
    collect([&](const ZipMember* member) { return member->name == asked; });
    collect([&](const ZipMember* member) { return without_folder(member->name) == asked; });
  }
  if (found.size() == 1) return *found.front();
  if (asked.empty()) {
    throw Error(ErrorCode::usage,
                "the zip archive holds several files: " +
                    remedy_of_choice(found.empty() ? all : found, archive_name, option),
                archive_name);
  }
  throw Error(ErrorCode::usage,
              fmt::format("the zip archive holds {} called {}; it holds {}",
                          found.empty() ? "no file" : "several files", in_quotes(asked),
                          names_of(found.empty() ? all : found)),
              archive_name);
}

std::uint64_t zip_data_offset(const ZipMember& member, std::uint64_t archive_bytes,
                              const ZipPieces& pieces, const std::string& name) {
  constexpr std::string_view kRemedy = ": unpack it with the program that made the archive";
  if (member.encrypted) {
    throw Error(ErrorCode::usage,
                fmt::format("the member {} is encrypted{}", in_quotes(member.name), kRemedy), name);
  }
  constexpr std::array<ZipMethod, 5> kRead = {ZipMethod::stored, ZipMethod::deflated,
                                              ZipMethod::bzip2, ZipMethod::zstd, ZipMethod::xz};
  if (std::find(kRead.begin(), kRead.end(), static_cast<ZipMethod>(member.method)) == kRead.end()) {
    throw Error(ErrorCode::usage,
                fmt::format("the member {} is compressed with {}, which is not read here (Deflate, "
                            "bzip2, xz and Zstandard are){}",
                            in_quotes(member.name), name_of_method(member.method), kRemedy),
                name);
  }
  const std::uint64_t at = member.header_offset_bytes;
  const auto fail = [&](const std::string& what) {
    throw Error::at_offset(name, at,
                           fmt::format("the member {}: {}", in_quotes(member.name), what));
  };
  const std::uint64_t header_bytes = kLocalBytes + member.name.size();
  const auto header_end = checked_add(at, header_bytes);
  if (!header_end || *header_end > archive_bytes) fail("its header is behind the archive's end");
  const std::string header = pieces(at, header_bytes);
  if (header.size() != header_bytes || !header.starts_with(kZipMemberMagic)) {
    fail("found no header of a member");
  }
  Fields fields(header);
  const auto flags = fields.skip(6).next<std::uint16_t>();
  const auto method = fields.next<std::uint16_t>();
  const auto crc32 = fields.skip(4).next<std::uint32_t>();
  const auto compressed_bytes = fields.next<std::uint32_t>();
  const auto size_bytes = fields.next<std::uint32_t>();
  const auto name_bytes = fields.next<std::uint16_t>();
  const auto extra_bytes = fields.next<std::uint16_t>();
  const std::string_view found_name = std::string_view(header).substr(kLocalBytes);
  if (name_bytes != member.name.size() || found_name != member.name) {
    fail("found the header of another, " + in_quotes(found_name.substr(0, name_bytes)));
  }
  const auto differs = [](std::uint32_t local, std::uint64_t expected) {
    return local != kIn64 && local != expected;
  };
  const bool told_later = (flags & kDescriptorFlag) != 0;
  if (method != member.method || (flags & kEncryptedFlag) != 0 ||
      (!told_later && (crc32 != member.crc32 || differs(size_bytes, member.size_bytes) ||
                       differs(compressed_bytes, member.compressed_bytes)))) {
    fail("its header is not what the directory says: the archive is damaged");
  }
  const std::uint64_t data_offset = at + header_bytes + extra_bytes;
  const auto end = checked_add(data_offset, member.compressed_bytes);
  if (!end || *end > archive_bytes) {
    fail(fmt::format("{} bytes from byte {} on, but the archive has {}: it is cut off",
                     member.compressed_bytes, data_offset, archive_bytes));
  }
  return data_offset;
}

}  // namespace wordvec
