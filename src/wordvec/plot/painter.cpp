#include "wordvec/plot/painter.h"

#include <cmath>

namespace wordvec::plot {

std::vector<Point> mark_outline(Point c, double radius, MarkShape shape) {
  switch (shape) {
    case MarkShape::circle:
      return {};
    case MarkShape::square: {
      const double half = 0.86 * radius;
      return {{c.x - half, c.y - half},
              {c.x + half, c.y - half},
              {c.x + half, c.y + half},
              {c.x - half, c.y + half}};
    }
    case MarkShape::triangle: {
      const double half = radius;
      return {
          {c.x, c.y - radius}, {c.x + half, c.y + 0.8 * radius}, {c.x - half, c.y + 0.8 * radius}};
    }
    case MarkShape::diamond:
      return {{c.x, c.y - radius}, {c.x + radius, c.y}, {c.x, c.y + radius}, {c.x - radius, c.y}};
  }
  return {};
}

}  // namespace wordvec::plot
