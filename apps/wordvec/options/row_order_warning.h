// Options that take a model's first rows mean its most frequent words.
#pragma once

#include <cstdint>
#include <string_view>

#include "output/messages.h"
#include "wordvec/open/model.h"

namespace wordvec::cli {

// Warns, where it is known of `model`, that its first `rows` rows, which `option` takes, are not
// its most frequent words. Nothing where these are all of its rows.
void warn_of_row_order(const Model& model, std::uint64_t rows, std::string_view option,
                       Messages& messages);

}  // namespace wordvec::cli
