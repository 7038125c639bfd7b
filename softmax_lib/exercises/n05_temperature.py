"""How one number makes a model dull or wild."""

import numpy as np

from . import inputs
from .exercise import Exercise, Question, WrongAnswer

NOTEBOOK = "05_temperature"
MINUTES = 40

EXERCISES = (
    Exercise(
        id="my_softmax_with_temperature",
        notebook=NOTEBOOK,
        title="Softmax with a temperature",
        minutes=6,
        task=(
            "Write `my_softmax_with_temperature`: it takes logits and a temperature above 0, "
            "and returns an array, the distribution e^(z/T), normalized."
        ),
        stub='''
def my_softmax_with_temperature(logits, temperature):
    """Return softmax of the logits at a temperature above 0."""
    return ...
''',
        solution="""
def my_softmax_with_temperature(logits, temperature):
    weights = np.exp(logits / temperature)
    return weights / np.sum(weights)
""",
        hints=(
            "Start from the two lines of your `my_softmax` in 03. The temperature stands under "
            "each exponent.",
            "Divide the logits by the temperature before you exponentiate them.",
            "`weights = np.exp(logits / temperature)`, then `return weights / np.sum(weights)`.",
        ),
        wrong=(
            WrongAnswer(
                "multiplies",
                """
def my_softmax_with_temperature(logits, temperature):
    w = np.exp(logits * temperature)
    return w / w.sum()
""",
                "You multiply by the temperature. Then a high temperature sharpens, and heat "
                "should blur. T stands in the denominator.",
            ),
            WrongAnswer(
                "after exponentiating",
                """
def my_softmax_with_temperature(logits, temperature):
    w = np.exp(logits) / temperature
    return w / w.sum()
""",
                "Your answer is the same at every temperature. Does it use `temperature`? A T "
                "that divides the weights, or is subtracted from the logits, changes all weights "
                "by the same factor, and the normalization cancels it. T must divide the logits, "
                "before they are exponentiated.",
            ),
            WrongAnswer(
                "after normalizing",
                """
def my_softmax_with_temperature(logits, temperature):
    w = np.exp(logits)
    return w / w.sum() / temperature
""",
                "You divide the probabilities by the temperature. They sum to 1 / T now. Divide "
                "the logits, before exponentiating.",
            ),
            WrongAnswer(
                "logits to a power",
                """
def my_softmax_with_temperature(logits, temperature):
    w = logits ** (1 / temperature)
    return w / w.sum()
""",
                "You raise the logits to the power 1/T. It is the ratio of two probabilities "
                "that goes to that power. The logits are divided by T.",
            ),
            WrongAnswer(
                "logits to a power, exponentiated",
                """
def my_softmax_with_temperature(logits, temperature):
    w = np.exp(logits ** (1 / temperature))
    return w / w.sum()
""",
                "You raise the logits to the power 1/T, and exponentiate that. It is the ratio of"
                " two probabilities that goes to that power. The logits are divided by T.",
            ),
            WrongAnswer(
                "softmax of logits to a power",
                """
def my_softmax_with_temperature(logits, temperature):
    from softmax_lib import softmax

    return softmax(logits ** (1 / temperature))
""",
                "You raise the logits to the power 1/T, and then take softmax; a negative logit "
                "has no square root, which is NaN. It is the ratio of two probabilities that goes"
                " to that power. The logits are divided by T.",
            ),
            WrongAnswer(
                "the sign of the exponent",
                """
def my_softmax_with_temperature(logits, temperature):
    w = np.exp(-logits / temperature)
    return w / w.sum()
""",
                "The largest logit gets the least. Is there a minus in the exponent? Leave it"
                " out: the weights are e^(z/T).",
            ),
            WrongAnswer(
                "twice",
                """
def my_softmax_with_temperature(logits, temperature):
    w = np.exp(logits / temperature / temperature)
    return w / w.sum()
""",
                "You divide by the temperature twice, which is T squared. At T = 1 nobody would "
                "notice: test with another number.",
            ),
            WrongAnswer(
                "power without normalizing again",
                """
def my_softmax_with_temperature(logits, temperature):
    w = np.exp(logits)
    return (w / w.sum()) ** (1 / temperature)
""",
                "Raising the probabilities to the power 1/T is a good idea: it gives the right "
                "ratios. But the sum is no longer 1. Normalize once more.",
            ),
            WrongAnswer(
                "divides by the sum without temperature",
                """
def my_softmax_with_temperature(logits, temperature):
    return np.exp(logits / temperature) / np.sum(np.exp(logits))
""",
                "The temperature is in the numerator and not in the sum. Compute the weights "
                "once, then divide them by their own sum.",
            ),
            WrongAnswer(
                "forgets to normalize",
                """
def my_softmax_with_temperature(logits, temperature):
    return np.exp(logits / temperature)
""",
                "These are the weights: they do not sum to 1 yet. Normalize them.",
            ),
            WrongAnswer(
                "after exponentiating, not normalized",
                """
def my_softmax_with_temperature(logits, temperature):
    return np.exp(logits) / temperature
""",
                "Two things. T divides the weights: it must divide the logits, inside `np.exp`. "
                "And the weights do not sum to 1 yet: normalize them.",
            ),
            WrongAnswer(
                "normalizes the scores",
                """
def my_softmax_with_temperature(logits, temperature):
    z = logits / temperature
    return z / z.sum()
""",
                "You normalize the scores themselves. What makes them positive first?",
            ),
            WrongAnswer(
                "normalizes, then exponentiates",
                """
def my_softmax_with_temperature(logits, temperature):
    z = logits / temperature
    return np.exp(z / z.sum())
""",
                "You normalize first and exponentiate then. The other way around: exponentiate, "
                "then divide by the sum of those.",
            ),
            WrongAnswer(
                "never below 0.4",
                """
def my_softmax_with_temperature(logits, temperature):
    w = np.exp(logits / max(temperature, 0.4))
    return w / w.sum()
""",
                "Your temperature never falls below 0.4: asked for less, you still use 0.4. The "
                "task promises a temperature above 0: divide by it as it is.",
            ),
            WrongAnswer(
                "never above 1",
                """
def my_softmax_with_temperature(logits, temperature):
    w = np.exp(logits / min(temperature, 1))
    return w / w.sum()
""",
                "Your temperature never rises above 1. T is no probability: any number above 0 "
                "will do.",
            ),
            WrongAnswer(
                "softmax twice",
                """
def my_softmax_with_temperature(logits, temperature):
    w = np.exp(logits)
    p = w / w.sum()
    w = np.exp(p / temperature)
    return w / w.sum()
""",
                "You apply softmax twice, and the temperature divides probabilities. They "
                "differ by less than 1, where logits may differ by any number. Divide the logits "
                "by T, and apply softmax once.",
            ),
            WrongAnswer(
                "in the sum alone",
                """
def my_softmax_with_temperature(logits, temperature):
    return np.exp(logits) / np.sum(np.exp(logits / temperature))
""",
                "The temperature is in the sum and not in the numerator. Compute the weights "
                "once, then divide them by their own sum.",
            ),
            WrongAnswer(
                "root of T",
                """
def my_softmax_with_temperature(logits, temperature):
    w = np.exp(logits / np.sqrt(temperature))
    return w / w.sum()
""",
                "You divide by the square root of the temperature. Divide by the temperature "
                "itself.",
            ),
        ),
        noticed=(
            "At T = 1 it is the softmax of 03. At T = 2 the ratio of any two probabilities is the "
            "square root of what it was."
        ),
        of_softmax=True,
        draw=inputs.logits_and_temperature,
        by_ratio=True,
        may_overflow=lambda logits, temperature: temperature <= 1e-4,
        probes=(
            (np.array([2.0, 1.0, -1.0]), 2.0),
            (np.array([2.0, 1.0, -1.0]), 0.5),
            (np.array([2.0, 1.0, -1.0]), 1.0),
            (np.array([0.5, 0.0, 3.0, -2.0]), 4.0),
            (np.array([-3.0, -1.0, 0.25]), 1.5),
            (np.array([0.0]), 2.0),
            (np.array([2.0, 1.0, -1.0]), 0.25),
            (np.array([12.0, 30.0, -30.5, 0.0, 3.0]), 20.0),
            (np.array([-2.05, -3.1]), 0.1234567),
            (np.array([0.1234567, 0.2, -0.5]), 0.05),
        ),
    ),
    Exercise(
        id="my_cold_softmax",
        notebook=NOTEBOOK,
        title="Temperature zero",
        minutes=7,
        task=(
            "At T = 0 the formula divides by zero, but its limit exists: all the probability "
            "goes to the largest logit, however small its lead, and equal largest ones share it. "
            "Write `my_cold_softmax`: it takes logits and returns that limit as an array."
        ),
        stub='''
def my_cold_softmax(logits):
    """Return the limit of softmax as the temperature goes to 0."""
    return ...
''',
        solution="""
def my_cold_softmax(logits):
    largest = logits == np.max(logits)
    return largest / np.sum(largest)
""",
        hints=(
            "Which entries equal the maximum? Ask numpy: `logits == np.max(logits)`.",
            "That gives True and False, which count as 1 and 0. How many are True? They share "
            "the probability.",
            "`largest = logits == np.max(logits)`, then `return largest / np.sum(largest)`.",
        ),
        wrong=(
            WrongAnswer(
                "first of the ties",
                """
def my_cold_softmax(logits):
    p = np.zeros(len(logits))
    p[np.argmax(logits)] = 1.0
    return p
""",
                "With a tie, the first of them takes everything. The formula treats equal logits "
                "alike at every temperature, so they share in the limit too.",
            ),
            WrongAnswer(
                "ties not shared",
                """
def my_cold_softmax(logits):
    return (logits == np.max(logits)) * 1.0
""",
                "With a tie, each of them gets 1, and the sum is more than 1. They share a total "
                "of 1.",
            ),
            *(
                WrongAnswer(
                    f"T = {tiny}",
                    "def my_cold_softmax(logits):\n"
                    f"    w = np.exp((logits - logits.max()) / {tiny})\n    return w / w.sum()",
                    f"You use T = {tiny} in place of 0. Two logits that lie closer together than "
                    "that still share the probability: close is not the limit. Compare with the "
                    "maximum.",
                )
                for tiny in ("0.4 0.1 0.01 0.001 1e-4 1e-5 1e-6 1e-7 1e-8 1e-9 1e-10 1e-12".split())
            ),
            WrongAnswer(
                "the maximum not subtracted",
                """
def my_cold_softmax(logits):
    w = np.exp(logits / 0.001)
    return w / w.sum()
""",
                "NaN comes out: divided by a tiny temperature, the exponents become so large that "
                "the exponentials overflow, or so low that all of them are 0. Take the limit "
                "instead: compare with the maximum.",
            ),
            WrongAnswer(
                "smallest",
                """
def my_cold_softmax(logits):
    s = logits == np.min(logits)
    return s / np.sum(s)
""",
                "You give everything to the smallest logit. Low temperature favors the largest.",
            ),
            WrongAnswer(
                "divides by zero",
                """
def my_cold_softmax(logits):
    w = np.exp(logits / 0.0)
    return w / w.sum()
""",
                "NaN comes out: divided by 0, a logit becomes infinite or no number, and in the "
                "end infinity is divided by infinity or 0 by 0, which is no number. The limit has "
                "to be written down by hand: who gets the probability?",
            ),
            WrongAnswer(
                "divides the gaps by zero",
                """
def my_cold_softmax(logits):
    w = np.exp((logits - np.max(logits)) / 0.0)
    return w / w.sum()
""",
                "Only NaN comes out: 0 / 0 is no number, and neither is infinity / infinity. The "
                "limit has to be written down by hand: who gets the probability?",
            ),
            WrongAnswer(
                "the logits divided by zero, and no more",
                """
def my_cold_softmax(logits):
    return logits / 0.0
""",
                "What comes out is infinite, or no number at all. Do you divide by 0? The limit "
                "has to be written down by hand: who gets the probability?",
            ),
            WrongAnswer(
                "weights at zero, not normalized",
                """
def my_cold_softmax(logits):
    return np.exp(logits / 0.0)
""",
                "Every weight is 0, infinite, or no number at all. Do you divide by 0? The limit "
                "has to be written down by hand: who gets the probability?",
            ),
            WrongAnswer(
                "uniform",
                """
def my_cold_softmax(logits):
    return np.full(len(logits), 1 / len(logits))
""",
                "Equal shares for everybody: that is the other end of the dial, T = infinity.",
            ),
            WrongAnswer(
                "nearly equal counts as equal",
                """
def my_cold_softmax(logits):
    s = np.isclose(logits, np.max(logits))
    return s / np.sum(s)
""",
                "Logits of 1 and 1.0000001 share. In the limit the larger one gets everything, "
                "however small its lead. Do you allow a difference, as `np.isclose` does? Compare "
                "with `==`.",
            ),
            WrongAnswer(
                "a tiny lead lost",
                """
def my_cold_softmax(logits):
    w = np.exp(logits - np.max(logits))
    s = w == np.max(w)
    return s / np.sum(s)
""",
                "A tiny lead is lost. Do you compare after an exponential, or divide by a tiny "
                "number in place of 0? Compare the logits themselves.",
            ),
            WrongAnswer(
                "softmax of the marks",
                """
def my_cold_softmax(logits):
    marks = (logits == np.max(logits)) * 1.0
    w = np.exp(marks)
    return w / w.sum()
""",
                "The largest are marked with 1, and then softmax is put on the marks: e^0 is "
                "1, so the others come back. Share out the marks: divide by their sum.",
            ),
            WrongAnswer(
                "softmax of True and False",
                """
def my_cold_softmax(logits):
    w = np.exp(logits == np.max(logits))
    return w / w.sum()
""",
                "True counts as 1 and False as 0, and then softmax is put on them: e^0 is 1, so "
                "the others come back. Share out the marks: divide by their sum.",
            ),
            WrongAnswer(
                "softmax of one mark",
                """
def my_cold_softmax(logits):
    mark = np.zeros(len(logits))
    mark[np.argmax(logits)] = 1
    w = np.exp(mark)
    return w / w.sum()
""",
                "Two things. One place is marked with 1, and then softmax is put on the "
                "marks: e^0 is 1, so the others come back. And equal largest ones share: mark"
                " all of them, and divide the marks by their sum.",
            ),
            WrongAnswer(
                "last of the ties",
                """
def my_cold_softmax(logits):
    p = np.zeros(len(logits))
    p[np.argsort(logits)[-1]] = 1.0
    return p
""",
                "With a tie, the last of them takes everything. Equal logits have equal "
                "probabilities at every temperature, so they share in the limit too.",
            ),
            WrongAnswer(
                "the logit in place of 1",
                """
def my_cold_softmax(logits):
    return np.where(logits == np.max(logits), logits, 0)
""",
                "You found the largest logits, and give back their scores. They get shares of 1: "
                "divide 1 by how many they are.",
            ),
        ),
        noticed=(
            "Who is largest counts, and not by how much: a lead of 0.0000001 takes everything. "
            "`softmax(logits, temperature=0)` in this course does the same."
        ),
        of_softmax=True,
        draw=inputs.nearly_tied,
        by_ratio=True,
        probes=(
            (np.array([2.0, 1.0, -1.0]),),
            (np.array([2.0, 1.0, 2.0]),),
            (np.array([1.0, 1.0 + 1e-7, 0.0]),),
            (np.array([-3.0, -5.0]),),
            (np.zeros(6),),
            (np.array([5.0, 12.0, 4.5, 12.0, 11.0, -3.0, 12.0]),),
            (np.array([1.0, 1.0 + 1e-12, -1.0]),),
            (np.array([1.0, 1.0 + 3e-5, 0.5]),),
            (np.array([1.0, 1.0 + 2**-52]),),
            (np.array([5e-324, 0.0, -1.0]),),
        ),
    ),
    Exercise(
        id="my_entropy",
        notebook=NOTEBOOK,
        title="Read the dial",
        minutes=7,
        task=(
            "Entropy says how undecided a distribution is, in bits: the sum of p times log2(1/p). "
            "(log2 of 8 is 3, since 2 times 2 times 2 is 8; in numpy it is `np.log2`.) The "
            "surprise when a word of probability p comes is log2(1/p): 0 bits if it was certain, "
            "3 bits if it was one in 8. Entropy is the average surprise over many draws: a word "
            "comes p of the time, so its surprise counts p times. A probability of 0 adds "
            "nothing. Write `my_entropy`: it takes probabilities and returns one number."
        ),
        stub='''
def my_entropy(probabilities):
    """Return the entropy in bits."""
    return ...
''',
        solution="""
def my_entropy(probabilities):
    p = probabilities[probabilities > 0]
    return np.sum(p * np.log2(1 / p))
""",
        in_course=("entropy",),
        hints=(
            "Without zeros it is one line, with p for the probabilities: "
            "`np.sum(p * np.log2(1 / p))`.",
            "A zero gives 0 times infinity, which is NaN. Leave the zeros out first: "
            "`p = probabilities[probabilities > 0]`.",
            "`p = probabilities[probabilities > 0]`, then `return np.sum(p * np.log2(1 / p))`.",
        ),
        wrong=(
            WrongAnswer(
                "zero gives NaN",
                """
def my_entropy(probabilities):
    return -np.sum(probabilities * np.log2(probabilities))
""",
                "Right without zeros. With one, the computer multiplies 0 by infinity and gets "
                "NaN. A word that never comes adds nothing: leave it out.",
            ),
            WrongAnswer(
                "natural logarithm",
                """
def my_entropy(probabilities):
    p = probabilities[probabilities > 0]
    return -np.sum(p * np.log(p))
""",
                "Right, in another unit: the natural logarithm gives nats. For bits, use "
                "`np.log2`.",
            ),
            WrongAnswer(
                "sign",
                """
def my_entropy(probabilities):
    p = probabilities[probabilities > 0]
    return np.sum(p * np.log2(p))
""",
                "Your entropy is negative: logarithms of numbers below 1 are. Use log2(1/p), or "
                "put a minus in front.",
            ),
            WrongAnswer(
                "natural logarithm, zeros left in",
                """
def my_entropy(probabilities):
    return -np.sum(probabilities * np.log(probabilities))
""",
                "Two things. The natural logarithm gives another unit, nats: for bits, use "
                "`np.log2`. And a probability of 0 gives NaN: leave it out.",
            ),
            WrongAnswer(
                "sign, zeros left in",
                """
def my_entropy(probabilities):
    return np.sum(probabilities * np.log2(probabilities))
""",
                "Two things. Logarithms of numbers below 1 are negative: use log2(1/p), or put a "
                "minus in front. And a probability of 0 gives NaN: leave it out.",
            ),
            WrongAnswer(
                "forgets the weights",
                """
def my_entropy(probabilities):
    p = probabilities[probabilities > 0]
    return np.sum(np.log2(1 / p))
""",
                "You add up the surprises and do not weigh them. A rare word is a big surprise, "
                "but it comes rarely: multiply by p.",
            ),
            WrongAnswer(
                "forgets the weights, zeros left in",
                """
def my_entropy(probabilities):
    return np.sum(np.log2(1 / probabilities))
""",
                "Two things. You add up log2(1/p): each counts p times, so multiply by p. And a "
                "probability of 0 gives infinity: leave it out.",
            ),
            WrongAnswer(
                "0 as soon as one is 0",
                """
def my_entropy(probabilities):
    for p in probabilities:
        if p == 0:
            return 0.0
    return np.sum(probabilities * np.log2(1 / probabilities))
""",
                "It gives 0 as soon as one probability is 0. Such a word adds nothing: leave it "
                "out, and go on with the others.",
            ),
            WrongAnswer(
                "averages evenly",
                """
def my_entropy(probabilities):
    p = probabilities[probabilities > 0]
    return np.mean(p * np.log2(1 / p))
""",
                "You take a plain average. The probabilities are the weights already: add up.",
            ),
            WrongAnswer(
                "averages evenly, zeros left in",
                """
def my_entropy(probabilities):
    return np.mean(probabilities * np.log2(1 / probabilities))
""",
                "Two things. You take a plain average: the probabilities are the weights already, "
                "so add up. And a probability of 0 gives NaN: leave it out.",
            ),
            *(
                WrongAnswer(
                    f"averages the surprises{how}",
                    f"def my_entropy(probabilities):\n    p = {kept}\n"
                    "    return np.mean(np.log2(1 / p))",
                    "`np.mean` counts every word alike. Here each surprise counts p times: "
                    f"multiply by p, then add up.{more}",
                )
                for how, kept, more in (
                    ("", "probabilities[probabilities > 0]", ""),
                    (
                        ", zeros left in",
                        "probabilities",
                        " And a probability of 0 gives infinity: leave it out.",
                    ),
                )
            ),
            WrongAnswer(
                "number of choices",
                """
def my_entropy(probabilities):
    p = probabilities[probabilities > 0]
    return 2.0 ** np.sum(p * np.log2(1 / p))
""",
                "That is the effective number of choices, 2 to the power of the entropy. The "
                "entropy is its exponent: stop one step earlier.",
            ),
            WrongAnswer(
                "number of choices, zeros left in",
                """
def my_entropy(probabilities):
    return 2.0 ** np.sum(probabilities * np.log2(1 / probabilities))
""",
                "Two things. That is the effective number of choices: the entropy is its "
                "exponent. And a probability of 0 gives NaN: leave it out.",
            ),
            WrongAnswer(
                "the ceiling",
                """
def my_entropy(probabilities):
    return np.log2(len(probabilities))
""",
                "That is the ceiling, the entropy of n equal ones. Here each p counts: weigh "
                "log2(1/p) by p, and add up.",
            ),
            WrongAnswer(
                "the ceiling without zeros",
                """
def my_entropy(probabilities):
    return np.log2(np.sum(probabilities > 0))
""",
                "That is the ceiling, the entropy of n equal ones: n counts those that are "
                "not 0. Here each p counts: weigh log2(1/p) by p, and add up.",
            ),
            WrongAnswer(
                "base 10",
                """
def my_entropy(probabilities):
    p = probabilities[probabilities > 0]
    return np.sum(p * np.log10(1 / p))
""",
                "Right, in another unit: `np.log10` is the logarithm with base 10. For bits, "
                "use `np.log2`.",
            ),
            WrongAnswer(
                "base 10, zeros left in",
                """
def my_entropy(probabilities):
    return np.sum(probabilities * np.log10(1 / probabilities))
""",
                "Two things. `np.log10` is the logarithm with base 10: for bits, use "
                "`np.log2`. And a probability of 0 gives NaN: leave it out.",
            ),
            *(
                WrongAnswer(
                    f"{v} inside the logarithm",
                    "def my_entropy(probabilities):\n"
                    f"    return -np.sum(probabilities * np.log2(probabilities + {v}))",
                    f"You add {v} inside the logarithm, so that a 0 does no harm. It moves the "
                    "other words a little too: where one word is certain, the entropy comes out "
                    "below 0. Leave the zeros out: `probabilities[probabilities > 0]`.",
                )
                for v in "0.01 0.001 1e-4 1e-5 1e-6 1e-7 1e-8 1e-9 1e-10 1e-12".split()
            ),
            *(
                WrongAnswer(
                    f"{v} added to each",
                    f"def my_entropy(probabilities):\n    p = probabilities + {v}\n"
                    "    return np.sum(p * np.log2(1 / p))",
                    f"You add {v} to each p, so that no zero is left, and that moves the result. "
                    "Leave the zeros out instead: `probabilities[probabilities > 0]`.",
                )
                for v in "0.01 0.001 1e-4 1e-5 1e-6 1e-7 1e-8 1e-9 1e-10 1e-12".split()
            ),
            WrongAnswer(
                "the first word alone",
                """
def my_entropy(probabilities):
    total = 0
    for p in probabilities:
        if p > 0:
            total += p * np.log2(1 / p)
        return total
""",
                "That is what the first word adds, and no other: p times log2(1/p). Does a "
                "`return` stand inside the loop? Move it to the left, below the loop.",
            ),
            WrongAnswer(
                "the last word alone",
                """
def my_entropy(probabilities):
    for p in probabilities:
        total = 0.0
        if p > 0:
            total += p * np.log2(1 / p)
    return total
""",
                "That is what the last word adds, and no other: p times log2(1/p). Does each round "
                "of a loop start again? Set the total to 0 once, above the loop, and add with "
                "`+=`.",
            ),
            WrongAnswer(
                "the last word alone, zeros left in",
                """
def my_entropy(probabilities):
    for p in probabilities:
        total = p * np.log2(1 / p)
    return total
""",
                "Two things. That is what the last word adds, and no other: does each round of a "
                "loop overwrite the total? Set it to 0 once, above the loop, and add with `+=`. "
                "And a probability of 0 gives NaN: leave it out.",
            ),
            WrongAnswer(
                "the favorite alone",
                """
def my_entropy(probabilities):
    p = np.max(probabilities)
    return p * np.log2(1 / p)
""",
                "That is what the most probable word adds, and no other: p times log2(1/p). Add up "
                "what each word adds.",
            ),
            WrongAnswer(
                "the last word that is not 0",
                """
def my_entropy(probabilities):
    for p in probabilities:
        if p > 0:
            total = p * np.log2(1 / p)
    return total
""",
                "That is what one word adds, the last one with more than 0: p times log2(1/p). "
                "Does each round of a loop overwrite the one before? Set the total to 0 once, "
                "above the loop, and add with `+=`.",
            ),
            WrongAnswer(
                "one minus the squares",
                """
def my_entropy(probabilities):
    return 1 - np.sum(probabilities**2)
""",
                "That is the Gini index: how often two draws differ. It measures something like "
                "it, but not in bits. Weigh log2(1/p) by p, and add up.",
            ),
            WrongAnswer(
                "logarithm of the squares",
                """
def my_entropy(probabilities):
    return np.log2(1 / np.sum(probabilities**2))
""",
                "You take one logarithm of a sum. Entropy adds up the logarithms: log2(1/p) of "
                "each word, times its p.",
            ),
        ),
        noticed="Certain is 0 bits. A fair choice among 4 is 2 bits, among 8 is 3 bits.",
        draw=inputs.distribution,
        probes=(
            (np.array([0.5, 0.25, 0.25]),),
            (np.array([1.0, 0.0]),),
            (np.array([0.9, 0.1, 0.0, 0.0]),),
            (np.full(8, 0.125),),
            (np.array([0.3, 0.4, 0.2, 0.1]),),
            (np.array([0.9990001, 0.0009999]),),
        ),
    ),
)

QUESTIONS = (
    Question(
        id="temp-high",
        notebook=NOTEBOOK,
        text="Some logits differ, and you turn the temperature up. What happens to the least "
        "probable word?",
        options=(
            (
                "It becomes more probable.",
                "Dividing by a larger T shrinks all differences, so the low ones catch up.",
            ),
            (
                "It becomes less probable.",
                "That is what turning down does. Up shrinks the differences: low ones catch up.",
            ),
            (
                "Nothing: T divides every logit alike.",
                "Dividing changes the differences between logits. Only adding leaves them alone.",
            ),
        ),
        answer=0,
    ),
    Question(
        id="temp-order",
        notebook=NOTEBOOK,
        text="Can turning the temperature (above 0) make the second word overtake the first?",
        options=(
            (
                "Yes, if T is high enough.",
                "They come close, and the order stays: z1 > z2 means z1/T > z2/T.",
            ),
            (
                "Yes, if T is low enough.",
                "A low T pulls them apart. The first only gains on it.",
            ),
            (
                "Never.",
                "Dividing by a positive number keeps the order. A draw may still pick the second.",
            ),
        ),
        answer=2,
    ),
    Question(
        id="temp-half",
        notebook=NOTEBOOK,
        text="At T = 1 one word is 3 times as probable as another. At T = 0.5 it is ...",
        options=(
            ("1.5 times as probable.", "That would be flatter. A lower temperature sharpens."),
            (
                "9 times as probable.",
                "Dividing by 0.5 doubles the difference of logits, and that squares the ratio.",
            ),
            (
                "6 times as probable.",
                "The difference of logits doubles. In the exponent, doubling squares: 3 x 3.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="temp-zero",
        notebook=NOTEBOOK,
        text="Two logits are 2.0001 and 2. A program takes T = 0.001 in place of T = 0. What does "
        "the first of the two get?",
        options=(
            (
                "0.52",
                "Its lead of 0.0001 over that T is 0.1, and e^0.1 is about 1.1 to 1. At T = 0 it "
                "would get 1.",
            ),
            (
                "1, up to rounding",
                "Cold is relative: a lead much smaller than T is hardly seen. Here the lead is a "
                "tenth of T.",
            ),
            (
                "0.91",
                "That is ten to one, in the weights. Here the *lead* is to T as one to ten: the "
                "exponents differ by 0.1.",
            ),
        ),
        answer=0,
    ),
    Question(
        id="temp-after",
        notebook=NOTEBOOK,
        text="A program divides the weights e^z by T and then normalizes. What do users see?",
        options=(
            (
                "T works backward.",
                "That happens when somebody multiplies the logits by T. Here T does nothing.",
            ),
            (
                "The text gets wilder with T.",
                "It does not change at all: the common factor cancels in the normalization.",
            ),
            (
                "T does nothing.",
                "All weights change by the same factor, and the normalization cancels it.",
            ),
        ),
        answer=2,
    ),
    Question(
        id="temp-max",
        notebook=NOTEBOOK,
        text="*Aunt* had 0.30 at T = 1 and 0.03 at T = 5. You keep turning T up, without end. "
        "What is left for it?",
        options=(
            (
                "Nothing: it goes to 0.",
                "As T grows, each z/T goes to 0, and e^0 is 1: its weight comes ever closer to the "
                "others'.",
            ),
            (
                "About 1 in 795.",
                "Each z/T goes to 0, so all 795 weights go to 1. The formula knows no largest T. "
                "A text that you want to read does: you saw one fall apart at T = 2.",
            ),
            (
                "About 1 in 8.",
                "That is its share among the eight relatives. The 787 others come in as well: at "
                "T = 5 they have 0.82.",
            ),
        ),
        answer=1,
    ),
)
