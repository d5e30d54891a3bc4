// Opens a container and reads its matrix once, as a whole process: what a full scan is measured
// against.
#include <cstdio>

#include "bench_data.h"
#include "wordvec/store/container.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: read_matrix CONTAINER\n", stderr);
    return 2;
  }
  const auto container = wordvec::Container::open(argv[1]);
  const float sum = wordvec::bench::read_matrix(container.embeddings().matrix);
  std::printf("%g\n", static_cast<double>(sum));
}
