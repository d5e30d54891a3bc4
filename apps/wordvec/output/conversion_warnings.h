// What a person should know of the rows that were read.
#pragma once

#include <cstdint>
#include <string>

#include "output/messages.h"
#include "wordvec/formats/format.h"

namespace wordvec::cli {

// One warning each for: bad rows that were skipped, a wrong row count that was accepted,
// duplicates, words that are not UTF-8; and a note of blank words, and of which tensor was read, of
// a file of several. Nothing when there is nothing to say.
void warn_about_rows(const ReadReport& report, std::uint64_t duplicates,
                     const std::string& first_duplicate, Messages& messages);

}  // namespace wordvec::cli
