// What a file that is read needs said of it, where its content does not tell.
#pragma once

#include <string>

#include "options/option_set.h"
#include "wordvec/formats/format.h"

namespace wordvec::cli {

class FileOptions {
 public:
  // --from, --member, --vocab and --tensor. `file` names the file in the help: "IN". `suffix` is
  // that of the options' names where a command reads several files: "-b" makes --from-b.
  void define(OptionSet& options, const std::string& file, const std::string& suffix = "");
  void apply(ReadOptions& options) const;

  const std::string& format() const { return from_; }
  const std::string& vocab() const { return vocab_; }

 private:
  std::string from_;
  std::string member_;
  std::string member_option_;
  std::string vocab_;
  std::string tensor_;
};

}  // namespace wordvec::cli
