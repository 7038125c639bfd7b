"""What the explorers' tests share: an explorer's ES module in a bare page, with or without Python.

`arithmetic` calls what a module exports; `open_page` shows a whole explorer with a stand-in for
the kernel that only remembers what was saved.
"""

import contextlib
import json
import math
import weakref

WINDOW = {"width": 1000, "height": 800}
_pages = weakref.WeakKeyDictionary()  # of each browser, by options
LOAD = """async (source) => {
  const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
  window.explorer = await import(url);
  const parts = (x, f) => Object.fromEntries(Object.entries(x).map(([k, v]) => [k, f(v)]));
  const from = (x) => Array.isArray(x) ? x.map(from)
    : x && typeof x === "object" ? parts(x, from)
    : x === "inf" ? Infinity : x === "-inf" ? -Infinity : x === "nan" ? NaN : x;
  const to = (x) => Array.isArray(x) ? x.map(to)
    : x && typeof x === "object" ? parts(x, to)
    : typeof x === "number" && !Number.isFinite(x) ? String(x) : x ?? null;
  window.call = (name, cases) =>
    JSON.stringify(JSON.parse(cases).map((c) => to(explorer[name](...from(c)))));
}"""
RENDER = """async ([source, state]) => {
  const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
  const { default: widget } = await import(url);
  const listeners = {};
  window.model = {
    saves: 0,
    get: (name) => state[name],
    set(name, value) {
      if (JSON.stringify(state[name]) === JSON.stringify(value)) return;
      state[name] = value;
      for (const heard of [...(listeners[`change:${name}`] ?? [])]) heard();
    },
    save_changes() { this.saves += 1; },
    on: (name, heard) => (listeners[name] ??= []).push(heard),
    off: (name, heard) => (listeners[name] = listeners[name].filter((other) => other !== heard)),
    heard: () => Object.values(listeners).flat().length,
  };
  window.close = widget.render({ model, el: document.querySelector("main") });
}"""
FRAME = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
PAGE = (
    '<!doctype html><html lang="en"><title>An explorer</title>'
    '<body data-jp-theme-light="{light}" style="margin:12px;background:{paper}">'
    "<style>{style}</style><main></main></body></html>"
)


def _sent(x):
    if isinstance(x, list | tuple):
        return [_sent(y) for y in x]
    if isinstance(x, dict):
        return {key: _sent(y) for key, y in x.items()}
    return str(x) if isinstance(x, float) and not math.isfinite(x) else x


def _got(x):
    if isinstance(x, list):
        return [_got(y) for y in x]
    if isinstance(x, dict):
        return {key: _got(y) for key, y in x.items()}
    return {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}.get(x, x) \
        if isinstance(x, str) else x  # fmt: skip


@contextlib.contextmanager
def arithmetic(browser, explorer):
    """Yield ``call(name, cases)``: a function of the explorer's module, on a list of arguments."""
    page = browser.new_page()
    page.goto("about:blank")
    page.evaluate(LOAD, explorer._esm)

    def call(name, cases):
        # As one text each way: much faster than value by value.
        code = "([name, cases]) => call(name, cases)"
        return _got(json.loads(page.evaluate(code, [name, json.dumps(_sent(cases))])))

    yield call
    page.close()


@contextlib.contextmanager
def open_page(browser, explorer, light=True, viewport=WINDOW, **options):
    """Yield a page that shows one explorer, and the list of its errors; no kernel, no network.

    A page of the browser is used again, since a new one takes half a second. `options` go to
    Playwright's ``new_context``.
    """
    page = _page(browser, options)
    if page.viewport_size != viewport:
        page.set_viewport_size(viewport)
        page.evaluate(FRAME)  # the page hears of it in the next one
    errors = []

    def failed(error):
        errors.append(str(error))

    def said(message):
        if message.type == "error":
            errors.append(message.text)

    page.on("pageerror", failed)
    page.on("console", said)
    paper = "#ffffff" if light else "#111111"
    page.set_content(PAGE.format(light=str(light).lower(), paper=paper, style=explorer._css))
    page.evaluate(RENDER, [explorer._esm, live_state(explorer)])
    page.evaluate(FRAME)  # labels that do not fit are left out in the next one
    yield page, errors
    page.remove_listener("pageerror", failed)
    page.remove_listener("console", said)
    page.mouse.move(0, 0)
    page.goto("about:blank")


def _page(browser, options):
    """Return the browser's page with such options: an empty one."""
    pages = _pages.setdefault(browser, {})
    name = json.dumps(options, sort_keys=True)
    if name not in pages or pages[name].is_closed() or pages[name].url != "about:blank":
        pages[name] = browser.new_context(offline=True, **options).new_page()
    return pages[name]


def live_state(explorer):
    """Return what the browser gets of an explorer, as JSON can hold it."""
    state = {k: v for k, v in explorer.get_state().items() if not k.startswith("_")}
    state = {k: v for k, v in state.items() if k not in ("layout", "comm", "tabbable", "tooltip")}
    return json.loads(json.dumps(state, allow_nan=False))
