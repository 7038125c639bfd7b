// The head explorer: arcs from one word to those that a head looks at, and heads to switch off.

import { showProbability } from "../widgets/numbers.js";
import {
  add, addButton, addDial, addRoot, addStatus, all, percent, restart, setAttribute, setClass,
  setStyle, write,
} from "../widgets/page.js";
import { keepUp, saver } from "../widgets/python.js";
import { addCheckbox } from "../widgets/triangle.js";

// --- What a head looks at ------------------------------------------------------------------------

export const keyOf = (off) => off.map((head) => head.join(".")).join(" ");
const isIn = (heads, head) => heads.some((other) => String(other) === String(head));

// The weights from one word to each up to itself. A head that is off looks at all of them alike.
export function weightsFrom(reading, [layer, head], word, off) {
  if (isIn(off, [layer, head])) return Array(word + 1).fill(1 / (word + 1));
  return reading.weights[layer][head][word];
}

// A word; one that comes more than once with its place, counted from 1.
export function nameOf(words, i) {
  const again = words.indexOf(words[i]) !== words.lastIndexOf(words[i]);
  return again ? `${words[i]} (${i + 1})` : words[i];
}
export function strongest(words, weights, count = 3) {
  const order = weights.map((_, j) => j).sort((i, j) => weights[j] - weights[i] || i - j);
  return order.slice(0, count).map((i) => `${nameOf(words, i)} ${showProbability(weights[i])}`);
}

// --- The page ------------------------------------------------------------------------------------

const SLOT = 26, ARCS = 112, THICK = 15; // of a word, of the picture, of an arc with weight 1
const ALONE = "This page has no Python, which works out several heads at once.";
const HINT = "An arc is as thick as its weight. A head that is off looks at every word alike; " +
  "the arcs of the others stay those of the whole model.";
const headText = ([layer, head]) => `layer ${layer}, head ${head}`;

// From one word to another, the higher the farther; to itself, a small loop.
function arc(from, to, count) {
  const [x, end] = [from, to].map((i) => (i + 0.5) * SLOT);
  if (from === to) return `M${x - 6} ${ARCS}A6 9 0 0 1 ${x + 6} ${ARCS}`;
  const wide = Math.abs(end - x) / 2;
  const high = 14 + ((ARCS - 26) * Math.abs(from - to)) / count;
  return `M${x} ${ARCS}A${wide} ${high.toFixed(1)} 0 0 ${to < from ? 0 : 1} ${end} ${ARCS}`;
}

function render({ model, el }) {
  const root = addRoot(el, "head-explorer");
  const saving = saver(model);
  const { change } = saving;
  const get = (name) => model.get(name);
  const id = `heads-${crypto.getRandomValues(new Uint32Array(1))[0]}`; // of its own
  const place = () => Math.min(get("word"), get("reading").words.length - 1);
  let draw;

  // The next words as they are known: those of the heads that are off, or else the last answer.
  function nextWords() {
    const key = keyOf(get("off")), { text, results } = get("reading"), answer = get("answer");
    if (results[key]) return { ...results[key], waits: false };
    const fits = answer.key === key && answer.text === text;
    return { ...(fits ? answer : results[""]), waits: !fits };
  }

  function addText(parent) {
    const label = add(parent, "label", "text", "Text");
    const input = Object.assign(add(label, "input"), { type: "text", spellcheck: false });
    Object.assign(input, { value: get("reading").text, autocomplete: "off", maxLength: 600 });
    const read = () => change({ typed: input.value });
    input.addEventListener("change", read);
    // In JupyterLab, Enter by itself changes nothing.
    input.addEventListener("keydown", (event) => event.key === "Enter" && read());
    if (model.alone) input.readOnly = true;
    return () => setAttribute(input, "aria-invalid", get("trouble") !== "");
  }

  function addLine(parent, words) {
    const side = add(parent, "div", "side"); // a long one scrolls, by the keyboard too
    Object.assign(side, { tabIndex: 0, role: "group", ariaLabel: "words and arcs" });
    const line = add(side, "div", "line");
    line.style.width = `${words.length * SLOT}px`;
    const frame = `viewBox="0 0 ${words.length * SLOT} ${ARCS}" height="${ARCS}"`;
    line.innerHTML = `<svg ${frame} aria-hidden="true">${"<path/>".repeat(words.length)}</svg>`;
    const arcs = [...line.querySelectorAll("path")];
    const row = add(line, "div", "row");
    row.setAttribute("aria-hidden", "true"); // the slider says it
    const names = words.map((word, i) => {
      const name = add(row, "span", "word", word);
      name.addEventListener("click", () => change({ word: i }));
      return name;
    });
    let shown = null;
    function bringIntoView(word) {
      const { scrollLeft: left, clientWidth: wide } = side;
      const x = (shown = word) * SLOT;
      if (x < left || x + SLOT > left + wide) side.scrollLeft = x - wide / 2;
    }
    return ({ weights, word }) => {
      arcs.forEach((path, j) => {
        const seen = weights[j] >= 0.005;
        setAttribute(path, "d", seen ? arc(word, j, words.length) : "");
        if (seen) setAttribute(path, "stroke-width", (0.7 + THICK * weights[j]).toFixed(1));
      });
      if (shown !== word) bringIntoView(word);
      const most = Math.max(...weights);
      names.forEach((name, i) => {
        setClass(name, "from", i === word);
        setClass(name, "most", weights[i] === most && !isIn(get("off"), get("head")));
      });
    };
  }

  function addWord(parent, words) {
    const last = words.length - 1;
    const move = (x) => change({ word: Math.min(last, Math.max(0, Math.round(x))) });
    const drawDial = addDial(parent, {
      name: "Word that looks", high: Math.max(1, last), at: place, page: 5, move,
      step: (n) => move(place() + n), show: () => nameOf(words, place()),
      say: () => `${words[place()]}, word ${place() + 1}`,
    });
    return ({ told }) => drawDial(told);
  }

  function addHead(parent, head) {
    const cell = add(parent, "div", "cell");
    const look = add(cell, "label", "look");
    const radio = Object.assign(add(look, "input"), { type: "radio", name: id });
    add(look, "span", "", headText(head));
    radio.addEventListener("change", () => change({ head }));
    const best = add(cell, "span", "best");
    const others = () => get("off").filter((other) => String(other) !== String(head));
    const drawSwitch = addCheckbox(cell, "on", (on) =>
      change({ off: on ? others() : [...others(), head].sort(inOrder) }));
    cell.querySelector("[type=checkbox]").setAttribute("aria-label", `${headText(head)} on`);
    return ({ reading, word, off }) => {
      const isOff = isIn(off, head);
      radio.checked = String(get("head")) === String(head);
      setClass(cell, "chosen", radio.checked);
      setClass(cell, "off", isOff);
      drawSwitch(!isOff);
      const weights = weightsFrom(reading, head, word, off);
      write(best, isOff ? "every word alike" : strongest(reading.words, weights, 1)[0]);
    };
  }
  const inOrder = (one, other) => one[0] - other[0] || one[1] - other[1];

  function addNext(parent, count) {
    const rows = Array.from({ length: count }, () => {
      const row = add(parent, "div", "next");
      const name = add(row, "span", "name"), track = add(row, "span", "track");
      const bar = add(track, "span", "bar"), mark = add(track, "span", "mark");
      const number = add(row, "strong", "number"), was = add(row, "span", "was");
      bar.setAttribute("role", "img");
      return ([word, before, after], waits) => {
        write(name, word);
        setStyle(bar, "width", percent(after));
        setStyle(mark, "left", percent(before));
        setAttribute(bar, "aria-label", `${word} ${showProbability(after)}`);
        write(number, waits ? "…" : showProbability(after));
        write(was, `was ${showProbability(before)}`);
      };
    });
    return ({ next: { words, rest: [count, ...rest], waits } }) => {
      const shown = [...words, [`${count} others`, ...rest]];
      rows.forEach((drawRow, k) => drawRow(shown[k], waits));
    };
  }

  function verdict({ off, next }) {
    if (get("trouble")) return get("trouble");
    if (next.waits) return model.alone ? ALONE : "Waiting for Python…";
    const [word, , after] = next.words[0];
    const [first, was] = get("reading").results[""].words[0];
    const now = `${word} ${showProbability(after)}`;
    if (!off.length) return `With all heads, the likeliest next word is ${now}.`;
    const count = off.length === 1 ? headText(off[0]) : `${off.length} heads`;
    return `Without ${count} the likeliest next word is ${now}; with all heads it is ${first} ` +
      `${showProbability(was)}.`;
  }

  function build() {
    const { words, results } = get("reading"), [layers, heads] = get("shape");
    const typing = root.contains(document.activeElement) && document.activeElement.type === "text";
    restart(root, model, "Head explorer");
    const drawText = addText(root);
    const drawLine = addLine(root, words);
    const drawWord = addWord(root, words);
    const looks = addStatus(root, "p", "looks");
    const grid = add(root, "div", "heads");
    Object.assign(grid, { role: "group", ariaLabel: "heads" });
    grid.style.setProperty("--heads", heads);
    const places = Array.from({ length: layers * heads }, (_, k) =>
      [Math.floor(k / heads), k % heads]);
    const drawHeads = all(places.map((head) => addHead(grid, head)));
    const drawNext = addNext(add(root, "div", "nexts"), results[""].words.length + 1);
    const result = addStatus(root, "p", "verdict");
    addButton(root, "Reset", () => change({ ...get("start"), word: Math.min(get("start").word,
      words.length - 1) }));
    add(root, "p", "hint", HINT);
    draw = () => {
      const [reading, off, word, next] = [get("reading"), get("off"), place(), nextWords()];
      const weights = weightsFrom(reading, get("head"), word, off);
      const isOff = isIn(off, get("head"));
      const told = isOff ? `looks at every word alike, ${showProbability(weights[0])} each`
        : `looks most at ${strongest(words, weights).join(", ")}`;
      const state = { reading, off, word, next, weights, told };
      all([drawText, drawLine, drawWord, drawHeads, drawNext])(state);
      const head = `${headText(get("head"))}${isOff ? ", switched off," : ""}`;
      write(looks, `${head} from ${nameOf(words, word)} ${told}.`);
      setClass(root, "waiting", next.waits);
      write(result, verdict(state));
    };
    draw();
    if (typing) root.querySelector("[type=text]").focus();
  }

  build();
  const drawn = [["head", "word", "off", "answer", "trouble"], () => draw()];
  return keepUp(root, model, saving, drawn, [["reading", "title"], build]);
}

export default { render };
