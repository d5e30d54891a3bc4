// Light and dark: the style sheet has the colours, as #rrggbb.

function isDarkTheme() {
  return document.documentElement.dataset.theme === "dark";
}

function showTheme(isDark) {
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
  document.getElementById("theme").setAttribute("aria-pressed", String(isDark));
}

// Until the reader chooses: as the file says, or as the system is.
function isDarkAtFirst(data) {
  if (data.theme !== "automatic") return data.theme === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

// The custom property with a group's colour: the largest have one, the others share grey.
function groupVariable(data, group) {
  const color = data.groupColors[group];
  return color >= 0 ? `--group-${color}` : "--group-other";
}

// The colours of the theme that is shown, those of the groups (of the points, where there are
// none), and both as pixels.
function readColors(data) {
  const style = getComputedStyle(document.documentElement);
  const read = (variable) => style.getPropertyValue(variable).trim();
  const colors = {};
  for (const name of ["paper", "ink", "muted", "grid", "zero", "point", "accent", "line"]) {
    colors[name] = read(`--${name}`);
  }
  colors.groups = data.groups === null ? [colors.point]
      : data.groupNames.map((_, group) => read(groupVariable(data, group)));
  for (const name of ["paper", "grid", "zero"]) colors[`${name}Pixel`] = pixelOf(colors[name]);
  colors.groupPixels = Uint32Array.from(colors.groups, pixelOf);
  return colors;
}

// As the bytes of an image lie in memory.
function pixelOf(color) {
  const rgb = parseInt(color.slice(1), 16);
  return (rgb & 0xff) << 16 | (rgb & 0xff00) | rgb >> 16;
}
