// AVX2: eight numbers at a time, two in a register.
#include <immintrin.h>

#include "wordvec/simd/text_fields.h"

namespace wordvec::simd {
namespace {

// How the digits of a number without sign are brought to the right end of 16 bytes: by its length
// and the place of its point.
struct Shapes {
  static constexpr size_t kMaxBytes = 15;
  static constexpr size_t kNoPoint = 15;

  alignas(64) uint8_t shuffle[16][16][16] = {};
  uint8_t decimals[16][16] = {};

  constexpr Shapes() {
    for (size_t size = 0; size < 16; ++size) {
      for (size_t point = 0; point < 16; ++point) fill(size, point);
    }
  }

 private:
  constexpr void fill(size_t size, size_t point) {
    uint8_t* const to = shuffle[size][point];
    for (size_t i = 0; i < 16; ++i) to[i] = 0x80;  // a zero
    const bool has_point = point < size;
    const size_t digits = has_point ? size - 1 : size;
    decimals[size][point] = static_cast<uint8_t>(has_point ? digits - point : 0);
    if (digits == 0 || (has_point && digits - point > kMaxDecimals)) {
      to[15] = static_cast<uint8_t>(has_point ? point : 0);  // which is no digit
      decimals[size][point] = 0;
      return;
    }
    for (size_t i = 0; i < digits && i < 16; ++i) {
      const size_t digit = digits - 1 - i;  // counted from the left
      to[15 - i] = static_cast<uint8_t>(has_point && digit >= point ? digit + 1 : digit);
    }
  }
};
constexpr Shapes kShapes;

// Powers of ten, those of negative numbers from 16 on.
constexpr float kSignedPowers[32] = {
    1e0F,  1e1F,  1e2F,  1e3F,  1e4F,  1e5F,  1e6F,  1e7F,  1e8F,  1e9F,  1e10F,  1, 1, 1, 1, 1,
    -1e0F, -1e1F, -1e2F, -1e3F, -1e4F, -1e5F, -1e6F, -1e7F, -1e8F, -1e9F, -1e10F, 1, 1, 1, 1, 1};

struct Avx2 {
  static void find_ends(const char* text, uint64_t& ends, uint64_t& line_ends) noexcept {
    ends = 0;
    line_ends = 0;
    for (int half = 1; half >= 0; --half) {
      const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 32 * half));
      const __m256i line = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\n')),
                                           _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\r')));
      const __m256i separator = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(' ')),
                                                _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\t')));
      ends = ends << 32 | mask_of(_mm256_or_si256(line, separator));
      line_ends = line_ends << 32 | mask_of(line);
    }
  }

  static constexpr size_t kBatch = 8;

  static uint32_t parse_batch(const char* text, const uint32_t* ends, float* values) noexcept {
    alignas(32) float powers[8];
    const __m256i digits04 = digits_of(text, ends, 0, 4, powers);
    const __m256i digits15 = digits_of(text, ends, 1, 5, powers);
    const __m256i digits26 = digits_of(text, ends, 2, 6, powers);
    const __m256i digits37 = digits_of(text, ends, 3, 7, powers);
    const __m256i first = eight_digits(digits04, digits15);
    const __m256i last = eight_digits(digits26, digits37);
    const __m256i low = shuffle<0xdd>(first, last);
    const __m256i high = shuffle<0x88>(first, last);

    const __m256i sizes = _mm256_sub_epi32(load(ends + 1), load(ends));  // with one separator
    const __m256i too_long =
        _mm256_cmpgt_epi32(sizes, _mm256_set1_epi32(static_cast<int>(Shapes::kMaxBytes) + 1));
    const __m256i too_many_digits =
        _mm256_or_si256(_mm256_cmpgt_epi32(low, _mm256_set1_epi32(kMaxMantissa)),
                        _mm256_cmpgt_epi32(high, _mm256_setzero_si256()));
    const __m256i odd = _mm256_or_si256(too_long, too_many_digits);
    const __m256i not_digits =
        _mm256_or_si256(_mm256_or_si256(above_nine(digits04), above_nine(digits15)),
                        _mm256_or_si256(above_nine(digits26), above_nine(digits37)));
    _mm256_storeu_ps(values, _mm256_div_ps(_mm256_cvtepi32_ps(low), _mm256_load_ps(powers)));
    auto fields = static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(odd)));
    if (!_mm256_testz_si256(not_digits, not_digits)) {
      fields |= fields_of(digits04) | fields_of(digits15) << 1 | fields_of(digits26) << 2 |
                fields_of(digits37) << 3;
    }
    return fields;
  }

 private:
  static uint32_t mask_of(__m256i bytes) noexcept {
    return static_cast<uint32_t>(_mm256_movemask_epi8(bytes));
  }
  static __m256i load(const uint32_t* from) noexcept {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  }
  template <int kOrder>
  static __m256i shuffle(__m256i a, __m256i b) noexcept {
    return _mm256_castps_si256(
        _mm256_shuffle_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), kOrder));
  }

  // Field i's digits, 0 to 9, at the right end of 16 bytes.
  static __m128i digits_of(const char* text, const uint32_t* ends, size_t i,
                           float* powers) noexcept {
    const char* field = text + ends[i] + 1;
    const size_t negative = *field == '-';
    field += negative;
    size_t size = ends[i + 1] - ends[i] - 1 - negative;
    size = size > Shapes::kMaxBytes ? Shapes::kMaxBytes : size;
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(field));
    const auto points =
        static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'))));
    const auto point = static_cast<size_t>(__builtin_ctz(points | (1U << Shapes::kNoPoint)));
    powers[i] = kSignedPowers[negative * 16 + kShapes.decimals[size][point]];
    return _mm_shuffle_epi8(
        _mm_sub_epi8(bytes, _mm_set1_epi8('0')),
        _mm_load_si128(reinterpret_cast<const __m128i*>(kShapes.shuffle[size][point])));
  }
  static __m256i digits_of(const char* text, const uint32_t* ends, size_t i, size_t j,
                           float* powers) noexcept {
    return _mm256_inserti128_si256(_mm256_castsi128_si256(digits_of(text, ends, i, powers)),
                                   digits_of(text, ends, j, powers), 1);
  }

  // The upper and the lower eight digits of four numbers.
  static __m256i eight_digits(__m256i a, __m256i b) noexcept {
    return _mm256_madd_epi16(_mm256_packus_epi32(four_digits(a), four_digits(b)),
                             _mm256_set1_epi32(1 << 16 | 10000));
  }
  static __m256i four_digits(__m256i digits) noexcept {
    return _mm256_madd_epi16(_mm256_maddubs_epi16(digits, _mm256_set1_epi16(1 << 8 | 10)),
                             _mm256_set1_epi32(1 << 16 | 100));
  }

  static __m256i above_nine(__m256i digits) noexcept {
    return _mm256_subs_epu8(digits, _mm256_set1_epi8(9));
  }
  // Bits 0 and 4: in which of the two numbers something is no digit.
  static uint32_t fields_of(__m256i digits) noexcept {
    const uint32_t fine = mask_of(_mm256_cmpeq_epi8(above_nine(digits), _mm256_setzero_si256()));
    return static_cast<uint32_t>((fine & 0xffff) != 0xffff) |
           static_cast<uint32_t>((fine >> 16) != 0xffff) << 4;
  }
};

}  // namespace

const TextKernels kAvx2TextKernels = {TextFields<IndexedText<Avx2>>::parse_values};

}  // namespace wordvec::simd
