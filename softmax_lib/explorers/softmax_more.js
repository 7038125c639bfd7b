// The panel at the bottom of the softmax explorer: a constant for all scores, two entries to
// compare, and the switches for how the probabilities are worked out.

import {
  add, addSelect, addSlider, fixed, plain, setSlider, showProbability, write,
} from "./shared.js";
import { RULES, sameTemperature } from "./softmax_rules.js";

// The slide of constants: fine near 0, and wide enough for e^z to overflow.
const CONSTANTS = [0, 0.1, 0.2, 0.5, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200,
  300, 500, 700, 1000];
const ENDS = CONSTANTS.length - 1;
const constantAt = (place) =>
  Math.sign(place) * CONSTANTS[Math.min(ENDS, Math.abs(Math.round(place)))];
function placeOf(c) {
  const above = CONSTANTS.findIndex((x) => x >= Math.abs(c));
  return Math.sign(c) * (above < 0 ? ENDS : above);
}

const BASES = [["1.5", "1.5"], ["2", "2"], [String(Math.E), "e"], ["3", "3"], ["10", "10"]];
const FORMS = [["paper", "as on paper, with exact numbers"], ["raw", "as written, e^z first"],
  ["shifted", "the maximum subtracted first"]];
const PRECISIONS = [["float64", "float64"], ["float32", "float32"], ["float16", "float16"]];
const NAMES = {
  softmax: "softmax: e^z ÷ sum",
  share: "share: z ÷ sum",
  square: "squares: z² ÷ sum",
  abs: "sizes: |z| ÷ sum",
  softplus: "softplus: ln(1 + e^z) ÷ sum",
  argmax: "argmax: all to the largest",
};
const LARGEST = { float64: 709.78, float32: 88.72, float16: 11.09 }; // e to a larger power is ∞

export function addMore(parent, model, { change, shiftBy, redraw, open }) {
  const labels = model.get("labels");
  // To compare takes two; and how a softmax of the learner's own is worked out is set in Python.
  const fits = (name) =>
    name === "pins" ? labels.length > 1 : name === "shift" || !model.get("own");
  const shown = model.get("controls").filter(fits);
  if (shown.length === 0) return { pins: () => [], draw: () => {} };

  const details = add(parent, "details", "more");
  details.open = open;
  add(details, "summary", "", "More to try");
  const pins = () => (shown.includes("pins") && details.open ? model.get("pins") : []);
  const parts = {}; // by name: what draws that control
  const line = (className) => add(details, "div", `control ${className}`);

  if (shown.includes("shift")) {
    const place = line("shift");
    add(place, "span", "name", "Add c to every score");
    const move = (at) => shiftBy(constantAt(at));
    const step = (n) => move(Math.max(-ENDS, Math.min(ENDS, placeOf(model.get("shift")) + n)));
    const track = add(place, "span", "track rail");
    const slider = addSlider(track, "c, added to every score", 5, move, step);
    const [value, effect] = [add(place, "strong", "number"), add(place, "span", "effect")];
    parts.shift = ({ setup, right, p }) => {
      const c = model.get("shift");
      setSlider(slider, { min: -ENDS, max: ENDS, value: placeOf(c), told: plain(c) });
      write(value, `c = ${fixed(c, 1).replace(/\.0$/, "")}`);
      const same = !right && setup.rule === "softmax" && p.every((x) => x >= 0);
      write(effect, same ? "the probabilities stay" : "");
    };
  }

  if (shown.includes("pins")) {
    const place = line("pins");
    const names = labels.map((label, i) => [String(i), label]);
    const pick = (k) => (i) => change({ pins: model.get("pins").with(k, Number(i)) });
    const selects = ["Compare", "with"].map((word, k) => addSelect(place, word, names, pick(k)));
    const effect = add(add(place, "span", "effect"), "span");
    parts.pins = ({ p, logits, setup }) => {
      const [i, j] = model.get("pins");
      [i, j].forEach((at, k) => (selects[k].value = String(at)));
      const t = sameTemperature(setup.temperature, setup.base);
      const power = (logits[i] - logits[j]) / t;
      const usual = setup.rule === "softmax" && setup.form === "paper" && !model.get("own") &&
        Number.isFinite(power) && t < Infinity;
      const why = usual ? ` = e^${fixed(power)}: only these two scores count` : "";
      const [above, below] = [showProbability(p[i]), showProbability(p[j])];
      write(effect, `${above} ÷ ${below} ≈ ${ratio(p[i] / p[j])}${why}`);
    };
  }

  function addSwitch(name, label, options, told, place = line("")) {
    if (!shown.includes(name)) return place;
    const select = addSelect(place, label, options, (value) =>
      change({ [name]: name === "base" ? Number(value) : value }));
    const effect = add(place, "span", "effect");
    parts[name] = (state) => {
      const value = String(state.setup[name]);
      if (![...select.options].some((option) => option.value === value)) {
        add(select, "option", "", plain(Number(value))).value = value;
      }
      if (select.value !== value) select.value = value;
      const { rule, form } = state.setup;
      const idle = name === "precision" && form === "paper";
      const disabled = (name !== "rule" && rule !== "softmax") || idle;
      if (select.disabled !== disabled) select.disabled = disabled;
      write(effect, told(state.setup));
    };
    return place;
  }
  addSwitch("rule", "Rule", Object.entries(NAMES), ({ rule }) =>
    !model.get("show_temperature") ? "" :
      RULES[rule].scaleFree ? "T cancels" : rule === "argmax" ? "T changes nothing" : "");
  addSwitch("base", "Base", BASES, ({ base, rule }) => {
    if (rule !== "softmax" || base === Math.E) return "";
    const t = fixed(1 / Math.log(base));
    return `${plain(base)}^z = e^(z ÷ ${t}): the same as T = 1 ÷ ln ${plain(base)} = ${t}`;
  });
  const place = addSwitch("form", "Computed", FORMS, () => "");
  addSwitch("precision", "in precision", PRECISIONS, ({ form, precision, rule }) =>
    rule !== "softmax" || form === "paper" ? "" : `e^x overflows above x = ${LARGEST[precision]}`,
  place);

  details.addEventListener("toggle", redraw); // pinned rows are marked while the panel is open
  const draw = (state) => details.open && Object.values(parts).forEach((part) => part(state));
  return { pins, draw };
}

function ratio(x) {
  if (!Number.isFinite(x)) return fixed(x);
  return x !== 0 && (x < 0.01 || x >= 1e5) ? x.toExponential(1).replace("-", "−") : fixed(x);
}
