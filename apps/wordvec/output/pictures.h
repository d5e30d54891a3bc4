// Pictures of words: which there are, and where they go.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "output/messages.h"
#include "program.h"
#include "wordvec/plot/picture_style.h"
#include "wordvec/plot/scatter_plot.h"

namespace wordvec::cli {

enum class PictureKind { svg, png, html, terminal };

// nullopt: `path` is not that of a picture.
std::optional<PictureKind> picture_kind_of_extension(const std::string& path);
// Of pictures that are files, for messages: ".svg, .png, .html".
std::string picture_extensions();

// PNG is drawn by this program, so that the others start without the libraries that it takes.
inline constexpr OtherProgram kPngProgram = {"wordvec-png", "WORDVEC_BUILD_PNG"};

void write_svg_file(const ScatterPlot& plot, const PictureStyle& style, const std::string& path,
                    Messages& messages);

// On the terminal that standard output is.
void show_on_terminal(const ScatterPlot& plot, Messages& messages);

// What a person should know of a picture that has been drawn. `remedy` is for what has no room.
void report_picture(const ScatterPlot& plot, const LeftOut& left_out, const char* remedy,
                    Messages& messages);

inline constexpr const char* kMakeRoom = "--size makes room";

}  // namespace wordvec::cli
