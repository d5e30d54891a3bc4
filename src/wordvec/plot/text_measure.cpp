#include "wordvec/plot/text_measure.h"

#include <array>
#include <cstdint>

#include "wordvec/base/utf8.h"

namespace wordvec::plot {
namespace {

// Of U+0020 to U+007E, in thousandths of the font size: for each the larger advance of DejaVu Sans
// 2.37 and Noto Sans 2.013, as pango lays them out.
constexpr std::array<std::uint16_t, 95> kAsciiWidths = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 551, 838, 318, 361,  318, 372, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 339, 303, 656, 557, 907, 760, 787, 605, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 372, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 303, 579,
    278, 974, 634, 612, 635, 635, 413, 521, 392, 634, 592, 818, 592, 592,  525, 636, 551, 636, 838};

// Widths of other scripts' characters: those of the same fonts, few of which are wider.
constexpr double kUsualWidth = 0.68;
constexpr double kUpperCaseWidth = 0.80;
constexpr double kBroadWidth = 1.0;
constexpr double kEmojiWidth = 1.3;

bool is_broad(std::uint32_t c) {
  constexpr std::u32string_view kBroad = U"æœÆŒжшщюымфЖШЩЮЫМФω…−—";
  return kBroad.find(static_cast<char32_t>(c)) != std::u32string_view::npos;
}

double em_width(const Utf8Char& c, std::string_view bytes) {
  if (!c.valid) return kUsualWidth;
  if (c.code_point >= 0x20 && c.code_point < 0x7f) {
    return kAsciiWidths[c.code_point - 0x20] / 1000.0;
  }
  const std::size_t columns = display_width(bytes);
  if (columns == 0) return 0;
  if (columns == 2) return c.code_point >= 0x1f000 ? kEmojiWidth : 1;
  if (is_broad(c.code_point)) return kBroadWidth;
  return is_lower_case(bytes) ? kUsualWidth : kUpperCaseWidth;
}

}  // namespace

double SansMeasure::width(std::string_view text, double font_size) const {
  double ems = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Char c = decode_utf8(text.substr(i));
    ems += em_width(c, text.substr(i, c.size_bytes));
    i += c.size_bytes;
  }
  return ems * font_size;
}

std::string shortened(std::string_view text, double font_size, double most,
                      const TextMeasure& measure) {
  // No font has so narrow letters that more of a text could fit.
  constexpr double kMaxBytesPerEm = 40;
  const auto most_bytes = static_cast<std::size_t>(most / font_size * kMaxBytesPerEm) + 4;
  const bool fits = text.size() <= most_bytes && measure.width(text, font_size) <= most;
  if (fits) return std::string(text);
  std::string best = "…";
  for (std::size_t end = 0; end < text.size() && end < most_bytes;) {
    end += decode_utf8(text.substr(end)).size_bytes;
    const bool before_mark =
        end < text.size() &&
        display_width(text.substr(end, decode_utf8(text.substr(end)).size_bytes)) == 0;
    if (before_mark) continue;
    std::string candidate = std::string(text.substr(0, end)) + "…";
    if (measure.width(candidate, font_size) > most) break;
    best = std::move(candidate);
  }
  return best;
}

}  // namespace wordvec::plot
