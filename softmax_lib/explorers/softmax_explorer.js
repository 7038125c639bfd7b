// The softmax explorer: drag scores, watch weights and probabilities.
//
// The arithmetic comes first, then how numbers are written, then the page. All of it happens in
// the browser, so a drag never waits for Python.

// --- Arithmetic ------------------------------------------------------------------------------

// e^((z - max) / T). The largest weight is 1, so nothing overflows. T = 0 and T = Infinity are
// the limits: only the largest scores count, and all scores count the same. -Infinity is a mask.
export function weights(logits, temperature) {
  const top = Math.max(...logits);
  if (temperature === 0) return logits.map((z) => (z === top ? 1 : 0));
  if (temperature === Infinity) return logits.map((z) => (z === -Infinity ? 0 : 1));
  return logits.map((z) => Math.exp((z - top) / temperature));
}
const sum = (numbers) => numbers.reduce((total, x) => total + x, 0);

export function softmax(logits, temperature) {
  const w = weights(logits, temperature);
  const total = sum(w);
  return w.map((x) => x / total);
}

// In bits; 2 to this power is the effective number of choices.
export function entropy(probabilities) {
  return sum(probabilities.map((p) => (p > 0 ? -p * Math.log2(p) : 0)));
}

// ln(e^(z/T)), to draw and write weights too large or too small for a number. At the two limits
// e^(z/T) has no value, so there the weights are the ones above, which have the maximum removed.
export function logWeights(logits, temperature) {
  const limit = temperature === 0 || temperature === Infinity;
  return limit ? weights(logits, temperature).map(Math.log) : logits.map((z) => z / temperature);
}

export function logSum(logs) {
  const top = Math.max(...logs);
  return top + Math.log(sum(logs.map((x) => Math.exp(x - top))));
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

// The end of the weights' axis, as a logarithm: 1, 2 or 5 times a power of ten, and at least 1.
export function axisEnd(logs) {
  const power = Math.max(0, ...logs) / Math.LN10;
  const rest = 10 ** (power - Math.floor(power));
  const mantissa = [1, 2, 5, 10].find((m) => m >= rest * (1 - 1e-9));
  return Math.floor(power) * Math.LN10 + Math.log(mantissa);
}

// --- Numbers as text -------------------------------------------------------------------------

const minus = (text) => text.replace("-", "−");
const fixed = (x, digits = 2) => (x === Infinity ? "∞" : minus(x.toFixed(digits)));
const plain = (x) => (x === Infinity ? "infinite" : String(Number(x.toFixed(2)))); // to be spoken
const raised = (n) => minus(String(n)).replace(/./g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻");

// A probability is written as 0.00 or 1.00 only when it is that.
export function showProbability(p) {
  if (p > 0 && p < 0.005) return "<0.01";
  return p < 1 && p > 0.995 ? ">0.99" : p.toFixed(2);
}

export function showWeight(log) {
  if (log === -Infinity) return "0.00";
  const w = Math.exp(log);
  if (w > 0.00995 && w < 99999) return w.toFixed(w < 1000 ? 2 : 0);
  const exponent = Math.floor((log - Math.log(0.995)) / Math.LN10); // 9.96 is written 1.0·10
  return `${Math.exp(log - exponent * Math.LN10).toFixed(1)}·10${raised(exponent)}`;
}

// --- The page --------------------------------------------------------------------------------

const HEADINGS = { logits: "Score z", weights: "Weight e", probabilities: "Probability" };
const SPOKEN = { logits: "score", weights: "weight", probabilities: "probability" };

// JSON holds no infinity: null is a masked score, or an infinite temperature.
const readScores = (model) => model.get("logits").map((z) => z ?? -Infinity);
const readTemperature = (model) => model.get("temperature") ?? Infinity;

function add(parent, name, className, text = "") {
  const node = document.createElement(name);
  node.className = className;
  node.textContent = text;
  parent.append(node);
  return node;
}

// The browser's own slider, which brings mouse, touch and screen readers. Its keys are set here:
// an arrow is one step, Page Up and Page Down are `page` steps, Home and End are the two ends.
function addSlider(parent, name, page, move, step) {
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
    step(steps[event.key]);
  });
  return input;
}

function render({ model, el }) {
  const root = add(el, "div", "softmax-explorer");
  root.setAttribute("role", "group");
  // Else JupyterLab takes the arrow keys and moves to another cell.
  root.dataset.lmSuppressShortcuts = "true";

  let draw, range; // both set by build(); range is the ends of the score axis: [low, high]
  let waiting = null; // the timer of the next save

  // Setting a value draws every view of this model at once. Python hears of it soon after, at
  // most ten times a second, and its answer is never waited for.
  function save() {
    waiting = null;
    model.save_changes();
  }
  function change(name, value) {
    model.set(name, value);
    model.set("probabilities", softmax(readScores(model), readTemperature(model)));
    waiting ??= setTimeout(save, 100);
  }
  const changeScore = (i, z) => change("logits", model.get("logits").with(i, inRange(z)));

  // The axis reaches from -6 to 6, grows when a score lies outside, and never shrinks under the
  // hand: only the scores of the start (Reset) take it back.
  function setRange(logits) {
    if (String(model.get("logits")) === String(model.get("start")[0])) range = [-6, 6];
    const finite = [...range, ...logits.filter(Number.isFinite)];
    range = [Math.floor(Math.min(...finite)), Math.ceil(Math.max(...finite))];
  }
  const onAxis = (z) => (z - range[0]) / (range[1] - range[0]);
  const scoreStep = () => {
    const wide = Math.ceil(Math.log10((range[1] - range[0]) / 400));
    return 10 ** Math.max(model.get("integer") ? 0 : -1, wide);
  };
  const inRange = (z) => Math.min(range[1], Math.max(range[0], Number(z.toFixed(6))));

  function addHead(stages) {
    const head = add(root, "div", "row head");
    head.setAttribute("aria-hidden", "true"); // each control and bar says its own name
    add(head, "span", "name");
    const ticks = {};
    for (const stage of stages) {
      const cell = add(head, "span", `cell ${stage}`);
      const heading = add(cell, "span", "heading", HEADINGS[stage]);
      const divided = model.get("show_temperature") || model.get("temperature") !== 1;
      if (stage === "weights") add(heading, "sup", "", divided ? "z/T" : "z");
      const axis = add(cell, "span", "axis");
      ticks[stage] = ["", "middle", ""].map((place) => add(axis, "span", place));
    }
    return ticks;
  }

  function addRow(label, i, stages) {
    const row = add(root, "div", "row");
    add(row, "span", "name", label);
    const parts = { row };
    for (const stage of stages) {
      const cell = add(row, "span", `cell ${stage}`);
      cell.dataset.stage = SPOKEN[stage]; // what a narrow page shows for a heading
      const track = add(cell, "span", "track");
      const bar = add(track, "span", "bar");
      const text = add(cell, "span", "number");
      text.setAttribute("aria-hidden", "true"); // the slider or the bar says it
      parts[stage] = { track, bar, text };
      if (stage !== "logits") bar.setAttribute("role", "img");
    }
    if (!parts.logits) return parts;
    const step = (n) => changeScore(i, readScores(model)[i] + n * scoreStep());
    const move = (z) => changeScore(i, Math.round(z / scoreStep()) * scoreStep());
    const page = model.get("integer") ? 5 : 10;
    parts.slider = addSlider(parts.logits.track, `score of ${label}`, page, move, step);
    return parts;
  }

  function addDial(foot) {
    const dial = add(foot, "div", "dial");
    add(dial, "span", "name", "Temperature T");
    add(dial, "span", "end", "0");
    const track = add(dial, "span", "track");
    const turn = (at) => change("temperature", at < DIAL ? dialToTemperature(at) : null);
    const step = (n) => turn(Math.round(temperatureToDial(readTemperature(model))) + 2 * n);
    // T = 1 is easy to find: the handle sticks to it a little.
    const move = (at) => turn(Math.abs(at - DIAL / 2) < 2 ? DIAL / 2 : at);
    const slider = addSlider(track, "temperature", 10, move, step);
    Object.assign(slider, { min: 0, max: DIAL });
    add(dial, "span", "end", "∞");
    return { slider, text: add(dial, "span", "number") };
  }

  function reset() {
    model.set("temperature", model.get("start")[1]);
    change("logits", [...model.get("start")[0]]);
  }

  function build() {
    const [labels, stages, title] = ["labels", "stages", "title"].map((name) => model.get(name));
    root.replaceChildren();
    root.classList.toggle("many", labels.length > 10);
    root.setAttribute("aria-label", title || "Softmax explorer");
    root.style.setProperty("--stages", stages.length);
    range = [-6, 6];
    if (title) add(root, "div", "title", title);
    const ticks = addHead(stages);
    const rows = labels.map((label, i) => addRow(label, i, stages));
    const last = stages.at(-1);
    const foot = add(root, "div", "foot");
    const dial = model.get("show_temperature") ? addDial(foot) : null;
    const summary = add(foot, "p", "summary");
    add(foot, "button", "", "Reset").addEventListener("click", reset);

    draw = () => {
      const [logits, t] = [readScores(model), readTemperature(model)];
      const [p, logs] = [softmax(logits, t), logWeights(logits, t)];
      const end = axisEnd(logs);
      const digits = model.get("integer") && logits.every((z) => z === Math.round(z)) ? 0 : 2;
      setRange(logits);
      const zero = onAxis(0) > 0.12 && onAxis(0) < 0.88 ? "0" : ""; // if there is room for it
      const texts = { // of the ends and middles of the axes
        logits: [fixed(range[0], 0), zero, fixed(range[1], 0)],
        weights: ["0", "", showWeight(end).replace(".00", "").replace("1.0·", "")],
        probabilities: ["0", "0.5", "1"],
      };
      for (const stage of stages) {
        ticks[stage].forEach((tick, k) => (tick.textContent = texts[stage][k]));
      }
      root.style.setProperty("--zero", onAxis(0));
      rows.forEach((parts, i) => {
        const masked = logits[i] === -Infinity;
        const said = { weights: showWeight(logs[i]), probabilities: showProbability(p[i]) };
        const full = { weights: Math.exp(logs[i] - end), probabilities: p[i] };
        parts.row.classList.toggle("masked", masked);
        for (const stage of stages.filter((name) => name !== "logits")) {
          const { text, bar } = parts[stage];
          text.textContent = said[stage];
          bar.style.width = `${100 * full[stage]}%`;
          bar.setAttribute("aria-label", `${labels[i]}: ${SPOKEN[stage]} ${said[stage]}`);
        }
        if (!parts.slider) return;
        const value = masked ? range[0] : logits[i];
        Object.assign(parts.slider, { min: range[0], max: range[1], disabled: masked, value });
        parts.logits.track.style.setProperty("--value", onAxis(value));
        parts.logits.text.textContent = masked ? "masked" : fixed(logits[i], digits);
        const then = last === "logits" ? "" : `, ${SPOKEN[last]} ${said[last]}`;
        const told = `${labels[i]}: score ${plain(logits[i])}${then}`;
        parts.slider.setAttribute("aria-valuetext", told);
      });
      if (dial) {
        dial.slider.value = temperatureToDial(t);
        dial.text.textContent = fixed(t);
        dial.slider.setAttribute("aria-valuetext", plain(t));
      }
      summary.replaceChildren();
      const tell = (name, value) => add(add(summary, "span", "", `${name} `), "strong", "", value);
      if (ticks.weights) tell("sum of weights", showWeight(logSum(logs)));
      if (ticks.probabilities) {
        const bits = entropy(p);
        tell("sum of probabilities", fixed(sum(p)));
        tell("entropy", `${fixed(bits)} bits`);
        tell("effective choices", `${fixed(2 ** bits)} of ${p.length}`);
      }
    };
    draw();
  }

  build();
  const redraw = () => draw();
  const listeners = { logits: redraw, temperature: redraw, labels: build, stages: build,
    title: build, show_temperature: build, integer: build };
  for (const name in listeners) model.on(`change:${name}`, listeners[name]);
  return () => {
    for (const name in listeners) model.off(`change:${name}`, listeners[name]);
    clearTimeout(waiting);
    if (waiting !== null) save();
  };
}

export default { render };
