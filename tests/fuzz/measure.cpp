// What each input costs: the linker puts this between the fuzzer and its target
// (--wrap=LLVMFuzzerTestOneInput). At the end it prints, as libFuzzer does its statistics, the most
// time and the most memory that an input took for each of its bytes.
#include <sanitizer/allocator_interface.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int __real_LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// So that a target's time goes to what it tests: short stacks of allocations, and little freed
// memory held back.
extern "C" const char* __asan_default_options() {
  return "malloc_context_size=8:quarantine_size_mb=32";
}

namespace {

// What an input costs however short it is would hide what its length costs.
constexpr std::size_t kMinBytes = 1024;

std::atomic<std::int64_t> held_bytes{0};
std::atomic<std::int64_t> peak_bytes{0};

void on_malloc(const volatile void* /*begin*/, std::size_t size) {
  const std::int64_t held = held_bytes += static_cast<std::int64_t>(size);
  std::int64_t peak = peak_bytes;
  while (held > peak && !peak_bytes.compare_exchange_weak(peak, held)) {
  }
}

void on_free(const volatile void* begin) {
  if (begin == nullptr) return;
  held_bytes -=
      static_cast<std::int64_t>(__sanitizer_get_allocated_size(const_cast<const void*>(begin)));
}

// Of all threads, so that others that run on the machine do not count.
double now() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

struct Costs {
  double time_ns = 0;
  double memory_bytes = 0;
};

Costs run(const std::uint8_t* data, std::size_t size) {
  const std::int64_t held = held_bytes;
  peak_bytes = held;
  const double begin = now();
  __real_LLVMFuzzerTestOneInput(data, size);
  return {now() - begin, static_cast<double>(peak_bytes - held)};
}

Costs most;                 // for each byte
std::size_t sizes[2] = {};  // of the inputs that had these

void report() {
  std::fprintf(stderr,
               "stat::most_ns_a_byte:            %.0f\n"
               "stat::most_ns_input_bytes:       %zu\n"
               "stat::most_memory_a_byte:        %.0f\n"
               "stat::most_memory_input_bytes:   %zu\n",
               most.time_ns, sizes[0], most.memory_bytes, sizes[1]);
}

void install() {
  __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
  std::atexit(report);
}

}  // namespace

extern "C" int __wrap_LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool installed = (install(), true);
  static_cast<void>(installed);
  const auto bytes = static_cast<double>(std::max(size, kMinBytes));
  const auto is_more = [&](const Costs& costs) {
    return costs.time_ns > most.time_ns * bytes || costs.memory_bytes > most.memory_bytes * bytes;
  };
  Costs costs = run(data, size);
  if (is_more(costs)) {
    // The first run of a kind makes what later ones share, and some are slow by chance.
    const Costs again = run(data, size);
    costs.time_ns = std::min(costs.time_ns, again.time_ns);
    costs.memory_bytes = std::min(costs.memory_bytes, again.memory_bytes);
  }
  if (costs.time_ns > most.time_ns * bytes) {
    most.time_ns = costs.time_ns / bytes;
    sizes[0] = size;
  }
  if (costs.memory_bytes > most.memory_bytes * bytes) {
    most.memory_bytes = costs.memory_bytes / bytes;
    sizes[1] = size;
  }
  return 0;
}
