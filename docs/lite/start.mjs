// What the kernel's worker loads as Pyodide. All packages come in one file, already compiled, and are
// put where Python looks for them: unpacking some forty wheels takes a browser many seconds.

import { kept } from "./kept.mjs";
import { loadPyodide as load } from "./pyodide.mjs";

const HERE = new URL(".", import.meta.url).href;
const SITE = "/lib/python3.12/site-packages/";
// What a learner's first cell asks for; what draws comes later, since no first cell draws.
const COURSE = "import softmax_lib.exercises, softmax_lib.explorers, softmax_lib.figures";
const DRAWING = "import matplotlib.figure, matplotlib.backends.backend_agg";

/** Put the files of an archive, which docs/lite/build.py writes, where Python finds them. */
export function put(FS, archive) {
  const size = new DataView(archive.buffer, archive.byteOffset).getUint32(0, true);
  let start = 4 + size;
  const folders = new Set();
  for (const [name, bytes] of JSON.parse(new TextDecoder().decode(archive.subarray(4, start)))) {
    const path = SITE + name;
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!folders.has(folder)) FS.mkdirTree(folder);
    folders.add(folder);
    // The file stays where it is in the archive: nothing is copied.
    FS.writeFile(path, archive.subarray(start, start + bytes), { canOwn: true });
    start += bytes;
  }
}

async function unzipped(answer) {
  const stream = answer.body.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Load Pyodide with all packages of the course; the page hears of each step. */
export async function loadPyodide(options) {
  const page = new BroadcastChannel("softmax-python");
  const tell = (step) => page.postMessage({ step });
  tell("core");
  const archive = kept(`${HERE}packages.bin`).then(unzipped);
  archive.catch(() => {}); // it is awaited below
  const browsers = self.fetch;
  self.fetch = (url, more) =>
    String(url).startsWith(HERE) ? kept(String(url)) : browsers(url, more);
  try {
    const pyodide = await load({ ...options, packages: [] }).finally(() => {
      self.fetch = browsers;
    });
    tell("packages");
    put(pyodide.FS, await archive);
    tell("kernel");
    pyodide.runPython(`
      import importlib
      importlib.invalidate_caches()
      import pyodide_kernel
      # Its completions come from Jedi, which is not here: 3 MB that only guess. IPython's own look.
      pyodide_kernel.kernel_instance.interpreter.Completer.use_jedi = False
    `);
    tell("course");
    // In turns of their own: whatever the learner runs meanwhile waits for no import it does not need.
    setTimeout(() => {
      try {
        pyodide.runPython(COURSE);
      } finally {
        tell("ready"); // what went wrong, a cell will say
      }
      setTimeout(() => pyodide.runPython(DRAWING), 1000);
    });
    return pyodide;
  } catch (error) {
    page.postMessage({ failed: String(error.message ?? error) });
    throw error;
  }
}
