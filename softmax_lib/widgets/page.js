// The page: elements, keys, sliders and dials.

import { sayTemperature, showScore, showTemperature } from "./numbers.js";

// --- Values ----------------------------------------------------------------------------------

// JSON holds no infinity and no NaN. A null is a masked score, or an infinite temperature; in an
// answer of Python's they are text.
export const readScores = (model, name = "logits") => model.get(name).map((z) => z ?? -Infinity);
export const readTemperature = (model) => model.get("temperature") ?? Infinity;
export const fromJson = (numbers) => numbers.map(Number);

export const addToAll = (logits, c) =>
  logits.map((z) => (z === null ? z : Number((z + c).toPrecision(12)))); // 0.6, not 0.60…023

// --- Elements --------------------------------------------------------------------------------

export function add(parent, name, className = "", text = "") {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.textContent = text;
  parent.append(node);
  return node;
}

// What a screen reader says when it changes.
export function addStatus(parent, name, className) {
  const status = add(parent, name, className);
  status.setAttribute("role", "status");
  return status;
}

// An axis with three ticks; they are returned, to be written.
export function addAxis(parent, texts = ["", "", ""]) {
  const axis = add(parent, "span", "axis");
  return texts.map((text, k) => add(axis, "span", k === 1 ? "middle" : "", text));
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
export const setClass = (node, name, on) =>
  isNew(node, name, on) && node.classList.toggle(name, on);

// One function that draws all of these parts.
export const all = (parts) => (state) => parts.forEach((drawPart) => drawPart(state));

export function addRoot(el, className) {
  const root = add(el, "div", `explorer ${className}`);
  root.setAttribute("role", "group");
  root.lost = addStatus(root, "div", "lost"); // for what python.js has to say
  return root;
}

// A key that is pressed alone belongs to what has the focus: else an arrow would go to another cell
// of JupyterLab, and a letter might cut it. Together with Ctrl, Alt or Meta, and as Shift+Enter, it
// is JupyterLab's, which looks at the control before it takes a key. Esc comes back to the cell.
function shareKey(event) {
  const control = event.target;
  if (!control.closest?.(".explorer")) return;
  const { key, ctrlKey, altKey, metaKey, shiftKey } = event;
  const labs = ctrlKey || altKey || metaKey || (shiftKey && key === "Enter");
  if (labs) control.removeAttribute("data-lm-suppress-shortcuts");
  else control.setAttribute("data-lm-suppress-shortcuts", "true");
  if (key === "Escape") control.closest(".jp-Cell")?.focus();
}
if (!window.softmaxSharesKeys) { // once for all explorers in a page, and before JupyterLab
  window.softmaxSharesKeys = true;
  window.addEventListener("keydown", shareKey, { capture: true });
}

// Take away what an explorer shows, and begin with its title; `part` says which part of it follows.
export function restart(root, model, name, part = "") {
  const title = model.get("title");
  root.replaceChildren();
  root.setAttribute("aria-label", title || name);
  if (title || part) add(root, "div", "title", `${title || name}${part}`);
  root.append(root.lost);
}

// --- Sliders, axes and dials -----------------------------------------------------------------

// Whether the hand that pressed has moved far enough: a click moves nothing.
export function dragOf(press) {
  let moved = false;
  return (now = press) =>
    (moved ||= Math.hypot(now.clientX - press.clientX, now.clientY - press.clientY) >= 3);
}

// The browser's own slider, which brings mouse, touch and screen readers. Its keys are set here:
// an arrow is one step, Page Up and Page Down are `page` steps, Home and End are the two ends.
export function addSlider(parent, name, page, move, step) {
  const input = add(parent, "input", "slider");
  Object.assign(input, { type: "range", step: "any" });
  input.setAttribute("aria-label", name);
  let held = null; // the handle, by a hand: where it was, and how far the hand missed its middle
  input.addEventListener("pointerdown", (event) => {
    const { left, width } = input.getBoundingClientRect();
    const thumb = parseFloat(getComputedStyle(input).getPropertyValue("--thumb"));
    const [low, high, value] = [input.min, input.max, input.value].map(Number);
    const pixel = (high - low) / (width - thumb);
    const missed = (event.clientX - left - thumb / 2) * pixel - (value - low);
    if (Math.abs(missed) <= (thumb / 2) * pixel) held = { value, missed, moves: dragOf(event) };
  });
  input.addEventListener("pointermove", (event) => held?.moves(event));
  for (const end of ["pointerup", "pointercancel"]) {
    input.addEventListener(end, () => (held = null));
  }
  input.addEventListener("input", () => {
    const to = Number(input.value), stops = to <= Number(input.min) || to >= Number(input.max);
    if (held && !held.moves()) input.value = held.value;
    else move(held && !stops ? to - held.missed : to);
  });
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

// Where a handle stands and what it says. A handle that the style sheet draws at the end of its bar
// is `drawn`: the browser's own is not seen, and costs most of the time that it takes to draw many
// bars. So it follows in a moment.
export function setSlider(slider, { min, max, value, text, disabled = false, drawn = false }) {
  if (isNew(slider, "range", `${min} ${max}`)) Object.assign(slider, { min, max });
  if (drawn && !slider.matches(":focus")) follow(slider, value);
  else if (Number(slider.value) !== value) slider.value = value; // the hand has moved it, too
  if (isNew(slider, "disabled", disabled)) slider.disabled = disabled;
  setAttribute(slider, "aria-valuetext", text);
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

// The axis of scores reaches from -6 to 6. Where a score lies outside, it goes as far as that and
// leaves room to go on; it never shrinks under the hand. `reset` takes it back, to where these
// scores fit. `said` tells what a score has just done to it.
const room = (z) => 3 + Math.abs(z) / 10;
export function scoreAxis() {
  const axis = {
    reset(scores = []) {
      Object.assign(axis, { low: -6, high: 6 });
      axis.include(scores);
      axis.said = "";
    },
    include(scores) {
      const finite = scores.filter(Number.isFinite);
      const [least, most] = [Math.min(...finite), Math.max(...finite)];
      if (least >= axis.low && most <= axis.high) return;
      if (least < axis.low) axis.low = Math.floor(least - room(least));
      if (most > axis.high) axis.high = Math.ceil(most + room(most));
      const [low, high] = [axis.low, axis.high].map((end) => showScore(end, 0));
      axis.said = `The axis goes from ${low} to ${high} now.`;
    },
    follow: (scores, start) =>
      axis[String(scores) === String(start) ? "reset" : "include"](scores),
    // A hand that drags to an end stops there; when it lets go, there is room to go on.
    letGo(z) {
      const stopped = z === axis.low || z === axis.high;
      if (stopped) axis.include([1.001 * z]);
      return stopped;
    },
    part: (z) => (z - axis.low) / (axis.high - axis.low), // 0 at its low end, 1 at its high one
    clean(z) { // Home and End go to the ends, an arrow goes past them
      const to = Number.isFinite(z) ? z : z > 0 ? axis.high : axis.low;
      return Number(to.toFixed(6));
    },
    step: () => 10 ** Math.max(-1, Math.ceil(Math.log10((axis.high - axis.low) / 400))),
  };
  axis.reset();
  return axis;
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

// A slider with its name, the ends of its rail, its value, and room for what the value does. Call
// what is returned to draw it. `at` says where the handle stands, `move` and `step` are what a hand
// and a key do; `show` and `say` give the value for the eye and for the ear.
export function addDial(parent, { name, ends = [], low = 0, high = DIAL, at, page, move, step,
  show, say = show, label = name }) {
  const dial = add(parent, "div", "dial");
  add(dial, "span", "name", name);
  if (ends.length) add(dial, "span", "end", ends[0]);
  const slider = addSlider(add(dial, "span", "track rail"), label, page, move, step);
  if (ends.length) add(dial, "span", "end", ends[1]);
  const value = add(add(dial, "strong", "number"), "span");
  const effect = add(dial, "span", "effect");
  return (does = "") => {
    write(value, show());
    write(effect, does);
    const spoken = does ? `${say()}, ${does}` : say();
    setSlider(slider, { min: low, max: high, value: at(), text: spoken });
  };
}

export function addTemperature(parent, model, change) {
  // At whole places only, so that keys find the way back to where a hand has left it.
  const turn = (to) => {
    const place = Math.round(to);
    change({ temperature: place < DIAL ? dialToTemperature(place) : null });
  };
  const at = () => temperatureToDial(readTemperature(model));
  const move = (to) => turn(Math.abs(to - DIAL / 2) < 2 ? DIAL / 2 : to); // T = 1 is easy to find
  const step = (n) => turn(Math.round(at()) + 2 * n);
  const drawDial = addDial(parent, {
    name: "Temperature T", ends: ["0", "∞"], at, page: 10, move, step,
    show: () => showTemperature(readTemperature(model)),
    say: () => sayTemperature(readTemperature(model)),
  });
  return () => drawDial();
}

export function addButton(parent, name, press) {
  const button = add(parent, "button", "", name);
  button.addEventListener("click", press);
  return button;
}

// A choice of one among a few: `options` are pairs of a value and its name. Call what is returned
// to draw which one it is.
export function addSelect(parent, name, options, choose) {
  const label = add(parent, "label", "choice", `${name} `);
  const select = add(label, "select");
  for (const [value, text] of options) add(select, "option", "", text).value = value;
  select.addEventListener("change", () => choose(options[select.selectedIndex][0]));
  return (value, disabled = false) => {
    if (select.value !== String(value)) select.value = value;
    if (select.disabled !== disabled) select.disabled = disabled;
  };
}
