"""How long from an input to its pixels: each explorer beside interact with matplotlib.

Run it from the repository's root, on a machine with little else to do::

    python tests/benchmark_explorers.py

It starts a JupyterLab and a Chromium, and goes through all the cases three times, so that a moment
when the machine is busy falls on each of them. Each line of the table is one explorer in a
notebook:

- key: arrow keys, one at a time;
- step: clicks that move the handle to another place;
- drag: the handle is dragged, with the 125 reports a second of an ordinary mouse, which do not
  wait for an answer; also in updates drawn per second, of at most 60.

A latency starts with the time that the browser stamps on the input, and ends after the frame that
shows its effect. A busy kernel is one that runs a cell the whole time.
"""

import json
import random
import socket
import statistics
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import websocket
from browser import open_browser, open_lab
from explorer_tools import open_page
from test_every_explorer import DRAGS, KINDS, heap, make

SOFTMAX = """from softmax_lib.explorers import SoftmaxExplorer
import numpy as np
SoftmaxExplorer(np.linspace(-2, 2, {count}).round(1){more})"""
TELLER = """from softmax_lib.explorers import NextWordExplorer
from softmax_lib.gpt import Storyteller
NextWordExplorer(Storyteller.load(), "Once upon a time there was a"{more})"""
ATTENTION = """from softmax_lib.explorers import AttentionExplorer
import numpy as np
generator = np.random.default_rng(0)
AttentionExplorer(q=generator.normal(size=({count}, 16)), k=generator.normal(size=({count}, 16)))"""
INTERACT = """import matplotlib.pyplot as plt, numpy as np
from ipywidgets import FloatSlider, interact
from softmax_lib import softmax
z = np.linspace(-2, 2, 4)
def draw(first):
    z[0] = first
    plt.bar(range(4), softmax(z)); plt.ylim(0, 1); plt.show()
interact(draw, first=FloatSlider(min=-6, max=6, step=0.1, value=0));"""
BUSY = """import pathlib, time
while not pathlib.Path("go on").exists():
    time.sleep(0.01)"""


@dataclass
class Case:
    """One line of the table.

    Attributes
    ----------
    name : str
    source : str
        The cell that shows it.
    handle : str
        CSS of what is dragged and takes the keys.
    result : str
        CSS of what changes.
    thumb : int
        The handle's width in pixels.
    busy : bool
        Whether a cell runs meanwhile.
    grabbed : bool
        Whether a drag counts from where it began: then a step is a press and a jump of the mouse,
        and not a click on another place.
    """

    name: str
    source: str
    handle: str
    result: str
    thumb: int = 22
    busy: bool = False
    grabbed: bool = False


ROUNDS = 3
ROW = ".softmax-explorer .row:not(.head) >> nth=0"
SCORE, GRIP = f"{ROW} >> .logits .slider", f"{ROW} >> .probabilities .slider"
BAR = ".softmax-explorer .row:not(.head) .probabilities .bar"
CASES = [
    Case("softmax, 4 bars", SOFTMAX.format(count=4, more=""), SCORE, BAR),
    Case("softmax, 10 bars", SOFTMAX.format(count=10, more=""), SCORE, BAR),
    Case("softmax, 50 bars", SOFTMAX.format(count=50, more=""), SCORE, BAR),
    Case("softmax, 10 bars, kernel busy", SOFTMAX.format(count=10, more=""), SCORE, BAR, busy=True),
    Case("softmax, 10 bars, a probability", SOFTMAX.format(count=10, more=""), GRIP, BAR, 12),
    Case(
        "softmax, 10 bars, the panel open",
        SOFTMAX.format(count=10, more=", more_open=True"),
        SCORE,
        BAR,
    ),
    Case(
        "predict",
        "from softmax_lib.explorers import SoftmaxExplorer\n"
        "SoftmaxExplorer([1, 2, 3], ['a', 'b', 'c']).predict()",
        ".predict-explorer .slider >> nth=0",
        ".predict-explorer .bar",
        14,
    ),
    Case(
        "next word, temperature, 795 words",
        TELLER.format(more=""),
        ".next-word-explorer .dials .slider >> nth=0",
        ".next-word-explorer .bar",
    ),
    Case(
        "next word, top-p, 795 words",
        TELLER.format(more=", top_p=0.9"),
        ".next-word-explorer .dials .slider >> nth=2",
        ".next-word-explorer .bar",
    ),
    Case(
        "next word, the number drawn",
        TELLER.format(more=""),
        ".next-word-explorer .strip .slider",
        ".next-word-explorer .part",
    ),
    Case(
        "attention, 6 by 6",
        ATTENTION.format(count=6),
        ".attention-explorer .score >> nth=2",
        ".attention-explorer .score",
        grabbed=True,
    ),
    Case(
        "attention, 12 by 12",
        ATTENTION.format(count=12),
        ".attention-explorer .score >> nth=2",
        ".attention-explorer .score",
        grabbed=True,
    ),
]
REFERENCE = Case(
    "interact + matplotlib, 4 bars",
    INTERACT,
    ".noUi-handle",
    ".jp-OutputArea-output img",
    16,
)

# Times of inputs, and of the frames that show what they changed.
WATCH = """(handle) => {
  window.seen = { latencies: [], frames: [] };
  let input = null;
  const began = (event) => { input = event.timeStamp; }; // what follows at once is its effect
  for (const name of ["keydown", "pointerdown", "pointermove", "mousemove"]) {
    window.addEventListener(name, began, { capture: true });
  }
  let waiting = false;
  async function painted() {
    if (waiting) return;
    waiting = true;
    const begun = input;
    input = null;
    const image = document.querySelector(".jp-OutputArea-output img");
    if (!document.querySelector(".explorer") && image) await image.decode().catch(() => {});
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { // after the frame was handed over
        waiting = false;
        const now = performance.now();
        if (begun !== null) seen.latencies.push(now - begun);
        seen.frames.push(now);
      };
      channel.port2.postMessage(null);
    });
  }
  const area = handle.closest(".jp-Notebook");
  new MutationObserver((changes) => {
    const drawn = changes.some(({ target, addedNodes }) =>
      (target.parentElement ?? target).closest(".explorer") || target.matches?.("img") ||
      [...addedNodes].some((n) => n.querySelector?.("img") || n.matches?.("img")));
    if (drawn) painted();
  }).observe(area, { subtree: true, childList: true, characterData: true, attributes: true,
    attributeFilter: ["style", "src", "width", "height"] });
}"""


def ninety_fifth(values):
    return sorted(values)[max(0, round(0.95 * len(values)) - 1)] if values else float("nan")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


PORT = free_port()  # where Chromium takes what Playwright cannot send: inputs that nobody waits for


def move_mouse(page, places, y, rate=125):
    """Move the mouse as a hand does: `rate` reports a second, whether or not they are taken."""
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/json/list") as answer:
        (found,) = [target for target in json.load(answer) if target["url"] == page.url]
    wire = websocket.create_connection(found["webSocketDebuggerUrl"], suppress_origin=True)
    began = time.perf_counter()
    for k, place in enumerate(places):
        time.sleep(max(0, began + k / rate - time.perf_counter()))
        move = {"type": "mouseMoved", "x": place, "y": y, "button": "left", "buttons": 1}
        wire.send(json.dumps({"id": k, "method": "Input.dispatchMouseEvent", "params": move}))
    wire.close()


def measure(lab, case, keys=60, steps=20, drags=250):
    """Return latencies of keys, of steps and of a drag, and the drag's updates per second."""
    slow = case is REFERENCE
    lab.write("one", [case.source, BUSY])
    lab.open("one")
    lab.run(0)
    page = lab.page
    handle = page.locator(case.handle).first
    handle.wait_for()
    page.locator(case.result).first.wait_for()
    go_on = lab.files / "go on"
    go_on.unlink(missing_ok=True)
    if case.busy:
        lab.cell(1).locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
    handle.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    handle.evaluate(WATCH)

    def taken(wait):
        page.wait_for_timeout(wait)
        return page.evaluate("() => [seen.latencies.splice(0), seen.frames.splice(0)]")

    # An input waits for the next frame, and that for up to 17 ms: so inputs fall on all its phases.
    generator = random.Random(0)

    def pause():
        return 400 if slow else generator.uniform(40, 40 + 1000 / 60)

    handle.focus()
    for k in range(4 if slow else keys):
        page.keyboard.press("ArrowRight" if k % 20 < 10 else "ArrowLeft")
        page.wait_for_timeout(pause())
    by_key, _ = taken(500)

    rail = page.locator(".noUi-base").first if slow else handle
    box = rail.bounding_box()
    y = box["y"] + box["height"] / 2
    if case.grabbed:
        box = {"x": box["x"] - 75, "width": box["width"] + 150}

    def x(part):
        return box["x"] + case.thumb / 2 + (box["width"] - case.thumb) * part

    by_step = []
    for k in range(4 if slow else steps):
        page.mouse.move(x(0.5 if case.grabbed else 0.3 + 0.4 * (k % 2)), y)
        page.wait_for_timeout(60)
        page.evaluate("seen.latencies.length = 0")
        page.mouse.down()
        if case.grabbed:
            page.mouse.move(x(0.4 + 0.2 * (k % 2)), y)
        page.wait_for_timeout(pause())
        page.mouse.up()
        by_step += page.evaluate("seen.latencies.slice(0, 1)")
        page.wait_for_timeout(30)
    taken(500)

    if slow:
        box_handle = handle.bounding_box()
        page.mouse.move(box_handle["x"] + case.thumb / 2, y)
    else:
        page.mouse.move(x(0.5), y)
    page.mouse.down()
    taken(300)
    move_mouse(page, [x(0.5 + 0.4 * abs((k / 60) % 2 - 1) - 0.2) for k in range(drags)], y)
    page.wait_for_timeout(50)
    page.mouse.up()
    by_drag, frames = taken(1000 if slow else 300)
    go_on.touch()
    rate = (len(frames) - 1) / (frames[-1] - frames[0]) * 1000 if len(frames) > 1 else 0.0
    return by_key, by_step, by_drag, rate


def memory(browser, kind, drags=10_000):
    """Return by how many bytes the page's heap grows over many drags, and how long one takes."""
    with open_page(browser, make(kind)) as (page, _):
        page.evaluate(DRAGS, 500)
        before = heap(page)
        began = time.perf_counter()
        page.evaluate(DRAGS, drags)
        seconds = time.perf_counter() - began
        return heap(page) - before, seconds / drags


def main(only=""):
    print(f"{'':34}{'key, ms':>16}{'step, ms':>16}{'drag, ms':>16}{'drag':>12}")
    print(f"{'':34}" + f"{'median   95 %':>16}" * 3 + f"{'updates/s':>12}")
    with (
        open_browser(f"--remote-debugging-port={PORT}") as browser,
        tempfile.TemporaryDirectory() as folder,
    ):
        cases = [*(case for case in CASES if only in case.name), REFERENCE]
        seen = {case.name: [] for case in cases}
        with open_lab(browser, folder) as lab:
            for _ in range(ROUNDS):
                for case in cases:
                    seen[case.name].append(measure(lab, case))
        medians = {}
        for name, rounds in seen.items():
            *times, rates = zip(*rounds, strict=True)
            line = f"{name:34}"
            for values in map(list, map(chain.from_iterable, times)):
                middle = statistics.median(values) if values else float("nan")
                line += f"{middle:9.1f}{ninety_fifth(values):7.1f}"
                medians.setdefault(name, middle)  # of the keys, which come first
            print(f"{line}{statistics.median(rates):12.0f}")
        slowest = medians.pop(REFERENCE.name)
        for name, value in medians.items():
            print(f"{name}: {slowest / value:.1f} times as fast as interact (key, median)")
        for kind in KINDS:
            grown, each = memory(browser, kind)
            print(f"10,000 drags, {kind}: {grown:+,} bytes of heap, {1e6 * each:.0f} µs each")


if __name__ == "__main__":
    main(*sys.argv[1:])
