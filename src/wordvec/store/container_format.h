// The names and numbers that FORMAT.md gives, shared by the writer and the reader.
#pragma once

#include <cstdint>
#include <string_view>

namespace wordvec::container_format {

inline constexpr std::uint64_t kMajorVersion = 1;
inline constexpr std::uint64_t kMinorVersion = 4;
inline constexpr std::string_view kVersion = "1.4";

inline constexpr std::uint64_t kPageBytes = 4096;      // where `embeddings` may start
inline constexpr std::uint64_t kTensorAlignment = 64;  // where the others may start
// Where codes of at least kLargeTensorBytes are written: the kernel can then map them in large
// pages.
inline constexpr std::uint64_t kLargePageBytes = std::uint64_t{2} << 20;
inline constexpr std::uint64_t kLargeTensorBytes = std::uint64_t{16} << 20;

inline constexpr std::string_view kEmbeddings = "embeddings";
inline constexpr std::string_view kNorms = "norms";
inline constexpr std::string_view kWordsText = "words.text";
inline constexpr std::string_view kWordsOffsets = "words.offsets";
inline constexpr std::string_view kWordsSlots = "words.slots";
inline constexpr std::string_view kWordsCounts = "words.counts";
inline constexpr std::string_view kScanPrefix = "scan.";
inline constexpr std::string_view kScanCentroids = "scan.centroids";
inline constexpr std::string_view kScanFirstBlocks = "scan.first_blocks";
inline constexpr std::string_view kScanCosines = "scan.cosines";
inline constexpr std::string_view kScanRows = "scan.rows";
inline constexpr std::string_view kScanCodes4 = "scan.codes4";
inline constexpr std::string_view kScanCodes8 = "scan.codes8";
inline constexpr std::string_view kSubwordsSlots = "subwords.ngrams.slots";
inline constexpr std::string_view kSubwordsOffsets = "subwords.ngrams.offsets";
inline constexpr std::string_view kSubwordsText = "subwords.ngrams.text";
inline constexpr std::string_view kSubwordsBuckets = "subwords.buckets";
inline constexpr std::string_view kSubwordsEmbeddings = "subwords.embeddings";
inline constexpr std::string_view kPaddingPrefix = "padding.";

inline constexpr std::string_view kFormatKey = "format";
inline constexpr std::string_view kVersionKey = "format_version";
inline constexpr std::string_view kCreatorKey = "creator";
inline constexpr std::string_view kSourceKey = "source";
inline constexpr std::string_view kSourceFormatKey = "source_format";
inline constexpr std::string_view kSourceTensorKey = "source_tensor";
inline constexpr std::string_view kSourceSizeKey = "source_size";
inline constexpr std::string_view kSourceChecksumKey = "source_xxh3_128";
inline constexpr std::string_view kEditsKey = "edits";
inline constexpr std::string_view kCasingKey = "casing";
inline constexpr std::string_view kLicenseKey = "license";
inline constexpr std::string_view kCitationKey = "citation";
inline constexpr std::string_view kSchemeKey = "subwords_scheme";
inline constexpr std::string_view kMinLengthKey = "subwords_min_length";
inline constexpr std::string_view kMaxLengthKey = "subwords_max_length";
inline constexpr std::string_view kBeginKey = "subwords_begin";
inline constexpr std::string_view kEndKey = "subwords_end";
inline constexpr std::string_view kBucketsKey = "subwords_buckets";
inline constexpr std::string_view kHashCountKey = "subwords_hash_count";
inline constexpr std::string_view kSeedKey = "subwords_seed";
inline constexpr std::string_view kVectorKey = "subwords_vector";
inline constexpr std::string_view kChecksumPrefix = "xxh3_128.";  // + a tensor's name

inline constexpr std::string_view kLowerCasing = "lower";
inline constexpr std::string_view kMixedCasing = "mixed";
inline constexpr std::string_view kMeanVector = "mean";
inline constexpr std::string_view kUnitVector = "unit";

}  // namespace wordvec::container_format
