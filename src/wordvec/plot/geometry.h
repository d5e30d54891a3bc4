// Points, boxes and segments of a picture: x to the right, y down, in pixels.
#pragma once

#include <algorithm>

namespace wordvec::plot {

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;

  double width() const { return right - left; }
  double height() const { return bottom - top; }
  Point centre() const { return {(left + right) / 2, (top + bottom) / 2}; }
  Box grown(double by) const { return {left - by, top - by, right + by, bottom + by}; }
};

struct Segment {
  Point from;
  Point to;

  Box bounds() const {
    return {std::min(from.x, to.x), std::min(from.y, to.y), std::max(from.x, to.x),
            std::max(from.y, to.y)};
  }
};

inline Box box_around(Point centre, double radius) {
  return {centre.x - radius, centre.y - radius, centre.x + radius, centre.y + radius};
}

// Boxes that only touch do not overlap.
inline bool overlap(const Box& a, const Box& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

inline bool contains(const Box& outer, const Box& inner) {
  return outer.left <= inner.left && inner.right <= outer.right && outer.top <= inner.top &&
         inner.bottom <= outer.bottom;
}

// The smallest box that holds both.
inline Box around_both(const Box& a, const Box& b) {
  return {std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.right, b.right),
          std::max(a.bottom, b.bottom)};
}

// Of boxes that overlap.
inline Box common_part(const Box& a, const Box& b) {
  return {std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right),
          std::min(a.bottom, b.bottom)};
}

// The point of `box` that is nearest to `point`.
inline Point nearest_point(const Box& box, Point point) {
  return {std::clamp(point.x, box.left, box.right), std::clamp(point.y, box.top, box.bottom)};
}

// Whether a part of the segment lies inside the box (Liang & Barsky 1984).
inline bool crosses(const Segment& segment, const Box& box) {
  const double dx = segment.to.x - segment.from.x;
  const double dy = segment.to.y - segment.from.y;
  double first = 0;
  double last = 1;
  const auto clip = [&](double direction, double distance) {
    if (direction == 0) return distance > 0;
    const double at = distance / direction;
    if (direction < 0) {
      first = std::max(first, at);
    } else {
      last = std::min(last, at);
    }
    return first < last;
  };
  return clip(-dx, segment.from.x - box.left) && clip(dx, box.right - segment.from.x) &&
         clip(-dy, segment.from.y - box.top) && clip(dy, box.bottom - segment.from.y);
}

// Whether two segments cross in a point inside both.
inline bool crosses(const Segment& a, const Segment& b) {
  const auto side = [](const Segment& s, Point p) {
    return (s.to.x - s.from.x) * (p.y - s.from.y) - (s.to.y - s.from.y) * (p.x - s.from.x);
  };
  return side(a, b.from) * side(a, b.to) < 0 && side(b, a.from) * side(b, a.to) < 0;
}

}  // namespace wordvec::plot
