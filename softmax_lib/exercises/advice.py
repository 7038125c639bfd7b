"""Words for what beginners meet: errors of Python and numpy, and results of another shape."""

import ast
import builtins
import difflib
import inspect
import re
import textwrap

import numpy as np

from .registry import all_exercises

__all__ = ["about_shape", "after_error", "hidden_cause"]

# --- Errors -----------------------------------------------------------------------------------

_LN = "In numpy the natural logarithm, ln, is `np.log`."
_POWER = "In Python `^` is no power: that is `**`. And e to the power of z is written `np.exp(z)`."
_TIMES = "Python wants the sign of a multiplication: `2 * z`, not `2z` or `2(z)`."
# Names as mathematics writes them, where numpy has another one.
_MATHEMATICS = {
    "ln": _LN,
    "log": "In numpy the natural logarithm is `np.log`; base 2 is `np.log2`.",
    "lg": "Base 2 is `np.log2`, base 10 is `np.log10`.",
    "ld": "The logarithm with base 2 is `np.log2`.",
    "e": "The number e is `np.e`, and e to the power of z is `np.exp(z)`.",
    "exponential": "e to the power of z is written `np.exp(z)`.",
    "logarithm": "In numpy the natural logarithm is `np.log`; base 2 is `np.log2`.",
    "root": "A square root is written `np.sqrt(z)`.",
    "infinity": "In numpy infinity is `np.inf`.",
    "Infinity": "In numpy infinity is `np.inf`.",
    "sum_of": "A sum is `np.sum(...)`.",
    "average": "The average is `np.mean(...)`.",
    "length": "How many there are is `len(...)`.",
    "size": "How many there are is `len(...)`.",
    "numpy": "The course imports numpy as `np`: write `np.` in front of a function's name.",
    "null": "Python's word for nothing is `None`.",
    "true": "Python writes `True` and `False`.",
    "false": "Python writes `True` and `False`.",
}
# What Python's or numpy's message says, and what to try.
_MESSAGES = {
    r"truth value of an array": "A comparison of an array gives an answer for each number, and "
    "`and`, `or` and `if` want a single one. `np.all(...)` says whether all of them hold.",
    r"bitwise_xor|for \^=?:": _POWER,
    r"(?:sum|max|min)\(\) got an unexpected keyword argument '(?:axis|keepdims)'|"
    r"(?:sum|max|min)\(\) takes no keyword|'(?:axis|keepdims)' is an invalid keyword argument for "
    r"(?:sum|max|min)\(\)": "Python's own `sum`, `max` and `min` know "
    "no `axis`; `np.sum`, `np.max` and `np.min` do.",
    r"only (?:length-1|size-1|0-dimensional) arrays can be converted": "`math` works on one number "
    "at a time; the functions of `np`, such as `np.exp` and `np.log`, take a whole array.",
    r"'(?:numpy.ufunc|builtin_function_or_method|function|numpy._ArrayFunctionDispatcher|method)' "
    r"object is not subscriptable": "A function is called with round brackets: `np.exp(z)`.",
    r"'(?:int|float|numpy.float64|numpy.int64|numpy.ndarray)' object is not callable": "Round "
    "brackets after a number or an array call it, as if it were a function. " + _TIMES + " One "
    "entry of an array is `z[0]`.",
    r"(?:can only concatenate|can't multiply sequence by non-int|unsupported operand type\(s\) for "
    r"[-+*/]+: '(?:list|tuple)'|for [-+*/]+: '\w+' and '(?:list|tuple)')": "A list does not "
    "compute with its numbers: make it an array first, with `np.array(...)`.",
    r"for [-+*/]+=?: (?:'NoneType'|'[\w.]+' and 'NoneType')": "One of them is `None`: does a "
    "function that you call lack its `return`?",
    r"cannot access local variable|referenced before assignment": "A name needs a value before "
    "the line that uses it: set it before the loop, or outside of the `if`.",
    r"operands could not be broadcast together": "The two arrays have different shapes. With a "
    "table, `keepdims=True` in `np.sum` or `np.max` keeps a column for each row.",
    r"object does not support item assignment": "This kind of value cannot be changed in place: "
    "make a new array, such as `np.zeros(len(z))`, and fill that.",
    r"assignment destination is read-only": "This array may not be changed: make a new one, such "
    "as `z.copy()`.",
    r"only integers, slices|list indices must be integers|indices must be integers or slices":
    "An index is a whole number: 0 for the first. `for i in range(len(z))` counts the places, "
    "`for v in z` goes through the values.",
    r"index \d+ is out of bounds|index out of range": "The first index is 0, and the last is one "
    "less than how many there are.",
    r"'(?:numpy\.)?(?:float|int|float64|int64)' object is not iterable|"
    r"len\(\) of unsized object|iteration over a 0-d array|object of type '[\w.]+' has no len":
    "It is a single number here, and the line wants several.",
}  # fmt: skip


def after_error(error, function=None, task=None):
    """Return what to try after an error that beginners meet often.

    Parameters
    ----------
    error : BaseException
    function : callable, optional
        The learner's, if the error comes from it.
    task : Exercise, optional
        What the function is an answer to.

    Returns
    -------
    str
        With a space in front, or empty.
    """
    try:
        if isinstance(error, SyntaxError):
            advice = _after_syntax(error)
        elif isinstance(error, NameError) and not isinstance(error, UnboundLocalError):
            advice = _after_name(str(error), function, task)
        elif isinstance(error, AttributeError):
            advice = _after_attribute(str(error), function)
        else:
            advice = _after_call(error, function, task) or next(
                (words for seen, words in _MESSAGES.items() if re.search(seen, str(error))), ""
            )
    except Exception:  # an error whose own words raise
        advice = ""
    return f" {advice}" if advice else ""


def _after_name(text, function, task):
    found = re.fullmatch(r"(?:free variable|name) '(\w+)'.*", text)
    if not found:
        return ""
    name = found[1]
    if name in all_exercises():
        return (
            "If you wrote it in another notebook, bring it here first: "
            f'`{name} = recall("{name}")`.'
        )
    if name in _MATHEMATICS:
        return _MATHEMATICS[name]
    tree = _tree(function)
    given = [node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)]
    near = difflib.get_close_matches(name, [*given, *_names(tree, ast.Store)], n=1, cutoff=0.7)
    if near:
        return f"Did you mean `{near[0]}`?"
    if name in np.__all__:
        return f"In numpy it is `np.{name}`."
    near = difflib.get_close_matches(name, [*vars(builtins), *_MATHEMATICS], n=1, cutoff=0.8)
    if near:
        return _MATHEMATICS.get(near[0], f"Did you mean `{near[0]}`?")
    return f"What it is given is called {_and(given)}." if given and task else ""


def _names(tree, kind):
    """Return the names in code that it looks up (`ast.Load`) or sets (`ast.Store`)."""
    return [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, kind)]


def _and(names):
    names = [f"`{name}`" for name in names]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def _after_attribute(text, function):
    if "'numpy'" in text and (found := re.search(r"has no attribute '(\w+)'", text)):
        name = found[1]
        if name in _MATHEMATICS:
            return _MATHEMATICS[name]
        near = difflib.get_close_matches(name, np.__all__, n=1, cutoff=0.7)
        return f"Did you mean `np.{near[0]}`?" if near else ""
    found = re.fullmatch(r"'([\w.]+)' object has no attribute '(\w+)'.*", text)
    if not found:
        return ""
    kind, name = found.groups()
    scope = getattr(function, "__globals__", {})
    if scope.get("np", np) is not np:
        return _renamed("np", scope["np"])
    if name in ("len", "length", "size"):
        return "How many there are is `len(...)`."
    if name in _MATHEMATICS:
        return _MATHEMATICS[name]
    if kind in ("list", "tuple", "float", "int", "numpy.ndarray") or kind.startswith("numpy."):
        if callable(getattr(np, name, None)):
            return f"Write it as a function of numpy: `np.{name}(...)`."
    return ""


def _after_call(error, function, task):
    """Return advice on a call that cannot be: a name with another meaning, or other arguments."""
    text = str(error)
    if "object is not callable" in text:
        scope = getattr(function, "__globals__", {})
        for name in _names(_tree(function), ast.Load):
            if callable(vars(builtins).get(name)) and name in scope and not callable(scope[name]):
                return _renamed(name, scope[name])
    if task is not None and re.search(
        rf"^{task.id}\(\) (?:takes|missing|got an unexpected)|<lambda>\(\) (?:takes|missing)", text
    ):
        first = re.search(r"^def .*:$", task.stub, re.MULTILINE)
        return f"Its first line in the notebook was `{first[0]}`." if first else ""
    return ""


def _renamed(name, value):
    return (
        f"A cell has given the name `{name}` another meaning ({type(value).__name__}). Rename it "
        f"there, then run `del {name}`" + ("." if name != "np" else " and `import numpy as np`.")
    )


# What stands in a line that is no Python, with what Python's message about it says.
_CHARACTERS = {
    "−–—": "The minus sign is `-` on the keyboard.",
    "×·∙⋅": "The sign of a multiplication is `*`.",
    "÷": "The sign of a division is `/`.",
    "≤≥≠": "Python writes `<=`, `>=` and `!=`.",
    "²³ⁿ": "A square is written `z ** 2`.",
    "√": "A square root is written `np.sqrt(z)`.",
    "Σ∑": "A sum is written `np.sum(z)`.",
    "“”„‘’": "Python wants the straight quotes of the keyboard, `\"` or `'`.",
    "…": "The three dots must go: put your code there.",
}


def _after_syntax(error):
    text, message = error.text or "", error.msg or ""
    if isinstance(error, IndentationError):
        return (
            "What belongs to a line that ends in a colon stands below it, four spaces further to "
            "the right."
        )
    for characters, words in _CHARACTERS.items():
        if "invalid character" in message and any(c in message for c in characters):
            return words
    if "was never closed" in message or "unmatched" in message or "does not match" in message:
        return "Count the brackets: each that opens must close."
    if "expected ':'" in message:
        return "The first line of `def`, `if`, `for` and `while` ends in a colon."
    if "Maybe you meant '=='" in message or "cannot assign to" in message:
        return "`=` gives a name a value; to ask whether two things are equal, write `==`."
    if "invalid decimal literal" in message or re.search(r"\d\s*[A-Za-z(]\w*", text):
        return _TIMES
    if re.search(r"\bsum of\b|\bsum over\b", text, re.IGNORECASE):
        return _MATHEMATICS["sum_of"]
    if "|" in text:
        return "The absolute value is written `abs(z)` or `np.abs(z)`."
    if re.search(r"\w\s+\w", text) and "Perhaps you forgot a comma" in message:
        return "Is there a sign missing between two names, such as `*` or a comma?"
    return ""


def hidden_cause(function):
    """Return what to say about code that runs, but is not what mathematics would mean by it.

    Parameters
    ----------
    function : callable

    Returns
    -------
    str
        With a space in front, or empty.
    """
    tree = _tree(function)
    if any(isinstance(getattr(node, "op", None), ast.BitXor) for node in ast.walk(tree)):
        return f" {_POWER}"
    return ""


def _tree(function):
    """Return the parsed source of a function, or nothing of one that has none."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except Exception:
        return ast.Module([], [])


# --- Shapes -----------------------------------------------------------------------------------

_TOO_MANY = "Is it `keepdims`, a `None` or a pair of brackets too many?"
_WORDS = "no one two three four five six seven eight nine ten".split()


def _number(count):
    return _WORDS[count] if count < len(_WORDS) else str(count)


def _some(count, thing):
    return f"{_number(count)} {thing}{'' if count == 1 else 's'}"


def _in_words(shape, thing="number"):
    if len(shape) == 0:
        return f"one {thing}"
    if len(shape) == 1:
        return f"an array of one {thing}" if shape[0] == 1 else _some(shape[0], thing)
    if len(shape) == 2:
        return f"a table of {_some(shape[0], 'row')} and {_some(shape[1], 'column')}"
    return f"an array of shape {shape}"


def about_shape(value, right, function=None, others=()):
    """Return words for a result of another shape than the right one, and the question that fits.

    Parameters
    ----------
    value, right : array_like
        The learner's result and the right one, for the same arguments.
    function : callable, optional
        The learner's.
    others : sequence of (array_like, array_like)
        The same for the other calls.

    Returns
    -------
    str
        Such as "one number, where three are wanted. Does ...?".
    """
    value, right = np.asarray(value), np.asarray(right)
    given, wanted = value.shape, right.shape
    words = _in_words(given, "truth value" if value.dtype == bool else "number")
    plural = len(wanted) == 1 and wanted != (1,)
    if len(given) <= 1 and plural:
        short = _number(wanted[0])
    elif len(given) == 1 and wanted == () and given != (1,):
        short = "one"
    else:
        short = _in_words(wanted, "truth value" if right.dtype == bool else "number")
    end = "are" if plural else "is"
    return f"{words}, where {short} {end} wanted. {_question(value, right, function, others)}"


def _question(value, right, function, others):
    given, wanted = value.shape, right.shape
    if value.dtype.kind not in "iufb" or right.dtype.kind not in "iufb":
        return "Does one come out for each that goes in?"
    if given == wanted[::-1] and _close(value, right.T):
        return "The numbers are right, with rows and columns exchanged: `.T` exchanges them back."
    if value.size == right.size and _close(value.ravel(), right.ravel()):
        if right.ndim == 1:
            return (
                "The numbers are right. Is it `keepdims`, a `None` or a pair of brackets too many?"
            )
        return "The numbers are right: they only lie in another shape."
    if given == () and wanted:
        return _one_for_many(value, right, function)
    if wanted == ():
        if value.size == 1:
            return "`[0]` takes a single number out of an array."
        if right.dtype.kind == "b":
            return "`np.all(...)` says whether it holds for all of them."
        return "Which one is it, or do they have to be added up (`np.sum`)?"
    fewer = len(given) == len(wanted) == 1 and given[0] < wanted[0]
    if fewer and _close(value, right[: given[0]]):
        return "They are the first ones, and right: is something cut off, as `[:k]` does?"
    if fewer and _close(value, right[wanted[0] - given[0] :]):
        return "They are the last ones, and right: is something cut off, as `[1:]` does?"
    if fewer and any(isinstance(node, ast.Slice) for node in ast.walk(_tree(function))):
        return "Does a slice, such as `[:k]`, cut something off? Each needs its place."
    if len({given, *(np.shape(v) for v, _ in others)}) == 1 and len(others) > 0:
        if len({wanted, *(np.shape(r) for _, r in others)}) > 1:
            return (
                "It is as many for every input: does it use what it is given, and nothing from "
                "another cell?"
            )
    if len(given) < len(wanted):
        return "Does a sum go over more than one row? `axis=` says along what it goes."
    if len(given) > len(wanted):
        return _TOO_MANY
    if len(given) == 1:
        return "Does one come out for each that goes in?"
    return "Which of the two says how many rows there are, and which how many columns?"


def _one_for_many(value, right, function):
    loops = [n for n in ast.walk(_tree(function)) if isinstance(n, ast.For | ast.While)]
    inside = any(isinstance(n, ast.Return) for loop in loops for n in ast.walk(loop))
    if inside or right.size and _close(value, right.ravel()[0]):
        return (
            "Does a `return` stand inside the loop? It ends the function in the first round. Move "
            "it to the left, below the loop."
            if inside
            else "It is the first of them: does the function stop there?"
        )
    if loops and right.size and _close(value, right.ravel()[-1]):
        return "It is the last of them: does each round of the loop overwrite the one before?"
    if _close(value, right.sum()):
        return "It is all of them added up. Does a sum go over everything?"
    return "Does a `sum`, `max` or `mean` make one number of all of them?"


def _close(one, other):
    return np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=1e-6, atol=1e-12)
