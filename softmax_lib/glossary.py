"""The course's words, each explained once.

``notebooks/glossary.md`` is made from this file, and every notebook links a word where it first
uses it. In a cell, ``softmax_lib.glossary("logit")`` shows one.
"""

import difflib
from dataclasses import dataclass

__all__ = ["TERMS", "Term", "glossary", "glossary_page"]


@dataclass(frozen=True)
class Term:
    """A word of the field and what it means in this course.

    Attributes
    ----------
    name : str
    meaning : str
        Markdown, in a few sentences.
    notebook : str
        Number of the notebook that introduces it, such as "04".
    also : tuple of str
        Other names that you will meet.
    """

    name: str
    meaning: str
    notebook: str
    also: tuple[str, ...] = ()

    @property
    def anchor(self):
        """The end of a link to it: ``glossary.md#anchor``."""
        return self.name.lower().replace(" ", "-")

    @property
    def text(self):
        """The meaning as Markdown, with the other names and the notebook."""
        also = f" Also called *{'*, *'.join(self.also)}*." if self.also else ""
        return f"{self.meaning}{also} Explained in notebook {self.notebook}."

    def __repr__(self):
        return f"{self.name}: {self.text.replace('*', '')}"

    def _repr_markdown_(self):
        return f"**{self.name}**: {self.text}"


TERMS = (
    Term(
        "argmax",
        "The place of the largest number of a list, and the rule that gives everything to it. "
        "Where several tie, this course lets them share, as softmax at temperature 0 does; "
        "`np.argmax` takes the first.",
        "03",
        ("hard maximum",),
    ),
    Term(
        "attention",
        "A weighted average of values, one for each place of a text. Softmax of a row of scores "
        "gives the weights: how much that place looks at each place, itself "
        "among them.",
        "07",
    ),
    Term(
        "axis",
        "The direction of a table along which numbers compete. With `axis=-1` softmax makes each "
        "row sum to 1, with `axis=0` each column. PyTorch calls it `dim`.",
        "03",
    ),
    Term(
        "base",
        "The number that is raised to a power: b in b^z. A base above 1 other than e gives the "
        "same probabilities as e at the temperature 1 / ln b.",
        "02",
    ),
    Term(
        "calibrated",
        "A model is calibrated when its probabilities come true as often as they say: of all the "
        "cases to which it gives 0.7, it is right in 70 of 100.",
        "06",
    ),
    Term(
        "calibration error",
        "How far a model's probabilities lie from how often they come true, on average over the "
        "cases. Sort the cases into bins by how sure the model was; in each, compare its mean "
        "probability with the share that is right. Chance alone makes it positive.",
        "09",
        ("expected calibration error", "ECE"),
    ),
    Term(
        "causal mask",
        "Minus infinity in place of the scores of later words, before softmax. It gives them a "
        "weight of exactly 0, so that no word looks ahead.",
        "07",
    ),
    Term(
        "cross-entropy",
        "The average surprise at what comes. Surprise is minus the logarithm of the probability "
        "that the model gave it. Models are trained to make the average small.",
        "09",
        ("surprise", "log loss", "negative log-likelihood"),
    ),
    Term(
        "distribution",
        "A list of numbers, each between 0 and 1, that sum to 1. Each number is the probability "
        "of one outcome, such as one next word.",
        "01",
        ("probability distribution", "categorical distribution"),
    ),
    Term(
        "effective number of choices",
        "Two to the power of the entropy in bits. A fair choice among 8 has 8 of them.",
        "05",
        ("perplexity", "effective vocabulary"),
    ),
    Term(
        "entropy",
        "How undecided a distribution is: the sum of p times log2(1/p), in bits. It is 0 when one "
        "outcome is certain, and log2(n) when n outcomes are equally probable.",
        "05",
    ),
    Term(
        "exponentiate",
        "To raise e to the power of a number. The result is positive, and a larger number gives a "
        "larger result.",
        "02",
    ),
    Term(
        "gradient",
        "The slopes of a number, such as the surprise, along each of the numbers that it depends "
        "on. It points uphill; to learn is to take steps the other way.",
        "09",
    ),
    Term(
        "greedy",
        "To take the most probable word at every step, without a draw.",
        "06",
        ("argmax decoding",),
    ),
    Term(
        "Gumbel noise",
        "Random numbers -ln(-ln(u)), with u drawn evenly between 0 and 1. Add one to each logit "
        "and take the largest sum: each word wins with the probability that softmax gives it.",
        "06",
        ("Gumbel-max",),
    ),
    Term(
        "head",
        "One attention of a model, with matrices of its own for queries, keys and values; in many "
        "models heads share those of keys and values. Heads that work side by side make a layer.",
        "07",
    ),
    Term(
        "Jacobian",
        "The table of all slopes: how steeply each number that comes out rises with each that "
        "goes in. That of softmax is diag(p) - p pᵀ.",
        "09",
    ),
    Term(
        "KL divergence",
        "How far a distribution p is from a distribution q: the sum of p times log2(p/q), in bits. "
        "It is 0 when they are equal, and positive otherwise.",
        "05",
        ("relative entropy",),
    ),
    Term(
        "language model",
        "A program that gives every word of its vocabulary a probability of coming next.",
        "04",
    ),
    Term(
        "learning rate",
        "How many times the gradient one step takes off.",
        "09",
        ("step size",),
    ),
    Term(
        "log-odds",
        "The natural logarithm of the odds. Of one word against another it is the difference of "
        "their logits, whatever the other words; of one word against everything else it is "
        "ln(p / (1 - p)).",
        "04",
        ("logit, in statistics",),
    ),
    Term(
        "log-softmax",
        "The logarithm of softmax: each logit minus the log-sum-exp of all of them. It stays "
        "finite where the probability itself rounds to 0.",
        "08",
    ),
    Term(
        "log-sum-exp",
        "The logarithm of the sum of e to the power of each number. It lies between the maximum "
        "and the maximum plus ln(n): a soft maximum, while softmax is a soft argmax.",
        "03",
        ("LSE", "soft maximum"),
    ),
    Term(
        "logit",
        "A score as it goes into softmax: any real number. Adding the same number to all logits "
        "changes no probability.",
        "04",
        ("score", "unnormalized log-probability"),
    ),
    Term(
        "mass",
        "How much probability several words have together.",
        "06",
        ("probability mass",),
    ),
    Term(
        "min-p",
        "A cut that keeps the words with at least a given fraction of the favorite's probability.",
        "06",
    ),
    Term(
        "natural logarithm",
        "ln x is the number to which e must be raised to give x. In numpy it is `np.log(x)`.",
        "02",
        ("ln",),
    ),
    Term(
        "normalize",
        "To divide positive numbers by their sum. The ratios stay, and the new sum is 1.",
        "03",
    ),
    Term(
        "odds",
        "How many times as probable one outcome is as another: 0.75 against 0.25 is 3 to 1. "
        "Without another named, it is against everything else.",
        "04",
    ),
    Term(
        "overflow",
        "In numpy, a floating-point number too large for its format becomes infinity: e to the 710 "
        "in float64, e to the 89 in float32.",
        "08",
    ),
    Term(
        "query",
        "One of three lists of numbers that attention makes from each word's vector: the query "
        "asks, the key answers, and query times key is a score. The values are what is averaged.",
        "07",
        ("key", "value"),
    ),
    Term(
        "sample",
        "To draw an outcome at random. In the long run each comes up as often as its probability "
        "says.",
        "01",
        ("draw",),
    ),
    Term(
        "saturate",
        "Softmax saturates when the scores lie so far apart that one of them gets nearly "
        "everything.",
        "07",
    ),
    Term(
        "seed",
        "The number that a random generator starts from. The same seed gives the same numbers.",
        "01",
    ),
    Term(
        "sigmoid",
        "1 / (1 + e^-x). For two words, softmax is the sigmoid of the difference of their logits.",
        "04",
        ("logistic function",),
    ),
    Term(
        "softmax",
        "e to the power of each number, divided by the sum of all these powers: any list of real "
        "numbers becomes a probability distribution.",
        "03",
        ("soft argmax", "Boltzmann distribution"),
    ),
    Term(
        "tail",
        "The many improbable words of a distribution, taken together.",
        "06",
    ),
    Term(
        "temperature",
        "The number T that divides the logits before they are exponentiated. A larger T flattens "
        "the distribution, a smaller one sharpens it, and T = 0 is the limit: all the probability "
        "on the maximum, and ties share.",
        "05",
    ),
    Term(
        "token",
        "What a language model reads and writes at one step: a word, a piece of a word or a sign.",
        "04",
    ),
    Term(
        "top-k",
        "A cut that keeps the k most probable words.",
        "06",
    ),
    Term(
        "top-p",
        "A cut that keeps the fewest of the most probable words that have a mass of at least p.",
        "06",
        ("nucleus sampling",),
    ),
    Term(
        "transformer",
        "A model made of layers of attention, each followed by a layer that works on one place at "
        "a time. The storyteller of this course is one.",
        "07",
    ),
    Term(
        "triangle of distributions",
        "All the distributions over three outcomes, as points: the corners are certain, the "
        "center is uniform.",
        "01",
        ("simplex", "ternary plot"),
    ),
    Term(
        "underflow",
        "A number too near 0 for its format becomes 0: e to the -746 in float64, e to the -104 in "
        "float32.",
        "08",
    ),
    Term(
        "unembedding",
        "The matrix that turns a model's last vector into logits: a row for each word of the "
        "vocabulary, times the vector.",
        "04",
        ("output matrix", "lm_head"),
    ),
    Term(
        "uniform",
        "A distribution in which every outcome has the same probability.",
        "01",
    ),
    Term(
        "vocabulary",
        "All the words, or tokens, that a model can read and write.",
        "04",
    ),
    Term(
        "weight",
        "What a score becomes before normalization: in softmax, e to the power of it (of score / "
        "T, at a temperature T); and, in attention, what a row of softmax gives to each value.",
        "02",
    ),
)


def _known():
    """Return the terms by every name that they have, in lower case."""
    known = {name.lower(): term for term in TERMS for name in term.also}
    return known | {term.name.lower(): term for term in TERMS}


def glossary(term):
    """Return what a word means in this course; a cell that ends in it shows it.

    Parameters
    ----------
    term : str
        The word, or another name of it. Capitals and a plural s do not matter.

    Returns
    -------
    Term

    Raises
    ------
    ValueError
        When the glossary does not have the word; the message names words near it.
    TypeError
        When `term` is not a string.

    Examples
    --------
    >>> glossary("vocabulary")
    vocabulary: All the words, or tokens, that a model can read and write. Explained in notebook 04.
    """
    if not isinstance(term, str):
        raise TypeError(f"term must be a string, got {term!r}")
    known, asked = _known(), term.strip().lower()
    for name in (asked, asked.removesuffix("s"), asked.replace("-", " "), asked.replace(" ", "-")):
        if name in known:
            return known[name]
    near = difflib.get_close_matches(asked, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "notebooks/glossary.md lists them all"
    raise ValueError(f"term must be a word of the glossary, got {term!r}; {hint}")


def glossary_page():
    """Return the text of ``notebooks/glossary.md``.

    Headings are in lower case: GitHub writes their anchors so, and JupyterLab as they stand.

    Returns
    -------
    str
        Markdown, with a heading for each term, by the alphabet.
    """
    terms = sorted(TERMS, key=lambda term: term.name.lower())
    parts = [f"### {term.name.lower()}\n\n{term.text}\n" for term in terms]
    return "# Glossary\n\nThe words of the course, each explained once.\n\n" + "\n".join(parts)
