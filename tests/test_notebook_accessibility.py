"""Whole notebooks for everybody, in JupyterLab and exported: axe-core, 200 % zoom, no motion.

What is judged is the notebook's own content: rendered text, and every output with its figures,
questions, exercises and explorers. In JupyterLab, the rest of the page belongs to JupyterLab:
menus, sidebars, toolbars, and the editors and prompts of cells. The course cannot change it, and a
test of it would pass or fail with JupyterLab's version. An exported page is judged whole.
"""

import pytest
from accessibility import violations
from browser import Lab, open_browser, serve_lab
from notebook_tools import PATHS, code_cells, read

pytestmark = pytest.mark.slow

CONTENT = ".jp-Notebook .jp-MarkdownOutput, .jp-Notebook .jp-OutputArea-output"
WIDE = {"width": 1280, "height": 1024}
# A browser at 200 % gives a page half as many CSS pixels each way, each of two by two on the
# screen. The contexts below have those two by two from the start; by itself that moves nothing.
ZOOMED = {"width": 640, "height": 512}
SCREEN = {"viewport": WIDE, "device_scale_factor": 2, "reduced_motion": "reduce"}


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
        ".explorer": sum("<table" in page for page in pages),
        ".softmax-quiz": sum(source.startswith("ask(") for source in sources),
    }.items():
        shown = page.locator(f".jp-OutputArea-output {kind}")
        lab._until(lambda: shown.count() == count, f"{path.stem} shows not {count} of {kind}")


def close(lab):
    """End the kernel, so that the next notebook does not take it for its own."""
    choose(lab.page, "Kernel", "Shut Down Kernel")
    lab._until(lambda: not lab._connected(), "the kernel did not end")


def theme(page, name):
    """Change JupyterLab's theme, and wait until its colors are there."""
    choose(page, "Settings", "Theme", f"JupyterLab {name}")
    light = str(name == "Light").lower()
    page.wait_for_selector(f"body[data-jp-theme-light={light}]", state="attached")


def unfold(page):
    """Open what opens with a click: hints, solutions, answers, more controls."""
    page.evaluate(
        "(where) => document.querySelectorAll(`:is(${where}) details`)"
        ".forEach((e) => (e.open = true))",
        CONTENT,
    )


# What text or picture is hard to read: it sticks out, is cut off, or lies over another.
HARD_TO_READ = """(where) => {
  const wrong = [];
  const say = (what, el, text = "") =>
    wrong.push(`${what}: ${text.trim().slice(0, 60)} in ${el.outerHTML.slice(0, 200)}`);
  // What may scroll by itself: a listing of code, an explorer's table.
  const scrolls = "pre, .explorer *";
  for (const root of document.querySelectorAll(where)) {
    const frame = root.getBoundingClientRect();
    if (root.scrollWidth > root.clientWidth + 1) say("wider than the page", root);
    for (const img of root.querySelectorAll("img")) {
      const { width, height, right } = img.getBoundingClientRect();
      if (right > frame.right + 1) say("a picture sticks out", img);
      const stretched = (width / height) / (img.naturalWidth / img.naturalHeight);
      if (!(Math.abs(stretched - 1) < 0.02)) say("a picture is not whole", img);
    }
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const seen = [];
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const el = node.parentElement;
      if (!node.data.trim() || el.closest("style, script, option, noscript")) continue;
      if (!el.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      if (getComputedStyle(el).fontSize === "0px") continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      let [left, right, top, bottom, read] = [frame.left, frame.right, -1e9, 1e9, true];
      for (let up = el; up !== root; up = up.parentElement) {
        const { overflowX, overflowY, clipPath } = getComputedStyle(up);
        const box = up.getBoundingClientRect();
        if (clipPath !== "none" || (box.width <= 1 && box.height <= 1)) read = false; // for ears
        if (/auto|scroll/.test(overflowX) && up.scrollWidth > up.clientWidth + 1) {
          if (!up.matches(scrolls)) say("scrolls by itself", up);
          [left, right] = [-1e9, 1e9];
          break;
        }
        if (/hidden|clip/.test(overflowX)) {
          left = Math.max(left, box.left);
          right = Math.min(right, box.right);
        }
        if (/hidden|clip/.test(overflowY)) {
          top = Math.max(top, box.top);
          bottom = Math.min(bottom, box.bottom);
        }
      }
      if (!read) continue;
      for (const r of range.getClientRects()) {
        if (r.width < 1 || r.height < 1) continue;
        if (r.left < left - 1 || r.right > right + 1) say("cut off", el, node.data);
        if (r.top < top - 4 || r.bottom > bottom + 4) say("cut off above or below", el, node.data);
        // Lines may be set closer than their boxes are high.
        const inner = { left: r.left + 1, right: r.right - 1,
          top: r.top + r.height / 4, bottom: r.bottom - r.height / 4, el, text: node.data };
        for (const other of seen) {
          if (other.el === el && other.text === node.data) continue;
          if (inner.left < other.right && other.left < inner.right &&
              inner.top < other.bottom && other.top < inner.bottom) {
            say(`lies over “${other.text.trim().slice(0, 40)}”`, el, node.data);
          }
        }
        seen.push(inner);
      }
    }
  }
  return wrong;
}"""
MOVING = """(where) => document.getAnimations()
  .map((a) => a.effect?.target).filter((e) => e?.closest(where)).map((e) => e.outerHTML)"""


def use_everything(page, moving):
    """Use controls of every kind, by mouse and keys; after each, nothing may move by itself."""
    for group, most in [("slider", 3), ("switch", 3), ("button", 4)]:
        for view in page.locator(":is(.explorer, .softmax-quiz) >> visible=true").all():
            for control in view.get_by_role(group).all()[:most]:
                if not control.is_visible() or control.is_disabled():
                    continue
                control.hover()
                moving()
                control.focus()
                page.keyboard.press("PageUp" if group == "slider" else "Enter")
                moving()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_in_jupyterlab(lab, path):
    page = lab.page
    run_all(lab, path)
    try:
        unfold(page)
        assert violations(page, CONTENT) == []
        theme(page, "Dark")
        assert violations(page, CONTENT) == []
        theme(page, "Light")
        page.set_viewport_size(ZOOMED)
        if page.locator("#jp-left-stack >> visible=true").count():
            choose(page, "View", "Appearance", "Show Left Sidebar")
            page.locator("#jp-left-stack").wait_for(state="hidden")
        scroller = page.locator(".jp-NotebookPanel-notebook .jp-WindowedPanel-outer").last
        assert scroller.evaluate("(e) => e.scrollWidth - e.clientWidth") <= 0
        assert page.evaluate(HARD_TO_READ, CONTENT) == []
        assert violations(page, CONTENT) == []

        def moving():
            assert page.evaluate(MOVING, CONTENT) == []

        use_everything(page, moving)
        assert lab.errors == []
    finally:
        close(lab)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_exported(browser, exported, path):
    with browser.new_context(offline=True, **SCREEN) as context:
        page, asked = context.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(exported(path.stem).as_uri())
        assert page.title() == read(path).cells[0].source.split("\n")[0].lstrip("# ")
        unfold(page)
        assert violations(page, "html") == []
        page.set_viewport_size(ZOOMED)
        # The page stays light where a system is dark, and all of it does.
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        assert page.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"]
        assert page.evaluate(HARD_TO_READ, CONTENT + ", .jp-InputArea-editor") == []
        assert violations(page, "html") == []

        def moving():
            assert page.evaluate(MOVING, "html") == []

        use_everything(page, moving)
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
