// The names and numbers that FORMAT.md gives, shared by the writer and the reader.
#pragma once

#include <cstdint>
#include <string_view>

namespace wordvec::container_format {

inline constexpr std::uint64_t kMajorVersion = 1;
inline constexpr std::string_view kVersion = "1.0";

inline constexpr std::uint64_t kPageBytes = 4096;      // where `embeddings` may start
inline constexpr std::uint64_t kTensorAlignment = 64;  // where the others may start

inline constexpr std::string_view kEmbeddings = "embeddings";
inline constexpr std::string_view kNorms = "norms";
inline constexpr std::string_view kWordsText = "words.text";
inline constexpr std::string_view kWordsOffsets = "words.offsets";
inline constexpr std::string_view kWordsSlots = "words.slots";
inline constexpr std::string_view kPaddingPrefix = "padding.";

inline constexpr std::string_view kFormatKey = "format";
inline constexpr std::string_view kVersionKey = "format_version";
inline constexpr std::string_view kCreatorKey = "creator";
inline constexpr std::string_view kSourceKey = "source";
inline constexpr std::string_view kSourceFormatKey = "source_format";
inline constexpr std::string_view kSourceSizeKey = "source_size";
inline constexpr std::string_view kSourceChecksumKey = "source_xxh3_128";
inline constexpr std::string_view kCasingKey = "casing";
inline constexpr std::string_view kLicenseKey = "license";
inline constexpr std::string_view kCitationKey = "citation";
inline constexpr std::string_view kChecksumPrefix = "xxh3_128.";  // + a tensor's name

inline constexpr std::string_view kLowerCasing = "lower";
inline constexpr std::string_view kMixedCasing = "mixed";

}  // namespace wordvec::container_format
