// Reads bytes with one of the format readers.
#pragma once

#include <string>
#include <string_view>

#include "support/rows.h"
#include "wordvec/formats/format.h"

namespace wordvec::test {

struct Reading {
  Rows rows;
  ReadReport report;
};

enum class Through { memory, pipe };

// Errors name the file "file" when it is read from memory.
Reading read_bytes(const Format& format, std::string_view bytes, const ReadOptions& options = {},
                   Through through = Through::memory);

}  // namespace wordvec::test
