// What a file descriptor leads to.
#pragma once

namespace wordvec::cli {

inline constexpr int kStandardInput = 0;
inline constexpr int kStandardOutput = 1;
inline constexpr int kStandardError = 2;

bool is_terminal(int fd);

bool is_regular_file(int fd);

// A terminal that is not TERM=dumb: a line can be wiped.
bool takes_escapes(int fd);

// A terminal, and neither NO_COLOR (https://no-color.org) nor TERM=dumb.
bool use_colour(int fd);

// The terminal says (COLORTERM) that it takes colours of 24 bits, not of a palette only.
bool has_true_colour();

// Columns of the terminal behind `fd`; 80 when it does not tell.
unsigned terminal_columns(int fd);

// Rows of the terminal behind `fd`; 24 when it does not tell.
unsigned terminal_rows(int fd);

}  // namespace wordvec::cli
