// Arrays that end where memory ends: touching what lies past them ends the program.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <span>
#include <stdexcept>
#include <vector>

namespace wordvec::test {

template <class T>
class Guarded {
 public:
  explicit Guarded(std::size_t count) : count_(count) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t usable = (count * sizeof(T) + page - 1) / page * page;
    size_ = usable + page;
    memory_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory_ == MAP_FAILED) throw std::runtime_error("mmap");
    char* const end = static_cast<char*>(memory_) + usable;
    ::mprotect(end, page, PROT_NONE);
    data_ = reinterpret_cast<T*>(end - count * sizeof(T));
  }
  Guarded(std::size_t count, T value) : Guarded(count) {
    for (std::size_t i = 0; i < count; ++i) data_[i] = value;
  }
  explicit Guarded(std::span<const T> values) : Guarded(values.size()) {
    if (count_ > 0) std::memcpy(data_, values.data(), count_ * sizeof(T));
  }
  explicit Guarded(const std::vector<T>& values) : Guarded(std::span<const T>(values)) {}
  ~Guarded() { ::munmap(memory_, size_); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t size() const { return count_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }

 private:
  std::size_t count_;
  std::size_t size_ = 0;
  void* memory_ = nullptr;
  T* data_ = nullptr;
};

}  // namespace wordvec::test
