// The explorer as a file: a picture of words to walk through in a browser.
#pragma once

#include <cstddef>
#include <string>

#include "options/chosen_words.h"
#include "output/messages.h"
#include "wordvec/model/embeddings.h"
#include "wordvec/plot/picture_style.h"
#include "wordvec/plot/scatter_plot.h"

namespace wordvec::cli {

// Writes the explorer of `plot`, whose points are `words`, to `path`. Each word has its `neighbors`
// nearest among all words of the model. Throws Error.
void write_explorer_file(const ScatterPlot& plot, const ChosenWords& words,
                         const Embeddings& embeddings, std::size_t neighbors, Theme theme,
                         const std::string& path, unsigned threads, Messages& messages);

}  // namespace wordvec::cli
