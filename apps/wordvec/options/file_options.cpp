#include "options/file_options.h"

#include <fmt/format.h>

#include "wordvec/open/model.h"

namespace wordvec::cli {

void FileOptions::define(OptionSet& options, const std::string& file, const std::string& suffix) {
  options.add_option("--from" + suffix + " FORMAT", from_,
                     fmt::format("{}'s format, where its content does not tell: {}", file,
                                 fmt::join(format_names(), ", ")));
  member_option_ = std::string(kMemberOption) + suffix;
  options.add_option(member_option_ + " NAME", member_,
                     "The file to read of " + file + ", where it is a zip archive");
  options.add_option("--vocab" + suffix + " FILE", vocab_,
                     "The words of " + file + ", where it holds vectors only");
  options.add_option("--tensor" + suffix + " NAME", tensor_,
                     "The tensor of " + file + " that holds the vectors");
}

void FileOptions::apply(ReadOptions& options) const {
  options.member = member_;
  options.member_option = member_option_;
  options.vocab = vocab_;
  options.tensor = tensor_;
}

}  // namespace wordvec::cli
