#include <chrono>

#include "commands/commands.h"
#include "options/run_options.h"
#include "output/progress_bar.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/open/model.h"
#include "wordvec/store/index_container.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kIndexExamples =
    "  wordvec index glove.safetensors        makes nearest and analogy many times faster\n"
    "  wordvec index glove.6B.300d            a model by its name\n"
    "  wordvec index --again glove.safetensors\n";

constexpr std::string_view kIndexDetails =
    "Adds search codes to a container that was written without them (--no-index, or an older\n"
    "wordvec). They change no answer. All else in the file stays as it is, and the file is "
    "replaced\n"
    "when the new one is whole.\n";

class Index final : public Command {
 public:
  void define(OptionSet& options) override {
    options.add_option("MODEL", model_, "The container: a file, or a model's name").required();
    options.add_flag("--again", options_.again, "Also where there are codes: make them anew");
    run_.define(options);
  }

  int run(Context& context) override {
    Messages& messages = context.messages;
    run_.apply(messages);
    options_.threads = run_.threads();
    const FoundModel found = find_model(model_, context.model_search);
    const std::string& path = found.path;
    if (path == "-") throw Error(ErrorCode::usage, "a container must be a file, found a pipe");
    ByteSource source = ByteSource::open(path);
    if (!is_container(source)) {
      throw Error(ErrorCode::malformed, "is no container: `wordvec convert` makes one, with codes",
                  path);
    }
    const auto start = std::chrono::steady_clock::now();
    std::optional<ProgressBar> progress;
    options_.progress = [&](std::uint64_t done, std::uint64_t all) {
      if (!progress) progress.emplace("indexing", messages.verbosity() != Verbosity::quiet);
      progress->update(done, all);
    };
    const IndexOutcome outcome = index_container(path, options_);
    progress.reset();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    switch (outcome) {
      case IndexOutcome::added:
        messages.note("{}: search codes {} in {:.1f} s", printable(path),
                      options_.again ? "made" : "added", seconds.count());
        break;
      case IndexOutcome::had_codes:
        messages.note("{} has search codes already (--again makes them anew)", printable(path));
        break;
      case IndexOutcome::nothing_to_code:
        messages.note("{}: all rows are zeros, there is nothing to code", printable(path));
        break;
    }
    return kAllAnswered;
  }

 private:
  std::string model_;
  IndexOptions options_;
  RunOptions run_;
};

}  // namespace

const CommandEntry kIndexCommand = {
    "index", "Add search codes to a container", kIndexExamples, kIndexDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Index>(); }};

}  // namespace wordvec::cli
