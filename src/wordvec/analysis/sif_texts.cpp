#include "wordvec/analysis/sif_texts.h"

#include <algorithm>
#include <string_view>

#include "wordvec/base/bytes.h"

namespace wordvec {
namespace {

constexpr std::size_t kPendingBytes = std::size_t{1} << 20;

}  // namespace

SifTexts::SifTexts(std::size_t dim) : dim_(dim), component_(dim), file_(TemporaryFile::create()) {}

void SifTexts::add(std::uint64_t words, std::span<const float> vector) {
  component_.add(vector);
  const auto count = bytes_of(std::span<const std::uint64_t>(&words, 1));
  const auto values = bytes_of(vector);
  pending_.insert(pending_.end(), count.begin(), count.end());
  pending_.insert(pending_.end(), values.begin(), values.end());
  if (pending_.size() >= kPendingBytes) write_pending();
}

void SifTexts::write_pending() {
  file_.write(pending_);
  pending_.clear();
}

bool SifTexts::for_each(const Each& each) {
  write_pending();
  const bool removes = component_.count() >= 2;
  const std::vector<double> direction = removes ? component_.direction() : std::vector<double>();
  if (file_.size_bytes() == 0) return removes;
  const MappedFile all = file_.map();
  std::vector<float> vector(dim_);
  const std::size_t record_bytes = sizeof(std::uint64_t) + dim_ * sizeof(float);
  for (std::string_view rest = all.bytes(); !rest.empty(); rest.remove_prefix(record_bytes)) {
    std::memcpy(vector.data(), rest.data() + sizeof(std::uint64_t), dim_ * sizeof(float));
    if (removes) remove_component(direction, vector);
    each(load_le<std::uint64_t>(rest.data()), vector);
  }
  return removes;
}

}  // namespace wordvec
