#include "options/file_options.h"

#include <fmt/format.h>

#include "wordvec/open/model.h"

namespace wordvec::cli {

void FileOptions::define(CLI::App& app, const std::string& file, const std::string& suffix) {
  app.add_option("--from" + suffix, from_,
                 fmt::format("{}'s format, where its content does not tell: {}", file,
                             fmt::join(format_names(), ", ")))
      ->type_name("FORMAT");
  app.add_option("--member" + suffix, member_,
                 "The file to read of " + file + ", where it is a zip archive")
      ->type_name("NAME");
  app.add_option("--vocab" + suffix, vocab_,
                 "The words of " + file + ", where it holds vectors only")
      ->type_name("FILE");
  app.add_option("--tensor" + suffix, tensor_, "The tensor of " + file + " that holds the vectors")
      ->type_name("NAME");
}

void FileOptions::apply(ReadOptions& options) const {
  options.member = member_;
  options.vocab = vocab_;
  options.tensor = tensor_;
}

}  // namespace wordvec::cli
