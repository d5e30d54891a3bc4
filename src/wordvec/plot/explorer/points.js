// The points and the grid below them, written pixel by pixel: without a graphics processor a canvas
// draws 100,000 circles in a tenth of a second, and this in a hundredth.

// Radius and opacity on maps of up to so many points: the more there are, the smaller they are.
const POINT_LOOKS = [
  { most: 60, radius: 4.5, opacity: 0.9 },
  { most: 300, radius: 3.4, opacity: 0.9 },
  { most: 1500, radius: 2.7, opacity: 0.75 },
  { most: 4000, radius: 2.2, opacity: 0.6 },
  { most: 15000, radius: 1.9, opacity: 0.6 },
  { most: Infinity, radius: 1.4, opacity: 0.24 },
];

// Those that are left in the view as one zooms in grow.
function pointLook(count, zoom) {
  const { radius, opacity } = POINT_LOOKS.find(({ most }) => count <= most);
  return {
    radius: Math.min(radius * Math.min(Math.max(zoom, 0.8) ** 0.22, 3), 6),
    opacity: Math.min(opacity * Math.max(zoom, 1) ** 0.25, 0.9),
  };
}

const PHASES = 4;  // a circle has as many places within a pixel, each way

// Coverages 0…256 of a circle's pixels, for each of its places within a pixel.
function circleMasks(radius) {
  const reach = Math.ceil(radius + 1);
  const size = 2 * reach + 1;
  const masks = [];
  for (let phase = 0; phase < PHASES * PHASES; ++phase) {
    const centerX = reach + ((phase % PHASES) + 0.5) / PHASES;
    const centerY = reach + (Math.floor(phase / PHASES) + 0.5) / PHASES;
    const mask = { offsets: [], coverages: [] };
    for (let y = 0; y < size; ++y) {
      for (let x = 0; x < size; ++x) {
        const distance = Math.hypot(x + 0.5 - centerX, y + 0.5 - centerY);
        const coverage = Math.round(256 * Math.min(Math.max(radius + 0.5 - distance, 0), 1));
        if (coverage > 0) {
          mask.offsets.push([x - reach, y - reach]);
          mask.coverages.push(coverage);
        }
      }
    }
    masks.push(mask);
  }
  return { reach, masks };
}

class PointLayer {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.image = null;
    this.masks = new Map();
  }

  resize(width, height, ratio) {
    this.ratio = ratio;
    this.canvas.width = Math.max(1, Math.round(width * ratio));
    this.canvas.height = Math.max(1, Math.round(height * ratio));
    this.image = null;
    this.masks.clear();
  }

  // Circles for this image's width, by their radius in steps of an eighth of a pixel.
  masksOf(radius) {
    const eighths = Math.max(4, Math.round(radius * 8));
    let circle = this.masks.get(eighths);
    if (!circle) {
      circle = circleMasks(eighths / 8);
      for (const mask of circle.masks) {
        mask.offsets = Int32Array.from(mask.offsets, ([x, y]) => y * this.image.width + x);
        mask.coverages = Uint16Array.from(mask.coverages);
      }
      this.masks.set(eighths, circle);
    }
    return circle;
  }

  // `order`: the points from first to last drawn. `colors`: 0xBBGGRR of the groups, or only one.
  // `hidden`: null, or of the groups whether they are left out. `radius` in CSS pixels. Returns how
  // many points lie in the view.
  draw({ camera, grid, order, hidden, groups, colors, background, radius, opacity }) {
    const { canvas, ratio } = this;
    const margin = 16;
    if (!this.image) {
      this.image = new ImageData(canvas.width + 2 * margin, canvas.height + 2 * margin);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    const { image, pixels } = this;
    const { width, height } = image;
    pixels.fill(0xff000000 | background);
    for (const line of grid) this.rule(line, margin);
    const { reach, masks } = this.masksOf(radius * ratio);
    const { screenX, screenY, depth } = camera;
    const right = width - reach - 1;
    const bottom = height - reach - 1;
    let drawn = 0;
    for (let n = 0; n < order.length; ++n) {
      const i = order[n];
      if (hidden !== null && hidden[groups[i]]) continue;
      const x = screenX[i] * ratio + margin;
      const y = screenY[i] * ratio + margin;
      if (!(x >= reach && x < right && y >= reach && y < bottom)) continue;
      ++drawn;
      const left = x | 0;
      const top = y | 0;
      const mask = masks[((x - left) * PHASES | 0) + ((y - top) * PHASES | 0) * PHASES];
      const color = groups === null ? colors[0] : colors[groups[i]];
      const near = depth === null ? opacity : Math.min(opacity * (0.85 + 0.4 * depth[i]), 1);
      blend(pixels, top * width + left, mask, color, Math.round(near * 256));
    }
    this.context.putImageData(image, -margin, -margin);
    return drawn;
  }

  // A line of the grid: {x, color} or {y, color}, one CSS pixel wide.
  rule({ x, y, color }, margin) {
    const { pixels, ratio } = this;
    const { width, height } = this.image;
    const thickness = Math.max(1, Math.round(ratio));
    const first = Math.round((x ?? y) * ratio) + margin;
    for (let at = Math.max(first, 0); at < first + thickness; ++at) {
      if (x === undefined && at < height) {
        pixels.fill(0xff000000 | color, at * width, (at + 1) * width);
      } else if (x !== undefined && at < width) {
        for (let k = at; k < pixels.length; k += width) pixels[k] = 0xff000000 | color;
      }
    }
  }
}

// Two of a pixel's three colours at a time.
function blend(pixels, at, mask, color, opacity) {
  const { offsets, coverages } = mask;
  const redBlue = color & 0xff00ff;
  const green = color & 0xff00;
  for (let k = 0; k < offsets.length; ++k) {
    const index = at + offsets[k];
    const alpha = coverages[k] * opacity >> 8;
    const rest = 256 - alpha;
    const old = pixels[index];
    const rb = (Math.imul(old & 0xff00ff, rest) + Math.imul(redBlue, alpha)) >>> 8 & 0xff00ff;
    const g = (Math.imul(old & 0xff00, rest) + Math.imul(green, alpha)) >>> 8 & 0xff00;
    pixels[index] = 0xff000000 | rb | g;
  }
}

// Far points first, by counting sort: exact order within a hundredth of the depth shows nothing.
class DepthOrder {
  constructor(count) {
    this.buckets = new Uint8Array(count);
    this.order = new Uint32Array(count);
    this.starts = new Uint32Array(257);
  }

  sort(depth) {
    const { buckets, order, starts } = this;
    starts.fill(0);
    for (let i = 0; i < depth.length; ++i) {
      const bucket = Math.min(Math.max((depth[i] + 1) * 128 | 0, 0), 255);
      buckets[i] = bucket;
      ++starts[bucket + 1];
    }
    for (let b = 0; b < 256; ++b) starts[b + 1] += starts[b];
    for (let i = 0; i < depth.length; ++i) order[starts[buckets[i]]++] = i;
    return order;
  }
}
