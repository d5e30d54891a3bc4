#include "int8_peak.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace wordvec::bench {

#if defined(__x86_64__)
namespace {

constexpr std::size_t kSums = 24;  // enough to hide the latency of two units

__attribute__((target("avx512f,avx512vnni"))) void spend(std::size_t count) {
  const __m512i a = _mm512_set1_epi8(3);
  const __m512i b = _mm512_set1_epi8(2);
  for (std::size_t i = 0; i < count; ++i) {
    // In assembly: the compiler must neither move nor drop them. Each of 24 registers is a sum.
    asm volatile(
        "vpdpbusd %1, %0, %%zmm0\n vpdpbusd %1, %0, %%zmm1\n vpdpbusd %1, %0, %%zmm2\n"
        "vpdpbusd %1, %0, %%zmm3\n vpdpbusd %1, %0, %%zmm4\n vpdpbusd %1, %0, %%zmm5\n"
        "vpdpbusd %1, %0, %%zmm6\n vpdpbusd %1, %0, %%zmm7\n vpdpbusd %1, %0, %%zmm8\n"
        "vpdpbusd %1, %0, %%zmm9\n vpdpbusd %1, %0, %%zmm10\n vpdpbusd %1, %0, %%zmm11\n"
        "vpdpbusd %1, %0, %%zmm12\n vpdpbusd %1, %0, %%zmm13\n vpdpbusd %1, %0, %%zmm14\n"
        "vpdpbusd %1, %0, %%zmm15\n vpdpbusd %1, %0, %%zmm16\n vpdpbusd %1, %0, %%zmm17\n"
        "vpdpbusd %1, %0, %%zmm18\n vpdpbusd %1, %0, %%zmm19\n vpdpbusd %1, %0, %%zmm20\n"
        "vpdpbusd %1, %0, %%zmm21\n vpdpbusd %1, %0, %%zmm22\n vpdpbusd %1, %0, %%zmm23\n"
        :
        : "v"(a), "v"(b)
        : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
          "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "xmm16", "xmm17", "xmm18", "xmm19", "xmm20",
          "xmm21", "xmm22", "xmm23");
  }
}

}  // namespace

bool has_int8_peak() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vnni");
}

std::size_t spend_int8_operations(std::size_t count) {
  spend(count);
  return count * kSums * 64 * 2;
}
#else
bool has_int8_peak() {
  return false;
}

std::size_t spend_int8_operations(std::size_t /*count*/) {
  return 0;
}
#endif

}  // namespace wordvec::bench
