// Colours of pictures.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "wordvec/plot/picture_style.h"

namespace wordvec::plot {

struct Rgb {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
};

// What is drawn, by its part in the picture; a palette gives each its colour.
enum class Ink : std::uint8_t {
  background,
  grid,
  axis,
  text,
  faint_text,  // numbers of the axes
  leader,      // from a label to its point
  line,        // of an analogy
  neutral,     // points of no group
  group0,      // the first of kGroupColours
};

inline constexpr std::size_t kGroupColours = 7;
inline constexpr std::size_t kInks = static_cast<std::size_t>(Ink::group0) + kGroupColours;

constexpr Ink group_ink(std::size_t colour) {
  return static_cast<Ink>(static_cast<std::size_t>(Ink::group0) + colour);
}

// Groups have the colours that people with any colour vision can tell apart: Okabe & Ito 2008,
// "Color Universal Design", less their yellow on a light ground and their black on a dark one.
struct Palette {
  std::array<Rgb, kInks> colours;

  Rgb operator[](Ink ink) const { return colours[static_cast<std::size_t>(ink)]; }
};

// Theme::automatic has the light one.
const Palette& palette_of(Theme theme);

}  // namespace wordvec::plot
