// The index of a model that is cut into several safetensors files: it is never read as vectors, and
// the message that says so is short and safe to show.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/input.h"
#include "fuzz/shown_text.h"
#include "wordvec/base/byte_source.h"
#include "wordvec/base/error.h"
#include "wordvec/formats/format.h"
#include "wordvec/model/row_filter.h"

namespace wordvec::fuzz {
namespace {

// At most 20 tensors and files are named, each with 60 bytes that may be escaped.
constexpr std::size_t kMaxMessageBytes = 20 * 2 * (5 * 60 + 60) + 500;

void read(std::string_view json, const std::string& tensor) {
  ReadOptions options;
  options.tensor = tensor;
  options.threads = 1;
  MemoryRows rows;
  try {
    ByteSource source = ByteSource::from_memory("model.safetensors.index.json", json);
    detect_format(source);
    kSafetensorsTensor.read(source, options, rows);
    require(false);  // there are no words
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed || error.code() == ErrorCode::usage);
    const std::string_view message = error.what();
    require(message.size() <= kMaxMessageBytes && is_safe(message));
  }
  require(rows.view().rows() == 0);
}

}  // namespace
}  // namespace wordvec::fuzz

// The first line is the tensor that is asked for, the rest the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wordvec::fuzz;
  Input input(data, size);
  const std::string tensor = input.text_to('\n');
  read(input.rest(), tensor);
  read(input.rest(), "");
  // Only what has this key is an index.
  read(R"({"weight_map":)" + std::string(input.rest()) + '}', tensor);
  return 0;
}
