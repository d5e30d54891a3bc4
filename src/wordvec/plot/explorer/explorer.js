// The map itself: what is chosen, pointed at and hidden, and when what is drawn.
//
// The canvas that takes the keys tells its state in data attributes, for tests: data-ready, -scale
// (1: all points are shown), -x and -y (of the middle), -pixels (of one unit), -turn, -drawn
// (points), -labels, -selected and -cursor (rows of words), -moving.

class Explorer {
  constructor(data) {
    this.data = data;
    this.pointsCanvas = document.getElementById("points");
    this.overlay = document.getElementById("overlay");
    this.context = this.overlay.getContext("2d");
    this.camera = new Camera(data);
    this.pointLayer = new PointLayer(this.pointsCanvas);
    this.labels = new Labels(data, this.context);
    this.axes = new Axes(data, this.context);
    this.marks = new Marks(data, this.context, this.camera);
    this.depthOrder = data.components === 3 ? new DepthOrder(data.count) : null;
    this.frequentLast = data.order.slice().reverse();
    this.hiddenGroups = null;
    this.selected = -1;
    this.neighbors = [];
    this.cursor = -1;  // the point that the keys are at
    this.hovered = -1;
    this.keepsInView = false;  // the selected point, when the map gets smaller
    this.frame = 0;
    this.flight = null;
    this.panel = new Panel(data, {
      choose: (point) => this.choose(point),
      hint: (point) => this.point(point),
      toggleGroup: (group, isShown) => this.toggleGroup(group, isShown),
    });
    this.search = new SearchBox(data, (point) => { this.choose(point); this.overlay.focus(); });
    this.describe();
    this.listen();
    this.colors = readColors(data);
    this.resize();
    this.chooseFromAddress();
    this.overlay.dataset.ready = "true";
  }

  describe() {
    const { data } = this;
    document.getElementById("title").textContent = data.title;
    const share = data.variance.reduce((sum, ratio) => sum + ratio, 0);
    const parts = [counted(data.count, "word", "words")];
    if (data.variance.length > 0) {
      const number = data.components === 3 ? "three" : "two";
      const whose = data.fittedOnOthers ? "the fitted words’ variance" : "the variance";
      parts.push(`${number} components, ${percent(share)} of ${whose}`);
    }
    document.getElementById("summary").textContent = parts.join(" · ");
    this.overlay.setAttribute("aria-label", `${data.title}: ${parts.join(", ")}`);
    if (data.components === 3) {
      document.getElementById("keys-drag").textContent = "turn the map; with Shift, move it";
      document.getElementById("keys-shift").textContent = "turn the map";
      const help = document.getElementById("map-help");
      help.textContent = help.textContent.replace("moves the map", "turns the map");
    }
  }

  listen() {
    const { overlay, camera } = this;
    new Gestures(overlay, this.data.components === 3, {
      pan: (dx, dy) => { this.moveView(() => camera.panBy(dx, dy)); this.point(-1); },
      turn: (dx, dy) => { this.moveView(() => camera.turnBy(dx, dy)); this.point(-1); },
      zoom: (x, y, factor) => this.moveView(() => camera.zoomAt(x, y, factor)),
      hover: (x, y) => this.point(this.pointAt(x, y, 14)),
      leave: () => this.point(-1),
      tap: (x, y, reach) => this.choose(this.pointAt(x, y, reach)),
    });
    const click = (id, action) => document.getElementById(id).addEventListener("click", action);
    click("zoom-in", () => this.zoomBy(1.6));
    click("zoom-out", () => this.zoomBy(1 / 1.6));
    click("zoom-all", () => this.showAll());
    click("close", () => { this.choose(-1); overlay.focus(); });
    click("frame", () => this.frameNeighbors());
    click("help", () => document.getElementById("keys").showModal());
    click("theme", () => this.toggleTheme());
    document.addEventListener("keydown", (event) => this.onKey(event));
    overlay.addEventListener("blur", () => { this.cursor = -1; this.invalidate(); });
    const darkness = matchMedia("(prefers-color-scheme: dark)");
    darkness.addEventListener("change", () => this.setTheme(darkness.matches));
    new ResizeObserver(() => this.resize()).observe(document.getElementById("map"));
    addEventListener("hashchange", () => this.chooseFromAddress());
  }

  // Keys.

  onKey(event) {
    const isTyping = event.target.matches("input");
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping ||
        document.getElementById("keys").open) {
      return;
    }
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const actions = {
      "/": () => this.search.focus(),
      "?": () => document.getElementById("keys").showModal(),
      "+": () => this.zoomBy(1.6),
      "=": () => this.zoomBy(1.6),
      "-": () => this.zoomBy(1 / 1.6),
      0: () => this.showAll(),
      z: () => this.frameNeighbors(),
      d: () => this.toggleTheme(),
      Escape: () => this.choose(-1),
    };
    const isOnMap = event.target === this.overlay || event.target === document.body;
    // Letters in either case: with shift, or where capitals are locked.
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.key in arrows && isOnMap) {
      this.onArrow(arrows[event.key], event.shiftKey);
    } else if (event.key === "Enter" && isOnMap && this.cursor >= 0) {
      this.choose(this.cursor);
    } else if (actions[key]) {
      actions[key]();
    } else {
      return;
    }
    event.preventDefault();
  }

  onArrow([dx, dy], withShift) {
    const { camera } = this;
    this.finishFlight();
    if (withShift && this.data.components === 3) {
      this.moveView(() => camera.turnBy(40 * dx, 40 * dy));
    } else if (withShift) {
      this.moveView(() => camera.panBy(-80 * dx, -80 * dy));
    } else {
      this.drawNow();
      const from = this.cursor >= 0 ? this.cursor : this.selected;
      const next = this.labels.next(camera, from, [dx, dy]);
      if (next >= 0) {
        this.cursor = next;
        this.say(this.data.words[next]);
        this.invalidate();
      } else {
        this.moveView(() => camera.panBy(-80 * dx, -80 * dy));
      }
    }
  }

  say(text) { document.getElementById("said").textContent = text; }

  // What is chosen.

  // -1 lets go of what is chosen.
  choose(point) {
    if (this.frame === 0) this.camera.project();
    this.selected = point;
    this.cursor = -1;
    this.point(-1);
    this.neighbors = point >= 0 ? neighborsOf(this.data, point) : [];
    this.panel.show(point, this.neighbors);
    this.keepsInView = point >= 0;
    const word = point >= 0 ? this.data.words[point] : "";
    showAddress(word);
    if (point >= 0) {
      const named = this.neighbors.slice(0, 5)
          .map(({ word: near, score }) => `${near} ${score.toFixed(2)}`);
      this.say(named.length > 0 ? `${word}. Nearest words: ${named.join(", ")}` : word);
      this.bringIntoView(point);
    }
    this.invalidate();
  }

  chooseFromAddress() {
    let word = "";
    try { word = decodeURIComponent(location.hash.slice(1)); } catch { /* no word of ours */ }
    if (word === "" || (this.selected >= 0 && this.data.words[this.selected] === word)) return;
    const point = this.data.words.indexOf(word);
    if (point >= 0 && point < this.data.count) this.choose(point);
  }

  plottedNeighbors() {
    return this.neighbors.filter(({ point }) => point >= 0).map(({ point }) => point);
  }

  isShown(point) {
    return this.hiddenGroups === null || !this.hiddenGroups[this.data.groups[point]];
  }

  toggleGroup(group, isShown) {
    this.hiddenGroups ??= new Array(this.data.groupNames.length).fill(false);
    this.hiddenGroups[group] = !isShown;
    this.invalidate();
  }

  // The point within `reach` of a place on the screen; -1: none.
  pointAt(x, y, reach) {
    const { screenX, screenY, depth } = this.camera;
    let best = -1;
    let least = reach * reach;
    for (let i = 0; i < this.data.count; ++i) {
      const [dx, dy] = [screenX[i] - x, screenY[i] - y];
      // Of points that cover each other the nearer one.
      const squared = dx * dx + dy * dy - (depth === null ? 0 : depth[i]);
      if (squared < least && this.isShown(i)) [best, least] = [i, squared];
    }
    return best;
  }

  // Shows the name of the point that is pointed at; -1: of none.
  point(point) {
    if (this.hovered === point) return;
    this.hovered = point;
    this.overlay.classList.toggle("at-word", point >= 0);
    this.invalidate();
  }

  // The view.

  moveView(change) {
    this.flight = null;
    this.keepsInView = false;
    change();
    this.invalidate();
  }

  zoomBy(factor) {
    const { camera } = this;
    this.finishFlight();
    const anchor = this.cursor >= 0 ? this.cursor : this.selected;
    let [x, y] = [camera.width / 2, camera.height / 2];
    if (anchor >= 0) {
      const [sx, sy] = [camera.screenX[anchor], camera.screenY[anchor]];
      if (sx >= 0 && sx <= camera.width && sy >= 0 && sy <= camera.height) [x, y] = [sx, sy];
    }
    const before = camera.state;
    camera.zoomAt(x, y, factor);
    this.flyTo(camera.state, before);
  }

  showAll() {
    const { camera } = this;
    const before = camera.state;
    camera.reset();
    this.flyTo(camera.state, before, () => { camera.isAll = true; });
  }

  frameNeighbors() {
    if (this.selected < 0) return;
    this.finishFlight();
    this.flyTo(this.camera.stateAround([this.selected, ...this.plottedNeighbors()]),
               this.camera.state);
  }

  bringIntoView(point) {
    const { camera } = this;
    this.finishFlight();
    camera.project();
    const [x, y] = [camera.screenX[point], camera.screenY[point]];
    const margin = Math.min(60, camera.width / 6, camera.height / 6);
    if (x > margin && x < camera.width - margin && y > margin && y < camera.height - margin) return;
    const [cx, cy, logScale] = camera.state;
    const target = [cx + (x - camera.width / 2) / camera.scale,
                    cy - (y - camera.height / 2) / camera.scale, logScale];
    this.flyTo(target, camera.state);
  }

  // Moves there within a quarter of a second, where people have not asked for less motion.
  flyTo(target, from, onEnd = () => {}) {
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.flight = { from, target, onEnd, start: performance.now(), duration: isStill ? 0 : 250 };
    this.camera.state = from;
    this.invalidate();
  }

  finishFlight() {
    if (this.flight === null) return;
    this.camera.state = this.flight.target;
    this.flight.onEnd();
    this.flight = null;
    this.camera.project();
  }

  stepFlight(now) {
    if (this.flight === null) return;
    const { from, target, start, duration } = this.flight;
    const part = duration > 0 ? Math.max(now - start, 0) / duration : 1;
    if (part >= 1) return this.finishFlight();
    const eased = part < 0.5 ? 2 * part * part : 1 - 2 * (1 - part) * (1 - part);
    this.camera.state = from.map((value, i) => value + (target[i] - value) * eased);
    this.invalidate();
  }

  resize() {
    const { width, height } = document.getElementById("map").getBoundingClientRect();
    // A third pixel for each of a phone's costs more than it shows.
    const ratio = Math.min(devicePixelRatio || 1, this.data.count > 20000 ? 1.5 : 3);
    this.camera.resize(width, height);
    this.pointLayer.resize(width, height, ratio);
    this.overlayRatio = Math.min(devicePixelRatio || 1, 3);
    this.overlay.width = Math.max(1, Math.round(width * this.overlayRatio));
    this.overlay.height = Math.max(1, Math.round(height * this.overlayRatio));
    this.drawNow();
    // A phone's panel takes its room from the map.
    if (this.keepsInView) this.bringIntoView(this.selected);
  }

  // Colours.

  setTheme(isDark) {
    showTheme(isDark);
    this.colors = readColors(this.data);
    this.invalidate();
  }

  toggleTheme() { this.setTheme(!isDarkTheme()); }

  // Drawing.

  invalidate() {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame((now) => {
      this.frame = 0;
      this.stepFlight(now);
      this.draw();
    });
  }

  drawNow() {
    if (this.frame !== 0) cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.draw();
  }

  draw() {
    const { camera, context, data, colors } = this;
    camera.project();
    const { radius, opacity } = pointLook(data.count, camera.zoom);
    const order = this.depthOrder ? this.depthOrder.sort(camera.depth) : this.frequentLast;
    const drawn = this.pointLayer.draw({
      camera, grid: this.axes.grid(camera, colors), order, radius, hidden: this.hiddenGroups,
      groups: data.groups, colors: colors.groupPixels, background: colors.paperPixel,
      opacity: this.selected >= 0 ? opacity / 2 : opacity,
    });
    context.setTransform(this.overlayRatio, 0, 0, this.overlayRatio, 0, 0);
    context.clearRect(0, 0, camera.width, camera.height);
    const taken = this.axes.draw(camera, colors);
    taken.push([camera.width - 56, camera.height - 138, camera.width, camera.height]);
    const isShown = (point) => this.isShown(point);
    const lines = data.lines.filter((ends) => ends.every(isShown));
    this.marks.drawLines(lines, radius, colors);
    const neighbors = this.plottedNeighbors().filter(isShown);
    this.marks.drawSelection(this.selected, neighbors, radius, colors);
    const first = [...new Set([this.selected, this.cursor, ...neighbors, ...lines.flat()])]
        .filter((point) => point >= 0);
    this.labels.place({ camera, first, order: data.order, isShown, radius, taken });
    this.labels.draw(colors, this.selected >= 0);
    this.marks.drawRings([this.cursor, this.hovered], radius, colors);
    this.placeHover();
    this.tell(drawn);
  }

  placeHover() {
    const box = document.getElementById("hover");
    box.hidden = this.hovered < 0;
    if (this.hovered < 0) return;
    const { camera } = this;
    box.firstElementChild.textContent = this.data.words[this.hovered];
    const [x, y] = [camera.screenX[this.hovered], camera.screenY[this.hovered]];
    const { offsetWidth: width, offsetHeight: height } = box;
    const left = Math.min(Math.max(x - width / 2, 4), camera.width - width - 4);
    const top = y - height - 12 < 2 ? y + 12 : y - height - 12;
    box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  tell(drawn) {
    const { camera, data } = this;
    const told = {
      scale: camera.zoom.toPrecision(6),
      x: camera.x.toPrecision(6),
      y: camera.y.toPrecision(6),
      pixels: camera.scale.toPrecision(6),
      drawn,
      labels: this.labels.placed.length,
      selected: this.selected >= 0 ? data.rows[this.selected] : "",
      cursor: this.cursor >= 0 ? data.rows[this.cursor] : "",
      moving: this.flight !== null,
    };
    if (camera.turn) told.turn = camera.turn.map((value) => value.toFixed(3)).join(" ");
    Object.assign(this.overlay.dataset, told);
  }
}

// So that a word on the map has an address. A page that lies in another may have none.
function showAddress(word) {
  const hash = word === "" ? "" : `#${encodeURIComponent(word)}`;
  const address = location.pathname + location.search + hash;
  try { history.replaceState(null, "", address); } catch { /* none then */ }
}

const data = readData(document.getElementById("data").textContent);
showTheme(isDarkAtFirst(data));
new Explorer(data);
