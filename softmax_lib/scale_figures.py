"""Pictures of notebook 10: distributions with zeros, and how many numbers a table is made of."""

import numpy as np

from .distributions import as_floats
from .figures import Picture, _axes, _listed, _names, _styled, _two_digits
from .palette import BLUE, INK, ORANGE, RED
from .sparse import entmax

__all__ = ["sparse_paths", "spectrum"]

# Where the corners of the triangle are drawn: the first at the top, then left, then right.
CORNERS = np.array([[0.5, np.sqrt(3) / 2], [0.0, 0.0], [1.0, 0.0]])
ROUNDING = 1e-7  # below this share a singular value is what rounding to float32 leaves of a 0
MAPS = {  # alpha: name, color, line, sign
    1.0: ("softmax", BLUE, "-", "o"),
    1.5: ("entmax 1.5", ORANGE, "--", "s"),
    2.0: ("sparsemax", RED, ":", "^"),
}


@_styled
def sparse_paths(logits, labels=None):
    """Draw where softmax, entmax 1.5 and sparsemax go on the triangle as the scores grow.

    Parameters
    ----------
    logits : array_like, shape (3,)
        Scores. The paths are of c times these, for c from 0, the center, upward; a sign stands
        at c = 1.
    labels : sequence of str, optional
        The three words: the corner at the top, the left one, the right one.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        When `logits` are not three.
    """
    z = as_floats(logits, "logits")
    if z.shape != (3,):
        raise ValueError(f"logits must be three scores, got shape {z.shape}")
    names = _names(labels, 3)
    figure, (ax,) = _axes(height=3.9)
    ax.plot(*CORNERS[[0, 1, 2, 0]].T, color=INK, linewidth=1)
    told, zeros = [], []
    factors = np.linspace(0, 8, 801)
    for alpha, (name, color, line, sign) in MAPS.items():
        path = entmax(factors[:, None] * z, alpha)
        ax.plot(*(path @ CORNERS).T, line, color=color)
        p = entmax(z, alpha)
        at = dict(zip("xy", (p @ CORNERS)[:, None]))
        ax.plot(*at.values(), sign, color=color, markeredgecolor=INK, markersize=9)
        ax.plot([], [], line, marker=sign, color=color, markeredgecolor=INK, label=name)
        told.append(f"{name} {_listed(names, p, _two_digits)}")
        some = np.flatnonzero((path == 0).any(axis=1))
        zeros.append(
            f"{name} from c = {_first_zero(z, alpha, factors[some[0]]):.2f}"
            if len(some)
            else f"{name} nowhere"
        )
    for name, (x, y), (dx, dy), side in zip(
        names, CORNERS, [(0, 5), (0, -5), (0, -5)], ["center", "left", "right"]
    ):
        ax.annotate(name, (x, y), (dx, dy), textcoords="offset points", ha=side,
                    va="bottom" if dy > 0 else "top", annotation_clip=False)  # fmt: skip
    ax.set(title="The same scores, three ways", aspect="equal", xlim=(-0.08, 1.08),
           ylim=(-0.12, 0.98), xticks=[], yticks=[],
           xlabel="c times the scores, from c = 0, the center")  # fmt: skip
    ax.spines[:].set_visible(False)
    figure.legend(frameon=False, loc="outside lower center", ncols=3)
    return Picture(
        figure,
        "Three paths on the triangle of distributions, of c times the scores for c from 0, the "
        f"center, to 8. The signs, at c = 1: {'; '.join(told)}. A word has exactly 0: "
        f"{', '.join(zeros)}.",
    )


def _first_zero(z, alpha, high):
    """Return the least c from which entmax of c z has a 0, between 0 and `high`: by bisection."""
    low = 0.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if (entmax(middle * z, alpha) == 0).any() else (middle, high)
    return high


@_styled
def spectrum(table, mark):
    """Draw the singular values of a table, from the largest down, and a line at one of them.

    Parameters
    ----------
    table : array_like, shape (n, m)
    mark : int
        After how many values the line stands.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        When `mark` is not from 1 to one less than the number of values.
    """
    values = np.linalg.svd(as_floats(table, "table"), compute_uv=False)
    if not 1 <= mark < len(values):
        raise ValueError(f"mark must be from 1 to {len(values) - 1}, got {mark}")
    shares = np.maximum(values / values[0], ROUNDING)
    figure, (ax,) = _axes()
    ax.plot(np.arange(1, len(values) + 1), shares, ".", color=BLUE)
    ax.axvline(mark + 0.5, color=INK, linestyle="--", linewidth=1.5)
    ax.annotate(f"after {mark}", (mark + 0.5, 1), (5, 0), textcoords="offset points", va="top")
    ax.set_yscale("log")
    ax.set_yticks([1, 1e-3, 1e-5, ROUNDING], ["1", "0.001", "1e-5", "1e-7 or\nless"])
    ax.minorticks_off()
    ax.set(title="Singular values, beside the largest", xlabel="place", ylabel="share")
    return Picture(
        figure,
        f"{len(values)} singular values of a table of {len(table)} by {np.shape(table)[1]}, from "
        f"the largest down, as shares of it. Number {mark} is {_power(shares[mark - 1])}, number "
        f"{mark + 1} is {_power(shares[mark])}.",
    )


def _power(share):
    """Write a share as a power of 10; what rounding leaves of a 0 differs between systems."""
    return (
        f"about 1e{round(np.log10(share))}" if share > ROUNDING else "below 1e-7: rounding, of a 0"
    )
