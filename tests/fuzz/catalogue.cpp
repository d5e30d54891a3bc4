// Catalogues of published models, and what is asked for of them: names, mirrors, members.
#include "wordvec/fetch/catalogue.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/input.h"
#include "fuzz/memory_folder.h"
#include "fuzz/shown_text.h"
#include "wordvec/base/error.h"
#include "wordvec/fetch/fetch_model.h"
#include "wordvec/fetch/http_fields.h"

namespace wordvec::fuzz {
namespace {

// What becomes the name of a file stays in its folder.
bool is_file_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.front() != '-' &&
         name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos &&
         name.size() < 256;
}

std::vector<PublishedModel> read(std::string_view json) {
  static const MemoryFile file;
  file.write(json);
  try {
    const std::vector<PublishedModel> models = read_catalogue(file.path());
    std::set<std::string> names;
    for (const PublishedModel& model : models) {
      require(!model.name.empty() && names.insert(model.name).second);
      require(!model.archive.empty());
      require(model.archive_sha256.empty() || model.archive_sha256.size() == 64);
      require(model.member_sha1.empty() || model.member_sha1.size() == 40);
      require(&find_published(models, model.name) == &model);
    }
    return models;
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed && is_safe(error.what()));
    return {};
  }
}

void choose(const std::vector<PublishedModel>& models, const std::string& name,
            const std::string& url, const std::string& member) {
  try {
    const PublishedModel model = choose_published(models, name, url, member);
    require(!model.urls.empty());
    require(is_file_name(model.name) && is_file_name(model.archive));
    require(name.empty() || model.name == name);
    if (url.empty()) return;
    require(model.urls.size() == 1 && model.urls.front().starts_with(url));
    require(has_scheme(url, "https") || has_scheme(url, "http"));
  } catch (const Error& error) {
    require(error.code() == ErrorCode::usage && is_safe(error.what()));
  }
}

}  // namespace
}  // namespace wordvec::fuzz

// Three lines, which are what is asked for: a name, an address and a member; then the catalogue.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wordvec::fuzz;
  Input input(data, size);
  const std::string name = input.text_to('\n');
  const std::string url = input.text_to('\n');
  const std::string member = input.text_to('\n');
  const auto models = read(input.rest());
  choose(models, name, url, member);
  choose(models, name, "https://x/" + url, member);
  for (const auto& model : models) {
    choose(models, model.name, "", "");
    choose(models, model.name, "https://mirror/", model.member);
  }
  static const auto published = wordvec::published_models();
  choose(published, name, url, member);
  return 0;
}
