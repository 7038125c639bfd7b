// The softmax explorer: drag scores or probabilities, and watch what follows.
//
// When anything changes, stateOf works everything out. Each function that adds a part of the page
// returns one that draws it from that state.

import {
  brokenRules, compute, entropy, logSum, sameTemperature, scoreFor, softmax, sum, weightName,
} from "../widgets/arithmetic.js";
import {
  axisEnd, fixed, plain, showNumber, showProbability, showRatio, showScore, showWeight,
} from "../widgets/numbers.js";
import {
  add, addAxis, addButton, addDial, addRoot, addSelect, addSlider, addStatus, addTemperature,
  addToAll, all, fromJson, percent, readScores, readTemperature, restart, scoreAxis, setAttribute,
  setClass, setSlider, setStyle, write,
} from "../widgets/page.js";
import { isWaiting, keepUp, saver, sayWaiting } from "../widgets/python.js";

const HEADINGS = { logits: "Score z", weights: "", probabilities: "Probability" };
const SPOKEN = { logits: "score", weights: "weight", probabilities: "probability" };
const SWITCHES = ["rule", "base", "form", "precision"];
const ANSWERS = ["probabilities", "problems", "answered"]; // Python's
// What the slide adds to every score: fine near 0, and large enough for e^z to overflow.
const CONSTANTS = [0, 0.1, 0.2, 0.5, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200,
  300, 500, 700, 1000];

// Everything that is drawn. Of weights and probabilities: texts, lengths of bars, what is wrong.
function stateOf(model) {
  const [logits, own] = [readScores(model), model.get("own")];
  const setup = { temperature: readTemperature(model) };
  for (const name of SWITCHES) setup[name] = model.get(name);
  const { logs, weights, total, p: shares } = compute(logits, setup);
  const p = own ? fromJson(model.get("probabilities")) : shares;
  const sizes = logs ?? weights.map((w) => Math.log(Math.abs(w)));
  const end = axisEnd(sizes);
  return {
    logits, setup, p, end,
    weights: {
      texts: logs ? logs.map(showWeight) : weights.map(showNumber),
      lengths: sizes.map((size, i) => (weights?.[i] < 0 ? 0 : Math.exp(size - end))),
      wrong: logs ? [] : weights.map((w) => !(w >= 0 && w < Infinity)),
    },
    probabilities: {
      texts: p.map(showProbability), lengths: p, // what is below 0 has no bar
      wrong: p.map((x) => !(x >= 0 && x <= 1 + 1e-6)),
    },
    total: logs ? showWeight(logSum(logs)) : showNumber(total),
    right: own ? softmax(logits, setup.temperature) : null,
    problems: own ? model.get("problems") : brokenRules(logits, p, model.get("labels"), setup),
    exact: setup.rule === "softmax" && setup.form === "paper" && !own,
    limit: setup.temperature === 0 || setup.temperature === Infinity,
  };
}

function render({ model, el }) {
  const root = addRoot(el, "softmax-explorer");
  const axis = scoreAxis();
  const saving = saver(model);
  let draw, note = ""; // draw is set by build(); a note says what was done last

  function change(values, remark = "") {
    [note, axis.said] = [remark, ""];
    saving.change(values);
  }
  const setScore = (i, z) => change({ logits: model.get("logits").with(i, axis.clean(z)) });

  function setProbability(i, q) {
    const t = sameTemperature(readTemperature(model), model.get("base"));
    const z = scoreFor(readScores(model), i, q, t);
    const more = model.get("controls").includes("shift") ? " So do these plus any c." : "";
    change({ logits: model.get("logits").with(i, z) }, q >= 0.001 && q <= 0.999
      ? `These scores give that probability.${more}` : "No score gives exactly 0 or 1.");
  }
  function setShift(c) {
    const logits = addToAll(model.get("logits"), c - model.get("shift"));
    axis.reset(logits);
    change({ logits, shift: c });
  }
  function reset() {
    const [logits, temperature, base, form, precision, rule] = model.get("start");
    change({ temperature, base, form, precision, rule, shift: 0, logits: [...logits] });
  }

  // --- Rows: a name, and a cell for each stage -------------------------------------------------

  function addHead(head, stage) {
    const place = add(head, "span", `cell ${stage}`);
    const heading = add(place, "span", "heading"), ticks = addAxis(place);
    const [text, power] = [add(heading, "span", "", HEADINGS[stage]), add(heading, "sup")];
    return ({ setup, end }) => {
      const zero = axis.part(0) > 0.12 && axis.part(0) < 0.88 ? "0" : ""; // if there is room
      const texts = {
        logits: [showScore(axis.low, 0), zero, showScore(axis.high, 0)],
        weights: ["0", "", showWeight(end).replace(".00", "").replace("1.0·", "")],
        probabilities: ["0", "0.5", "1"],
      };
      ticks.forEach((tick, k) => write(tick, texts[stage][k]));
      if (stage !== "weights") return;
      const divided = model.get("show_temperature") || setup.temperature !== 1;
      write(text, `Weight ${weightName(setup)}`);
      const exponent = setup.temperature === 0 ? "(z−max)/T" : divided ? "z/T" : "z";
      write(power, setup.rule === "softmax" ? exponent : "");
    };
  }

  function addCell(row, stage) {
    const place = add(row, "span", `cell ${stage}`);
    place.dataset.stage = SPOKEN[stage]; // what a narrow page shows for a heading
    const track = add(place, "span", stage === "logits" ? "track rail" : "track");
    const [bar, number] = ["bar", "number"].map((name) => add(track, "span", name));
    number.setAttribute("aria-hidden", "true"); // the slider or the bar says it
    return { place, track, bar, number };
  }

  function addScore(row, label, i, last) {
    const { track, bar, number } = addCell(row, "logits");
    const whole = model.get("integer");
    const unit = () => Math.max(whole ? 1 : 0.1, axis.step());
    const move = (z) => setScore(i, Math.round(z / unit()) * unit());
    const step = (n) => setScore(i, readScores(model)[i] + n * unit());
    const slider = addSlider(track, `score of ${label}`, whole ? 5 : 10, move, step);
    slider.addEventListener("pointerup", () => axis.letGo(model.get("logits")[i]) && draw());
    return ({ logits, [last]: results }) => {
      const z = logits[i], masked = z === -Infinity;
      const [zero, end] = [axis.part(0), masked ? 0 : axis.part(z)];
      setStyle(bar, "left", percent(Math.min(zero, end)));
      setStyle(bar, "width", percent(Math.abs(zero - end)));
      write(number, masked ? "masked" : showScore(z, whole && Number.isInteger(z) ? 0 : 2));
      const then = results.texts ? `, ${SPOKEN[last]} ${results.texts[i]}` : "";
      setSlider(slider, { min: axis.low, max: axis.high, value: masked ? axis.low : z,
        disabled: masked, text: `${label}: score ${plain(z)}${then}` });
    };
  }

  function addResult(row, label, i, stage, dragged) {
    const { place, track, bar, number } = addCell(row, stage);
    const mark = model.get("own") && stage === "probabilities" ? add(track, "span", "mark") : null;
    const drawHandle = dragged ? addHandle(track, label, i) : null;
    if (!dragged) bar.setAttribute("role", "img");
    return (state) => {
      const { texts, lengths, wrong } = state[stage];
      write(number, texts[i]);
      setStyle(bar, "width", percent(lengths[i]));
      setClass(place, "bad", Boolean(wrong[i]));
      if (mark) setStyle(mark, "left", percent(state.right[i]));
      if (drawHandle) drawHandle(state);
      else setAttribute(bar, "aria-label", `${label}: ${SPOKEN[stage]} ${texts[i]}`);
    };
  }

  function addHandle(track, label, i) {
    const move = (q) => setProbability(i, q);
    const step = (n) => move((Math.round(100 * stateOf(model).p[i]) + n) / 100);
    const handle = addSlider(track, `probability of ${label}`, 10, move, step);
    track.append(track.firstChild); // the bar, whose end is drawn as the handle
    return ({ logits, setup, p, probabilities, limit }) => {
      // Disabled where no score gives it, or where that score may overflow.
      const alone = logits.every((z, j) => j === i || z === -Infinity);
      const unfit = limit || setup.rule !== "softmax" || setup.form === "raw";
      setSlider(handle, { min: 0, max: 1, value: Math.min(1, Math.max(0, p[i] || 0)), drawn: true,
        disabled: unfit || alone || logits[i] === -Infinity || probabilities.wrong[i],
        text: `${label}: probability ${probabilities.texts[i]}, score ${plain(logits[i])}` });
    };
  }

  function addRow(label, i, stages, dragged) {
    const row = add(root, "div", "row");
    add(row, "span", "name", label);
    const drawCells = all(stages.map((stage) => stage === "logits"
      ? addScore(row, label, i, stages.at(-1))
      : addResult(row, label, i, stage, dragged && stage === "probabilities")));
    return (state) => {
      setClass(row, "masked", state.logits[i] === -Infinity);
      setClass(row, "pinned", model.get("pins").includes(i));
      drawCells(state);
    };
  }

  // --- What stands below the rows --------------------------------------------------------------

  function addSummary(foot, stages) {
    const summary = add(foot, "p", "summary");
    const known = (show) => ({ p, probabilities }) =>
      probabilities.wrong.includes(true) ? "–" : show(entropy(p), p.length);
    const values = [
      ["weights", "sum of weights", 4.1, ({ total }) => total],
      ["probabilities", "sum of probabilities", 2.5, ({ p }) => fixed(sum(p))],
      ["dial", "entropy", 5, known((bits) => `${fixed(bits)} bits`)],
      ["dial", "effective choices", 5.6, known((bits, n) => `${fixed(2 ** bits)} of ${n}`)],
    ];
    const shown = [...stages];
    if (stages.includes("probabilities") && model.get("show_temperature")) shown.push("dial");
    return all(values.filter(([where]) => shown.includes(where)).map(([, name, ems, say]) => {
      const value = add(add(summary, "span", "", `${name} `), "strong");
      value.style.width = `${ems}em`; // the same for each value, so nothing else moves
      return (state) => write(value, say(state));
    }));
  }

  function addShift(place) {
    const [c, end] = [() => model.get("shift"), CONSTANTS.length - 1];
    const at = () => Math.sign(c()) * CONSTANTS.indexOf(Math.abs(c()));
    const move = (to) =>
      setShift(Math.sign(to) * CONSTANTS[Math.min(end, Math.abs(Math.round(to)))]);
    const drawDial = addDial(place, {
      name: "Add c to every score", label: "c, added to every score", low: -end, high: end, at,
      page: 5, move, step: (n) => move(at() + n),
      show: () => `c = ${fixed(c(), 1).replace(/\.0$/, "")}`, say: () => plain(c()),
    });
    return ({ right, setup, p }) => {
      const same = !right && setup.rule === "softmax" && p.every((x) => x >= 0);
      drawDial(same ? "the probabilities stay" : "");
    };
  }

  function addPins(place) {
    const names = model.get("labels").map((label, i) => [i, label]);
    const pick = (k) => (i) => change({ pins: model.get("pins").with(k, i) });
    const drawPins = ["Compare", "with"].map((name, k) => addSelect(place, name, names, pick(k)));
    const effect = add(add(place, "span", "effect"), "span");
    return ({ exact, limit, logits, p, probabilities: { texts }, setup }) => {
      const [i, j] = model.get("pins");
      drawPins.forEach((drawPin, k) => drawPin([i, j][k]));
      const power = (logits[i] - logits[j]) / sameTemperature(setup.temperature, setup.base);
      const follows = exact && !limit && Number.isFinite(power);
      const why = follows ? ` ≈ e^${fixed(power)}: only these two scores count` : "";
      write(effect, `${texts[i]} ÷ ${texts[j]}, before rounding: ${showRatio(p[i] / p[j])}${why}`);
    };
  }

  function addSwitch(place, name) {
    const [label, options] = model.get("choices")[name];
    const drawSelect = addSelect(place, label, options, (value) => change({ [name]: value }));
    return ({ setup }) => {
      const idle = name === "precision" && setup.form === "paper";
      drawSelect(setup[name], idle || (name !== "rule" && setup.rule !== "softmax"));
    };
  }

  function addPanel(foot, controls, open) {
    if (controls.length === 0) return () => {};
    const details = add(foot, "details", "more");
    add(details, "summary", "", "More to try");
    const drawControls = all(controls.map((name) => {
      const place = add(details, "div", `control ${name}`);
      return ({ shift: addShift, pins: addPins }[name] ?? addSwitch)(place, name);
    }));
    details.addEventListener("toggle", () => draw());
    details.open = open;
    return (state) => {
      setClass(root, "comparing", details.open && controls.includes("pins"));
      if (details.open) drawControls(state);
    };
  }

  function build() {
    const [labels, stages] = [model.get("labels"), model.get("stages")];
    // A panel that the learner opened stays open when the names change.
    const open = root.querySelector("details")?.open ?? model.get("more_open");
    restart(root, model, "Softmax explorer");
    root.classList.toggle("many", labels.length > 10);
    root.style.setProperty("--stages", stages.length);
    root.style.setProperty("--longest", `${1 + Math.max(...labels.map((a) => a.length))}ch`);
    const head = add(root, "div", "row head");
    head.setAttribute("aria-hidden", "true"); // each control and bar says its own name
    add(head, "span", "name");
    const dragged = stages.includes("logits") && !model.get("own") && !model.get("integer");
    const parts = [
      ...stages.map((stage) => addHead(head, stage)),
      ...labels.map((label, i) => addRow(label, i, stages, dragged)),
    ];
    const problems = addStatus(root, "div", "problems");
    const foot = add(root, "div", "foot");
    if (model.get("show_temperature")) parts.push(addTemperature(foot, model, change));
    parts.push(addSummary(foot, stages));
    addButton(foot, "Reset", reset);
    parts.push(addPanel(foot, model.get("controls"), open));
    const remark = addStatus(foot, "p", "remark");
    draw = () => {
      const state = stateOf(model);
      axis.follow(model.get("logits"), model.get("start")[0]);
      setStyle(root, "--zero", axis.part(0));
      setClass(root, "waiting", isWaiting(model));
      all(parts)(state);
      write(problems, state.problems.join("; ") && `Wrong: ${state.problems.join("; ")}.`);
      const still = dragged && state.limit && state.exact
        ? "At T = 0 and T = ∞ probabilities cannot be dragged." : "";
      write(remark, isWaiting(model) ? sayWaiting(model) : note || axis.said || still);
    };
    draw();
  }

  build();
  const drawn = ["logits", "temperature", "shift", "pins", ...SWITCHES, ...ANSWERS];
  const built = ["labels", "stages", "title", "show_temperature", "integer", "controls", "choices"];
  return keepUp(root, model, saving, [drawn, () => draw()], [built, build]);
}

export default { render };
