#include "options/eval_models.h"

#include <algorithm>

#include "options/model_options.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/same_file.h"
#include "wordvec/open/find_model.h"

namespace wordvec::cli {

void EvalModels::define(OptionSet& options) {
  options.add_option(
      "-m,--model PATH|NAME", names_,
      "A file, or a model's name (default: $WORDVEC_MODEL, the installed default, "
      "the bundled sample); given again, each is judged, and compared with the first");
  file_.define(options, "each model");
}

void EvalModels::find(const Context& context) {
  if (context.open_model != nullptr) {
    names_ = paths_ = {context.open_model->path()};
    return;
  }
  if (names_.empty()) names_.emplace_back();
  if (std::count(names_.begin(), names_.end(), "-") > 1) {
    throw Error(ErrorCode::usage, "found -m - twice, but standard input can be read once");
  }
  if (names_.size() > 1 && file_.vocab() == "-") {
    throw Error(ErrorCode::usage,
                "--vocab - is of each model, but standard input can be read once: name a file");
  }
  for (const std::string& name : names_) {
    std::string path = find_model(name, context.model_search).path;
    const auto same = std::find_if(paths_.begin(), paths_.end(), [&](const std::string& other) {
      return other == path || is_same_file(other, path);
    });
    if (same != paths_.end()) {
      context.messages.note("{} is the same model as {}: they do not differ", printable(name),
                            printable(names_[static_cast<std::size_t>(same - paths_.begin())]));
    }
    paths_.push_back(std::move(path));
  }
}

std::string EvalModels::where(std::size_t i) const {
  return are_several() ? printable(names_[i]) + ": " : std::string();
}

std::vector<std::string> EvalModels::files() const {
  std::vector<std::string> files = paths_;
  files.push_back(file_.vocab());
  return files;
}

Model EvalModels::open(std::size_t i, Context& context, unsigned threads) const {
  if (context.open_model != nullptr) {
    context.model_path = context.open_model->path();
    return *context.open_model;
  }
  return open_model(names_[i], file_, context, threads);
}

}  // namespace wordvec::cli
