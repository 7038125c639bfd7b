"""A notebook as a page: it needs no kernel, no network, and nothing that stood beside it."""

import base64
import html
import json
import re
import sys

import nbformat
import pytest
from accessibility import violations
from browser import open_browser
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from notebook_tools import ROOT
from test_explorer_export import SCORES, WORDS, numbers, open_offline

from softmax_lib.exercises.progress import record_answer
from softmax_lib.explorers import SoftmaxExplorer
from softmax_lib.jupyter.export import export_notebook

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture
def page_of(tmp_path, monkeypatch):
    """Give a function that makes a page of cells, as they stand, and returns it parsed."""
    monkeypatch.chdir(tmp_path)

    def page(*cells, name="one", **metadata):
        cells = [new_markdown_cell(cell) if isinstance(cell, str) else cell for cell in cells]
        nbformat.write(new_notebook(cells=cells, metadata=metadata), f"{name}.ipynb")
        page = export_notebook(f"{name}.ipynb", execute=False)
        return BeautifulSoup(page.path.read_text(encoding="utf-8"), "html.parser")

    return page


def shows(**data):
    """Return a code cell that was run and shows this data, by kind: text_html and so on."""
    kinds = {kind.replace("_", "/", 1): value for kind, value in data.items()}
    return new_code_cell("1", outputs=[new_output("display_data", data=kinds)])


def addresses(soup):
    """Return what the page would fetch."""
    found = [tag.get("src") or tag.get("href") for tag in soup.select("[src], link[href]")]
    found += re.findall(r"https?://[^\s\"']*\.m?js", str(soup))
    return [address for address in found if not address.startswith("data:")]


# --- What stands in the page ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, title",
    [
        ("# A `title`\n\nText.", "A title"),
        ("```\n# a comment\n```\n\n    # another\n\n# The title", "The title"),
        ("The title\n===", "The title"),
        ("<h1>The title</h1>", "The title"),
        ("# Costs \\$5 & $x$", "Costs $5 & $x$"),
        ("## A section\n\n```python\n# a comment\n```", "one"),
        ("Text.", "one"),
    ],
)
def test_the_title_is_the_heading_of_level_1(page_of, text, title):
    assert page_of(text).title.string == title
    after = "Another" if title == "one" else title
    assert page_of("Before.", text, "# Another").title.string == after


@pytest.mark.parametrize(
    "address, wanted",
    [
        ("02_exponentiation.ipynb", "02_exponentiation.html"),
        ("../more/a%20b.ipynb?x=1#A-heading", "../more/a%20b.html?x=1#A-heading"),
        ("https://example.org/a.ipynb", "https://example.org/a.ipynb"),
        ("//example.org/a.ipynb", "//example.org/a.ipynb"),
        ("#a.ipynb", "#a.ipynb"),
        ("a.ipynb.zip", "a.ipynb.zip"),
        ("../README.md", "../README.md"),
    ],
)
def test_links_lead_to_the_pages_of_other_notebooks(page_of, address, wanted):
    link = f'<a href="{address}">x</a>'
    markdown = f"[x]({address})"
    soup = page_of(markdown, link, shows(text_html=link), shows(text_markdown=markdown))
    assert [a["href"] for a in soup.select("a:not(.anchor-link)")] == [wanted] * 4


def test_a_page_holds_the_words_of_the_glossary_that_it_links(page_of):
    """No glossary lies beside a page that was handed on."""
    soup = page_of("[weights](glossary.md#weight), [temperature](glossary.md#temperature)",
                   "the [glossary](glossary.md), [weight](glossary.md#weight)")  # fmt: skip
    links = [a["href"] for a in soup.select("p a")]
    assert links == ["#glossary-weight", "#glossary-temperature", "#glossary", "#glossary-weight"]
    assert all(len(soup.select(link)) == 1 for link in links)
    terms = [div.strong.string for div in soup.select("#glossary div")]
    assert terms == ["temperature", "weight"]
    assert "e to the power of it" in soup.select_one("#glossary-weight").text
    assert page_of("No word of it.").select("#glossary") == []


def test_pictures_from_files_stand_in_the_page(page_of, tmp_path):
    (tmp_path / "a b").mkdir()
    for place in ("pic.png", "a b/pic.png", "a b/drawing.svg"):
        (tmp_path / place).write_bytes(PIXEL)
    attached = new_markdown_cell("![an attachment](attachment:it.png)")
    attached["attachments"] = {"it.png": {"image/png": base64.b64encode(PIXEL).decode()}}
    tag = '<img src="pic.png" alt="a dot">'
    soup = page_of(
        "![a dot](pic.png)\n![a dot](<a b/pic.png>)\n![a dot](./a%20b/drawing.svg)",
        tag,
        attached,
        shows(text_html=tag),
        shows(text_markdown="![a dot](pic.png)"),
    )
    pictures = soup.select("img")
    assert len(pictures) == 7
    for picture in pictures:
        kind, content = picture["src"].split(",")
        assert kind in ("data:image/png;base64", "data:image/svg+xml;base64")
        assert base64.b64decode(content) == PIXEL
        assert picture["alt"] in ("a dot", "an attachment")


def test_what_is_no_picture_beside_the_notebook_stays_a_link(page_of, tmp_path):
    (tmp_path / "secret.txt").write_text("keep out")
    links = ["secret.txt", "gone.png", "https://example.org/pic.png", "data:image/png;base64,AA=="]
    soup = page_of("\n".join(f"![x]({link})" for link in links))
    assert [picture["src"] for picture in soup.select("img")] == links


def test_a_page_fetches_only_what_it_cannot_do_without(page_of):
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}}
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"x": {}}}}
    for name, text, data, fetched in [
        ("plain", "A mermaid.", {**view, "text/html": "<p>said</p>"}, []),
        ("formula", "No title, $x^2$.", {"text/plain": "1"}, []),
        ("widget", "# Title", view, ["require", "html-manager"]),
        ("diagram", "```mermaid\ngraph LR\n```", {"text/plain": "1"}, ["mermaid"]),
    ]:
        cell = new_code_cell("1", outputs=[new_output("display_data", data)])
        soup = page_of(text, cell, name=name, widgets=state)
        found = " ".join(addresses(soup))
        for part in ("mathjax", "require", "html-manager", "mermaid"):
            assert (part in found) == (part in fetched), (name, part)
        assert fetched or not found
        assert ("<p>said</p>" in str(soup)) == (name == "plain")
        said = repr(export_notebook(f"{name}.ipynb", execute=False))
        assert said.startswith(f"Written: {name}.html. It")
        assert ("without a network" in said) == (not fetched)


def test_a_notebook_without_saved_values_shows_the_table(page_of):
    explorer = SoftmaxExplorer(SCORES, WORDS)
    data, metadata = explorer._repr_mimebundle_()
    cell = new_code_cell("explorer", execution_count=1)
    cell.outputs = [new_output("execute_result", data, metadata=metadata, execution_count=1)]
    soup = page_of(cell)
    assert repr(explorer) in soup.get_text()


# --- Formulas -------------------------------------------------------------------------------------

CASES = r"\begin{cases} 1 & i = \arg\max z \\ 0 & \text{otherwise} \end{cases}"


@pytest.mark.parametrize(
    "cell",
    [
        "$x_1 < y$",
        "$$x_1 < y$$",
        r"\\(x_1 < y\\)",
        r"\begin{equation}x_1 < y\end{equation}",
        "<p>$x_1 &lt; y$</p>",
        "| a |\n|---|\n| $x_1 < y$ |",
        shows(text_latex="$x_1 < y$"),
        shows(text_latex=r"\begin{align*}x_1 < y\end{align*}"),
        shows(text_html=r"<b>\(x_1 &lt; y\)</b>"),
        shows(text_html="<td>$$x_1 &lt; y$$</td>"),
        shows(text_markdown="**$x_1 < y$**"),
    ],
)
def test_a_formula_becomes_mathml_wherever_it_stands(page_of, cell):
    soup = page_of(cell)
    (formula,) = soup.select("math")
    assert [tag.get_text() for tag in formula.select("msub mi, msub mn, mo")][:3] == ["x", "1", "<"]
    assert "x_1 < y" in formula.annotation.get_text()
    block = any(sign in str(cell) for sign in ("$$", "begin"))
    assert (formula.get("display") == "block") == block
    formula.decompose()
    assert "$" not in soup.main.get_text() and "\\" not in soup.main.get_text()


@pytest.mark.parametrize(
    "cell, text",
    [
        (r"Costs \$5 and \$6.", "Costs $5 and $6."),
        (shows(text_html=r"<p>Costs \$5 and \$6.</p>"), "Costs $5 and $6."),
        ("Code: `$x$`.", "Code: $x$."),
        ("```\n$x$\n```", "$x$"),
        (shows(text_html="<pre>$x$</pre>"), "$x$"),
        (shows(text_html='<p class="tex2jax_ignore">$x$</p>'), "$x$"),
        (shows(text_html="<script>`$x$`</script><!-- $x$ --><style>/*$x$*/</style>"), ""),
        (shows(text_plain="$x$"), "$x$"),
        (r"Broken: $\nosuchcommand{x}$ and $\frac{1$.", r"$\nosuchcommand{x}$ and $\frac{1$."),
        (shows(text_latex=r"$\frac{1 < 2$"), r"$\frac{1 < 2$"),
        ("Alone: 5 $.", "5 $."),
    ],
)
def test_what_is_no_formula_stays_as_it_is_typed(page_of, cell, text):
    soup = page_of(cell)
    assert soup.select("math") == []
    assert text in soup.main.get_text()


def test_a_link_to_a_heading_with_a_formula_finds_it(page_of):
    soup = page_of("# Why $x^2$?", "[there](#Why-$x^2$?)")
    (link,) = [a for a in soup.select("a") if a.get_text() == "there"]
    assert link["href"].lstrip("#") == soup.h1["id"].replace("%24", "$")


def test_the_browser_typesets_them_offline(browser, page_of, tmp_path):
    page_of(r"# Formulas", rf"$$p_i = \frac{{e^{{z_i/T}}}}{{\sum_j e^{{z_j/T}}}}, \quad {CASES}$$")
    page, errors = open_offline(browser, tmp_path / "one.html")
    top, bottom = (box.bounding_box() for box in page.locator("mfrac > *").all())
    assert top["y"] + top["height"] <= bottom["y"]
    rows = [row.bounding_box()["y"] for row in page.locator("mtr").all()]
    assert len(rows) == 2 and rows[0] < rows[1]
    assert not page.locator("annotation").first.is_visible()
    assert violations(page, "html") == []
    assert errors == []
    page.context.close()


# --- Running it -----------------------------------------------------------------------------------

COUNTS = """
import os
with open("kernels.txt", "a") as file:
    file.write(f"{os.getpid()}\\n")
assert len(open("kernels.txt").readlines()) < 6, "each run starts the next one"
"""


def kernels(folder):
    return (folder / "kernels.txt").read_text().split()


def readme_call():
    """Return what the README says to run in a cell, and the notebook that it names."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (call,) = [block for block in blocks if "export_notebook(" in block]
    return call, re.search(r'"(\w+)\.ipynb"', call)[1]


def run_cells(folder, name, *sources):
    """Write a notebook, run it in a kernel as Jupyter does, and return the text of its outputs."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    nbformat.write(notebook, folder / f"{name}.ipynb")
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return [[text_of(output) for output in cell.outputs] for cell in notebook.cells]


def text_of(output):
    return output.text if output.output_type == "stream" else output.data["text/plain"]


@pytest.mark.slow
def test_the_readmes_call_in_the_notebook_that_it_names_runs_it_once(tmp_path):
    call, name = readme_call()
    texts = run_cells(tmp_path, name, COUNTS, call, "print('the last cell')")
    said = f"Written: {name}.html. It opens in any browser, without a network."
    assert texts == [[], [said], ["the last cell\n"]]
    assert len(set(kernels(tmp_path))) == len(kernels(tmp_path)) == 2  # the learner's, the page's
    page = (tmp_path / f"{name}.html").read_text("utf-8")
    assert "the last cell" in page and "Path(" not in page
    assert f"{name}.html is not written by this run" in page


@pytest.mark.slow
def test_two_notebooks_that_export_each_other_come_to_an_end(tmp_path):
    call = "from softmax_lib.jupyter.export import export_notebook\nexport_notebook({!r})"
    cells = [new_code_cell(COUNTS), new_code_cell(call.format("one.ipynb"))]
    nbformat.write(new_notebook(cells=cells), tmp_path / "two.ipynb")
    run_cells(tmp_path, "one", COUNTS, call.format("two.ipynb"))
    assert len(kernels(tmp_path)) == 2
    assert (tmp_path / "two.html").exists() and not (tmp_path / "one.html").exists()


@pytest.mark.slow
def test_a_run_takes_this_python_and_none_of_the_learners_answers(tmp_path, monkeypatch):
    record = tmp_path / "mine.json"
    monkeypatch.setenv("SOFTMAX_PROGRESS", str(record))
    # A kernel that another environment left behind under the name that is wanted.
    broken = tmp_path / "jupyter/kernels/python3/kernel.json"
    broken.parent.mkdir(parents=True)
    spec = {"argv": ["no-such-python", "{connection_file}"], "display_name": "x"}
    broken.write_text(json.dumps({**spec, "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))

    answer = "def my_exponentiate(z):\n    return np.exp(z)  # a secret"
    record_answer("my_exponentiate", answer, True)
    before = record.read_bytes()
    assert b"a secret" in before
    cells = [
        "from softmax_lib.exercises import check, my_work, progress, recall\nimport sys\n"
        "print(sys.executable)",
        "my_work('my_exponentiate')",
        "recall('my_exponentiate').origin",
        "def my_exponentiate(logits):\n    return ...\ncheck('my_exponentiate', my_exponentiate)",
        "progress()",
    ]
    kernel = {"name": "conda-env-base-py", "display_name": "Python [conda]", "language": "python"}
    cells = [new_code_cell(cell) for cell in cells]
    notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, tmp_path / "one.ipynb")
    file = (tmp_path / "one.ipynb").read_bytes()
    page = export_notebook(tmp_path / "one.ipynb").path.read_text("utf-8")
    page = html.unescape(page)
    assert sys.executable in page
    assert "a secret" not in page and "passed this before" not in page
    assert "Nothing has been checked here yet" in page
    assert '"the course\'s"' in page and "'yours'" not in page
    assert record.read_bytes() == before
    assert (tmp_path / "one.ipynb").read_bytes() == file


@pytest.mark.slow
def test_a_cell_that_fails_is_told_and_no_page_is_written(tmp_path):
    nbformat.write(new_notebook(cells=[new_code_cell("1 / 0")]), tmp_path / "one.ipynb")
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        export_notebook(tmp_path / "one.ipynb")
    assert not (tmp_path / "one.html").exists()
    with pytest.raises(FileNotFoundError):
        export_notebook(tmp_path / "two.ipynb")


@pytest.mark.slow
def test_an_exported_notebook_moves_offline(browser, tmp_path):
    cells = [
        "from softmax_lib.explorers import SoftmaxExplorer\n"
        f"explorer = SoftmaxExplorer({SCORES}, {WORDS})\nexplorer",
        "explorer.temperature = 2.0\nexplorer",
        "explorer.predict(seed=1)",
    ]
    nbformat.write(new_notebook(cells=[new_code_cell(c) for c in cells]), tmp_path / "one.ipynb")
    path = export_notebook(tmp_path / "one.ipynb").path
    assert path == tmp_path / "one.html"
    page, errors = open_offline(browser, path)
    views = page.locator(".softmax-explorer")
    assert views.count() == 2 and page.locator(".predict-explorer").count() == 1
    page.get_by_role("slider", name="temperature").first.focus()
    page.keyboard.press("End")
    for k in range(2):  # two views of one explorer stay one
        assert numbers(views.nth(k)) == ["0.25"] * 4
    assert violations(page, ".jp-OutputArea-output") == []
    assert errors == []
    page.context.close()
