// Work on all cores whose results do not depend on how many there are.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace wordvec {

// Threads that this process may run at once; at least 1.
unsigned available_threads() noexcept;

// `asked`, or available_threads() for 0.
inline unsigned threads_or_default(unsigned asked) noexcept {
  return asked != 0 ? asked : available_threads();
}

// Adds up to `count` threads that call run(); fewer, perhaps none, where the system gives no more.
void start_threads(std::vector<std::jthread>& threads, std::size_t count,
                   const std::function<void()>& run);

// Calls body(i) for each i in [0, count), on up to `threads` threads, of which the calling one is
// one: it does all where the system gives no other. The first exception (in the order of i among
// those thrown) is thrown again here, when all threads have ended.
void parallel_for(unsigned threads, std::size_t count,
                  const std::function<void(std::size_t)>& body);

// produce() → work() → consume(), for items in order:
//   std::optional<Item> produce()   serially, in order, on any thread; nullopt ends
//   Result work(Item)               on up to `threads` threads at once
//   bool consume(Result)            serially, in order, on the calling thread; false ends early
// Where the system gives no thread, all of it is on the calling one. At most 2 × threads + 2 items
// are under way. An exception in any of them ends the pipeline and is thrown here, after everything
// before it in order has been consumed.
template <class Item, class Result, class Produce, class Work, class Consume>
void ordered_pipeline(unsigned threads, Produce produce, Work work, Consume consume) {
  const auto in_turn = [&] {
    while (std::optional<Item> item = produce()) {
      if (!consume(work(*std::move(item)))) return;
    }
  };
  if (threads <= 1) return in_turn();

  struct Slot {
    std::optional<Result> result;
    std::exception_ptr error;
    bool ready = false;
  };
  const std::size_t window = 2 * static_cast<std::size_t>(threads) + 2;
  std::vector<Slot> slots(window);
  std::mutex produce_mutex;  // held while an item is made, so that items are made in order
  std::mutex mutex;          // guards everything below
  std::condition_variable changed;
  std::size_t produced = 0;
  std::size_t consumed = 0;
  bool ended = false;  // produced is final
  bool stop = false;

  const auto run = [&] {
    for (;;) {
      std::optional<Item> item;
      std::exception_ptr error;
      std::size_t index = 0;
      {
        const std::lock_guard producing(produce_mutex);
        {
          std::unique_lock lock(mutex);
          changed.wait(lock, [&] { return stop || ended || produced - consumed < window; });
          if (stop || ended) return;
        }
        try {
          item = produce();
        } catch (...) {
          error = std::current_exception();
        }
        const std::lock_guard lock(mutex);
        if (!item && !error) {
          ended = true;
          changed.notify_all();
          return;
        }
        index = produced++;
        if (error) ended = true;
      }
      std::optional<Result> result;
      if (!error) {
        try {
          result.emplace(work(*std::move(item)));
        } catch (...) {
          error = std::current_exception();
        }
      }
      const std::lock_guard lock(mutex);
      slots[index % window] = Slot{std::move(result), error, true};
      changed.notify_all();
    }
  };

  std::vector<std::jthread> workers;
  const auto halt = [&] {
    const std::lock_guard lock(mutex);
    stop = true;
    changed.notify_all();
  };
  try {
    start_threads(workers, threads, run);
    if (workers.empty()) return in_turn();
    for (;;) {
      Slot slot;
      {
        std::unique_lock lock(mutex);
        Slot& next = slots[consumed % window];
        changed.wait(lock, [&] { return next.ready || (ended && consumed == produced); });
        if (!next.ready) break;
        slot = std::exchange(next, Slot{});
        ++consumed;
        changed.notify_all();
      }
      if (slot.error) std::rethrow_exception(slot.error);
      if (!consume(*std::move(slot.result))) break;
    }
  } catch (...) {
    halt();
    throw;  // the workers are joined on the way out
  }
  halt();
}

}  // namespace wordvec
