"""How any real number becomes positive and keeps its order."""

import numpy as np

from . import inputs
from .exercise import Exercise, Question, WrongAnswer

NOTEBOOK = "02_exponentiation"
MINUTES = 30

EXERCISES = (
    Exercise(
        id="my_exponentiate",
        notebook=NOTEBOOK,
        title="Exponentiate",
        minutes=3,
        task=(
            "Write `my_exponentiate`: it takes a numpy array of scores and returns an array "
            "with e to the power of each one."
        ),
        stub='''
def my_exponentiate(logits):
    """Return e to the power of each score."""
    return ...
''',
        solution="""
def my_exponentiate(logits):
    return np.exp(logits)
""",
        hints=(
            "The number e is about 2.718. The score goes upstairs, into the exponent.",
            "numpy has a function for e to the power of something. Its name has three letters.",
            "`return np.exp(logits)`",
        ),
        wrong=(
            WrongAnswer(
                "score to the power e",
                """
def my_exponentiate(logits):
    return logits**np.e
""",
                "You raise the score to the power of e. It is the other way round: e is below, "
                "the score is the exponent. A negative score gives NaN (not a number) in your "
                "version.",
            ),
            WrongAnswer(
                "score to the power 2.718",
                """
def my_exponentiate(logits):
    return logits**2.718
""",
                "You raise the score to the power of 2.718. It is the other way round: e is below, "
                "the score is the exponent. A negative score gives NaN (not a number) in your "
                "version.",
            ),
            WrongAnswer(
                "square",
                """
def my_exponentiate(logits):
    return logits**2
""",
                "You square the scores. -2 and 2 then get the same weight, and the order is lost.",
            ),
            WrongAnswer(
                "absolute value",
                """
def my_exponentiate(logits):
    return np.abs(logits)
""",
                "You take the absolute value. The worst score, -4, then beats a good one, 2.",
            ),
            WrongAnswer(
                "base 2",
                """
def my_exponentiate(logits):
    return 2.0**logits
""",
                "You use base 2. That is positive and keeps the order, but the convention is "
                "base e. The section on other bases shows what changes.",
            ),
            WrongAnswer(
                "base 10",
                """
def my_exponentiate(logits):
    return 10.0**logits
""",
                "You use base 10. That is positive and keeps the order, but the convention is "
                "base e. The section on other bases shows what changes.",
            ),
            WrongAnswer(
                "times e",
                """
def my_exponentiate(logits):
    return np.e * logits
""",
                "You multiply by e. A negative score then stays negative. Put the score into "
                "the exponent.",
            ),
            WrongAnswer(
                "logarithm",
                """
def my_exponentiate(logits):
    return np.log(logits)
""",
                "You take the logarithm, which is the way back. It has no answer for a negative "
                "score.",
            ),
            *(
                WrongAnswer(
                    f"e cut off at {v}",
                    f"def my_exponentiate(logits):\n    return {v}**logits",
                    f"You use {v} for e, which is rounded: the digits of e never end. `np.exp` "
                    "knows it as well as the computer can.",
                )
                for v in ("2.7", "2.72", "2.718", "2.7183", "2.71828", "2.7182818")
            ),
            WrongAnswer(
                "minus in the exponent",
                """
def my_exponentiate(logits):
    return np.exp(-logits)
""",
                "These are e to the power of *minus* each score, or 1 divided by e to the score: "
                "the worst one gets the largest weight. Leave the sign as it is, and divide "
                "nothing.",
            ),
            WrongAnswer(
                "drops the minus sign",
                """
def my_exponentiate(logits):
    return np.exp(abs(logits))
""",
                "-1 and 1 get the same weight, as if the minus sign were dropped first. Keep it: "
                "e to the power of -1 is less than 1.",
            ),
            WrongAnswer(
                "normalizes already",
                """
def my_exponentiate(logits):
    weights = np.exp(logits)
    return weights / weights.sum()
""",
                "These sum to 1 already: one step too far. Dividing by the sum comes in 03. Here "
                "return the powers themselves.",
            ),
            WrongAnswer(
                "leaves out the negative ones",
                """
def my_exponentiate(logits):
    return np.where(logits > 0, np.exp(logits), 0)
""",
                "You give 0 to every score that is not above 0. e to the power of a negative "
                "number is below 1, but it is above 0, and e to the 0 is 1.",
            ),
        ),
        noticed=(
            "A score of 0 gives 1, negative ones give less than 1, and on paper none gives 0 or "
            "less."
        ),
        draw=inputs.scores,
        by_ratio=True,
        probes=(
            (np.array([0.0, 1.0, -1.0]),),
            (np.array([-4.0, 2.0, 2.0]),),
            (np.array([0.5, -0.25, 3.0, 0.0]),),
            (np.array([12.5, -15.0, 0.3, -0.7, 2.2]),),
            (np.array([-1.5]),),
        ),
    ),
    Exercise(
        id="my_ratio",
        notebook=NOTEBOOK,
        title="From difference to ratio",
        minutes=4,
        task=(
            "One word has score `a`, another has score `b`. Write `my_ratio`: how many times as "
            "much weight does the first word get? Make it work for scores of 1000 and 999 too."
        ),
        stub='''
def my_ratio(a, b):
    """Return the weight of score a, divided by the weight of score b."""
    return ...
''',
        solution="""
def my_ratio(a, b):
    return np.exp(a - b)
""",
        hints=(
            "Write the two weights as e to the a and e to the b, and divide one by the other.",
            "Dividing powers of the same base subtracts the exponents: e^5 / e^3 is (e · e · e · e "
            "· e) / (e · e · e). Three of them cancel, and e · e is left, which is e^2.",
            "`return np.exp(a - b)`",
        ),
        wrong=(
            WrongAnswer(
                "ratio of scores",
                """
def my_ratio(a, b):
    return a / b
""",
                "You divide the scores. Weights are powers of e: their ratio depends on the "
                "difference of the scores. Scores of 2 and 1 give 2.72, not 2.",
            ),
            WrongAnswer(
                "difference of scores",
                """
def my_ratio(a, b):
    return a - b
""",
                "That is the difference of the scores. One more step turns it into a ratio of "
                "weights.",
            ),
            WrongAnswer(
                "times e",
                """
def my_ratio(a, b):
    return np.e * (a - b)
""",
                "You multiply by e. Put the difference into the exponent.",
            ),
            *(
                WrongAnswer(
                    f"difference to the power e, {code}",
                    f"def my_ratio(a, b):\n    return {code}",
                    f"It is the other way round: e below, the difference above.{more}",
                )
                for code, more in (
                    ("(a - b) ** np.e", ""),
                    (
                        "np.power(a - b, np.e)",
                        " A negative difference gives NaN (not a number) in yours.",
                    ),
                )
            ),
            WrongAnswer(
                "upside down",
                """
def my_ratio(a, b):
    return np.exp(b - a)
""",
                "You have it upside down: that says how much weight the second word gets for "
                "each unit of the first.",
            ),
            WrongAnswer(
                "divides in the exponent",
                """
def my_ratio(a, b):
    return np.exp(a / b)
""",
                "You divide inside the exponent. Dividing powers of the same base subtracts "
                "their exponents: e^5 / e^3 is (e · e · e · e · e) / (e · e · e), so e · e, which "
                "is e^2.",
            ),
            WrongAnswer(
                "overflows",
                """
def my_ratio(a, b):
    return np.exp(a) / np.exp(b)
""",
                "Right for scores near 0. For 1000 and 999 NaN (not a number) comes out: e to the "
                "1000 is too big for the computer, which takes it for infinity. Subtract first, "
                "then exponentiate once.",
            ),
            WrongAnswer(
                "subtracts the weights",
                """
def my_ratio(a, b):
    return np.exp(a) - np.exp(b)
""",
                "You subtract the weights. *How many times as much* asks for a ratio: divide "
                "them. Then the exponents subtract.",
            ),
            WrongAnswer(
                "share of the first",
                """
def my_ratio(a, b):
    return np.exp(a) / (np.exp(a) + np.exp(b))
""",
                "That is the first word's share of both together, its probability. Here compare "
                "it with the second word alone.",
            ),
            WrongAnswer(
                "without a direction",
                """
def my_ratio(a, b):
    return np.exp(np.abs(a - b))
""",
                "Your answer is never below 1. If the first word has the lower score, its weight "
                "is the smaller one: keep the sign of the difference.",
            ),
            WrongAnswer(
                "base 2",
                """
def my_ratio(a, b):
    return 2.0 ** (a - b)
""",
                "You use base 2. The weights here are powers of e, so their ratio is one too.",
            ),
        ),
        noticed=(
            "Scores of 1000 and 999 give the same ratio as 1 and 0. A step of 1 is always a "
            "factor of e."
        ),
        draw=inputs.two_scores,
        by_ratio=True,
        probes=(
            (2.0, 1.0),
            (-1.0, 2.0),
            (0.5, 0.5),
            (1000.0, 999.0),
            (-3.0, -1.0),
            (0.37, -1.26),
            (2.0, 22.0),
        ),
    ),
    Exercise(
        id="my_temperature_of_base",
        notebook=NOTEBOOK,
        title="What another base does",
        minutes=6,
        task=(
            "Somebody uses a base `b` above 1 in place of e. Their weights equal e^(z / T) for one "
            "number T. Write `my_temperature_of_base`: it takes `b` and returns that T."
        ),
        stub='''
def my_temperature_of_base(b):
    """Return the T for which e ** (z / T) equals b ** z."""
    return ...
''',
        solution="""
def my_temperature_of_base(b):
    return 1 / np.log(b)
""",
        hints=(
            "Write b itself as a power of e: b = e^(something). What is the something?",
            "b = e^(ln b), so b^z = e^(z ln b). Compare that with e^(z / T).",
            "z ln b = z / T, so T = 1 / ln b. In numpy, `np.log` is ln.",
        ),
        wrong=(
            WrongAnswer(
                "logarithm, not its inverse",
                """
def my_temperature_of_base(b):
    return np.log(b)
""",
                "You have ln b, which multiplies the score. T divides it: turn the fraction over.",
            ),
            WrongAnswer(
                "base 10 logarithm",
                """
def my_temperature_of_base(b):
    return 1 / np.log10(b)
""",
                "That is 1 divided by the logarithm to base 10. The other side is a power of e, "
                "so you need the natural logarithm, `np.log`.",
            ),
            WrongAnswer(
                "the base itself",
                """
def my_temperature_of_base(b):
    return b
""",
                "You return the base itself. Find the T for which b^z and e^(z / T) are equal. "
                "Write b as a power of e first: which power? T is 1 divided by it.",
            ),
            WrongAnswer(
                "inverse base",
                """
def my_temperature_of_base(b):
    return 1 / b
""",
                "You divide 1 by the base. A base acts through its logarithm: b^z is e^(z ln b).",
            ),
            WrongAnswer(
                "compares bases",
                """
def my_temperature_of_base(b):
    return np.e / b
""",
                "You divide the bases. They act through their logarithms: b^z is e^(z ln b).",
            ),
            WrongAnswer(
                "base 2 logarithm",
                """
def my_temperature_of_base(b):
    return 1 / np.log2(b)
""",
                "That is 1 divided by the logarithm to base 2. The other side is a power of e, so "
                "you need the natural logarithm, `np.log`.",
            ),
            *(
                WrongAnswer(
                    f"base {base} logarithm, not its inverse",
                    f"def my_temperature_of_base(b):\n    return np.log{base}(b)",
                    f"That is the logarithm to base {base}. The other side is a power of e: take "
                    "`np.log`, and T divides: 1 over it.",
                )
                for base in ("2", "10")
            ),
            WrongAnswer(
                "e to the power of the base",
                """
def my_temperature_of_base(b):
    return np.exp(b)
""",
                "You raise e to the power of b. The question goes the other way: *which* power of "
                "e is b? The logarithm answers that.",
            ),
            WrongAnswer(
                "compares bases, upside down",
                """
def my_temperature_of_base(b):
    return b / np.e
""",
                "You divide the base by e. Bases act through their logarithms: b^z is e^(z ln b).",
            ),
            WrongAnswer(
                "the logarithm divided by e",
                """
def my_temperature_of_base(b):
    return np.log(b) / np.e
""",
                "You divide ln b by e. The e is in the logarithm already: b^z is e^(z ln b). So ln "
                "b multiplies the score, and T divides it: turn the fraction over.",
            ),
            WrongAnswer(
                "power of e",
                """
def my_temperature_of_base(b):
    return np.exp(1 / b)
""",
                "You raise e to a power. The question goes the other way: *which* power of e is "
                "b? The logarithm answers that.",
            ),
            WrongAnswer(
                "logarithm of the inverse",
                """
def my_temperature_of_base(b):
    return np.log(1 / b)
""",
                "That is the logarithm of 1/b, or -ln b: your T is negative. Divide 1 by ln b: "
                "the fraction goes outside.",
            ),
        ),
        noticed=(
            "Base 2 is a temperature of 1.44, base 10 one of 0.43, base e one of 1. A base "
            "above 1 and a temperature do the same, so one dial is enough: the field keeps e and "
            "turns T."
        ),
        draw=inputs.base,
        by_ratio=True,
        probes=(
            (2.0,),
            (10.0,),
            (float(np.e),),
            (1.5,),
            (1.0001234567,),
        ),
    ),
)

QUESTIONS = (
    Question(
        id="exp-of-negative",
        notebook=NOTEBOOK,
        text="Which is nearer to 0: e^-5 or 0.01?",
        options=(
            (
                "0.01: e^-5 is far below 0.",
                "A power of a positive base is never negative. e^-5 is 1 / e^5, about 0.0067.",
            ),
            ("e^-5.", "e^-5 is 1 / e^5, about 1 / 148 or 0.0067: small, and above 0."),
            ("0.01: e^-5 is about 0.2.", "1 / 5 is 0.2, but e^-5 is 1 / e^5, about 0.0067."),
        ),
        answer=1,
    ),
    Question(
        id="exp-plus-one",
        notebook=NOTEBOOK,
        text="You add 2 to a score. What happens to its weight?",
        options=(
            (
                "It grows by 2.",
                "Adding in the exponent multiplies outside: by e for each step of 1.",
            ),
            (
                "It is multiplied by 2 e, about 5.4.",
                "Each step of 1 multiplies what is there already: two of them give e · e.",
            ),
            (
                "It is multiplied by e · e, about 7.4.",
                "Adding in the exponent multiplies outside. From -3 to -1 and from 6 to 8 the "
                "factor is the same.",
            ),
        ),
        answer=2,
    ),
    Question(
        id="exp-square-fails",
        notebook=NOTEBOOK,
        text="Squares are never negative. Why not use z squared as the weight?",
        options=(
            (
                "Squares let a bad score win.",
                "-4 squared is 16, and 2 squared is 4: the worst word would win. Order is lost.",
            ),
            (
                "Squares are slow to compute.",
                "Multiplying a number by itself is quick. The trouble is that -4 beats 2.",
            ),
            (
                "Squares grow too quickly.",
                "Exponentials grow faster still. The trouble is that -4 beats 2.",
            ),
        ),
        answer=0,
    ),
    Question(
        id="exp-third-word",
        notebook=NOTEBOOK,
        text="A weight is e to the score. Words A and B keep their scores, and the score of word C "
        "rises. What happens to the weight of A divided by the weight of B?",
        options=(
            (
                "It shrinks.",
                "Neither weight changed, so neither does their ratio. It depends on the scores "
                "of A and B alone.",
            ),
            (
                "It stays.",
                "It depends on the difference of the scores of A and B, and on nothing else.",
            ),
            (
                "It depends on C.",
                "C's score does not appear in e^(a - b). Drag *owl* above: the other two stay.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="exp-base-ten",
        notebook=NOTEBOOK,
        text="Some scores differ, and somebody uses base 10 in place of e. Their distribution is "
        "...",
        options=(
            (
                "sharper: differences count for more.",
                "10 is e^(ln 10), so 10^z is e^(z ln 10): every difference of scores counts ln 10 "
                "times as much, about 2.3.",
            ),
            (
                "flatter, since 10 is larger.",
                "A larger base stretches the differences. The favorite gains: it is sharper.",
            ),
            (
                "the same, since the sum cancels it.",
                "A common factor would cancel. A base changes the exponents, and so the ratios.",
            ),
        ),
        answer=0,
    ),
)
