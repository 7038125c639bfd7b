// Cutting a vocabulary short, and drawing a word from what is left.

import { sum } from "./shared.js";

// The places of the words from the highest score to the lowest; equal scores keep their order.
export function rank(scores) {
  const falling = (i, j) => (scores[i] === scores[j] ? 0 : scores[i] > scores[j] ? -1 : 1);
  return scores.map((_, i) => i).sort(falling);
}

// Probabilities after top-k, top-p and min-p, one after the other, shared out again; and how many
// words each of the three left. They are always the first ones of `order`.
export function cutWords(p, scores, topK, topP, minP) {
  const order = rank(scores);
  const ranked = order.map((i) => p[i]);
  let count = p.length;
  if (topK !== null && topK < count) {
    const least = scores[order[topK - 1]]; // ties with the last word stay
    count = scores.filter((z) => z >= least).length;
  }
  const left = [count];
  if (topP < 1) {
    const enough = topP * sum(ranked.slice(0, count));
    let before = 0, kept = 0;
    while (kept < count && before < enough) before += ranked[kept++]; // the one that crosses stays
    count = Math.max(1, kept);
  }
  left.push(count);
  if (minP > 0) {
    const rises = ranked.slice(0, count).filter((x) => x >= minP * ranked[0]);
    count = Math.max(1, rises.length);
  }
  left.push(count);
  if (count === p.length) return { after: [...p], order, left };
  const total = sum(ranked.slice(0, count));
  const after = p.map(() => 0);
  for (const i of order.slice(0, count)) after[i] = p[i] / total;
  return { after, order, left };
}

// Lay the words side by side on a line from 0 to 1: which one holds u, and from where to where?
export function fall(after, order, u) {
  const total = sum(order.map((i) => after[i]));
  let low = 0, found = null;
  for (const [place, i] of order.entries()) {
    if (after[i] <= 0) continue;
    const high = low + after[i];
    found = { index: i, place, low: low / total, high: high / total };
    if (u * total < high) break;
    low = high;
  }
  return found;
}
