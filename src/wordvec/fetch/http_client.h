// Files from web servers, over libcurl.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "wordvec/fetch/http_fields.h"

namespace wordvec {

struct HttpRequest {
  std::string url;
  std::string range;     // "0-99", "100-" or "-500"; empty: all of the file
  std::string if_range;  // the validator of what is there already; with a range only
};

// The answer to the last of the requests that redirects led to.
struct HttpAnswer {
  int status = 0;
  std::string content_type;
  std::string validator;  // a strong ETag, else Last-Modified, else empty: fit for if_range
  std::optional<ContentRange> range;
  std::optional<std::uint64_t> length;  // of this answer's body
  // Only the end of the connection tells where the body ends: it may be cut off.
  bool ends_with_connection = false;
};

struct HttpResult {
  enum class End {
    complete,  // all of the answer came
    stopped,   // one of the callbacks wanted no more
    failed,    // `problem` says why
  };
  End end = End::failed;
  HttpAnswer answer;
  std::string problem;
  bool may_pass = false;        // a failure that the same request may not meet again
  bool is_unreachable = false;  // there was no connection to the server
};

// Who wants the body. Called for answers with status 200 and 206 that are no web page, and never
// for what follows such an answer's declared end.
struct HttpReceiver {
  std::function<bool(const HttpAnswer& answer)> begin;  // false: stop
  std::function<bool(std::string_view bytes)> data;     // false: stop
};

// Certificates are always checked. https is never left for http, also by redirects. Keeps its
// connection for the next request. Not for use by several threads at once.
class HttpClient {
 public:
  // `allow_http`: addresses that begin with http:// are not refused.
  explicit HttpClient(bool allow_http);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // An answer's header fields, and those that follow its body, have at most 256 KiB: more of them
  // are a failure. What the callbacks throw goes through. Throws Error(io) when libcurl cannot be
  // used.
  HttpResult get(const HttpRequest& request, const HttpReceiver& receiver);

 private:
  struct State;
  // One request; `redirect` is where its answer leads, or empty.
  HttpResult ask(const HttpRequest& request, const HttpReceiver& receiver, std::string& redirect);
  std::unique_ptr<State> state_;
};

}  // namespace wordvec
