#include "wordvec/base/error.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include "wordvec/base/quote.h"

namespace wordvec {

Error::Error(ErrorCode code, std::string message)
    : code_(code), message_(std::move(message)), what_(message_) {}

Error::Error(ErrorCode code, std::string message, std::string path)
    : code_(code),
      message_(std::move(message)),
      path_(std::move(path)),
      what_(printable(path_) + ": " + message_) {}

Error Error::at_line(std::string path, std::uint64_t line, std::string message) {
  Error error(ErrorCode::malformed, std::move(message), std::move(path));
  error.line_ = line;
  error.what_ = printable(error.path_) + ':' + std::to_string(line) + ": " + error.message_;
  return error;
}

Error Error::at_offset(std::string path, std::uint64_t offset_bytes, std::string message) {
  Error error(ErrorCode::malformed, std::move(message), std::move(path));
  error.what_ =
      printable(error.path_) + ": at byte " + std::to_string(offset_bytes) + ": " + error.message_;
  return error;
}

Error Error::from_errno(int error_number, std::string path, std::string_view action) {
  const ErrorCode code = error_number == EPIPE ? ErrorCode::closed_pipe : ErrorCode::io;
  return {code, std::string(action) + ": " + std::generic_category().message(error_number),
          std::move(path)};
}

}  // namespace wordvec
