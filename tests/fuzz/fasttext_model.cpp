#include "fuzz/reader_target.h"
#include "wordvec/model/subwords.h"

namespace {

using namespace wordvec;

// Checks what the reader promises of the n-grams that it hands on.
class NgramSink final : public RowSink {
 public:
  void begin(std::size_t dim, std::optional<std::uint64_t> /*rows_hint*/) override { dim_ = dim; }
  bool append(const RowBatch& /*batch*/) override { return false; }
  void finish() override {}
  bool wants_subwords() const noexcept override { return true; }
  void begin_subwords(const SubwordRules& rules, const SubwordIndex& index,
                      std::uint64_t rows) override {
    fuzz::require(problem_of(rules).empty() && rows > 0);
    fuzz::require(index.buckets.empty() ? rules.buckets == rows : index.buckets.size() == rows);
    fuzz::require(std::is_sorted(index.buckets.begin(), index.buckets.end()));
    rows_ = rows;
  }
  void append_subwords(std::span<const float> vectors) override {
    for (const float x : vectors) fuzz::require(std::isfinite(x));
    values_ += vectors.size();
  }
  void check() const { fuzz::require(values_ == rows_ * dim_); }

 private:
  std::size_t dim_ = 0;
  std::uint64_t rows_ = 0;
  std::uint64_t values_ = 0;
};

void read_ngrams(std::string_view bytes) {
  ReadOptions options;
  options.threads = 1;
  options.skip_bad = true;
  options.trust_rows = true;
  NgramSink sink;
  try {
    ByteSource source = ByteSource::from_memory("input", bytes);
    kFastTextModel.read(source, options, sink);
    sink.check();
  } catch (const Error& error) {
    fuzz::require(error.code() == ErrorCode::malformed);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::read(kFastTextModel, data, size);
  if (size > 0) read_ngrams({reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
