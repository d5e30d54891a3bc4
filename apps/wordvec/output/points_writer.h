// Points of words, as data.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "options/chosen_words.h"
#include "output/row_writer.h"

namespace wordvec::cli {

// A view: [words.size(), components], point after point.
struct WordPoints {
  const ChosenWords& words;
  std::span<const float> points;
  std::size_t components = 0;
};

// Rows "word pc1 pc2 …", each word as it was asked, to the file `path`; an empty path, or "-", is
// standard output.
void write_points(const WordPoints& points, OutputFormat format, const RowStyle& style,
                  const std::string& path);

// In place of these, on standard output: why no word has a point, in a record for each that was
// asked.
void write_no_points(const ChosenWords& words, QueryError error, const std::string& why,
                     std::size_t components, OutputFormat format, const RowStyle& style);

// A NumPy array in `path`, which ends in kNpyExtension, and the words, one a line, beside it.
void write_npy(const WordPoints& points, const std::string& path, unsigned threads);

}  // namespace wordvec::cli
