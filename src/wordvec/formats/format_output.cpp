#include "wordvec/formats/format_output.h"

#include <utility>

namespace wordvec {
namespace {

constexpr std::string_view kGzipExtension = ".gz";

}  // namespace

std::string_view without_gzip_extension(std::string_view path) {
  if (path.ends_with(kGzipExtension)) path.remove_suffix(kGzipExtension.size());
  return path;
}

FormatOutput FormatOutput::create(const std::string& path, unsigned threads) {
  std::optional<GzipWriter> gzip;
  if (path.ends_with(kGzipExtension)) gzip.emplace(threads);
  return {OutputFile::create(path), std::move(gzip)};
}

void FormatOutput::write_head(std::string_view bytes) {
  head_bytes_ = bytes.size();
  if (gzip_) {
    gzip_->write_head(file_, bytes);
  } else {
    file_.write(bytes);
  }
}

void FormatOutput::write(std::span<const std::byte> bytes) {
  if (gzip_) {
    gzip_->write(file_, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  } else {
    file_.write(bytes);
  }
}

void FormatOutput::replace_head(std::string_view bytes) {
  if (gzip_) {
    gzip_->replace_head(file_, bytes);
    return;
  }
  if (bytes.size() != head_bytes_) file_.move_tail(head_bytes_, bytes.size());
  head_bytes_ = bytes.size();
  file_.write_at(std::as_bytes(std::span(bytes)), 0);
}

void FormatOutput::complete() {
  if (gzip_ && !complete_) gzip_->finish(file_);
  complete_ = true;
}

void FormatOutput::sync() {
  complete();
  file_.sync();
}

void FormatOutput::publish() {
  complete();
  file_.publish();
}

}  // namespace wordvec
