"""Rules from scores to weights, read from a line of text, and the demands that they break.

The demands are those that leave only the exponential: R. D. Luce, Individual Choice Behavior
(1959), whose choice axiom is the last of them. The browser has the same in rule_explorer.js; the
tests hold the two together.
"""

import ast
import math
import re
from typing import NamedTuple

import numpy as np

from .softmax_rules import told_apart

__all__ = [
    "DEMANDS",
    "EXAMPLES",
    "TRIALS",
    "Break",
    "base_of",
    "broken_demands",
    "changed",
    "number_text",
    "read_rule",
    "shares",
    "without_shares",
]

LONGEST = 100  # letters of a rule
DEMANDS = {
    "positive": "each weight is a number above 0",
    "order": "a larger score weighs more",
    "shift": "adding the same number to all scores changes nothing",
    "third": "a third word changes no ratio of the others",
}
EXAMPLES = (
    "z",
    "z^2",
    "abs(z) + 1",
    "max(z, 0)",
    "log(1 + e^z)",
    "z - min(z) + 1",
    "2^z",
    "e^z",
)

# --- Reading a rule -------------------------------------------------------------------------------

_SIGNS = {"−": "-", "·": "*", "×": "*", "²": "^2", "³": "^3"}
_TOKEN = re.compile(r"\s*(?:((?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)|([A-Za-z]\w*)|(\*\*|[-+*/^(),]))")
_NAMES = {"e": math.e, "pi": math.pi}
_FUNCTIONS = {  # of one number
    "exp": np.exp,
    "log": np.log,
    "ln": np.log,
    "sqrt": np.sqrt,
    "abs": np.abs,
}
_OVER_WORDS = {  # of one list; min and max also of several numbers
    "min": np.min,
    "max": np.max,
    "sum": np.sum,
    "mean": np.mean,
}
_SEVERAL = {"min": np.minimum, "max": np.maximum}


def _power(x, y):
    """Return x to the y; of 1 to an unknown power numpy says 1, and browsers that it is unknown."""
    return np.where((np.abs(x) == 1) & ~np.isfinite(y), np.nan, np.power(x, y))


_OPERATIONS = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: _power,
    ast.USub: np.negative,
    ast.UAdd: np.positive,
}


def read_rule(text):
    """Return the function from scores to weights that a line of text describes.

    Nothing of the text is run: its syntax tree is walked, and holds numbers, ``z``, ``e``, ``pi``,
    ``+ - * / ^`` and a few functions, or it is refused. ``min(z)``, ``max(z)``, ``sum(z)`` and
    ``mean(z)`` look at the scores of all words.

    Parameters
    ----------
    text : str
        Such as ``"2^z"``; Python's ``2**z`` and ``np.exp(z)`` will do.

    Returns
    -------
    callable
        From scores, shape (n,), to weights, shape (n,), float64. What has no value is NaN or
        infinite.

    Raises
    ------
    ValueError
        When the text is no such rule.
    TypeError
        When it is no text.
    """
    if not isinstance(text, str):
        raise TypeError(f"rule must be a text such as '2^z', got {text!r}")

    def bad(why):
        return ValueError(f"rule must be one expression in z, such as '2^z', got {text!r}: {why}")

    if len(text) > LONGEST:
        raise bad(f"it is longer than {LONGEST} letters")
    source = re.sub(r"\b(?:np|math)\.", "", text)
    source = "".join(_SIGNS.get(letter, letter) for letter in source).strip()
    tokens, place = [], 0
    while place < len(source):
        found = _TOKEN.match(source, place)
        if not found:
            if source[place:].strip()[:1] == "|":
                raise bad("write abs(z) for |z|")
            raise bad(f"{source[place:].strip()[:1]!r} has no meaning here")
        place, name = found.end(), found[2]
        if name and name not in {"z", *_NAMES, *_FUNCTIONS, *_OVER_WORDS}:
            raise bad(f"{name!r} has no meaning here")
        tokens.append(found[0].strip().replace("^", "**"))
    line = " ".join(tokens)
    if ", )" in line:
        raise bad("something is missing after a comma")
    try:
        tree = ast.parse(line, mode="eval").body
    except SyntaxError:
        if re.search(r"(?:[\d.]|\bz|\)) +[a-z(]", line):
            raise bad("a sign is missing, such as * in 2 * z") from None
        raise bad("something is missing, or does not belong there") from None

    def walk(node):
        match node:
            case ast.Constant(value=int() | float() as number):
                return lambda z: np.full(len(z), float(number))
            case ast.Name(id="z"):
                return lambda z: z
            case ast.Name(id=name) if name in _NAMES:
                return lambda z: np.full(len(z), _NAMES[name])
            case ast.UnaryOp(op=op, operand=inner) if type(op) in _OPERATIONS:
                change, of = _OPERATIONS[type(op)], walk(inner)
                return lambda z: change(of(z))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
                join, one, other = _OPERATIONS[type(op)], walk(left), walk(right)
                return lambda z: join(one(z), other(z))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if args:
                inner = [walk(arg) for arg in args]
                if len(inner) == 1 and name in _FUNCTIONS:
                    return lambda z: _FUNCTIONS[name](inner[0](z))
                if len(inner) == 1 and name in _OVER_WORDS:
                    return lambda z: np.full(len(z), _OVER_WORDS[name](inner[0](z)))
                if len(inner) > 1 and name in _SEVERAL:
                    return lambda z: _SEVERAL[name].reduce([of(z) for of in inner])
                raise bad(f"{name} does not take {len(inner)} numbers")
        raise bad("something is missing, or does not belong there")

    of = walk(tree)

    def weights(scores):
        with np.errstate(all="ignore"):
            return of(np.asarray(scores, dtype=np.float64))

    return weights


# --- Trying to break it ---------------------------------------------------------------------------

# Small whole numbers first: what breaks there is easy to follow. Then some that lie on no grid of
# halves or quarters, and some far out, as a rule may turn into another one there.
BANK = (
    (1, 0, -1), (2, 1, 0), (-1, 0, 1), (0, -1, 1), (1, -2, 0), (2, -1, -2), (-2, -1, -3),
    (3, -3, 1), (0.5, 0.25, -0.75), (-1, -4, 2), (5, 4, -5), (-10, -12, -11), (10, 12, 11),
    (20, 0, -20), (0.31, 0.28, -1.17), (-36, -37, -40), (40, 38, 39),
)  # fmt: skip
FAR = 10  # from here on a weight of 0 may be one too small for a number
TINY = 1e-290  # what is smaller may have lost digits
SHIFTS = (1, -1, 3, -3, 10, -10, 0.37)
TRIALS = {  # as the browser gets them
    "bank": BANK,
    "shifts": SHIFTS,
    # As they are, with all of them moved, and with the third left out or moved.
    "count": len(BANK) * (1 + len(SHIFTS) + 1 + len(SHIFTS)),
    "demands": DEMANDS,
}
SEEN = 0.1  # a change that is easy to see
LEAST = 1e-6  # less may be rounding


class Break(NamedTuple):
    """What breaks a demand.

    Attributes
    ----------
    scores : tuple of float
    change : {"shift", "third", "without"}
        What is done to them: add to all, move the third, leave the third out.
    amount : float
    told : str
    """

    scores: tuple
    change: str
    amount: float
    told: str


def shares(weights):
    """Return weights divided by their sum; NaN or infinite where that has no value."""
    weights = np.asarray(weights, dtype=np.float64)
    with np.errstate(all="ignore"):
        return weights / weights.sum()


def without_shares(weights):
    """Return why weights have no shares, in words, or nothing."""
    if np.isnan(weights).any():
        return "a weight is no number (NaN)"
    if np.isinf(weights).any():
        return "a weight is infinite, or too much to compute"
    if np.sum(weights) == 0:
        return (
            "the weights sum to 0, or to too little to compute, and no number can be divided by 0"
        )
    return ""


def number_text(x, digits=2):
    """Write a number of any size, as the browser does."""
    if not math.isfinite(x):
        return "NaN" if math.isnan(x) else "-∞" if x < 0 else "∞"
    if x == 0 or 0.005 <= abs(x) < 1e5:
        return f"{x:.{digits}f}"
    return re.sub(r"e([+-])0*", r"e\1", f"{x:.{digits - 1}e}")


# A computer's numbers end, so these two may stand for others.
_AT_THE_END = {0: "0, or too little to compute", math.inf: "∞, or too much to compute"}


def _weight_text(weight):
    return _AT_THE_END.get(float(weight)) or number_text(weight)


def _score_text(z):
    return f"{round(z, 2) + 0.0:g}"


def _listed(scores):
    return ", ".join(map(_score_text, scores))


def changed(scores, change, amount):
    """Return the scores after a change; without the third word there are two."""
    scores = np.asarray(scores, dtype=np.float64)
    if change == "without":
        return scores[:2]
    return scores + (amount if change == "shift" else np.array([0.0, 0.0, amount]))


def _not_positive(rule, scores, before, labels, shifts):
    for z, w in zip(scores, before):
        near = max(map(abs, scores)) < FAR
        if not (0 < w < math.inf if near else w >= 0):
            told = f"among the scores {_listed(scores)}, {_score_text(z)} weighs {_weight_text(w)}"
            yield SEEN, Break(scores, "shift", 0, told)


def _not_in_order(rule, scores, weights, labels, shifts):
    for i, high in enumerate(scores):
        for j, low in enumerate(scores):
            tied = weights[i] == weights[j]
            lost = weights[i] < weights[j] or (tied and max(map(abs, scores)) < FAR)
            if high > low and lost and math.isfinite(weights[i] + weights[j]):
                one, other = told_apart(number_text, weights[i], weights[j])
                told = f"among the scores {_listed(scores)}, {_score_text(high)} " + (
                    f"and {_score_text(low)} both weigh {_weight_text(weights[i])}"
                    if tied
                    else f"weighs {one}, and {_score_text(low)} weighs {other}"
                )
                yield SEEN / (1 + tied), Break(scores, "shift", 0, told)  # rather lost than tied


def _moved_by_shift(rule, scores, weights, labels, shifts):
    for c in shifts:
        both = weights, rule(changed(scores, "shift", c))
        before, after = map(shares, both)
        moved = np.abs(after - before)
        if not np.isfinite(moved).all() or min(np.abs(w).sum() for w in both) < TINY:
            continue
        k = int(moved.argmax())
        one, other = told_apart(number_text, before[k], after[k])
        told = (
            f"adding {_score_text(c)} to the scores {_listed(scores)} takes {labels[k]} from "
            f"{one} to {other}"
        )
        yield moved[k], Break(scores, "shift", c, told)


def _moved_by_third(rule, scores, before, labels, shifts):
    for by in (None, *shifts):
        change = "without" if by is None else "third"
        after = rule(changed(scores, change, by))
        with np.errstate(all="ignore"):
            one, other = before[0] / before[1], after[0] / after[1]
            moved = abs(other / one - 1)
        # Only where the shares have a value, too.
        if not (np.isfinite(moved) and np.isfinite([*shares(before), *shares(after)]).all()):
            continue
        if np.abs([*before[:2], *after[:2]]).min() < TINY:
            continue
        first, second, third = labels
        how = f"without {third}" if by is None else f"with {third} at {_score_text(scores[2] + by)}"
        one, other = told_apart(number_text, one, other)
        told = (
            f"at the scores {_listed(scores)}, {first} has {one} times as much as {second}; {how} "
            f"it has {other} times as much"
        )
        yield moved, Break(scores, change, 0 if by is None else by, told)


_SEARCHES = {
    "positive": _not_positive,
    "order": _not_in_order,
    "shift": _moved_by_shift,
    "third": _moved_by_third,
}


def broken_demands(rule, labels, bank=BANK, shifts=SHIFTS):
    """Try a rule on some scores, and return what breaks each demand.

    The rule is called once for each list of scores, and once for each change of it.

    Parameters
    ----------
    rule : callable
        From scores, shape (n,), to weights.
    labels : sequence of str, length 3
    bank : sequence of tuple of float
        The lists of scores, of three each. Default: those on which every rule is tried.
    shifts : sequence of float
        What is added to all scores, and to the third.

    Returns
    -------
    dict of str to Break or None
        For each of `DEMANDS` the first break that is easy to see, or else the clearest one.
    """
    best = dict.fromkeys(_SEARCHES, (LEAST, None))
    for scores in bank:
        weights = rule(scores)
        for demand, search in _SEARCHES.items():
            for much, broken in search(rule, scores, weights, labels, shifts):
                if best[demand][0] < SEEN and much > best[demand][0]:
                    best[demand] = much, broken
    return {demand: broken for demand, (_, broken) in best.items()}


def base_of(rule):
    """Return the b of a rule that is b^z up to a constant factor: by how much one step multiplies.

    Parameters
    ----------
    rule : callable

    Returns
    -------
    float
    """
    one, zero, _ = rule((1, 0, -1))
    with np.errstate(all="ignore"):
        return float(np.float64(one) / zero)
