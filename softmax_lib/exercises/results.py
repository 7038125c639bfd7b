"""Words for a result that is wrong: of another kind, of another shape, or nothing at all."""

import ast
import builtins
import functools
import inspect
import re
import textwrap
import types
import weakref

import numpy as np

from .syntax import POINT, POWER

__all__ = [
    "about_kind",
    "about_nothing",
    "about_numbers",
    "about_shape",
    "from_another_cell",
    "gives_several",
    "grows_by_plus",
    "hidden_cause",
    "in_words",
    "names_in",
    "of_one_size",
    "one_question_each",
    "recalled_and_kept",
    "recalls",
    "slip",
    "called_of_others",
    "softmax_of_others",
    "tree_of",
    "uncalled",
]

# --- The learner's source ---------------------------------------------------------------------


def tree_of(function):
    """Return the parsed source of a function, or an empty module of one that has none.

    Parameters
    ----------
    function : callable

    Returns
    -------
    ast.Module
    """
    return _parsed(function)[0]


def _parsed(function):
    try:
        source = _source(function)
        return _tree(source), source
    except Exception:
        return ast.Module([], []), ""


#: What Python says of a function's source: a dozen pieces of advice ask for it, and it is slow.
_sources = weakref.WeakKeyDictionary()


def _source(function):
    if not isinstance(function, types.FunctionType):  # others may be equal, or have no hash
        return textwrap.dedent(inspect.getsource(function))
    if function not in _sources:
        _sources[function] = textwrap.dedent(inspect.getsource(function))
    return _sources[function]


@functools.lru_cache(maxsize=8)  # all the advice on one answer looks at one tree, and changes none
def _tree(source):
    return ast.parse(source)


@functools.lru_cache(maxsize=64)
def _nodes(tree):
    return tuple(ast.walk(tree))


def names_in(tree, kind):
    """Return the names in code that it looks up (`ast.Load`) or sets (`ast.Store`).

    Parameters
    ----------
    tree : ast.AST
    kind : type

    Returns
    -------
    list of str
    """
    return [n.id for n in _nodes(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, kind)]


def _arguments(tree):
    return [n.arg for n in _nodes(tree) if isinstance(n, ast.arg)]


def _of_kind(tree, *kinds):
    return [n for n in _nodes(tree) if isinstance(n, kinds)]


_METHODS = (
    "sum",
    "max",
    "min",
    "mean",
    "argmax",
    "argmin",
    "copy",
    "cumsum",
    "prod",
    "split",
    "transpose",
)


def uncalled(function):
    """Return a function in the learner's code that stands where its result is meant, as code.

    Parameters
    ----------
    function : callable

    Returns
    -------
    str
        Such as ``counts.sum``, or empty.
    """
    tree = tree_of(function)
    scope = getattr(function, "__globals__", {})
    local = {*_arguments(tree), *names_in(tree, ast.Store)}
    for node in _of_kind(tree, ast.BinOp, ast.Compare, ast.UnaryOp, ast.Return, ast.Assign):
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Load):
                of_numpy = isinstance(part.value, ast.Name) and part.value.id == "np"
                is_one = callable(getattr(np, part.attr, None)) if of_numpy else False
                if is_one or not of_numpy and part.attr in _METHODS:
                    return ast.unparse(part)
            elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
                known = scope.get(part.id, vars(builtins).get(part.id))
                if part.id not in local and _is_function(known):
                    return part.id
    return ""


def _is_function(value):
    return isinstance(value, types.FunctionType | types.BuiltinFunctionType | np.ufunc)


def from_another_cell(function):
    """Return what to say about a value that a function takes from the notebook, or nothing.

    Parameters
    ----------
    function : callable

    Returns
    -------
    str
    """
    tree = tree_of(function)
    given, scope = _arguments(tree), getattr(function, "__globals__", {})
    local = {*given, *names_in(tree, ast.Store)}
    for name in names_in(tree, ast.Load):
        value = scope.get(name)
        of_data = isinstance(value, np.ndarray | list | tuple | dict | str)
        if given and name not in local and of_data:
            return (
                f"`{name}` comes from another cell. Use what the function is given: "
                f"{' and '.join(f'`{one}`' for one in given)}."
            )
    return ""


def of_one_size(function):
    """Return what to say about an array that is made for one size of input, or nothing.

    Parameters
    ----------
    function : callable

    Returns
    -------
    str
    """
    for call in _of_kind(tree_of(function), ast.Call):
        size = call.args[0] if call.args else None
        if getattr(call.func, "attr", "") in ("eye", "identity", "zeros", "ones", "arange"):
            sides = size.elts if isinstance(size, ast.Tuple) else [size]
            fixed = [
                side.value
                for side in sides
                if isinstance(side, ast.Constant) and isinstance(side.value, int)
            ]
            if fixed:
                return (
                    f"`{ast.unparse(call)}` is made for {' and '.join(map(str, fixed))}, and here "
                    "there may be more or fewer: `len(z)` counts the numbers of a list z, "
                    "`z.shape[1]` the columns of a table."
                )
    return ""


def gives_several(function):
    """Return what to say about a call of a function that returns several things at once.

    Parameters
    ----------
    function : callable

    Returns
    -------
    str
        Empty where there is none, or where one of the things is taken.
    """
    tree, scope = tree_of(function), getattr(function, "__globals__", {})
    taken = [node.value for node in _of_kind(tree, ast.Subscript, ast.Starred)]
    taken += [
        node.value for node in _of_kind(tree, ast.Assign) if isinstance(node.targets[0], ast.Tuple)
    ]
    for call in _of_kind(tree, ast.Call):
        called = scope.get(getattr(call.func, "id", ""))
        if call in taken or not isinstance(called, types.FunctionType):
            continue
        given = [node.value for node in _of_kind(tree_of(called), ast.Return)]
        if given and all(isinstance(value, ast.Tuple) for value in given):
            name, last = call.func.id, len(given[0].elts) - 1
            return (
                f"`{name}` returns {_some(last + 1, 'thing')}: the last one is "
                f"`{name}(...)[{last}]`."
            )
    return ""


def grows_by_plus(function):
    """Return what to say about a list to which a loop adds with ``+``, or nothing.

    Parameters
    ----------
    function : callable

    Returns
    -------
    str
    """
    tree = tree_of(function)
    lists = {
        node.targets[0].id
        for node in _of_kind(tree, ast.Assign)
        if isinstance(node.value, ast.List) and isinstance(node.targets[0], ast.Name)
    }
    for loop in _of_kind(tree, ast.For, ast.While):
        for node in _of_kind(loop, ast.BinOp):
            name = getattr(node.left, "id", None)
            called = getattr(getattr(node.right, "func", None), "id", "")
            called = called or getattr(getattr(node.right, "func", None), "attr", "")
            of_lists = isinstance(node.right, ast.List | ast.ListComp | ast.Tuple)
            of_lists = of_lists or called in ("list", "split", "tolist")
            if isinstance(node.op, ast.Add) and name in lists and not of_lists:
                return (
                    f"`+` adds numbers here. A list grows by `{name}.append(...)`; make it an "
                    f"array at the end, `np.array({name})`."
                )
    return ""


_TURNED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}


def one_question_each(function):
    """Return code that asks one by one what the function asks at once inside ``np.all``.

    Parameters
    ----------
    function : callable

    Returns
    -------
    str
        Such as ``np.all(values >= 0) and np.all(values <= 1)``, or empty.
    """
    for node in _of_kind(tree_of(function), ast.Call):
        name = ast.unparse(node.func)
        if name not in ("np.all", "np.any", "all", "any") or len(node.args) != 1:
            continue
        asked = node.args[0]
        parts = asked.values if isinstance(asked, ast.BoolOp) else [asked]
        single = [one for part in parts for one in _comparisons(part)]
        if len(single) > 1:
            joined = isinstance(asked, ast.BoolOp) and isinstance(asked.op, ast.Or)
            beside = " or " if joined else " and "
            return beside.join(f"np.{name[-3:]}({ast.unparse(one)})" for one in single)
    return ""


def _comparisons(node):
    """Return the comparisons of a chain, `0 <= z <= 1`, each with its number on the right."""
    if not isinstance(node, ast.Compare) or len(node.ops) == 1:
        return [node]
    found, left = [], node.left
    for operator, right in zip(node.ops, node.comparators):
        if isinstance(left, ast.Constant) and type(operator) in _TURNED:
            found.append(ast.Compare(right, [_TURNED[type(operator)]()], [left]))
        else:
            found.append(ast.Compare(left, [operator], [right]))
        left = right
    return found


def softmax_of_others(function):
    """Return whose softmax a function calls, if it does not make its own.

    Parameters
    ----------
    function : callable

    Returns
    -------
    str
        "the course's own", "another library's", or empty.
    """
    tree, scope = tree_of(function), getattr(function, "__globals__", {})
    local = {*_arguments(tree), *names_in(tree, ast.Store), *_imported_in(tree)}
    homes = [_home_of_softmax(function)]
    for node in _of_kind(tree, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if isinstance(node.func, ast.Name):
            homes.append("" if name in local else _home_of_softmax(scope.get(name)))
        elif name == "softmax":
            start = ast.unparse(node.func).split(".")[0]
            homes.append(getattr(scope.get(start), "__name__", start))
    for node in _of_kind(tree, ast.ImportFrom):
        homes += [node.module or "" for one in node.names if "softmax" in one.name]
    owners = {home.split(".")[0] for home in homes if home}
    if not owners:
        return ""
    return "the course's own" if "softmax_lib" in owners else "another library's"


def called_of_others(function, names):
    """Return whose function does the task in an answer's place, as words say it.

    Parameters
    ----------
    function : callable
    names : sequence of str
        The course's functions that would do the task.

    Returns
    -------
    str
        "the course's own `entropy`", "another library's `entropy`", or empty.
    """
    tree, scope = tree_of(function), getattr(function, "__globals__", {})
    own = {*_arguments(tree), *names_in(tree, ast.Store), *_imported_in(tree)}
    brought = {
        one.asname or one.name.split(".")[0]: one.name
        for node in _of_kind(tree, ast.Import)
        for one in node.names
    }
    homes = []  # (name, where it comes from)
    for node in _of_kind(tree, ast.ImportFrom):
        homes += [(one.name, node.module or "") for one in node.names]
    for value in [function, *(scope.get(n) for n in names_in(tree, ast.Load) if n not in own)]:
        homes.append((getattr(value, "__name__", ""), getattr(value, "__module__", "") or ""))
    for node in _of_kind(tree, ast.Attribute):
        start = ast.unparse(node.value).split(".")[0]
        home = brought.get(start) or getattr(scope.get(start), "__name__", start)
        homes.append((node.attr, home))
    for name in names:
        found = {home.split(".")[0] for one, home in homes if one == name}
        if found - {"", "__main__", "builtins"}:  # more than a function of the learner's
            owner = "the course's own" if "softmax_lib" in found else "another library's"
            return f"{owner} `{name}`"
    return ""


def _imported_in(tree):
    """Return the names that imports within a function give."""
    return {
        one.asname or one.name.split(".")[0]
        for node in _of_kind(tree, ast.Import, ast.ImportFrom)
        for one in node.names
    }


def _home_of_softmax(value):
    home = getattr(value, "__module__", "") or ""
    named = "softmax" in getattr(value, "__name__", "")
    return home if named and home.split(".")[0] in ("softmax_lib", "scipy", "torch") else ""


def slip(function, said=""):
    """Return what to say about a slip of the pen that the source shows, and Python does not.

    Parameters
    ----------
    function : callable
    said : str, optional
        What the learner is told already.

    Returns
    -------
    str
        With a space in front, or empty.
    """
    tree, source = _parsed(function)
    words = []
    if any(isinstance(getattr(node, "op", None), ast.BitXor) for node in ast.walk(tree)):
        words.append(POWER)
    if found := re.search(r"(?<![=<>!+*/-])=([+-]) ", source):
        words.append(f"`={found[1]}` sets the name anew: to change it, write `{found[1]}=`.")
    if words_of_name := _no_name_to_recall(tree):
        words.append(words_of_name)
    elif name := _only_recalled(tree):
        given = (_arguments(tree) or ["logits"])[0]
        words.append(f"`recall` brings the function. Give it the scores: `{name}({given})`.")
    for loop in _of_kind(tree, ast.For, ast.While):
        name, start = _starts_over(loop, tree)
        if name and start == "empty" and name not in _grown(loop, into_loops=False):
            words.append(  # a loop inside fills it: it may be a row
                f"`{name}` starts empty again in each round. Should it go on growing, set it above "
                f"the loop. Is it a row, collect the rows: `.append({name})` to a list above."
            )
            break
        if name and "each round" not in said:
            words.append(
                f"Does `{name}` start {start} again in each round? Set it once, above the loop"
                + (", and add with `+=`." if start == "at 0" else ".")
            )
            break
    if call := _temperature_for_axis(tree, function):
        words.append(call)
    if quotient := _power_before_quotient(tree):
        words.append(quotient)
    for loop in _of_kind(tree, ast.For, ast.While):
        if (found := _sum_of_changing(loop)) and "each round" not in said:
            total, name = found
            words.append(
                f"`{total}` is computed anew in each round, when some {_of_them(name)} have "
                "changed already. Compute it before that, once for a list and for each row of a "
                "table, and put the results into a new list."
            )
            break
    if words_of_and := _tight_and(tree, source):
        words.append(words_of_and)
    for loop in _of_kind(tree, ast.For):
        if isinstance(loop.target, ast.Name) and isinstance(loop.iter, ast.Name):
            body = ast.Module(loop.body, [])
            if {loop.target.id} == set(names_in(body, ast.Store)) and not _of_kind(body, ast.Expr):
                one, all_of_them = loop.target.id, loop.iter.id
                words.append(
                    f"If `{all_of_them}` holds single numbers, a new value for `{one}` does not "
                    "change them: collect the new ones in a list."
                    if _of_kind(body, ast.AugAssign)  # it changes a row in its place
                    else f"A new value for `{one}` does not change what `{all_of_them}` holds: "
                    "collect the new ones in a list."
                )
    for node in _of_kind(tree, ast.Expr):
        if isinstance(node.value, ast.BinOp | ast.Compare):
            line = ast.unparse(node)
            more = " `=` gives a name its value." * isinstance(node.value, ast.Compare)
            words.append(f"The line `{line}` computes something and keeps it nowhere.{more}")
            break
    for node in _of_kind(tree, ast.Compare):
        beside = [node.left, *node.comparators]
        if isinstance(node.ops[0], ast.Is | ast.IsNot):
            if not any(isinstance(n, ast.Constant) and n.value is None for n in beside):
                words.append("`is` asks whether it is one and the same thing; `==` compares.")
                break
    for node in _of_kind(tree, ast.Compare):
        for left, right in ((node.left, node.comparators[0]), (node.comparators[0], node.left)):
            tiny = right.value if isinstance(right, ast.Constant) else None
            if isinstance(node.ops[0], ast.Eq) and isinstance(tiny, float) and 0 < tiny < 1e-3:
                after = "" if "abs(" in ast.unparse(left) else ", after `abs`"
                exact = f"{tiny:.12f}".rstrip("0")
                words.append(
                    f"That asks for a difference of exactly {exact}; *within* means `<=`{after}."
                )
    places = [node.slice for node in _of_kind(tree, ast.Subscript)]
    pairs = [node for node in _of_kind(tree, ast.Tuple, ast.Call) if node not in places]
    if any(_comma_in(node, source) for node in pairs):
        words.append(POINT)
    return "".join(f" {w}" for w in words)


def recalls(tree, name):
    """Return whether code asks `recall` for the function of this name.

    Parameters
    ----------
    tree : ast.AST
    name : str

    Returns
    -------
    bool
    """
    return any(isinstance(one, ast.Constant) and one.value == name for one in _recalled(tree))


def recalled_and_kept(function):
    """Return what to say when a name holds what `recall` brought, and is taken for its result.

    Parameters
    ----------
    function : callable

    Returns
    -------
    str
    """
    tree = tree_of(function)
    for node in _of_kind(tree, ast.Assign):
        call, name = node.value, getattr(node.targets[0], "id", "")
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "recall" and name:
            called = [n.func.id for n in _of_kind(tree, ast.Call) if isinstance(n.func, ast.Name)]
            if name not in called:
                given = (_arguments(tree) or ["logits"])[0]
                code = ast.unparse(call).replace("'", '"')
                return (
                    f"`recall` brings the function, and `{name}` is that function now. Give it "
                    f"what it works on: `{name} = {code}({given})`."
                )
    return ""


def _recalled(tree):
    """Return what stands between the brackets of each `recall`, first."""
    calls = [node for node in _of_kind(tree, ast.Call) if node.args]
    return [node.args[0] for node in calls if getattr(node.func, "id", "") == "recall"]


def _no_name_to_recall(tree):
    """Return what to say when `recall` is given a call in quotes, or a name without them."""
    for one in _recalled(tree):
        text = one.value if isinstance(one, ast.Constant) else ""
        found = re.fullmatch(r"\s*(my_\w+)\s*(\(.*\))\s*", text) if isinstance(text, str) else None
        if found:
            return f'The name alone stands in quotes: `recall("{found[1]}"){found[2]}`.'
        if isinstance(one, ast.Name) and one.id.startswith("my_"):
            return f'`recall` wants the name in quotes: `recall("{one.id}")`.'
    return ""


def _only_recalled(tree):
    """Return a call of `recall`, as code, whose function is handed on and not called."""
    for node in _of_kind(tree, ast.Call, ast.BinOp, ast.Return):
        parts = node.args if isinstance(node, ast.Call) else list(ast.iter_child_nodes(node))
        for part in parts:
            if isinstance(part, ast.Call) and getattr(part.func, "id", "") == "recall":
                return ast.unparse(part).replace("'", '"')
    return ""


def _starts_over(loop, tree):
    """Return a name that each round of a loop sets anew before it adds to it, and to what.

    What a loop inside the loop adds to may start anew for each row, unless it is the result.
    """
    results = {n for end in _of_kind(tree, ast.Return) for n in names_in(end, ast.Load)}
    grown, inside = _grown(loop, into_loops=False), _grown(loop)
    for node in _statements(loop):
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(target, ast.Name) and (start := _start(node.value)):
            lost = target.id in grown and (start != "anew" or target.id in results)
            if lost or target.id in inside and target.id in results:
                return target.id, start
    return "", ""


def _start(value):
    """Return how a sum, a list or a table starts, in words, if a value is such a start."""
    if isinstance(value, ast.Constant) and value.value == 0 and value.value is not False:
        return "at 0"
    empty = isinstance(value, ast.List) and not value.elts or ast.unparse(value) in ("''", "list()")
    if empty:
        return "empty"
    made = isinstance(value, ast.Call) and re.search(r"\b(zeros|empty|copy)", ast.unparse(value))
    return "anew" if made else ""


def _statements(loop, into_loops=False):
    """Return the statements of a loop; those of the loops in it, if asked for."""
    found, waiting = [], list(loop.body)
    while waiting:
        node = waiting.pop(0)
        found.append(node)
        if into_loops or not isinstance(node, ast.For | ast.While):
            waiting += [n for n in ast.iter_child_nodes(node) if isinstance(n, ast.stmt)]
    return found


def _grown(loop, into_loops=True):
    """Return the names to which each round of a loop adds something."""
    names = set()
    for node in _statements(loop, into_loops):
        if isinstance(node, ast.AugAssign):
            names |= set(names_in(node.target, ast.Store) or names_in(node.target, ast.Load)[:1])
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            names |= set(names_in(node.targets[0], ast.Load)[:1])
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if isinstance(node.value, ast.BinOp) and name in names_in(node.value, ast.Load):
                names.add(name)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            if getattr(node.value.func, "attr", "") in ("append", "extend"):
                names |= set(names_in(node.value.func, ast.Load)[:1])
    return names


def _returns_what_grows(loop):
    """Return whether the first round of a loop hands over what the rounds are to collect."""
    grown = _grown(loop)
    for node in _statements(loop):
        for end in node.body + node.orelse if isinstance(node, ast.If) else [node]:
            asks = node.test if isinstance(node, ast.If) else ast.Constant(True)
            if isinstance(end, ast.Return) and end.value is not None:
                if grown & set(names_in(end, ast.Load)) and not grown & set(
                    names_in(asks, ast.Load)
                ):
                    return True
    return False


def _temperature_for_axis(tree, function):
    """Return what to say of a temperature that stands where a softmax takes the axis."""
    scope = getattr(function, "__globals__", {})
    for node in _of_kind(tree, ast.Call):
        name = getattr(node.func, "id", "")
        value = scope.get(name)
        if len(node.args) < 2 or "softmax" not in getattr(value, "__name__", ""):
            continue
        given, second = _arguments(tree), ast.unparse(node.args[1])
        meant = "temp" in second or second == "T" or re.fullmatch(r"\d*\.\d+", second)
        if _home_of_softmax(value).startswith("softmax_lib"):
            if meant or second == "0" and "scores" not in given:
                return (
                    f"The second thing that `{name}` takes is the axis. Name the temperature: "
                    f"`{name}({ast.unparse(node.args[0])}, temperature={second})`."
                )
        elif meant:
            first = ast.unparse(node.args[0])
            return (
                f"`{name}` takes the scores alone. Divide them by the temperature first: "
                f"`{name}({first} / {second})`."
            )
    return ""


def _power_before_quotient(tree):
    """Return what to say of `x ** 1 / T`, which is (x ** 1) / T."""
    for node in _of_kind(tree, ast.BinOp):
        left = node.left
        if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult | ast.Div):
            left = left.right
        if isinstance(node.op, ast.Div) and isinstance(getattr(left, "op", None), ast.Pow):
            if ast.unparse(left.right) in ("1", "-1", "1.0"):
                below, root = ast.unparse(node.right), ast.unparse(left.right)
                return (
                    f"`**` comes before `/`: the power is {root}, and `{below}` divides what comes "
                    f"out. Put the exponent into brackets: `** ({root} / {below})`."
                )
    return ""


def _sum_of_changing(loop):
    """Return a sum in a loop, as code, of what the loop changes place by place, and its name."""
    for node in _statements(loop, into_loops=True):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if not isinstance(target, ast.Subscript) or not getattr(node, "value", None):
            continue
        name = getattr(target.value, "id", None)
        for call in _of_kind(node.value, ast.Call):
            total = ast.unparse(call)
            if name and total in (f"sum({name})", f"np.sum({name})", f"{name}.sum()"):
                return total, name
    return None


def _of_them(name):
    return name if name in ("weights", "counts", "numbers") else f"of `{name}`"


_SIGN = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


def _tight_and(tree, source):
    """Return what to say of `a & b == 1`, which is `(a & b) == 1`."""
    for node in _of_kind(tree, ast.Compare):
        sides = [node.left, *node.comparators]
        for place, side in enumerate(sides):
            sign = "&" if isinstance(getattr(side, "op", None), ast.BitAnd) else "|"
            if not isinstance(getattr(side, "op", None), ast.BitAnd | ast.BitOr):
                continue
            text = "".join((ast.get_source_segment(source, side) or "").split())
            if f"({text})" in "".join(source.split()):
                continue
            compared = _SIGN.get(type(node.ops[max(0, place - 1)]), "==")
            start = f"`{sign}` binds tighter than `{compared}`: "
            if isinstance(side.left, ast.Call | ast.Name):
                return f"{start}write `{'and' if sign == '&' else 'or'}`."
            return f"{start}put each question into brackets of its own."
    return ""


_OF_TWO = ("max", "min", "round", "maximum", "minimum")  # functions that learners give a decimal


def _comma_in(node, source):
    """Return whether a comma is meant as the point of a decimal: `x = 1,5`, or `max(T, 0,4)`."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        parts = node.args if name in _OF_TWO and len(node.args) > 2 else []
    else:
        text = ast.get_source_segment(source, node) or "("
        parts = [] if text.startswith("(") or len(node.elts) != 2 else node.elts
    for one, other in zip(parts, parts[1:]):
        if isinstance(one, ast.Compare):
            continue
        one, other = (ast.get_source_segment(source, part) or "" for part in (one, other))
        digits = re.search(r"(?<![\w.])\d+$", one)
        if digits and re.fullmatch(r"\d+.*", other) and f"{one},{other}" in source:
            return True
    return False


def hidden_cause(function, said=""):
    """Return what to say about code that runs, but is not what it was meant to be.

    Parameters
    ----------
    function, said
        As in `slip`.

    Returns
    -------
    str
        With a space in front, or empty.
    """
    causes = [cause for cause in dict.fromkeys(_causes(function)) if cause not in said]
    return slip(function) + "".join(f" {cause}" for cause in causes)


def _causes(function):
    tree = tree_of(function)
    if words := from_another_cell(function) or grows_by_plus(function):
        yield words
    if words := gives_several(function):
        yield words
    for loop in _of_kind(tree, ast.For, ast.While):
        answers = [n.value for n in _of_kind(loop, ast.Return)]
        if any(isinstance(value, ast.Constant) and value.value is True for value in answers):
            yield (
                "Does `return True` stand inside the loop? Then the first round decides alone: it "
                "belongs below the loop."
            )
            break
    if any(map(_returns_what_grows, _of_kind(tree, ast.For, ast.While))):
        yield _IN_LOOP
    for loop in _of_kind(tree, ast.For):
        if not isinstance(loop.target, ast.Name):
            continue
        place, inside = loop.target.id, [n for line in loop.body for n in ast.walk(line)]
        if getattr(getattr(loop.iter, "func", None), "id", "") == "range":
            yield from _causes_of_places(loop, place, inside)
        for node in inside:
            value = node.value if isinstance(node, ast.Return) else None
            if isinstance(value, ast.BinOp | ast.Call) and place in names_in(value, ast.Load):
                if any(node in _nodes(one) for one in inside if isinstance(one, ast.If)):
                    continue
                yield _IN_LOOP
                break
    for node in _of_kind(tree, ast.Call):
        if ast.unparse(node.func) == "np.where" and len(node.args) == 1:
            yield (
                "`np.where(condition, a, b)` chooses between a and b; with a condition alone it "
                "gives places."
            )
    if name := uncalled(function):
        yield f"`{name}` stands without brackets: that is the function itself, not what it gives."
    if any(isinstance(getattr(node, "op", None), ast.FloorDiv) for node in ast.walk(tree)):
        yield "`//` drops what stands after the point; `/` keeps it."
    for defined in _of_kind(tree, ast.FunctionDef)[:1]:
        given = [arg.arg for arg in defined.args.args]
        body = ast.Module(defined.body, [])
        unused = [name for name in given if name not in names_in(body, ast.Load)]
        literal = [
            target.id
            for node in defined.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.List | ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id in given
        ]
        loops = [
            n.target for line in defined.body for n in ast.walk(line) if isinstance(n, ast.For)
        ]
        replaced = [t.id for t in loops if isinstance(t, ast.Name) and t.id in given]
        if replaced:
            yield (
                f"`{replaced[0]}` is what the function is given, and your loop replaces it. Leave "
                "the loop out: the function is called once for each."
            )
        if literal:
            yield f"`{literal[0]}` is what the function is given; one of its lines replaces that."
        elif unused:
            yield f"It never uses `{unused[0]}`, which it is given."


def _causes_of_places(loop, place, inside):
    used = {id(n) for n in inside if isinstance(n, ast.Name) and n.id == place}
    indices = [m for n in inside if isinstance(n, ast.Subscript) for m in ast.walk(n.slice)]
    summed = [n.value for n in inside if isinstance(n, ast.AugAssign)]
    lengths = [m for m in ast.walk(loop.iter) if getattr(m, "func", None) is not None]
    if "len" in (getattr(m.func, "id", "") for m in lengths):
        if used and not used & {id(m) for m in indices} and used & {id(m) for m in summed}:
            yield f"`{place}` is a place, 0 and then 1; the number at it is `z[{place}]`."
        start = loop.iter.args[0]
        if len(loop.iter.args) > 1 and getattr(start, "value", 0) == 1:
            yield "`range(1, ...)` starts at index 1: is the first, index 0, to be left out?"
        if isinstance(loop.iter.args[-1], ast.BinOp) and "- 1" in ast.unparse(loop.iter):
            yield "`range(n)` ends at n - 1 already: is the last one to be left out?"


# --- Nothing ----------------------------------------------------------------------------------


def about_nothing(outcomes, expected, function=None):
    """Return words for a function that gave None.

    Parameters
    ----------
    outcomes, expected : sequence of Outcome
        Of the learner's function, and of the right one.
    function : callable, optional
        The learner's.

    Returns
    -------
    str
        Such as "your function prints its result and returns nothing. ...".
    """
    tree = tree_of(function)
    returns = [n.value for n in _of_kind(tree, ast.Return) if n.value is not None]
    always = all(o.value is None and o.error is None for o in outcomes)
    if always and all(_prints(o, e) for o, e in zip(outcomes, expected, strict=True)):
        if any(_calls_print(loop) for loop in _of_kind(tree, ast.For, ast.While)):
            return (
                "your function prints its results and returns nothing. Collect them: begin with an "
                "empty list, put `.append(...)` in place of `print`, and `return` them below the "
                "loop."
            )
        return (
            "your function prints its result and returns nothing. Write `return` in place of "
            "`print`: it hands the result to whoever called the function."
        )
    for value in returns:
        name = getattr(getattr(value, "func", None), "id", "")
        name = name or getattr(getattr(value, "func", None), "attr", "")
        if name in ("print", "append", "sort", "extend", "insert", "reverse", "fill", "shuffle"):
            return (
                f"`{name}` does its work and gives nothing back, so that is what is returned. "
                "Return the value itself, in a line of its own."
            )
    if always and not returns:
        near = [n for n in names_in(tree, ast.Store) if re.fullmatch(r"(?i)re?t[ru]*r?n", n)]
        if near:
            return f"is `{near[0]}` meant to be `return`?"
        shows = " What `print` shows on the screen is not handed on." * any(
            o.printed.strip() for o in outcomes
        )
        return (
            "your function comes to its end without a `return`. A last line such as `return "
            f"result` hands the result to whoever called the function.{shows}"
        )
    return (
        "it comes to its end without meeting a `return`. Is there one for every case: after the "
        "loop, and in each branch of an `if`?"
    )


def _calls_print(tree):
    return any(getattr(call.func, "id", "") == "print" for call in _of_kind(tree, ast.Call))


def _prints(outcome, right):
    """Return whether what a call printed last is the right result."""
    text, wanted = outcome.printed.strip(), right.value
    if right.error is not None or not text:
        return False
    if isinstance(wanted, str):
        return text.endswith(wanted)
    if isinstance(wanted, bool | np.bool_):
        return text.endswith(str(bool(wanted)))
    wanted = np.ravel(wanted)
    found = re.findall(r"(?<![\w.])-?(?:\d+\.?\d*(?:e[+-]?\d+)?|inf|nan)", text)[-len(wanted) :]
    if wanted.dtype.kind not in "iuf" or len(found) != len(wanted):
        return False
    return np.allclose(np.array(found, float), wanted, rtol=1e-3, atol=1e-3, equal_nan=True)


# --- Kinds ------------------------------------------------------------------------------------

_LISTS = (list, tuple, np.ndarray)


def about_kind(value, right, function=None):
    """Return words for a result of another kind than the right one, or nothing.

    Parameters
    ----------
    value, right : object
    function : callable, optional
        The learner's.

    Returns
    -------
    str
        Such as "the function `counts.sum` itself. ...".
    """
    if isinstance(value, complex | np.ndarray | np.generic) and np.asarray(value).dtype.kind == "c":
        number = "a complex number" if np.ndim(value) == 0 else "complex numbers"
        if np.allclose(np.imag(value), 0):
            return f"{number}: take `.real`."
        return (
            f"{number}. A root of a number below 0 is one, and so is its power with digits after "
            "the point."
        )
    if callable(value) and not callable(right):
        if _only_recalled(tree_of(function)):
            return f"a function, where its result is wanted.{slip(function)}"
        name = uncalled(function) or getattr(value, "__name__", "")
        named = f" `{name}`" if re.fullmatch(r"[\w.]+", name) else ""
        if "." in name and not name.startswith("np."):
            return f"the function{named} itself. Brackets call it: `{name}()`."
        return (
            f"the function{named} itself. Round brackets call it, with what it works on between "
            "them: `np.exp(z)`."
        )
    if isinstance(value, types.GeneratorType | map | filter | zip | range | set | dict):
        if isinstance(right, dict):
            return ""
        what = {"generator": "a recipe for values (a generator)"}.get(type(value).__name__)
        what = what or f"a `{type(value).__name__}`"
        return (
            f"{what}, with which nothing computes further. Make it an array, "
            "`np.array([... for ...])`, or one number, whichever is wanted."
        )
    if isinstance(value, str) and isinstance(right, np.ndarray | np.generic | int | float):
        if not isinstance(right, bool | np.bool_) and _makes_no_text(tree_of(function)):
            return f"the text {str(value)[:40]!r}, where {_wanted_place(function, right)}"
        return f"the text {value[:40]!r}. Quotation marks and `str(...)` make text: leave them out."
    if isinstance(right, str) and isinstance(value, _LISTS):
        return f'{_article(value)}, where a text is wanted: `" ".join(words)` makes one of words.'
    if isinstance(value, np.ndarray) and value.dtype == object and value.shape == ():
        return (
            f"an array with a {type(value.item()).__name__} in it, and no numbers. Square brackets "
            "make the list that it needs: `np.array([... for ...])`."
        )
    if isinstance(right, np.ndarray) and isinstance(getattr(value, "probabilities", None), _LISTS):
        kind = type(value).__name__
        return (
            f"a `{kind}` of the course, which holds more than the numbers: they are its "
            f"`.probabilities`. But the task is to write the steps yourself."
        )
    if isinstance(right, np.ndarray) and hasattr(value, "maximum") and hasattr(value, "total"):
        return (
            f"a `{type(value).__name__}` of the course, and an array is wanted: "
            "`np.array([state.maximum, state.total])`. But write the steps yourself."
        )
    truth = isinstance(value, bool | np.bool_)
    if truth and isinstance(right, np.ndarray | np.number | int | float) and right is not True:
        if not isinstance(right, bool):
            many = "numbers" if np.ndim(right) else "a number"
            return f"{bool(value)}: a comparison gives that, and {many} should come out."
    if isinstance(right, bool | np.bool_) and isinstance(value, np.number | int | float):
        if not truth:
            start = f"a number, {float(value):.9g}, where True or False is wanted"
            return f"{start}: a comparison gives that."
    if isinstance(right, bool | np.bool_) and isinstance(value, list):
        if "broken_requirements" in names_in(tree_of(function), ast.Load):
            return (
                "a list, where True or False is wanted. `broken_requirements` lists what is wrong; "
                "here write the two questions yourself."
            )
    if isinstance(value, tuple) and len(value) == 1 and not isinstance(right, tuple):
        return (
            "a tuple with one thing in it. `np.where` with a condition alone gives that, and so "
            "does a comma at the end of a line; `[0]` takes the thing out."
        )
    if isinstance(value, tuple) and not isinstance(right, tuple) and not _same(value, right):
        wanted = "Only one thing is wanted. Which one is it?"
        if isinstance(right, np.ndarray) and len(right) == len(value):
            wanted = "An array is wanted: `np.array([...])` makes one of them."
        cure = slip(function).strip() or wanted
        if words := gives_several(function):
            return f"{_some(len(value), 'thing')}. {words}"
        if isinstance(right, bool | np.bool_):
            cure = "One answer is wanted: `and` joins two questions."
        if isinstance(right, np.ndarray) and right.ndim == 2 and right.shape[1] == len(value):
            if _returns_in_loop(function):
                return f"{_some(len(value), 'thing')}. {_IN_LOOP}"
            return (
                f"{_some(len(value), 'thing')}, and a row of as many is wanted for each. In the "
                "loop, `.append([...])` puts such a row into a list; below it, return "
                "`np.array(rows)`."
            )
        return f"{_some(len(value), 'thing')}: a comma lines up what stands beside it. {cure}"
    if isinstance(value, list) and isinstance(right, np.ndarray) and len(value) != len(right):
        if len(value) == 1 and np.shape(value[0]) == right.shape:
            return "a list with an array in it. Leave out the square brackets."
        if right.ndim == 2 and all(np.shape(one) == right.shape for one in value):
            return (
                f"a list of {len(value)} tables, where one is wanted. Are they to be added up, or "
                "averaged: `np.mean(tables, axis=0)`?"
            )
        cure = _IN_LOOP if _returns_in_loop(function) else "Does one come out for each?"
        return f"a list of {len(value)}, where {len(right)} are wanted. {cure}"
    if isinstance(value, _LISTS) and np.ndim(right) == 0 and not isinstance(right, dict):
        if isinstance(value, list) and len(value) == 1:
            return "a list with one thing in it. Leave out the square brackets."
        if isinstance(value, list):
            which = "Which one is it?"
            if all(isinstance(one, bool | np.bool_) for one in value):
                which = "`all(...)` says whether it holds for all of them."
            if np.asarray(right).dtype.kind == "f":
                which = "Which one is it, or do they have to be added up (`np.sum`)?"
            return f"a list of {len(value)}, where one is wanted. {which}"
    return ""


def _makes_no_text(tree):
    """Return whether code has no quotation marks and no `str`: a text in it comes from elsewhere.

    What describes the function, below its first line, says nothing of what it gives.
    """
    described = [line.value for line in _of_kind(tree, ast.Expr)]
    texts = [n for n in _of_kind(tree, ast.Constant, ast.JoinedStr) if n not in described]
    quoted = any(isinstance(getattr(n, "value", ""), str) for n in texts)
    return bool(_nodes(tree)[1:]) and not quoted and "str" not in names_in(tree, ast.Load)


def _wanted_place(function, right):
    if not isinstance(right, int | np.integer):
        return f"{'numbers are' if np.ndim(right) else 'a number is'} wanted."
    ends = [node.value for node in _of_kind(tree_of(function), ast.Return)]
    places = [end.slice for end in ends if isinstance(end, ast.Subscript)]
    named = next((f" `{place.id}`," for place in places if isinstance(place, ast.Name)), "")
    return f"a number is wanted: the place,{named} and not the word at it."


def _article(value):
    return {list: "a list", tuple: "a tuple"}.get(type(value), "an array")


def _same(value, right):
    try:
        return np.shape(value) == np.shape(right) and bool(np.allclose(value, right))
    except Exception:
        return False


# --- Numbers ----------------------------------------------------------------------------------


def about_numbers(value, right, given=(), others=(), function=None):
    """Return words for numbers that are wrong in a way that can be seen in them, or nothing.

    Parameters
    ----------
    value, right : array_like
        The learner's result and the right one, of one shape.
    given : sequence, optional
        The arguments of the call.
    others : sequence of (array_like, array_like)
        The same for the other calls.
    function : callable, optional
        The learner's.

    Returns
    -------
    str
        With a space in front, or empty.
    """
    try:
        if {np.asarray(v).dtype.kind for v in (value, right)} - set("iuf"):
            return ""
        whole = np.asarray(value).dtype.kind in "iu" and np.ndim(value) > 0
        place = np.asarray(right).dtype.kind in "iu" and np.ndim(right) == 0
        value, right = np.asarray(value, float), np.asarray(right, float)
    except (TypeError, ValueError):
        return ""
    if value.shape != right.shape or value.size == 0:
        return ""
    if np.isnan(value).any() and not np.isnan(right).any():
        return (
            " NaN (not a number) comes from 0 / 0, inf / inf, inf - inf, 0 times inf, the "
            "logarithm of a negative number, `np.nan` itself, or a negative number to a power that "
            "is not whole, such as `z ** np.e` (e belongs below: `np.exp(z)`): which of them is it?"
        )
    if np.isinf(value).any() and not np.isinf(right).any():
        return (
            " Infinity comes from a division by 0, from a power too large for the computer, below "
            "0 from the logarithm of 0, or from `np.inf` itself: which of them is it?"
        )
    if not (np.isfinite(value).all() and np.isfinite(right).all()) or _close(value, right):
        return ""
    if value.ndim and any(isinstance(g, np.ndarray) and np.array_equal(g, value) for g in given):
        return " Here that is what it was given, unchanged."
    if whole and (right % 1).any() and (np.abs(value - right) < 1).all():
        return (
            " It is an array of whole numbers: is what stands after the point lost? "
            "`np.zeros(len(z))` makes an array that keeps it."
        )
    with np.errstate(all="ignore"):
        if right.all() and not _close(right, 1 / right) and _close(value, 1 / right):
            return " That is 1 divided by the right number: turn the fraction over."
    if right.any() and _close(value, -right):
        return " The sign is the wrong way round."
    if not value.any() and right.all() and not place and _may_lose_digits(function):
        some = "All are 0: do they underflow" if value.size > 1 else "It is 0: does it underflow"
        return f" {some}, or is what stands after the point lost?"
    if np.allclose(value, right, rtol=0, atol=0.01) and _nudges(function):
        return (
            " Those are nearly the right numbers. Is a small number added below the fraction bar, "
            "or a slope measured with a nudge?"
        )
    for digits in range(13) if value.any() else ():
        rounded = np.round(right, digits)
        if np.count_nonzero(rounded) < np.count_nonzero(right):
            continue  # what became 0 may as well have been cut off
        if not _close(right, rounded) and _close(value, rounded):
            # A single number can be near a whole one by chance: do the other calls agree?
            if digits >= 2 or (others or value.size > 1) and _all_rounded(others, digits):
                return (
                    " Those are nearly the right numbers. Is something rounded, or a small number "
                    "added?"
                )
    if value.size < 3:
        return ""
    if _close(np.sort(value, axis=None), np.sort(right, axis=None)):
        return " The numbers are right, in another order."
    factor = value / right if value.all() and right.all() and np.ptp(right) > 0 else None
    if factor is not None and _is_by_factor([(value, right), *others]):
        return (
            " Each is the right number times the same factor: what multiplies or divides them all?"
        )
    apart = value - right
    if np.ptp(right) > 0 and np.ptp(apart) < 1e-3 * np.abs(apart).min():
        return " Each misses the right number by the same amount: what is added to them all?"
    return ""


def _nudges(function):
    """Return whether code divides by a number near 0, as who measures a slope does."""
    tree = tree_of(function)
    near = {
        name: value
        for name, value in getattr(function, "__globals__", {}).items()
        if isinstance(value, float)
    }
    for node in _of_kind(tree, ast.Assign):
        if isinstance(node.value, ast.Constant) and isinstance(node.targets[0], ast.Name):
            near[node.targets[0].id] = node.value.value
    below = [node.right for node in _of_kind(tree, ast.BinOp) if isinstance(node.op, ast.Div)]
    numbers = [
        near.get(getattr(part, "id", None), getattr(part, "value", None))
        for side in below
        for part in ast.walk(side)
    ]
    return any(isinstance(number, float) and 0 < number <= 0.01 for number in numbers)


def _is_by_factor(pairs):
    """Return whether the first result is the right one times a factor, and not by chance.

    Where only two right numbers differ, each result of the same sum may seem to be.
    """

    def by_factor(value, right):
        if np.shape(value) != np.shape(right):
            return False
        value, right = np.asarray(value, float), np.asarray(right, float)
        factor = value / right if value.all() and right.all() else np.zeros(1)
        return bool(np.isfinite(factor).all() and factor.any() and _close(factor, factor.flat[0]))

    telling = [pair for pair in pairs if len(np.unique(pair[1])) > 2]
    with np.errstate(all="ignore"):
        return by_factor(*pairs[0]) and (not telling or any(by_factor(*p) for p in telling))


_LOSING = {
    "exp",
    "exp2",
    "expm1",
    "power",
    "pow",
    "prod",
    "int",
    "round",
    "floor",
    "trunc",
    "astype",
}


def _may_lose_digits(function):
    """Return whether code holds what makes 0 of a number: a power, a product, whole numbers."""
    if function is None:
        return True
    tree = tree_of(function)
    called = [*names_in(tree, ast.Load), *(node.attr for node in _of_kind(tree, ast.Attribute))]
    powers = [node for node in _of_kind(tree, ast.BinOp, ast.AugAssign)
              if isinstance(node.op, ast.Pow | ast.FloorDiv | ast.Mult)]  # fmt: skip
    return bool(powers) or not _LOSING.isdisjoint(called)


def _all_rounded(pairs, digits):
    """Return whether each result is the right one to so many digits, or cut off after them."""
    with np.errstate(all="ignore"):
        for value, right in pairs:
            if np.shape(value) != np.shape(right):
                return False
            value, right = np.asarray(value, float), np.asarray(right, float)
            near = np.abs(value - right) < 10.0**-digits
            if not (near & np.isclose(np.round(value, digits), value) | (value == right)).all():
                return False
    return True


def _close(one, other):
    one, other = np.broadcast_arrays(one, other)
    return bool(np.allclose(one, other, rtol=1e-6, atol=1e-12))


# --- Shapes -----------------------------------------------------------------------------------

_WORDS = "no one two three four five six seven eight nine ten".split()


def _number(count):
    return _WORDS[count] if count < len(_WORDS) else str(count)


def _some(count, thing):
    return f"{_number(count)} {thing}{'' if count == 1 else 's'}"


def in_words(shape, thing="number"):
    """Return a shape in words, such as "a table of two rows and three columns".

    Parameters
    ----------
    shape : tuple of int
    thing : str, default "number"

    Returns
    -------
    str
    """
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
    words = in_words(given, "truth value" if value.dtype == bool else "number")
    plural = len(wanted) == 1 and wanted != (1,)
    if len(given) <= 1 and plural:
        short = _number(wanted[0])
    elif len(given) == 1 and wanted == () and given != (1,):
        short = "one"
    else:
        short = in_words(wanted, "truth value" if right.dtype == bool else "number")
    end = "are" if plural else "is"
    return f"{words}, where {short} {end} wanted. {_question(value, right, function, others)}"


def _question(value, right, function, others):
    given, wanted = value.shape, right.shape
    if value.dtype.kind not in "iufb" or right.dtype.kind not in "iufb":
        return "Does one come out for each that goes in?"
    if given == wanted[::-1] and _close(value, right.T):
        return "The numbers are right, with rows and columns exchanged: `.T` exchanges them back."
    if value.size == 0 and _adds_to_a_list(function):
        return "`+=` puts no number into a list. A list grows by `.append(...)`."
    if value.size == right.size and _close(value.ravel(), right.ravel()) and wanted:
        if right.ndim == 1:
            return (
                "The numbers are right. Is it `keepdims`, a `None` or a pair of brackets too many?"
            )
        return "The numbers are right: they only lie in another shape."
    if given == () and wanted:
        return _one_for_many(value, right, function, others)
    if wanted == ():
        return _many_for_one(value, right)
    if value.size < right.size and _returns_in_loop(function):
        return _IN_LOOP
    fewer = len(given) == len(wanted) == 1 and 0 < given[0] < wanted[0]
    if fewer and _close(value, right[: given[0]]):
        return "They are the first ones, and right: is something cut off, as `[:k]` does?"
    if fewer and _close(value, right[wanted[0] - given[0] :]):
        return "They are the last ones, and right: is something cut off, as `[1:]` does?"
    if fewer and any(isinstance(node, ast.Slice) for node in ast.walk(tree_of(function))):
        return "Does a slice, such as `[:k]`, cut something off? Each needs its place."
    if len({given, *(np.shape(v) for v, _ in others)}) == 1 and len(others) > 0:
        if len({wanted, *(np.shape(r) for _, r in others)}) > 1:
            return (
                "It is as many for every input that gave a result: does it use what it is given, "
                "the right part of it, and nothing from another cell?"
            )
    if len(given) == 1 and len(wanted) == 2 and _close_to_last(value, right):
        return "Only the last row comes back: does each round of a loop overwrite the one before?"
    if len(given) == 1 and len(wanted) == 2 and _close_to_first(value, right):
        return "Only the first row comes back. Do it for each of them."
    if len(given) < len(wanted):
        return "Does a sum go over more than one row? `axis=` says along what it goes."
    if len(given) == 2 and len(wanted) == 1 and given[0] == wanted[0] and 1 not in given:
        return "Is each row to be added up? `np.sum(..., axis=1)` makes one number of each."
    if len(given) > len(wanted):
        return "Is it `keepdims`, a `None` or a pair of brackets too many?"
    if len(given) == 1:
        return "Does one come out for each that goes in?"
    return "Which of the two says how many rows there are, and which how many columns?"


_IN_LOOP = (
    "Does a `return` stand inside the loop? It ends the function there. Move it to the left, "
    "below the loop."
)


def _close_to_first(value, right):
    return len(right) > 0 and value.shape == right[0].shape and _close(value, right[0])


def _close_to_last(value, right):
    return len(right) > 0 and value.shape == right[-1].shape and _close(value, right[-1])


def _returns_in_loop(function):
    loops = _of_kind(tree_of(function), ast.For, ast.While)
    return any(isinstance(n, ast.Return) for loop in loops for n in ast.walk(loop))


def _adds_to_a_list(function):
    tree = tree_of(function)
    lists = {
        target.id
        for node in _of_kind(tree, ast.Assign)
        if isinstance(node.value, ast.List)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    added = (n.target for n in _of_kind(tree, ast.AugAssign) if isinstance(n.op, ast.Add))
    return any(isinstance(target, ast.Name) and target.id in lists for target in added)


def _one_for_many(value, right, function, others):
    if _returns_in_loop(function):
        return _IN_LOOP
    pairs = [(v, r) for v, r in [(value, right), *others] if np.ndim(v) == 0 and np.size(r)]

    def always(part):
        return bool(pairs) and all(_close(v, part(np.asarray(r))) for v, r in pairs)

    first, last = always(lambda r: r.flat[0]), always(lambda r: r.flat[-1])
    if first and not last:
        return "It is the first of them: does the function stop there?"
    if last and not first:
        if _of_kind(tree_of(function), ast.For, ast.While):
            return "It is the last of them: does each round of the loop overwrite the one before?"
        return "It is the last of them. One is wanted for each."
    added_up = always(np.sum) and not always(lambda r: 0)
    if _of_kind(tree_of(function), ast.For, ast.While):
        if added_up and _of_kind(tree_of(function), ast.AugAssign):
            return (
                "It is all of them added up. To collect them, begin with an empty list, `[]`, and "
                "`.append(...)` one in each round."
            )
        return "Does each round of a loop overwrite the one before, where all are to be collected?"
    if added_up:
        return "It is all of them added up. Does a sum go over everything?"
    return "Does a `sum`, `max`, `mean` or `argmax` make one number of all of them?"


def _many_for_one(value, right):
    if value.size == 1:
        correct = "The number is right. " if _close(value.ravel()[0], right) else ""
        return f"{correct}`[0]` takes a single number out of an array."
    if right.dtype.kind == "b":
        return "`np.all(...)` says whether it holds for all of them."
    if right.dtype.kind in "iu":
        start = "The answer is an index: one whole number, which says which of them it is."
        if value.dtype.kind == "b":
            return f"{start} `np.argmax(...)` gives the index of the first that is True."
        return f"{start} The first has index 0."
    return "Which one is it, or do they have to be added up (`np.sum`)?"
