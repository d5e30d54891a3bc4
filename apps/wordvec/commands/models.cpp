#include "commands/commands.h"
#include "options/output_options.h"
#include "options/run_options.h"
#include "output/row_writer.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/open/installed_models.h"

namespace wordvec::cli {
namespace {

constexpr std::string_view kModelsExamples =
    "  wordvec models                         what is installed, and which is the default\n"
    "  wordvec models --default glove.6B.300d\n"
    "  wordvec models -f json | jq -r '.[].name'\n";

constexpr std::string_view kModelsDetails =
    "Lists the containers in the models folder, ${XDG_DATA_HOME:-~/.local/share}/wordvec, where\n"
    "--model finds them by their names and `wordvec fetch` puts new ones. The default is the link\n"
    "default.safetensors there: the model that is asked when none is named.\n";

class Models final : public Command {
 public:
  void define(OptionSet& options) override {
    options.add_option("--default NAME", default_, "Make this model the default");
    output_.define(options);
    run_.define(options);
  }

  int run(Context& context) override {
    run_.apply(context.messages);
    const OutputFormat format = output_.format_or_auto();
    const std::string& folder = context.model_search.models_folder;
    if (folder.empty()) {
      throw Error(ErrorCode::usage,
                  "there is no models folder, since neither $XDG_DATA_HOME nor $HOME is set");
    }
    if (!default_.empty()) {
      set_default_model(folder, default_);
      context.messages.note("{} is the default now", printable(default_));
      return kAllAnswered;
    }
    const std::vector<InstalledModel> models = installed_models(folder);
    if (models.empty()) {
      context.messages.note("no models in {}: `wordvec fetch --list` shows which there are",
                            printable(folder));
    }
    const std::string gone = dangling_default(folder);
    if (!gone.empty()) {
      context.messages.warning(
          "the default leads to {}, which is not there: `wordvec models --default NAME` chooses "
          "another",
          printable(gone));
    }
    print(models, format, context.messages);
    return kAllAnswered;
  }

 private:
  void print(const std::vector<InstalledModel>& models, OutputFormat format,
             Messages& messages) const {
    const auto out = make_standard_output();
    const auto rows = make_row_writer(
        format,
        {{"name"}, {"default"}, {"rows"}, {"dim"}, {"file_bytes"}, {"license"}, {"problem"}},
        output_.style(messages), *out);
    for (const InstalledModel& model : models) {
      rows->row({std::string_view(model.name), std::string_view(model.is_default ? "yes" : "no"),
                 model.rows, std::uint64_t{model.dim}, model.size_bytes,
                 std::string_view(model.license), std::string_view(model.problem)});
    }
    rows->finish();
    out->finish();
  }

  std::string default_;
  OutputOptions output_;
  RunOptions run_;
};

}  // namespace

const CommandEntry kModelsCommand = {
    "models", "List the installed models, choose the default", kModelsExamples, kModelsDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Models>(); }};

}  // namespace wordvec::cli
