// From scores to probabilities in other ways: another base, the raw formula, fewer digits, or
// another rule. And which requirement is broken by what comes out. softmax_rules.py says the same.

import { fixed, logSum, logWeights, showWeight, softmax, sum } from "./shared.js";

// What each rule makes of z/T. Dividing by T cancels in the first three.
export const RULES = {
  softmax: { name: "e^z", weight: (x) => Math.exp(x) },
  share: { name: "z", weight: (x) => x, scaleFree: true },
  square: { name: "z²", weight: (x) => x * x, scaleFree: true },
  abs: { name: "|z|", weight: (x) => Math.abs(x), scaleFree: true },
  softplus: {
    name: "ln(1 + e^z)",
    weight: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  },
  argmax: { name: "argmax", weight: null },
};

// The nearest number that a float16 can hold; newer browsers have it built in.
export function roundToHalf(x) {
  if (x === 0 || !Number.isFinite(x)) return x;
  const power = Math.max(-14, Math.floor(Math.log2(Math.abs(x))));
  const spacing = 2 ** (power - 10);
  const below = Math.floor(x / spacing), rest = x / spacing - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0); // a tie goes to the even one
  const rounded = (below + up) * spacing;
  return Math.abs(rounded) > 65504 ? Math.sign(x) * Infinity : rounded;
}
const ROUND = { float64: (x) => x, float32: Math.fround, float16: Math.f16round ?? roundToHalf };
const EPSILON = { float64: 2 ** -52, float32: 2 ** -23, float16: 2 ** -10 };

// b^(z/T) is e^(z/t) with t = T / ln b: another base is another temperature, and nothing else.
export const sameTemperature = (temperature, base) => temperature / Math.log(base);

// e^(z/T) as a computer works it out: each step rounds, and may overflow.
function weightsInSteps(logits, { temperature, base, form, precision }) {
  const round = ROUND[precision];
  let z = logits.map(round);
  if (temperature === 0 || temperature === Infinity) { // z/T has no value: the limits
    return logWeights(z, temperature).map(Math.exp);
  }
  z = z.map((x) => round(x / round(temperature)));
  if (form === "shifted") {
    const top = Math.max(...z);
    z = z.map((x) => round(x - top));
  }
  return z.map((x) => round(base === Math.E ? Math.exp(x) : base ** x));
}

function weightsByRule(logits, { temperature, rule }) {
  if (rule === "argmax") {
    const top = Math.max(...logits);
    return logits.map((z) => (z === top ? 1 : 0));
  }
  const { weight, scaleFree } = RULES[rule];
  return logits.map((z) => {
    if (z === -Infinity) return 0;
    if (scaleFree) return weight(z);
    return temperature === 0 ? Math.max(z, 0) : weight(z / temperature); // softplus: its limit
  });
}

// Weights, their sum and the probabilities. `setup` has temperature, base, form, precision, rule.
export function compute(logits, setup) {
  if (setup.rule === "softmax" && setup.form === "paper") {
    const t = sameTemperature(setup.temperature, setup.base);
    return { logs: logWeights(logits, t), p: softmax(logits, t) };
  }
  const stepwise = setup.rule === "softmax";
  const round = stepwise ? ROUND[setup.precision] : ROUND.float64;
  const weights = stepwise ? weightsInSteps(logits, setup) : weightsByRule(logits, setup);
  const total = weights.reduce((sofar, w) => round(sofar + w), 0);
  return { weights, total, p: weights.map((w) => round(w / total)) };
}
export const probabilitiesOf = (logits, setup) => compute(logits, setup).p;

// The score that gives entry i the probability q while the others keep their scores: their shares
// of the rest stay as they are. No finite score gives exactly 0 or 1.
export function scoreFor(logits, i, q, temperature) {
  const others = logWeights(logits, temperature).filter((_, j) => j !== i);
  const asked = Math.min(0.999, Math.max(0.001, q));
  return temperature * (Math.log(asked / (1 - asked)) + logSum(others));
}

// The end of the weights' axis, as a logarithm: 1, 2 or 5 times a power of ten, and at least 1.
export function axisEnd(logs) {
  const power = Math.max(0, ...logs.filter(Number.isFinite)) / Math.LN10;
  const rest = 10 ** (power - Math.floor(power));
  const mantissa = [1, 2, 5, 10].find((m) => m >= rest * (1 - 1e-9));
  return Math.floor(power) * Math.LN10 + Math.log(mantissa);
}

// One sentence for each requirement that is broken, about these scores.
export function brokenRules(logits, p, labels, setup) {
  const at = (test) => p.findIndex(test);
  const told = [];
  const wrong = at(Number.isNaN);
  if (wrong >= 0) return [`each value must be a number, but ${labels[wrong]} is NaN`];
  const low = at((x) => x < 0), high = at((x) => x > 1 + 1e-6);
  const plainly = (x) => fixed(x).replace("−", "-");
  const butIs = (i) => `but ${labels[i]} is ${plainly(p[i])}`;
  if (low >= 0) told.push(`each value must be at least 0, ${butIs(low)}`);
  if (high >= 0) told.push(`each value must be at most 1, ${butIs(high)}`);
  const tolerance = Math.max(1e-6, Math.min(8 * p.length * EPSILON[setup.precision], 0.01));
  const total = sum(p);
  if (!(Math.abs(total - 1) <= tolerance)) {
    told.push(`the sum must be 1, but it is ${plainly(total)}`);
  }
  if (setup.rule === "softmax") return told;
  const order = logits.map((z, i) => i).sort((i, j) => logits[j] - logits[i] || i - j);
  for (let k = 1; k < order.length; k++) {
    const [i, j] = [order[k - 1], order[k]];
    if (logits[i] === logits[j] || p[i] > p[j]) continue;
    const more = p[i] < p[j] ? "gets less" : "gets no more";
    told.push(`a larger score must get more, but ${labels[i]} ${more} than ${labels[j]}`);
    break;
  }
  const shifted = probabilitiesOf(logits.map((z) => z + 1), setup);
  const moved = at((x, i) => Math.abs(x - shifted[i]) > 1e-6 || Number.isNaN(shifted[i]));
  if (moved >= 0) {
    const [before, after] = [p[moved], shifted[moved]].map(plainly);
    told.push(`adding 1 to every score must change nothing, but ${labels[moved]} goes from ` +
      `${before} to ${after}`);
  }
  return told;
}

export function showNumber(x) {
  if (Number.isNaN(x)) return "NaN";
  if (Math.abs(x) === Infinity) return fixed(x);
  return x < 0 ? `−${showWeight(Math.log(-x))}` : showWeight(Math.log(x));
}
