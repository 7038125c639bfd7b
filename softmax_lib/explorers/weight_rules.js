// Rules from a score to a weight: reading one, and trying to break it, as weight_rules.py does.

import { sum } from "../widgets/arithmetic.js";
import { fixed, plain, toldApart } from "../widgets/numbers.js";

// --- Reading a rule ------------------------------------------------------------------------------

const SIGNS = { "−": "-", "·": "*", "×": "*", "²": "^2", "³": "^3" };
const TOKEN = /(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+|[A-Za-z]\w*|\*\*|\S/g;
const NAMES = { z: null, e: Math.E, pi: Math.PI };
const FUNCTIONS = { exp: Math.exp, log: Math.log, ln: Math.log, sqrt: Math.sqrt, abs: Math.abs };
const [min, max] = [(list) => Math.min(...list), (list) => Math.max(...list)];
const OVER = { min, max, sum, mean: (list) => sum(list) / list.length }; // over all words
const JOIN = { "+": (x, y) => x + y, "-": (x, y) => x - y, "*": (x, y) => x * y,
  "/": (x, y) => x / y };
const MISSING = "Something is missing, or does not belong there.";
const TIMES = "A sign is missing, such as * in 2 * z.";
const need = (fine) => { if (!fine) throw Error(MISSING); };

function tokensOf(text) {
  const source = text.replace(/\b(?:np|math)\./g, "").replace(/[−·×²³]/g, (x) => SIGNS[x]);
  const tokens = source.match(TOKEN) ?? [];
  const known = (token) => /^\.?[0-9]/.test(token) || "+-*/^**(),".includes(token) ||
    [NAMES, FUNCTIONS, OVER].some((table) => Object.hasOwn(table, token));
  const odd = tokens.find((token) => !known(token));
  if (odd === "|") throw Error("Write abs(z) for |z|.");
  if (odd) throw Error(`“${odd}” has no meaning here.`);
  return tokens.map((token) => token.replace("**", "^"));
}

// A function from scores to weights. Nothing of the text is run as code.
export function readRule(text) {
  const tokens = tokensOf(text);
  const take = (token) => tokens[0] === token && tokens.shift() === token;
  const end = (fine) => { // of a whole, or of what stands in brackets
    if (!fine && /^[\w.(]/.test(tokens[0] ?? "")) throw Error(TIMES);
    need(fine);
  };
  const each = (join, ...parts) => (scores) => {
    const lists = parts.map((part) => part(scores));
    return scores.map((_, i) => join(...lists.map((list) => list[i])));
  };
  const chain = (signs, part) => () => {
    let left = part();
    while (signs.includes(tokens[0])) left = each(JOIN[tokens.shift()], left, part());
    return left;
  };
  const total = chain(["+", "-"], chain(["*", "/"], power));
  function power() { // -z^2 is -(z^2), and 2^-z is a power too
    if (take("-")) return each((x) => -x, power());
    if (take("+")) return power();
    const base = atom();
    return take("^") ? each((x, y) => x ** y, base, power()) : base;
  }
  function call(name) {
    const args = [];
    need(take("("));
    do args.push(total()); while (take(","));
    end(take(")"));
    if (args.length > 1 && ["min", "max"].includes(name)) return each(Math[name], ...args);
    if (args.length > 1) throw Error(`“${name}” does not take ${args.length} numbers.`);
    if (name in FUNCTIONS) return each(FUNCTIONS[name], args[0]);
    return (scores) => Array(scores.length).fill(OVER[name](args[0](scores)));
  }
  function atom() {
    const token = tokens.shift();
    if (token === "(") {
      const inner = total();
      return end(take(")")), inner;
    }
    need(/[\w.]/.test(token?.[0] ?? ""));
    if (token === "z") return (scores) => scores;
    if (token in FUNCTIONS || token in OVER) return call(token);
    const constant = NAMES[token] ?? Number(token);
    return (scores) => scores.map(() => constant);
  }
  const rule = total();
  return end(tokens.length === 0), rule;
}
export const weightsOf = (text, scores) => readRule(text)(scores);
export const shares = (weights) => weights.map((w) => w / sum(weights));

// Why weights have no shares, in words, or nothing.
export function withoutShares(weights) {
  if (weights.map(Number.isNaN).includes(true)) return "a weight is no number (NaN)";
  if (!weights.every(Number.isFinite)) return "a weight is infinite, or too much to compute";
  if (sum(weights) === 0) {
    return "the weights sum to 0, or to too little to compute, and no number can be divided by 0";
  }
  return "";
}

// --- Trying to break it --------------------------------------------------------------------------

const FAR = 10, SEEN = 0.1, LEAST_CHANGE = 1e-6, TINY = 1e-290; // as in weight_rules.py
export function numberText(x, digits = 2) {
  const odd = x !== 0 && (Math.abs(x) < 0.005 || Math.abs(x) >= 1e5) && finite(x);
  return odd ? x.toExponential(digits - 1) : fixed(x, digits).replace("−", "-");
}
// A computer's numbers end, so these two may stand for others.
function weightText(weight) {
  if (weight === 0) return "0, or too little to compute";
  return weight === Infinity ? "∞, or too much to compute" : numberText(weight);
}
const sizes = (weights) => weights.map(Math.abs);
export const timesAs = ([one, other]) => one / other;
const isFar = (scores) => max(sizes(scores)) >= FAR;
const listed = (scores) => scores.map(plain).join(", ");
const finite = (...numbers) => numbers.every(Number.isFinite);

export function changed(scores, change, amount) {
  if (change === "without") return scores.slice(0, 2);
  return scores.map((z, i) => (change === "shift" || i === 2 ? z + amount : z));
}

export const SEARCHES = {
  positive: (rule, scores) => rule(scores).map((w, i) => {
    const fine = isFar(scores) ? w >= 0 : w > 0 && w < Infinity; // far out a number may not hold it
    const told = `among the scores ${listed(scores)}, ${plain(scores[i])} weighs ${weightText(w)}`;
    return { much: fine ? 0 : SEEN, scores, told };
  }),
  order: (rule, scores) => scores.flatMap((high, i) => scores.map((low, j) => {
    const w = rule(scores), tied = w[i] === w[j];
    const lost = w[i] < w[j] || (tied && !isFar(scores));
    if (high <= low || !lost || !finite(w[i] + w[j])) return { much: 0 };
    const [one, other] = toldApart(numberText, w[i], w[j]);
    const told = `among the scores ${listed(scores)}, ${plain(high)} ` +
      (tied ? `and ${plain(low)} both weigh ${weightText(w[i])}`
        : `weighs ${one}, and ${plain(low)} weighs ${other}`);
    return { much: tied ? SEEN / 2 : SEEN, scores, told };
  })),
  shift: (rule, scores, labels, { shifts }) => shifts.map((amount) => {
    const both = [scores, changed(scores, "shift", amount)].map(rule);
    const [before, after] = both.map(shares);
    const moved = before.map((p, i) => Math.abs(after[i] - p));
    if (!finite(...moved) || both.some((w) => sum(sizes(w)) < TINY)) return { much: 0 };
    const k = moved.indexOf(Math.max(...moved));
    const [from, to] = toldApart(numberText, before[k], after[k]);
    const told = `adding ${plain(amount)} to the scores ${listed(scores)} takes ${labels[k]} ` +
      `from ${from} to ${to}`;
    return { much: moved[k], scores, amount, told };
  }),
  third: (rule, scores, [first, second, third], { shifts }) => [null, ...shifts].map((by) => {
    const change = by === null ? "without" : "third";
    const [before, after] = [rule(scores), rule(changed(scores, change, by))];
    const [one, other] = [before, after].map(timesAs);
    const much = Math.abs(other / one - 1);
    const small = min(sizes([...before.slice(0, 2), ...after.slice(0, 2)])) < TINY;
    if (small || !finite(much, ...shares(before), ...shares(after))) return { much: 0 };
    const how = by === null ? `without ${third}` : `with ${third} at ${plain(scores[2] + by)}`;
    const [had, has] = toldApart(numberText, one, other);
    const told = `at the scores ${listed(scores)}, ${first} has ${had} times as much as ` +
      `${second}; ${how} it has ${has} times as much`;
    return { much, scores, change, amount: by ?? 0, told };
  }),
}; // the lists of scores, `bank`, and `shifts` come from Python

// For each demand the first break that is easy to see, or else the clearest one, or null.
export function brokenDemands(text, labels, trials) {
  const rule = readRule(text);
  return Object.fromEntries(Object.entries(SEARCHES).map(([demand, search]) => {
    let best = { much: LEAST_CHANGE };
    for (const found of trials.bank.flatMap((z) => search(rule, z, labels, trials))) {
      if (best.much < SEEN && found.much > best.much) best = found;
    }
    return [demand, best.told ? { change: "shift", amount: 0, ...best } : null];
  }));
}
export const baseOf = (text) => timesAs(weightsOf(text, [1, 0, -1]));
