#include "fuzz/reader_target.h"
#include "wordvec/model/subwords.h"

namespace {

using namespace wordvec;

// Checks what a reader promises of its n-grams.
class SubwordSink final : public RowSink {
 public:
  void begin(std::size_t dim, std::optional<std::uint64_t> /*rows_hint*/) override { dim_ = dim; }
  bool append(const RowBatch& /*batch*/) override { return true; }
  void finish() override {}
  bool wants_subwords() const noexcept override { return true; }
  void begin_subwords(const SubwordRules& rules, const SubwordIndex& index,
                      std::uint64_t rows) override {
    fuzz::require(problem_of(rules).empty() && rows > 0);
    fuzz::require(rules.scheme == SubwordScheme::listed ? index.ngrams.size() == rows
                                                        : rules.buckets == rows);
    rules_ = rules;
    index_ = index;
    rows_ = rows;
  }
  void append_subwords(std::span<const float> vectors) override {
    for (const float x : vectors) fuzz::require(std::isfinite(x));
    vectors_.insert(vectors_.end(), vectors.begin(), vectors.end());
    if (vectors_.size() < rows_ * dim_) return;
    fuzz::require(vectors_.size() == rows_ * dim_);
    const Subwords subwords(rules_, index_, {vectors_.data(), rows_, dim_});
    std::vector<float> vector(dim_);
    for (const std::string_view word : {"", "a", "abcd", "na\xc3\xafve", "\xff"}) {
      subwords.vector_of(word, vector);
    }
  }

 private:
  std::size_t dim_ = 0;
  SubwordRules rules_;
  SubwordIndex index_;
  std::uint64_t rows_ = 0;
  std::vector<float> vectors_;
};

void read_subwords(std::string_view bytes) {
  ReadOptions options;
  options.threads = 1;
  options.skip_bad = true;
  SubwordSink sink;
  try {
    ByteSource source = ByteSource::from_memory("input", bytes);
    kFinalfusion.read(source, options, sink);
    fuzz::require(source.at_end());
  } catch (const Error& error) {
    fuzz::require(error.code() == ErrorCode::malformed);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::read(kFinalfusion, data, size);
  if (size > 0) read_subwords({reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
