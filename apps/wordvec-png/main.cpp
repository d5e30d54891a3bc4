// What `wordvec pca --out FILE.png` runs: the command, with the libraries that draw.
#include <string>
#include <vector>

#include "commands/commands.h"
#include "commands/pca.h"
#include "png_picture.h"
#include "program.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WORDVEC_HAS_LEAK_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WORDVEC_HAS_LEAK_SANITIZER
#endif
#if defined(WORDVEC_HAS_LEAK_SANITIZER)
// Fontconfig keeps what it has read until the process ends: no leak of ours.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfontconfig\n";
}
extern "C" const char* __lsan_default_options() {
  return "print_suppressions=0";
}
#endif

int main(int argc, char** argv) {
  using namespace wordvec::cli;
  ignore_signals_of_writing();
  CommandEntry entry = kPcaCommand;
  entry.make = [] { return make_pca(write_png_file); };
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return guarded_run([&](Messages& messages) { return run_command(entry, arguments, messages); });
}
