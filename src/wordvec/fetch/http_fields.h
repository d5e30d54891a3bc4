// What servers say in the fields and the first bytes of their answers (RFC 9110).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wordvec {

// "bytes FIRST-LAST/TOTAL".
struct ContentRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::optional<std::uint64_t> total;  // nullopt: "*"

  std::uint64_t size() const noexcept { return last - first + 1; }
};

// nullopt: it is none, or one that contradicts itself.
std::optional<ContentRange> parse_content_range(std::string_view value);

// True when the answer is a web page, where a file was expected. `body` is its beginning.
bool looks_like_html(std::string_view content_type, std::string_view body);

// The title of a web page, of whose beginning `body` is; empty: it shows none.
std::string html_title(std::string_view body);

// What to tell a person about a status that is no success.
std::string explain_status(int status);

// True when the same request may succeed a little later.
bool is_passing_status(int status) noexcept;

// How long to wait before the attempt after `failures` failed ones (at least 1): doubled each time.
std::chrono::milliseconds backoff_delay(std::chrono::milliseconds first, unsigned failures);

// `url` without user, password, query and fragment, fit for a message.
std::string shown_url(std::string_view url);

// True when `url` begins with "SCHEME://", in upper or lower case.
bool has_scheme(std::string_view url, std::string_view scheme);

// True when a redirect may lead `from` one address `to` another: https is never left, and http is
// gone on with only where it is allowed.
bool may_redirect(std::string_view from, std::string_view to, bool allow_http);

// The last part of the path, "glove.6B.zip"; empty: there is none.
std::string file_of_url(std::string_view url);

}  // namespace wordvec
