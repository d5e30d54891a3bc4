// Groups of vectors that point in similar directions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "wordvec/model/embeddings.h"

namespace wordvec {

struct KMeansOptions {
  std::size_t clusters = 2;
  unsigned threads = 0;  // 0: all there are
  std::size_t starts =
      0;  // of which the best is taken; 0: 1 to 8, the more the fewer rows there are
};

struct KMeansResult {
  std::size_t clusters = 0;                 // those that have rows: at most as asked for
  std::vector<std::uint32_t> cluster_of;    // [rows]; clusters are numbered by falling size
  std::vector<float> similarity_to_centre;  // [rows], cosines
};

// Spherical k-means (Dhillon & Modha 2001) of the chosen rows (all where `rows` is empty): each row
// is in the cluster whose centre, the direction of the sum of its unit vectors, has the largest
// cosine with it. Starts from k-means++ (Arthur & Vassilvitskii 2007) with random numbers that are
// the same in each run, several times for few rows, and takes the best. Rows of zeros are in some
// cluster, with a cosine of 0. Does not depend on the number of threads or the instruction set.
//
// Throws Error(usage) when clusters is 0, Error(malformed) when a row holds a value that is not
// finite.
KMeansResult k_means(const MatrixView& matrix, std::span<const Row> rows,
                     const KMeansOptions& options);

}  // namespace wordvec
