#include "wordvec/plot/braille.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "wordvec/base/quote.h"
#include "wordvec/base/utf8.h"
#include "wordvec/plot/group_looks.h"
#include "wordvec/plot/scatter_layout.h"

namespace wordvec {
namespace {

using namespace plot;

constexpr std::size_t kMinColumns = 20;
constexpr std::size_t kFewPoints = 100;  // up to here a point is four dots, to be seen well

// How the points of a group look in the legend, and the colours of 256 that are near those of the
// palette and can be read on dark and on light.
constexpr std::array<int, kGroupColours> kAnsiColours = {32, 214, 36, 175, 166, 74, 244};
constexpr int kPlain = -1;
constexpr int kFaint = -2;

int ansi_colour(Ink ink) {
  if (ink < Ink::group0) return kFaint;
  return kAnsiColours[static_cast<std::size_t>(ink) - static_cast<std::size_t>(Ink::group0)];
}

// Characters in columns and rows.
class Canvas {
 public:
  Canvas(std::size_t columns, std::size_t rows)
      : columns_(columns), rows_(rows), cells_(columns * rows) {}

  std::size_t columns() const { return columns_; }
  std::size_t rows() const { return rows_; }

  // `x` < 2 columns, `y` < 4 rows. A point's dot takes the cell for itself, one of a line does not.
  void add_dot(std::size_t x, std::size_t y, int colour, bool of_point) {
    // Dots 1 2 3 7 are those of the left column, 4 5 6 8 of the right one, from the top.
    constexpr std::uint8_t kBits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    Cell& cell = at(x / 2, y / 4);
    cell.dots = static_cast<std::uint8_t>(cell.dots | kBits[y % 4][x % 2]);
    if (of_point || !cell.has_point) cell.colour = colour;
    cell.has_point = cell.has_point || of_point;
  }

  // Whether `width` cells from there on, and one on either side, are free for a label.
  bool is_free(std::ptrdiff_t column, std::ptrdiff_t row, std::size_t width,
               bool over_lines) const {
    const auto end = column + static_cast<std::ptrdiff_t>(width);
    if (column < 0 || row < 0 || end > static_cast<std::ptrdiff_t>(columns_) ||
        row >= static_cast<std::ptrdiff_t>(rows_)) {
      return false;
    }
    for (std::ptrdiff_t c = std::max<std::ptrdiff_t>(0, column - 1);
         c < std::min(end + 1, static_cast<std::ptrdiff_t>(columns_)); ++c) {
      const Cell& cell = at(static_cast<std::size_t>(c), static_cast<std::size_t>(row));
      if (cell.has_text) return false;
      const bool inside = c >= column && c < end;
      if (inside && (cell.has_point || (cell.dots != 0 && !over_lines))) return false;
    }
    return true;
  }

  void write(std::size_t column, std::size_t row, std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
      const std::string_view bytes = text.substr(i, decode_utf8(text.substr(i)).size_bytes);
      const std::size_t width = display_width(bytes);
      // A combining mark goes with the character before it.
      Cell& cell = at(width == 0 && column > 0 ? column - 1 : column, row);
      if (width > 0) cell.text.clear();
      cell.text += bytes;
      for (std::size_t c = 0; c < width; ++c) at(column + c, row).has_text = true;
      column += width;
      i += bytes.size();
    }
  }

  void append_row(std::string& out, std::size_t row, bool colour) const {
    std::size_t end = columns_;
    while (end > 0 && is_blank(at(end - 1, row))) --end;
    int shown = kPlain;
    for (std::size_t c = 0; c < end; ++c) {
      const Cell& cell = at(c, row);
      const int wanted = cell.has_text || cell.dots == 0 ? kPlain : cell.colour;
      if (colour && wanted != shown) out += escape_of(wanted);
      shown = wanted;
      if (cell.has_text) {
        out += cell.text;
      } else if (cell.dots == 0) {
        out += ' ';
      } else {
        out += {'\xe2', static_cast<char>(0xa0 + (cell.dots >> 6)),
                static_cast<char>(0x80 + (cell.dots & 0x3f))};
      }
    }
    if (colour && shown != kPlain) out += escape_of(kPlain);
  }

  static std::string escape_of(int colour) {
    if (colour == kPlain) return "\x1b[0m";
    return colour == kFaint ? "\x1b[0;2m" : fmt::format("\x1b[0;38;5;{}m", colour);
  }

 private:
  struct Cell {
    std::string text;
    std::uint8_t dots = 0;
    bool has_point = false;
    bool has_text = false;
    int colour = kPlain;
  };

  static bool is_blank(const Cell& cell) { return !cell.has_text && cell.dots == 0; }
  Cell& at(std::size_t column, std::size_t row) { return cells_[row * columns_ + column]; }
  const Cell& at(std::size_t column, std::size_t row) const {
    return cells_[row * columns_ + column];
  }

  std::size_t columns_;
  std::size_t rows_;
  std::vector<Cell> cells_;
};

struct Dot {
  std::ptrdiff_t x = 0;
  std::ptrdiff_t y = 0;
};

class TextPlot {
 public:
  TextPlot(const ScatterPlot& plot, TerminalSize size, bool colour)
      : plot_(plot),
        colour_(colour),
        columns_(std::max(kMinColumns, size.columns)),
        size_rows_(std::max(kMinRows, size.rows)),
        looks_(looks_of(plot, kGroupColours)) {}

  TextPicture run() {
    make_legend();
    find_ranges();
    const std::size_t around = 2 + legend_.size() + (plot_.title.empty() ? 0 : 1);
    const std::size_t most_rows =
        std::max<std::size_t>(5, size_rows_ - std::min(size_rows_, around));
    const std::size_t dots_across = 2 * (columns_ - 1);
    const double padding = 4;
    const auto room = [&](std::size_t dots) { return static_cast<double>(dots) - 2 * padding - 1; };
    double scale = std::min(room(dots_across) / dx_, room(4 * most_rows) / dy_);
    if (!std::isfinite(scale) || !(scale > 0)) scale = 1;
    const auto rows = std::clamp<std::size_t>(
        static_cast<std::size_t>(std::ceil((dy_ * scale + 2 * padding + 1) / 4)), 5, most_rows);
    Canvas canvas(columns_ - 1, rows);
    place_points(scale, canvas);
    draw(canvas);
    std::size_t hidden = write_labels(canvas);
    return {lines_of(canvas), {hidden, looks_.merged_groups, 0, 0}};
  }

 private:
  double x(std::size_t i) const { return plot_.points[i * plot_.components]; }
  double y(std::size_t i) const { return plot_.points[i * plot_.components + 1]; }

  void find_ranges() {
    double low_x = HUGE_VAL, high_x = -HUGE_VAL, low_y = HUGE_VAL, high_y = -HUGE_VAL;
    for (std::size_t i = 0; i < plot_.labels.size(); ++i) {
      if (!std::isfinite(x(i)) || !std::isfinite(y(i))) continue;
      low_x = std::min(low_x, x(i));
      high_x = std::max(high_x, x(i));
      low_y = std::min(low_y, y(i));
      high_y = std::max(high_y, y(i));
    }
    if (low_x > high_x) return;
    dx_ = high_x - low_x;
    dy_ = high_y - low_y;
    middle_x_ = low_x + dx_ / 2;
    middle_y_ = low_y + dy_ / 2;
  }

  void place_points(double scale, const Canvas& canvas) {
    const double centre_x = static_cast<double>(2 * canvas.columns() - 1) / 2;
    const double centre_y = static_cast<double>(4 * canvas.rows() - 1) / 2;
    dots_.resize(plot_.labels.size());
    for (std::size_t i = 0; i < dots_.size(); ++i) {
      if (!std::isfinite(x(i)) || !std::isfinite(y(i))) continue;
      dots_[i] = Dot{std::llround(centre_x + (x(i) - middle_x_) * scale),
                     std::llround(centre_y - (y(i) - middle_y_) * scale)};
    }
  }

  void draw(Canvas& canvas) const {
    for (const ScatterPlot::Line& line : plot_.lines) {
      if (dots_[line.from] && dots_[line.to]) draw_line(*dots_[line.from], *dots_[line.to], canvas);
    }
    const bool large = dots_.size() <= kFewPoints;
    for (std::size_t i = 0; i < dots_.size(); ++i) {
      if (!dots_[i]) continue;
      const int colour = colour_of(i);
      for (int dx = 0; dx <= int{large}; ++dx) {
        for (int dy = 0; dy <= int{large}; ++dy) {
          add_dot({dots_[i]->x + dx, dots_[i]->y + dy}, colour, true, canvas);
        }
      }
    }
  }

  static void add_dot(Dot dot, int colour, bool of_point, Canvas& canvas) {
    const auto x = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, dot.x));
    const auto y = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, dot.y));
    canvas.add_dot(std::min(x, 2 * canvas.columns() - 1), std::min(y, 4 * canvas.rows() - 1),
                   colour, of_point);
  }

  // Every second dot, so that it is not taken for points.
  static void draw_line(Dot from, Dot to, Canvas& canvas) {
    const std::ptrdiff_t steps = std::max(std::abs(to.x - from.x), std::abs(to.y - from.y));
    for (std::ptrdiff_t s = 1; s < steps; s += 2) {
      const double part = static_cast<double>(s) / static_cast<double>(steps);
      add_dot({from.x + std::llround(part * static_cast<double>(to.x - from.x)),
               from.y + std::llround(part * static_cast<double>(to.y - from.y))},
              kFaint, false, canvas);
    }
  }

  int colour_of(std::size_t i) const {
    if (plot_.groups.empty()) return kAnsiColours[0];
    const std::uint32_t group = plot_.groups[i];
    return group == ScatterPlot::kNoGroup ? kFaint : ansi_colour(looks_.looks[group].ink);
  }

  // Returns how many found no place.
  std::size_t write_labels(Canvas& canvas) const {
    std::size_t hidden = 0;
    for (std::size_t i = 0; i < dots_.size(); ++i) {
      if (!dots_[i] || !write_label(i, canvas)) ++hidden;
    }
    return hidden;
  }

  bool write_label(std::size_t i, Canvas& canvas) const {
    const std::string text = fitting(printable(plot_.labels[i]), canvas.columns() / 3);
    const std::size_t columns = display_width(text);
    if (columns == 0) return false;
    const auto width = static_cast<std::ptrdiff_t>(columns);
    const std::ptrdiff_t column = dots_[i]->x / 2;
    const std::ptrdiff_t row = dots_[i]->y / 4;
    const std::pair<std::ptrdiff_t, std::ptrdiff_t> places[] = {{column + 2, row},
                                                                {column - width - 1, row},
                                                                {column - width / 2, row - 1},
                                                                {column - width / 2, row + 1},
                                                                {column + 1, row - 1},
                                                                {column + 1, row + 1},
                                                                {column - width, row - 1},
                                                                {column - width, row + 1}};
    for (const bool over_lines : {false, true}) {
      for (const auto& [c, r] : places) {
        if (!canvas.is_free(c, r, columns, over_lines)) continue;
        canvas.write(static_cast<std::size_t>(c), static_cast<std::size_t>(r), text);
        return true;
      }
    }
    return false;
  }

  // `text`, or as much of it as fits into `most` columns with "…".
  static std::string fitting(const std::string& text, std::size_t most) {
    if (display_width(text) <= most) return text;
    std::size_t end = 0;
    std::size_t width = 1;
    while (end < text.size()) {
      const std::string_view bytes = std::string_view(text).substr(end);
      const std::size_t size = decode_utf8(bytes).size_bytes;
      width += display_width(bytes.substr(0, size));
      if (width > most) break;
      end += size;
    }
    return text.substr(0, end) + "…";
  }

  // "● name  ● name", as many to a line as fit.
  void make_legend() {
    if (!colour_) return;
    std::size_t used = columns_;
    for (const LegendText& entry : legend_of(plot_, looks_)) {
      const std::string name = fitting(entry.name, columns_ / 2);
      const std::size_t width = 2 + display_width(name) + 2;
      if (used + width > columns_) {
        legend_.emplace_back();
        used = 0;
      }
      used += width;
      legend_.back() += Canvas::escape_of(ansi_colour(entry.look.ink)) + "●" +
                        Canvas::escape_of(kPlain) + ' ' + name + "  ";
    }
  }

  std::string lines_of(const Canvas& canvas) const {
    std::string out;
    if (!plot_.title.empty()) out += fitting(printable(plot_.title), columns_) + '\n';
    for (std::size_t r = 0; r < canvas.rows(); ++r) {
      out += "│";
      canvas.append_row(out, r, colour_);
      out += '\n';
    }
    out += "└";
    for (std::size_t c = 0; c < canvas.columns(); ++c) out += "─";
    out += '\n' + fitting("→ " + axis_title(plot_, 0) + "   ↑ " + axis_title(plot_, 1), columns_) +
           '\n';
    for (const std::string& line : legend_) out += line + '\n';
    return out;
  }

  const ScatterPlot& plot_;
  bool colour_;
  std::size_t columns_;
  std::size_t size_rows_;
  GroupLooks looks_;
  std::vector<std::string> legend_;
  double dx_ = 0;
  double dy_ = 0;
  double middle_x_ = 0;
  double middle_y_ = 0;
  std::vector<std::optional<Dot>> dots_;
};

}  // namespace

TextPicture draw_braille(const ScatterPlot& plot, TerminalSize size, bool colour) {
  return TextPlot(plot, size, colour).run();
}

}  // namespace wordvec
