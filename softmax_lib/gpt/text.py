"""From text to tokens and back: whole words, or the pieces of words that GPT-2 learned."""

import re
from functools import cached_property

from ..ngram import _near, split_words
from .weights import read_json

__all__ = ["Pieces", "Words"]


class Words:
    """Text as whole words, lowercase, with signs as words and quotation marks that have a side."""

    def __init__(self, folder, config):
        file = folder / "vocab.json"
        if not file.is_file():
            raise FileNotFoundError(f"{folder.name} must hold vocab.json, and it does not")
        self._ids = read_json(file)
        if sorted(self._ids.values(), key=repr) != sorted(range(len(self._ids)), key=repr):
            raise ValueError(f"vocab.json must number its words from 0 to {len(self._ids) - 1}")
        self.words = sorted(self._ids, key=self._ids.get)
        self._names = _DAYS | set(config.get("names") or ())

    def read(self, text):
        ids, inside = [], False
        for word in split_words(text):
            if word in ('"', _OPEN, _CLOSE):
                opens = word == _OPEN or (word == '"' and not inside)
                word, inside = (_OPEN if opens else _CLOSE), opens
            if word not in self._ids:
                raise ValueError(
                    f"the model does not know {word!r}: it reads {len(self._ids)} words, signs "
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


_OPEN, _CLOSE = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"
_ENDS = {".", "!", "?"}
_NO_SPACE_BEFORE = {*_ENDS, ",", ";", ":", _CLOSE}
_SPEECH = set(
    "said says asked cried called whispered shouted laughed answered replied sang thought told "
    "added begged".split()
)
_DAYS = {day + "day" for day in ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")}
_DAYS |= {day + "s" for day in _DAYS}


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
        try:
            if (folder / "tokenizer.json").is_file():
                self._pieces = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
            else:
                files = (str(folder / name) for name in ("vocab.json", "merges.txt"))
                self._pieces = tokenizers.ByteLevelBPETokenizer.from_file(*files)
        except Exception as error:  # the library raises plain Exception for a damaged file
            raise ValueError(f"the tokenizer in {folder.name} is damaged: {error}") from None

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
