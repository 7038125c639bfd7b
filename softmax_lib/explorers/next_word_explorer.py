"""Watch a model choose its next word: temperature, cuts, the draw, and the text that grows."""

import functools
import math
from collections.abc import Mapping, Sequence

import numpy as np
import traitlets

from ..distributions import as_floats, as_number
from ..ngram import split_words
from ..palette import BLUE
from ..sampling import _cut_off, as_count, as_share, fall, rank
from ..softmax import as_temperature, softmax
from ..widgets.base import (
    NO_ECHO,
    SCORES,
    TEMPERATURE,
    Checked,
    Explorer,
    module_text,
    some_of,
    style_text,
)
from .own_softmax import OwnSoftmax
from .predict.explorer import PredictExplorer
from .predict.round import random_generator
from .predict.word_rounds import draw_continuation, word_round
from .static import bar_cell, probability_text, static_table

__all__ = ["NextWordExplorer"]

MOST = 5000  # words that a page redraws without a pause
WALK = 12  # words that a round of predictions goes on from the prompt, at most
CONTROLS = ("temperature", "top_k", "top_p", "min_p")
AHEAD = 100  # random numbers that the browser has in hand
CLOSING = (".", ",", ";", ":", "!", "?", ")", "]", "}", "'s", "n't")


def _top_k(value, explorer):
    if value is None:
        return None
    k = as_count(value, "top_k")
    return None if k >= len(explorer.vocabulary) else k  # as many as there are is the same as all


def _u(value, explorer=None):
    if value is None:
        return None
    if isinstance(value, bool | np.bool_):
        raise TypeError(f"u must be one real number, or None, got {value!r}")
    number = as_number(value, "u")
    if not 0 <= number < 1:
        raise ValueError(f"u must be in [0, 1), got {value}")
    return number


def _shown(value, explorer=None):
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 50:
        raise ValueError(f"shown must be an integer from 1 to 50, got {value!r}")
    return value


def _drawn(value, explorer):
    most = len(explorer.draws)  # no page can have used up more than it has in hand
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError(f"drawn must be an integer from 0 to {most}, got {value!r}")
    return value


def _steps(steps, explorer):
    if not isinstance(steps, list | tuple):
        raise TypeError(f"steps must be a list, got {steps!r}")
    for step in steps:
        if not isinstance(step, list | tuple) or len(step) != 3:
            raise ValueError(f"a step must be [place of the word, u, probability], got {step}")
        index, u, p = step
        if type(index) is not int or not 0 <= index < len(explorer.vocabulary):
            raise ValueError(f"a step must name a word of the vocabulary, got {index!r}")
        if not math.isfinite(_u(u) + float(p)):
            raise ValueError(f"a step must have finite numbers, got {step}")
    return [list(step) for step in steps]


def _join(text, word):
    """Put a word behind a text."""
    joined = not text or word[:1].isspace() or word in CLOSING
    return text + word if joined else f"{text} {word}"


class _Counts:
    """Counts of next words as a source: the score of a word is the logarithm of its count."""

    def __init__(self, counts):
        self.counts = {str(word): dict(row) for word, row in counts.items()}
        following = {str(word) for row in self.counts.values() for word in row}
        self.vocabulary = sorted(following | set(self.counts))

    def counted(self, prompt):
        """Return how often each word of the vocabulary came after the last word of a text."""
        words = split_words(prompt) or ["."]
        row = self.counts.get(words[-1])
        if not row:
            raise ValueError(f"no word was counted after {words[-1]!r}; end on another word")
        return as_floats([row.get(word, 0) for word in self.vocabulary], "counts").tolist()

    def logits(self, prompt):
        with np.errstate(divide="ignore"):
            return np.log(self.counted(prompt))


def _source(source):
    """Return something with `logits`, and its words, or say what is missing."""
    if isinstance(source, Mapping) and all(isinstance(row, Mapping) for row in source.values()):
        source = _Counts(source)
    words = getattr(source, "vocabulary", None)
    words = getattr(source, "words", None) if words is None else words
    words = words() if callable(words) else words
    if not callable(getattr(source, "logits", None)) or words is None:
        raise TypeError(
            "source must have logits(prompt), which gives one score for each word, and a list of "
            "the words in .vocabulary or .words (a NextWordModel does); or be counts such as "
            f"count_next_words gives; got {type(source).__name__}"
        )
    if isinstance(words, str) or not isinstance(words, Sequence | np.ndarray):
        raise TypeError(f"source must have its words as a list, got {type(words).__name__}")
    words = [str(word) for word in words]
    if not 1 <= len(words) <= MOST:
        raise ValueError(f"source must have 1 to {MOST} words, got {len(words)}")
    return source, words


class NextWordExplorer(OwnSoftmax, Explorer):
    """See every probability of the next word, cut some off, draw one, and let the text grow.

    The source gives a score for each word once per text; temperature, cuts and draws are worked
    out in the browser over the whole vocabulary, so a dial never waits for Python. What you set
    in the page is in the attributes a moment later, and what you assign is drawn at once.

    Parameters
    ----------
    source : object
        Anything with ``logits(prompt)`` and its words in ``vocabulary`` or ``words``, such as a
        `NextWordModel`; or counts of next words, such as `count_next_words` returns. If it has
        ``as_written(text)``, as a `Storyteller` has, the page shows the text that this returns.
    prompt : str, default ""
        The text to continue.
    temperature : float, default 1.0
        At least 0; may be ``inf``.
    top_k : int, optional
        Keep this many words; None keeps all.
    top_p : float, default 1.0
        Keep the first words whose sum reaches this, from 0 (the first alone) to 1 (all).
    min_p : float, default 0.0
        Keep words with at least this times the largest probability; 0 keeps all. The three cuts
        are those of `softmax_lib.sampling.cut`. A page may work out e to a power with another last
        digit than Python, which decides where a sum or a ratio meets a cut exactly; counts at
        T = 1 take no power, and are cut alike.
    shown : int, default 10
        How many words have a bar of their own. The rest share one, and are never left out.
    seed : int, default 0
        The same seed and the same presses give the same text on every machine.
    softmax : callable, optional
        Your own; `softmax_lib.your_softmax` says how it is called. Python then works out the
        probabilities, and the explorer says which requirement they break, or where they are not
        the softmax. Words are drawn from any distribution, also from a wrong one.
    controls : sequence of str, optional
        The dials to show, of "temperature", "top_k", "top_p" and "min_p". Default: all.
    title : str, optional

    Attributes
    ----------
    text : str
        As the source reads it. Assign another to start over from it.
    temperature, top_k, top_p, min_p
        As the parameters.
    u : float or None
        The number drawn from [0, 1); the word whose part of the line holds it is the next one.
    probabilities : numpy.ndarray of float64, shape (V,)
        After the cuts, in the order of `vocabulary`.
    history : list of dict
        For each word added: ``word``, ``u``, ``probability``.
    vocabulary : list of str
    problems : list of str
        What is wrong with what your own softmax gives.

    Raises
    ------
    ValueError, TypeError
        When an argument, or what you assign later, is out of its range; the message names it.

    References
    ----------
    Video at 20:29, https://youtu.be/wjZofJX0v4M?t=1229 (predict the next token), and at 24:04,
    ?t=1444 (temperature).
    """

    _esm = module_text("explorers/next_word_explorer")
    _css = style_text("explorers/next_word_explorer")

    vocabulary = traitlets.List(read_only=True).tag(sync=True)
    prompt = traitlets.Unicode(read_only=True).tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    prose = traitlets.List(read_only=True).tag(sync=True)  # prompt and text as people write them
    start = traitlets.List(read_only=True).tag(sync=True)  # where Restart sets the dials
    logits = Checked(lambda values, explorer: explorer._scores(values), (), **SCORES)
    # What the logits are the logarithms of, where they are: its shares are exact at T = 1.
    counts = traitlets.List(read_only=True).tag(sync=True)
    temperature = Checked(lambda value, _: as_temperature(value), 1.0, **TEMPERATURE, **NO_ECHO)
    top_k = Checked(_top_k, None, **NO_ECHO)
    top_p = Checked(lambda value, _: as_share(value, "top_p"), 1.0, **NO_ECHO)
    min_p = Checked(lambda value, _: as_share(value, "min_p"), 0.0, **NO_ECHO)
    u = Checked(_u, None, **NO_ECHO)
    # Each word added: its place in the vocabulary, the number drawn, its probability.
    steps = Checked(_steps, (), **NO_ECHO)
    reached = traitlets.List(read_only=True).tag(sync=True)  # the words that logits follow
    draws = traitlets.List(read_only=True).tag(sync=True)
    drawn = Checked(_drawn, 0, **NO_ECHO)  # how many of them are used up
    trouble = traitlets.Unicode(read_only=True).tag(sync=True)  # why the text cannot go on
    shown = Checked(_shown, 10)
    controls = Checked(some_of("controls", CONTROLS, none=True), CONTROLS)

    def __init__(
        self,
        source,
        prompt="",
        *,
        temperature=1.0,
        top_k=None,
        top_p=1.0,
        min_p=0.0,
        shown=10,
        seed=0,
        softmax=None,
        controls=CONTROLS,
        title=None,
    ):
        self._source, words = _source(source)
        if not isinstance(prompt, str):
            raise TypeError(f"prompt must be a string, got {prompt!r}")
        self._use(softmax)
        self._generator = random_generator(seed)
        self._latest = None, []
        self._busy = True  # nothing follows from anything until all is set
        for name, value in {
            "vocabulary": words,
            "draws": self._generator.random(AHEAD).tolist(),
            "prompt": prompt,
        }.items():
            self.set_trait(name, value)
        super().__init__(
            text=prompt,
            logits=self._read(prompt),
            temperature=temperature,
            top_k=top_k,
            top_p=top_p,
            min_p=min_p,
            shown=_shown(shown),
            controls=controls,
            title="" if title is None else str(title),
        )
        at_start = [TEMPERATURE["to_json"](self.temperature, self)]
        self.set_trait("start", [*at_start, self.top_k, self.top_p, self.min_p])
        self.set_trait("prose", self._prose(prompt))
        self._busy = False

    # --- What follows from what ---

    def _read(self, text):
        """Return the source's scores for a text, checked; ask only once for the same text."""
        if text == self._latest[0]:
            return self._latest[1]
        logits = self._scores(self._source.logits(text), f"source.logits({text!r})")
        self._latest = text, logits
        return logits

    def _scores(self, values, name="logits"):
        """Return scores as a list of floats, or say what is wrong with them."""
        logits = as_floats(values, name).astype(np.float64)
        if logits.shape != (len(self.vocabulary),):
            raise ValueError(
                f"{name} must have one score for each of the {len(self.vocabulary)} words, got "
                f"shape {logits.shape}"
            )
        try:
            softmax(logits)  # raises for NaN, +inf, and when every word is masked
        except ValueError as error:
            raise ValueError(str(error).replace("logits", name, 1)) from None
        return logits.tolist()

    def _prose(self, text):
        """Return the prompt and a text as people write them, where the source knows how."""
        write = getattr(self._source, "as_written", str)
        return [write(self.prompt), write(text)]

    def _written(self, steps):
        if not steps:
            return self.prompt
        text = self.prompt.rstrip()
        for index, *_ in steps:
            text = _join(text, self.vocabulary[index])
        return text

    @traitlets.observe("steps")
    def _follow(self, change):
        if self._busy:
            return
        self._busy = True
        text = self._written(self.steps)
        try:
            with self.hold_sync():
                logits = self._read(text)
                self.logits, self.text = logits, text
                self.set_trait("prose", self._prose(text))
                self.set_trait("reached", [index for index, *_ in self.steps])
                self.set_trait("trouble", "")
        except (TypeError, ValueError) as error:  # the source cannot read its own word: step back
            self.set_trait("trouble", f"“{text}” has no next word: {error}")
            self.steps = self.steps[: len(self.reached)]
        finally:
            self._busy = False

    @traitlets.validate("text")
    def _check_text(self, proposal):
        if not self._busy:
            self._read(proposal["value"])  # raises before anything has changed
        return proposal["value"]

    @traitlets.observe("text")
    def _start_over(self, change):
        if self._busy:
            return
        self.set_trait("prompt", change["new"])
        self.u = None
        if self.steps:
            self.steps = []
        else:
            self._follow(None)

    @traitlets.observe("logits")
    def _follow_counts(self, change):
        text, logits = self._latest
        known = hasattr(self._source, "counted") and list(self.logits) == logits
        self.set_trait("counts", self._source.counted(text) if known else [])

    @traitlets.observe("temperature", "logits", "asked")
    def _follow_scores(self, change):
        self._ask()

    def _question(self):
        rows = [f"“{word}”" for word in self.vocabulary]
        return {"scores": list(self.logits), "temperature": self.temperature, "rows": rows}

    @traitlets.observe("drawn")
    def _stay_ahead(self, change):
        if self.drawn > len(self.draws) - AHEAD // 2:
            more = self.drawn - len(self.draws) + AHEAD
            self.set_trait("draws", self.draws + self._generator.random(more).tolist())

    # --- Predict mode ---

    def predict(self, seed=0, *, kinds=None, **options):
        """Return rounds in which you predict what a temperature or a cut does to the next word.

        Each round goes on from the prompt with likely words of the source, to a place where it is
        not sure how to go on. The truth is that of the course's softmax, whichever you gave.

        Parameters
        ----------
        seed : int, default 0
            The same seed gives the same rounds on every machine.
        kinds : sequence of str, optional
            Which kinds of rounds, of "temperature", "top_k", "top_p" and "min_p". Default: all.
        **options
            ``needed``, ``within``, ``exercise`` and ``title``, as `PredictExplorer` takes them.

        Returns
        -------
        PredictExplorer

        Raises
        ------
        ValueError
            When an argument is out of its range, or the source is nearly sure of every next word.
        """
        start, words = self.prompt, list(self.vocabulary)
        # Many walks pass through the same texts.
        read = functools.lru_cache(maxsize=200)(lambda text: np.array(self._read(text)))

        def walk(generator):
            text = start
            for _ in range(WALK):
                try:
                    logits = read(text)
                except (TypeError, ValueError):  # the source cannot read on from here
                    return
                yield text, logits
                text = _join(text.rstrip(), words[draw_continuation(generator, logits)])

        return PredictExplorer(
            lambda generator: word_round(generator, walk, words, kinds),
            seed=seed,
            **options,
        )

    # --- What there is to read ---

    @property
    def _cut(self):
        """The probabilities before the cuts, after them, the order, and how many each cut left."""
        if self.counts and self.temperature == 1:
            before = np.array(self.counts) / np.sum(self.counts)
        else:
            before = softmax(self.logits, temperature=self.temperature)
        if self.own:
            if self.answer is None:
                raise ValueError(f"there are no probabilities: {'; '.join(self.problems)}")
            before = np.array(self.answer)
            if not self.fit:  # shown as they are: there is nothing to cut or to share out
                order = rank(np.where(np.isnan(before), -np.inf, before), self.logits)
                return before, before, order, [len(before)] * 3
        # `fit` was judged in the precision of the softmax, which may be a coarse one.
        cuts = {"top_k": self.top_k, "top_p": self.top_p, "min_p": self.min_p}
        result = _cut_off(before, **cuts, scores=np.array(self.logits))
        order = rank(before, self.logits)
        return before, result.probabilities, order, result.counts.tolist()

    @property
    def probabilities(self):
        """The probability of each word of the vocabulary, after the cuts."""
        return self._cut[1]

    @property
    def history(self):
        """Each word that was added, the number drawn for it, and the probability it had."""
        return [
            {"word": self.vocabulary[index], "u": u, "probability": p} for index, u, p in self.steps
        ]

    def top(self, count=10):
        """Return the most probable words as (word, probability), after the cuts."""
        _, after, order, _ = self._cut
        return [(self.vocabulary[i], float(after[i])) for i in order[:count]]

    # --- The same presses from Python ---

    def step(self, count=1):
        """Draw and add `count` words, as the button does, and return the text."""
        if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 0:
            raise ValueError(f"count must be an integer >= 0, got {count!r}")
        for _ in range(count):
            if not self.fit:
                raise ValueError(f"nothing can be drawn: {'; '.join(self.problems)}")
            if self.u is None:
                self.u, self.drawn = self.draws[self.drawn], self.drawn + 1
            _, after, order, left = self._cut
            index = int(order[fall(after[order[: left[-1]]], self.u)])
            step, self.u = [index, self.u, float(after[index])], None
            self.steps = [*self.steps, step]
            if self.trouble:
                raise ValueError(self.trouble)
        return self.text

    def undo(self):
        """Take the last word back; its number is drawn again, so a dial can change its word."""
        if self.steps:
            self.u = self.steps[-1][1]
            self.steps = self.steps[:-1]

    def restart(self):
        """Go back to the prompt, the first number of the seed, and the dials as they were."""
        for name, value in zip(CONTROLS, self.start):
            setattr(self, name, math.inf if name == "temperature" and value is None else value)
        self.drawn, self.u = 0, None
        self.steps = []

    # --- Where nothing can be dragged ---

    @property
    def description(self):
        """What the explorer shows, in a few sentences."""
        name, text = self.title or "Next-word explorer", self.prose[1]
        sentences = [f"{name}. Text: “{text}”" if text else f"{name}. No text yet"]
        if self.own and self.answer is None:
            return (
                f"{sentences[0]}. Your softmax gives no probabilities: {'; '.join(self.problems)}."
            )
        rows, (count, _, rest) = self._rows()
        listed = ", ".join(f"{_quoted(word)} {probability_text(p)}" for word, _, p in rows)
        t = "infinity" if self.temperature == math.inf else f"{self.temperature:g}"
        sentences.append(f"Next word at temperature {t}{self._cuts_text()}: {listed}")
        if count:
            s, them = ("", "it") if count == 1 else ("s", "them")
            sentences[-1] += f", and {probability_text(rest)} for the other {count} word{s}"
        sentences += [f"Wrong: {problem}" for problem in self.problems]
        return ". ".join(sentences) + "."

    def _cuts_text(self):
        cuts = [f"top-k {self.top_k}"] * (self.top_k is not None)
        cuts += [f"top-p {self.top_p:g}"] * (self.top_p < 1)
        cuts += [f"min-p {self.min_p:g}"] * (self.min_p > 0)
        return ", " + ", ".join(cuts) if cuts else ""

    def _rows(self):
        """Return (word, before, after) of the words shown, and the count and sums of the rest."""
        before, after, order, _ = self._cut
        first, last = order[: self.shown], order[self.shown :]
        rows = [(self.vocabulary[i], float(before[i]), float(after[i])) for i in first]
        return rows, (len(last), float(before[last].sum()), float(after[last].sum()))

    def _table(self):
        heads, rows = ["next word", "probability"], []
        cut = bool(self._cuts_text())
        if cut:
            heads.append("after the cuts")
        if not self.own or self.answer is not None:
            shown, (count, *rest) = self._rows()
            if count:
                shown.append((f"{count} other word{'s' * (count > 1)}", *rest))
            for name, *values in shown:
                texts = map(probability_text, values[: 1 + cut])
                rows.append([name, *texts, bar_cell(values[-1], BLUE)])
        return static_table(self.description, "draw words", heads, rows)


def _quoted(word):
    """Keep a period or a comma that is a word apart from those of the sentence."""
    return word if word[:1].isalnum() else f"“{word}”"
