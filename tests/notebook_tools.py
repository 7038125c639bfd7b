"""Reading, running and comparing notebooks, for the tests that look at them."""

import ast
import asyncio
import base64
import copy
import io
import os
import re
import tempfile
from pathlib import Path

import nbformat
import numpy as np
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager
from PIL import Image

from softmax_lib.jupyter.clean_notebooks import clean

ROOT = Path(__file__).resolve().parent.parent
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))

VIDEO_LINK = re.compile(r"\[([^\]]*)\]\(https://youtu\.be/wjZofJX0v4M\?t=(\d+)\)")
PICTURE_IN_HTML = re.compile(r'(src="data:image/png;base64,)([A-Za-z0-9+/=\s]*)"')


def read(path):
    """Return the notebook in a file, as it stands there."""
    return nbformat.reads(Path(path).read_text(encoding="utf-8"), as_version=nbformat.NO_CONVERT)


def write(notebook, path):
    Path(path).write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def markdown_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def without_code(markdown):
    """Return markdown without its code blocks and code spans."""
    markdown = re.sub(r"^(```|~~~).*?^\1[^\n]*$", "", markdown, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "CODE", markdown, flags=re.DOTALL)


def prose(markdown):
    """Return markdown without code, formulas and the addresses of links."""
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$", "FORMULA", without_code(markdown), flags=re.DOTALL)
    return re.sub(r"\]\([^)]*\)", "]", text)


def headings(markdown):
    """Return the (level, text) of each heading."""
    found = re.findall(r"^(#{1,6})[ \t]+(.+?)[ \t]*#*$", without_code(markdown), re.MULTILINE)
    return [(len(marks), text) for marks, text in found]


def seconds(text):
    """Return the seconds of the first MM:SS in a text, or None."""
    found = re.search(r"\b(\d{1,2}):([0-5]\d)\b", text)
    return int(found[1]) * 60 + int(found[2]) if found else None


def calls(cell):
    """Return (function's name, first argument if it is a string, source) of each call in a cell."""
    found = []
    for node in ast.walk(ast.parse(cell.source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            first = node.args[0] if node.args else None
            text = first.value if isinstance(first, ast.Constant) else None
            found.append((name, text, ast.get_source_segment(cell.source, node)))
    return found


def output_texts(cell):
    """Yield (kind, text) of all text in a code cell's outputs, without pictures' bytes."""
    for output in cell.outputs:
        if output.output_type == "stream":
            yield output.name, output.text
        for kind, text in output.get("data", {}).items():
            if isinstance(text, str) and not kind.startswith("image/"):
                yield kind, PICTURE_IN_HTML.sub('src="PICTURE"', text)


def execute_all(paths, at_once=2):
    """Run notebooks in fresh kernels of this Python and return them clean, by path."""

    async def one(path, turn):
        notebook = copy.deepcopy(read(path))
        manager = AsyncKernelManager(
            kernel_name=CURRENT_ENV_KERNEL_NAME, kernel_spec_manager=NbvalKernelspecManager()
        )
        client = NotebookClient(
            notebook, km=manager, timeout=300, resources={"metadata": {"path": str(path.parent)}}
        )
        async with turn:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
                # A record of its own: nothing is done yet.
                record = {"SOFTMAX_PROGRESS": str(Path(scratch, "progress.json"))}
                await client.async_execute(cleanup_kc=True, env={**os.environ, **record})
        return path, clean(notebook)

    async def everything():
        turn = asyncio.Semaphore(at_once)
        return dict(await asyncio.gather(*(one(path, turn) for path in paths)))

    # zmq needs this kind of loop, which is not Windows' default.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(everything())


def pictures(notebook):
    """Yield (cell id, kind, PNG bytes) of each picture, also of those inside HTML."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/png" in data:
                yield cell.id, "image/png", base64.b64decode(data["image/png"])
            for _, image in PICTURE_IN_HTML.findall(data.get("text/html", "")):
                yield cell.id, "text/html", base64.b64decode(image)


def without_pictures(notebook):
    """Return the notebook's JSON text with the bytes of its pictures left out."""
    bare = copy.deepcopy(notebook)
    for cell in code_cells(bare):
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/png" in data:
                data["image/png"] = "PICTURE"
            if "text/html" in data:
                data["text/html"] = PICTURE_IN_HTML.sub(r'\1PICTURE"', data["text/html"])
    return nbformat.writes(bare)


# One pixel over moves a square's mean by up to 1/20 = 0.05: that much another system may differ.
# A bar of `probability_bars` that moves by 0.01 is measured at 0.15; by 0.05, at 0.35 or more.
TILE, TOLERANCE = 20, 0.06


def picture_difference(one, other):
    """Return how far two PNG images are apart, from 0 to 1, where they differ most.

    Each image is reduced to the mean color of every square of 20 by 20 pixels; the answer is the
    largest absolute difference of two such means. A bar that moves changes how much ink a square
    holds. Another system's smoothing of edges and letters hardly does. Images of different sizes
    are infinitely far apart.
    """
    a, b = (np.asarray(Image.open(io.BytesIO(png)).convert("RGBA")) for png in (one, other))
    return float(np.abs(_tiles(a) - _tiles(b)).max()) if a.shape == b.shape else np.inf


def _tiles(image):
    padding = [(0, -size % TILE) for size in image.shape[:2]]
    image = np.pad(image, [*padding, (0, 0)], mode="edge")
    rows, columns = (size // TILE for size in image.shape[:2])
    return image.reshape(rows, TILE, columns, TILE, 4).mean(axis=(1, 3)) / 255


def picture_differences(committed, again):
    """Return (cell id, kind, difference) of each picture in two runs of the same notebook."""
    before, after = list(pictures(committed)), list(pictures(again))
    assert [p[:2] for p in before] == [p[:2] for p in after], "not the same pictures"
    return [(a[0], a[1], picture_difference(a[2], b[2])) for a, b in zip(before, after)]
