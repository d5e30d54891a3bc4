// The one exception class of the library.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

namespace wordvec {

enum class ErrorCode {
  usage,        // the caller asked for something that makes no sense: k = 0, an unknown format
  query,        // a query that has no meaning: empty, a trailing '+', a sum of zero
  io,           // the operating system refused: no such file, no permission, disk full
  malformed,    // the bytes of a file break its format
  closed_pipe,  // who read our output has gone away: no failure, but nothing more to do
};

// Thrown for everything that stops an operation. Absence of a word is not an error.
// what() is the whole sentence for a person, with the place in front where there is one:
// "vectors.txt:17: found 299 values, expected 300 (as on line 1)".
class Error : public std::exception {
 public:
  Error(ErrorCode code, std::string message);
  // `path` names the file that the message is about.
  Error(ErrorCode code, std::string message, std::string path);

  // A malformed text file. `line` counts from 1.
  static Error at_line(std::string path, std::uint64_t line, std::string message);
  // A malformed binary file. `offset_bytes` counts from 0.
  static Error at_offset(std::string path, std::uint64_t offset_bytes, std::string message);
  // A failed system call: "PATH: ACTION: No space left on device". EPIPE is Error(closed_pipe).
  static Error from_errno(int error_number, std::string path, std::string_view action);

  const char* what() const noexcept override { return what_.c_str(); }
  ErrorCode code() const noexcept { return code_; }
  const std::string& message() const noexcept { return message_; }
  const std::string& path() const noexcept { return path_; }  // empty: about no file
  std::uint64_t line() const noexcept { return line_; }       // 0: none

 private:
  ErrorCode code_;
  std::string message_;
  std::string path_;
  std::uint64_t line_ = 0;
  std::string what_;
};

}  // namespace wordvec
