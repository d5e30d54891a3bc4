#include "png_picture.h"

#include <pango/pangocairo.h>

#include <cmath>
#include <cstddef>
#include <exception>
#include <memory>
#include <numbers>
#include <span>
#include <string_view>

#include "output/pictures.h"
#include "wordvec/base/error.h"
#include "wordvec/base/output_file.h"
#include "wordvec/plot/scatter_layout.h"

namespace wordvec::cli {
namespace {

using namespace plot;

constexpr const char* kFonts = "Noto Sans,Helvetica Neue,Arial,DejaVu Sans,sans-serif";
constexpr double kMaxDots = 32767;  // across a surface of cairo

struct Free {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* context) const { cairo_destroy(context); }
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
  void operator()(cairo_font_options_t* options) const { cairo_font_options_destroy(options); }
};
using Surface = std::unique_ptr<cairo_surface_t, Free>;
using Drawing = std::unique_ptr<cairo_t, Free>;
using TextLayout = std::unique_ptr<PangoLayout, Free>;
using Font = std::unique_ptr<PangoFontDescription, Free>;
using FontOptions = std::unique_ptr<cairo_font_options_t, Free>;

void check(cairo_status_t status) {
  if (status == CAIRO_STATUS_SUCCESS) return;
  if (status == CAIRO_STATUS_NO_MEMORY) throw std::bad_alloc();
  throw Error(ErrorCode::usage,
              std::string("cannot draw the picture: ") + cairo_status_to_string(status));
}

// One line of text at a time, for measuring and drawing.
class Typesetter final : public TextMeasure {
 public:
  explicit Typesetter(cairo_t* drawing) : layout_(pango_cairo_create_layout(drawing)) {
    // Letters are as wide at any scale, so that what is measured is what is drawn.
    const FontOptions options(cairo_font_options_create());
    cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(pango_layout_get_context(layout_.get()), options.get());
    pango_layout_set_single_paragraph_mode(layout_.get(), TRUE);
  }

  PangoLayout* set(std::string_view text, double size, bool bold) const {
    const Font font(pango_font_description_from_string(kFonts));
    pango_font_description_set_absolute_size(font.get(), size * PANGO_SCALE);
    if (bold) pango_font_description_set_weight(font.get(), PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout_.get(), font.get());
    pango_layout_set_text(layout_.get(), text.data(), static_cast<int>(text.size()));
    return layout_.get();
  }

  double width(std::string_view text, double font_size) const override {
    return width_of(set(text, font_size, false));
  }
  static double width_of(PangoLayout* layout) {
    int width = 0;
    pango_layout_get_size(layout, &width, nullptr);
    return static_cast<double>(width) / PANGO_SCALE;
  }

 private:
  TextLayout layout_;
};

class CairoPainter final : public Painter {
 public:
  CairoPainter(cairo_t* drawing, const Typesetter& typesetter, const Palette& palette)
      : drawing_(drawing), typesetter_(typesetter), palette_(palette) {
    cairo_set_line_join(drawing_, CAIRO_LINE_JOIN_ROUND);
  }

  void fill(std::span<const Point> polygon, Ink ink) override {
    trace(polygon);
    use(ink);
    cairo_fill(drawing_);
  }

  void stroke(const Segment& line, double width, Ink ink) override {
    cairo_move_to(drawing_, line.from.x, line.from.y);
    cairo_line_to(drawing_, line.to.x, line.to.y);
    cairo_set_line_width(drawing_, width);
    use(ink);
    cairo_stroke(drawing_);
  }

  void mark(Point centre, double radius, MarkShape shape, Ink ink, std::string_view) override {
    if (shape == MarkShape::circle) {
      cairo_new_path(drawing_);
      cairo_arc(drawing_, centre.x, centre.y, radius, 0, 2 * std::numbers::pi);
    } else {
      trace(mark_outline(centre, radius, shape));
    }
    use(ink);
    cairo_fill_preserve(drawing_);
    cairo_set_line_width(drawing_, kMarkOutline);
    use(Ink::background);
    cairo_stroke(drawing_);
  }

  void text(Point at, std::string_view text, const TextStyle& style) override {
    PangoLayout* const layout = typesetter_.set(text, style.size, style.bold);
    const double width = Typesetter::width_of(layout);
    const double baseline = static_cast<double>(pango_layout_get_baseline(layout)) / PANGO_SCALE;
    const double left = style.align == Align::left    ? 0
                        : style.align == Align::right ? -width
                                                      : -width / 2;
    cairo_save(drawing_);
    cairo_translate(drawing_, at.x, at.y);
    if (style.upwards) cairo_rotate(drawing_, -std::numbers::pi / 2);
    if (style.halo) {
      cairo_move_to(drawing_, left, -baseline);
      pango_cairo_layout_path(drawing_, layout);
      cairo_set_line_width(drawing_, kHaloWidth);
      use(Ink::background);
      cairo_stroke(drawing_);
    }
    cairo_move_to(drawing_, left, -baseline);
    use(style.ink);
    pango_cairo_show_layout(drawing_, layout);
    cairo_restore(drawing_);
    cairo_new_path(drawing_);
  }

 private:
  void use(Ink ink) {
    const Rgb colour = palette_[ink];
    cairo_set_source_rgb(drawing_, colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0);
  }
  void trace(std::span<const Point> polygon) {
    cairo_new_path(drawing_);
    for (const Point& point : polygon) cairo_line_to(drawing_, point.x, point.y);
    cairo_close_path(drawing_);
  }

  cairo_t* drawing_;
  const Typesetter& typesetter_;
  const Palette& palette_;
};

void write(cairo_surface_t* surface, const std::string& path) {
  struct Target {
    OutputFile file;
    std::exception_ptr error{};
  } target{OutputFile::create(path)};
  // No exception may pass through a library in C.
  const auto write_piece = [](void* closure, const unsigned char* bytes,
                              unsigned size) -> cairo_status_t {
    Target& to = *static_cast<Target*>(closure);
    try {
      to.file.write(std::as_bytes(std::span(bytes, size)));
      return CAIRO_STATUS_SUCCESS;
    } catch (...) {
      to.error = std::current_exception();
      return CAIRO_STATUS_WRITE_ERROR;
    }
  };
  const cairo_status_t status = cairo_surface_write_to_png_stream(surface, write_piece, &target);
  if (target.error) std::rethrow_exception(target.error);
  check(status);
  target.file.publish();
}

}  // namespace

void write_png_file(const ScatterPlot& plot, const PictureStyle& style, double scale,
                    const std::string& path, Messages& messages) {
  const Surface scratch(cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1));
  const Drawing measuring(cairo_create(scratch.get()));
  const ScatterLayout layout = lay_out(plot, style, Typesetter(measuring.get()));

  const double width = std::round(layout.width * scale);
  const double height = std::round(layout.height * scale);
  if (!(width >= 1 && height >= 1 && width <= kMaxDots && height <= kMaxDots)) {
    throw Error(ErrorCode::usage, fmt::format("a picture of {} x {} dots cannot be drawn: expected "
                                              "at most {} (--size, --scale)",
                                              width, height, kMaxDots));
  }
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(width),
                                                   static_cast<int>(height)));
  check(cairo_surface_status(surface.get()));
  const Drawing drawing(cairo_create(surface.get()));
  cairo_scale(drawing.get(), scale, scale);
  const Typesetter typesetter(drawing.get());
  CairoPainter painter(drawing.get(), typesetter, palette_of(style.theme));
  paint(layout, painter);
  check(cairo_status(drawing.get()));
  cairo_surface_flush(surface.get());
  write(surface.get(), path);
  report_picture(plot, layout.left_out, kMakeRoom, messages);
}

}  // namespace wordvec::cli
