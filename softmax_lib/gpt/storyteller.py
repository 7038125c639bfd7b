"""A language model that reads and writes text."""

import operator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..softmax import softmax as course_softmax
from .model import GPT2, as_length
from .text import Pieces, Words

__all__ = ["Attentions", "Storyteller", "held_out_stories"]

COURSE = Path(__file__).resolve().parent.parent / "data" / "storyteller"


def held_out_stories(folder=COURSE):
    """Return the stories that a storyteller never read, to judge it by.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Holds ``held_out.txt``. Default: the course's own.

    Returns
    -------
    list of str
        The course's are 150: 50 skeletons, each filled three times.
    """
    lines = (folder / "held_out.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


class Attentions(NamedTuple):
    """Where every head looked, for every word of a text.

    Attributes
    ----------
    words : list of str, length n
        The text as the model reads it.
    weights : numpy.ndarray of float32, shape (layers, heads, n, n)
        ``weights[l, h, i, j]``: how much head h of layer l, at word i, looks at word j.
    """

    words: list
    weights: np.ndarray


class Storyteller:
    """A language model that reads and writes text, with a softmax of your choice inside.

    Attributes
    ----------
    vocabulary : list of str
        The V words (of a downloaded GPT-2: pieces of words) that the model can read and say.
    unembedding : numpy.ndarray of float32, shape (V, d)
        One row for each of them. Read-only.
    model : GPT2

    Examples
    --------
    Another folder with a GPT-2 in it works too: ``Storyteller.load("gpt2")``.
    """

    def __init__(self, model, text):
        """Put a storyteller together; `load` does it for you.

        Parameters
        ----------
        model : GPT2
        text : object
            Has ``words``, a list of V strings, ``read(text)``, which returns tokens, and
            ``write(tokens)``, which returns a text.

        Raises
        ------
        ValueError
            When the vocabulary has another size than the model's.
        """
        self.model, self._text = model, text
        count = len(model.embedding)
        if len(text.words) != count:
            raise ValueError(
                f"the vocabulary must have a word for each of the model's {count} tokens, "
                f"got {len(text.words)}"
            )
        ends = model.config.get("eos_token_id")
        self._ends = set(ends if isinstance(ends, list) else [ends])

    @property
    def vocabulary(self):
        return list(self._text.words)

    @property
    def unembedding(self):
        return self.model.unembedding

    def __repr__(self):
        return f"Storyteller({self.model!r})"

    @classmethod
    def load(cls, folder=None, softmax=course_softmax):
        """Load the course's storyteller, or another GPT-2.

        Parameters
        ----------
        folder : str or path-like, optional
            Holds ``config.json``, ``model.safetensors``, and either ``vocab.json`` alone (whole
            words) or a GPT-2 tokenizer (``tokenizer.json``, or ``vocab.json`` and ``merges.txt``),
            for which the package `tokenizers` must be installed. Default: the course's own.
        softmax : callable, optional
            What turns scores into weights, in the attention and over the next words.
            `softmax_lib.your_softmax` says how it is called. Default: the course's.

        Returns
        -------
        Storyteller

        Raises
        ------
        ValueError
            When a file is damaged, cut short, or not of such a model.
        FileNotFoundError
            When a file is missing.
        ModuleNotFoundError
            When the folder needs the package `tokenizers`.

        Notes
        -----
        OpenAI's smallest GPT-2 (124 million numbers, about 550 MB, English) is on the Hugging Face
        Hub. With internet and the packages `tokenizers` and `huggingface_hub`, run in a terminal::

            hf download openai-community/gpt2 config.json model.safetensors tokenizer.json \\
                --local-dir gpt2

        and then ``Storyteller.load("gpt2").tell("The fox", length=20)``.
        """
        folder = COURSE if folder is None else Path(folder)
        model = GPT2.load(folder, softmax)
        if (folder / "tokenizer.json").is_file() or (folder / "merges.txt").is_file():
            return cls(model, Pieces(folder))
        return cls(model, Words(folder, model.config))

    def words(self, prompt):
        """Return a text as the model reads it.

        Parameters
        ----------
        prompt : str

        Returns
        -------
        list of str

        Raises
        ------
        ValueError
            When the text is empty, too long, or has a word that the model does not know; the
            message names words near it.
        TypeError
            When `prompt` is not a string.
        """
        return [self._text.words[i] for i in self._read(prompt)]

    def as_written(self, text):
        """Return a text as people write it, with capitals and spaces where they belong.

        Parameters
        ----------
        text : str
            As the model reads it; it may be empty.

        Returns
        -------
        str

        Raises
        ------
        ValueError
            When the text has a word that the model does not know.
        TypeError
            When `text` is not a string.
        """
        return self._text.write(self._text.read(text))

    def hidden(self, prompt):
        """Return the vector that the model makes of a text.

        Parameters
        ----------
        prompt : str

        Returns
        -------
        numpy.ndarray of float32, shape (d,)

        Raises
        ------
        ValueError, TypeError
            As `words` says.
        """
        return self.model._hidden(np.array(self._read(prompt)), self.model._rows(None))[-1]

    def logits(self, prompt, even_heads=()):
        """Return the score of every word to come next: ``unembedding @ hidden(prompt)``.

        Parameters
        ----------
        prompt : str
        even_heads : iterable of (int, int), optional
            Heads to try the model without, as (layer, head) from 0: each looks at every word that
            it may see alike, in place of where softmax sends it.

        Returns
        -------
        numpy.ndarray of float64, shape (V,)
            One score for each entry of `vocabulary`.

        Raises
        ------
        ValueError, TypeError
            As `words` says; ValueError also when there is no such head.
        """
        even_heads = self._pairs(even_heads)
        if not even_heads:
            return (self.unembedding @ self.hidden(prompt)).astype(np.float64)
        ids = np.array(self._read(prompt))
        hidden = self.model._hidden(ids, self.model._rows(course_softmax), even_heads=even_heads)
        return (self.unembedding @ hidden[-1]).astype(np.float64)

    def _pairs(self, even_heads):
        """Return the heads as a list of (layer, head), or say what is wrong with them."""
        shape = self.model.layers, self.model.heads
        try:
            pairs = [tuple(map(operator.index, pair)) for pair in even_heads]
            wrong = [
                p for p in pairs if len(p) != 2 or not all(0 <= i < n for i, n in zip(p, shape))
            ]
        except TypeError:  # no pairs, or no integers in them
            pairs, wrong = [], [even_heads]
        if wrong:
            raise ValueError(
                f"even_heads must be pairs (layer, head) with layers from 0 to {shape[0] - 1} "
                f"and heads from 0 to {shape[1] - 1}, got {wrong[0]!r}"
            )
        return pairs

    def row(self, word):
        """Return the row of `unembedding` that belongs to a word.

        Parameters
        ----------
        word : str

        Returns
        -------
        numpy.ndarray of float32, shape (d,)

        Raises
        ------
        ValueError
            When `word` is not one word of the vocabulary.
        TypeError
            When `word` is not a string.
        """
        known = self._text.read(word)
        if len(known) != 1:
            raise ValueError(f"word must be one word of the vocabulary, got {word!r}")
        return self.unembedding[known[0]]

    def attention(self, prompt, softmax=None):
        """Return where every attention head looks, for every word of a text.

        Parameters
        ----------
        prompt : str
        softmax : callable, optional
            Your own; `softmax_lib.your_softmax` says how it is called. Default: the one it was
            loaded with.

        Returns
        -------
        Attentions
            The words, and the weights of shape (layers, heads, n, n).

        Raises
        ------
        ValueError, TypeError
            As `words` says, and when `softmax` does not return numbers of the right shape.
        """
        ids = self._read(prompt)
        _, weights = self.model.forward(ids, return_attentions=True, softmax=softmax)
        return Attentions([self._text.words[i] for i in ids], weights)

    def stream(self, prompt, length=None, seed=0, generator=None, **settings):
        """Continue a text word by word, and show what each word was drawn from.

        Parameters
        ----------
        prompt, length, seed, generator
            As in `tell`.
        **settings
            ``temperature``, ``top_k``, ``top_p``, ``min_p`` and ``softmax``, as in `tell`.

        Returns
        -------
        iterator of Step
            ``token`` is the word. The last may be the mark that ends a story.

        Raises
        ------
        ValueError, TypeError
            As `tell` says.
        """
        steps = self._steps(self._read(prompt), length, seed, generator, settings)
        return (step._replace(token=self._text.words[step.token]) for step in steps)

    def tell(
        self,
        prompt,
        length=None,
        temperature=1.0,
        top_k=None,
        top_p=None,
        min_p=None,
        softmax=None,
        seed=0,
        generator=None,
    ):
        """Continue a text: score, softmax, cut, draw, append, repeat.

        Parameters
        ----------
        prompt : str
            What to continue: at least one word.
        length : int, optional
            How many words to add at most; signs count as words. Default: until the story ends or
            the model's window is full, whichever comes first.
        temperature : float, default 1.0
            0 takes the most probable word each time; large values draw evenly.
        top_k : int, optional
            Draw from the k most probable words only.
        top_p : float, optional
            Draw from the fewest words that have this much probability together.
        min_p : float, optional
            Draw from the words at least this many times as probable as the most probable one.
            Cuts apply in this order, over the whole vocabulary.
        softmax : callable, optional
            Your own, used in every attention head and for the next word.
            `softmax_lib.your_softmax` says how it is called. Default: the one it was loaded
            with.
        seed : int, default 0
            The same seed gives the same text.
        generator : numpy.random.Generator, optional
            Draws from here instead; `seed` is then ignored.

        Returns
        -------
        str
            `prompt` and its continuation, with capitals and spaces where they belong.

        Raises
        ------
        ValueError
            When `prompt` is empty, too long or has an unknown word (the message names words near
            it), a setting is out of its range, or what `softmax` returns is not a distribution
            over the vocabulary (the message says which requirement broke).
        TypeError
            When an argument has the wrong type, or `softmax` takes no temperature and needs one.
        """
        settings = {"temperature": temperature, "top_k": top_k, "top_p": top_p, "min_p": min_p}
        ids = self._read(prompt)
        steps = self._steps(ids, length, seed, generator, settings | {"softmax": softmax})
        return self._text.write(ids + [step.token for step in steps])

    def _read(self, prompt):
        """Return a prompt's tokens, or say what is wrong with it."""
        ids = self._text.read(prompt)
        if not ids:
            raise ValueError("prompt must have at least one word, got an empty text")
        if len(ids) > self.model.context:
            raise ValueError(
                f"prompt must have at most {self.model.context} words and signs, got {len(ids)}: "
                "the model cannot look further back"
            )
        return ids

    def _steps(self, ids, length, seed, generator, settings):
        """Return the model's steps up to the end of the story."""
        room = self.model.context - len(ids)
        length = room if length is None else min(as_length(length), room)
        generator = np.random.default_rng(seed) if generator is None else generator
        steps = self.model.stream(ids, length, generator=generator, **settings)

        def until_the_end():
            for step in steps:
                yield step
                if step.token in self._ends:
                    return

        return until_the_end()
