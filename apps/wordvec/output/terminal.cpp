#include "output/terminal.h"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace wordvec::cli {

bool is_terminal(int fd) {
  return ::isatty(fd) == 1;
}

bool is_regular_file(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

bool takes_escapes(int fd) {
  const char* const term = std::getenv("TERM");
  if (term == nullptr || std::string_view(term) == "dumb") return false;
  return is_terminal(fd);
}

bool use_colour(int fd) {
  const char* const no_colour = std::getenv("NO_COLOR");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  return takes_escapes(fd);
}

bool has_true_colour() {
  const char* const colours = std::getenv("COLORTERM");
  if (colours == nullptr) return false;
  return std::string_view(colours) == "truecolor" || std::string_view(colours) == "24bit";
}

unsigned terminal_columns(int fd) {
  constexpr unsigned kUsual = 80;
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsual;
  return size.ws_col;
}

unsigned terminal_rows(int fd) {
  constexpr unsigned kUsual = 24;
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return kUsual;
  return size.ws_row;
}

}  // namespace wordvec::cli
