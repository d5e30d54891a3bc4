// Where the points are on the screen. In two dimensions the view is a place and a scale; in three
// the points are turned about the middle of all first, and seen from infinitely far away.

class Camera {
  constructor(data) {
    this.points = data.points;
    this.count = data.count;
    this.components = data.components;
    this.screenX = new Float32Array(this.count);
    this.screenY = new Float32Array(this.count);
    this.depth = this.components === 3 ? new Float32Array(this.count) : null;  // −1 far, 1 near
    this.measure();
    this.width = 1;
    this.height = 1;
    this.fitScale = 1;
    this.turn = null;
    this.reset();
  }

  measure() {
    const { points, components } = this;
    this.low = new Array(components).fill(Infinity);
    this.high = new Array(components).fill(-Infinity);
    for (let i = 0; i < points.length; ++i) {
      const c = i % components;
      if (points[i] < this.low[c]) this.low[c] = points[i];
      if (points[i] > this.high[c]) this.high[c] = points[i];
    }
    this.middle = this.low.map((low, c) => (low + this.high[c]) / 2);
    let squared = 0;
    for (let i = 0; i < points.length; i += components) {
      let sum = 0;
      for (let c = 0; c < components; ++c) sum += (points[i + c] - this.middle[c]) ** 2;
      if (sum > squared) squared = sum;
    }
    this.radius = Math.sqrt(squared);
  }

  // All points, with room for labels and axes.
  reset() {
    const [left, right, top, bottom] = this.width < 500 ? [40, 48, 20, 40] : [64, 96, 36, 56];
    const width = Math.max(this.width - left - right, 40);
    const height = Math.max(this.height - top - bottom, 40);
    if (this.components === 3) {
      this.turn = multiply(rotationX(0.42), rotationY(-0.6));
      [this.x, this.y, this.scale] = [0, 0, 1];
      this.project();
      const [middleX, middleY] = [this.width / 2, this.height / 2];
      let [across, up] = [0, 0];
      for (let i = 0; i < this.count; ++i) {
        across = Math.max(across, Math.abs(this.screenX[i] - middleX));
        up = Math.max(up, Math.abs(this.screenY[i] - middleY));
      }
      this.fitScale = Math.min(width / 2 / (across || 1e-9), height / 2 / (up || 1e-9));
      if (this.radius === 0) this.fitScale = 1;
    } else {
      const spans = this.high.map((high, c) => high - this.low[c]);
      this.fitScale = Math.min(width / spans[0], height / spans[1]);
      if (!Number.isFinite(this.fitScale)) this.fitScale = Math.min(width, height) / 2;
      this.x = this.middle[0] + (right - left) / 2 / this.fitScale;
      this.y = this.middle[1] + (top - bottom) / 2 / this.fitScale;
    }
    this.scale = this.fitScale;
    this.isAll = true;
  }

  // Keeps the middle of the view where it is.
  resize(width, height) {
    const wasAll = this.isAll;
    this.width = width;
    this.height = height;
    const { x, y, scale, fitScale, turn } = this;
    this.reset();
    if (wasAll) return;
    this.x = x;
    this.y = y;
    this.scale = scale / fitScale * this.fitScale;
    this.turn = turn;
    this.isAll = false;
  }

  get zoom() { return this.scale / this.fitScale; }

  project() {
    const { points, count, screenX, screenY, scale } = this;
    const left = this.width / 2 - this.x * scale;
    const top = this.height / 2 + this.y * scale;
    if (this.components === 2) {
      for (let i = 0; i < count; ++i) {
        screenX[i] = left + points[2 * i] * scale;
        screenY[i] = top - points[2 * i + 1] * scale;
      }
      return;
    }
    const [a, b, c, d, e, f, g, h, k] = this.turn;
    const [mx, my, mz] = this.middle;
    for (let i = 0; i < count; ++i) {
      const x = points[3 * i] - mx;
      const y = points[3 * i + 1] - my;
      const z = points[3 * i + 2] - mz;
      screenX[i] = left + (a * x + b * y + c * z) * scale;
      screenY[i] = top - (d * x + e * y + f * z) * scale;
      this.depth[i] = (g * x + h * y + k * z) / (this.radius || 1);
    }
  }

  // Of a place in the data, [x, y, depth] on the screen.
  projectOne(place) {
    let [x, y, z] = place;
    if (this.components === 3) {
      const r = this.turn;
      const p = place.map((value, c) => value - this.middle[c]);
      [x, y, z] = [0, 3, 6].map((i) => r[i] * p[0] + r[i + 1] * p[1] + r[i + 2] * p[2]);
    }
    return [
      this.width / 2 + (x - this.x) * this.scale, this.height / 2 - (y - this.y) * this.scale, z,
    ];
  }

  panBy(dx, dy) {
    this.x -= dx / this.scale;
    this.y += dy / this.scale;
    this.isAll = false;
  }

  // What is at (x, y) of the screen stays there.
  zoomAt(x, y, factor) {
    const scale = Math.min(Math.max(this.scale * factor, this.fitScale / 4), this.fitScale * 1e5);
    const dx = x - this.width / 2;
    const dy = y - this.height / 2;
    this.x += dx / this.scale - dx / scale;
    this.y += dy / scale - dy / this.scale;
    this.scale = scale;
    this.isAll = false;
  }

  // By pixels: once across the smaller side of the view is half a turn.
  turnBy(dx, dy) {
    const angle = Math.PI / Math.min(this.width, this.height);
    const turned = multiply(multiply(rotationX(dy * angle), rotationY(dx * angle)), this.turn);
    this.turn = orthonormal(turned);
    this.isAll = false;
  }

  get state() { return [this.x, this.y, Math.log(this.scale)]; }
  set state([x, y, logScale]) {
    this.x = x;
    this.y = y;
    this.scale = Math.exp(logScale);
    this.isAll = false;
  }

  // The state in which `chosen` points fill much of the view.
  stateAround(chosen) {
    this.project();
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const i of chosen) {
      left = Math.min(left, this.screenX[i]);
      right = Math.max(right, this.screenX[i]);
      top = Math.min(top, this.screenY[i]);
      bottom = Math.max(bottom, this.screenY[i]);
    }
    const factor = Math.min(this.width * 0.6 / Math.max(right - left, 1e-3),
                            this.height * 0.7 / Math.max(bottom - top, 1e-3));
    const scale = Math.min(this.scale * factor, this.fitScale * 200);
    return [
      this.x + ((left + right) / 2 - this.width / 2) / this.scale,
      this.y - ((top + bottom) / 2 - this.height / 2) / this.scale,
      Math.log(scale),
    ];
  }
}

// Matrices of 3 × 3, row after row.
function rotationX(angle) {
  const [s, c] = [Math.sin(angle), Math.cos(angle)];
  return [1, 0, 0, 0, c, -s, 0, s, c];
}

function rotationY(angle) {
  const [s, c] = [Math.sin(angle), Math.cos(angle)];
  return [c, 0, s, 0, 1, 0, -s, 0, c];
}

function multiply(a, b) {
  return a.map((_, i) => {
    const [row, column] = [i - (i % 3), i % 3];
    return a[row] * b[column] + a[row + 1] * b[column + 3] + a[row + 2] * b[column + 6];
  });
}

// A thousand small turns would add up their rounding.
function orthonormal([a, b, c, d, e, f]) {
  const first = Math.hypot(a, b, c);
  [a, b, c] = [a / first, b / first, c / first];
  const along = a * d + b * e + c * f;
  [d, e, f] = [d - along * a, e - along * b, f - along * c];
  const second = Math.hypot(d, e, f);
  [d, e, f] = [d / second, e / second, f / second];
  return [a, b, c, d, e, f, b * f - c * e, c * d - a * f, a * e - b * d];
}
