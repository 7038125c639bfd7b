"""What explorers and questions share: the live view's files, and traits that check."""

import math
import pathlib
import re
from collections.abc import Iterable

import anywidget
import numpy as np
import traitlets

from .. import palette
from .null import IN_BROWSER, from_page, module_with_null, to_page

__all__ = [
    "NO_ECHO",
    "NUMBERS",
    "SCORES",
    "TEMPERATURE",
    "Checked",
    "Explorer",
    "flag",
    "module_text",
    "names",
    "some_of",
    "style_text",
]

PACKAGE = pathlib.Path(__file__).parent.parent
IMPORT = re.compile(r'^import \{[^}]*\} from "(\.{1,2}/[\w/.]+)\.js";\n', re.MULTILINE)

# --- The live view's files ------------------------------------------------------------------------


def module_text(name):
    """Return a widget's ES module with the modules that it imports in front of it.

    A widget is one text, and nothing is fetched when it runs: so each ``import`` of a file in
    widgets/ is replaced by the file. No two of them may declare the same name.

    Parameters
    ----------
    name : str
        The file's name in the package, without ``.js``.
    """
    parts = {}

    def visit(path):
        path = path.resolve()
        if path not in parts:
            text = path.read_text(encoding="utf-8")
            for other in IMPORT.findall(text):
                visit(path.parent / f"{other}.js")
            parts[path] = IMPORT.sub("", text)

    visit(PACKAGE / f"{name}.js")
    text = "\n".join(parts.values())
    return module_with_null(text) if IN_BROWSER else text


def style_text(*names):
    """Return the colors and the style that all of them share, and these files' (``.css``)."""
    files = [PACKAGE / f"{name}.css" for name in ("widgets/page", *names)]
    return "\n".join([palette.css(), *(file.read_text(encoding="utf-8") for file in files)])


# --- Traits ---------------------------------------------------------------------------------------


def _to_json(x):
    if isinstance(x, list):
        return [_to_json(y) for y in x]
    if x is None or math.isfinite(x):
        return x
    return "NaN" if math.isnan(x) else f"{'-' * (x < 0)}Infinity"


def _from_json(x):
    return [_from_json(y) for y in x] if isinstance(x, list) else x if x is None else float(x)


# JSON holds no infinity: None stands for a masked score and for an infinite temperature, and text
# for what a wrong softmax gives.
SCORES = {
    "to_json": lambda value, widget: [None if z == -math.inf else z for z in value],
    "from_json": lambda value, widget: [-math.inf if z is None else float(z) for z in value],
}
TEMPERATURE = {
    "to_json": lambda value, widget: None if value == math.inf else value,
    "from_json": lambda value, widget: math.inf if value is None else float(value),
}
NUMBERS = {
    "to_json": lambda value, widget: _to_json(value),
    "from_json": lambda value, widget: _from_json(value),
}
# The browser may be ahead by the time an echo of what it sent comes back: the handle would jump.
NO_ECHO = {"echo_update": False}


class Checked(traitlets.TraitType):
    """A trait whose values go through ``check(value, explorer)``.

    The function returns them clean, or says what is wrong with them.
    """

    def __init__(self, check, default, **metadata):
        super().__init__(default)
        self.check = check
        self.tag(sync=True, **metadata)

    def validate(self, explorer, value):
        return self.check(value, explorer)


def some_of(name, known, none=False):
    """Return a check for names out of `known`, each once and in its order.

    Parameters
    ----------
    name : str
        What they are called in an error.
    known : sequence of str
    none : bool, default False
        Whether there may be none.
    """

    def check(values, widget):
        listed = isinstance(values, Iterable)
        values = [values] if isinstance(values, str) or not listed else list(values)
        if not (values or none) or any(value not in known for value in values):
            least = "any" if none else "one or more"
            raise ValueError(f"{name} must be {least} of {', '.join(known)}, got {values}")
        return [value for value in known if value in values]

    return check


def flag(name):
    """Return a check for True or False."""

    def check(value, widget):
        if not isinstance(value, bool | np.bool_):
            raise TypeError(f"{name} must be True or False, got {value!r}")
        return bool(value)

    return check


def names(labels, count, name):
    """Return labels as a list of str, of which there must be `count`."""
    if isinstance(labels, str) or not isinstance(labels, Iterable):
        raise TypeError(f"{name} must be a list of {count} names, got {labels!r}")
    labels = [str(label) for label in labels]
    if len(labels) != count:
        raise ValueError(f"{name} must have {count} names, got {len(labels)}: {labels}")
    return labels


# --- The widget -----------------------------------------------------------------------------------


class Explorer(anywidget.AnyWidget):
    """A widget that also shows itself where nothing runs: as a table, and in words.

    A subclass has a ``description`` and ``_table()`` (the HTML that stands in for the live view on
    GitHub or on paper).

    Attributes
    ----------
    title : str
    description : str
        What the explorer shows, in a few sentences.
    """

    title = traitlets.Unicode().tag(sync=True)
    _ipython_display_ = None  # ipywidgets 7, which Colab has, would show no table beside the view

    def __repr__(self):
        return self.description

    def get_state(self, *args, **options):
        """Return the widget's state for its page: see ipywidgets."""
        state = super().get_state(*args, **options)
        return to_page(state, anywidget.AnyWidget.class_traits()) if IN_BROWSER else state

    def set_state(self, sync_data):
        """Take the state that the page sent: see ipywidgets."""
        super().set_state(from_page(sync_data) if IN_BROWSER else sync_data)

    def _repr_mimebundle_(self, **options):
        # The live view comes first where widgets run; elsewhere the table, or else the words.
        data, metadata = super()._repr_mimebundle_(**options)
        return {**data, "text/plain": self.description, "text/html": self._table()}, metadata
