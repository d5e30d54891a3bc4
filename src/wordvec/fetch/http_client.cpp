#include "wordvec/fetch/http_client.h"

#include <curl/curl.h>

#include <array>
#include <cctype>
#include <exception>
#include <new>

#include "wordvec/base/error.h"
#include "wordvec/base/parse_number.h"
#include "wordvec/base/quote.h"
#include "wordvec/fetch/host_addresses.h"

namespace wordvec {
namespace {

constexpr int kMaxRedirects = 10;
constexpr long kConnectSeconds = 20;
constexpr long kStalledSeconds = 60;  // without a byte
constexpr long kBufferBytes = 256L << 10;
constexpr std::size_t kMaxPageBytes = 4096;    // of a web page, to find its title
constexpr std::size_t kFirstBytes = 16;        // enough to tell a web page
constexpr std::size_t kMaxFieldBytes = 16384;  // of one header field that is looked at
constexpr std::size_t kMaxValidatorBytes = 1024;
constexpr std::size_t kMaxShownBytes = 200;  // of an address that a server has chosen
// Of all header fields. libcurl has a bound of its own, higher, but none for those behind the body,
// and keeps each.
constexpr std::size_t kMaxHeaderBytes = std::size_t{256} << 10;

struct TextList {
  TextList() = default;
  TextList(const TextList&) = delete;
  TextList& operator=(const TextList&) = delete;
  ~TextList() { curl_slist_free_all(list); }
  void add(const std::string& line) {
    curl_slist* const longer = curl_slist_append(list, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    list = longer;
  }
  curl_slist* list = nullptr;
};

std::string folded(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// One request under way, as libcurl's callbacks see it.
class Exchange {
 public:
  Exchange(CURL* handle, const HttpReceiver& receiver) : handle_(handle), receiver_(receiver) {}

  // False: stop.
  bool header(std::string_view line) {
    header_bytes_ += line.size();
    if (header_bytes_ > kMaxHeaderBytes) return false;
    if (answer_.status == 0) read_field(line);  // else what follows the body
    return true;
  }

  // False: stop.
  bool body(std::string_view bytes) {
    learn_status();
    if (is_page_ || !is_file()) {
      page_.append(bytes.substr(0, kMaxPageBytes - std::min(kMaxPageBytes, page_.size())));
      return page_.size() < kMaxPageBytes;
    }
    if (begun_) return pass(bytes);
    first_.append(bytes);
    if (first_.size() < kFirstBytes) return true;
    return begin();
  }

  // When all bytes have come, or none.
  void end() {
    learn_status();
    if (is_file() && !begun_ && !is_page_ && !stopped_) begin();
  }

  bool is_file() const noexcept { return answer_.status == 200 || answer_.status == 206; }
  bool is_page() const noexcept { return is_page_; }
  bool has_endless_header() const noexcept { return header_bytes_ > kMaxHeaderBytes; }
  bool stopped() const noexcept { return stopped_; }
  const std::string& page() const noexcept { return page_; }
  const HttpAnswer& answer() const noexcept { return answer_; }

  std::exception_ptr thrown;

 private:
  void read_field(std::string_view line) {
    if (line.starts_with("HTTP/")) {  // the next answer, after one that is not the last
      answer_ = {};
      etag_.clear();
      modified_.clear();
      is_chunked_ = false;
      return;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || line.size() > kMaxFieldBytes) return;
    const std::string name = folded(line.substr(0, colon));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (name == "content-type") answer_.content_type = value;
    if (name == "content-range") answer_.range = parse_content_range(value);
    if (name == "content-length") answer_.length = parse_number<std::uint64_t>(value);
    if (name == "transfer-encoding") is_chunked_ = true;  // libcurl takes no other encoding
    if (value.size() > kMaxValidatorBytes) return;
    if (name == "etag") etag_ = value;
    if (name == "last-modified") modified_ = value;
  }

  void learn_status() {
    if (answer_.status != 0) return;
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    answer_.status = static_cast<int>(status);
    const bool strong = !etag_.empty() && !etag_.starts_with("W/");
    answer_.validator = strong ? etag_ : modified_;
    if (is_chunked_) answer_.length.reset();  // a length beside it means nothing (RFC 9112, 6.3)
    long version = 0;
    curl_easy_getinfo(handle_, CURLINFO_HTTP_VERSION, &version);
    const bool has_frames = version >= CURL_HTTP_VERSION_2_0;
    answer_.ends_with_connection = !answer_.length && !is_chunked_ && !has_frames;
  }

  bool begin() {
    if (looks_like_html(answer_.content_type, answer_.status == 200 ? first_ : std::string())) {
      is_page_ = true;
      page_ = first_;
      return true;
    }
    begun_ = true;
    if (receiver_.begin && !receiver_.begin(answer_)) {
      stopped_ = true;
      return false;
    }
    return pass(first_);
  }

  bool pass(std::string_view bytes) {
    if (bytes.empty() || !receiver_.data || receiver_.data(bytes)) return true;
    stopped_ = true;
    return false;
  }

  CURL* handle_;
  const HttpReceiver& receiver_;
  HttpAnswer answer_;
  std::string etag_;
  std::string modified_;
  std::size_t header_bytes_ = 0;
  bool is_chunked_ = false;
  std::string first_;  // bytes, until there are enough to tell what they are
  std::string page_;
  bool begun_ = false;
  bool is_page_ = false;
  bool stopped_ = false;
};

std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* exchange) {
  try {
    return static_cast<Exchange*>(exchange)->header({bytes, size * count}) ? size * count : 0;
  } catch (...) {
    static_cast<Exchange*>(exchange)->thrown = std::current_exception();
    return 0;
  }
}

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* exchange) {
  try {
    return static_cast<Exchange*>(exchange)->body({bytes, size * count}) ? size * count : 0;
  } catch (...) {
    static_cast<Exchange*>(exchange)->thrown = std::current_exception();
    return 0;
  }
}

bool may_pass(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_SSL_CONNECT_ERROR:
      return true;
    default:
      return false;
  }
}

bool is_unreachable(CURLcode code) {
  return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY ||
         code == CURLE_COULDNT_CONNECT;
}

// Nothing that libcurl tells of it by a number: the data of chunks makes no sense.
bool is_damaged_chunk(std::string_view details) {
  return details.find("chunked-encod") != std::string_view::npos;
}

// libcurl looks names up on a thread of its own, which may be one more than the system gives.
bool lacks_thread(CURLcode code, std::string_view details) {
  return is_unreachable(code) && details.find("thread failed to start") != std::string_view::npos;
}

// `is_taken`: the address has a scheme that is asked.
std::string explain(CURLcode code, const char* details, bool is_taken) {
  const std::string what = printable(*details == '\0' ? curl_easy_strerror(code) : details);
  if (is_damaged_chunk(details)) {
    return "the server's answer is damaged: its chunks, or the fields behind them, are none";
  }
  if (lacks_thread(code, details)) return "the server's address cannot be found";
  switch (code) {
    case CURLE_OUT_OF_MEMORY:
#if LIBCURL_VERSION_NUM >= 0x080600
    case CURLE_TOO_LARGE:
#endif
      return "the server's answer begins with a line that has no end, or there is no memory for it";
    case CURLE_WEIRD_SERVER_REPLY:
      return "the server's answer is not HTTP (" + what + ")";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return "the server's certificate cannot be trusted (" + what + ")";
    case CURLE_UNSUPPORTED_PROTOCOL:
      if (is_taken) return "the server's answer is not HTTP: it has no status and no fields";
      return "leads to an address that is not https, which is refused (" + what + ")";
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
      return "the connection broke (" + what + ")";
    case CURLE_OPERATION_TIMEDOUT:
      return "the server does not answer in time (" + what + ")";
    default:
      return what;
  }
}

}  // namespace

struct HttpClient::State {
  CURL* handle = nullptr;
  bool allow_http = false;

  ~State() { curl_easy_cleanup(handle); }
};

HttpClient::HttpClient(bool allow_http) : state_(std::make_unique<State>()) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialised == CURLE_OK) state_->handle = curl_easy_init();
  if (state_->handle == nullptr) throw Error(ErrorCode::io, "libcurl cannot be used");
  state_->allow_http = allow_http;
}

HttpClient::~HttpClient() = default;

HttpResult HttpClient::get(const HttpRequest& request, const HttpReceiver& receiver) {
  HttpRequest hop = request;
  for (int redirects = 0;; ++redirects) {
    std::string next;
    HttpResult result = ask(hop, receiver, next);
    if (next.empty()) return result;
    // libcurl would compare each address with the first one only.
    if (!may_redirect(hop.url, next, state_->allow_http)) {
      result.problem = "leads to an address that is not https, which is refused (" +
                       in_quotes(shown_url(next), kMaxShownBytes) + ")";
      return result;
    }
    if (redirects == kMaxRedirects) {
      result.problem =
          "leads in a circle: more than " + std::to_string(kMaxRedirects) + " redirects";
      return result;
    }
    hop.url = std::move(next);
  }
}

HttpResult HttpClient::ask(const HttpRequest& request, const HttpReceiver& receiver,
                           std::string& redirect) {
  CURL* const handle = state_->handle;
  Exchange exchange(handle, receiver);
  TextList headers;
  if (!request.if_range.empty() && !request.range.empty()) {
    headers.add("If-Range: " + request.if_range);
  }
  std::array<char, CURL_ERROR_SIZE> details{};

  curl_easy_reset(handle);  // options only: connections stay
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, state_->allow_http ? "http,https" : "https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, kStalledSeconds);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, kBufferBytes);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "wordvec/" WORDVEC_VERSION);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, details.data());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.list);
  if (!request.range.empty()) curl_easy_setopt(handle, CURLOPT_RANGE, request.range.c_str());
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);

  CURLcode code = curl_easy_perform(handle);
  TextList resolved;
  if (lacks_thread(code, details.data())) {
    if (const std::string addresses = host_addresses(request.url); !addresses.empty()) {
      resolved.add(addresses);
      curl_easy_setopt(handle, CURLOPT_RESOLVE, resolved.list);
      code = curl_easy_perform(handle);
    }
  }
  // The handle outlives what these point to.
  curl_easy_setopt(handle, CURLOPT_RESOLVE, nullptr);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, nullptr);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, nullptr);
  if (exchange.thrown) std::rethrow_exception(exchange.thrown);
  if (code == CURLE_OK) exchange.end();

  HttpResult result;
  result.answer = exchange.answer();
  if (result.answer.status >= 300 && result.answer.status < 400) {
    const char* url = nullptr;
    curl_easy_getinfo(handle, CURLINFO_REDIRECT_URL, &url);
    if (url != nullptr) redirect = url;
  }
  if (exchange.has_endless_header()) {
    result.problem = "the server sends more than " + std::to_string(kMaxHeaderBytes) +
                     " bytes of header fields: they may have no end";
  } else if (exchange.is_page()) {
    const std::string title = html_title(exchange.page());
    result.problem = "is a web page" +
                     (title.empty() ? std::string() : " (" + in_quotes(title) + ")") +
                     " and no file of vectors: a login, an error, or a network that wants to be "
                     "signed on to";
  } else if (result.answer.status != 0 && !exchange.is_file()) {
    result.problem = explain_status(result.answer.status);
    result.may_pass = is_passing_status(result.answer.status);
  } else if (exchange.stopped()) {
    result.end = HttpResult::End::stopped;
  } else if (code != CURLE_OK) {
    const bool is_taken =
        has_scheme(request.url, "https") || (state_->allow_http && has_scheme(request.url, "http"));
    result.problem = explain(code, details.data(), is_taken);
    result.may_pass = may_pass(code) && !is_damaged_chunk(details.data());
    result.is_unreachable = is_unreachable(code);
  } else {
    result.end = HttpResult::End::complete;
  }
  return result;
}

}  // namespace wordvec
