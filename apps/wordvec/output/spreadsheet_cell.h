// What spreadsheets make of texts in a csv or tsv file.
#pragma once

#include <string_view>

namespace wordvec::cli {

// True for what a spreadsheet that opens such a file may run, as OWASP has it under "CSV
// injection": a text that begins with =, +, - or @, in their wide forms too, with a tab or a line
// end, also behind quotes. Not for a number: it is one there as well.
bool runs_in_spreadsheet(std::string_view text) noexcept;

}  // namespace wordvec::cli
