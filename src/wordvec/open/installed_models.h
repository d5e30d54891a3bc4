// The models folder: which models are there, and which is asked when none is named.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wordvec {

// The name of the link to the model that is asked when none is named.
inline constexpr std::string_view kDefaultModel = "default";

struct InstalledModel {
  std::string name;  // the file's, without its extension
  std::string path;
  std::uint64_t size_bytes = 0;
  std::uint64_t rows = 0;
  std::size_t dim = 0;
  std::string license;
  bool is_default = false;
  std::string problem;  // why it cannot be opened; empty: it can
};

// "FOLDER/NAME.safetensors".
std::string installed_path(const std::string& folder, std::string_view name);

// The containers in `folder`, by name; reads their headers only. The default is not listed beside
// the model that it leads to. No folder, no models. Throws Error(io) when it cannot be read.
std::vector<InstalledModel> installed_models(const std::string& folder);

// Their names only, without opening one.
std::vector<std::string> installed_names(const std::string& folder);

// True when models_folder/default.safetensors leads to a file.
bool has_default_model(const std::string& folder);

// Where models_folder/default.safetensors leads, when nothing is there; empty: it leads to a file,
// or is not there itself.
std::string dangling_default(const std::string& folder);

// True when there is a regular file at `path`. Throws Error(io) when there is something else, or a
// link that leads nowhere.
bool is_installed_file(const std::string& path);

// Makes the model `name` of `folder` the default, in one step. Throws Error(io) when there is no
// such model, or when the default is a file of its own, which would be lost; Error(malformed) when
// the model cannot be used.
void set_default_model(const std::string& folder, std::string_view name);

}  // namespace wordvec
