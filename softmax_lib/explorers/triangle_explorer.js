// The triangle explorer: a distribution over three words as a point, and the way of temperature.

import {
  brokenRules, cutWords, probabilitiesOf, softmax, sum,
} from "../widgets/arithmetic.js";
import { fixed, showProbability, showTemperature } from "../widgets/numbers.js";
import {
  add, addButton, addRoot, addSelect, addStatus, addTemperature, all, percent, readScores,
  readTemperature, restart, scoreAxis, setAttribute, setClass, setStyle, write,
} from "../widgets/page.js";
import { isWaiting, keepUp, saver, sayWaiting } from "../widgets/python.js";
import {
  POINT_HINT, addCheckbox, addPlane, addScore, addWord, arrow, dotsAt, insideOf, lineThrough,
  nearest, placeOf, putAt, sayDistribution, signed,
} from "../widgets/triangle.js";

// --- Arithmetic ----------------------------------------------------------------------------------

const LEAST = 0.001; // no finite score gives exactly 0, so a hand comes only near to a side

// Where the point goes when a hand moves it there. A word that is masked keeps its 0.
export function toReach(q, logits) {
  const live = [0, 1, 2].filter((i) => logits[i] > -Infinity);
  const p = nearest(live.map((i) => q[i]), LEAST);
  return logits.map((_, i) => (live.includes(i) ? p[live.indexOf(i)] : 0));
}

// The scores that softmax turns into p, with the same mean as before; a mask stays.
export function scoresFor(p, logits, temperature) {
  const mean = (scores) => {
    const finite = scores.filter(Number.isFinite);
    return sum(finite) / finite.length;
  };
  const scores = p.map((x, i) => (logits[i] === -Infinity ? -Infinity : temperature * Math.log(x)));
  const c = mean(logits) - mean(scores);
  return scores.map((z) => z + c);
}

// Softmax from T = infinity down to T = 0, in steps that multiply.
export function wayOf(logits, steps = 64) {
  const top = Math.max(...logits);
  const gaps = logits.map((z) => top - z).filter((gap) => gap > 0 && gap < Infinity);
  const [hot, cold] = [20 * Math.max(...gaps), Math.min(...gaps) / 40];
  const between = Array.from({ length: gaps.length ? steps + 1 : 0 }, (_, k) =>
    softmax(logits, hot * (cold / hot) ** (k / steps)));
  return [softmax(logits, Infinity), ...between, softmax(logits, 0)];
}

const isDistribution = (p) => p.every((x) => x >= 0) && Math.abs(sum(p) - 1) <= 1e-6;
export function cutTo(p, logits, topK, fit = isDistribution(p)) {
  return topK === null || !fit ? p : cutWords(p, logits, topK, 1, 0).after;
}

// The gradient of cross-entropy: p less the shares that the targets have.
export function gradientAt(p, targets) {
  return p.map((x, i) => x - targets.filter((target) => target === i).length / targets.length);
}

// The mean surprise of the targets, in nats.
export function crossEntropyAt(p, targets) {
  return sum(targets.map((target) => -Math.log(p[target]))) / targets.length;
}

// The scores after one step of gradient descent on z / T. With a rate of 1 it never overshoots.
export function stepDown(logits, p, targets, temperature) {
  return gradientAt(p, targets).map((slope, i) => logits[i] - temperature * slope);
}

// --- The page ------------------------------------------------------------------------------------

const MARKED = [1, 0.5, 2, 0.2, 5, 0.1, 10]; // temperatures, the first have room first
const LENGTH = 0.3; // of an arrow, by the length of what it shows
const STILL = "At T = 0 and T = ∞ the point cannot be dragged.";

function stateOf(model) {
  const [logits, temperature] = [readScores(model), readTemperature(model)];
  const [own, rule, topK] = ["own", "rule", "top_k"].map((name) => model.get(name));
  const setup = { temperature, rule, base: Math.E, form: "paper", precision: "float64" };
  const made = !own ? probabilitiesOf(logits, setup)
    : model.get("answer")?.map(Number) ?? [NaN, NaN, NaN];
  const p = cutTo(made, logits, topK, own ? model.get("fit") : undefined);
  const right = softmax(logits, temperature);
  return {
    logits, temperature, p, right,
    moved: p.some((x, i) => !(Math.abs(x - right[i]) <= 1e-9)), // by a rule, a cut, one's own
    problems: own ? model.get("problems") : brokenRules(logits, made, model.get("labels"), setup),
    limit: temperature === 0 || temperature === Infinity,
  };
}

function render({ model, el }) {
  const root = addRoot(el, "with-triangle triangle-explorer");
  const saving = saver(model);
  const axis = scoreAxis();
  const hint = `hint-${crypto.getRandomValues(new Uint32Array(1))[0]}`; // an id of its own
  let draw;

  function change(values) {
    axis.said = "";
    saving.change(values);
  }
  const setScores = (scores) =>
    change({ logits: scores.map((z) => (z === -Infinity ? null : z)) });
  const right = () => softmax(readScores(model), readTemperature(model));
  function reset() {
    const [logits, temperature, path, topK, rule] = model.get("start");
    change({ logits: [...logits], temperature, path, top_k: topK, rule });
  }

  function addTriangle(parent, labels) {
    const { plane, paths, drawPoint } = addPlane(parent, {
      labels, hint, now: right,
      move: (q) => setScores(scoresFor(toReach(q, readScores(model)), readScores(model),
        readTemperature(model))),
      lines: ["way", "dots", "link", "arrows", "mean"],
    });
    const ticks = [...MARKED, Infinity, 0].map((t) => {
      const text = t === Infinity ? "T = ∞" : t === 0 ? "T = 0" : String(t);
      return [t, add(plane, "span", "tick", text)];
    });
    const here = add(plane, "span", "tick here");
    const result = add(plane, "span", "result");

    function drawWay({ logits, temperature, right }) {
      const shown = model.get("path");
      setAttribute(paths.way, "d", shown ? lineThrough(wayOf(logits).map(placeOf)) : "");
      const taken = [placeOf(right)], dots = [];
      // The two ends always have a dot. A text, and any other dot, is there where it has room.
      for (const [t, tick] of [...ticks.slice(-2), ...ticks.slice(0, -2)]) {
        const place = placeOf(softmax(logits, t));
        const fits = shown && taken.every(([x, y]) =>
          Math.abs(x - place[0]) > 90 || Math.abs(y - place[1]) > 24);
        if (fits) taken.push(place);
        if (fits || (shown && (t === 0 || t === Infinity))) dots.push(place);
        putAt(tick, fits ? place : null);
        setClass(tick, "left", place[0] > 330);
      }
      setAttribute(paths.dots, "d", dotsAt(dots));
      putAt(here, shown && model.get("arrows") == null ? placeOf(right) : null); // or no room
      write(here, `T = ${showTemperature(temperature)}`);
      setClass(here, "left", placeOf(right)[0] > 300);
    }
    function drawArrows({ p }) {
      const targets = model.get("arrows") ?? null;
      const fine = targets !== null && p.every(Number.isFinite);
      const downFrom = (aims) => arrow(placeOf(p), placeOf(
        gradientAt(p, aims).map((slope, i) => p[i] - LENGTH * slope)));
      const aims = fine ? [...new Set(targets)] : [];
      setAttribute(paths.arrows, "d", aims.map((i) => downFrom([i])).join(""));
      setAttribute(paths.mean, "d", aims.length > 1 ? downFrom(targets) : "");
    }
    return (state) => {
      const { p, right, moved, limit, logits } = state;
      const alone = logits.filter((z) => z > -Infinity).length < 2;
      const becomes = moved ? `; shown instead: ${sayDistribution(labels, p)}` : "";
      drawPoint(right, sayDistribution(labels, right) + becomes, limit || alone);
      const seen = moved && p.every(Number.isFinite);
      putAt(result, seen ? insideOf(placeOf(p)) : null);
      setAttribute(paths.link, "d", seen ? lineThrough([right, p].map(placeOf)) : "");
      drawWay(state);
      drawArrows(state);
    };
  }

  function addRow(parent, label, i) {
    const addLine = addWord(parent, label);
    const drawScore = addScore(addLine, label, axis, () => draw(), () => readScores(model)[i],
      (z) => setScores(readScores(model).with(i, z)));
    const { line, track, bar, number } = addLine("probability");
    const mark = add(track, "span", "mark");
    bar.setAttribute("role", "img");
    return ({ logits, p, right, moved }) => {
      const text = showProbability(p[i]);
      drawScore(logits[i], `probability ${text}`);
      setStyle(bar, "width", percent(Math.abs(p[i])));
      setAttribute(bar, "aria-label", `${label}: probability ${text}`);
      write(number, text);
      setClass(line, "bad", !(p[i] >= 0 && p[i] <= 1 + 1e-6));
      setClass(mark, "there", moved);
      setStyle(mark, "left", percent(right[i]));
    };
  }

  function addControls(foot, controls) {
    const parts = {
      temperature: () => addTemperature(foot, model, change),
      path: () => {
        const drawBox = addCheckbox(foot, "Path of T", (path) => change({ path }));
        return () => drawBox(model.get("path"));
      },
      top_k: () => {
        const options = [[null, "off: all 3 words"], [2, "2 words"], [1, "1 word"]];
        const drawSelect = addSelect(foot, "Top-k", options, (k) => change({ top_k: k }));
        return () => drawSelect(model.get("top_k"));
      },
      rule: () => {
        const choose = (rule) => change({ rule });
        const drawSelect = addSelect(foot, "Rule", model.get("rules"), choose);
        return () => drawSelect(model.get("rule"));
      },
      step: () => {
        const ready = ({ p, limit }) => model.get("arrows") && !limit && p.every(Number.isFinite);
        const button = addButton(foot, "Step downhill", () => {
          const [before, targets] = [stateOf(model), model.get("arrows")];
          if (!ready(before)) return;
          setScores(stepDown(before.logits, before.p, targets, before.temperature));
          const [from, to] = [before, stateOf(model)].map(({ p }) => crossEntropyAt(p, targets));
          if (!model.get("own")) axis.said = `One step: from ${fixed(from)} to ${fixed(to)} nats.`;
          draw();
        });
        return (state) => setAttribute(button, "aria-disabled", !ready(state));
      },
    };
    return all(controls.map((name) => parts[name]()));
  }

  function build() {
    const labels = model.get("labels");
    restart(root, model, "Triangle explorer");
    const middle = add(root, "div", "middle");
    const drawTriangle = addTriangle(middle, labels);
    const side = add(middle, "div", "words");
    const drawRows = all(labels.map((label, i) => addRow(side, label, i)));
    const gradient = add(side, "p", "gradient");
    const problems = addStatus(root, "div", "problems");
    const foot = add(root, "div", "foot");
    const drawControls = addControls(foot, model.get("controls"));
    addButton(foot, "Reset", reset);
    const remark = addStatus(foot, "p", "remark");
    add(root, "p", "hint", POINT_HINT).id = hint;
    draw = () => {
      const state = stateOf(model);
      axis.follow(model.get("logits"), model.get("start")[0]);
      setClass(root, "waiting", isWaiting(model));
      drawTriangle(state);
      drawRows(state);
      drawControls(state);
      const targets = model.get("arrows") ?? null;
      const mean = targets?.length > 1 ? " (mean)" : "";
      const slopes = targets === null ? [] : gradientAt(state.p, targets);
      const listed = slopes.map((x, i) => `${labels[i]} ${signed(x)}`).join(", ");
      const surprise = listed && `Cross-entropy${mean}: ${fixed(crossEntropyAt(state.p, targets))}`;
      write(gradient, listed && `${surprise} nats. Gradient p − y${mean}: ${listed}.`);
      write(problems, state.problems.join("; ") && `Wrong: ${state.problems.join("; ")}.`);
      const diamond = state.moved && state.p.every(Number.isFinite)
        ? "The bars show the diamond; the ring is softmax." : "";
      const told = axis.said || (state.limit ? STILL : diamond);
      write(remark, isWaiting(model) ? sayWaiting(model) : told);
    };
    draw();
  }

  build();
  const drawn = ["logits", "temperature", "path", "top_k", "rule", "arrows", "answer", "answered",
    "fit", "problems"];
  const built = ["labels", "title", "controls"];
  return keepUp(root, model, saving, [drawn, () => draw()], [built, build]);
}

export default { render };
