// What a scatter plot of words shows, whatever it is drawn on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace wordvec {

struct ScatterPlot {
  // Drawn from one point to another, by index.
  struct Line {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
  };

  // In `groups`: a point of no group, drawn in a neutral colour and called "other".
  static constexpr std::uint32_t kNoGroup = 0xffffffff;

  std::string title;                             // empty: none
  std::size_t components = 2;                    // 2 or 3
  std::vector<float> points;                     // [labels.size(), components], point after point
  std::vector<std::string> labels;               // of the points; UTF-8, or what a file has for it
  std::vector<double> explained_variance_ratio;  // [components]; empty: unknown
  // The components are those of other words, and so is the variance that they explain.
  bool fitted_on_others = false;
  std::vector<std::uint32_t> groups;  // of the points, indices of group_names or kNoGroup; or empty
  std::vector<std::string> group_names;
  std::vector<Line> lines;
};

// What of a plot a picture does not show.
struct LeftOut {
  std::size_t labels = 0;         // hidden, since they would cover others
  std::size_t merged_groups = 0;  // without a look of their own: shown as "other"
  std::size_t unnamed = 0;        // entries for which the legend has no room
  std::size_t lines = 0;          // between points whose marks touch
};

}  // namespace wordvec
