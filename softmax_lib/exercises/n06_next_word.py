"""How a language model chooses its next word."""

import numpy as np

from . import inputs
from .exercise import Exercise, Question, WrongAnswer

NOTEBOOK = "06_next_word"
MINUTES = 50


class _NextWord:
    """A stand-in for a model: what it says depends on the whole text that it is given.

    Asked again about the same text it draws another word, as a model may.
    """

    def __init__(self, words):
        self.words, self.asked, self.times = words, None, 0

    def __call__(self, text):
        self.times = self.times + 1 if text == self.asked else 0
        self.asked = text
        capitals = sum(letter.isupper() for letter in text)
        place = 7 * len(text.split()) + len(text) + capitals + self.times
        return self.words[place % len(self.words)]

    def __eq__(self, other):
        return isinstance(other, _NextWord) and self.words == other.words

    def __hash__(self):
        return hash(self.words)

    def __repr__(self):
        return "next_word"

    def __deepcopy__(self, memo):
        return _NextWord(self.words)


_WORDS = "fox hen Owl mole crow by the old pond near a gate grandmother Mia . ,".split()


def _story(g):
    """Draw a next word, a text and a count."""
    text = " ".join(g.choice(_WORDS, g.integers(1, g.choice([9, 60]))))
    text = text.replace(" . ", " .\n\n")  # paragraphs, which an answer has to keep
    count = int(g.integers(15))  # a text that doubles in each round still fits
    return _NextWord(tuple(g.choice(_WORDS, 7).tolist())), text, count


_ANIMALS = _NextWord(("fox", "hen", "owl", "mole", "crow"))
_PLACES = _NextWord(("by", "the", "old", "pond", "near", "a", "gate"))
_STORY = _NextWord(("Grandfather", "squirrel", ".", "Mia", "went"))  # a sign, capitals, long words

EXERCISES = (
    Exercise(
        id="my_continue",
        notebook=NOTEBOOK,
        title="Append and repeat",
        minutes=6,
        task=(
            "Write `my_continue`: it takes a function `next_word`, a text and a count. "
            "`next_word(text)` predicts and draws: it returns one word that follows the text. "
            "Append the word to the text, with a space before it, and start over, `count` times. "
            "Return the whole text."
        ),
        stub='''
def my_continue(next_word, text, count):
    """Return the text with `count` more words."""
    return ...
''',
        solution="""
def my_continue(next_word, text, count):
    for _ in range(count):
        text = text + " " + next_word(text)
    return text
""",
        hints=(
            "A loop that runs `count` times. What does each round need from the round before?",
            "Each round asks for the word that follows the text *so far*, then makes the text "
            "longer by that word.",
            '`for _ in range(count):`, inside it `text = text + " " + next_word(text)`, and '
            "after it `return text`.",
        ),
        wrong=(
            WrongAnswer(
                "never reads its own words",
                """
def my_continue(next_word, text, count):
    longer = text
    for _ in range(count):
        longer = longer + " " + next_word(text)
    return longer
""",
                "Every round asks for the word after the text that you *started* from. A language "
                "model reads its own words: ask with the longer text.",
            ),
            WrongAnswer(
                "never reads its own words, and joins them",
                """
def my_continue(next_word, text, count):
    words = []
    for _ in range(count):
        words.append(next_word(text))
    return text + " " + " ".join(words)
""",
                "Every round asks for the word after the text that you *started* from. A "
                "language model reads its own words: ask with the longer text. And for a "
                "count of 0, a space is left over at the end.",
            ),
            WrongAnswer(
                "never reads its own words, and returns them alone",
                """
def my_continue(next_word, text, count):
    words = []
    for _ in range(count):
        words.append(next_word(text))
    return " ".join(words)
""",
                "Two things. Every round asks for the word after the text that you *started* "
                "from: ask with the longer text. And these are the new words alone: return "
                "the text they belong to as well.",
            ),
            WrongAnswer(
                "a space too many for a count of 0",
                """
def my_continue(next_word, text, count):
    words = []
    for _ in range(count):
        words.append(next_word(" ".join([text, *words])))
    return text + " " + " ".join(words)
""",
                "Right for a count of 1 or more. For a count of 0, a space is left over at "
                "the end: put a space before each word, and none where no word follows.",
            ),
            WrongAnswer(
                "the word in place of the text",
                """
def my_continue(next_word, text, count):
    for _ in range(count):
        text = next_word(text)
    return text
""",
                "You replace the text by the word. Append it: the text, a space, the word.",
            ),
            WrongAnswer(
                "one word in place of the text",
                """
def my_continue(next_word, text, count):
    new = text
    for _ in range(count):
        new = next_word(text)
    return new
""",
                "One word comes back, and neither the text nor the other words. Append each "
                "word to the text: the text, a space, the word. And ask with the longer text.",
            ),
            WrongAnswer(
                "asks with a text of another cell",
                """
def my_continue(next_word, text, count):
    for _ in range(count):
        text = text + " " + next_word("One sunny morning, Leo went into the")
    return text
""",
                "Every round asks with *One sunny morning, Leo went into the*, whatever text "
                "came. Does your function use the name `start`, from another cell? Ask with "
                "the text so far.",
            ),
            WrongAnswer(
                "asks once",
                """
def my_continue(next_word, text, count):
    word = next_word(text)
    for _ in range(count):
        text = text + " " + word
    return text
""",
                "You ask once, and append the same word every time. Ask again in each round, with "
                "the longer text.",
            ),
            WrongAnswer(
                "reads the last word alone",
                """
def my_continue(next_word, text, count):
    for _ in range(count):
        text = text + " " + next_word(text.split()[-1])
    return text
""",
                "You show the model the last word alone. It forgets how the story began: hand it "
                "the whole text.",
            ),
            WrongAnswer(
                "reads the last word alone, from the second round on",
                """
def my_continue(next_word, text, count):
    words = [text]
    for _ in range(count):
        words.append(next_word(words[-1]))
    return " ".join(words)
""",
                "From the second round on, you show the model the last word alone. It forgets"
                " how the story began: hand it the whole text so far.",
            ),
            WrongAnswer(
                "returns the new words alone",
                """
def my_continue(next_word, text, count):
    start = text
    for _ in range(count):
        text = text + " " + next_word(text)
    return text[len(start) + 1 :]
""",
                "These are the new words alone. Return the text they belong to as well.",
            ),
            WrongAnswer(
                "no space",
                """
def my_continue(next_word, text, count):
    for _ in range(count):
        text = text + next_word(text)
    return text
""",
                "The words run into each other. Put a space before each.",
            ),
            WrongAnswer(
                "one word only",
                """
def my_continue(next_word, text, count):
    return text + " " + next_word(text)
""",
                "One word is added, whatever `count` says. Predict and append `count` times.",
            ),
            WrongAnswer(
                "starts again from the text",
                """
def my_continue(next_word, text, count):
    new = text
    for _ in range(count):
        new = text + " " + next_word(text)
    return new
""",
                "Each round starts again from the text that you were given, so only the last word "
                "is added. Keep the longer one: `text = text + ' ' + next_word(text)`.",
            ),
            WrongAnswer(
                "starts again from the text, and has nothing for a count of 0",
                """
def my_continue(next_word, text, count):
    for _ in range(count):
        new = text + " " + next_word(text)
    return new
""",
                "Each round starts again from the text that you were given, so only the last word "
                "is added. Keep the longer one: `text = text + ' ' + next_word(text)`. Then a "
                "count of 0 gives the text as it is.",
            ),
            WrongAnswer(
                "loses the line breaks",
                """
def my_continue(next_word, text, count):
    words = text.split()
    for _ in range(count):
        words.append(next_word(" ".join(words)))
    return " ".join(words)
""",
                "The text that you were given comes back changed. Do its line breaks and double "
                "spaces get lost? Leave it as it is, and append at its end.",
            ),
            WrongAnswer(
                "one round too many",
                """
def my_continue(next_word, text, count):
    for _ in range(count + 1):
        text = text + " " + next_word(text)
    return text
""",
                "That is one word too many. `range(count)` gives exactly `count` rounds.",
            ),
            WrongAnswer(
                "puts the word in front",
                """
def my_continue(next_word, text, count):
    for _ in range(count):
        text = next_word(text) + " " + text
    return text
""",
                "Each new word goes to the front. Append it at the end: first the text, then the "
                "word.",
            ),
            WrongAnswer(
                "space after the word",
                """
def my_continue(next_word, text, count):
    for _ in range(count):
        text = text + next_word(text) + " "
    return text
""",
                "The space comes after the word: the first new word sticks to the text, and a "
                "space is left over at the end. Put it before the word.",
            ),
            WrongAnswer(
                "return inside the loop",
                """
def my_continue(next_word, text, count):
    for _ in range(count):
        text = text + " " + next_word(text)
        return text
""",
                "One word is added, and then it ends; for a count of 0 nothing is returned. Does "
                "the `return` stand inside the loop? Move it to the left, below the `for`.",
            ),
        ),
        noticed=(
            "In this loop the storyteller writes. What it knows sits in `next_word`; what it "
            "remembers is the text itself."
        ),
        draw=_story,
        probes=(
            (_ANIMALS, "once upon a time", 4),
            (_PLACES, "a", 6),
            (_PLACES, "the hen sat", 1),
            (_ANIMALS, "the end", 0),
            (_PLACES, "the hen sat.\n\nThen  the", 3),
            (_PLACES, "\n the hen sat.\n\n", 3),
            (
                _STORY,
                "One sunny morning, Mia went to the market. Her aunt wanted bread and a map.",
                14,
            ),
        ),
    ),
    Exercise(
        id="my_top_k",
        notebook=NOTEBOOK,
        title="Cut to the k largest",
        minutes=6,
        task=(
            "Write `my_top_k`: it takes probabilities, no two of them equal, and a whole number "
            "`k`. The `k` largest stay, all others become 0, and the result sums to 1 again. "
            "Return an array in which every word keeps its place."
        ),
        stub='''
def my_top_k(probabilities, k):
    """Return the distribution over the k most probable words."""
    return ...
''',
        solution="""
def my_top_k(probabilities, k):
    smallest_kept = np.sort(probabilities)[-k]
    kept = np.where(probabilities >= smallest_kept, probabilities, 0)
    return kept / np.sum(kept)
""",
        in_course=("top_k",),
        hints=(
            "First find the smallest probability that stays. Sorting helps.",
            "`np.sort(probabilities)[-k]` is the k-th largest. `np.where(condition, a, b)` keeps "
            "`a` where the condition holds and puts `b` elsewhere.",
            "`kept = np.where(probabilities >= np.sort(probabilities)[-k], probabilities, 0)`, "
            "then divide `kept` by its sum.",
        ),
        wrong=(
            WrongAnswer(
                "forgets to normalize",
                """
def my_top_k(probabilities, k):
    t = np.sort(probabilities)[-k]
    return np.where(probabilities >= t, probabilities, 0)
""",
                "The right words stay, but what was cut off is missing: the sum is below 1. A "
                "draw that lands in the gap would find no word. Normalize what is kept.",
            ),
            WrongAnswer(
                "the same word each time",
                """
def my_top_k(probabilities, k):
    kept = np.zeros(len(probabilities))
    for _ in range(k):
        i = np.argmax(probabilities)
        kept[i] = probabilities[i]
    return kept / kept.sum()
""",
                "The most probable word gets everything, whatever `k` is. Does each round of a "
                "loop find the same word again, or does a `return` stand inside the loop? "
                "`np.sort` puts all of them in order at once.",
            ),
            WrongAnswer(
                "the same word each time, not normalized",
                """
def my_top_k(probabilities, k):
    kept = np.zeros(len(probabilities))
    for _ in range(k):
        i = np.argmax(probabilities)
        kept[i] = probabilities[i]
    return kept
""",
                "Only the most probable word stays, whatever `k` is. Does each round of a loop "
                "find the same word again, or does a `return` stand inside the loop? `np.sort` "
                "puts all of them in order at once. And the result is to sum to 1.",
            ),
            WrongAnswer(
                "keeps the smallest",
                """
def my_top_k(probabilities, k):
    t = np.sort(probabilities)[k - 1]
    kept = np.where(probabilities <= t, probabilities, 0)
    return kept / kept.sum()
""",
                "You keep the k *least* probable words. `np.sort` goes upward: the largest are at "
                "the end.",
            ),
            WrongAnswer(
                "the first k of the list",
                """
def my_top_k(probabilities, k):
    kept = np.where(np.arange(len(probabilities)) < k, probabilities, 0)
    return kept / kept.sum()
""",
                "You keep the first k words of the list, whatever their probability. The list is "
                "not sorted.",
            ),
            WrongAnswer(
                "one too few",
                """
def my_top_k(probabilities, k):
    t = np.sort(probabilities)[-k]
    kept = np.where(probabilities > t, probabilities, 0)
    return kept / kept.sum()
""",
                "The k-th largest is cut off too. It is one of the k that stay: compare with "
                "`>=`, or take the first k of `np.argsort(-probabilities)`.",
            ),
            WrongAnswer(
                "loses the places",
                """
def my_top_k(probabilities, k):
    kept = np.sort(probabilities)[-k:]
    return kept / kept.sum()
""",
                "The numbers are right, and nobody knows which words they belong to. Return an "
                "array as long as the one you got, with zeros for the words that are cut.",
            ),
            WrongAnswer(
                "softmax of probabilities",
                """
def my_top_k(probabilities, k):
    t = np.sort(probabilities)[-k]
    w = np.where(probabilities >= t, np.exp(probabilities), 0)
    return w / w.sum()
""",
                "You apply softmax to probabilities, which flattens them. They are positive "
                "already: divide by the sum.",
            ),
            WrongAnswer(
                "softmax of what is kept",
                """
def my_top_k(probabilities, k):
    kept = np.where(probabilities >= np.sort(probabilities)[-k], probabilities, 0)
    w = np.exp(kept)
    return w / w.sum()
""",
                "You put softmax on probabilities: it takes them for scores, and what you cut"
                " off comes back, since e^0 is 1. Divide by the sum.",
            ),
            WrongAnswer(
                "one too many, counted from 0",
                """
def my_top_k(probabilities, k):
    smallest_kept = np.sort(probabilities)[::-1][k]
    kept = np.where(probabilities >= smallest_kept, probabilities, 0)
    return kept / kept.sum()
""",
                "One too many stays, and where all k of k words are to stay, such a place "
                "does not exist. Counted from 0, the k-th largest is at `[k - 1]` of a "
                "falling list, and at `[-k]` of a rising one.",
            ),
            WrongAnswer(
                "counts up from the smallest",
                """
def my_top_k(probabilities, k):
    smallest_kept = np.sort(probabilities)[k]
    kept = np.where(probabilities >= smallest_kept, probabilities, 0)
    return kept / kept.sum()
""",
                "You count from the smallest. `np.sort` goes upward: count from the end, `[-k]`.",
            ),
            WrongAnswer(
                "counts up from the smallest, one less",
                """
def my_top_k(probabilities, k):
    smallest_kept = np.sort(probabilities)[k - 1]
    kept = np.where(probabilities >= smallest_kept, probabilities, 0)
    return kept / kept.sum()
""",
                "That cuts at the k-th *smallest*. `np.sort` goes upward: count from the end, "
                "`[-k]`.",
            ),
            WrongAnswer(
                "evens them out",
                """
def my_top_k(probabilities, k):
    return (probabilities >= np.sort(probabilities)[-k]) / k
""",
                "All that stay are equally probable now. A cut decides who stays; the ratios "
                "between them do not change.",
            ),
            WrongAnswer(
                "one too many",
                """
def my_top_k(probabilities, k):
    order = np.argsort(-probabilities)[: k + 1]
    kept = np.zeros(len(probabilities))
    kept[order] = probabilities[order]
    return kept / kept.sum()
""",
                "You keep one word too many. Python counts from 0: the first k places are "
                "`np.argsort(-probabilities)[:k]`.",
            ),
            WrongAnswer(
                "the k largest fall",
                """
def my_top_k(probabilities, k):
    kept = np.where(probabilities < np.sort(probabilities)[-k], probabilities, 0)
    total = kept.sum()
    return kept / total if total else kept
""",
                "You cut off the k most probable words and keep the rest. It is the other way "
                "round.",
            ),
            WrongAnswer(
                "minus infinity in place of 0",
                """
def my_top_k(probabilities, k):
    kept = np.where(probabilities >= np.sort(probabilities)[-k], probabilities, -np.inf)
    return kept / np.sum(kept)
""",
                "You put minus infinity where a word is cut. That is for scores, before softmax. "
                "These are probabilities: a word that is cut gets 0.",
            ),
            WrongAnswer(
                "compares with k",
                """
def my_top_k(probabilities, k):
    kept = np.where(probabilities >= 1 / k, probabilities, 0)
    total = kept.sum()
    return kept / total if total else kept
""",
                "You keep what has at least 1/k. `k` says *how many* words stay, whatever they "
                "have: count from the top.",
            ),
        ),
        noticed=(
            "What is kept keeps its ratios: cutting and normalizing divides every survivor by the "
            "same number."
        ),
        draw=inputs.unequal_and_count,
        by_ratio=True,
        probes=(
            (np.array([0.1, 0.4, 0.2, 0.3]), 2),
            (np.array([0.5, 0.05, 0.15, 0.3]), 3),
            (np.array([0.02, 0.08, 0.6, 0.3]), 1),
            (np.array([0.25, 0.35, 0.4]), 3),
            (np.array([0.25, 0.2500001, 0.4999999]), 2),
            (np.array([0.3, 0.0002, 0.1, 0.25, 0.0001, 0.2, 0.1497]), 6),
            (np.array([1.0]), 1),
        ),
    ),
    Exercise(
        id="my_top_p",
        notebook=NOTEBOOK,
        title="Cut by mass",
        minutes=9,
        task=(
            "Write `my_top_p`: it takes probabilities, no two of them equal, and a number `p` "
            "between 0 and 1. Go from the most probable word downward, and stop as soon as the "
            "words taken have a probability of at least `p` together. The word that reaches it "
            "stays. All others become 0, and the result, an array, sums to 1 again."
        ),
        stub='''
def my_top_p(probabilities, p):
    """Return the distribution over the fewest words that hold p together."""
    return ...
''',
        solution="""
def my_top_p(probabilities, p):
    order = np.argsort(-probabilities)
    totals = np.cumsum(probabilities[order])
    stay = order[:np.sum(totals < p) + 1]
    kept = np.zeros(len(probabilities))
    kept[stay] = probabilities[stay]
    return kept / np.sum(kept)
""",
        in_course=("top_p",),
        hints=(
            "A word stays if the words *before* it, from the top, do not have enough yet.",
            "`order = np.argsort(-probabilities)` lists the places from the most probable down, "
            "and `totals = np.cumsum(probabilities[order])` what they have together, up to each. "
            "Count the totals below `p`: so many words are not enough, and one more is.",
            "`stay = order[:np.sum(totals < p) + 1]`; copy those into an array of zeros, then "
            "normalize.",
        ),
        wrong=(
            WrongAnswer(
                "stops one word early",
                """
def my_top_p(probabilities, p):
    order = np.argsort(-probabilities)
    stay = order[np.cumsum(probabilities[order]) <= p]
    kept = np.zeros(len(probabilities))
    kept[stay] = probabilities[stay]
    total = kept.sum()
    return kept / total if total else kept
""",
                "You stop before the word that reaches `p`. If the favorite alone has more than "
                "`p`, nothing is left at all. The word that crosses the line stays.",
            ),
            WrongAnswer(
                "each word against p",
                """
def my_top_p(probabilities, p):
    kept = np.where(probabilities >= p, probabilities, 0)
    total = kept.sum()
    return kept / total if total else kept
""",
                "You compare each probability with `p`. Top-p is about the sum from the top "
                "downward.",
            ),
            WrongAnswer(
                "each word against p, and nothing is left",
                """
def my_top_p(probabilities, p):
    kept = np.where(probabilities >= p, probabilities, 0)
    return kept / kept.sum()
""",
                "You compare each word alone with `p`, and where none has so much, 0 / 0 is "
                "NaN. The words must reach `p` together: go from the most probable downward "
                "and add up.",
            ),
            WrongAnswer(
                "each word against p, not normalized",
                """
def my_top_p(probabilities, p):
    return np.where(probabilities >= p, probabilities, 0)
""",
                "You compare each word alone with `p`. The words must reach `p` together: go "
                "from the most probable downward and add up. And the result is to sum to 1.",
            ),
            WrongAnswer(
                "divides by p",
                """
def my_top_p(probabilities, p):
    order = np.argsort(-probabilities)
    before = np.cumsum(probabilities[order]) - probabilities[order]
    kept = np.zeros(len(probabilities))
    kept[order[before < p]] = probabilities[order[before < p]]
    return kept / p
""",
                "The right words stay, but you divide by `p`. What is kept has at least `p`, "
                "often more: divide by its own sum.",
            ),
            WrongAnswer(
                "forgets to normalize",
                """
def my_top_p(probabilities, p):
    order = np.argsort(-probabilities)
    before = np.cumsum(probabilities[order]) - probabilities[order]
    kept = np.zeros(len(probabilities))
    kept[order[before < p]] = probabilities[order[before < p]]
    return kept
""",
                "The right words stay, but the sum is below 1. Normalize what is kept.",
            ),
            WrongAnswer(
                "in the order of the list",
                """
def my_top_p(probabilities, p):
    before = np.cumsum(probabilities) - probabilities
    kept = np.where(before < p, probabilities, 0)
    return kept / kept.sum()
""",
                "You add up in the order of the list. Start with the most probable word.",
            ),
            WrongAnswer(
                "from the bottom",
                """
def my_top_p(probabilities, p):
    order = np.argsort(probabilities)
    before = np.cumsum(probabilities[order]) - probabilities[order]
    kept = np.zeros(len(probabilities))
    kept[order[before < p]] = probabilities[order[before < p]]
    return kept / kept.sum()
""",
                "You start from the least probable word. `np.argsort` goes upward; sort "
                "`-probabilities`.",
            ),
            WrongAnswer(
                "drops 1 - p from the bottom",
                """
def my_top_p(probabilities, p):
    order = np.argsort(probabilities)
    stay = order[np.cumsum(probabilities[order]) > 1 - p]
    kept = np.zeros(len(probabilities))
    kept[stay] = probabilities[stay]
    return kept / kept.sum()
""",
                "Of 0.5, 0.4 and 0.1 you keep all three at p = 0.9, though 0.5 and 0.4 have 0.9: "
                "enough. Do you drop from the bottom what has at most `1 - p`? A computer makes "
                "`1 - 0.9` a little less than 0.1. Add up from the top.",
            ),
            WrongAnswer(
                "one word too many",
                """
def my_top_p(probabilities, p):
    order = np.argsort(-probabilities)
    before = np.cumsum(probabilities[order]) - probabilities[order]
    stay = order[before <= p]
    kept = np.zeros(len(probabilities))
    kept[stay] = probabilities[stay]
    return kept / kept.sum()
""",
                "When the words taken reach `p` exactly, you take one more. They have enough: "
                "count the totals *below* `p`, and one word more.",
            ),
            WrongAnswer(
                "loses the places",
                """
def my_top_p(probabilities, p):
    s = np.sort(probabilities)[::-1]
    kept = np.where(np.cumsum(s) - s < p, s, 0)
    return kept / kept.sum()
""",
                "The numbers are right, and they stand in sorted order: nobody knows which words "
                "they belong to. Put each back in its place.",
            ),
            WrongAnswer(
                "stops one word early, and has nothing left",
                """
def my_top_p(probabilities, p):
    order = np.argsort(-probabilities)
    stays = np.cumsum(probabilities[order]) <= p
    kept = np.zeros(len(probabilities))
    kept[order[stays]] = probabilities[order[stays]]
    return kept / kept.sum()
""",
                "You drop the word that reaches `p`. If the favorite alone has more than `p`, "
                "nothing is left, and 0 / 0 is NaN. Count the totals below `p`, and take one "
                "word more.",
            ),
            WrongAnswer(
                "stops before p",
                """
def my_top_p(probabilities, p):
    order = np.argsort(-probabilities)
    stays = np.cumsum(probabilities[order]) < p
    kept = np.zeros(len(probabilities))
    kept[order[stays]] = probabilities[order[stays]]
    return kept / kept.sum()
""",
                "You drop the word that reaches `p`. Even where a sum is exactly `p`, its last "
                "word is lost, and if the favorite has more, 0 / 0 is NaN. Count the totals "
                "below `p`, and take one word more.",
            ),
            WrongAnswer(
                "stops one word early, but keeps the favorite",
                """
def my_top_p(probabilities, p):
    order = np.argsort(-probabilities)
    stays = np.cumsum(probabilities[order]) <= p
    stays[0] = True
    kept = np.zeros(len(probabilities))
    kept[order[stays]] = probabilities[order[stays]]
    return kept / kept.sum()
""",
                "You drop the word that reaches `p`. The favorite is safe, but any other word "
                "that crosses the line is lost. Count the totals below `p`, and take one word "
                "more.",
            ),
            WrongAnswer(
                "stops before p, but keeps the favorite",
                """
def my_top_p(probabilities, p):
    order = np.argsort(-probabilities)
    stays = np.cumsum(probabilities[order]) < p
    stays[0] = True
    kept = np.zeros(len(probabilities))
    kept[order[stays]] = probabilities[order[stays]]
    return kept / kept.sum()
""",
                "You drop the word that reaches `p`. The favorite is safe, but every other word "
                "with which a sum comes to `p` or beyond is lost. Count the totals below `p`, "
                "and take one word more.",
            ),
            WrongAnswer(
                "p turned around",
                """
def my_top_p(probabilities, p):
    order = np.argsort(-probabilities)
    before = np.cumsum(probabilities[order]) - probabilities[order]
    stay = order[before < 1 - p]
    kept = np.zeros(len(probabilities))
    kept[stay] = probabilities[stay]
    return kept / kept.sum()
""",
                "You keep `1 - p`, so a large `p` leaves few words. `p` is the mass that stays, "
                "not the mass that goes.",
            ),
            WrongAnswer(
                "a share of the words",
                """
def my_top_p(probabilities, p):
    k = max(1, round(p * len(probabilities)))
    kept = np.where(probabilities >= np.sort(probabilities)[-k], probabilities, 0)
    return kept / kept.sum()
""",
                "You keep a share `p` of the *words*. Top-p counts what they have, not how many "
                "they are: that is top-k again.",
            ),
            WrongAnswer(
                "compares with the favorite",
                """
def my_top_p(probabilities, p):
    kept = np.where(probabilities >= p * np.max(probabilities), probabilities, 0)
    return kept / kept.sum()
""",
                "You compare each word with the favorite. That is min-p, which comes next. Top-p "
                "adds up from the top.",
            ),
        ),
        noticed=(
            "Top-p keeps few words where the model is sure, and many where it is not. Top-k "
            "cannot do that."
        ),
        draw=inputs.unequal_and_mass,
        draws=400,
        by_ratio=True,
        probes=(
            (np.array([0.125, 0.5, 0.0625, 0.25, 0.04, 0.0225]), 0.75),
            (np.array([0.1, 0.15, 0.7, 0.05]), 0.6),
            (np.array([0.11, 0.4, 0.19, 0.3]), 0.8),
            (np.array([0.1, 0.5, 0.4]), 0.9),  # reached exactly, in decimals too
            (np.array([0.22, 0.18, 0.21, 0.19, 0.2]), 0.9),
            (np.array([0.2, 0.22, 0.18, 0.21, 0.19]), 0.4),
            (np.array([0.1999998, 0.2, 0.1999999, 0.2000001, 0.2000002]), 0.5),
            (np.array([0.1, 0.2, 0.7]), 0.7000001),
            (np.array([0.35, 0.33, 0.32]), 0.3),
            (np.array([1.0]), 0.5),
        ),
    ),
    Exercise(
        id="my_gumbel_draw",
        notebook=NOTEBOOK,
        title="Draw without softmax",
        minutes=5,
        task=(
            "Write `my_gumbel_draw`: it takes logits, also such as 1000, and as many numbers `u` "
            "between 0 and 1. Give each logit its noise, -ln(-ln(u)), and return the place of "
            "the largest sum, as a whole number."
        ),
        stub='''
def my_gumbel_draw(logits, u):
    """Return the place of the largest logit after adding Gumbel noise."""
    return ...
''',
        solution="""
def my_gumbel_draw(logits, u):
    noise = -np.log(-np.log(u))
    return int(np.argmax(logits + noise))
""",
        in_course=("gumbel_max",),
        hints=(
            "Two steps: make the noise, one number for each logit; then add and take the place "
            "of the largest.",
            "`np.log` is ln, and it works on whole arrays. Mind both minus signs.",
            "`noise = -np.log(-np.log(u))`, then `return int(np.argmax(logits + noise))`.",
        ),
        wrong=(
            WrongAnswer(
                "no noise",
                """
def my_gumbel_draw(logits, u):
    return int(np.argmax(logits))
""",
                "The largest logit won every time, whatever `u` was. Give each logit noise of "
                "its own, -ln(-ln(u)), before you look for the largest.",
            ),
            WrongAnswer(
                "even noise",
                """
def my_gumbel_draw(logits, u):
    return int(np.argmax(logits + u))
""",
                "The largest logit won nearly every time: the noise is too small. Do you add `u` "
                "as it is? Even noise does not give softmax's probabilities; -ln(-ln(u)) does.",
            ),
            WrongAnswer(
                "sign of the noise",
                """
def my_gumbel_draw(logits, u):
    return int(np.argmax(logits + np.log(-np.log(u))))
""",
                "Between equal logits the smallest `u` wins, and the largest should. Has the "
                "noise the wrong sign? It is *minus* ln(-ln(u)).",
            ),
            WrongAnswer(
                "noise on probabilities",
                """
def my_gumbel_draw(logits, u):
    p = np.exp(logits) / np.exp(logits).sum()
    return int(np.argmax(p - np.log(-np.log(u))))
""",
                "Logits of 9, 6 and 5.5 with u = 0.2, 0.5 and 0.6 give 2: the noise is too large "
                "for them. Do you add it to probabilities? Add the noise to the logits, not to "
                "weights or probabilities.",
            ),
            WrongAnswer(
                "noise on safe probabilities",
                """
def my_gumbel_draw(logits, u):
    w = np.exp(logits - np.max(logits))
    return int(np.argmax(w / w.sum() - np.log(-np.log(u))))
""",
                "Logits of 9, 6 and 5.5 with u = 0.2, 0.5 and 0.6 give 2: the noise is too large "
                "for them. Do you add it to what softmax gives, or to e^z with the largest z "
                "subtracted? Add the noise to the logits, not to weights or probabilities.",
            ),
            WrongAnswer(
                "noise on weights",
                """
def my_gumbel_draw(logits, u):
    return int(np.argmax(np.exp(logits) - np.log(-np.log(u))))
""",
                "Logits of 1.2 and -0.3 with u = 0.55 and 0.92 give 0: the noise is too small"
                " there. Do you add it to e^z? Add the noise to the logits, not to weights or"
                " probabilities.",
            ),
            WrongAnswer(
                "one logarithm",
                """
def my_gumbel_draw(logits, u):
    return int(np.argmax(logits - np.log(u)))
""",
                "Equal logits go to the smallest `u`, where the largest should win. Is one of the "
                "two logarithms missing? The noise is -ln(-ln(u)).",
            ),
            WrongAnswer(
                "the noise alone",
                """
def my_gumbel_draw(logits, u):
    return int(np.argmax(-np.log(-np.log(u))))
""",
                "The largest `u` won every time, whatever the logits were. Add the noise to the "
                "logits.",
            ),
            WrongAnswer(
                "the inner minus lost",
                """
def my_gumbel_draw(logits, u):
    return int(np.argmax(logits - np.log(np.log(u))))
""",
                "Index 0 came out every time. `np.argmax` gives that where all is NaN: ln(u) is "
                "negative for a u below 1, and a negative number has no logarithm. Is the inner "
                "minus there, `-np.log(-np.log(u))`?",
            ),
            WrongAnswer(
                "the sum in place of its place",
                """
def my_gumbel_draw(logits, u):
    return float(np.max(logits - np.log(-np.log(u))))
""",
                "That is the largest sum itself. The task asks for its place: `np.argmax` in "
                "place of `np.max`.",
            ),
            WrongAnswer(
                "multiplies by the noise",
                """
def my_gumbel_draw(logits, u):
    return int(np.argmax(logits * -np.log(-np.log(u))))
""",
                "You multiply the logits by the noise. Add it.",
            ),
            WrongAnswer(
                "the smallest",
                """
def my_gumbel_draw(logits, u):
    return int(np.argmin(logits - np.log(-np.log(u))))
""",
                "The smallest sum wins. The largest should: `np.argmax` of logits plus noise.",
            ),
            WrongAnswer(
                "the race of the bells",
                """
def my_gumbel_draw(logits, u):
    return int(np.argmin(-np.log(u) / np.exp(logits)))
""",
                "On paper that is right, as the race of the bells is. But e to a large logit "
                "overflows to infinity, e to minus it becomes 0, and nothing tells two such words"
                " apart. Do you exponentiate? Add the noise to the logits: then no e to the power"
                " of a logit is left.",
            ),
        ),
        noticed=(
            "An argmax with noise draws as often as softmax says, and takes no sum over all the "
            "words: each logit needs its own noise, and not the others."
        ),
        draw=inputs.logits_and_chances,
        draws=400,
        probes=(
            (np.array([-1.0, -1.6, -0.3, 0.5]), np.array([0.07, 0.39, 0.41, 0.06])),
            (np.array([0.9, 2.0, 0.3, -1.5]), np.array([0.44, 0.96, 0.88, 0.83])),
            (np.array([-0.1, -1.4, -0.8, -0.6, -0.9]), np.array([0.28, 0.86, 0.08, 0.67, 0.86])),
            (np.array([-2.0, -0.3, -1.2, -0.2, -1.5]), np.array([0.02, 0.5, 0.44, 0.22, 0.33])),
            (
                np.array([-1.3, -1.6, 0.3, -1.3, 1.4, 0.9]),
                np.array([0.25, 0.33, 0.79, 0.51, 0.51, 0.25]),
            ),
            (
                np.array([-0.3, -0.3, 1.2, -1.4, 0.9, -1.3]),
                np.array([0.4, 0.92, 0.55, 0.25, 0.73, 0.67]),
            ),
            (np.array([9.0, 6.0, 5.5]), np.array([0.2, 0.5, 0.6])),
            (np.array([5.0, 4.5]), np.array([0.3, 0.6])),
            (np.array([12.0, 15.0, 11.0]), np.array([0.9, 0.5, 0.2])),
            (np.array([1923.0, 1922.4, 1900.0]), np.array([0.9, 0.95, 0.5])),
        ),
    ),
)

QUESTIONS = (
    Question(
        id="next-append",
        notebook=NOTEBOOK,
        text=(
            "Suppose that in the story above the model had drawn *library*, a word to which it "
            "gave less than one chance in a thousand. What would it make of it at the next step?"
        ),
        options=(
            (
                "It notices the slip, and gives the word less weight.",
                "It reads words. No step of the loop asks how probable they were, and nothing says "
                "who wrote them.",
            ),
            (
                "It goes on as if a story had said so.",
                "To the model a drawn word is a word of the text like all the rest. A bad draw "
                "stays, and shapes what follows: after *into the library* its favorite is *near*, "
                "after *into the garden* it is *with*.",
            ),
            (
                "It takes the word back, and draws again.",
                "The loop has no such step: predict, draw, append, repeat.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="next-greedy",
        notebook=NOTEBOOK,
        text="You let the model write at T = 0 from the same prompt, twice. The two texts are ...",
        options=(
            (
                "equal, word for word",
                "At each step the largest logit has all the probability, and there is nothing to "
                "draw. Of two that were exactly equal, which softmax would let share, the "
                "storyteller takes the first.",
            ),
            (
                "different, if the seeds differ",
                "A seed decides how a draw falls. Where one word has all the probability, each "
                "draw falls on it.",
            ),
            (
                "equal at first, then different",
                "To part, they would have to choose differently after the same words.",
            ),
        ),
        answer=0,
    ),
    Question(
        id="next-cut-first",
        notebook=NOTEBOOK,
        text=(
            "A program applies top-p at T = 1 and turns the temperature up afterward. Another "
            "turns it up first. Which one keeps more words, wherever they differ?"
        ),
        options=(
            (
                "They keep the same words.",
                "That is so for top-k, which looks at the order alone.",
            ),
            (
                "The one that cuts first.",
                "At T = 1 the favorites hold more mass, so fewer words reach p, or as many.",
            ),
            (
                "The one that turns it up first.",
                "Heat moves mass into the tail, so it never takes fewer words to hold p together, "
                "and often more. The order of the steps matters.",
            ),
        ),
        answer=2,
    ),
    Question(
        id="next-crossing",
        notebook=NOTEBOOK,
        text=(
            "Four words have 0.5, 0.3, 0.15 and 0.05. How many of them does top-p with p = 0.9 "
            "keep?"
        ),
        options=(
            (
                "Two: the third would be too much.",
                "Two words have 0.8, which is less than 0.9. They are not enough yet.",
            ),
            ("Three.", "They have 0.95. The word that crosses the line stays."),
            ("One: no other is as probable as the favorite.", "One word has 0.5."),
        ),
        answer=1,
    ),
    Question(
        id="next-tail",
        notebook=NOTEBOOK,
        text="A tail can be small. Why cut it off at all?",
        options=(
            (
                "It makes the model faster.",
                "All the logits were computed before the cut, so hardly.",
            ),
            (
                "There the numbers are least reliable for their size, and a slip stays in the "
                "text.",
                "At this step the 783 should have had nothing, and got 0.021, at T = 2 nearly a "
                "quarter. In stories it has not read, words below 0.01 come twice as often as it "
                "says. What a model has hardly ever seen, it estimates badly, here too high, "
                "there too low.",
            ),
            (
                "An improbable word is a wrong word.",
                "In stories that the model had not read, words with less than 0.01 came in more "
                "than one step of a hundred. A cut forbids them too: that is its price.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="next-calibrated",
        notebook=NOTEBOOK,
        text="Another model gives each of the eight relatives 0.125, in every story. It is ...",
        options=(
            (
                "badly calibrated: its favorite is wrong seven times in eight",
                "Being unsure is not being wrong. It says 0.125, and one in eight comes true.",
            ),
            (
                "calibrated, and yet it cannot tell which one comes",
                "Its numbers come true as often as they say. Calibrated does not mean sure.",
            ),
            (
                "calibrated only at T = 1",
                "Equal logits give equal probabilities at every T. Eight alone at 0.125 stay so.",
            ),
        ),
        answer=1,
    ),
)
