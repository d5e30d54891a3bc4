// Which file a model's name means.
#pragma once

#include <string>
#include <string_view>

namespace wordvec {

// What the environment says, read once by the program.
struct ModelSearch {
  std::string environment;    // $WORDVEC_MODEL; empty: not set
  std::string models_folder;  // ${XDG_DATA_HOME:-~/.local/share}/wordvec
  std::string sample;         // the bundled sample; empty: not installed
};

struct FoundModel {
  std::string path;
  bool is_sample = false;  // chosen only because nothing else was
};

// `asked` (a path, or NAME or NAME.safetensors for models_folder/NAME.safetensors), else the
// environment's, else models_folder/default.safetensors, else the sample. Throws Error(io) when
// there is no such file, naming where it was looked for, and when the default is a link that leads
// nowhere.
FoundModel find_model(std::string_view asked, const ModelSearch& search);

}  // namespace wordvec
