"""From story skeletons to stories: read them, split them, fill their slots from a seed.

A skeleton is a story with slots in braces. `stories/slots.txt` lists what may stand in a slot, and
every other file in that folder holds the skeletons of one theme. ``{hero}`` is a name, and
``{he}``, ``{his}``, ``{him}`` and ``{child}`` go with it; ``{a animal}`` comes with its article;
``{place2}`` is another place than ``{place}``. A slot has one value throughout a story.

    python training/fill_stories.py 5        # print five stories
"""

import random
import re
import sys
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from softmax_lib.ngram import split_words  # noqa: E402

FOLDER = Path(__file__).resolve().parent / "stories"
END = "<end>"
COPIES = {"train": 10, "stop": 4, "test": 3}  # how often a skeleton of each part is filled
SLOT = re.compile(r"\{([Aa] )?([A-Za-z]+)(2?)\}")
_OPEN, _CLOSE = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"
_WITH_HERO = {
    "he": {"he": "he", "his": "his", "him": "him", "child": "boy"},
    "she": {"he": "she", "his": "her", "him": "her", "child": "girl"},
}


class Skeleton(NamedTuple):
    """A story with slots.

    Attributes
    ----------
    name : str
        The theme and a number: ``"kite 03"``.
    text : str
    """

    name: str
    text: str


@lru_cache(maxsize=1)
def read_slots():
    """Return {slot: values}; the names are under "he" and "she"."""
    slots = {}
    for line in (FOLDER / "slots.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            slot, _, values = line.partition(":")
            slots[slot] = values.split()
    return slots


def names():
    """Return every name that a hero or a friend can have."""
    slots = read_slots()
    return slots["she"] + slots["he"]


def read_skeletons():
    """Return every Skeleton, by theme and number."""
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        if path.name == "slots.txt":
            continue
        text = re.sub(r"^#.*\n", "", path.read_text(encoding="utf-8"), flags=re.M)
        for number, block in enumerate(re.split(r"\n\s*\n", text.strip()), start=1):
            found.append(Skeleton(f"{path.stem} {number:02d}", " ".join(block.split())))
    return found


def part(skeleton):
    """Return "train", "stop" (to choose the best step by) or "test" (held out for the figures).

    Every tenth skeleton of a theme is for testing, and the fifth of each is for stopping.
    """
    number = int(skeleton.name.split()[-1])
    return "test" if number % 10 == 0 else "stop" if number == 5 else "train"


def fill(skeleton, seed):
    """Return one story of a skeleton, as text.

    Parameters
    ----------
    skeleton : Skeleton
    seed : int or str

    Raises
    ------
    ValueError
        When the skeleton has a slot that slots.txt does not list.
    """
    # Only random() is promised to stay the same in every Python.
    draw = random.Random(f"{seed} {skeleton.name}").random
    slots = read_slots()
    gender = ("she", "he")[int(draw() * 2)]
    chosen = {"hero": slots[gender][int(draw() * len(slots[gender]))]} | _WITH_HERO[gender]

    def value(match):
        article, slot, second = match.groups()
        key = slot.lower() + second
        if key not in chosen:
            values = names() if slot.lower() == "friend" else slots.get(slot.lower())
            if not values:
                raise ValueError(f"{skeleton.name}: slots.txt has no slot {slot!r}")
            values = [v for v in values if v not in chosen.values()]
            chosen[key] = values[int(draw() * len(values))]
        word = chosen[key]
        if slot.lower() in ("hero", "friend"):
            word = word.capitalize()
        if article:
            word = ("an " if word[0] in "aeiou" else "a ") + word
        return word[0].upper() + word[1:] if match.group()[1].isupper() else word

    return SLOT.sub(value, skeleton.text)


@cache
def stories(of):
    """Return all stories of a part: a tuple of texts, in a fixed order."""
    skeletons = [s for s in read_skeletons() if part(s) == of]
    return tuple(fill(s, seed) for seed in range(COPIES[of]) for s in skeletons)


def tokens(text):
    """Return a story as the model reads it: lowercase words and signs, END last."""
    words, inside = [], False
    for word in split_words(text):
        if word == '"':
            word, inside = (_CLOSE if inside else _OPEN), not inside
        words.append(word)
    return [*words, END]


def vocabulary(skeletons):
    """Return every token that the skeletons and slots.txt can make: END, then by the alphabet."""
    found = {word for values in read_slots().values() for word in values} | {"a", "an"}
    for pair in _WITH_HERO.values():
        found |= set(pair.values())
    for skeleton in skeletons:
        found |= set(tokens(SLOT.sub(" ", skeleton.text)))
    return [END, *sorted(found - {END})]


if __name__ == "__main__":
    for text in stories("train")[: int(sys.argv[1]) if len(sys.argv) > 1 else 5]:
        print(text, end="\n\n")
