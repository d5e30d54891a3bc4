// What the file carries, see write_explorer() in plot/explorer.cpp.

const NO_ROW = 0xffffffff;
const NO_WORD = 0xffffff;

function decodeBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; ++i) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

// `count` bytes of what `text` encodes, from byte `begin` on: the neighbours of 100,000 words are
// decoded when they are asked for.
function decodeBase64Slice(text, begin, count) {
  const first = Math.floor(begin / 3);
  const end = Math.ceil((begin + count) / 3);
  const skip = begin - first * 3;
  return decodeBase64(text.slice(first * 4, end * 4)).subarray(skip, skip + count);
}

// data.words: those of the points first, then those that are neighbours only. data.points: [count,
// components]. data.rows: of the points. data.order: the points by row. data.groups: null, or of
// the points.
function readData(text) {
  const data = JSON.parse(text);
  data.points = new Float32Array(decodeBase64(data.points).buffer);
  data.rows = new Uint32Array(decodeBase64(data.rows).buffer);
  const groups = new Uint16Array(decodeBase64(data.groups).buffer);
  data.groups = data.groupNames.length > 0 ? groups : null;
  data.order = Uint32Array.from(data.rows.keys());
  if (data.rows.some((row, i) => i > 0 && row < data.rows[i - 1])) {
    data.order.sort((a, b) => data.rows[a] - data.rows[b] || a - b);
  }
  return data;
}

// The nearest words of a point, best first: {word, point, score}, point -1 where it is not shown.
function neighborsOf(data, point) {
  const k = data.neighbors;
  const words = decodeBase64Slice(data.neighborWords, point * k * 3, k * 3);
  const scores = decodeBase64Slice(data.neighborScores, point * k * 2, k * 2);
  const found = [];
  for (let i = 0; i < k; ++i) {
    const word = words[3 * i] | (words[3 * i + 1] << 8) | (words[3 * i + 2] << 16);
    if (word === NO_WORD) break;
    const score = ((scores[2 * i] | (scores[2 * i + 1] << 8)) << 16) >> 16;
    found.push({
      word: data.words[word],
      point: word < data.count ? word : -1,
      score: score / 10000,
    });
  }
  return found;
}
