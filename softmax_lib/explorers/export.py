"""Explorers that still move in a page: no kernel, no network, nothing to install.

The explorer's own code goes into the page. What needs Python stays still: a softmax of your own
keeps its last answer, prediction ends with the rounds already made, and no word is added to a text.
"""

import html
import json
import os
from pathlib import Path

from ..widgets.base import PACKAGE
from ..widgets.null import END

__all__ = ["SavedPage", "is_explorer", "live_html", "save_page", "state_html"]


PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
  body {{ max-width: 960px; margin: 16px auto; padding: 0 12px; font-family: sans-serif; }}
</style>
<main>
<h1>{title}</h1>
{body}
</main>
</html>
"""


class SavedPage(os.PathLike):
    """Where a page was written. It displays as a sentence, and opens like a path.

    Parameters
    ----------
    path : pathlib.Path
    sentence : str, optional
        What to say of it; `{}` stands for the path.
    """

    def __init__(self, path, sentence="Written: {}. It opens in any browser, without a network."):
        self.path, self.sentence = Path(path), sentence

    def __fspath__(self):
        return str(self.path)

    def __repr__(self):
        return self.sentence.format(self.path)


def live_html(explorer):
    """Return an explorer as HTML that works by itself.

    Parameters
    ----------
    explorer : Explorer

    Returns
    -------
    str
        To stand inside of a page; without scripts it shows the explorer's table.
    """
    return state_html(explorer.model_id, explorer.get_state(), explorer._table())


def is_explorer(state):
    """Whether the state of a widget is an explorer's."""
    return END in state.get("_esm", "")


def state_html(model_id, state, fallback):
    """Return the explorer that has this state as HTML that works by itself.

    Parameters
    ----------
    model_id : str
        What the widget is called in its notebook: two views of one explorer stay one.
    state : dict
    fallback : str
        HTML to show without scripts.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        When the code would end the page's script.
    """
    state = dict(state)
    code, style = state.pop("_esm"), state.pop("_css")
    if END not in code or "</script" in code or "</style" in style:
        raise ValueError("the explorer's code cannot stand inside of a page")
    # Nothing in a page's script may end it.
    data = json.dumps(state, allow_nan=False, ensure_ascii=True).replace("<", "\\u003c")
    place = f"explorer-{model_id}"
    start = (
        f'const places = document.querySelectorAll(".{place}:empty");\n'
        f"for (const el of places) render({{ model: modelInPage({json.dumps(model_id)}, {data}), "
        "el });"
    )
    model = (PACKAGE / "widgets" / "page_model.js").read_text(encoding="utf-8")
    return (
        f'<div class="{place}"></div><noscript>{fallback}</noscript>\n<style>{style}</style>\n'
        f'<script type="module">\n{model}\n{code.replace(END, start)}\n</script>'
    )


def save_page(explorer, path):
    """Write an explorer as a page of its own.

    Parameters
    ----------
    explorer : Explorer
    path : str or pathlib.Path
        Where to write it; it should end in .html.

    Returns
    -------
    SavedPage
    """
    title = html.escape(explorer.title or type(explorer).__name__)
    page = SavedPage(path)
    page.path.write_text(PAGE.format(title=title, body=live_html(explorer)), encoding="utf-8")
    return page
