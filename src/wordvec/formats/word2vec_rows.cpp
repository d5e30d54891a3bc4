#include "wordvec/formats/word2vec_rows.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "wordvec/base/bytes.h"
#include "wordvec/base/utf8.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

// Bits by which a way may fall behind before it is given up.
constexpr double kMostBehind = 100;
// Bits by which the best way must lead, where its words have spaces, and where they have none, as
// in almost every file: of few values, which tell little, words without them are taken.
constexpr double kLeadOfPhrases = 8;
constexpr double kLeadOfPlainWords = 3;
// Of an end of the file that is not where it was promised.
constexpr double kOtherRowCount = 30;
constexpr double kCutRow = 40;
// Of a row end, less than the 8 bits of a random byte.
constexpr double kRowEnd = -8;
constexpr double kMissingRowEnd = 20;
constexpr double kRowEndInWord = 8;
constexpr double kAnyRowEnds = 5;

constexpr std::size_t kProbedRows = 32;
constexpr std::size_t kMostLayers = 1000;
constexpr std::size_t kSmallDim = 16;  // fewer values do not tell for certain whether they are some

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

// The bits that a character of a word takes, less those of random bytes.
double cost_of(const Utf8Char& c) noexcept {
  if (!c.valid) return 6;
  const std::uint32_t code = c.code_point;
  if (code == '\n' || code == '\t' || code == '\r') return 4;
  if (code < 0x20 || code == 0x7f) return 6;
  if (code >= 0x80) return code < 0xa0 ? 2 : -1.5 * static_cast<double>(c.size_bytes);
  const bool is_letter_or_digit =
      (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || (code >= '0' && code <= '9');
  return is_letter_or_digit || code == '_' ? -2 : -1;
}
constexpr double kSpaceInWord = 2;
// No word is the more likely for being longer than some thirty letters: prose is no word.
constexpr double kLeastWordCost = -64;

std::size_t magnitude_of(std::uint32_t bits) noexcept {
  const std::uint32_t exponent = bits >> 23 & 0xff;
  if (exponent != 0) return exponent;
  return (bits & 0x7fffff) == 0 ? 0 : 256;
}

// How likely magnitudes are before a file is known.
double prior_of(std::size_t magnitude) noexcept {
  if (magnitude == 0) return 0.05;
  if (magnitude >= 255) return 1e-4;
  if (magnitude >= 107 && magnitude <= 134) return 0.032;
  if (magnitude >= 87 && magnitude < 107) return 1.5e-3;
  if (magnitude > 134 && magnitude <= 147) return 7.7e-4;
  return magnitude < 87 ? 7e-5 : 1.9e-5;
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

constexpr double kPriorValues = 4;
constexpr double kPriorBytes = 16;

}  // namespace

Word2vecRows::Word2vecRows(ByteSource& source, std::size_t dim)
    : source_(source), dim_(dim), vector_bytes_(dim * sizeof(float)) {}

Word2vecRows::Values::Values() : all(kPriorValues), not_zero(kPriorBytes) {
  for (std::size_t m = 0; m < kMagnitudes; ++m) magnitudes[m] = kPriorValues * prior_of(m);
  for (auto& bytes : low_bytes) bytes.fill(kPriorBytes / 256);
}

void Word2vecRows::Values::count(std::uint32_t bits, double sign) noexcept {
  const std::size_t magnitude = magnitude_of(bits);
  magnitudes[magnitude] += sign;
  all += sign;
  if (magnitude == 0) return;
  low_bytes[0][bits & 0xff] += sign;
  low_bytes[1][bits >> 8 & 0xff] += sign;
  not_zero += sign;
}

std::string_view Word2vecRows::ahead(std::size_t at) {
  const std::string_view bytes = source_.peek(at + kMaxWordBytes + vector_bytes_ + 4);
  return bytes.substr(std::min(at, bytes.size()));
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
std::optional<Word2vecRow> Word2vecRows::plain_row(std::string_view bytes, Ends ends,
                                                   std::span<float> vector) const {
  const std::size_t space = bytes.substr(0, kMaxWordBytes + 1).find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  std::size_t end = space + 1 + vector_bytes_;
  if (end > bytes.size()) return std::nullopt;
  const std::string_view values = bytes.substr(space + 1, vector_bytes_);
  std::memcpy(vector.data(), values.data(), values.size());
  if (!all_usual(vector) || !is_plain_word(bytes.substr(0, space))) return std::nullopt;
  if (dim_ < kSmallDim && !is_proven_plain_ && values.find(' ') != std::string_view::npos)
    return std::nullopt;
  if (ends == Ends::one && end < bytes.size()) {
    if (bytes[end] != '\n') return std::nullopt;
    ++end;
  } else if (ends == Ends::any) {
    while (end < bytes.size() && bytes[end] == '\n') ++end;
  }
  return Word2vecRow{space, end};
}

Word2vecRows::Found Word2vecRows::next(std::uint64_t rows_left, Word2vecRow& row,
                                       std::span<float> vector) {
  if (divided_.empty() && chooses_ends_) {
    if (rows_taken_ == 0) {
      // A line end before the first row is none of its word, but where it is all of it.
      for (std::string_view bytes = ahead(0);
           bytes.size() > 1 && bytes[0] == '\n' && bytes[1] != ' '; bytes = ahead(0)) {
        source_.skip(1);
      }
    }
    if (!choose_ends(rows_left)) return Found::unclear;
    chooses_ends_ = false;
  }
  const std::string_view bytes = ahead(0);
  if (divided_.empty()) {
    if (const auto plain = plain_row(bytes, ends_, vector)) {
      row = *plain;
      return Found::plain_row;
    }
    if (!sought_proof_ && !is_proven_plain_ && ends_ == Ends::one) {
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
    const Division division = divide(0, rows_left, ends_, 0);
    if (division.found != Found::row) return division.found;
    divided_.assign(division.rows.begin(), division.rows.end());
  }
  row = divided_.front();
  divided_.pop_front();
  std::memcpy(vector.data(), ahead(0).data() + row.word_bytes + 1, vector_bytes_);
  return Found::row;
}

void Word2vecRows::take(const Word2vecRow& row, std::span<const float> vector) {
  // Some rows are enough to know what the values of a file are like.
  constexpr std::uint64_t kLearnedRows = 256;
  constexpr std::uint64_t kLearnedStep = 64;
  if (rows_taken_ < kLearnedRows || rows_taken_ % kLearnedStep == 0) {
    learn(reinterpret_cast<const char*>(vector.data()));
  }
  const bool has_end = ends_ != Ends::one || row.size_bytes > row.word_bytes + 1 + vector_bytes_;
  source_.skip(row.size_bytes);
  ++rows_taken_;
  if (!has_end || ends_ == Ends::none) {
    const std::string_view next = source_.peek(1);
    chooses_ends_ = !next.empty() && (!has_end || next.front() == '\n');
  }
}

void Word2vecRows::learn(const char* bytes) noexcept {
  constexpr double kEnoughValues = 1e6;
  if (seen_.all > kEnoughValues) return;
  for (std::size_t i = 0; i < dim_; ++i) {
    seen_.count(load_le<std::uint32_t>(bytes + i * sizeof(float)), 1);
  }
}

// What the next rows show, where all of them are plain.
std::optional<Word2vecRows::Ends> Word2vecRows::ends_of_plain_rows(std::uint64_t rows_left) {
  std::vector<float> vector(dim_);
  std::size_t at = 0;
  std::optional<Ends> ends;
  for (std::size_t i = 0; i < kProbedRows && i < rows_left; ++i) {
    const std::string_view bytes = ahead(at);
    const auto row = plain_row(bytes, Ends::none, vector);
    if (!row) return std::nullopt;
    const std::string_view rest = bytes.substr(row->size_bytes);
    if (rest.empty()) break;
    const bool is_one = rest.front() == '\n';
    if (is_one && rest.size() > 1 && rest[1] == '\n') return std::nullopt;
    if (ends && (*ends == Ends::one) != is_one) return std::nullopt;
    ends = is_one ? Ends::one : Ends::none;
    at += row->size_bytes + (is_one ? 1 : 0);
    if (is_one && rest.size() == 1) break;
  }
  return ends.value_or(Ends::none);
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

// Chooses how rows end by those that come next; false: unclear.
bool Word2vecRows::choose_ends(std::uint64_t rows_left) {
  const bool is_first = rows_taken_ == 0;
  if (is_first) {
    const auto ends = ends_of_plain_rows(rows_left);
    ends_ = ends.value_or(Ends::none);
    is_proven_plain_ = dim_ < kSmallDim && are_all_plain(rows_left);
    if (ends || is_proven_plain_) return true;
  } else if (rows_left < 2) {
    return true;  // one row shows nothing
  }
  Division best;
  Ends chosen = ends_;
  std::size_t begin = 0;
  for (const Ends ends : {Ends::one, Ends::none, Ends::any}) {
    const std::string_view bytes = ahead(0);
    const std::size_t line_ends =
        is_first ? 0 : std::min(bytes.find_first_not_of('\n'), bytes.size());
    const std::size_t skipped = ends == Ends::none  ? 0
                                : ends == Ends::one ? std::min<std::size_t>(line_ends, 1)
                                                    : line_ends;
    Division division = divide(skipped, rows_left, ends, kProbedRows);
    if (division.found == Found::cut) continue;
    division.cost += static_cast<double>(skipped) * kRowEnd;
    if (!is_first && ends == Ends::one && skipped == 0) division.cost += kMissingRowEnd;
    if (best.found != Found::cut && division.cost >= best.cost) continue;
    best = std::move(division);
    chosen = ends;
    begin = skipped;
  }
  if (best.found == Found::cut) return true;  // next() tells
  ends_ = chosen;
  source_.skip(begin);
  if (!is_first) return true;
  std::size_t at = 0;
  for (const Word2vecRow& row : best.rows) {
    learn(ahead(at).data() + row.word_bytes + 1);
    at += row.size_bytes;
  }
  return true;
}

// The bits that the values take, less those of random bytes, by what values were seen, here too;
// kNever where they cannot be `most` or less.
double Word2vecRows::cost_of_vector(const char* bytes, double most) noexcept {
  constexpr std::size_t kStep = 4;
  constexpr double kBitsOfZero = 32;
  constexpr double kBitsOfOther = 24;  // of the magnitude and the low bytes
  const auto bits_of = [&](std::size_t i) {
    return load_le<std::uint32_t>(bytes + i * sizeof(float));
  };
  std::size_t zeros = 0;
  for (std::size_t i = 0; i < dim_; ++i) zeros += (bits_of(i) << 1) == 0 ? 1U : 0U;
  double cost = -kBitsOfZero * static_cast<double>(zeros) -
                kBitsOfOther * static_cast<double>(dim_ - zeros);  // less what follows
  std::size_t done = 0;
  while (done < dim_ && cost <= most) {
    double likely = 1;
    double of = 1;
    const std::size_t end = std::min(dim_, done + kStep);
    for (; done < end; ++done) {
      const std::uint32_t bits = bits_of(done);
      const std::size_t magnitude = magnitude_of(bits);
      likely *= seen_.magnitudes[magnitude];
      of *= seen_.all;
      if (magnitude != 0) {
        likely *= seen_.low_bytes[0][bits & 0xff] * seen_.low_bytes[1][bits >> 8 & 0xff];
        of *= seen_.not_zero * seen_.not_zero;
      }
      seen_.count(bits, 1);
    }
    cost += std::log2(of / likely);
  }
  work_ += done;
  for (std::size_t i = 0; i < done; ++i) seen_.count(bits_of(i), -1);
  return done == dim_ ? cost : kNever;
}

bool Word2vecRows::expand(const Layer& layer, std::size_t index, Ends ends, Layer& next) {
  const Node& node = layer[index];
  const std::string_view bytes = ahead(node.at);
  double least = kNever;  // of the nodes in `next`
  for (const Node& other : next) least = std::min(least, other.cost);
  double word_cost = 0;
  bool is_whole = false;
  std::size_t i = 0;
  while (i < bytes.size() && i + 1 + vector_bytes_ <= bytes.size() && i <= kMaxWordBytes) {
    if (is_whole && word_cost > kMostBehind) break;
    if (bytes[i] != ' ') {
      const Utf8Char c = decode_utf8(bytes.substr(i));
      word_cost += cost_of(c);
      if (ends == Ends::one && c.code_point == '\n') word_cost += kRowEndInWord;
      word_cost = std::max(word_cost, kLeastWordCost);
      i += c.size_bytes;
      continue;
    }
    is_whole = true;
    double cost = node.cost + word_cost;
    cost += cost_of_vector(bytes.data() + i + 1, least + kMostBehind - cost);
    std::size_t end = i + 1 + vector_bytes_;
    const std::string_view rest = bytes.substr(end);
    if (ends == Ends::one) {
      if (rest.starts_with('\n')) {
        ++end;
        cost += kRowEnd;
      } else if (!rest.empty()) {
        cost += kMissingRowEnd;
      }
    } else if (ends == Ends::any) {
      const std::size_t count = std::min(rest.find_first_not_of('\n'), rest.size());
      end += count;
      cost += kAnyRowEnds + static_cast<double>(count) * kRowEnd;
    }
    if (cost <= least + kMostBehind) {
      least = std::min(least, cost);
      const double second = cost + (node.second - node.cost);
      const std::size_t at = node.at + end;
      work_ += next.size();
      const auto met =
          std::find_if(next.begin(), next.end(), [&](const Node& n) { return n.at == at; });
      if (met == next.end()) {
        next.push_back({at, cost, second, index, {i, end}});
      } else if (cost < met->cost) {
        *met = {at, cost, std::min(second, met->cost), index, {i, end}};
      } else {
        met->second = std::min(met->second, cost);
      }
    }
    word_cost += kSpaceInWord;
    ++i;
  }
  work_ += i;
  return is_whole;
}

// The last node that all ways to the last layer have in common.
Word2vecRows::Met Word2vecRows::last_met(const std::vector<Layer>& layers) {
  std::vector<std::size_t> nodes(layers.back().size());
  std::iota(nodes.begin(), nodes.end(), std::size_t{0});
  std::size_t layer = layers.size() - 1;
  for (; layer > 0 && nodes.size() > 1; --layer) {
    for (std::size_t& node : nodes) node = layers[layer][node].from;
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  }
  return {layer, nodes.front()};
}

Word2vecRows::Division Word2vecRows::divide(std::size_t begin, std::uint64_t rows_left, Ends ends,
                                            std::size_t most_rows) {
  constexpr std::uint64_t kFreeWork = std::uint64_t{1} << 26;
  constexpr std::uint64_t kMostWorkOfByte = 32;
  std::vector<Layer> layers = {{Node{begin, 0, kNever, 0, {}}}};
  struct End {
    double cost = kNever;
    std::size_t layer = 0;
    std::size_t index = 0;
  };
  End end;
  double second_end = kNever;
  const auto note_end = [&](std::size_t index, double cost) {
    const std::size_t layer = layers.size() - 1;
    const Node& node = layers[layer][index];
    second_end = std::min({second_end, node.second + cost, std::max(end.cost, node.cost + cost)});
    if (node.cost + cost < end.cost) end = {node.cost + cost, layer, index};
  };
  bool all_ended = false;
  std::size_t layer_of_all = 0;  // where all ways that are left have met
  std::size_t index_of_all = 0;
  const auto is_unclear = [] { return Division{Found::unclear, 0, {}}; };
  const auto is_too_much_work = [&](std::size_t at) {
    return work_ > kFreeWork + kMostWorkOfByte * (source_.position_bytes() + at);
  };

  for (;;) {
    const Layer& layer = layers.back();
    const std::size_t rows = layers.size() - 1;
    Layer next;
    for (std::size_t i = 0; i < layer.size(); ++i) {
      const std::string_view bytes = ahead(layer[i].at);
      const bool is_end =
          bytes.size() <= kMaxWordBytes && bytes.find_first_not_of('\n') == std::string_view::npos;
      if (is_end || rows == rows_left) {
        note_end(i, is_end && rows == rows_left ? 0 : kOtherRowCount);
      } else if (!expand(layer, i, ends, next)) {
        note_end(i, kCutRow);
      }
      if (is_too_much_work(layer[i].at)) return is_unclear();
    }
    if (rows == kMostLayers && most_rows == 0 && end.cost == kNever) {
      // What the ways have in common is certain, however long they part behind it.
      const Met met = last_met(layers);
      if (met.layer == 0) return is_unclear();
      layer_of_all = met.layer;
      index_of_all = met.index;
      break;
    }
    if (rows == kMostLayers) return is_unclear();
    double least = end.cost;
    for (const Node& node : next) least = std::min(least, node.cost);
    std::erase_if(next, [&](const Node& node) { return node.cost > least + kMostBehind; });
    if (next.empty()) {
      all_ended = true;
      break;
    }
    layers.push_back(std::move(next));
    // To look back takes as long as there are layers.
    constexpr std::size_t kLookedBackEach = 16;
    const bool looks_back = layers.size() < kLookedBackEach || layers.size() % kLookedBackEach == 0;
    if (most_rows == 0 && looks_back && end.cost > least + kMostBehind) {
      const Met met = last_met(layers);
      if (met.layer > 0) {
        layer_of_all = met.layer;
        index_of_all = met.index;
        break;
      }
    }
    if (most_rows > 0 && rows + 1 == most_rows) break;
  }

  // The ways that are still there: those that have ended, and those in the last layer.
  std::size_t layer = end.layer;
  std::size_t index = end.index;
  double cost = end.cost;
  double second = second_end;
  if (!all_ended) {
    const Layer& last = layers.back();
    for (std::size_t i = 0; i < last.size(); ++i) {
      // Ways that have met before are one here.
      const double other = layer_of_all > 0 ? kNever : std::max(cost, last[i].cost);
      second = std::min({second, last[i].second, other});
      if (last[i].cost >= cost) continue;
      cost = last[i].cost;
      layer = layers.size() - 1;
      index = i;
    }
  }
  if (layer_of_all > 0) {
    layer = layer_of_all;
    index = index_of_all;
  }
  Division division;
  division.cost = cost;
  division.rows.resize(layer);
  bool has_phrase = false;
  for (; layer > 0; --layer) {
    const Node& node = layers[layer][index];
    division.rows[layer - 1] = node.row;
    const std::string_view word =
        ahead(layers[layer - 1][node.from].at).substr(0, node.row.word_bytes);
    has_phrase = has_phrase || word.find(' ') != std::string_view::npos;
    index = node.from;
  }
  if (division.rows.empty()) return division;
  const double lead = has_phrase ? kLeadOfPhrases : dim_ >= kSmallDim ? kLeadOfPlainWords : 0;
  division.found = second - cost >= lead ? Found::row : Found::unclear;
  return division;
}

}  // namespace wordvec
