"""From text to tokens and back: whole words, or the pieces of words that GPT-2 learned."""

import re
from functools import cached_property

from ..ngram import _near, split_words
from .weights import read_json, short

__all__ = ["Pieces", "Words"]


class Words:
    """Text as whole words, lowercase, with signs as words and quotation marks that have a side."""

    def __init__(self, folder, config):
        file = folder / "vocab.json"
        if not file.is_file():
            raise FileNotFoundError(f"{folder.name} must hold vocab.json, and it does not")
        self._ids = read_json(file)
        if not _numbered(self._ids):
            raise ValueError(f"vocab.json must number its words from 0 to {len(self._ids) - 1}")
        self.words = sorted(self._ids, key=self._ids.get)
        for word in self.words:
            if not word.isprintable():  # half a character (a surrogate) cannot even be shown
                raise ValueError(f"vocab.json must hold words that can be shown, got {word!a}")
        names = config.get("names") or []
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ValueError(f"config.json: names must be a list of words, got {short(names)}")
        self._names = _DAYS.union(names)

    def read(self, text):
        ids, inside = [], False
        for word in split_words(text):
            if word in ('"', _OPEN, _CLOSE):
                opens = word == _OPEN or (word == '"' and not inside)
                word, inside = (_OPEN if opens else _CLOSE), opens
            if word not in self._ids:
                count = sum(not re.fullmatch(r"<.*>", known) for known in self.words)  # no marks
                raise ValueError(
                    f"the model does not know {word!r}: it reads {count} words, signs "
                    f"included; {_near(word, self.words)}"
                )
            ids.append(self._ids[word])
        return ids

    def write(self, ids):
        words = [self.words[i] for i in ids]
        words = [word for word in words if not re.fullmatch(r"<.*>", word)]  # marks, not words
        text, starts, before = "", True, _OPEN
        for i, word in enumerate(words):
            # "Who is there?" asked Mia: what follows the quotation goes on with the sentence.
            goes_on = before == _CLOSE and not _SPEECH.isdisjoint(words[i : i + 2])
            if word[:1].isalpha():
                if (starts and not goes_on) or word in self._names or re.match("i('|$)", word):
                    word = word[0].upper() + word[1:]
                starts = False
            text += word if before == _OPEN or word in _NO_SPACE_BEFORE else " " + word
            starts = starts or word in _ENDS or word == _OPEN
            before = word
        return text


def _numbered(ids):
    """Return whether the words' numbers are 0, 1, 2, ...: `True` and 1.0 are no such numbers."""
    values = list(ids.values())
    return all(type(i) is int for i in values) and sorted(values) == list(range(len(values)))


_OPEN, _CLOSE = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"
_ENDS = {".", "!", "?"}
_NO_SPACE_BEFORE = {*_ENDS, ",", ";", ":", _CLOSE}
_SPEECH = set(
    "said says asked cried called whispered shouted laughed answered replied sang thought told "
    "added begged".split()
)
_DAYS = {day + "day" for day in ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")}
_DAYS |= {day + "s" for day in _DAYS}


_MARK = "<|endoftext|>"  # between two texts, in all that OpenAI's GPT-2 was trained on


class Pieces:
    """Text as the pieces of words that GPT-2 was trained on."""

    def __init__(self, folder):
        try:
            import tokenizers
        except ModuleNotFoundError:
            raise ModuleNotFoundError(
                f"reading text for the model in {folder.name} needs the package tokenizers: "
                "run python -m pip install tokenizers"
            ) from None
        whole = (folder / "tokenizer.json").is_file()
        files = ["tokenizer.json"] if whole else ["vocab.json", "merges.txt"]
        paths = [str(folder / name) for name in files]
        try:
            if whole:
                self._pieces = tokenizers.Tokenizer.from_file(*paths)
            else:
                self._pieces = tokenizers.ByteLevelBPETokenizer.from_file(*paths)
                # A tokenizer.json says which of its tokens are marks; here GPT-2's own is known.
                if self._pieces.token_to_id(_MARK) is not None:
                    self._pieces.add_special_tokens([_MARK])
            numbered = _numbered(self._pieces.get_vocab())
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # the library raises Exception, and now and then panics
            raise ValueError(
                f"the tokenizer in {folder.name} ({' and '.join(files)}) is damaged: {error}"
            ) from None
        if not numbered:
            raise ValueError(
                f"the tokenizer in {folder.name} ({' and '.join(files)}) is damaged: its tokens "
                f"must be numbered from 0 without a gap"
            )

    @cached_property
    def words(self):
        count = self._pieces.get_vocab_size()
        return [self._pieces.decode([i], skip_special_tokens=False) for i in range(count)]

    def read(self, text):
        if not isinstance(text, str):
            raise TypeError(f"text must be a string, got {text!r} of type {type(text).__name__}")
        return self._pieces.encode(text).ids

    def write(self, ids):
        return self._pieces.decode(ids)
