#include "wordvec/plot/scatter_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "wordvec/base/quote.h"
#include "wordvec/plot/ticks.h"

namespace wordvec::plot {
namespace {

constexpr double kTickSize = 11;  // font sizes
constexpr double kAxisSize = 12.5;
constexpr double kTitleSize = 17;
constexpr double kMargin = 16;
constexpr double kTickDistance = 70;  // at least, between lines of the grid; less in small pictures
constexpr double kMinAcross = 40;
constexpr double kMinUp = 18;
constexpr double kSmallPicture = 300;  // on its shorter side
constexpr double kLegendGap = 16;      // between the frame and the legend

// The more points, and the smaller the picture, the smaller what shows them.
struct Sizes {
  double label = 14;
  double radius = 5;
  double leader = 90;  // the longest
};
Sizes sizes_for(std::size_t points, const PictureStyle& style) {
  const unsigned shorter = style.height == 0 ? style.width : std::min(style.width, style.height);
  if (shorter < kSmallPicture && points <= 150) return {10.5, 3.5, 40};
  if (points <= 30) return {14, 5, 90};
  if (points <= 150) return {12, 4, 70};
  if (points <= 500) return {10.5, 3, 55};
  if (points <= 2000) return {9.5, 2.3, 45};
  return {9.5, 1.5, 40};
}

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void add(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  double length() const { return high > low ? high - low : 0; }
  double middle() const { return high >= low ? low + (high - low) / 2 : 0; }
};

// From values to pixels, with one scale for both axes.
class View {
 public:
  View(const Range& x, const Range& y, const Box& frame, double padding)
      : frame_(frame), middle_{x.middle(), y.middle()} {
    const double width = std::max(1.0, frame.width() - 2 * padding);
    const double height = std::max(1.0, frame.height() - 2 * padding);
    const double scale = std::min(width / x.length(), height / y.length());
    // Points that are all the same have no scale.
    if (std::isfinite(scale) && scale > 0) {
      scale_ = scale;
    } else {
      scale_ = std::min(width, height) / 2;
    }
  }

  Point to_pixels(double x, double y) const {
    const Point centre = frame_.centre();
    return {centre.x + (x - middle_.x) * scale_, centre.y - (y - middle_.y) * scale_};
  }
  double x_at(double pixel) const { return middle_.x + (pixel - frame_.centre().x) / scale_; }
  double y_at(double pixel) const { return middle_.y - (pixel - frame_.centre().y) / scale_; }
  double units(double pixels) const { return pixels / scale_; }

 private:
  Box frame_;
  Point middle_;
  double scale_ = 1;
};

class Layouter {
 public:
  Layouter(const ScatterPlot& plot, const PictureStyle& style, const TextMeasure& measure)
      : plot_(plot),
        measure_(measure),
        sizes_(sizes_for(plot.labels.size(), style)),
        groups_(looks_of(plot)) {
    layout_.width = style.width;
    layout_.height = style.height;
    layout_.label_size = sizes_.label;
    layout_.mark_radius = sizes_.radius;
    for (std::size_t i = 0; i < plot.labels.size(); ++i) {
      if (!is_finite(i)) continue;
      x_range_.add(x(i));
      y_range_.add(y(i));
    }
  }

  ScatterLayout run() {
    layout_.title =
        shortened(printable(plot_.title), kTitleSize * 1.1, layout_.width - 2 * kMargin, measure_);
    layout_.description = description();
    const View view = make_view();
    add_titles();
    add_ticks(view);
    add_marks(view);
    add_arrows();
    add_labels();
    return std::move(layout_);
  }

 private:
  double x(std::size_t i) const { return plot_.points[i * plot_.components]; }
  double y(std::size_t i) const { return plot_.points[i * plot_.components + 1]; }
  bool is_finite(std::size_t i) const { return std::isfinite(x(i)) && std::isfinite(y(i)); }
  double padding() const { return std::min(36.0, 0.08 * layout_.frame.width()); }

  std::string description() const {
    std::string text = fmt::format("Scatter plot of {} words", plot_.labels.size());
    if (plot_.explained_variance_ratio.size() >= 2) {
      text += fmt::format(
          "{}: component 1 explains {:.1f} % of their variance, component 2 {:.1f} %",
          plot_.fitted_on_others ? " on components of others" : "",
          plot_.explained_variance_ratio[0] * 100, plot_.explained_variance_ratio[1] * 100);
    }
    return text + ".";
  }

  // Numbers that are longer than usual take their room from the points.
  View make_view() {
    const auto view = [&] { return View(x_range_, y_range_, layout_.frame, padding()); };
    const double usual = measure_.width("−0.00", kTickSize);
    make_frame(usual);
    for (const Tick& tick : y_ticks(view())) {
      widest_tick_ = std::max(widest_tick_, measure_.width(tick.label, kTickSize));
    }
    if (widest_tick_ > usual) make_frame(std::min(widest_tick_, 0.3 * layout_.width));
    return view();
  }

  // What is around the points decides how much room they have.
  void make_frame(double tick_width) {
    const double left = kMargin + kAxisSize + 14 + tick_width;
    const double top = layout_.title.empty() ? kMargin : kMargin + kTitleSize + 14;
    const double bottom = kMargin + kAxisSize + 14 + kTickSize;
    const std::vector<LegendText> texts = legend_of(plot_, groups_);
    const auto right_with = [&](double height) {
      layout_.legend = lay_out_legend(texts, layout_.width, height - top - kMargin / 2, measure_);
      return kMargin + (texts.empty() ? 0 : kLegendGap + layout_.legend.width);
    };
    const auto width_with = [&](double height) {
      return std::max(10.0, layout_.width - left - right_with(height));
    };
    if (layout_.height == 0) {
      const double width = width_with(std::numeric_limits<double>::infinity());
      const double pad = std::min(36.0, 0.08 * width);
      const double ratio = x_range_.length() > 0 ? y_range_.length() / x_range_.length() : 1;
      const double wanted =
          std::clamp((width - 2 * pad) * ratio + 2 * pad, 0.45 * width, 0.9 * width);
      const double for_legend = std::min(legend_height(texts.size()), 0.9 * width);
      layout_.height = std::round(top + bottom + std::max(wanted, for_legend));
    }
    const double width = width_with(layout_.height);
    const double height = std::max(10.0, layout_.height - top - bottom);
    layout_.frame = {left, top, left + width, top + height};
    for (LegendEntry& entry : layout_.legend.entries) {
      entry.centre.x += layout_.frame.right + kLegendGap;
      entry.centre.y += top;
    }
    layout_.left_out.merged_groups = groups_.merged_groups;
    layout_.left_out.unnamed = layout_.legend.unnamed;
  }

  // In the middle of their axes, as long as there is room for in the picture.
  void add_titles() {
    const auto title = [&](std::size_t component, double middle, double end) {
      const double room = 2 * (std::min(middle, end - middle) - kMargin / 4);
      const std::string name = fmt::format("PC {}", component + 1);
      std::string text = axis_title(plot_, component);
      if (measure_.width(text, kAxisSize) <= room) return text;
      if (component < plot_.explained_variance_ratio.size()) {
        text = fmt::format("{} ({:.1f} %)", name, plot_.explained_variance_ratio[component] * 100);
        if (measure_.width(text, kAxisSize) <= room) return text;
      }
      return name;
    };
    const double right =
        layout_.legend.entries.empty() ? layout_.width : layout_.frame.right + kLegendGap;
    layout_.x_title = title(0, layout_.frame.centre().x, right);
    layout_.y_title = title(1, layout_.frame.centre().y, layout_.height);
  }

  // Numbers in a row need more room than those below each other.
  std::vector<Tick> x_ticks(const View& view) const {
    const double distance = std::clamp(layout_.frame.width() / 4, kMinAcross, kTickDistance);
    return round_ticks(view.x_at(layout_.frame.left), view.x_at(layout_.frame.right),
                       view.units(std::max(distance, widest_tick_ + kTickSize)));
  }
  std::vector<Tick> y_ticks(const View& view) const {
    const double distance = std::clamp(layout_.frame.height() / 6, kMinUp, kTickDistance);
    return round_ticks(view.y_at(layout_.frame.bottom), view.y_at(layout_.frame.top),
                       view.units(distance));
  }

  void add_ticks(const View& view) {
    for (Tick& tick : x_ticks(view)) {
      layout_.x_ticks.push_back({view.to_pixels(tick.value, 0).x, std::move(tick.label)});
    }
    for (Tick& tick : y_ticks(view)) {
      layout_.y_ticks.push_back({view.to_pixels(0, tick.value).y, std::move(tick.label)});
    }
  }

  void add_marks(const View& view) {
    const Point nowhere{std::numeric_limits<double>::quiet_NaN(), 0};
    centres_.assign(plot_.labels.size(), nowhere);
    names_.reserve(plot_.labels.size());
    for (std::size_t i = 0; i < plot_.labels.size(); ++i) {
      names_.push_back(printable(plot_.labels[i]));
      if (!is_finite(i)) continue;
      centres_[i] = view.to_pixels(x(i), y(i));
      layout_.marks.push_back({centres_[i], look_of(i), names_[i]});
    }
    // Points of no group do not cover those that are shown to be of one.
    std::stable_partition(layout_.marks.begin(), layout_.marks.end(),
                          [](const auto& mark) { return mark.look.ink == Ink::neutral; });
  }

  GroupLook look_of(std::size_t i) const {
    if (plot_.groups.empty()) return {};
    const std::uint32_t group = plot_.groups[i];
    return group == ScatterPlot::kNoGroup ? kNeutralLook : groups_.looks[group];
  }

  // From mark to mark, with a little air.
  void add_arrows() {
    const double shorter = sizes_.radius + 2;
    for (const ScatterPlot::Line& line : plot_.lines) {
      const Point from = centres_[line.from];
      const Point to = centres_[line.to];
      const double length = std::hypot(to.x - from.x, to.y - from.y);
      if (!(length > 2 * shorter)) {
        ++layout_.left_out.lines;
        continue;
      }
      const double dx = (to.x - from.x) / length * shorter;
      const double dy = (to.y - from.y) / length * shorter;
      layout_.arrows.push_back({{from.x + dx, from.y + dy}, {to.x - dx, to.y - dy}});
    }
  }

  void add_labels() {
    std::vector<PointLabel> wanted;
    std::vector<std::string> texts;
    const double most = std::max(80.0, 0.3 * layout_.frame.width());
    for (std::size_t i = 0; i < plot_.labels.size(); ++i) {
      texts.push_back(shortened(names_[i], sizes_.label, most, measure_));
      wanted.push_back({centres_[i], measure_.width(texts[i], sizes_.label),
                        (kAscent + kDescent) * sizes_.label});
    }
    LabelPlacementOptions options;
    options.frame = layout_.frame;
    options.point_radius = sizes_.radius;
    options.leader = sizes_.leader;
    const auto positions = place_labels(wanted, layout_.arrows, options);
    for (std::size_t i = 0; i < positions.size(); ++i) {
      if (positions[i]) {
        layout_.labels.push_back({std::move(texts[i]), *positions[i]});
      } else {
        ++layout_.left_out.labels;
      }
    }
  }

  const ScatterPlot& plot_;
  const TextMeasure& measure_;
  Sizes sizes_;
  GroupLooks groups_;
  ScatterLayout layout_;
  Range x_range_;
  Range y_range_;
  double widest_tick_ = 0;  // number of the second axis
  std::vector<Point> centres_;
  std::vector<std::string> names_;
};

}  // namespace

std::string axis_title(const ScatterPlot& plot, std::size_t component) {
  std::string title = fmt::format("PC {}", component + 1);
  if (component < plot.explained_variance_ratio.size()) {
    title +=
        fmt::format(" ({:.1f} % of {}variance)", plot.explained_variance_ratio[component] * 100,
                    plot.fitted_on_others ? "the fitted words' " : "");
  }
  return title;
}

ScatterLayout lay_out(const ScatterPlot& plot, const PictureStyle& style,
                      const TextMeasure& measure) {
  return Layouter(plot, style, measure).run();
}

void paint(const ScatterLayout& layout, Painter& painter) {
  const Box& frame = layout.frame;
  const Point corners[] = {
      {0, 0}, {layout.width, 0}, {layout.width, layout.height}, {0, layout.height}};
  painter.fill(corners, Ink::background);
  for (const auto& tick : layout.x_ticks) {
    painter.stroke({{tick.position, frame.top}, {tick.position, frame.bottom}}, 1, Ink::grid);
  }
  for (const auto& tick : layout.y_ticks) {
    painter.stroke({{frame.left, tick.position}, {frame.right, tick.position}}, 1, Ink::grid);
  }
  painter.stroke({{frame.left, frame.top}, {frame.left, frame.bottom}}, 1, Ink::axis);
  painter.stroke({{frame.left, frame.bottom}, {frame.right, frame.bottom}}, 1, Ink::axis);
  for (const auto& tick : layout.x_ticks) {
    painter.text({tick.position, frame.bottom + 6 + kAscent * kTickSize}, tick.label,
                 {kTickSize, Align::middle, Ink::faint_text});
  }
  for (const auto& tick : layout.y_ticks) {
    painter.text({frame.left - 7, tick.position + 0.35 * kTickSize}, tick.label,
                 {kTickSize, Align::right, Ink::faint_text});
  }
  painter.text({frame.centre().x, layout.height - kMargin}, layout.x_title,
               {kAxisSize, Align::middle});
  TextStyle upwards{kAxisSize, Align::middle};
  upwards.upwards = true;
  painter.text({kMargin + kAscent * kAxisSize, frame.centre().y}, layout.y_title, upwards);
  if (!layout.title.empty()) {
    TextStyle bold{kTitleSize, Align::left};
    bold.bold = true;
    painter.text({frame.left, kMargin + kAscent * kTitleSize}, layout.title, bold);
  }

  for (const Segment& arrow : layout.arrows) {
    constexpr double kHeadLength = 10;
    constexpr double kHeadWidth = 3.6;
    const double length = std::hypot(arrow.to.x - arrow.from.x, arrow.to.y - arrow.from.y);
    const double head = std::min(kHeadLength, length);
    const double x = (arrow.to.x - arrow.from.x) / length;
    const double y = (arrow.to.y - arrow.from.y) / length;
    const Point neck{arrow.to.x - x * head, arrow.to.y - y * head};
    painter.stroke({arrow.from, neck}, 1.5, Ink::line);
    const Point tip[] = {arrow.to,
                         {neck.x - y * kHeadWidth, neck.y + x * kHeadWidth},
                         {neck.x + y * kHeadWidth, neck.y - x * kHeadWidth}};
    painter.fill(tip, Ink::line);
  }
  for (const auto& label : layout.labels) {
    if (label.position.leader) painter.stroke(*label.position.leader, 0.8, Ink::leader);
  }
  for (const auto& mark : layout.marks) {
    painter.mark(mark.centre, layout.mark_radius, mark.look.shape, mark.look.ink, mark.name);
  }
  for (const auto& label : layout.labels) {
    const Box& box = label.position.box;
    TextStyle style{layout.label_size, Align::left};
    style.halo = true;
    double x = box.left;
    if (label.position.side == Side::right) {
      style.align = Align::right;
      x = box.right;
    } else if (label.position.side == Side::middle) {
      style.align = Align::middle;
      x = box.centre().x;
    }
    painter.text({x, box.top + kAscent * layout.label_size}, label.text, style);
  }
  const ScatterLegend& legend = layout.legend;
  for (const LegendEntry& entry : legend.entries) {
    if (entry.look) {
      painter.mark(entry.centre, legend.mark_radius, entry.look->shape, entry.look->ink,
                   entry.name);
    }
    painter.text(
        {entry.centre.x + legend.mark_radius + 8, entry.centre.y + 0.35 * legend.font_size},
        entry.name, {legend.font_size, Align::left});
  }
}

}  // namespace wordvec::plot
