// The loops of all kernels, over the registers of one instruction set.
//
// `Isa` is a type in the unnamed namespace of the file that includes this. So everything that is
// instantiated from here is that file's own: code for one processor never stands in for another's.
#pragma once

#include <stddef.h>

namespace wordvec::simd {

// Isa has, for the eight lanes of a dot product (kernels.h):
//   Lanes; zero(), load(x), load_tail(x, count): the first count < 8 floats, then zeros;
//   accumulate(sum, a, b): sum += a * b, fused; reduce(sum): the lanes, added in the one order
//   kTileRows, kTileQueries: how many sums fit the registers
// and for plain double arithmetic:
//   Vector of kDoubles; widen(floats), load_doubles(x), store_doubles(x, v), broadcast(x), add(a,
//   b), multiply(a, b)
template <class Isa>
struct Tiled {
  using Lanes = typename Isa::Lanes;
  using Vector = typename Isa::Vector;

  static double dot(const float* a, const float* b, size_t n) noexcept {
    Lanes sum = Isa::zero();
    size_t i = 0;
    for (; i + 8 <= n; i += 8) Isa::accumulate(sum, Isa::load(a + i), Isa::load(b + i));
    // The zeros of a tail leave a lane as it is: no lane is ever -0.
    if (i < n) Isa::accumulate(sum, Isa::load_tail(a + i, n - i), Isa::load_tail(b + i, n - i));
    return Isa::reduce(sum);
  }

  // The first queries read the rows one by one, front to back, as the processor's prefetching wants
  // them: several rows at a time come from memory at half the speed. The other queries find the
  // rows in the cache.
  static void scan(const float* rows, size_t row_stride, size_t row_count, const float* queries,
                   size_t query_stride, size_t query_count, size_t dim, double* dots,
                   size_t dots_stride) noexcept {
    constexpr size_t kGroup = Isa::kTileQueries;
    if (query_count == 0) return;
    const size_t rest = query_count % kGroup;
    size_t done = rest == 0 ? kGroup : rest;
    scan_first<kGroup>(done, rows, row_stride, row_count, queries, query_stride, dim, dots,
                       dots_stride);
    for (; done < query_count; done += kGroup) {
      scan_queries<Isa::kTileRows, kGroup>(rows, row_stride, row_count,
                                           queries + done * query_stride, query_stride, dim,
                                           dots + done * dots_stride, dots_stride);
    }
  }

  static void axpy(double weight, const float* x, double* y, size_t n) noexcept {
    const Vector w = Isa::broadcast(weight);
    size_t i = 0;
    for (; i + Isa::kDoubles <= n; i += Isa::kDoubles) {
      const Vector product = Isa::multiply(w, Isa::widen(x + i));
      Isa::store_doubles(y + i, Isa::add(Isa::load_doubles(y + i), product));
    }
    for (; i < n; ++i) {
      const double product = weight * static_cast<double>(x[i]);
      y[i] += product;
    }
  }

  static void axpy_rows(const double* weights, const float* const* rows, size_t row_count,
                        double* y, size_t n) noexcept {
    constexpr size_t kRows = 4;
    size_t r = 0;
    for (; r + kRows <= row_count; r += kRows) {
      const float* const* const x = rows + r;
      Vector w[kRows];
      for (size_t k = 0; k < kRows; ++k) w[k] = Isa::broadcast(weights[r + k]);
      size_t i = 0;
      for (; i + Isa::kDoubles <= n; i += Isa::kDoubles) {
        Vector sum = Isa::load_doubles(y + i);
        for (size_t k = 0; k < kRows; ++k) {
          sum = Isa::add(sum, Isa::multiply(w[k], Isa::widen(x[k] + i)));
        }
        Isa::store_doubles(y + i, sum);
      }
      for (; i < n; ++i) {
        for (size_t k = 0; k < kRows; ++k) {
          const double product = weights[r + k] * static_cast<double>(x[k][i]);
          y[i] += product;
        }
      }
    }
    for (; r < row_count; ++r) axpy(weights[r], rows[r], y, n);
  }

 private:
  // kRows × kQueries dot products at once: independent sums hide the latency of the additions.
  template <size_t kRows, size_t kQueries>
  static void tile(const float* rows, size_t row_stride, const float* queries, size_t query_stride,
                   size_t dim, double* dots, size_t dots_stride) noexcept {
    Lanes sum[kRows][kQueries];
    for (size_t r = 0; r < kRows; ++r) {
      for (size_t q = 0; q < kQueries; ++q) sum[r][q] = Isa::zero();
    }
    const auto step = [&](auto load_at) {
      Lanes query[kQueries];
      for (size_t q = 0; q < kQueries; ++q) query[q] = load_at(queries + q * query_stride);
      for (size_t r = 0; r < kRows; ++r) {
        const Lanes row = load_at(rows + r * row_stride);
        for (size_t q = 0; q < kQueries; ++q) Isa::accumulate(sum[r][q], row, query[q]);
      }
    };
    size_t i = 0;
    for (; i + 8 <= dim; i += 8) step([i](const float* x) { return Isa::load(x + i); });
    if (i < dim) step([i, dim](const float* x) { return Isa::load_tail(x + i, dim - i); });
    for (size_t r = 0; r < kRows; ++r) {
      for (size_t q = 0; q < kQueries; ++q) dots[q * dots_stride + r] = Isa::reduce(sum[r][q]);
    }
  }

  // All rows with kQueries queries, kRows at a time.
  template <size_t kRows, size_t kQueries>
  static void scan_queries(const float* rows, size_t row_stride, size_t row_count,
                           const float* queries, size_t query_stride, size_t dim, double* dots,
                           size_t dots_stride) noexcept {
    size_t r = 0;
    for (; r + kRows <= row_count; r += kRows) {
      tile<kRows, kQueries>(rows + r * row_stride, row_stride, queries, query_stride, dim, dots + r,
                            dots_stride);
    }
    for (; r < row_count; ++r) {
      tile<1, kQueries>(rows + r * row_stride, row_stride, queries, query_stride, dim, dots + r,
                        dots_stride);
    }
  }

  // scan_queries<1, query_count>(), for a query_count of 1 to kMax.
  template <size_t kMax>
  static void scan_first(size_t query_count, const float* rows, size_t row_stride, size_t row_count,
                         const float* queries, size_t query_stride, size_t dim, double* dots,
                         size_t dots_stride) noexcept {
    if constexpr (kMax > 1) {
      if (query_count < kMax) {
        return scan_first<kMax - 1>(query_count, rows, row_stride, row_count, queries, query_stride,
                                    dim, dots, dots_stride);
      }
    }
    scan_queries<1, kMax>(rows, row_stride, row_count, queries, query_stride, dim, dots,
                          dots_stride);
  }
};

}  // namespace wordvec::simd
