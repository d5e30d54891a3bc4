#include "wordvec/open/find_model.h"

#include <unistd.h>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/store/container.h"

namespace wordvec {
namespace {

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

std::string in_folder(const std::string& folder, std::string_view name) {
  return folder + '/' + std::string(name) + std::string(kContainerExtension);
}

std::string find_named(const std::string& name, const ModelSearch& search) {
  if (name == "-" || exists(name)) return name;
  const bool may_be_a_name = name.find('/') == std::string::npos && !search.models_folder.empty();
  if (may_be_a_name) {
    const std::string installed = in_folder(search.models_folder, name);
    if (exists(installed)) return installed;
    throw Error(ErrorCode::io,
                "no such file, and no model of that name (looked for " +
                    in_quotes(installed, installed.size()) + ")",
                name);
  }
  throw Error(ErrorCode::io, "no such file", name);
}

}  // namespace

FoundModel find_model(std::string_view asked, const ModelSearch& search) {
  if (!asked.empty()) return {find_named(std::string(asked), search), false};
  if (!search.environment.empty()) return {find_named(search.environment, search), false};
  if (!search.models_folder.empty()) {
    const std::string standard = in_folder(search.models_folder, "default");
    if (exists(standard)) return {standard, false};
  }
  if (!search.sample.empty() && exists(search.sample)) return {search.sample, true};
  throw Error(ErrorCode::io, "no model: name one with --model PATH or $WORDVEC_MODEL");
}

}  // namespace wordvec
