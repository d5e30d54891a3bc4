// The directory of a zip archive: whatever it says, members lie in the archive, each in a place of
// its own, and pieces of the archive only are asked for, and few.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/formats/zip_directory.h"

namespace wordvec::fuzz {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void read(std::string_view bytes) {
  int asked = 0;
  const ZipPieces pieces = [&](std::uint64_t offset, std::uint64_t size) {
    ++asked;
    require(offset <= bytes.size() && size <= bytes.size() - offset);
    return std::string(bytes.substr(offset, size));
  };
  std::vector<ZipMember> members;
  try {
    members = read_zip_directory(bytes.size(), pieces, "input");
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed);
    return;
  }
  require(asked <= 4);
  std::uint64_t compressed_bytes = 0;
  for (const ZipMember& member : members) {
    compressed_bytes += member.compressed_bytes;
    require(member.compressed_bytes <= bytes.size() && compressed_bytes <= bytes.size());
    require(!member.name.ends_with('/'));
    asked = 0;
    try {
      const std::uint64_t offset = zip_data_offset(member, bytes.size(), pieces, "input");
      require(offset <= bytes.size() && member.compressed_bytes <= bytes.size() - offset);
      require(offset >= member.header_offset_bytes + 30 + member.name.size());
    } catch (const Error& error) {
      require(error.code() == ErrorCode::malformed || error.code() == ErrorCode::usage);
    }
    require(asked <= 1);
    try {
      const ZipMember& chosen = choose_zip_member(members, member.name, "input");
      require(member.name.empty() || chosen.name == member.name);
    } catch (const Error& error) {
      require(error.code() == ErrorCode::usage || member.name.empty());
    }
  }
}

}  // namespace
}  // namespace wordvec::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wordvec::fuzz::read({reinterpret_cast<const char*>(data), size});
  return 0;
}
