// Says that a page cannot keep the learner's progress, where the browser gives it no service worker:
// through one the kernel reaches the files that the browser keeps.

const INSECURE = `This page cannot keep your progress: its address does not begin with https.
Your notebooks stay.`;
const NONE = `This page cannot keep your progress: your browser gives it no service worker.
In a private window your notebooks go, too, when you close it: download what you want to keep.`;
const STYLE = `
#softmax-unkept { position: fixed; inset: 3.5rem 1.5rem auto auto; width: 22rem;
  max-width: calc(100vw - 2rem); box-sizing: border-box; padding: .75rem 1rem; z-index: 10001;
  font: 14px/1.4 system-ui, sans-serif; color-scheme: light dark; color: CanvasText;
  background: Canvas; border: 2px solid; border-radius: 6px; }
#softmax-unkept p { margin: 0 0 .5rem; }
#softmax-unkept button { font: inherit; }`;

if (!isSecureContext || !navigator.serviceWorker) {
  const card = document.createElement("section");
  card.id = "softmax-unkept";
  card.setAttribute("aria-label", "Progress");
  card.innerHTML = "<style></style><p role='status'></p><button>Close</button>";
  card.querySelector("style").textContent = STYLE;
  card.querySelector("button").onclick = () => card.remove();
  document.body.append(card);
  card.querySelector("p").textContent = isSecureContext ? NONE : INSECURE; // in the page: it is heard
}
