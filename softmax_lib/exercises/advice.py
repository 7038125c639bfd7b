"""Words for the errors of Python and numpy that beginners meet: what to type instead."""

import ast
import builtins
import copy
import difflib
import math
import re
import sys

import numpy as np

from ..runner import build
from .registry import all_exercises
from .results import (
    from_another_cell,
    gives_several,
    grows_by_plus,
    in_words,
    names_in,
    of_one_size,
    one_question_each,
    recalled_and_kept,
    slip,
    tree_of,
    uncalled,
)
from .syntax import POWER, TIMES, after_syntax

__all__ = ["after_error"]

_LN = "In numpy the natural logarithm, ln, is `np.log`."
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
    "nan": "NaN is written `np.nan`.",
    "NaN": "NaN is written `np.nan`.",
    "TRUE": "Python writes `True` and `False`.",
    "FALSE": "Python writes `True` and `False`.",
    "none": "Python's word for nothing is `None`.",
    "absolute": "The absolute value is `abs(z)` or `np.abs(z)`.",
    "power": "A power is written `z ** 2`, and e to the power of z `np.exp(z)`.",
    "pow": "A power is written `z ** 2`, and e to the power of z `np.exp(z)`.",
    "total": "A sum is `np.sum(...)`.",
    "add": "A sum is `np.sum(...)`.",
    "Sigma": "A sum is `np.sum(...)`.",
    "random": "Random numbers come from `np.random.default_rng(seed)`.",
    "exponent": "e to the power of z is written `np.exp(z)`.",
    "O": "Is the letter `O` meant to be the number `0`?",
    "l": "Is the letter `l` meant to be the number `1`?",
    "count": "How many there are is `len(...)`.",
}
# What else `np` lacks, though other libraries have it.
_NOT_NUMPY = {
    "softmax": "numpy has no softmax: it is made of `np.exp` and `np.sum`.",
    "normalize": "numpy has no `normalize`: dividing by a sum takes `/` and `np.sum`.",
    "entropy": "numpy has no `entropy`: it is made of `np.sum` and `np.log2`.",
    "log_softmax": "numpy has no softmax: it is made of `np.exp` and `np.sum`.",
    "topk": "numpy has no `topk`: `np.sort` and `np.argsort` put in order.",
    "tensor": "numpy has arrays: `np.array(...)`.",
}
_FUNCTION = (
    r"(?:Suspect|function|builtin_function_or_method|method|type|_NextWord|numpy\.ufunc|"
    r"numpy\._ArrayFunctionDispatcher)"
)
_MADE_OF_TEXT = "Text joins with text alone: "
# What Python's or numpy's message says, and what to try.
_MESSAGES = {
    r"truth value of an array": "A comparison of an array gives an answer for each number, and "
    "`and`, `or` and `if` want a single one. `np.all(...)` says whether all of them hold.",
    r"softmax\(\) got an unexpected keyword argument '(?:T|t|temp|tau|Temperature)'": "It is "
    "called `temperature`.",
    r"bitwise_xor|for \^=?:": POWER,
    r"unexpected keyword argument '(?:keepdim|keep_dims)'": "numpy calls it `keepdims`.",
    r"unexpected keyword argument '(?:axes|dim|ax)'": "numpy calls it `axis`.",
    r"(?<!\w)(?:sum|max|min)\(\) (?:got an unexpected keyword argument '(?:axis|keepdims)'|takes "
    r"no keyword)|'(?:axis|keepdims)' is an invalid keyword argument for (?:sum|max|min)\(\)": ""
    "Python's own `sum`, `max` and `min` know no `axis`; `np.sum`, `np.max` and `np.min` do.",
    r"only (?:length-1|size-1|0-dimensional) arrays can be converted|must be real number, not "
    r"(?:list|tuple)": "`math`, `int` and `float` work on one number "
    "at a time; the functions of `np`, such as `np.exp` and `np.log`, take a whole array.",
    rf"'{_FUNCTION}' object is not subscriptable": "A function is called with round brackets: "
    "`np.exp(z)`.",
    r"'(?:int|float|numpy.float64|numpy.int64|numpy.ndarray)' object is not callable": "Round "
    "brackets after a number or an array call it, as if it were a function. " + TIMES + " One "
    "entry of an array is `z[0]`.",
    r"'(?:list|tuple|str|dict|NoneType)' object is not callable": "Round brackets call what stands "
    "before them, and that is no function. One entry of a list is `z[0]`.",
    r"can only concatenate str \(not \"NoneType\"\)|'NoneType' and 'str'": _MADE_OF_TEXT + "and "
    "here is `None`. Does a function that you call lack its `return`?",
    r"can only concatenate str \(not \"(?:list|tuple)\"\)|'list' and 'str'": _MADE_OF_TEXT
    + '`" ".join(words)` makes one text of a list of words.',
    r"can only concatenate list \(not \"str\"\)": "A list grows by a list, `words + [word]`, or by "
    "`words.append(word)`. To a text you can add a word directly.",
    r"can only concatenate str \(not|unsupported operand .*(?:'str' and|and 'str')|ufunc 'add' did "
    r"not contain a loop .*<U": _MADE_OF_TEXT + "`str(3)` makes text of a number. To compute with "
    "numbers, leave the quotation marks out.",
    r"can't multiply sequence by non-int of type 'str'|could not convert string to float|"
    r"dtype\('<U": "One of them is text. Numbers stand without quotation marks.",
    r"string indices must be integers": "A text has its letters by place: `text[0]` is the first. "
    "Its words are `text.split()`.",
    r"'(?:str' and '\w+|\w+' and 'str)'": "One of them is text, and the other is not.",
    r"not supported between instances of .*'(?:list|tuple)'": "A list does not "
    "compare with a number: make it an array first, with `np.array(...)`.",
    r"can only concatenate|can't multiply sequence by non-int|"
    r"unsupported operand type.*'(?:list|tuple)'": "A list does not "
    "compute with its numbers: make it an array first, with `np.array(...)`.",
    r"for [-+*/]+=?: (?:'NoneType'|'[\w.]+' and 'NoneType')|of type NoneType|instances of '[\w.]+' "
    r"and 'NoneType'|instances of 'NoneType'|'NoneType' object": "One of them is `None`: does a "
    "function that you call lack its `return`?",
    r"cannot access local variable|referenced before assignment": "A name needs a value before "
    "the line that uses it: set it before the loop, or outside of the `if`.",
    r"matmul: .*mismatch|not aligned": "`A @ B` goes along the rows of A and down the columns of "
    "B: each row of A needs as many numbers as each column of B. `B.T` turns B on its side.",
    r"matmul: .*enough dimensions": "`@` wants a table or an array on both sides; a number is "
    "multiplied with `*`.",
    r"object does not support item assignment": "This kind of value cannot be changed in place: "
    "make a new array, such as `np.zeros(len(z))`, and fill that.",
    r"assignment destination is read-only": "This array may not be changed: make a new one, such "
    "as `z.copy()`.",
    r"setting an array element with a sequence": "Each place of an array holds one number, and "
    "here several come into one place, or rows of different lengths.",
    r"'str' object cannot be interpreted": "Quotation marks make a text of a name: leave them out.",
    r"cannot be interpreted as an integer|only integer scalar arrays": "`range`, `np.zeros` and "
    "places want a whole number: `len(z)` says how many there are in z.",
    r"list indices must be integers or slices, not tuple": "`[row, column]` works for arrays: "
    "make the list one with `np.array(...)`.",
    r"too many indices": "It has fewer axes than that: one index is enough.",
    r"invalid index to scalar variable|object is not subscriptable": "It is a single thing here, "
    "and square brackets take an entry out of several.",
    r"ufunc 'invert' not supported": "`~` exchanges True and False, and these are numbers: "
    "`mask == 0` asks for the others.",
    r"cannot convert float infinity to integer|cannot convert float NaN to integer": "A table of "
    "whole numbers has no infinity: leave out `dtype=int`, or take `z.astype(float)`.",
    r"arrays used as indices|only integers, slices|indices must be integers": "An index is a whole "
    "number: 0 for the first. `for i in range(len(z))` counts the places, "
    "`for v in z` goes through the values.",
    r"axis \d+ is out of bounds": "An array of numbers in a row has `axis=0` alone; a table has "
    "`axis=0` and `axis=1`, which go down and along.",
    r"list assignment index out of range": "A list has no places that nobody filled: it grows by "
    "`.append(...)`.",
    r"index -?\d+ is out of bounds|index out of range": "The first index is 0, and the last is one "
    "less than how many there are.",
    r"'(?:numpy\.)?(?:float|int|float64|int64)' object is not iterable": "It is a single number "
    "here, and the line wants several. A loop of n rounds starts with `for _ in range(n):`.",
    r"len\(\) of unsized object|iteration over a 0-d array|object of type '[\w.]+' has no len":
    "It is a single number here, and the line wants several.",
    r"either both or neither": "`np.where(condition, a, b)` wants all three: it chooses.",
    r"argument 'reverse'": "numpy sorts upward; `np.sort(z)[::-1]` goes downward.",
    r"unexpected keyword argument": "The function has no argument of that name.",
    r"missing \d+ required positional": "The brackets of the call lack something that the function "
    "needs, as in `f()` for `f(z)`.",
    r"doesn't define __round__": "`np.round` works on arrays. But does the task ask for rounding?",
    r"cannot unpack non-iterable|(?:not enough|too many) values to unpack": "The names on the left "
    "must be as many as the values. `enumerate(z)` gives two: the place and the value.",
    r"zero-size array to reduction": "Of nothing there is no largest number. Does a slice such as "
    "`[:i]` take nothing when i is 0?",
    r"Cannot interpret '.*' as a data type": "Several numbers go in as one list or one pair: "
    "`np.array([1, 2])`, `np.zeros((2, 3))`.",
    r"ellipsis": "The three dots must go: put your code there.",
    r"return arrays must be of ArrayType|takes exactly|takes .* positional arguments? but": "The "
    "function is given more or fewer things than it takes: count the commas between its brackets.",
    r"[Rr]esult (out of range|not representable)|math range error|too large to convert": "A power "
    "became larger than the computer can hold. Which part cancels, so that it need not be "
    "computed?",
    r"Cannot cast ufunc": "`/=` and its like write into the array that was given, which holds "
    "whole numbers. Make a new one, with `/`.",
    r"math domain error|expected a positive input": "A logarithm wants a number above 0.",
    r"division by zero": "Something is divided by 0. For which input, and what is wanted there?",
    r"maximum recursion depth": "The function calls itself, and has no end. Is the name meant for "
    "another function?",
    r"No module named": "The exercises need numpy alone, and that is here as `np`.",
}  # fmt: skip


def after_error(error, function=None, task=None, source=""):
    """Return what to try after an error that beginners meet often.

    Parameters
    ----------
    error : BaseException
    function : callable, optional
        The learner's, if the error comes from it.
    task : Exercise, optional
        What the function is an answer to.
    source : str, optional
        The whole of the code that is no Python.

    Returns
    -------
    str
        With a space in front, or empty.
    """
    try:
        if isinstance(error, SyntaxError):
            advice = after_syntax(error, source)
        elif isinstance(error, NameError) and not isinstance(error, UnboundLocalError):
            advice = _after_name(str(error), function, task)
        elif isinstance(error, AttributeError):
            advice = _after_attribute(error, function)
        elif isinstance(error, AssertionError) and task and _asks_whether(task):
            advice = "`assert` stops everything. Let your function say it: `return False`."
        else:
            advice = _after_call(error, function, task) or next(
                (words for seen, words in _MESSAGES.items() if re.search(seen, str(error))), ""
            )
        if not isinstance(error, SyntaxError):
            advice = slip(function).strip() or advice
    except Exception:  # an error whose own words raise
        advice = ""
    return f" {advice}" if advice else ""


def _after_name(text, function, task):
    found = re.fullmatch(r"(?:free variable|name) '([\w·]+)'.*", text)
    if not found:
        return ""
    name = found[1]
    if "·" in name:
        return "The sign of a multiplication is `*`."
    if name in all_exercises():
        if task is not None and all_exercises()[name].notebook == task.notebook:
            bring = f'`{name} = recall("{name}")`'
            return f"Run the cell of its exercise above, or bring it here first: {bring}."
        return (
            "If you wrote it in another notebook, bring it here first: "
            f'`{name} = recall("{name}")`.'
        )
    if name == "recall":
        return "Run `from softmax_lib.exercises import recall` first."
    if name == "np":
        return "Numpy has not been imported: run `import numpy as np` in a cell above."
    tree = tree_of(function)
    given = [node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)]
    known = [*given, *names_in(tree, ast.Store)]
    for other in known:
        if other.lower() == name.lower():
            return f"Python tells small letters from capitals: `{other}`."
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    if near:
        return f"Did you mean `{near[0]}`?"
    for one in known:
        if name.startswith(one) and name[len(one) :] in known:
            other = name[len(one) :]
            return f"A sign is missing between them: `{one} * {other}`, or `{one} @ {other}`."
    if name in _MATHEMATICS:
        return _MATHEMATICS[name]
    if name in ("SUMPRODUCT", "MMULT"):
        return "What Excel calls SUMPRODUCT is `np.sum(a * b)`, and MMULT is `@`."
    if name in ("scipy", "torch", "tf", "tensorflow", "pandas", "pd", "statistics"):
        return "The exercises need numpy alone, and that is here as `np`."
    if task is not None and f"my_{name}" == task.id and name in _NOT_NUMPY:
        return _NOT_NUMPY[name]
    if name in np.__all__:
        return f"In numpy it is `np.{name}`."
    small = name.lower()
    if small != name and (small in vars(builtins) or small in np.__all__):
        word = small if small in vars(builtins) else f"np.{small}"
        return f"Python tells small letters from capitals: `{word}`."
    if small == "math":
        return "The functions of `np` do the same, and take whole arrays: `np.exp`, `np.log`."
    if difflib.get_close_matches(small, ["return"], n=1, cutoff=0.75):
        return f"Is `{name}` meant to be `return`?"
    near = difflib.get_close_matches(name, [*vars(builtins), *_MATHEMATICS], n=1, cutoff=0.8)
    if near and f"{near[0]}s" != name:
        return _MATHEMATICS.get(near[0], f"Did you mean `{near[0]}`?")
    if given and task and re.search(rf"^def .*\b{name}\b", task.stub, re.MULTILINE):
        return f"What the function is given is called {_and(given)}."  # they renamed it
    if name == "softmax" and task is not None and not task.id.startswith("my_softmax"):
        rows = "_rows" * (task.id == "my_attention")
        bring = f'`recall("my_softmax{rows}")`'
        return f"Bring one first: `from softmax_lib import softmax`, or {bring}."
    others = [other for other in all_exercises() if task is None or other != task.id]
    near = difflib.get_close_matches(name, others, n=1, cutoff=0.8)
    if near:
        return f"Did you mean `{near[0]}`?"
    near = difflib.get_close_matches(name, np.__all__, n=1, cutoff=0.85)
    if near and len(name) > 3:
        return f"Did you mean `np.{near[0]}`?"
    doing_it = task.in_course if task is not None else ()
    if name in getattr(sys.modules.get("softmax_lib"), "__all__", ()) and name not in doing_it:
        return f"Bring it first: `from softmax_lib import {name}`."
    if given and task:
        return f"No line gives it a value. What the function is given is called {_and(given)}."
    return ""


def _and(names):
    names = [f"`{name}`" for name in names]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def _after_attribute(error, function):
    found = re.search(r"^module '(\w+)' has no attribute '(\w+)'", str(error))
    if found:
        return _after_module(*found.groups())
    found = re.match(r"'([\w.]+)' object has no attribute '(\w+)'", str(error))
    if not found:
        return ""
    kind, name = found.groups()
    scope = getattr(function, "__globals__", {})
    if scope.get("np", np) is not np:
        return _renamed("np", scope["np"])
    if re.fullmatch(_FUNCTION, kind):
        inner = uncalled(function)
        if words := recalled_and_kept(function):
            return words
        return "It is a function itself, not what it gives: " + (
            f"brackets call it, `{inner}(...)`." if inner else "brackets call it, as in `z.sum()`."
        )
    if kind == "NoneType":
        if found := re.search(r"(?<!np)\.(sort|append|reverse)\(", _text(function)):
            return _in_place(found[1])
        return "It is `None`: does a function that you call lack its `return`?"
    if kind == "numpy.ndarray" and name in ("values", "keys", "items"):
        return (
            f"Here `{_owner(function, name)}` is an array already, not a dictionary: leave out "
            f"`.{name}()`."
        )
    if kind == "numpy.ndarray" and name in ("append", "extend"):
        rows = _owner(function, name)
        return (
            f"An array does not grow. Start with a list, `{rows} = []`, and end with "
            f"`np.array({rows})`."
        )
    if kind == "numpy.ndarray" and name == "count" and _counts_a_value(function):
        return f"How many are equal to something is `np.sum({_owner(function, name)} == ...)`."
    if name in ("len", "length", "size", "count") and kind != "str":
        return "How many there are is `len(...)`."
    if kind == "str" and name in ("append", "add", "push", "extend"):
        return 'A text grows by `text + " " + word`.'
    if kind == "list" and name in ("add", "push"):
        return "A list grows by `.append(...)`."
    if name == "index" and kind == "numpy.ndarray":
        return "Where a value stands for the first time in an array says `np.argmax(z == value)`."
    if hasattr(str, name) and kind != "str":
        if kind == "tuple" and f".{name}" not in _text(function):
            return 'A comma makes a pair of two things. A text grows by `text + " " + word`.'
        if kind in ("list", "tuple"):
            return f'`{name}` belongs to text, and this is a {kind}: `" ".join(words)` makes text.'
        return f"`{name}` belongs to text, and this is none."
    if kind in ("list", "tuple", "float", "int", "numpy.ndarray") or kind.startswith("numpy."):
        if name not in _MATHEMATICS and callable(getattr(np, name, None)):
            return f"Write it as a function of numpy: `np.{name}(...)`."
    held = [n for n in dir(getattr(error, "obj", None)) if not n.startswith("_")]
    near = difflib.get_close_matches(name.lower(), held, n=1, cutoff=0.75)
    if near:
        return f"Did you mean `.{near[0]}`?"
    if kind == "numpy.ndarray" and (len(name) <= 2 or name in _given(function)):
        return f"An entry of an array stands in square brackets: `z[{name}]`."
    return _MATHEMATICS.get(name) or _NOT_NUMPY.get(name, "")


def _after_module(module, name):
    if module == "math":
        near = difflib.get_close_matches(name, dir(math), n=1, cutoff=0.7)
        return f"In numpy it is `np.{name}`." if name in np.__all__ else (
            f"Did you mean `math.{near[0]}`?" if near else ""
        )  # fmt: skip
    if module != "numpy":
        return ""
    words = _NOT_NUMPY.get(name) or _MATHEMATICS.get(name)
    if words:
        return words
    near = difflib.get_close_matches(name.lower(), np.__all__, n=1, cutoff=0.75)
    return f"Did you mean `np.{near[0]}`?" if near else ""


def _after_call(error, function, task):
    """Return advice on a call that cannot be, or one that should be there and is not."""
    text = str(error)
    code = _text(function)
    if found := re.match(r"(my_\w+)\(\) got an unexpected keyword argument '(\w+)'", text):
        if (task is None or found[1] != task.id) and found[1] in all_exercises():
            return _unknown_argument(*found.groups())
    if "truth value of an array" in text:
        if questions := one_question_each(function):
            name = questions[: questions.index("(")]
            return f"Inside `{name}` ask one question only: `{questions}`."
        if words := _no_single_truth(function, task):
            return words
    if "broadcast" in text or re.search(r'concatenate list \(not "(?!str)', text):
        if words := grows_by_plus(function) or from_another_cell(function) or of_one_size(function):
            return words
    if "broadcast" in text and task is not None and task.id == "my_logits":
        if _multiplies_a_sum(function):
            return next(wrong.says for wrong in task.wrong if wrong.name == "adds up first")
    if "operands could not be broadcast together" in text:
        return _after_shapes(text, function, task)
    tree = tree_of(function)
    if "'ellipsis'" in text and not any(getattr(n, "value", n) is ... for n in ast.walk(tree)):
        return "A function that you call still has its `...`: write that one first."
    if "integer" in text and (found := re.search(r"np\.(all|any)\(.*,", code)):
        return f"`np.{found[1]}` asks one question. A second one is joined to it with `and`."
    if words := _own_number(text, function, task):
        return words
    if text.startswith("logits must have at least one axis"):
        return (
            "Softmax of a single number is always 1: a probability depends on the other scores "
            "too. Give softmax the whole list, and take the entry afterward: `softmax(logits)[i]`."
        )
    if re.match(r"logits must be finite.* got (?:\+inf|nan)", text) and _divides_by_zero(function):
        return (
            "Divided by 0, a logit becomes infinite, or NaN, and the course's softmax refuses "
            + (
                "that. The limit has to be written down by hand: who gets the probability?"
                if task is not None and task.id == "my_cold_softmax"
                else "that."
            )
        )
    if words := _name_of_a_function(text, function, task):
        return words
    if "object is not callable" in text and (found := re.search(r"\.(T|shape|size)\(", code)):
        rest = (
            "the number of columns is `z.shape[1]`" if found[1] == "shape" else "it is no function"
        )
        return f"`.{found[1]}` takes no round brackets: {rest}."
    if "NoneType" in text and (found := re.search(r"(?<!np)\.(sort|append|reverse)\(", code)):
        return _in_place(found[1])
    if "tuple" in text and (words := gives_several(function)):
        return words
    if "'tuple'" in text and "operand" in text and "enumerate(" in code:
        return "`enumerate(z)` gives two in each round: `for i, v in enumerate(z):` names both."
    if "integer" in text and (found := re.search(r"np\.(max|min)\([^()]*,", code)):
        which = {"max": "larger", "min": "smaller"}[found[1]]
        return (
            f"The second thing in `np.{found[1]}(a, b)` is an axis. The {which} of two numbers is "
            f"`{found[1]}(a, b)`; of two arrays, place by place, `np.{found[1]}imum(a, b)`."
        )
    if "only integer scalar" in text and re.search(r"np\.(?:sum|mean)\([^()]*,", code):
        return "The second thing in `np.sum(a, b)` is an axis. To multiply, write `np.sum(a * b)`."
    if "return arrays must be of ArrayType" in text:
        if "np.log(" in code:
            return "`np.log` takes one thing: it is ln already."
    if "enough dimensions" in text and (name := uncalled(function)):
        return f"A function computes nothing until it is called: put brackets, `{name}()`."
    if re.search(rf"(?:operand|between instances|concatenate).*['\"]{_FUNCTION}['\"]", text) or (
        re.search(rf"'{_FUNCTION}' object does not support", text)
    ):
        name = uncalled(function) or next(
            (p for p, v in zip(_given(function), task.probes[0] if task else ()) if callable(v)), ""
        )
        name = name or "z.sum"
        end = "" if name.rpartition(".")[0] not in ("", "np") else "..."
        return f"A function computes nothing until it is called: put brackets, `{name}({end})`."
    if "arrays used as indices" in text and re.search(r"np\.(tri|ones|zeros|eye)", code):
        return (
            "Numbers in square brackets are places, and must be whole. A mask is made of True and "
            "False: `z[mask == 1]`."
        )
    if "'int' object is not iterable" in text and re.search(r"\bin len\(", code):
        return "`len(z)` is one number; `range(len(z))` goes through the places 0, 1, 2, ..."
    if "object is not callable" in text:
        scope = getattr(function, "__globals__", {})
        for name in names_in(tree_of(function), ast.Load):
            if callable(vars(builtins).get(name)) and name in scope and not callable(scope[name]):
                return _renamed(name, scope[name])
    if task is not None and re.search(
        rf"^{task.id}\(\) (?:takes|missing|got an unexpected)|<lambda>\(\) (?:takes|missing)", text
    ):
        first = re.search(r"^def .*:$", task.stub, re.MULTILINE)
        return f"Its first line in the notebook was `{first[0]}`." if first else ""
    return ""


def _after_shapes(text, function, task):
    """Return what to say about two arrays whose shapes do not go together."""
    found = re.findall(r"\((\d[\d,]*)\)", text)
    shapes = [tuple(int(n) for n in one.split(",") if n) for one in found]
    words = "The two arrays have different shapes"
    if len(shapes) != 2:
        return f"{words}."
    small, large = sorted(shapes, key=len)
    signs = [node for node in ast.walk(tree_of(function)) if isinstance(node, ast.BinOp)]
    if task is not None and task.id == "my_weight_gradient":
        taken_off = [n.right for n in signs if isinstance(n.op, ast.Sub)]
        if _given(function)[2:] and any(ast.unparse(n) == _given(function)[2] for n in taken_off):
            return "Labels are places, not rows of y: `np.eye(n)[labels]` makes a row for each."
        if len(large) == 1 and any(isinstance(n.op, ast.Mult) for n in signs):
            return (
                "p - y has a number for each class, x one for each pixel: all products are "
                "`np.outer(p - y, x)`."
            )
    words = f"{words}: {in_words(shapes[0])}, and {in_words(shapes[1])}."
    if len(large) > 1 and small == large[:-1]:
        return (
            f"{words} With a table, `axis=-1` and `keepdims=True` in `np.sum` or `np.max` keep a "
            "column, with a number for each row."
        )
    if len(small) > 1 and any(isinstance(n.op, ast.Mult) for n in signs):
        return f"{words} A product of two matrices is written `@`."
    return words


def _own_number(text, function, task):
    """Return what to say about a length that is written as a number, where another is needed."""
    found = re.search(
        r"index (\d+) is out of bounds for axis \d+ with size (\d+)|"
        r"boolean index did not match .* boolean axis is (\d+)|list index out of range",
        text,
    )
    arrays = [n for n, v in zip(_given(function), task.probes[0]) if np.ndim(v)] if task else []
    if not found or not arrays:
        return ""
    tree = tree_of(function)
    if "for axis 1 with" in text:
        return _own_columns(text, tree, dict(zip(_given(function), task.probes[0])))
    for call in [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]:
        number = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
        if ast.unparse(call.func) not in _LENGTHS or type(number) is not int or number < 2:
            continue
        if found[1] and not int(found[2]) <= int(found[1]) < number:
            continue
        there = found[2] or found[3] or "fewer"
        name = next((one for one in _taken_in_turn(tree, call) if one in arrays), arrays[0])
        return (
            f"Your code holds the number {number}, and this time there are {there}. Take it from "
            f"what the function is given: `len({name})`."
        )
    taken = [node for node in ast.walk(tree) if isinstance(node, ast.Subscript)]
    taken = {ast.unparse(n): ast.unparse(n.slice) for n in taken if ast.unparse(n.value) in arrays}
    missing = [code for code, index in taken.items() if index == found[1]]
    if missing and sum(index.isdigit() for index in taken.values()) > 1:
        return (
            f"Your code asks for `{missing[0]}`, and this time there are {found[2]}: the first has "
            "index 0. There may be any number: let a loop take one after another."
        )
    return ""


def _own_columns(text, tree, given):
    """Return what to say about a loop over more columns than a table has, or nothing."""
    found = re.search(r"index (\d+) is out of bounds for axis 1 with size (\d+)", text)
    index, size = map(int, found.groups()) if found else (0, 0)
    for loop in [node for node in ast.walk(tree) if isinstance(node, ast.For)]:
        number = getattr((getattr(loop.iter, "args", None) or [None])[0], "value", None)
        if type(number) is not int or not size <= index < number:
            continue
        for node in ast.walk(loop):
            of = ast.unparse(node.value) if isinstance(node, ast.Subscript) else ""
            places = getattr(getattr(node, "slice", None), "elts", [])
            if np.shape(given.get(of))[1:] == (size,) and len(places) == 2:
                if ast.unparse(places[1]) == ast.unparse(loop.target):
                    return (
                        f"Your code holds the number {number}, and this time there are {size}. "
                        f"Take it from what the function is given: `{of}.shape[1]`."
                    )
    return ""


def _multiplies_a_sum(function):
    """Return whether the code multiplies a sum that was taken along an axis."""
    return any(
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Mult)
        and re.search(r"^(?:np\.sum\(\w+,|(?!np\.)\w+\.sum\()[^()]+\)$", ast.unparse(side))
        for node in ast.walk(tree_of(function))
        for side in (getattr(node, "left", node), getattr(node, "right", node))
    )


_LENGTHS = ("range", "np.arange", "np.zeros", "np.ones", "np.empty")


def _taken_in_turn(tree, counter):
    """Return the names of what a loop over `counter` goes through by place."""
    return [
        node.value.id
        for loop in ast.walk(tree)
        if isinstance(loop, ast.For | ast.comprehension) and loop.iter is counter
        for node in ast.walk(loop if isinstance(loop, ast.For) else tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and ast.unparse(node.slice) == ast.unparse(loop.target)
    ]


def _divides_by_zero(function):
    tree = tree_of(function)
    zeros = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.value) in ("0", "0.0")
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    below = [
        node.right if isinstance(node, ast.BinOp) else node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
    ]
    return any(ast.unparse(one) in {"0", "0.0", *zeros} for one in below)


_KINDS = {
    "str": "text",
    "ndarray": "array",
    "list": "list",
    "tuple": "tuple",
    "dict": "dictionary",
} | dict.fromkeys(("int", "float", "float64", "int64"), "number")


def _name_of_a_function(text, function, task):
    """Return what to say about code that sets the name of a function that it calls."""
    tree = tree_of(function)
    called = [
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    scope = vars(builtins) | getattr(function, "__globals__", {})
    scope |= dict(zip(_given(function), task.probes[0] if task else ()))
    names = [n for n in names_in(tree, ast.Store) if n in called and callable(scope.get(n))]
    if found := re.match(r"'(?:numpy\.)?(\w+)' object is not callable", text):
        kind = _KINDS.get(found[1])
        if names and kind:
            article = "an" if kind == "array" else "a"
            return (
                f"Your code gives the name `{names[0]}` to {article} {kind}, and from then on the "
                f"function of that name is gone. Call the {kind} something else."
            )
    if found := re.search(r"cannot access local variable '(\w+)'|local variable '(\w+)' ref", text):
        name = found[1] or found[2]
        if name in names:
            return (
                f"Your code gives the name `{name}` to a result, and so the function of that name "
                "is gone in all of it. Call the result something else."
            )
    return ""


def _counts_a_value(function):
    """Return whether the code asks `z.count(value)`."""
    return any(
        isinstance(node, ast.Call) and node.args and getattr(node.func, "attr", "") == "count"
        for node in ast.walk(tree_of(function))
    )


def _no_single_truth(function, task):
    """Return what to do with the answers to a question about an array, where one is not wanted."""
    tree = tree_of(function)
    asked = [n.test for n in ast.walk(tree) if isinstance(n, ast.If | ast.IfExp | ast.While)]
    for node in ast.walk(tree):
        name = getattr(getattr(node, "func", None), "id", "")
        if name in ("max", "min") and len(node.args) > 1:
            return (
                f"`{name}(a, b)` compares two numbers. For arrays there is `np.{name}imum(a, b)`."
            )
        if name in ("max", "min") and len(node.args) == 1 and task is not None:
            of = ast.unparse(node.args[0])
            if np.ndim(dict(zip(_given(function), task.probes[0])).get(of)) > 1:
                return (
                    f"Python's `{name}` compares whole rows; write "
                    f"`{of}.{name}(axis=-1, keepdims=True)`."
                )
    if any(isinstance(test, ast.Name) for test in asked):
        return "Whether an array holds anything says `len(z) > 0`."
    if task is None or not asked or _asks_whether(task):
        return ""
    return (
        "A comparison of an array gives an answer for each number, and `if` wants a single one. "
        "Use all the answers: `np.where(condition, a, b)` chooses for each number, and "
        "`z[condition]` takes out those for which it holds."
    )


def _asks_whether(task):
    """Return whether the right answer of an exercise is True or False."""
    right = build(task.solution, task.id)(*copy.deepcopy(task.probes[0]))
    return isinstance(right, bool | np.bool_)


def _unknown_argument(name, argument):
    if name == "my_softmax" and argument in ("axis", "keepdims"):
        return (
            f"`my_softmax` takes the scores alone and knows no `{argument}`. Write both steps "
            "here, or call it for each row and collect the rows in a list."
        )
    if name == "my_softmax_rows":
        return f"`my_softmax_rows` goes along the rows already: leave out `{argument}`."
    first = re.search(r"^def .*:$", all_exercises()[name].stub, re.MULTILINE)
    return f"`{name}` knows no `{argument}`: its first line in the notebook was `{first[0]}`."


def _in_place(name):
    other = " `np.sort(z)` gives back a sorted array." if name == "sort" else ""
    return f"`.{name}(...)` changes what it belongs to, and gives back `None`.{other}"


def _given(function):
    return [node.arg for node in ast.walk(tree_of(function)) if isinstance(node, ast.arg)]


def _owner(function, attribute):
    """Return the code in front of an attribute, such as ``counts`` of ``counts.values``."""
    for node in ast.walk(tree_of(function)):
        if isinstance(node, ast.Attribute) and node.attr == attribute:
            return ast.unparse(node.value)
    return "z"


def _text(function):
    return ast.unparse(tree_of(function))


def _renamed(name, value):
    return (
        f"A cell has given the name `{name}` another meaning ({type(value).__name__}). Rename it "
        f"there, then run `del {name}`" + ("." if name != "np" else " and `import numpy as np`.")
    )
