#include "wordvec/eval/categories.h"

#include <algorithm>
#include <array>
#include <compare>
#include <map>
#include <unordered_map>
#include <utility>

#include "wordvec/analysis/k_means.h"
#include "wordvec/base/error.h"
#include "wordvec/base/utf8.h"
#include "wordvec/eval/dataset_fields.h"
#include "wordvec/eval/similarity.h"

namespace wordvec {
namespace {

bool heads_categories(const DatasetRow& row, const CategoryColumns& columns) {
  if (!problem_of_count(row).empty()) return false;
  return have_names(columns) || (lower_case(row.fields[row.indexes[0]]) == "word" &&
                                 lower_case(row.fields[row.indexes[1]]) == "category");
}

// Of a column of words or categories.
bool is_usual_name(std::string_view text) {
  static constexpr std::array kNames = {
      "word",     "words", "concept", "concepts", "item",  "term",  "token", "target",
      "category", "class", "type",    "cluster",  "group", "label", "topic", "relation"};
  return std::find(kNames.begin(), kNames.end(), lower_case(text)) != kNames.end();
}

// Which words count more than once.
class RepeatedWords {
 public:
  // `name`: what the vocabulary calls it; valid as long as this.
  void add(std::string_view name, const CategorizedWord& word, CategoryResult& result) {
    const auto [found, is_new] = words_.try_emplace(name, Seen{word.category, false, false});
    if (is_new) return;
    Seen& seen = found->second;
    if (seen.category != word.category) {
      if (!std::exchange(seen.has_several, true)) {
        result.of_several_categories.push_back(word.word);
      }
    } else if (!std::exchange(seen.is_repeated, true)) {
      result.repeated.push_back(word.word);
    }
  }

 private:
  struct Seen {
    std::uint32_t category;  // the first
    bool has_several;
    bool is_repeated;
  };

  std::unordered_map<std::string_view, Seen> words_;
};

// The more starts, the nearer to the best clusters; of large sets as many as take seconds.
std::size_t starts_for(std::size_t products) {
  constexpr std::size_t kMaxStarts = 200;
  constexpr std::size_t kMinStarts = 8;
  constexpr std::size_t kMaxProducts = 1'000'000'000;  // of one round of all starts
  return std::clamp(kMaxProducts / std::max<std::size_t>(1, products), kMinStarts, kMaxStarts);
}

}  // namespace

CategorizedWords parse_categorized_words(std::string_view text, const CategoryColumns& columns,
                                         const std::string& path) {
  CategorizedWords result;
  std::unordered_map<std::string, std::uint32_t> index;
  const auto add = [&](const DatasetRow& row) {
    std::string problem = problem_of_count(row);
    if (problem.empty() && row.fields[row.indexes[0]].empty()) problem = "found an empty word";
    if (problem.empty() && row.fields[row.indexes[1]].empty()) problem = "found an empty category";
    if (!problem.empty()) {
      result.bad_lines.add(row.line, problem);
      return;
    }
    const std::string& category = row.fields[row.indexes[1]];
    const auto [found, is_new] =
        index.try_emplace(category, static_cast<std::uint32_t>(result.categories.size()));
    if (is_new) result.categories.push_back(category);
    result.words.push_back({row.fields[row.indexes[0]], found->second, row.line});
  };
  const auto heads = [&](const DatasetRow& row) { return heads_categories(row, columns); };
  const DatasetRows rows = for_each_dataset_row(text, {columns, heads, {}}, path, add);
  result.has_header = !rows.header.empty();
  result.hash_lines = rows.hash_lines;
  const BadLines& bad = result.bad_lines;
  if (result.words.empty() && bad.count > 0) {
    throw Error::at_line(path, bad.first_line,
                         bad.first_problem + ", and no other line is a word with a category");
  }
  if (result.words.empty()) {
    throw Error(ErrorCode::malformed,
                "found no word, expected lines of a word and its category" +
                    comments_passed_over(result.hash_lines),
                path);
  }
  return result;
}

CategoryDoubts doubts_about(const CategorizedWords& words) {
  constexpr std::size_t kUsualWords = 3;  // of a category, at least
  std::vector<std::size_t> counts(words.categories.size());
  for (const CategorizedWord& word : words.words) ++counts[word.category];
  CategoryDoubts doubts;
  if (words.words.empty()) return doubts;
  doubts.categories_are_many =
      words.categories.size() > 1 && 2 * words.categories.size() > words.words.size();
  if (doubts.categories_are_many) return doubts;  // then no category tells what a header is
  const bool first_is_bad =
      words.bad_lines.count > 0 && words.bad_lines.first_line < words.words.front().line;
  if (words.has_header || first_is_bad || counts.size() < 2 || counts.front() > 1) return doubts;
  // The first line has the first category.
  doubts.header_is_counted =
      std::all_of(counts.begin() + 1, counts.end(),
                  [](std::size_t count) { return count >= kUsualWords; }) ||
      (is_usual_name(words.words.front().word) && is_usual_name(words.categories.front()));
  return doubts;
}

std::optional<double> purity(std::span<const std::uint32_t> clusters,
                             std::span<const std::uint32_t> categories) {
  if (clusters.empty()) return std::nullopt;
  std::map<std::uint32_t, std::map<std::uint32_t, std::size_t>> counts;  // [cluster][category]
  for (std::size_t i = 0; i < clusters.size(); ++i) ++counts[clusters[i]][categories[i]];
  std::size_t most = 0;
  for (const auto& [cluster, of_categories] : counts) {
    most += std::max_element(of_categories.begin(), of_categories.end(),
                             [](const auto& a, const auto& b) { return a.second < b.second; })
                ->second;
  }
  return static_cast<double>(most) / static_cast<double>(clusters.size());
}

CategoryResult evaluate_categories(const Embeddings& embeddings, const CategorizedWords& words,
                                   const CategoryEvaluation& evaluation) {
  WordFinder finder(embeddings.vocabulary, evaluation.folding, evaluation.top_rows);
  for (const CategorizedWord& word : words.words) finder.want(word.word);
  finder.search();

  CategoryResult result;
  DistinctWords unknown;
  std::vector<float> mean;
  struct Found {
    std::size_t row;  // that after the last for those without one
    std::uint32_t category;
    std::size_t word;
    auto operator<=>(const Found&) const = default;
  };
  std::vector<Found> found;
  DirectionCheck directions;
  RepeatedWords repeated;
  for (std::size_t i = 0; i < words.words.size(); ++i) {
    const CategorizedWord& word = words.words[i];
    ClusteredWord& item = result.words.emplace_back();
    const std::optional<Row> row = finder.find(word.word);
    if (!row) {
      ++result.unknown;
      unknown.add(word.word);
      item.status = ItemStatus::unknown;
      if (!evaluation.mean_for_unknown) continue;
      if (mean.empty()) mean = mean_vector(embeddings, evaluation.top_rows, evaluation.threads);
    } else if (!directions.has_direction(word.word, embeddings.matrix.row(*row))) {
      item.status = ItemStatus::no_direction;
    }
    repeated.add(row ? embeddings.vocabulary.word(*row) : std::string_view(word.word), word,
                 result);
    found.push_back({row ? *row : embeddings.rows(), word.category, i});
  }
  // So that the order of the lines makes no difference.
  std::sort(found.begin(), found.end());
  std::vector<float> vectors;
  std::vector<std::uint32_t> categories;
  for (const Found& word : found) {
    const std::span<const float> vector = word.row < embeddings.rows()
                                              ? embeddings.matrix.row(static_cast<Row>(word.row))
                                              : std::span<const float>(mean);
    vectors.insert(vectors.end(), vector.begin(), vector.end());
    categories.push_back(word.category);
  }
  result.unknown_words = std::move(unknown).take();
  result.other_spellings = finder.other_spellings();
  result.directionless = std::move(directions).take();
  result.counted = categories.size();
  std::vector<std::uint32_t> distinct = categories;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  result.categories = distinct.size();
  if (categories.empty()) return result;
  const MatrixView matrix{vectors.data(), categories.size(), embeddings.dim()};
  const KMeansResult clusters =
      k_means(matrix, {},
              {distinct.size(), evaluation.threads, starts_for(vectors.size() * distinct.size())});
  for (std::size_t i = 0; i < found.size(); ++i) {
    result.words[found[i].word].cluster = clusters.cluster_of[i];
  }
  result.purity = purity(clusters.cluster_of, categories);
  return result;
}

}  // namespace wordvec
