#include "wordvec/analysis/transport.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "wordvec/base/error.h"

namespace wordvec {
namespace {

constexpr double kTolerance = 1e-9;  // of the largest cost

// The basis is a tree over the sources, the sinks and a root. The root takes what no sink has been
// found for yet, and gives it to the sinks at a cost that no other way can have.
class NetworkSimplex {
 public:
  NetworkSimplex(std::span<const std::uint64_t> supplies, std::span<const std::uint64_t> demands,
                 std::span<const double> costs)
      : sinks_(demands.size()),
        first_sink_(supplies.size()),
        root_(supplies.size() + demands.size()),
        costs_(costs),
        nodes_(root_ + 1),
        block_arcs_(std::max<std::size_t>(kMinBlockArcs, static_cast<std::size_t>(std::sqrt(
                                                             static_cast<double>(costs.size()))))) {
    const double most = costs.empty() ? 0 : *std::max_element(costs.begin(), costs.end());
    tolerance_ = kTolerance * most;
    // Dearer than the arc from any source to any sink, which can always take its place.
    const double detour = most > 0 ? 2 * most : 1;
    for (std::size_t v = 0; v < root_; ++v) {
      Node& node = nodes_[v];
      node.goes_up = v < first_sink_;
      node.cost = node.goes_up ? 0 : detour;
      node.flow = static_cast<std::int64_t>(node.goes_up ? supplies[v] : demands[v - first_sink_]);
      attach(v, root_);
      place(v);
    }
  }

  double solve() {
    while (const auto entering = find_entering()) pivot(*entering);
    double total = 0;
    for (std::size_t v = 0; v < root_; ++v) {
      if (nodes_[v].parent != root_) total += static_cast<double>(nodes_[v].flow) * nodes_[v].cost;
    }
    return total;
  }

 private:
  static constexpr std::size_t kMinBlockArcs = 16;
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  // A node and the arc between it and its parent.
  struct Node {
    std::size_t parent = kNone;
    std::size_t first_child = kNone;
    std::size_t next_sibling = kNone;
    std::size_t previous_sibling = kNone;
    std::size_t depth = 0;
    double potential = 0;  // of an arc a → b of the tree: potential(b) = potential(a) + cost
    double cost = 0;
    std::int64_t flow = 0;
    bool goes_up = false;  // the arc leads to the parent
  };

  struct Arc {
    std::size_t source = 0;
    std::size_t sink = 0;  // as a node
    double cost = 0;
  };

  // The arc that promises most among a block of those that lower the cost; nullopt: none does.
  std::optional<Arc> find_entering() {
    double least = -tolerance_;
    std::optional<Arc> best;
    std::size_t left_in_block = block_arcs_;
    std::size_t source = next_source_;
    std::size_t sink = next_sink_;
    for (std::size_t seen = 0; seen < costs_.size();) {
      const std::size_t count = std::min({sinks_ - sink, left_in_block, costs_.size() - seen});
      const double* const row = costs_.data() + source * sinks_;
      const double potential = nodes_[source].potential;
      for (std::size_t j = sink; j < sink + count; ++j) {
        const double reduced = row[j] + potential - nodes_[first_sink_ + j].potential;
        if (reduced < least) {
          least = reduced;
          best = Arc{source, first_sink_ + j, row[j]};
        }
      }
      seen += count;
      left_in_block -= count;
      sink += count;
      if (sink == sinks_) {
        sink = 0;
        source = source + 1 == first_sink_ ? 0 : source + 1;
      }
      if (left_in_block == 0) {
        if (best) break;
        left_in_block = block_arcs_;
      }
    }
    next_source_ = source;
    next_sink_ = sink;
    return best;
  }

  void pivot(const Arc& entering) {
    // Flow rises along the arc and round the cycle that it closes; the arcs against that limit it.
    // Of those that become empty, the last in the cycle's direction from its apex on leaves: so
    // empty arcs of the tree lead upward always.
    const std::size_t apex = common_ancestor(entering.source, entering.sink);
    std::int64_t most = std::numeric_limits<std::int64_t>::max();
    std::size_t leaving = kNone;
    bool on_source_side = true;
    for (std::size_t v = entering.source; v != apex; v = nodes_[v].parent) {
      if (nodes_[v].goes_up && nodes_[v].flow < most) {
        most = nodes_[v].flow;
        leaving = v;
      }
    }
    for (std::size_t v = entering.sink; v != apex; v = nodes_[v].parent) {
      if (!nodes_[v].goes_up && nodes_[v].flow <= most) {
        most = nodes_[v].flow;
        leaving = v;
        on_source_side = false;
      }
    }
    for (std::size_t v = entering.source; v != apex; v = nodes_[v].parent) {
      nodes_[v].flow += nodes_[v].goes_up ? -most : most;
    }
    for (std::size_t v = entering.sink; v != apex; v = nodes_[v].parent) {
      nodes_[v].flow += nodes_[v].goes_up ? most : -most;
    }
    // The part of the tree that hung on the leaving arc now hangs on the entering one.
    std::size_t child = on_source_side ? entering.source : entering.sink;
    const std::size_t top = child;
    std::size_t parent = on_source_side ? entering.sink : entering.source;
    double cost = entering.cost;
    std::int64_t flow = most;
    bool goes_up = on_source_side;
    for (;;) {
      const Node old = nodes_[child];
      detach(child);
      nodes_[child].cost = cost;
      nodes_[child].flow = flow;
      nodes_[child].goes_up = goes_up;
      attach(child, parent);
      if (child == leaving) break;
      cost = old.cost;
      flow = old.flow;
      goes_up = !old.goes_up;
      parent = child;
      child = old.parent;
    }
    place_all_below(top);
  }

  std::size_t common_ancestor(std::size_t a, std::size_t b) const {
    while (a != b) {
      if (nodes_[a].depth >= nodes_[b].depth) {
        a = nodes_[a].parent;
      } else {
        b = nodes_[b].parent;
      }
    }
    return a;
  }

  void attach(std::size_t v, std::size_t parent) {
    Node& node = nodes_[v];
    node.parent = parent;
    node.previous_sibling = kNone;
    node.next_sibling = nodes_[parent].first_child;
    if (node.next_sibling != kNone) nodes_[node.next_sibling].previous_sibling = v;
    nodes_[parent].first_child = v;
  }

  void detach(std::size_t v) {
    const Node& node = nodes_[v];
    if (node.next_sibling != kNone) {
      nodes_[node.next_sibling].previous_sibling = node.previous_sibling;
    }
    if (node.previous_sibling != kNone) {
      nodes_[node.previous_sibling].next_sibling = node.next_sibling;
    } else {
      nodes_[node.parent].first_child = node.next_sibling;
    }
  }

  // Depth and potential, from the parent's. Computed anew, not changed by a difference: rounding
  // does not add up over pivots.
  void place(std::size_t v) {
    Node& node = nodes_[v];
    const Node& parent = nodes_[node.parent];
    node.depth = parent.depth + 1;
    node.potential = node.goes_up ? parent.potential - node.cost : parent.potential + node.cost;
  }

  void place_all_below(std::size_t top) {
    for (std::size_t v = top;;) {
      place(v);
      if (nodes_[v].first_child != kNone) {
        v = nodes_[v].first_child;
        continue;
      }
      while (v != top && nodes_[v].next_sibling == kNone) v = nodes_[v].parent;
      if (v == top) return;
      v = nodes_[v].next_sibling;
    }
  }

  std::size_t sinks_;
  std::size_t first_sink_;
  std::size_t root_;
  std::span<const double> costs_;
  std::vector<Node> nodes_;
  std::size_t block_arcs_;
  double tolerance_ = 0;
  std::size_t next_source_ = 0;
  std::size_t next_sink_ = 0;
};

// Throws Error(usage).
std::uint64_t sum_of(std::span<const std::uint64_t> masses) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  std::uint64_t sum = 0;
  for (const std::uint64_t mass : masses) {
    if (mass > kMax - sum) {
      throw Error(ErrorCode::usage, "what is to be transported is 2^63 or more, expected less");
    }
    sum += mass;
  }
  return sum;
}

}  // namespace

double transport_cost(std::span<const std::uint64_t> supplies,
                      std::span<const std::uint64_t> demands, std::span<const double> costs) {
  const std::uint64_t supply = sum_of(supplies);
  const std::uint64_t demand = sum_of(demands);
  if (supply != demand) {
    throw Error(ErrorCode::usage, "the supplies add up to " + std::to_string(supply) +
                                      ", the demands to " + std::to_string(demand) +
                                      ": expected the same");
  }
  // Nothing to or from a node is an empty arc that leads downward: such a tree could cycle.
  const auto is_none = [](std::uint64_t mass) { return mass == 0; };
  if (std::any_of(supplies.begin(), supplies.end(), is_none) ||
      std::any_of(demands.begin(), demands.end(), is_none)) {
    std::vector<std::uint64_t> some_supplies;
    std::vector<std::uint64_t> some_demands;
    std::vector<double> some_costs;
    for (const std::uint64_t mass : demands) {
      if (mass > 0) some_demands.push_back(mass);
    }
    for (std::size_t i = 0; i < supplies.size(); ++i) {
      if (supplies[i] == 0) continue;
      some_supplies.push_back(supplies[i]);
      for (std::size_t j = 0; j < demands.size(); ++j) {
        if (demands[j] > 0) some_costs.push_back(costs[i * demands.size() + j]);
      }
    }
    return NetworkSimplex(some_supplies, some_demands, some_costs).solve();
  }
  return NetworkSimplex(supplies, demands, costs).solve();
}

}  // namespace wordvec
