// Writes made-up vectors (synthetic.h) as GloVe text.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "synthetic.h"
#include "wordvec/formats/format.h"

int main(int argc, char** argv) {
  const std::uint64_t rows = argc == 4 ? std::strtoull(argv[2], nullptr, 10) : 0;
  const std::size_t dim = argc == 4 ? std::strtoull(argv[3], nullptr, 10) : 0;
  if (rows == 0 || dim == 0) {
    std::fputs("usage: make_synthetic OUT.txt ROWS DIM\n", stderr);
    return 2;
  }
  try {
    const auto writer = wordvec::kGloveText.make_writer(argv[1], 0);
    wordvec::bench::write_synthetic(rows, dim, 1, *writer);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_synthetic: %s\n", error.what());
    return 3;
  }
}
