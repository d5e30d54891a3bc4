#include "options/fetch_options.h"

#include <algorithm>

#include "options/numbers.h"
#include "output/progress_bar.h"
#include "output/row_writer.h"
#include "wordvec/base/error.h"

namespace wordvec::cli {

const std::string_view kFetchExamples =
    "  wordvec fetch --list                   which models there are\n"
    "  wordvec fetch glove.6B.300d            then: wordvec nearest king -m glove.6B.300d\n"
    "  wordvec fetch glove.6B.50d --url https://mirror.example.org/glove/\n"
    "  wordvec fetch --url https://example.org/vectors.txt.gz\n";

const std::string_view kFetchDetails =
    "Downloads a model, checks it, and converts it to a container in the models folder, where\n"
    "--model finds it by its name. The first one becomes the default. Of an archive with several\n"
    "models only the one that is asked for is downloaded, where the server can do that. What "
    "breaks\n"
    "is resumed, also by the next run; a model that is there already is not fetched again.\n"
    "Certificates are always checked; http:// works only in --url and --catalogue.\n"
    "--catalogue FILE is for mirrors of your own: a JSON array of objects with the keys name,\n"
    "archive, archive_bytes, archive_sha256, member, member_sha1, member_bytes, download_bytes, "
    "dim,\n"
    "words, license, citation, urls and by_hand; name, and archive or urls, are needed.\n";

void FetchOptions::define(OptionSet& options) {
  options.add_option("NAME", name, "The model, one of --list; with --url, how to call it");
  options.add_flag("--list", list, "Print which models can be fetched");
  options.add_option("--dir FOLDER", dir, "Put it there (default: the models folder)");
  options.add_option("--url URL", url,
                     "Download this file; with a '/' at the end, a mirror of the archives");
  options.add_option("--member NAME", member, "With --url: the file to take of a zip archive");
  options.add_option("--catalogue FILE", catalogue_file,
                     "A JSON file of models, instead of our own list");
  options.add_flag("--keep", keep, "Keep what was downloaded, beside the container");
  options.add_flag("--again", again, "Also where the model is there already");
  options.add_flag("--no-index", no_index,
                   "A container without search codes: over a quarter smaller, slower to search");
  options.add_flag("--allow-checksum-mismatch", allow_checksum_mismatch,
                   "Take a file of another size or checksum than the catalogue's, with a warning");
  options
      .add_number("--retry-delay SECONDS", retry_delay_seconds, finite_number(0, 3600),
                  "Seconds to wait before the first retry")
      .hide();
  output.define(options);
  run.define(options);
}

namespace {

Cell known(std::uint64_t number) {
  return number == 0 ? Cell() : Cell(number);
}

}  // namespace

std::vector<PublishedModel> FetchOptions::catalogue() const {
  return catalogue_file.empty() ? published_models() : read_catalogue(catalogue_file);
}

int FetchOptions::print_list(Messages& messages) const {
  if (!name.empty() || !dir.empty() || !url.empty() || !member.empty() || keep || again ||
      no_index || allow_checksum_mismatch) {
    throw Error(ErrorCode::usage,
                "--list downloads nothing: it goes with --catalogue and --format, not with a name "
                "or what is said of a download");
  }
  const std::vector<PublishedModel> models = catalogue();
  const auto out = make_standard_output();
  const OutputFormat format = output.format_or_auto();
  if (format == OutputFormat::table) {
    // For a person: what fits on a line.
    const auto rows =
        make_row_writer(format, {{"name"}, {"download"}, {"dim"}, {"words"}, {"license"}},
                        output.style(messages), *out);
    for (const PublishedModel& model : models) {
      const bool by_hand = model.urls.empty() && !model.by_hand.empty();
      const std::string download = by_hand                     ? "by hand"
                                   : model.download_bytes == 0 ? ""
                                                               : human_bytes(model.download_bytes);
      rows->row({std::string_view(model.name), std::string_view(download), known(model.dim),
                 known(model.words), std::string_view(model.license)});
    }
    rows->finish();
    out->finish();
    return kAllAnswered;
  }
  const auto rows = make_row_writer(
      format,
      {{"name"}, {"download_bytes"}, {"dim"}, {"words"}, {"license"}, {"citation"}, {"by_hand"}},
      output.style(messages), *out);
  for (const PublishedModel& model : models) {
    rows->row({std::string_view(model.name), known(model.download_bytes), known(model.dim),
               known(model.words), std::string_view(model.license),
               std::string_view(model.citation), std::string_view(model.by_hand)});
  }
  rows->finish();
  out->finish();
  return kAllAnswered;
}

std::string FetchOptions::folder(const Context& context) const {
  if (!dir.empty()) return dir.substr(0, std::max<std::size_t>(dir.find_last_not_of('/') + 1, 1));
  if (!context.model_search.models_folder.empty()) return context.model_search.models_folder;
  throw Error(ErrorCode::usage,
              "there is no models folder, since neither $XDG_DATA_HOME nor $HOME is set: name one "
              "with --dir");
}

}  // namespace wordvec::cli
