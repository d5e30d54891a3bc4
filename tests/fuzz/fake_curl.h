// A server in place of the network: fake_curl.cpp defines the functions of libcurl that the library
// calls, so that its own client is what runs.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <string>
#include <vector>

namespace wordvec::fuzz {

struct FakeRequest {
  std::string url;
  std::string range;                 // as CURLOPT_RANGE has it
  std::vector<std::string> headers;  // "If-Range: …"
};

struct FakeAnswer {
  CURLcode end = CURLE_OK;           // after the body
  long status = 0;                   // 0: no answer comes
  std::vector<std::string> headers;  // "Content-Length: 12"
  std::string body;
  std::string redirect;         // CURLINFO_REDIRECT_URL
  std::size_t step_bytes = 16;  // of the body, to each call of the write function
};

class FakeServer {
 public:
  FakeServer() = default;
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;
  virtual ~FakeServer() = default;
  virtual FakeAnswer answer(const FakeRequest& request) = 0;
};

// The one that all requests go to.
extern FakeServer* fake_server;

}  // namespace wordvec::fuzz
