#include "wordvec/plot/scatter_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "wordvec/base/quote.h"
#include "wordvec/plot/ticks.h"

namespace wordvec::plot {
namespace {

constexpr double kTickSize = 11;  // font sizes
constexpr double kAxisSize = 12.5;
constexpr double kTitleSize = 17;
constexpr double kLegendSize = 12;
constexpr double kMargin = 16;
constexpr double kTickDistance = 70;  // at least, between lines of the grid
constexpr double kLegendMark = 5;
constexpr double kLegendRow = 20;

constexpr GroupLook kNeutral = {Ink::neutral, MarkShape::circle};

// The more points, the smaller what shows them.
struct Sizes {
  double label = 14;
  double radius = 5;
  double leader = 90;  // the longest
};
Sizes sizes_for(std::size_t points) {
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
        sizes_(sizes_for(plot.labels.size())),
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
    layout_.x_title = axis_title(plot_, 0);
    layout_.y_title = axis_title(plot_, 1);
    layout_.description = description();
    collect_legend();
    make_frame();
    const View view(x_range_, y_range_, layout_.frame, padding());
    add_ticks(view);
    add_marks(view);
    add_arrows();
    add_labels();
    place_legend();
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
      text += fmt::format(": component 1 explains {:.1f} % of their variance, component 2 {:.1f} %",
                          plot_.explained_variance_ratio[0] * 100,
                          plot_.explained_variance_ratio[1] * 100);
    }
    return text + ".";
  }

  void collect_legend() {
    if (plot_.groups.empty()) return;
    const double most = 0.22 * layout_.width;
    bool has_neutral = groups_.merged_groups > 0 ||
                       std::find(plot_.groups.begin(), plot_.groups.end(), ScatterPlot::kNoGroup) !=
                           plot_.groups.end();
    for (std::size_t g = 0; g < plot_.group_names.size(); ++g) {
      if (groups_.merged[g]) continue;
      layout_.legend.push_back(
          {groups_.looks[g],
           shortened(printable(plot_.group_names[g]), kLegendSize, most, measure_),
           {}});
    }
    if (has_neutral) layout_.legend.push_back({kNeutral, "other", {}});
    layout_.merged_groups = groups_.merged_groups;
  }

  // What is around the points decides how much room they have.
  void make_frame() {
    double legend_width = 0;
    for (const auto& entry : layout_.legend) {
      legend_width = std::max(legend_width, measure_.width(entry.name, kLegendSize));
    }
    if (!layout_.legend.empty()) legend_width += 2 * kLegendMark + 22;
    const double left = kMargin + kAxisSize + 14 + measure_.width("−0.00", kTickSize);
    const double top = layout_.title.empty() ? kMargin : kMargin + kTitleSize + 14;
    const double right = kMargin + legend_width;
    const double bottom = kMargin + kAxisSize + 14 + kTickSize;
    const double width = std::max(10.0, layout_.width - left - right);
    if (layout_.height == 0) {
      const double pad = std::min(36.0, 0.08 * width);
      const double ratio = x_range_.length() > 0 ? y_range_.length() / x_range_.length() : 1;
      const double wanted = (width - 2 * pad) * ratio + 2 * pad;
      layout_.height = std::round(top + bottom + std::clamp(wanted, 0.45 * width, 0.9 * width));
    }
    const double height = std::max(10.0, layout_.height - top - bottom);
    layout_.frame = {left, top, left + width, top + height};
  }

  void add_ticks(const View& view) {
    const Box& frame = layout_.frame;
    const double step = view.units(kTickDistance);
    for (Tick& tick : round_ticks(view.x_at(frame.left), view.x_at(frame.right), step)) {
      layout_.x_ticks.push_back({view.to_pixels(tick.value, 0).x, std::move(tick.label)});
    }
    for (Tick& tick : round_ticks(view.y_at(frame.bottom), view.y_at(frame.top), step)) {
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
    return group == ScatterPlot::kNoGroup ? kNeutral : groups_.looks[group];
  }

  // From mark to mark, with a little air.
  void add_arrows() {
    const double shorter = sizes_.radius + 2;
    for (const ScatterPlot::Line& line : plot_.lines) {
      const Point from = centres_[line.from];
      const Point to = centres_[line.to];
      const double length = std::hypot(to.x - from.x, to.y - from.y);
      if (!(length > 2 * shorter)) continue;
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
        ++layout_.hidden_labels;
      }
    }
  }

  void place_legend() {
    const double left = layout_.frame.right + 16 + kLegendMark;
    const double room = layout_.frame.height() - kLegendRow;
    const auto count = static_cast<double>(layout_.legend.size());
    const double row = std::min(kLegendRow, std::max(9.0, room / std::max(1.0, count - 1)));
    double y = layout_.frame.top + kLegendMark + 4;
    for (auto& entry : layout_.legend) {
      entry.centre = {left, y};
      y += row;
    }
    std::erase_if(layout_.legend,
                  [&](const auto& entry) { return entry.centre.y > layout_.height - kLegendMark; });
  }

  const ScatterPlot& plot_;
  const TextMeasure& measure_;
  Sizes sizes_;
  GroupLooks groups_;
  ScatterLayout layout_;
  Range x_range_;
  Range y_range_;
  std::vector<Point> centres_;
  std::vector<std::string> names_;
};

}  // namespace

GroupLooks looks_of(const ScatterPlot& plot) {
  constexpr std::size_t kLooks = kGroupColours * kMarkShapes;
  const std::size_t count = plot.group_names.size();
  GroupLooks result{std::vector<GroupLook>(count, kNeutral), std::vector<bool>(count), 0};
  std::vector<std::size_t> sizes(count);
  for (const std::uint32_t group : plot.groups) {
    if (group != ScatterPlot::kNoGroup) ++sizes[group];
  }
  if (count > kLooks) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return sizes[a] > sizes[b]; });
    for (std::size_t i = kLooks; i < count; ++i) result.merged[order[i]] = true;
    result.merged_groups = count - kLooks;
  }
  std::size_t next = 0;
  for (std::size_t g = 0; g < count; ++g) {
    if (result.merged[g]) continue;
    result.looks[g] = {group_ink(next % kGroupColours),
                       static_cast<MarkShape>(next / kGroupColours)};
    ++next;
  }
  return result;
}

std::string axis_title(const ScatterPlot& plot, std::size_t component) {
  std::string title = fmt::format("PC {}", component + 1);
  if (component < plot.explained_variance_ratio.size()) {
    title += fmt::format(" ({:.1f} % of variance)", plot.explained_variance_ratio[component] * 100);
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
  for (const auto& entry : layout.legend) {
    painter.mark(entry.centre, kLegendMark, entry.look.shape, entry.look.ink, entry.name);
    painter.text({entry.centre.x + kLegendMark + 8, entry.centre.y + 0.35 * kLegendSize},
                 entry.name, {kLegendSize, Align::left});
  }
}

}  // namespace wordvec::plot
