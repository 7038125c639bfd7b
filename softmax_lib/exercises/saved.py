"""What of an answer is saved, so that it works again in another notebook."""

import ast
import builtins
import inspect
import math
import symtable
import sys
import types

import numpy as np

from .cells import defined_by, plain_python

__all__ = ["source_of"]

LONGEST = 2000  # characters of one constant
_GIVEN = {"np": np, "math": math}  # what `softmax_lib.runner.build` gives to every answer


def source_of(answer, name):
    """Return code that makes an answer again: with its imports, constants and helpers before it.

    Parameters
    ----------
    answer : object
    name : str
        The exercise's.

    Returns
    -------
    str
        Empty when there is no such code. A name that cannot be written down, such as that of a
        generator of random numbers, is left out.
    """
    try:
        if not callable(answer):
            return _literal(answer)
        parts = _Parts(_scope(answer))
        text = _import(answer, name) or _text(answer, name) or _from_cell(answer, name)
        parts.add_needs(text)
        imports = "\n".join(parts.lines)
        return "\n\n\n".join(filter(None, [imports, *parts.texts, text]))
    except Exception:  # a class without a file, a repr that raises, ...
        return ""


class _Parts:
    """What an answer needs of its notebook: imports and constants, functions and classes."""

    def __init__(self, scope):
        self.scope, self.seen = scope, set()
        self.lines, self.texts = [], []

    def add_needs(self, text):
        """Add what the names in `text` stand for, those needed first."""
        for name in _names_in(text):
            if name in self.seen or name not in self.scope:
                continue
            self.seen.add(name)  # before what it needs itself: two helpers may call each other
            value = self.scope[name]
            if _GIVEN.get(name) is value or vars(builtins).get(name) is value:
                continue
            if self.is_own(value):
                helper = _text(value, name)
                self.add_needs(helper)
                self.texts.append(helper)
            elif line := _import(value, name) or _constant(value, name):
                self.lines.append(line)

    def is_own(self, value):
        """Return whether a function or class stands in the notebook itself."""
        if not callable(value):
            return False
        inside = getattr(inspect.unwrap(value), "__globals__", None) is self.scope.base
        return inside or getattr(value, "__module__", None) == "__main__"


class _Scope(dict):
    """Names that a function can see; `base` is the notebook's own dict of them."""

    base = None


def _scope(answer):
    function = inspect.unwrap(answer)
    names = getattr(function, "__globals__", None)
    if names is None:  # made by a call, such as functools.partial
        names = vars(sys.modules["__main__"])
    scope = _Scope(names)
    scope.base = names
    if inspect.isfunction(function):
        scope.update(inspect.getclosurevars(function).nonlocals)
    return scope


def _names_in(text):
    """Return the names that code looks up outside of itself, in the order of their first use."""
    top = symtable.symtable(text, "<answer>", "exec")
    own = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned()}
    found = {symbol.get_name(): None for symbol in top.get_symbols() if symbol.is_referenced()}
    tables = top.get_children()
    while tables:
        table = tables.pop(0)
        found |= {s.get_name(): None for s in table.get_symbols() if s.is_global()}
        tables += table.get_children()
    return [name for name in found if name not in own]


# --- Functions and classes --------------------------------------------------------------------


def _text(thing, name):
    """Return the source of a function or class, ending with `name` bound to it; or nothing."""
    try:
        if inspect.isclass(thing):
            return _class(thing, name)
        if getattr(thing, "__name__", "") == "<lambda>":
            return _lambda(thing, name)
        text = inspect.cleandoc("\n" + inspect.getsource(thing)).strip()
        tree = ast.parse(text)
    except (OSError, TypeError, SyntaxError, ValueError):
        return ""
    defined = getattr(tree.body[-1], "name", None)
    if len(tree.body) != 1 or defined is None:
        return ""
    return text if defined == name else f"{text}\n\n\n{name} = {defined}"


def _whole(thing):
    """Return the source of the cell or file in which a function stands, its tree, and its line."""
    lines, before = inspect.findsource(thing)
    source = "".join(lines)
    return source, ast.parse(source), before + 1


def _class(thing, name):
    """Return a class's source; IPython cannot tell it, but its methods know where they stand."""
    for method in filter(inspect.isfunction, vars(thing).values()):
        source, tree, _ = _whole(method)
        for node in reversed(tree.body):
            if isinstance(node, ast.ClassDef) and node.name == thing.__name__:
                alias = f"\n\n\n{name} = {node.name}" * (name != node.name)
                return _lines(source, node) + alias
    return ""


def _lambda(function, name):
    """Return ``name = lambda ...``; nothing when its line holds another, too."""
    source, tree, line = _whole(function)
    here = [n for n in ast.walk(tree) if isinstance(n, ast.Lambda) and n.lineno == line]
    if len(here) != 1:
        return ""
    text = ast.get_source_segment(source, here[0])
    return f"{name} = ({text})" if "\n" in text else f"{name} = {text}"


def _lines(source, node):
    """Return a statement's source, with its decorators."""
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    return "\n".join(source.splitlines()[first - 1 : node.end_lineno])


def _from_cell(thing, name):
    """Return what of the cell that defined `name` did so, for what has no source of its own."""
    source = plain_python(defined_by(name, thing))
    for node in reversed(ast.parse(source).body):
        targets = [t.id for t in getattr(node, "targets", ()) if isinstance(t, ast.Name)]
        if getattr(node, "name", None) == name or name in targets:
            return _lines(source, node)
    return ""


# --- Imports and constants --------------------------------------------------------------------


def _import(value, name):
    """Return the line that imports `value` as `name`, or nothing."""
    if isinstance(value, types.ModuleType):
        if value.__name__ == "__main__":
            return ""
        return f"import {value.__name__}" + f" as {name}" * (value.__name__ != name)
    called = getattr(value, "__name__", name)
    if not callable(value):
        return ""
    home = getattr(value, "__module__", None) or ""
    for module in [home, "builtins", *sorted(sys.modules, key=lambda m: (m.count("."), m))]:
        public = "._" not in f".{module}" or module == home
        held = getattr(sys.modules.get(module), "__dict__", {}).get(called)
        if held is value and public and module != "__main__":
            return f"from {module} import {called}" + f" as {name}" * (called != name)
    return ""


def _constant(value, name):
    try:
        text = _literal(value)
    except Exception:  # a list that holds itself, ...
        return ""
    return f"{name} = {text}" if text else ""


def _literal(value):
    """Return a number, a text, an array or a collection of them as code; nothing for the rest."""
    text = _written(value)
    return text if len(text) <= LONGEST else ""


def _written(value):
    if isinstance(value, np.ndarray) and value.dtype.kind in "iufb":
        kind = "" if value.dtype in (float, int, bool) else f", dtype={value.dtype.name!r}"
        return f"np.array({_written(value.tolist())}{kind})" if value.size <= LONGEST else ""
    if isinstance(value, np.generic):
        value = value.item()
    if type(value) is float and not math.isfinite(value):
        return f"float({str(value)!r})"
    if value is None or type(value) in (bool, int, float, complex, str, bytes):
        return repr(value)
    if type(value) is dict:
        pairs = [(_written(k), _written(v)) for k, v in value.items()]
        return "{" + ", ".join(f"{k}: {v}" for k, v in pairs) + "}" if all(
            k and v for k, v in pairs) else ""  # fmt: skip
    if type(value) in (list, tuple, set) and len(value) <= LONGEST:
        parts = [_written(v) for v in value]
        if not all(parts):
            return ""
        if type(value) is set:
            return "{" + ", ".join(parts) + "}" if parts else "set()"
        if type(value) is list:
            return "[" + ", ".join(parts) + "]"
        return "(" + ", ".join(parts) + ("," if len(parts) == 1 else "") + ")"
    return ""
