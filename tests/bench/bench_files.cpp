// Opening a container, finding words in it, parsing text, and what reads the whole matrix.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <set>

#include "bench_data.h"
#include "wordvec/analysis/pca.h"
#include "wordvec/base/parallel.h"
#include "wordvec/formats/text_rows.h"
#include "wordvec/store/container.h"

namespace wordvec::bench {
namespace {

constexpr std::size_t kMaxTextRows = 20'000;  // 57 MB of GloVe text: no cache holds it
constexpr std::size_t kMaxWords = 1000;

// Takes all rows and keeps none.
class CountingSink final : public RowSink {
 public:
  void begin(std::size_t, std::optional<std::uint64_t>) override {}
  bool append(const RowBatch& batch) override {
    benchmark::DoNotOptimize(batch.vectors.data());
    rows_ += batch.size();
    return true;
  }
  void finish() override {}
  std::size_t rows() const noexcept { return rows_; }

 private:
  std::size_t rows_ = 0;
};

// The model's first rows as GloVe text, made when first needed.
class Text {
 public:
  explicit Text(const Embeddings& embeddings) : embeddings_(embeddings) {}

  const std::string& bytes() {
    if (bytes_.empty()) {
      for (Row row = 0; row < rows(); ++row) {
        append_text_row(bytes_, embeddings_.vocabulary.word(row), embeddings_.matrix.row(row),
                        kGloveText.name);
      }
    }
    return bytes_;
  }
  std::size_t rows() const noexcept { return std::min(kMaxTextRows, embeddings_.rows()); }

 private:
  const Embeddings& embeddings_;
  std::string bytes_;
};

void run_open(benchmark::State& state, const std::string& path) {
  for (auto _ : state) benchmark::DoNotOptimize(Container::open(path).embeddings().rows());
  state.SetItemsProcessed(state.iterations());
}

void run_lookup(benchmark::State& state, const Embeddings& embeddings, bool known) {
  std::vector<std::string> words;
  for (const Row row : draw_common_rows(embeddings, kMaxWords)) {
    words.push_back(std::string(embeddings.vocabulary.word(row)) + (known ? "" : "\x01"));
  }
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(embeddings.vocabulary.find(words[next]));
    next = (next + 1) % words.size();
  }
  state.SetItemsProcessed(state.iterations());
}

// Line by line, as one thread does it.
void run_parse_rows(benchmark::State& state, Text& text, std::size_t dim) {
  const std::string& bytes = text.bytes();
  std::vector<float> vector(dim);
  std::string problem;
  for (auto _ : state) {
    for (std::string_view rest = bytes; !rest.empty();) {
      const TextLine line = first_line(rest);
      if (!parse_text_row(line.text, dim, vector.data(), problem)) {
        state.SkipWithError(problem.c_str());
        return;
      }
      benchmark::DoNotOptimize(vector.data());
      rest.remove_prefix(line.size_bytes);
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(text.rows()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}

// As `convert` reads, into nothing.
void run_read_text(benchmark::State& state, Text& text, std::size_t dim, unsigned threads) {
  const std::string& bytes = text.bytes();
  for (auto _ : state) {
    ByteSource source = ByteSource::from_memory("text", bytes);
    ReadOptions options;
    options.threads = threads;
    CountingSink sink;
    ReadReport report;
    TextRows rows;
    rows.dim = dim;
    read_text_rows(source, rows, options, sink, report);
    if (sink.rows() != text.rows()) {
      state.SkipWithError("rows are missing");
      return;
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(text.rows()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}

void run_pca(benchmark::State& state, const Embeddings& embeddings, unsigned threads) {
  for (auto _ : state) benchmark::DoNotOptimize(pca(embeddings.matrix, {}, {2, threads}));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(embeddings.rows()));
  state.SetBytesProcessed(
      state.iterations() *
      static_cast<std::int64_t>(embeddings.rows() * embeddings.dim() * sizeof(float)));
}

}  // namespace

void register_files(const std::string& path, const Embeddings& embeddings) {
  benchmark::RegisterBenchmark("open", [path](benchmark::State& state) {
    run_open(state, path);
  })->Unit(benchmark::kMicrosecond);
  for (const bool known : {true, false}) {
    benchmark::RegisterBenchmark(
        known ? "lookup/known" : "lookup/unknown",
        [&embeddings, known](benchmark::State& state) { run_lookup(state, embeddings, known); });
  }

  const auto text = std::make_shared<Text>(embeddings);
  benchmark::RegisterBenchmark("parse/line", [&embeddings, text](benchmark::State& state) {
    run_parse_rows(state, *text, embeddings.dim());
  })->Unit(benchmark::kMillisecond);
  const std::set<unsigned> thread_counts = {1, available_threads()};
  for (const unsigned threads : thread_counts) {
    const std::string suffix = "/threads:" + std::to_string(threads);
    benchmark::RegisterBenchmark(("parse/read" + suffix).c_str(),
                                 [&embeddings, text, threads](benchmark::State& state) {
                                   run_read_text(state, *text, embeddings.dim(), threads);
                                 })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
    benchmark::RegisterBenchmark(
        ("pca" + suffix).c_str(),
        [&embeddings, threads](benchmark::State& state) { run_pca(state, embeddings, threads); })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  }
}

}  // namespace wordvec::bench
