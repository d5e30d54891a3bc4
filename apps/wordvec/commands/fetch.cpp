#include "commands/commands.h"
#include "options/fetch_options.h"
#include "program.h"

namespace wordvec::cli {
namespace {

class Fetch final : public Command {
 public:
  void define(OptionSet& options) override { options_.define(options); }

  int run(Context& context) override {
    options_.run.apply(context.messages);
    if (options_.list) return options_.print_list(context.messages);
    // What downloading needs would make every start slower.
    become_program({"wordvec-fetch", "WORDVEC_BUILD_FETCH"}, context.arguments);
  }

 private:
  FetchOptions options_;
};

}  // namespace

const CommandEntry kFetchCommand = {
    "fetch", kFetchSummary, kFetchExamples, kFetchDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Fetch>(); }};

}  // namespace wordvec::cli
