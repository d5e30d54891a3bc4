// Scatter plots as PNG, drawn with cairo and pango.
#pragma once

#include <string>

#include "output/messages.h"
#include "wordvec/plot/picture_style.h"
#include "wordvec/plot/scatter_plot.h"

namespace wordvec::cli {

// A commands/pca.h PngWriter. The layout is that of the SVG, with the widths that texts have in the
// fonts of this machine, which also cover what the first of them lacks. On one machine the same
// plot gives the same bytes. Throws Error(usage) for a picture larger than cairo draws, Error(io).
void write_png_file(const ScatterPlot& plot, const PictureStyle& style, double scale,
                    const std::string& path, Messages& messages);

}  // namespace wordvec::cli
