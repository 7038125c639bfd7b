"""Build the course as pages to read: ``python docs/build.py [FOLDER]``, else docs/_build/html.

Every notebook is run and becomes a page: explorers move in it and questions answer, formulas are
typeset, and nothing is fetched from anywhere. Beside them stand the glossary, how to start, and the
module's reference. A search finds words in all of them.

The notebooks' own export is the same, one page each: `softmax_lib.jupyter.export`. Sphinx adds what
holds pages together.
"""

import argparse
import re
import shutil
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup
from sphinx.cmd.build import build_main

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from softmax_lib.exercises.registry import COURSE  # noqa: E402
from softmax_lib.jupyter.export import with_live_explorers  # noqa: E402
from softmax_lib.jupyter.formulas import typeset  # noqa: E402
from softmax_lib.launcher import in_words  # noqa: E402

#: The parts of the reference: a heading, and the modules below it.
REFERENCE = {
    "Distributions and softmax": "distributions softmax compiled gradients losses",
    "Larger than memory, and with zeros": "streaming sparse",
    "Number formats": "formats rounded_formulas",
    "Drawing": "sampling",
    "Models": "attention ngram byte_pairs gpt",
    "What a distribution is worth": "calibration digits",
    "What you see": "figures range_figures learning_figures scale_figures explorers",
    "Your own": "your_softmax suspects exercises glossary",
    "Pages": "jupyter.export",
}


def notebooks():
    """Return the paths of the course's notebooks, in their order."""
    return [ROOT / "notebooks" / f"{name}.ipynb" for name in COURSE]


def section(readme, heading):
    """Return what stands in README below a heading, up to the next one of its level."""
    return re.search(rf"(?ms)^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", readme)[1].strip()


def as_page(text, address=""):
    """Return Markdown with its links as they are between pages.

    A link to a file that is no page leads to where the course is published, or goes. A heading is
    called in the address as Sphinx calls it, which is not what Jupyter calls it. A badge becomes
    its words: a page fetches nothing from elsewhere.
    """
    text = re.sub(r"\[!\[([^\]]+)\]\(https:[^)]+\)\]", r"[\1]", text)

    def moved(link):
        shown, target = link[1], link[2].removeprefix("notebooks/")
        if target.startswith("#"):
            target = "#" + re.sub(r"[^\w-]", "", target[1:].lower())
        elif not re.match(r"https?:|\d\d_\w+\.ipynb|glossary\.md", target):
            if not address:
                return shown
            target = f"{address}/blob/main/{target.removeprefix('../')}"
        return f"[{shown}]({target})"

    return re.sub(r"(?<!!)\[([^\]]+)\]\(([^)]+)\)", moved, text)


def where_it_opens(name, address, lite):
    """Return the line below a notebook's title: where else it can be opened."""
    links = []
    if lite:
        # As HTML: Sphinx looks for the files that Markdown links, and did not make this one.
        place = f"{lite}/lab/index.html?path=notebooks/{name}.ipynb"
        links.append(f'<a href="{place}">in the browser</a>')
    if address:
        place = address.removeprefix("https://github.com/")
        path = f"lab/tree/notebooks/{name}.ipynb".replace("/", "%2F")
        page = "/".join(["https://mybinder.org", "v2", "gh", place, f"HEAD?urlpath={path}"])
        links.append(f"[on Binder]({page})")
        path = f"{place}/blob/HEAD/notebooks/{name}.ipynb"
        page = "/".join(["https://colab.research.google.com", "github", path])
        links.append(f"[in Colab]({page}) (first run `%pip install --quiet git+{address}` there)")
    return f"*Open this notebook {', '.join([*links, '[on your computer](start.md)'])}.*"


def prepare(path, address, lite):
    """Run a notebook, and return it as its page is made from."""
    content, others = with_live_explorers(path)
    if others:
        raise ValueError(f"{path.name} shows widgets that no page can hold")
    for cell in content.cells:
        if cell.cell_type == "markdown":
            cell.source = as_page(cell.source, address)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:
                data["text/html"] = _typeset(data["text/html"])
                data.pop("image/png", None)  # the figure in the page holds it
    content.cells[0].source += "\n\n" + where_it_opens(path.stem, address, lite)
    return content


def _typeset(html):
    """Return HTML with its formulas as MathML; what holds none stays as it is, to the letter."""
    if "$" not in html:
        return html
    soup = BeautifulSoup(html, "html.parser")
    before = str(soup)
    typeset(soup)
    return html if str(soup) == before else str(soup)


def write_sources(folder, lite=""):
    """Write everything that Sphinx reads into a folder."""
    for path in [HERE / "conf.py", HERE / "mathml.py"]:
        shutil.copy(path, folder)
    shutil.copytree(HERE / "_static", folder / "_static")
    with (ROOT / "pyproject.toml").open("rb") as file:
        address = tomllib.load(file)["tool"]["softmax-course"]["address"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    with ThreadPoolExecutor(2) as pool:
        made = pool.map(lambda path: prepare(path, address, lite), notebooks())
        entries = []
        for path, content in zip(notebooks(), made, strict=True):
            nbformat.write(content, folder / path.name)
            question = content.cells[0].source.split("\n")[0].lstrip("# ")
            entries.append(f"{path.stem[:2]} {question} <{path.stem}>")
    for path in [ROOT / "notebooks" / "glossary.md", HERE / "speed.md", HERE / "speed.svg"]:
        shutil.copy(path, folder)
    table = section(readme, "What is in it").split("\n\n")[0]
    modules = "\n".join(
        f"## {heading}\n"
        + "".join(
            f"\n### {name}\n\n```{{eval-rst}}\n.. automodule:: softmax_lib.{name}\n"
            "   :members:\n```\n"
            for name in names.split()
        )
        for heading, names in REFERENCE.items()
    )
    start = [
        "# On your computer",
        as_page(section(readme, "Start"), address),
        "## Where the explorers work",
        as_page(section(readme, "Where the explorers work"), address),
        "## If something goes wrong",
        as_page(section(readme, "If something goes wrong").partition("\nTo add a notebook")[0]),
    ]
    (folder / "start.md").write_text("\n\n".join(start) + "\n", encoding="utf-8")
    where = "[on your computer](start.md)"
    if lite:  # as HTML, see where_it_opens
        where = f'<a href="{lite}/index.html">in your browser</a>, or {where}'
    for name, holes in {
        "index.md": {"WHERE": where, "NOTEBOOKS": as_page(table), "PAGES": "\n".join(entries)},
        "reference.md": {"MODULES": modules},
    }.items():
        text = (HERE / name).read_text(encoding="utf-8")
        for hole, filling in holes.items():
            text = text.replace(f"{{{{{hole}}}}}", filling)
        (folder / name).write_text(text, encoding="utf-8")


def build(output, lite=""):
    """Write the pages into a folder, and return Sphinx's exit code: a warning is a failure."""
    with tempfile.TemporaryDirectory() as scratch:
        sources = Path(scratch, "pages")
        sources.mkdir()
        write_sources(sources, lite)
        options = ["-b", "html", "-W", "--keep-going", "-q", "-d", str(Path(scratch, "doctrees"))]
        return build_main([*options, str(sources), str(output)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=HERE / "_build" / "html")
    parser.add_argument("--lite", default="", help="where the browser's JupyterLab will stand")
    options = parser.parse_args()
    code = build(options.folder, options.lite)
    print(f"{options.folder}/index.html" if code == 0 else "the pages have faults, see above")
    return code


if __name__ == "__main__":
    sys.exit(in_words(main))
