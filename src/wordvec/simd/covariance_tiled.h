// The loops of the covariance kernels, over the registers of one instruction set.
//
// `Isa` is a type in the unnamed namespace of the file that includes this: see kernels_tiled.h.
#pragma once

#include <stddef.h>

#include "wordvec/simd/covariance.h"

namespace wordvec::simd {

// Isa has, for eight doubles at a time:
//   Lanes; zero(), fill(x), widen(floats), widen_tail(floats, count): the first count < 8, then
//   zeros; load(x), store(x, v), add(a, b), subtract(a, b), multiply(a, b), none of them fused;
//   store_floats(x, v): rounded; reduce(v): added in the one order
// for sums of products, fused:
//   Floats, Doubles: a register, of kFloats and kDoubles; zero_floats(), load_floats(x),
//   load_doubles(x), store_doubles(x, v), broadcast(x), multiply_add(a, b, c): a * b + c;
//   add_widened(sums, floats): sums[0 … kFloats) += floats
//   kTileRows: the rows of a tile of three vectors that fit the registers
template <class Isa>
struct TiledCovariance {
  using Lanes = typename Isa::Lanes;
  using Floats = typename Isa::Floats;
  using Doubles = typename Isa::Doubles;
  static constexpr size_t kTileVectors = 3;

  static void centre(const float* x, const double* mean, size_t n, float* out,
                     double* sums) noexcept {
    for_each_eight(x, mean, n, [=](size_t i, const Lanes& value) {
      Isa::store_floats(out + i, value);
      Isa::store(sums + i, Isa::add(Isa::load(sums + i), value));
    });
  }

  static void add_images(const float* const* rows, size_t row_count, const double* mean,
                         const double* directions, size_t count, size_t n,
                         double* images) noexcept {
    size_t r = 0;
    for (; r + kImageRows <= row_count; r += kImageRows) {
      add_images_of<kImageRows>(rows + r, mean, directions, count, n, images);
    }
    for (; r < row_count; ++r) add_images_of<1>(rows + r, mean, directions, count, n, images);
  }

  static void add_float(const float* block, size_t row_count, size_t stride, size_t width,
                        double* sums) noexcept {
    size_t j = 0;
    for (; j + kTileVectors * Isa::kFloats <= width; j += kTileVectors * Isa::kFloats) {
      float_strip<kTileVectors>(block, row_count, stride, width, j, sums);
    }
    const size_t rest = (width - j) / Isa::kFloats;
    if (rest == 2) float_strip<2>(block, row_count, stride, width, j, sums);
    if (rest == 1) float_strip<1>(block, row_count, stride, width, j, sums);
  }

  static void add_double(const double* block, size_t row_count, size_t width,
                         double* sums) noexcept {
    constexpr size_t kTileColumns = kTileVectors * Isa::kDoubles;
    size_t j = 0;
    for (; j + kTileColumns <= width; j += kTileColumns) {
      for (size_t i = 0; i < j + kTileColumns; i += Isa::kTileRows) {
        double_tile<kTileVectors>(block, row_count, width, i, j, sums);
      }
    }
    for (; j < width; j += Isa::kDoubles) {
      for (size_t i = 0; i < j + Isa::kDoubles; i += Isa::kTileRows) {
        double_tile<1>(block, row_count, width, i, j, sums);
      }
    }
  }

  static void project(const float* x, const double* mean, const double* directions, size_t count,
                      size_t n, double* point) noexcept {
    const size_t width = (n + 7) / 8 * 8;
    size_t c = 0;
    for (; c + 2 <= count; c += 2) {
      const double* direction = directions + c * width;
      Lanes first = Isa::zero();
      Lanes second = Isa::zero();
      for_each_eight(x, mean, n, [&](size_t i, const Lanes& value) {
        first = Isa::add(first, Isa::multiply(value, Isa::load(direction + i)));
        second = Isa::add(second, Isa::multiply(value, Isa::load(direction + width + i)));
      });
      point[c] = Isa::reduce(first);
      point[c + 1] = Isa::reduce(second);
    }
    if (c == count) return;
    Lanes sum = Isa::zero();
    for_each_eight(x, mean, n, [&](size_t i, const Lanes& value) {
      sum = Isa::add(sum, Isa::multiply(value, Isa::load(directions + c * width + i)));
    });
    point[c] = Isa::reduce(sum);
  }

  static double add_image(const float* x, const double* mean, const double* point, size_t count,
                          size_t n, double* images) noexcept {
    const size_t width = (n + 7) / 8 * 8;
    Lanes squares = Isa::zero();
    for_each_eight(x, mean, n, [&](size_t i, const Lanes& value) {
      squares = Isa::add(squares, Isa::multiply(value, value));
      for (size_t c = 0; c < count; ++c) {
        double* image = images + c * width + i;
        Isa::store(image, Isa::add(Isa::load(image), Isa::multiply(Isa::fill(point[c]), value)));
      }
    });
    return Isa::reduce(squares);
  }

 private:
  // body(i, the centred values i … i + 7): zeros past n, since there `mean` has zeros.
  template <class Body>
  static void for_each_eight(const float* x, const double* mean, size_t n, Body body) noexcept {
    size_t i = 0;
    for (; i + 8 <= n; i += 8) body(i, Isa::subtract(Isa::widen(x + i), Isa::load(mean + i)));
    if (i < n) {
      body(i, Isa::subtract(Isa::widen_tail(x + i, n - i), Isa::load(mean + i)));
    }
  }

  // So many rows share what is loaded of directions and images; their sums stay in registers.
  static constexpr size_t kImageRows = Isa::kDoubles;
  // Columns of these rows that stay in the L1 cache as doubles.
  static constexpr size_t kPanelColumns = 2048 / Isa::kDoubles;

  template <size_t kRows>
  static void add_images_of(const float* const* rows, const double* mean, const double* directions,
                            size_t count, size_t n, double* images) noexcept {
    const size_t width = (n + 7) / 8 * 8;
    double points[kRows][kMaxImages] = {};
    alignas(64) double panel[kRows][kPanelColumns];
    for (size_t first = 0; first < width; first += kPanelColumns) {
      const size_t columns = centre_panel<kRows>(rows, mean, n, first, panel);
      size_t c = 0;
      for (; c + 2 <= count; c += 2) {
        add_products<kRows, 2>(panel, columns, directions + c * width + first, width, c, points);
      }
      if (c < count) {
        add_products<kRows, 1>(panel, columns, directions + c * width + first, width, c, points);
      }
    }
    for (size_t first = 0; first < width; first += kPanelColumns) {
      const size_t columns = centre_panel<kRows>(rows, mean, n, first, panel);
      size_t c = 0;
      for (; c + 2 <= count; c += 2) {
        add_to_images<kRows, 2>(panel, columns, c, points, images + c * width + first, width);
      }
      if (c < count) {
        add_to_images<kRows, 1>(panel, columns, c, points, images + c * width + first, width);
      }
    }
  }

  // Columns [first, first + kPanelColumns) of the centred rows, to the padded width at most;
  // returns how many.
  template <size_t kRows>
  static size_t centre_panel(const float* const* rows, const double* mean, size_t n, size_t first,
                             double (*panel)[kPanelColumns]) noexcept {
    const size_t count = n - first < kPanelColumns ? n - first : kPanelColumns;
    for (size_t r = 0; r < kRows; ++r) {
      for_each_eight(rows[r] + first, mean + first, count,
                     [&](size_t i, const Lanes& value) { Isa::store(panel[r] + i, value); });
    }
    return (count + 7) / 8 * 8;
  }

  template <size_t kRows, size_t kDirections>
  static void add_products(const double (*panel)[kPanelColumns], size_t columns,
                           const double* directions, size_t width, size_t c,
                           double (*points)[kMaxImages]) noexcept {
    Doubles sum[kRows][kDirections];
    for (size_t r = 0; r < kRows; ++r) {
      for (size_t k = 0; k < kDirections; ++k) sum[r][k] = Isa::broadcast(0.0);
    }
    for (size_t i = 0; i < columns; i += Isa::kDoubles) {
      for (size_t k = 0; k < kDirections; ++k) {
        const Doubles direction = Isa::load_doubles(directions + k * width + i);
        for (size_t r = 0; r < kRows; ++r) {
          sum[r][k] = Isa::multiply_add(Isa::load_doubles(panel[r] + i), direction, sum[r][k]);
        }
      }
    }
    for (size_t r = 0; r < kRows; ++r) {
      for (size_t k = 0; k < kDirections; ++k) {
        double lane[Isa::kDoubles];
        Isa::store_doubles(lane, sum[r][k]);
        for (const double x : lane) points[r][c + k] += x;
      }
    }
  }

  template <size_t kRows, size_t kDirections>
  static void add_to_images(const double (*panel)[kPanelColumns], size_t columns, size_t c,
                            const double (*points)[kMaxImages], double* images,
                            size_t width) noexcept {
    Doubles point[kRows][kDirections];
    for (size_t r = 0; r < kRows; ++r) {
      for (size_t k = 0; k < kDirections; ++k) point[r][k] = Isa::broadcast(points[r][c + k]);
    }
    for (size_t i = 0; i < columns; i += Isa::kDoubles) {
      Doubles sum[kDirections];
      for (size_t k = 0; k < kDirections; ++k) sum[k] = Isa::load_doubles(images + k * width + i);
      for (size_t r = 0; r < kRows; ++r) {
        const Doubles value = Isa::load_doubles(panel[r] + i);
        for (size_t k = 0; k < kDirections; ++k) {
          sum[k] = Isa::multiply_add(value, point[r][k], sum[k]);
        }
      }
      for (size_t k = 0; k < kDirections; ++k) Isa::store_doubles(images + k * width + i, sum[k]);
    }
  }

  // The sums' kVectors columns of vectors from j, down to the diagonal.
  template <size_t kVectors>
  static void float_strip(const float* block, size_t row_count, size_t stride, size_t width,
                          size_t j, double* sums) noexcept {
    for (size_t i = 0; i < j; i += Isa::kTileRows) {
      float_tile<kVectors>(block, row_count, stride, width, i, j, sums);
    }
    float_corner<kVectors>(block, row_count, stride, width, j, sums);
  }

  // The square on the diagonal at j: each kFloats rows have a vector fewer to their right.
  template <size_t kVectors>
  static void float_corner(const float* block, size_t row_count, size_t stride, size_t width,
                           size_t j, double* sums) noexcept {
    for (size_t i = j; i < j + Isa::kFloats; i += Isa::kTileRows) {
      float_tile<kVectors>(block, row_count, stride, width, i, j, sums);
    }
    if constexpr (kVectors > 1) {
      float_corner<kVectors - 1>(block, row_count, stride, width, j + Isa::kFloats, sums);
    }
  }

  // kTileRows × (kVectors vectors) sums, at row i and column j, stay in registers while the
  // block's rows pass.
  template <size_t kVectors>
  static void float_tile(const float* block, size_t row_count, size_t stride, size_t width,
                         size_t i, size_t j, double* sums) noexcept {
    Floats sum[Isa::kTileRows][kVectors];
    for (size_t a = 0; a < Isa::kTileRows; ++a) {
      for (size_t b = 0; b < kVectors; ++b) sum[a][b] = Isa::zero_floats();
    }
    for (size_t r = 0; r < row_count; ++r) {
      const float* const left = block + r * stride + i;  // of no rows, `block` may be null
      const float* const right = block + r * stride + j;
      Floats vectors[kVectors];
      for (size_t b = 0; b < kVectors; ++b) vectors[b] = Isa::load_floats(right + b * Isa::kFloats);
      for (size_t a = 0; a < Isa::kTileRows; ++a) {
        const Floats value = Isa::broadcast(left[a]);
        for (size_t b = 0; b < kVectors; ++b) {
          sum[a][b] = Isa::multiply_add(value, vectors[b], sum[a][b]);
        }
      }
    }
    for (size_t a = 0; a < Isa::kTileRows; ++a) {
      for (size_t b = 0; b < kVectors; ++b) {
        Isa::add_widened(sums + (i + a) * width + j + b * Isa::kFloats, sum[a][b]);
      }
    }
  }

  // The same in double, on sums that are in memory.
  template <size_t kVectors>
  static void double_tile(const double* block, size_t row_count, size_t width, size_t i, size_t j,
                          double* sums) noexcept {
    Doubles sum[Isa::kTileRows][kVectors];
    for (size_t a = 0; a < Isa::kTileRows; ++a) {
      for (size_t b = 0; b < kVectors; ++b) {
        sum[a][b] = Isa::load_doubles(sums + (i + a) * width + j + b * Isa::kDoubles);
      }
    }
    for (size_t r = 0; r < row_count; ++r) {
      const double* row = block + r * width;
      Doubles right[kVectors];
      for (size_t b = 0; b < kVectors; ++b) {
        right[b] = Isa::load_doubles(row + j + b * Isa::kDoubles);
      }
      for (size_t a = 0; a < Isa::kTileRows; ++a) {
        const Doubles left = Isa::broadcast(row[i + a]);
        for (size_t b = 0; b < kVectors; ++b) {
          sum[a][b] = Isa::multiply_add(left, right[b], sum[a][b]);
        }
      }
    }
    for (size_t a = 0; a < Isa::kTileRows; ++a) {
      for (size_t b = 0; b < kVectors; ++b) {
        Isa::store_doubles(sums + (i + a) * width + j + b * Isa::kDoubles, sum[a][b]);
      }
    }
  }
};

}  // namespace wordvec::simd
