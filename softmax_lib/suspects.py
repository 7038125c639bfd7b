"""Eight softmax functions of strangers: one is right, seven have a bug, six of them a reported one.

Each takes ``(logits, axis=-1, temperature=1.0)`` like the course's own, so each can drive the
storyteller. 11_capstone is where they are found out; who is who stands in :data:`SUSPECTS`.
"""

import numpy as np

from .softmax import softmax

__all__ = ["BUGS", "IN_FLOAT64", "SLY", "SUSPECTS", "candidate", "suspect"]

#: Bug, its symptom, and where a project had its like ("" for one without a report).
BUGS = {
    "right": ("none", ""),
    "T after exponentiating": (
        "the text is the same at every finite temperature above 0",
        "google/gemma.cpp#981",
    ),
    "T twice": ("right at T = 1, too wild above it, too dull below", "RL-Kernel#81"),
    "T multiplies": ("dull when you ask for wild, and the other way round", ""),
    "T never below 0.4": ("two texts at T = 0 differ", "FastDeploy#6748, a floor of 1e-6"),
    "wrong axis": ("nonsense at every temperature, also at 0", "PyTorch-NLP#2"),
    "softmax twice": (
        "far too wild at T = 0.2 and above; bent at T = 0 too, by attention",
        "jaehong31/CGES#1",
    ),
    "no maximum subtracted": (
        "right, until a large logit or a small T makes it break",
        "deeplearning4j#6039",
    ),
}


class Suspect:
    """A softmax function that does not tell its name."""

    def __init__(self, letter, function):
        self.letter = letter
        self._made_so = function

    def __call__(self, logits, axis=-1, temperature=1.0):
        return self._made_so(np.asarray(logits), axis, temperature)

    def __repr__(self):
        return f"suspect {self.letter}"

    def __deepcopy__(self, memo):
        return self


def _weights(z, axis):
    return np.exp(z - np.max(z, axis=axis, keepdims=True))


def _normalized(weights, axis):
    return weights / np.sum(weights, axis=axis, keepdims=True)


def _after(z, axis, temperature):
    if temperature == 0:
        return softmax(z, axis, 0)
    return _normalized(_weights(z, axis) / temperature, axis)


def _twice(z, axis, temperature):
    return softmax(z, axis, temperature * temperature)  # a float ** 2 may raise OverflowError


def _multiplies(z, axis, temperature):
    return softmax(z, axis, 1 / temperature if temperature else np.inf)


def _never_zero(z, axis, temperature):
    # The floor of the project, 1e-6, shows at near ties alone.
    return softmax(z, axis, max(temperature, 0.4))


def _wrong_axis(z, axis, temperature):
    # On a vector there is one axis only, so the last layer is right; attention is not.
    if z.ndim < 2 or not isinstance(axis, int):
        return softmax(z, axis, temperature)
    return softmax(z, (axis - 1) % z.ndim, temperature)


def _softmax_twice(z, axis, temperature):
    return softmax(softmax(z, axis), axis, temperature)


def _no_maximum(z, axis, temperature):
    return _no_maximum_64(z.astype(np.float32), axis, temperature)


def _no_maximum_64(z, axis, temperature):
    if temperature == 0:
        return softmax(z, axis, 0)
    with np.errstate(all="ignore"):
        return _normalized(np.exp(z / temperature), axis)


_FUNCTIONS = {
    "right": softmax,
    "T after exponentiating": _after,
    "T twice": _twice,
    "T multiplies": _multiplies,
    "T never below 0.4": _never_zero,
    "wrong axis": _wrong_axis,
    "softmax twice": _softmax_twice,
    "no maximum subtracted": _no_maximum,
}

# Which letter hides which: an order without a pattern, and the same for everybody, so that a
# class can talk about suspect C.
_ORDER = (
    "T twice",
    "wrong axis",
    "right",
    "T never below 0.4",
    "T after exponentiating",
    "no maximum subtracted",
    "T multiplies",
    "softmax twice",
)

#: The name of each suspect's bug, by letter.
SUSPECTS = dict(zip("ABCDEFGH", _ORDER))


#: Suspect F computes in float32. The same bug in float64 hides longer.
IN_FLOAT64 = Suspect("F in float64", _no_maximum_64)


def _first_of_ties(z, axis, temperature):
    p = softmax(z, axis, temperature)
    if temperature == 0:
        first = np.argmax(z, axis=axis, keepdims=True)
        p = np.zeros_like(p)
        np.put_along_axis(p, first, 1.0, axis=axis)
    return p


def _floored(z, axis, temperature):
    return softmax(z, axis, max(temperature, 0.4) if temperature else 0)


def _capped(z, axis, temperature):
    return softmax(z, axis, min(temperature, 2))


def _always_rows(z, axis, temperature):
    return softmax(z, z.ndim - 1, temperature)


def _masks_softly(z, axis, temperature):
    return softmax(np.where(np.isneginf(z), -100, z), axis, temperature)


#: Five more, each right wherever a quick test looks, by what they do wrong.
SLY = {
    "first of several largest takes all at T = 0": Suspect("sly 1", _first_of_ties),
    "T never below 0.4, but for T = 0": Suspect("sly 2", _floored),
    "T never above 2": Suspect("sly 3", _capped),
    "rows, whatever axis you ask for": Suspect("sly 4", _always_rows),
    "-100 in place of minus infinity": Suspect("sly 5", _masks_softly),
}


def suspect(letter):
    """Return one of the strangers' softmax functions.

    Parameters
    ----------
    letter : str
        "A" to "H".

    Returns
    -------
    Suspect
        Called like ``softmax(logits, axis=-1, temperature=1.0)``.

    Raises
    ------
    ValueError
        When there is no such suspect.
    """
    if letter not in SUSPECTS:
        raise ValueError(f"letter must be one of {', '.join(SUSPECTS)}, got {letter!r}")
    return Suspect(letter, _FUNCTIONS[SUSPECTS[letter]])


def _another_right(z, axis, temperature):
    """Take another way than the course: right, and other in the last digits."""
    right = softmax(z, axis, temperature)  # refuses what the course refuses
    if temperature == 0:
        return right
    if temperature == np.inf:
        gaps = np.where(np.isneginf(z), z, 0.0)  # minus infinity / infinity is NaN
    else:
        gaps = (z - np.max(z, axis=axis, keepdims=True)) / temperature
    return np.exp(gaps - np.log(np.sum(np.exp(gaps), axis=axis, keepdims=True)))


class _Candidate:
    """A softmax function that has no name at all: it tells nothing but by what it returns."""

    __slots__ = ("_give",)

    def __init__(self, function):
        self._give = lambda *given: function(*given)

    def __call__(self, logits, axis=-1, temperature=1.0):
        return self._give(np.asarray(logits), axis, temperature)

    def __repr__(self):
        return "candidate"

    def __deepcopy__(self, memo):
        return self


def candidate(g):
    """Return a softmax function without a name: one in four is right, the others have a bug each.

    Parameters
    ----------
    g : numpy.random.Generator

    Returns
    -------
    callable
        Called like ``softmax(logits, axis=-1, temperature=1.0)``.
    """
    right = [softmax, _another_right]
    wrong = [_FUNCTIONS[bug] for bug in SUSPECTS.values() if bug != "right"] + [_no_maximum_64]
    some = right if g.random() < 0.25 else wrong
    return _Candidate(some[g.integers(len(some))])
