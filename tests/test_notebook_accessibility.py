"""Whole notebooks in JupyterLab, for everybody: axe-core, 200 % zoom, no motion.

What is judged is the notebook's own content: rendered text, and every output with its figures,
questions, exercises and explorers. The rest of the page belongs to JupyterLab: menus, sidebars,
toolbars, and the editors and prompts of cells. The course cannot change it, and a test of it would
pass or fail with JupyterLab's version. Exported pages are judged in test_exported_notebooks.py.
"""

import pytest
from accessibility import (
    BROKEN_WORDS,
    CONTENT,
    HARD_TO_READ,
    SCREEN,
    SHORT_BARS,
    SMALL,
    WIDE,
    WORDLESS,
    unfold,
    use_controls,
    violations,
    zoom,
)
from browser import Lab, open_browser, open_lab, serve_lab
from notebook_tools import PATHS, code_cells, read

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """One JupyterLab and one page for all notebooks."""
    folder = tmp_path_factory.mktemp("lab")
    with serve_lab(folder) as url, browser.new_context(**SCREEN) as context:
        yield Lab(context.new_page(), url, folder / "files")


def choose(page, *menu):
    """Choose from JupyterLab's menus."""
    page.get_by_role("menuitem", name=menu[0], exact=True).click()
    for name in menu[1:]:
        page.locator(".lm-Menu-itemLabel").get_by_text(name, exact=True).click()


def run_all(lab, path):
    """Open a notebook in JupyterLab, run all of it, and wait until all of it is shown."""
    page, cells = lab.page, code_cells(read(path))
    page.set_viewport_size(WIDE)
    lab.copy(path)
    lab.open(path.stem)
    choose(page, "Run", "Run All Cells")
    prompts = page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt")
    ran = [f"[{k}]:" for k in range(1, len(cells) + 1)]
    lab._until(lambda: prompts.all_inner_texts() == ran, f"{path.stem} did not run through")
    sources = [cell.source for cell in cells]
    pages = [o.get("data", {}).get("text/html", "") for cell in cells for o in cell.outputs]
    for kind, count in {
        "figure img": sum("<figure" in page for page in pages),
        ".explorer:not(.softmax-quiz)": sum("<table" in page for page in pages),
        ".softmax-quiz": sum(source.startswith("ask(") for source in sources),
    }.items():
        found = page.locator(f".jp-OutputArea-output {kind}")
        if count:
            found.nth(count - 1).wait_for(state="attached")
        assert found.count() == count


def close(lab):
    """End the kernel, so that the next notebook does not take it for its own."""
    choose(lab.page, "Kernel", "Shut Down Kernel")
    lab._until(lambda: not lab._connected(), "the kernel did not end")


def theme(page, name):
    """Change JupyterLab's theme, and wait until its colors are there."""
    choose(page, "Settings", "Theme", f"JupyterLab {name}")
    light = str(name == "Light").lower()
    page.wait_for_selector(f"body[data-jp-theme-light={light}]", state="attached")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_in_jupyterlab(lab, path):
    page = lab.page
    run_all(lab, path)
    try:
        unfold(page)
        assert page.evaluate(WORDLESS, CONTENT) == []
        assert violations(page, CONTENT) == []
        # A small window and JupyterLab's list of files beside; then that at 200 %.
        page.set_viewport_size(SMALL)
        page.locator("#jp-left-stack").wait_for(state="visible")
        assert page.evaluate(BROKEN_WORDS, CONTENT) == []
        assert page.evaluate(SHORT_BARS, 80) == []
        zoom(page)
        assert page.locator("#jp-left-stack").is_visible()
        assert page.evaluate(SHORT_BARS, 60) == []
        # Dark and twice as large at once: each run of axe-core takes seconds.
        theme(page, "Dark")
        if page.locator("#jp-left-stack >> visible=true").count():
            choose(page, "View", "Appearance", "Show Left Sidebar")
            page.locator("#jp-left-stack").wait_for(state="hidden")
        scroller = page.locator(".jp-NotebookPanel-notebook .jp-WindowedPanel-outer").last
        assert scroller.evaluate("(e) => e.scrollWidth - e.clientWidth") <= 0
        assert page.evaluate(HARD_TO_READ, CONTENT) == []
        assert violations(page, CONTENT) == []
        assert use_controls(page) == []
        assert lab.errors == []
    finally:
        page.set_viewport_size(WIDE)
        theme(page, "Light")
        close(lab)


def test_what_comes_next_opens_in_the_same_jupyterlab(browser, tmp_path):
    with open_lab(browser, tmp_path) as lab:
        page = lab.page
        lab.copy(PATHS[0])
        lab.write("progress", ["from softmax_lib.exercises import progress", "progress()"])
        lab.open("progress")
        lab.run(0)
        assert "Next: the exercise Your first check in 00 start here." in lab.run(1)
        page.evaluate("window.still = true")
        page.locator(".jp-OutputArea-output a").click()
        opened = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab.lm-mod-current")
        lab._until(lambda: opened.inner_text().strip() == PATHS[0].name, "it did not open")
        assert page.evaluate("window.still"), "the page was loaded anew"
