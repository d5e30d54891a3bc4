#include "wordvec/open/model.h"

#include <utility>

#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/base/quote.h"
#include "wordvec/base/safetensors.h"
#include "wordvec/formats/input.h"
#include "wordvec/model/row_filter.h"

namespace wordvec {
namespace {

constexpr std::size_t kSafetensorsProbeBytes = 16;

std::string joined(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

}  // namespace

std::vector<std::string_view> format_names() {
  std::vector<std::string_view> names = {kContainerFormatName};
  for (const Format* format : formats()) names.push_back(format->name);
  return names;
}

void fail_unknown_format(std::string_view name) {
  throw Error(ErrorCode::usage,
              "unknown format " + in_quotes(name) + ", expected one of " + joined(format_names()));
}

std::string file_name_of(const std::string& path) {
  return path == "-" ? "standard input" : path.substr(path.rfind('/') + 1);
}

std::string source_name_of(const ByteSource& source) {
  const std::string& path = source.path();
  if (path.empty() || !source.name().starts_with(path)) return source.name();
  return file_name_of(path) + source.name().substr(path.size());
}

bool is_container(ByteSource& source) {
  return looks_like_safetensors(source.peek(kSafetensorsProbeBytes));
}

const Format* choose_format(ByteSource& source, std::string_view name) {
  if (name == kContainerFormatName) return nullptr;
  if (!name.empty()) {
    if (const Format* format = find_format(name)) return format;
    fail_unknown_format(name);
  }
  if (is_container(source)) return nullptr;
  if (const Format* format = detect_format(source)) return format;
  throw Error(
      ErrorCode::malformed,
      describe_unknown(source) + " (tried " + joined(format_names()) + "; --from names the format)",
      source.name());
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
  ByteSource source = open_input(path, options.member);
  const Format* const format = choose_format(source, format_name);
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
  state->file_size_bytes = source.position_bytes();
  state->info.source = source_name_of(source);
  state->info.source_format = format->name;
  state->info.source_size_bytes = source.position_bytes();
  state->info.source_checksum = source.checksum();
  return Model(std::move(state));
}

}  // namespace wordvec
