// Text between two pages that nobody may read: a byte too far on either side ends the program.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace wordvec::test {

class GuardedText {
 public:
  explicit GuardedText(std::size_t most_bytes = 1)
      : page_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))),
        inner_((most_bytes + page_ - 1) / page_ * page_) {
    memory_ = ::mmap(nullptr, inner_ + 2 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory_ == MAP_FAILED || ::mprotect(begin(), inner_, PROT_READ | PROT_WRITE) != 0) {
      throw std::runtime_error("cannot map memory");
    }
  }
  ~GuardedText() { ::munmap(memory_, inner_ + 2 * page_); }
  GuardedText(const GuardedText&) = delete;
  GuardedText& operator=(const GuardedText&) = delete;

  // A copy of `text` whose last byte is the last before the guard.
  std::string_view at_end(std::string_view text) {
    return put(begin() + inner_ - text.size(), text);
  }
  // A copy of `text` whose first byte is the first behind the guard.
  std::string_view at_begin(std::string_view text) { return put(begin(), text); }

 private:
  char* begin() const { return static_cast<char*>(memory_) + page_; }
  std::string_view put(char* to, std::string_view text) {
    if (text.size() > inner_) throw std::length_error("guarded text");
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  std::size_t page_;
  std::size_t inner_;
  void* memory_ = nullptr;
};

}  // namespace wordvec::test
