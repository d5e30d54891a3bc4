#include "wordvec/formats/word2vec_rows.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>
#include <vector>

#include "wordvec/base/bytes.h"
#include "wordvec/base/utf8.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {
namespace {

constexpr std::size_t kProbedRows = 32;
// How many bytes are walked through to find out what is wrong with a file of `bytes`.
constexpr std::uint64_t most_walked_bytes(std::uint64_t bytes) {
  return (std::uint64_t{1} << 27) + 16 * bytes;
}
constexpr std::size_t kMaxOtherValues = 64;  // that a damaged row is supposed to have, or lack

// Values of embeddings, nearly always: 2^-30 to 2^13, and zero.
constexpr std::int32_t kMinUsual = (127 - 30) << 23;
constexpr std::int32_t kMaxUsual = (127 + 13) << 23;

bool all_usual(std::span<const float> vector) noexcept {
  std::int32_t signs = 0;  // negative where a value is out of range
  for (const float x : vector) {
    const std::int32_t size = std::bit_cast<std::int32_t>(x) & 0x7fffffff;
    signs |= (kMaxUsual - size) | ((size - kMinUsual) & -size);
  }
  return signs >= 0;
}

bool is_plain_word(std::string_view word) {
  bool is_ascii = true;
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return false;
    is_ascii = is_ascii && byte < 0x80;
  }
  return !word.empty() && (is_ascii || is_valid_utf8(word));
}

// Letters, digits and the like, in any script; a line end may stand before a word.
bool may_be_of_word(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '\'' || c == '\n' || static_cast<unsigned char>(c) >= 0x80;
  });
}

// The row whose word ends at the first space, and which a line end or the end of `bytes` follows.
std::optional<Word2vecRow> row_in_step(std::string_view bytes, std::size_t vector_bytes) {
  const std::size_t space = bytes.substr(0, kMaxWordBytes + 1).find(' ');
  if (space == std::string_view::npos || bytes.size() - space - 1 < vector_bytes) return {};
  const std::size_t end = space + 1 + vector_bytes;
  if (end == bytes.size()) return Word2vecRow{space, end};
  if (bytes[end] != '\n') return {};
  return Word2vecRow{space, end + 1};
}

}  // namespace

Word2vecRows::Word2vecRows(ByteSource& source, std::size_t dim)
    : source_(source), dim_(dim), vector_bytes_(dim * sizeof(float)), divider_(source, dim) {
  if (source_.views_persist()) all_ = source_.peek(0);
}

bool Word2vecRows::at_end() {
  std::size_t size = 1;
  for (;;) {
    const std::string_view bytes = source_.peek(size);
    if (bytes.find_first_not_of('\n') != std::string_view::npos) return false;
    if (bytes.size() < size) {
      source_.skip(bytes.size());
      return true;
    }
    size = 2 * bytes.size();
    if (bytes.size() <= kMaxWordBytes) continue;
    source_.skip(bytes.size());  // more than a word can have belong to none
    size = 1;
  }
}

// The row whose word ends at the first space, where that and its values are what one expects.
std::optional<Word2vecRow> Word2vecRows::plain_row(std::string_view bytes, RowEnds ends,
                                                   std::span<float> vector) const {
  const std::size_t space = bytes.substr(0, kMaxWordBytes + 1).find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  std::size_t end = space + 1 + vector_bytes_;
  if (end > bytes.size()) return std::nullopt;
  const std::string_view values = bytes.substr(space + 1, vector_bytes_);
  std::memcpy(vector.data(), values.data(), values.size());
  if (!all_usual(vector) || !is_plain_word(bytes.substr(0, space))) return std::nullopt;
  if (dim_ < kFewValues && !is_proven_plain_ && values.find(' ') != std::string_view::npos)
    return std::nullopt;
  if (ends == RowEnds::one && end < bytes.size()) {
    if (bytes[end] != '\n') return std::nullopt;
    ++end;
  } else if (ends == RowEnds::any) {
    while (end < bytes.size() && bytes[end] == '\n') ++end;
  }
  return Word2vecRow{space, end};
}

Word2vecRows::Found Word2vecRows::next(std::uint64_t rows_left, Word2vecRow& row,
                                       std::span<float> vector) {
  if (divided_.empty() && chooses_ends_) {
    if (rows_taken_ == 0) {
      // A line end before the first row is none of its word, but where it is all of it.
      for (std::string_view bytes = divider_.ahead(0);
           bytes.size() > 1 && bytes[0] == '\n' && bytes[1] != ' '; bytes = divider_.ahead(0)) {
        source_.skip(1);
      }
    }
    choose_ends(rows_left);
    chooses_ends_ = false;
  }
  const std::string_view bytes = divider_.ahead(0);
  if (divided_.empty()) {
    if (has_other_length_) return Found::other_length;
    if (const auto plain = plain_row(bytes, ends_, vector)) {
      row = *plain;
      return Found::plain_row;
    }
    if (!sought_proof_ && !is_proven_plain_ && ends_ == RowEnds::one) {
      sought_proof_ = true;
      is_proven_plain_ = are_all_in_step(rows_left);
    }
    if (is_proven_plain_) {
      if (const auto in_step = row_in_step(bytes, vector_bytes_)) {
        row = *in_step;
        std::memcpy(vector.data(), bytes.data() + row.word_bytes + 1, vector_bytes_);
        return Found::row;
      }
    }
    const Word2vecDivision division = divider_.divide(0, rows_left, ends_, 0);
    has_other_length_ = is_odd(division) && has_other_length(rows_left);
    if (has_other_length_ && divided_.empty()) return Found::other_length;
    if (!has_other_length_) {
      if (division.found == Word2vecDivision::Found::cut) return Found::cut;
      if (division.found == Word2vecDivision::Found::unclear) return Found::unclear;
      divided_.assign(division.rows.begin(), division.rows.end());
    }
  }
  row = divided_.front();
  divided_.pop_front();
  std::memcpy(vector.data(), divider_.ahead(0).data() + row.word_bytes + 1, vector_bytes_);
  return Found::row;
}

void Word2vecRows::take(const Word2vecRow& row, std::span<const float> vector) {
  // Some rows are enough to know what the values of a file are like.
  constexpr std::uint64_t kLearnedRows = 256;
  constexpr std::uint64_t kLearnedStep = 64;
  if (rows_taken_ < kLearnedRows || rows_taken_ % kLearnedStep == 0) {
    divider_.learn(reinterpret_cast<const char*>(vector.data()));
  }
  const bool has_end = ends_ != RowEnds::one || row.size_bytes > row.word_bytes + 1 + vector_bytes_;
  source_.skip(row.size_bytes);
  ++rows_taken_;
  if (!has_end && !source_.peek(1).empty()) missed_end_ = true;
  if (!has_end || ends_ == RowEnds::none) {
    const std::string_view next = source_.peek(1);
    chooses_ends_ = !next.empty() && (!has_end || next.front() == '\n');
  }
}

// What the next rows show, where all of them are plain.
std::optional<RowEnds> Word2vecRows::ends_of_plain_rows(std::uint64_t rows_left) {
  std::vector<float> vector(dim_);
  std::size_t at = 0;
  std::optional<RowEnds> ends;
  for (std::size_t i = 0; i < kProbedRows && i < rows_left; ++i) {
    const std::string_view bytes = divider_.ahead(at);
    const auto row = plain_row(bytes, RowEnds::none, vector);
    if (!row) return std::nullopt;
    const std::string_view rest = bytes.substr(row->size_bytes);
    if (rest.empty()) break;
    const bool is_one = rest.front() == '\n';
    if (is_one && rest.size() > 1 && rest[1] == '\n') return std::nullopt;
    if (ends && (*ends == RowEnds::one) != is_one) return std::nullopt;
    ends = is_one ? RowEnds::one : RowEnds::none;
    at += row->size_bytes + (is_one ? 1 : 0);
    if (is_one && rest.size() == 1) break;
  }
  return ends.value_or(RowEnds::none);
}

// nullopt: of a stream, which has more than is worth keeping.
std::optional<std::string_view> Word2vecRows::rest_of_file() {
  constexpr std::size_t kMaxOfStream = std::size_t{64} << 20;
  const bool is_stream = !source_.views_persist();
  const std::string_view bytes = source_.peek(is_stream ? kMaxOfStream + 1 : 0);
  if (is_stream && bytes.size() > kMaxOfStream) return std::nullopt;
  return bytes;
}

// Takes up to `most` rows from `bytes` whose words end at their first spaces, as long as their
// words and values are what one expects; returns how many.
std::uint64_t Word2vecRows::take_plain_rows(std::string_view& bytes, std::uint64_t most,
                                            std::deque<Word2vecRow>* taken) {
  const bool was_proven = std::exchange(is_proven_plain_, true);  // as plain_row() is to take it
  std::vector<float> vector(dim_);
  std::uint64_t rows = 0;
  for (; rows < most; ++rows) {
    const auto row = plain_row(bytes, ends_, vector);
    walked_bytes_ += row ? row->size_bytes : vector_bytes_;
    if (!row) break;
    bytes.remove_prefix(row->size_bytes);
    if (taken != nullptr) taken->push_back(*row);
  }
  is_proven_plain_ = was_proven;
  return rows;
}

// True where just as many of those rows as are promised fill `bytes`.
bool Word2vecRows::are_all_plain(std::string_view bytes, std::uint64_t rows_left) {
  if (rows_left > bytes.size() / (vector_bytes_ + 1)) return false;
  return take_plain_rows(bytes, rows_left) == rows_left &&
         bytes.find_first_not_of('\n') == std::string_view::npos;
}

// True where there is no division, or one with a word that hardly any file has, with a value that
// is rather a part of a word, or without a line end where each row has one.
bool Word2vecRows::is_odd(const Word2vecDivision& division) {
  if (division.found != Word2vecDivision::Found::row) return true;
  std::vector<float> vector(dim_);
  std::size_t at = 0;
  for (const Word2vecRow& row : division.rows) {
    const std::string_view bytes = divider_.ahead(at);
    if (!is_plain_word(bytes.substr(0, row.word_bytes))) return true;
    const std::string_view values = bytes.substr(row.word_bytes + 1, vector_bytes_);
    std::memcpy(vector.data(), values.data(), values.size());
    for (std::size_t d = 0; d < dim_; ++d) {
      if (!all_usual({&vector[d], 1}) && may_be_of_word(values.substr(d * sizeof(float), 4))) {
        return true;
      }
    }
    at += row.size_bytes;
    const bool has_end = row.size_bytes > row.word_bytes + 1 + vector_bytes_;
    if (ends_ == RowEnds::one && !has_end && !divider_.ahead(at).empty()) return true;
  }
  return false;
}

// True where all rows are plain but one, which has some values more or fewer. Those before it are
// divided then.
bool Word2vecRows::has_other_length(std::uint64_t rows_left) {
  const std::optional<std::string_view> all = rest_of_file();
  if (!all || walked_bytes_ > most_walked_bytes(source_.position_bytes() + all->size())) {
    return false;
  }
  std::string_view bytes = *all;
  std::deque<Word2vecRow> before;
  const std::uint64_t plain = take_plain_rows(bytes, rows_left, &before);
  if (!find_other_length(bytes, rows_left - plain, before)) {
    // The word behind a row that is too short may have passed for a value.
    if (plain == 0) return has_short_row_before(*all, rows_left);
    bytes = all->substr(all->size() - bytes.size() - before.back().size_bytes);
    before.pop_back();
    if (!find_other_length(bytes, rows_left - plain + 1, before)) return false;
  }
  divided_ = std::move(before);
  return true;
}

std::optional<std::size_t> Word2vecRows::other_dim(std::uint64_t rows) const {
  constexpr std::size_t kMaxTriedDim = 4096;
  if (rows < 2) return std::nullopt;
  std::uint64_t walked_bytes = 0;
  for (std::size_t dim = 1; dim <= kMaxTriedDim && rows <= all_.size() / (dim * sizeof(float));
       ++dim) {
    Word2vecRows other(source_, dim);
    for (const RowEnds ends : {RowEnds::none, RowEnds::one}) {
      other.ends_ = ends;
      if (dim != dim_ && other.are_all_plain(all_, rows)) return dim;
    }
    walked_bytes += other.walked_bytes_;
    if (walked_bytes > most_walked_bytes(all_.size())) break;
  }
  return std::nullopt;
}

// The same of the row that was taken last, of a file in memory.
bool Word2vecRows::has_short_row_before(std::string_view bytes, std::uint64_t rows_left) {
  if (rows_taken_ == 0 || ends_ != RowEnds::none || !source_.views_persist()) return false;
  for (std::size_t n = std::min(dim_, kMaxOtherValues); n > 0; --n) {
    const std::size_t word_bytes = n * sizeof(float);
    std::string_view rest(bytes.data() - word_bytes, bytes.size() + word_bytes);
    const std::uint64_t found = take_plain_rows(rest, rows_left);
    if (found == 0 || (found != rows_left && rows_left <= bytes.size()) ||
        rest.find_first_not_of('\n') != std::string_view::npos) {
      continue;
    }
    other_length_ = {true, dim_ - n};
    return true;
  }
  return false;
}

// The same of the row that `bytes` begin with, or the one before that. `before` are those before,
// as far as they are not taken, and then less the one that is found.
bool Word2vecRows::find_other_length(std::string_view bytes, std::uint64_t rows_left,
                                     std::deque<Word2vecRow>& before) {
  const bool is_any_count = rows_left > bytes.size();
  // Whether the rest is plain behind a row that ends there.
  const auto are_rest_plain = [&](std::size_t end, std::uint64_t rows) {
    if (ends_ == RowEnds::one && (end >= bytes.size() || bytes[end++] != '\n')) return false;
    if (end >= bytes.size() || rows == 0) return false;
    std::string_view rest = bytes.substr(end);
    const std::uint64_t found = take_plain_rows(rest, rows);
    return (found == rows || (is_any_count && found > 0)) &&
           rest.find_first_not_of('\n') == std::string_view::npos;
  };
  const std::size_t space = bytes.substr(0, kMaxWordBytes + 1).find(' ');
  const bool has_word =
      space != std::string_view::npos && is_plain_word(bytes.substr(0, space)) && rows_left > 1;
  const std::size_t values_end = space + 1 + vector_bytes_;
  // Of what is too few, a part would leave a part of the next word in place.
  for (std::size_t n = has_word ? std::min(dim_, kMaxOtherValues) : 0; n > 0; --n) {
    if (!are_rest_plain(values_end - n * sizeof(float), rows_left - 1)) continue;
    other_length_ = {false, dim_ - n};
    return true;
  }
  for (std::size_t n = 1; n <= kMaxOtherValues; ++n) {
    const std::size_t more_bytes = n * sizeof(float);
    if (ends_ == RowEnds::one) {
      if (!has_word || !are_rest_plain(values_end + more_bytes, rows_left - 1)) continue;
      other_length_ = {false, dim_ + n};
      return true;
    }
    // What the row before has too many stands in front of this one's word.
    if (before.size() + rows_taken_ == 0 || !are_rest_plain(more_bytes, rows_left)) continue;
    other_length_ = {before.empty(), dim_ + n};
    if (!before.empty()) before.pop_back();
    return true;
  }
  return false;
}

// True where, with the first space as the end of each word, a line end follows each row, and just
// as many rows as are promised fill the rest of a file. Whatever words and values are then, they
// were written so: of n rows that are out of step, each has one byte in 256 there by chance.
bool Word2vecRows::are_all_in_step(std::uint64_t rows_left) {
  constexpr std::uint64_t kMinProvenRows = 3;
  if (rows_left < kMinProvenRows) return false;
  std::optional<std::string_view> bytes = rest_of_file();
  if (!bytes || rows_left > bytes->size() / (vector_bytes_ + 1)) return false;
  for (; rows_left > 0; --rows_left) {
    const auto row = row_in_step(*bytes, vector_bytes_);
    if (!row) return false;
    bytes->remove_prefix(row->size_bytes);
  }
  return bytes->find_first_not_of('\n') == std::string_view::npos;
}

// Chooses how rows end by those that come next.
void Word2vecRows::choose_ends(std::uint64_t rows_left) {
  const bool is_first = rows_taken_ == 0;
  if (is_first) {
    const auto ends = ends_of_plain_rows(rows_left);
    ends_ = ends.value_or(RowEnds::none);
    const auto rest = dim_ < kFewValues ? rest_of_file() : std::nullopt;
    is_proven_plain_ = rest && are_all_plain(*rest, rows_left);
    if (ends || is_proven_plain_) return;
  } else if (rows_left < 2) {
    return;  // one row shows nothing
  }
  Word2vecDivision best;
  RowEnds chosen = ends_;
  std::size_t begin = 0;
  for (const RowEnds ends : {RowEnds::one, RowEnds::none, RowEnds::any}) {
    const std::string_view bytes = divider_.ahead(0);
    const std::size_t line_ends =
        is_first ? 0 : std::min(bytes.find_first_not_of('\n'), bytes.size());
    const std::size_t skipped = ends == RowEnds::none  ? 0
                                : ends == RowEnds::one ? std::min<std::size_t>(line_ends, 1)
                                                       : line_ends;
    Word2vecDivision division = divider_.divide(skipped, rows_left, ends, kProbedRows);
    if (division.found == Word2vecDivision::Found::cut) continue;
    division.cost += static_cast<double>(skipped) * kRowEndCost;
    if (!is_first && ends == RowEnds::one && skipped == 0) division.cost += kMissingRowEndCost;
    if (best.found != Word2vecDivision::Found::cut && division.cost >= best.cost) continue;
    best = std::move(division);
    chosen = ends;
    begin = skipped;
  }
  if (best.found == Word2vecDivision::Found::cut) return;  // next() tells
  ends_ = chosen;
  source_.skip(begin);
  if (!is_first) return;
  std::size_t at = 0;
  for (const Word2vecRow& row : best.rows) {
    divider_.learn(divider_.ahead(at).data() + row.word_bytes + 1);
    at += row.size_bytes;
  }
}

}  // namespace wordvec
