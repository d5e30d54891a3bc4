// Boxes by where they are.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "wordvec/plot/geometry.h"

namespace wordvec::plot {

// A grid of cells over `area`, each with the numbers of the boxes that reach into it. What lies
// outside is in the cells at the border.
class BoxGrid {
 public:
  BoxGrid(const Box& area, double cell_size)
      : area_(area),
        cell_size_(cell_size),
        columns_(cells(area.width())),
        rows_(cells(area.height())),
        cells_(columns_ * rows_) {}

  void insert(std::uint32_t number, const Box& box) {
    for_each_cell(box, [&](std::size_t cell) {
      cells_[cell].push_back(number);
      return true;
    });
  }
  // `box` must be that of insert().
  void remove(std::uint32_t number, const Box& box) {
    for_each_cell(box, [&](std::size_t cell) {
      cells_[cell].erase(std::find(cells_[cell].begin(), cells_[cell].end(), number));
      return true;
    });
  }
  // Calls visit(number) for each box that may overlap `box`, perhaps more than once, until it
  // returns false; returns whether it never did.
  template <class Visit>
  bool for_each_near(const Box& box, Visit visit) const {
    return for_each_cell(box, [&](std::size_t cell) {
      return std::all_of(cells_[cell].begin(), cells_[cell].end(), visit);
    });
  }

 private:
  std::size_t cells(double length) const {
    return std::max<std::size_t>(1, static_cast<std::size_t>(length / cell_size_) + 1);
  }
  std::size_t cell_at(double distance, std::size_t count) const {
    if (!(distance > 0)) return 0;
    return std::min(count - 1, static_cast<std::size_t>(distance / cell_size_));
  }
  template <class Visit>
  bool for_each_cell(const Box& box, Visit visit) const {
    const std::size_t last_row = cell_at(box.bottom - area_.top, rows_);
    const std::size_t last_column = cell_at(box.right - area_.left, columns_);
    for (std::size_t r = cell_at(box.top - area_.top, rows_); r <= last_row; ++r) {
      for (std::size_t c = cell_at(box.left - area_.left, columns_); c <= last_column; ++c) {
        if (!visit(r * columns_ + c)) return false;
      }
    }
    return true;
  }

  Box area_;
  double cell_size_;
  std::size_t columns_;
  std::size_t rows_;
  std::vector<std::vector<std::uint32_t>> cells_;
};

}  // namespace wordvec::plot
