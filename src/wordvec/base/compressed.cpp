#include "wordvec/base/compressed.h"

namespace wordvec {

using namespace std::string_view_literals;

bool begins_gzip(std::string_view head) noexcept {
  return head.starts_with("\x1f\x8b"sv);
}

bool begins_bzip2(std::string_view head) noexcept {
  return head.size() >= 10 && head.starts_with("BZh"sv) && head[3] >= '1' && head[3] <= '9' &&
         (head.substr(4).starts_with("\x31\x41\x59\x26\x53\x59"sv) ||
          head.substr(4).starts_with("\x17\x72\x45\x38\x50\x90"sv));
}

bool begins_xz(std::string_view head) noexcept {
  return head.starts_with(
      "\xfd"
      "7zXZ\0"sv);
}

bool begins_zstd(std::string_view head) noexcept {
  const bool is_skippable = head.size() >= 4 &&
                            (static_cast<unsigned char>(head[0]) & 0xf0) == 0x50 &&
                            head.substr(1).starts_with("\x2a\x4d\x18"sv);
  return is_skippable || head.starts_with("\x28\xb5\x2f\xfd"sv);
}

bool begins_zip(std::string_view head) noexcept {
  return head.starts_with(kZipMemberMagic) || head.starts_with(kZipEndMagic);
}

bool begins_compressed(std::string_view head) noexcept {
  return begins_gzip(head) || begins_bzip2(head) || begins_xz(head) || begins_zstd(head) ||
         begins_zip(head);
}

}  // namespace wordvec
