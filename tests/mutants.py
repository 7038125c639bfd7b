"""Wrong answers that nobody thought of: a right answer with one thing in it changed or put in.

`mutants` changes what stands there. `insertions` puts in what careful people put in, and what is
wrong all the same: floors and caps at every scale, tiny numbers, rounding, tolerance, a branch for
a few inputs. `knows_the_probes` is a listed wrong answer that does right on the check's probes.

A mutant that always does what the solution does is no wrong answer. Nobody can prove that for all
of them, so it is tested: `differs` runs both on hundreds of inputs drawn from what the exercise's
task promises (`Exercise.draw`), others than those that the check draws. What never differs there
counts as equivalent.
"""

import ast
import copy

import numpy as np

from softmax_lib.exercises.checks import _agree, excused
from softmax_lib.exercises.inputs import drawn
from softmax_lib.runner import build, run

BINARY = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Div, ast.Add, ast.MatMult),
    ast.Div: (ast.Mult, ast.Sub, ast.FloorDiv, ast.Mod),
    ast.Pow: (ast.Mult, ast.Div),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
}
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq, ast.GtE, ast.LtE),
    ast.NotEq: (ast.Eq,),
}
FUNCTIONS = {
    "exp": ("exp2", "expm1", "abs", "square", "log"),
    "log": ("log2", "log10", "log1p", "exp"),
    "log2": ("log", "log10"),
    "sum": ("max", "mean", "prod", "min", "any"),
    "mean": ("sum", "max", "median"),
    "max": ("min", "sum", "mean", "argmax"),
    "all": ("any",),
    "argmax": ("argmin", "max"),
    "cumsum": ("cumprod", "sort"),
    "sqrt": ("square", "log"),
    "zeros": ("ones",),
    "isclose": ("equal",),
    "min": ("max",),
}
# What is done to a returned value, and to an argument wherever it is used.
AFTER = ("None", "-{}", "2 * {}", "{} + 1", "1 - {}", "np.abs({})", "np.round({}, 2)", "{} ** 2")
BEFORE = ("np.abs({})", "np.round({})", "np.sort({})")


def mutants(source):
    """Return what an answer becomes when one thing in it is changed, each once.

    Parameters
    ----------
    source : str

    Returns
    -------
    list of str
    """
    tree = ast.parse(source.strip())
    found = {}
    for index, node in enumerate(ast.walk(tree)):
        for change in _changes(node, tree):
            mutant = ast.parse(source.strip())  # quicker than a copy
            change(list(ast.walk(mutant))[index])
            text = ast.unparse(ast.fix_missing_locations(mutant))
            try:
                compile(text, "<mutant>", "exec")
            except SyntaxError:
                continue
            found[text] = None
    found.pop(ast.unparse(tree), None)
    return list(found)


def _changes(node, tree):
    """Yield functions that change a copy of `node` in place."""
    if isinstance(node, ast.BinOp | ast.AugAssign):
        for other in BINARY.get(type(node.op), ()):
            yield lambda n, other=other: setattr(n, "op", other())
    if isinstance(node, ast.BinOp):
        yield lambda n: _become(n, n.left)
        yield lambda n: _become(n, n.right)
        yield lambda n: _swap(n, "left", "right")
    if isinstance(node, ast.Compare):
        for other in COMPARISONS.get(type(node.ops[0]), ()):
            yield lambda n, other=other: n.ops.__setitem__(0, other())
    if isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield lambda n: setattr(n, "op", other())
        yield lambda n: n.values.pop()
        yield lambda n: n.values.pop(0)
    if isinstance(node, ast.UnaryOp):
        yield lambda n: _become(n, n.operand)
    if isinstance(node, ast.Constant):
        yield from _constant_changes(node)
    if isinstance(node, ast.Call):
        yield from _call_changes(node)
    if isinstance(node, ast.If | ast.IfExp):
        yield lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
        yield lambda n: setattr(n, "test", ast.Constant(True))
        yield lambda n: setattr(n, "test", ast.Constant(False))
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from _name_changes(node, tree)
    if isinstance(node, ast.Return | ast.Lambda):
        field = "value" if isinstance(node, ast.Return) else "body"
        for form in AFTER:
            yield lambda n, form=form: setattr(n, field, _wrapped(form, getattr(n, field)))
    if isinstance(node, ast.FunctionDef | ast.For | ast.If):
        for place in range(len(node.body)):
            yield lambda n, place=place: n.body.__setitem__(place, ast.Pass())


def _constant_changes(node):
    if isinstance(node.value, bool):
        yield lambda n: setattr(n, "value", not n.value)
    elif isinstance(node.value, int | float):
        for other in (node.value + 1, node.value - 1, 0, 10 * node.value):
            yield lambda n, other=other: setattr(n, "value", other)


def _call_changes(node):
    for place in range(len(node.keywords)):
        yield lambda n, place=place: n.keywords.pop(place)
    if node.args:
        yield lambda n: _become(n, n.args[0])
    if len(node.args) > 1:
        yield lambda n: n.args.reverse()
        yield lambda n: n.args.pop()
    name = node.func.attr if isinstance(node.func, ast.Attribute) else None
    for other in FUNCTIONS.get(name, ()):
        yield lambda n, other=other: setattr(n.func, "attr", other)


def _name_changes(node, tree):
    arguments = {a.arg for a in ast.walk(tree) if isinstance(a, ast.arg)}
    stored = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    if node.id in arguments | stored:
        for other in sorted((arguments | stored) - {node.id}):
            yield lambda n, other=other: setattr(n, "id", other)
    if node.id in arguments:
        for form in BEFORE:
            yield lambda n, form=form: _become(n, _wrapped(form, copy.copy(n)))


def _become(node, other):
    """Turn a node into another one, in place."""
    node.__class__ = other.__class__
    node.__dict__ = dict(other.__dict__)


def _swap(node, one, other):
    first, second = getattr(node, one), getattr(node, other)
    setattr(node, one, second)
    setattr(node, other, first)


def _wrapped(form, *nodes):
    """Return the expression `form` with `nodes` in place of its braces, the last one repeated."""
    left = list(nodes)

    class Filler(ast.NodeTransformer):
        def visit_Name(self, name):
            if name.id != "_here":
                return name
            return copy.deepcopy(left.pop(0) if len(left) > 1 else left[0])

    return Filler().visit(ast.parse(form.replace("{}", "_here"), mode="eval")).body


def _at(scales, *forms):
    return tuple(form.replace("SCALE", scale) for form in forms for scale in scales)


# What is put around a returned value, around each argument before it is used, and around what is
# divided by, exponentiated, or taken the logarithm of.
ON_VALUE = (
    "np.round({}, 3)", "np.round({}, 6)", "np.clip({}, 0, 1)", "np.clip({}, 1e-7, 1)",
    "np.clip({}, 1e-7, 1 - 1e-7)", "{} + 1e-30", "{} + 1e-9", "float({})",
    "np.where(np.abs({}) < 1e-3, 0, {})", "np.nan_to_num({})",
    *_at("1e-20 1e-12 1e-9 1e-6 1e-3".split(), "np.maximum({}, SCALE)"),
    *_at("0.99 1 3 5 20 100 1e3 1e6".split(), "np.minimum({}, SCALE)"),
    *_at("20 50 100 1e3".split(), "np.clip({}, -SCALE, SCALE)"),
)  # fmt: skip
ON_NUMBER = (
    "np.round({}, 1)", "np.round({}, 6)", "np.maximum({}, 0)", "np.abs({})", "{} + 1e-9",
    "{} + 1e-6", "1 if {} > 4 else {}",
    *_at("1e-6 1e-4 1e-3 0.05 0.1 0.4 1".split(),
         "max({}, SCALE)", "max({}, SCALE) if {} else {}", "SCALE if {} == 0 else {}",
         "0 if {} < SCALE else {}"),
    *_at("1 2 4 20 100 1e3 1e4".split(), "min({}, SCALE)"),
)  # fmt: skip
ON_ARRAY = (
    "np.round({}, 1)", "np.round({}, 6)", "np.abs({})", "{} + 1e-9 * np.arange(len({}))",
    "np.nan_to_num({})", "np.where({} < np.max({}) - 5, -50.0, {})",
    "np.where({} == -np.inf, -50.0, {})", "np.where({} == -np.inf, -1e9, {})", "np.unique({})",
    "{}[:3]", "{}[:8]", "{} if len({}) < 5 else {} * 0", "{} if len({}) > 1 else {} * 0",
    "{} if len({}) < 12 else {} * 0", "{} if np.max({}) < 300 else {} * 0",
    *_at("-1e3 -50 0 1e-12 1e-9 1e-7 1e-4".split(), "np.maximum({}, SCALE)"),
    *_at("4 50 100 700 1e3 1e5".split(), "np.minimum({}, SCALE)"),
    *_at("10 50 100 500 700 1e3".split(), "np.clip({}, -SCALE, SCALE)"),
    *_at("1e-12 1e-6 1e-3".split(), "np.where(np.abs({}) < SCALE, 0, {})"),
)  # fmt: skip
ON_PART = (
    "{} + 1e-9", "{} + 1e-6", "{} + 1e-4", "np.abs({})", "np.clip({}, -9, 9)",
    *_at("1e-10 1e-9 1e-6 1e-4".split(), "np.maximum({}, SCALE)"),
    *_at("50 100 500".split(), "np.clip({}, -SCALE, SCALE)", "np.minimum({}, SCALE)"),
)  # fmt: skip
TOLERANCE = {
    ast.Eq: ("np.isclose({}, {})", "np.isclose({}, {}, rtol=0, atol=1e-9)"),
    ast.Gt: ("{} > {} + 1e-9", "{} > {} - 1e-9"),
    ast.GtE: ("{} >= {} + 1e-9", "{} >= {} - 1e-9"),
    ast.Lt: ("{} < {} + 1e-9", "{} < {} - 1e-9"),
    ast.LtE: ("{} <= {} + 1e-9", "{} <= {} - 1e-9"),
}
PARTS = ("exp", "log", "log2", "sqrt")


def insertions(source, probe):
    """Return what an answer becomes when something is put into it, each once.

    Parameters
    ----------
    source : str
    probe : tuple
        Arguments, as an example: a number is treated as a number, an array as an array.

    Returns
    -------
    list of str
    """
    tree = ast.parse(source.strip())
    function = next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))
    found = {}

    def note(change, index=None):
        mutant = ast.parse(source.strip())
        nodes = list(ast.walk(mutant))
        change(next(n for n in nodes if isinstance(n, ast.FunctionDef)) if index is None
               else nodes[index])  # fmt: skip
        found[ast.unparse(ast.fix_missing_locations(mutant))] = None

    for argument, value in zip(function.args.args, probe):
        name = argument.arg
        for form in _on(value):
            line = ast.parse(f"{name} = " + form.replace("{}", name)).body[0]
            note(lambda f, line=line: f.body.insert(0, line))
    for index, node in enumerate(ast.walk(tree)):
        for form in ON_VALUE if isinstance(node, ast.Return) else ():
            note(lambda n, form=form: setattr(n, "value", _wrapped(form, n.value)), index)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            for form in ON_PART:
                note(lambda n, form=form: setattr(n, "right", _wrapped(form, n.right)), index)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in PARTS:
            for form in ON_PART:
                note(lambda n, form=form: n.args.append(_wrapped(form, n.args.pop(0))), index)
        if isinstance(node, ast.Compare):
            for form in TOLERANCE.get(type(node.ops[0]), ()):
                note(lambda n, form=form: _become(n, _wrapped(form, n.left, n.comparators[0])),
                     index)  # fmt: skip
    found.pop(ast.unparse(tree), None)
    return list(found)


def _on(value):
    if isinstance(value, np.ndarray):
        return ON_ARRAY
    return ON_NUMBER if isinstance(value, int | float) else ()


def knows_the_probes(answer, task):
    """Return a function that does right on an exercise's probes, and elsewhere what `answer` does.

    Parameters
    ----------
    answer : str
    task : Exercise

    Returns
    -------
    callable
    """
    right, wrong = build(task.solution, task.id), build(answer, task.id)
    known = set(map(_exactly, task.probes))
    return lambda *given: (right if _exactly(given) in known else wrong)(*given)


def _exactly(given):
    """Return what tells arguments apart to the last bit."""
    return tuple(
        (value.dtype.str, value.shape, value.tobytes()) if type(value) is np.ndarray
        else repr(value)
        for value in given
    )  # fmt: skip


def inputs(task, count=500):
    """Return many inputs of the kind that an exercise's task promises, not those of its check.

    Parameters
    ----------
    task : Exercise
        One that draws none gets its probes with other numbers.
    count : int, default 500

    Returns
    -------
    sequence of tuple
    """
    if task.draw:
        return drawn(task, count, seed=1)
    g = np.random.default_rng(0)
    return [
        tuple(_like(value, g) for value in task.probes[k % len(task.probes)]) for k in range(count)
    ]


def _like(value, g):
    """Return another value of the same shape, type, sign and total."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "iu":
        return g.permuted(value + g.integers(0, 3, value.shape))
    if isinstance(value, np.ndarray):
        other = g.permuted(value * g.uniform(0.5, 2, value.shape))
        shares = np.isclose(value.sum(), 1) and (value >= 0).all()
        return other / other.sum() if shares else other
    return value * g.uniform(0.5, 2) if isinstance(value, float) else value


def differs(answer, task):
    """Return whether an answer ever does something else than the solution, or never ends.

    Parameters
    ----------
    answer : str or callable
    task : Exercise

    Returns
    -------
    bool
    """
    many, expected = _expected(task)
    function = build(answer, task.id) if isinstance(answer, str) else answer
    for part in (slice(0, 25), slice(25, None)):  # what differs mostly differs at once
        got = run(function, many[part], 60)
        if got.timed_out or not all(
            (_agree(a, b, task.by_ratio) or excused(task, probe, a, b)) and not a.changed_input
            for probe, a, b in zip(many[part], got.outcomes, expected[part], strict=True)
        ):
            return True
    return False


def _expected(task, known={}):  # noqa: B006  kept: the same for all mutants of an exercise
    key = task.id, task.solution
    if key not in known:
        many = inputs(task)
        known[key] = many, run(build(task.solution, task.id), many, 60).outcomes
    return known[key]
