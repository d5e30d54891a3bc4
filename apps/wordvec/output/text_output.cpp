#include "output/text_output.h"

#include <unistd.h>

#include <cerrno>

#include "output/terminal.h"
#include "wordvec/base/error.h"
#include "wordvec/base/output_file.h"
#include "wordvec/formats/format_output.h"

namespace wordvec::cli {
namespace {

Destination destination_of(int descriptor) {
  if (is_terminal(descriptor)) return Destination::terminal;
  return is_regular_file(descriptor) ? Destination::redirected : Destination::stream;
}

class StandardOutput final : public TextOutput {
 public:
  Destination destination() const override { return destination_of(kStandardOutput); }
  void finish() override {
    flush();
    // A file on a full network disk may refuse only when it is closed.
    if (::close(::dup(kStandardOutput)) != 0 && errno != EBADF) {
      throw Error::from_errno(errno, "standard output", "cannot write");
    }
  }

 protected:
  void write(std::string_view text) override {
    while (!text.empty()) {
      const ssize_t n = ::write(kStandardOutput, text.data(), text.size());
      if (n < 0) {
        if (errno == EINTR) continue;
        if (errno == EPIPE) throw ClosedPipe{};
        throw Error::from_errno(errno, "standard output", "cannot write");
      }
      if (n == 0) throw Error(ErrorCode::io, "cannot write: no byte is taken", "standard output");
      text.remove_prefix(static_cast<std::size_t>(n));
    }
  }
};

class FileOutput final : public TextOutput {
 public:
  explicit FileOutput(const std::string& path) : file_(OutputFile::create(path)) {}
  Destination destination() const override {
    // Else it may be /dev/tty.
    return file_.is_seekable() ? Destination::named_file : destination_of(file_.descriptor());
  }
  void finish() override {
    flush();
    file_.publish();
  }

 protected:
  void write(std::string_view text) override { file_.write(text); }

 private:
  OutputFile file_;
};

}  // namespace

void TextOutput::flush() {
  if (buffer_.empty()) return;
  write(buffer_);
  buffer_.clear();
}

std::unique_ptr<TextOutput> make_standard_output() {
  return std::make_unique<StandardOutput>();
}

std::unique_ptr<TextOutput> make_file_output(const std::string& path) {
  if (path == "-") return make_standard_output();
  refuse_compressed_name(path, false);
  return std::make_unique<FileOutput>(path);
}

}  // namespace wordvec::cli
