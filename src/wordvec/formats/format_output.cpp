#include "wordvec/formats/format_output.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "wordvec/base/error.h"
#include "wordvec/base/file_extension.h"
#include "wordvec/formats/compression.h"

namespace wordvec {
namespace {

constexpr std::string_view kGzipExtension = ".gz";

}  // namespace

std::string_view without_gzip_extension(std::string_view path) {
  return less_extension(path, kGzipExtension);
}

void refuse_compressed_name(const std::string& path, bool gzip) {
  constexpr std::array<std::string_view, 4> kOthers = {".zip", ".lz4", ".7z", ".rar"};
  const auto refuse = [&](std::string_view extension) {
    if ((gzip && extension == kGzipExtension) || !has_extension(path, extension)) return;
    throw Error(
        ErrorCode::usage,
        fmt::format("cannot be written: {} is not made here{}; leave it out of the name, and "
                    "compress the file afterwards",
                    extension, gzip ? ", but .gz is" : ""),
        path);
  };
  for (const Compression& compression : compressions()) refuse(compression.extension);
  for (const std::string_view extension : kOthers) refuse(extension);
}

FormatOutput FormatOutput::create(const std::string& path, unsigned threads) {
  refuse_compressed_name(path);
  std::optional<GzipWriter> gzip;
  if (has_extension(path, kGzipExtension)) gzip.emplace(threads);
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
