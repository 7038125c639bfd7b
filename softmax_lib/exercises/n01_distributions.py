"""What a list of numbers must satisfy to be a probability distribution."""

import numpy as np

from . import inputs
from .exercise import Exercise, Question, WrongAnswer

NOTEBOOK = "01_probability_distributions"
MINUTES = 30

EXERCISES = (
    Exercise(
        id="my_is_distribution",
        notebook=NOTEBOOK,
        title="A judge of lists",
        minutes=5,
        task=(
            "Write `my_is_distribution`: it takes a numpy array and returns `True` when the "
            "numbers are a probability distribution, `False` when they are not. `values >= 0` asks "
            "about each number, and `np.all(values >= 0)` says whether the answer is yes for all. "
            "Computers round: accept a sum that is within 0.000001 of 1. (`1e-6` is short for "
            "0.000001. `abs` drops a minus sign: `abs(-2)` is 2.)"
        ),
        stub='''
def my_is_distribution(values):
    """Return True when values are a probability distribution."""
    return ...
''',
        solution="""
def my_is_distribution(values):
    in_range = np.all(values >= 0) and np.all(values <= 1)
    sums_to_one = abs(np.sum(values) - 1) <= 1e-6
    return bool(in_range and sums_to_one)
""",
        in_course=("broken_requirements",),
        hints=(
            "There are two requirements. Write a line for each, then join them with `and`.",
            "`np.all(values >= 0)` is true when no number is negative. For the sum, ask whether "
            "`abs(np.sum(values) - 1)` is tiny.",
            "`return bool(np.all(values >= 0) and np.all(values <= 1) and "
            "abs(np.sum(values) - 1) <= 1e-6)`",
        ),
        wrong=(
            WrongAnswer(
                "checks the sum alone",
                """
def my_is_distribution(values):
    return bool(abs(values.sum() - 1) <= 1e-6)
""",
                "Numbers below 0 pass: [1.5, -0.5] sums to 1, and a word with a probability of "
                "-0.5 makes no sense. Ask about the range too, and of *all* numbers: "
                "`np.all(values >= 0)`.",
            ),
            WrongAnswer(
                "checks the range alone",
                """
def my_is_distribution(values):
    return bool(np.all(values >= 0) and np.all(values <= 1))
""",
                "[0.9, 0.8] passes: each number is in the range, and together they promise 170 %. "
                "Ask about the sum too.",
            ),
            WrongAnswer(
                "demands exactly 1",
                """
def my_is_distribution(values):
    return bool(np.all(values >= 0) and values.sum() == 1)
""",
                "[0.7, 0.2, 0.1] does not pass. It is a distribution, yet the computer adds it up "
                "to 0.9999999999999999. Allow a tiny difference from 1.",
            ),
            WrongAnswer(
                "demands exactly 1, of a sum one by one",
                """
def my_is_distribution(values):
    return bool(np.all(values >= 0) and sum(values) == 1)
""",
                "Ten times 0.1 does not pass: added up one by one, the computer comes to "
                "0.9999999999999999. Allow a tiny difference from 1.",
            ),
            WrongAnswer(
                "rules out 0 and 1",
                """
def my_is_distribution(values):
    return bool(np.all(values > 0) and np.all(values < 1) and abs(values.sum() - 1) <= 1e-6)
""",
                "[0, 1, 0] and [1] do not pass, though they are distributions. An impossible word "
                "has probability 0 and a certain one has 1: both are allowed.",
            ),
            *(
                WrongAnswer(
                    f"rules out 0, and {code} must be exactly 1, {asked}",
                    f"def my_is_distribution(values):\n    return bool({asked} and {code} == 1)",
                    "[0.7, 0.2, 0.1] does not pass. It is a distribution, yet the computer adds it "
                    f"up to 0.9999999999999999: allow a tiny difference from 1.{also} {allowed}",
                )
                for code, also in (
                    ("np.sum(values)", ""),
                    ("sum(values)", " Ten times 0.1 does not pass either."),
                )
                for asked, allowed in (
                    ("np.all(values > 0)", "And 0 is allowed too: `values >= 0`."),
                    (
                        "np.all(values > 0) and np.all(values < 1)",
                        "And [0, 1, 0] and [1] do not pass either: 0 and 1 are allowed too.",
                    ),
                )
            ),
            WrongAnswer(
                "allows too much room",
                """
def my_is_distribution(values):
    return bool(np.all(values >= 0) and round(values.sum(), 1) == 1)
""",
                "A sum of 0.99 passes. One percent of certainty is missing there: do you round "
                "the sum, or allow more than the task does? Allow a difference of 0.000001.",
            ),
            WrongAnswer(
                "allows too little room",
                """
def my_is_distribution(values):
    return bool(np.all(values >= 0) and round(values.sum(), 6) == 1)
""",
                "[0.5, 0.4999992] does not pass. Its sum is 0.9999992, within 0.000001 of 1. Do "
                "you round to six digits, which allows half of it, or allow still less? "
                "`abs(np.sum(values) - 1) <= 1e-6` allows all.",
            ),
            WrongAnswer(
                "the sum alone, with too little room",
                """
def my_is_distribution(values):
    return bool(round(values.sum(), 6) == 1)
""",
                "Two things. Numbers below 0 pass: [1.5, -0.5] sums to 1. Ask about the range too, "
                "and of *all* numbers: `np.all(values >= 0)`. And [0.5, 0.4999992] does not pass, "
                "though its sum is within 0.000001 of 1. Do you round to six digits, which "
                "allows half of it, or allow still less? `abs(np.sum(values) - 1) <= 1e-6` allows "
                "all.",
            ),
            WrongAnswer(
                "no number is negative",
                """
def my_is_distribution(values):
    return bool(np.all(values >= 0))
""",
                "[0.9, 0.8] passes, and promises 170 %. No number of it is negative, but the sum "
                "must be 1 as well: join a second question with `and`.",
            ),
            WrongAnswer(
                "abs forgotten",
                """
def my_is_distribution(values):
    return bool(np.all(values >= 0) and np.sum(values) - 1 <= 1e-6)
""",
                "A sum that is too small passes: [0.2, 0.3] comes to 0.5. Do you ask only that "
                "the sum is not too large? Ask also that it is not too small: "
                "`abs(np.sum(values) - 1) <= 1e-6` asks both at once.",
            ),
            WrongAnswer(
                "the sum alone, without abs",
                """
def my_is_distribution(values):
    return bool(np.sum(values) - 1 <= 1e-6)
""",
                "Two things. A sum that is too small passes: [0.2, 0.3] comes to 0.5. Do you ask "
                "only that the sum is not too large? `abs(np.sum(values) - 1) <= 1e-6` asks both "
                "at once. And numbers below 0 pass: ask about them too.",
            ),
            *(
                WrongAnswer(
                    f"{code} alone, exactly 1",
                    f"def my_is_distribution(values):\n    return {code} == 1",
                    "Numbers below 0 pass: [1.5, -0.5] sums to 1, and a word with a probability of "
                    "-0.5 makes no sense. Ask about the range too, and of *all* numbers: "
                    f"`np.all(values >= 0)`. And {example}: allow a tiny difference, since "
                    "computers round.",
                )
                for code, example in (
                    ("np.sum(values)", "the sum need not be 1 to the last digit"),
                    ("sum(values)", "ten times 0.1 does not pass, nor what misses 1 by a hair"),
                )
            ),
            *(
                WrongAnswer(
                    f"the first number decides, {asked}",
                    f"def my_is_distribution(values):\n    for v in values:\n        if {asked}:\n"
                    "            return True\n        return False",
                    "Does *return True* stand inside the loop? Then the first number decides "
                    f"alone: it belongs below the loop. {sum_too}",
                )
                for asked, sum_too in (
                    ("v >= 0", "And the sum must be 1 as well."),
                    ("0 <= v <= 1", "And ask about the sum too."),
                )
            ),
            WrongAnswer(
                "abs of each number",
                """
def my_is_distribution(values):
    return bool(abs(np.sum(np.abs(values)) - 1) <= 1e-6)
""",
                "[0.7, -0.3] passes: without its minus sign, it would sum to 1. A negative number "
                "must make the answer False: ask `np.all(values >= 0)`.",
            ),
            WrongAnswer(
                "one requirement is enough",
                """
def my_is_distribution(values):
    return bool(np.all(values >= 0) or abs(np.sum(values) - 1) <= 1e-6)
""",
                "Whoever keeps one of the two requirements passes, such as [0.9, 0.8], in which "
                "no number is negative. Both must hold: `and`, not `or`.",
            ),
            WrongAnswer(
                "answers after the first number",
                """
def my_is_distribution(values):
    for v in values:
        if v < 0 or v > 1:
            return False
        return bool(abs(np.sum(values) - 1) <= 1e-6)
""",
                "[0.8, 0.5, -0.3] passes, though its last number is below 0. Is every number "
                "asked whether it is 0 or more? `np.all(values >= 0)` does that; a loop must not "
                "give its answer before it has seen them all.",
            ),
            WrongAnswer(
                "np.isclose as it is",
                """
def my_is_distribution(values):
    return bool(np.all(values >= 0) and np.isclose(np.sum(values), 1))
""",
                "A sum of 0.999998 passes, and misses 1 by twice as much as the task allows: is "
                "your allowance larger than 0.000001? `np.isclose` has a larger one too, unless "
                "you tell it: `np.isclose(np.sum(values), 1, rtol=0, atol=1e-6)`.",
            ),
            *(
                WrongAnswer(
                    f"-{v} passes",
                    "def my_is_distribution(values):\n"
                    f"    return bool(np.all(values >= -{v}) and abs(values.sum() - 1) <= 1e-6)",
                    f"{passes} passes, and one of its numbers is below 0. The task allows rounding "
                    "in the sum alone: `np.all(values >= 0)`.",
                )
                for v, passes in (
                    ("1e-9", "[0.5, 0.5, -1e-9]"),
                    ("1e-6", "[0.6, 0.400001, -0.000001]"),
                    ("1e-4", "[0.5, 0.5001, -0.0001]"),
                    ("1e-3", "[1.0003, -0.0003]"),
                )
            ),
            WrongAnswer(
                "rounds to a whole number",
                """
def my_is_distribution(values):
    return bool(np.all(values >= 0) and round(values.sum()) == 1)
""",
                "[0.3, 0.3, 0.3] passes with a sum of 0.9. Do you round the sum to a whole "
                "number? Allow a difference of 0.000001.",
            ),
        ),
        noticed=(
            "However you asked it, two questions decide. Numbers of which none is negative and "
            "that sum to 1 cannot exceed it, so `values <= 1` follows, up to the 0.000001 that you "
            "allow."
        ),
        draw=inputs.perhaps_a_distribution,
        probes=(
            (np.array([0.5, 0.3, 0.2]),),
            (np.array([1.5, -0.5]),),
            (np.array([-0.5, 1.5]),),
            (np.array([0.9, 0.8]),),
            (np.array([0.8, 0.5, -0.3]),),
            (np.array([0.7, 0.2, 0.1]),),
            (np.full(10, 0.1),),
            (np.array([0.0, 1.0, 0.0]),),
            (np.array([0.5, 0.49]),),
            (np.array([0.5, 0.51]),),
            (np.array([1.0]),),
            (np.array([0.0, 0.0]),),
            (np.array([0.5, 0.499998]),),
            (np.array([0.5, 0.500002]),),
            (np.array([0.5, 0.4999992]),),
            (np.array([0.5, 0.5000008]),),
            (np.array([0.5, 0.4999988]),),
            (np.array([0.5, 0.5000012]),),
            (np.array([-1.0, -0.5]),),
            (np.array([2.0, 1.0]),),
            (np.array([0.3, 0.3, 0.3]),),
            (np.array([0.7, -0.3]),),
            (np.array([1.0, -0.2]),),
            (np.array([-0.2, -0.3, 1.5]),),
            (np.array([1.0003, -0.0003]),),
            (np.array([0.5, 0.5001, -0.0001]),),
            (np.array([0.6, 0.400001, -0.000001]),),
            (np.array([0.5, 0.5, -1e-9]),),
            (np.array([0.5, 0.5, -1e-13]),),
            (np.array([0.2, 0.3]),),
            (np.array([0.5, 2.0]),),
        ),
    ),
    Exercise(
        id="my_shares",
        notebook=NOTEBOOK,
        title="From counts to probabilities",
        minutes=4,
        task=(
            "Write `my_shares`: it takes a numpy array of counts (how often each next word was "
            "seen) and returns an array of probabilities in the same order."
        ),
        stub='''
def my_shares(counts):
    """Return each count's share of the whole."""
    return ...
''',
        solution="""
def my_shares(counts):
    return counts / counts.sum()
""",
        hints=(
            "If a word came 30 times out of 120, what is its probability?",
            "Divide each count by the total. A numpy array divides all its entries at once.",
            "`return counts / counts.sum()`",
        ),
        wrong=(
            WrongAnswer(
                "divides by the largest",
                """
def my_shares(counts):
    return counts / counts.max()
""",
                "You divide by the largest count. Now the favorite has probability 1 and the "
                "others come on top of it: the sum is more than 1 as soon as another was counted. "
                "Divide by the total.",
            ),
            WrongAnswer(
                "divides by how many",
                """
def my_shares(counts):
    return counts / len(counts)
""",
                "You divide by how many words there are. The total that was counted is the sum "
                "of the counts, not the number of entries.",
            ),
            WrongAnswer(
                "whole-number division",
                """
def my_shares(counts):
    return counts // counts.sum()
""",
                "Everything after the decimal point is gone, and a share lies between 0 and 1: "
                "nearly "
                "all of it. `//` does that, and so does an array that was made for whole numbers. "
                "Divide all counts at once with `/`.",
            ),
            WrongAnswer(
                "gives percentages",
                """
def my_shares(counts):
    return 100 * counts / counts.sum()
""",
                "Those are percentages: they sum to 100. Probabilities sum to 1. Leave out the "
                "factor 100.",
            ),
            WrongAnswer(
                "upside down",
                """
def my_shares(counts):
    return counts.sum() / counts
""",
                "You divide the total by each count. It is the other way round: 30 of 120 is 30 "
                "/ 120.",
            ),
            WrongAnswer(
                "the total",
                """
def my_shares(counts):
    return counts.sum()
""",
                "That is the total. Divide each count by it.",
            ),
            WrongAnswer(
                "rounds",
                """
def my_shares(counts):
    return np.round(counts / counts.sum(), 2)
""",
                "The shares are rounded. Seven equal ones then come to 0.14 each, and sum to "
                "0.98. Keep all the digits.",
            ),
            WrongAnswer(
                "counts from the others",
                """
def my_shares(counts):
    return counts / (counts.sum() - counts)
""",
                "You divide each count by the sum of all the *others*. A share is a part of the "
                "whole, and the word itself belongs to that.",
            ),
        ),
        noticed=(
            "Once something was counted, dividing by the total gives a sum of 1. You meet this "
            "step again in 03."
        ),
        draw=inputs.counts,
        by_ratio=True,
        probes=(
            (np.array([30, 60, 30]),),
            (np.array([5, 0, 15, 80]),),
            (np.array([7]),),
            (np.array([1, 2]),),
            (np.array([3, 1, 4, 1, 5, 9]),),
        ),
    ),
    Exercise(
        id="my_draw",
        notebook=NOTEBOOK,
        title="Draw a word",
        minutes=8,
        task=(
            "Write `my_draw`: it takes probabilities and a number `u`, at least 0 and less than 1. "
            "Lay the probabilities end to end, and return the index (0, 1, 2, ...) of the piece in "
            "which `u` lies. A piece includes its left end and not its right end. There may be any "
            "number of pieces."
        ),
        stub='''
def my_draw(probabilities, u):
    """Return the index of the piece in which u lies."""
    return ...
''',
        solution="""
def my_draw(probabilities, u):
    total = 0.0
    for index, probability in enumerate(probabilities):
        total += probability
        if u < total:
            return index
    return len(probabilities) - 1  # if rounding left the last total below u
""",
        in_course=("sample",),
        hints=(
            "Walk from left to right and keep a running total. When do you stop?",
            "Stop at the first entry whose running total is greater than `u`. "
            "`for index, p in enumerate(probabilities):` gives both in each round.",
            "Before the loop `total = 0.0`. Then `for index, p in enumerate(probabilities):`, "
            "inside it `total += p`, and below that `if u < total:` with `return index` inside. "
            "After the loop comes `return index` once more: rounding can leave even the last total "
            "below `u`.",
        ),
        wrong=(
            WrongAnswer(
                "always the favorite",
                """
def my_draw(probabilities, u):
    return int(np.argmax(probabilities))
""",
                "Each time the most probable word came out. That is a choice, not a draw: the "
                "other words must come up too. Compare `u` with the running total of the "
                "probabilities, not with each by itself.",
            ),
            WrongAnswer(
                "compares single probabilities",
                """
def my_draw(probabilities, u):
    for i, p in enumerate(probabilities):
        if u < p:
            return i
    return len(probabilities) - 1
""",
                "In [0.5, 0.25, 0.25], u = 0.6 gives 2. Is it compared with each probability by "
                "itself? No single one is above 0.6. The pieces lie end to end, so compare it "
                "with the running total.",
            ),
            WrongAnswer(
                "compares single probabilities, and comes to no answer",
                """
def my_draw(probabilities, u):
    for i, p in enumerate(probabilities):
        if u < p:
            return i
""",
                "In [0.5, 0.25, 0.25], u = 0.6 gives None: nothing. Is it compared with each "
                "probability by itself? No single one is above 0.6. The pieces lie end to end, so "
                "compare it with the running total.",
            ),
            WrongAnswer(
                "three pieces",
                """
def my_draw(probabilities, u):
    if u < probabilities[0]:
        return 0
    if u < probabilities[0] + probabilities[1]:
        return 1
    return 2
""",
                "Right for three pieces. There may be more, or fewer: let a loop walk along them, "
                "with a running total.",
            ),
            WrongAnswer(
                "three pieces, and the second by itself",
                """
def my_draw(probabilities, u):
    if u < probabilities[0]:
        return 0
    if u < probabilities[1]:
        return 1
    return 2
""",
                "The second piece ends at the first probability plus the second: compare with "
                "that, a running total. And there may be more pieces than three: let a loop walk "
                "along them.",
            ),
            *(
                WrongAnswer(
                    f"counted up once more{how}",
                    "def my_draw(probabilities, u):\n    i, total = 0, 0.0\n"
                    f"    while total {sign} u:\n        total += probabilities[i]\n"
                    f"        i += 1\n    return {result}",
                    says,
                )
                for how, sign, result, says in (
                    (
                        "",
                        "<",
                        "i",
                        "Two things. *i* was counted up once more after the piece was found. And a "
                        "piece does not include its right end: go on while *total <= u*.",
                    ),
                    (
                        ", put right",
                        "<",
                        "i - 1",
                        "A piece does not include its right end: go on while *total <= u*.",
                    ),
                )
            ),
            WrongAnswer(
                "looks for a piece as long",
                """
def my_draw(probabilities, u):
    total = 0.0
    for p in probabilities:
        total += p
        if u < total:
            return list(probabilities).index(p)
    return len(probabilities) - 1
""",
                "Two pieces can be equally long, and then the search finds the first of them. "
                "Count along: `for index, p in enumerate(probabilities):`.",
            ),
            WrongAnswer(
                "one too far",
                """
def my_draw(probabilities, u):
    totals = np.cumsum(probabilities)
    return min(int(np.sum(totals <= u)) + 1, len(probabilities) - 1)
""",
                "You are one piece too far to the right. The first word is index 0, and it is "
                "drawn when `u` is less than its probability. In a loop, add the probability "
                "before you compare.",
            ),
            WrongAnswer(
                "right end included",
                """
def my_draw(probabilities, u):
    return int(np.argmax(np.cumsum(probabilities) >= u))
""",
                "Your pieces include their right end. Then u = 0 can draw a word of probability "
                "0. At a border the running total equals `u`: ask whether it is *greater* than "
                "`u`.",
            ),
            *(
                WrongAnswer(
                    f"right end included, and not the left, {after}",
                    "def my_draw(probabilities, u):\n    left = 0.0\n"
                    "    for i, p in enumerate(probabilities):\n        right = left + p\n"
                    "        if left < u <= right:\n            return i\n"
                    f"        left = right\n    return {after}",
                    "At u = 0.5, where one piece ends and the next begins, yours takes the piece "
                    "that ends. A piece includes its left end and not its right: *left <= u < "
                    f"right*.{also}",
                )
                for after, also in (
                    ("None", " And u = 0 lies in none of yours: None came out."),
                    ("len(probabilities) - 1", ""),
                )
            ),
            WrongAnswer(
                "compares before it adds, and comes to no answer",
                """
def my_draw(probabilities, u):
    total = 0.0
    for i, p in enumerate(probabilities):
        if u < total:
            return i
        total += p
""",
                "In [0.5, 0.25, 0.25], u = 0.1 gives 1. Do you compare before you add? Add the "
                "piece's probability first, then compare: the first piece ends at 0.5.",
            ),
            WrongAnswer(
                "goes on after it found the piece",
                """
def my_draw(probabilities, u):
    total = 0.0
    for i, p in enumerate(probabilities):
        total += p
        if u < total:
            answer = i
    return answer
""",
                "Each time the last index came out. Does the loop go on after it found the piece? "
                "*return i* ends it.",
            ),
            WrongAnswer(
                "splits evenly",
                """
def my_draw(probabilities, u):
    return int(u * len(probabilities))
""",
                "Your pieces are all equally long. Each piece must be as long as its probability.",
            ),
            WrongAnswer(
                "the probability in place of its index",
                """
def my_draw(probabilities, u):
    total = 0.0
    for probability in probabilities:
        total += probability
        if u < total:
            return probability
    return probabilities[-1]
""",
                "You return the probability of the piece. The task asks for its index: 0 for the "
                "first, 1 for the second. `enumerate(probabilities)` gives both.",
            ),
            *(
                WrongAnswer(
                    f"the probability of a piece, each by itself, {after}",
                    "def my_draw(probabilities, u):\n    for p in probabilities:\n"
                    f"        if u < p:\n            return p\n    return {after}",
                    "You return the probability of a piece. The task asks for its place, the "
                    "index: 0 for the first, 1 for the second. `enumerate(probabilities)` gives "
                    "both. And compare `u` with the running total, not with each probability by "
                    f"itself{why}.",
                )
                for after, why in (
                    ("None", ": in [0.5, 0.25, 0.25], no single one is above 0.6"),
                    ("probabilities[-1]", ""),
                )
            ),
            WrongAnswer(
                "the running total in place of the index",
                """
def my_draw(probabilities, u):
    total = 0.0
    for probability in probabilities:
        total += probability
        if u < total:
            return total
    return total
""",
                "You return the running total, the place where the piece ends. The task asks "
                "which piece it is: 0, 1, 2 and so on. Count along.",
            ),
            WrongAnswer(
                "counts from 1",
                """
def my_draw(probabilities, u):
    return int(np.argmax(np.cumsum(probabilities) > u)) + 1
""",
                "Each answer is one too high: the first piece gives 1. Python counts from 0, so "
                "the first piece has index 0.",
            ),
            WrongAnswer(
                "nearest border",
                """
def my_draw(probabilities, u):
    return int(np.argmin(np.abs(np.cumsum(probabilities) - u)))
""",
                "In [0.4, 0.4, 0.2], u = 0.43 gives 0, and it lies beyond the first 0.4. Do you "
                "look for the *nearest* running total? The piece that holds `u` ends at the first "
                "total beyond it, near or far.",
            ),
            WrongAnswer(
                "passed totals",
                """
def my_draw(probabilities, u):
    return int(np.argmax(np.cumsum(probabilities) < u))
""",
                "Index 0 came out every time, also for u = 0.99. If you count along in a loop, "
                "does the index grow in each round? And the piece ends at the first running total "
                "that is *greater* than `u`.",
            ),
        ),
        noticed=(
            "A probable word has a long piece, so `u` lands there often. `softmax_lib.sample` "
            "draws in the same way."
        ),
        draw=inputs.place,
        draws=400,
        probes=(
            (np.array([0.5, 0.25, 0.25]), 0.1),
            (np.array([0.5, 0.25, 0.25]), 0.5),
            (np.array([0.5, 0.25, 0.25]), 0.6),
            (np.array([0.5, 0.25, 0.25]), 0.75),
            (np.array([0.5, 0.25, 0.25]), 0.99),
            (np.array([0.0, 0.5, 0.5]), 0.0),
            (np.array([0.125, 0.125, 0.5, 0.25]), 0.2),
            (np.array([0.125, 0.125, 0.5, 0.25]), 0.3),
            (np.array([0.0, 1.0]), 0.4),
            (np.array([1.0]), 0.7),
            (np.full(10, 0.1), 0.95),
            (np.full(10, 0.1), 0.15),
            (np.array([0.4, 0.4, 0.2]), 0.43),
            (np.array([0.5, 0.5]), 0.48),
            (np.array([1 / 3, 1 / 3, 1 / 3]), 0.3333332),
            (np.array([0.5, 0.5]), 0.4999999),
        ),
    ),
)

QUESTIONS = (
    Question(
        id="dist-which-fails",
        notebook=NOTEBOOK,
        text="Which of these lists is a probability distribution?",
        options=(
            ("[0.7, 0.4, -0.1]", "It sums to 1, but -0.1 is below 0: one requirement is broken."),
            ("[0.5, 0.5, 0.5]", "Each number is fine, but they sum to 1.5."),
            ("[1, 0, 0]", "A certainty is a distribution too: each value is in [0, 1], sum 1."),
            ("[50, 30, 20]", "Those are percentages: they sum to 100. Divided by 100, they pass."),
        ),
        answer=2,
    ),
    Question(
        id="dist-above-one",
        notebook=NOTEBOOK,
        text="Can one value of a list exceed 1 while all are at least 0 and the sum is 1?",
        options=(
            (
                "No, never.",
                "The others would have to sum to less than 0 to make up for it, and none of them "
                "is negative.",
            ),
            (
                "Yes, if the others are small.",
                "Even if all others are 0, the sum is then more than 1. They cannot make up for "
                "it without a negative value.",
            ),
            (
                "Yes, if the list is long.",
                "Length does not help: no entry is negative, so each can only add to the sum.",
            ),
        ),
        answer=0,
    ),
    Question(
        id="dist-argmax-draw",
        notebook=NOTEBOOK,
        text="A word has probability 0.6. You draw 10 times. How often does it come up?",
        options=(
            (
                "10 times, since it is the most probable.",
                "That would be choosing, not drawing. The other words hold 0.4 together.",
            ),
            (
                "Exactly 6 times.",
                "6 is the average over many rounds. A single round of ten often gives 5 or 7.",
            ),
            (
                "About 6 times, and it varies.",
                "Each draw is its own throw. Over many draws the share settles near 0.6.",
            ),
        ),
        answer=2,
    ),
    Question(
        id="dist-more-draws",
        notebook=NOTEBOOK,
        text="You draw 100 times as many words. How much closer do the shares come to the "
        "probabilities, on average?",
        options=(
            (
                "About 100 times closer.",
                "Chance evens out more slowly: the typical error shrinks with the square root.",
            ),
            (
                "About 10 times closer.",
                "The typical error shrinks with the square root of the number of draws, and the "
                "square root of 100 is 10.",
            ),
            (
                "Not closer: chance stays chance.",
                "Each draw stays random, but the share of many draws settles. Run the next cell "
                "and see.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="dist-two-words",
        notebook=NOTEBOOK,
        text="The vocabulary has two words. How many numbers do you need to know their "
        "distribution?",
        options=(
            (
                "One.",
                "The other is 1 minus it. In general, n probabilities hold n - 1 free numbers.",
            ),
            (
                "Two.",
                "Two would do, but the sum of 1 already tells you the second from the first.",
            ),
            ("Three.", "There are only two probabilities, and the sum ties them together."),
        ),
        answer=0,
    ),
)
