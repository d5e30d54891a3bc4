#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "bench_data.h"
#include "wordvec/model/text_embedder.h"

namespace wordvec::bench {
namespace {

constexpr std::size_t kTexts = 1000;
constexpr std::size_t kWords = 20;  // of a text

// Texts of common words, drawn by Zipf's law, with a seed; every tenth is followed by a comma.
std::vector<std::string> draw_texts(const Embeddings& embeddings) {
  std::vector<double> weights(embeddings.rows());
  for (std::size_t r = 0; r < weights.size(); ++r) weights[r] = 1 / static_cast<double>(r + 1);
  std::mt19937 random(7);
  std::discrete_distribution<Row> draw(weights.begin(), weights.end());
  std::vector<std::string> texts(kTexts);
  for (std::string& text : texts) {
    for (std::size_t w = 0; w < kWords; ++w) {
      text += embeddings.vocabulary.word(draw(random));
      text += w % 10 == 9 ? ", " : " ";
    }
  }
  return texts;
}

template <class Run>
void run_texts(benchmark::State& state, const Embeddings& embeddings, Run run) {
  const std::vector<std::string> texts = draw_texts(embeddings);
  TextEmbedder embedder(embeddings, {}, [](std::string_view) {});
  for (auto _ : state) {
    for (const std::string& text : texts) run(embedder, text);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(embedder.counts().words));
}

}  // namespace

void register_text(const Embeddings& embeddings) {
  benchmark::RegisterBenchmark("text/rows", [&embeddings](benchmark::State& state) {
    run_texts(state, embeddings, [](TextEmbedder& embedder, std::string_view text) {
      embedder.rows(text, [](const TextWord& word) { benchmark::DoNotOptimize(word.row); });
    });
  });
  benchmark::RegisterBenchmark("text/pool_mean", [&embeddings](benchmark::State& state) {
    std::vector<float> out(embeddings.dim());
    run_texts(state, embeddings, [&out](TextEmbedder& embedder, std::string_view text) {
      benchmark::DoNotOptimize(embedder.pool(text, Pooling::mean, out));
    });
  });
}

}  // namespace wordvec::bench
