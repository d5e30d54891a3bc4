#include "wordvec/base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace wordvec::parallel_test {
namespace {

void random_delay(std::size_t seed) {
  std::minstd_rand random(static_cast<unsigned>(seed * 2654435761U + 1));
  const auto microseconds = random() % 400;
  if (microseconds < 200) std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
}

// Counts to `items`; throws at the given places.
struct Pipeline {
  std::size_t items = 300;
  std::optional<std::size_t> produce_throws_at, work_throws_at, consume_throws_at, stop_after;
  std::size_t produced = 0;
  std::atomic<std::size_t> worked = 0;
  std::vector<std::size_t> consumed;

  void run(unsigned threads) {
    ordered_pipeline<std::size_t, std::size_t>(
        threads,
        [&]() -> std::optional<std::size_t> {
          if (produced == produce_throws_at) throw std::runtime_error("produce");
          if (produced == items) return std::nullopt;
          return produced++;
        },
        [&](std::size_t item) {
          random_delay(item);
          ++worked;
          if (item == work_throws_at) throw std::runtime_error("work");
          return item * item;
        },
        [&](std::size_t result) {
          if (consumed.size() == consume_throws_at) throw std::runtime_error("consume");
          consumed.push_back(result);
          return consumed.size() != stop_after;
        });
  }

  void expect_squares(std::size_t count) const {
    ASSERT_EQ(consumed.size(), count);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(consumed[i], i * i);
  }
};

std::string error_of(Pipeline& run, unsigned threads) {
  try {
    run.run(threads);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

TEST(OrderedPipeline, KeepsTheOrder) {
  for (unsigned threads = 1; threads <= 8; ++threads) {
    Pipeline run;
    run.run(threads);
    run.expect_squares(300);
    EXPECT_EQ(run.worked, 300U);
  }
}

TEST(OrderedPipeline, MayHaveNothingToDo) {
  for (unsigned threads = 0; threads <= 8; ++threads) {
    Pipeline run;
    run.items = 0;
    run.run(threads);
    EXPECT_TRUE(run.consumed.empty());
  }
}

TEST(OrderedPipeline, ThrowsWhatProduceThrowsAfterAllBeforeItIsConsumed) {
  for (unsigned threads = 1; threads <= 8; ++threads) {
    Pipeline run;
    run.produce_throws_at = 100;
    EXPECT_EQ(error_of(run, threads), "produce");
    run.expect_squares(100);
  }
}

TEST(OrderedPipeline, ThrowsWhatWorkThrowsAfterAllBeforeItIsConsumed) {
  for (unsigned threads = 1; threads <= 8; ++threads) {
    Pipeline run;
    run.work_throws_at = 57;
    EXPECT_EQ(error_of(run, threads), "work");
    run.expect_squares(57);
  }
}

TEST(OrderedPipeline, ThrowsTheFirstErrorInOrder) {
  for (unsigned threads = 1; threads <= 8; ++threads) {
    Pipeline run;
    run.produce_throws_at = 12;
    run.work_throws_at = 11;
    EXPECT_EQ(error_of(run, threads), "work");
    run.expect_squares(11);
  }
}

TEST(OrderedPipeline, ThrowsWhatConsumeThrows) {
  for (unsigned threads = 1; threads <= 8; ++threads) {
    Pipeline run;
    run.consume_throws_at = 41;
    EXPECT_EQ(error_of(run, threads), "consume");
    run.expect_squares(41);
  }
}

TEST(OrderedPipeline, StopsEarly) {
  for (unsigned threads = 1; threads <= 8; ++threads) {
    Pipeline run;
    run.stop_after = 20;
    run.run(threads);
    run.expect_squares(20);
    EXPECT_LE(run.produced, 20 + 2 * threads + 2);
  }
}

TEST(OrderedPipeline, KeepsFewItemsUnderWay) {
  for (unsigned threads = 1; threads <= 8; ++threads) {
    std::atomic<std::size_t> produced = 0;
    std::size_t consumed = 0;
    ordered_pipeline<int, int>(
        threads,
        [&]() -> std::optional<int> {
          if (produced == 200) return std::nullopt;
          ++produced;
          return 1;
        },
        [](int item) { return item; },
        [&](int) {
          EXPECT_LE(produced, consumed + 2 * threads + 3);
          ++consumed;
          return true;
        });
    EXPECT_EQ(consumed, 200U);
  }
}

TEST(OrderedPipeline, TakesMoveOnlyItemsAndResultsWithoutDefault) {
  struct Result {
    explicit Result(int v) : value(v) {}
    int value;
  };
  int next = 0;
  int sum = 0;
  ordered_pipeline<std::unique_ptr<int>, Result>(
      3,
      [&]() -> std::optional<std::unique_ptr<int>> {
        if (next == 10) return std::nullopt;
        return std::make_unique<int>(next++);
      },
      [](std::unique_ptr<int> item) { return Result(*item); },
      [&](const Result& result) {
        sum += result.value;
        return true;
      });
  EXPECT_EQ(sum, 45);
}

TEST(ParallelFor, CallsEachIndexOnce) {
  for (unsigned threads = 0; threads <= 8; ++threads) {
    for (const std::size_t count :
         {std::size_t{0}, std::size_t{1}, std::size_t{5}, std::size_t{1000}}) {
      std::vector<std::atomic<int>> calls(count);
      parallel_for(threads, count, [&](std::size_t i) { ++calls[i]; });
      for (const auto& n : calls) EXPECT_EQ(n, 1);
    }
  }
}

TEST(ParallelFor, ThrowsTheFirstExceptionOfThoseThrown) {
  for (unsigned threads = 1; threads <= 8; ++threads) {
    std::atomic<int> calls = 0;
    try {
      parallel_for(threads, 1000, [&](std::size_t i) {
        ++calls;
        random_delay(i);
        // 6 is always reached: nobody stops before it is handed out.
        if (i >= 6) throw std::runtime_error(std::to_string(i));
      });
      ADD_FAILURE();
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "6");
    }
    EXPECT_LT(calls, 1000);
  }
}

TEST(Threads, DefaultToWhatThereIs) {
  EXPECT_GE(available_threads(), 1U);
  EXPECT_EQ(threads_or_default(0), available_threads());
  EXPECT_EQ(threads_or_default(5), 5U);
}

}  // namespace
}  // namespace wordvec::parallel_test
