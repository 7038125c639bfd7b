// The rule explorer: any rule from a score to a weight, and what breaks it.

import { sum } from "../widgets/arithmetic.js";
import { fixed, plain, showProbability } from "../widgets/numbers.js";
import {
  add, addButton, addDial, addRoot, addSelect, addStatus, all, percent, restart, scoreAxis,
  setAttribute, setClass, setStyle, write,
} from "../widgets/page.js";
import { keepUp, saver } from "../widgets/python.js";
import { addScore, addWord } from "../widgets/triangle.js";

// --- Reading a rule, as weight_rules.py does ----------------------------------------------------

const SIGNS = { "−": "-", "·": "*", "×": "*", "²": "^2", "³": "^3" };
const TOKEN = /(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+|[A-Za-z]\w*|\*\*|\S/g;
const NAMES = { z: null, e: Math.E, pi: Math.PI };
const FUNCTIONS = { exp: Math.exp, log: Math.log, ln: Math.log, sqrt: Math.sqrt, abs: Math.abs };
const [min, max] = [(list) => Math.min(...list), (list) => Math.max(...list)];
const OVER = { min, max, sum, mean: (list) => sum(list) / list.length }; // over all words
const JOIN = { "+": (x, y) => x + y, "-": (x, y) => x - y, "*": (x, y) => x * y,
  "/": (x, y) => x / y };
const MISSING = "Something is missing, or does not belong there.";
const need = (fine) => { if (!fine) throw Error(MISSING); };

function tokensOf(text) {
  const source = text.replace(/\b(?:np|math)\./g, "").replace(/[−·×²³]/g, (x) => SIGNS[x]);
  const tokens = source.match(TOKEN) ?? [];
  const known = (token) => /^\.?[0-9]/.test(token) || "+-*/^**(),".includes(token) ||
    [NAMES, FUNCTIONS, OVER].some((table) => Object.hasOwn(table, token));
  const odd = tokens.find((token) => !known(token));
  if (odd) throw Error(`“${odd}” has no meaning here.`);
  return tokens.map((token) => token.replace("**", "^"));
}

// A function from scores to weights. Nothing of the text is run as code.
export function readRule(text) {
  const tokens = tokensOf(text);
  const take = (token) => tokens[0] === token && tokens.shift() === token;
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
    need(take(")"));
    if (args.length > 1 && ["min", "max"].includes(name)) return each(Math[name], ...args);
    if (args.length > 1) throw Error(`“${name}” does not take ${args.length} numbers.`);
    if (name in FUNCTIONS) return each(FUNCTIONS[name], args[0]);
    return (scores) => Array(scores.length).fill(OVER[name](args[0](scores)));
  }
  function atom() {
    const token = tokens.shift();
    if (token === "(") {
      const inner = total();
      return need(take(")")), inner;
    }
    need(/[\w.]/.test(token?.[0] ?? ""));
    if (token === "z") return (scores) => scores;
    if (token in FUNCTIONS || token in OVER) return call(token);
    const constant = NAMES[token] ?? Number(token);
    return (scores) => scores.map(() => constant);
  }
  const rule = total();
  return need(tokens.length === 0), rule;
}
export const weightsOf = (text, scores) => readRule(text)(scores);
const shares = (weights) => weights.map((w) => w / sum(weights));

// --- Trying to break it --------------------------------------------------------------------------

const FAR = 10, SEEN = 0.1, LEAST_CHANGE = 1e-6, TINY = 1e-290; // as in weight_rules.py
export function numberText(x) {
  const odd = x !== 0 && (Math.abs(x) < 0.005 || Math.abs(x) >= 1e5) && finite(x);
  return odd ? x.toExponential(1) : fixed(x).replace("−", "-");
}
const sizes = (weights) => weights.map(Math.abs), timesAs = ([one, other]) => one / other;
const isFar = (scores) => max(sizes(scores)) >= FAR;
const listed = (scores) => scores.map(plain).join(", ");
const finite = (...numbers) => numbers.every(Number.isFinite);

export function changed(scores, change, amount) {
  if (change === "without") return scores.slice(0, 2);
  return scores.map((z, i) => (change === "shift" || i === 2 ? z + amount : z));
}

const SEARCHES = {
  positive: (rule, scores) => rule(scores).map((w, i) => {
    const fine = isFar(scores) ? w >= 0 : w > 0 && w < Infinity; // far out a number may not hold it
    const told = `among the scores ${listed(scores)}, ${plain(scores[i])} weighs ${numberText(w)}`;
    return { much: fine ? 0 : SEEN, scores, told };
  }),
  order: (rule, scores) => scores.flatMap((high, i) => scores.map((low, j) => {
    const w = rule(scores), tied = w[i] === w[j];
    const lost = w[i] < w[j] || (tied && !isFar(scores));
    if (high <= low || !lost || !finite(w[i] + w[j])) return { much: 0 };
    const told = `among the scores ${listed(scores)}, ${plain(high)} weighs ${numberText(w[i])}, ` +
      `and ${plain(low)} weighs ${numberText(w[j])}`;
    return { much: tied ? SEEN / 2 : SEEN, scores, told };
  })),
  shift: (rule, scores, labels, { shifts }) => shifts.map((amount) => {
    const both = [scores, changed(scores, "shift", amount)].map(rule);
    const [before, after] = both.map(shares);
    const moved = before.map((p, i) => Math.abs(after[i] - p));
    if (!finite(...moved) || both.some((w) => sum(sizes(w)) < TINY)) return { much: 0 };
    const k = moved.indexOf(Math.max(...moved));
    const told = `adding ${plain(amount)} to the scores ${listed(scores)} takes ${labels[k]} ` +
      `from ${numberText(before[k])} to ${numberText(after[k])}`;
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
    const told = `at the scores ${listed(scores)}, ${first} has ${numberText(one)} times as much ` +
      `as ${second}; ${how} it has ${numberText(other)} times as much`;
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

// --- The page ------------------------------------------------------------------------------------

const HINT = "Rules are made of z, numbers, e, pi, + − * / ^, exp, log, sqrt, abs, and of what " +
  "looks at all words: min(z), max(z), sum(z), mean(z).";

function render({ model, el }) {
  const root = addRoot(el, "with-triangle rule-explorer");
  const [saving, axis, get] = [saver(model), scoreAxis(), (name) => model.get(name)];
  let draw, tried = {}; // the rule that was tried last, and what was found

  const change = (values) => { axis.said = ""; saving.change(values); };
  const show = ({ scores, change: how, amount }) =>
    change({ logits: [...scores], change: how, amount });
  function verdicts() { // on the bank of scores, or else on those that are shown
    const [rule, labels, trials, logits, amount] =
      ["rule", "labels", "trials", "logits", "amount"].map(get);
    const [key, at] = [[rule, labels], [logits, amount]].map((x) => JSON.stringify(x));
    if (tried.key === key && tried.at === at) return tried.found;
    const bank = tried.key === key ? tried.bank : brokenDemands(rule, labels, trials);
    const shown = { bank: [logits], shifts: [...trials.shifts, amount] };
    const found = brokenDemands(rule, labels, shown);
    for (const name in bank) found[name] = bank[name] ?? found[name];
    return (tried = { key, at, bank, found }).found;
  }

  function addRule(parent) {
    const label = add(parent, "label", "rule", "weight of z =");
    const input = Object.assign(add(label, "input"), { type: "text", spellcheck: false,
      maxLength: 100, autocomplete: "off", autocapitalize: "off" });
    const options = [["", "an example"], ...get("examples").map((rule) => [rule, rule])];
    const drawExample = addSelect(parent, "or", options, (rule) => {
      input.value = rule || input.value;
      take();
    });
    const error = addStatus(parent, "p", "error");
    function take() {
      try {
        readRule(input.value);
        input.removeAttribute("aria-invalid");
        write(error, "");
        change({ rule: input.value });
      } catch (problem) {
        input.setAttribute("aria-invalid", "true");
        write(error, `${problem.message} All below is still about ${get("rule")}.`);
      }
    }
    input.addEventListener("input", take);
    return () => {
      drawExample(get("examples").includes(get("rule")) ? get("rule") : "");
      if (input.value === get("rule") || document.activeElement === input) return;
      input.value = get("rule");
      take();
    };
  }

  function addRow(parent, label, i) {
    const addLine = addWord(parent, label);
    const weight = add(parent.lastChild.firstChild, "span", "weight");
    const drawScore = addScore(addLine, label, axis, () => draw(), () => get("logits")[i],
      (z) => change({ logits: get("logits").with(i, z) }));
    const bars = ["before", "after"].map((kind) => addLine(kind));
    for (const { bar } of bars) bar.setAttribute("role", "img");
    return ({ weights, ways }) => {
      write(weight, `weight ${numberText(weights[i])}`);
      drawScore(get("logits")[i], `weight ${numberText(weights[i])}`);
      bars.forEach(({ line, bar, number }, k) => {
        const p = ways[k][i]; // without the third word it has none
        const text = p === undefined ? "—" : showProbability(p);
        setStyle(bar, "width", percent(Math.abs(p)));
        setAttribute(bar, "aria-label", `${label}, ${["before", "after"][k]}: ${text}`);
        write(number, text);
        setClass(line, "bad", p !== undefined && !(p >= 0 && p <= 1 + 1e-6));
      });
    };
  }

  function addDemand(parent, name) {
    const demands = get("trials").demands, line = add(parent, "li"), text = add(line, "span");
    const button = addButton(line, "Show it", () => show(verdicts()[name]));
    button.setAttribute("aria-label", `Show what breaks: ${demands[name]}`);
    return () => {
      const found = verdicts()[name];
      write(text, found ? `✗ Broken: ${demands[name]}, but ${found.told}.`
        : `✓ So far, ${demands[name]}.`);
      setClass(line, "bad", Boolean(found));
      button.disabled = !found;
    };
  }

  function verdict() {
    const count = Object.values(verdicts()).filter(Boolean).length;
    if (count) return `This rule breaks ${count} of the 4 demands.`;
    const b = baseOf(get("rule"));
    return `Nothing breaks it in ${get("trials").count} trials, nor here. On these scores it ` +
      `goes as b^z with b = ${numberText(b)}, so T = 1 / ln b = ${numberText(1 / Math.log(b))}.`;
  }
  function here(ways) { // what the bars show
    const [one, other] = ways.map((p) => numberText(timesAs(p)));
    const [first, second] = get("labels");
    return `Before, ${first} has ${one} times as much as ${second}; after, ${other} times.`;
  }

  function build() {
    const labels = get("labels");
    restart(root, model, "Rule explorer");
    const drawRule = addRule(add(root, "div", "head"));
    const words = add(root, "div", "words");
    const drawRows = all(labels.map((label, i) => addRow(words, label, i)));
    const foot = add(root, "div", "foot");
    const ways = { shift: "add to all scores", third: `add to ${labels[2]} alone`,
      without: `leave ${labels[2]} out` };
    const drawChange = addSelect(foot, "After:", Object.entries(ways),
      (way) => change({ change: way }));
    const amount = () => get("amount");
    const move = (x) => change({ amount: Number(Math.min(10, Math.max(-10, x)).toFixed(1)) });
    const drawAmount = addDial(foot, {
      name: "by", ends: ["−10", "10"], low: -10, high: 10, at: amount, page: 10, move,
      label: "how much is added", step: (n) => move(amount() + n / 10),
      show: () => fixed(amount()), say: () => plain(amount()),
    });
    addButton(foot, "Reset", () => change({ ...get("start") }));
    const told = addStatus(foot, "p", "remark");
    const list = add(root, "ul", "demands");
    const drawDemands = all(Object.keys(SEARCHES).map((name) => addDemand(list, name)));
    const result = addStatus(root, "p", "verdict");
    add(root, "p", "hint", HINT);
    draw = () => {
      const [rule, scores] = [readRule(get("rule")), get("logits")];
      axis.follow(scores, get("start").logits);
      const both = [scores, changed(scores, get("change"), amount())];
      const ways = both.map((z) => shares(rule(z)));
      drawRule();
      drawRows({ weights: rule(scores), ways });
      drawChange(get("change"));
      setClass(foot, "idle", get("change") === "without");
      drawAmount();
      write(told, axis.said || here(ways));
      drawDemands();
      write(result, verdict());
    };
    draw();
  }

  build();
  const drawn = [["rule", "logits", "change", "amount"], () => draw()];
  return keepUp(root, model, saving, drawn, [["labels", "title"], build]);
}

export default { render };
