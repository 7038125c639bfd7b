"""axe-core in a page of the browser, for the tests that judge accessibility."""

from importlib.resources import files


def violations(page, selector):
    """Return what axe-core finds wrong inside `selector`: a list of texts, empty when all is well.

    Parameters
    ----------
    page : playwright.sync_api.Page
    selector : str
        CSS; what lies outside of it (JupyterLab's own toolbars, for example) is not judged.
    """
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("(where) => axe.run(where).then((result) => result.violations)", selector)
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
