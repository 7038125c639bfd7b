// Says what a page waits for until Python is there, and fetches it while JupyterLab still loads.

import { DARK, LIGHT } from "./colors.mjs"; // build.py writes it
import { forgetOthers, kept } from "./kept.mjs";
import "./unkept.mjs";

const HERE = new URL(".", import.meta.url).href;
const STEPS = {
  core: "its core",
  packages: "the packages",
  kernel: "the kernel",
  course: "the course's module",
};
const STYLE = `
#softmax-loading { ${LIGHT} position: fixed; inset: auto 1.5rem 2.5rem auto; width: 22rem;
  max-width: calc(100vw - 2rem); box-sizing: border-box; padding: .75rem 1rem;
  z-index: 10000; pointer-events: none; font: 14px/1.4 system-ui, sans-serif; color: var(--ink);
  background: var(--paper); border: 1px solid var(--edge); border-radius: 6px;
  box-shadow: 0 2px 8px var(--handle-shadow); }
#softmax-loading p { margin: 0; }
#softmax-loading progress { display: block; width: 100%; height: .75rem; margin: .4rem 0;
  accent-color: var(--focus); }
@media (prefers-color-scheme: dark) {
  #softmax-loading { ${DARK} }
}`;

const card = document.createElement("section");
card.id = "softmax-loading";
card.setAttribute("aria-label", "Python");
// A screen reader hears what begins, and reads how far it is when asked.
card.innerHTML = `<style>${STYLE}</style><p role="status"></p>
<progress max="100" value="0" aria-label="Loading Python"></progress><p class="more"></p>`;
const [words, more] = card.querySelectorAll("p");
const bar = card.querySelector("progress");

function show(saying, percent, detail) {
  if (!card.isConnected) document.body.append(card);
  if (words.textContent !== saying) words.textContent = saying;
  bar.value = percent;
  bar.setAttribute("aria-valuetext", `${saying} ${detail}`);
  more.textContent = detail;
}

const MB = (bytes) => Math.round(bytes / 1e6);
// While this is here, the worker's Pyodide need not compile: a browser does it once for equal bytes.
let compiled;
let arrived = false; // whether all files are here
let failed = false; // whether something could not be had: that stays, whatever else arrives
let step = null; // what the kernel does; null while there is none
const WAITS = "A cell that you run now waits, and then runs by itself.";
// Only what opens a notebook starts a kernel at once.
let expected = new URLSearchParams(location.search).has("path");

function showFailure(reason) {
  failed = true;
  const next = "What has arrived is kept. Reload the page to go on.";
  show("Python could not be loaded.", 0, `${reason}. ${next}`);
}

function showStep() {
  const names = Object.keys(STEPS);
  const place = names.indexOf(step);
  const detail = `Step ${place + 1} of ${names.length}: ${STEPS[step]}. A few seconds. ${WAITS}`;
  show("Starting Python.", (100 * place) / names.length, detail);
}

new BroadcastChannel("softmax-python").onmessage = ({ data }) => {
  // Another tab's kernel may say it; but nothing may stay when this tab comes back.
  if (document.hidden && data.step !== "ready") return;
  const places = Object.keys(STEPS); // of several kernels, what the first one does is told
  if (places.indexOf(data.step) >= 0 && places.indexOf(data.step) < places.indexOf(step)) return;
  if (data.failed) {
    showFailure(data.failed);
  } else if (data.step === "ready") {
    failed = expected = false;
    step = null;
    card.remove();
  } else {
    step = data.step;
    if (arrived) showStep();
  }
};

/** Fetch all files and say how much of them is here. */
async function fetchAll(sizes) {
  const all = Object.values(sizes).reduce((a, b) => a + b);
  const here = {};
  const told = (name) => (bytes) => {
    if (failed) return;
    here[name] = bytes;
    const sum = Object.values(here).reduce((a, b) => a + b, 0);
    const readable = document.querySelector(".jp-Notebook .jp-RenderedMarkdown");
    const then = readable ? `Read on meanwhile. ${WAITS}` : "The notebook opens before all is here.";
    const detail = `${MB(sum)} of ${MB(all)} MB. This happens once: your browser keeps it.`;
    show("Loading Python.", (100 * sum) / all, `${detail} ${then}`);
  };
  await Promise.all(
    Object.keys(sizes).map(async (name) => {
      const answer = await kept(HERE + name, told(name));
      if (name.endsWith(".wasm")) compiled = await WebAssembly.compileStreaming(answer);
    })
  );
}

async function load() {
  if (expected) show("Starting JupyterLab.", 0, "A few seconds; on a slow line half a minute.");
  const sizes = await (await fetch(`${HERE}sizes.json`)).json();
  if (globalThis.caches && navigator.locks) await fetchAll(sizes);
  arrived = true;
  if (step) showStep();
  else if (expected) {
    show("Starting JupyterLab.", 0, "It opens the notebook. A few seconds.");
    setTimeout(() => step || failed || card.remove(), 30_000); // there may be no such notebook
  }
  else card.remove();
  await forgetOthers(HERE);
}

// On a phone the list of files would leave a notebook no room.
async function makeRoom() {
  for (let tries = 0; tries < 300 && !document.querySelector(".jp-Notebook"); tries++) {
    await new Promise((go) => setTimeout(go, 200));
  }
  const app = globalThis.jupyterapp;
  if (!app) return;
  await app.commands.execute("application:set-mode", { mode: "single-document" });
  let touched = false;
  addEventListener("pointerdown", () => (touched = true), { once: true });
  for (let tries = 0; tries < 40 && !touched; tries++) { // what was open opens again, a little later
    if (!app.shell.leftCollapsed) app.shell.collapseLeft();
    await new Promise((go) => setTimeout(go, 250));
  }
}
if (innerWidth < 700) makeRoom();

load().catch((error) => showFailure(error.message));
