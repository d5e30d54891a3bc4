// The files that the writers of the formats write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "wordvec/base/output_file.h"
#include "wordvec/formats/gzip_writer.h"

namespace wordvec {

// "a.txt" of "a.txt.gz", in any case, whose files FormatOutput compresses; another path as it is.
std::string_view without_gzip_extension(std::string_view path);

// Throws Error(usage) for a name that promises a compression which is not written: all but ".gz",
// and without `gzip` that too.
void refuse_compressed_name(const std::string& path, bool gzip = true);

// An OutputFile (see there) whose bytes are compressed with gzip when `path` ends in ".gz". Only
// its head can be replaced later, since compressed bytes cannot be moved. Equal writes make equal
// files, whatever the number of threads. Functions throw Error(io) naming `path`. Not for use by
// several threads at once.
class FormatOutput {
 public:
  // Compresses on `threads` threads; 0: all there are. Throws as refuse_compressed_name().
  static FormatOutput create(const std::string& path, unsigned threads);

  // Begins the file with bytes that replace_head() may replace: before any write(), at most
  // GzipWriter::kMaxHeadBytes.
  void write_head(std::string_view bytes);
  // Appends.
  void write(std::span<const std::byte> bytes);
  void write(std::string_view bytes) { write(std::as_bytes(std::span(bytes))); }
  // Puts `bytes` in the place of the head, at most 64 bytes longer than it was. After the last
  // write(); only where is_seekable().
  void replace_head(std::string_view bytes);
  // Writes and syncs all bytes, so that publish() has little left to fail. Nothing can be written
  // after it.
  void sync();
  void publish();

  bool is_seekable() const noexcept { return file_.is_seekable(); }
  const std::string& path() const noexcept { return file_.path(); }

 private:
  void complete();
  FormatOutput(OutputFile file, std::optional<GzipWriter> gzip)
      : file_(std::move(file)), gzip_(std::move(gzip)) {}

  OutputFile file_;
  std::optional<GzipWriter> gzip_;  // nullopt: not compressed
  std::size_t head_bytes_ = 0;
  bool complete_ = false;
};

}  // namespace wordvec
