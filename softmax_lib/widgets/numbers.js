// Numbers as text, for the eye and for the ear.

const minus = (text) => text.replace("-", "−");
export function fixed(x, digits = 2) {
  if (Number.isNaN(x)) return "NaN";
  // A tie, such as 0.125, goes to the even digit, as in Python.
  if (digits === 2 && Math.abs(x * 8) % 2 === 1) x = (2 * Math.round(x * 50)) / 100;
  const text = Math.abs(x) === Infinity ? `${x < 0 ? "-" : ""}∞` : x.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : minus(text);
}
export const plain = (x) => (x === Infinity ? "infinite" : String(Number(x.toFixed(2)))); // spoken
// Two numbers as texts, with as many digits as it takes to tell one from the other.
export function toldApart(text, x, y) {
  let digits = 2;
  while (digits < 17 && text(x, digits) === text(y, digits)) digits++;
  return [text(x, digits), text(y, digits)];
}
// A low temperature has a digit more, so that each step on the dial is seen.
export const showTemperature = (t) => fixed(t, t > 0 && t < 0.2 ? 3 : 2);
export const sayTemperature = (t) =>
  t === Infinity ? "infinite" : String(Number(t.toPrecision(3)));
export const raised = (n) => String(n).replace(/./g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻");
function tens(x) {
  const [mantissa, exponent] = x.toExponential(1).split("e");
  return `${minus(mantissa)}·10${raised(Number(exponent))}`;
}
// A score in few letters: the larger it is, the fewer digits behind the point.
export function showScore(z, digits = 2, largest = 1e5) {
  const size = Math.abs(z);
  if (size >= largest) return minus(z.toExponential(0).replace("e+", "e")); // the shortest
  return fixed(z, size >= 1000 ? 0 : size >= 100 ? Math.min(1, digits) : digits);
}

// A probability is written as 0.00 or 1.00 only when it is that.
export function showProbability(p) {
  if (p > 0 && p < 0.005) return "<0.01";
  return p < 1 && p > 0.995 ? ">0.99" : fixed(p);
}

export function showWeight(log) {
  if (log === -Infinity) return "0.00";
  const w = Math.exp(log);
  if (w > 0.00995 && w < 99999) return w.toFixed(w < 1000 ? 2 : 0);
  const exponent = Math.floor((log - Math.log(0.995)) / Math.LN10); // 9.96 is written 1.0·10
  if (Math.abs(exponent) > 9999) return log > 0 ? `>10${raised(9999)}` : `<10${raised(-9999)}`;
  if (Math.abs(exponent) > 999) return `≈10${raised(exponent)}`;
  return `${Math.exp(log - exponent * Math.LN10).toFixed(1)}·10${raised(exponent)}`;
}

// A number that may be anything, written as a weight is.
export function showNumber(x) {
  if (Number.isNaN(x)) return "NaN";
  if (Math.abs(x) === Infinity) return fixed(x);
  return x < 0 ? `−${showWeight(Math.log(-x))}` : showWeight(Math.log(x));
}

export function showRatio(x) {
  if (!Number.isFinite(x)) return fixed(x);
  return x !== 0 && (x < 0.01 || x >= 1e5) ? tens(x) : fixed(x);
}

// The end of the weights' axis, as a logarithm: 1, 2 or 5 times a power of ten, and at least 1.
export function axisEnd(logs) {
  const power = Math.max(0, ...logs.filter(Number.isFinite)) / Math.LN10;
  const rest = 10 ** (power - Math.floor(power));
  const mantissa = [1, 2, 5, 10].find((m) => m >= rest * (1 - 1e-9));
  return Math.floor(power) * Math.LN10 + Math.log(mantissa);
}
