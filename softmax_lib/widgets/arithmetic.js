// What softmax_lib works out in Python, in JavaScript: a drag never waits for Python.
//
// The tests hold the two together, in numbers and in sentences.

import { fixed, plain, toldApart } from "./numbers.js";

// --- Softmax and distributions ---------------------------------------------------------------

// e^((z - max) / T). The largest weight is 1, so nothing overflows. T = 0 and T = Infinity are
// the limits: only the largest scores count, and all scores count the same. -Infinity is a mask.
export function weights(logits, temperature) {
  const top = Math.max(...logits);
  if (temperature === 0) return logits.map((z) => (z === top ? 1 : 0));
  if (temperature === Infinity) return logits.map((z) => (z === -Infinity ? 0 : 1));
  return logits.map((z) => Math.exp((z - top) / temperature));
}
export const sum = (numbers) => numbers.reduce((total, x) => total + x, 0);

export function softmax(logits, temperature) {
  const w = weights(logits, temperature);
  const total = sum(w);
  return w.map((x) => x / total);
}

// Softmax of the logarithms of counts. At T = 1 these are the shares, as Python makes them: on the
// way through a logarithm a sum that meets top-p exactly would lose that by its last digit.
export function nextWord(logits, temperature, counts) {
  if (temperature !== 1 || counts.length === 0) return softmax(logits, temperature);
  const total = sum(counts);
  return counts.map((n) => n / total);
}

// In bits; 2 to this power is the effective number of choices.
export function entropy(probabilities) {
  return sum(probabilities.map((p) => (p > 0 ? -p * Math.log2(p) : 0)));
}

// Half the sum of the differences: 0 for the same distribution, 1 for nothing in common.
export function totalVariation(p, q) {
  return sum(p.map((x, i) => Math.abs(x - q[i]))) / 2;
}

// ln(e^(z/T)), to draw and write weights too large or too small for a number. At the two limits
// e^(z/T) has no value, so there the weights are the ones above, which have the maximum removed.
export function logWeights(logits, temperature) {
  const limit = temperature === 0 || temperature === Infinity;
  return limit ? weights(logits, temperature).map(Math.log) : logits.map((z) => z / temperature);
}

export function logSum(logs) {
  const top = Math.max(...logs);
  return top === -Infinity ? top : top + Math.log(sum(logs.map((x) => Math.exp(x - top))));
}

// --- Other ways from scores to probabilities, as in softmax_rules.py -------------------------

// What each rule makes of z/T. Dividing by T cancels in the first three.
export const RULES = {
  softmax: { weight: (x) => Math.exp(x) },
  share: { name: "z", weight: (x) => x, scaleFree: true },
  square: { name: "z²", weight: (x) => x * x, scaleFree: true },
  abs: { name: "|z|", weight: (x) => Math.abs(x), scaleFree: true },
  softplus: {
    name: "ln(1 + e^z)",
    weight: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  },
  argmax: { name: "argmax", weight: null },
};

export const weightName = ({ rule, base }) =>
  rule !== "softmax" ? RULES[rule].name : base === Math.E ? "e" : plain(base);

// The nearest number that a float16 can hold; newer browsers have it built in.
export function roundToHalf(x) {
  if (x === 0 || !Number.isFinite(x)) return x;
  const power = Math.max(-14, Math.floor(Math.log2(Math.abs(x))));
  const many = 1.5 * 2 ** (power + 42); // beside it, a float64 holds multiples of 2^(power - 10)
  const rounded = x + many - many; // so this rounds to one, and a tie to the even one
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
  const z = temperature * (Math.log(asked / (1 - asked)) + logSum(others));
  // What is beyond the end already stays where it is: it must not come back when pulled outward.
  return q < asked ? Math.min(z, logits[i]) : q > asked ? Math.max(z, logits[i]) : z;
}

// One sentence for each requirement that is broken, about these scores.
export function brokenRules(logits, p, labels, setup) {
  const at = (test) => p.findIndex(test);
  const broken = [];
  const wrong = at(Number.isNaN);
  if (wrong >= 0) return [`each value must be a number, but ${labels[wrong]} is NaN`];
  const low = at((x) => x < 0), high = at((x) => x > 1 + 1e-6);
  const plainly = (x, digits = 2) => fixed(x, digits).replace("−", "-");
  const butIs = (i) => `but ${labels[i]} is ${plainly(p[i])}`;
  if (low >= 0) broken.push(`each value must be at least 0, ${butIs(low)}`);
  if (high >= 0) broken.push(`each value must be at most 1, ${butIs(high)}`);
  const tolerance = Math.max(1e-6, Math.min(8 * p.length * EPSILON[setup.precision], 0.01));
  const total = sum(p);
  if (!(Math.abs(total - 1) <= tolerance)) {
    broken.push(`the sum must be 1, but it is ${plainly(total)}`);
  }
  if (setup.rule === "softmax") return broken;
  const order = logits.map((z, i) => i).sort((i, j) => logits[j] - logits[i] || i - j);
  for (let k = 1; k < order.length; k++) {
    const [i, j] = [order[k - 1], order[k]];
    if (logits[i] === logits[j] || p[i] > p[j]) continue;
    const more = p[i] < p[j] ? "gets less" : "gets no more";
    broken.push(`a larger score must get more, but ${labels[i]} ${more} than ${labels[j]}`);
    break;
  }
  const shifted = probabilitiesOf(logits.map((z) => z + 1), setup);
  const gapOr = (gap) => (Number.isNaN(gap) ? Infinity : gap);
  const gaps = p.map((x, i) => gapOr(Math.abs(x - shifted[i])));
  // Of those that move alike the first one, here and in Python: rounding must not choose.
  const moved = gaps.findIndex((gap) => gap >= Math.max(...gaps) - 1e-9);
  if (gaps[moved] > 1e-6) {
    const [before, after] = toldApart(plainly, p[moved], shifted[moved]);
    broken.push(`adding 1 to every score must change nothing, but ${labels[moved]} goes from ` +
      `${before} to ${after}`);
  }
  return broken;
}

// --- Cutting a vocabulary short, and drawing a word ------------------------------------------

// The rules are those of sampling.py, to the last digit: order, ties, exact sums.

// The places of the words from the most probable down. Of equal ones, the higher score comes first,
// then the later place.
export function rank(p, scores) {
  return p.map((_, i) => i).sort((i, j) => p[j] - p[i] || scores[j] - scores[i] || j - i);
}

// Probabilities after top-k, top-p and min-p, one after the other, shared out again; and how many
// words each of the three left. They are always the first ones of `order`.
export function cutWords(p, scores, topK, topP, minP) {
  const order = rank(p, scores), kept = [...p], left = [];
  const tied = (i, j) => p[i] === p[j] && scores[i] === scores[j];
  let total = 1, count = p.filter((x) => x > 0).length;
  const keep = (n) => {
    if (n < count) {
      for (const i of order.slice(n, count)) kept[i] = 0;
      [total, count] = [sum(kept), n];
    }
    left.push(count);
  };
  let n = topK === null ? count : Math.min(topK, count);
  while (n < count && tied(order[n], order[topK - 1])) n++; // ties with the last word stay
  keep(n);
  n = topP < 1 ? 1 : count; // the first word always stays; another while there is less before it
  for (let before = p[order[0]]; n < count && before < topP * total; n++) before += p[order[n]];
  keep(n);
  keep(order.slice(0, count).filter((i) => p[i] >= minP * p[order[0]]).length);
  return { after: kept.map((x) => x / total), order, left };
}

// Lay the words side by side on a line from 0 to 1: which one holds u, and from where to where?
export function fall(after, order, u) {
  const total = sum(order.map((i) => after[i]));
  let low = 0, found = null;
  for (const [place, i] of order.entries()) {
    if (after[i] <= 0) continue;
    const high = low + after[i];
    found = { index: i, place, low: low / total, high: high / total };
    if (u * total < high) break;
    low = high;
  }
  return found;
}
