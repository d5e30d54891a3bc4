// Where labels of points go, so that none covers another, or a point.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "wordvec/plot/geometry.h"

namespace wordvec::plot {

struct PointLabel {
  Point point;
  double width = 0;  // of the label
  double height = 0;
};

struct LabelPlacementOptions {
  Box frame;                // labels stay inside
  double point_radius = 3;  // of the points' marks, whose bounding squares stay free
  double gap = 2;           // between a mark and its label
  double leader = 60;       // the longest line from a label to its point; 0: none
  // Comparisons of boxes, after which nothing is moved any more: some tenths of a second's.
  std::size_t most_comparisons = 20'000'000;
};

// What it took to place labels, however fast the machine is.
struct PlacementWork {
  std::size_t candidates = 0;  // places that were looked at
  std::size_t boxes = 0;       // of marks, labels and leaders that these were compared with
};

// Which side of the label is next to its point.
enum class Side { left, right, middle };

struct LabelPosition {
  Box box;
  Side side = Side::left;
  std::optional<Segment> leader;  // from the point's mark to the label, which is away from it
};

// A position for each label, in order; nullopt: hidden, since there is no room. Labels are placed
// one after the other, the first ones first, each at the best of the places around its point that
// are free, else further away with a leader; then, for some rounds, hidden ones are placed where
// one other can make room, and others move to better places that have become free (Christensen,
// Marks & Shieber 1995 compare such methods). Labels avoid `lines` where they can. Boxes are
// pairwise disjoint, disjoint from all marks and leaders, and inside the frame; leaders do not
// cross each other or marks of others.
//
// Points outside the frame, and labels whose values are not finite, are hidden. Points in the same
// half of a pixel, both ways, share a mark: the box around theirs. Once a label of theirs has found
// no place, no other one that is as large is tried in the same round, and the rounds end after
// `most_comparisons`, so that thousands of points in one place do not take minutes. Deterministic.
// `work`, if not null, is added to.
std::vector<std::optional<LabelPosition>> place_labels(std::span<const PointLabel> labels,
                                                       std::span<const Segment> lines,
                                                       const LabelPlacementOptions& options,
                                                       PlacementWork* work = nullptr);

}  // namespace wordvec::plot
