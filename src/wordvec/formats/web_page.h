// Web pages, which people get where they expected a file of vectors.
#pragma once

#include <string_view>

namespace wordvec {

// True when `bytes`, the beginning of a file or of an answer, begin an HTML page.
bool begins_web_page(std::string_view bytes);

}  // namespace wordvec
