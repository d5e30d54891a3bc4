#include "output/pictures.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "output/terminal.h"
#include "output/text_output.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/plot/braille.h"
#include "wordvec/plot/svg.h"

namespace wordvec::cli {
namespace {

constexpr std::array<std::pair<std::string_view, PictureKind>, 3> kExtensions = {{
    {".svg", PictureKind::svg},
    {".png", PictureKind::png},
    {".html", PictureKind::html},
}};

}  // namespace

std::optional<PictureKind> picture_kind_of_extension(const std::string& path) {
  for (const auto& [extension, kind] : kExtensions) {
    if (has_extension(path, extension)) return kind;
  }
  return std::nullopt;
}

std::string picture_extensions() {
  std::string names;
  for (const auto& [extension, kind] : kExtensions) {
    names += (names.empty() ? "" : ", ") + std::string(extension);
  }
  return names;
}

void write_svg_file(const ScatterPlot& plot, const PictureStyle& style, const std::string& path,
                    Messages& messages) {
  const SvgPicture picture = draw_svg(plot, style);
  const auto out = make_file_output(path);
  out->buffer() = picture.svg;
  out->finish();
  report_picture(plot, picture.left_out, kMakeRoom, messages);
}

void show_on_terminal(const ScatterPlot& plot, Messages& messages) {
  // Below the picture there is room for what is said of it, and for the prompt.
  constexpr unsigned kRowsBelow = 4;
  const unsigned rows = terminal_rows(kStandardOutput);
  const TerminalSize size{terminal_columns(kStandardOutput), rows - std::min(rows, kRowsBelow)};
  const bool colour = use_colour(kStandardOutput);
  const TextPicture picture = draw_braille(plot, size, colour);
  const auto out = make_standard_output();
  out->buffer() = picture.text;
  out->finish();
  if (!colour && !plot.groups.empty()) {
    messages.note(
        "groups have the same look here: the terminal shows no colours, or NO_COLOR is "
        "set");
  }
  report_picture(plot, picture.left_out,
                 "a larger terminal, or --out to a picture, makes room; --format table gives the "
                 "numbers",
                 messages);
}

void report_picture(const ScatterPlot& plot, const LeftOut& left_out, const char* remedy,
                    Messages& messages) {
  if (plot.components > 2) {
    messages.note("the picture shows the first two of {} components", plot.components);
  }
  if (left_out.labels > 0) {
    messages.note("{} of {} labels {} hidden: they would cover others ({})", left_out.labels,
                  plot.labels.size(), left_out.labels == 1 ? "is" : "are", remedy);
  }
  if (left_out.merged_groups > 0) {
    messages.note("{} of {} groups, the smallest, have no look of their own: they are 'other'",
                  left_out.merged_groups, plot.group_names.size());
  }
  if (left_out.lines > 0) {
    messages.note("{} of {} lines {} not drawn: the points at {} ends touch ({})", left_out.lines,
                  plot.lines.size(), left_out.lines == 1 ? "is" : "are",
                  left_out.lines == 1 ? "its" : "their", remedy);
  }
  if (left_out.unnamed > 0) {
    messages.note("the legend has no room for {} of its entries ({})", left_out.unnamed, remedy);
  }
}

}  // namespace wordvec::cli
