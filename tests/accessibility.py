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
