"""Blocks of scores, each with its maximum and its sum: merge them in any order."""

import operator
import string
from collections.abc import Iterable

import numpy as np
import traitlets

from ..distributions import as_floats
from ..palette import BLUE
from ..streaming import SoftmaxState
from ..widgets.base import NO_ECHO, Checked, Explorer, module_text, style_text
from .static import bar_cell, probability_text, static_table

__all__ = ["MergeExplorer"]

MOST_CHUNKS, MOST_SCORES = 6, 5
FARTHEST = 10.0  # where the axis of scores ends


def _chunks(values, explorer):
    """Return chunks as lists of floats, or say what is wrong with them."""
    given = list(values) if isinstance(values, Iterable) else []
    if not 2 <= len(given) <= MOST_CHUNKS:
        raise ValueError(f"chunks must be 2 to {MOST_CHUNKS} lists of scores, got {values!r}")
    arrays = [as_floats(chunk, "chunks").astype(np.float64) for chunk in given]
    for array in arrays:
        if array.ndim != 1 or not 1 <= len(array) <= MOST_SCORES:
            raise ValueError(
                f"chunks must have 1 to {MOST_SCORES} scores each, got shape {array.shape}"
            )
        if not (abs(array) <= FARTHEST).all():
            raise ValueError(
                f"chunks must hold scores from -{FARTHEST:g} to {FARTHEST:g}, got {array.tolist()}"
            )
    if explorer.merges and len(arrays) != len(explorer.chunks):
        raise ValueError(f"chunks must be {len(explorer.chunks)}, got {len(arrays)}: set merges=[]")
    return [array.tolist() for array in arrays]


def _merges(values, explorer):
    """Return merges as a list of [from, onto], each between two blocks that are there."""
    try:
        pairs = [[operator.index(i) for i in pair] for pair in values]
    except TypeError:
        raise TypeError(f"merges must be a list of (from, onto), got {values!r}") from None
    there = set(range(len(explorer.chunks))) if pairs else set()
    for pair in pairs:
        if len(pair) != 2 or not set(pair) <= there or pair[0] == pair[1]:
            raise ValueError(
                f"merges must name two blocks of {sorted(there)} that are there, got {pair}"
            )
        there.remove(pair[0])
    return pairs


class MergeExplorer(Explorer):
    """Chunks of scores, each with its pair of a maximum and a sum. Merge any two, in any order.

    Drag a block onto another, or choose one and then the other. What comes out when a single block
    is left stands below from the start: the pair of all scores at once.

    Parameters
    ----------
    chunks : sequence of array_like
        2 to 6 lists of 1 to 5 scores each, from -10 to 10.
    merges : sequence of (int, int), default ()
        What has been merged: the block of which chunk onto that of which other, by their places.
        The result stands at the second.
    title : str, optional
        A heading; also what a screen reader calls the explorer.

    Attributes
    ----------
    chunks : list of list of float
        Assign a whole list: changing one entry in place is not noticed.
    merges : list of list of int
    blocks : list of list of int
        The places of the chunks in each block, in the order of merging.
    states : list of SoftmaxState
        The pair of each block.
    probabilities : list of numpy.ndarray
        Softmax of all scores, chunk by chunk; it does not depend on `merges`.
    description : str
        What the explorer shows, in a few sentences.

    Raises
    ------
    ValueError, TypeError
        When an argument, or what you assign later, is out of its range; the message names it.

    References
    ----------
    Milakov and Gimelshein, Online normalizer calculation for softmax (2018), section 3.1,
    https://arxiv.org/abs/1805.02867.
    """

    _esm = module_text("explorers/merge_explorer")
    _css = style_text("explorers/merge_explorer")

    start = traitlets.List(read_only=True).tag(sync=True)  # where Reset goes back to
    merges = Checked(_merges, (), **NO_ECHO)
    chunks = Checked(_chunks, ((0.0,), (0.0,)), **NO_ECHO)

    def __init__(self, chunks, merges=(), *, title=None):
        super().__init__(chunks=chunks, title="" if title is None else str(title))
        self.merges = merges
        self.set_trait("start", [self.chunks, self.merges])

    # --- What follows from what ---

    def _merged(self):
        """Return {where a block stands: (its chunks, its state)}."""
        there = {i: ([i], SoftmaxState.of(chunk)) for i, chunk in enumerate(self.chunks)}
        for one, onto in self.merges:
            (members, state), (others, other) = there.pop(one), there[onto]
            there[onto] = (members + others, state + other)
        return there

    @property
    def blocks(self):
        return [members for members, _ in self._merged().values()]

    @property
    def states(self):
        return [state for _, state in self._merged().values()]

    @property
    def probabilities(self):
        whole = sum(map(SoftmaxState.of, self.chunks), SoftmaxState())
        return [whole.probabilities(chunk) for chunk in self.chunks]

    # --- Where nothing can be dragged ---

    @property
    def description(self):
        """What the explorer shows, in a few sentences."""
        listed = [
            f"{''.join(map(_letter, members))} max {state.maximum:.2f}, sum {state.total:.4f}"
            for members, state in self._merged().values()
        ]
        whole = SoftmaxState.of(np.concatenate(self.chunks))
        count = sum(map(len, self.chunks))
        return (
            f"{self.title or 'Merge explorer'}: {len(self.chunks)} chunks of scores to move and to "
            f"merge, now in {len(listed)} {'blocks' if len(listed) > 1 else 'block'}. "
            f"{'; '.join(listed)}. All {count} scores at once: max {whole.maximum:.2f}, "
            f"sum {whole.total:.4f}."
        )

    def _table(self):
        rows, whole = [], SoftmaxState.of(np.concatenate(self.chunks))
        for members, state in self._merged().values():
            scores = [z for i in members for z in self.chunks[i]]
            texts = (", ".join(f"{z:.2f}" for z in scores), f"{state.maximum:.2f}")
            share = float(sum(whole.probabilities(scores)))
            numbers = (f"{state.total:.4f}", probability_text(share), bar_cell(share, BLUE))
            rows.append(["".join(map(_letter, members)), *texts, *numbers])
        heads = ["block", "scores", "maximum", "sum", "share"]
        return static_table(self.description, "merge the blocks", heads, rows)


def _letter(i):
    return string.ascii_uppercase[i]
