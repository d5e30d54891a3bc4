// Reads a file, or what an archive holds, front to back, and does nothing with it: the yardstick of
// reading compressed files.
//
//   read_input FILE [MEMBER]
#include <cstdio>
#include <string>

#include "wordvec/base/error.h"
#include "wordvec/formats/input.h"

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) {
    std::fputs("usage: read_input FILE [MEMBER]\n", stderr);
    return 2;
  }
  try {
    wordvec::ByteSource source = wordvec::open_input(argv[1], argc == 3 ? argv[2] : "");
    while (!source.at_end()) source.skip(source.peek(1).size());
    std::printf("%llu bytes\n", static_cast<unsigned long long>(source.position_bytes()));
  } catch (const wordvec::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 3;
  }
}
