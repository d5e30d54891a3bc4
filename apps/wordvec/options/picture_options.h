// What a picture of words shows besides the points, and how it looks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "options/chosen_words.h"
#include "options/option_set.h"
#include "output/messages.h"
#include "output/pictures.h"
#include "wordvec/analysis/pca.h"
#include "wordvec/model/word_matching.h"
#include "wordvec/plot/picture_style.h"
#include "wordvec/plot/scatter_plot.h"

namespace wordvec::cli {

class PictureOptions {
 public:
  void define(OptionSet& options);
  // Reads what the options' values mean. Throws Error(usage).
  void parse();

  // The first option that was given; empty: none.
  std::string first_given() const;
  // Throws Error(usage) when an option is given that has no meaning for such a picture.
  void check_for(PictureKind kind) const;
  // Whether --color-by reads standard input.
  bool reads_standard_input() const { return color_by_ == "-"; }
  // What --color-by names, which may be a file.
  const std::string& color_by() const { return color_by_; }
  const PictureStyle& style() const { return style_; }
  // nullopt: not given.
  std::optional<Theme> theme() const;
  double scale() const { return scale_; }

  // The picture of `points`, [words.size(), components], which are those of `fit`. Reads
  // --color-by FILE, clusters. What --lines names and is not among the points is reported, and
  // `status` becomes kNotFound; words that the file does not name are counted. Throws Error.
  ScatterPlot plot(const ChosenWords& words, std::vector<float> points, const PcaResult& fit,
                   const WordMatching& matching, unsigned threads, Messages& messages,
                   int& status) const;

 private:
  void add_lines(ScatterPlot& plot, const ChosenWords& words, const WordMatching& matching,
                 Messages& messages, int& status) const;
  void add_groups_of_file(ScatterPlot& plot, const ChosenWords& words, const WordMatching& matching,
                          Messages& messages) const;
  void add_clusters(ScatterPlot& plot, const ChosenWords& words, unsigned threads,
                    Messages& messages) const;

  const OptionSet* options_ = nullptr;
  std::string lines_text_;
  std::vector<std::pair<std::string, std::string>> lines_;
  std::string color_by_;
  std::uint64_t clusters_ = 0;
  std::string theme_;
  std::string size_;
  std::string title_;
  double scale_ = 2;
  PictureStyle style_;
};

}  // namespace wordvec::cli
