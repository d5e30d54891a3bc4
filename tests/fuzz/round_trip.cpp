// Rows through the writer of each format, and back: equal to the last bit, or refused.
// About a hundred inputs a second: each makes, publishes and reads files.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/input.h"
#include "fuzz/memory_folder.h"
#include "fuzz/shown_text.h"
#include "wordvec/base/error.h"
#include "wordvec/base/half.h"
#include "wordvec/formats/format.h"
#include "wordvec/formats/input.h"
#include "wordvec/model/vocabulary.h"
#include "wordvec/store/container.h"
#include "wordvec/store/container_writer.h"

namespace wordvec::fuzz {
namespace {

struct Rows {
  std::size_t dim = 0;
  std::vector<std::string> words;
  std::vector<float> values;
  std::vector<std::uint64_t> counts;
};

class Collector final : public RowSink {
 public:
  void begin(std::size_t dim, std::optional<std::uint64_t> /*rows_hint*/) override {
    rows.dim = dim;
  }
  bool append(const RowBatch& batch) override {
    for (const std::string_view word : batch.words) rows.words.emplace_back(word);
    rows.values.insert(rows.values.end(), batch.vectors.begin(), batch.vectors.end());
    return true;
  }
  void finish() override {}

  Rows rows;
};

bool are_equal(const std::vector<float>& a, const std::vector<float>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](float x, float y) {
    return std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y);
  });
}

// One of few, or any; none that is not finite.
float value_from(Input& input) {
  constexpr std::uint32_t kBits[] = {0x00000000, 0x80000000, 0x3f800000, 0xbf800000, 0x3f000000,
                                     0x00000001, 0x80000001, 0x007fffff, 0x00800000, 0x7f7fffff,
                                     0xff7fffff, 0x4b800000, 0x3dcccccd, 0x477fe000, 0x33800000};
  const std::uint8_t which = input.byte();
  const float any = std::bit_cast<float>(
      which < std::size(kBits) ? kBits[which] : static_cast<std::uint32_t>(input.number(4)));
  return std::isfinite(any) ? any : 1.5F;
}

Rows rows_from(Input& input) {
  Rows rows;
  rows.dim = 1 + input.byte() % 5;
  const std::size_t count = 1 + input.byte() % 12;
  const bool has_counts = input.byte() % 2 == 1;
  for (std::size_t r = 0; r < count; ++r) {
    rows.words.push_back(input.text(input.byte()));
    for (std::size_t i = 0; i < rows.dim; ++i) rows.values.push_back(value_from(input));
    if (has_counts) rows.counts.push_back(input.number(4));
  }
  return rows;
}

// In two batches.
void pour(const Rows& rows, RowSink& sink, std::optional<std::uint64_t> hint) {
  const std::vector<std::string_view> words(rows.words.begin(), rows.words.end());
  const RowBatch all{rows.dim, words, rows.values, rows.counts};
  sink.begin(rows.dim, hint);
  const std::size_t first = words.size() / 3;
  if (first > 0) sink.append(all.slice(0, first));
  sink.append(all.slice(first, words.size() - first));
  sink.finish();
}

// A writer says of which rows it cannot be true to; it leaves nothing then.
bool is_written(RowSink& sink, const Rows& rows, bool has_hint) {
  const auto hint = has_hint ? std::optional<std::uint64_t>(rows.words.size()) : std::nullopt;
  try {
    pour(rows, sink, hint);
    return true;
  } catch (const Error& error) {
    require(error.code() == ErrorCode::usage && is_safe(error.what()));
    return false;
  }
}

bool are_hardly_text(const std::vector<std::string>& words) {
  std::size_t controls = 0;
  std::size_t size = 0;
  for (const std::string& word : words) {
    size += word.size() + 1;
    controls += static_cast<std::size_t>(std::count_if(
        word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
  }
  return controls > 3 && controls * 20 > size;
}

void write_and_read(const Format& format, const Rows& rows, unsigned flags) {
  static const MemoryFolder folder;
  const bool half = (flags & 1) != 0 && format.make_half_writer != nullptr;
  const bool gzip = (flags & 2) != 0;
  const std::string path =
      folder.file("rows" + std::string(format.extension) + (gzip ? ".gz" : ""));
  folder.clear();
  {
    const auto make = half ? format.make_half_writer : format.make_writer;
    const std::unique_ptr<RowSink> writer = make(path, 1);
    if (!is_written(*writer, rows, (flags & 4) != 0)) {
      require(!std::filesystem::exists(path));
      return;
    }
  }
  std::vector<float> expected = rows.values;
  if (half) {
    for (float& x : expected) x = half_to_float(float_to_half(x));
  }
  Collector found;
  ReadOptions options;
  options.threads = 1;
  ReadReport report;
  try {
    ByteSource source = open_input(path, "");
    report = format.read(source, options, found);
  } catch (const Error& error) {
    // Words that are hardly text are told of where they stand in a list of their own.
    require(error.code() == ErrorCode::malformed && are_hardly_text(rows.words));
    return;
  }
  require(report.bad_rows == 0 && report.rows_read == rows.words.size());
  require(report.row_count_mismatch.empty());
  require(found.rows.dim == rows.dim && found.rows.words == rows.words);
  require(are_equal(found.rows.values, expected));
}

void write_and_open_container(const Rows& rows, unsigned flags) {
  static const MemoryFolder folder;
  const std::string path = folder.file("m.safetensors");
  folder.clear();
  ContainerOptions options;
  options.codes = (flags & 1) != 0;
  options.threads = 1;
  const std::set<std::string> distinct(rows.words.begin(), rows.words.end());
  try {
    ContainerWriter writer(path, {}, options);
    pour(rows, writer, std::nullopt);
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed && distinct.size() < rows.words.size());
    return;
  }
  require(distinct.size() == rows.words.size());
  const Container container = Container::open(path);
  require(container.verify().empty());
  const Embeddings& embeddings = container.embeddings();
  require(embeddings.rows() == rows.words.size() && embeddings.dim() == rows.dim);
  for (std::size_t r = 0; r < rows.words.size(); ++r) {
    require(embeddings.vocabulary.word(static_cast<Row>(r)) == rows.words[r]);
    require(embeddings.vocabulary.find(rows.words[r]) == static_cast<Row>(r));
  }
  const std::vector<float> values(embeddings.matrix.data,
                                  embeddings.matrix.data + rows.values.size());
  require(are_equal(values, rows.values));
  const bool tells = std::any_of(rows.counts.begin(), rows.counts.end(),
                                 [](std::uint64_t count) { return count > 0; });
  require(std::equal(embeddings.counts.begin(), embeddings.counts.end(), rows.counts.begin(),
                     tells ? rows.counts.end() : rows.counts.begin()));
}

}  // namespace
}  // namespace wordvec::fuzz

// A byte that chooses the format, one that chooses options, and the rows.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wordvec::fuzz;
  Input input(data, size);
  std::vector<const wordvec::Format*> written = {nullptr};  // the container
  for (const wordvec::Format* format : wordvec::formats()) {
    if (format->make_writer != nullptr) written.push_back(format);
  }
  const wordvec::Format* const format = written[input.byte() % written.size()];
  const unsigned flags = input.byte();
  const Rows rows = rows_from(input);
  if (format == nullptr) {
    write_and_open_container(rows, flags);
  } else {
    write_and_read(*format, rows, flags);
  }
  return 0;
}
