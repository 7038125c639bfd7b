"""axe-core in a page of the browser, for the tests that judge accessibility."""

from importlib.resources import files

# A notebook's own content: rendered text, and what the cells put out.
CONTENT = ".jp-Notebook .jp-MarkdownOutput, .jp-Notebook .jp-OutputArea-output"
WIDE = {"width": 1280, "height": 1024}
SMALL = {"width": 800, "height": 900}
# A browser at 200 % gives a page half as many CSS pixels each way, each of two by two on the
# screen. SCREEN has those two by two from the start; by itself that moves nothing.
ZOOMED = {"width": 640, "height": 512}
SCREEN = {"viewport": WIDE, "device_scale_factor": 2, "reduced_motion": "reduce"}

RUN = """([where, rules]) => axe.run(where, {
  resultTypes: ["violations"], ...(rules ? { runOnly: rules } : {}),
}).then((result) => result.violations)"""


def violations(page, selector, rules=None):
    """Return what axe-core finds wrong inside `selector`: a list of texts, empty when all is well.

    Parameters
    ----------
    page : playwright.sync_api.Page
    selector : str
        CSS; what lies outside of it (JupyterLab's own toolbars, for example) is not judged.
    rules : list of str, optional
        Judge by these rules alone.
    """
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(RUN, [selector, rules])
    return [
        f"{rule['id']} ({rule['help']}): {node['html'][:200]} {node.get('failureSummary', '')}"
        for rule in found
        for node in rule["nodes"]
    ]


def check_accessibility(lab, selector):
    """axe-core finds nothing, in light and dark; and at 520 pixels nothing sticks out."""
    assert violations(lab.page, selector) == []
    lab.page.evaluate(
        """() => {
          document.body.dataset.jpThemeLight = "false";
          document.body.style.setProperty("--jp-layout-color0", "#111111");
        }"""
    )
    lab.page.wait_for_timeout(300)  # colors fade
    assert violations(lab.page, selector) == []
    lab.page.evaluate(
        """() => {
          document.body.dataset.jpThemeLight = "true";
          document.body.style.removeProperty("--jp-layout-color0");
        }"""
    )
    views = lab.page.locator(selector)
    views.evaluate_all("(all) => all.forEach((e) => (e.style.width = '400px'))")
    code = "(all) => all.map((e) => e.scrollWidth - e.clientWidth)"
    assert max(views.evaluate_all(code)) <= 0
    views.evaluate_all("(all) => all.forEach((e) => (e.style.width = ''))")


def zoom(page):
    """Show the page twice as large, and wait until what follows its size has been drawn again."""
    page.set_viewport_size(ZOOMED)
    frame = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    for _ in range(2):  # labels that no longer fit are left out one frame later
        page.evaluate(frame)


def unfold(page):
    """Open what opens with a click: hints, solutions, answers, more controls."""
    page.evaluate(
        "(where) => document.querySelectorAll(`:is(${where}) details`)"
        ".forEach((e) => (e.open = true))",
        CONTENT,
    )


# Pictures without words of their own. JupyterLab and nbconvert put a sentence in where a picture
# has no alt text, so axe-core finds none without.
WORDLESS = """(where) => [...document.querySelectorAll(where)]
  .flatMap((root) => [...root.querySelectorAll("img")])
  .filter((img) => img.closest("figure")
    ? img.alt !== img.closest("figure").querySelector("figcaption").textContent
    : !img.alt || img.alt.startsWith("No description"))
  .map((img) => img.outerHTML.slice(0, 200))"""

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
      // MathJax keeps a formula's MathML, too, for ears alone.
      const unseen = "style, script, option, noscript, mjx-assistive-mml";
      if (!node.data.trim() || el.closest(unseen)) continue;
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
# Words that a line's end cuts in two, though they would fit on a line of their own.
BROKEN_WORDS = """(where) => {
  const broken = new Set();
  for (const root of document.querySelectorAll(where)) {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const el = node.parentElement;
      if (el.closest("style, script, option, noscript") || !el.checkVisibility()) continue;
      for (const { 0: word, index } of node.data.matchAll(/[\\p{L}\\d]+/gu)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        const lines = new Set([...range.getClientRects()].map((r) => Math.round(r.top)));
        if (lines.size > 1) broken.add(`${word} in ${el.outerHTML.slice(0, 160)}`);
      }
    }
  }
  return [...broken];
}"""
# Bars of explorers too short to compare, as [pixels, the text around].
SHORT_BARS = """(least) => [...document.querySelectorAll(".explorer .track")]
  .filter((e) => !e.closest(".score")) // a table's cell
  .filter((e) => e.checkVisibility())
  .map((e) => [e.getBoundingClientRect().width, e.closest(".explorer > *").innerText])
  .filter(([width]) => width < least)"""
MOVING = """(where) => document.getAnimations()
  .map((a) => a.effect?.target).filter((e) => e?.closest(where)).map((e) => e.outerHTML)"""


def use_controls(page):
    """Use a control of every kind, by mouse and keys, and return what moved by itself after it."""
    moved, questions = [], page.locator(".softmax-quiz").all()[:1]
    for kind in ("slider", "switch", "button"):
        for view in page.locator(".explorer:not(.softmax-quiz)").all() + questions:
            for control in view.get_by_role(kind, disabled=False).all()[:2]:
                control.hover()
                moved += page.evaluate(MOVING, CONTENT)
                control.focus()
                page.keyboard.press("PageUp" if kind == "slider" else "Enter")
                moved += page.evaluate(MOVING, CONTENT)
    return moved
