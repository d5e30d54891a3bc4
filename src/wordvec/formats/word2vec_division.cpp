#include "wordvec/formats/word2vec_division.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "wordvec/base/bytes.h"
#include "wordvec/base/utf8.h"
#include "wordvec/model/vocabulary.h"

namespace wordvec {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

// Bits by which a way may fall behind before it is given up.
constexpr double kMaxBehind = 100;
// Bits by which the best way must lead, where its words have spaces, and where they have none, as
// in almost every file: of few values, which tell little, words without them are taken.
constexpr double kLeadOfPhrases = 8;
constexpr double kLeadOfPlainWords = 3;
// Of an end of the file that is not where it was promised.
constexpr double kOtherRowCount = 30;
constexpr double kCutRow = 40;
constexpr double kRowEndInWord = 8;
constexpr double kAnyRowEnds = 5;

constexpr std::size_t kMaxLayers = 1000;

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
constexpr double kMinWordCost = -64;

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

constexpr double kPriorValues = 4;
constexpr double kPriorBytes = 16;

}  // namespace

Word2vecDivider::Word2vecDivider(ByteSource& source, std::size_t dim)
    : source_(source), dim_(dim), vector_bytes_(dim * sizeof(float)) {}

Word2vecDivider::Values::Values() : all(kPriorValues), not_zero(kPriorBytes) {
  for (std::size_t m = 0; m < kMagnitudes; ++m) magnitudes[m] = kPriorValues * prior_of(m);
  for (auto& bytes : low_bytes) bytes.fill(kPriorBytes / 256);
}

void Word2vecDivider::Values::count(std::uint32_t bits, double sign) noexcept {
  const std::size_t magnitude = magnitude_of(bits);
  magnitudes[magnitude] += sign;
  all += sign;
  if (magnitude == 0) return;
  low_bytes[0][bits & 0xff] += sign;
  low_bytes[1][bits >> 8 & 0xff] += sign;
  not_zero += sign;
}

std::string_view Word2vecDivider::ahead(std::size_t at) {
  const std::string_view bytes = source_.peek(at + kMaxWordBytes + vector_bytes_ + 4);
  return bytes.substr(std::min(at, bytes.size()));
}

void Word2vecDivider::learn(const char* bytes) noexcept {
  constexpr double kEnoughValues = 1e6;
  if (seen_.all > kEnoughValues) return;
  for (std::size_t i = 0; i < dim_; ++i) {
    seen_.count(load_le<std::uint32_t>(bytes + i * sizeof(float)), 1);
  }
}

// The bits that the values take, less those of random bytes, by what values were seen, here too;
// kNever where they cannot be `most` or less.
double Word2vecDivider::cost_of_vector(const char* bytes, double most) noexcept {
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

bool Word2vecDivider::expand(const Layer& layer, std::size_t index, RowEnds ends, Layer& next) {
  const Node& node = layer[index];
  const std::string_view bytes = ahead(node.at);
  double least = kNever;  // of the nodes in `next`
  for (const Node& other : next) least = std::min(least, other.cost);
  double word_cost = 0;
  bool is_whole = false;
  std::size_t i = 0;
  while (i < bytes.size() && i + 1 + vector_bytes_ <= bytes.size() && i <= kMaxWordBytes) {
    if (is_whole && word_cost > kMaxBehind) break;
    if (bytes[i] != ' ') {
      const Utf8Char c = decode_utf8(bytes.substr(i));
      word_cost += cost_of(c);
      if (ends == RowEnds::one && c.code_point == '\n') word_cost += kRowEndInWord;
      word_cost = std::max(word_cost, kMinWordCost);
      i += c.size_bytes;
      continue;
    }
    is_whole = true;
    double cost = node.cost + word_cost;
    cost += cost_of_vector(bytes.data() + i + 1, least + kMaxBehind - cost);
    std::size_t end = i + 1 + vector_bytes_;
    const std::string_view rest = bytes.substr(end);
    if (ends == RowEnds::one) {
      if (rest.starts_with('\n')) {
        ++end;
        cost += kRowEndCost;
      } else if (!rest.empty()) {
        cost += kMissingRowEndCost;
      }
    } else if (ends == RowEnds::any) {
      const std::size_t count = std::min(rest.find_first_not_of('\n'), rest.size());
      end += count;
      cost += kAnyRowEnds + static_cast<double>(count) * kRowEndCost;
    }
    if (cost <= least + kMaxBehind) {
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
Word2vecDivider::Met Word2vecDivider::last_met(const std::vector<Layer>& layers) {
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

Word2vecDivision Word2vecDivider::divide(std::size_t begin, std::uint64_t rows_left, RowEnds ends,
                                         std::size_t most_rows) {
  constexpr std::uint64_t kFreeWork = std::uint64_t{1} << 26;
  constexpr std::uint64_t kMaxWorkOfByte = 32;
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
  const auto is_unclear = [] { return Word2vecDivision{Word2vecDivision::Found::unclear, 0, {}}; };
  const auto is_too_much_work = [&](std::size_t at) {
    return work_ > kFreeWork + kMaxWorkOfByte * (source_.position_bytes() + at);
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
    if (rows == kMaxLayers && most_rows == 0 && end.cost == kNever) {
      // What the ways have in common is certain, however long they part behind it.
      const Met met = last_met(layers);
      if (met.layer == 0) return is_unclear();
      layer_of_all = met.layer;
      index_of_all = met.index;
      break;
    }
    if (rows == kMaxLayers) return is_unclear();
    double least = end.cost;
    for (const Node& node : next) least = std::min(least, node.cost);
    std::erase_if(next, [&](const Node& node) { return node.cost > least + kMaxBehind; });
    if (next.empty()) {
      all_ended = true;
      break;
    }
    layers.push_back(std::move(next));
    // To look back takes as long as there are layers.
    constexpr std::size_t kLookedBackEach = 16;
    const bool looks_back = layers.size() < kLookedBackEach || layers.size() % kLookedBackEach == 0;
    if (most_rows == 0 && looks_back && end.cost > least + kMaxBehind) {
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
  Word2vecDivision division;
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
  const double lead = has_phrase ? kLeadOfPhrases : dim_ >= kFewValues ? kLeadOfPlainWords : 0;
  division.found =
      second - cost >= lead ? Word2vecDivision::Found::row : Word2vecDivision::Found::unclear;
  return division;
}

}  // namespace wordvec
