#include "wordvec/simd/dispatch.h"

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
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                        __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi") &&
                        __builtin_cpu_supports("bmi2");
  if (&kernels == &kAvx2Kernels) return has_avx2;
  if (&kernels == &kAvx512Kernels) {
    return has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vnni");
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
