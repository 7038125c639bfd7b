// Between the page and Python: saving what a hand has done, and hearing what Python says.

import { write } from "./page.js";

export const AGAIN = "choose Run → Run All Above Selected Cell, then run this cell.";
const LOST = `Python was restarted or stopped, and does not hear this. To go on, ${AGAIN}`;

// With a softmax of the learner's own, only Python has the answer: it is asked for one.
export const isWaiting = (model) =>
  model.get("own") && model.get("asked") !== model.get("answered");
export const sayWaiting = (model) =>
  model.alone ? "This page has no Python, which works out your softmax." : "Waiting for Python…";

// Setting a value draws every view of a model at once. Python hears of it soon after: when the hand
// rests, or in a long drag every `most` milliseconds, and when the page has nothing to draw. Its
// answer is never waited for.
const idle = window.requestIdleCallback ?? ((call) => call()); // Safari has none
export function saver(model) {
  const asks = model.get("own") && model.get("asked") !== undefined;
  const most = asks ? 100 : 300;
  let timer = null, since = 0;
  function now() {
    clearTimeout(timer);
    timer = null;
    model.save_changes();
  }
  const end = () => timer !== null && now(); // when a view is closed
  function later() {
    if (timer === null) since = performance.now();
    else if (performance.now() - since > most - 100) return; // it has waited long enough
    clearTimeout(timer);
    timer = setTimeout(() => idle(end, { timeout: 100 }), 100);
  }
  function change(values) {
    if (asks) model.set("asked", model.get("asked") + 1);
    for (const name in values) model.set(name, values[name]);
    later();
  }
  return { change, now, end };
}

// Keep up with a model until the function returned is called: each group is the names of values,
// and what to call when one of them changes.
export function keepUp(root, model, saving, ...groups) {
  const pairs = groups.flatMap(([names, call]) => names.map((name) => [`change:${name}`, call]));
  // A restart ends the connection; when Python was stopped, there is another one or none.
  const kernel = () => model.widget_manager?.kernel;
  const first = kernel();
  const sayIf = (lost) => lost && write(root.lost, LOST);
  pairs.push(["comm_live_update", () => sayIf(true)]);
  pairs.push(["change", () => sayIf(kernel() !== first || first?.status === "dead")]);
  for (const [event, call] of pairs) model.on(event, call);
  return () => {
    for (const [event, call] of pairs) model.off(event, call);
    saving.end();
  };
}
