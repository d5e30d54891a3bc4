#include "wordvec/analysis/sif_texts.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "wordvec/base/bytes.h"
#include "wordvec/simd/dispatch.h"

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

void SifTexts::take_away(std::span<const double> direction, std::span<float> vector,
                         Removal& removal) {
  const simd::Kernels& kernels = simd::active();
  const auto squared_length = [&] {
    return kernels.dot(vector.data(), vector.data(), vector.size());
  };
  const double before = squared_length();
  if (before == 0) return;
  remove_component(direction, vector);
  const double after = squared_length();
  squared_before_ += before;
  squared_after_ += after;
  if (after == 0) {
    ++removal.zeroed;
    return;
  }
  const double error = kRoundingShare * std::sqrt(before);
  if (!line_) {
    line_ = Residue{{vector.begin(), vector.end()}, after, error};
    removal.on_a_line = true;
    return;
  }
  if (!removal.on_a_line) return;
  // How far it is from the line, and how far rounding, of both, can have moved it.
  const double along = kernels.dot(vector.data(), line_->vector.data(), vector.size());
  const double across = std::max(0.0, after - along * along / line_->squared_length);
  const double moved = error + line_->error * std::sqrt(after / line_->squared_length);
  // The difference of the squares is off by some units of double, which is more than `moved` of a
  // residue that is nearly all of its vector.
  const double rounding = 0x1p-50 * static_cast<double>(dim_) * after;
  removal.on_a_line = across <= moved * moved + rounding;
}

SifTexts::Removal SifTexts::for_each(const Each& each) {
  write_pending();
  Removal removal;
  removal.texts = component_.count();
  const bool removes = removal.texts >= 2;
  const std::vector<double> direction = removes ? component_.direction() : std::vector<double>();
  std::vector<float> vector(dim_);
  const std::size_t record_bytes = sizeof(std::uint64_t) + dim_ * sizeof(float);
  std::vector<char> records(std::max<std::size_t>(kPendingBytes / record_bytes, 1) * record_bytes);
  file_.rewind();
  while (const std::size_t read_bytes = file_.read(records)) {
    for (std::size_t at = 0; at < read_bytes; at += record_bytes) {
      std::memcpy(vector.data(), &records[at] + sizeof(std::uint64_t), dim_ * sizeof(float));
      if (removes) take_away(direction, vector, removal);
      each(load_le<std::uint64_t>(&records[at]), vector);
    }
  }
  // Of vectors that are all beyond float32 there is no share.
  if (squared_before_ > 0) {
    removal.share = std::clamp(1 - squared_after_ / squared_before_, 0.0, 1.0);
  }
  return removal;
}

}  // namespace wordvec
