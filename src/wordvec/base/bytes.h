// Little-endian bytes and arithmetic that cannot overflow unseen.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

namespace wordvec {

// Mapped files are read in place, so a host must store numbers as the files do.
static_assert(std::endian::native == std::endian::little, "wordvec needs a little-endian machine");

// A number from `bytes`, which need not be aligned and must hold sizeof(T).
template <class T>
T load_le(const void* bytes) noexcept {
  static_assert(std::is_trivially_copyable_v<T>);
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

template <class T>
void store_le(void* bytes, T value) noexcept {
  static_assert(std::is_trivially_copyable_v<T>);
  std::memcpy(bytes, &value, sizeof value);
}

// nullopt where the result does not fit.
inline std::optional<std::uint64_t> checked_multiply(std::uint64_t a, std::uint64_t b) noexcept {
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

inline std::optional<std::uint64_t> checked_add(std::uint64_t a, std::uint64_t b) noexcept {
  std::uint64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

constexpr std::uint64_t round_up(std::uint64_t value, std::uint64_t multiple) noexcept {
  return (value + multiple - 1) / multiple * multiple;
}

// The bytes of an array, for hashing and writing.
template <class T>
std::span<const std::byte> bytes_of(std::span<const T> values) noexcept {
  static_assert(std::is_trivially_copyable_v<T>);
  return std::as_bytes(values);
}

}  // namespace wordvec
