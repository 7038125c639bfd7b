"""Wrong answers that nobody thought of: a right answer with one thing in it changed.

A mutant that always does what the solution does is no wrong answer. Nobody can prove that for all
of them, so it is tested: `differs` runs both on inputs drawn from what the exercise's task promises
(see `PROMISED`), hundreds of them, of other lengths and sizes than the check's few probes and with
ties, zeros and near misses. What never differs there counts as equivalent.
"""

import ast
import copy

import numpy as np

from softmax_lib.exercises.checks import _agree
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
            mutant = copy.deepcopy(tree)
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


def _wrapped(form, node):
    """Return the expression `form` with `node` in place of its braces."""

    class Filler(ast.NodeTransformer):
        def visit_Name(self, name):
            return node if name.id == "_here" else name

    return Filler().visit(ast.parse(form.format("_here"), mode="eval")).body


# What each exercise's task says that its function will be given.


def scores(g, least=1):
    z = g.normal(0, g.choice([0.3, 2.0, 5.0]), g.integers(least, 9))
    if g.random() < 0.2:
        z = np.round(z)  # ties
    if g.random() < 0.1:
        z[:] = z[0]
    return z


def nearly_tied(g):
    z = scores(g)
    if g.random() < 0.3:
        z[g.integers(len(z))] = z.max() + 10.0 ** g.uniform(-9, -1)
    return z


def distribution(g, zeros=False, least=1):
    p = g.dirichlet(np.full(g.integers(least, 9), g.choice([0.5, 1.0, 5.0]))) + 1e-9
    if zeros and g.random() < 0.5:
        p[g.random(len(p)) < 0.3] = 0
        p[g.integers(len(p))] += 0.1
    if g.random() < 0.15:
        p[:] = 1
    return p / p.sum()


def nearly_distribution(g):
    p = distribution(g, zeros=True)
    change = g.integers(6)
    place = g.integers(len(p))
    if change == 1:
        p[place] += g.choice([-1, 1]) * 10.0 ** g.uniform(-8, 0)
    if change == 2:
        p *= g.uniform(0.5, 1.5)
    if change == 3:
        p = g.normal(0.3, 0.5, len(p))
    if change == 4 and len(p) > 1:
        p[place] -= 0.5
        p[place - 1] += 0.5
    if change == 5:
        p = np.round(p, int(g.integers(1, 5)))
    return p


def table(g, rows=5, columns=5):
    return g.normal(0, 2, (g.integers(1, rows + 1), g.integers(1, columns + 1)))


def counts(g):
    found = g.integers(0, g.choice([3, 100, 10_000]), g.integers(1, 9))
    found[g.integers(len(found))] += 1
    return found


def matrix_and_vector(g):
    W = table(g)
    return W, g.normal(0, 2, W.shape[1])


def logits_and_two_places(g):
    z = scores(g) * g.choice([1, 300])
    return z, int(g.integers(len(z))), int(g.integers(len(z)))


def draw(g):
    p = distribution(g, zeros=True)
    if g.random() < 0.3:  # piece borders that a computer holds exactly
        p = g.multinomial(8, p) / 8
    totals = np.cumsum(p)
    edges = totals[totals < totals[-1]]  # at the last one no piece begins
    at_edge = len(edges) and g.random() < 0.3
    u = float(g.choice(edges)) if at_edge else float(g.random() * g.integers(0, 2))
    return p, u


def two_scores(g):
    return tuple(float(v) for v in g.normal(0, 2, 2) + g.choice([0, 1000, -1000]))


def logits_and_chances(g):
    z = scores(g)
    return z, g.uniform(0.01, 0.99, len(z))


PROMISED = {
    "my_total": lambda g: (scores(g),),
    "my_is_distribution": lambda g: (nearly_distribution(g),),
    "my_shares": lambda g: (counts(g),),
    "my_draw": draw,
    "my_exponentiate": lambda g: (scores(g),),
    "my_ratio": two_scores,
    "my_temperature_of_base": lambda g: (float(1 + g.exponential(g.choice([0.1, 1, 20]))),),
    "my_normalize": lambda g: (g.gamma(1, g.choice([0.01, 1, 100]), g.integers(1, 9)) + 1e-6,),
    "my_softmax": lambda g: (scores(g),),
    "my_softmax_rows": lambda g: (table(g),),
    "my_logits": matrix_and_vector,
    "my_log_odds": logits_and_two_places,
    "my_recover": lambda g: (distribution(g, least=2),),
    "my_softmax_with_temperature": lambda g: (scores(g), float(g.uniform(0.2, 5))),
    "my_cold_softmax": lambda g: (nearly_tied(g),),
    "my_entropy": lambda g: (distribution(g, zeros=True),),
    "my_gumbel_draw": logits_and_chances,
}


def inputs(task, count=300):
    """Return many inputs of the kind that an exercise's task promises.

    Parameters
    ----------
    task : Exercise
        One that is not in `PROMISED` gets its probes with other numbers.
    count : int, default 300

    Returns
    -------
    list of tuple
    """
    g = np.random.default_rng(0)
    if task.id in PROMISED:
        return [PROMISED[task.id](g) for _ in range(count)]
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
    answer : str
    task : Exercise

    Returns
    -------
    bool
    """
    many, expected = _expected(task)
    got = run(build(answer, task.id), many, 60)
    return got.timed_out or not all(
        (_identical(a.value, b.value) or _agree(a, b)) and not a.changed_input
        for a, b in zip(got.outcomes, expected, strict=True)
    )


def _identical(one, other):
    """Return quickly whether two arrays are the same to the last bit; False says nothing."""
    arrays = isinstance(one, np.ndarray) and isinstance(other, np.ndarray)
    return arrays and one.dtype == other.dtype and np.array_equal(one, other)


def _expected(task, known={}):  # noqa: B006  kept: the same for all mutants of an exercise
    if task.id not in known:
        many = inputs(task)
        known[task.id] = many, run(build(task.solution, task.id), many, 60).outcomes
    return known[task.id]
