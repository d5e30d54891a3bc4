// without_tmpfile COMMAND [ARGUMENT...]: runs a command in which open() with O_TMPFILE fails, as on
// a file system that has no files without a name. It sets WORDVEC_WITHOUT_TMPFILE. The exit status
// is that of the command, or 77 (a test that is skipped) where the kernel takes no such filter.
//
// A filter of system calls, since a preloaded library does not reach a static program, and comes
// before AddressSanitizer in another.
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr unsigned kSkipped = 77;
// The bit that O_TMPFILE has beside O_DIRECTORY.
constexpr unsigned kTmpfile =
    static_cast<unsigned>(O_TMPFILE) & ~static_cast<unsigned>(O_DIRECTORY);
// The low half of the flags, the third argument of openat().
constexpr unsigned kFlags = offsetof(seccomp_data, args) + 2 * sizeof(std::uint64_t);

constexpr unsigned short kLoad = BPF_LD | BPF_W | BPF_ABS;
constexpr unsigned short kIfEqual = BPF_JMP | BPF_JEQ | BPF_K;
constexpr unsigned short kIfSet = BPF_JMP | BPF_JSET | BPF_K;
constexpr unsigned short kReturn = BPF_RET | BPF_K;

bool refuse_tmpfile() {
  // The C library's open() is openat().
  std::array<sock_filter, 6> program = {{
      {kLoad, 0, 0, offsetof(seccomp_data, nr)},
      {kIfEqual, 0, 3, __NR_openat},
      {kLoad, 0, 0, kFlags},
      {kIfSet, 0, 1, kTmpfile},
      {kReturn, 0, 0, SECCOMP_RET_ERRNO | EOPNOTSUPP},
      {kReturn, 0, 0, SECCOMP_RET_ALLOW},
  }};
  sock_fprog filter = {program.size(), program.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: without_tmpfile COMMAND [ARGUMENT...]\n");
    return 2;
  }
  if (!refuse_tmpfile()) {
    std::perror("without_tmpfile");
    return kSkipped;
  }
  ::setenv("WORDVEC_WITHOUT_TMPFILE", "1", 1);
  ::execvp(argv[1], argv + 1);
  std::perror(argv[1]);
  return 127;
}
