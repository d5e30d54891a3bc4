#include "wordvec/plot/svg.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "wordvec/plot/scatter_layout.h"
#include "wordvec/plot/xml_text.h"

namespace wordvec {
namespace {

using plot::append_escaped;

using namespace plot;

// Fonts that are common, then those that cover scripts which they lack.
constexpr std::string_view kFonts =
    "'Noto Sans','Helvetica Neue',Arial,'DejaVu Sans','Noto Sans CJK SC','Noto Sans Arabic',"
    "'Noto Sans Hebrew','Noto Sans Devanagari','Noto Sans Thai',sans-serif";

// In tenths of a pixel, without zeros that say nothing: "12", "12.5", "-0.5".
void append_length(std::string& out, double value) {
  const auto tenths = static_cast<long long>(std::llround(value * 10));
  const long long magnitude = tenths < 0 ? -tenths : tenths;
  if (tenths < 0) out += '-';
  out += std::to_string(magnitude / 10);
  if (magnitude % 10 != 0) {
    out += '.';
    out += static_cast<char>('0' + magnitude % 10);
  }
}

class SvgPainter final : public Painter {
 public:
  void fill(std::span<const Point> polygon, Ink ink) override {
    body_ += "<path class=\"" + fill_class(ink) + "\" d=\"";
    append_path(polygon);
    body_ += "\"/>\n";
  }

  void stroke(const Segment& line, double width, Ink ink) override {
    strokes_[static_cast<std::size_t>(ink)] = true;
    body_ += fmt::format("<path class=\"s{}\" stroke-width=\"", static_cast<int>(ink));
    append_length(body_, width);
    body_ += "\" d=\"M";
    append_point(line.from);
    body_ += 'L';
    append_point(line.to);
    body_ += "\"/>\n";
  }

  void mark(Point centre, double radius, MarkShape shape, Ink ink, std::string_view name) override {
    const std::string classes = " class=\"m " + fill_class(ink) + '"';
    std::string_view element = "path";
    switch (shape) {
      case MarkShape::circle:
        element = "circle";
        body_ += "<circle" + classes + " cx=\"";
        append_length(body_, centre.x);
        body_ += "\" cy=\"";
        append_length(body_, centre.y);
        body_ += "\" r=\"";
        append_length(body_, radius);
        break;
      case MarkShape::square:
      case MarkShape::triangle:
      case MarkShape::diamond:
        body_ += "<path" + classes + " d=\"";
        append_path(mark_outline(centre, radius, shape));
    }
    body_ += "\"><title>";
    append_escaped(body_, name);
    body_ += "</title></";
    body_ += element;
    body_ += ">\n";
  }

  void text(Point at, std::string_view text, const TextStyle& style) override {
    body_ += "<text class=\"" + fill_class(style.ink) + (style.halo ? " h" : "") +
             (style.bold ? " b" : "") + '"';
    if (style.align != Align::left) {
      body_ += style.align == Align::middle ? " text-anchor=\"middle\"" : " text-anchor=\"end\"";
    }
    body_ += " font-size=\"";
    append_length(body_, style.size);
    if (style.upwards) {
      body_ += "\" transform=\"translate(";
      append_point(at);
      body_ += ")rotate(-90)\">";
    } else {
      body_ += "\" x=\"";
      append_length(body_, at.x);
      body_ += "\" y=\"";
      append_length(body_, at.y);
      body_ += "\">";
    }
    append_escaped(body_, text);
    body_ += "</text>\n";
  }

  std::string document(const ScatterLayout& layout, Theme theme) const {
    std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"";
    append_length(out, layout.width);
    out += "\" height=\"";
    append_length(out, layout.height);
    out += "\" viewBox=\"0 0 ";
    append_length(out, layout.width);
    out += ' ';
    append_length(out, layout.height);
    out += "\" class=\"wordvec\" role=\"img\">\n<title>";
    append_escaped(out, layout.title.empty() ? "Word vectors in two dimensions" : layout.title);
    out += "</title>\n<desc>";
    append_escaped(out, layout.description);
    out += "</desc>\n<style>\n.wordvec text{font-family:" + std::string(kFonts) +
           ";white-space:pre}\n.wordvec .b{font-weight:bold}\n"
           ".wordvec .h{paint-order:stroke;stroke-linejoin:round;stroke-width:";
    append_length(out, kHaloWidth);
    out += "px}\n.wordvec .m{stroke-width:";
    append_length(out, kMarkOutline);
    out += "px}\n";
    append_colours(out, palette_of(theme));
    if (theme == Theme::automatic) {
      out += "@media (prefers-color-scheme:dark){\n";
      append_colours(out, palette_of(Theme::dark));
      out += "}\n";
    }
    return out + "</style>\n" + body_ + "</svg>\n";
  }

 private:
  std::string fill_class(Ink ink) {
    fills_[static_cast<std::size_t>(ink)] = true;
    return 'f' + std::to_string(static_cast<int>(ink));
  }

  void append_point(Point point) {
    append_length(body_, point.x);
    body_ += ' ';
    append_length(body_, point.y);
  }

  void append_path(std::span<const Point> polygon) {
    char command = 'M';
    for (const Point& point : polygon) {
      body_ += command;
      append_point(point);
      command = 'L';
    }
    body_ += 'z';
  }

  void append_colours(std::string& out, const Palette& palette) const {
    const auto hex = [](Rgb c) {
      return fmt::format("#{:02x}{:02x}{:02x}", c.red, c.green, c.blue);
    };
    for (std::size_t i = 0; i < kInks; ++i) {
      const std::string colour = hex(palette.colours[i]);
      if (fills_[i]) out += fmt::format(".wordvec .f{}{{fill:{}}}\n", i, colour);
      if (strokes_[i]) out += fmt::format(".wordvec .s{}{{stroke:{}}}\n", i, colour);
    }
    out += fmt::format(".wordvec .h,.wordvec .m{{stroke:{}}}\n", hex(palette[Ink::background]));
  }

  std::string body_;
  std::array<bool, kInks> fills_{};
  std::array<bool, kInks> strokes_{};
};

}  // namespace

SvgPicture draw_svg(const ScatterPlot& plot, const PictureStyle& style) {
  const ScatterLayout layout = lay_out(plot, style, SansMeasure());
  SvgPainter painter;
  paint(layout, painter);
  return {painter.document(layout, style.theme), layout.left_out};
}

}  // namespace wordvec
