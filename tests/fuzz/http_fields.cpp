// What servers say: fields of answers, addresses and the beginnings of web pages.
#include "wordvec/fetch/http_fields.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/input.h"
#include "fuzz/shown_text.h"
#include "wordvec/fetch/remote_error.h"

namespace wordvec::fuzz {
namespace {

void check_range(std::string_view value) {
  const auto range = parse_content_range(value);
  if (!range) return;
  require(range->first <= range->last && range->size() > 0);
  require(!range->total || range->last < *range->total);
  const std::string written = "bytes " + std::to_string(range->first) + '-' +
                              std::to_string(range->last) + '/' +
                              (range->total ? std::to_string(*range->total) : "*");
  const auto again = parse_content_range(written);
  require(again && again->first == range->first && again->last == range->last &&
          again->total == range->total);
}

void check_page(std::string_view type, std::string_view body) {
  (void)looks_like_html(type, body);
  const std::string title = html_title(body);
  require(title.size() <= body.size() && title.find_first_of("<\r\n") == std::string::npos);
}

bool is_https(std::string_view url) {
  std::string begin(url.substr(0, 8));
  for (char& c : begin) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return begin == "https://";
}

void check_urls(const std::string& from, const std::string& to) {
  for (const std::string& url : {from, to}) {
    const std::string shown = shown_url(url);
    require(is_safe(shown) && shown.find_first_of("?#") == std::string::npos);
    const RemoteError error(url, "is away");
    require(is_safe(error.what()));
    const std::size_t scheme = shown.find("://");
    if (scheme != std::string::npos) {
      const std::string host = shown.substr(scheme + 3, shown.find('/', scheme + 3) - scheme - 3);
      require(host.find('@') == std::string::npos);
    }
    const std::string file = file_of_url(url);
    require(file.find_first_of("/?#") == std::string::npos);
    require(has_scheme(url, "https") == is_https(url));
  }
  for (const bool allow_http : {false, true}) {
    if (!may_redirect(from, to, allow_http) || is_https(to)) continue;
    require(allow_http && !is_https(from));
  }
}

}  // namespace
}  // namespace wordvec::fuzz

// The lines are fields, addresses and a media type, and all that follows a page.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wordvec::fuzz;
  Input input(data, size);
  const int status = static_cast<int>(input.byte()) * 3;
  require(wordvec::explain_status(status).find(std::to_string(status)) != std::string::npos);
  require(!wordvec::is_passing_status(status) || status >= 400);
  const std::string range = input.text_to('\n');
  check_range(range);
  check_range("bytes " + range);
  const std::string from = input.text_to('\n');
  const std::string to = input.text_to('\n');
  check_urls(from, to);
  check_urls("https://" + from, "http://" + to);
  const std::string type = input.text_to('\n');
  check_page(type, input.rest());
  return 0;
}
