#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "bench_data.h"
#include "wordvec/analysis/pca.h"
#include "wordvec/plot/svg.h"

namespace wordvec::bench {
namespace {

// The first words of the model, where their first two components put them.
ScatterPlot plot_of(const Embeddings& embeddings, std::size_t words) {
  std::vector<Row> rows(std::min(words, embeddings.rows()));
  ScatterPlot plot;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    rows[r] = static_cast<Row>(r);
    plot.labels.emplace_back(embeddings.vocabulary.word(rows[r]));
  }
  PcaResult result = pca(embeddings.matrix, rows, {});
  plot.points = std::move(result.points);
  plot.explained_variance_ratio = std::move(result.explained_variance_ratio);
  return plot;
}

}  // namespace

void register_pictures(const Embeddings& embeddings) {
  // Layout, with the labels' places, and the drawing; PCA is not in it.
  auto* const svg = benchmark::RegisterBenchmark("svg", [&embeddings](benchmark::State& state) {
    const ScatterPlot plot = plot_of(embeddings, static_cast<std::size_t>(state.range()));
    for (auto _ : state) benchmark::DoNotOptimize(draw_svg(plot, {}));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(plot.labels.size()));
  });
  svg->ArgName("labels")->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);
}

}  // namespace wordvec::bench
