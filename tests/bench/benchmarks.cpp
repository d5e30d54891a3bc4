// The library's parts, timed inside one process with Google Benchmark.
//
//   wordvec_bench [--model=CONTAINER] [--rows=N] [--dim=N] [--isa=NAME] [--benchmark_…]
//
// Without --model (or $WORDVEC_BENCH_MODEL) made-up vectors of --rows × --dim are used, which are
// made once, in the build folder.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "bench_data.h"
#include "wordvec/base/error.h"
#include "wordvec/simd/dispatch.h"
#include "wordvec/store/container.h"

namespace wordvec::bench {
namespace {

struct Options {
  std::string model;
  std::string isa;
  std::size_t rows = 100'000;
  std::size_t dim = 300;
};

// The value of --NAME=VALUE.
std::optional<std::string> value_of(std::string_view argument, std::string_view name) {
  const std::string prefix = "--" + std::string(name) + "=";
  if (!argument.starts_with(prefix)) return std::nullopt;
  return std::string(argument.substr(prefix.size()));
}

std::size_t number(const std::string& text) {
  const std::size_t value = std::strtoull(text.c_str(), nullptr, 10);
  if (value == 0) throw Error(ErrorCode::usage, "found '" + text + "', expected a number from 1");
  return value;
}

// Takes our options out of the arguments and leaves the others.
Options take_options(int& argc, char** argv) {
  Options options;
  if (const char* model = std::getenv("WORDVEC_BENCH_MODEL")) options.model = model;
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    if (const auto model = value_of(argv[i], "model")) {
      options.model = *model;
    } else if (const auto isa = value_of(argv[i], "isa")) {
      options.isa = *isa;
    } else if (const auto rows = value_of(argv[i], "rows")) {
      options.rows = number(*rows);
    } else if (const auto dim = value_of(argv[i], "dim")) {
      options.dim = number(*dim);
    } else {
      argv[kept++] = argv[i];
    }
  }
  argc = kept;
  argv[argc] = nullptr;
  return options;
}

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

// The folder above that of this program: the build folder.
std::string build_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path().string();
}

int run(int argc, char** argv) {
  const Options options = take_options(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  if (!options.isa.empty() && !simd::select(options.isa)) {
    throw Error(ErrorCode::usage, "--isa: this machine cannot run '" + options.isa + "'");
  }
  const DataChoice data = choose_data(options.model, build_folder(), options.rows, options.dim);
  const Container container = Container::open(data.path);
  const Embeddings& embeddings = container.embeddings();

  benchmark::AddCustomContext("processor", processor_name());
  benchmark::AddCustomContext("instruction set", simd::active().name);
  benchmark::AddCustomContext("data", data.name + ", " + std::to_string(embeddings.rows()) +
                                          " rows of " + std::to_string(embeddings.dim()));
  benchmark::AddCustomContext("search codes", embeddings.codes.empty() ? "no" : "yes");

  register_kernels(embeddings);
  register_files(data.path, embeddings);
  register_search(embeddings);
  register_text(embeddings);
  register_pictures(embeddings);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace
}  // namespace wordvec::bench

int main(int argc, char** argv) {
  try {
    return wordvec::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "wordvec_bench: %s\n", error.what());
    return 3;
  }
}
