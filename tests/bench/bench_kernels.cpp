// The numeric kernels, for every instruction set that this machine runs.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "bench_data.h"
#include "int8_peak.h"
#include "wordvec/index/scalar_quantizer.h"
#include "wordvec/simd/dispatch.h"

namespace wordvec::bench {
namespace {

constexpr std::size_t kCachedRows = 64;  // 77 KB of 300 values: the second-level cache of a core

void run_dot(benchmark::State& state, const simd::Kernels& kernels, const Embeddings& embeddings) {
  const std::size_t dim = embeddings.dim();
  const float* a = embeddings.matrix.row(0).data();
  const float* b = embeddings.matrix.row(embeddings.rows() - 1).data();
  for (auto _ : state) benchmark::DoNotOptimize(kernels.dot(a, b, dim));
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(2 * dim * sizeof(float)));
}

// Items are pairs of a row and a query.
void run_scan(benchmark::State& state, const simd::Kernels& kernels, const Embeddings& embeddings,
              std::size_t query_count) {
  const std::size_t dim = embeddings.dim();
  const std::size_t rows = std::min(kCachedRows, embeddings.rows());
  query_count = std::min(query_count, embeddings.rows());
  const float* data = embeddings.matrix.data;
  std::vector<double> dots(rows * query_count);
  for (auto _ : state) {
    kernels.scan(data, dim, rows, data, dim, query_count, dim, dots.data(), rows);
    benchmark::DoNotOptimize(dots.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows * query_count));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(rows * dim * sizeof(float)));
}

// Items are multiplications and additions.
void run_tile(benchmark::State& state, const simd::CodeKernels& kernels, std::size_t dim) {
  constexpr std::size_t kRows = 384;
  constexpr std::size_t kGroups = 2;
  const std::size_t stride = SearchIndex::row8_bytes(dim);
  const std::size_t quads = (dim + 3) / 4;
  const std::vector<std::uint8_t> codes(kRows * stride, 100);
  const std::vector<std::int8_t> groups(kGroups * quads * 4 * simd::kCodeLanes, 3);
  std::vector<std::int32_t> sums(kRows * kGroups * simd::kCodeLanes);
  for (auto _ : state) {
    kernels.tile8(codes.data(), stride, kRows, groups.data(), kGroups, quads, sums.data());
    benchmark::DoNotOptimize(sums.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(
      state.iterations() *
      static_cast<std::int64_t>(2 * kRows * kGroups * simd::kCodeLanes * quads * 4));
}

void run_int8_peak(benchmark::State& state) {
  std::size_t operations = 0;
  for (auto _ : state) operations += spend_int8_operations(10'000);
  state.SetItemsProcessed(static_cast<std::int64_t>(operations));
}

// Items are rows.
void run_encode(benchmark::State& state, const Embeddings& embeddings) {
  const std::size_t rows = std::min<std::size_t>(embeddings.rows(), 50'000);
  const std::span<const float> matrix(embeddings.matrix.data, rows * embeddings.dim());
  for (auto _ : state) {
    const OwnedSearchIndex codes(matrix, embeddings.dim(), 1);
    benchmark::DoNotOptimize(codes.view().rows.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows));
}

}  // namespace

void register_kernels(const Embeddings& embeddings) {
  for (const simd::Kernels* kernels : simd::built_kernels()) {
    if (!simd::is_supported(*kernels)) continue;
    const std::string name = kernels->name;
    benchmark::RegisterBenchmark(
        ("kernel/dot/" + name).c_str(),
        [kernels, &embeddings](benchmark::State& state) { run_dot(state, *kernels, embeddings); });
    for (const std::size_t queries : {std::size_t{1}, std::size_t{8}}) {
      benchmark::RegisterBenchmark(
          ("kernel/scan/" + name + "/queries:" + std::to_string(queries)).c_str(),
          [kernels, &embeddings, queries](benchmark::State& state) {
            run_scan(state, *kernels, embeddings, queries);
          });
    }
    benchmark::RegisterBenchmark(("kernel/tile8/" + name).c_str(),
                                 [kernels, &embeddings](benchmark::State& state) {
                                   run_tile(state, *kernels->codes, embeddings.dim());
                                 });
  }
  if (has_int8_peak()) benchmark::RegisterBenchmark("yardstick/int8_peak", run_int8_peak);
  benchmark::RegisterBenchmark("encode/codes/threads:1", [&embeddings](benchmark::State& state) {
    run_encode(state, embeddings);
  })->Unit(benchmark::kMillisecond);
}

}  // namespace wordvec::bench
