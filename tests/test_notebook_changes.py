"""Planted changes: what holds the notebooks must see them.

A copy of a committed notebook is spoiled in one place, and the same nbval as the project's own runs
on it. The copy that nobody touched passes.
"""

import base64
import copy
import io
import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from notebook_tools import (
    PATHS,
    ROOT,
    TOLERANCE,
    code_cells,
    picture_difference,
    picture_differences,
    read,
    write,
)
from PIL import Image

from softmax_lib.figures import probability_bars

# The shortest notebook with bars, the cell that draws them, and that cell with one score changed.
NOTEBOOK, CELL = "00_start_here", "stages"
DRAWS, DRAWS_ANOTHER_BAR = "stages(scores, words)", "stages([2.0, 1.0, -0.5, -1.4], words)"


def nbval_options():
    """Return the nbval options of pyproject.toml."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    options = settings["tool"]["pytest"]["ini_options"]["addopts"]
    prefix = "--nbval-sanitize-with="
    return [
        prefix + str(ROOT / option.removeprefix(prefix)) if option.startswith(prefix) else option
        for option in options
        if option.startswith("--nbval")
    ]


@pytest.fixture(scope="module")
def original():
    return read(next(path for path in PATHS if path.stem == NOTEBOOK))


def index_of(notebook, cell_id):
    """Return the number that nbval gives to a code cell."""
    return [cell.id for cell in code_cells(notebook)].index(cell_id)


def flip_a_digit(cell):
    """Change the last digit in a code cell's text outputs; return whether there was one."""
    for output in cell.outputs:
        texts = [(output, "text")] if output.output_type == "stream" else []
        texts += [(output.get("data", {}), "text/plain")]
        for where, key in texts:
            digits = list(re.finditer(r"\d", where.get(key, "")))
            if digits:
                place, text = digits[-1].start(), where[key]
                where[key] = text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]
                return True
    return False


def paint(cell):
    """Cover a patch of a cell's picture, as large as a bar's top, and leave its words alone."""
    (data,) = [o.data for o in cell.outputs if "image/png" in o.get("data", {})]
    image = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("RGB")
    width, height = image.size
    image.paste((0, 114, 178), (width // 2, height // 2, width // 2 + 60, height // 2 + 12))
    buffer = io.BytesIO()
    image.save(buffer, format="png")
    painted = base64.b64encode(buffer.getvalue()).decode()
    data["text/html"] = data["text/html"].replace(re.sub(r"\s", "", data["image/png"]), painted)
    data["image/png"] = painted


@pytest.fixture(scope="module")
def copies(original):
    """The notebook as it is, and with each change planted."""
    changed = {name: copy.deepcopy(original) for name in ("same", "digit", "all", "bar", "pixels")}
    first = next(cell for cell in code_cells(changed["digit"]) if flip_a_digit(cell))
    flipped = {"digit": [first.id]}
    flipped["all"] = [cell.id for cell in code_cells(changed["all"]) if flip_a_digit(cell)]
    (drawing,) = [cell for cell in changed["bar"].cells if cell.id == CELL]
    assert drawing.source == DRAWS
    drawing.source = DRAWS_ANOTHER_BAR
    paint(next(cell for cell in changed["pixels"].cells if cell.id == CELL))
    return changed, flipped


@pytest.fixture(scope="module")
def results(copies, tmp_path_factory):
    """What nbval says of each cell of each copy: None, or the failure's text."""
    folder = tmp_path_factory.mktemp("copies")
    for name, notebook in copies[0].items():
        write(notebook, folder / f"{name}.ipynb")
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", *nbval_options(), "-p", "no:cacheprovider"]
    command += ["-q", "-o", "addopts=", f"--rootdir={folder}", f"--junitxml={report}", str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    assert done.returncode == 1, done.stdout + done.stderr
    verdicts = {name: {} for name in copies[0]}
    for case in ET.parse(report).iter("testcase"):
        name = case.get("classname").removesuffix(".ipynb")
        number = int(case.get("name").removeprefix("Cell "))
        failure = case.find("failure")
        verdicts[name][number] = None if failure is None else failure.text
    return verdicts


def failed(verdicts):
    return [number for number, text in verdicts.items() if text is not None]


def test_nbval_is_strict():
    options = nbval_options()
    assert "--nbval" in options
    assert "--nbval-lax" not in options


def test_the_untouched_copy_passes_cell_by_cell(results, original):
    assert len(results["same"]) == len(code_cells(original))
    assert failed(results["same"]) == []


def test_one_flipped_digit_fails_at_its_cell(results, copies, original):
    (cell_id,) = copies[1]["digit"]
    assert failed(results["digit"]) == [index_of(original, cell_id)]
    assert "Cell outputs differ" in results["digit"][index_of(original, cell_id)]


def test_a_digit_flipped_in_every_output_fails_at_every_cell(results, copies, original):
    assert len(copies[1]["all"]) >= 3
    assert failed(results["all"]) == [index_of(original, cell_id) for cell_id in copies[1]["all"]]


def test_one_changed_bar_fails_by_its_words(results, original):
    place = index_of(original, CELL)
    assert failed(results["bar"]) == [place]
    assert re.search(r"mismatch 'text/(plain|html)'", results["bar"][place])


def test_a_changed_picture_under_the_same_words_fails_by_its_pixels(results, copies, original):
    assert failed(results["pixels"]) == [], "nbval does not look at pictures; if it does, good"
    apart = picture_differences(original, copies[0]["pixels"])
    assert {row[0] for row in apart if row[2] > TOLERANCE} == {CELL}
    assert not [row for row in picture_differences(original, copies[0]["same"]) if row[2] > 0]


def encoded(pixels):
    buffer = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(buffer, format="png")
    return buffer.getvalue()


def test_the_tolerance_lets_another_systems_drawing_pass_and_no_changed_bar(report_figure):
    labels = ["woods", "garden", "sea"]
    picture = probability_bars([0.5, 0.3, 0.2], labels).png
    bar = picture_difference(picture, probability_bars([0.45, 0.35, 0.2], labels).png)
    small = picture_difference(picture, probability_bars([0.49, 0.31, 0.2], labels).png)
    pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"), dtype=int)
    grain = np.random.default_rng(0).integers(-2, 3, pixels.shape)
    noise = picture_difference(picture, encoded(pixels + grain))
    moved = picture_difference(picture, encoded(np.roll(pixels, 1, axis=0)))
    report_figure(
        "picture tolerance",
        f"{TOLERANCE}; a bar moved by 0.05 gives {bar:.2f}, by 0.01 {small:.2f}; "
        f"one pixel over {moved:.2f}; noise of 2 levels in 255 {noise:.3f}",
    )
    assert max(noise, moved) < TOLERANCE
    assert small > 2 * TOLERANCE
    assert bar > 5 * TOLERANCE
    assert picture_difference(picture, encoded(pixels[:, :-1])) == np.inf
