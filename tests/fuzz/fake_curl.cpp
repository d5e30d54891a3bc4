#include "fuzz/fake_curl.h"

#include <cstdarg>
#include <cstdlib>
#include <cstring>

#include "fuzz/input.h"

// Macros of these names would hide the functions.
#undef curl_easy_setopt
#undef curl_easy_getinfo

// So libcurl declares them.
#ifdef __clang__
#pragma clang diagnostic ignored "-Wvarargs"
#endif

namespace wordvec::fuzz {

FakeServer* fake_server = nullptr;

namespace {

struct Handle {
  std::string url;
  std::string range;
  curl_slist* headers = nullptr;
  curl_write_callback on_header = nullptr;
  void* header_data = nullptr;
  curl_write_callback on_body = nullptr;
  void* body_data = nullptr;
  FakeAnswer answer;
};

bool give(curl_write_callback callback, void* data, std::string bytes) {
  return callback(bytes.data(), 1, bytes.size(), data) == bytes.size();
}

CURLcode perform(Handle& handle) {
  FakeRequest request{handle.url, handle.range, {}};
  for (const curl_slist* line = handle.headers; line != nullptr; line = line->next) {
    request.headers.emplace_back(line->data);
  }
  handle.answer = fake_server->answer(request);
  const FakeAnswer& answer = handle.answer;
  if (answer.status == 0) return answer.end;
  std::vector<std::string> lines = answer.headers;
  lines.insert(lines.begin(), "HTTP/1.1 " + std::to_string(answer.status) + " X");
  lines.emplace_back();
  for (const std::string& line : lines) {
    if (!give(handle.on_header, handle.header_data, line + "\r\n")) return CURLE_WRITE_ERROR;
  }
  for (std::size_t at = 0; at < answer.body.size(); at += answer.step_bytes) {
    if (!give(handle.on_body, handle.body_data, answer.body.substr(at, answer.step_bytes))) {
      return CURLE_WRITE_ERROR;
    }
  }
  return answer.end;
}

}  // namespace
}  // namespace wordvec::fuzz

extern "C" {

CURLcode curl_global_init(long /*flags*/) {
  return CURLE_OK;
}

CURL* curl_easy_init() {
  return new wordvec::fuzz::Handle;
}

void curl_easy_cleanup(CURL* curl) {
  delete static_cast<wordvec::fuzz::Handle*>(curl);
}

void curl_easy_reset(CURL* curl) {
  *static_cast<wordvec::fuzz::Handle*>(curl) = {};
}

CURLcode curl_easy_setopt(CURL* curl, CURLoption option, ...) {
  auto& handle = *static_cast<wordvec::fuzz::Handle*>(curl);
  std::va_list arguments;
  va_start(arguments, option);
  switch (option) {
    case CURLOPT_URL:
      handle.url = va_arg(arguments, const char*);
      break;
    case CURLOPT_RANGE:
      handle.range = va_arg(arguments, const char*);
      break;
    case CURLOPT_HTTPHEADER:
      handle.headers = va_arg(arguments, curl_slist*);
      break;
    case CURLOPT_HEADERFUNCTION:
      handle.on_header = va_arg(arguments, curl_write_callback);
      break;
    case CURLOPT_HEADERDATA:
      handle.header_data = va_arg(arguments, void*);
      break;
    case CURLOPT_WRITEFUNCTION:
      handle.on_body = va_arg(arguments, curl_write_callback);
      break;
    case CURLOPT_WRITEDATA:
      handle.body_data = va_arg(arguments, void*);
      break;
    default:  // how to connect
      break;
  }
  va_end(arguments);
  return CURLE_OK;
}

CURLcode curl_easy_perform(CURL* curl) {
  return wordvec::fuzz::perform(*static_cast<wordvec::fuzz::Handle*>(curl));
}

CURLcode curl_easy_getinfo(CURL* curl, CURLINFO info, ...) {
  auto& handle = *static_cast<wordvec::fuzz::Handle*>(curl);
  std::va_list arguments;
  va_start(arguments, info);
  if (info == CURLINFO_RESPONSE_CODE) {
    *va_arg(arguments, long*) = handle.answer.status;
  } else if (info == CURLINFO_HTTP_VERSION) {
    *va_arg(arguments, long*) = CURL_HTTP_VERSION_1_1;
  } else {
    wordvec::fuzz::require(info == CURLINFO_REDIRECT_URL);
    *va_arg(arguments, const char**) =
        handle.answer.redirect.empty() ? nullptr : handle.answer.redirect.c_str();
  }
  va_end(arguments);
  return CURLE_OK;
}

const char* curl_easy_strerror(CURLcode /*code*/) {
  return "a failure";
}

curl_slist* curl_slist_append(curl_slist* list, const char* text) {
  auto* const last = new curl_slist{::strdup(text), nullptr};
  if (list == nullptr) return last;
  curl_slist* at = list;
  while (at->next != nullptr) at = at->next;
  at->next = last;
  return list;
}

void curl_slist_free_all(curl_slist* list) {
  while (list != nullptr) {
    curl_slist* const next = list->next;
    std::free(list->data);
    delete list;
    list = next;
  }
}
}
