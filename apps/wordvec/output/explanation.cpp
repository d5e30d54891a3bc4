#include "output/explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "output/terminal.h"
#include "wordvec/base/utf8.h"

namespace wordvec::cli {
namespace {

// Pieces of text that a line may not break within, each with the spaces before it.
struct Piece {
  std::string_view space;
  std::string_view text;
};

bool is_wide(std::string_view character) {
  return display_width(character) == 2;
}

// What must not begin a line: closing marks of Chinese text, all of them wide.
bool closes(std::string_view character) {
  constexpr std::string_view kClosing = "，。、；：？！）》」』】”’…";
  return kClosing.find(character) != std::string_view::npos;
}

// What must not end a line.
bool opens(std::string_view character) {
  constexpr std::string_view kOpening = "（《「『【“‘";
  return kOpening.find(character) != std::string_view::npos;
}

// The next piece of `text`, which has no line ends and is not empty.
Piece take_piece(std::string_view& text) {
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  std::size_t end = begin;
  std::string_view last;
  while (end < text.size() && text[end] != ' ') {
    const std::string_view next = text.substr(end, decode_utf8(text.substr(end)).size_bytes);
    const bool may_break =
        !last.empty() && (is_wide(next) || is_wide(last)) && !closes(next) && !opens(last);
    if (may_break) break;
    last = next;
    end += next.size();
  }
  const Piece piece{text.substr(0, begin), text.substr(begin, end - begin)};
  text.remove_prefix(end);
  return piece;
}

void append_wrapped(std::string& out, std::string_view line, std::size_t columns) {
  std::size_t used = 0;
  while (!line.empty()) {
    const Piece piece = take_piece(line);
    const std::size_t width = display_width(piece.text);
    if (used > 0 && used + piece.space.size() + width > columns) {
      out += '\n';
      used = 0;
    } else {
      out += piece.space;
      used += piece.space.size();
    }
    out += piece.text;
    used += width;
  }
}

}  // namespace

std::string grouped(std::uint64_t number) {
  const std::string digits = fmt::format("{}", number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string short_seconds(double seconds) {
  struct Unit {
    double size;
    std::string_view name;
  };
  constexpr std::array<Unit, 4> kUnits = {{{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}, {1e-9, "ns"}}};
  for (const Unit& unit : kUnits) {
    const double value = seconds / unit.size;
    if (value < 0.9995 && unit.size > 1e-9) continue;
    const int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return fmt::format("{:.{}f} {}", value, unit.size < 1e-6 ? 0 : decimals, unit.name);
  }
  return {};
}

std::string aligned(const std::vector<std::vector<std::string>>& lines, std::size_t indent) {
  std::vector<std::size_t> widths;
  for (const auto& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    for (std::size_t c = 0; c < line.size(); ++c) {
      widths[c] = std::max(widths[c], display_width(line[c]));
    }
  }
  std::string out;
  for (const auto& line : lines) {
    out.append(indent, ' ');
    for (std::size_t c = 0; c < line.size(); ++c) {
      const std::size_t space = widths[c] - display_width(line[c]);
      if (c > 0) out.append(2 + space, ' ');
      out += line[c];
      if (c == 0 && line.size() > 1) out.append(space, ' ');
    }
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
  return out;
}

std::string first_values(std::span<const float> values) {
  constexpr std::size_t kMaxShown = 5;
  constexpr std::size_t kColumnsEach = 9;
  constexpr std::size_t kColumnsBeside = 35;  // words, rows and lengths, as long as they often are
  const std::size_t columns = terminal_columns(kStandardOutput);
  const std::size_t room = (columns - std::min(columns, kColumnsBeside)) / kColumnsEach;
  const std::size_t shown = std::clamp<std::size_t>(room, 1, kMaxShown);
  std::string text;
  for (const float value : values.first(std::min(values.size(), shown))) {
    fmt::format_to(std::back_inserter(text), "{:9.4f}", value);
  }
  if (values.size() > shown) text += " …";
  return text;
}

std::string wrapped(std::string_view text, std::size_t columns) {
  std::string out;
  for (;;) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    append_wrapped(out, text.substr(0, end), columns);
    if (end == text.size()) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

std::size_t text_columns() {
  constexpr unsigned kMax = 100;
  return std::min(terminal_columns(kStandardOutput), kMax);
}

}  // namespace wordvec::cli
