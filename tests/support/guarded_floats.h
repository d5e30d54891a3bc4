// Memory whose end is guarded.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <stdexcept>

namespace wordvec::test {

// Floats that end where memory ends: reading past them ends the program.
class GuardedFloats {
 public:
  GuardedFloats() : page_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))) {
    memory_ =
        ::mmap(nullptr, 2 * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory_ == MAP_FAILED) throw std::runtime_error("mmap");
    ::mprotect(static_cast<char*>(memory_) + page_, page_, PROT_NONE);
  }
  ~GuardedFloats() { ::munmap(memory_, 2 * page_); }
  GuardedFloats(const GuardedFloats&) = delete;
  GuardedFloats& operator=(const GuardedFloats&) = delete;

  float* last(std::size_t n) {
    return reinterpret_cast<float*>(static_cast<char*>(memory_) + page_) - n;
  }

 private:
  std::size_t page_;
  void* memory_;
};

}  // namespace wordvec::test
