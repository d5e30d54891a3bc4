// Where results are written.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace wordvec::cli {

// The reader of our output has gone away (head, less): the run ends quietly.
struct ClosedPipe {};

// Who gets the text.
enum class Destination {
  terminal,    // what is written may move the cursor, colour, or ring
  stream,      // a pipe, a device
  redirected,  // a file, as standard output
  named_file,
};

// Text, collected and written in large pieces. Throws Error(io), and ClosedPipe.
class TextOutput {
 public:
  TextOutput() = default;
  TextOutput(const TextOutput&) = delete;
  TextOutput& operator=(const TextOutput&) = delete;
  virtual ~TextOutput() = default;

  std::string& buffer() { return buffer_; }  // append here, then call flush_if_full()
  void flush_if_full() {
    if (buffer_.size() >= kFlushBytes) flush();
  }
  void flush();
  virtual Destination destination() const = 0;
  bool is_terminal() const { return destination() == Destination::terminal; }
  // Everything is written: a file appears under its name, standard output has taken the last byte.
  virtual void finish() = 0;

 protected:
  virtual void write(std::string_view text) = 0;

 private:
  static constexpr std::size_t kFlushBytes = std::size_t{256} << 10;
  std::string buffer_;
};

std::unique_ptr<TextOutput> make_standard_output();
// "-" is standard output.
std::unique_ptr<TextOutput> make_file_output(const std::string& path);

}  // namespace wordvec::cli
