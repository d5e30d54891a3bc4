// The rows that an analysis works on, and work on them in blocks.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include "wordvec/base/parallel.h"
#include "wordvec/model/embeddings.h"

namespace wordvec {

// The chosen rows of a matrix, by position; all where none are chosen. A view.
class Selection {
 public:
  Selection(const MatrixView& matrix, std::span<const Row> rows) : matrix_(matrix), rows_(rows) {}

  std::size_t size() const { return rows_.empty() ? matrix_.rows : rows_.size(); }
  std::size_t dim() const { return matrix_.dim; }
  std::span<const float> operator[](std::size_t i) const {
    return matrix_.row(rows_.empty() ? i : rows_[i]);
  }

 private:
  MatrixView matrix_;
  std::span<const Row> rows_;
};

struct RowBlock {
  std::size_t first = 0;
  std::size_t count = 0;
};

// work(RowBlock) → Result on all threads, consume(Result) in order. The blocks are of fixed size,
// so that what is summed up in them and then in order does not depend on the number of threads.
template <class Result, class Work, class Consume>
void for_each_block(const Selection& rows, std::size_t block_rows, unsigned threads, Work work,
                    Consume consume) {
  std::size_t next = 0;
  ordered_pipeline<RowBlock, Result>(
      threads,
      [&]() -> std::optional<RowBlock> {
        if (next == rows.size()) return std::nullopt;
        const RowBlock block{next, std::min(block_rows, rows.size() - next)};
        next += block.count;
        return block;
      },
      work,
      [&](Result result) {
        consume(std::move(result));
        return true;
      });
}

}  // namespace wordvec
