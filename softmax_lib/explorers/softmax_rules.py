"""From scores to probabilities in other ways, and which requirement each breaks.

widgets/arithmetic.js does the same in the browser: the same steps in the same order, and the same
sentences.
"""

import math
from dataclasses import dataclass

import numpy as np

from ..softmax import exponentiate, softmax

__all__ = [
    "FORMS",
    "PRECISIONS",
    "RULES",
    "Setup",
    "broken_rules",
    "choices",
    "compute",
    "told_apart",
]

# What each can be, and what a learner reads for it. A rule also says what T does to it.
RULES = {
    "softmax": ("softmax: e^z ÷ sum", ""),
    "share": ("share: z ÷ sum", "T cancels"),
    "square": ("squares: z² ÷ sum", "T cancels"),
    "abs": ("sizes: |z| ÷ sum", "T cancels"),
    "softplus": ("softplus: ln(1 + e^z) ÷ sum", ""),
    "argmax": ("argmax: all to the largest", "T changes nothing"),
}
FORMS = {
    "paper": "as on paper, with exact numbers",
    "raw": "as written, e^z first",
    "shifted": "the maximum subtracted first",
}
PRECISIONS = {
    "float64": "float64: e^x overflows above x = 709.78",
    "float32": "float32: e^x overflows above x = 88.72",
    "float16": "float16: e^x overflows above x = 11.09",
}
BASES = (1.5, 2.0, math.e, 3.0, 10.0)


def choices(base, show_temperature):
    """Return what the explorer's switches offer, as JSON can hold it.

    Parameters
    ----------
    base : float
        Offered too, whatever it is.
    show_temperature : bool
        Whether to say what T does to each rule.

    Returns
    -------
    dict of str to [str, list]
        For each switch, its label and its options: pairs of a value and what it is called.
    """
    rules = [
        [rule, f"{text}; {effect}" if effect and show_temperature else text]
        for rule, (text, effect) in RULES.items()
    ]
    bases = [[b, _base_text(b)] for b in sorted({*BASES, base})]
    return {
        "rule": ["Rule", rules],
        "base": ["Base", bases],
        "form": ["Computed", [list(pair) for pair in FORMS.items()]],
        "precision": ["in precision", [list(pair) for pair in PRECISIONS.items()]],
    }


@dataclass(frozen=True)
class Setup:
    """How probabilities are worked out.

    Attributes
    ----------
    temperature : float
    base : float
        Of the exponential; above 1.
    form : str
        "paper" is the formula with exact numbers; "raw" computes e^(z/T) as written; "shifted"
        subtracts the maximum first.
    precision : str
        Of each step of "raw" and "shifted".
    rule : str
        What turns a score into a weight.
    """

    temperature: float = 1.0
    base: float = math.e
    form: str = "paper"
    precision: str = "float64"
    rule: str = "softmax"


def _base_text(base):
    if base == math.e:
        return "e"
    t = f"{1 / math.log(base):.2f}"
    return f"{base:g}: T = 1 ÷ ln {base:g}, about {t}; {base:g}^z = e^(z ÷ T)"


def compute(logits, setup):
    """Return weights, their sum and the probabilities, as Python floats.

    Parameters
    ----------
    logits : sequence of float
    setup : Setup

    Returns
    -------
    logs : list of float or None
        Logarithms of the weights, which may be too large for a number; for "paper" only.
    weights : list of float or None
    total : float or None
    probabilities : list of float
        May hold NaN, infinities and numbers outside [0, 1].
    """
    t = setup.temperature
    if setup.rule == "softmax" and setup.form == "paper":
        t = t / math.log(setup.base)
        if 0 < t < math.inf:
            logs = [z / t for z in logits]
        else:  # at the limits of T the weights have the maximum removed
            logs = [0.0 if w else -math.inf for w in exponentiate(logits, temperature=t)]
        return logs, None, None, softmax(logits, temperature=t).tolist()
    stepwise = setup.rule == "softmax"
    kind = np.dtype(setup.precision if stepwise else "float64").type
    with np.errstate(all="ignore"):
        weights = _in_steps(logits, setup, kind) if stepwise else _by_rule(logits, setup)
        total = kind(0)
        for weight in weights:
            total = kind(total + kind(weight))
        probabilities = [float(kind(kind(w) / total)) for w in weights]
    return None, [float(w) for w in weights], float(total), probabilities


def _in_steps(logits, setup, kind):
    """Return e^(z/T) as a computer works it out: each step rounds, and may overflow."""
    t, z = setup.temperature, [kind(x) for x in logits]
    if not 0 < t < math.inf:
        return exponentiate(np.array(z, dtype=np.float64), temperature=t).tolist()
    z = [kind(x / kind(t)) for x in z]
    if setup.form == "shifted":
        z = [kind(x - max(z)) for x in z]
    # exp itself in float64, then rounded: numpy's float16 and float32 ones differ by machine.
    power = np.exp if setup.base == math.e else (lambda x: np.float64(setup.base) ** x)
    return [kind(power(np.float64(x))) for x in z]


def _by_rule(logits, setup):
    t, rule = setup.temperature, setup.rule
    if rule == "argmax":
        return [float(z == max(logits)) for z in logits]
    weight = {"share": lambda z: z, "square": lambda z: z * z, "abs": abs}.get(rule)
    if weight is None:  # softplus
        if t == 0:
            weight = lambda z: max(z, 0.0)  # noqa: E731
        else:
            weight = lambda z: max(z / t, 0.0) + math.log1p(math.exp(-abs(z / t)))  # noqa: E731
    return [np.float64(0 if z == -math.inf else weight(z)) for z in logits]


def broken_rules(logits, probabilities, labels, setup):
    """Return one sentence for each requirement that is broken, about these scores.

    Besides the two requirements of a distribution: a larger score gets more, and adding the same
    to every score changes nothing.

    Parameters
    ----------
    logits, probabilities : sequence of float
    labels : sequence of str
    setup : Setup

    Returns
    -------
    list of str
    """
    p, broken = probabilities, []
    for label, x in zip(labels, p):
        if math.isnan(x):
            return [f"each value must be a number, but {label} is NaN"]
    low = next((i for i, x in enumerate(p) if x < 0), None)
    high = next((i for i, x in enumerate(p) if x > 1 + 1e-6), None)
    if low is not None:
        broken.append(f"each value must be at least 0, but {labels[low]} is {_text(p[low])}")
    if high is not None:
        broken.append(f"each value must be at most 1, but {labels[high]} is {_text(p[high])}")
    epsilon = float(np.finfo(setup.precision).eps)
    total = 0.0
    for x in p:
        total += x
    if not abs(total - 1) <= max(1e-6, min(8 * len(p) * epsilon, 0.01)):
        broken.append(f"the sum must be 1, but it is {_text(total)}")
    if setup.rule == "softmax":
        return broken
    order = sorted(range(len(p)), key=lambda i: -logits[i])
    for i, j in zip(order, order[1:]):
        if logits[i] > logits[j] and not p[i] > p[j]:
            more = "gets less" if p[i] < p[j] else "gets no more"
            broken.append(f"a larger score must get more, but {labels[i]} {more} than {labels[j]}")
            break
    shifted = compute([z + 1 for z in logits], setup)[-1]
    gaps = [math.inf if math.isnan(x - y) else abs(x - y) for x, y in zip(p, shifted)]
    # Of those that move alike the first one, here and in the browser: rounding must not choose.
    moved = next(i for i, gap in enumerate(gaps) if gap >= max(gaps) - 1e-9)
    if gaps[moved] > 1e-6:
        before, after = told_apart(_text, p[moved], shifted[moved])
        broken.append(
            f"adding 1 to every score must change nothing, but {labels[moved]} goes from {before} "
            f"to {after}"
        )
    return broken


def told_apart(text, x, y):
    """Return two numbers as texts, with as many digits as it takes to tell one from the other."""
    digits = next((d for d in range(2, 17) if text(x, d) != text(y, d)), 17)
    return text(x, digits), text(y, digits)


def _text(x, digits=2):
    if math.isinf(x):
        return "∞" if x > 0 else "-∞"
    text = "NaN" if math.isnan(x) else f"{x:.{digits}f}"
    return text.removeprefix("-") if text.strip("-0.") == "" else text
