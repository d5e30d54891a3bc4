#include "output/explorer_file.h"

#include <cstdint>
#include <vector>

#include "output/progress_bar.h"
#include "output/text_output.h"
#include "wordvec/base/quote.h"
#include "wordvec/plot/explorer.h"
#include "wordvec/search/neighbor_table.h"

namespace wordvec::cli {
namespace {

static_assert(NeighborTable::kNone == ExplorerDetails::kNoRow);

// Of each of the words, its row in the model.
std::vector<Row> model_rows(const ChosenWords& words, const Vocabulary& vocabulary) {
  std::vector<Row> rows(words.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i] = !words.words.empty() ? vocabulary.find(words.word(i)).value_or(NeighborTable::kNone)
              : words.rows.empty() ? static_cast<Row>(i)
                                   : words.rows[i];
  }
  return rows;
}

NeighborTable find_neighbors(const ChosenWords& words, const std::vector<Row>& rows,
                             const Embeddings& embeddings, std::size_t neighbors, unsigned threads,
                             const Messages& messages) {
  std::vector<NearestQuery> queries;
  queries.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    // A row that there is not excludes nothing.
    queries.push_back({words.matrix.row(words.rows.empty() ? i : words.rows[i]), {&rows[i], 1}});
  }
  NearestOptions options;
  options.k = neighbors;
  options.threads = threads;
  ProgressBar progress("finding nearest words", messages.verbosity() != Verbosity::quiet, 0,
                       ProgressBar::Unit::words);
  return neighbor_table(embeddings, queries, options,
                        [&](std::size_t done) { progress.update(done, queries.size()); });
}

}  // namespace

void write_explorer_file(const ScatterPlot& plot, const ChosenWords& words,
                         const Embeddings& embeddings, std::size_t neighbors, Theme theme,
                         const std::string& path, unsigned threads, Messages& messages) {
  check_explorer(plot, neighbors);
  // First of all, since to find the neighbours can take minutes.
  const auto out = make_file_output(path);
  const std::vector<Row> rows = model_rows(words, embeddings.vocabulary);
  NeighborTable table;
  if (neighbors > 0) {
    table = find_neighbors(words, rows, embeddings, neighbors, threads, messages);
  }
  ExplorerDetails details;
  details.rows = rows;
  details.neighbors = neighbors;
  details.neighbor_rows = table.rows;
  details.neighbor_scores = table.scores;
  details.word_of_row = [&](std::uint32_t row) { return embeddings.vocabulary.word(row); };
  details.model_rows = embeddings.rows();
  details.theme = theme;
  std::uint64_t size_bytes = 0;
  write_explorer(plot, details, [&](std::string_view piece) {
    size_bytes += piece.size();
    out->buffer() += piece;
    out->flush_if_full();
  });
  out->finish();
  if (plot.group_names.size() > kExplorerGroupColours) {
    messages.note("{} of {} groups, the smallest, have no colour of their own: they are grey",
                  plot.group_names.size() - kExplorerGroupColours, plot.group_names.size());
  }
  messages.note("{}: {} words, {}: open it in a browser", printable(path), plot.labels.size(),
                human_bytes(size_bytes));
}

}  // namespace wordvec::cli
