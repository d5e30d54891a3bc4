// AVX-512: sixteen numbers at a time, four in a register.
#include <immintrin.h>

#include "wordvec/simd/text_fields.h"

namespace wordvec::simd {
namespace {

// Masks have a bit for each byte of a register, so that each number has 16. Within them, plain
// integer arithmetic works on four numbers at once, as long as no number's carry leaves its bits.
constexpr uint64_t kEachLowest = 0x0001000100010001;
constexpr uint64_t kEachHighest = 0x8000800080008000;

struct Avx512 {
  static void find_ends(const char* text, uint64_t& ends, uint64_t& line_ends) noexcept {
    const __m512i bytes = _mm512_loadu_si512(text);
    line_ends = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n')) |
                _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\r'));
    ends = line_ends | _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(' ')) |
           _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\t'));
  }

  static constexpr size_t kBatch = 16;

  // Group g is numbers g, 4 + g, 8 + g and 12 + g: what belongs to number 4 t + g stays in lane t
  // of 16 bytes all the way.
  static uint32_t parse_batch(const char* text, const uint32_t* ends, float* values) noexcept {
    const __m512i sizes =
        _mm512_sub_epi32(_mm512_sub_epi32(_mm512_loadu_si512(ends + 1), _mm512_loadu_si512(ends)),
                         _mm512_set1_epi32(1));
    const __m512i most = _mm512_set1_epi32(kMaxBytes + 1);
    const __m512i one = _mm512_set1_epi32(1);
    const __m512i bounded = _mm512_max_epu32(_mm512_min_epu32(sizes, most), one);
    const Group g0 = read<0>(text, ends, bounded);
    const Group g1 = read<1>(text, ends, bounded);
    const Group g2 = read<2>(text, ends, bounded);
    const Group g3 = read<3>(text, ends, bounded);

    const __m512i first = eight_digits(g0.digits, g1.digits);
    const __m512i last = eight_digits(g2.digits, g3.digits);
    const __m512i low = shuffle<0xdd>(first, last);
    const __m512i high = shuffle<0x88>(first, last);
    const __mmask16 negative = of_numbers(g0.negative, g1.negative, g2.negative, g3.negative);
    const __m512 powers = powers_of(g0.points, g1.points, g2.points, g3.points);
    const __m512 quotient = _mm512_div_ps(_mm512_cvtepi32_ps(low), powers);
    const __m512i sign = _mm512_set1_epi32(INT32_MIN);
    _mm512_storeu_si512(values, _mm512_mask_xor_epi32(_mm512_castps_si512(quotient), negative,
                                                      _mm512_castps_si512(quotient), sign));

    const __mmask16 no_digit = _mm512_mask_cmpeq_epi32_mask(negative, bounded, one);
    uint32_t odd = _mm512_cmpneq_epi32_mask(sizes, bounded) |
                   _mm512_cmpeq_epi32_mask(bounded, most) | no_digit |
                   _mm512_cmpgt_epi32_mask(low, _mm512_set1_epi32(kMaxMantissa)) |
                   _mm512_test_epi32_mask(high, high);
    if ((g0.odd | g1.odd | g2.odd | g3.odd) != 0) {
      odd |= of_numbers(any(g0.odd), any(g1.odd), any(g2.odd), any(g3.odd));
    }
    return odd;
  }

 private:
  static constexpr int kMaxBytes = 14;

  // Of four numbers.
  struct Group {
    __m512i digits;     // 0 to 9, at the right end
    uint64_t points;    // where the points were, with the rest on their right
    uint64_t negative;  // lowest bits
    uint64_t odd;       // any bit: something is not as it should be
  };

  template <int g>
  static Group read(const char* text, const uint32_t* ends, __m512i sizes) noexcept {
    const __m512i bytes = load(text + ends[g] + 1, text + ends[4 + g] + 1, text + ends[8 + g] + 1,
                               text + ends[12 + g] + 1);
    // A minus in front becomes a leading zero, and so does what is a zero anyway.
    const __m512i minus = each_lane(_mm_setr_epi8('-', '0', '0', '0', '0', '0', '0', '0', '0', '0',
                                                  '0', '0', '0', '0', '0', '0'));
    const __mmask64 kept = _mm512_cmpneq_epi8_mask(bytes, minus);
    const __m512i from_left = _mm512_maskz_sub_epi8(kept, bytes, _mm512_set1_epi8('0'));
    // Moved to the right by 16 less its size; the bytes before it become zeros.
    const __m512i size = _mm512_shuffle_epi8(sizes, _mm512_set1_epi8(4 * g));
    const __m512i from =
        _mm512_add_epi8(size, each_lane(_mm_setr_epi8(-16, -15, -14, -13, -12, -11, -10, -9, -8, -7,
                                                      -6, -5, -4, -3, -2, -1)));
    const __m512i digits = _mm512_shuffle_epi8(from_left, from);

    const uint64_t others = _mm512_cmpgt_epu8_mask(digits, _mm512_set1_epi8(9));
    const uint64_t points = _mm512_cmpeq_epi8_mask(digits, _mm512_set1_epi8('.' - '0'));
    // Below a point, all ones; the highest bit guards the numbers above from the subtraction, and
    // stays where there is a point.
    const uint64_t below = ((points >> 1) | kEachHighest) - kEachLowest;
    const uint64_t with_point = below & kEachHighest;
    const uint64_t whole_part = below & (with_point - (with_point >> 15));
    // What is in front of a point moves into its place. Of at most 14 bytes, none is among the
    // lowest two.
    const __m512i left_neighbour =
        each_lane(_mm_setr_epi8(-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14));
    const __m512i closed =
        _mm512_mask_shuffle_epi8(digits, whole_part << 2, digits, left_neighbour);

    // A point at the end, or with too much behind it; or more than one.
    constexpr uint64_t kTooManyDecimals = (1U << (15 - kMaxDecimals)) - 1;
    const uint64_t bad_points =
        (points & (kEachHighest | kTooManyDecimals * kEachLowest)) | ((points >> 1) & below);
    return {closed, points, ~kept & kEachLowest, (others ^ points) | bad_points};
  }

  static __m512i each_lane(__m128i lane) noexcept { return _mm512_broadcast_i32x4(lane); }
  static __m512i load(const char* a, const char* b, const char* c, const char* d) noexcept {
    const auto lane = [](const char* p) {
      return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    };
    __m512i bytes = _mm512_castsi128_si512(lane(a));
    bytes = _mm512_inserti32x4(bytes, lane(b), 1);
    bytes = _mm512_inserti32x4(bytes, lane(c), 2);
    return _mm512_inserti32x4(bytes, lane(d), 3);
  }
  template <int kOrder>
  static __m512i shuffle(__m512i a, __m512i b) noexcept {
    return _mm512_castps_si512(
        _mm512_shuffle_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), kOrder));
  }

  // The upper and the lower eight digits of eight numbers.
  static __m512i eight_digits(__m512i a, __m512i b) noexcept {
    return _mm512_madd_epi16(_mm512_packus_epi32(four_digits(a), four_digits(b)),
                             _mm512_set1_epi32(1 << 16 | 10000));
  }
  static __m512i four_digits(__m512i digits) noexcept {
    return _mm512_madd_epi16(_mm512_maddubs_epi16(digits, _mm512_set1_epi16(1 << 8 | 10)),
                             _mm512_set1_epi32(1 << 16 | 100));
  }

  // A bit for each number, from the lowest bits of its 16 in each group.
  static __mmask16 of_numbers(uint64_t g0, uint64_t g1, uint64_t g2, uint64_t g3) noexcept {
    return static_cast<__mmask16>(_pext_u64(g0 | g1 << 1 | g2 << 2 | g3 << 3, 0xf * kEachLowest));
  }
  // The lowest bit of each 16 of which any is set.
  static uint64_t any(uint64_t bits) noexcept {
    const uint64_t below_highest = (bits & ~kEachHighest) + ~kEachHighest;
    return ((below_highest | bits) & kEachHighest) >> 15;
  }

  // Ten to the number of places right of each point.
  static __m512 powers_of(uint64_t g0, uint64_t g1, uint64_t g2, uint64_t g3) noexcept {
    const __m256i by_group = _mm256_setr_epi64x(static_cast<int64_t>(g0), static_cast<int64_t>(g1),
                                                static_cast<int64_t>(g2), static_cast<int64_t>(g3));
    const __m256i order = _mm256_setr_epi16(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const __m512i points = _mm512_cvtepu16_epi32(_mm256_permutexvar_epi16(order, by_group));
    // As a float, bit b has the exponent 127 + b, of which the lowest four bits are those of b - 1;
    // no point has 0.
    const __m512i exponents =
        _mm512_srli_epi32(_mm512_castps_si512(_mm512_cvtepi32_ps(points)), 23);
    const __m512 powers = _mm512_setr_ps(1, 1, 1, 1, 1e10F, 1e9F, 1e8F, 1e7F, 1e6F, 1e5F, 1e4F,
                                         1e3F, 1e2F, 1e1F, 1e0F, 1);
    return _mm512_permutexvar_ps(exponents, powers);
  }
};

}  // namespace

const TextKernels kAvx512TextKernels = {TextFields<IndexedText<Avx512>>::parse_values};

}  // namespace wordvec::simd
