// The attention explorer: a table of scores to drag, and the table of weights it becomes.

import { sum } from "../widgets/arithmetic.js";
import { fixed, showProbability, showScore } from "../widgets/numbers.js";
import {
  add, addButton, addRoot, addStatus, dragOf, fromJson, restart, scoreAxis, setAttribute, setClass,
  setStyle, write,
} from "../widgets/page.js";
import { isWaiting, keepUp, saver, sayWaiting } from "../widgets/python.js";

// --- Arithmetic ------------------------------------------------------------------------------

// The scores as softmax gets them: divided by √d unless d is null, later keys masked if causal.
export function prepare(scores, d, causal) {
  const divisor = d === null ? 1 : Math.sqrt(d);
  return scores.map((row, i) => row.map((z, j) => (causal && j > i ? -Infinity : z / divisor)));
}
const turn = (table) => table[0].map((_, j) => table.map((row) => row[j]));

// Softmax of one row. A row with nothing but masks has nothing to share, and gets zeros.
function shareOut(row) {
  const top = Math.max(...row);
  const weights = row.map((z) => (z === -Infinity ? 0 : Math.exp(z - top)));
  const total = sum(weights);
  return weights.map((w) => (total === 0 ? 0 : w / total));
}

export function attention(scores, d, causal, wrongAxis) {
  const used = prepare(scores, d, causal);
  return wrongAxis ? turn(turn(used).map(shareOut)) : used.map(shareOut);
}

// --- Numbers as text -------------------------------------------------------------------------

const isOne = (total) => Math.abs(total - 1) <= 1e-6;
function showSum(total) { // 0.00 and 1.00 only for a sum that is that
  if (total > 0 && total < 0.005) return "<0.01";
  const text = fixed(total);
  return text === "1.00" && !isOne(total) ? String(Number(total.toPrecision(6))) : text;
}
const show = (w) => (w >= 0 && w <= 1 ? showProbability(w) : fixed(w));
const listed = (names) => names.join(", ").replace(/, ([^,]*)$/, " and $1");

// --- The page --------------------------------------------------------------------------------

const PIXEL = 0.1; // what a drag over one pixel adds to a score
const KNOBS = 38; // pixels from the first place of a knob to its last
const HINT = "Drag a score to the left or right. Keys: arrows change it by 0.1, Page Up and Page " +
  "Down by 1, Home and End go to its ends; Shift and an arrow go to the next score.";

function render({ model, el }) {
  const root = addRoot(el, "attention-explorer");
  const saving = saver(model);
  const hint = `hint-${crypto.getRandomValues(new Uint32Array(1))[0]}`; // an id of its own
  const axis = scoreAxis();
  let draw;
  let active = [0, 0]; // the one score that the Tab key reaches

  const scores = () => model.get("scores").map((row) => row.map((z) => z ?? -Infinity));
  const width = () => (model.get("scaled") ? model.get("d") ?? null : null);

  function setScore([i, j], z) {
    if (prepare(scores(), null, model.get("causal"))[i][j] === -Infinity) return;
    const table = model.get("scores");
    saving.change({ scores: table.with(i, table[i].with(j, axis.clean(z))) });
  }

  function weights() {
    if (!model.get("own")) {
      return attention(scores(), width(), model.get("causal"), model.get("wrong_axis"));
    }
    return model.get("answer")?.map(fromJson) ?? null;
  }

  // A table with a name for each row and column; `fill` makes what is in a cell.
  function addTable(parent, kind, caption, more, fill) {
    const table = add(parent, "table", kind);
    add(table, "caption", "", caption);
    const head = add(add(table, "thead", ""), "tr", "");
    const corner = add(head, "th", "corner", "query ↓\nkey →");
    for (const name of [...model.get("key_labels"), ...more]) {
      add(head, "th", "", name).scope = "col";
    }
    corner.scope = "col";
    const body = add(table, "tbody", "");
    const cells = model.get("labels").map((name, i) => {
      const row = add(body, "tr", "");
      add(row, "th", "", name).scope = "row";
      return model.get("key_labels").map((_, j) => fill(add(row, "td", ""), [i, j]));
    });
    return { table, body, cells };
  }

  // One score: a slider in a cell. With Shift, the arrow keys go to its neighbors.
  function addScore(cell, place) {
    const [i, j] = place;
    cell.setAttribute("role", "gridcell");
    const slider = add(cell, "div", "score");
    const number = add(slider, "span", "number");
    const knob = add(add(slider, "span", "track"), "span", "knob");
    slider.setAttribute("role", "slider");
    slider.setAttribute("aria-describedby", hint);
    const names = [model.get("labels")[i], model.get("key_labels")[j]];
    slider.setAttribute("aria-label", `score of query ${names[0]} for key ${names[1]}`);
    const now = () => scores()[i][j];
    const steps = { ArrowRight: 0.1, ArrowUp: 0.1, ArrowLeft: -0.1, ArrowDown: -0.1, PageUp: 1,
      PageDown: -1, Home: -Infinity, End: Infinity };
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    slider.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const by = event.shiftKey ? moves[event.key] : null;
      if (by) go(i + by[0], j + by[1]);
      else if (event.key in steps) setScore(place, now() + steps[event.key]);
      else return;
      event.preventDefault();
    });
    slider.addEventListener("focus", () => {
      active = place;
      draw();
    });
    let from = null; // where a drag began, the score there, and whether the hand has moved
    slider.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      slider.setPointerCapture(event.pointerId);
      from = [event.clientX, now(), dragOf(event)];
    });
    slider.addEventListener("pointermove", (event) => {
      if (!from?.[2](event)) return;
      const z = from[1] + (event.clientX - from[0]) * PIXEL;
      setScore(place, Math.round(z * 10) / 10);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      slider.addEventListener(end, () => (from = null));
    }
    return { slider, number, knob };
  }

  let go; // to another score, if there is one

  function addSwitch(parent, name, label) {
    const button = add(parent, "button", "switch");
    add(button, "span", "lamp").setAttribute("aria-hidden", "true");
    add(button, "span", "", label);
    button.setAttribute("role", "switch");
    button.addEventListener("click", () => saving.change({ [name]: !model.get(name) }));
    return () => button.setAttribute("aria-checked", model.get(name));
  }

  function build() {
    const [labels, keys, d] = ["labels", "key_labels", "d"].map((name) => model.get(name));
    restart(root, model, "Attention explorer");
    const bar = add(root, "div", "switches");
    const switches = [];
    if (labels.length === keys.length) switches.push(addSwitch(bar, "causal", "Causal mask"));
    if (d !== null) {
      const divisor = fixed(Math.sqrt(d)).replace(/\.?0+$/, "");
      switches.push(addSwitch(bar, "scaled", `Divide by √d = √${d} = ${divisor}`));
    }
    switches.push(addSwitch(bar, "wrong_axis", "Softmax along the wrong axis"));
    addButton(bar, "Reset scores", () => saving.change({ scores: model.get("start") }));

    const tables = add(root, "div", "tables");
    const left = addTable(add(tables, "div", "side"), "scores", "Scores", [], addScore);
    left.table.setAttribute("role", "grid");
    for (const row of left.table.rows) row.setAttribute("role", "row");
    const number = (cell) => add(cell, "div", "number");
    const side = add(tables, "div", "side"); // a wide one scrolls, by the keyboard too
    Object.assign(side, { tabIndex: 0, role: "group", ariaLabel: "weights" });
    const right = addTable(side, "weights", "Weights", ["row sum"], number);
    const addSum = (row) => number(add(row, "td", "sum"));
    const rowSums = [...right.body.rows].map(addSum);
    const foot = add(add(right.table, "tfoot", ""), "tr", "");
    add(foot, "th", "", "column\nsum").scope = "row";
    const columnSums = keys.map(() => addSum(foot));
    add(foot, "td", "");
    const verdict = addStatus(root, "p", "verdict");
    const problems = add(root, "div", "problems");
    problems.setAttribute("role", "alert");
    add(root, "p", "hint", HINT).id = hint;

    go = (i, j) => left.cells[i]?.[j]?.slider.focus();

    // A table has many cells, and a drag changes few: the others are left alone.
    function drawScore({ slider, number, knob }, z, used, share) {
      const now = [z, used, share, axis.low, axis.high];
      if (slider.drawn?.every((x, k) => Object.is(x, now[k]))) return;
      slider.drawn = now;
      const masked = used === -Infinity;
      write(number, masked ? "−∞" : showScore(z, 1, 1e4));
      setStyle(knob, "margin-left", `${(masked ? 0 : KNOBS * axis.part(z)).toFixed(1)}px`);
      setClass(slider, "masked", masked);
      const into = masked || width() === null ? "" : `, divided ${fixed(used)}`;
      const weight = share === null ? "none" : show(share);
      const attributes = {
        valuemin: axis.low, valuemax: axis.high, valuenow: masked ? axis.low : z,
        valuetext: `${masked ? "masked" : fixed(z, 1)}${into}, weight ${weight}`,
        disabled: masked,
      };
      for (const name in attributes) setAttribute(slider, `aria-${name}`, attributes[name]);
    }
    function drawWeight(cell, share) {
      if (cell.drawn !== undefined && Object.is(cell.drawn, share)) return;
      cell.drawn = share;
      write(cell, share === null ? "—" : show(share));
      setStyle(cell, "--part", Math.min(1, Math.max(0, share || 0)));
    }

    draw = () => {
      const [table, shares, waits] = [scores(), weights(), isWaiting(model)];
      const used = prepare(table, width(), model.get("causal"));
      axis.include(table.flat());
      switches.forEach((show) => show());
      left.cells.forEach((row, i) => row.forEach((cell, j) => {
        setAttribute(cell.slider, "tabindex", i === active[0] && j === active[1] ? 0 : -1);
        drawScore(cell, table[i][j], used[i][j], shares ? shares[i][j] : null);
      }));
      const off = []; // the rows that do not sum to 1
      right.cells.forEach((row, i) => {
        row.forEach((cell, j) => drawWeight(cell, shares ? shares[i][j] : null));
        const total = shares ? sum(shares[i]) : NaN;
        if (!isOne(total)) off.push(i);
        write(rowSums[i], waits ? "…" : isOne(total) ? "✓ 1.00" : `✗ ${showSum(total)}`);
        setClass(rowSums[i], "broken", !isOne(total));
        for (const { body } of [left, right]) setClass(body.rows[i], "active", i === active[0]);
      });
      columnSums.forEach((cell, j) => {
        write(cell, shares ? showSum(sum(shares.map((row) => row[j]))) : "—");
      });
      setClass(root, "waiting", waits);
      write(verdict, verdictOf(off, shares, labels));
      write(problems, model.get("problems").map((problem) => `Wrong: ${problem}.`).join("\n"));
    };
    draw();
  }

  function verdictOf(off, shares, labels) {
    if (isWaiting(model)) return sayWaiting(model);
    if (!shares) return "Your softmax gave no weights.";
    if (off.length === 0) return "Each row sums to 1: every query shares out one whole.";
    const [i, total] = [off[0], sum(shares[off[0]])];
    const names = listed(off.map((row) => `“${labels[row]}”`));
    const why = model.get("wrong_axis")
      ? "Softmax went down the columns, so the columns sum to 1 and the rows need not. " : "";
    const rows = off.length === 1 ? `The row ${names} does` : `The rows ${names} do`;
    return `${why}${rows} not sum to 1. A row is meant to average the values of the keys: ` +
      `were all of them 10, “${labels[i]}” would get ${fixed(10 * total, 1)}.`;
  }

  build();
  const drawn = ["scores", "causal", "scaled", "wrong_axis", "answer", "answered", "problems"];
  return keepUp(root, model, saving, [drawn, () => draw()], [["title"], build]);
}

export default { render };
