// Exact search, and the yardsticks it is measured with. Every kind of question is checked against
// the full scan before it is timed: fast and wrong is not fast.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>

#include "bench_data.h"
#include "wordvec/search/analogies.h"

namespace wordvec::bench {
namespace {

constexpr std::size_t kChecked = 3;      // questions of a kind
constexpr std::size_t kMaxAsked = 1000;  // the largest batch

std::int64_t matrix_bytes(const Embeddings& embeddings) {
  return static_cast<std::int64_t>(embeddings.rows() * embeddings.dim() * sizeof(float));
}

// Questions of one kind, made when first needed.
class Questions {
 public:
  enum class Kind { common, rare, analogy };

  Questions(const Embeddings& embeddings, Kind kind, std::size_t most)
      : embeddings_(embeddings), kind_(kind), most_(most) {}

  const std::vector<Question>& all() {
    if (questions_.empty()) make();
    return questions_;
  }

  bool agree_with_full_scan() {
    if (!agree_) {
      std::vector<NearestQuery> queries;
      for (const Question& question : all()) {
        if (queries.size() < kChecked) queries.push_back(question.query());
      }
      agree_ = nearest(embeddings_, queries, {}) == full_scan(embeddings_, queries, {});
    }
    return *agree_;
  }

 private:
  void make() {
    if (kind_ != Kind::analogy) {
      const auto rows = kind_ == Kind::common ? draw_common_rows(embeddings_, most_)
                                              : draw_rare_rows(embeddings_, most_);
      for (const Row row : rows) questions_.push_back(ask_word(embeddings_, row));
      return;
    }
    const auto rows = draw_common_rows(embeddings_, most_ + 2);
    for (std::size_t i = 0; i + 2 < rows.size(); ++i) {
      questions_.push_back(ask_analogy(embeddings_, rows[i], rows[i + 1], rows[i + 2]));
    }
  }

  const Embeddings& embeddings_;
  Kind kind_;
  std::size_t most_;
  std::vector<Question> questions_;
  std::optional<bool> agree_;
};

using Kind = Questions::Kind;

std::shared_ptr<Questions> questions_of(const Embeddings& embeddings, Kind kind,
                                        std::size_t most = kQuestions) {
  return std::make_shared<Questions>(embeddings, kind, most);
}

void run_one_at_a_time(benchmark::State& state, const Embeddings& embeddings,
                       Questions& questions) {
  if (!questions.agree_with_full_scan()) {
    state.SkipWithError("the answers are not those of the full scan");
    return;
  }
  const std::vector<Question>& all = questions.all();
  std::size_t next = 0;
  for (auto _ : state) {
    const NearestQuery query = all[next].query();
    benchmark::DoNotOptimize(nearest(embeddings, {&query, 1}, {}));
    next = (next + 1) % all.size();
  }
  state.SetItemsProcessed(state.iterations());
}

void run_batch(benchmark::State& state, const Embeddings& embeddings, Questions& questions,
               std::size_t size, unsigned threads) {
  if (!questions.agree_with_full_scan()) {
    state.SkipWithError("the answers are not those of the full scan");
    return;
  }
  std::vector<NearestQuery> queries;
  for (std::size_t i = 0; i < size; ++i) {
    queries.push_back(questions.all()[i % questions.all().size()].query());
  }
  NearestOptions options;
  options.threads = threads;
  for (auto _ : state) benchmark::DoNotOptimize(nearest(embeddings, queries, options));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(size));
}

// As many questions as Google's set has of a large vocabulary, of as many words.
void run_analogy_set(benchmark::State& state, const Embeddings& embeddings, unsigned threads) {
  constexpr std::size_t kWords = 905;
  constexpr std::size_t kSetQuestions = 13'666;
  const std::vector<Row> words = draw_common_rows(embeddings, kWords);
  std::vector<Analogy> questions;
  for (std::size_t i = 0; i < kSetQuestions; ++i) {
    questions.push_back({words[i % words.size()], words[(i * 7 + 1) % words.size()],
                         words[(i * 13 + 2) % words.size()]});
  }
  NearestOptions options;
  options.k = 1;
  options.threads = threads;
  for (auto _ : state) {
    benchmark::DoNotOptimize(analogies(embeddings, questions, false, options));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(questions.size()));
}

void run_products(benchmark::State& state, const Embeddings& embeddings, Questions& questions) {
  const std::vector<Question>& all = questions.all();
  std::size_t next = 0;
  for (auto _ : state) {
    const std::vector<Row>& inputs = all[next].inputs;
    const std::vector<Row> positives = {inputs[0], inputs[2]};
    benchmark::DoNotOptimize(
        nearest_by_product(embeddings, positives, std::span(inputs).subspan(1, 1), false, {}));
    next = (next + 1) % all.size();
  }
  state.SetItemsProcessed(state.iterations());
}

void run_full_scan(benchmark::State& state, const Embeddings& embeddings, Questions& questions) {
  const std::vector<Question>& all = questions.all();
  std::size_t next = 0;
  for (auto _ : state) {
    const NearestQuery query = all[next].query();
    benchmark::DoNotOptimize(full_scan(embeddings, {&query, 1}, {}));
    next = (next + 1) % all.size();
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * matrix_bytes(embeddings));
}

void run_float_read(benchmark::State& state, const Embeddings& embeddings) {
  for (auto _ : state) benchmark::DoNotOptimize(read_matrix(embeddings.matrix));
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * matrix_bytes(embeddings));
}

template <class Run>
auto* add(const std::string& name, Run run) {
  return benchmark::RegisterBenchmark(name.c_str(), run)->Unit(benchmark::kMillisecond);
}

}  // namespace

void register_search(const Embeddings& embeddings) {
  const auto common = questions_of(embeddings, Kind::common);
  const auto rare = questions_of(embeddings, Kind::rare);
  const auto analogies = questions_of(embeddings, Kind::analogy);
  add("yardstick/float_read",
      [&embeddings](benchmark::State& state) { run_float_read(state, embeddings); });
  add("yardstick/full_scan", [&embeddings, common](benchmark::State& state) {
    run_full_scan(state, embeddings, *common);
  });
  add("search/common", [&embeddings, common](benchmark::State& state) {
    run_one_at_a_time(state, embeddings, *common);
  });
  add("search/rare", [&embeddings, rare](benchmark::State& state) {
    run_one_at_a_time(state, embeddings, *rare);
  });
  add("search/analogy_add", [&embeddings, analogies](benchmark::State& state) {
    run_one_at_a_time(state, embeddings, *analogies);
  });
  add("search/analogy_mul", [&embeddings, analogies](benchmark::State& state) {
    run_products(state, embeddings, *analogies);
  });
  const auto many = questions_of(embeddings, Kind::common, kMaxAsked);
  for (const std::size_t size : {std::size_t{10}, std::size_t{100}, kMaxAsked}) {
    const std::string name = "search/batch:" + std::to_string(size);
    add(name + "/threads:1", [&embeddings, many, size](benchmark::State& state) {
      run_batch(state, embeddings, *many, size, 1);
    });
    add(name, [&embeddings, many, size](benchmark::State& state) {
      run_batch(state, embeddings, *many, size, 0);
    })->UseRealTime();
  }
  add("search/analogy_set", [&embeddings](benchmark::State& state) {
    run_analogy_set(state, embeddings, 0);
  })->UseRealTime();
}

}  // namespace wordvec::bench
