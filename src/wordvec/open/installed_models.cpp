#include "wordvec/open/installed_models.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "wordvec/base/error.h"
#include "wordvec/base/is_there.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/replace_link.h"
#include "wordvec/base/same_file.h"
#include "wordvec/base/spelling_distance.h"
#include "wordvec/store/container.h"

namespace wordvec {
namespace {

namespace fs = std::filesystem;

InstalledModel describe(const std::string& folder, const std::string& name) {
  InstalledModel model;
  model.name = name;
  model.path = installed_path(folder, name);
  try {
    if (!is_installed_file(model.path)) return model;  // removed just now
    std::error_code error;
    model.size_bytes = fs::file_size(model.path, error);
    if (error) model.size_bytes = 0;
    const Container container = Container::open(model.path);
    model.rows = container.embeddings().rows();
    model.dim = container.embeddings().dim();
    model.license = container.info().license;
  } catch (const Error& failure) {
    model.problem = failure.message();
  }
  return model;
}

}  // namespace

std::string installed_path(const std::string& folder, std::string_view name) {
  return folder + '/' + std::string(name) + std::string(kContainerExtension);
}

std::vector<std::string> installed_names(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error == std::errc::no_such_file_or_directory) return names;
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const std::string file = entries->path().filename().string();
    if (file.size() > kContainerExtension.size() && file.ends_with(kContainerExtension)) {
      names.push_back(file.substr(0, file.size() - kContainerExtension.size()));
    }
  }
  if (error) throw Error::from_errno(error.value(), folder, "cannot read the models folder");
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<InstalledModel> installed_models(const std::string& folder) {
  std::vector<InstalledModel> models;
  const std::string standard = installed_path(folder, kDefaultModel);
  bool listed = false;
  for (const std::string& name : installed_names(folder)) {
    if (name == kDefaultModel) continue;
    models.push_back(describe(folder, name));
    models.back().is_default = is_same_file(models.back().path, standard);
    listed = listed || models.back().is_default;
  }
  if (!listed && is_there(standard)) {
    models.insert(models.begin(), describe(folder, std::string(kDefaultModel)));
    models.front().is_default = true;
  }
  return models;
}

bool has_default_model(const std::string& folder) {
  return is_there(installed_path(folder, kDefaultModel));
}

std::string dangling_default(const std::string& folder) {
  std::error_code error;
  const fs::path target = fs::read_symlink(installed_path(folder, kDefaultModel), error);
  return error || has_default_model(folder) ? std::string() : target.string();
}

bool is_installed_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    // To open a pipe would wait for a writer.
    if (!S_ISREG(status.st_mode)) throw Error(ErrorCode::io, "is no regular file", path);
    return true;
  }
  if (is_failure_to_look(errno)) throw Error::from_errno(errno, path, "cannot open");
  std::error_code error;
  const std::string target = fs::read_symlink(path, error).string();
  if (error) return false;
  throw Error(ErrorCode::io,
              "is a link to " + in_quotes(target, target.size()) +
                  ", which is not there: `wordvec models` lists what is installed, `wordvec models "
                  "--default NAME` chooses another default",
              path);
}

void set_default_model(const std::string& folder, std::string_view name) {
  const std::string path = installed_path(folder, name);
  if (name.empty() || name == kDefaultModel || name.find('/') != std::string_view::npos ||
      !is_there(path)) {
    throw Error(ErrorCode::io,
                "there is no such model" + did_you_mean(name, installed_names(folder)) +
                    " (`wordvec models` lists them)",
                path);
  }
  const std::string standard = installed_path(folder, kDefaultModel);
  struct stat status {};
  const bool is_taken = ::lstat(standard.c_str(), &status) == 0;
  if (!is_taken && is_failure_to_look(errno)) {
    throw Error::from_errno(errno, standard, "cannot make the link");
  }
  if (is_taken && !S_ISLNK(status.st_mode)) {
    throw Error(ErrorCode::io, "is a file of its own, not a link to a model: rename it first",
                standard);
  }
  is_installed_file(path);
  Container::open(path);
  replace_link(standard, std::string(name) + std::string(kContainerExtension));
}

}  // namespace wordvec
