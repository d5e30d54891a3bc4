#include "wordvec/open/installed_models.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/spelling_distance.h"
#include "wordvec/store/container.h"

namespace wordvec {
namespace {

namespace fs = std::filesystem;

bool is_same_file(const std::string& a, const std::string& b) {
  struct stat status_a {};
  struct stat status_b {};
  return ::stat(a.c_str(), &status_a) == 0 && ::stat(b.c_str(), &status_b) == 0 &&
         status_a.st_dev == status_b.st_dev && status_a.st_ino == status_b.st_ino;
}

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
  if (!listed && ::access(standard.c_str(), F_OK) == 0) {
    models.insert(models.begin(), describe(folder, std::string(kDefaultModel)));
    models.front().is_default = true;
  }
  return models;
}

bool has_default_model(const std::string& folder) {
  return ::access(installed_path(folder, kDefaultModel).c_str(), F_OK) == 0;
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
      ::access(path.c_str(), F_OK) != 0) {
    throw Error(ErrorCode::io,
                "there is no such model" + did_you_mean(name, installed_names(folder)) +
                    " (`wordvec models` lists them)",
                path);
  }
  const std::string standard = installed_path(folder, kDefaultModel);
  std::error_code error;
  if (fs::exists(fs::symlink_status(standard, error)) && !fs::is_symlink(standard, error)) {
    throw Error(ErrorCode::io, "is a file of its own, not a link to a model: rename it first",
                standard);
  }
  is_installed_file(path);
  Container::open(path);
  const std::string made = folder + "/.default." + std::to_string(::getpid());
  ::unlink(made.c_str());
  const std::string target = std::string(name) + std::string(kContainerExtension);
  if (::symlink(target.c_str(), made.c_str()) != 0 ||
      ::rename(made.c_str(), standard.c_str()) != 0) {
    const int reason = errno;
    ::unlink(made.c_str());
    throw Error::from_errno(reason, standard, "cannot make the link");
  }
}

}  // namespace wordvec
