#include "wordvec/plot/explorer.h"

#include <gtest/gtest.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/expect_error.h"
#include "wordvec/base/error.h"

namespace wordvec::explorer_test {
namespace {

using test::expect_error;
using Json = nlohmann::json;
using Texts = std::vector<std::string>;

std::string write(const ScatterPlot& plot, const ExplorerDetails& details = {}) {
  std::string page;
  write_explorer(plot, details, [&](std::string_view piece) { page += piece; });
  return page;
}

// What a browser takes for the data: from the element's start to the first that ends a script.
std::string data_text(const std::string& page) {
  const std::string start = "<script type=\"application/json\" id=\"data\">";
  const std::size_t begin = page.find(start) + start.size();
  return page.substr(begin, page.find("</script", begin) - begin);
}

Json data_of(const ScatterPlot& plot, const ExplorerDetails& details = {}) {
  return Json::parse(data_text(write(plot, details)));
}

// RFC 4648, bit by bit.
std::string decode_base64(const std::string& text) {
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  EXPECT_EQ(text.size() % 4, 0U);
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') continue;
    const std::size_t digit = digits.find(c);
    EXPECT_NE(digit, std::string::npos) << c;
    bits = bits << 6 | static_cast<unsigned>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return bytes;
}

template <class T>
std::vector<T> decode(const Json& base64) {
  const std::string bytes = decode_base64(base64.get<std::string>());
  EXPECT_EQ(bytes.size() % sizeof(T), 0U);
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

std::vector<unsigned> decode_uint24(const Json& base64) {
  std::vector<unsigned> values;
  const std::string bytes = decode_base64(base64.get<std::string>());
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned value = 0;
    for (std::size_t b = 0; b < 3; ++b) {
      value |= unsigned{static_cast<unsigned char>(bytes[i + b])} << (8 * b);
    }
    values.push_back(value);
  }
  return values;
}

ScatterPlot plot_of(Texts labels) {
  ScatterPlot plot;
  plot.title = "Some words";
  plot.labels = std::move(labels);
  for (std::size_t i = 0; i < 2 * plot.labels.size(); ++i) {
    plot.points.push_back(static_cast<float>(i) / 3);
  }
  return plot;
}

TEST(Explorer, HoldsWhatThePlotHas) {
  ScatterPlot plot = plot_of({"king", "queen", "cat"});
  plot.explained_variance_ratio = {0.5, 0.25};
  plot.groups = {1, 1, 0};
  plot.group_names = {"animals", "royals"};
  plot.lines = {{0, 1}, {1, 2}};
  const Json data = data_of(plot);
  EXPECT_EQ(data["title"], "Some words");
  EXPECT_EQ(data["components"], 2);
  EXPECT_EQ(data["count"], 3);
  EXPECT_EQ(data["words"], Json({"king", "queen", "cat"}));
  EXPECT_EQ(data["variance"], Json({0.5, 0.25}));
  EXPECT_EQ(data["lines"], Json({{0, 1}, {1, 2}}));
  EXPECT_EQ(data["groupNames"], Json({"animals", "royals"}));
  EXPECT_EQ(data["groupColors"], Json({0, 1}));
  EXPECT_EQ(data["fittedOnOthers"], false);
  EXPECT_EQ(decode<std::uint16_t>(data["groups"]), (std::vector<std::uint16_t>{1, 1, 0}));
  EXPECT_EQ(decode<float>(data["points"]), plot.points);
  EXPECT_EQ(decode<std::uint32_t>(data["rows"]), (std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_EQ(data["neighbors"], 0);
  EXPECT_EQ(data["neighborWords"], "");
}

TEST(Explorer, NeighborsArePointsWhereTheyAre) {
  const ScatterPlot plot = plot_of({"king", "queen"});
  const std::vector<std::uint32_t> rows = {193, 575};
  constexpr std::uint32_t kNoRow = ExplorerDetails::kNoRow;
  // Of king: queen, then two that are not shown; of queen one of these only.
  const std::vector<std::uint32_t> neighbors = {575, 70000, 12, 12, kNoRow, kNoRow};
  const std::vector<float> scores = {0.6976756F, 0.62196655F, -0.00004F, -1, 0, 0};
  ExplorerDetails details;
  details.rows = rows;
  details.neighbors = 3;
  details.neighbor_rows = neighbors;
  details.neighbor_scores = scores;
  details.word_of_row = [](std::uint32_t row) -> std::string_view {
    return row == 12 ? "twelve" : row == 70000 ? "majesty" : "not asked for";
  };
  details.model_rows = 80000;
  const Json data = data_of(plot, details);
  EXPECT_EQ(data["words"], Json({"king", "queen", "majesty", "twelve"}));
  EXPECT_EQ(data["modelRows"], 80000);
  EXPECT_EQ(decode<std::uint32_t>(data["rows"]), rows);
  EXPECT_EQ(decode_uint24(data["neighborWords"]),
            (std::vector<unsigned>{1, 2, 3, 3, 0xffffff, 0xffffff}));
  EXPECT_EQ(decode<std::int16_t>(data["neighborScores"]),
            (std::vector<std::int16_t>{6977, 6220, 0, -10000, 0, 0}));
}

TEST(Explorer, PointsOfNoGroupAreOthers) {
  ScatterPlot plot = plot_of({"king", "the", "cat"});
  plot.groups = {0, ScatterPlot::kNoGroup, 1};
  plot.group_names = {"royals", "animals"};
  const Json data = data_of(plot);
  EXPECT_EQ(data["groupNames"], Json({"royals", "animals", "other"}));
  EXPECT_EQ(data["groupColors"], Json({0, 1, -1}));
  EXPECT_EQ(data["greyGroups"], 0);
  EXPECT_EQ(decode<std::uint16_t>(data["groups"]), (std::vector<std::uint16_t>{0, 2, 1}));
}

TEST(Explorer, TheLargestGroupsHaveColours) {
  ScatterPlot plot = plot_of(Texts(19, "word"));
  for (std::uint32_t g = 0; g < 10; ++g) {
    plot.group_names.push_back("g" + std::to_string(g));
    plot.groups.push_back(g);
    if (g != 4) plot.groups.push_back(g);
  }
  // The smallest is the fifth; of those that are as large, the last one comes after the eight.
  EXPECT_EQ(data_of(plot)["groupColors"], Json({0, 1, 2, 3, -1, 4, 5, 6, 7, -1}));
  EXPECT_EQ(data_of(plot)["greyGroups"], 2);
}

TEST(Explorer, VariancesHaveTheDigitsThatAllMachinesAgreeOn) {
  ScatterPlot plot = plot_of({"king", "queen"});
  plot.explained_variance_ratio = {0.31362674123456789, 2.5e-9};
  const std::string page = write(plot);
  plot.explained_variance_ratio = {0.31362674123456701, 2.5000000000001e-9};
  EXPECT_EQ(write(plot), page);
  EXPECT_EQ(data_of(plot)["variance"], Json({0.31362674, 2.5e-9}));
  plot.fitted_on_others = true;
  EXPECT_EQ(data_of(plot)["fittedOnOthers"], true);
}

TEST(Explorer, HasTheThemeThatIsAskedFor) {
  ExplorerDetails details;
  EXPECT_EQ(data_of(plot_of({"a", "b"}), details)["theme"], "automatic");
  details.theme = Theme::dark;
  EXPECT_EQ(data_of(plot_of({"a", "b"}), details)["theme"], "dark");
}

TEST(Explorer, AWordThatIsShownTwiceIsTheFirstPoint) {
  const ScatterPlot plot = plot_of({"b", "a", "a"});
  const std::vector<std::uint32_t> rows = {1, 0, 0};
  const std::vector<std::uint32_t> neighbors = {0, 1, 1};
  const std::vector<float> scores = {0.5, 0.5, 0.5};
  ExplorerDetails details;
  details.rows = rows;
  details.neighbors = 1;
  details.neighbor_rows = neighbors;
  details.neighbor_scores = scores;
  EXPECT_EQ(decode_uint24(data_of(plot, details)["neighborWords"]),
            (std::vector<unsigned>{1, 0, 0}));
}

TEST(Explorer, WordsStayText) {
  const Texts words = {"</script>", "<!--<script>", "\"'\\", "\xe2\x80\xa8", "&lt;", "\xd9\x85"};
  ScatterPlot plot = plot_of(words);
  plot.title = "</title><script>alert(1)</script> & more";
  const std::string page = write(plot);
  EXPECT_EQ(data_text(page).find('<'), std::string::npos);
  const Json data = Json::parse(data_text(page));
  Texts shown = words;
  shown[3] = "\\u2028";  // which nobody sees
  EXPECT_EQ(data["words"].get<Texts>(), shown);
  EXPECT_EQ(data["title"], plot.title);
  EXPECT_NE(page.find("<title>&lt;/title>&lt;script>alert(1)&lt;/script> &amp; more</title>"),
            std::string::npos);
}

TEST(Explorer, ShowsWhatIsNoTextAsEscapes) {
  using namespace std::string_literals;
  const Json data = data_of(plot_of({"bad\xff", "bell\x07", "nul\0"s, "\xed\xa0\x80"}));
  EXPECT_EQ(data["words"], Json({"bad\\xff", "bell\\x07", "nul\\x00", "\\xed\\xa0\\x80"}));
}

TEST(Explorer, AsksNothingOfTheNetwork) {
  const std::string page = write(plot_of({"a", "b"}));
  EXPECT_NE(page.find("content=\"default-src 'none'; script-src 'sha256-"), std::string::npos);
  for (const char* sign : {"src=\"", "@import", "url(", "fetch(", "XMLHttpRequest", "WebSocket"}) {
    EXPECT_EQ(page.find(sign), std::string::npos) << sign;
  }
  EXPECT_EQ(page.find("@title@"), std::string::npos);
  EXPECT_EQ(page.find("_hash@"), std::string::npos);
}

TEST(Explorer, TheSamePlotMakesTheSameBytes) {
  const ScatterPlot plot = plot_of({"king", "queen", "cat"});
  EXPECT_EQ(write(plot), write(plot));
}

TEST(Explorer, HasATitleOfItsOwnWithoutOne) {
  ScatterPlot plot = plot_of({"king", "queen", "cat"});
  plot.title.clear();
  EXPECT_EQ(data_of(plot)["title"], "A map of words");
}

TEST(Explorer, RefusesWhatItCannotShow) {
  ScatterPlot plot;
  plot.labels.resize(kMaxExplorerPoints + 1);
  expect_error(ErrorCode::usage, "at most 100000 words, found 100001", [&] { write(plot); });
  plot = plot_of({"a", "b"});
  plot.components = 4;
  expect_error(ErrorCode::usage, "2 or 3 components, found 4", [&] { write(plot); });
  plot.components = 2;
  plot.group_names.resize(65536);
  expect_error(ErrorCode::usage, "at most 65535 groups, found 65536", [&] { write(plot); });
  ExplorerDetails details;
  details.neighbors = kMaxExplorerNeighbors + 1;
  expect_error(ErrorCode::usage, "at most 100 neighbours", [&] { write(plot_of({}), details); });
}

}  // namespace
}  // namespace wordvec::explorer_test
