// The column beside the map: the word that is chosen and its nearest words, groups, variance.

const numberFormat = new Intl.NumberFormat("en");

function counted(count, one, many) {
  return `${numberFormat.format(count)} ${count === 1 ? one : many}`;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

class Panel {
  // `on`: {choose(point), point at a word with the pointer: hint(point or -1), toggleGroup(group)}
  constructor(data, on) {
    this.data = data;
    this.on = on;
    this.section = document.getElementById("word");
    this.describeMap();
    this.listGroups();
    this.listVariance();
  }

  describeMap() {
    const { data } = this;
    const about = document.getElementById("about-map");
    const directions = data.components === 3 ? "three" : "two";
    const words = data.fittedOnOthers ? "some other words" : "these words";
    about.textContent =
        `Each point is a word. Its vector of many numbers is drawn along the ${directions} ` +
        `directions in which ${words} differ most (principal components): words that lie ` +
        "together are often related, but much of what tells them apart is not in the picture.";
    document.getElementById("about-click").textContent = data.neighbors > 0
        ? "Choose a word to see its nearest words, which are computed from the whole vectors."
        : "Choose a word to see where it is.";
  }

  listGroups() {
    const { data } = this;
    const { groupNames, groups } = data;
    if (groupNames.length === 0) return;
    const counts = new Array(groupNames.length).fill(0);
    for (const group of groups) ++counts[group];
    const list = document.querySelector("#legend ul");
    groupNames.forEach((name, group) => {
      const button = element("button");
      button.type = "button";
      button.setAttribute("aria-pressed", "true");
      button.title = "Show or hide this group";
      const swatch = element("i");
      swatch.style.background = `var(${groupVariable(data, group)})`;
      button.append(swatch, element("bdi", "", name),
                    element("span", "", numberFormat.format(counts[group])));
      button.addEventListener("click", () => {
        const isShown = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(isShown));
        this.on.toggleGroup(group, isShown);
      });
      const item = element("li");
      item.append(button);
      list.append(item);
    });
    if (data.greyGroups > 0) {
      const note = document.getElementById("legend-note");
      const colored = data.groupColors.filter((color) => color >= 0).length;
      note.textContent = `The ${colored} largest groups have colours, the others are grey.`;
      note.hidden = false;
    }
    document.getElementById("legend").hidden = false;
  }

  listVariance() {
    const { variance } = this.data;
    if (variance.length === 0) return;
    const list = document.querySelector("#variance ul");
    variance.forEach((share, component) => {
      const item = element("li");
      const bar = element("i");
      bar.style.width = `${Math.min(share * 100, 100)}%`;
      const name = element("span", "", `PC ${component + 1}`);
      item.append(name, element("span", "", percent(share)), bar);
      list.append(item);
    });
    if (this.data.fittedOnOthers) {
      const title = document.getElementById("variance-title");
      title.textContent = "Variance explained, of the fitted words";
    }
    document.getElementById("variance").hidden = false;
  }

  // -1: none. `neighbors` as neighborsOf() has them.
  show(point, neighbors) {
    this.section.hidden = point < 0;
    if (point < 0) return;
    const { data } = this;
    document.querySelector("#word-name bdi").textContent = data.words[point];
    const about = [];
    if (data.rows[point] !== NO_ROW) about.push(`row ${numberFormat.format(data.rows[point])}`);
    if (data.groups !== null) about.push(data.groupNames[data.groups[point]]);
    document.getElementById("word-about").textContent = about.join(" · ");
    const list = document.getElementById("neighbors");
    list.replaceChildren(...neighbors.map((neighbor) => this.neighborItem(neighbor)));
    list.scrollTop = 0;
    document.getElementById("panel").scrollTop = 0;
    for (const id of ["neighbors-title", "frame"]) {
      document.getElementById(id).hidden = neighbors.length === 0;
    }
    document.getElementById("neighbors-note").textContent = this.note(neighbors);
  }

  note(neighbors) {
    const { neighbors: k, modelRows } = this.data;
    if (k === 0) return "";
    if (neighbors.length === 0) return "This word has no nearest words: its vector is zero.";
    const all = counted(modelRows, "word", "words");
    const among = modelRows > 0 ? ` among all ${all} of the model` : "";
    const elsewhere = neighbors.some((neighbor) => neighbor.point < 0);
    return `Exact${among}.` + (elsewhere ? " Grey ones are not on this map." : "");
  }

  neighborItem({ word, point, score }) {
    const item = element("li");
    const row = element(point >= 0 ? "button" : "span", point >= 0 ? "" : "elsewhere");
    const bar = element("i", "bar");
    bar.style.width = `${Math.min(Math.max(score, 0), 1) * 100}%`;
    const cosine = element("span", "score", score.toFixed(4).replace("-", "−"));
    row.append(element("bdi", "", word), cosine, bar);
    if (point >= 0) {
      row.type = "button";
      row.addEventListener("click", () => this.on.choose(point));
      row.addEventListener("pointerenter", () => this.on.hint(point));
      row.addEventListener("pointerleave", () => this.on.hint(-1));
      row.addEventListener("focus", () => this.on.hint(point));
      row.addEventListener("blur", () => this.on.hint(-1));
    } else {
      row.title = "Not on this map";
    }
    item.append(row);
    return item;
  }
}
