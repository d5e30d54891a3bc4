// Opens any file of word vectors.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wordvec/base/byte_source.h"
#include "wordvec/formats/format.h"
#include "wordvec/model/embeddings.h"
#include "wordvec/store/container.h"

namespace wordvec {

// An open model: a container is mapped, a foreign file is read into memory. Immutable, cheap to
// copy and safe to use from many threads; the embeddings are valid as long as one copy lives.
class Model {
 public:
  // `path`: a file, or "-" for standard input. `format`: a name of format_names(), or empty to tell
  // by content. Throws Error.
  static Model open(const std::string& path, std::string_view format, const ReadOptions& options);

  const Embeddings& embeddings() const noexcept { return state_->embeddings; }
  const ModelInfo& info() const noexcept { return state_->info; }
  const std::string& path() const noexcept { return state_->path; }
  // For messages: the path, or "standard input".
  std::string name() const { return input_name(state_->path); }
  // True when the model, or its words, came from there.
  bool took_standard_input() const noexcept { return state_->took_standard_input; }
  std::uint64_t file_size_bytes() const noexcept { return state_->file_size_bytes; }
  // nullptr: the model was a foreign file.
  const Container* container() const noexcept {
    return state_->container ? &*state_->container : nullptr;
  }
  // How the reading of a foreign file went.
  const ReadReport& report() const noexcept { return state_->report; }
  std::uint64_t duplicates() const noexcept { return state_->duplicates; }
  const std::string& first_duplicate() const noexcept { return state_->first_duplicate; }

 private:
  struct State {
    std::string path;
    bool took_standard_input = false;
    Embeddings embeddings;
    ModelInfo info;
    std::uint64_t file_size_bytes = 0;
    std::optional<Container> container;
    std::shared_ptr<const void> memory;
    ReadReport report;
    std::uint64_t duplicates = 0;
    std::string first_duplicate;
  };

  explicit Model(std::shared_ptr<const State> state) : state_(std::move(state)) {}

  std::shared_ptr<const State> state_;
};

// Every name that --from and --to take: the container's and those of formats().
std::vector<std::string_view> format_names();

// The format of `source`: `name`, or told by content. nullptr: a container. Throws Error(usage) for
// a name that is none, Error(malformed) when the content fits no format.
const Format* choose_format(ByteSource& source, std::string_view name);

// True when `source` starts as a container does.
bool is_container(ByteSource& source);

// Opens the container that `source` was opened for at `path`. Throws Error, also for a pipe.
Container open_container(ByteSource& source, const std::string& path);

// Throws Error(usage) where `options` ask for something that files of `format` (nullptr: a
// container), or of no format that `source` could be, do not have: --vocab, --tensor.
void check_options(const Format* format, const ReadOptions& options, const ByteSource& source);

// Throws Error(usage) that lists format_names().
[[noreturn]] void fail_unknown_format(std::string_view name);

// "GloVe" for "some/folder/GloVe".
std::string file_name_of(const std::string& path);

// What a container notes as its source: the file's name, "archive.zip:member", "standard input".
std::string source_name_of(const ByteSource& source);

}  // namespace wordvec
