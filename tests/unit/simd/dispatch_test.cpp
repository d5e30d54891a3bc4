#include "wordvec/simd/dispatch.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace wordvec::simd::dispatch_test {
namespace {

TEST(Dispatch, BuildsTheScalarTableFirst) {
  ASSERT_FALSE(built_kernels().empty());
  EXPECT_STREQ(built_kernels()[0]->name, "scalar");
  EXPECT_TRUE(is_supported(*built_kernels()[0]));
  std::set<std::string> names;
  for (const Kernels* kernels : built_kernels()) names.insert(kernels->name);
  EXPECT_EQ(names.size(), built_kernels().size());
}

TEST(Dispatch, StartsWithTheFastestThatIsSupported) {
  const Kernels* last = nullptr;
  for (const Kernels* kernels : built_kernels()) {
    if (is_supported(*kernels)) last = kernels;
  }
  const std::string before = active().name;
  ASSERT_TRUE(select(last->name));
  EXPECT_EQ(before, active().name);
}

TEST(Dispatch, SelectsByName) {
  const std::string before = active().name;
  for (const Kernels* kernels : built_kernels()) {
    if (is_supported(*kernels)) {
      EXPECT_TRUE(select(kernels->name));
      EXPECT_EQ(&active(), kernels);
    } else {
      EXPECT_FALSE(select(kernels->name));
    }
  }
  select(before);
}

TEST(Dispatch, RefusesUnknownNamesAndKeepsItsChoice) {
  const Kernels* before = &active();
  for (const char* name : {"", "AVX2", "avx", "avx2 ", "neon", "scala", "scalar\n"}) {
    EXPECT_FALSE(select(name)) << name;
    EXPECT_EQ(&active(), before);
  }
}

}  // namespace
}  // namespace wordvec::simd::dispatch_test
