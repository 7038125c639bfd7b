"""The pictures of learning and of what was learned; `softmax_lib.figures` has what they share."""

import numpy as np

from .calibration import reliability
from .figures import Picture, _axes, _floats, _names, _styled, _text, _title, _unit_axis
from .palette import BLUE, GREEN, INK, LOW_TO_HIGH, PAPER, RED

__all__ = ["learning_curve", "pixel_tiles", "reliability_diagram", "surprise_curve"]

# A color and a texture for each of several curves.
LINES = ((RED, "-", "s"), (BLUE, "--", "o"), (GREEN, ":", "^"))


@_styled
def surprise_curve(marks=(0.9, 0.5, 0.1, 0.01)):
    """Draw the surprise -ln p against the probability p of what came.

    Parameters
    ----------
    marks : array_like, shape (n,)
        Probabilities above 0, at which the words give the value.

    Returns
    -------
    Picture
    """
    marks = _floats(marks, "marks")
    line = np.linspace(min(marks.min(), 0.004), 1, 500)
    figure, (ax,) = _axes()
    ax.plot(line, -np.log(line), color=RED)
    ax.plot(marks, -np.log(marks), "o", color=INK, markersize=8)
    for p in marks:
        ax.annotate(f"{-np.log(p):.2f}", (p, -np.log(p)), (8, 5), textcoords="offset points")
    ax.set_xlim(-0.02, 1.12)
    ax.set_ylim(0, -np.log(line[0]) * 1.1)
    ax.set(title="How surprised are you?", xlabel="probability of what came")
    ax.set_ylabel("surprise (nats)")
    return Picture(
        figure,
        "Falling curve of the surprise against the probability of what came, down to 0 at a "
        f"probability of 1. {', '.join(f'p = {p:g}: {-np.log(p):.2f} nats' for p in marks)}.",
    )


@_styled
def pixel_tiles(images, labels=None, title="Images", signed=False):
    """Draw rows of numbers as square images, five in a row.

    Parameters
    ----------
    images : array_like, shape (n, d)
        Each row is the d pixels of a square image, row by row.
    labels : list of str, optional
        What stands above each.
    title : str
    signed : bool, default False
        Numbers on both sides of 0, such as weights: purple below it, white at it, orange above it.
        Otherwise they go from 0, which is paper, to 1, which is ink.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        When a row is no square.
    """
    from matplotlib.colors import LinearSegmentedColormap

    paper_to_ink = LinearSegmentedColormap.from_list("paper to ink", [PAPER, INK])
    tiles = np.atleast_2d(_floats(images, "images"))
    side = round(tiles.shape[1] ** 0.5)
    if side * side != tiles.shape[1]:
        raise ValueError(f"images must have rows of a square's pixels, got {tiles.shape[1]}")
    title, labels = _text(title), _names(labels, len(tiles))
    columns = min(5, len(tiles))
    rows = -(-len(tiles) // columns)
    figure, grid = _axes(columns, height=0.5 + 1.3 * rows, rows=rows)
    size = np.abs(tiles).max() if signed else 1.0
    for ax in grid[len(tiles) :]:
        ax.remove()
    for ax, tile, label in zip(grid, tiles, labels):
        ax.pcolormesh(
            tile.reshape(side, side),
            cmap=LOW_TO_HIGH if signed else paper_to_ink,
            vmin=-size if signed else 0,
            vmax=size,
        )
        ax.set(aspect="equal", xticks=[], yticks=[], title=label, ylim=(side, 0))
        ax.spines[:].set_visible(True)
    figure.suptitle(_title(title), fontsize=13.5)
    if signed:
        told = [f"{a} {t.min():.2f} to {t.max():.2f}" for a, t in zip(labels, tiles)]
        words = f"Weights from lowest to highest: {', '.join(told)}."
    else:
        told = [f"{a} {t.mean():.2f}" for a, t in zip(labels, tiles)]
        words = f"Share of ink: {', '.join(told)}."
    one = "Square image" if len(tiles) == 1 else f"{len(tiles)} square images"
    return Picture(figure, f"{one} of {side} by {side} pixels, {title}. {words}")


@_styled
def learning_curve(losses, marks=(0, 10, 100)):
    """Draw how the loss falls, step by step.

    Parameters
    ----------
    losses : dict of str to array_like, shape (steps,)
        For each curve its name and its mean cross-entropy before the first step, after it, and so
        on, in nats.
    marks : sequence of int
        Steps at which the words give the values; the last one is added.

    Returns
    -------
    Picture
    """
    from matplotlib.ticker import MaxNLocator

    figure, (ax,) = _axes(height=3.3)
    parts = []
    for (color, style, _), (name, values) in zip(LINES, losses.items()):
        name, values = _text(name), _floats(values, "losses")
        steps = np.arange(len(values))
        ax.plot(steps, values, style, color=color, label=name)
        at = sorted({*(k for k in marks if k < len(values)), len(values) - 1})
        parts.append(f"{name}: {', '.join(f'{values[k]:.3f} at step {k}' for k in at)}")
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    ax.set_xlim(0)
    ax.set_ylim(0)
    figure.legend(frameon=False, loc="outside lower center", ncols=2)
    ax.set(title="The loss, step by step", xlabel="steps", ylabel="mean surprise (nats)")
    return Picture(figure, f"Curves of the mean surprise while learning. {'. '.join(parts)}.")


@_styled
def reliability_diagram(judged, bins=10, least=10):
    """Draw how often a classifier is right against how sure it was.

    The upright lines are 95 % intervals of the share that is right (Wilson, 1927, JASA 22): a bin
    with few cases says little.

    Parameters
    ----------
    judged : dict of str to tuple
        For each curve its name, and the favorites' probabilities with whether they were right, as
        `softmax_lib.calibration.reliability` takes them.
    bins : int, default 10
    least : int, default 10
        A bin with fewer cases is left out.

    Returns
    -------
    Picture
    """
    figure, (ax,) = _axes(height=4.6)
    ax.plot([0, 1], [0, 1], ":", color=INK, linewidth=1.5, label="calibrated")
    parts = []
    for (color, style, marker), (name, (confidences, correct)) in zip(LINES, judged.items()):
        found = reliability(confidences, correct, bins)
        counts, said, right = (column[found.counts >= least] for column in found)
        ax.plot(said, right, style, marker=marker, color=color, markersize=8, label=_text(name))
        for x, ends in zip(said, zip(*_wilson(right, counts))):
            ax.plot([x, x], ends, "-", color=color, linewidth=1)
        told = (f"{a:.2f} and {b:.2f} of {n}" for a, b, n in zip(said, right, counts))
        parts.append(f"{_text(name)}: {', '.join(told)}, {len(correct) - counts.sum()} left out")
    ax.set_xlim(0, 1.02)
    ax.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    _unit_axis(ax)
    ax.set_ylim(0, 1.02)
    figure.legend(frameon=False, loc="outside lower center", ncols=3)
    ax.set(title="Is it as often right as it is sure?", xlabel="probability of the favorite",
           ylabel="share that is right")  # fmt: skip
    return Picture(
        figure,
        "Reliability diagram: what the favorites have and how often they are right, bin by bin. "
        f"{'. '.join(parts)}, in bins of fewer than {least}. On the diagonal the two are equal.",
    )


def _wilson(shares, counts, z=1.96):
    """Return the ends of an interval for each share of so many cases."""
    middle = (shares + z**2 / (2 * counts)) / (1 + z**2 / counts)
    half = z * np.sqrt(shares * (1 - shares) / counts + (z / (2 * counts)) ** 2)
    half /= 1 + z**2 / counts
    return middle - half, middle + half
