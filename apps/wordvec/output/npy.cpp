#include "output/npy.h"

#include <fmt/format.h>

#include <string_view>

#include "wordvec/base/bytes.h"

namespace wordvec::cli {

std::string npy_header(std::size_t rows, std::size_t columns) {
  constexpr std::string_view kMagic("\x93NUMPY\x01\x00", 8);
  constexpr std::size_t kLengthBytes = 2;
  constexpr std::size_t kAlignment = 64;
  std::string text =
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", rows, columns);
  const std::size_t before = kMagic.size() + kLengthBytes;
  const std::size_t total = round_up(before + text.size() + 1, kAlignment);
  text.resize(total - before - 1, ' ');
  text += '\n';
  std::string length(kLengthBytes, '\0');
  store_le(length.data(), static_cast<std::uint16_t>(text.size()));
  return std::string(kMagic) + length + text;
}

std::string vocabulary_path_of(const std::string& npy_path) {
  constexpr std::string_view kExtension = ".npy";
  const std::string stem = npy_path.ends_with(kExtension)
                               ? npy_path.substr(0, npy_path.size() - kExtension.size())
                               : npy_path;
  return stem + ".vocab.txt";
}

}  // namespace wordvec::cli
