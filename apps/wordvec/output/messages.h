// What the program tells the person, on standard error.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace spdlog {
class logger;
}

namespace wordvec::cli {

enum class Verbosity { quiet, normal, verbose, debug };

// error() is always shown; warning() and note() unless quiet; info() with -v, debug() with -vv.
// Each is one line, "wordvec: warning: …", in which printable() has escaped what a terminal must
// not receive. The logger is made when the first line is written.
class Messages {
 public:
  Messages();
  ~Messages();
  Messages(const Messages&) = delete;
  Messages& operator=(const Messages&) = delete;

  void set_verbosity(Verbosity verbosity) { verbosity_ = verbosity; }
  Verbosity verbosity() const { return verbosity_; }
  std::size_t error_count() const { return errors_; }

  template <class... Args>
  void error(fmt::format_string<Args...> text, Args&&... args) {
    ++errors_;
    write(Kind::error, fmt::format(text, std::forward<Args>(args)...));
  }
  template <class... Args>
  void warning(fmt::format_string<Args...> text, Args&&... args) {
    write(Kind::warning, fmt::format(text, std::forward<Args>(args)...));
  }
  template <class... Args>
  void note(fmt::format_string<Args...> text, Args&&... args) {
    write(Kind::note, fmt::format(text, std::forward<Args>(args)...));
  }
  // The same text is written once.
  template <class... Args>
  void note_once(fmt::format_string<Args...> text, Args&&... args) {
    if (verbosity_ == Verbosity::quiet) return;
    std::string line = fmt::format(text, std::forward<Args>(args)...);
    if (told_.contains(line)) return;
    write(Kind::note, line);
    told_.insert(std::move(line));
  }
  template <class... Args>
  void info(fmt::format_string<Args...> text, Args&&... args) {
    if (verbosity_ >= Verbosity::verbose) {
      write(Kind::info, fmt::format(text, std::forward<Args>(args)...));
    }
  }
  template <class... Args>
  void debug(fmt::format_string<Args...> text, Args&&... args) {
    if (verbosity_ >= Verbosity::debug) {
      write(Kind::debug, fmt::format(text, std::forward<Args>(args)...));
    }
  }

 private:
  enum class Kind { error, warning, note, info, debug };

  void write(Kind kind, const std::string& text);

  Verbosity verbosity_ = Verbosity::normal;
  std::size_t errors_ = 0;
  std::unordered_set<std::string> told_;
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace wordvec::cli
