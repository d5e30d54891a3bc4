// Labels that cover neither each other nor, where there are few, the points. Who comes first stays:
// so labels appear, in the order of the words' rows, as one zooms in.

// Rectangles, to be asked which places are free.
class BoxIndex {
  constructor(width, height) {
    this.cell = 48;
    this.columns = Math.ceil(width / this.cell) + 2;
    this.rows = Math.ceil(height / this.cell) + 2;
    this.cells = new Array(this.columns * this.rows);
    this.boxes = [];  // left, top, right, bottom, owner
  }

  column(x) { return Math.min(Math.max(Math.floor(x / this.cell) + 1, 0), this.columns - 1); }
  row(y) { return Math.min(Math.max(Math.floor(y / this.cell) + 1, 0), this.rows - 1); }

  add(left, top, right, bottom, owner) {
    const at = this.boxes.length;
    this.boxes.push(left, top, right, bottom, owner);
    const [firstColumn, lastColumn] = [this.column(left), this.column(right)];
    const lastRow = this.row(bottom);
    for (let row = this.row(top); row <= lastRow; ++row) {
      for (let column = firstColumn; column <= lastColumn; ++column) {
        (this.cells[row * this.columns + column] ??= []).push(at);
      }
    }
  }

  // What belongs to `owner` is not in the way.
  isFree(left, top, right, bottom, owner) {
    const { boxes, cells, columns } = this;
    const firstColumn = this.column(left);
    const lastColumn = this.column(right);
    const lastRow = this.row(bottom);
    for (let row = this.row(top); row <= lastRow; ++row) {
      for (let column = firstColumn; column <= lastColumn; ++column) {
        const cell = cells[row * columns + column];
        if (cell === undefined) continue;
        for (let n = 0; n < cell.length; ++n) {
          const at = cell[n];
          if (left < boxes[at + 2] && right > boxes[at] && top < boxes[at + 3] &&
              bottom > boxes[at + 1] && boxes[at + 4] !== owner) {
            return false;
          }
        }
      }
    }
    return true;
  }
}

const LABEL_HEIGHT = 15;
const FONTS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
const LABEL_FONT = `12px ${FONTS}`;
const AXIS_FONT = `11px ${FONTS}`;
const STRONG_FONT = `600 13px ${FONTS}`;
const MOST_LABEL_CHARACTERS = 40;

class Labels {
  constructor(data, context) {
    this.words = data.words;
    this.context = context;
    this.widths = new Float32Array(2 * data.count);  // of plain and strong labels; 0: unknown
    this.placed = [];
  }

  textOf(point) {
    const word = this.words[point];
    if (word.length <= MOST_LABEL_CHARACTERS) return word;
    return Array.from(word).slice(0, MOST_LABEL_CHARACTERS - 1).join("") + "…";
  }

  widthOf(point, strong) {
    const at = 2 * point + (strong ? 1 : 0);
    if (this.widths[at] === 0) {
      this.context.font = strong ? STRONG_FONT : LABEL_FONT;
      this.widths[at] = this.context.measureText(this.textOf(point)).width + 0.01;
    }
    return this.widths[at];
  }

  // `first`: points whose labels come before all, strongly written. `order`: the points by rank.
  // `isShown(point)`: not hidden. `taken`: rectangles that are no place for labels.
  // Fills `placed`: {point, x, y, width, strong}, (x, y) the left end of the middle line.
  place({ camera, first, order, isShown, radius, taken }) {
    const { width, height, screenX, screenY } = camera;
    const boxes = new BoxIndex(width, height);
    for (const [left, top, right, bottom] of taken) boxes.add(left, top, right, bottom, -1);
    const inView = this.visible(camera, order, isShown);
    const aroundPoint = Math.min(radius, 6);
    if (inView.length <= 300) {
      for (const i of inView) {
        boxes.add(screenX[i] - aroundPoint, screenY[i] - aroundPoint, screenX[i] + aroundPoint,
                  screenY[i] + aroundPoint, i);
      }
    }
    this.placed = [];
    const placeOne = (point, strong) => {
      const half = this.widthOf(point, strong) / 2;
      const gap = radius + 3;
      const [x, y] = [screenX[point], screenY[point]];
      const up = LABEL_HEIGHT / 2 + radius + 1;
      // Middles of the places: right, left, above, below, then the corners.
      const places = [
        [x + gap + half, y], [x - gap - half, y], [x, y - up], [x, y + up],
        [x + half + radius, y - up], [x + half + radius, y + up],
        [x - half - radius, y - up], [x - half - radius, y + up],
      ];
      for (const [middle, line] of places) {
        const box = [middle - half - 2, line - LABEL_HEIGHT / 2, middle + half + 2,
                     line + LABEL_HEIGHT / 2];
        if (box[0] < 0 || box[2] > width || box[1] < 0 || box[3] > height) continue;
        if (!boxes.isFree(...box, point)) continue;
        boxes.add(...box, -1);
        this.placed.push({ point, x: middle - half, y: line, width: 2 * half, strong });
        return;
      }
    };
    const isFirst = new Set(first);
    for (const point of first) placeOne(point, true);
    // More than these make a carpet, not a map.
    const most = Math.max(24, Math.floor(width * height / 5200));
    let tries = 12 * most;
    for (const point of inView) {
      if (this.placed.length >= most || --tries < 0) break;
      if (!isFirst.has(point)) placeOne(point, false);
    }
  }

  visible({ width, height, screenX, screenY }, order, isShown) {
    const found = [];
    for (let n = 0; n < order.length && found.length < 4000; ++n) {
      const i = order[n];
      if (screenX[i] >= 0 && screenX[i] <= width && screenY[i] >= 0 && screenY[i] <= height &&
          isShown(i)) {
        found.push(i);
      }
    }
    return found;
  }

  draw(colors, dimmed) {
    const { context } = this;
    context.textBaseline = "middle";
    context.textAlign = "left";
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeStyle = colors.paper;
    for (const strong of [false, true]) {
      context.font = strong ? STRONG_FONT : LABEL_FONT;
      context.fillStyle = colors.ink;
      context.globalAlpha = dimmed && !strong ? 0.4 : 1;
      for (const label of this.placed) {
        if (label.strong !== strong) continue;
        const text = this.textOf(label.point);
        context.strokeText(text, label.x, label.y);
        context.fillText(text, label.x, label.y);
      }
    }
    context.globalAlpha = 1;
  }

  // The labelled point that is next in a direction, as a person would say; -1: none.
  next(camera, from, [dx, dy]) {
    const { screenX, screenY } = camera;
    const [x, y] = from >= 0 ? [screenX[from], screenY[from]]
                             : [camera.width / 2, camera.height / 2];
    let best = -1;
    let least = Infinity;
    for (const { point } of this.placed) {
      const [ox, oy] = [screenX[point] - x, screenY[point] - y];
      const along = ox * dx + oy * dy;
      const across = Math.abs(ox * dy - oy * dx);
      if (point === from || along <= 0.5 || across > 2 * along) continue;
      const cost = along + 2 * across;
      if (cost < least) [best, least] = [point, cost];
    }
    return best;
  }
}
