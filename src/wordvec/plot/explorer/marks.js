// What is drawn about points: lines, the chosen word and its neighbours, rings.

function drawArrowHead(context, from, to, color) {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  context.fillStyle = color;
  context.beginPath();
  context.moveTo(to[0], to[1]);
  for (const side of [-0.42, 0.42]) {
    context.lineTo(to[0] - 8 * Math.cos(angle + side), to[1] - 8 * Math.sin(angle + side));
  }
  context.fill();
}

class Marks {
  constructor(data, context, camera) {
    this.data = data;
    this.context = context;
    this.camera = camera;
  }

  circle(point, radius, fill, stroke) {
    const { context } = this;
    const { screenX, screenY } = this.camera;
    context.beginPath();
    context.arc(screenX[point], screenY[point], radius, 0, 2 * Math.PI);
    if (fill) {
      context.fillStyle = fill;
      context.fill();
    }
    if (stroke) {
      context.strokeStyle = stroke;
      context.stroke();
    }
  }

  // Those of analogies, each short of its points' circles.
  drawLines(lines, radius, colors) {
    const { context } = this;
    const { screenX, screenY } = this.camera;
    context.strokeStyle = colors.line;
    context.lineWidth = 1.25;
    for (const [from, to] of lines) {
      const [dx, dy] = [screenX[to] - screenX[from], screenY[to] - screenY[from]];
      const length = Math.hypot(dx, dy);
      if (length < 2 * radius + 4) continue;
      const [ux, uy] = [dx / length * (radius + 2), dy / length * (radius + 2)];
      const begin = [screenX[from] + ux, screenY[from] + uy];
      const end = [screenX[to] - ux, screenY[to] - uy];
      context.beginPath();
      context.moveTo(...begin);
      context.lineTo(...end);
      context.stroke();
      drawArrowHead(context, begin, end, colors.line);
    }
  }

  // -1: nothing is selected.
  drawSelection(selected, neighbors, radius, colors) {
    if (selected < 0) return;
    const { context, data } = this;
    const { screenX, screenY } = this.camera;
    context.lineWidth = 1;
    context.strokeStyle = colors.accent;
    context.globalAlpha = 0.4;
    context.beginPath();
    for (const point of neighbors) {
      context.moveTo(screenX[selected], screenY[selected]);
      context.lineTo(screenX[point], screenY[point]);
    }
    context.stroke();
    context.globalAlpha = 1;
    context.lineWidth = 1.5;
    const size = Math.max(radius, 3);
    for (const point of neighbors) {
      const color = colors.groups[data.groups === null ? 0 : data.groups[point]];
      this.circle(point, size + 0.5, color, colors.accent);
    }
    context.lineWidth = 2;
    this.circle(selected, size + 2, colors.accent, colors.paper);
  }

  // Of the points that are not -1.
  drawRings(points, radius, colors) {
    this.context.lineWidth = 2;
    for (const point of points) {
      if (point >= 0) this.circle(point, Math.max(radius, 3) + 3, null, colors.ink);
    }
  }
}
