#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "commands/explain.h"
#include "options/numbers.h"
#include "options/output_options.h"
#include "options/run_options.h"
#include "output/explanation.h"
#include "output/row_writer.h"
#include "output/terminal.h"
#include "output/text_output.h"
#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/base/output_file.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/npy_header.h"
#include "wordvec/model/matrix_view.h"
#include "wordvec/model/position_encoding.h"
#include "wordvec/model/vocabulary.h"
#include "wordvec/plot/heat_map.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kExplainPositionsExamples =
    "  wordvec explain positions              a heat map of 32 positions and 64 dimensions\n"
    "  wordvec explain positions --rows 100 --dim 128 --out positions.svg\n"
    "  wordvec explain positions --rows 512 --dim 300 --out positions.npy\n"
    "  wordvec explain positions --rows 4 --dim 6 -f csv\n";

constexpr std::string_view kExplainPositionsDetails =
    "The vector that a Transformer adds to the word at each position of a text, so that the order\n"
    "of the words is not lost (Vaswani et al. 2017, \"Attention Is All You Need\", section 3.5):\n"
    "  PE(pos, 2i)     = sin(pos / 10000^(2i / dim))\n"
    "  PE(pos, 2i + 1) = cos(pos / 10000^(2i / dim))\n"
    "On a terminal it is a heat map, in a pipe rows of numbers. With --out the format is that of\n"
    "the file's extension: .svg (a picture), .npy, .csv, .tsv, .json or .ndjson. No model is "
    "needed.\n";

constexpr std::string_view kSvgExtension = ".svg";
constexpr std::uint64_t kMaxCells = 1'000'000;  // of a picture

class ExplainPositions final : public Command {
 public:
  void define(OptionSet& options) override {
    options.add_number("--rows N", rows_, whole_number(1, kMaxRows),
                       "Positions, from 0 (default: 32)");
    options.add_number("--dim D", dim_, whole_number(1, kMaxDim),
                       "Values of each position's vector (default: 64)");
    options.add_option("-o,--out FILE", out_, "The file to write; - for standard output");
    output_.define(options, "a heat map on a terminal, else tsv");
    run_.define(options);
  }

  int run(Context& context) override {
    run_.apply(context.messages);
    const auto format = output_.format();
    const bool is_picture = has_extension(out_, kSvgExtension);
    const bool is_npy = has_extension(out_, kNpyExtension);
    if (format && (is_picture || is_npy)) {
      throw Error(ErrorCode::usage, "--format has no meaning for " + in_quotes(out_) +
                                        ": its extension names a format of its own");
    }
    if (is_npy) {
      write_npy();
    } else if (is_picture) {
      const auto out = make_file_output(out_);
      const std::vector<float> values = matrix();
      out->buffer() += heat_map_svg(map_of(values));
      out->finish();
    } else if (out_.empty() && !format && is_terminal(kStandardOutput)) {
      print_map();
    } else {
      write_rows(context.messages);
    }
    return kAllAnswered;
  }

 private:
  std::size_t dim() const { return static_cast<std::size_t>(dim_); }

  // All positions, for a picture.
  std::vector<float> matrix() const {
    if (rows_ > kMaxCells / dim_) {
      throw Error(
          ErrorCode::usage,
          fmt::format("a picture of {} × {} values is too large, expected at most {} (a file "
                      "{} or .csv takes all)",
                      rows_, dim_, kMaxCells, kNpyExtension));
    }
    std::vector<float> values(static_cast<std::size_t>(rows_) * dim());
    add_positions(0, dim(), values);
    return values;
  }

  HeatMap map_of(const std::vector<float>& values) const {
    return {values,
            static_cast<std::size_t>(rows_),
            dim(),
            fmt::format("Sinusoidal position encoding, {} positions × {} dimensions", rows_, dim_),
            "position",
            "dimension"};
  }

  void print_map() const {
    const std::vector<float> values = matrix();
    const auto out = make_standard_output();
    std::string& text = out->buffer();
    CellColours colours = CellColours::none;
    if (use_colour(kStandardOutput)) {
      colours = has_true_colour() ? CellColours::true_colour : CellColours::palette256;
    }
    text += wrapped(
        fmt::format(
            "What a Transformer adds to the words at positions 0 to {}, a vector {} long to each. "
            "Position down, dimension across; {}.\n\n",
            rows_ - 1, dim_,
            colours == CellColours::none ? "blank -1, full 1" : "blue -1, white 0, red 1"),
        text_columns());
    text +=
        "  PE(pos, 2i)     = sin(pos / 10000^(2i / dim))\n"
        "  PE(pos, 2i + 1) = cos(pos / 10000^(2i / dim))\n\n";
    text += heat_map_text(map_of(values), terminal_columns(kStandardOutput), colours);
    if (dim_ > 1) text += '\n' + products(values);  // sin(0) alone makes all of them 0
    out->finish();
  }

  // How alike position 0 and others are: a matter of their distance alone.
  std::string products(const std::vector<float>& values) const {
    std::vector<std::vector<std::string>> lines = {{"distance"}, {"dot product"}};
    for (std::uint64_t other = 0; other < rows_; other = std::max<std::uint64_t>(1, 2 * other)) {
      double product = 0;
      for (std::size_t i = 0; i < dim(); ++i) {
        product += double{values[i]} * double{values[static_cast<std::size_t>(other) * dim() + i]};
      }
      lines[0].push_back(fmt::format("{}", other));
      lines[1].push_back(fmt::format("{:.1f}", product));
    }
    return wrapped(
               "The further apart two positions are, the smaller the dot product of their "
               "vectors, on the whole:\n\n",
               text_columns()) +
           aligned(lines);
  }

  void write_npy() const {
    OutputFile file = OutputFile::create(out_);
    file.write(npy_header(rows_, dim()));
    std::vector<float> values(dim());
    for (std::uint64_t position = 0; position < rows_; ++position) {
      encode_position(position, values);
      file.write(std::as_bytes(std::span(values)));
    }
    file.publish();
  }

  void write_rows(Messages& messages) const {
    const auto out = out_.empty() ? make_standard_output() : make_file_output(out_);
    const auto writer = make_row_writer(row_format(), {{"position"}, {"vector", dim()}},
                                        output_.style(messages), *out);
    std::vector<float> values(dim());
    for (std::uint64_t position = 0; position < rows_; ++position) {
      encode_position(position, values);
      writer->row({position, std::span<const float>(values)});
    }
    writer->finish();
    out->finish();
  }

  OutputFormat row_format() const {
    if (out_.empty() || out_ == "-") return output_.format().value_or(OutputFormat::tsv);
    if (const auto format = output_.format()) return *format;
    if (const auto format = output_format_of_extension(out_)) return *format;
    throw Error(ErrorCode::usage, "cannot tell the format to write from the name " +
                                      in_quotes(out_) +
                                      ": expected an extension among .svg, .npy, .csv, .tsv, "
                                      ".json, .ndjson, or --format");
  }

  std::uint64_t rows_ = 32;
  std::uint64_t dim_ = 64;
  std::string out_;
  OutputOptions output_;
  RunOptions run_;
};

}  // namespace

const CommandEntry kExplainPositions = {
    "explain positions", "Show the Transformer's position encoding", kExplainPositionsExamples,
    kExplainPositionsDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<ExplainPositions>(); }};

}  // namespace wordvec::cli
