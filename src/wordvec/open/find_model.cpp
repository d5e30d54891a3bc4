#include "wordvec/open/find_model.h"

#include <sys/stat.h>

#include <vector>

#include "wordvec/base/error.h"
#include "wordvec/base/is_there.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/spelling_distance.h"
#include "wordvec/open/installed_models.h"
#include "wordvec/store/container.h"

namespace wordvec {
namespace {

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::vector<std::string> names_there_are(const std::string& folder) {
  try {
    return installed_names(folder);
  } catch (const Error&) {
    return {};  // a suggestion less, in a message about something else
  }
}

std::string find_named(const std::string& name, const ModelSearch& search) {
  if (name == "-" || (is_there(name) && !is_folder(name))) return name;
  const bool may_be_a_name = name.find('/') == std::string::npos && !search.models_folder.empty();
  if (may_be_a_name) {
    const std::string installed = installed_path(search.models_folder, name);
    if (is_installed_file(installed)) return installed;
    if (name.ends_with(kContainerExtension)) {
      const std::string with_extension = search.models_folder + '/' + name;
      if (is_installed_file(with_extension)) return with_extension;
    }
    if (is_folder(name)) return name;  // to be told that it is one
    throw Error(ErrorCode::io,
                "no such file, and no model of that name (looked for " +
                    in_quotes(installed, installed.size()) +
                    "; `wordvec models` lists what is installed, `wordvec fetch --list` what can "
                    "be downloaded)" +
                    did_you_mean(name, names_there_are(search.models_folder)),
                name);
  }
  if (is_folder(name)) return name;
  throw Error(ErrorCode::io, "no such file", name);
}

}  // namespace

FoundModel find_model(std::string_view asked, const ModelSearch& search) {
  if (!asked.empty()) return {find_named(std::string(asked), search), false};
  if (!search.environment.empty()) return {find_named(search.environment, search), false};
  if (!search.models_folder.empty()) {
    const std::string standard = installed_path(search.models_folder, kDefaultModel);
    if (is_installed_file(standard)) return {standard, false};
  }
  if (!search.sample.empty() && is_there(search.sample)) return {search.sample, true};
  throw Error(ErrorCode::io,
              "no model: name one with --model PATH or $WORDVEC_MODEL, or download one with "
              "`wordvec fetch glove.6B.300d`");
}

}  // namespace wordvec
