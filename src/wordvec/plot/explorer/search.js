// The field that finds words: a combobox as https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ has
// it, with completion.

const MOST_MATCHES = 12;

class WordFinder {
  constructor(data) {
    this.data = data;
    this.lower = null;
  }

  // Points whose words match, best first: the word itself, those that begin with it, those that
  // hold it, each in the order of rows.
  find(text) {
    const { words, count, order } = this.data;
    const wanted = text.trim().toLowerCase();
    if (wanted === "") return [];
    this.lower ??= words.slice(0, count).map((word) => word.toLowerCase());
    const exact = [];
    const beginning = [];
    const holding = [];
    for (let n = 0; n < count; ++n) {
      const i = order[n];
      const at = this.lower[i].indexOf(wanted);
      if (at < 0) continue;
      if (this.lower[i].length === wanted.length) {
        if (words[i] === text.trim()) exact.unshift(i); else exact.push(i);
      } else if (at === 0) {
        if (beginning.length < MOST_MATCHES) beginning.push(i);
      } else if (holding.length < MOST_MATCHES) {
        holding.push(i);
      }
    }
    return [...exact, ...beginning, ...holding].slice(0, MOST_MATCHES);
  }
}

class SearchBox {
  constructor(data, onChoose) {
    this.data = data;
    this.finder = new WordFinder(data);
    this.input = document.getElementById("search");
    this.list = document.getElementById("matches");
    this.onChoose = onChoose;
    this.matches = [];
    this.active = -1;
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("focus", () => {
      this.input.select();
      if (this.input.value !== "") this.search();
    });
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    // Or the field would lose the focus, and the list close, before the click.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) this.choose(Number(item.dataset.at));
    });
  }

  focus() { this.input.focus(); }

  search() {
    this.matches = this.finder.find(this.input.value);
    this.active = this.matches.length > 0 ? 0 : -1;
    this.show();
  }

  show() {
    this.list.replaceChildren();
    const isOpen = this.input.value.trim() !== "";
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen && this.matches.length > 0));
    if (isOpen && this.matches.length === 0) {
      const none = document.createElement("li");
      none.className = "none";
      none.textContent = "No such word on this map";
      this.list.append(none);
    }
    this.matches.forEach((point, at) => {
      const item = document.createElement("li");
      item.id = `match-${at}`;
      item.dataset.at = at;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(at === this.active));
      const word = document.createElement("bdi");
      word.textContent = this.data.words[point];
      const row = document.createElement("span");
      if (this.data.rows[point] !== NO_ROW) row.textContent = `row ${this.data.rows[point]}`;
      item.append(word, row);
      this.list.append(item);
    });
    if (this.active >= 0) {
      this.input.setAttribute("aria-activedescendant", `match-${this.active}`);
      this.list.children[this.active].scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  onKey(event) {
    if (event.isComposing) return;
    const count = this.matches.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) return this.search();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (count > 0) this.active = (this.active + step + count) % count;
      this.show();
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (this.list.hidden) this.input.value = "";
      this.close();
    }
  }

  choose(at) {
    const point = this.matches[at];
    this.input.value = this.data.words[point];
    this.close();
    this.onChoose(point);
  }

  close() {
    this.list.hidden = true;
    this.matches = [];
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
