"""Real next-word counts, and a small real model of the next word.

The counts and the weights come from the Python documentation; ``softmax_lib/data/README.md`` says
how, and how good the model is. Nothing is read from disk until a function asks for it.

The model is log-bilinear: the last three words become a vector ``x``, every word that could come
next has a row in a matrix ``W``, and the scores are ``W @ x``.

Source: Mnih and Hinton, ICML 2007, https://doi.org/10.1145/1273496.1273577 (the model).
Video: https://youtu.be/wjZofJX0v4M?t=1365 (a matrix times the last vector, 22:45).
"""

import difflib
import json
import re
from collections import Counter
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np

from .distributions import as_floats, check_distribution
from .sampling import sample
from .softmax import as_temperature
from .softmax import softmax as course_softmax
from .your_softmax import OutputError, by_rows

__all__ = ["NextWordModel", "count_next_words", "next_word_counts", "split_words", "word_counts"]

# A run of letters, apostrophes and hyphens allowed inside; or any other single sign.
_TOKEN = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|\S")


def split_words(text):
    """Cut a text into lowercase words, periods, commas and other signs.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str

    Raises
    ------
    TypeError
        When `text` is not a string.

    Examples
    --------
    >>> split_words("Don't stop, Ada.")
    ["don't", 'stop', ',', 'ada', '.']
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a string, got {text!r} of type {type(text).__name__}")
    return _TOKEN.findall(text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))


def count_next_words(text):
    """Count, for each word of a text, which words come next and how often.

    Periods and commas count as words. Any other sign breaks the chain: no pair reaches across it.

    Parameters
    ----------
    text : str

    Returns
    -------
    dict of str to dict of str to int
        For each word its next words, most frequent first, then by the alphabet.

    Raises
    ------
    TypeError
        When `text` is not a string.

    Examples
    --------
    >>> count_next_words("the cat saw the dog, the cat ran.")["the"]
    {'cat': 2, 'dog': 1}
    """
    counts = {}
    words = split_words(text)
    for word, following in zip(words, words[1:], strict=False):
        if _is_word(word) and _is_word(following):
            counts.setdefault(word, Counter())[following] += 1
    return {word: _most_frequent_first(row) for word, row in counts.items()}


def next_word_counts(word):
    """Return how often each word followed `word` in the Python documentation.

    Parameters
    ----------
    word : str
        One of the 700 most frequent words; ``"."`` (what starts a sentence) and ``","`` are two
        of them.

    Returns
    -------
    dict of str to int
        Every word that followed, most frequent first, then by the alphabet.

    Raises
    ------
    ValueError
        When `word` was not counted; the message names words near it.
    TypeError
        When `word` is not a string.

    References
    ----------
    Python documentation, Python Software Foundation; see ``softmax_lib/data/README.md``.

    Examples
    --------
    >>> next_word_counts("equivalent")
    {'to': 20, 'of': 1, 'test': 1}
    """
    if not isinstance(word, str):
        raise TypeError(f"word must be a string, got {word!r} of type {type(word).__name__}")
    table = _counts()
    key = word.strip().lower()
    if key not in table:
        raise ValueError(
            f"word must be one of the {len(table)} words that were counted, got {word!r}; "
            + _near(key, table)
        )
    return {
        following: int(count) for count, words in table[key].items() for following in words.split()
    }


def word_counts():
    """Return how often each word occurs in the Python documentation.

    Returns
    -------
    dict of str to int
        Most frequent first, then by the alphabet. Counted is what follows one of the 700 most
        frequent words, as in `next_word_counts`.

    References
    ----------
    Python documentation, Python Software Foundation; see ``softmax_lib/data/README.md``.
    """
    counts = Counter()
    for word in _counts():
        counts.update(next_word_counts(word))
    return _most_frequent_first(counts)


class NextWordModel:
    """A log-bilinear model of the next word, small enough to look at whole.

    Attributes
    ----------
    vocabulary : list of str
        The V words that the model can read and say, most frequent first.
    unembedding : numpy.ndarray of float64, shape (V, d)
        The matrix W: one row for each word of `vocabulary`. Read-only.

    References
    ----------
    Mnih and Hinton (2007). Each of the last three words has a vector, a matrix for its
    place turns it, and the sum is ``x``. The published model adds a bias to each score; here it
    is the last column of W, and the last entry of ``x`` is always 1, so that the scores are
    ``W @ x`` and nothing else.

    Examples
    --------
    >>> model = NextWordModel.load()
    >>> model.logits("the value").shape == (len(model.vocabulary),)
    True
    """

    def __init__(self, vocabulary, embedding, mixing, unembedding):
        """Put a model together from its parts; `load` does it for you.

        Parameters
        ----------
        vocabulary : sequence of str, length V
            Among them ``"."``, which stands for what comes before a text.
        embedding : array_like, shape (V + 1, d - 1)
            A vector for each word as something read; the last one for any other word.
        mixing : array_like, shape (k, d - 1, d - 1)
            A matrix for each of the last k words, the most recent last.
        unembedding : array_like, shape (V, d)
            A row for each word as something to say.

        Raises
        ------
        ValueError
            When the shapes do not fit, a number is not finite, or words repeat.
        """
        self._words = tuple(str(word) for word in vocabulary)
        self._index = {word: i for i, word in enumerate(self._words)}
        parts = {"embedding": embedding, "mixing": mixing, "unembedding": unembedding}
        for name, part in parts.items():
            part = as_floats(part, name, axis=None).astype(np.float64)
            if not np.isfinite(part).all():
                raise ValueError(f"{name} must hold finite numbers only")
            part.setflags(write=False)  # one loaded model is shared by everybody
            parts[name] = part
        if len(self._index) != len(self._words) or "." not in self._index:
            raise ValueError("vocabulary must hold each word once, and a period")
        count, d = len(self._words), parts["unembedding"].shape[-1]
        places = len(parts["mixing"]) if parts["mixing"].ndim else 0
        expected = {
            "embedding": (count + 1, d - 1),
            "mixing": (places, d - 1, d - 1),
            "unembedding": (count, d),
        }
        for name, shape in expected.items():
            if parts[name].shape != shape:
                raise ValueError(f"{name} must have shape {shape}, got {parts[name].shape}")
        self.unembedding = parts["unembedding"]
        self._embedding, self._mixing = parts["embedding"], parts["mixing"]

    @property
    def vocabulary(self):
        return list(self._words)

    def __repr__(self):
        count, d = self.unembedding.shape
        return f"NextWordModel({count} words, hidden vector of {d} numbers)"

    @classmethod
    def load(cls, path=None):
        """Load the course's model.

        Parameters
        ----------
        path : str or path-like, optional
            Another file that `training/next_words.py` wrote. Default: the one in the package.

        Returns
        -------
        NextWordModel
            The course's own is loaded once; later calls return the same object.

        Raises
        ------
        ValueError
            When the file is damaged or is not such a model.
        FileNotFoundError
            When there is no such file.
        """
        return _course_model() if path is None else _read_model(path)

    def hidden(self, prompt):
        """Return the vector that the model makes of the end of a text.

        Parameters
        ----------
        prompt : str
            Only its last three words matter. Words of `vocabulary`; capitals do not matter.

        Returns
        -------
        numpy.ndarray of float64, shape (d,)
            Its last entry is 1.

        Raises
        ------
        ValueError
            When the model does not know a word of `prompt`; the message names words near it.
        TypeError
            When `prompt` is not a string.
        """
        return self._hidden(self._read(prompt))

    def logits(self, prompt):
        """Return the score of every word to come next: ``unembedding @ hidden(prompt)``.

        Parameters
        ----------
        prompt : str

        Returns
        -------
        numpy.ndarray of float64, shape (V,)
            One score for each word of `vocabulary`.

        Raises
        ------
        ValueError, TypeError
            As `hidden` says.

        References
        ----------
        Video at 22:45, https://youtu.be/wjZofJX0v4M?t=1365
        """
        return self.unembedding @ self.hidden(prompt)

    def row(self, word):
        """Return the row of `unembedding` that belongs to `word`.

        Parameters
        ----------
        word : str

        Returns
        -------
        numpy.ndarray of float64, shape (d,)

        Raises
        ------
        ValueError
            When the model does not know `word`.
        TypeError
            When `word` is not a string.
        """
        known = self._read(word)
        if len(known) != 1:
            raise ValueError(f"word must be one word, got {word!r}")
        return self.unembedding[known[0]]

    def tell(self, prompt, length=25, temperature=1.0, softmax=None, seed=0, generator=None):
        """Continue a text word by word: score, softmax, draw, append, repeat.

        Parameters
        ----------
        prompt : str
            What to continue. An empty one starts a sentence.
        length : int, default 25
            How many words to add; a period or a comma counts as one.
        temperature : float, default 1.0
            0 takes the word with the highest score each time; large values draw evenly.
        softmax : callable, optional
            Your own; `softmax_lib.your_softmax` says how it is called. Default: the course's.
        seed : int, default 0
            The same seed gives the same text on every machine.
        generator : numpy.random.Generator, optional
            Draws from here instead; `seed` is then ignored.

        Returns
        -------
        str
            `prompt` and its continuation.

        Raises
        ------
        ValueError
            When what `softmax` returns is not a distribution over the vocabulary (the message
            says which requirement broke), when the model does not know a word of `prompt`, or
            when `length` or `temperature` is negative.
        TypeError
            When an argument has the wrong type, or `softmax` takes no temperature and needs one.
        """
        if isinstance(length, bool) or not isinstance(length, int | np.integer):
            raise TypeError(f"length must be an integer >= 0, got {length!r}")
        if length < 0:
            raise ValueError(f"length must be >= 0, got {length}")
        temperature = as_temperature(temperature)
        rows = by_rows(course_softmax if softmax is None else softmax, temperature)
        if generator is None:
            generator = np.random.default_rng(seed)
        read = self._read(prompt)
        text = prompt.strip()
        for _ in range(length):
            logits = self.unembedding @ self._hidden(read)
            after = f"after {text!r}" if text else "at the start"
            try:
                probabilities = rows(logits)
            except OutputError as error:
                raise OutputError(f"{after}, {error}") from None
            check_distribution(probabilities, name=f"{after}, what softmax returned")
            read.append(int(sample(probabilities, generator)))
            word = self._words[read[-1]]
            text += word if word in (".", ",") or not text else " " + word
        return text

    def _read(self, text):
        """Return the places of the text's words in the vocabulary, or say which are not there."""
        words = split_words(text)
        for word in words:
            if word not in self._index:
                raise ValueError(
                    f"the model does not know {word!r}: it reads {len(self._words)} words, "
                    f"periods and commas included; {_near(word, self._words)}"
                )
        return [self._index[word] for word in words]

    def _hidden(self, read):
        places = len(self._mixing)
        # A text begins as a sentence does: after a period.
        last = ([self._index["."]] * places + read)[-places:]
        x = sum(self._embedding[i] @ turn for i, turn in zip(last, self._mixing, strict=True))
        return np.append(x, 1.0)


def _is_word(token):
    return token[0].isalpha() or token in (".", ",")


def _most_frequent_first(row):
    return dict(sorted(row.items(), key=lambda item: (-item[1], item[0])))


def _near(word, words):
    near = difflib.get_close_matches(word, list(words), n=3)
    if near:
        return "near it: " + ", ".join(near)
    return "words that are there: " + ", ".join(w for w in list(words)[:12] if w.isalpha())


@lru_cache(maxsize=1)
def _data():
    """Return everything in next_words.json."""
    name = "next_words.json"
    text = _package_file(name).read_text(encoding="utf-8")
    try:
        data = json.loads(text)
        counts = data["counts"]
        if not all(isinstance(words, str) for row in counts.values() for words in row.values()):
            raise TypeError("each count must have its words")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{name} is damaged ({error}); {_REPAIR}") from None
    return data


def _counts():
    return _data()["counts"]


@lru_cache(maxsize=1)
def _course_model():
    return _read_model(_package_file("next_words_model.npz"))


_REPAIR = "get the course again, or run training/next_words.py"


def _package_file(name):
    file = resources.files(__package__) / "data" / name
    if not file.is_file():
        raise FileNotFoundError(f"softmax_lib/data/{name} is missing; {_REPAIR}")
    return file


def _read_model(source):
    if not hasattr(source, "open"):
        source = Path(source)
    with source.open("rb") as file:
        try:
            with np.load(file, allow_pickle=False) as arrays:
                words = [word.decode("ascii") for word in arrays["vocabulary"].tolist()]
                parts = [arrays[name] for name in ("embedding", "mixing", "unembedding")]
            return NextWordModel(words, *parts)
        except Exception as error:  # a damaged file fails in a dozen ways, from EOF to SyntaxError
            why = str(error).strip("'\"")
            raise ValueError(f"{source.name} is not a next-word model ({why}); {_REPAIR}") from None
