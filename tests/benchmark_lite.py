"""The course in a browser alone beside a JupyterLab of this computer: the first result, and memory.

    python tests/benchmark_lite.py [FOLDER ...]

FOLDER is what docs/lite/build.py has built (docs/_build/lite by default); with several, each is
measured in turn. The clock runs from the opening of the link, or the start of the server, until the
explorer of notebook 00 is there; its two cells run as soon as there is a kernel. Cold is a browser
that has nothing, warm is the same one opened again. Memory is that of all of Chromium, and of the
server and its kernel. Another program that works meanwhile shows in every figure: the load is told.
"""

import argparse
import contextlib
import os
import re
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import psutil
from browser import COMMANDS, OPTIONS, ROOT, at, serve_files, serve_lab
from playwright.sync_api import TimeoutError as TooLong
from playwright.sync_api import sync_playwright

NAME = "00_start_here"


@contextlib.contextmanager
def browse(playwright, profile):
    """Yield a page of a browser that keeps what it has in a folder."""
    path = next(filter(None, map(shutil.which, COMMANDS)), None)
    options = {"executable_path": path, "args": OPTIONS, "viewport": {"width": 1200, "height": 900}}
    context = playwright.chromium.launch_persistent_context(profile, **options)
    context.set_default_timeout(180_000)
    try:
        yield context.new_page()
    finally:
        context.close()


def show_the_explorer(page, address):
    """Open notebook 00 and run its first two cells as soon as that can be."""
    page.goto(address)
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.locator(".jp-KernelName").get_by_text("Python").first.wait_for()
    for number in (0, 1):
        cell = page.locator(".jp-Notebook .jp-CodeCell").nth(number)
        taken = cell.locator(".jp-InputPrompt").get_by_text(re.compile("[0-9*]"))
        while not taken.count():  # before the page has its kernel, a key does nothing
            cell.locator(".cm-content").click()
            page.keyboard.press("Control+Enter")
            with contextlib.suppress(TooLong):
                taken.wait_for(timeout=1000)
    page.locator(".softmax-explorer").first.wait_for()


def megabytes():
    """Return the memory of all processes that this one has started, shared parts counted once."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if process.name() not in ("node", "playwright"):  # what drives the browser
                memory = process.memory_full_info()
                total += getattr(memory, "pss", memory.uss)
    return total / 1e6


def measure_lite(playwright, folder):
    """Return cold and warm seconds, and the megabytes of the warm browser."""
    with serve_files(folder) as address, tempfile.TemporaryDirectory() as profile:
        seconds = []
        for _ in ("cold", "warm"):
            with browse(playwright, profile) as page:
                start = time.monotonic()
                show_the_explorer(page, f"{address}lab/index.html?path=notebooks/{NAME}.ipynb")
                seconds.append(time.monotonic() - start)
                memory = megabytes()
        return *seconds, memory


def measure_local(playwright):
    """Return seconds from the server's start in a browser that has its pages, and all megabytes."""
    with tempfile.TemporaryDirectory() as profile:
        for _ in ("cold", "warm"):
            with tempfile.TemporaryDirectory() as scratch:
                files = Path(scratch, "files")
                files.mkdir()
                shutil.copy(ROOT / "notebooks" / f"{NAME}.ipynb", files)
                start = time.monotonic()
                with serve_lab(scratch) as url, browse(playwright, profile) as page:
                    show_the_explorer(page, at(url, f"/lab/tree/{NAME}.ipynb"))
                    seconds = time.monotonic() - start
                    memory = megabytes()
    return seconds, memory


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--times", type=int, default=3, help="how often; medians are printed")
    options = parser.parse_args()
    folders = options.folders or [ROOT / "docs" / "_build" / "lite"]
    for folder in folders:
        if not (folder / "index.html").is_file():
            parser.error(f"{folder} holds no build: run python3 softmax_lib lite")
    rows, loads = {}, []
    with sync_playwright() as playwright:
        for _ in range(options.times):
            loads.append(os.getloadavg()[0])
            for folder in folders:
                rows.setdefault(str(folder), []).append(measure_lite(playwright, folder))
            rows.setdefault("JupyterLab here", []).append(measure_local(playwright))
    for name, measured in rows.items():
        *seconds, memory = map(statistics.median, zip(*measured))
        told = ["cold {:.1f} s, warm {:.1f} s", "{:.1f} s from the server's start"]
        print(f"{name}: {told[len(seconds) == 1].format(*seconds)}, {memory:.0f} MB")
    print(f"{options.times} times, on {os.cpu_count()} cores; load before: "
          + ", ".join(f"{load:.1f}" for load in loads))  # fmt: skip


if __name__ == "__main__":
    main()
