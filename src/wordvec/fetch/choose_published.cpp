#include <algorithm>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/fetch/fetch_model.h"
#include "wordvec/fetch/http_fields.h"
#include "wordvec/open/installed_models.h"
#include "wordvec/store/container.h"

namespace wordvec {
namespace {

// It becomes a file's name, in a folder with others.
void check_name(const std::string& name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return c > ' ' && c != '/' && c != '\\' && c != 0x7f;
  });
  constexpr std::size_t kMostBytes = 200;
  if (!plain || name.empty() || name.front() == '.' || name.front() == '-' ||
      name == kDefaultModel || name.size() > kMostBytes) {
    throw Error(ErrorCode::usage, in_quotes(name) +
                                      " cannot be a model's name: expected letters, digits and the "
                                      "like, not '/', spaces, a first '.' or '-', or 'default'");
  }
}

std::string name_of_file(const std::string& file, const std::string& member) {
  ConvertOptions options;
  options.to = kContainerFormatName;
  options.read.member = member;
  std::string name = plan_conversion(file, "", options).output_path;
  name.resize(name.size() - kContainerExtension.size());
  return name;
}

}  // namespace

PublishedModel choose_published(const std::vector<PublishedModel>& catalogue,
                                const std::string& name, const std::string& url,
                                const std::string& member) {
  if (name.empty() && url.empty()) {
    throw Error(ErrorCode::usage,
                "expected a model's name (`wordvec fetch --list` lists them), or --url URL");
  }
  const bool is_listed = std::any_of(catalogue.begin(), catalogue.end(),
                                     [&](const PublishedModel& m) { return m.name == name; });
  const bool is_mirror = url.ends_with('/');
  if (!url.empty() && !url.starts_with("https://") && !url.starts_with("http://")) {
    throw Error(ErrorCode::usage, "--url is " + in_quotes(url) +
                                      ", expected an address that begins with https:// or http://");
  }
  if (url.empty() || is_mirror || is_listed) {
    if (name.empty()) {
      throw Error(ErrorCode::usage, "--url " + in_quotes(url) +
                                        " is a folder: name a model, or give a file's address");
    }
    PublishedModel model = find_published(catalogue, name);
    check_name(model.name);
    if (!member.empty() && member != model.member) {
      throw Error(ErrorCode::usage, "--member is for files that are not in the catalogue: " +
                                        in_quotes(name) + " has its own");
    }
    if (is_mirror) {
      model.urls = {url + model.archive};
    } else if (!url.empty()) {
      model.urls = {url};
    }
    if (model.urls.empty()) {
      throw Error(ErrorCode::usage,
                  in_quotes(name) + " has no address for programs: download it by hand" +
                      (model.by_hand.empty() ? "" : " from " + model.by_hand) +
                      ", then `wordvec convert " + model.archive + "`; or give --url");
    }
    return model;
  }
  PublishedModel model;
  model.archive = file_of_url(url);
  if (model.archive.empty()) {
    throw Error(ErrorCode::usage, "--url " + in_quotes(url) + " names no file");
  }
  model.name = name.empty() ? name_of_file(model.archive, member) : name;
  check_name(model.name);
  model.member = member;
  model.urls = {url};
  return model;
}

}  // namespace wordvec
