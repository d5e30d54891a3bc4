#include <algorithm>

#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/fetch/fetch_model.h"
#include "wordvec/fetch/http_fields.h"
#include "wordvec/open/installed_models.h"

namespace wordvec {
namespace {

// It becomes a file's name, in a folder with others.
void check_name(const std::string& name) {
  if (!is_plain_name(name) || name == kDefaultModel) {
    throw Error(ErrorCode::usage, in_quotes(name) +
                                      " cannot be a model's name: expected letters, digits and the "
                                      "like, not '/', spaces, a first '.' or '-', or 'default'");
  }
}

// What the download is called on disk, where it is kept.
void keep_base_name(PublishedModel& model) {
  model.archive = model.archive.substr(model.archive.rfind('/') + 1);
  if (!is_plain_name(model.archive)) {
    throw Error(ErrorCode::usage, in_quotes(model.archive) +
                                      " cannot be a download's name: expected letters, digits and "
                                      "the like, not spaces or a first '.' or '-'");
  }
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
  if (!url.empty() && !has_scheme(url, "https") && !has_scheme(url, "http")) {
    throw Error(ErrorCode::usage, "--url is " + in_quotes(shown_url(url)) +
                                      ", expected an address that begins with https:// or http://");
  }
  if (url.empty() || is_mirror || is_listed) {
    if (name.empty()) {
      throw Error(ErrorCode::usage, "--url " + in_quotes(shown_url(url)) +
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
    keep_base_name(model);
    if (model.urls.empty()) {
      throw Error(ErrorCode::usage,
                  in_quotes(name) + " has no address for programs: download it by hand" +
                      (model.by_hand.empty() ? "" : " from " + printable(model.by_hand)) +
                      ", then `wordvec convert " + shell_word(model.archive) + "`; or give --url");
    }
    return model;
  }
  PublishedModel model;
  model.archive = file_of_url(url);
  if (model.archive.empty()) {
    throw Error(ErrorCode::usage, "--url " + in_quotes(shown_url(url)) + " names no file");
  }
  model.name = name.empty() ? stem_of(member.empty() ? model.archive : member) : name;
  check_name(model.name);
  keep_base_name(model);
  model.member = member;
  model.urls = {url};
  return model;
}

}  // namespace wordvec
