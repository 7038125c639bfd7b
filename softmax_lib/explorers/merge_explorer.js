// The merge explorer: blocks of scores, each with its maximum and its sum, merge in any order.

import { sum } from "../widgets/arithmetic.js";
import { fixed } from "../widgets/numbers.js";
import {
  add, addAxis, addButton, addRoot, addSlider, addStatus, all, percent, restart, setAttribute,
  setClass, setSlider, setStyle, write,
} from "../widgets/page.js";
import { keepUp, saver } from "../widgets/python.js";

// --- Arithmetic ----------------------------------------------------------------------------------

const END = 10; // of the axis of scores

// What softmax has to know of some scores: the largest, and the sum of e^(z - largest).
export function pairOf(scores) {
  const maximum = Math.max(...scores);
  return { maximum, total: sum(scores.map((z) => Math.exp(z - maximum))) };
}
export function mergePairs(one, other) {
  const maximum = Math.max(one.maximum, other.maximum);
  const part = (pair) => pair.total * Math.exp(pair.maximum - maximum);
  return { maximum, total: part(one) + part(other) };
}
// How much of all probability the scores of a pair have.
export const shareOf = (pair, all) =>
  (pair.total * Math.exp(pair.maximum - all.maximum)) / all.total;

// The blocks after some merges [from, onto]: at each place the block that stands there, or, in
// `into`, where its chunk has gone.
export function blocksOf(chunks, merges) {
  const blocks = chunks.map((scores, i) => ({ members: [i], pair: pairOf(scores), into: i }));
  for (const [one, onto] of merges) {
    const [from, to] = [blocks[one], blocks[onto]];
    const members = [...from.members, ...to.members];
    blocks[onto] = { members, pair: mergePairs(from.pair, to.pair), into: onto };
    for (const i of from.members) blocks[i] = { into: onto };
  }
  for (const block of blocks) while (blocks[block.into].into !== block.into) {
    block.into = blocks[block.into].into;
  }
  return blocks;
}

// All scores of a chunk moved, so that its largest is `top`; none leaves the axis.
export function movedTo(scores, top) {
  const [least, most] = [Math.min(...scores), Math.max(...scores)];
  const by = Math.min(END - most, Math.max(-END - least, top - most));
  return scores.map((z) => Number((z + by).toFixed(6)));
}

// --- The page ------------------------------------------------------------------------------------

const HINT = "Drag a block onto another to merge them; or press one, then the other. " +
  "A slider moves all scores of its chunk. A block's bar is its share of all probability.";
const letter = (i) => String.fromCharCode(65 + i);
const nameOf = (block) => block.members.map(letter).join("");
const pairText = ({ maximum, total }) => `max ${fixed(maximum)}, sum ${fixed(total, 4)}`;

function render({ model, el }) {
  const root = addRoot(el, "merge-explorer");
  const { change, ...saving } = saver(model);
  let draw, picked = null; // the place of the block that is to be merged
  const get = (name) => model.get(name);
  const blocks = () => blocksOf(get("chunks"), get("merges"));
  const isBlock = (i) => blocks()[i]?.into === i;

  function pick(i) {
    picked = i;
    draw();
  }
  function merge(one, onto) {
    picked = null;
    change({ merges: [...get("merges"), [one, onto]] });
  }
  function press(i) {
    if (picked === null || picked === i || !isBlock(picked)) pick(picked === i ? null : i);
    else merge(picked, i);
  }

  // A block is dragged onto another: by the mouse or a finger.
  function addDrag(chip, i) {
    let from = null, over = null, dragged = false;
    const mark = (to) => {
      if (over) setClass(over, "over", false);
      over = to;
      if (over) setClass(over, "over", true);
    };
    const under = ({ clientX, clientY }) => {
      const found = el.getRootNode().elementFromPoint(clientX, clientY)?.closest(".chip");
      return found && root.contains(found) && found !== chip && !found.disabled ? found : null;
    };
    chip.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      [from, dragged] = [event, false];
      chip.setPointerCapture(event.pointerId);
    });
    chip.addEventListener("pointermove", (event) => {
      if (!from) return;
      const far = Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > 6;
      if (far && !dragged) {
        dragged = true;
        pick(i);
      }
      if (dragged) mark(under(event));
    });
    const end = (event) => {
      const onto = event.type === "pointerup" && dragged ? over : null;
      mark(null);
      from = null;
      if (onto) merge(i, Number(onto.dataset.place));
      else if (dragged) pick(null);
    };
    chip.addEventListener("pointerup", end);
    chip.addEventListener("pointercancel", end);
    chip.addEventListener("click", () => {
      if (dragged) dragged = false; // it was a drag, and ends with a click of its own
      else press(i);
    });
  }

  function addRow(parent, i) {
    const row = add(parent, "div", "row");
    add(row, "span", "name", letter(i));
    const side = add(row, "div", "side");
    const track = add(side, "span", "track rail");
    const dots = get("chunks")[i].map(() => add(track, "span", "dot"));
    const scores = () => get("chunks")[i];
    const move = (top) => change({ chunks: get("chunks").with(i, movedTo(scores(), top)) });
    const step = (n) => move(Number((Math.max(...scores()) + n / 10).toFixed(6)));
    const slider = addSlider(track, `scores of ${letter(i)}`, 10, move, step);
    const numbers = add(add(side, "span", "numbers"), "span");
    const chip = add(row, "button", "chip");
    chip.dataset.place = i;
    const who = add(chip, "strong"), pair = add(chip, "span", "pair");
    const share = add(add(chip, "span", "track"), "span", "bar");
    addDrag(chip, i);
    return ([now, all]) => {
      const block = now[i], here = block.into === i;
      const texts = scores().map((z) => fixed(z));
      dots.forEach((dot, k) => setStyle(dot, "left", percent((scores()[k] + END) / (2 * END))));
      write(numbers, texts.join(", "));
      const told = here ? pairText(block.pair) : `in ${nameOf(now[block.into])}`;
      const text = `${texts.join(", ")}; ${told}`;
      const [low, high] = [-END + Math.max(...scores()) - Math.min(...scores()), END];
      setSlider(slider, { min: -END, max: high, value: Math.max(low, ...scores()), text });
      write(who, here ? nameOf(block) : "");
      write(pair, told);
      setStyle(share, "width", percent(here ? shareOf(block.pair, all) : 0));
      if (chip.disabled === here) chip.disabled = !here;
      setClass(chip, "picked", picked === i);
      setAttribute(chip, "aria-pressed", String(picked === i));
    };
  }

  function verdict(now) {
    const left = now.filter((block, i) => block.into === i);
    if (picked !== null) return `Merge ${nameOf(now[picked])} with which block?`;
    if (left.length > 1) return `${left.length} blocks are left. Which two do you merge?`;
    return `One block is left, ${nameOf(left[0])}: ${pairText(left[0].pair)}. It is the pair of ` +
      "all scores, in whatever order you merge. Reset, and try another order.";
  }

  function build() {
    restart(root, model, "Merge explorer");
    picked = null;
    const rows = add(root, "div", "rows");
    const drawRows = all(get("chunks").map((_, i) => addRow(rows, i)));
    const foot = add(rows, "div", "row ends");
    add(foot, "span");
    addAxis(foot, [-END, 0, END].map((z) => fixed(z, 0)));
    const result = add(root, "p", "whole");
    const status = addStatus(root, "p", "verdict");
    const buttons = add(root, "div", "buttons");
    addButton(buttons, "Undo", () => {
      picked = null;
      change({ merges: get("merges").slice(0, -1) });
      draw();
    });
    addButton(buttons, "Reset", () => {
      const [chunks, merges] = get("start");
      picked = null;
      change({ chunks, merges });
      draw();
    });
    add(root, "p", "hint", HINT);
    draw = () => {
      const now = blocks(), scores = get("chunks").flat(), whole = pairOf(scores);
      if (picked !== null && now[picked].into !== picked) picked = null;
      drawRows([now, whole]);
      write(result, `All ${scores.length} scores at once: ${pairText(whole)}`);
      write(status, verdict(now));
    };
    draw();
  }

  build();
  let shape = String(get("chunks").map((scores) => scores.length));
  const follow = () => { // another number of scores needs other rows
    const now = String(get("chunks").map((scores) => scores.length));
    if (now === shape) return draw();
    shape = now;
    return build();
  };
  return keepUp(root, model, saving, [["merges"], () => draw()], [["chunks"], follow],
    [["title"], build]);
}

export default { render };
