// The beat-softmax explorer: drag a distribution, make expected score + T x entropy large.

import { logSum, softmax, sum } from "../widgets/arithmetic.js";
import { fixed, showProbability } from "../widgets/numbers.js";
import {
  add, addButton, addDial, addRoot, addSlider, addStatus, all, percent, restart, scoreAxis,
  setAttribute, setClass, setSlider, setStyle, write,
} from "../widgets/page.js";
import { keepUp, saver } from "../widgets/python.js";
import {
  POINT_HINT, addCheckbox, addPlane, addScore, addWord, lineThrough, nearest, placeOf, putAt,
  sayDistribution,
} from "../widgets/triangle.js";

// --- Arithmetic ----------------------------------------------------------------------------------

const HIGHEST_T = 5;

const nats = (p) => sum(p.map((x) => (x > 0 ? -x * Math.log(x) : 0)));
const expected = (p, logits) => sum(p.map((x, i) => logits[i] * x));
export const valueOf = (p, logits, t) => expected(p, logits) + t * nats(p);
export const bestValue = (logits, t) =>
  t === 0 ? Math.max(...logits) : t * logSum(logits.map((z) => z / t));

// Entry i becomes q, and the others share the rest in their old proportion.
export function withEntry(p, i, q) {
  const rest = 1 - p[i];
  return p.map((x, j) => (j === i ? q : rest > 0 ? (x / rest) * (1 - q) : (1 - q) / 2));
}

// Lines on which the value is the same: on each of many rays from softmax to the sides, the place
// where it has fallen that far. It falls all the way, so halving finds the place.
const RAYS = Array.from({ length: 120 }, (_, k) => {
  const [i, x] = [Math.floor(k / 40), (k % 40) / 40];
  return [0, 1, 2].map((j) => (j === i ? 1 - x : j === (i + 1) % 3 ? x : 0));
});
export function levelLines(logits, t, count = 6) {
  const [best, top] = [bestValue(logits, t), softmax(logits, t)];
  const along = (end, s) => top.map((x, i) => x + s * (end[i] - x));
  const lost = (p) => best - valueOf(p, logits, t);
  const most = best - Math.min(...logits); // at the worst corner
  return Array.from({ length: count }, (_, k) => {
    const least = most * ((k + 1) / (count + 1)) ** 2;
    const places = RAYS.map((end) => {
      if (lost(end) < least) return null; // beyond the side
      let [low, high] = [0, 1];
      for (let n = 0; n < 14; n++) {
        const middle = (low + high) / 2;
        if (lost(along(end, middle)) < least) low = middle;
        else high = middle;
      }
      return along(end, high);
    });
    return brokenAtGaps(places);
  });
}
// A closed line, as the pieces that lie between its gaps.
function brokenAtGaps(places) {
  const gap = places.indexOf(null);
  if (gap < 0) return [[...places, places[0]]];
  const pieces = [[]];
  for (const place of [...places.slice(gap), ...places.slice(0, gap)]) {
    if (place) pieces.at(-1).push(place);
    else if (pieces.at(-1).length) pieces.push([]);
  }
  return pieces.filter((piece) => piece.length > 1);
}

// --- The page ------------------------------------------------------------------------------------

function stateOf(model) {
  const names = ["probabilities", "logits", "temperature", "revealed"];
  const [p, logits, t, revealed] = names.map((name) => model.get(name));
  const [value, best] = [valueOf(p, logits, t), bestValue(logits, t)];
  const [low, high] = [Math.min(...logits), Math.max(...logits) + t * Math.log(3)];
  return {
    p, logits, t, revealed, value, best, right: softmax(logits, t),
    gap: Math.max(0, best - value), // rounding may leave less
    parts: [expected(p, logits), t * nats(p)],
    onAxis: (x) => (high > low ? (x - low) / (high - low) : 0),
    ends: [low, high],
  };
}

function render({ model, el }) {
  const root = addRoot(el, "with-triangle beat-softmax-explorer");
  const saving = saver(model);
  const axis = scoreAxis();
  const hint = `hint-${crypto.getRandomValues(new Uint32Array(1))[0]}`; // an id of its own
  let draw, levels = "", record = null; // the largest value so far, of these scores and this T

  function change(values) {
    axis.said = "";
    saving.change(values);
  }
  const setP = (p) => change({ probabilities: p });
  function reset() {
    const [logits, temperature, probabilities] = model.get("start");
    record = null;
    change({ logits, temperature, probabilities, revealed: false });
  }

  function addTriangle(parent, labels) {
    const { plane, paths, drawPoint } = addPlane(parent, {
      labels, hint, lines: ["levels"],
      now: () => model.get("probabilities"),
      move: (q) => setP(nearest(q).map((x) => Number(x.toFixed(12)))), // a side is exactly 0
    });
    const ring = add(plane, "span", "ring");
    return ({ p, logits, t, right, revealed, value }) => {
      drawPoint(p, `${sayDistribution(labels, p)}; value ${fixed(value, 3)}`);
      putAt(ring, revealed ? placeOf(right) : null);
      const wanted = model.get("levels") ? String([...logits, t]) : "";
      if (wanted === levels) return; // they do not follow the point
      levels = wanted;
      const lines = wanted ? levelLines(logits, t).flat() : [];
      const d = lines.map((line) => lineThrough(line.map(placeOf))).join("");
      setAttribute(paths.levels, "d", d);
    };
  }

  function addRow(parent, label, i) {
    const addLine = addWord(parent, label);
    const drawScore = addScore(addLine, label, axis, () => draw(), () => model.get("logits")[i],
      (z) => change({ logits: model.get("logits").with(i, z) }));
    const { track, bar, number } = addLine("probability");
    const mark = add(track, "span", "mark");
    const move = (q) => setP(withEntry(model.get("probabilities"), i, Math.min(1, Math.max(0, q))));
    const handle = addSlider(track, `probability of ${label}`, 10, move,
      (n) => move(Math.round(100 * model.get("probabilities")[i] + n) / 100));
    return ({ logits, p, right, revealed, value }) => {
      const text = showProbability(p[i]);
      drawScore(logits[i], `probability ${text}`);
      setStyle(bar, "width", percent(p[i]));
      write(number, text);
      setSlider(handle, { min: 0, max: 1, value: p[i], text: `${text}, value ${fixed(value, 3)}` });
      setClass(mark, "there", revealed);
      setStyle(mark, "left", percent(right[i]));
    };
  }

  // The value as a bar of two parts, from the smallest score to the largest + T ln 3.
  function addGauge(parent) {
    const sums = add(parent, "p", "sums");
    const texts = [["score", "expected score"], ["entropy", "T × entropy"], ["total", "value"]]
      .map(([kind, name], k) => {
        const term = add(sums, "span", `term ${kind}`);
        add(term, "span", "", `${["", "+ ", "= "][k]}${name} `);
        return add(add(term, "strong"), "span");
      });
    const track = add(add(parent, "div", "gauge"), "span", "track");
    track.setAttribute("role", "img");
    const [score, entropy] = ["score", "entropy"].map((name) => add(track, "span", `bar ${name}`));
    const [most, best] = ["record", "mark there"].map((name) => add(track, "span", name));
    const ends = add(parent, "div", "axis");
    const [low, high] = [add(ends, "span"), add(ends, "span")];
    return ({ parts, value, onAxis, ends, best: largest, revealed, t }) => {
      [...parts, value].forEach((x, k) => write(texts[k], fixed(x, 3)));
      setStyle(score, "width", percent(onAxis(parts[0])));
      setStyle(entropy, "width", percent(onAxis(value) - onAxis(parts[0])));
      setStyle(most, "left", percent(onAxis(record?.value)));
      setStyle(best, "left", percent(onAxis(largest)));
      setClass(best, "there", revealed);
      write(low, `${fixed(ends[0])}, the lowest score`);
      write(high, `${fixed(ends[1])}, the highest${t === 0 ? "" : " + T × ln 3"}`);
      setAttribute(track, "aria-label", `value ${fixed(value, 3)} of expected score ` +
        `${fixed(parts[0], 3)} and T times entropy ${fixed(parts[1], 3)}`);
    };
  }

  function addTemperature(foot) {
    const t = () => model.get("temperature");
    const within = (x) => Number(Math.min(HIGHEST_T, Math.max(0, x)).toFixed(1));
    const move = (x) => change({ temperature: within(x) });
    const drawDial = addDial(foot, {
      name: "Temperature T", ends: ["0", String(HIGHEST_T)], high: HIGHEST_T, at: t, page: 10, move,
      step: (n) => move(t() + n / 10), show: () => fixed(t()), say: () => String(t()),
    });
    return () => drawDial();
  }

  function verdictOf({ t, gap, best, revealed, value }) {
    const ask = "Can you make it larger?";
    if (!revealed) return `Your largest so far, the dashed line: ${fixed(record.value, 3)}. ${ask}`;
    const how = t === 0 ? "" : " = T × ln(sum of e^(z/T))";
    const why = t === 0 ? "" : ` = T × KL(p ‖ softmax) = ${t} × ${fixed(gap / t, 3)}`;
    const [most, yours] = [fixed(best, 3), fixed(value, 3)];
    return `Softmax, the ring and the solid marks, has ${most}${how}; you have ${yours}. ` +
      `The gap is ${fixed(gap, 3)}${why}. It is never below 0: nothing beats softmax.`;
  }

  function build() {
    const labels = model.get("labels");
    restart(root, model, "Beat softmax");
    levels = "";
    const middle = add(root, "div", "middle");
    const drawTriangle = addTriangle(middle, labels);
    const side = add(middle, "div", "words");
    const drawRows = all(labels.map((label, i) => addRow(side, label, i)));
    const drawGauge = addGauge(add(root, "div", "value"));
    const verdict = addStatus(root, "p", "verdict");
    const foot = add(root, "div", "foot");
    const drawDial = addTemperature(foot);
    const drawBox = addCheckbox(foot, "Lines of equal value", (on) => change({ levels: on }));
    const reveal = addButton(foot, "", () => change({ revealed: !model.get("revealed") }));
    addButton(foot, "Reset", reset);
    add(root, "p", "hint", POINT_HINT).id = hint;
    draw = () => {
      const state = stateOf(model);
      axis.follow(model.get("logits"), model.get("start")[0]);
      const game = String([...state.logits, state.t]);
      if (record?.game !== game) record = { game, value: state.value };
      record.value = Math.max(record.value, state.value);
      all([drawTriangle, drawRows, drawGauge])(state);
      drawDial();
      drawBox(model.get("levels"));
      write(reveal, state.revealed ? "Hide softmax" : "Show softmax");
      write(verdict, axis.said || verdictOf(state));
    };
    draw();
  }

  build();
  const drawn = ["probabilities", "logits", "temperature", "levels", "revealed"];
  return keepUp(root, model, saving, [drawn, () => draw()], [["labels", "title"], build]);
}

export default { render };
