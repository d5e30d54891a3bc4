// Axes: in two dimensions ticks at round numbers, in three the directions themselves.

// The largest of 1, 2, 5 × 10ⁿ of which at least `count` fit into `span`.
function roundStep(span, count) {
  const power = 10 ** Math.floor(Math.log10(span / count));
  const steps = span / count / power;
  return (steps >= 5 ? 5 : steps >= 2 ? 2 : 1) * power;
}

function axisTitle(data, component) {
  const share = data.variance[component];
  const name = `PC ${component + 1}`;
  if (share === undefined) return name;
  const whose = data.fittedOnOthers ? "the fitted words’ " : "";
  return `${name} (${percent(share)} of ${whose}variance)`;
}

function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}

class Axes {
  constructor(data, context) {
    this.data = data;
    this.context = context;
  }

  // The lines of the grid: {x, color} or {y, color}, with the colour as a pixel. In the order in
  // which they are drawn, the zeros last.
  grid(camera, colors) {
    if (camera.components === 3) return [];
    const { gridPixel, zeroPixel } = colors;
    const lines = [];
    for (const [v, x] of this.ticksAlong(camera).x) {
      lines.push({ x, color: v === 0 ? zeroPixel : gridPixel });
    }
    for (const [v, y] of this.ticksAlong(camera).y) {
      lines.push({ y, color: v === 0 ? zeroPixel : gridPixel });
    }
    return lines.sort((a, b) => (a.color === zeroPixel) - (b.color === zeroPixel));
  }

  // Values and where they are on the screen: {step, x: [[value, x]…], y: [[value, y]…]}.
  ticksAlong(camera) {
    const { width, height, scale } = camera;
    const longer = Math.max(width, height);
    const step = roundStep(longer / scale, longer / 130);
    const [left, right] = [camera.x - width / 2 / scale, camera.x + width / 2 / scale];
    const [low, high] = [camera.y - height / 2 / scale, camera.y + height / 2 / scale];
    return {
      step,
      x: multiples(left, right, step).map((v) => [v, (v - left) * scale]),
      y: multiples(low, high, step).map((v) => [v, (high - v) * scale]),
    };
  }

  // What is written on the axes. Returns rectangles that are no place for labels.
  draw(camera, colors) {
    this.context.font = AXIS_FONT;
    this.context.lineJoin = "round";
    return camera.components === 3 ? this.drawDirections(camera, colors)
                                   : this.drawTicks(camera, colors);
  }

  drawTicks(camera, colors) {
    const { context } = this;
    const { width, height } = camera;
    const { step, x: ticksX, y: ticksY } = this.ticksAlong(camera);
    const number = numberWriter(step);
    const taken = [];
    const write = (text, left, top) => {
      const textWidth = context.measureText(text).width;
      context.strokeText(text, left, top);
      context.fillText(text, left, top);
      taken.push([left - 3, top - 2, left + textWidth + 3, top + 14]);
    };
    context.textAlign = "left";
    context.textBaseline = "top";
    context.lineWidth = 4;
    context.strokeStyle = colors.paper;
    context.fillStyle = colors.muted;
    for (const [v, x] of ticksX) {
      const text = number(v);
      const left = x - context.measureText(text).width / 2;
      if (x > 44 && x < width - 60) write(text, left, height - 18);
    }
    for (const [v, y] of ticksY) {
      if (y > 34 && y < height - 30) write(number(v), 8, y - 6);
    }
    context.fillStyle = colors.ink;
    // The buttons that zoom are in the corner.
    const titleX = this.fitting((title) => `${title} →`, 0, width - 64 - 44);
    write(titleX, Math.max(width - 64 - context.measureText(titleX).width, 44), height - 38);
    write(this.fitting((title) => `↑ ${title}`, 1, width - 16), 8, 9);
    return taken;
  }

  // An axis's title, without its variance where the map is too narrow for it.
  fitting(decorated, component, room) {
    const title = decorated(axisTitle(this.data, component));
    if (this.context.measureText(title).width <= room) return title;
    return decorated(`PC ${component + 1}`);
  }

  drawDirections(camera, colors) {
    const { context } = this;
    const taken = [];
    const { middle } = camera;
    for (let c = 0; c < 3; ++c) {
      const reach = (camera.high[c] - camera.low[c]) / 2 * 1.12 || camera.radius * 0.3;
      const [from, to] = [-reach, reach].map((offset) => {
        return camera.projectOne(middle.map((value, i) => (i === c ? value + offset : value)));
      });
      context.lineWidth = 1;
      context.strokeStyle = colors.muted;
      context.globalAlpha = 0.55;
      context.beginPath();
      context.moveTo(from[0], from[1]);
      context.lineTo(to[0], to[1]);
      context.stroke();
      drawArrowHead(context, from, to, colors.muted);
      context.globalAlpha = 1;
      const text = axisTitle(this.data, c);
      const half = context.measureText(text).width / 2;
      const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
      const x = to[0] + (to[0] - from[0]) / length * (half + 8);
      const y = to[1] + (to[1] - from[1]) / length * 12;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineWidth = 3;
      context.strokeStyle = colors.paper;
      context.fillStyle = colors.muted;
      context.strokeText(text, x, y);
      context.fillText(text, x, y);
      taken.push([x - half - 3, y - 8, x + half + 3, y + 8]);
    }
    return taken;
  }
}

// Writes multiples of `step`: all with as many decimals, or, where they would be long, with a power
// of ten.
function numberWriter(step) {
  const exponent = Math.floor(Math.log10(step) + 1e-9);
  return (value) => {
    const text = exponent > 6 || exponent < -4
        ? String(Number(value.toPrecision(6))) : value.toFixed(Math.max(0, -exponent));
    return text.replaceAll("-", "−");
  };
}

// Multiples of `step`, so that 0 is exactly 0.
function multiples(low, high, step) {
  const found = [];
  for (let n = Math.ceil(low / step); n * step <= high && found.length < 100; ++n) {
    found.push(n === 0 ? 0 : n * step);
  }
  return found;
}
