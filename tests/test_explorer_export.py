"""Exported pages: the explorers move without a kernel and without a network."""

import html
import re

import nbformat
import pytest
from accessibility import violations
from browser import open_browser

from softmax_lib import softmax
from softmax_lib.explorers import SoftmaxExplorer
from softmax_lib.explorers.export import export_notebook, live_html, save_page

WORDS = ["woods", "garden", "castle", "sea"]
SCORES = [2.0, 1.0, -0.5, -1.5]


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


def numbers(view):
    return view.locator(".row:not(.head) .probabilities .number").all_inner_texts()


def right(scores):
    return [f"{p:.2f}" for p in softmax(scores)]


def open_offline(browser, path, **options):
    context = browser.new_context(offline=True, **options)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path.as_uri())
    return page, errors


def test_a_page_of_its_own_moves_offline(browser, tmp_path):
    explorer = SoftmaxExplorer(SCORES, [*WORDS[:3], "</script><b>"], title="A & B")
    page, errors = open_offline(browser, save_page(explorer, tmp_path / "page.html"))
    assert page.title() == "A & B"
    view = page.locator(".softmax-explorer")
    assert numbers(view) == right(SCORES)
    view.get_by_role("slider", name="score of garden").focus()
    page.keyboard.press("PageUp")
    assert numbers(view) == right([2, 2, -0.5, -1.5])
    assert violations(page, "html") == []
    assert errors == []
    page.context.close()


def test_predict_mode_moves_offline(browser, tmp_path):
    one = SoftmaxExplorer(SCORES, WORDS).predict(seed=2)
    page, errors = open_offline(browser, save_page(one, tmp_path / "predict.html"))
    page.get_by_role("button", name="Commit").click()
    distance = one.commit([1 / len(one.rounds[0]["labels"])] * len(one.rounds[0]["labels"]))
    assert distance["sentence"] in page.locator(".result").inner_text()
    assert errors == []
    page.context.close()


def test_without_scripts_the_table_is_there(browser, tmp_path):
    path = save_page(SoftmaxExplorer(SCORES, WORDS), tmp_path / "page.html")
    page, _ = open_offline(browser, path, java_script_enabled=False)
    assert "woods 0.68, garden 0.25" in page.locator("table").inner_text()
    page.context.close()


@pytest.mark.slow
def test_an_exported_notebook_moves_offline(browser, tmp_path):
    cells = [
        "from softmax_lib.explorers import SoftmaxExplorer\n"
        f"explorer = SoftmaxExplorer({SCORES}, {WORDS})\nexplorer",
        "explorer.temperature = 2.0\nexplorer",
        "explorer.predict(seed=1)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    nbformat.write(notebook, tmp_path / "one.ipynb")
    path = export_notebook(tmp_path / "one.ipynb")
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


def test_a_notebook_without_saved_values_shows_the_table(tmp_path):
    explorer = SoftmaxExplorer(SCORES, WORDS)
    data, metadata = explorer._repr_mimebundle_()
    cell = nbformat.v4.new_code_cell("explorer", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("execute_result", data, metadata=metadata,
                                           execution_count=1)]  # fmt: skip
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "one.ipynb")
    path = export_notebook(tmp_path / "one.ipynb", tmp_path / "two.html", execute=False)
    assert html.escape(explorer.description) in path.read_text(encoding="utf-8")


def test_a_page_fetches_only_what_it_cannot_do_without(tmp_path):
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}}
    for name, text, data, fetched in [
        ("plain", "# A `title`\n\nText.", {**view, "text/html": "<p>said</p>"}, []),
        ("formula", "No title, $x^2$.", {"text/plain": "1"}, ["mathjax"]),
        ("widget", "# Title", view, ["require", "html-manager"]),
    ]:
        cell = nbformat.v4.new_code_cell("1")
        cell.outputs = [nbformat.v4.new_output("display_data", data)]
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text), cell])
        notebook.metadata["widgets"] = {
            "application/vnd.jupyter.widget-state+json": {"state": {"x": {}}}
        }
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
        page = export_notebook(tmp_path / f"{name}.ipynb", execute=False).read_text("utf-8")
        addresses = " ".join(re.findall(r"https?://[^\s\"']*\.js", page))
        for part in ("mathjax", "require", "html-manager"):
            assert (part in addresses) == (part in fetched), (name, part)
        assert ("<p>said</p>" in page) == (name == "plain")
        title = {"plain": "A title", "formula": "formula", "widget": "Title"}[name]
        assert f"<title>{title}</title>" in page


def test_nothing_in_the_page_is_fetched():
    for explorer in (SoftmaxExplorer(SCORES), SoftmaxExplorer(SCORES).predict()):
        assert not re.search(r"https?://|\bimport\b\s*[({\"']|@import|url\(", live_html(explorer))
