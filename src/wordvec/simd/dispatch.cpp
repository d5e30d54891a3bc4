#include "wordvec/simd/dispatch.h"

// The header is none for clang in C++: it says _Bool.
#if defined(__x86_64__) && !defined(__clang__) && __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
// What the C library has found out already. The compiler's __builtin_cpu_supports() asks the
// processor again, in every process that is linked with it, which takes a virtual machine longer
// than to look up a word.
#define WORDVEC_CPU_HAS(glibc_name, gcc_name) CPU_FEATURE_ACTIVE(glibc_name)
#else
#define WORDVEC_CPU_HAS(glibc_name, gcc_name) __builtin_cpu_supports(gcc_name)
#endif

namespace wordvec::simd {
namespace {

constexpr const Kernels* kBuilt[] = {
    &kScalarKernels,
#if defined(__x86_64__)
    &kAvx2Kernels,
    &kAvx512Kernels,
#endif
};

const Kernels* fastest() noexcept {
  const Kernels* best = &kScalarKernels;
  for (const Kernels* kernels : kBuilt) {
    if (is_supported(*kernels)) best = kernels;
  }
  return best;
}

const Kernels*& chosen() noexcept {
  static const Kernels* kernels = fastest();
  return kernels;
}

}  // namespace

std::span<const Kernels* const> built_kernels() noexcept {
  return kBuilt;
}

bool is_supported(const Kernels& kernels) noexcept {
#if defined(__x86_64__)
  // These also ask whether the operating system saves the wide registers.
  const bool has_avx2 = WORDVEC_CPU_HAS(AVX2, "avx2") && WORDVEC_CPU_HAS(FMA, "fma") &&
                        WORDVEC_CPU_HAS(POPCNT, "popcnt") && WORDVEC_CPU_HAS(BMI1, "bmi") &&
                        WORDVEC_CPU_HAS(BMI2, "bmi2");
  if (&kernels == &kAvx2Kernels) return has_avx2;
  if (&kernels == &kAvx512Kernels) {
    return has_avx2 && WORDVEC_CPU_HAS(AVX512F, "avx512f") &&
           WORDVEC_CPU_HAS(AVX512DQ, "avx512dq") && WORDVEC_CPU_HAS(AVX512VL, "avx512vl") &&
           WORDVEC_CPU_HAS(AVX512BW, "avx512bw") && WORDVEC_CPU_HAS(AVX512_VNNI, "avx512vnni");
  }
#endif
  return &kernels == &kScalarKernels;
}

const Kernels& active() noexcept {
  return *chosen();
}

bool select(std::string_view name) noexcept {
  for (const Kernels* kernels : kBuilt) {
    if (name == kernels->name && is_supported(*kernels)) {
      chosen() = kernels;
      return true;
    }
  }
  return false;
}

}  // namespace wordvec::simd
