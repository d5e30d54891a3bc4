#include "wordvec/plot/explorer.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/plot/explorer/page.h"
#include "wordvec/plot/group_looks.h"

namespace wordvec {
namespace {

// The data are one JSON object in a script element. Arrays of numbers are base64 of their
// little-endian bytes:
//
//   title, components, variance, groupNames, lines     as in ScatterPlot, "other" being the last
//                    group where points have none
//   fittedOnOthers   as ScatterPlot::fitted_on_others
//   groupColors      of the groups, 0 to kExplorerGroupColours - 1; -1: grey
//   greyGroups       how many have no colour, without "other"
//   theme            "light", "dark" or "automatic"
//   count            of the points
//   modelRows, neighbors                               as in ExplorerDetails
//   words            of the points, then those that are neighbours only
//   points           float32 [count, components]
//   rows             uint32 [count]
//   groups           uint16 [count], where there are group names
//   neighborWords    uint24 [count, neighbors], indices of words; kNoWord: fewer neighbours
//   neighborScores   int16 [count, neighbors], in ten-thousandths
constexpr std::uint32_t kNoWord = 0xffffff;
constexpr std::size_t kMaxGroups = 65535;  // and one of the points that have none

using Sink = std::function<void(std::string_view)>;

// What nothing in an HTML script element ends early: it would take a "<" to do so.
void append_json(std::string& out, std::string_view text) {
  const std::string json = nlohmann::json(printable(text))
                               .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  for (const char c : json) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
}

std::string html_text(std::string_view text) {
  std::string html;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string_view title_of(const ScatterPlot& plot) {
  return plot.title.empty() ? std::string_view("A map of words") : std::string_view(plot.title);
}

// Text in pieces of some size.
class PieceWriter {
 public:
  explicit PieceWriter(const Sink& sink) : sink_(sink) {}

  std::string& buffer() { return buffer_; }
  void flush_if_full() {
    if (buffer_.size() >= kPieceBytes) flush();
  }
  void flush() {
    if (!buffer_.empty()) sink_(buffer_);
    buffer_.clear();
  }

  void key(std::string_view name) {
    buffer_ += is_first_ ? "{\n\"" : ",\n\"";
    is_first_ = false;
    buffer_ += name;
    buffer_ += "\": ";
  }
  void number(std::string_view name, std::size_t value) {
    key(name);
    buffer_ += std::to_string(value);
  }
  template <class Texts>
  void texts(std::string_view name, const Texts& texts) {
    key(name);
    buffer_ += '[';
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (i > 0) buffer_ += ',';
      append_json(buffer_, texts[i]);
      flush_if_full();
    }
    buffer_ += ']';
  }
  void base64(std::string_view name, std::span<const std::byte> bytes);

 private:
  static constexpr std::size_t kPieceBytes = std::size_t{64} << 10;

  const Sink& sink_;
  std::string buffer_;
  bool is_first_ = true;
};

// RFC 4648, section 4.
void PieceWriter::base64(std::string_view name, std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  key(name);
  buffer_ += '"';
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t b = 0; b < 3; ++b) {
      group =
          group << 8 | (i + b < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i + b]) : 0);
    }
    for (std::size_t digit = 0; digit < 4; ++digit) {
      const bool is_padding = i + digit > bytes.size();
      buffer_ += is_padding ? '=' : kDigits[group >> (18 - 6 * digit) & 63];
    }
    flush_if_full();
  }
  buffer_ += '"';
}

// Neighbours as indices of the words that the file holds.
struct Neighbors {
  std::vector<std::byte> words;          // uint24 [points, neighbors]
  std::vector<std::byte> scores;         // int16 [points, neighbors]
  std::vector<std::uint32_t> elsewhere;  // rows of those that are no points
};

Neighbors index_neighbors(const ExplorerDetails& details, std::span<const std::uint32_t> rows) {
  Neighbors neighbors;
  std::unordered_map<std::uint32_t, std::uint32_t> word_of_row;
  word_of_row.reserve(2 * rows.size());
  for (std::size_t p = 0; p < rows.size(); ++p) {
    if (rows[p] != ExplorerDetails::kNoRow) {
      word_of_row.emplace(rows[p], static_cast<std::uint32_t>(p));
    }
  }
  neighbors.words.resize(3 * details.neighbor_rows.size());
  neighbors.scores.resize(2 * details.neighbor_scores.size());
  for (std::size_t n = 0; n < details.neighbor_rows.size(); ++n) {
    const std::uint32_t row = details.neighbor_rows[n];
    std::uint32_t word = kNoWord;
    if (row != ExplorerDetails::kNoRow) {
      const auto next = static_cast<std::uint32_t>(rows.size() + neighbors.elsewhere.size());
      const auto [found, is_new] = word_of_row.emplace(row, next);
      if (is_new) neighbors.elsewhere.push_back(row);
      word = found->second;
    }
    for (std::size_t b = 0; b < 3; ++b) {
      neighbors.words[3 * n + b] = static_cast<std::byte>(word >> (8 * b));
    }
    // Exact in double, so that it is rounded as a table of four decimals rounds it.
    const double score = std::nearbyint(double{details.neighbor_scores[n]} * 1e4);
    store_le(&neighbors.scores[2 * n],
             static_cast<std::int16_t>(std::isfinite(score) ? score : 0.0));
  }
  return neighbors;
}

std::string_view theme_name(Theme theme) {
  return theme == Theme::light ? "light" : theme == Theme::dark ? "dark" : "automatic";
}

void write_groups(const ScatterPlot& plot, PieceWriter& out) {
  std::vector<std::string> names;
  if (!plot.groups.empty()) names = plot.group_names;
  const std::size_t other = names.size();
  std::vector<std::uint16_t> groups;
  groups.reserve(plot.groups.size());
  bool has_other = false;
  for (const std::uint32_t group : plot.groups) {
    const bool is_other = group == ScatterPlot::kNoGroup;
    has_other = has_other || is_other;
    groups.push_back(static_cast<std::uint16_t>(is_other ? other : group));
  }
  std::string colours;
  int colour = 0;
  for (const bool is_grey : plot::smallest_groups(plot, kExplorerGroupColours)) {
    if (names.empty()) break;
    if (!colours.empty()) colours += ',';
    colours += is_grey ? "-1" : std::to_string(colour++);
  }
  if (has_other) {
    names.emplace_back("other");
    colours += colours.empty() ? "-1" : ",-1";
  }
  out.texts("groupNames", names);
  out.key("groupColors");
  out.buffer() += '[' + colours + ']';
  out.number("greyGroups", other - static_cast<std::size_t>(colour));
  out.base64("groups", std::as_bytes(std::span(groups)));
}

void write_data(const ScatterPlot& plot, const ExplorerDetails& details, PieceWriter& out) {
  std::vector<std::uint32_t> first_rows;
  std::span<const std::uint32_t> rows = details.rows;
  if (rows.empty()) {
    first_rows.resize(plot.labels.size());
    for (std::size_t p = 0; p < first_rows.size(); ++p) {
      first_rows[p] = static_cast<std::uint32_t>(p);
    }
    rows = first_rows;
  }
  const Neighbors neighbors = index_neighbors(details, rows);

  out.key("title");
  append_json(out.buffer(), title_of(plot));
  out.number("components", plot.components);
  out.number("count", plot.labels.size());
  out.number("modelRows", details.model_rows);
  out.number("neighbors", details.neighbors);
  out.key("variance");
  out.buffer() += '[';
  for (std::size_t i = 0; i < plot.explained_variance_ratio.size(); ++i) {
    // All digits would differ from one instruction set to the other.
    const double ratio = plot.explained_variance_ratio[i];
    out.buffer() += fmt::format("{}{:.8g}", i > 0 ? "," : "", std::isfinite(ratio) ? ratio : 0);
  }
  out.buffer() += ']';
  out.key("fittedOnOthers");
  out.buffer() += plot.fitted_on_others ? "true" : "false";
  out.key("lines");
  out.buffer() += '[';
  for (std::size_t i = 0; i < plot.lines.size(); ++i) {
    if (i > 0) out.buffer() += ',';
    out.buffer() +=
        '[' + std::to_string(plot.lines[i].from) + ',' + std::to_string(plot.lines[i].to) + ']';
  }
  out.buffer() += ']';

  out.key("theme");
  append_json(out.buffer(), theme_name(details.theme));
  write_groups(plot, out);

  std::vector<std::string_view> words(plot.labels.begin(), plot.labels.end());
  for (const std::uint32_t row : neighbors.elsewhere) words.push_back(details.word_of_row(row));
  out.texts("words", words);
  out.base64("points", std::as_bytes(std::span(plot.points)));
  out.base64("rows", std::as_bytes(rows));
  out.base64("neighborWords", neighbors.words);
  out.base64("neighborScores", neighbors.scores);
  out.buffer() += "\n}\n";
  out.flush();
}

}  // namespace

void check_explorer(const ScatterPlot& plot, std::size_t neighbors) {
  const std::size_t count = plot.labels.size();
  if (count > kMaxExplorerPoints) {
    throw Error(ErrorCode::usage, "the explorer shows at most " +
                                      std::to_string(kMaxExplorerPoints) + " words, found " +
                                      std::to_string(count) + ": choose fewer with --top");
  }
  if (neighbors > kMaxExplorerNeighbors) {
    throw Error(ErrorCode::usage,
                "the explorer holds at most " + std::to_string(kMaxExplorerNeighbors) +
                    " neighbours of each word, found " + std::to_string(neighbors));
  }
  if (plot.group_names.size() > kMaxGroups) {
    throw Error(ErrorCode::usage, "the explorer shows at most " + std::to_string(kMaxGroups) +
                                      " groups, found " + std::to_string(plot.group_names.size()));
  }
  if (plot.components != 2 && plot.components != 3) {
    throw Error(ErrorCode::usage,
                "the explorer shows 2 or 3 components, found " + std::to_string(plot.components));
  }
}

void write_explorer(const ScatterPlot& plot, const ExplorerDetails& details, const Sink& write) {
  check_explorer(plot, details.neighbors);
  write(kExplorerPageBeforeTitle);
  write(html_text(title_of(plot)));
  write(kExplorerPageBeforeData);
  PieceWriter out(write);
  write_data(plot, details, out);
  for (const std::string_view piece : kExplorerPageAfterData) write(piece);
}

}  // namespace wordvec
