#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/text_encoding.h"
#include "wordvec/base/utf8.h"
#include "wordvec/fetch/catalogue.h"

namespace wordvec {
namespace {

using Json = nlohmann::json;

// Over ten thousand models; as JSON's values, it takes some twenty times the memory.
constexpr std::size_t kMaxBytes = std::size_t{4} << 20;

// One object of the file; what is wrong with it is said with its place.
class Entry {
 public:
  Entry(const Json& object, std::size_t number, const std::string& path)
      : object_(object), number_(number), path_(path) {
    if (!object_.is_object()) fail("is no object");
  }

  void read(const char* key, std::string& into) {
    if (const Json* value = find(key)) {
      if (!value->is_string()) fail(fmt::format("'{}' is no string", key));
      into = value->get<std::string>();
    }
  }

  template <class Number>
  void read_number(const char* key, Number& into) {
    if (const Json* value = find(key)) {
      if (!value->is_number_unsigned()) fail(fmt::format("'{}' is no whole number", key));
      into = static_cast<Number>(value->get<std::uint64_t>());
    }
  }

  void read(const char* key, std::vector<std::string>& into) {
    if (const Json* value = find(key)) {
      if (!value->is_array()) fail(fmt::format("'{}' is no array", key));
      for (const Json& item : *value) {
        if (!item.is_string()) fail(fmt::format("'{}' holds something that is no string", key));
        into.push_back(item.get<std::string>());
      }
    }
  }

  void read_hex(const char* key, std::size_t digits, std::string& into) {
    read(key, into);
    if (into.empty()) return;
    const bool is_hex = into.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (into.size() != digits || !is_hex) {
      fail(fmt::format("'{}' is {}, expected {} lower-case hexadecimal digits", key,
                       in_quotes(into), digits));
    }
  }

  // A misspelt key would turn a check off.
  void refuse_other_keys() const {
    for (const auto& [key, value] : object_.items()) {
      if (!known_.contains(key)) fail("has the key " + in_quotes(key) + ", which is not known");
    }
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::malformed, fmt::format("model {}: {}", number_, what), path_);
  }

 private:
  const Json* find(const char* key) {
    known_.insert(key);
    const auto found = object_.find(key);
    return found == object_.end() ? nullptr : &*found;
  }

  const Json& object_;
  std::size_t number_;
  const std::string& path_;
  std::set<std::string> known_;
};

PublishedModel read_model(Entry entry) {
  PublishedModel model;
  entry.read("name", model.name);
  entry.read("archive", model.archive);
  entry.read_number("archive_bytes", model.archive_bytes);
  entry.read_hex("archive_sha256", 64, model.archive_sha256);
  entry.read("member", model.member);
  entry.read_hex("member_sha1", 40, model.member_sha1);
  entry.read_number("member_bytes", model.member_bytes);
  entry.read_number("download_bytes", model.download_bytes);
  entry.read_number("dim", model.dim);
  entry.read_number("words", model.words);
  entry.read("license", model.license);
  entry.read("citation", model.citation);
  entry.read("urls", model.urls);
  entry.read("by_hand", model.by_hand);
  entry.refuse_other_keys();
  if (model.name.empty()) entry.fail("has no 'name'");
  if (model.archive.empty() && !model.urls.empty()) {
    const std::string url = model.urls.front().substr(0, model.urls.front().find_first_of("?#"));
    model.archive = url.substr(url.rfind('/') + 1);
  }
  if (model.archive.empty()) entry.fail("has neither 'archive' nor 'urls'");
  // Only folders of a mirror may stand before it.
  if (!is_plain_name(std::string_view(model.archive).substr(model.archive.rfind('/') + 1))) {
    entry.fail("'archive' is " + in_quotes(model.archive) + ", expected a file's name");
  }
  if (model.download_bytes == 0) model.download_bytes = model.archive_bytes;
  return model;
}

}  // namespace

std::vector<PublishedModel> read_catalogue(const std::string& path) {
  ByteSource source = ByteSource::open(path);
  const std::string_view text = source.peek(kMaxBytes + 1);
  if (text.size() > kMaxBytes) {
    throw Error(ErrorCode::malformed, "is too large for a catalogue", path);
  }
  if (const std::string_view encoding = wide_encoding(text); !encoding.empty()) {
    throw Error(ErrorCode::malformed, describe_wide_text(encoding), path);
  }
  const Json json = Json::parse(without_byte_order_mark(text), nullptr, /*allow_exceptions=*/false);
  if (!json.is_array()) {
    throw Error(ErrorCode::malformed, "is no catalogue: expected a JSON array of models", path);
  }
  std::vector<PublishedModel> models;
  std::set<std::string> names;
  for (const Json& object : json) {
    Entry entry(object, models.size() + 1, path);
    models.push_back(read_model(entry));
    if (!names.insert(models.back().name).second) {
      entry.fail("has the name " + in_quotes(models.back().name) + " of one before it");
    }
  }
  return models;
}

}  // namespace wordvec
