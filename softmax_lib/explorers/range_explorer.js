// The range explorer: two logits as a point on a map of where a formula for softmax breaks.

import { fixed, plain } from "../widgets/numbers.js";
import {
  add, addAxis, addButton, addRoot, addSelect, addStatus, dragOf, restart, setAttribute, setClass,
  setStyle, write,
} from "../widgets/page.js";
import { keepUp, saver } from "../widgets/python.js";
import {
  exactOf, isLog, judge, logitsAt, outcomeOf, show, showExact, workOut,
} from "./rounded_formulas.js";

// --- The map -------------------------------------------------------------------------------------

// Where the map of each format ends, and the step of an arrow key.
const MAPS = {
  float16: { end: 20, step: 0.25 }, bfloat16: { end: 120, step: 1 },
  float32: { end: 120, step: 1 }, float64: { end: 1000, step: 5 },
};
const CELL = 8, ACROSS = 54, DOWN = 38, WIDE = CELL * ACROSS, HIGH = CELL * DOWN;
const WORST = ["overflow", "underflow", "zero", "digits", "right"];
const placeOf = (largest, gap, { end }) => [(largest / end + 1) / 2, 1 - gap / end];
const valuesAt = ([x, y], { end }) => [(2 * x - 1) * end, (1 - y) * end];

// The worst outcome in each cell, row by row: at nine points of it.
function cellsOf(formula, name) {
  const thirds = [1 / 6, 1 / 2, 5 / 6];
  const parts = thirds.flatMap((x) => thirds.map((y) => [x, y]));
  return Array.from({ length: ACROSS * DOWN }, (_, k) => {
    const [column, row] = [k % ACROSS, Math.floor(k / ACROSS)];
    const found = parts.map(([x, y]) => judge(
      ...valuesAt([(column + x) / ACROSS, (row + y) / DOWN], MAPS[name]), formula, name));
    return WORST.find((outcome) => found.includes(outcome));
  });
}

// Each outcome has a pattern of its own: a stroke in each of its cells.
const STROKES = {
  overflow: (x, y) => `M${x} ${y + CELL}l${CELL} ${-CELL}`,
  underflow: (x, y) => `M${x} ${y}l${CELL} ${CELL}`,
  zero: (x, y) => (y % (2 * CELL) ? `M${x} ${y + CELL / 2}h${CELL}` : ""),
  digits: (x, y) => `M${x + CELL / 2} ${y + CELL / 2}h0`,
};

function drawnOf(cells) {
  const at = (column, row) => cells[row * ACROSS + column];
  const paths = Object.fromEntries(Object.keys(STROKES).map((outcome) => [outcome, ""]));
  const edges = [];
  cells.forEach((outcome, k) => {
    const [column, row] = [k % ACROSS, Math.floor(k / ACROSS)];
    const [x, y] = [column * CELL, row * CELL];
    if (outcome in paths) paths[outcome] += STROKES[outcome](x, y);
    const [right, below] = [at(column + 1, row), at(column, row + 1)];
    if (column + 1 < ACROSS && right !== outcome) edges.push(`M${x + CELL} ${y}v${CELL}`);
    if (row + 1 < DOWN && below !== outcome) edges.push(`M${x} ${y + CELL}h${CELL}`);
  });
  return { paths: { ...paths, edges: edges.join("") }, labels: labelsOf(cells) };
}

// Where in a region a label has room: the middle of the largest square in it, at least four cells
// wide, and among such squares the nearest to the middle of the map.
function labelsOf(cells) {
  const size = [], best = {};
  cells.forEach((outcome, k) => {
    const near = [k - 1, k - ACROSS, k - ACROSS - 1];
    const alike = k % ACROSS && k >= ACROSS && near.every((n) => cells[n] === outcome);
    size[k] = alike ? 1 + Math.min(...near.map((n) => size[n])) : 1;
    const [x, y] = [k % ACROSS, Math.floor(k / ACROSS)].map((end) => end + 1 - size[k] / 2);
    const room = size[k] - (Math.abs(x / ACROSS - 0.5) + Math.abs(y / DOWN - 0.5)) / 2;
    if (size[k] < 4 || room <= (best[outcome]?.room ?? 0)) return;
    best[outcome] = { room, place: [x / ACROSS, y / DOWN] };
  });
  return best;
}

const drawnMaps = new Map();
function mapOf(formula, name) {
  const key = `${formula} ${name}`;
  if (!drawnMaps.has(key)) drawnMaps.set(key, drawnOf(cellsOf(formula, name)));
  return drawnMaps.get(key);
}

// --- The page ------------------------------------------------------------------------------------

const NAMES = {
  textbook: "e^z / sum", shifted: "e^(z − m) / sum", "log of softmax": "ln(softmax)",
  "log-softmax": "z − m − ln(sum)", log1p: "z − m − log1p(rest)",
};
const SAID = {
  overflow: "overflow", underflow: "underflow", zero: "became 0", digits: "few digits",
  right: "right",
};
const LEGEND = {
  overflow: "overflow: ∞, then NaN or 0", underflow: "underflow: 0, then NaN or ∞",
  zero: "0 in place of another number", digits: "under half of the digits right",
};
const labelOf = (outcome, formula) => ({
  overflow: "∞/∞", underflow: isLog(formula) ? "ln 0" : "0/0", zero: "0", digits: "few digits",
  right: "right",
})[outcome];
const HINT = "m is the largest logit, and 1 + rest the sum of all e^(z − m). Keys of the " +
  "point: left and right change the largest logit, up and down the gap, Page Up and Page Down " +
  "the gap by ten steps; Home goes to 0 and 0, End to the far corner.";

const STEPS = {
  ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], PageUp: [0, 10],
  PageDown: [0, -10], Home: [0, 0], End: [Infinity, Infinity],
};

function render({ model, el }) {
  const root = addRoot(el, "range-explorer");
  const { change, ...saving } = saver(model);
  const hint = `hint-${crypto.getRandomValues(new Uint32Array(1))[0]}`; // an id of its own
  const get = (name) => model.get(name);
  const format = () => MAPS[get("precision")];
  let draw;

  // To the nearest step, inside of the map.
  function go(largest, gap) {
    const { end, step } = format();
    const to = (x, low) => Math.min(end, Math.max(low, Math.round(x / step) * step));
    change({ largest: to(largest, -end), gap: to(gap, 0) });
  }
  function press(event) {
    if (!(event.key in STEPS) || event.ctrlKey || event.altKey || event.metaKey) return;
    const [across, up] = STEPS[event.key], { step } = format();
    event.preventDefault();
    if (event.key === "Home") go(0, 0);
    else go(get("largest") + across * step, get("gap") + up * step);
  }

  // The mouse takes the point from anywhere. A finger drags the point itself; elsewhere it may
  // scroll the page, and only a tap moves the point.
  function addDrag(plane, point) {
    let held = null; // from the hand to the point
    const under = (event) => {
      const { left, top, width, height } = plane.getBoundingClientRect();
      return [(event.clientX - left) / width, (event.clientY - top) / height];
    };
    const here = () => placeOf(get("largest"), get("gap"), format());
    const toHand = (event) =>
      go(...valuesAt(under(event).map((x, k) => x + (held?.[k] ?? 0)), format()));
    plane.addEventListener("pointerdown", (event) => {
      const on = point.contains(event.target);
      if (event.button !== 0 || (event.pointerType === "touch" && !on)) return;
      point.focus({ preventScroll: true });
      plane.setPointerCapture(event.pointerId);
      held = on ? here().map((x, k) => x - under(event)[k]) : [0, 0];
      held.moves = dragOf(event);
      if (!on) toHand(event);
      event.preventDefault();
    });
    plane.addEventListener("pointermove", (event) => held?.moves(event) && toHand(event));
    plane.addEventListener("pointerup", (event) => {
      if (!held && event.pointerType === "touch") toHand(event);
      held = null;
    });
    plane.addEventListener("pointercancel", () => (held = null));
  }

  function addPaths(parent, box, names) {
    parent.innerHTML = `<svg viewBox="${box}" aria-hidden="true"></svg>`;
    const picture = parent.firstChild;
    return Object.fromEntries(names.map((name) => {
      const path = document.createElementNS(picture.namespaceURI, "path");
      picture.append(path);
      setAttribute(path, "class", name);
      return [name, path];
    }));
  }
  function addMap(parent) {
    const map = add(parent, "div", "map");
    const plane = add(map, "div", "plane");
    const paths = addPaths(plane, `0 0 ${WIDE} ${HIGH}`, [...Object.keys(STROKES), "edges"]);
    const labels = WORST.map((outcome) => [outcome, add(plane, "span", "region")]);
    const [top, bottom] = ["top", "bottom"].map((name) => add(plane, "span", name));
    const point = add(plane, "div", "point");
    const told = { role: "slider", "aria-roledescription": "point on a map", tabindex: 0,
      "aria-label": "largest logit and gap", "aria-describedby": hint };
    for (const name in told) point.setAttribute(name, told[name]);
    point.addEventListener("keydown", press);
    addDrag(plane, point);
    const ends = addAxis(map);
    return (text) => {
      const [formula, name, { end }] = [get("formula"), get("precision"), format()];
      const drawn = mapOf(formula, name);
      for (const kind in paths) setAttribute(paths[kind], "d", drawn.paths[kind]);
      for (const [outcome, label] of labels) {
        const place = drawn.labels[outcome]?.place;
        setAttribute(label, "data-there", Boolean(place));
        write(label, labelOf(outcome, formula));
        if (place) putAt(label, place);
      }
      putAt(point, placeOf(get("largest"), get("gap"), format())
        .map((x) => Math.min(1, Math.max(0, x))));
      write(top, `gap ${end}`);
      write(bottom, "gap 0");
      [`−${end}`, "largest logit", String(end)].forEach((end, k) => write(ends[k], end));
      const range = { min: -end, max: end, now: get("largest"), text };
      for (const k in range) setAttribute(point, `aria-value${k}`, range[k]);
    };
  }
  function putAt(node, [x, y]) {
    setStyle(node, "left", `${(100 * x).toFixed(2)}%`);
    setStyle(node, "top", `${(100 * y).toFixed(2)}%`);
  }

  function addRow(parent, className, name, last = "") {
    const row = add(parent, "div", `row ${className}`);
    add(row, "span", "name", name);
    const numbers = [0, 1].map(() => add(add(row, "span", "number"), "span"));
    const said = add(add(row, "span", "said"), "span", "", last);
    return (texts, outcome) => {
      texts.forEach((text, k) => write(numbers[k], text));
      if (outcome === undefined) return;
      write(said, SAID[outcome]);
      setClass(row, "broken", outcome !== "right");
    };
  }
  function addResults(parent) {
    const list = add(parent, "div", "results");
    const heads = addRow(list, "head", "");
    const exacts = {}, rows = {};
    for (const formula in NAMES) {
      const logs = isLog(formula);
      exacts[logs] ??= addRow(list, "exact", logs ? "exact ln p" : "exact p");
      rows[formula] = addRow(list, logs ? "logs" : "shares", NAMES[formula]);
    }
    return (z, name) => {
      heads(["favorite", "other"]);
      for (const logs in exacts) exacts[logs](showExact(z, logs === "true"));
      for (const formula in rows) {
        const made = workOut(formula, z, name), exact = exactOf(z, formula);
        rows[formula](made[0].map((x) => show(x)), outcomeOf(made, exact, name));
      }
    };
  }

  function build() {
    restart(root, model, "Range explorer");
    const foot = add(root, "div", "foot");
    const drawFormat = addSelect(foot, "Format", Object.keys(MAPS).map((name) => [name, name]),
      (precision) => {
        const { end } = MAPS[precision];
        const inside = (x) => Math.min(end, Math.max(-end, x));
        change({ precision, largest: inside(get("largest")), gap: inside(get("gap")) });
      });
    const drawFormula = addSelect(foot, "Map of", Object.entries(NAMES),
      (formula) => change({ formula }));
    addButton(foot, "Reset", () => {
      const [largest, gap, precision, formula] = get("start");
      change({ precision, formula, largest, gap });
    });
    const middle = add(root, "div", "middle");
    const drawMap = addMap(middle);
    const side = add(middle, "div", "side");
    const place = addStatus(side, "p", "place");
    const drawResults = addResults(side);
    const legend = add(root, "div", "legend");
    for (const outcome in LEGEND) {
      const item = add(legend, "span", "item");
      const swatch = addPaths(add(item, "span", "swatch"), "0 8 24 16", [outcome])[outcome];
      const cells = [0, 8, 16].flatMap((x) => [8, 16].map((y) => STROKES[outcome](x, y)));
      setAttribute(swatch, "d", cells.join(""));
      add(item, "span", "", LEGEND[outcome]);
    }
    add(root, "p", "hint", HINT).id = hint;
    draw = () => {
      const [largest, gap, name, formula] =
        ["largest", "gap", "precision", "formula"].map(get);
      const z = logitsAt(largest, gap, name), made = workOut(formula, z, name);
      drawFormat(name);
      drawFormula(formula);
      const numbers = made[0].map((x) => show(x)).join(" and ");
      const outcome = outcomeOf(made, exactOf(z, formula), name);
      drawMap(`largest logit ${plain(largest)}, gap ${plain(gap)}; ${NAMES[formula]} gives ` +
        `${numbers}: ${SAID[outcome]}`);
      write(place, `Logits ${fixed(z[0])} and ${fixed(z[1])}`);
      drawResults(z, name);
    };
    draw();
  }

  build();
  return keepUp(root, model, saving, [["largest", "gap", "precision", "formula"], () => draw()],
    [["title"], build]);
}

export default { render };
