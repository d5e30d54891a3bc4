// How wide texts are.
#pragma once

#include <string>
#include <string_view>

namespace wordvec::plot {

// Lines of text reach from kAscent above their baseline to kDescent below it, in font sizes.
inline constexpr double kAscent = 0.82;
inline constexpr double kDescent = 0.24;

class TextMeasure {
 public:
  virtual ~TextMeasure() = default;
  // Of a line of valid UTF-8, in the unit of `font_size`.
  virtual double width(std::string_view text, double font_size) const = 0;
};

// For who draws text without knowing the font: the advance widths of a wide sans-serif, so that
// text in a usual one is rarely wider. An East Asian wide character is as wide as the font size, a
// combining mark takes no room.
class SansMeasure final : public TextMeasure {
 public:
  double width(std::string_view text, double font_size) const override;
};

// `text` where it is not wider than `most`; else as much of it, with "…" at its end. Cuts between
// characters, and leaves a combining mark with its letter.
std::string shortened(std::string_view text, double font_size, double most,
                      const TextMeasure& measure);

}  // namespace wordvec::plot
