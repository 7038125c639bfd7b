// Predict mode: drag the probabilities that you expect, commit, and see the truth beside them.
//
// Python makes the rounds from a seed, each with its truth and with what misconceptions would
// give. Everything after that happens here, so that it also works without Python.

import { sum, totalVariation } from "../../widgets/arithmetic.js";
import { fixed, showProbability } from "../../widgets/numbers.js";
import {
  add, addAxis, addButton, addRoot, addSlider, addStatus, percent, restart, setAttribute,
  setClass, setSlider, setStyle, write,
} from "../../widgets/page.js";
import { keepUp, saver } from "../../widgets/python.js";

// Give entry i the value q, and keep the sum at 1. Entries that were not placed yet share what is
// left in their old proportion; when nothing is left for them, or none is free, the others shrink.
export function place(guess, placed, i, q) {
  const others = guess.map((_, j) => j).filter((j) => j !== i);
  const free = others.filter((j) => !placed[j]);
  const held = sum(others.filter((j) => placed[j]).map((j) => guess[j]));
  const result = guess.map((p, j) => (j === i ? q : p));
  function share(entries, total) {
    const before = sum(entries.map((j) => guess[j]));
    for (const j of entries) {
      result[j] = before > 0 ? (guess[j] / before) * total : total / entries.length;
    }
  }
  if (free.length && held <= 1 - q) share(free, 1 - q - held);
  else if (free.length) {
    share(free, 0);
    share(others.filter((j) => placed[j]), 1 - q);
  } else share(others, 1 - q);
  return result;
}

// The distance in total variation, and one sentence: why it is right, or the likely misconception.
export function judge(guess, round, within) {
  const distance = totalVariation(guess, round.truth);
  if (distance <= within) return { distance, sentence: round.why };
  const near = round.mistakes.map(([p, sentence]) => [totalVariation(guess, p), sentence, p]);
  const [gap, sentence, mistake] = near.reduce((a, b) => (b[0] < a[0] ? b : a), [Infinity, "", []]);
  // The numbers are those of round.py: who is on the way to the truth has moved.
  const stays = round.before && totalVariation(mistake, round.before) <= 0.015;
  const moved = gap > 0.03 && gap + distance <= 1.05 * totalVariation(mistake, round.truth);
  if (gap < distance && gap <= 0.15 && !(stays && moved)) {
    return { distance, sentence: gap > 0.015 ? sayNear(sentence) : sentence };
  }
  const gaps = guess.map((p, i) => Math.abs(p - round.truth[i]));
  const worst = gaps.indexOf(Math.max(...gaps));
  const numbers = [guess[worst], round.truth[worst]].map((p) => fixed(p));
  return { distance, sentence: sayGap(round.labels[worst], ...numbers, round.why) };
}

const sayDistance = (mark, far) =>
  `${mark} Distance ${far}, from 0 (exact) to 1 (nothing in common).`;
const sayNear = (sentence) => sentence.replace(/^This/, "Near yours is a known mistake. It");
const sayGap = (label, mine, right, why) =>
  `The largest gap is at ${label}: ${mine} instead of ${right}. ${why}`;

// The longest that a prediction may be told.
function longest({ labels, mistakes, why }) {
  const name = labels.reduce((a, b) => (b.length > a.length ? b : a));
  const near = mistakes.map(([, sentence]) => sayNear(sentence));
  const all = [sayGap(name, "0.00", "0.00", why), ...near];
  return `${sayDistance("✗", "0.000")} ${all.reduce((a, b) => (b.length > a.length ? b : a))}`;
}

function render({ model, el }) {
  const root = addRoot(el, "predict-explorer");
  const saving = saver(model);
  let draw, shown, guess, placed; // shown: the number of the round in view

  const round = () => model.get("rounds")[shown];
  const committed = () => shown < model.get("answers").length;

  function start(number) {
    shown = number;
    const count = round().labels.length;
    guess = committed() ? model.get("answers")[shown] : Array(count).fill(1 / count);
    placed = Array(count).fill(false);
    build();
  }
  function change(i, q) {
    if (committed()) return;
    guess = place(guess, placed, i, Math.min(1, Math.max(0, Number(q.toFixed(2)))));
    placed[i] = true;
    draw();
  }
  function press() {
    if (committed()) {
      start(shown + 1);
      root.querySelector(".slider").focus();
    } else {
      model.set("answers", [...model.get("answers"), guess]);
      saving.now();
    }
  }

  function addRow(label, i) {
    const row = add(root, "div", "row");
    add(row, "span", "name", label);
    for (const column of round().columns) {
      const given = add(row, "span", "given number", column.texts[i]);
      given.dataset.name = column.heading;
    }
    const pair = add(row, "span", "pair");
    const track = add(pair, "span", "track");
    const bar = add(track, "span", "bar");
    if (round().before) {
      const mark = add(track, "span", "mark");
      mark.style.left = `${100 * round().before[i]}%`;
    }
    const step = (n) => change(i, (Math.round(100 * guess[i]) + n) / 100);
    const slider = addSlider(track, `your probability of ${label}`, 10, (q) => change(i, q), step);
    const truth = add(add(pair, "span", "track truth"), "span", "bar");
    truth.setAttribute("role", "img");
    const numbers = add(row, "span", "pair numbers");
    const [mine, right] = ["mine", "right"].map((name) => add(numbers, "span", `number ${name}`));
    return { slider, bar, truth, mine, right };
  }

  function build() {
    const held = root.contains(document.activeElement); // who uses the keyboard goes on from here
    const { question, labels, columns, before } = round();
    const needed = model.get("needed");
    restart(root, model, "Predict", `: round ${shown + 1}`);
    root.style.setProperty("--given", columns.length);
    const letters = Math.max(...labels.flatMap((label) => label.split(" ")).map((w) => w.length));
    root.style.setProperty("--longest", letters); // no break inside a name: the bars shrink
    add(root, "p", "question", question);
    const head = add(root, "div", "row head");
    head.setAttribute("aria-hidden", "true");
    add(head, "span", "name");
    for (const column of columns) add(head, "span", "given number", column.heading);
    const heading = add(head, "span", "axis-head");
    const hint = add(heading, "span", "heading");
    addAxis(heading, ["0", "0.5", "1"]);
    const rows = labels.map(addRow);
    const foot = add(root, "div", "foot");
    const button = addButton(foot, "", press);
    const answer = add(foot, "div", "answer");
    add(answer, "p", "longest", longest(round())).setAttribute("aria-hidden", "true");
    const result = addStatus(answer, "p", "result");
    const score = add(foot, "p", "score");

    draw = () => {
      const [done, within] = [committed(), model.get("within")];
      setClass(root, "done", done);
      const { truth } = round();
      rows.forEach(({ slider, bar, truth: truthBar, mine, right }, i) => {
        const and = done ? `, true probability ${showProbability(truth[i])}` : "";
        setSlider(slider, { min: 0, max: 1, value: guess[i], disabled: done,
          text: `${labels[i]}: ${showProbability(guess[i])}${and}` });
        setStyle(bar, "width", percent(guess[i]));
        write(mine, showProbability(guess[i]));
        setStyle(truthBar, "width", percent(done ? truth[i] : 0));
        setAttribute(truthBar, "aria-label",
          done ? `${labels[i]}: true probability ${showProbability(truth[i])}` : "not shown yet");
        write(right, done ? showProbability(truth[i]) : "");
      });
      const more = shown + 1 < model.get("rounds").length;
      write(hint, (done ? "Your prediction, and the truth (striped)" : "Your prediction (drag)") +
        (before ? "; black line: before" : ""));
      write(button, done ? "Next round" : "Commit");
      setAttribute(button, "aria-disabled", done && !more);
      const { distance, sentence } = judge(guess, round(), within);
      const mark = distance <= within ? "✓" : "✗";
      const digits = distance > within && fixed(distance) === fixed(within) ? 3 : 2; // 0.101
      const far = fixed(distance, digits);
      write(result, done ? `${sayDistance(mark, far)} ${sentence}` : "");
      setClass(result, "near", distance <= within);
      const all = model.get("answers");
      const good = model.get("rounds").slice(0, all.length).filter(({ truth }, k) =>
        totalVariation(all[k], truth) <= within);
      const each = model.get("each");
      const enough = good.length >= needed && each.every((kind) =>
        good.some((made) => made.kind === kind));
      const finish = `finish it${each.length ? ", with one of each kind of question" : ""}.`;
      const count = all.length === 1 ? "1 round" : `${all.length} rounds`;
      write(score, !all.length ? `${needed} rounds within ${fixed(within)} ${finish}` :
        `${good.length} of ${count} within ${fixed(within)}; ` +
        (enough ? "done." : `${needed} ${finish}`) +
        (done && !more ? " There are no more rounds without Python." : ""));
    };
    draw();
    if (held) button.focus();
  }

  // A commit in one view, or from Python, shows in the other.
  function answered() {
    const count = model.get("answers").length;
    if (count === 0) return start(0);
    if (count <= shown) return; // another view is behind
    start(count === shown + 1 ? shown : count - 1);
  }
  start(Math.min(model.get("answers").length, model.get("rounds").length - 1));
  return keepUp(root, model, saving, [["answers"], answered], [["rounds"], () => draw()],
    [["title"], () => build()]);
}

export default { render };
