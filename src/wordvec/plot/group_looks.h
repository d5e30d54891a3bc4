// How the groups of a scatter plot look.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "wordvec/plot/painter.h"
#include "wordvec/plot/palette.h"
#include "wordvec/plot/scatter_plot.h"

namespace wordvec::plot {

// How the points of a group look.
struct GroupLook {
  Ink ink = Ink::group0;
  MarkShape shape = MarkShape::circle;
};

// Of points of no group.
inline constexpr GroupLook kNeutralLook = {Ink::neutral, MarkShape::circle};

inline constexpr std::size_t kGroupLooks = kGroupColours * kMarkShapes;

// Which groups of `plot` are not among the `most` largest; of groups that are as large, the first
// ones are. [group_names.size()]
std::vector<bool> smallest_groups(const ScatterPlot& plot, std::size_t most);

// The looks of the groups of `plot`: colours, and past kGroupColours of them other shapes with the
// same colours. Where there are more groups than looks, the largest groups get them, and the others
// look as points of no group.
struct GroupLooks {
  std::vector<GroupLook> looks;  // [group_names.size()]
  std::vector<bool> merged;      // [group_names.size()]: has no look of its own
  std::size_t merged_groups = 0;
};
// `most` is at most kGroupLooks.
GroupLooks looks_of(const ScatterPlot& plot, std::size_t most = kGroupLooks);

// What a legend says, in the order of the groups, then for points of no look.
struct LegendText {
  GroupLook look;
  std::string name;  // printable
};
std::vector<LegendText> legend_of(const ScatterPlot& plot, const GroupLooks& looks);

}  // namespace wordvec::plot
