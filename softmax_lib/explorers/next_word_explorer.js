// The next-word explorer: the whole vocabulary as bars, cuts, a draw, and a text that grows.
//
// Python sends the scores of a text once. Temperature, cuts and draws are worked out here.

import { cutWords, entropy, fall, nextWord, rank, sum } from "../widgets/arithmetic.js";
import { fixed, showProbability } from "../widgets/numbers.js";
import {
  DIAL, add, addAxis, addButton, addDial, addRoot, addSlider, addStatus, addTemperature, fromJson,
  percent, readScores, readTemperature, restart, setAttribute, setClass, setSlider, setStyle,
  write,
} from "../widgets/page.js";
import { AGAIN, keepUp, saver } from "../widgets/python.js";

const CUTS = ["top-k", "top-p", "min-p"];
const ALONE = "This page has no Python, and the model runs there: press Undo to go on.";
const STUCK = `No answer from Python. Was the kernel restarted? Then ${AGAIN}`;
const NEXT = "Add a word", addingWhat = (word) => `Add “${word}”`;
const shown = (p) => (p >= 0 && p <= 1 ? showProbability(p) : fixed(p));
const words = (n) => `${n} word${n === 1 ? "" : "s"}`;

function render({ model, el }) {
  const root = addRoot(el, "next-word-explorer");
  const saving = saver(model);
  let draw, late; // late: a timer, for as long as Python may well answer
  let wide = 0; // pixels of the line from 0 to 1
  const resized = new ResizeObserver(([strip]) => {
    wide = strip.contentRect.width;
    draw();
  });

  const { change } = saving;
  const vocabulary = () => model.get("vocabulary");
  const bars = () => Math.min(model.get("shown"), vocabulary().length) + 1; // and one for the rest
  const waiting = () => String(model.get("steps").map(([i]) => i)) !== String(model.get("reached"));
  // What is not a distribution is shown as it is: it can be neither cut nor drawn from.
  const broken = () => !model.get("fit");
  const blocked = (after) => waiting() || broken() || !after;

  // Everything that follows from the scores, the dials and u.
  function state() {
    const own = model.get("own");
    if (own && model.get("answer") == null) return {};
    const scores = readScores(model);
    const before = own ? fromJson(model.get("answer"))
      : nextWord(scores, readTemperature(model), model.get("counts"));
    const u = model.get("u") ?? null;
    if (broken()) {
      const order = rank(before.map((p) => (Number.isNaN(p) ? -Infinity : p)), scores);
      return { before, after: before, order, left: CUTS.map(() => before.length), u, hit: null };
    }
    const cuts = ["top_k", "top_p", "min_p"].map((name) => model.get(name) ?? null);
    const result = { before, ...cutWords(before, scores, ...cuts), u };
    return { ...result, hit: u === null ? null : fall(result.after, result.order, u) };
  }

  // --- What the buttons do ---

  function drawNumber() {
    if (blocked(state().after)) return;
    const drawn = model.get("drawn");
    change({ u: model.get("draws")[drawn], drawn: drawn + 1 });
  }
  function addWord() {
    if (blocked(state().after)) return;
    if (model.get("u") == null) drawNumber();
    const { u, hit, after } = state();
    const step = [hit.index, u, after[hit.index]];
    change({ steps: [...model.get("steps"), step], u: null });
    saving.now();
  }
  function undo() {
    const steps = model.get("steps");
    if (steps.length === 0) return;
    change({ steps: steps.slice(0, -1), u: steps.at(-1)[1] });
    saving.now();
  }
  function startOver() {
    const [temperature, top_k, top_p, min_p] = model.get("start");
    change({ temperature, top_k, top_p, min_p, steps: [], drawn: 0, u: null });
    saving.now();
  }

  // --- The parts of the page ---

  function addRow(parent) {
    const row = add(parent, "div", "row");
    row.setAttribute("role", "img");
    const name = add(row, "span", "name");
    const track = add(row, "span", "track");
    const [bar, was] = [add(track, "span", "bar"), add(track, "span", "was")];
    const numbers = [add(row, "span", "number"), add(row, "span", "number after")];
    return { row, name, bar, was, numbers };
  }

  function addDials(parent) {
    const count = vocabulary().length;
    const k = () => model.get("top_k") ?? count;
    const setK = (n) => change({ top_k: n >= count ? null : Math.max(1, Math.round(n)) });
    const addPart = (label, name, off) => {
      const at = () => model.get(name);
      const set = (x) => change({ [name]: Math.min(1, Math.max(0, Number(x.toFixed(2)))) });
      return addDial(parent, { name: label, ends: ["0", "1"], high: 1, at, page: 10, move: set,
        step: (n) => set(at() + n / 100), show: () => (at() === off ? "off" : fixed(at())) });
    };
    const dials = {
      temperature: () => addTemperature(parent, model, change),
      top_k: () => addDial(parent, {
        name: "top-k", ends: ["1", "all"], page: 10,
        at: () => (count === 1 ? DIAL : (DIAL * Math.log(k())) / Math.log(count)),
        move: (at) => setK(count ** (at / DIAL)),
        step: (n) => setK(k() + n),
        show: () => (model.get("top_k") == null ? "off" : String(k())),
      }),
      top_p: () => addPart("top-p", "top_p", 1),
      min_p: () => addPart("min-p", "min_p", 0),
    };
    const drawDials = model.get("controls").map((name) => [name, dials[name]()]);
    return (effects) => drawDials.forEach(([name, drawDial]) => drawDial(effects[name] ?? ""));
  }

  function addLine(parent) {
    const line = add(parent, "div", "line");
    add(line, "div", "heading", "The line from 0 to 1, shared out among the words");
    const strip = add(line, "div", "strip");
    const parts = Array.from({ length: bars() }, () => add(strip, "span", "part"));
    for (const part of parts) add(part, "span");
    parts.at(-1).classList.add("others");
    const set = (x) => change({ u: Math.min(0.999999, Math.max(0, Number(x.toFixed(6)))) });
    const step = (n) => set((model.get("u") ?? 0.5) + n / 100);
    const slider = addSlider(strip, "u, the number drawn", 10, set, step);
    addAxis(line, ["0", "0.5", "1"]);
    return { strip, parts, slider };
  }

  function build() {
    restart(root, model, "Next-word explorer");
    const buttons = add(root, "div", "buttons"); // above all that grows: they stay in their places
    const drawing = addButton(buttons, "Draw u", drawNumber);
    const adding = addButton(buttons, NEXT, addWord);
    const longest = Math.max(...[NEXT, ...vocabulary().map(addingWhat)].map((t) => t.length));
    adding.style.width = `calc(34px + ${longest}ch)`;
    const undoing = addButton(buttons, "Undo", undo);
    addButton(buttons, "Restart", startOver);
    const text = add(root, "p", "text");
    const [given, grown, next] = ["given", "grown", "next"].map((name) => add(text, "span", name));
    const status = addStatus(root, "p", "status");
    const problems = add(root, "div", "problems");
    problems.setAttribute("role", "alert");
    const middle = add(root, "div", "middle");
    const list = add(middle, "div", "words");
    const letters = Math.max(...vocabulary().map((word) => word.length));
    list.style.setProperty("--longest", `${Math.min(12, letters + 1)}ch`); // of a word in one line
    const head = add(list, "div", "row head");
    const heads = ["next word", "mark: before the cuts", "softmax", "after cuts"];
    const headings = heads.map((name) => add(head, "span", "", name));
    head.setAttribute("aria-hidden", "true");
    const rows = Array.from({ length: bars() }, () => addRow(list));
    rows.at(-1).row.classList.add("others");
    const line = addLine(middle);
    const drawDials = addDials(add(middle, "div", "dials"));
    resized.disconnect();
    resized.observe(line.strip);
    const summary = add(add(root, "p", "summary"), "span");
    const offered = model.get("controls").some((name) => name !== "temperature");

    function drawRow(parts, name, before, after, cut, cutting) {
      const off = cut === null ? "" : `✕ ${cut}`;
      setClass(parts.row, "dropped", cut !== null);
      write(parts.name, name);
      setStyle(parts.bar, "width", percent(cut === null ? after : before));
      setStyle(parts.was, "left", percent(before));
      const texts = [shown(before), off || shown(after)];
      parts.numbers.forEach((node, n) => write(node, texts[n]));
      const then = cut === null ? `, after the cuts ${texts[1]}` : `, dropped by ${cut}`;
      const spoken = `${name}: probability ${texts[0]}${cutting ? then : ""}`;
      setAttribute(parts.row, "aria-label", spoken);
    }

    draw = () => {
      const { before, after, order, left, u, hit } = state();
      const [steps, [prompt, all]] = [model.get("steps"), model.get("prose")];
      const differs = [...prompt.trimEnd()].findIndex((letter, k) => letter !== all[k]);
      const grows = differs < 0 ? prompt.trimEnd().length : differs;
      write(given, all.slice(0, grows));
      write(grown, all.slice(grows));
      write(next, hit ? vocabulary()[hit.index] : "…");
      next.classList.toggle("chosen", Boolean(hit));
      const wrong = model.get("problems").map((problem) => `Wrong: ${problem}.`);
      write(problems, [...wrong, model.get("trouble")].filter(Boolean).join("\n"));
      undoing.setAttribute("aria-disabled", steps.length === 0);
      for (const button of [adding, drawing]) button.setAttribute("aria-disabled", blocked(after));
      const drawn = !after ? 0 : Math.min(rows.length, order.length);
      rows.forEach((parts, place) => (parts.row.hidden = place >= drawn));
      list.parentElement.classList.toggle("empty", !after);
      if (!after) return drawDials({});

      const many = rows.length - 1; // the words with a bar of their own
      const possible = before.filter((p) => p > 0).length; // the others are not there to be cut
      const cutBy = (place) =>
        place < possible ? CUTS[left.findIndex((n) => place >= n)] ?? null : null;
      const edge = left[2] < possible ? left[2] : null;
      const cutting = offered || edge !== null; // cuts that nobody set are not shown
      setClass(list, "uncut", !cutting);
      write(headings[2], cutting ? heads[2] : "probability");
      order.slice(0, many).forEach((i, place) => {
        const row = rows[place];
        drawRow(row, vocabulary()[i], before[i], after[i], cutBy(place), cutting);
        setClass(row.row, "edge", place === edge);
        setClass(row.row, "hit", hit?.place === place);
      });
      const rest = order.slice(many);
      const [restBefore, restAfter] = [before, after].map((p) => sum(rest.map((i) => p[i])));
      if (rest.length) {
        const kept = Math.max(0, left[2] - many);
        const [cut, last] = [kept > 0 ? null : cutBy(many), cutBy(possible - 1)];
        const some = kept > 0 && kept < rest.length ? ` (${kept} kept)` : "";
        drawRow(rows[many], `${rest.length} other ${words(rest.length).split(" ")[1]}${some}`,
          restBefore, restAfter, cut && last !== cut ? "the cuts" : cut, cutting);
        setClass(rows[many].row, "edge", edge === many);
        setClass(rows[many].row, "hit", hit?.place >= many);
      }
      const least = model.get("min_p") * before[order[0]];
      setStyle(list, "--least", percent(least));
      list.classList.toggle("has-least", least > 0 && !broken());

      line.parts.forEach((part, place) => {
        const p = place < many ? after[order[place]] : restAfter;
        setStyle(part, "width", `${100 * Math.min(1, Math.max(0, p || 0))}%`);
        const name = place < many ? vocabulary()[order[place]] : "others";
        write(part.firstChild, p * wide < 9 * name.length + 6 ? "" : name); // if there is room
        part.classList.toggle("hit", Boolean(hit) && Math.min(hit.place, many) === place);
      });
      setStyle(line.strip, "--u", u ?? 0.5);
      line.strip.classList.toggle("idle", u === null);
      const [from, to] = hit ? [hit.low, hit.high].map((x) => x.toFixed(3)) : [];
      const where = hit && `“${vocabulary()[hit.index]}”, which holds ${from} to ${to}`;
      const last = steps.at(-1);
      const message = hit ? `u = ${u.toFixed(3)} falls in ${where}.`
        : waiting() ? (model.alone ? ALONE : late ? "Waiting for Python…" : STUCK)
        : last ? `u = ${last[1].toFixed(3)} fell in “${vocabulary()[last[0]]}”, which had ` +
          `probability ${showProbability(last[2])}. Added.`
        : "Draw a number u, or drag the handle: the word under it comes next.";
      write(status, message);
      const spoken = hit ? `${u.toFixed(3)}, in ${where}` : "no number drawn yet";
      setSlider(line.slider, { min: 0, max: 1, value: u ?? 0.5, text: spoken });
      write(adding, hit ? addingWhat(vocabulary()[hit.index]) : NEXT);

      const [top_k, top_p, min_p] = left.map((n) => `keeps ${words(n)}`);
      drawDials({ top_k: model.get("top_k") == null ? "" : top_k,
        top_p: model.get("top_p") < 1 ? top_p : "", min_p: least > 0 ? min_p : "" });
      const kept = after.filter((p) => p > 0);
      const bits = entropy(kept);
      const like = broken() ? "" : `, as undecided as ${fixed(2 ** bits, 1)} equal choices`;
      write(summary, `${kept.length} of ${words(after.length)} possible, sum ` +
        `${fixed(sum(after))}${like}`);
    };
    draw();
  }

  build();
  function followed() { // a text was asked about, or answered
    clearTimeout(late);
    late = setTimeout(() => {
      late = null;
      draw();
    }, 5000);
    draw();
  }
  const drawn = ["prose", "logits", "temperature", "top_k", "top_p", "min_p", "u", "answer",
    "problems", "fit", "trouble"];
  const stop = keepUp(root, model, saving, [drawn, () => draw()], [["steps", "reached"], followed],
    [["title", "shown", "controls"], build]);
  return () => {
    stop();
    clearTimeout(late);
    resized.disconnect();
  };
}

export default { render };
