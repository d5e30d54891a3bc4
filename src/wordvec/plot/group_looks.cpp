#include "wordvec/plot/group_looks.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "wordvec/base/quote.h"

namespace wordvec::plot {

std::vector<bool> smallest_groups(const ScatterPlot& plot, std::size_t most) {
  const std::size_t count = plot.group_names.size();
  std::vector<bool> smallest(count);
  if (count <= most) return smallest;
  std::vector<std::size_t> sizes(count);
  for (const std::uint32_t group : plot.groups) {
    if (group != ScatterPlot::kNoGroup) ++sizes[group];
  }
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return sizes[a] > sizes[b]; });
  for (std::size_t i = most; i < count; ++i) smallest[order[i]] = true;
  return smallest;
}

GroupLooks looks_of(const ScatterPlot& plot, std::size_t most) {
  const std::size_t count = plot.group_names.size();
  GroupLooks result{std::vector<GroupLook>(count, kNeutralLook), smallest_groups(plot, most),
                    count - std::min(count, most)};
  std::size_t next = 0;
  for (std::size_t g = 0; g < count; ++g) {
    if (result.merged[g]) continue;
    result.looks[g] = {group_ink(next % kGroupColours),
                       static_cast<MarkShape>(next / kGroupColours)};
    ++next;
  }
  return result;
}

std::vector<LegendText> legend_of(const ScatterPlot& plot, const GroupLooks& looks) {
  std::vector<LegendText> entries;
  if (plot.groups.empty()) return entries;
  for (std::size_t g = 0; g < plot.group_names.size(); ++g) {
    if (!looks.merged[g]) entries.push_back({looks.looks[g], printable(plot.group_names[g])});
  }
  if (looks.merged_groups > 0) {
    entries.push_back({kNeutralLook, "other (" + std::to_string(looks.merged_groups) +
                                         (looks.merged_groups == 1 ? " group)" : " groups)")});
  } else if (std::find(plot.groups.begin(), plot.groups.end(), ScatterPlot::kNoGroup) !=
             plot.groups.end()) {
    entries.push_back({kNeutralLook, "other"});
  }
  return entries;
}

}  // namespace wordvec::plot
