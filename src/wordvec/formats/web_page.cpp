#include "wordvec/formats/web_page.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "wordvec/base/utf8.h"

namespace wordvec {

bool begins_web_page(std::string_view bytes) {
  constexpr std::array<std::string_view, 3> kBeginnings = {"<!doctype html", "<html>", "<html "};
  bytes = without_byte_order_mark(bytes);
  bytes.remove_prefix(std::min(bytes.size(), bytes.find_first_not_of(" \t\r\n")));
  return std::any_of(kBeginnings.begin(), kBeginnings.end(), [&](std::string_view lower) {
    return bytes.size() >= lower.size() &&
           std::equal(lower.begin(), lower.end(), bytes.begin(), [](char a, char b) {
             return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
           });
  });
}

}  // namespace wordvec
