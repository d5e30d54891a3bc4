#include "wordvec/formats/word2vec_rows.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "wordvec/base/bytes.h"
#include "wordvec/base/utf8.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {
namespace {

constexpr std::size_t kProbedRows = 32;

// Values of embeddings, nearly always: 2^-30 to 2^13, and zero.
constexpr std::int32_t kLeastUsual = (127 - 30) << 23;
constexpr std::int32_t kMostUsual = (127 + 13) << 23;

bool all_usual(std::span<const float> vector) noexcept {
  std::int32_t signs = 0;  // negative where a value is out of range
  for (const float x : vector) {
    const std::int32_t size = std::bit_cast<std::int32_t>(x) & 0x7fffffff;
    signs |= (kMostUsual - size) | ((size - kLeastUsual) & -size);
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
    : source_(source), dim_(dim), vector_bytes_(dim * sizeof(float)), divider_(source, dim) {}

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
    if (division.found == Word2vecDivision::Found::cut) return Found::cut;
    if (division.found == Word2vecDivision::Found::unclear) return Found::unclear;
    divided_.assign(division.rows.begin(), division.rows.end());
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
  constexpr std::size_t kMostOfStream = std::size_t{64} << 20;
  const bool is_stream = !source_.views_persist();
  const std::string_view bytes = source_.peek(is_stream ? kMostOfStream + 1 : 0);
  if (is_stream && bytes.size() > kMostOfStream) return std::nullopt;
  return bytes;
}

// True where, with the first space as the end of each word, just as many rows as are promised fill
// the rest of a file, and their words and values are what one expects.
bool Word2vecRows::are_all_plain(std::uint64_t rows_left) {
  const std::optional<std::string_view> rest = rest_of_file();
  if (!rest || rows_left > rest->size() / (vector_bytes_ + 1)) return false;
  std::string_view bytes = *rest;
  is_proven_plain_ = true;  // as plain_row() is to take it
  std::vector<float> vector(dim_);
  for (; rows_left > 0; --rows_left) {
    const auto row = plain_row(bytes, ends_, vector);
    if (!row) break;
    bytes.remove_prefix(row->size_bytes);
  }
  is_proven_plain_ = false;
  return rows_left == 0 && bytes.find_first_not_of('\n') == std::string_view::npos;
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
    is_proven_plain_ = dim_ < kFewValues && are_all_plain(rows_left);
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
