// Rules of n-grams and a word, both from bytes.
#include "wordvec/model/subwords.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "wordvec/model/vocabulary_builder.h"

namespace {

using namespace wordvec;

void require(bool holds) {
  if (!holds) std::abort();
}

// Takes numbers from the front of the input.
class Input {
 public:
  explicit Input(std::string_view bytes) : bytes_(bytes) {}

  std::uint32_t number(std::uint32_t most) {
    std::uint32_t value = 0;
    for (int i = 0; i < 2 && !bytes_.empty(); ++i) {
      value = (value << 8U) | static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
    }
    return value % (most + 1);
  }
  std::string_view text(std::uint32_t most) {
    const std::size_t size = number(most);
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view rest() const { return bytes_; }

 private:
  std::string_view bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({reinterpret_cast<const char*>(data), size});
  SubwordRules rules;
  rules.scheme = static_cast<SubwordScheme>(input.number(5));
  rules.min_length = input.number(70);
  rules.max_length = input.number(70);
  rules.buckets = input.number(300);
  rules.hash_count = input.number(6);
  rules.seed = input.number(65535);
  rules.unit_length = input.number(1) == 1;
  rules.begin = input.text(66);
  rules.end = input.text(66);
  std::vector<std::uint32_t> buckets(input.number(20));
  for (std::uint32_t& bucket : buckets) bucket = input.number(300);
  VocabularyBuilder ngrams;
  for (std::uint32_t i = input.number(8); i > 0; --i) ngrams.add(input.text(9));
  const std::size_t rows = input.number(300);
  const std::vector<float> values(rows * 2, 1.0F);
  const Subwords subwords(rules, {buckets, ngrams.view()}, {values.data(), rows, 2});

  const bool can_be = problem_of(rules).empty();
  std::vector<std::uint32_t> found;
  subwords.rows_of(input.rest(), found);
  require(std::all_of(found.begin(), found.end(), [&](std::uint32_t row) { return row < rows; }));
  std::vector<std::uint32_t> again = {7};
  subwords.rows_of(input.rest(), again);
  require(again.size() == found.size() + 1 && std::equal(found.begin(), found.end(), &again[1]));
  std::vector<float> vector(2);
  require(subwords.vector_of(input.rest(), vector) == !found.empty());
  if (can_be && !found.empty() && !rules.unit_length) {
    require(vector[0] > 0.99F && vector[0] < 1.01F);  // a mean of ones
  }
  return 0;
}
