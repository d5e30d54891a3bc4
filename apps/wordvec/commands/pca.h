// The command that projects words, for every program that has it.
#pragma once

#include <memory>
#include <string>

#include "command.h"
#include "wordvec/plot/picture_style.h"
#include "wordvec/plot/scatter_plot.h"

namespace wordvec::cli {

// Writes a picture as a PNG file, `scale` dots a pixel, and tells what a person should know of it.
using PngWriter = void (*)(const ScatterPlot& plot, const PictureStyle& style, double scale,
                           const std::string& path, Messages& messages);

// `write_png`: null where the program cannot draw, so that another one has to.
std::unique_ptr<Command> make_pca(PngWriter write_png);

}  // namespace wordvec::cli
