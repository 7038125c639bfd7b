// The attention explorer: a table of scores to drag, and the table of weights it becomes.

import {
  add, addButton, addRoot, fixed, fromJson, listen, saver, setAttribute, setStyle,
  showProbability, showScore, sum, write,
} from "./shared.js";

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

const LOW = -6, HIGH = 6; // the ends of a score's range, unless it starts outside
const PIXEL = 0.1; // what a drag over one pixel adds to a score
const ALONE = "This page has no Python, which works out your softmax.";
const HINT = "Drag a score to the left or right. Keys: arrows change it by 0.1, Page Up and Page " +
  "Down by 1, Home and End go to its ends; Shift and an arrow go to the next score.";

function render({ model, el }) {
  const root = addRoot(el, "attention-explorer");
  const saving = saver(model, () => {}, model.get("own") ? 100 : 300);
  const hint = `hint-${crypto.getRandomValues(new Uint32Array(1))[0]}`; // an id of its own
  let draw, range;
  let active = [0, 0]; // the one score that the Tab key reaches

  // Setting a value draws every view of this model at once. Python hears of it soon after.
  function change(name, value) {
    // With a softmax of the learner's own, only Python has the answer: it is asked for one.
    if (model.get("own")) model.set("asked", model.get("asked") + 1);
    model.set(name, value);
    saving.later();
  }
  const scores = () => model.get("scores").map((row) => row.map((z) => z ?? -Infinity));
  const waiting = () => model.get("own") && model.get("asked") !== model.get("answered");
  const width = () => (model.get("scaled") ? model.get("d") : null);

  function setScore([i, j], z) {
    if (prepare(scores(), null, model.get("causal"))[i][j] === -Infinity) return;
    const clean = Number(Math.min(range[1], Math.max(range[0], z)).toFixed(6));
    const table = model.get("scores");
    change("scores", table.with(i, table[i].with(j, clean)));
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
    add(add(slider, "span", "track"), "span", "knob");
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
    let from = null; // where a drag began: its place on the screen, and the score there
    slider.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      slider.setPointerCapture(event.pointerId);
      from = [event.clientX, now()];
    });
    slider.addEventListener("pointermove", (event) => {
      if (from === null) return;
      const z = from[1] + (event.clientX - from[0]) * PIXEL;
      setScore(place, Math.round(z * 10) / 10);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      slider.addEventListener(end, () => (from = null));
    }
    return { slider, number };
  }

  let go; // to another score, if there is one

  function addSwitch(parent, name, label) {
    const button = add(parent, "button", "switch");
    add(button, "span", "lamp").setAttribute("aria-hidden", "true");
    add(button, "span", "", label);
    button.setAttribute("role", "switch");
    button.addEventListener("click", () => change(name, !model.get(name)));
    return () => button.setAttribute("aria-checked", model.get(name));
  }

  function build() {
    const [labels, keys, d] = ["labels", "key_labels", "d"].map((name) => model.get(name));
    root.replaceChildren();
    root.setAttribute("aria-label", model.get("title") || "Attention explorer");
    if (model.get("title")) add(root, "div", "title", model.get("title"));
    const bar = add(root, "div", "switches");
    const switches = [];
    if (labels.length === keys.length) switches.push(addSwitch(bar, "causal", "Causal mask"));
    if (d !== null) {
      const divisor = fixed(Math.sqrt(d)).replace(/\.?0+$/, "");
      switches.push(addSwitch(bar, "scaled", `Divide by √d = √${d} = ${divisor}`));
    }
    switches.push(addSwitch(bar, "wrong_axis", "Softmax along the wrong axis"));
    addButton(bar, "Reset scores", () => change("scores", model.get("start")));

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
    const verdict = add(root, "p", "verdict");
    verdict.setAttribute("role", "status");
    const problems = add(root, "div", "problems");
    problems.setAttribute("role", "alert");
    add(root, "p", "hint", HINT).id = hint;
    const finite = [LOW, HIGH, ...model.get("start").flat().filter((z) => z !== null)];
    range = [Math.floor(Math.min(...finite)), Math.ceil(Math.max(...finite))];

    go = (i, j) => left.cells[i]?.[j]?.slider.focus();

    draw = () => {
      const [table, shares] = [scores(), weights()];
      const used = prepare(table, width(), model.get("causal"));
      const all = [...range, ...table.flat().filter(Number.isFinite)];
      range = [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))];
      switches.forEach((show) => show());
      left.cells.forEach((row, i) => row.forEach(({ slider, number }, j) => {
        const [z, masked] = [table[i][j], used[i][j] === -Infinity];
        const share = shares ? show(shares[i][j]) : "none";
        const now = [z, used[i][j], share, ...range].join();
        slider.tabIndex = i === active[0] && j === active[1] ? 0 : -1;
        if (slider.drawn === now) return; // a table has many cells, and a drag changes few
        slider.drawn = now;
        write(number, masked ? "−∞" : showScore(z, 1, 1e4));
        setStyle(slider, "--value", masked ? 0 : (z - range[0]) / (range[1] - range[0]));
        slider.classList.toggle("masked", masked);
        const into = masked || width() === null ? "" : `, divided ${fixed(used[i][j])}`;
        const said = {
          valuemin: range[0], valuemax: range[1], valuenow: masked ? range[0] : z,
          valuetext: `${masked ? "masked" : fixed(z, 1)}${into}, weight ${share}`,
          disabled: masked,
        };
        for (const name in said) setAttribute(slider, `aria-${name}`, said[name]);
      }));
      const off = []; // the rows that do not sum to 1
      right.cells.forEach((row, i) => {
        row.forEach((cell, j) => {
          const part = Math.min(1, Math.max(0, shares?.[i][j] || 0));
          const now = shares ? shares[i][j] : null;
          if (cell.drawn !== undefined && Object.is(cell.drawn, now)) return;
          cell.drawn = now;
          write(cell, shares ? show(shares[i][j]) : "—");
          setStyle(cell, "--part", part);
        });
        const total = shares ? sum(shares[i]) : NaN;
        if (!isOne(total)) off.push(i);
        write(rowSums[i], waiting() ? "…" : isOne(total) ? "✓ 1.00" : `✗ ${showSum(total)}`);
        rowSums[i].classList.toggle("broken", !isOne(total));
        for (const side of [left, right]) {
          side.body.rows[i].classList.toggle("active", i === active[0]);
        }
      });
      columnSums.forEach((cell, j) => {
        write(cell, shares ? showSum(sum(shares.map((row) => row[j]))) : "—");
      });
      root.classList.toggle("waiting", waiting());
      write(verdict, tell(off, shares, labels));
      write(problems, model.get("problems").map((told) => `Broken: ${told}.`).join("\n"));
    };
    draw();
  }

  function tell(off, shares, labels) {
    if (waiting()) return model.alone ? ALONE : "Waiting for Python…";
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
  const redraw = () => draw();
  const deaf = listen(model, { scores: redraw, causal: redraw, scaled: redraw,
    wrong_axis: redraw, answer: redraw, answered: redraw, problems: redraw, title: build });
  return () => {
    deaf();
    saving.end();
  };
}

export default { render };
