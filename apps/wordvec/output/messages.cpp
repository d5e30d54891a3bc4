#include "output/messages.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "output/terminal.h"
#include "wordvec/base/quote.h"

namespace wordvec::cli {
namespace {

struct Label {
  spdlog::level::level_enum level;
  Verbosity shown_from;
  std::string_view text;
  std::string_view colour;
};

}  // namespace

Messages::Messages() = default;
Messages::~Messages() = default;

void Messages::write(Kind kind, const std::string& text) {
  static constexpr Label kLabels[] = {
      {spdlog::level::err, Verbosity::quiet, "error: ", "\x1b[1;31m"},
      {spdlog::level::warn, Verbosity::normal, "warning: ", "\x1b[1;33m"},
      {spdlog::level::warn, Verbosity::normal, "note: ", "\x1b[1;36m"},
      {spdlog::level::info, Verbosity::verbose, "", ""},
      {spdlog::level::debug, Verbosity::debug, "", ""},
  };
  const Label& label = kLabels[static_cast<std::size_t>(kind)];
  if (verbosity_ < label.shown_from) return;
  if (!logger_) {
    // Not spdlog's registry, whose default logger writes to standard output.
    logger_ = std::make_shared<spdlog::logger>("wordvec",
                                               std::make_shared<spdlog::sinks::stderr_sink_st>());
    logger_->set_pattern("wordvec: %v");
    logger_->set_level(spdlog::level::debug);
  }
  // Whatever words, names of files and answers of servers a message is made of.
  const std::string line = printable(text);
  const bool colour = !label.colour.empty() && use_colour(kStandardError);
  logger_->log(label.level, "{}{}{}{}", colour ? label.colour : "", label.text,
               colour ? "\x1b[0m" : "", line);
}

}  // namespace wordvec::cli
