"""Why the exponential: type any rule from a score to a weight, and see what breaks it."""

import math

import numpy as np
import traitlets

from ..distributions import as_floats, as_number
from ..widgets.base import NO_ECHO, Checked, Explorer, module_text, names, style_text
from .beat_softmax_explorer import finite_scores
from .static import probability_text, static_table
from .triangle_explorer import score_texts
from .weight_rules import (
    DEMANDS,
    EXAMPLES,
    SHIFTS,
    TRIALS,
    base_of,
    broken_demands,
    changed,
    number_text,
    read_rule,
    shares,
    without_shares,
)

__all__ = ["RuleExplorer"]

CHANGES = ("shift", "third", "without")
FARTHEST = 10.0  # that a change goes


def _rule(text, explorer=None):
    read_rule(text)  # raises
    return text


def _change(value, explorer=None):
    if value not in CHANGES:
        raise ValueError(f"change must be one of {', '.join(CHANGES)}, got {value!r}")
    return value


def _amount(value, explorer=None):
    if isinstance(value, bool):
        raise TypeError(f"amount must be one real number, got {value!r}")
    amount = as_number(value, "amount")
    if not -FARTHEST <= amount <= FARTHEST:
        raise ValueError(f"amount must be from {-FARTHEST:g} to {FARTHEST:g}, got {value}")
    return amount


class RuleExplorer(Explorer):
    """Any rule from a score to a weight, put to the demands that only b^z meets.

    The probability of a word is its weight divided by the sum of the weights. Type a rule, drag the
    scores, add a number to all of them, move a third word or leave it out. The explorer tries the
    rule on a bank of scores and on those that it shows, and shows what breaks a demand, with
    numbers. Where nothing breaks, it says with which base b the rule agrees there: b is a unit, for
    b^z = e^(z ln b), which is softmax at the temperature 1 / ln b. No trial of some scores can
    prove that the rule does so at all others.

    The browser reads the rule and does the arithmetic, so nothing waits for Python.

    Parameters
    ----------
    rule : str, default "z - min(z) + 1"
        An expression in z, the score of a word: numbers, ``e``, ``pi``, ``+ - * / ^`` (or ``**``),
        ``exp``, ``log`` (or ``ln``), ``sqrt``, ``abs``, and ``min``, ``max``, ``sum``, ``mean``,
        which of z alone look at all words. It is read, and never run as code.
    logits : array_like, shape (3,), default (1, 0, -1)
        Finite scores.
    labels : sequence of str, optional
        The words; the last is the third one. Default: 0, 1, 2.
    change : {"shift", "third", "without"}
        What is done to the scores: `amount` is added to all of them, or to the third, or the third
        word is left out.
    amount : float, default 1.0
        From -10 to 10.
    title : str, optional
        A heading; also what a screen reader calls the explorer.

    Attributes
    ----------
    rule, change : str
    amount : float
    logits : list of float
        Assign a whole list: changing one entry in place is not noticed.
    weights, probabilities, after : numpy.ndarray of float64
        Of the scores, and the probabilities after the change; without the third word, two.
    broken : dict of str to str
        For each demand that is broken ("positive", "order", "shift", "third") what breaks it.
    base : float or None
        The b of b^z when nothing that was tried breaks a demand.

    Raises
    ------
    ValueError, TypeError
        When an argument, or what you assign later, is out of its range; the message names it.

    References
    ----------
    R. D. Luce, Individual Choice Behavior: A Theoretical Analysis (1959): the choice axiom.
    """

    _esm = module_text("explorers/rule_explorer")
    _css = style_text("widgets/triangle", "explorers/rule_explorer")

    start = traitlets.Dict(read_only=True).tag(sync=True)  # where Reset goes back to
    examples = traitlets.List(list(EXAMPLES), read_only=True).tag(sync=True)
    trials = traitlets.Dict(TRIALS, read_only=True).tag(sync=True)
    labels = Checked(lambda values, _: names(values, 3, "labels"), range(3))
    logits = Checked(finite_scores, (0, 0, 0), **NO_ECHO)
    rule = Checked(_rule, "z", **NO_ECHO)
    change = Checked(_change, "shift", **NO_ECHO)
    amount = Checked(_amount, 1.0, **NO_ECHO)

    def __init__(
        self,
        rule="z - min(z) + 1",
        logits=(1, 0, -1),
        labels=None,
        *,
        change="shift",
        amount=1.0,
        title=None,
    ):
        super().__init__(
            rule=rule,
            labels=range(3) if labels is None else labels,
            logits=logits,
            change=change,
            amount=amount,
            title="" if title is None else str(title),
        )
        start = {name: getattr(self, name) for name in ("rule", "logits", "change", "amount")}
        self.set_trait("start", start)

    @property
    def weights(self):
        return read_rule(self.rule)(self.logits)

    @property
    def probabilities(self):
        return shares(self.weights)

    @property
    def after(self):
        return shares(self._weights_after())

    def _weights_after(self):
        return read_rule(self.rule)(changed(self.logits, self.change, self.amount))

    @property
    def broken(self):
        return {demand: one.told for demand, one in self._found().items() if one}

    @property
    def base(self):
        return None if self.broken else base_of(read_rule(self.rule))

    def _found(self):
        """What breaks the rule: on the bank of scores, or else on those that are shown."""
        rule = read_rule(self.rule)
        shown, shifts = [tuple(self.logits)], (*SHIFTS, self.amount)
        here = broken_demands(rule, self.labels, shown, shifts)
        return {k: one or here[k] for k, one in broken_demands(rule, self.labels).items()}

    def trial(self, rule):
        """Try a rule on the bank of scores, and do not show it; it may be a function of yours.

        Parameters
        ----------
        rule : str or callable
            A function gets an array of scores, shape (n,), and returns their weights.

        Returns
        -------
        broken : dict of str to str
        base : float or None
            Both as the attributes say.

        Raises
        ------
        ValueError, TypeError
            When the text is no rule, or the function does not return a weight for each score.
        """
        weights = _checked(rule) if callable(rule) else read_rule(rule)
        found = broken_demands(weights, self.labels)
        broken = {demand: one.told for demand, one in found.items() if one}
        return broken, None if broken else base_of(weights)

    # --- Where nothing can be typed ---

    @property
    def description(self):
        """What the explorer shows, in a few sentences."""
        first, second, third = self.labels
        scores = ", ".join(map(" ".join, zip(self.labels, score_texts(self.logits))))
        by = f"{self.amount:g}"
        how = {
            "shift": f"{by} added to all scores",
            "third": f"{by} added to the score of {third}",
            "without": f"{third} left out",
        }[self.change]
        parts = [
            f"{self.title or 'Rule explorer'}: a rule from a score z to a weight, to type. Rule: "
            f"{self.rule}",
            f"Scores: {scores}. Weights: {', '.join(map(number_text, self.weights))}",
            f"Probabilities: {_shares_text(self.weights)}",
            f"With {how}: {_shares_text(self._weights_after())}",
        ]
        broken = self.broken
        parts += [f"Broken: {DEMANDS[name]}, but {told}" for name, told in broken.items()]
        if not broken:
            parts.append("Nothing that was tried breaks it")
            parts.append(_unit(self.base))
        return ". ".join(parts) + "."

    def _table(self):
        heads = ["rule", *("positive", "in order", "shift", "third word")]
        rows = []
        for rule in dict.fromkeys((self.rule, *EXAMPLES)):
            weights = read_rule(rule)
            shown = rule == self.rule
            found = self._found() if shown else broken_demands(weights, self.labels)
            marks = ["✗ broken" if broken else "✓ so far" for broken in found.values()]
            told = next((b.told for b in found.values() if b), None) or _unit(base_of(weights))
            rows.append([rule, *marks, told])
        return static_table(self.description, "type a rule of your own", [*heads, "why"], rows)


def _checked(function):
    """Return a learner's function, which says so when it does not return weights."""

    def weights(scores):
        scores = np.array(scores, dtype=np.float64)  # of its own: the function may write into it
        made = as_floats(function(scores), "what rule returned").astype(np.float64)
        if made.shape != scores.shape:
            raise ValueError(
                f"rule must return a weight for each of the {len(scores)} scores, got shape "
                f"{made.shape}"
            )
        return made

    return weights


def _shares_text(weights):
    why = without_shares(weights)
    return f"none, since {why}" if why else ", ".join(map(probability_text, shares(weights)))


def _unit(b):
    """Say b with as many digits as it takes to find T, as it is shown, from b."""
    t = number_text(1 / math.log(b))
    texts = [number_text(b, digits) for digits in range(2, 18)]
    found = (x for x in texts if float(x) != 1 and number_text(1 / math.log(float(x))) == t)
    shown = next(found, texts[-1])
    there = f"On these scores it goes as b^z with b = {shown}"
    return f"{there}, so T = 1 / ln b = {t}"
