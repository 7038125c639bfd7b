// The rule explorer: any rule from a score to a weight, and what breaks it.

import { fixed, plain, showProbability } from "../widgets/numbers.js";
import {
  add, addButton, addDial, addRoot, addSelect, addStatus, all, percent, restart, scoreAxis,
  setAttribute, setClass, setStyle, write,
} from "../widgets/page.js";
import { keepUp, saver } from "../widgets/python.js";
import { addScore, addWord } from "../widgets/triangle.js";
import {
  SEARCHES, baseOf, brokenDemands, changed, numberText, readRule, shares, timesAs, withoutShares,
} from "./weight_rules.js";

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
        const p = ways[k][i]; // left out it has none, and where there are no shares
        const text = p === undefined ? "—" : showProbability(p);
        setStyle(bar, "width", percent(p)); // what is below 0 has no bar
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
    // b has as many digits as it takes to find T, as it is shown, from b.
    const b = baseOf(get("rule")), t = numberText(1 / Math.log(b));
    let digits = 2;
    while (digits < 17 && numberText(1 / Math.log(numberText(b, digits))) !== t) digits++;
    return "Nothing that was tried breaks it. On these scores it " +
      `goes as b^z with b = ${numberText(b, digits)}, so T = 1 / ln b = ${t}.`;
  }
  function here(weights, ways) { // what the bars show
    const [k, why] = weights.map((w, n) => [n, withoutShares(w)]).find(([, why]) => why) ?? [];
    if (why) return `${["Before", "After"][k]}, there are no shares: ${why}.`;
    const [first, second] = get("labels");
    const times = (p, whole) => (p[1] === 0 ? `${numberText(p[0])}, and ${second} nothing`
      : `${numberText(timesAs(p))} times${whole ? ` as much as ${second}` : ""}`);
    const [one, other] = ways;
    return `Before, ${first} has ${times(one, true)}; after, ${times(other, one[1] === 0)}.`;
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
      const weights = both.map(rule);
      const ways = weights.map((w) => (withoutShares(w) ? [] : shares(w)));
      drawRule();
      drawRows({ weights: weights[0], ways });
      drawChange(get("change"));
      setClass(foot, "idle", get("change") === "without");
      drawAmount();
      write(told, axis.said || here(weights, ways));
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
