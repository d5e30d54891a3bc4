// What a picture is drawn on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "wordvec/plot/geometry.h"
#include "wordvec/plot/palette.h"

namespace wordvec::plot {

enum class MarkShape : std::uint8_t { circle, square, triangle, diamond };
inline constexpr std::size_t kMarkShapes = 4;

// The corners of a mark in the square around a circle of `radius`; none for MarkShape::circle.
std::vector<Point> mark_outline(Point centre, double radius, MarkShape shape);

enum class Align : std::uint8_t { left, middle, right };

struct TextStyle {
  double size = 12;
  Align align = Align::left;
  Ink ink = Ink::text;
  bool bold = false;
  bool upwards = false;  // turned by 90° against the clock
  bool halo = false;     // outlined in the background's colour, so that it is read on lines
};

// Around marks and around text that has a halo, in the background's colour.
inline constexpr double kMarkOutline = 0.6;
inline constexpr double kHaloWidth = 2.5;

// Draws in pixels, x to the right, y down; what comes later covers what came before. Texts are
// valid UTF-8 without control characters.
class Painter {
 public:
  virtual ~Painter() = default;
  virtual void fill(std::span<const Point> polygon, Ink ink) = 0;
  virtual void stroke(const Segment& line, double width, Ink ink) = 0;
  // A mark as large as a circle of `radius`; `name` is what a picture that can tell shows of it.
  virtual void mark(Point centre, double radius, MarkShape shape, Ink ink,
                    std::string_view name) = 0;
  // `at` is on the baseline.
  virtual void text(Point at, std::string_view text, const TextStyle& style) = 0;
};

}  // namespace wordvec::plot
