"""How positive numbers come to sum to 1: softmax whole."""

import numpy as np

from . import inputs
from .exercise import Exercise, Question, WrongAnswer

NOTEBOOK = "03_normalization"
MINUTES = 40

_ROUNDS = """from softmax_lib.explorers import SoftmaxExplorer

animals = ["fox", "hen", "owl", "crow"]
my_predictions = SoftmaxExplorer([2.0, 1.0, 0.0, -1.0], animals).predict(
    seed=3, kinds=["scores", "shift", "raise"], each_kind=True, within=0.05
)
for asked in my_predictions.rounds[:3]:
    n, truth = len(asked["labels"]), np.array(asked["truth"])
"""


_KINDS = {
    "scores": "a round that gives scores alone",
    "shift": "a round in which all scores move alike",
    "raise": "a round in which one score goes up",
}


def _judge_predictions(answer):
    """Return what the rounds came to; None when enough are right, ... when none is committed."""
    if not hasattr(answer, "judge"):
        return "The check needs the explorer with your predictions: `my_predictions` itself."
    verdict = answer.judge(_KINDS) if answer.answers else ...
    if verdict is not None:
        return verdict
    asked = {"scores", "shift", "raise"} <= set(answer.each)
    if not asked or answer.within > 0.05 or answer.needed < 3:
        return (
            "Those are other rounds than the task asks for. Leave `kinds`, `each_kind=True` and "
            "`within=0.05` as they were; `seed` is yours to change."
        )
    return None


EXERCISES = (
    Exercise(
        id="my_normalize",
        notebook=NOTEBOOK,
        title="Normalize",
        minutes=3,
        task=(
            "Write `my_normalize`: it takes a numpy array of positive weights, leaves it alone, "
            "and returns an array of numbers with the same ratios that sum to 1."
        ),
        stub='''
def my_normalize(weights):
    """Return the weights, divided by their sum."""
    return ...
''',
        solution="""
def my_normalize(weights):
    return weights / np.sum(weights)
""",
        hints=(
            "You did this with counts in 01.",
            "Add all weights. Then divide each of them by that total.",
            "`return weights / np.sum(weights)`",
        ),
        wrong=(
            WrongAnswer(
                "divides by the largest",
                """
def my_normalize(weights):
    return weights / np.max(weights)
""",
                "You divide by the largest weight. The favorite becomes 1, and the others come "
                "on top of it. Divide by the sum.",
            ),
            WrongAnswer(
                "the sum",
                """
def my_normalize(weights):
    return np.sum(weights)
""",
                "That is the sum. Divide each weight by it.",
            ),
            WrongAnswer(
                "divides by how many",
                """
def my_normalize(weights):
    return weights / len(weights)
""",
                "You divide by how many weights there are. Their sum is what must become 1.",
            ),
            WrongAnswer(
                "subtracts the excess",
                """
def my_normalize(weights):
    return weights - (np.sum(weights) - 1) / len(weights)
""",
                "You subtract the same amount everywhere. The sum is 1, but the ratios change and "
                "a small weight can fall below 0. Divide instead.",
            ),
            WrongAnswer(
                "stretches to 0 and 1",
                """
def my_normalize(weights):
    return (weights - weights.min()) / (weights.max() - weights.min())
""",
                "You stretch the weights to the range from 0 to 1. That is another meaning of "
                "the word: here, the sum must become 1.",
            ),
            WrongAnswer(
                "divides by the length of the vector",
                """
def my_normalize(weights):
    return weights / np.sqrt(np.sum(weights**2))
""",
                "You divide by the Euclidean length, as for a unit vector. Then the squares sum "
                "to 1, and two numbers or more sum to more.",
            ),
            *(
                WrongAnswer(
                    f"{v} in the denominator",
                    f"def my_normalize(weights):\n    return weights / (np.sum(weights) + {v})",
                    f"You add {v} to the sum, so that it cannot be 0. It never is: the weights "
                    "are positive. But where they are tiny, your numbers no longer sum to 1. "
                    "Leave it out.",
                )
                for v in ("1e-6", "1e-8", "1e-9", "1e-10")
            ),
            WrongAnswer(
                "exponentiates",
                """
def my_normalize(weights):
    return np.exp(weights) / np.sum(np.exp(weights))
""",
                "You exponentiate on the way: that is all of softmax. The weights are positive "
                "already, and their ratios must stay. Divide them by their sum, nothing more.",
            ),
            WrongAnswer(
                "upside down",
                """
def my_normalize(weights):
    return np.sum(weights) / weights
""",
                "You divide the sum by each weight. It is the other way round: the weight above, "
                "the sum below.",
            ),
            WrongAnswer(
                "rounds",
                """
def my_normalize(weights):
    return np.round(weights / np.sum(weights), 2)
""",
                "You round. A small weight becomes 0, and the sum can miss 1. Keep all the digits.",
            ),
        ),
        noticed="Ratios survive: twice the weight is twice the probability.",
        draw=inputs.weights,
        by_ratio=True,
        probes=(
            (np.array([1.0, 2.0, 1.0]),),
            (np.array([7.389, 2.718, 0.368]),),
            (np.array([5.0, 0.01]),),
            (np.array([0.1, 0.2]),),
            (np.array([400.0, 0.123456789, 20.0, 3.0, 0.00123]),),
            (np.array([2e-9, 7.6e-10]),),
            (np.array([5.0]),),
        ),
    ),
    Exercise(
        id="my_softmax",
        notebook=NOTEBOOK,
        title="Softmax, whole",
        minutes=5,
        task=(
            "Write `my_softmax`: it takes a numpy array of scores, exponentiates them, "
            "normalizes, and returns an array of probabilities. Your `my_normalize` is at hand; "
            '`recall("my_exponentiate")` returns what you wrote in 02.'
        ),
        stub='''
def my_softmax(logits):
    """Return the probability distribution that belongs to the scores."""
    return ...
''',
        solution="""
def my_softmax(logits):
    weights = np.exp(logits)
    return weights / np.sum(weights)
""",
        hints=(
            "Two steps, in the order of their notebooks: that of 02, then that of 03 above.",
            "First `weights = np.exp(logits)`. What do you divide them by?",
            "`weights = np.exp(logits)`, then `return weights / np.sum(weights)`.",
        ),
        wrong=(
            WrongAnswer(
                "forgets to exponentiate",
                """
def my_softmax(logits):
    return logits / np.sum(logits)
""",
                "You divide the raw scores by their sum. Where some are negative, numbers below 0 "
                "come out, or the order is upside down, as in 02. Exponentiate first.",
            ),
            WrongAnswer(
                "forgets to normalize",
                """
def my_softmax(logits):
    return np.exp(logits)
""",
                "These are the weights: positive, but they need not sum to 1. Normalize them.",
            ),
            WrongAnswer(
                "divides before exponentiating",
                """
def my_softmax(logits):
    return np.exp(logits / np.sum(logits))
""",
                "You divide the scores by their sum and then exponentiate. It is the weights "
                "that you divide by their sum, so divide after exponentiating.",
            ),
            WrongAnswer(
                "exponential of the sum",
                """
def my_softmax(logits):
    return np.exp(logits) / np.exp(np.sum(logits))
""",
                "You divide by the exponential of the sum. You need the sum of the exponentials: "
                "exponentiate first, then add.",
            ),
            WrongAnswer(
                "sum of the scores",
                """
def my_softmax(logits):
    return np.exp(logits) / np.sum(logits)
""",
                "You divide the weights by the sum of the scores. Divide by the sum of the "
                "weights.",
            ),
            WrongAnswer(
                "divides by the largest weight",
                """
def my_softmax(logits):
    return np.exp(logits) / np.max(np.exp(logits))
""",
                "You divide by the largest weight: the favorite gets 1, and the others come on "
                "top. Divide by the sum.",
            ),
            WrongAnswer(
                "base 2",
                """
def my_softmax(logits):
    w = 2.0**logits
    return w / w.sum()
""",
                "That is softmax in base 2: a distribution, but a flatter one wherever scores "
                "differ. Use base e.",
            ),
            WrongAnswer(
                "softmax twice",
                """
def my_softmax(logits):
    w = np.exp(logits)
    p = w / w.sum()
    w = np.exp(p)
    return w / w.sum()
""",
                "You apply softmax twice. The second time it takes probabilities for scores; "
                "they lie between 0 and 1, so no result is more than e times another, however far "
                "apart the scores are. Once is enough.",
            ),
            WrongAnswer(
                "exponentiates twice",
                """
def my_softmax(logits):
    w = np.exp(np.exp(logits))
    return w / w.sum()
""",
                "You exponentiate twice. Once is enough.",
            ),
            WrongAnswer(
                "argmax",
                """
def my_softmax(logits):
    return (logits == logits.max()) / np.sum(logits == logits.max())
""",
                "Everything goes to the largest score, or to those that tie for it. That is "
                "argmax. Softmax leaves real weight to the scores that come close.",
            ),
            WrongAnswer(
                "squares in place of exponentials",
                """
def my_softmax(logits):
    return logits**2 / np.sum(logits**2)
""",
                "You normalize squares. A score of -3 then counts as much as a score of 3. "
                "Exponentiate instead.",
            ),
            WrongAnswer(
                "absolute values in place of exponentials",
                """
def my_softmax(logits):
    return abs(logits) / np.sum(abs(logits))
""",
                "You normalize absolute values: -4 then counts as 4. Exponentiate instead.",
            ),
            *(
                WrongAnswer(
                    f"{v} in the denominator",
                    "def my_softmax(logits):\n"
                    "    w = np.exp(logits)\n"
                    f"    return w / (w.sum() + {v})",
                    f"You add {v} to the sum, so that it cannot be 0. On paper it never is. But "
                    "where all scores are low, the weights are as tiny as what you add, and the "
                    "result no longer sums to 1. Leave it out; 08 has the cure for sums that a "
                    "computer rounds to 0.",
                )
                for v in ("1e-6", "1e-8", "1e-9", "1e-10")
            ),
            WrongAnswer(
                "minus in the exponent",
                """
def my_softmax(logits):
    w = np.exp(-logits)
    return w / w.sum()
""",
                "The lowest score gets the most: the weights are e to the power of *minus* each "
                "score, or 1 divided by the right ones. Leave the sign as it is.",
            ),
            WrongAnswer(
                "sigmoid",
                """
def my_softmax(logits):
    return 1 / (1 + np.exp(-logits))
""",
                "That is the sigmoid, 1 / (1 + e^-z). It looks at each score by itself, so nothing "
                "makes the numbers sum to 1. Softmax divides by the sum over all scores.",
            ),
            WrongAnswer(
                "the maximum subtracted above alone",
                """
def my_softmax(logits):
    return np.exp(logits - logits.max()) / np.sum(np.exp(logits))
""",
                "Each number is the right one, divided by the largest weight. Do you subtract the "
                "maximum above the fraction bar and not below? It cancels only if both have it: "
                "compute the weights once, then divide them by their own sum.",
            ),
            WrongAnswer(
                "parenthesis too late",
                """
def my_softmax(logits):
    return np.exp(logits / np.sum(np.exp(logits)))
""",
                "These are powers of e, and the exponent is the score divided by the sum of the "
                "weights. Does a parenthesis close too late? First the weights, `np.exp(logits)`, "
                "then divide.",
            ),
            WrongAnswer(
                "log-softmax",
                """
def my_softmax(logits):
    return logits - np.log(np.sum(np.exp(logits)))
""",
                "Those are the logarithms of the probabilities: useful, and known as "
                "log-softmax. The task asks for the probabilities: exponentiate once more, or "
                "divide the weights by their sum.",
            ),
            WrongAnswer(
                "e cut off",
                """
def my_softmax(logits):
    w = 2.718**logits
    return w / w.sum()
""",
                "Nearly: e is 2.71828..., and its digits never end. `np.exp` knows it as well as "
                "the computer can.",
            ),
        ),
        noticed=(
            "That is all of softmax. From now on you can hand this function to what uses "
            "a softmax: an explorer, attention, the storyteller."
        ),
        of_softmax=True,
        draw=inputs.scores,
        by_ratio=True,
        probes=(
            (np.array([2.0, 1.0, -1.0]),),
            (np.array([-3.0, 0.5, 3.0, 2.5]),),
            (np.array([1.0, 1.0, 1.0, 1.0]),),
            (np.array([5.0]),),
            (np.array([-20.0, -21.0]),),
            (np.array([12.34, -12.0, 0.25, 1.15, -1.0]),),
        ),
    ),
    Exercise(
        id="my_predictions",
        notebook=NOTEBOOK,
        title="Predict, then see",
        minutes=5,
        task=(
            "No code this time: run the cell, drag the bars to where you expect the "
            "probabilities, and commit. The truth appears beside your answer. There are three "
            "kinds of questions. Go on until you were within 0.05 of the truth once in each kind, "
            "then run the check. (The distance is what you gave too much, added up over the bars: "
            "0.06 means that 6 in 100 are in the wrong place.)"
        ),
        stub="""
animals = ["fox", "hen", "owl", "crow"]
my_predictions = SoftmaxExplorer([2.0, 1.0, 0.0, -1.0], animals).predict(
    seed=3, kinds=["scores", "shift", "raise"], each_kind=True, within=0.05
)
my_predictions
""",
        solution=_ROUNDS + "    my_predictions.commit(truth)\n",
        hints=(
            "Only differences between scores count. What does a lead of 1 come to, and one of 0.5?",
            "A lead of 1 means e times as much, about 2.7; a lead of 0.5 about 1.6 times. If all "
            "scores rise alike, nothing changes. If one rises, its weight grows, and so does the "
            "sum that all are divided by.",
            "Give the lowest score a weight of 1. Each half step up multiplies it by about 1.65: "
            "1, 1.6, 2.7, 4.5, 7.4, 12, 20, 33, 55, 90, and so on. Then divide each weight by "
            "their sum.",
        ),
        wrong=(
            WrongAnswer(
                "all the same",
                _ROUNDS + "    my_predictions.commit(np.full(n, 1 / n))\n",
                "0 of the 3 rounds that are needed came within 0.05 of the truth. The largest "
                "gap is at fox: 0.25 instead of 0.02. The weight of hen is multiplied by e^1"
                " = 2.7, and the others keep theirs; then the larger sum divides them all. Go on "
                "with *Next round*.",
            ),
            WrongAnswer(
                "all to the favorite",
                _ROUNDS + "    my_predictions.commit(np.eye(n)[truth.argmax()])\n",
                "0 of the 3 rounds that are needed came within 0.05 of the truth. This gives "
                "it everything; softmax leaves each of the others a share. Go on with *Next "
                "round*.",
            ),
            WrongAnswer(
                "nothing ever moves",
                _ROUNDS + "    my_predictions.commit(asked['before'] or np.full(n, 1 / n))\n",
                "1 of the 3 rounds that are needed came within 0.05 of the truth. This leaves "
                "hen where it was; its weight was multiplied by 2.7. Go on with *Next round*.",
            ),
            WrongAnswer(
                "two only",
                _ROUNDS
                + "    if len(my_predictions.answers) < 2:\n        my_predictions.commit(truth)\n",
                "2 of the 3 rounds that are needed came within 0.05 of the truth. Still to do: a "
                "round in which one score goes up. Go on with *Next round*.",
            ),
            WrongAnswer(
                "nothing ever moves, for seven rounds",
                _ROUNDS.replace("[:3]", "[:0]") + "for k in range(7):\n"
                "    asked = my_predictions.rounds[k]\n"
                "    n = len(asked['labels'])\n"
                "    my_predictions.commit(asked['before'] or np.full(n, 1 / n))\n",
                "3 rounds came within 0.05 of the truth, but not one of each kind of question. "
                "Still to do: a round that gives scores alone and a round in which one score goes "
                "up. Go on with *Next round*.",
            ),
        ),
        noticed=(
            "In each kind of question you said within 0.05 what softmax would do. The rounds were "
            "made from a seed: change `seed=3` for others."
        ),
        judge=_judge_predictions,
    ),
    Exercise(
        id="my_softmax_rows",
        notebook=NOTEBOOK,
        title="A softmax for each row",
        minutes=8,
        task=(
            "Inside an attention block the scores form a table, and every row needs a "
            "distribution of its own. Write `my_softmax_rows`: it takes a 2-D array and returns "
            "an array of the same shape, each row of which sums to 1."
        ),
        stub='''
def my_softmax_rows(scores):
    """Return an array of the same shape; each row is a distribution."""
    return ...
''',
        solution="""
def my_softmax_rows(scores):
    weights = np.exp(scores)
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
        hints=(
            "`weights = np.exp(scores)` is the same as before. `np.sum(weights)` adds the whole "
            "table; its argument `axis` makes it add along one direction only.",
            "`np.sum(weights, axis=-1)` adds along each row. The result has lost one axis; "
            "`keepdims=True` keeps it as a column, so that the division lines up.",
            "`weights = np.exp(scores)`, then "
            "`return weights / np.sum(weights, axis=-1, keepdims=True)`.",
        ),
        wrong=(
            WrongAnswer(
                "columns",
                """
def my_softmax_rows(scores):
    weights = np.exp(scores)
    return weights / np.sum(weights, axis=0, keepdims=True)
""",
                "Your columns sum to 1, and your rows need not. `axis=0` adds down the columns, "
                "and so does the `sum` of Python; `axis=-1` adds along each row.",
            ),
            WrongAnswer(
                "whole table",
                """
def my_softmax_rows(scores):
    weights = np.exp(scores)
    return weights / np.sum(weights)
""",
                "The whole table sums to 1. Each row is to be a distribution: tell `np.sum` "
                "which axis to add along.",
            ),
            WrongAnswer(
                "loses the axis",
                """
def my_softmax_rows(scores):
    weights = np.exp(scores)
    return weights / np.sum(weights, axis=-1)
""",
                "The columns are divided by the sums of the rows: numpy lines them up so, unless "
                "they stand in a column. That is an error for most tables, and silently wrong for "
                "square ones. `keepdims=True` in `np.sum` makes a column of them.",
            ),
            WrongAnswer(
                "only the first row",
                """
def my_softmax_rows(scores):
    weights = np.exp(scores)
    return weights / np.sum(weights[0])
""",
                "Every row is divided by the first row's sum. Each needs its own.",
            ),
            WrongAnswer(
                "axis of length one",
                """
def my_softmax_rows(scores):
    weights = np.exp(scores[..., None])
    return (weights / weights.sum(axis=-1, keepdims=True))[..., 0]
""",
                "Every number is 1, so that a row of 3 sums to 3. That happens where each is "
                "divided by itself: along what does your sum go? It must go along the row.",
            ),
            WrongAnswer(
                "forgets to normalize",
                """
def my_softmax_rows(scores):
    return np.exp(scores)
""",
                "These are the weights. Divide each row by its own sum.",
            ),
            WrongAnswer(
                "forgets to exponentiate",
                """
def my_softmax_rows(scores):
    return scores / np.sum(scores, axis=-1, keepdims=True)
""",
                "Your rows are divided by their sums, but nothing is exponentiated: negative "
                "scores give numbers below 0 or turn the order over. `np.exp` first.",
            ),
            WrongAnswer(
                "not turned back",
                """
def my_softmax_rows(scores):
    weights = np.exp(scores)
    return weights.T / np.sum(weights, axis=1)
""",
                "The numbers are right, and the table lies on its side: rows have become "
                "columns. Turn it back, or keep it upright with `keepdims=True`.",
            ),
            WrongAnswer(
                "softmax twice",
                """
def my_softmax_rows(scores):
    weights = np.exp(scores)
    p = weights / np.sum(weights, axis=-1, keepdims=True)
    weights = np.exp(p)
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
                "You apply softmax twice: the second time it takes probabilities for scores, and "
                "no number of a row is more than e times another. Once is enough.",
            ),
            WrongAnswer(
                "the maximum of the columns",
                """
def my_softmax_rows(scores):
    weights = np.exp(scores - scores.max(axis=0))
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
                "You subtract the maximum of each column. Within a row that is a different "
                "number for each entry, so it does not cancel. Subtract one number for each row, "
                "`scores.max(axis=-1, keepdims=True)`, or none.",
            ),
            WrongAnswer(
                "exponentiates twice",
                """
def my_softmax_rows(scores):
    weights = np.exp(np.exp(scores))
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
                "You exponentiate twice. Once is enough.",
            ),
            WrongAnswer(
                "the maximum of the whole table",
                """
def my_softmax_rows(scores):
    weights = np.exp(scores - scores.max())
    return weights / np.sum(weights, axis=-1, keepdims=True)
""",
                "You subtract the largest number of the whole table. On paper it cancels; but a "
                "row that lies far below it underflows to 0, and 0 / 0 is NaN (not a number). "
                "Subtract each row's own maximum: `scores.max(axis=1, keepdims=True)`.",
            ),
        ),
        noticed=(
            "With `axis=0` in place of `axis=-1` nothing crashes, and the columns become "
            "distributions, not the rows. You meet `axis` again in 07."
        ),
        of_softmax=True,
        draw=inputs.table,
        by_ratio=True,
        probes=(
            (np.array([[1.0, 2.0, 3.0], [0.0, 0.0, -1.0]]),),
            (np.array([[1.0, -1.0], [4.0, 0.5]]),),
            (np.array([[2.0]]),),
            (np.array([[0.0, 1.0], [2.0, 2.0], [-1.0, 3.0]]),),
            (
                np.array(
                    [
                        [12.34, 1.0, -9.5],
                        [-21.0, -20.0, -20.5],
                        [6.15, 5.5, 0.0],
                        [0.5, 0.0, 0.25],
                        [-1.0, -3.05, 2.0],
                    ]
                ),
            ),
            (np.array([[1.15, -0.5, 2.0]]),),
            (np.array([[700.0, 699.0], [-100.0, -101.0]]),),
        ),
    ),
)

QUESTIONS = (
    Question(
        id="norm-add-constant",
        notebook=NOTEBOOK,
        text="You add 100 to every score. What happens to the probabilities?",
        options=(
            (
                "The largest takes over.",
                "It would if the differences grew. They stay the same, so the ratios do too.",
            ),
            (
                "Nothing.",
                "Every weight is multiplied by e^100, the sum is too, and the division cancels it.",
            ),
            (
                "They become more equal.",
                "That happens when you divide the scores by 2, say, not when you add.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="norm-double",
        notebook=NOTEBOOK,
        text="Some scores differ. You multiply all of them by 2. What happens to the "
        "probabilities?",
        options=(
            (
                "Nothing: the division cancels it.",
                "A common factor of the weights would cancel. Here the differences of the scores "
                "double, so the ratios are squared.",
            ),
            ("Each one doubles.", "They sum to 1 before and after: they cannot all double."),
            (
                "The favorite gains, the smallest loses.",
                "Differences double, so ratios are squared: 3 to 1 becomes 9 to 1.",
            ),
        ),
        answer=2,
    ),
    Question(
        id="norm-why-soft",
        notebook=NOTEBOOK,
        text="Why is it called soft?",
        options=(
            (
                "It lets close scores share.",
                "A hard maximum gives all to the largest. Softmax leaves real weight to scores "
                "that come close to it: of [2.0, 1.9, -1.0] it makes about [0.51, 0.46, 0.03].",
            ),
            (
                "It rounds the numbers.",
                "Nothing is rounded. The word contrasts it with the hard choice of the maximum.",
            ),
            (
                "It makes large scores smaller.",
                "A probability is at most 1, but so it is with a hard maximum. The word tells how "
                "the 1 is shared out.",
            ),
        ),
        answer=0,
    ),
    Question(
        id="norm-twice",
        notebook=NOTEBOOK,
        text="Some scores differ. Somebody applies softmax to the output of softmax. What comes "
        "out?",
        options=(
            (
                "The same probabilities.",
                "That would hold for normalizing twice. Softmax exponentiates again.",
            ),
            (
                "A flatter distribution.",
                "It takes the probabilities for scores. Where two scores differ, their "
                "probabilities differ by less than half as much, so their ratio comes nearer to 1.",
            ),
            (
                "A sharper distribution.",
                "Where two scores differ, their probabilities differ by less: it gets flatter.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="norm-zero",
        notebook=NOTEBOOK,
        text="Can softmax of ordinary (finite) scores give a probability of exactly 0?",
        options=(
            (
                "Yes, to negative scores.",
                "A negative score has a weight below 1, and it is above 0.",
            ),
            (
                "Yes, to all but the largest.",
                "That is argmax. On paper softmax leaves every score something.",
            ),
            (
                "On paper no, on a computer yes.",
                "e^z is above 0 for every z. But `np.exp(-746)` is 0, rounded: what it should be "
                "is too small for the computer's usual numbers.",
            ),
        ),
        answer=2,
    ),
)
