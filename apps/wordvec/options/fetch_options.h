// What `wordvec fetch` can be told: the same for the command, which shows the list and the help,
// and for the program behind it, which downloads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "command.h"
#include "options/option_set.h"
#include "options/output_options.h"
#include "options/run_options.h"
#include "wordvec/fetch/catalogue.h"

namespace wordvec::cli {

inline constexpr std::string_view kFetchSummary = "Download a published model by name";
extern const std::string_view kFetchExamples;
extern const std::string_view kFetchDetails;

struct FetchOptions {
  void define(OptionSet& options);

  // That of --catalogue, else the program's.
  std::vector<PublishedModel> catalogue() const;
  // --list: prints the catalogue. Returns an ExitStatus.
  int print_list(Messages& messages) const;
  // --dir, else the models folder. Throws Error(usage) when there is none.
  std::string folder(const Context& context) const;

  std::string name;
  bool list = false;
  std::string dir;
  std::string url;
  std::string member;
  std::string catalogue_file;
  bool keep = false;
  bool again = false;
  bool no_index = false;
  bool allow_checksum_mismatch = false;
  double retry_delay_seconds = 1;
  OutputOptions output;
  RunOptions run;
};

}  // namespace wordvec::cli
