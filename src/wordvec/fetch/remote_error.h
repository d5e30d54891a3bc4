// What goes wrong at the other end.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/fetch/http_fields.h"

namespace wordvec {

// An Error that is about one address: another mirror may do better.
class RemoteError : public Error {
 public:
  // Error(io): the file cannot be had. `url` is shown without what is secret in it.
  RemoteError(std::string_view url, std::string message)
      : RemoteError(ErrorCode::io, url, std::move(message)) {}
  // Error(malformed): it is not the file that was expected.
  RemoteError(ErrorCode code, std::string_view url, std::string message)
      : Error(code, std::move(message), shown_url(url)) {}
};

inline constexpr const char* kFileChanged = "the file has changed while it was downloaded";

// A download that has to begin anew.
class FileChanged : public RemoteError {
 public:
  explicit FileChanged(std::string_view url) : RemoteError(url, kFileChanged) {}
};

}  // namespace wordvec
