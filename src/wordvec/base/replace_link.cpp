#include "wordvec/base/replace_link.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string_view>

#include "wordvec/base/error.h"
#include "wordvec/base/file_descriptor.h"
#include "wordvec/base/output_place.h"
#include "wordvec/base/partial_name.h"

namespace wordvec {
namespace {

constexpr std::string_view kReplaceAction = "cannot make the link";

// Makes the link under the name `partial` and renames it to `name`. Returns errno; 0: it is done.
int make_and_rename(int folder, const char* target, const char* partial, const char* name) {
  if (::symlinkat(target, folder, partial) != 0) return errno;
  if (::renameat(folder, partial, folder, name) == 0) return 0;
  const int reason = errno;
  ::unlinkat(folder, partial, 0);
  return reason;
}

bool leads_to(int folder, const char* name, const std::string& target) {
  std::string found(target.size() + 1, '\0');
  const ssize_t size = ::readlinkat(folder, name, found.data(), found.size());
  return size == static_cast<ssize_t>(target.size()) && found.starts_with(target);
}

// make_and_rename() in a process of its own, which signals to this one and its group do not reach.
// Returns errno; 0: it is done.
int make_and_rename_apart(int folder, const char* target, const char* partial, const char* name) {
  ::sigset_t all;
  ::sigset_t old;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &old);
  const ::pid_t child = ::fork();
  if (child == 0) ::_exit(make_and_rename(folder, target, partial, name));  // errno is below 256
  int reason = child < 0 ? errno : 0;
  int status = 0;
  if (child > 0) {
    while (::waitpid(child, &status, 0) < 0 && reason == 0) {
      if (errno != EINTR) reason = errno;
    }
    if (reason == 0) {
      reason = WIFEXITED(status) ? WEXITSTATUS(status) : ECANCELED;
    } else if (reason == ECHILD && leads_to(folder, name, target)) {
      reason = 0;  // who started this process does not want to hear of children
    }
    if (reason != 0) ::unlinkat(folder, partial, 0);
  }
  ::pthread_sigmask(SIG_SETMASK, &old, nullptr);
  return reason;
}

}  // namespace

void replace_link(const std::string& path, const std::string& target) {
  const FileDescriptor folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) throw Error::from_errno(errno, path, kReplaceAction);
  const std::string name = name_of(path);
  // Those who make links share a lock of the folder; who has it alone knows that nobody does.
  if (::flock(folder.get(), LOCK_EX | LOCK_NB) == 0) remove_left_links(folder.get(), name);
  ::flock(folder.get(), LOCK_SH);
  if (::symlinkat(target.c_str(), folder.get(), name.c_str()) != 0) {
    if (errno != EEXIST) throw Error::from_errno(errno, path, kReplaceAction);
    const std::string partial = new_partial_name(name, path);
    const int reason =
        make_and_rename_apart(folder.get(), target.c_str(), partial.c_str(), name.c_str());
    if (reason != 0) throw Error::from_errno(reason, path, kReplaceAction);
  }
  ::fsync(folder.get());
}

}  // namespace wordvec
