// What a zip archive holds (PKWARE's APPNOTE 6.3), zip64 included: for archives on disk, and for
// those of which only pieces are at hand.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace wordvec {

enum class ZipMethod : std::uint16_t { stored = 0, deflated = 8, bzip2 = 12, zstd = 93, xz = 95 };

struct ZipMember {
  std::string name;
  std::uint64_t header_offset_bytes = 0;  // of its local header, from the start of the archive
  std::uint64_t compressed_bytes = 0;
  std::uint64_t size_bytes = 0;
  std::uint32_t crc32 = 0;
  std::uint16_t method = 0;  // one of ZipMethod, or one that is not read here
  bool encrypted = false;
};

// The option of commands that asks for a member.
inline constexpr std::string_view kMemberOption = "--member";

// `size` bytes of the archive from `offset` on; the archive has them.
using ZipPieces = std::function<std::string(std::uint64_t offset_bytes, std::uint64_t size_bytes)>;

// read_zip_directory() asks for so many last bytes first: the longest comment and the records
// before it; with most archives, the whole directory too.
inline constexpr std::uint64_t kZipTailBytes = std::uint64_t{66} << 10;

// The members that are files, in the order of the central directory. Reads the end of the archive
// and the directory only. `name` stands for the archive in messages. Throws Error(malformed) where
// the directory contradicts itself or the archive's size; what it claims allocates nothing.
std::vector<ZipMember> read_zip_directory(std::uint64_t archive_bytes, const ZipPieces& pieces,
                                          const std::string& name);

// The member called `asked`, its folders left out where only one fits so; for an empty name the
// only one, or the one whose name is that of the archive but for the extensions. What systems put
// beside files (__MACOSX/, .DS_Store, Thumbs.db, hidden files) is not looked at then, and neither
// are README, LICENSE and their like where one other file is left. Throws Error(usage) with the
// names there are and `option`, which asks for one, or where that is empty, the command that
// unpacks one; Error(malformed) when there are none.
const ZipMember& choose_zip_member(const std::vector<ZipMember>& members, const std::string& asked,
                                   const std::string& archive_name,
                                   std::string_view option = kMemberOption);

// Where the member's compressed bytes begin; reads its local header and holds it against the
// directory. Throws Error(malformed); Error(usage) for a member that is encrypted or of a method
// that is not read here.
std::uint64_t zip_data_offset(const ZipMember& member, std::uint64_t archive_bytes,
                              const ZipPieces& pieces, const std::string& name);

}  // namespace wordvec
