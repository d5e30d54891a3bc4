#include "wordvec/eval/dataset_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "wordvec/base/blank.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/text_encoding.h"
#include "wordvec/base/utf8.h"

namespace wordvec {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{64} << 20;

}  // namespace

std::string read_dataset(ByteSource source) {
  const std::string_view text = source.peek(kMaxBytes + 1);
  if (text.size() > kMaxBytes) {
    throw Error(ErrorCode::malformed,
                fmt::format("has more than {} bytes, expected a test set", kMaxBytes),
                source.name());
  }
  if (const std::string_view encoding = wide_encoding(text); !encoding.empty()) {
    throw Error(ErrorCode::malformed, describe_wide_text(encoding), source.name());
  }
  return std::string(text);
}

DatasetLines::DatasetLines(std::string_view text) : rest_(without_byte_order_mark(text)) {}

std::optional<std::string_view> DatasetLines::next() {
  if (rest_.empty()) return std::nullopt;
  ++number_;
  const std::size_t end = std::min(rest_.find('\n'), rest_.size());
  std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::vector<std::string_view> split_at_blanks(std::string_view text) {
  std::vector<std::string_view> fields;
  for (std::size_t at = text.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
    fields.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(kBlanks, end);
  }
  return fields;
}

std::string comments_passed_over(const HashLines& lines) {
  if (lines.passed_over == 0) return {};
  return lines.passed_over == 1
             ? "; a line that begins with # was passed over as a comment"
             : fmt::format("; {} lines that begin with # were passed over as comments",
                           lines.passed_over);
}

void BadLines::add(std::uint64_t line, std::string problem) {
  if (count++ > 0) return;
  first_line = line;
  first_problem = std::move(problem);
}

}  // namespace wordvec
