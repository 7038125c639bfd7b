// Python's files, kept in the browser: a second visit asks the server for none of them. A page and its
// kernel's worker ask for the same file, and whoever asks first fetches it for both.

const PLACE = "softmax-python";
// A worker that reads through here hands its own `fetch` to Pyodide: this one is the browser's.
const fetched = globalThis.fetch;

async function fetchWhole(url) {
  const answer = await fetched(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
  if (!url.endsWith(".wasm")) return answer;
  // Browsers compile on arrival only what is called WebAssembly, and not every server knows it.
  return new Response(answer.body, { headers: { "Content-Type": "application/wasm" } });
}

/** Let `told` hear how many bytes of an answer have come. */
function counted(answer, told) {
  let bytes = 0;
  const count = new TransformStream({
    transform(chunk, onward) {
      told((bytes += chunk.byteLength));
      onward.enqueue(chunk);
    },
  });
  return new Response(answer.body.pipeThrough(count), { headers: answer.headers });
}

/** Return the answer to a request for a file: what is kept, or else what the server says. */
export async function kept(url, told = () => {}) {
  // Browsers keep files for pages of https and of this computer alone.
  if (!globalThis.caches || !navigator.locks) return fetchWhole(url);
  return navigator.locks.request(`${PLACE} ${url}`, async () => {
    const place = await caches.open(PLACE);
    if (!(await place.match(url))) {
      const answer = counted(await fetchWhole(url), told);
      try {
        await place.put(url, answer);
      } catch (error) {
        if (error.name !== "QuotaExceededError") throw error;
        return fetchWhole(url);
      }
    }
    return place.match(url);
  });
}

/** Forget every file that is not in this folder: those of an older version of the course. */
export async function forgetOthers(folder) {
  if (!globalThis.caches) return;
  const place = await caches.open(PLACE);
  for (const request of await place.keys())
    if (!request.url.startsWith(folder)) await place.delete(request);
}
