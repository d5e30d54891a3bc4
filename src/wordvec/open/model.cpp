#include "wordvec/open/model.h"

#include <fmt/format.h>

#include <utility>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/bytes.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/safetensors.h"
#include "wordvec/formats/input.h"
#include "wordvec/model/row_filter.h"

namespace wordvec {
namespace {

// True when `json` has `key`, a colon and `value` one after the other, with white space between.
bool has_json_member(std::string_view json, std::string_view key, std::string_view value) {
  constexpr std::string_view kWhiteSpace = " \t\r\n";
  for (std::size_t at = json.find(key); at != std::string_view::npos; at = json.find(key, at)) {
    at += key.size();
    const std::size_t colon = json.find_first_not_of(kWhiteSpace, at);
    if (colon == std::string_view::npos || json[colon] != ':') continue;
    const std::size_t begin = json.find_first_not_of(kWhiteSpace, colon + 1);
    if (begin != std::string_view::npos && json.substr(begin).starts_with(value)) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string_view> format_names() {
  std::vector<std::string_view> names = {kContainerFormatName};
  for (const Format* format : formats()) names.push_back(format->name);
  return names;
}

void fail_unknown_format(std::string_view name) {
  throw Error(ErrorCode::usage, "unknown format " + in_quotes(name) + ", expected one of " +
                                    fmt::format("{}", fmt::join(format_names(), ", ")));
}

std::string file_name_of(const std::string& path) {
  const std::string name = input_name(path);
  return name.substr(name.rfind('/') + 1);
}

std::string source_name_of(const ByteSource& source) {
  const std::string& path = source.path();
  if (path.empty() || !source.name().starts_with(path)) return source.name();
  return file_name_of(path) + source.name().substr(path.size());
}

// Containers tell what they are in their metadata, which those that we write begin with: a header
// is searched here, not parsed.
bool is_container(ByteSource& source) {
  constexpr std::size_t kProbeBytes = 512;
  constexpr std::size_t kLengthBytes = 8;
  std::string_view file = source.peek(kProbeBytes);
  if (!looks_like_safetensors(file)) return false;
  constexpr std::string_view kWritten = R"("format":"wordvec")";
  if (file.substr(0, kProbeBytes).find(kWritten) != std::string_view::npos) return true;
  // Another program may have written it anew, with its metadata elsewhere and spaces between.
  const std::uint64_t header_bytes = load_le<std::uint64_t>(file.data()) + kLengthBytes;
  if (file.size() < header_bytes && !source.views_persist()) {
    file = source.peek(static_cast<std::size_t>(header_bytes));
  }
  return has_json_member(file.substr(0, static_cast<std::size_t>(header_bytes)), "\"format\"",
                         "\"wordvec\"");
}

const Format* choose_format(ByteSource& source, std::string_view name) {
  if (name == kContainerFormatName) return nullptr;
  if (!name.empty()) {
    if (const Format* format = find_format(name)) return format;
    fail_unknown_format(name);
  }
  if (is_container(source)) return nullptr;
  if (const Format* format = detect_format(source)) return format;
  const UnknownFile unknown = describe_unknown(source);
  std::string text = unknown.description;
  if (!unknown.is_known) {
    text += " (tried " + fmt::format("{}", fmt::join(format_names(), ", ")) +
            "; --from names the format)";
  }
  throw Error(ErrorCode::malformed, text, source.name());
}

void check_options(const Format* format, const ReadOptions& options, const ByteSource& source) {
  const auto check = [&](const std::string& asked, bool Format::*takes, std::string_view option,
                         std::string_view what) {
    if (asked.empty() || (format != nullptr && format->*takes)) return;
    // Each of its lines begins with what may also be a value.
    const bool is_text = format == &kGloveText || format == &kWord2vecText;
    const std::string_view hint = is_text && takes == &Format::takes_vocab
                                      ? " (--from values takes every field for a value)"
                                      : "";
    std::vector<std::string_view> names;
    for (const Format* other : formats()) {
      if (other->*takes) names.push_back(other->name);
    }
    throw Error(
        ErrorCode::usage,
        fmt::format("{} is for {} ({}), and this is {}{}", option, what, fmt::join(names, ", "),
                    format == nullptr ? kContainerFormatName : format->name, hint),
        source.name());
  };
  check(options.vocab, &Format::takes_vocab, "--vocab", "formats without words");
  check(options.tensor, &Format::takes_tensor, "--tensor", "files of several tensors");
}

Container open_container(ByteSource& source, const std::string& path) {
  if (!source.size_bytes()) {
    throw Error(ErrorCode::io,
                source.path().empty()
                    ? "a container must be a file: it is mapped, not read"
                    : "a container must be a file of its own: it is mapped, not read; unpack it",
                source.name());
  }
  if (auto file = source.release_file()) return Container::open(*std::move(file), path);
  return Container::open(path);
}

Model Model::open(const std::string& path, std::string_view format_name,
                  const ReadOptions& options) {
  auto state = std::make_shared<State>();
  state->path = path;
  state->took_standard_input = path == "-" || options.vocab == "-";
  ByteSource source = open_input(path, options.member, options.member_option);
  const Format* const format = choose_format(source, format_name);
  check_options(format, options, source);
  if (format == nullptr) {
    const Container& container = state->container.emplace(open_container(source, path));
    state->embeddings = container.embeddings();
    state->info = container.info();
    state->file_size_bytes = container.size_bytes();
    return Model(std::move(state));
  }

  auto rows = std::make_shared<MemoryRows>();
  RowFilter filter(*rows);
  state->report = format->read(source, options, filter);
  filter.finish();
  if (filter.counts().rows == 0) {
    throw Error(ErrorCode::malformed, "has no rows", source.name());
  }
  state->duplicates = filter.counts().duplicates;
  state->first_duplicate = filter.counts().first_duplicate;
  state->embeddings = rows->view();
  state->memory = std::move(rows);
  state->file_size_bytes = source.size_bytes().value_or(source.position_bytes());
  state->info.source = source_name_of(source);
  state->info.source_format = format->name;
  state->info.source_tensor = state->report.source_tensor;
  if (state->report.read_to_end) {
    state->info.source_size_bytes = source.position_bytes();
    state->info.source_checksum = source.checksum();
  }
  return Model(std::move(state));
}

}  // namespace wordvec
