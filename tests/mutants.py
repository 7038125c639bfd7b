"""Wrong answers that nobody thought of: a right answer with one thing in it changed or put in.

`mutants` changes what stands there. `insertions` puts in what careful people put in, and what is
wrong all the same: floors, caps, tiny numbers, rounding, tolerance, a branch for a few inputs.

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


def _wrapped(form, *nodes):
    """Return the expression `form` with `nodes` in place of its braces, the last one repeated."""
    left = list(nodes)

    class Filler(ast.NodeTransformer):
        def visit_Name(self, name):
            if name.id != "_here":
                return name
            return copy.deepcopy(left.pop(0) if len(left) > 1 else left[0])

    return Filler().visit(ast.parse(form.replace("{}", "_here"), mode="eval")).body


# What is put around a returned value, around each argument before it is used, and around what is
# divided by, exponentiated, or taken the logarithm of.
ON_VALUE = (
    "np.round({}, 3)", "np.round({}, 6)", "np.clip({}, 0, 1)", "np.maximum({}, 1e-6)",
    "np.minimum({}, 0.99)", "{} + 1e-9", "np.where(np.abs({}) < 1e-3, 0, {})",
)  # fmt: skip
ON_NUMBER = (
    "np.round({}, 1)", "np.round({}, 6)", "np.maximum({}, 0)", "np.maximum({}, 0.4)",
    "np.maximum({}, 1e-6)", "np.minimum({}, 1)", "np.minimum({}, 4)", "np.abs({})", "{} + 1e-9",
    "{} + 1e-6", "0 if {} < 0.45 else {}", "1e-6 if {} == 0 else {}", "1 if {} > 4 else {}",
)  # fmt: skip
ON_ARRAY = (
    "np.round({}, 1)", "np.round({}, 6)", "np.maximum({}, 0)", "np.minimum({}, 4)",
    "np.clip({}, -10, 10)", "np.abs({})", "{} + 1e-9 * np.arange(len({}))", "np.nan_to_num({})",
    "np.where({} < np.max({}) - 5, -50.0, {})", "np.unique({})", "{}[:3]",
    "{} if len({}) < 5 else {} * 0", "{} if len({}) > 1 else {} * 0",
)  # fmt: skip
ON_PART = ("{} + 1e-9", "{} + 1e-6", "np.maximum({}, 1e-6)", "np.abs({})", "np.clip({}, -9, 9)")
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
        mutant = copy.deepcopy(tree)
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


# What each exercise's task says that its function will be given.


def scores(g, least=1):
    z = g.normal(0, g.choice([0.3, 2.0, 5.0]), g.integers(least, 9))
    if g.random() < 0.2:
        z = np.round(z)  # ties
    if g.random() < 0.1:
        z[:] = z[0]
    if g.random() < 0.1:
        z -= 20  # all of them low
    return z


def nearly_tied(g):
    z = scores(g)
    if g.random() < 0.3:
        z[g.integers(len(z))] = z.max() + 10.0 ** g.uniform(-13, -1)
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


def unequal(g):
    """Return probabilities, no two of them equal, some with sums that a computer holds exactly."""
    if g.random() < 0.3:
        p = 2.0 ** np.arange(g.integers(1, 8))
        p[-1] += 1
        return g.permutation(p / p.sum())
    p = g.dirichlet(np.full(g.integers(1, 9), g.choice([0.5, 1.0, 5.0]))) + 1e-9
    return p / p.sum()


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


def logits_and_temperature(g):
    if g.random() < 0.5:
        return scores(g), float(g.uniform(0.2, 5))
    temperature = 10.0 ** g.uniform(-1.3, 2)
    return min(temperature, 3) * scores(g), float(temperature)


def any_logits_and_temperature(g):
    z = nearly_tied(g) * g.choice([1, 100])
    z[g.random(len(z)) < 0.1] = -np.inf
    if np.isinf(z).all():
        z[0] = 1000.0
    return z, 0 if g.random() < 0.4 else float(10.0 ** g.uniform(-3, 3))


def unequal_and_count(g):
    p = unequal(g)
    return p, int(g.integers(1, len(p) + 1))


def unequal_and_mass(g):
    p = unequal(g)
    totals = np.cumsum(np.sort(p)[::-1])
    exact = len(p) > 1 and totals[-1] == 1 and g.random() < 0.3
    return p, float(totals[g.integers(len(p) - 1)] if exact else g.uniform(0.02, 0.98))


def queries_and_keys(g):
    d = g.integers(1, 9)
    return g.normal(0, 2, (g.integers(1, 6), d)), g.normal(0, 2, (g.integers(1, 6), d))


def square(g):
    n = g.integers(1, 6)
    return g.normal(0, g.choice([2, 9]), (n, n))


def scores_and_values(g):
    z = table(g) * g.choice([0.5, 3])
    z[g.random(z.shape) < 0.2] = -np.inf
    z[:, 0] = g.normal(-3, 8, len(z))  # something is left in each row
    return z, g.normal(0, 2, (z.shape[1], g.integers(1, 4)))


PROMISED = {
    "my_total": lambda g: (scores(g),),
    "my_is_distribution": lambda g: (nearly_distribution(g),),
    "my_shares": lambda g: (counts(g),),
    "my_draw": draw,
    "my_exponentiate": lambda g: (scores(g),),
    "my_ratio": two_scores,
    "my_temperature_of_base": lambda g: (float(1 + g.exponential(g.choice([0.1, 1, 20]))),),
    "my_normalize": lambda g: (
        g.gamma(1, g.choice([1e-8, 0.01, 1, 100]), g.integers(1, 9)) + 1e-12,
    ),
    "my_softmax": lambda g: (scores(g),),
    "my_softmax_rows": lambda g: (table(g),),
    "my_logits": matrix_and_vector,
    "my_log_odds": logits_and_two_places,
    "my_recover": lambda g: (distribution(g, least=2),),
    "my_softmax_with_temperature": logits_and_temperature,
    "my_cold_softmax": lambda g: (nearly_tied(g),),
    "my_entropy": lambda g: (distribution(g, zeros=True),),
    "my_top_k": unequal_and_count,
    "my_top_p": unequal_and_mass,
    "my_gumbel_draw": logits_and_chances,
    "my_scores": queries_and_keys,
    "my_causal_mask": lambda g: (square(g),),
    "my_attention": scores_and_values,
    "my_whole_softmax": any_logits_and_temperature,
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
    answer : str or callable
    task : Exercise

    Returns
    -------
    bool
    """
    many, expected = _expected(task)
    got = run(build(answer, task.id) if isinstance(answer, str) else answer, many, 60)
    return got.timed_out or not all(
        (_identical(a.value, b.value) or _agree(a, b)) and not a.changed_input
        for a, b in zip(got.outcomes, expected, strict=True)
    )


def _identical(one, other):
    """Return quickly whether two arrays are the same to the last bit; False says nothing."""
    arrays = isinstance(one, np.ndarray) and isinstance(other, np.ndarray)
    return arrays and one.dtype == other.dtype and np.array_equal(one, other)


def _expected(task, known={}):  # noqa: B006  kept: the same for all mutants of an exercise
    key = task.id, task.solution
    if key not in known:
        many = inputs(task)
        known[key] = many, run(build(task.solution, task.id), many, 60).outcomes
    return known[key]
