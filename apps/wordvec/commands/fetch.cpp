#include <unistd.h>

#include <cerrno>
#include <vector>

#include "commands/commands.h"
#include "options/fetch_options.h"
#include "program.h"
#include "wordvec/base/error.h"

namespace wordvec::cli {
namespace {

constexpr const char* kProgram = "wordvec-fetch";

class Fetch final : public Command {
 public:
  void define(CLI::App& app) override { options_.define(app); }

  int run(Context& context) override {
    options_.run.apply(context.messages);
    if (options_.list) return options_.print_list();
    run_program(context.arguments);
  }

 private:
  // Becomes the program that can download: what it needs would make every start slower.
  [[noreturn]] static void run_program(std::span<const std::string> arguments) {
    std::vector<std::string> texts = {kProgram};
    texts.insert(texts.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& text : texts) argv.push_back(text.data());
    argv.push_back(nullptr);
    const std::string beside = program_folder() + '/' + kProgram;
    ::execv(beside.c_str(), argv.data());
    int reason = errno;
    if (reason == ENOENT) {
      ::execvp(kProgram, argv.data());
      reason = errno;
    }
    if (reason != ENOENT) throw Error::from_errno(reason, kProgram, "cannot run");
    throw Error(ErrorCode::io, "the program wordvec-fetch is missing: it is neither at " + beside +
                                   " nor in $PATH (it is built and installed with wordvec unless "
                                   "WORDVEC_BUILD_FETCH is OFF)");
  }

  FetchOptions options_;
};

}  // namespace

const CommandEntry kFetchCommand = {
    "fetch", kFetchSummary, kFetchExamples, kFetchDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Fetch>(); }};

}  // namespace wordvec::cli
