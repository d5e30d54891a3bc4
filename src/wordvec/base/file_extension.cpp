#include "wordvec/base/file_extension.h"

#include <algorithm>
#include <cstddef>

namespace wordvec {

bool has_extension(std::string_view path, std::string_view extension) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : int{c}; };
  return path.size() >= extension.size() &&
         std::equal(extension.begin(), extension.end(),
                    path.end() - static_cast<std::ptrdiff_t>(extension.size()),
                    [&](char a, char b) { return int{a} == lower(b); });
}

std::string_view less_extension(std::string_view path, std::string_view extension) noexcept {
  if (has_extension(path, extension)) path.remove_suffix(extension.size());
  return path;
}

}  // namespace wordvec
