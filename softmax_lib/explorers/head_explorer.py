"""A real head to look at: where each word of a text looks, and what a head is worth."""

import operator

import numpy as np
import traitlets

from ..palette import BLUE
from ..sampling import rank
from ..softmax import softmax
from ..widgets.base import NO_ECHO, Checked, Explorer, module_text, style_text
from .static import bar_cell, probability_text, static_table

__all__ = ["HeadExplorer"]

MOST = 60  # words in a line
AHEAD = 24  # heads, for which the next word without each is worked out in advance
SHOWN = 6  # next words


def _places(values, explorer):
    """Return heads as a sorted list of [layer, head]."""
    try:
        heads = sorted({tuple(map(operator.index, pair)) for pair in values})
    except TypeError:
        raise TypeError(f"off must be a list of (layer, head), got {values!r}") from None
    for head in heads:
        _in_model(head, explorer.shape, "off")
    return [list(head) for head in heads]


def _in_model(head, shape, name):
    if len(head) != 2 or not all(0 <= i < n for i, n in zip(head, shape)):
        raise ValueError(
            f"{name} must have layers from 0 to {shape[0] - 1} and heads from 0 to "
            f"{shape[1] - 1}, got {tuple(head)}"
        )


def _chosen(value, explorer):
    try:
        head = tuple(map(operator.index, value))
    except TypeError:
        raise TypeError(f"head must be a pair (layer, head), got {value!r}") from None
    _in_model(head, explorer.shape, "head")
    return list(head)


def _word(value, explorer):
    """Return the place of a word, which may be counted from the end."""
    count = len(explorer.reading["words"])
    place = operator.index(value)
    if not -count <= place < count:
        raise ValueError(f"word must be from 0 to {count - 1}, got {place}")
    return place % count


class HeadExplorer(Explorer):
    """The words of a text in a line, and arcs from one to those that a head looks at.

    Choose one of the model's heads and a word: an arc is as thick as the weight that the head gives
    the word at its end. Switch heads off, and see what becomes of the next word: a head that is off
    looks at every word alike. The arcs of the others stay those of the whole model.

    All heads, and the next words without any one of them, are in the page, and need no Python.
    Without several at once, and for another text, the page asks Python.

    Parameters
    ----------
    teller : Storyteller
    text : str
        Words that the model knows, at most 60.
    head : (int, int), optional
        Layer and head, from 0. Default: the first of the last layer.
    word : int, default -1
        The place of the word that looks; -1 is the last.
    off : sequence of (int, int), default ()
        The heads that are switched off.
    title : str, optional
        A heading; also what a screen reader calls the explorer.

    Attributes
    ----------
    text : str
        Assign another to look at that.
    head : list of int
    word : int
    off : list of list of int
        Assign a whole list: changing one entry in place is not noticed.
    weights : numpy.ndarray of float64, shape (n,)
        Of the chosen head, from the chosen word to each.
    strongest : list of (str, float)
        The three words with the largest weights; one that comes twice has its place, from 1.
    probabilities : numpy.ndarray of float64, shape (V,)
        Of the next word, in the order of the teller's vocabulary.

    Raises
    ------
    ValueError, TypeError
        When an argument, or what you assign later, is out of its range; the message names it.

    References
    ----------
    Video at 22:24, https://youtu.be/wjZofJX0v4M?t=1344 (attention blocks). Taking a head away to
    see what it is worth: Michel, Levy and Neubig, Are Sixteen Heads Really Better than One? (2019),
    https://arxiv.org/abs/1905.10650.
    """

    _esm = module_text("explorers/head_explorer")
    _css = style_text("explorers/head_explorer")

    shape = traitlets.List(read_only=True).tag(sync=True)  # layers, heads
    reading = traitlets.Dict(read_only=True).tag(sync=True)  # what follows from the text
    answer = traitlets.Dict(read_only=True).tag(
        sync=True
    )  # the next words, with `off` switched off
    start = traitlets.Dict(read_only=True).tag(sync=True)
    typed = traitlets.Unicode("").tag(sync=True, **NO_ECHO)  # in the page
    trouble = traitlets.Unicode("", read_only=True).tag(sync=True)  # why it cannot be read
    head = Checked(_chosen, (0, 0), **NO_ECHO)
    word = Checked(_word, 0, **NO_ECHO)
    off = Checked(_places, (), **NO_ECHO)

    def __init__(self, teller, text, head=None, word=-1, *, off=(), title=None):
        for name in ("attention", "logits", "vocabulary", "model"):
            if not hasattr(teller, name):
                raise TypeError(f"teller must be a Storyteller, got {teller!r}")
        self._teller = teller
        self.set_trait("shape", [teller.model.layers, teller.model.heads])
        self._read(text)
        super().__init__(
            head=(self.shape[0] - 1, 0) if head is None else head,
            word=word,
            off=off,
            typed=text,
            title="" if title is None else str(title),
        )
        self._follow()
        self.set_trait("start", {name: getattr(self, name) for name in ("head", "word", "off")})

    # --- What follows from what ---

    @property
    def text(self):
        return self.reading["text"]

    @text.setter
    def text(self, text):
        with self.hold_sync():
            self._read(text)
            self.set_trait("trouble", "")
            self.word, self.typed = -1, text
            self._follow()

    def _read(self, text):
        words, weights = self._teller.attention(text)
        if len(words) > MOST:
            raise ValueError(f"text must have at most {MOST} words and signs, got {len(words)}")
        self._weights = np.asarray(weights, dtype=np.float64)
        self._whole = softmax(self._teller.logits(text))
        reading = {"text": text, "words": words, "weights": _rows(self._weights), "results": {}}
        heads = [(i, j) for i in range(self.shape[0]) for j in range(self.shape[1])]
        for off in [(), *((head,) for head in heads if len(heads) <= AHEAD)]:
            reading["results"][_key(off)] = self._result(off, text)
        self.set_trait("reading", reading)

    def _result(self, off, text):
        """Return the next words with some heads off, each with what it was and what it is."""
        logits = self._teller.logits(text, even_heads=off)
        p = softmax(logits)
        first = rank(p, logits)[:SHOWN]
        names, rest = self._teller.vocabulary, [float(x[first].sum()) for x in (self._whole, p)]
        return {
            "words": [[names[i], float(self._whole[i]), float(p[i])] for i in first],
            "rest": [len(p) - len(first), *(max(0.0, 1 - x) for x in rest)],
        }

    @traitlets.observe("off")
    def _follow(self, change=None):
        key = _key(self.off)
        known = self.reading["results"].get(key)
        result = self._result(self.off, self.text) if known is None else known
        self.set_trait("answer", {"key": key, "text": self.text, **result})

    @traitlets.observe("typed")
    def _try(self, change):
        try:
            if self.typed == self.text:  # the one before is typed again
                self.set_trait("trouble", "")
            else:
                self.text = self.typed
        except (TypeError, ValueError) as error:
            self.set_trait("trouble", str(error))

    @property
    def weights(self):
        layer, head = self.head
        if self.head in self.off:
            n = len(self.reading["words"])
            return np.where(np.arange(n) <= self.word, 1 / (self.word + 1), 0.0)
        return self._weights[layer, head, self.word]

    @property
    def strongest(self):
        return self._strongest(self.weights)

    def _strongest(self, weights):
        order = np.argsort(-weights[: self.word + 1], kind="stable")[:3]
        return [(_name(self.reading["words"], i), float(weights[i])) for i in order]

    @property
    def probabilities(self):
        if not self.off:
            return self._whole.copy()
        return softmax(self._teller.logits(self.text, even_heads=self.off))

    # --- Where nothing can be chosen ---

    @property
    def description(self):
        """What the explorer shows, in a few sentences."""
        layers, heads = self.shape
        listed = ", ".join(f"{word} {probability_text(w)}" for word, w in self.strongest)
        looks, name = f"looks most at {listed}", _name(self.reading["words"], self.word)
        alike = ""
        if self.head in self.off:
            alike = ", switched off,"
            looks = f"looks at every word alike, {probability_text(self.weights[0])} each"
        parts = [
            f"{self.title or 'Head explorer'}: {layers * heads} heads to look at and to switch off",
            f"Text: “{self.text}”",
            f"{_head_text(self.head).capitalize()}{alike} from {name} {looks}",
        ]
        if self.off:
            parts.append(f"Next word with all heads: {_next_text(self.reading['results'][''], 1)}")
            listed = "; ".join(map(_head_text, self.off))
            parts.append(f"Without {listed}: {_next_text(self.answer, 2)}")
        else:
            parts.append(f"Next word: {_next_text(self.answer, 2)}")
        return ". ".join(parts) + "."

    def _table(self):
        rows = []
        for layer in range(self.shape[0]):
            for head in range(self.shape[1]):
                weights = self._weights[layer, head, self.word]
                word, w = self._strongest(weights)[0]
                bar = bar_cell(w, BLUE)
                rows.append([_head_text((layer, head)), word, probability_text(w), bar])
        heads = ["head", f"{_name(self.reading['words'], self.word)} looks most at", "weight"]
        return static_table(self.description, "look at a head, and to switch it off", heads, rows)


def _rows(weights):
    """Return each row's weights up to its own word, short, and 0 and 1 only where they are that."""
    short = np.where(weights > 0, np.maximum(weights.round(5), 1e-5), 0.0)
    short = np.where(weights < 1, np.minimum(short, 1 - 1e-5), 1.0)
    return [
        [[row[: i + 1].round(5).tolist() for i, row in enumerate(head)] for head in layer]
        for layer in short
    ]


def _key(off):
    return " ".join(f"{layer}.{head}" for layer, head in off)


def _head_text(head):
    return f"layer {head[0]}, head {head[1]}"


def _name(words, i):
    """Return a word; one that comes more than once with its place, counted from 1."""
    return words[i] if words.count(words[i]) == 1 else f"{words[i]} ({i + 1})"


def _next_text(result, which):
    listed = ", ".join(f"{row[0]} {probability_text(row[which])}" for row in result["words"])
    rest = result["rest"]
    return f"{listed}, and {probability_text(rest[which])} for {rest[0]} others"
