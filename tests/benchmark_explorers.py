"""How long from an input to its pixels: each explorer beside interact with matplotlib.

Run it from the repository's root, on a machine with little else to do; it takes five minutes::

    python tests/benchmark_explorers.py
    python tests/benchmark_explorers.py attention        # the rows with this in their names
    python tests/benchmark_explorers.py --beside PATH    # and another checkout, in turns

It starts a JupyterLab and a Chromium, says on standard error what it is at, and prints each line of
the table as soon as it has it. Each is one explorer in a notebook:

- key: arrow keys, one at a time;
- step: clicks that move the handle to another place;
- drag: the handle is dragged, with the 125 reports a second of an ordinary mouse, which do not
  wait for an answer; also in updates drawn per second, of at most 60;
- x interact: how many times as fast as interact with matplotlib in the same run, by the medians of
  the work for a key. Interact is measured before the first row, in the middle and after the last
  one, and its median counts.
- / other: with --beside, the work of this checkout divided by that of the other, by the medians of
  keys, steps and drags. The two are measured in turns, so that a moment when the machine is busy
  falls on both.

A latency starts with the time that the browser stamps on the input, and ends after the frame that
shows its effect. How soon a frame begins when everything is ready for it is chance: from 0 to
16.7 ms on a screen that shows 60 a second, whatever is drawn. The latencies hold that wait, since
an eye waits too, and the inputs fall on all phases of a frame. The work is the latency without it.
A busy kernel is one that runs a cell the whole time.

It ends with status 1 when a row takes more than a tenth of interact's work, or more work than the
other checkout by more than a tenth and a millisecond. A few dozen latencies scatter by more than
that, so a row that looks slower is measured six times as long, and all of it counts.
"""

import argparse
import contextlib
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import websocket
from browser import ROOT, open_browser, open_lab
from explorer_tools import open_page
from test_every_explorer import DRAGS, IMPORTS, KINDS, STORY, heap

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
TRIANGLE = """from softmax_lib.explorers import BeatSoftmaxExplorer, TriangleExplorer
{kind}Explorer([1, 0.5, 0], ["a", "b", "c"]{more})"""
RULE = """from softmax_lib.explorers import RuleExplorer
RuleExplorer("log(1 + e^z)")"""
HEAD = f"""from softmax_lib.explorers import HeadExplorer
from softmax_lib.gpt import Storyteller
HeadExplorer(Storyteller.load(), {STORY!r})"""
MERGE = """from softmax_lib.explorers import MergeExplorer
MergeExplorer([[2, 0.5, -1], [3, 1], [-0.5, 0, 1], [2.5]])"""
RANGE = """from softmax_lib.explorers import RangeExplorer
RangeExplorer(20, 20)"""
INTERACT = """import matplotlib.pyplot as plt, numpy as np
from ipywidgets import FloatSlider, interact
from softmax_lib import softmax
z = np.linspace(-2, 2, 4)
def draw(first):
    z[0] = first
    plt.bar(range(4), softmax(z)); plt.ylim(0, 1); plt.show()
interact(draw, first=FloatSlider(min=-6, max=6, step=0.1, value=0));"""
# Puts one explorer in place of the one before: so a notebook is opened once.
SHOW = """import pathlib, ipywidgets
ipywidgets.Widget.close_all()
_ = get_ipython().run_cell(pathlib.Path("case.py").read_text())"""
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


LEAST = 10  # times as fast as interact
AGAIN = 6  # times as many rounds for a row that looks slower than the other checkout
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
    Case(
        "triangle, the point",
        TRIANGLE.format(kind="Triangle", more=', arrows=["a", "c"]'),
        ".triangle-explorer .point",
        ".triangle-explorer .bar",
        grabbed=True,
    ),
    Case(
        "triangle, a score",
        TRIANGLE.format(kind="Triangle", more=""),
        ".triangle-explorer .slider >> nth=0",
        ".triangle-explorer .bar",
    ),
    Case(
        "beat softmax, the point",
        TRIANGLE.format(kind="BeatSoftmax", more=", levels=True, revealed=True"),
        ".beat-softmax-explorer .point",
        ".beat-softmax-explorer .bar",
        grabbed=True,
    ),
    Case(
        "beat softmax, T with lines",
        TRIANGLE.format(kind="BeatSoftmax", more=", levels=True, revealed=True"),
        ".beat-softmax-explorer .dial .slider",
        ".beat-softmax-explorer .bar",
    ),
    Case("rule, a score", RULE, ".rule-explorer .slider >> nth=0", ".rule-explorer .bar"),
    Case("rule, what is added", RULE, ".rule-explorer .dial .slider", ".rule-explorer .bar"),
    Case("head, 27 words", HEAD, ".head-explorer .dial .slider", ".head-explorer path"),
    Case("merge, a chunk", MERGE, ".merge-explorer .slider >> nth=0", ".merge-explorer .pair"),
    Case("range, the point", RANGE, ".range-explorer .point", ".range-explorer .row", grabbed=True),
]
REFERENCE = Case(
    "interact + matplotlib, 4 bars",
    INTERACT,
    ".noUi-handle",
    ".jp-OutputArea-output img",
    16,
)

# Times of inputs, as [latency, work], and of the frames that show what they changed.
WATCH = """(handle) => {
  window.seen?.stop();
  const ended = new AbortController();
  window.seen = { latencies: [], frames: [] };
  let input = null;
  const began = (event) => { input = event.timeStamp; }; // what follows at once is its effect
  for (const name of ["keydown", "pointerdown", "pointermove", "mousemove"]) {
    window.addEventListener(name, began, { capture: true, signal: ended.signal });
  }
  let waiting = false;
  async function painted() {
    if (waiting) return;
    waiting = true;
    const begun = input;
    input = null;
    const image = document.querySelector(".jp-OutputArea-output img");
    if (!document.querySelector(".explorer") && image) await image.decode().catch(() => {});
    const ready = performance.now();
    requestAnimationFrame(() => {
      const waited = performance.now() - ready;
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { // after the frame was handed over
        waiting = false;
        const now = performance.now();
        if (begun !== null) seen.latencies.push([now - begun, now - begun - waited]);
        seen.frames.push(now);
      };
      channel.port2.postMessage(null);
    });
  }
  const area = handle.closest(".jp-Notebook");
  const observer = new MutationObserver((changes) => {
    const drawn = changes.some(({ target, addedNodes }) =>
      (target.parentElement ?? target).closest(".explorer") || target.matches?.("img") ||
      [...addedNodes].some((n) => n.querySelector?.("img") || n.matches?.("img")));
    if (drawn) painted();
  });
  observer.observe(area, { subtree: true, childList: true, characterData: true, attributes: true,
    attributeFilter: ["style", "src", "width", "height"] });
  seen.stop = () => {
    observer.disconnect();
    ended.abort();
  };
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


def measure(lab, case, keys=24, steps=8, drags=100):
    """Return latencies of keys, of steps and of a drag, and the drag's updates per second."""
    slow = case is REFERENCE
    rest = 500 if slow else 200  # until all that an input set off has been drawn
    page = lab.page
    page.bring_to_front()
    (lab.files / "case.py").write_text(case.source, encoding="utf-8")
    page.evaluate("document.querySelectorAll('.jp-OutputArea-child').forEach((e) => e.id = 'old')")
    lab.run(0)
    page.locator("#old").first.wait_for(state="detached")
    handle = page.locator(case.handle).first
    handle.wait_for()
    page.locator(case.result).first.wait_for()
    go_on = lab.files / "go on"
    go_on.unlink(missing_ok=True)
    if case.busy:
        lab.cell(1).locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
    handle.scroll_into_view_if_needed()
    page.wait_for_timeout(rest)
    handle.evaluate(WATCH)

    def taken(wait):
        page.wait_for_timeout(wait)
        return page.evaluate("() => [seen.latencies.splice(0), seen.frames.splice(0)]")

    # Inputs fall on all phases of a frame: some come too late for one.
    generator = random.Random(0)

    def pause():
        return 400 if slow else generator.uniform(40, 40 + 1000 / 60)

    handle.focus()
    for key in ["ArrowRight", "ArrowLeft"] * (1 if slow else 4):  # warm
        page.keyboard.press(key)
        page.wait_for_timeout(pause())
    taken(rest)
    for k in range(8 if slow else keys):
        page.keyboard.press("ArrowRight" if k % 20 < 10 else "ArrowLeft")
        page.wait_for_timeout(pause())
    by_key, _ = taken(rest)

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
    taken(rest)

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
    page.wait_for_function("!document.body.innerText.includes('[*]')")
    rate = (len(frames) - 1) / (frames[-1] - frames[0]) * 1000 if len(frames) > 1 else 0.0
    return by_key, by_step, by_drag, rate


def memory(browser, kind, course, drags=10_000):
    """Return by how many bytes the page's heap grows over many drags, and seconds for each."""
    with open_page(browser, made_by(course, kind)) as (page, _):
        page.evaluate(DRAGS, 500)
        before = heap(page)
        began = time.perf_counter()
        page.evaluate(DRAGS, drags)
        seconds = time.perf_counter() - began
        return heap(page) - before, seconds / drags


def run_in(course, source):
    """Run Python where the modules of a checkout are found, and return the ended process."""
    return subprocess.run(
        [sys.executable, "-c", source],
        cwd=course,  # the first place that Python looks in
        env={**os.environ, "PYTHONPATH": str(course)},
        capture_output=True,
        text=True,
    )


def has(course, source):
    """Whether another checkout can make what a cell shows; an older one may not know it yet."""
    made = run_in(course, source)
    unknown = re.search("^(ImportError|ModuleNotFoundError|NameError)", made.stderr, re.MULTILINE)
    if made.returncode and not unknown:
        raise RuntimeError(f"{course} cannot show this:\n{source}\n{made.stderr}")
    return not made.returncode


def made_by(course, kind):
    """Return what a page needs of an explorer that another checkout makes."""
    code = f"""import json, sys
sys.path.append({str(Path(__file__).parent)!r})
from explorer_tools import live_state
{IMPORTS}explorer = {KINDS[kind][0]}
print(json.dumps([explorer._esm, explorer._css, live_state(explorer)]))"""
    run = run_in(course, code)
    run.check_returncode()
    module, style, state = json.loads(run.stdout)
    return SimpleNamespace(_esm=module, _css=style, get_state=lambda: state)


# --- The table ------------------------------------------------------------------------------------

ACTIONS = ("key", "step", "drag")


@dataclass
class Times:
    """All that was measured of one case in one checkout.

    Attributes
    ----------
    actions : dict of str to list of (float, float)
        Latencies and work, in milliseconds.
    rates : list of float
        Updates drawn per second of each drag.
    """

    actions: dict = field(default_factory=lambda: {action: [] for action in ACTIONS})
    rates: list = field(default_factory=list)

    def add(self, *measured):
        *latencies, rate = measured
        for action, values in zip(ACTIONS, latencies, strict=True):
            self.actions[action] += values
        self.rates.append(rate)

    def work(self, action):
        values = [work for _, work in self.actions[action]]
        return statistics.median(values) if values else float("nan")

    def line(self, name):
        cells = ""
        for measured in self.actions.values():
            values = [latency for latency, _ in measured] or [float("nan")]
            cells += f"{statistics.median(values):9.1f}{ninety_fifth(values):7.1f}"
        return f"{name:34}{cells}{statistics.median(self.rates):11.0f}"


def times_as_fast(ours, reference):
    return reference.work("key") / ours.work("key")


def is_slower(ours, others):
    pairs = [(ours.work(action), others.work(action)) for action in ACTIONS]
    return [a for a, (x, y) in zip(ACTIONS, pairs, strict=True) if x > max(1.1 * y, y + 1)]


def note(text):
    """Say on standard error what is being done, on one line where that is a terminal."""
    end = "\r" if sys.stderr.isatty() else "\n"
    print(f"{text:78}", end=end, file=sys.stderr, flush=True)


def say(text):
    print(text, flush=True)


def run(case, labs, rounds):
    """Measure a case in each of the labs, in turns, and return its `Times` in each."""
    times = [Times() for _ in labs]
    for n in range(AGAIN * rounds):
        if n == rounds and not any(is_slower(times[0], beside) for beside in times[1:]):
            break  # else all further rounds are made: to stop when it fits would be to choose
        for k in range(len(labs))[:: -1 if n % 2 else 1]:
            note(f"{case.name}: {n + 1} of {rounds}{', the other checkout' * (k > 0)}")
            times[k].add(*measure(labs[k], case))
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("only", nargs="?", default="", help="what a row's name has to hold")
    parser.add_argument("--beside", metavar="PATH", type=Path, help="another checkout")
    parser.add_argument("--rounds", type=int, default=2, help="of each row (2)")
    options = parser.parse_args()
    courses = [ROOT, *([options.beside.resolve()] if options.beside else [])]
    cases = [case for case in CASES if options.only in case.name]
    began, faults = time.monotonic(), []
    with contextlib.ExitStack() as stack:
        note("starting JupyterLab and a browser")
        browser = stack.enter_context(open_browser(f"--remote-debugging-port={PORT}"))
        labs = []
        for course in courses:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            labs.append(stack.enter_context(open_lab(browser, folder, course=course)))
            labs[-1].write("one", [SHOW, BUSY])
            labs[-1].open("one")
        other = f"{'/ other':>18}" * (len(labs) > 1)
        units = "".join(f"{action + ', ms':>16}" for action in ACTIONS)
        say(f"{'':34}{units}{'drag':>11}{'x interact':>12}{other}")
        heads = "".join(f"{action:>6}" for action in ACTIONS) * (len(labs) > 1)
        say(f"{'':34}" + f"{'median   95 %':>16}" * 3 + f"{'updates/s':>11}{'by keys':>12}{heads}")
        (reference,) = run(REFERENCE, labs[:1], 1)
        say(reference.line(REFERENCE.name))
        rows = {}
        for n, case in enumerate(cases, 1):
            known = [
                lab
                for lab, course in zip(labs, courses, strict=True)
                if course == ROOT or has(course, case.source)
            ]
            ours, *others = rows[case.name] = run(case, known, options.rounds)
            line = f"{ours.line(case.name)}{times_as_fast(ours, reference):12.1f}"
            for beside in others:
                line += "".join(f"{ours.work(a) / beside.work(a):6.2f}" for a in ACTIONS)
            say(line)
            for beside in others:
                say(beside.line("    the other checkout"))
            if len(known) < len(labs):
                say("    the other checkout does not have it")
            if n in (len(cases) // 2, len(cases)):
                reference.add(*measure(labs[0], REFERENCE))
                say(reference.line(f"{REFERENCE.name}, so far"))
        for name, (ours, *others) in rows.items():
            times = times_as_fast(ours, reference)
            if times < LEAST:
                faults.append(f"{name}: {times:.1f} times as fast as interact, not {LEAST}")
            for beside in others:
                faults += [f"{name}: slower, by {action}" for action in is_slower(ours, beside)]
        for kind in KINDS if not options.only else ():
            for n, course in enumerate(courses):
                if n and not has(course, IMPORTS + KINDS[kind][0]):
                    continue
                note(f"10,000 drags, {kind}")
                grown, each = memory(browser, kind, course)
                where = ", the other checkout" * n
                say(f"10,000 drags, {kind}{where}: {grown:+,} bytes, {1e6 * each:.0f} µs each")
    minutes = (time.monotonic() - began) / 60
    verdict = "; ".join(faults) or f"every row is at least {LEAST} times as fast as interact" + (
        ", and none slower than the other checkout" * bool(options.beside)
    )
    say(f"{minutes:.1f} minutes: {verdict}")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
