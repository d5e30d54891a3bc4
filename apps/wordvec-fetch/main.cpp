// What `wordvec fetch` runs: the part of the command that needs libcurl.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "options/fetch_options.h"
#include "output/conversion_warnings.h"
#include "output/progress_bar.h"
#include "program.h"
#include "wordvec/base/quote.h"
#include "wordvec/fetch/fetch_model.h"
#include "wordvec/fetch/http_fields.h"

namespace wordvec::cli {
namespace {

bool is_same_folder(const std::string& a, const std::string& b) {
  const auto normal = [](const std::string& path) {
    return std::filesystem::absolute(path).lexically_normal();
  };
  return !a.empty() && !b.empty() && normal(a) == normal(b);
}

// Tells a person how it goes.
class Reporter final : public FetchListener {
 public:
  explicit Reporter(Messages& messages)
      : messages_(messages), shows_progress_(messages.verbosity() != Verbosity::quiet) {}

  void on_lock_wait() override {
    messages_.note("another process fetches this model: waiting for it");
  }
  void on_retry(const std::string& url, const std::string& problem,
                std::chrono::milliseconds delay) override {
    end_progress();
    messages_.note("{}: {}; trying again in {:.1f} s", url, problem,
                   std::chrono::duration<double>(delay).count());
  }
  void on_mirror_failed(const std::string& what) override {
    end_progress();
    messages_.warning("{}; trying the next address", what);
  }
  void on_whole_archive(const std::string& url) override {
    end_progress();
    messages_.note("{}: the server gives no pieces of files, so all of the archive is downloaded",
                   url);
  }
  void on_resume(std::uint64_t resumed_bytes) override {
    messages_.note("going on at {}", human_bytes(resumed_bytes));
  }
  void on_mismatch(const std::string& what) override {
    end_progress();
    messages_.warning("{}: taken all the same", what);
  }
  void on_download(std::uint64_t done_bytes, std::uint64_t total_bytes,
                   std::uint64_t resumed_bytes) override {
    show("downloading", done_bytes, total_bytes, resumed_bytes);
  }
  void on_convert(std::uint64_t done_bytes, std::uint64_t total_bytes) override {
    show("converting", done_bytes, total_bytes, 0);
  }
  void on_index(std::uint64_t done, std::uint64_t all) override { show("indexing", done, all, 0); }

  void end_progress() { progress_.reset(); }

 private:
  void show(std::string_view what, std::uint64_t done, std::uint64_t total, std::uint64_t before) {
    if (!progress_ || what != shown_) {
      progress_.reset();
      shown_ = what;
      progress_.emplace(shown_, shows_progress_, before);
    }
    progress_->update(done, total == 0 ? std::nullopt : std::optional(total));
  }

  Messages& messages_;
  bool shows_progress_;
  std::string shown_;
  std::optional<ProgressBar> progress_;
};

class Fetch final : public Command {
 public:
  void define(OptionSet& options) override { options_.define(options); }

  int run(Context& context) override {
    Messages& messages = context.messages;
    options_.run.apply(messages);
    if (options_.list) return options_.print_list(messages);
    FetchRequest request;
    request.model =
        choose_published(options_.catalogue(), options_.name, options_.url, options_.member);
    request.folder = options_.folder(context);
    request.make_default = is_same_folder(request.folder, context.model_search.models_folder);
    request.keep = options_.keep;
    request.again = options_.again;
    request.codes = !options_.no_index;
    request.allow_checksum_mismatch = options_.allow_checksum_mismatch;
    request.allow_http = !options_.url.empty() || !options_.catalogue_file.empty();
    request.threads = options_.run.threads();
    request.retry.first_delay =
        std::chrono::milliseconds(static_cast<std::int64_t>(options_.retry_delay_seconds * 1000));
    for (const std::string& url : request.model.urls) {
      if (request.allow_http && has_scheme(url, "http")) {
        messages.note("http:// is not encrypted: others on the way can read and change what comes");
        break;
      }
    }
    Reporter reporter(messages);
    const FetchReport report = fetch_model(request, reporter);
    reporter.end_progress();
    tell(request.model, report, messages);
    return kAllAnswered;
  }

 private:
  static void tell(const PublishedModel& model, const FetchReport& report, Messages& messages) {
    if (report.was_there) {
      messages.note("{} is there already: {} (--again fetches it anew)", printable(model.name),
                    printable(report.path));
      tell_default(report, messages);
      return;
    }
    const ConvertReport& conversion = report.conversion;
    warn_about_rows(conversion.read, conversion.counts.duplicates,
                    conversion.counts.first_duplicate, messages);
    messages.note("{}: {} rows of {} values in {} ({} downloaded)", printable(model.name),
                  conversion.rows, conversion.dim, printable(report.path),
                  human_bytes(report.transferred_bytes));
    if (report.may_be_cut_off) {
      messages.warning(
          "the server did not say where the file ends, and this kind of file does not either: "
          "nothing shows that these {} rows are all",
          conversion.rows);
    }
    if (!report.kept_path.empty()) {
      messages.note("the download is kept: {}", printable(report.kept_path));
    }
    if (!model.citation.empty()) {
      messages.note("licence {}; cite {}",
                    model.license.empty() ? "unknown" : printable(model.license),
                    printable(model.citation));
    }
    tell_default(report, messages);
  }

  static void tell_default(const FetchReport& report, Messages& messages) {
    if (!report.is_new_default) return;
    messages.note("it is the default now: the model that is asked when none is named");
  }

  FetchOptions options_;
};

const CommandEntry kFetchProgram = {
    "fetch", kFetchSummary, kFetchExamples, kFetchDetails,
    []() -> std::unique_ptr<Command> { return std::make_unique<Fetch>(); }};

}  // namespace
}  // namespace wordvec::cli

int main(int argc, char** argv) {
  using namespace wordvec::cli;
  ignore_signals_of_writing();
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return guarded_run(
      [&](Messages& messages) { return run_command(kFetchProgram, arguments, messages); });
}
