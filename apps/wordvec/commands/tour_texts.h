// What the tour says, in each of its languages.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace wordvec::cli {

enum class Language : std::uint8_t { english, chinese };
inline constexpr std::array<std::string_view, 2> kLanguageNames = {"en", "zh"};  // of --lang

// A text in each language, in the order of kLanguageNames. Names in braces stand for what the model
// at hand has: {rows} and {dim} of the matrix; {n}, the number of words of the sentence; {word} and
// {row}, its last word; {like}, a word with neighbours; {a}, {b} and {c} of an analogy.
class Text {
 public:
  constexpr Text(std::string_view english, std::string_view chinese) : texts_{english, chinese} {}
  constexpr std::string_view in(Language language) const {
    return texts_[static_cast<std::size_t>(language)];
  }

 private:
  std::array<std::string_view, 2> texts_;
};

// The stations of the road, in its order.
enum class Station : std::uint8_t {
  text,
  words,
  rows,
  onehot,
  lookup,
  vectors,
  similarity,
  analogy,
  picture,
};

struct TourStep {
  Station station;
  Text title;
  Text why;
};

std::span<const TourStep> tour_steps();

extern const Text kTourBegin;    // before the first step
extern const Text kTourEnd;      // after the last
extern const Text kTourLeftOut;  // in place of a step's output: the model has no words for it
extern const Text kTourPrompt;   // between two steps, on a terminal

}  // namespace wordvec::cli
