"""See what softmax does inside attention: each row of scores becomes weights that sum to 1."""

import math

import numpy as np
import traitlets

from ..distributions import as_floats, as_number
from ..palette import BLUE
from ..widgets.base import NO_ECHO, SCORES, Checked, Explorer, module_text, names, style_text
from .own_softmax import OwnSoftmax
from .predict.attention_rounds import attention_round
from .predict.explorer import PredictExplorer
from .static import probability_text, shaded_cell, static_table

__all__ = ["AttentionExplorer", "attention_weights"]

MOST = 12  # queries, and keys, that stay readable


def attention_weights(scores, d=None, causal=False, axis=-1):
    """Turn scores into weights along one axis, with the division by √d and the causal mask.

    Parameters
    ----------
    scores : array_like, shape (queries, keys)
        ``-inf`` masks an entry.
    d : int, optional
        Divide the scores by √d.
    causal : bool, default False
        Mask every key that comes after the query.
    axis : int, default -1
        0 is the mistake that the explorer shows. A line without a score to choose from gets
        weights of 0.

    Returns
    -------
    numpy.ndarray of float64, shape (queries, keys)

    References
    ----------
    Vaswani and others, Attention Is All You Need (2017), section 3.2.1.
    """
    scores = _prepared(as_floats(scores, "scores").astype(np.float64), d, causal)
    top = scores.max(axis=axis, keepdims=True)
    weights = np.exp(scores - np.where(top == -np.inf, 0.0, top))
    total = weights.sum(axis=axis, keepdims=True)
    return weights / np.where(total == 0, 1.0, total)


def _prepared(scores, d, causal):
    scores = scores if d is None else scores / math.sqrt(as_number(d, "d"))
    if not causal:
        return scores
    return np.where(np.triu(np.ones(scores.shape, dtype=bool), 1), -np.inf, scores)


def _matrix(values, name):
    array = as_floats(values, name).astype(np.float64)
    if array.ndim != 2 or not all(1 <= n <= MOST for n in array.shape):
        raise ValueError(
            f"{name} must have shape (queries, keys), 1 to {MOST} of each, got {array.shape}; "
            "show a part of a larger one"
        )
    bad = np.isnan(array) | (array == np.inf)
    if bad.any():
        i, j = (int(n) for n in np.argwhere(bad)[0])
        raise ValueError(
            f"{name} must be finite (or -inf), got {array[i, j]} in row {i}, column {j}"
        )
    return array


def _scores(values, explorer):
    """Return scores as lists of floats; an explorer keeps its number of queries and keys."""
    array = _matrix(values, "scores")
    if explorer.shape and list(array.shape) != explorer.shape:
        raise ValueError(
            f"scores must have shape {tuple(explorer.shape)}, got {array.shape}; make a new "
            "AttentionExplorer for another shape"
        )
    return array.tolist()


def _products(q, k):
    """Return the scores q @ k.T and the width d."""
    q, k = as_floats(q, "q").astype(np.float64), as_floats(k, "k").astype(np.float64)
    if q.ndim != 2 or k.ndim != 2 or q.shape[1] != k.shape[1] or q.shape[1] == 0:
        raise ValueError(
            "q and k must have shapes (queries, d) and (keys, d) with the same d, got "
            f"{q.shape} and {k.shape}"
        )
    return q @ k.T, q.shape[1]


_ROWS = {
    name: lambda rows, widget, each=each: [each(row, widget) for row in rows]
    for name, each in SCORES.items()
}


class AttentionExplorer(OwnSoftmax, Explorer):
    """Scores of queries and keys to drag, and the attention weights they become.

    Each row is one query, and its softmax says how much of each key's value it takes. Switches
    mask the keys that come later, leave out the division by √d, or take softmax along the wrong
    axis, whose rows no longer sum to 1. The browser does the arithmetic; what you change is in
    `scores` and `weights` a moment later, and what you assign is drawn at once.

    Parameters
    ----------
    scores : array_like, shape (queries, keys), optional
        1 to 12 of each; ``-inf`` masks an entry, and a row of nothing else gets weights of 0. Give
        these, or `q` and `k`.
    q, k : array_like, shapes (queries, d) and (keys, d), optional
        The scores are ``q @ k.T``, and there is a switch for the division by √d.
    labels : sequence of str, optional
        A name for each query. By default 0, 1, 2, ...
    key_labels : sequence of str, optional
        A name for each key. Default: `labels` where there are as many keys as queries.
    causal : bool, default False
        Mask the keys after each query. Needs as many keys as queries.
    scaled : bool, default True
        Divide by √d; only with `q` and `k`.
    wrong_axis : bool, default False
        Take softmax down the columns, a mistake to look at.
    softmax : callable, optional
        Your own; `softmax_lib.your_softmax` says how it is called. Python then works out the
        weights, and the explorer says which requirement they break, or where they are not the
        softmax.
    title : str, optional

    Attributes
    ----------
    scores : list of list of float
        Before √d and the mask. Assign a whole table.
    causal, scaled, wrong_axis : bool
    weights : numpy.ndarray of float64, shape (queries, keys)
        Read-only. Raises ValueError when your own softmax gave none.
    problems : list of str
        What is wrong with what your own softmax gives.

    Raises
    ------
    ValueError, TypeError
        When an argument, or what you assign later, is out of its range; the message names it.

    References
    ----------
    Vaswani and others, Attention Is All You Need (2017), section 3.2.1,
    https://arxiv.org/abs/1706.03762. Video at 22:24, https://youtu.be/wjZofJX0v4M?t=1344
    """

    _esm = module_text("explorers/attention_explorer")
    _css = style_text("explorers/attention_explorer")

    shape = traitlets.List(read_only=True).tag(sync=True)
    start = traitlets.List(read_only=True).tag(sync=True)  # the scores that Reset goes back to
    d = traitlets.Int(None, allow_none=True, read_only=True).tag(sync=True)
    labels = traitlets.List(read_only=True).tag(sync=True)
    key_labels = traitlets.List(read_only=True).tag(sync=True)
    causal = traitlets.Bool(False).tag(sync=True, **NO_ECHO)
    scaled = traitlets.Bool(True).tag(sync=True, **NO_ECHO)
    wrong_axis = traitlets.Bool(False).tag(sync=True, **NO_ECHO)
    scores = Checked(_scores, (), **_ROWS, **NO_ECHO)

    def __init__(
        self,
        scores=None,
        q=None,
        k=None,
        labels=None,
        *,
        key_labels=None,
        causal=False,
        scaled=True,
        wrong_axis=False,
        softmax=None,
        title=None,
    ):
        if (scores is None) == (q is None) or (q is None) != (k is None):
            raise ValueError("give scores, or q and k; not both, and not q without k")
        self._use(softmax)
        table, d = (scores, None) if q is None else _products(q, k)
        table = _matrix(table, "scores" if q is None else "q @ k.T")
        queries, keys = table.shape
        labels = range(queries) if labels is None else labels
        labels = names(labels, queries, "labels")
        if key_labels is None:
            key_labels = labels if queries == keys else range(keys)
        for name, value in {
            "shape": list(table.shape),
            "start": _ROWS["to_json"](table.tolist(), self),
            "d": d,
            "labels": labels,
            "key_labels": names(key_labels, keys, "key_labels"),
        }.items():
            self.set_trait(name, value)
        super().__init__(
            causal=bool(causal),
            scaled=bool(scaled) and d is not None,
            wrong_axis=bool(wrong_axis),
            title="" if title is None else str(title),
            scores=table,
        )

    @traitlets.validate("causal")
    def _square(self, proposal):
        if proposal["value"] and self.shape[0] != self.shape[1]:
            raise ValueError(
                f"causal needs as many keys as queries, got shape {tuple(self.shape)}; "
                "leave causal out"
            )
        return proposal["value"]

    @traitlets.validate("scaled")
    def _divided(self, proposal):
        if proposal["value"] and self.d is None:
            raise ValueError("scaled needs d: give q and k instead of scores")
        return proposal["value"]

    @traitlets.observe("scores", "causal", "scaled", "wrong_axis", "asked")
    def _follow(self, change):
        self._ask()

    def _question(self):
        used, rows, columns, line = self.used, self.labels, self.key_labels, "the row"
        if self.wrong_axis:
            used, rows, columns, line = used.T, columns, rows, "the column"
        rows = [f"{line} of {name}" for name in rows]
        return {"scores": used.tolist(), "rows": rows, "columns": list(columns)}

    def _right_answer(self, scores):
        return attention_weights(scores)

    def _reply(self):
        answer, *rest = super()._reply()
        return answer.T if self.wrong_axis and answer is not None else answer, *rest

    @property
    def used(self):
        """The scores as softmax gets them: divided by √d and masked, as the switches say."""
        return _prepared(np.array(self.scores), self.d if self.scaled else None, self.causal)

    @property
    def weights(self):
        """The attention weights, one row for each query."""
        if not self.own:
            return attention_weights(self.used, axis=0 if self.wrong_axis else -1)
        if self.answer is None:
            raise ValueError(f"there are no weights: {'; '.join(self.problems)}")
        return np.array(self.answer)

    def predict(self, seed=0, *, kinds=None, **options):
        """Return rounds in which you predict the attention weights of one query.

        Parameters
        ----------
        seed : int, default 0
            The same seed gives the same rounds on every machine.
        kinds : sequence of str, optional
            Which kinds of rounds, of "row" (the scores of a query become weights), "causal" (the
            later keys are masked; as many keys as queries, three at least), "zero" (their scores
            are set to 0 instead) and "scale" (the division by √d is put in or left out; only with
            `q` and `k`). Default: all that fit.
        **options
            ``needed``, ``within``, ``exercise`` and ``title``, as `PredictExplorer` takes them.

        Returns
        -------
        PredictExplorer

        Raises
        ------
        ValueError
            When there are fewer than two keys, or an argument is out of its range.
        """
        labels, key_labels, d = list(self.labels), list(self.key_labels), self.d
        return PredictExplorer(
            lambda generator: attention_round(generator, labels, key_labels, d, kinds),
            seed=seed,
            **options,
        )

    @property
    def description(self):
        """What the explorer shows, in a few sentences."""
        queries, keys = self.shape
        sentences = [
            f"{self.title or 'Attention explorer'}: {queries * keys} scores to drag, "
            f"of {_count(queries, 'query', 'queries')} for {_count(keys, 'key', 'keys')}"
        ]
        on = ["divided by the square root of d"] * self.scaled + ["causal mask"] * self.causal
        on += ["softmax along the wrong axis"] * self.wrong_axis
        if on:
            sentences.append(f"With: {', '.join(on)}")
        sentences += [f"Wrong: {problem}" for problem in self.problems]
        if self.own and self.answer is None:
            return ". ".join(sentences) + "."
        weights = self.weights
        sums, _ = _sums(weights)
        for query, row, total in zip(self.labels, weights, sums):
            listed = ", ".join(
                f"{key} {probability_text(w)}" for key, w in zip(self.key_labels, row)
            )
            off = "" if _is_one(total) else f" (sum {_sum_text(total)}, not 1)"
            sentences.append(f"Weights of {query}: {listed}{off}")
        return ". ".join(sentences) + "."

    def _table(self):
        heads, rows = ["query", *self.key_labels], []
        if not self.own or self.answer is not None:
            weights = self.weights
            row_sums, column_sums = _sums(weights)
            heads.append("row sum")
            for query, row, total in zip(self.labels, weights, row_sums):
                rows.append([query, *(shaded_cell(w, BLUE) for w in row), _verdict(total)])
            rows.append(["column sum", *map(_sum_text, column_sums), ""])
        return static_table(self.description, "drag the scores", heads, rows)


def _count(n, one, many):
    return f"1 {one}" if n == 1 else f"{n} {many}"


def _sums(weights):
    with np.errstate(invalid="ignore"):  # a wrong softmax may give infinities
        return weights.sum(axis=1), weights.sum(axis=0)


def _is_one(total):
    return abs(total - 1) <= 1e-6


def _sum_text(total):
    """Write 0.00 and 1.00 only for a sum that is that."""
    if 0 < total < 0.005 or not math.isfinite(total):
        return probability_text(total)
    shown = f"{total:.2f}"
    return f"{total:.6g}" if shown == "1.00" and not _is_one(total) else shown


def _verdict(total):
    return _sum_text(total) if _is_one(total) else f"✗ {_sum_text(total)}"
