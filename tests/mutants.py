"""Wrong answers that nobody thought of: each solution with one thing in it changed.

A mutant that behaves as the solution does is no wrong answer. `differs` decides it by running both
on many inputs of the probes' kind (distributions stay distributions, counts stay counts), far more
than the check itself looks at; what never differs there is counted as equivalent.
"""

import ast
import copy
import warnings

import numpy as np

from softmax_lib.exercises.checks import _agree
from softmax_lib.exercises.runner import build, run

BINARY = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.Sub),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
}
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
FUNCTIONS = {
    "exp": ("exp2", "expm1", "abs", "square"),
    "log": ("log2", "log10", "log1p", "exp"),
    "log2": ("log", "log10"),
    "sum": ("max", "mean", "prod", "min"),
    "mean": ("sum", "max", "median"),
    "max": ("min", "sum", "mean"),
    "all": ("any",),
    "sort": ("flip",),
    "argsort": ("argmax",),
    "argmax": ("argmin",),
    "cumsum": ("cumprod",),
    "sqrt": ("square", "log"),
    "zeros": ("ones",),
    "allclose": ("shares_memory",),
}


def mutants(source):
    """Return what a solution becomes when one thing in it is changed, each once.

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
            mutant = copy.deepcopy(tree)
            target = list(ast.walk(mutant))[index]
            change(target)
            try:
                text = ast.unparse(ast.fix_missing_locations(mutant))
                compile(text, "<mutant>", "exec")
            except (SyntaxError, ValueError, TypeError, AttributeError):
                continue
            found[text] = None
    found.pop(ast.unparse(tree), None)
    return list(found)


def _changes(node, tree):
    """Yield functions that change a copy of `node` in place."""
    if isinstance(node, ast.BinOp):
        for other in BINARY.get(type(node.op), ()):
            yield lambda n, other=other: setattr(n, "op", other())
        yield lambda n: _become(n, n.left)
        yield lambda n: _become(n, n.right)
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
        yield lambda n: setattr(n, "op", ast.Sub())
    if isinstance(node, ast.Compare):
        for other in COMPARISONS.get(type(node.ops[0]), ()):
            yield lambda n, other=other: setattr(n, "ops", [other()])
    if isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield lambda n: setattr(n, "op", other())
        yield lambda n: n.values.pop()
        yield lambda n: n.values.pop(0)
    if isinstance(node, ast.UnaryOp):
        yield lambda n: _become(n, n.operand)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        for other in (node.value + 1, node.value - 1, 0):
            yield lambda n, other=other: setattr(n, "value", other)
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield lambda n: setattr(n, "value", not n.value)
    if isinstance(node, ast.Call):
        for place in range(len(node.keywords)):
            yield lambda n, place=place: n.keywords.pop(place)
        if node.args:
            yield lambda n: _become(n, n.args[0])
        if len(node.args) > 1:
            yield lambda n: n.args.reverse()
            yield lambda n: n.args.__setitem__(slice(-2, None), n.args[: -3 or None : -1])
        name = node.func.attr if isinstance(node.func, ast.Attribute) else None
        for other in FUNCTIONS.get(name, ()):
            yield lambda n, other=other: setattr(n.func, "attr", other)
    if isinstance(node, ast.If):
        yield lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
        if node.orelse:
            yield lambda n: setattr(n, "body", n.orelse)
            yield lambda n: setattr(n, "orelse", n.body)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        names = {a.arg for a in ast.walk(tree) if isinstance(a, ast.arg)}
        names |= {n.id for n in ast.walk(tree) if isinstance(getattr(n, "ctx", None), ast.Store)
                  and isinstance(n, ast.Name)}  # fmt: skip
        if node.id in names:
            for other in sorted(names - {node.id}):
                yield lambda n, other=other: setattr(n, "id", other)
    body = getattr(node, "body", None)
    if isinstance(body, list) and len(body) > 1:
        for place, statement in enumerate(body):
            if not isinstance(statement, ast.Return):
                yield lambda n, place=place: n.body.pop(place)


def _become(node, other):
    """Turn a node into another one, in place."""
    node.__class__ = other.__class__
    node.__dict__ = dict(other.__dict__)


def more_inputs(probes, count=300):
    """Return inputs of the same kind as the probes, drawn at random.

    Parameters
    ----------
    probes : sequence of tuple
    count : int, default 300

    Returns
    -------
    list of tuple
    """
    generator = np.random.default_rng(0)
    if not any(isinstance(v, np.ndarray | int | float) for probe in probes for v in probe):
        return list(probes)
    # Where some probes are no distributions, inputs that are none belong to the task.
    loose = not all(_is_shares(v) for probe in probes for v in probe if isinstance(v, np.ndarray))
    picked = [probes[k % len(probes)] for k in range(count)]
    return [tuple(_like(value, generator, probe, loose) for value in probe) for probe in picked]


def _is_shares(value):
    return value.ndim == 1 and (value >= 0).all() and abs(value.sum() - 1) < 1e-9


def _like(value, generator, probe, loose):
    if isinstance(value, np.ndarray):
        return _array_like(value, generator, loose)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if isinstance(value, int):
        lengths = [len(v) for v in probe if isinstance(v, np.ndarray)]
        return int(generator.integers(0, min(lengths or [5]))) if value == 0 else (
            int(generator.integers(1, max(2, min(lengths or [6]))))
        )  # fmt: skip
    if 0 <= value <= 1:
        return float(generator.uniform(0.02, 1))
    return float(value * generator.uniform(0.5, 1.5))


def _array_like(value, generator, loose):
    shape = value.shape
    if value.dtype.kind in "iu":
        new = generator.integers(0, value.max() + 2, shape)
        new.flat[0] += 1
        return new
    if _is_shares(value) and len(value) > 1:
        new = generator.dirichlet(np.ones(len(value)))
        if (value == 0).any():
            new[generator.integers(len(new))] = 0
            new /= new.sum()
        if loose and generator.random() < 0.5:  # the sum stays, the range need not
            moved = generator.uniform(0, 1.5)
            new[0] += moved
            new[-1] -= moved
        return new
    if generator.random() < 0.3:  # the probe itself, one entry moved by a little or by a lot
        new = value.copy()
        step = 10.0 ** generator.uniform(-7, 1) * generator.choice([-1, 1])
        new.flat[generator.integers(new.size)] += step
        return new
    size = np.abs(value[np.isfinite(value)]).max(initial=1)
    new = generator.normal(0, size, shape)
    if (value >= 0).all():
        new = np.abs(new) + 0.01
    ties = value.size > 1 and len(np.unique(value)) < value.size
    new = np.round(new) if ties else new
    hidden = np.isneginf(value)
    new[hidden] = -np.inf
    return new


def differs(mutant, solution, name, inputs):
    """Return whether two sources ever give different outcomes.

    Parameters
    ----------
    mutant, solution : str
    name : str
        What both define.
    inputs : list of tuple

    Returns
    -------
    bool
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            function = build(mutant, name)
        except Exception:
            return True
        got = run(function, inputs, 5)
        expected = run(build(solution, name), inputs, 30)
    if got.timed_out:
        return True
    return not all(_agree(a, b) for a, b in zip(got.outcomes, expected.outcomes, strict=True))
