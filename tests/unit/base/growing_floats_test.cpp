#include "wordvec/base/growing_floats.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace wordvec::growing_floats_test {
namespace {

TEST(GrowingFloats, HoldsWhatWasAppended) {
  std::mt19937 random(1);
  GrowingFloats floats;
  std::vector<float> expected;
  EXPECT_EQ(floats.size(), 0U);
  floats.append({});
  // Up to some megabytes, so that pages are moved.
  for (int i = 0; i < 300; ++i) {
    std::vector<float> values(random() % 10'000);
    for (float& x : values) x = static_cast<float>(random());
    floats.append(values);
    expected.insert(expected.end(), values.begin(), values.end());
    ASSERT_EQ(floats.size(), expected.size());
  }
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), floats.data()));
}

}  // namespace
}  // namespace wordvec::growing_floats_test
