// The best k of many candidates.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "wordvec/model/vocabulary.h"

namespace wordvec {

struct Neighbor {
  Row row = 0;
  float score = 0;  // the cosine, see score.h

  // The order of answers: score descending, then row ascending.
  friend bool comes_before(const Neighbor& a, const Neighbor& b) noexcept {
    return a.score != b.score ? a.score > b.score : a.row < b.row;
  }
  friend bool operator==(const Neighbor&, const Neighbor&) = default;
};

// A bounded heap. Memory is that of the answers found, never more than k of them.
class TopK {
 public:
  explicit TopK(std::size_t k) : k_(k) {}

  bool is_full() const noexcept { return heap_.size() >= k_; }
  // Scores below this cannot enter; minus infinity while there is room.
  float threshold() const noexcept {
    if (!is_full()) return -std::numeric_limits<float>::infinity();
    return k_ == 0 ? std::numeric_limits<float>::infinity() : heap_.front().score;
  }

  // NaN never enters.
  void offer(Neighbor candidate) {
    if (!(candidate.score == candidate.score)) return;
    if (!is_full()) {
      heap_.push_back(candidate);
      std::push_heap(heap_.begin(), heap_.end(), better);
    } else if (k_ > 0 && better(candidate, heap_.front())) {
      std::pop_heap(heap_.begin(), heap_.end(), better);
      heap_.back() = candidate;
      std::push_heap(heap_.begin(), heap_.end(), better);
    }
  }

  // In the order of answers; leaves the heap empty.
  std::vector<Neighbor> take_sorted() {
    std::sort_heap(heap_.begin(), heap_.end(), better);
    return std::exchange(heap_, {});
  }

 private:
  static bool better(const Neighbor& a, const Neighbor& b) noexcept { return comes_before(a, b); }

  std::size_t k_;
  std::vector<Neighbor> heap_;  // the worst in front
};

}  // namespace wordvec
