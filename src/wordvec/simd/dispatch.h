// Which kernels run: chosen once at start, for the processor at hand.
#pragma once

#include <span>
#include <string_view>

#include "wordvec/simd/kernels.h"

namespace wordvec::simd {

// Every table that was built into the program, slowest first.
std::span<const Kernels* const> built_kernels() noexcept;

// True when this processor and operating system can run the table.
bool is_supported(const Kernels& kernels) noexcept;

// The table in use: the fastest that is supported, or the one that select() chose.
const Kernels& active() noexcept;

// Chooses the table called `name`; false when there is none or this machine cannot run it. To be
// called before other threads use active().
bool select(std::string_view name) noexcept;

}  // namespace wordvec::simd
