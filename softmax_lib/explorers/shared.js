// What the explorers share: softmax and its relatives, numbers as text, sliders, saving.
//
// All arithmetic happens in the browser, so a drag never waits for Python. base.py puts this file
// in front of each explorer's own, as one module: no name may be declared in both.

// --- Arithmetic ------------------------------------------------------------------------------

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

// The temperature dial runs from 0 to 200. Its ends are exactly 0 and Infinity, 1 is in the
// middle, and in between equal steps multiply.
export const DIAL = 200;
const COLDEST = 0.05, HOTTEST = 20;
export function dialToTemperature(place) {
  if (place <= 0) return 0;
  if (place >= DIAL) return Infinity;
  const t = COLDEST * (HOTTEST / COLDEST) ** ((place - 1) / (DIAL - 2));
  return Number(t.toPrecision(3));
}
export function temperatureToDial(t) {
  if (t === 0) return 0;
  if (t === Infinity) return DIAL;
  const place = 1 + ((DIAL - 2) * Math.log(t / COLDEST)) / Math.log(HOTTEST / COLDEST);
  return Math.min(DIAL - 1, Math.max(1, place));
}

// --- Numbers as text -------------------------------------------------------------------------

const minus = (text) => text.replace("-", "−");
export function fixed(x, digits = 2) {
  if (Number.isNaN(x)) return "NaN";
  // A tie, such as 0.125, goes to the even digit, as in Python.
  if (digits === 2 && Math.abs(x * 8) % 2 === 1) x = (2 * Math.round(x * 50)) / 100;
  const text = Math.abs(x) === Infinity ? `${x < 0 ? "-" : ""}∞` : x.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : minus(text);
}
export const plain = (x) => (x === Infinity ? "infinite" : String(Number(x.toFixed(2)))); // spoken
// A low temperature has a digit more, so that each step on the dial is seen.
export const showTemperature = (t) => fixed(t, t > 0 && t < 0.2 ? 3 : 2);
export const sayTemperature = (t) =>
  t === Infinity ? "infinite" : String(Number(t.toPrecision(3)));
// A score in few letters: the larger it is, the fewer digits behind the point.
export function showScore(z, digits = 2, largest = 1e5) {
  const size = Math.abs(z);
  if (size >= largest) return minus(z.toExponential(0).replace("e+", "e"));
  return fixed(z, size >= 1000 ? 0 : size >= 100 ? Math.min(1, digits) : digits);
}
const raised = (n) => minus(String(n)).replace(/./g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻");

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

// --- The page --------------------------------------------------------------------------------

// JSON holds no infinity and no NaN. A null is a masked score, or an infinite temperature; in an
// answer of Python's they are text.
export const readScores = (model, name = "logits") => model.get(name).map((z) => z ?? -Infinity);
export const readTemperature = (model) => model.get("temperature") ?? Infinity;
export const toJson = (numbers) => numbers.map((x) => (Number.isFinite(x) ? x : String(x)));
export const fromJson = (numbers) => numbers.map(Number);

export function add(parent, name, className = "", text = "") {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.textContent = text;
  parent.append(node);
  return node;
}

// How long a bar is; what cannot be seen, less than a thousandth, is not drawn again.
export const percent = (part) => `${(100 * Math.min(1, Math.max(0, part || 0))).toFixed(1)}%`;

// What stays the same is not set again: for each change the browser lays the page out anew.
export function write(node, text) {
  if (!isNew(node, "text", text)) return;
  if (node.firstChild) node.firstChild.data = text; // the same text node, with other letters
  else node.textContent = text;
}
function isNew(node, name, value) {
  const shown = (node.shown ??= {});
  if (shown[name] === value) return false;
  shown[name] = value;
  return true;
}
export const setStyle = (node, name, value) =>
  isNew(node, name, value) && node.style.setProperty(name, value);
export const setAttribute = (node, name, value) =>
  isNew(node, name, value) && node.setAttribute(name, value);

export function addRoot(el, className) {
  const root = add(el, "div", `explorer ${className}`);
  root.setAttribute("role", "group");
  // Else JupyterLab takes the arrow keys and moves to another cell. It looks at the control that
  // has the focus before it looks at what is around it.
  root.addEventListener("focusin", (event) => {
    event.target.dataset.lmSuppressShortcuts = "true";
  });
  return root;
}

// The browser's own slider, which brings mouse, touch and screen readers. Its keys are set here:
// an arrow is one step, Page Up and Page Down are `page` steps, Home and End are the two ends.
export function addSlider(parent, name, page, move, step) {
  const input = add(parent, "input", "slider");
  Object.assign(input, { type: "range", step: "any" });
  input.setAttribute("aria-label", name);
  input.addEventListener("input", () => move(Number(input.value)));
  const steps = {
    ArrowRight: 1, ArrowUp: 1, PageUp: page, End: Infinity,
    ArrowLeft: -1, ArrowDown: -1, PageDown: -page, Home: -Infinity,
  };
  input.addEventListener("keydown", (event) => {
    if (!(event.key in steps) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    if (!input.disabled) step(steps[event.key]);
  });
  return input;
}

// Where a handle stands and what it says; a rail also hears how far along that is, from 0 to 1.
// A handle that the style sheet draws at the end of its bar is `drawn`: the browser's own is not
// seen, and costs most of the time that it takes to draw many bars. So it follows in a moment.
export function setSlider(slider, { min, max, value, told, disabled = false, drawn = false }) {
  if (isNew(slider, "range", `${min} ${max}`)) Object.assign(slider, { min, max });
  if (drawn && !slider.matches(":focus")) follow(slider, value);
  else if (Number(slider.value) !== value) slider.value = value; // the hand has moved it, too
  if (isNew(slider, "disabled", disabled)) slider.disabled = disabled;
  setAttribute(slider, "aria-valuetext", told);
  const rail = slider.parentElement;
  if (rail.classList.contains("rail")) setStyle(rail, "--value", (value - min) / (max - min));
}
const behind = new Map();
let following = null, asked = 0;
function follow(slider, value) {
  behind.set(slider, value);
  asked = performance.now();
  following ??= setTimeout(catchUp, 100);
}
function catchUp() {
  following = performance.now() - asked < 80 ? setTimeout(catchUp, 100) : null;
  if (following !== null) return; // a drag goes on
  for (const [slider, value] of behind) slider.value = value;
  behind.clear();
}

// What a hand on the temperature dial, or a key, does to a model.
export function temperatureMoves(model, change) {
  const turn = (at) => change({ temperature: at < DIAL ? dialToTemperature(at) : null });
  const at = () => temperatureToDial(readTemperature(model));
  const move = (at) => turn(Math.abs(at - DIAL / 2) < 2 ? DIAL / 2 : at); // T = 1 is easy to find
  return { at, page: 10, move, step: (n) => turn(Math.round(at()) + 2 * n) };
}

export function addButton(parent, name, press) {
  const button = add(parent, "button", "", name);
  button.addEventListener("click", press);
  return button;
}

// A choice of one among a few: `options` are pairs of a value and its name.
export function addSelect(parent, name, options, choose) {
  const label = add(parent, "label", "choice", `${name} `);
  const select = add(label, "select");
  for (const [value, text] of options) add(select, "option", "", text).value = value;
  select.addEventListener("change", () => choose(select.value));
  return select;
}

// Setting a value draws every view of a model at once. Python hears of it soon after: when the hand
// rests, or in a long drag every `most` milliseconds, and when the page has nothing to draw. Its
// answer is never waited for. `before` may set what only Python needs to know.
const idle = window.requestIdleCallback ?? ((call) => call()); // Safari has none
export function saver(model, before = () => {}, most = 300) {
  let timer = null, since = 0;
  function now() {
    clearTimeout(timer);
    timer = null;
    before();
    model.save_changes();
  }
  const end = () => timer !== null && now(); // when a view is closed
  function later() {
    if (timer === null) since = performance.now();
    else if (performance.now() - since > most - 100) return; // it has waited long enough
    clearTimeout(timer);
    timer = setTimeout(() => idle(end, { timeout: 100 }), 100);
  }
  return { later, now, end };
}

// Call `redraw` or `build` when one of these values changes, until the function returned is called.
export function listen(model, callbacks) {
  const pairs = Object.entries(callbacks);
  for (const [name, callback] of pairs) model.on(`change:${name}`, callback);
  return () => pairs.forEach(([name, callback]) => model.off(`change:${name}`, callback));
}
