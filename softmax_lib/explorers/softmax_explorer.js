// The softmax explorer: drag scores or probabilities, watch what follows.
//
// shared.js has softmax itself, softmax_rules.js the other ways and the way back, softmax_more.js
// the panel at the bottom. Here: the columns and the dial.

import {
  DIAL, add, addButton, addRoot, addSlider, entropy, fixed, fromJson, listen, logSum, percent,
  plain, readScores, readTemperature, saver, sayTemperature, setAttribute, setSlider, setStyle,
  showProbability, showScore, showTemperature, showWeight, softmax, sum, temperatureMoves,
  temperatureToDial, toJson, write,
} from "./shared.js";
import {
  RULES, axisEnd, brokenRules, compute, sameTemperature, scoreFor, showNumber,
} from "./softmax_rules.js";
import { addMore } from "./softmax_more.js";

const HEADINGS = { logits: "Score z", weights: "", probabilities: "Probability" };
const SPOKEN = { logits: "score", weights: "weight", probabilities: "probability" };
const ALONE = "This page has no Python, which works out your softmax.";
const SWITCHES = ["base", "form", "precision", "rule"];

// What each view draws: scores, setup, weights as text and as lengths, probabilities, problems.
function stateOf(model) {
  const [logits, own] = [readScores(model), model.get("own")];
  const setup = { temperature: readTemperature(model) };
  for (const name of SWITCHES) setup[name] = model.get(name);
  const { logs, weights, total, p } = compute(logits, setup);
  const sizes = logs ?? weights.map((w) => Math.log(Math.abs(w)));
  const end = axisEnd(sizes);
  return {
    logits, setup, end,
    p: own ? fromJson(model.get("probabilities")) : p,
    right: own ? softmax(logits, setup.temperature) : null,
    texts: logs ? logs.map(showWeight) : weights.map(showNumber),
    sumText: logs ? showWeight(logSum(logs)) : showNumber(total),
    lengths: sizes.map((size) => Math.min(1, Math.exp(size - end)) || 0),
    wrong: weights ? weights.map((w) => !(w >= 0 && w < Infinity)) : [],
    problems: own ? model.get("problems") : brokenRules(logits, p, model.get("labels"), setup),
    waiting: own && model.get("asked") !== model.get("answered"),
  };
}

function render({ model, el }) {
  const root = addRoot(el, "softmax-explorer");
  const saving = saver(model, () => {
    if (!model.get("own")) model.set("probabilities", toJson(stateOf(model).p));
  }, model.get("own") ? 100 : 300);
  let draw, range; // both set by build(); range is the ends of the score axis: [low, high]
  let note = ""; // about what was done last

  function change(values, told = "") {
    note = told;
    for (const name in values) model.set(name, values[name]);
    // With a softmax of the learner's own, only Python has the answer: it is asked for one.
    if (model.get("own")) model.set("asked", model.get("asked") + 1);
    saving.later();
  }
  const changeScore = (i, z) => change({ logits: model.get("logits").with(i, inRange(z)) });

  function changeProbability(i, q) {
    const t = sameTemperature(readTemperature(model), model.get("base"));
    const z = scoreFor(readScores(model), i, q, t);
    const far = q < 0.001 || q > 0.999;
    const told = far
      ? "No score gives exactly 0 or 1."
      : "These scores give it. So do these plus any c.";
    change({ logits: model.get("logits").with(i, z) }, told);
  }

  // The axis reaches from -6 to 6, grows when a score lies outside, and never shrinks under the
  // hand: only the scores of the start (Reset) and the slide that moves them all take it back.
  function setRange(logits) {
    if (String(model.get("logits")) === String(model.get("start")[0])) range = [-6, 6];
    const finite = [...range, ...logits.filter(Number.isFinite)];
    range = [Math.floor(Math.min(...finite)), Math.ceil(Math.max(...finite))];
  }
  const onAxis = (z) => (z - range[0]) / (range[1] - range[0]);
  const scoreStep = () => {
    const wide = Math.ceil(Math.log10((range[1] - range[0]) / 400));
    return 10 ** Math.max(model.get("integer") ? 0 : -1, wide);
  };
  const inRange = (z) => Math.min(range[1], Math.max(range[0], Number(z.toFixed(6))));

  function shiftBy(c) {
    const by = c - model.get("shift");
    const moved = (z) => (z === null ? z : Number((z + by).toPrecision(12))); // 0.6, not 0.60…023
    range = [-6, 6]; // the scores come first, or the old ones would be drawn on this axis
    change({ logits: model.get("logits").map(moved), shift: c });
  }
  function reset() {
    const [logits, temperature, ...switches] = model.get("start");
    const values = { temperature, shift: 0, logits: [...logits] };
    SWITCHES.forEach((name, k) => (values[name] = switches[k]));
    change(values);
  }

  function addHead(stages) {
    const head = add(root, "div", "row head");
    head.setAttribute("aria-hidden", "true"); // each control and bar says its own name
    add(head, "span", "name");
    const parts = {};
    for (const stage of stages) {
      const place = add(head, "span", `cell ${stage}`);
      const heading = add(place, "span", "heading");
      const text = add(heading, "span", "", HEADINGS[stage]);
      const power = add(heading, "sup");
      const axis = add(place, "span", "axis");
      const ticks = ["", "middle", ""].map((where) => add(axis, "span", where));
      parts[stage] = { text, power, ticks };
    }
    return parts;
  }

  function addRow(label, i, stages) {
    const row = add(root, "div", "row");
    add(row, "span", "name", label);
    const parts = { row };
    for (const stage of stages) {
      const place = add(row, "span", `cell ${stage}`);
      place.dataset.stage = SPOKEN[stage]; // what a narrow page shows for a heading
      const track = add(place, "span", stage === "logits" ? "track rail" : "track");
      const bar = add(track, "span", "bar");
      const text = add(place, "span", "number");
      text.setAttribute("aria-hidden", "true"); // the slider or the bar says it
      parts[stage] = { track, bar, text };
    }
    if (parts.logits) {
      const step = (n) => changeScore(i, readScores(model)[i] + n * scoreStep());
      const move = (z) => changeScore(i, Math.round(z / scoreStep()) * scoreStep());
      const page = model.get("integer") ? 5 : 10;
      parts.slider = addSlider(parts.logits.track, `score of ${label}`, page, move, step);
    }
    const back = parts.logits && parts.probabilities && !model.get("own") && !model.get("integer");
    if (back) {
      const step = (n) => changeProbability(i, (Math.round(100 * stateOf(model).p[i]) + n) / 100);
      const move = (q) => changeProbability(i, q);
      const name = `probability of ${label}`;
      const { track, bar } = parts.probabilities;
      parts.handle = addSlider(track, name, 10, move, step);
      track.append(bar); // its end is drawn as the handle
    }
    if (model.get("own") && parts.probabilities) {
      parts.mark = add(parts.probabilities.track, "span", "mark"); // where softmax would be
    }
    for (const stage of stages) {
      const spoken = stage === "logits" || (stage === "probabilities" && back);
      if (!spoken) parts[stage].bar.setAttribute("role", "img");
    }
    return parts;
  }

  function addDial(foot) {
    const dial = add(foot, "div", "dial");
    add(dial, "span", "name", "Temperature T");
    add(dial, "span", "end", "0");
    const track = add(dial, "span", "track rail");
    const { page, move, step } = temperatureMoves(model, change);
    const slider = addSlider(track, "temperature", page, move, step);
    add(dial, "span", "end", "∞");
    return { slider, text: add(dial, "span", "number") };
  }

  function build() {
    const [labels, stages, title] = ["labels", "stages", "title"].map((name) => model.get(name));
    // A panel that the learner opened stays open when the names change.
    const open = root.querySelector("details")?.open ?? model.get("more_open");
    root.replaceChildren();
    root.classList.toggle("many", labels.length > 10);
    root.setAttribute("aria-label", title || "Softmax explorer");
    root.style.setProperty("--stages", stages.length);
    root.style.setProperty("--longest", `${1 + Math.max(...labels.map((a) => a.length))}ch`);
    range = [-6, 6];
    if (title) add(root, "div", "title", title);
    const heads = addHead(stages);
    const rows = labels.map((label, i) => addRow(label, i, stages));
    const last = stages.at(-1);
    const problems = add(root, "div", "problems");
    problems.setAttribute("role", "status");
    const foot = add(root, "div", "foot");
    const dial = model.get("show_temperature") ? addDial(foot) : null;
    const summary = add(foot, "p", "summary");
    addButton(foot, "Reset", reset);
    const more = addMore(foot, model, { change, shiftBy, redraw: () => draw(), open });
    const remark = add(foot, "p", "remark");
    remark.setAttribute("role", "status");

    const tell = (name, ems) => {
      const value = add(add(summary, "span", "", `${name} `), "strong");
      value.style.width = `${ems}em`; // the same for each value, so nothing else moves
      return value;
    };
    const told = {};
    if (heads.weights) told.weights = tell("sum of weights", 4.1);
    if (heads.probabilities) {
      told.probabilities = tell("sum of probabilities", 2.5);
    }
    if (heads.probabilities && dial) { // what the dial does, in two numbers
      told.entropy = tell("entropy", 5);
      told.choices = tell("effective choices", 5.6);
    }

    function drawHeads({ setup, end }) {
      const zero = onAxis(0) > 0.12 && onAxis(0) < 0.88 ? "0" : ""; // if there is room for it
      const ends = { // of the ends and middles of the axes
        logits: [showScore(range[0], 0), zero, showScore(range[1], 0)],
        weights: ["0", "", showWeight(end).replace(".00", "").replace("1.0·", "")],
        probabilities: ["0", "0.5", "1"],
      };
      for (const stage of stages) {
        heads[stage].ticks.forEach((tick, k) => write(tick, ends[stage][k]));
      }
      setStyle(root, "--zero", onAxis(0));
      if (!heads.weights) return;
      const power = setup.rule === "softmax";
      const divided = model.get("show_temperature") || setup.temperature !== 1;
      const base = setup.base === Math.E ? "e" : plain(setup.base);
      write(heads.weights.text, `Weight ${power ? base : RULES[setup.rule].name}`);
      write(heads.weights.power, !power ? "" : divided ? "z/T" : "z");
    }

    function drawRow(parts, i, { logits, setup, p, right, texts, lengths, wrong, waiting }) {
      const masked = logits[i] === -Infinity;
      const said = { weights: texts[i], probabilities: showProbability(p[i]) };
      const full = { weights: lengths[i], probabilities: Math.abs(p[i]) };
      const bad = { weights: wrong[i], probabilities: !(p[i] >= 0 && p[i] <= 1 + 1e-6) };
      parts.row.classList.toggle("masked", masked);
      parts.row.classList.toggle("pinned", more.pins().includes(i));
      parts.row.classList.toggle("waiting", waiting);
      for (const stage of stages.filter((name) => name !== "logits")) {
        const { track, text, bar } = parts[stage];
        write(text, said[stage]);
        setStyle(bar, "width", percent(full[stage]));
        track.parentElement.classList.toggle("bad", Boolean(bad[stage]));
        if (bar.role === "img") {
          setAttribute(bar, "aria-label", `${labels[i]}: ${SPOKEN[stage]} ${said[stage]}`);
        }
      }
      if (parts.mark) setStyle(parts.mark, "left", percent(right[i]));
      if (parts.slider) {
        const digits = model.get("integer") && logits.every((z) => z === Math.round(z)) ? 0 : 2;
        const then = last === "logits" ? "" : `, ${SPOKEN[last]} ${said[last]}`;
        setSlider(parts.slider, { min: range[0], max: range[1], disabled: masked,
          value: masked ? range[0] : logits[i],
          told: `${labels[i]}: score ${plain(logits[i])}${then}` });
        write(parts.logits.text, masked ? "masked" : showScore(logits[i], digits));
      }
      if (parts.handle) { // where no single score decides, there is nothing to drag
        const t = setup.temperature;
        const raw = setup.form === "raw"; // a score that gives it may overflow
        const fixedShares = t === 0 || t === Infinity || setup.rule !== "softmax" || raw;
        const alone = logits.every((z, j) => j === i || z === -Infinity);
        setSlider(parts.handle, { min: 0, max: 1, value: Math.min(1, Math.max(0, p[i] || 0)),
          drawn: true, disabled: masked || alone || fixedShares || bad.probabilities,
          told: `${labels[i]}: probability ${said.probabilities}, score ${plain(logits[i])}` });
      }
    }

    draw = () => {
      const state = stateOf(model);
      const { p, setup } = state;
      setRange(state.logits);
      drawHeads(state);
      rows.forEach((parts, i) => drawRow(parts, i, state));
      if (dial) {
        const [t, value] = [setup.temperature, temperatureToDial(setup.temperature)];
        setSlider(dial.slider, { min: 0, max: DIAL, value, told: sayTemperature(t) });
        write(dial.text, showTemperature(t));
      }
      write(problems, state.problems.join("; ") && `Broken: ${state.problems.join("; ")}.`);
      if (told.weights) write(told.weights, state.sumText);
      if (told.probabilities) {
        write(told.probabilities, fixed(sum(p)));
      }
      if (told.entropy) {
        const bits = p.every((x) => x >= 0 && x <= 1 + 1e-6) ? entropy(p) : NaN;
        write(told.entropy, bits >= 0 ? `${fixed(bits)} bits` : "–");
        write(told.choices, bits >= 0 ? `${fixed(2 ** bits)} of ${p.length}` : "–");
      }
      more.draw(state);
      write(remark, state.waiting ? (model.alone ? ALONE : "Waiting for Python…") : note);
    };
    draw();
  }

  build();
  const redraw = () => draw();
  const seen = ["logits", "temperature", "shift", "pins", ...SWITCHES];
  if (model.get("own")) seen.push("probabilities", "problems", "answered");
  const rebuilt = ["labels", "stages", "title", "show_temperature", "integer", "controls"];
  const callbacks = Object.fromEntries(seen.map((name) => [name, redraw]));
  const stop = listen(model, { ...callbacks,
    ...Object.fromEntries(rebuilt.map((name) => [name, build])) });
  return () => {
    stop();
    saving.end();
  };
}

export default { render };
