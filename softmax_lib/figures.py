"""Every picture of the course, each with its words.

A function here takes numbers and returns a `Picture`: an image, and one or two sentences that say
what the image shows. The sentences are built from the same numbers as the image. They are the alt
text, the caption, and the text that the regression tests compare.
"""

import base64
import functools
import html
import io
import logging
import re
import sys
import textwrap
import warnings

import numpy as np

from .distributions import as_floats, as_number, entropy
from .palette import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    LOW_TO_HIGH,
    ORANGE,
    PAPER,
    PURPLE,
    RED,
    THEME_INK,
    THEME_PAPER,
    on_dark,
)
from .sampling import rank
from .softmax import as_temperature, softmax

# Matplotlib is imported where something is drawn: in a browser that alone takes a second.
if sys.platform == "emscripten":
    # A browser keeps no list of fonts from one visit to the next: nobody need read of it each time.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

__all__ = [
    "Picture",
    "attention_pattern",
    "attention_rows",
    "bell_race",
    "count_bars",
    "cumulative_draw",
    "cut_bars",
    "draw_frequencies",
    "entropy_curve",
    "exponential_curve",
    "gap_curve",
    "matrix_times_vector",
    "probability_bars",
    "rivals",
    "saturation",
    "soft_and_hard_maximum",
    "stages",
    "temperature_strip",
]

# Inches, and points of the smallest text. In JupyterLab with its list of files, a window of 800
# pixels leaves a figure 340 of them: there that text is 11 pixels high.
WIDTH, SMALL = 5.4, 12.5
DPI = 150
STYLE = {
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "font.family": "DejaVu Sans",
    "font.size": SMALL,
    "axes.titlesize": 13.5,
    "axes.labelsize": SMALL,
    "figure.labelsize": SMALL,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 2.5,
    "hatch.linewidth": 0.8,
    "svg.hashsalt": "softmax",
    "text.parse_math": False,  # a label is text: "$5 and $6" is no formula
}


# A dark page turns light and dark around and keeps the hue: blue stays the color of probabilities.
# The image itself stays as it is, dark on white. That is what GitHub shows, since it takes no style
# sheet, and one image serves every theme, in exported pages too.
FILTER = "invert(.93) hue-rotate(180deg)"
DARK_PAGE = f"<style>{on_dark('.softmax-figure img')}{{filter:{FILTER}}}</style>"


class Picture:
    """An image that carries its own description.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What to show.
    description : str
        One or two sentences with the figure's numbers.

    Attributes
    ----------
    description : str
    png : bytes
        The image, dark on white.
    """

    def __init__(self, figure, description):
        self.description = " ".join(description.split())
        buffer = io.BytesIO()
        # No metadata: the same picture is the same bytes, whatever drew it.
        figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
        self.png = buffer.getvalue()

    def __repr__(self):
        return self.description

    def _repr_mimebundle_(self, include=None, exclude=None):
        image = base64.b64encode(self.png).decode()
        alt = html.escape(self.description)
        # The caption repeats the alt text for the eye; a screen reader need not hear it twice.
        page = (
            f'{DARK_PAGE}<figure class="softmax-figure" style="margin:0;padding:10px;'
            f'max-width:640px;background:{THEME_PAPER};color:{THEME_INK}">'
            f'<img alt="{alt}" src="data:image/png;base64,{image}" '
            'style="max-width:100%;height:auto">'
            f'<figcaption aria-hidden="true" style="font-size:90%">{alt}</figcaption></figure>'
        )
        return {"text/plain": self.description, "text/html": page, "image/png": image}


def _styled(draw):
    """Draw under the course's style sheet, whatever the learner's own settings are."""

    @functools.wraps(draw)
    def styled(*args, **options):
        import matplotlib as mpl

        with mpl.rc_context(), warnings.catch_warnings():
            # A character that the font lacks is drawn as a box; the words have it as it is.
            warnings.filterwarnings("ignore", r"Glyph \d+|Matplotlib currently does not support")
            mpl.rcdefaults()
            mpl.rcParams.update(STYLE)
            return draw(*args, **options)

    return styled


def _axes(columns=1, height=3.0, rows=1, **options):
    """Return a figure of the course's style and its axes, row by row."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **options).ravel()


def _two_digits(x):
    """Write a number with two digits; what is positive is never written as 0."""
    return "<0.01" if 0 < x < 0.005 else f"{x:.2f}"


def _thousands(n):
    return f"{n:,.15g}"


def _floats(values, name):
    """Return numbers of any kind as a new array of float64."""
    return as_floats(values, name).astype(np.float64)


def _title(text):
    """Return a title in lines that fit a figure."""
    return "\n".join(textwrap.fill(line, 38) for line in text.splitlines())


def _row_heights(count):
    """Return how many inches that many bars below each other take."""
    return 0.29 * count


def _bars(ax, values, labels, color, number, hatch=None, symbol=None):
    """Draw labeled bars below each other, with their numbers, and symbols, at their ends."""
    places = np.arange(len(values))
    ax.barh(places, values, color=color, edgecolor=INK, hatch=hatch, height=0.7)
    ax.set_yticks(places, labels)
    ax.set_ylim(len(values) - 0.4, -0.6)
    for place, value in zip(places, values):
        # Behind the bar's end; what points to the left has its number right of zero, in free space.
        text = number(value) if symbol is None else f"{symbol(place + 1)}: {number(value)}"
        ax.annotate(text, (max(value, 0), place), (4, 0), textcoords="offset points",
                    va="center_baseline", parse_math=symbol is not None)  # fmt: skip
    if min(values) < 0:
        ax.axvline(0, color=INK, linewidth=1)


def _make_room(figure, points):
    """Widen the axes of values so that a number of so many points fits behind each bar's end."""
    figure.draw_without_rendering()
    for ax in figure.axes:
        room = points / 72 / (ax.get_window_extent().width / figure.dpi)
        low, high = min(ax.dataLim.x0, 0), max(ax.dataLim.x1, 0)
        ax.set_xlim(low - 0.05 * (high - low) * (low < 0), high + (high - low) * room / (1 - room))


def _unit_axis(ax):
    """Fix the axis at 0 to 1, so that pictures can be compared."""
    ax.set_ylim(0, 1.12)
    ax.set_yticks([0, 0.5, 1])


def _unit_bars(ax, room=0.12):
    """The same for bars below each other, with room for a number behind the longest."""
    ax.set_xlim(0, 1 + room)
    ax.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])


def _listed(labels, values, number=_two_digits):
    return ", ".join(f"{a} {number(b)}" for a, b in zip(labels, values))


# Control characters and halves of characters (surrogates): no font has them, no page takes them.
_UNREADABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def _text(text):
    """Return a learner's text as it can be drawn, with a mark for each unreadable character."""
    return _UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", str(text))


def _names(labels, count):
    labels = list(map(_text, range(count) if labels is None else labels))
    if len(labels) != count:
        raise ValueError(f"labels must have one name for each of {count} values, got {len(labels)}")
    return labels


@_styled
def probability_bars(probabilities, labels=None, title="Probabilities", top=8):
    """Draw probabilities as bars on a fixed axis from 0 to 1.

    Parameters
    ----------
    probabilities : array_like, shape (n,)
    labels : list of str, optional
    title : str
    top : int, default 8
        Show this many of the largest; the others together become one last bar.

    Returns
    -------
    Picture
    """
    p = _floats(probabilities, "probabilities")
    title, labels = _text(title), _names(labels, len(p))
    if len(p) > top:
        order = rank(p)[:top]
        rest = len(p) - top
        labels = [labels[i] for i in order] + [f"{rest} other{'s' * (rest > 1)}"]
        p = np.append(p[order], p.sum() - p[order].sum())
    figure, (ax,) = _axes(height=1.1 + _row_heights(len(p)))
    _bars(ax, p, labels, BLUE, _two_digits)
    ax.set(title=_title(title), xlabel="probability")
    if p.min() >= 0 and p.max() <= 1:
        _unit_bars(ax)
    else:
        _make_room(figure, 45)
    total = p.sum()
    exact = "" if abs(p.round(2).sum() - total) < 0.005 else ", before rounding"
    words = f"Bar chart, {title}: {_listed(labels, p)}. Together{exact}: {total:.2f}."
    return Picture(figure, words)


@_styled
def count_bars(counts, title="Counts", top=None):
    """Draw counts as bars.

    Parameters
    ----------
    counts : dict of str to int
    title : str
    top : int, optional
        Draw this many of the largest counts alone, in the order of `softmax_lib.sampling.rank`;
        all of them, as they are given, by default.

    Returns
    -------
    Picture
    """
    title, labels = _text(title), _names(counts, len(counts))
    values = _floats(list(counts.values()), "counts")
    if top is not None:
        order = rank(values)[:top]
        labels, values = [labels[k] for k in order], values[order]
    figure, (ax,) = _axes(height=1.1 + _row_heights(len(values)))
    _bars(ax, values, labels, ORANGE, _thousands, hatch="//")
    ax.set(title=_title(title), xlabel="times seen")
    _make_room(figure, 12 + 8 * len(_thousands(max(values))))
    return Picture(
        figure,
        f"Bar chart, {title}: {_listed(labels, values, _thousands)}. "
        f"Together: {_thousands(values.sum())}.",
    )


@_styled
def draw_frequencies(probabilities, draws, labels=None):
    """Draw how often each entry came up, beside how often it should.

    Parameters
    ----------
    probabilities : array_like, shape (n,)
    draws : array_like of int
        Indices that were drawn.
    labels : list of str, optional

    Returns
    -------
    Picture
    """
    p = _floats(probabilities, "probabilities")
    labels = _names(labels, len(p))
    share = np.bincount(draws, minlength=len(p)) / len(draws)
    figure, (ax,) = _axes(height=1.4 + 0.45 * len(p))
    places = np.arange(len(p))
    ax.barh(places - 0.2, p, 0.38, color=BLUE, edgecolor=INK, label="probability")
    ax.barh(places + 0.2, share, 0.38, color=ORANGE, edgecolor=INK, hatch="//", label="drawn")
    ax.set_yticks(places, labels)
    ax.set_ylim(len(p) - 0.4, -0.6)
    _unit_bars(ax)
    figure.legend(frameon=False, loc="outside lower center", ncols=2)
    ax.set(title=f"{len(draws):,} draws", xlabel="share")
    return Picture(
        figure,
        f"Paired bars after {len(draws):,} draws, probability and share drawn: "
        + ", ".join(f"{a} {x:.3f} and {y:.3f}" for a, x, y in zip(labels, p, share))
        + f". Largest difference: {np.abs(p - share).max():.3f}.",
    )


@_styled
def cumulative_draw(probabilities, u, labels=None):
    """Draw the probabilities end to end from 0 to 1, and where the number `u` lands.

    Parameters
    ----------
    probabilities : array_like, shape (n,)
    u : float
        A number in [0, 1).
    labels : list of str, optional

    Returns
    -------
    Picture
    """
    p = _floats(probabilities, "probabilities")
    u, labels = as_number(u, "u"), _names(labels, len(p))
    ends = np.cumsum(p)
    drawn = min(int(np.searchsorted(ends, u, side="right")), len(p) - 1)
    figure, (ax,) = _axes(height=2.6)
    # To half a pixel: what a model rounds differently on another machine is drawn the same.
    places = np.round([0, *ends], 3)
    texts = []
    for k, (start, end) in enumerate(zip(places, places[1:])):
        color, hatch = (BLUE, None) if k == drawn else (FAINT, "//")
        ax.barh(0, end - start, left=start, height=0.9, edgecolor=INK, color=color, hatch=hatch)
        box = {"facecolor": PAPER, "edgecolor": INK, "boxstyle": "round,pad=0.15"}
        texts.append(ax.text((start + end) / 2, 0, labels[k], ha="center", va="center", bbox=box))
    ax.annotate(f"u = {u:.2f}", (u, 0.45), (min(max(u, 0.07), 0.93), 0.8), ha="center",
                arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 2})  # fmt: skip
    ax.set(xlim=(0, 1), ylim=(-0.5, 1.05), yticks=[], xlabel="running total of the probabilities")
    ax.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1], ["0", "0.2", "0.4", "0.6", "0.8", "1"])
    ax.spines["left"].set_visible(False)
    figure.draw_without_rendering()
    for text, piece in zip(texts, ax.patches):
        _fit(text, piece.get_window_extent())
    return Picture(
        figure,
        "The probabilities laid end to end from 0 to 1: "
        + ", ".join(f"{a} ends at {b:.2f}" for a, b in zip(labels, ends))
        + f". The random number u = {u:.2f} lands in {labels[drawn]}.",
    )


@_styled
def bell_race(times, labels=None):
    """Draw a race: how long each entry waits for its bell, and which rings first.

    Parameters
    ----------
    times : array_like, shape (n,)
        Positive; the smallest wins.
    labels : list of str, optional

    Returns
    -------
    Picture
    """
    times = _floats(times, "times")
    labels = _names(labels, len(times))
    first = int(times.argmin())
    figure, (ax,) = _axes(height=1.1 + _row_heights(len(times)))
    _bars(ax, times, labels, FAINT, _two_digits, hatch="//")
    ax.patches[first].set(color=BLUE, hatch=None, edgecolor=INK)
    ax.texts[first].set_text(f"{_two_digits(times[first])}, first")
    ax.set(title="Who rings first?", xlabel="time until the bell rings")
    _make_room(figure, 90)
    return Picture(
        figure,
        f"Bar chart of the time until each bell rings: {_listed(labels, times)}. "
        f"{labels[first]} is first.",
    )


FRAME = 10  # pixels that a label's frame adds to its width


def _fit(text, frame):
    """Turn a label upright where it is wider than its piece, and leave it out where that is too."""
    for angle in (0, 90):
        text.set_rotation(angle)
        box = text.get_window_extent()
        if box.width + FRAME <= frame.width and box.height + FRAME <= frame.height:
            return
    text.remove()


RIVALS = {
    "absolute value": np.abs,
    "square": np.square,
    "clip at 0": lambda z: np.maximum(z, 0),
    "add 3": lambda z: z + 3,
    "e to the z": np.exp,
}


@_styled
def rivals(scores=(-4.0, -1.0, 0.0, 2.0)):
    """Draw candidate ways to make scores positive, and what each one breaks.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Ascending scores to try every candidate on.

    Returns
    -------
    Picture
    """
    z = _floats(scores, "scores")
    line = np.linspace(z.min() - 0.5, z.max() + 0.5, 200)
    figure, row = _axes(3, height=5.2, rows=2)
    parts = []
    for ax, (name, candidate) in zip(row, RIVALS.items()):
        w = candidate(z)
        faults = []
        if (w < 0).any():
            faults.append("negative")
        if (np.diff(w) < 0).any():
            faults.append("order lost")
        elif (np.diff(w) == 0).any():
            faults.append("ties made")
        if (w == 0).any():
            faults.append("zeros")
        verdict = " and ".join(faults) or "positive, in order"
        ax.plot(line, candidate(line), color=RED if faults else GREEN,
                linestyle="--" if faults else "-")  # fmt: skip
        ax.plot(z, w, "o", color=INK)
        ax.axhline(0, color=INK, linewidth=1)
        mark = textwrap.fill(f"{'✗' if faults else '✓'} {verdict}", 13)
        ax.set_title(f"{name}\n{mark}", fontsize=SMALL)
        ax.set_xticks([-4, -2, 0, 2])
        ax.set_xlabel("score z")
        parts.append(f"{name} gives {', '.join(f'{x:.2f}' for x in w)} ({verdict})")
    for ax in row[: len(RIVALS) : 3]:
        ax.set_ylabel("weight")
    for ax in row[len(RIVALS) :]:
        ax.remove()
    return Picture(
        figure,
        f"Five curves, each applied to the scores {', '.join(f'{x:g}' for x in z)}. "
        + "; ".join(parts)
        + ".",
    )


@_styled
def exponential_curve(scores=(-2.0, -1.0, 0.0, 1.0, 2.0)):
    """Draw e to the z with a point at each score.

    Parameters
    ----------
    scores : array_like, shape (n,)

    Returns
    -------
    Picture
    """
    z = _floats(scores, "scores")
    line = np.linspace(min(z.min(), -3), z.max() + 0.2, 300)
    figure, (ax,) = _axes()
    ax.plot(line, np.exp(line), color=GREEN)
    ax.plot(z, np.exp(z), "o", color=INK, markersize=8)
    for x in z:
        ax.annotate(f"{np.exp(x):.2f}", (x, np.exp(x)), (-4, 7), ha="right",
                    textcoords="offset points")  # fmt: skip
    ax.axhline(0, color=INK, linewidth=1)
    ax.set(title="Any real score becomes a positive weight", xlabel="score z",
           ylabel="weight, e to the z")  # fmt: skip
    return Picture(
        figure,
        "Rising curve of e to the z, always above 0. "
        + ", ".join(f"z = {x:g} gives {np.exp(x):.2f}" for x in z)
        + ".",
    )


@_styled
def stages(logits, labels=None, temperature=1.0, symbols=False):
    """Draw softmax in its stages: scores, weights, probabilities.

    Parameters
    ----------
    logits : array_like, shape (n,)
    labels : list of str, optional
    temperature : float, default 1.0
        Above 0.
    symbols : bool, default False
        Put the formula's symbols beside the bars, counted from 1 as on paper. At temperature 1.

    Raises
    ------
    ValueError
        When `symbols` are asked for at another temperature.

    Returns
    -------
    Picture
    """
    temperature = as_temperature(temperature)
    if symbols and temperature != 1:
        raise ValueError(f"symbols need temperature 1, got {temperature}; leave one of them out")
    z = _floats(logits, "logits")
    labels = _names(labels, len(z))
    weights, p = np.exp(z / temperature), softmax(z, temperature=temperature)
    height = 1 + _row_heights(len(z))
    if symbols:  # below each other, with room for words in symbols
        figure, row = _axes(1, height=2.6 * height, rows=3)
    else:
        figure, row = _axes(3, height=height, sharey=True)
    divided = "" if temperature == 1 else f" / {temperature:g}"
    for ax, values, color, hatch, title, symbol in (
        (row[0], z, PURPLE, "..", "1. scores z", "$z_{}$"),
        (row[1], weights, ORANGE, "//", f"2. weights\ne to the z{divided}", "$e^{{z_{}}}$"),
        (row[2], p, BLUE, None, "3. probabilities", "$p_{}$"),
    ):
        _bars(ax, values, labels, color, _two_digits, hatch, symbol.format if symbols else None)
        ax.set_title(title, loc="right" if ax is row[2] and not symbols else "center")
    _make_room(figure, 90 if symbols else 40)
    _unit_bars(row[2], room=0.5)
    said = ""
    if symbols:
        together = f"2. weights e to the z, together $\\sum_j e^{{z_j}}$ = {weights.sum():.2f}"
        row[1].set_title(together, parse_math=True)
        said = (
            f" Beside the bars stand z_1 to z_{len(z)}, e^(z_1) to e^(z_{len(z)}) and p_1 to "
            f"p_{len(z)}; above the weights, the sum over j of e^(z_j)."
        )
    return Picture(
        figure,
        f"Three bar charts. Scores: {_listed(labels, z)}. Weights e to the z{divided}: "
        f"{_listed(labels, weights)}, together {weights.sum():.2f}. "
        f"Probabilities: {_listed(labels, p)}.{said}",
    )


@_styled
def soft_and_hard_maximum(others=(0.0, -1.0), limit=6.0):
    """Draw the probability of one score as it climbs past fixed others.

    Parameters
    ----------
    others : array_like, shape (n,)
        The scores that stay.
    limit : float, default 6.0
        The moving score goes from ``-limit`` to ``limit``.

    Returns
    -------
    Picture
    """
    others = _floats(others, "others")
    limit = as_number(limit, "limit")
    line = np.linspace(-limit, limit, 241)

    def first(z):
        return softmax(np.append(z, others))[0]

    figure, (ax,) = _axes()
    ax.plot(line, [first(z) for z in line], color=BLUE, label="softmax")
    ax.plot(line, line > others.max(), color=RED, linestyle="--", label="argmax")
    best = others.max()
    marks = [best - 4, best - 1, best, best + 1, best + 4]
    ax.plot(marks, [first(z) for z in marks], "o", color=INK, markersize=8)
    _unit_axis(ax)
    figure.legend(frameon=False, loc="outside lower center", ncols=2)
    title = f"One score climbs; the others stay at {', '.join(f'{x:g}' for x in others)}"
    ax.set(title=_title(title), xlabel="the moving score", ylabel="its probability")
    return Picture(
        figure,
        "Two lines: the probability of one moving score. Softmax bends smoothly: "
        + ", ".join(f"at {z:g} it is {first(z):.2f}" for z in marks)
        + f". Argmax jumps from 0 to 1 at {best:g}.",
    )


@_styled
def matrix_times_vector(matrix, vector, labels=None):
    """Draw a matrix, a vector and their product as numbered tiles.

    Parameters
    ----------
    matrix : array_like, shape (m, n)
    vector : array_like, shape (n,)
    labels : list of str, optional
        One for each row.

    Returns
    -------
    Picture
    """
    from matplotlib.patches import Rectangle

    w, x = _floats(matrix, "matrix"), _floats(vector, "vector")
    z = w @ x
    labels = _names(labels, len(z))
    rows, columns = w.shape
    figure, (ax,) = _axes(height=0.8 + 0.45 * max(rows, columns))
    biggest = max(np.abs(w).max(), np.abs(x).max())
    start, gap = 0, 0.7  # one scale for all three, and room for a sign between them
    for tiles, title, sign in ((w, "matrix W", "×"), (x[:, None], "vector x", "="),
                               (z[:, None], "scores", "")):  # fmt: skip
        size = np.abs(z).max() if tiles.base is z else biggest
        high, wide = tiles.shape
        ax.imshow(tiles, cmap=LOW_TO_HIGH, vmin=-2.2 * size, vmax=2.2 * size, aspect="auto",
                  extent=(start, start + wide, high, 0))  # fmt: skip
        ax.add_patch(
            Rectangle(
                (start, 0),
                wide,
                high,
                facecolor=PAPER,
                edgecolor=INK,
                zorder=-1,
                clip_on=False,
                linewidth=3,
            )
        )
        for (i, j), value in np.ndenumerate(tiles):
            ax.text(start + j + 0.5, i + 0.5, f"{value:.2f}", ha="center", va="center")
        ax.text(start + wide / 2, -0.15, title, ha="center", va="bottom", fontsize=13.5)
        if sign:
            ax.text(start + wide + gap / 2, min(rows, columns) / 2, sign, ha="center",
                    va="center", fontsize=18)  # fmt: skip
        start += wide + gap
    ax.set(xlim=(-0.02, start - gap + 0.02), ylim=(max(rows, columns) + 0.02, -0.02), xticks=[])
    ax.set_yticks(np.arange(rows) + 0.5, labels)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set_title(" ")  # as high as the three, which stand in its place
    return Picture(
        figure,
        f"Number tiles: a matrix of {rows} rows and {columns} columns times a vector of {columns} "
        f"numbers gives {rows} scores: {_listed(labels, z)}.",
    )


@_styled
def gap_curve(gaps=(-3.0, -1.0, 0.0, 1.0, 3.0)):
    """Draw the share of the first of two words against the difference of their logits.

    Parameters
    ----------
    gaps : array_like, shape (n,)
        Differences to mark.

    Returns
    -------
    Picture
    """
    gaps = _floats(gaps, "gaps")
    line = np.linspace(-5, 5, 201)

    def share(gap):
        return 1 / (1 + np.exp(-gap))

    figure, (ax,) = _axes()
    ax.plot(line, share(line), color=BLUE)
    ax.plot(gaps, share(gaps), "o", color=INK, markersize=8)
    for gap in gaps:
        # Beside the curve: above it on the left, below it on the right.
        side = -1 if gap < 0 else 1
        ax.annotate(f"{np.exp(gap):.2g} to 1", (gap, share(gap)), (5 * side, -5 * side),
                    textcoords="offset points", ha="left" if side > 0 else "right",
                    va="top" if side > 0 else "bottom")  # fmt: skip
    _unit_axis(ax)
    ax.set(title="Only the difference of two logits matters", xlabel="first logit minus second",
           ylabel="share of the first")  # fmt: skip
    return Picture(
        figure,
        "S-shaped curve: the share of the first of two words against the difference of their "
        "logits. "
        + ", ".join(
            f"difference {g:g}: share {share(g):.2f}, odds {np.exp(g):.2g} to 1" for g in gaps
        )
        + ".",
    )


@_styled
def temperature_strip(logits, labels=None, temperatures=(0, 0.5, 1, 2, 5), top=6):
    """Draw the same logits at several temperatures, side by side on one scale.

    Parameters
    ----------
    logits : array_like, shape (n,)
    labels : list of str, optional
    temperatures : sequence of float
        Each >= 0.
    top : int, default 6
        Show this many of the largest; the others together become one last bar.

    Returns
    -------
    Picture
    """
    z = _floats(logits, "logits")
    labels, temperatures = _names(labels, len(z)), _floats(temperatures, "temperatures")
    order = rank(z)[:top]
    shown = [labels[i] for i in order]
    if len(z) > top:
        shown.append(f"{len(z) - top} others")
    columns = min(3, len(temperatures))
    rows = -(-len(temperatures) // columns)
    figure, grid = _axes(
        columns, height=0.3 + rows * (0.7 + _row_heights(len(shown))), rows=rows, sharey=True
    )
    parts = []
    for ax in grid[len(temperatures) :]:
        ax.remove()
    for ax, temperature in zip(grid, temperatures):
        p = softmax(z, temperature=temperature)
        values = p[order]
        if len(z) > top:
            values = np.append(values, p.sum() - values.sum())
        _bars(ax, values, shown, BLUE, _two_digits)
        _unit_bars(ax, room=0.55)
        ax.set_title(f"T = {temperature:g}")
        parts.append(f"T = {temperature:g}: {_listed(shown, values)}")
    figure.supxlabel("probability")
    return Picture(figure, "The same logits at several temperatures. " + ". ".join(parts) + ".")


@_styled
def entropy_curve(logits, marks=(0.5, 1, 2, 5)):
    """Draw entropy against temperature: the dial's reading.

    Parameters
    ----------
    logits : array_like, shape (n,)
    marks : sequence of float
        Temperatures, above 0, at which the words give the value.

    Returns
    -------
    Picture
    """
    z = _floats(logits, "logits")
    marks, line = _floats(marks, "marks"), np.geomspace(0.05, 50, 200)

    def reading(temperature):
        return float(entropy(softmax(z, temperature=temperature)))

    most = np.log2(len(z))
    figure, (ax,) = _axes()
    ax.semilogx(line, [reading(t) for t in line], color=BLUE)
    ax.plot(marks, [reading(t) for t in marks], "o", color=INK, markersize=8)
    ax.axhline(most, color=RED, linestyle="--")
    ax.annotate(f"uniform: {most:.2f} bits", (0.05, most), (0, -4), va="top",
                textcoords="offset points")  # fmt: skip
    ax.set_xticks([0.1, 0.5, 1, 2, 5, 10], ["0.1", "0.5", "1", "2", "5", "10"])
    ax.set(title="Temperature turns, entropy follows", xlabel="temperature T (log scale)",
           ylabel="entropy (bits)", ylim=(0, most * 1.1))  # fmt: skip
    return Picture(
        figure,
        "Curve of entropy against temperature, always rising. "
        + ", ".join(f"T = {t:g}: {reading(t):.2f} bits" for t in marks)
        + f". The ceiling, a uniform choice among {len(z)}, is {most:.2f} bits.",
    )


@_styled
def cut_bars(probabilities, cuts, labels=None, top=8):
    """Draw what each cut keeps of a distribution, side by side on one scale.

    Parameters
    ----------
    probabilities : array_like, shape (n,)
        The distribution before any cut.
    cuts : dict of str to array_like, shape (n,)
        For each cut its name and the distribution it leaves: 0 where a word was dropped.
    labels : list of str, optional
    top : int, default 8
        Show this many of the largest; the others together become one last bar.

    Returns
    -------
    Picture
    """
    p = _floats(probabilities, "probabilities")
    labels = _names(labels, len(p))
    order = rank(p)[:top]
    rest = np.setdiff1d(np.arange(len(p)), order)
    shown = [labels[i] for i in order] + ([f"{len(rest)} others"] if len(rest) else [])
    places = np.arange(len(shown))
    figure, row = _axes(len(cuts), height=1.4 + _row_heights(len(shown)), sharey=True)
    parts = []
    for ax, name, left in zip(row, _names(cuts, len(cuts)), cuts.values()):
        left = _floats(left, "cuts")
        kept = left > 0
        before, after = (
            np.append(q[order], [q[rest].sum()] * bool(len(rest))) for q in (p, left)
        )  # fmt: skip
        ax.barh(places, before, color=PAPER, edgecolor=INK, hatch="////", height=0.7, alpha=0.99)
        ax.barh(places, after, color=BLUE, edgecolor=INK, height=0.7)
        for place, (was, value) in enumerate(zip(before, after)):
            words = _two_digits(value) if value > 0 else "cut"
            ax.text(max(was, value) + 0.05, place, words, va="center_baseline")
        _unit_bars(ax, room=0.55)
        ax.set_title(f"{name}\n{kept.sum()} kept")
        parts.append(
            f"{name} keeps {kept.sum()} of {len(p)}, which held {p[kept].sum():.2f}: "
            + _listed(*zip(*[(a, b) for a, b in zip(shown, after) if b > 0]))
        )
    row[0].set_yticks(places, shown)
    row[0].set_ylim(len(shown) - 0.4, -0.6)
    figure.supxlabel("probability; hatched: before the cut")
    return Picture(figure, "The same distribution after different cuts. " + ". ".join(parts) + ".")


@_styled
def saturation(dimensions=(1, 4, 16, 64, 256), words=8, seed=0):
    """Draw how much the favorite gets as queries and keys grow longer.

    Parameters
    ----------
    dimensions : sequence of int
        How many numbers a query has.
    words : int, default 8
        How many keys each query meets.
    seed : int, default 0
        For the random queries and keys, 2,000 of each, standard normal.

    Returns
    -------
    Picture
    """
    generator = np.random.default_rng(seed)
    means = {"raw": [], "divided": []}
    for d in dimensions:
        queries = generator.standard_normal((2000, 1, d))
        keys = generator.standard_normal((2000, words, d))
        scores = (queries * keys).sum(axis=-1)
        means["raw"].append(softmax(scores).max(axis=-1).mean())
        means["divided"].append(softmax(scores / np.sqrt(d)).max(axis=-1).mean())
    figure, (ax,) = _axes()
    ax.plot(dimensions, means["raw"], "o-", color=RED, label="q times k")
    ax.plot(dimensions, means["divided"], "s--", color=BLUE, label="divided by the root of d")
    ax.axhline(1 / words, color=INK, linestyle=":", linewidth=1.5)
    ax.annotate(f"uniform: {1 / words:.3g}", (dimensions[-1], 1 / words), (0, 3), ha="right",
                va="bottom", textcoords="offset points")  # fmt: skip
    ax.set_xscale("log", base=2)
    ax.set_xticks(dimensions, [str(d) for d in dimensions])
    _unit_axis(ax)
    figure.legend(frameon=False, loc="outside lower center", ncols=2)
    ax.set(title="The favorite's weight, on average", xlabel="d, numbers in a query",
           ylabel="largest weight")  # fmt: skip
    return Picture(
        figure,
        f"Two curves of the largest of {words} weights, on average over random queries and keys. "
        "Without dividing: "
        + ", ".join(f"d = {d} {value:.2f}" for d, value in zip(dimensions, means["raw"]))
        + ". Divided by the root of d: "
        + ", ".join(f"d = {d} {value:.2f}" for d, value in zip(dimensions, means["divided"]))
        + ".",
    )


def _grid(ax, tiles, columns, rows, title):
    """Draw a table of numbers as tiles; an entry of minus infinity is hatched."""
    from matplotlib.patches import Rectangle

    hidden = np.isneginf(tiles)
    size = np.abs(tiles[~hidden]).max()
    ax.imshow(np.where(hidden, 0, tiles), cmap=LOW_TO_HIGH, vmin=-2.2 * size, vmax=2.2 * size,
              aspect="auto")  # fmt: skip
    for (i, j), value in np.ndenumerate(tiles):
        if hidden[i, j]:
            box = Rectangle((j - 0.5, i - 0.5), 1, 1, hatch="////", facecolor=PAPER,
                            edgecolor=FAINT, linewidth=0)  # fmt: skip
            ax.add_patch(box)
        words = "-inf" if hidden[i, j] else "0" if value == 0 else _two_digits(value)
        ax.text(j, i, words, ha="center", va="center")
    long = max(map(len, columns)) * len(columns) > 40
    ax.set_xticks(range(len(columns)), columns, rotation=45 if long else 0,
                  ha="right" if long else "center")  # fmt: skip
    ax.set_yticks(range(len(rows)), rows)
    ax.set_title(title)


def _looks(weights, columns, rows):
    best = weights.argmax(axis=1)
    return ", ".join(
        f"{rows[i]} looks at {columns[j]} {weights[i, j]:.2f}" for i, j in enumerate(best)
    )


@_styled
def attention_pattern(weights, labels, rows=None, title="Attention weights"):
    """Draw the weights of one attention head.

    Parameters
    ----------
    weights : array_like, shape (m, n)
        Row i says how much word i looks at each word.
    labels : list of str
        The n words that are looked at.
    rows : list of str, optional
        The m words that look; the same words when it is left out.
    title : str

    Returns
    -------
    Picture
    """
    weights = _floats(weights, "weights")
    title, columns = _text(title), _names(labels, weights.shape[1])
    rows = _names(labels if rows is None else rows, len(weights))
    figure, (ax,) = _axes(height=1.2 + 0.36 * len(rows))
    _grid(ax, weights, columns, rows, _title(title))
    return Picture(
        figure,
        f"Grid of attention weights, {title}: {len(rows)} rows, {len(columns)} columns. The "
        f"largest weight in each row: {_looks(weights, columns, rows)}.",
    )


@_styled
def attention_rows(scores, labels):
    """Draw a square of scores and what softmax along each row makes of it.

    Parameters
    ----------
    scores : array_like, shape (n, n)
        Row i holds word i's scores for every word.
    labels : list of str

    Returns
    -------
    Picture
    """
    scores = _floats(scores, "scores")
    labels = _names(labels, len(scores))
    weights = softmax(scores, axis=-1)
    figure, row = _axes(1, height=1.2 + 0.66 * len(scores), rows=2)
    _grid(row[0], scores, labels, labels, "scores")
    _grid(row[1], weights, labels, labels, "softmax along each row")
    hidden = int(np.isneginf(scores).sum())
    masked = f"{hidden} scores are minus infinity, and their weights are 0. " if hidden else ""
    return Picture(
        figure,
        f"Two grids of {len(scores)} by {len(scores)} numbers: scores, and softmax along each "
        f"row. {masked}Every row sums to 1. The largest weight in each row: "
        f"{_looks(weights, labels, labels)}.",
    )
