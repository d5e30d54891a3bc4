// The explorer's page, as embed.cmake makes it of the files beside this one.
#pragma once

#include <span>
#include <string_view>

namespace wordvec {

extern const std::string_view kExplorerPageBeforeTitle;  // the title is HTML text
extern const std::string_view kExplorerPageBeforeData;   // the data are JSON in a script element
extern const std::span<const std::string_view> kExplorerPageAfterData;  // one after the other

}  // namespace wordvec
