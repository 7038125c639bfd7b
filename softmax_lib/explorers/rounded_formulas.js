// Formulas for softmax with each step rounded to a format, as in rounded_formulas.py.

import { sum } from "../widgets/arithmetic.js";
import { fixed, raised } from "../widgets/numbers.js";

// Bits of the significand, exponent of the smallest normal number.
const FORMATS = {
  float16: { bits: 11, lowest: -14 }, bfloat16: { bits: 8, lowest: -126 },
  float32: { bits: 24, lowest: -126 }, float64: { bits: 53, lowest: -1022 },
};

export function roundTo(x, name) {
  if (name === "float64" || !Number.isFinite(x) || x === 0) return x;
  if (name === "float32") return Math.fround(x);
  const { bits, lowest } = FORMATS[name];
  const unit = 2 ** (Math.max(lowest, Math.floor(Math.log2(Math.abs(x)))) + 1 - bits);
  const whole = 2 ** 52; // adding it rounds to an integer, and a tie to the even one
  const size = (Math.abs(x) / unit + whole - whole) * unit;
  return Math.sign(x) * (size >= 2 ** (2 - lowest) ? Infinity : size);
}

// What a formula makes of two logits, the larger first, and whether it overflowed.
export function workOut(formula, z, name) {
  const r = (x) => roundTo(x, name);
  const gaps = formula === "textbook" ? z : z.map((x) => r(x - z[0]));
  const weights = gaps.map((x) => r(Math.exp(x)));
  const total = r(sum(weights));
  const overflowed = total === Infinity;
  const less = formula === "log1p" ? Math.log1p(weights[1]) : Math.log(total);
  if (formula.startsWith("log") && formula !== "log of softmax") {
    return [gaps.map((x) => r(x - r(less))), overflowed];
  }
  const probabilities = weights.map((w) => r(w / total));
  if (formula !== "log of softmax") return [probabilities, overflowed];
  return [probabilities.map((p) => r(Math.log(p))), overflowed];
}

export const isLog = (formula) => formula.startsWith("log");
export function exactOf(z, formula) {
  const gap = z[0] - z[1], less = Math.log1p(Math.exp(-gap));
  return isLog(formula) ? [-less, -gap - less] : [-less, -gap - less].map(Math.exp);
}

// The worst of what happened.
export function outcomeOf([values, overflowed], exact, name) {
  if (overflowed) return "overflow";
  if (!values.every(Number.isFinite)) return "underflow";
  if (values.includes(0)) return "zero";
  const least = Math.sqrt(2 ** (1 - FORMATS[name].bits));
  const off = values.some((x, i) => Math.abs(x - exact[i]) > least * Math.abs(exact[i]));
  return off ? "digits" : "right";
}
export const logitsAt = (largest, gap, name) =>
  [largest, largest - gap].map((x) => roundTo(x, name));
export function judge(largest, gap, formula, name) {
  const z = logitsAt(largest, gap, name);
  return outcomeOf(workOut(formula, z, name), exactOf(z, formula), name);
}

// --- As text -------------------------------------------------------------------------------------

// Four digits of a number whose logarithm is given: it may be too small for a number.
function showPower(log) {
  let power = Math.floor(log / Math.LN10);
  let digits = Math.exp(log - power * Math.LN10).toFixed(3);
  if (digits === "10.000") [power, digits] = [power + 1, "1.000"];
  return `${digits}·10${raised(power)}`;
}
export function show(x, log = Math.log(Math.abs(x)), rest = Math.log(1 - x)) {
  if (x === 0 && log === -Infinity) return "0";
  if (!Number.isFinite(x) || x === 1 && rest === -Infinity) return fixed(x, 0);
  if (x > 0.99) return `1 − ${showPower(rest)}`;
  if (log >= Math.log(0.01)) return fixed(x, 3);
  return `${x < 0 || Object.is(x, -0) ? "−" : ""}${showPower(log)}`;
}
// What is exact may be nearer to 0 or 1 than any number of the browser's.
export function showExact(z, logs) {
  const [one, other] = exactOf(z, "log1p"), gap = z[0] - z[1];
  const tiny = one === 0 ? -gap : Math.log(-one); // ln of -ln p: for a large gap that is the gap
  if (logs) return [show(one, tiny), show(other)];
  return [show(Math.exp(one), one, other), show(Math.exp(other), other)];
}
