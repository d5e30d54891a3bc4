#include "wordvec/fetch/http_fields.h"

#include <algorithm>
#include <cctype>

#include "wordvec/base/parse_number.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/web_page.h"

namespace wordvec {
namespace {

constexpr std::chrono::milliseconds kLongestDelay = std::chrono::seconds(30);

bool starts_with_folded(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  return std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
    return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
  });
}

std::string_view without_leading_space(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

}  // namespace

std::optional<ContentRange> parse_content_range(std::string_view value) {
  constexpr std::string_view kUnit = "bytes ";
  if (!starts_with_folded(value, kUnit)) return std::nullopt;
  value.remove_prefix(kUnit.size());
  const std::size_t dash = value.find('-');
  const std::size_t slash = value.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || dash > slash) {
    return std::nullopt;
  }
  const auto first = parse_number<std::uint64_t>(value.substr(0, dash));
  const auto last = parse_number<std::uint64_t>(value.substr(dash + 1, slash - dash - 1));
  const std::string_view total_text = value.substr(slash + 1);
  const auto total = parse_number<std::uint64_t>(total_text);
  if (!first || !last || *first > *last || (!total && total_text != "*")) return std::nullopt;
  if (total && *last >= *total) return std::nullopt;
  if (*last - *first == ~std::uint64_t{0}) return std::nullopt;  // size() would be 0
  return ContentRange{*first, *last, total};
}

bool looks_like_html(std::string_view content_type, std::string_view body) {
  return starts_with_folded(content_type, "text/html") ||
         starts_with_folded(content_type, "application/xhtml") || begins_web_page(body);
}

std::string html_title(std::string_view body) {
  constexpr std::string_view kOpen = "<title>";
  for (std::size_t at = body.find('<'); at != std::string_view::npos; at = body.find('<', at + 1)) {
    if (!starts_with_folded(body.substr(at), kOpen)) continue;
    const std::string_view rest = without_leading_space(body.substr(at + kOpen.size()));
    return std::string(rest.substr(0, rest.find_first_of("<\r\n")));
  }
  return {};
}

std::string explain_status(int status) {
  const std::string number = std::to_string(status);
  switch (status) {
    case 401:
    case 407:
      return "the server asks for a user's name and password (status " + number + ")";
    case 403:
      return "the server does not give this file to us (status 403)";
    case 404:
    case 410:
      return "there is no such file (status " + number + ")";
    case 416:
      return "the file is shorter than expected (status 416)";
    case 429:
      return "the server has had too many requests (status 429)";
    default:
      break;
  }
  if (status >= 500) return "the server has failed (status " + number + ")";
  return "the server answered with status " + number + ", expected a file";
}

bool is_passing_status(int status) noexcept {
  return status == 408 || status == 425 || status == 429 || (status >= 500 && status != 501);
}

std::chrono::milliseconds backoff_delay(std::chrono::milliseconds first, unsigned failures) {
  std::chrono::milliseconds delay = first;
  for (unsigned i = 1; i < failures && delay < kLongestDelay; ++i) delay *= 2;
  return std::min(delay, kLongestDelay);
}

std::string shown_url(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return printable(url);
  const std::string_view rest = url.substr(scheme + 3);
  const std::size_t at = rest.substr(0, rest.find('/')).rfind('@');
  const std::string_view host = at == std::string_view::npos ? rest : rest.substr(at + 1);
  return printable(std::string(url.substr(0, scheme + 3)) + std::string(host));
}

bool has_scheme(std::string_view url, std::string_view scheme) {
  return starts_with_folded(url, scheme) && url.substr(scheme.size()).starts_with("://");
}

bool may_redirect(std::string_view from, std::string_view to, bool allow_http) {
  return has_scheme(to, "https") ||
         (allow_http && has_scheme(from, "http") && has_scheme(to, "http"));
}

std::string file_of_url(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  const std::size_t slash = url.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(url.substr(slash + 1));
}

}  // namespace wordvec
