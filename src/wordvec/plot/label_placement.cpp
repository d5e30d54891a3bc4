#include "wordvec/plot/label_placement.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <unordered_map>

#include "wordvec/plot/box_grid.h"

namespace wordvec::plot {
namespace {

// Of very many points the first ones get labels: the others would find no room.
constexpr std::size_t kMaxLabels = 20000;
constexpr int kRounds = 3;
constexpr int kMaxMoves = 12;  // of others, tried for a hidden label in a round
constexpr int kAngles = 16;
constexpr std::array kRings = {1.0, 1.7, 2.6, 3.8, 5.2};  // distances of labels, in their heights
constexpr double kLeaderCost = 10;
constexpr double kLineCost = 4;  // for each line under a label
constexpr double kCellSize = 16;
constexpr double kMarkCellSize = 8;

constexpr double kSpotSize = 0.5;  // of the squares whose points share a mark

struct Candidate {
  LabelPosition position;
  double cost = 0;
};

// The label beside its point in the direction (x, y): each -1, 0 or 1.
LabelPosition beside(const PointLabel& label, int x, int y, double distance) {
  const double dx = x == 0 ? -label.width / 2 : x > 0 ? distance : -distance - label.width;
  const double dy = y == 0 ? -label.height / 2 : y > 0 ? distance : -distance - label.height;
  const Point corner{label.point.x + dx, label.point.y + dy};
  return {{corner.x, corner.y, corner.x + label.width, corner.y + label.height},
          x == 0  ? Side::middle
          : x > 0 ? Side::left
                  : Side::right,
          std::nullopt};
}

LabelPosition with_leader(const PointLabel& label, double angle, double distance, double radius) {
  const double x = std::cos(angle);
  const double y = std::sin(angle);
  const Point tip{label.point.x + x * (radius + distance), label.point.y + y * (radius + distance)};
  const bool steep = std::abs(x) < 0.3;
  const double left = steep ? tip.x - label.width / 2 : x > 0 ? tip.x : tip.x - label.width;
  const double top = tip.y + (y - 1) * label.height / 2;
  const Box box{left, top, left + label.width, top + label.height};
  const Point end = nearest_point(box, label.point);
  const double length = std::hypot(end.x - label.point.x, end.y - label.point.y);
  const double part = length > 0 ? std::min(1.0, radius / length) : 0;
  const Point begin{label.point.x + part * (end.x - label.point.x),
                    label.point.y + part * (end.y - label.point.y)};
  return {box, steep ? Side::middle : x > 0 ? Side::left : Side::right, Segment{begin, end}};
}

class Placer {
 public:
  Placer(std::span<const PointLabel> labels, std::span<const Segment> lines,
         const LabelPlacementOptions& options)
      : labels_(labels),
        lines_(lines),
        options_(options),
        marks_(options.frame, kMarkCellSize),
        placed_(options.frame, kCellSize),
        leaders_(options.frame, kCellSize),
        positions_(labels.size()),
        costs_(labels.size()) {
    spot_of_.resize(labels.size());
    for (std::uint32_t i = 0; i < labels.size(); ++i) {
      if (!is_placeable(i)) continue;
      add_mark(i);
      if (i < kMaxLabels) tried_.push_back(i);
    }
    for (std::uint32_t s = 0; s < spots_.size(); ++s) marks_.insert(s, spots_[s].mark);
  }

  const PlacementWork& work() const { return work_; }

  std::vector<std::optional<LabelPosition>> run() {
    for (const std::uint32_t i : tried_) {
      if (!is_hopeless(i) && !place(i)) give_up(i);
    }
    for (int round = 0; round < kRounds && relax(); ++round) {
    }
    return std::move(positions_);
  }

 private:
  static constexpr std::uint32_t kNobody = 0xffffffff;
  static constexpr std::uint32_t kMany = 0xfffffffe;

  // Where points share a mark.
  struct Spot {
    Box mark;  // around those of the points
    Box core;  // what each of them covers
    // Of the last label that found no place there in this round.
    double hopeless_width = std::numeric_limits<double>::infinity();
    double hopeless_height = std::numeric_limits<double>::infinity();
  };

  bool is_placeable(std::uint32_t i) const {
    const PointLabel& label = labels_[i];
    return label.width > 0 && label.height > 0 && std::isfinite(label.width + label.height) &&
           contains(options_.frame, box_around(label.point, 0));
  }

  void add_mark(std::uint32_t i) {
    const Box mark = box_around(labels_[i].point, options_.point_radius);
    const auto square = [](double from, double to) {
      return static_cast<std::uint64_t>((to - from) / kSpotSize);
    };
    const std::uint64_t key = square(options_.frame.left, labels_[i].point.x) << 32 |
                              square(options_.frame.top, labels_[i].point.y);
    const auto [at, is_new] = spot_at_.emplace(key, static_cast<std::uint32_t>(spots_.size()));
    if (is_new) {
      spots_.push_back({mark, mark});
    } else {
      Spot& spot = spots_[at->second];
      spot.mark = around_both(spot.mark, mark);
      spot.core = common_part(spot.core, mark);
    }
    spot_of_[i] = at->second;
  }

  bool is_hopeless(std::uint32_t i) const {
    const Spot& spot = spots_[spot_of_[i]];
    return labels_[i].width >= spot.hopeless_width && labels_[i].height >= spot.hopeless_height;
  }
  void give_up(std::uint32_t i) {
    spots_[spot_of_[i]].hopeless_width = labels_[i].width;
    spots_[spot_of_[i]].hopeless_height = labels_[i].height;
  }

  // From the best to the worst. What stands right of its point is read best, then above and below
  // (Imhof 1962).
  const std::vector<Candidate>& candidates_of(std::uint32_t i) {
    constexpr int kSides[][2] = {{1, 0},  {1, -1}, {1, 1},   {0, -1},
                                 {-1, 0}, {0, 1},  {-1, -1}, {-1, 1}};
    candidates_.clear();
    const PointLabel& label = labels_[i];
    double cost = 0;
    for (const auto& [x, y] : kSides) {
      // At a corner the mark, a circle, leaves more room than its bounding square.
      const double distance = options_.point_radius + (x != 0 && y != 0 ? 0 : options_.gap);
      add_candidate(beside(label, x, y, distance), cost++);
    }
    for (std::size_t ring = 0; ring < kRings.size(); ++ring) {
      const double distance = kRings[ring] * label.height;
      if (distance > options_.leader) break;
      for (int a = 0; a < kAngles; ++a) {
        // Half a step off the axes: no leader lies along a line of the grid.
        const double angle = (a + 0.5) * 2 * std::numbers::pi / kAngles;
        add_candidate(with_leader(label, angle, distance, options_.point_radius),
                      kLeaderCost + 6 * static_cast<double>(ring) + 0.1 * a);
      }
    }
    if (!lines_.empty()) {
      std::stable_sort(candidates_.begin(), candidates_.end(),
                       [](const Candidate& a, const Candidate& b) { return a.cost < b.cost; });
    }
    return candidates_;
  }

  void add_candidate(const LabelPosition& position, double cost) {
    if (!contains(options_.frame, position.box)) return;
    for (const Segment& line : lines_) {
      if (crosses(line, position.box)) cost += kLineCost;
    }
    candidates_.push_back({position, cost});
  }

  bool is_on_a_mark(std::uint32_t i, const LabelPosition& position) {
    const bool free = marks_.for_each_near(position.box, [&](std::uint32_t spot) {
      ++work_.boxes;
      return !overlap(spots_[spot].mark, position.box);
    });
    if (!free) return true;
    if (!position.leader) return false;
    // A mark that covers the point, as its own does, cannot be avoided.
    const Box point = box_around(labels_[i].point, 0);
    const Segment& leader = *position.leader;
    const auto is_clear = [&](const Segment& part) {
      return marks_.for_each_near(part.bounds(), [&](std::uint32_t spot) {
        ++work_.boxes;
        return spot == spot_of_[i] || contains(spots_[spot].core, point) ||
               !crosses(part, spots_[spot].mark);
      });
    };
    // Where points are dense, the first pixels of a leader meet one of their marks soon.
    const double part = std::min(
        1.0, kSpotSize / std::hypot(leader.to.x - leader.from.x, leader.to.y - leader.from.y));
    const Segment beginning{leader.from,
                            {leader.from.x + part * (leader.to.x - leader.from.x),
                             leader.from.y + part * (leader.to.y - leader.from.y)}};
    return !is_clear(beginning) || !is_clear(leader);
  }

  // The placed label that is in the way: kNobody, one, or kMany where it is not one label alone.
  std::uint32_t in_the_way(std::uint32_t i, const LabelPosition& position) {
    ++work_.candidates;
    if (is_on_a_mark(i, position)) return kMany;
    std::uint32_t found = kNobody;
    const auto note = [&](std::uint32_t other, bool conflicts) {
      ++work_.boxes;
      if (!conflicts || other == found) return true;
      found = found == kNobody ? other : kMany;
      return found != kMany;
    };
    placed_.for_each_near(position.box,
                          [&](std::uint32_t other) {
                            return note(other, overlap(positions_[other]->box, position.box));
                          }) &&
        leaders_.for_each_near(position.box, [&](std::uint32_t other) {
          return note(other, crosses(*positions_[other]->leader, position.box));
        });
    if (!position.leader || found == kMany) return found;
    const Segment& leader = *position.leader;
    placed_.for_each_near(leader.bounds(),
                          [&](std::uint32_t other) {
                            return note(other, crosses(leader, positions_[other]->box));
                          }) &&
        leaders_.for_each_near(leader.bounds(), [&](std::uint32_t other) {
          return note(other, crosses(leader, *positions_[other]->leader));
        });
    return found;
  }

  void put(std::uint32_t i, const Candidate& candidate) {
    positions_[i] = candidate.position;
    costs_[i] = candidate.cost;
    placed_.insert(i, candidate.position.box);
    if (candidate.position.leader) leaders_.insert(i, candidate.position.leader->bounds());
  }
  Candidate take(std::uint32_t i) {
    const Candidate old{*positions_[i], costs_[i]};
    placed_.remove(i, old.position.box);
    if (old.position.leader) leaders_.remove(i, old.position.leader->bounds());
    positions_[i].reset();
    return old;
  }

  bool place(std::uint32_t i) {
    for (const Candidate& candidate : candidates_of(i)) {
      if (in_the_way(i, candidate.position) != kNobody) continue;
      put(i, candidate);
      return true;
    }
    return false;
  }

  // Places a hidden label where another one can move away.
  bool place_by_moving(std::uint32_t i) {
    const std::vector<Candidate> candidates = candidates_of(i);
    int moves = 0;
    for (const Candidate& candidate : candidates) {
      const std::uint32_t other = in_the_way(i, candidate.position);
      if (other == kMany) continue;
      if (other == kNobody) {
        put(i, candidate);
        return true;
      }
      if (++moves > kMaxMoves) return false;
      const Candidate old = take(other);
      put(i, candidate);
      if (place(other)) return true;
      take(i);
      put(other, old);
    }
    return false;
  }

  bool improve(std::uint32_t i) {
    const Candidate old = take(i);
    for (const Candidate& candidate : candidates_of(i)) {
      if (candidate.cost >= old.cost) break;
      if (in_the_way(i, candidate.position) != kNobody) continue;
      put(i, candidate);
      return true;
    }
    put(i, old);
    return false;
  }

  // One round; returns whether anything has moved.
  bool relax() {
    bool moved = false;
    for (Spot& spot : spots_) spot = {spot.mark, spot.core};
    for (const std::uint32_t i : tried_) {
      if (work_.boxes > options_.most_comparisons) return false;
      if (positions_[i] ? costs_[i] == 0 : is_hopeless(i)) continue;
      const bool changed = positions_[i] ? improve(i) : place_by_moving(i);
      moved = moved || changed;
      if (!positions_[i]) give_up(i);
    }
    return moved;
  }

  std::span<const PointLabel> labels_;
  std::span<const Segment> lines_;
  LabelPlacementOptions options_;
  BoxGrid marks_;  // of spots
  BoxGrid placed_;
  BoxGrid leaders_;
  std::vector<Spot> spots_;
  std::vector<std::uint32_t> spot_of_;  // of the labels that can be placed
  std::unordered_map<std::uint64_t, std::uint32_t> spot_at_;
  std::vector<std::uint32_t> tried_;
  std::vector<std::optional<LabelPosition>> positions_;
  std::vector<double> costs_;
  std::vector<Candidate> candidates_;  // scratch of candidates_of()
  PlacementWork work_;
};

}  // namespace

std::vector<std::optional<LabelPosition>> place_labels(std::span<const PointLabel> labels,
                                                       std::span<const Segment> lines,
                                                       const LabelPlacementOptions& options,
                                                       PlacementWork* work) {
  Placer placer(labels, lines, options);
  auto positions = placer.run();
  if (work != nullptr) {
    work->candidates += placer.work().candidates;
    work->boxes += placer.work().boxes;
  }
  return positions;
}

}  // namespace wordvec::plot
