"""Why the textbook formula crashes, and the formulas that do not."""

import numpy as np

from . import inputs
from .exercise import Exercise, Question, WrongAnswer

NOTEBOOK = "08_numerical_stability"
MINUTES = 45

_random = np.random.default_rng(8)
# Of a tiny number that keeps the logarithm of 0 away.
_NO_LESS = "No infinity is left, and nothing below"
_NOTHING_TO_REPAIR = (
    "Then all words that are farther behind look alike. Take the logarithm of the formula, and "
    "there is nothing to repair."
)

EXERCISES = (
    Exercise(
        id="my_safe_softmax",
        notebook=NOTEBOOK,
        title="Softmax that does not crash",
        minutes=6,
        task=(
            "Write `my_safe_softmax`: it takes a table of logits, a 2-D array, and returns an "
            "array of the same shape, softmax of each row. One row may lie near 0, and the next "
            "thousands above or below it."
        ),
        stub='''
def my_safe_softmax(logits):
    """Return softmax of each row, wherever the rows lie."""
    return ...
''',
        solution="""
def my_safe_softmax(logits):
    gaps = logits - np.max(logits, axis=-1, keepdims=True)
    weights = np.exp(gaps)
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
        hints=(
            "In 03 you wrote softmax of each row. One line is new: what is subtracted, before "
            "anything is exponentiated?",
            "The maximum of each row, as a column: `np.max(logits, axis=-1, keepdims=True)`. "
            "After that no exponent is above 0, and one in each row is 0.",
            "`gaps = logits - np.max(logits, axis=-1, keepdims=True)`, `weights = np.exp(gaps)`, "
            "`return weights / np.sum(weights, axis=-1, keepdims=True)`.",
        ),
        wrong=(
            WrongAnswer(
                "nothing subtracted",
                """
def my_safe_softmax(logits):
    weights = np.exp(logits)
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
                "Rows near 0 are right. A row in the thousands comes to infinity over infinity, "
                "and one far below to 0 / 0: NaN. What can be subtracted before `np.exp`?",
            ),
            WrongAnswer(
                "the maximum of the whole table",
                """
def my_safe_softmax(logits):
    weights = np.exp(logits - np.max(logits))
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
                "The row with the largest logit is right. A row that lies thousands below it comes "
                "to 0 / 0, NaN. Is it the maximum of the whole table that goes off? Each row has "
                "its own.",
            ),
            WrongAnswer(
                "the maximum of each column",
                """
def my_safe_softmax(logits):
    weights = np.exp(logits - np.max(logits, axis=0))
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
                "Within a row, each entry has another number taken off, and that does not cancel. "
                "Does the maximum go down the columns? `axis=-1` goes along a row.",
            ),
            WrongAnswer(
                "columns",
                """
def my_safe_softmax(logits):
    weights = np.exp(logits - np.max(logits, axis=0))
    return weights / np.sum(weights, axis=0)
""",
                "Your columns sum to 1. Each row is to be a distribution: `axis=-1`, in the "
                "maximum and in the sum.",
            ),
            WrongAnswer(
                "the whole table sums to 1",
                """
def my_safe_softmax(logits):
    weights = np.exp(logits - np.max(logits))
    return weights / np.sum(weights)
""",
                "The whole table sums to 1. Each row is to be a distribution of its own, with its "
                "own maximum and its own sum.",
            ),
            WrongAnswer(
                "the mean",
                """
def my_safe_softmax(logits):
    weights = np.exp(logits - np.mean(logits, axis=-1, keepdims=True))
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
                "Most rows are right, and one whose logits lie far apart overflows. Do you "
                "subtract the mean? The largest can be far above it. After which number off is no "
                "exponent above 0?",
            ),
            WrongAnswer(
                "the smallest",
                """
def my_safe_softmax(logits):
    weights = np.exp(logits - np.min(logits, axis=-1, keepdims=True))
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
                "Most rows are right, and one whose logits lie over 710 apart overflows. Do you "
                "subtract the *smallest*, or a number halfway? No exponent should be above 0.",
            ),
            WrongAnswer(
                "the maximum, if it is above 0",
                """
def my_safe_softmax(logits):
    largest = np.maximum(np.max(logits, axis=-1, keepdims=True), 0)
    weights = np.exp(logits - largest)
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
                "Rows above 0 are right. One far below 0 comes to 0 / 0, NaN: its own maximum goes "
                "off it only if you subtract negative ones, too. A project forgot those; you meet "
                "it below.",
            ),
            WrongAnswer(
                "the largest size",
                """
def my_safe_softmax(logits):
    weights = np.exp(logits - np.max(np.abs(logits), axis=-1, keepdims=True))
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
                "Rows above 0 are right. One far below 0 comes to 0 / 0, NaN. Is it the largest "
                "*size* that goes off? The maximum of -1000 and -1001 is -1000.",
            ),
            WrongAnswer(
                "divided by the maximum",
                """
def my_safe_softmax(logits):
    weights = np.exp(logits / np.max(np.abs(logits), axis=-1, keepdims=True))
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
                "Nothing overflows, and the probabilities are others. To *divide* logits is a "
                "temperature, which changes their differences. Subtract.",
            ),
            WrongAnswer(
                "divided too late",
                """
def my_safe_softmax(logits):
    largest = np.max(logits, axis=-1, keepdims=True)
    weights = np.exp(logits) / np.exp(largest)
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
                "On paper that is right, and rows near 0 are. But in the thousands *every* entry "
                "is NaN. Do you exponentiate first, and divide then? It is too late by then: "
                "subtract in the exponent.",
            ),
            *(
                WrongAnswer(
                    f"clipped at {end}",
                    "def my_safe_softmax(logits):\n"
                    f"    weights = np.exp(np.clip(logits, -{end}, {end}))\n"
                    "    return weights / np.sum(weights, axis=-1, keepdims=True)",
                    f"Nothing overflows. But all logits above {end} have become the same, and so "
                    f"have all below -{end}: a row in the thousands comes out uniform. Move it, "
                    "and cut nothing off.",
                )
                for end in (700, 500, 100, 50)
            ),
            WrongAnswer(
                "NaN becomes 0",
                """
def my_safe_softmax(logits):
    weights = np.exp(logits)
    return np.nan_to_num(weights / np.sum(weights, axis=-1, keepdims=True))
""",
                "No NaN is left, and a row in the thousands has zeros for it: it no longer sums to "
                "1. What a formula cannot say is not 0. Subtract first, and there is no NaN.",
            ),
            *(
                WrongAnswer(
                    f"{v} in the denominator",
                    "def my_safe_softmax(logits):\n"
                    "    weights = np.exp(logits - np.max(logits, axis=-1, keepdims=True))\n"
                    f"    return weights / (np.sum(weights, axis=-1, keepdims=True) + {v})",
                    f"You add {v} to the denominator, and the row does not sum to 1 any more. "
                    "After the maximum is off, one weight is 1: the sum is never 0, and needs "
                    "nothing added.",
                )
                for v in ("1e-3", "1e-4", "1e-5")
            ),
            WrongAnswer(
                "softmax twice",
                """
def my_safe_softmax(logits):
    weights = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    p = weights / np.sum(weights, axis=-1, keepdims=True)
    weights = np.exp(p)
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
                "You apply softmax twice: the second time it takes probabilities for logits, and "
                "no number of a row is more than e times another. Once is enough.",
            ),
            WrongAnswer(
                "above the fraction bar alone",
                """
def my_safe_softmax(logits):
    gaps = logits - np.max(logits, axis=-1, keepdims=True)
    return np.exp(gaps) / np.sum(np.exp(logits), axis=-1, keepdims=True)
""",
                "The rows do not sum to 1. Does the maximum go off above the fraction bar, and not "
                "below it? It cancels only if it goes off both.",
            ),
            WrongAnswer(
                "off the weights",
                """
def my_safe_softmax(logits):
    weights = np.exp(logits) - np.max(logits, axis=-1, keepdims=True)
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
                "Some numbers are negative: the maximum goes off the *weights*. Take it off the "
                "logits, inside of `np.exp`.",
            ),
            WrongAnswer(
                "the wrong way round",
                """
def my_safe_softmax(logits):
    weights = np.exp(np.max(logits, axis=-1, keepdims=True) - logits)
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
                "The smallest logit gets most. Which way round is the difference in the exponent? "
                "It must be 0 for the largest, and negative for the others.",
            ),
            *(
                WrongAnswer(
                    f"capped at {end}",
                    "def my_safe_softmax(logits):\n"
                    f"    weights = np.exp(np.minimum(logits, {end}))\n"
                    "    return weights / np.sum(weights, axis=-1, keepdims=True)",
                    "Nothing overflows. But logits in the thousands have all become the same, as "
                    f"with a cap of {end}, and such a row comes out uniform. And one far below 0 "
                    "comes to 0 / 0. Move it, and cut nothing off.",
                )
                for end in (700, 500, 100)
            ),
            WrongAnswer(
                "not divided",
                """
def my_safe_softmax(logits):
    return np.exp(logits - np.max(logits, axis=-1, keepdims=True))
""",
                "These are the weights, with 1 for the largest. Divide each row by its sum.",
            ),
            WrongAnswer(
                "one sum for the whole table",
                """
def my_safe_softmax(logits):
    weights = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    return weights / np.sum(weights)
""",
                "The whole table sums to 1. The maximum is that of each row, and the sum is not: "
                "`axis=-1` there, too, with `keepdims=True`.",
            ),
            WrongAnswer(
                "sums of the columns",
                """
def my_safe_softmax(logits):
    weights = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    return weights / np.sum(weights, axis=0)
""",
                "Your columns sum to 1. The maximum goes along the rows, and the sum down the "
                "columns: `axis=-1` there, too, with `keepdims=True`.",
            ),
            WrongAnswer(
                "the whole table, and nothing subtracted",
                """
def my_safe_softmax(logits):
    weights = np.exp(logits)
    return weights / np.sum(weights)
""",
                "Two things at once. The whole table sums to 1, and each row is to be a "
                "distribution: `axis=-1`, with `keepdims=True`. And rows in the thousands "
                "overflow: what goes off first?",
            ),
            WrongAnswer(
                "the maximum is added",
                """
def my_safe_softmax(logits):
    weights = np.exp(logits + np.max(logits, axis=-1, keepdims=True))
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
                "Rows near 0 are right: a constant cancels, added or subtracted. But to *add* the "
                "maximum makes the exponents of a row in the thousands larger still. Which sign "
                "makes the largest of them 0?",
            ),
        ),
        noticed=(
            "With its maximum off, the largest weight of a row is 1, so the sum lies between 1 and "
            "the number of entries: in float64 it neither overflows nor becomes 0."
        ),
        of_softmax=True,
        draw=inputs.far_table,
        by_ratio=True,
        probes=(
            (np.array([[1.0, 2.5, -0.5], [0.0, 0.25, -1.0]]),),
            (np.array([[1000.0, 998.5], [1.0, 2.5]]),),
            (np.array([[-1000.5, -999.0], [-1002.0, -1001.25]]),),
            (np.array([[3000.0, 2999.0, 2998.5], [0.5, 0.0, 1.5], [-2000.0, -2001.5, -2000.5]]),),
            (np.array([[800.0, -800.0, 799.0], [1.0, 0.5, 0.0]]),),
            (np.array([[2.0], [-5000.0]]),),
            (_random.normal(0, 3, (4, 5)).round(2),),
            (np.array([[600.0, 598.5], [-500.0, -500.75], [300.0, 301.25]]),),
            (np.array([[750.5, 740.0, 760.25], [-60.0, -55.5, -57.0]]),),
        ),
    ),
    Exercise(
        id="my_log_sum_exp",
        notebook=NOTEBOOK,
        title="The soft maximum",
        minutes=5,
        task=(
            "Write `my_log_sum_exp`: it takes a list of logits as a numpy array and returns a "
            "number, the natural logarithm of the sum of e^z. Logits may lie thousands above or "
            "below 0. Some may be minus infinity, but not all."
        ),
        stub='''
def my_log_sum_exp(logits):
    """Return ln of the sum of e^z, wherever the logits lie."""
    return ...
''',
        solution="""
def my_log_sum_exp(logits):
    m = np.max(logits)
    return m + np.log(np.sum(np.exp(logits - m)))
""",
        in_course=("logsumexp",),
        hints=(
            "Subtract the maximum, as before. Here the result does change: all logits moved by m "
            "move the logarithm of the sum by m.",
            "With `m = np.max(logits)`: e^z is e^m times e^(z - m). In the logarithm the product "
            "becomes a sum: m, plus the logarithm of the sum of `np.exp(logits - m)`.",
            "`m = np.max(logits)`, `return m + np.log(np.sum(np.exp(logits - m)))`.",
        ),
        wrong=(
            WrongAnswer(
                "nothing subtracted",
                """
def my_log_sum_exp(logits):
    return np.log(np.sum(np.exp(logits)))
""",
                "Logits near 0 are right. In the thousands infinity comes out, and far below 0 "
                "minus infinity, as from a sum of 0. Is the maximum off before `np.exp`?",
            ),
            WrongAnswer(
                "m is not put back",
                """
def my_log_sum_exp(logits):
    return np.log(np.sum(np.exp(logits - np.max(logits))))
""",
                "This is how far the result lies *above* the maximum. What you took off inside "
                "comes back outside: add m.",
            ),
            WrongAnswer(
                "the maximum alone",
                """
def my_log_sum_exp(logits):
    return np.max(logits)
""",
                "This is the maximum. With two finite logits or more the soft one is above it, by "
                "the logarithm of the sum of e^(z - m).",
            ),
            WrongAnswer(
                "m off twice",
                """
def my_log_sum_exp(logits):
    m = np.max(logits)
    return np.log(np.sum(np.exp(logits - m))) - m
""",
                "m goes off inside, and off once more outside. Outside it comes back: add it.",
            ),
            WrongAnswer(
                "the sum without its logarithm",
                """
def my_log_sum_exp(logits):
    m = np.max(logits)
    return m + np.sum(np.exp(logits - m))
""",
                "m is there, and the sum. Between them belongs a logarithm.",
            ),
            WrongAnswer(
                "the mean of the weights",
                """
def my_log_sum_exp(logits):
    m = np.max(logits)
    return m + np.log(np.mean(np.exp(logits - m)))
""",
                "This lies below the maximum, by up to ln n: it is the logarithm of the *mean* "
                "weight. The task asks for the sum.",
            ),
            WrongAnswer(
                "in bits",
                """
def my_log_sum_exp(logits):
    m = np.max(logits)
    return m + np.log2(np.sum(np.exp(logits - m)))
""",
                "Above m this is a logarithm of base 2. Where the powers are of e, the logarithm "
                "is the natural one: `np.log`.",
            ),
            WrongAnswer(
                "log1p of the sum",
                """
def my_log_sum_exp(logits):
    m = np.max(logits)
    return m + np.log1p(np.sum(np.exp(logits - m)))
""",
                "The largest weight is counted twice: `np.log1p` adds a 1, and the sum has that 1 "
                "already.",
            ),
            WrongAnswer(
                "the mean subtracted",
                """
def my_log_sum_exp(logits):
    m = np.mean(logits[logits > -np.inf])
    return m + np.log(np.sum(np.exp(logits - m)))
""",
                "Most lists are right. Logits that lie thousands apart still overflow. Do you "
                "subtract the mean? After which number off is no exponent above 0?",
            ),
            WrongAnswer(
                "the largest size",
                """
def my_log_sum_exp(logits):
    m = np.max(np.abs(logits[logits > -np.inf]))
    return m + np.log(np.sum(np.exp(logits - m)))
""",
                "Logits above 0 are right. Those far below it come to minus infinity. Is it the "
                "largest *size* that goes off? The maximum of -1000 and -1001 is -1000.",
            ),
            WrongAnswer(
                "the maximum, if it is above 0",
                """
def my_log_sum_exp(logits):
    m = max(np.max(logits), 0)
    return m + np.log(np.sum(np.exp(logits - m)))
""",
                "Logits above 0 are right. Those far below it come to minus infinity: their "
                "maximum is negative, and goes off only if you let it.",
            ),
            WrongAnswer(
                "minus the logarithm",
                """
def my_log_sum_exp(logits):
    m = np.max(logits)
    return m - np.log(np.sum(np.exp(logits - m)))
""",
                "The logarithm goes off m, and the result is never above the maximum. The soft "
                "maximum is never below it: add.",
            ),
            WrongAnswer(
                "m inside the logarithm",
                """
def my_log_sum_exp(logits):
    m = np.max(logits)
    return np.log(m + np.sum(np.exp(logits - m)))
""",
                "m stands inside the logarithm. e^m is a factor in there, and a factor comes out "
                "of a logarithm as a summand: m belongs in front.",
            ),
            WrongAnswer(
                "m times",
                """
def my_log_sum_exp(logits):
    m = np.max(logits)
    return m * np.log(np.sum(np.exp(logits - m)))
""",
                "m is multiplied. In the logarithm of a product the two are added.",
            ),
            WrongAnswer(
                "the smallest",
                """
def my_log_sum_exp(logits):
    m = np.min(logits[logits > -np.inf])
    return m + np.log(np.sum(np.exp(logits - m)))
""",
                "Most lists are right. Logits that lie thousands apart overflow: it is the "
                "*smallest* that goes off. Which one leaves no exponent above 0?",
            ),
            WrongAnswer(
                "the sum of the logarithms",
                """
def my_log_sum_exp(logits):
    m = np.max(logits)
    return m + np.sum(np.log(np.exp(logits - m)))
""",
                "You take the logarithm of each weight, and add those up. First the sum, then one "
                "logarithm of it.",
            ),
            WrongAnswer(
                "the smallest, masks and all",
                """
def my_log_sum_exp(logits):
    m = np.min(logits)
    return m + np.log(np.sum(np.exp(logits - m)))
""",
                "With minus infinity among the logits that is NaN, and logits thousands apart "
                "overflow: it is the *smallest* that goes off. Which one leaves no exponent above "
                "0?",
            ),
            WrongAnswer(
                "the mean, masks and all",
                """
def my_log_sum_exp(logits):
    m = np.mean(logits)
    return m + np.log(np.sum(np.exp(logits - m)))
""",
                "With minus infinity among the logits the mean is minus infinity, and NaN comes "
                "out; and logits thousands apart overflow. After which number off is no exponent "
                "above 0?",
            ),
            WrongAnswer(
                "base 10",
                """
def my_log_sum_exp(logits):
    m = np.max(logits)
    return m + np.log10(np.sum(np.exp(logits - m)))
""",
                "The logarithm has base 10, and the exponents are those of e. Take the natural "
                "one: `np.log`.",
            ),
            WrongAnswer(
                "the wrong way round",
                """
def my_log_sum_exp(logits):
    m = np.max(logits)
    return m + np.log(np.sum(np.exp(m - logits)))
""",
                "The smallest logit counts most. Which way round is the difference in the "
                "exponent? It must be 0 for the largest, and negative for the others.",
            ),
        ),
        noticed=(
            "With n logits the result lies between the maximum and the maximum plus ln n, so it "
            "cannot overflow where the logits themselves do not."
        ),
        draw=inputs.far_scores,
        probes=(
            (np.array([2.0, 1.25, -1.5]),),
            (np.array([1000.0, 998.5, 1001.25]),),
            (np.array([-2000.5, -2003.0]),),
            (np.array([0.5, 0.5, 0.5, 0.5]),),
            (np.array([-4.25]),),
            (np.array([3.0, -np.inf, 2.5]),),
            (np.array([2500.0, -2500.0, 2499.0]),),
            (np.array([-500.0, -501.25]),),
            (np.array([0.5, -900.0]),),
            (_random.normal(0, 4, 9).round(2),),
        ),
    ),
    Exercise(
        id="my_log_softmax",
        notebook=NOTEBOOK,
        title="The logarithm, without the detour",
        minutes=6,
        task=(
            "Write `my_log_softmax`: it takes a list of logits as a numpy array and returns an "
            "array, the natural logarithm of each probability. Logits may lie thousands apart, "
            "and all of them may lie as far from 0 as a trillion, 1e12."
        ),
        stub='''
def my_log_softmax(logits):
    """Return ln of softmax, where softmax itself has become 0 too."""
    return ...
''',
        solution="""
def my_log_softmax(logits):
    gaps = logits - np.max(logits)
    return gaps - np.log(np.sum(np.exp(gaps)))
""",
        in_course=("log_softmax",),
        hints=(
            "The logarithm of a quotient is a difference: which two logarithms? One of them needs "
            "no `np.log` and no `np.exp` at all.",
            "ln of e^(z - m) is z - m. So only the sum needs a logarithm. And take m off before "
            "anything else: then the numbers are small.",
            "`gaps = logits - np.max(logits)`, `return gaps - np.log(np.sum(np.exp(gaps)))`.",
        ),
        wrong=(
            WrongAnswer(
                "the logarithm of softmax",
                """
def my_log_softmax(logits):
    weights = np.exp(logits - np.max(logits))
    return np.log(weights / np.sum(weights))
""",
                "On paper that is right. But a logit 800 below the others comes to minus infinity. "
                "Has its probability become 0 before the logarithm? Do you take softmax first? "
                "Take the logarithm of the formula, and not of its result.",
            ),
            WrongAnswer(
                "the logarithm of the textbook formula",
                """
def my_log_softmax(logits):
    weights = np.exp(logits)
    return np.log(weights / np.sum(weights))
""",
                "Logits near 0 are right. In the thousands NaN comes out, from infinity over "
                "infinity or 0 / 0. First subtract the maximum; and take the logarithm of the "
                "formula, and not of its result.",
            ),
            WrongAnswer(
                "logits minus log-sum-exp",
                """
def my_log_softmax(logits):
    m = np.max(logits)
    return logits - (m + np.log(np.sum(np.exp(logits - m))))
""",
                "On paper that is right, and in the thousands too. Near a trillion it is off: a "
                "number of that size holds about four digits after the point, and ln(sum) loses "
                "the rest beside it. Two large libraries shipped logits minus log-sum-exp. "
                "Subtract m from the logits first, then the logarithm.",
            ),
            WrongAnswer(
                "the logarithm of the plain sum",
                """
def my_log_softmax(logits):
    return logits - np.log(np.sum(np.exp(logits)))
""",
                "Logits near 0 are right. In the thousands the sum of e^z is infinite, and far "
                "below 0 it is 0: the logarithm of either is infinite. First take m off the "
                "logits.",
            ),
            WrongAnswer(
                "added",
                """
def my_log_softmax(logits):
    gaps = logits - np.max(logits)
    return gaps + np.log(np.sum(np.exp(gaps)))
""",
                "The logarithm of the sum is added. To divide by the sum is to subtract its "
                "logarithm.",
            ),
            WrongAnswer(
                "divided by the logarithm",
                """
def my_log_softmax(logits):
    gaps = logits - np.max(logits)
    return gaps / np.log(np.sum(np.exp(gaps)))
""",
                "You divide by the logarithm of the sum. The logarithm of a quotient is a "
                "difference: subtract.",
            ),
            WrongAnswer(
                "the gaps alone",
                """
def my_log_softmax(logits):
    return logits - np.max(logits)
""",
                "These are the logarithms of the weights, with 0 for the largest. The division by "
                "the sum is missing: in logarithms it is a subtraction.",
            ),
            WrongAnswer(
                "the maximum is missing once",
                """
def my_log_softmax(logits):
    m = np.max(logits)
    return logits - np.log(np.sum(np.exp(logits - m)))
""",
                "All are off by the same number, the maximum. It goes off inside the sum. "
                "Does it go off the logits in front as well?",
            ),
            WrongAnswer(
                "the maximum is off in front alone",
                """
def my_log_softmax(logits):
    m = np.max(logits)
    return logits - m - np.log(np.sum(np.exp(logits)))
""",
                "The maximum goes off in front, and the sum is made of the logits as they came: "
                "it overflows in the thousands, and elsewhere the two match only if m is 0.",
            ),
            WrongAnswer(
                "softmax",
                """
def my_log_softmax(logits):
    weights = np.exp(logits - np.max(logits))
    return weights / np.sum(weights)
""",
                "These are the probabilities. The task asks for their logarithms.",
            ),
            WrongAnswer(
                "the surprises",
                """
def my_log_softmax(logits):
    gaps = logits - np.max(logits)
    return np.log(np.sum(np.exp(gaps))) - gaps
""",
                "Right but for the sign: the logarithm of a probability is 0 or below.",
            ),
            WrongAnswer(
                "the sum without its logarithm",
                """
def my_log_softmax(logits):
    gaps = logits - np.max(logits)
    return gaps - np.sum(np.exp(gaps))
""",
                "You subtract the sum itself. Subtract its logarithm.",
            ),
            WrongAnswer(
                "in bits",
                """
def my_log_softmax(logits):
    gaps = logits - np.max(logits)
    return gaps - np.log2(np.sum(np.exp(gaps)))
""",
                "The logarithm of the sum has base 2, and the gaps are those of e. Take the "
                "natural one: `np.log`.",
            ),
            WrongAnswer(
                "the mean of the weights",
                """
def my_log_softmax(logits):
    gaps = logits - np.max(logits)
    return gaps - np.log(np.mean(np.exp(gaps)))
""",
                "All are too large by ln n. Do you divide by the *mean* of the weights? Softmax "
                "divides by their sum.",
            ),
            *(
                WrongAnswer(
                    f"{v} inside the logarithm",
                    "def my_log_softmax(logits):\n"
                    "    weights = np.exp(logits - np.max(logits))\n"
                    f"    return np.log(weights / np.sum(weights) + {v})",
                    f"{_NO_LESS} ln {v}, in a list where a word is 800 behind. Is {v} added "
                    f"before the logarithm? {_NOTHING_TO_REPAIR}",
                )
                for v in ("1e-6", "1e-7", "1e-8", "1e-9", "1e-10", "1e-12")
            ),
            *(
                WrongAnswer(
                    f"not below {v}",
                    "def my_log_softmax(logits):\n"
                    "    weights = np.exp(logits - np.max(logits))\n"
                    f"    return np.log(np.maximum(weights / np.sum(weights), {v}))",
                    f"{_NO_LESS} ln {v}, in a list where a word is 800 behind. Is {v} the least "
                    f"that a probability can be, or is it added? {_NOTHING_TO_REPAIR}",
                )
                for v in (
                    "1e-7",
                    "1e-8",
                    "1e-10",
                    "1e-12",
                    "1e-15",
                    "1e-16",
                    "1e-20",
                    "1e-30",
                    "1e-38",
                    "1e-300",
                )  # fmt: skip
            ),
            WrongAnswer(
                "each its own logarithm",
                """
def my_log_softmax(logits):
    m = np.max(logits)
    return logits - m - np.log(np.exp(logits - m))
""",
                "Each logit has its own logarithm taken off, and that leaves 0. The sum is "
                "missing: one number for all.",
            ),
            WrongAnswer(
                "the mean",
                """
def my_log_softmax(logits):
    gaps = logits - np.mean(logits)
    return gaps - np.log(np.sum(np.exp(gaps)))
""",
                "Most lists are right, and one whose logits lie thousands apart overflows. Do you "
                "subtract the mean? The largest can be far above it. After which number off is no "
                "exponent above 0?",
            ),
            WrongAnswer(
                "the smallest",
                """
def my_log_softmax(logits):
    gaps = logits - np.min(logits)
    return gaps - np.log(np.sum(np.exp(gaps)))
""",
                "Most lists are right, and one whose logits lie over 710 apart overflows. It is "
                "the *smallest* that goes off. Which one leaves no exponent above 0?",
            ),
        ),
        noticed=(
            "Log-softmax needs no probability, so none can become 0. A word 2000 below the "
            "favorite has about -2000 here, and softmax has 0 for it."
        ),
        draw=inputs.huge_scores,
        probes=(
            (np.array([2.0, 1.25, -1.5]),),
            (np.array([800.0, 0.0, 50.0]),),
            (np.array([-2000.5, 0.0, -3.25]),),
            (np.array([0.0, 0.0, 0.0, 0.0]),),
            (np.array([-4.25]),),
            (np.array([1e12, 1e12 + 1, 1e12 - 2]),),
            (np.array([-1e12, -1e12 - 0.5]),),
            (np.array([1000.0, 998.5, 1001.25, -900.0]),),
            (_random.normal(0, 4, 9).round(2),),
        ),
    ),
    Exercise(
        id="my_small_surprise",
        notebook=NOTEBOOK,
        title="The last digits of certainty",
        minutes=4,
        task=(
            "Two words, and the favorite is ahead by `lead`, a number from 0 to 600. Its "
            "probability is 1 / (1 + e^-lead), and minus the natural logarithm of that is "
            "ln(1 + e^-lead). Write `my_small_surprise`: it takes `lead` and returns that number, "
            "right to six digits for every lead, however small the number is."
        ),
        stub='''
def my_small_surprise(lead):
    """Return ln(1 + e^-lead), with its digits."""
    return ...
''',
        solution="""
def my_small_surprise(lead):
    return np.log1p(np.exp(-lead))
""",
        hints=(
            "1 + 1e-20 is 1 for a computer. The digits are gone before the logarithm sees them. "
            "Which function of numpy takes the 1e-20 alone?",
            "`np.log1p` of x is ln(1 + x), and never adds the 1. What is x here?",
            "`return np.log1p(np.exp(-lead))`.",
        ),
        wrong=(
            WrongAnswer(
                "the 1 is added",
                """
def my_small_surprise(lead):
    return np.log(1 + np.exp(-lead))
""",
                "Small leads are right. From a lead of 37 on, 0 comes out. Is there a sum with 1, "
                "or a probability, before the logarithm? It rounds to 1 there, and ln 1 is 0. Or "
                "is the lead taken off at the end? Beside it the rest is rounded away.",
            ),
            WrongAnswer(
                "the power alone",
                """
def my_small_surprise(lead):
    return np.exp(-lead)
""",
                "For large leads that is right to all digits: ln(1 + x) is nearly x there. At a "
                "lead of 0 it gives 1 in place of ln 2.",
            ),
            WrongAnswer(
                "no minus in the power",
                """
def my_small_surprise(lead):
    return np.log1p(np.exp(lead))
""",
                "This grows with the lead: it is what the *other* word has. In the exponent "
                "stands minus the lead.",
            ),
            WrongAnswer(
                "the sign",
                """
def my_small_surprise(lead):
    return -np.log1p(np.exp(-lead))
""",
                "Right but for the sign: the task asks for minus the logarithm of the "
                "probability, which is not below 0.",
            ),
            WrongAnswer(
                "in bits",
                """
def my_small_surprise(lead):
    return np.log1p(np.exp(-lead)) / np.log(2)
""",
                "Its digits are kept, and it is 1.44 times too large: it is in bits. The task "
                "asks for the natural logarithm.",
            ),
            WrongAnswer(
                "one 1 too many",
                """
def my_small_surprise(lead):
    return np.log1p(1 + np.exp(-lead))
""",
                "For large leads ln 2 comes out. `np.log1p` of x is ln(1 + x): the 1 is in it "
                "already, so hand it the power alone.",
            ),
            WrongAnswer(
                "the other word's probability",
                """
def my_small_surprise(lead):
    return np.exp(-lead) / (1 + np.exp(-lead))
""",
                "This is what the favorite lacks to 1, the other word's probability. For large "
                "leads the two nearly agree; the logarithm is asked for.",
            ),
            WrongAnswer(
                "1 minus the power",
                """
def my_small_surprise(lead):
    return -np.log1p(-np.exp(-lead))
""",
                "This is minus ln(1 - e^-lead), and at a lead of 0 it is infinite. The sum has "
                "a plus: 1 + e^-lead.",
            ),
            WrongAnswer(
                "what is missing to 1",
                """
def my_small_surprise(lead):
    return 1 - 1 / (1 + np.exp(-lead))
""",
                "This is what the favorite lacks to 1, and not the logarithm. And from a lead of "
                "37 on it is 0: 1 minus 1 has no digits left.",
            ),
            WrongAnswer(
                "base 10",
                """
def my_small_surprise(lead):
    return np.log10(1 + np.exp(-lead))
""",
                "This is the logarithm of base 10, and from a lead of 37 on it is 0: the 1 is "
                "added first. `np.log1p` of x is the natural logarithm of 1 + x.",
            ),
            WrongAnswer(
                "log1p of the lead",
                """
def my_small_surprise(lead):
    return np.log1p(lead)
""",
                "This is ln(1 + lead), and grows with it. Beside the 1 stands e^-lead.",
            ),
            WrongAnswer(
                "expm1",
                """
def my_small_surprise(lead):
    return np.expm1(np.exp(-lead))
""",
                "`np.expm1` of x is e^x - 1, the way back. The logarithm is `np.log1p`.",
            ),
            WrongAnswer(
                "float32",
                """
def my_small_surprise(lead):
    x = np.exp(np.float32(-lead))
    return np.log1p(x)
""",
                "That is float32, as in the cell above: below 1e-38 it loses its digits, and from "
                "a lead of 104 on it has none. Leave `np.float32` out.",
            ),
            WrongAnswer(
                "log1p of minus the lead",
                """
def my_small_surprise(lead):
    return np.log1p(-lead)
""",
                "This is ln(1 - lead), and from a lead of 1 on that is no number. Beside the 1 "
                "stands e^-lead: `np.exp(-lead)`.",
            ),
        ),
        noticed=(
            "At a lead of 600 it is about 3e-261, and `1 + 3e-261` is 1. Near 0 the numbers that "
            "a computer has lie close together, and near 1 they do not: so keep what is missing "
            "to 1."
        ),
        draw=inputs.lead,
        by_ratio=True,
        probes=(
            (0.0,),
            (2.0,),
            (0.125,),
            (5.5,),
            (12.0,),
            (12.875,),
            (37.0,),
            (40.0,),
            (100.25,),
            (600.0,),
        ),
    ),
)

QUESTIONS = (
    Question(
        id="numerics-sixteen",
        notebook=NOTEBOOK,
        text=(
            "float16 and bfloat16 both have 16 bits. One of them cannot hold e^12. Why can the "
            "other?"
        ),
        options=(
            (
                "It has more digits.",
                "It has fewer: 8 bits of them, and float16 has 11. And digits give no reach.",
            ),
            (
                "It spends more bits on the exponent, and fewer on the digits.",
                "bfloat16 has the exponent of float32 with 8 bits, and float16 has 5. What is won "
                "in reach is lost in digits.",
            ),
            (
                "It rounds down where the other rounds up.",
                "Both round to the nearest number. Past the largest there is none.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="numerics-one-large",
        notebook=NOTEBOOK,
        text=(
            "Three logits: 800, 1 and 1. What does e^z divided by the sum give in float64, where "
            "e^710 is infinite?"
        ),
        options=(
            (
                "1, 0 and 0.",
                "So it should be. But infinity divided by infinity is not 1.",
            ),
            (
                "NaN, NaN and NaN.",
                "The sum is infinite. A finite number divided by infinity is 0, not NaN.",
            ),
            (
                "NaN, 0 and 0.",
                "Infinity over infinity is NaN, and e over infinity is 0. The favorite, of all "
                "words, is lost.",
            ),
        ),
        answer=2,
    ),
    Question(
        id="numerics-table",
        notebook=NOTEBOOK,
        text=(
            "Somebody subtracts the largest logit of the whole table, not that of each row. A "
            "row lies 2,000 below the others. What becomes of it?"
        ),
        options=(
            (
                "Nothing: a constant cancels in every row.",
                "On paper. But its weights are all e^-2000 or less, and those are 0 in float64.",
            ),
            (
                "Its weights all become 0, and 0 / 0 is NaN.",
                "So does its sum. Nothing overflows, and the row is lost all the same.",
            ),
            (
                "It overflows.",
                "No exponent is above 0 in the whole table. What is too small gets lost here.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="numerics-epsilon",
        notebook=NOTEBOOK,
        text=(
            "To be safe, somebody writes ln(p + 0.00000001), that is with 1e-8. A target's "
            "logit is 500 below the favorite's. Which ln p comes out, and which is right?"
        ),
        options=(
            (
                "About -18, and about -500 is right.",
                "ln of 1e-8 is about -18: nothing can come out below it. A model that is "
                "hopelessly wrong looks less so, and hardly learns.",
            ),
            (
                "About -500, and that is right.",
                "e^-500 is far below 1e-8. Added to it, it does not change a digit.",
            ),
            (
                "Minus infinity, and about -500 is right.",
                "That is ln of 0, and there is 1e-8 in it now.",
            ),
        ),
        answer=0,
    ),
    Question(
        id="numerics-masked",
        notebook=NOTEBOOK,
        text="Every logit of a row is minus infinity. What does softmax say of it on paper?",
        options=(
            (
                "All zeros: nobody may be chosen.",
                "Zeros sum to 0, and a distribution sums to 1. Some libraries give zeros "
                "nevertheless, since a sum with weights of 0 is 0.",
            ),
            (
                "All the same: nobody is preferred.",
                "So it is when the logits are equal and finite. Here each weight is 0.",
            ),
            (
                "Nothing: 0 / 0 has no value.",
                "The question is wrong: a choice among nobody. A program has to decide what to do "
                "about it.",
            ),
        ),
        answer=2,
    ),
)
