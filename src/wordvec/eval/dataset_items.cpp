#include "wordvec/eval/dataset_items.h"

#include <cmath>

#include "wordvec/simd/dispatch.h"

namespace wordvec {

std::string_view name_of(ItemStatus status) {
  switch (status) {
    case ItemStatus::counted:
      return "counted";
    case ItemStatus::unknown:
      return "unknown";
    case ItemStatus::no_direction:
      return "no-direction";
  }
  return "";
}

bool DirectionCheck::has_direction(const std::string& word, std::span<const float> vector) {
  const double squared_length = simd::active().dot(vector.data(), vector.data(), vector.size());
  if (squared_length > 0 && std::isfinite(squared_length)) return true;
  (squared_length == 0 ? zeros_ : not_finite_).add(word);
  return false;
}

}  // namespace wordvec
