#include "wordvec/analysis/sif_texts.h"

#include <algorithm>
#include <cstring>

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
  std::vector<float> vector(dim_);
  const std::size_t record_bytes = sizeof(std::uint64_t) + dim_ * sizeof(float);
  std::vector<char> records(std::max<std::size_t>(kPendingBytes / record_bytes, 1) * record_bytes);
  file_.rewind();
  while (const std::size_t read_bytes = file_.read(records)) {
    for (std::size_t at = 0; at < read_bytes; at += record_bytes) {
      std::memcpy(vector.data(), &records[at] + sizeof(std::uint64_t), dim_ * sizeof(float));
      if (removes) remove_component(direction, vector);
      each(load_le<std::uint64_t>(&records[at]), vector);
    }
  }
  return removes;
}

}  // namespace wordvec
