// How a picture looks, whatever it shows.
#pragma once

namespace wordvec {

enum class Theme {
  light,
  dark,
  automatic,  // as the reader's system is: only where a picture can tell, else light
};

struct PictureStyle {
  Theme theme = Theme::light;
  unsigned width = 960;  // in CSS pixels
  unsigned height = 0;   // 0: as high as the points need at this width
};

}  // namespace wordvec
