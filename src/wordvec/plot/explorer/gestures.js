// What fingers, mouse and wheel do on the map. Calls `on`:
//   pan(dx, dy), turn(dx, dy), zoom(x, y, factor)  pixels of the map
//   hover(x, y), leave(), tap(x, y, reach)         reach: how far off a word may be, in pixels

class Gestures {
  constructor(canvas, turns, on) {
    this.canvas = canvas;
    this.turns = turns;  // a drag turns the map, unless shift or another button is held
    this.on = on;
    this.pointers = new Map();
    this.moved = 0;
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.up(event, true));
    canvas.addEventListener("pointercancel", (event) => this.up(event, false));
    canvas.addEventListener("pointerleave", () => { if (this.pointers.size === 0) on.leave(); });
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  down(event) {
    // A pointer that the browser no longer has, as one that a script made, cannot be captured.
    try { this.canvas.setPointerCapture(event.pointerId); } catch { /* moves on the map remain */ }
    if (this.pointers.size === 0) this.moved = 0;
    this.pointers.set(event.pointerId, this.place(event));
  }

  move(event) {
    const now = this.place(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== "touch") this.on.hover(now.x, now.y);
      return;
    }
    const [dx, dy] = [now.x - before.x, now.y - before.y];
    if (this.pointers.size === 2) {
      this.pinch(event.pointerId, before, now);
    } else if (this.pointers.size === 1) {
      this.moved += Math.hypot(dx, dy);
      // A finger is never quite still.
      if (this.moved < (event.pointerType === "touch" ? 8 : 3)) return;
      this.canvas.classList.add("moving");
      const pans = !this.turns || event.shiftKey || (event.buttons & 6) !== 0;
      if (pans) this.on.pan(dx, dy); else this.on.turn(dx, dy);
    }
    this.pointers.set(event.pointerId, now);
  }

  pinch(id, before, now) {
    this.moved = Infinity;
    const [other] = [...this.pointers].filter(([key]) => key !== id).map(([, place]) => place);
    const distance = (a, b) => Math.max(Math.hypot(a.x - b.x, a.y - b.y), 1);
    const middle = { x: (other.x + now.x) / 2, y: (other.y + now.y) / 2 };
    this.on.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    this.on.zoom(middle.x, middle.y, distance(other, now) / distance(other, before));
  }

  up(event, counts) {
    if (!this.pointers.delete(event.pointerId)) return;
    this.canvas.classList.remove("moving");
    const isTouch = event.pointerType === "touch";
    const isTap = this.moved < (isTouch ? 8 : 3) && event.button === 0;
    if (counts && isTap && this.pointers.size === 0) {
      const { x, y } = this.place(event);
      this.on.tap(x, y, isTouch ? 28 : 14);
    }
  }

  wheel(event) {
    event.preventDefault();
    const { x, y } = this.place(event);
    const unit = [1, 18, 400][event.deltaMode];
    // Browsers tell a pinch on a touch pad as a wheel with small steps and the control key.
    const rate = event.ctrlKey ? 0.01 : 0.0016;
    const delta = Math.min(Math.max(event.deltaY * unit, -300), 300);
    this.on.zoom(x, y, Math.exp(-delta * rate));
  }
}
