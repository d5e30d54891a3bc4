#include "wordvec/plot/label_placement.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "wordvec/plot/box_grid.h"

namespace wordvec::plot {
namespace {

// Of very many points the first ones get labels: the others would find no room.
constexpr std::size_t kMostLabels = 20000;
constexpr int kRounds = 3;
constexpr int kMostMoves = 12;  // of others, tried for a hidden label in a round
constexpr int kAngles = 16;
constexpr std::array kRings = {1.0, 1.7, 2.6, 3.8, 5.2};  // distances of labels, in their heights
constexpr double kLeaderCost = 10;
constexpr double kLineCost = 4;  // for each line under a label
constexpr double kCellSize = 16;

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
        marks_(options.frame, kCellSize),
        placed_(options.frame, kCellSize),
        leaders_(options.frame, kCellSize),
        positions_(labels.size()),
        costs_(labels.size()) {
    for (std::uint32_t i = 0; i < labels.size(); ++i) {
      if (!is_placeable(i)) continue;
      marks_.insert(i, mark(i));
      if (i < kMostLabels) tried_.push_back(i);
    }
  }

  std::vector<std::optional<LabelPosition>> run() {
    for (const std::uint32_t i : tried_) place(i);
    for (int round = 0; round < kRounds && relax(); ++round) {
    }
    return std::move(positions_);
  }

 private:
  static constexpr std::uint32_t kNobody = 0xffffffff;
  static constexpr std::uint32_t kMany = 0xfffffffe;

  bool is_placeable(std::uint32_t i) const {
    const PointLabel& label = labels_[i];
    return label.width > 0 && label.height > 0 && std::isfinite(label.width + label.height) &&
           contains(options_.frame, box_around(label.point, 0));
  }
  Box mark(std::uint32_t i) const { return box_around(labels_[i].point, options_.point_radius); }

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

  bool is_on_a_mark(std::uint32_t i, const LabelPosition& position) const {
    const bool free = marks_.for_each_near(
        position.box, [&](std::uint32_t other) { return !overlap(mark(other), position.box); });
    if (!free) return true;
    if (!position.leader) return false;
    const Segment& leader = *position.leader;
    return !marks_.for_each_near(leader.bounds(), [&](std::uint32_t other) {
      // A mark that covers the point cannot be avoided.
      const Box box = mark(other);
      return other == i || contains(box, box_around(labels_[i].point, 0)) || !crosses(leader, box);
    });
  }

  // The placed label that is in the way: kNobody, one, or kMany where it is not one label alone.
  std::uint32_t in_the_way(std::uint32_t i, const LabelPosition& position) const {
    if (is_on_a_mark(i, position)) return kMany;
    std::uint32_t found = kNobody;
    const auto note = [&](std::uint32_t other, bool conflicts) {
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
      if (++moves > kMostMoves) return false;
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
    for (const std::uint32_t i : tried_) {
      if (positions_[i] && costs_[i] == 0) continue;
      const bool changed = positions_[i] ? improve(i) : place_by_moving(i);
      moved = moved || changed;
    }
    return moved;
  }

  std::span<const PointLabel> labels_;
  std::span<const Segment> lines_;
  LabelPlacementOptions options_;
  BoxGrid marks_;
  BoxGrid placed_;
  BoxGrid leaders_;
  std::vector<std::uint32_t> tried_;
  std::vector<std::optional<LabelPosition>> positions_;
  std::vector<double> costs_;
  std::vector<Candidate> candidates_;  // scratch of candidates_of()
};

}  // namespace

std::vector<std::optional<LabelPosition>> place_labels(std::span<const PointLabel> labels,
                                                       std::span<const Segment> lines,
                                                       const LabelPlacementOptions& options) {
  return Placer(labels, lines, options).run();
}

}  // namespace wordvec::plot
