// All distributions over three words as the points of a triangle, and one point to drag.
//
// A corner is sure of one word; the distance from a side is the probability of the corner opposite.

import { sum } from "./arithmetic.js";
import { fixed, plain, showProbability, showScore } from "./numbers.js";
import {
  add, addSlider, dragOf, percent, setAttribute, setSlider, setStyle, write,
} from "./page.js";

// --- Between distributions and places in the picture -------------------------------------------

const WIDE = 440, HIGH = 392, SIDE = 372, TALL = (SIDE * Math.sqrt(3)) / 2;
const CORNERS = [[220, 38], [34, 38 + TALL], [406, 38 + TALL]]; // top, left, right

export const placeOf = (p) => [0, 1].map((k) => sum(p.map((x, i) => CORNERS[i][k] * x)));

// Three numbers of sum 1; one is below 0 outside of the triangle.
export function sharesAt([x, y]) {
  const top = (CORNERS[1][1] - y) / TALL;
  const right = (x - CORNERS[1][0]) / SIDE - top / 2;
  return [top, 1 - top - right, right];
}

// The nearest numbers of sum 1, each at least `least`: what lies outside goes to the nearest side.
export function nearest(numbers, least = 0) {
  let free = numbers.map((_, i) => i);
  for (;;) {
    const left = 1 - least * (numbers.length - free.length);
    const over = (sum(free.map((i) => numbers[i])) - left) / free.length;
    const staying = free.filter((i) => numbers[i] - over >= least);
    if (staying.length === free.length) {
      return numbers.map((x, i) => (free.includes(i) ? x - over : least));
    }
    free = staying;
  }
}

// --- Shapes --------------------------------------------------------------------------------------

const at = (place) => place.map((x) => x.toFixed(1)).join(" ");
export const lineThrough = (places) => (places.length ? `M${places.map(at).join("L")}` : "");
export const dotsAt = (places) => places.map((place) => `M${at(place)}h0`).join("");

// From one place to another, with a head; too short for a head, it is left out.
export function arrow([x, y], [toX, toY], head = 11) {
  const long = Math.hypot(toX - x, toY - y);
  if (long < head) return "";
  const [dx, dy] = [((toX - x) / long) * head, ((toY - y) / long) * head];
  const ends = [0.45, -0.45].map((side) => [toX - dx + side * dy, toY - dy - side * dx]);
  return `${lineThrough([[x, y], [toX, toY]])}${lineThrough([ends[0], [toX, toY], ends[1]])}`;
}

// Put an element at a place; none takes it away.
export function putAt(node, place) {
  setAttribute(node, "data-there", Boolean(place));
  if (!place) return;
  setStyle(node, "left", `${((100 * place[0]) / WIDE).toFixed(2)}%`);
  setStyle(node, "top", `${((100 * place[1]) / HIGH).toFixed(2)}%`);
}
const inPicture = (x, end) => Math.min(end - 10, Math.max(10, x));
export const insideOf = ([x, y]) => [inPicture(x, WIDE), inPicture(y, HIGH)];

// --- The triangle with its point -----------------------------------------------------------------

const STEP = 0.01; // of an arrow key, in probability
const [UP, RIGHT] = [[1, -0.5, -0.5], [0, -1, 1]];
const KEYS = {
  ArrowUp: [UP, 1], ArrowDown: [UP, -1], PageUp: [UP, 10], PageDown: [UP, -10],
  ArrowRight: [RIGHT, 1], ArrowLeft: [RIGHT, -1],
};
export const POINT_HINT = "The farther from a side, the more probable the word opposite. Keys of " +
  "the point: arrows move it by 0.01, Page Up and Page Down by 0.1; Home goes to the center, " +
  "End toward the nearest corner.";

// `now` says where the point is, `move` is called with where it should go: three numbers of sum 1,
// which may lie outside. `lines` are classes of paths in the picture, from back to front.
export function addPlane(parent, { labels, hint, now, move, lines }) {
  const plane = add(parent, "div", "plane");
  plane.innerHTML = `<svg viewBox="0 0 ${WIDE} ${HIGH}" aria-hidden="true"></svg>`;
  const picture = plane.firstChild;
  function addPath(name, d = "") {
    const path = document.createElementNS(picture.namespaceURI, "path");
    picture.append(path);
    setAttribute(path, "class", name);
    setAttribute(path, "d", d);
    return path;
  }
  addPath("inside", `${lineThrough(CORNERS)}Z`);
  const third = (i, x, j) => [0, 1, 2].map((k) => (k === i ? x : k === j ? 1 - x : 0));
  const grid = [0, 1, 2].flatMap((i) => [0.25, 0.5, 0.75].map((x) =>
    lineThrough([(i + 1) % 3, (i + 2) % 3].map((j) => placeOf(third(i, x, j))))));
  addPath("grid", grid.join(""));
  const paths = Object.fromEntries(["guides", ...lines].map((name) => [name, addPath(name)]));
  addPath("side", `${lineThrough(CORNERS)}Z`);
  labels.forEach((label, i) => add(plane, "span", `corner c${i}`, label));

  const point = add(plane, "div", "point");
  point.tabIndex = 0;
  const told = { role: "slider", "aria-roledescription": "point in a triangle",
    "aria-label": `probabilities of ${labels.join(", ")}`, "aria-describedby": hint,
    "aria-valuemin": 0, "aria-valuemax": 1 };
  for (const name in told) point.setAttribute(name, told[name]);
  const go = (q) => point.getAttribute("aria-disabled") !== "true" && move(q);

  point.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const p = now();
    if (event.key === "Home") go([1, 1, 1].map((x) => x / 3));
    else if (event.key === "End") go(p.map((_, i) => Number(i === p.indexOf(Math.max(...p)))));
    else if (event.key in KEYS) {
      const [way, steps] = KEYS[event.key];
      go(p.map((x, i) => x + steps * STEP * way[i]));
    } else return;
    event.preventDefault();
  });

  // The mouse takes the point from anywhere. A finger drags the point itself; elsewhere it may
  // scroll the page, and only a tap moves the point.
  let held = null; // from the hand to the point
  const under = (event) => {
    const box = plane.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top].map((x) => (x * WIDE) / box.width);
  };
  plane.addEventListener("pointerdown", (event) => {
    const on = point.contains(event.target);
    if (event.button !== 0 || (event.pointerType === "touch" && !on)) return;
    point.focus({ preventScroll: true });
    plane.setPointerCapture(event.pointerId);
    const [place, hand] = [placeOf(now()), under(event)];
    held = on ? place.map((x, k) => x - hand[k]) : [0, 0];
    held.moves = dragOf(event);
    if (!on) go(sharesAt(hand));
    event.preventDefault();
  });
  const toHand = (event) => go(sharesAt(under(event).map((x, k) => x + (held?.[k] ?? 0))));
  plane.addEventListener("pointermove", (event) => held?.moves(event) && toHand(event));
  plane.addEventListener("pointerup", (event) => {
    if (!held && event.pointerType === "touch") toHand(event);
    held = null;
  });
  plane.addEventListener("pointercancel", () => (held = null));

  function drawPoint(p, text, disabled = false) {
    putAt(point, placeOf(p));
    const feet = p.map((x, i) => p.map((y, j) => (j === i ? 0 : y + x / 2)));
    const guides = feet.map((foot) => lineThrough([p, foot].map(placeOf)));
    setAttribute(paths.guides, "d", guides.join(""));
    setAttribute(point, "aria-valuenow", Number(p[0].toFixed(4)));
    setAttribute(point, "aria-valuetext", text);
    setAttribute(point, "aria-disabled", disabled);
  }
  return { plane, paths, drawPoint };
}

export const sayDistribution = (labels, p) =>
  labels.map((label, i) => `${label} ${showProbability(p[i])}`).join(", ");

// --- The words beside it: a score to drag, and a bar ---------------------------------------------

export function addWord(parent, label) {
  const row = add(parent, "div", "word");
  add(row, "span", "name", label);
  return (kind) => {
    const line = add(row, "div", `line ${kind}`);
    add(line, "span", "kind", kind).setAttribute("aria-hidden", "true");
    const track = add(line, "span", kind === "score" ? "track rail" : "track");
    const [bar, number] = [add(track, "span", "bar"), add(line, "strong", "number")];
    number.setAttribute("aria-hidden", "true"); // the slider or the bar says it
    return { line, track, bar, number: add(number, "span") };
  };
}

export function addScore(addLine, label, axis, draw, now, move) {
  const { line, track, bar, number } = addLine("score");
  const unit = () => Math.max(0.1, axis.step());
  const toUnit = (z) => Math.round(z / unit()) * unit();
  const slider = addSlider(track, `score of ${label}`, 10, (z) => move(axis.clean(toUnit(z))),
    (n) => move(axis.clean(now() + n * unit())));
  slider.addEventListener("pointerup", () => axis.letGo(now()) && draw());
  return (z, then) => {
    const masked = z === -Infinity, [zero, end] = [axis.part(0), masked ? 0 : axis.part(z)];
    setStyle(bar, "left", percent(Math.min(zero, end)));
    setStyle(bar, "width", masked ? "0" : percent(Math.abs(zero - end)));
    setStyle(line, "--zero", zero);
    write(number, masked ? "masked" : showScore(z));
    setSlider(slider, { min: axis.low, max: axis.high, value: masked ? axis.low : z,
      disabled: masked, text: masked ? "masked" : `${plain(z)}, ${then}` });
  };
}

export function addCheckbox(parent, name, set) {
  const label = add(parent, "label", "choice");
  const box = Object.assign(add(label, "input"), { type: "checkbox" });
  add(label, "span", "", name);
  box.addEventListener("change", () => set(box.checked));
  return (on) => (box.checked = on);
}

export const signed = (x) => (fixed(x).startsWith("−") ? fixed(x) : `+${fixed(x)}`);
