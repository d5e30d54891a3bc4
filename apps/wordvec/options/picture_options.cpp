#include "options/picture_options.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "command.h"
#include "options/numbers.h"
#include "wordvec/analysis/k_means.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/parse_number.h"
#include "wordvec/base/quote.h"
#include "wordvec/formats/known_kind.h"
#include "wordvec/plot/word_groups.h"

namespace wordvec::cli {
namespace {

constexpr std::array kOptions = {"--lines", "--color-by", "--clusters", "--theme",
                                 "--size",  "--title",    "--scale"};
constexpr std::string_view kByCluster = "cluster";
constexpr unsigned kMinPixels = 100;
constexpr unsigned kMaxPixels = 10000;
constexpr std::uint64_t kMaxClusters = 1000;

constexpr std::array<std::pair<std::string_view, Theme>, 3> kThemes = {{
    {"light", Theme::light},
    {"dark", Theme::dark},
    {"auto", Theme::automatic},
}};

Theme parse_theme(const std::string& name) {
  for (const auto& [known, theme] : kThemes) {
    if (name == known) return theme;
  }
  throw Error(ErrorCode::usage,
              "unknown theme " + in_quotes(name) + ", expected light, dark or auto");
}

// "800x600"
std::pair<unsigned, unsigned> parse_size(const std::string& text) {
  const std::size_t x = text.find('x');
  const auto width = parse_number<unsigned>(std::string_view(text).substr(0, x));
  const auto height = x == std::string::npos
                          ? std::nullopt
                          : parse_number<unsigned>(std::string_view(text).substr(x + 1));
  const auto is_fine = [](std::optional<unsigned> n) {
    return n && *n >= kMinPixels && *n <= kMaxPixels;
  };
  if (!is_fine(width) || !is_fine(height)) {
    throw Error(ErrorCode::usage, "--size: found " + in_quotes(text) +
                                      ", expected WIDTHxHEIGHT in pixels, each " +
                                      std::to_string(kMinPixels) + " to " +
                                      std::to_string(kMaxPixels) + ", as 800x600");
  }
  return {*width, *height};
}

// "king:queen,man:woman"; "\:", "\," and "\\" stand for themselves in words.
std::vector<std::pair<std::string, std::string>> parse_lines(std::string_view text) {
  std::vector<std::vector<std::string>> lines(1, std::vector<std::string>(1));
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool escapes = c == '\\' && i + 1 < text.size() &&
                         std::string_view(":,\\").find(text[i + 1]) != std::string_view::npos;
    if (escapes) {
      lines.back().back() += text[++i];
    } else if (c == ':') {
      lines.back().emplace_back();
    } else if (c == ',') {
      lines.emplace_back(1);
    } else {
      lines.back().back() += c;
    }
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::vector<std::string>& line : lines) {
    if (line.size() != 2 || line[0].empty() || line[1].empty()) {
      throw Error(ErrorCode::usage,
                  "--lines: found " + in_quotes(text) +
                      ", expected pairs of words as king:queen,man:woman (\\: and \\, in words)");
    }
    pairs.emplace_back(line[0], line[1]);
  }
  return pairs;
}

struct FoldedGroup {
  std::string_view word;  // as the file has it
  std::uint32_t group = 0;
};

// The groups of words that the file has in another case than the vocabulary does, by the
// vocabulary's word. Views both.
std::unordered_map<std::string_view, FoldedGroup> groups_by_folded_word(
    const WordGroups& groups, const Vocabulary& vocabulary, const WordMatching& matching,
    const std::string& file) {
  std::unordered_map<std::string_view, FoldedGroup> folded;
  for (const auto& [word, group] : groups.group_of) {
    const auto match = find_word(vocabulary, word, matching);
    if (!match || !match->case_folded) continue;
    const std::string_view known = vocabulary.word(match->row);
    // Its own line decides.
    if (groups.group_of.contains(std::string(known))) continue;
    const auto [at, is_new] = folded.try_emplace(known, FoldedGroup{word, group});
    if (is_new || at->second.group == group) continue;
    const auto [first, second] = std::minmax({std::string_view(word), at->second.word});
    throw Error(ErrorCode::malformed, printable(file) + ": " + in_quotes(first) + " and " +
                                          in_quotes(second) + ", both " + in_quotes(known) +
                                          " in the model, are in different groups");
  }
  return folded;
}

// How many clusters are worth looking at: as many as there are colours, fewer for few points.
std::size_t usual_clusters(std::size_t points) {
  return std::clamp<std::size_t>(
      static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(points) / 2))), 2, 7);
}

}  // namespace

void PictureOptions::define(OptionSet& options) {
  options_ = &options;
  options.add_option("--lines A:B,…", lines_text_,
                     "Draw lines from word to word: king:queen,man:woman");
  options.add_option(
      "--color-by FILE|cluster", color_by_,
      "Colour the words by the groups in FILE (lines of word, tab or comma, group), or "
      "by 'cluster': k-means of their vectors");
  options.add_number(
      "--clusters N", clusters_, whole_number(1, kMaxClusters),
      "Colour by N clusters, also without --color-by (default: 2 to 7, by the words)");
  options.add_option("--theme light|dark|auto", theme_,
                     "The colours; auto (.svg and .html): as the reader's system is");
  options.add_option("--size WxH", size_, "Width and height in pixels (default: 960 wide)");
  options.add_option("--title TEXT", title_, "What to write over the picture");
  options.add_number("--scale X", scale_, finite_number(0.1, 10),
                     "Of .png: dots a pixel of --size (default: 2)");
}

void PictureOptions::parse() {
  if (!lines_text_.empty()) lines_ = parse_lines(lines_text_);
  if (!theme_.empty()) style_.theme = parse_theme(theme_);
  if (!size_.empty()) std::tie(style_.width, style_.height) = parse_size(size_);
  if (clusters_ > 0 && !color_by_.empty() && color_by_ != kByCluster) {
    throw Error(ErrorCode::usage,
                "--clusters is for --color-by cluster, found --color-by " + in_quotes(color_by_));
  }
}

std::string PictureOptions::first_given() const {
  for (const char* const name : kOptions) {
    if (options_->find(name)->is_given()) return name;
  }
  return {};
}

void PictureOptions::check_for(PictureKind kind) const {
  const auto refuse = [&](const char* name, bool has_meaning, const char* why) {
    if (has_meaning || !options_->find(name)->is_given()) return;
    throw Error(ErrorCode::usage, std::string(name) + " has no meaning " + why);
  };
  switch (kind) {
    case PictureKind::svg:
      return refuse("--scale", false, "for .svg: it is as sharp at any size");
    case PictureKind::png:
      return refuse("--theme", style_.theme != Theme::automatic,
                    "for .png as auto: it cannot follow the reader's system, give light or dark");
    case PictureKind::html:
      for (const char* const name : {"--size", "--scale"}) {
        refuse(name, false, "for .html: a page is as large as its window");
      }
      return;
    case PictureKind::terminal:
      for (const char* const name : {"--theme", "--size", "--scale"}) {
        refuse(name, false, "on a terminal: it has its own, write a picture with --out");
      }
  }
}

std::optional<Theme> PictureOptions::theme() const {
  if (theme_.empty()) return std::nullopt;
  return style_.theme;
}

ScatterPlot PictureOptions::plot(const ChosenWords& words, std::vector<float> points,
                                 const PcaResult& fit, const WordMatching& matching,
                                 unsigned threads, Messages& messages, int& status) const {
  ScatterPlot plot;
  plot.title = title_;
  plot.components = fit.components;
  plot.points = std::move(points);
  plot.explained_variance_ratio = fit.explained_variance_ratio;
  plot.labels.reserve(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) plot.labels.emplace_back(words.word(i));
  if (!lines_.empty()) add_lines(plot, words, matching, messages, status);
  if (color_by_ == kByCluster || clusters_ > 0) {
    add_clusters(plot, words, threads, messages);
  } else if (!color_by_.empty()) {
    add_groups_of_file(plot, words, matching, messages);
  }
  return plot;
}

void PictureOptions::add_lines(ScatterPlot& plot, const ChosenWords& words,
                               const WordMatching& matching, Messages& messages,
                               int& status) const {
  std::unordered_map<std::string_view, std::uint32_t> point_of;
  for (std::uint32_t i = 0; i < plot.labels.size(); ++i) point_of.emplace(plot.labels[i], i);
  const auto find = [&](const std::string& word) -> std::optional<std::uint32_t> {
    if (const auto at = point_of.find(word); at != point_of.end()) return at->second;
    if (const auto match = find_word(words.vocabulary, word, matching)) {
      const auto at = point_of.find(words.vocabulary.word(match->row));
      if (at != point_of.end()) return at->second;
    }
    messages.error("--lines: {} is not among the words of the picture", in_quotes(word));
    status = std::max<int>(status, kNotFound);
    return std::nullopt;
  };
  for (const auto& [from, to] : lines_) {
    const auto begin = find(from);
    const auto end = find(to);
    if (!begin || !end) continue;
    if (*begin == *end) {
      messages.note("--lines: {} and {} are the same point: there is no line between them",
                    in_quotes(from), in_quotes(to));
    } else {
      plot.lines.push_back({*begin, *end});
    }
  }
}

void PictureOptions::add_groups_of_file(ScatterPlot& plot, const ChosenWords& words,
                                        const WordMatching& matching, Messages& messages) const {
  ByteSource source = open_text(color_by_, "words and their groups");
  constexpr std::uint64_t kMaxBytes = std::uint64_t{32} << 20;
  const WordGroups groups = parse_word_groups(
      source.peek_all(kMaxBytes, "a file of words and their groups"), source.name());
  const auto folded = groups_by_folded_word(groups, words.vocabulary, matching, source.name());
  plot.groups.assign(plot.labels.size(), ScatterPlot::kNoGroup);
  std::vector<std::uint32_t> counts(groups.names.size());
  std::size_t without = 0;
  std::size_t first_without = 0;
  for (std::size_t i = 0; i < plot.labels.size(); ++i) {
    if (const auto exact = groups.group_of.find(plot.labels[i]); exact != groups.group_of.end()) {
      plot.groups[i] = exact->second;
    } else if (const auto other = folded.find(plot.labels[i]); other != folded.end()) {
      plot.groups[i] = other->second.group;
    } else {
      if (without++ == 0) first_without = i;
      continue;
    }
    ++counts[plot.groups[i]];
  }
  // Of a file for the whole vocabulary, the picture has the groups of its own words only.
  std::vector<std::uint32_t> number_of(groups.names.size());
  for (std::size_t g = 0; g < groups.names.size(); ++g) {
    number_of[g] = static_cast<std::uint32_t>(plot.group_names.size());
    if (counts[g] > 0) plot.group_names.push_back(groups.names[g]);
  }
  for (std::uint32_t& group : plot.groups) {
    if (group != ScatterPlot::kNoGroup) group = number_of[group];
  }
  if (without > 0) {
    messages.note("{}: {} of {} words have no group there, the first is {}: they are 'other'",
                  printable(source.name()), without, plot.labels.size(),
                  in_quotes(plot.labels[first_without]));
  }
}

void PictureOptions::add_clusters(ScatterPlot& plot, const ChosenWords& words, unsigned threads,
                                  Messages& messages) const {
  constexpr std::size_t kWordsOfName = 3;
  const std::size_t asked = static_cast<std::size_t>(clusters_);
  KMeansResult found = k_means(words.matrix, words.rows,
                               {asked > 0 ? asked : usual_clusters(words.size()), threads});
  if (found.clusters < asked) {
    messages.note("--clusters: {} words make {} clusters, fewer than the {} asked for",
                  words.size(), found.clusters, asked);
  }
  plot.groups = std::move(found.cluster_of);
  // A cluster is called by the words that are nearest to its centre.
  std::vector<std::vector<std::uint32_t>> members(found.clusters);
  for (std::uint32_t i = 0; i < plot.groups.size(); ++i) members[plot.groups[i]].push_back(i);
  for (std::vector<std::uint32_t>& rows : members) {
    std::stable_sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) {
      return found.similarity_to_centre[a] > found.similarity_to_centre[b];
    });
    std::string name = std::to_string(plot.group_names.size() + 1) + ":";
    for (std::size_t i = 0; i < std::min(kWordsOfName, rows.size()); ++i) {
      name += (i == 0 ? " " : ", ") + plot.labels[rows[i]];
    }
    plot.group_names.push_back(rows.size() > kWordsOfName ? name + ", …" : name);
  }
}

}  // namespace wordvec::cli
