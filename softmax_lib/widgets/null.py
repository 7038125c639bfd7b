"""None between Python and the page, where Python runs in the browser itself.

There (Pyodide) a None in a widget's state never reaches the page, and the page's null comes back,
from Pyodide 314 on, as an object of its own. So None goes as a text, and all of that comes back as
None. Elsewhere nothing changes.
"""

import sys
from pathlib import Path

__all__ = ["END", "IN_BROWSER", "from_page", "module_with_null", "to_page"]

#: Whether this Python runs in a browser: no processes, no threads, no sockets.
IN_BROWSER = sys.platform == "emscripten"
NONE = "\u2205"  # as in null.js
END = "export default { render };"


def to_page(state, others=()):
    """Return a widget's state with its Nones as the text that null.js reads.

    Parameters
    ----------
    state : dict
    others : collection of str, optional
        Names that another package's code reads in the page: they are left as they are.
    """
    return {k: NONE if v is None and k not in others else v for k, v in state.items()}


def from_page(value):
    """Return what a page sent with None where it has null, inside of lists and dicts too."""
    if isinstance(value, dict):
        return {name: from_page(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [from_page(one) for one in value]
    if type(value).__name__ == "JsNull" or (isinstance(value, str) and value == NONE):
        return None
    return value


def module_with_null(text):
    """Return a widget's ES module, for a page that gets None as a text."""
    reader = (Path(__file__).parent / "null.js").read_text(encoding="utf-8")
    return text.replace(END, f"{reader}\nexport default {{ render: withNull(render) }};")
