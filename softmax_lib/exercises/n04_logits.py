"""Where the scores come from."""

import numpy as np

from . import inputs
from .exercise import Exercise, Question, WrongAnswer
from .feedback import show

NOTEBOOK = "04_logits"
MINUTES = 40

_START = np.array([2.0, 0.0, -1.0])


def _softmax(z):
    weights = np.exp(z - np.max(z))
    return weights / np.sum(weights)


_PROPORTIONAL = (
    "You multiplied the scores by a constant. That changes their differences, and so the "
    "probabilities. Which change leaves every difference alone?"
)
_SAME = (
    "Those are the scores you started from, or nearly. Find others: each number must differ by "
    "more than a hair."
)
_PLACES = (
    "Those are the same numbers in other places. Each word has a probability of its "
    "own: the first is the most probable, the last the least. Which change leaves every difference "
    "alone?"
)
_ONE_ALONE = (
    "You changed one number and left the other two alone. Then its lead over the others changes, "
    "and with it all probabilities. Do the same to all three."
)
_PROBABILITIES = (
    "Those are about the probabilities. Softmax would take them for scores and return "
    "something flatter. Look for other scores."
)


def _judge_other_logits(answer):
    """Accept every list of scores with the probabilities of [2, 0, -1] but other numbers."""
    if _has_text(answer):
        return (
            f"The answer must be a list of three numbers, and {show(answer)} holds text. Leave out "
            "the quotation marks: `[...]` with numbers in it."
        )
    if isinstance(answer, set | frozenset):
        return (
            f"The answer must be a list of three numbers, and it is {show(answer)}. Curly brackets "
            "make a set, which keeps no order: use `[...]`."
        )
    try:
        z = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        return f"The answer must be a list of three numbers, and it is {show(answer)}."
    if z.ndim > 1 and z.size == 3:
        return (
            f"The answer must be a list of three finite numbers, and it is {show(answer)}. There "
            "is a pair of brackets too many."
        )
    if z.shape != (3,) or not np.isfinite(z).all():
        if z.shape == (6,) and isinstance(answer, list):
            return (
                f"It must be three numbers, and `+` joins two lists: {show(answer)}. "
                "`np.array([2, 0, -1]) + 1` adds 1 to each."
            )
        if z.ndim == 1 and np.isfinite(z).all():
            return f"The answer must be a list of three numbers, one for each word: {show(answer)}."
        return f"The answer must be a list of three finite numbers, and it is {show(answer)}."
    if np.allclose(z, _START, rtol=0, atol=1e-4):
        return _SAME
    single = np.asarray(answer).dtype == np.float32
    if np.ptp((z - z[1]) - (_START - _START[1])) <= (1e-6 if single else 1e-9):
        return None
    if np.allclose(z, _softmax(_START), rtol=0, atol=0.01):
        return _PROBABILITIES
    if sorted(z) == sorted(_START):
        return _PLACES
    if np.sum(np.abs(z - _START) < 1e-9) == 2:
        return _ONE_ALONE
    factor = z[0] / _START[0]
    if factor and np.allclose(z, factor * _START, rtol=0, atol=1e-9):
        return _PROPORTIONAL
    of_z, wanted = _softmax(z), _softmax(_START)
    if (of_z.round(3) == wanted.round(3)).all():
        digits = next((d for d in (6, 9, 12) if (of_z.round(d) != wanted.round(d)).any()), 15)
        return (
            f"Softmax of {show(z, digits)} is {show(of_z.round(digits), digits)}. Rounded to three "
            "digits they are right, and before rounding they are not: it should be "
            f"{show(wanted.round(digits), digits)}. Do your scores come from the printed digits, "
            "by a logarithm? They are rounded. Start from 2, 0 and -1: which change leaves every "
            "difference alone?"
        )
    return (
        f"Softmax of {show(z)} is {show(of_z.round(3), 3)}, and it should be "
        f"{show(wanted.round(3), 3)}. Compare the differences between your scores with those "
        "between 2, 0 and -1."
    )


def _has_text(answer):
    """Return whether some of it is text: numpy would read '3' as a number."""
    if isinstance(answer, str | bytes):
        return True
    if isinstance(answer, np.ndarray):
        return answer.dtype.kind in "USV" or answer.dtype == object and _has_text(answer.tolist())
    return isinstance(answer, list | tuple) and any(map(_has_text, answer))


EXERCISES = (
    Exercise(
        id="my_logits",
        notebook=NOTEBOOK,
        title="A matrix times a vector",
        minutes=6,
        task=(
            "Write `my_logits`: it takes a matrix `W` (one row for each word) and a vector `x`, "
            "and returns an array with one score for each word. To get a word's score, multiply "
            "its row with `x` number by number, and add up."
        ),
        stub='''
def my_logits(W, x):
    """Return the score of every word: its row of W times x, added up."""
    return ...
''',
        solution="""
def my_logits(W, x):
    return np.sum(W * x, axis=1)
""",
        hints=(
            "Start with one word: `np.sum(W[0] * x)` is the score of word 0.",
            "Do that for each row and collect the results in an array. Or let numpy do all rows "
            "at once: the operator for matrix times vector is `@`.",
            "`return W @ x`, or `return np.array([np.sum(row * x) for row in W])`. In the second a "
            "loop stands inside the brackets: it makes a list, with one number for each row.",
        ),
        wrong=(
            WrongAnswer(
                "forgets to add up",
                """
def my_logits(W, x):
    return W * x
""",
                "You multiplied number by number and did not add up. Each word needs a single "
                "score: the sum along its row.",
            ),
            WrongAnswer(
                "adds down the columns",
                """
def my_logits(W, x):
    return np.sum(W * x, axis=0)
""",
                "You added down the columns: that gives a number for each entry of x. Add along "
                "the rows, one number for each word.",
            ),
            WrongAnswer(
                "transposed",
                """
def my_logits(W, x):
    return W.T @ x
""",
                "The products go down the columns of W. For most shapes numpy refuses; for a "
                "square matrix it answers, and nearly always wrongly. Each *row* of W belongs to a "
                "word: let W stand before x, as it is.",
            ),
            WrongAnswer(
                "averages",
                """
def my_logits(W, x):
    return np.mean(W * x, axis=1)
""",
                "You averaged along the row. The score is the sum.",
            ),
            WrongAnswer(
                "applies softmax too",
                """
def my_logits(W, x):
    z = W @ x
    w = np.exp(z)
    return w / w.sum()
""",
                "You went on to softmax. The scores are the numbers before it: negative and "
                "above 1 is fine.",
            ),
            WrongAnswer(
                "adds x",
                """
def my_logits(W, x):
    return np.sum(W + x, axis=1)
""",
                "You add x to each row. A score multiplies number by number, and only then adds "
                "up: `W * x`.",
            ),
            WrongAnswer(
                "cosine",
                """
def my_logits(W, x):
    return W @ x / (np.sqrt(np.sum(W**2, axis=1)) * np.sqrt(np.sum(x**2)))
""",
                "You divide by the lengths of both: that is the cosine of the angle between "
                "them, never above 1. A score is the product alone.",
            ),
            WrongAnswer(
                "adds up first",
                """
def my_logits(W, x):
    return np.sum(W, axis=1) * np.sum(x)
""",
                "You add up first and multiply then. Multiply first: a row of W times x, number by "
                "number. Then add up.",
            ),
            WrongAnswer(
                "multiplies once more",
                """
def my_logits(W, x):
    return np.prod(W * x, axis=1)
""",
                "You multiplied all the products of a row with each other. Add them up: `np.sum`.",
            ),
        ),
        noticed="One row, one word, one score. numpy writes the same as `W @ x`.",
        draw=inputs.matrix_and_vector,
        probes=(
            (np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 0.0]]), np.array([2.0, -1.0])),
            (np.array([[1.0, 0.0], [2.0, 1.0]]), np.array([1.0, 3.0])),
            (np.array([[1.0, -2.0, 0.5]]), np.array([4.0, 1.0, 2.0])),
            (np.array([[0.3, -1.5], [-1.1, 0.7]]), np.array([0.55, -1.255])),
            (
                np.array(
                    [
                        [6.5, -0.123, 2.0, 0.5, -7.25],
                        [0.001, 0.0, 5.5, -1.0, 0.2],
                        [0.0, 1.0, 0.0, 0.0, 0.0],
                        [3.0, 2.0, -2.5, 1.0, 1.0],
                        [-4.0, 0.5, 0.25, 0.0, 8.75],
                    ]
                ),
                np.array([0.0123456, -0.5, 7.5, 2.0, -3.25]),
            ),
            (np.array([[2.5], [-0.0000123]]), np.array([3.0])),
            (np.array([[2.5], [1.0]]), np.array([0.0001234567])),
        ),
    ),
    Exercise(
        id="my_log_odds",
        notebook=NOTEBOOK,
        title="Odds from logits",
        minutes=5,
        task=(
            "Write `my_log_odds`: it takes logits and two indices `i` and `j`, and returns the "
            "natural logarithm of (probability of word i) / (probability of word j). Make it work "
            "for logits of 1000, 998 and 0 too."
        ),
        stub='''
def my_log_odds(logits, i, j):
    """Return ln(p_i / p_j), where p is softmax of the logits."""
    return ...
''',
        solution="""
def my_log_odds(logits, i, j):
    return logits[i] - logits[j]
""",
        hints=(
            "Write p_i and p_j as fractions. They have the same denominator.",
            "The denominator cancels: p_i / p_j is e^(z_i) / e^(z_j). Now take the logarithm.",
            "`return logits[i] - logits[j]`: no softmax is needed.",
        ),
        wrong=(
            WrongAnswer(
                "odds, not log-odds",
                """
def my_log_odds(logits, i, j):
    return np.exp(logits[i] - logits[j])
""",
                "Those are the odds. The task asks for their logarithm.",
            ),
            WrongAnswer(
                "upside down",
                """
def my_log_odds(logits, i, j):
    return logits[j] - logits[i]
""",
                "You have it upside down: that is the log-odds of j against i.",
            ),
            *(
                WrongAnswer(
                    f"{what}, {how}",
                    f"def my_log_odds(logits, i, j):\n    w = {weights}\n    p = w / w.sum()\n"
                    f"    return {value}",
                    says + more,
                )
                for how, weights, more in (
                    (
                        "overflowing",
                        "np.exp(logits)",
                        " And for logits of 1000 the powers of e overflow.",
                    ),
                    ("the maximum subtracted", "np.exp(logits - np.max(logits))", ""),
                )
                for what, value, says in (
                    (
                        "difference of probabilities",
                        "p[i] - p[j]",
                        "You subtract the probabilities. Odds divide them; the logarithm turns "
                        "that into a difference of logits.",
                    ),
                    *(
                        (
                            f"base {base}",
                            f"np.log{base}(p[i] / p[j])",
                            f"That is the logarithm to base {base}. The natural logarithm is "
                            "`np.log`.",
                        )
                        for base in (2, 10)
                    ),
                    (
                        "word against all others",
                        "np.log(p[i] / (1 - p[i]))",
                        "You compare word i with all other words together. That is what "
                        "statisticians call the logit of p_i. Here it is against word j alone.",
                    ),
                    (
                        "odds against all others",
                        "p[i] / (1 - p[i])",
                        "That is word i against all the others together. The task asks for i "
                        "against j alone, and for the logarithm.",
                    ),
                )
            ),
            *(
                WrongAnswer(
                    name,
                    f"def my_log_odds(logits, i, j):\n    p = {p}\n    return np.log(p[i] / p[j])",
                    "Right for logits near 0. For 1000 and 998 the powers of e overflow"
                    f"{and_so} No power is needed: what remains of ln(p_i / p_j) when the "
                    "denominator cancels?",
                )
                for name, p, and_so in (
                    ("overflows", "np.exp(logits) / np.exp(logits).sum()", " and you get NaN."),
                    (
                        "powers alone overflow",
                        "np.exp(logits)",
                        ", and infinity by infinity is NaN.",
                    ),
                )
            ),
            WrongAnswer(
                "by way of a power",
                """
def my_log_odds(logits, i, j):
    return np.log(np.exp(logits[i] - logits[j]))
""",
                "Right for small leads. Where one logit is 1000 and the other is 0, a power of e "
                "is too large or too small for the computer, and you get infinity. No power is "
                "needed: what remains of ln(p_i / p_j) when the denominator cancels?",
            ),
            WrongAnswer(
                "ratio of logits",
                """
def my_log_odds(logits, i, j):
    return np.log(logits[i] / logits[j])
""",
                "That is the logarithm of one logit divided by the other: where one is negative, "
                "it is NaN. Logits are exponents, so the logarithm of the odds is their "
                "difference.",
            ),
            WrongAnswer(
                "logits divided",
                """
def my_log_odds(logits, i, j):
    return logits[i] / logits[j]
""",
                "You divide the logits. It is the probabilities that are divided; their logits "
                "are exponents, and dividing powers subtracts the exponents.",
            ),
            *(
                WrongAnswer(
                    f"the logarithms divided, {how}",
                    f"def my_log_odds(logits, i, j):\n    w = {weights}\n    p = w / w.sum()\n"
                    "    return np.log(p[i]) / np.log(p[j])",
                    "You divide the logarithms. The task asks for the logarithm of the quotient, "
                    f"and that is a *difference*: ln(a / b) = ln a - ln b.{more}",
                )
                for how, weights, more in (
                    ("overflowing", "np.exp(logits)", " In it the denominator cancels."),
                    ("the maximum subtracted", "np.exp(logits - np.max(logits))", ""),
                )
            ),
            WrongAnswer(
                "logarithm of the difference",
                """
def my_log_odds(logits, i, j):
    return np.log(logits[i] - logits[j])
""",
                "You take one logarithm too many: the difference of logits *is* the logarithm of "
                "the odds. And a negative difference has no logarithm.",
            ),
            *(
                WrongAnswer(
                    name,
                    f"def my_log_odds(logits, i, j):\n    p = {p}\n    return p[i] / p[j]",
                    "Two things. Those are the odds, and the task asks for their logarithm. And "
                    f"for logits of 1000 the weights overflow. Both go away {when}: what is left "
                    "of ln(p_i / p_j)?",
                )
                for name, p, when in (
                    (
                        "odds by way of the probabilities",
                        "np.exp(logits) / np.exp(logits).sum()",
                        "when the denominator cancels",
                    ),
                    ("odds by way of the weights", "np.exp(logits)", "with the logarithm"),
                )
            ),
            WrongAnswer(
                "sign dropped",
                """
def my_log_odds(logits, i, j):
    return np.abs(logits[i] - logits[j])
""",
                "You drop the sign. If word i is the less probable one, the odds are below 1 and "
                "their logarithm is negative.",
            ),
        ),
        noticed="A difference of logits is a log-odds. The other words have no say in it.",
        draw=inputs.logits_and_two_places,
        probes=(
            (np.array([2.0, 0.5, -1.0]), 0, 1),
            (np.array([2.0, 0.5, -1.0]), 2, 0),
            (np.array([0.375, -1.25, 2.0]), 0, 1),
            (np.array([1000.0, 998.0, 3.0]), 0, 1),
            (np.array([1000.0, 0.0]), 0, 1),
            (np.array([0.25, 0.25]), 0, 1),
            (np.array([0.1234567, -7.25, 3.0, 0.5, 6.5, 0.125]), 0, 5),
            (np.array([0.1234567, -7.25, 3.0, 0.5, 6.5, 0.125]), 5, 1),
            (np.array([2.0, 0.5, -1.0]), 0, 2),
        ),
    ),
    Exercise(
        id="my_other_logits",
        notebook=NOTEBOOK,
        title="Other logits, same probabilities",
        minutes=3,
        task=(
            "The logits `[2, 0, -1]` give the probabilities 0.844, 0.114 and 0.042, rounded to "
            "three digits. Find three other numbers that give the same probabilities before "
            "rounding, and put them in `my_other_logits`."
        ),
        stub="""
my_other_logits = ...
""",
        solution="""
my_other_logits = [3, 1, 0]
""",
        hints=(
            "In 03, something left the probabilities alone. What was it?",
            "Only differences count. Keep the step from 2 down to 0, and from 0 down to -1.",
            "Add the same number to all three, such as `[2 + 1, 0 + 1, -1 + 1]`.",
        ),
        wrong=(
            WrongAnswer("the same again", "my_other_logits = [2, 0, -1]", _SAME),
            WrongAnswer("multiplied", "my_other_logits = [4, 0, -2]", _PROPORTIONAL),
            WrongAnswer("probabilities", "my_other_logits = [0.844, 0.114, 0.042]", _PROBABILITIES),
            WrongAnswer(
                "text",
                "my_other_logits = ['3', '1', '0']",
                _judge_other_logits(["3", "1", "0"]),
            ),
            WrongAnswer("other places", "my_other_logits = [0, 2, -1]", _PLACES),
            WrongAnswer("one number alone", "my_other_logits = [3, 0, -1]", _ONE_ALONE),
            WrongAnswer(
                "logarithms of rounded probabilities",
                "my_other_logits = np.log([0.844, 0.114, 0.042])",
                _judge_other_logits(np.log([0.844, 0.114, 0.042])),
            ),
            WrongAnswer(
                "one a hair too high",
                "my_other_logits = [3, 1, 0.00002]",
                _judge_other_logits([3, 1, 0.00002]),
            ),
            WrongAnswer("two numbers", "my_other_logits = [3, 1]", _judge_other_logits([3, 1])),
        ),
        noticed="Logits are known up to a constant: a shift of all of them cannot be seen.",
        judge=_judge_other_logits,
    ),
    Exercise(
        id="my_recover",
        notebook=NOTEBOOK,
        title="The way back",
        minutes=6,
        task=(
            "Write `my_recover`: it takes probabilities (none of them 0) and returns an array "
            "of logits whose softmax they are. Many logits do; return those whose average is 0."
        ),
        stub='''
def my_recover(probabilities):
    """Return logits with average 0 whose softmax is probabilities."""
    return ...
''',
        solution="""
def my_recover(probabilities):
    logs = np.log(probabilities)
    return logs - np.mean(logs)
""",
        hints=(
            "Softmax exponentiates, then divides. What undoes an exponential?",
            "`np.log(probabilities)` are logits already: softmax of them gives the probabilities "
            "back. How do you shift them so that their average is 0?",
            "`logs = np.log(probabilities)`, then `return logs - np.mean(logs)`.",
        ),
        wrong=(
            WrongAnswer(
                "forgets to shift",
                """
def my_recover(probabilities):
    return np.log(probabilities)
""",
                "Softmax of these gives the probabilities back: well found. The task asks for "
                "the ones whose average is 0. Shift them.",
            ),
            WrongAnswer(
                "statistician's logit",
                """
def my_recover(probabilities):
    z = np.log(probabilities / (1 - probabilities))
    return z - z.mean()
""",
                "You used ln(p / (1 - p)), which statisticians call the logit. Taken of each "
                "entry, it does not undo softmax; the logarithm does.",
            ),
            WrongAnswer(
                "exponentiates again",
                """
def my_recover(probabilities):
    z = np.exp(probabilities)
    return z - z.mean()
""",
                "You exponentiate once more. The way back undoes the exponential.",
            ),
            *(
                WrongAnswer(
                    f"{what} subtracted",
                    f"def my_recover(probabilities):\n    return {value}",
                    says,
                )
                for what, value, says in (
                    (
                        "the average of the probabilities",
                        "np.log(probabilities) - np.mean(probabilities)",
                        "You subtract the average of the probabilities. Take the logarithms first, "
                        "then subtract *their* average.",
                    ),
                    (
                        "the average of the probabilities, inside,",
                        "np.log(probabilities - np.mean(probabilities))",
                        "You subtract before the logarithm, and a number below 0 has none. First "
                        "`np.log`, then subtract the average.",
                    ),
                )
            ),
            WrongAnswer(
                "exponentiates, and no shift",
                """
def my_recover(probabilities):
    return np.exp(probabilities)
""",
                "Softmax exponentiates already. What undoes it?",
            ),
            WrongAnswer(
                "softmax once more",
                """
def my_recover(probabilities):
    w = np.exp(np.log(probabilities))
    return w / w.sum()
""",
                "Those are the probabilities again: what you computed undoes itself. Which step "
                "can go?",
            ),
            WrongAnswer(
                "shifts without a logarithm",
                """
def my_recover(probabilities):
    return probabilities - np.mean(probabilities)
""",
                "The average is 0, but these are shifted probabilities. Softmax of them is "
                "flatter than what you were given. Take the logarithm first.",
            ),
            WrongAnswer(
                "largest at zero",
                """
def my_recover(probabilities):
    z = np.log(probabilities)
    return z - z.max()
""",
                "Softmax of these gives the probabilities back. Your largest is 0, which is "
                "another good choice of shift; the task asks for an average of 0.",
            ),
            *(
                WrongAnswer(
                    what,
                    "def my_recover(probabilities):\n    z = np.log(probabilities)\n"
                    f"    return {value}",
                    f"Softmax of these gives the probabilities back. {more}The task asks for the "
                    "ones whose average is 0: subtract their average.",
                )
                for what, value, more in (
                    ("first at zero", "z - z[0]", "Your first is 0, another shift. "),
                    ("last at zero", "z - z[-1]", "Your last is 0, another shift. "),
                    ("smallest at zero", "z - z.min()", "Your smallest is 0, another shift. "),
                    ("1 added", "z + 1", "Each is ln(p) + 1. "),
                    ("10 added", "z + 10", "Each is ln(p) + 10. "),
                )
            ),
            WrongAnswer(
                "the average added",
                """
def my_recover(probabilities):
    logs = np.log(probabilities)
    return logs + np.mean(logs)
""",
                "Softmax of these gives the probabilities back. But you add the average: subtract "
                "it, and the average of what is left is 0.",
            ),
            WrongAnswer(
                "statistician's logit, not shifted",
                """
def my_recover(probabilities):
    return np.log(probabilities / (1 - probabilities))
""",
                "Two things. You used ln(p / (1 - p)), which statisticians call the logit: taken "
                "of each entry it does not undo softmax, and the logarithm does. And the average "
                "is to be 0: shift.",
            ),
            WrongAnswer(
                "logarithm of the average",
                """
def my_recover(probabilities):
    return np.log(probabilities) - np.log(np.mean(probabilities))
""",
                "You subtract the logarithm of the average. It is the average of the "
                "*logarithms* that must become 0: `np.mean` of what `np.log` gave.",
            ),
            WrongAnswer(
                "another base",
                """
def my_recover(probabilities):
    logs = np.log2(probabilities)
    return logs - np.mean(logs)
""",
                "You use the logarithm to base 2. Softmax raises e to a power, so the way back "
                "is the natural logarithm, `np.log`.",
            ),
            WrongAnswer(
                "divides by the average",
                """
def my_recover(probabilities):
    logs = np.log(probabilities)
    return logs / np.mean(logs)
""",
                "The average is 1 now. Do you divide by it? Dividing changes the differences, and "
                "softmax with them. Subtract the average, and it becomes 0.",
            ),
            WrongAnswer(
                "subtracts the sum",
                """
def my_recover(probabilities):
    logs = np.log(probabilities)
    return logs - np.sum(logs)
""",
                "You subtract the sum of the logarithms. Then the average is not 0: subtract "
                "their average, `np.mean`.",
            ),
        ),
        noticed=(
            "Softmax undoes the logarithm, whatever the shift, and ln p differs from the logits by "
            "ln of the sum of the weights alone. So you may read a model's logits as "
            "log-probabilities plus a constant, and softmax drops the constant."
        ),
        draw=inputs.positive_distribution,
        probes=(
            (np.array([0.5, 0.3, 0.2]),),
            (np.array([0.5, 0.25, 0.25]),),
            (np.array([0.9, 0.05, 0.03, 0.02]),),
            (np.array([0.2, 0.8]),),
            (np.full(4, 0.25),),
            (np.array([0.6, 0.25, 0.1, 0.04999999, 1e-8]),),
            (np.array([0.50012345, 0.49987655]),),
            (np.array([1.0, 1e-305]),),
        ),
    ),
)

QUESTIONS = (
    Question(
        id="logits-range",
        notebook=NOTEBOOK,
        text="A network's last matrix product gives -3.2 for a word. What does that mean?",
        options=(
            (
                "A probability of -3.2.",
                "Probabilities lie between 0 and 1. This is a score; softmax comes next.",
            ),
            (
                "Nothing by itself: compare it with the other scores.",
                "Only differences count. If the others are at -9, then -3.2 is the favorite.",
            ),
            (
                "The word is impossible.",
                "A negative score is not a low one until you see the others. At -9 all around, "
                "-3.2 is the favorite.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="logits-name",
        notebook=NOTEBOOK,
        text="In machine learning, what are logits?",
        options=(
            (
                "The raw scores that go into softmax.",
                "Any real numbers, and their sum is free.",
            ),
            (
                "The probabilities that come out of softmax.",
                "Those are the probabilities. The logits are what goes in.",
            ),
            (
                "The logarithms of the probabilities, exactly.",
                "Close: logits differ from those by a constant, the same for every word.",
            ),
        ),
        answer=0,
    ),
    Question(
        id="logits-row",
        notebook=NOTEBOOK,
        text="The vocabulary has 50,000 words and the last vector has 768 numbers. What is the "
        "shape of the matrix that turns one into scores?",
        options=(
            (
                "768 rows of 50,000 numbers.",
                "Turned over. One row for each word, so that each row times the vector gives "
                "that word's score.",
            ),
            (
                "50,000 rows of 50,000 numbers.",
                "Each row is multiplied with the vector, so it must have 768 numbers too.",
            ),
            (
                "50,000 rows of 768 numbers.",
                "One row for each word; each row times the vector gives that word's score.",
            ),
        ),
        answer=2,
    ),
    Question(
        id="logits-difference",
        notebook=NOTEBOOK,
        text="Word A has logit 5, word B has logit 3. How do their probabilities compare?",
        options=(
            (
                "A is e^2, about 7.4 times as probable.",
                "The ratio is e to the power of the difference, whatever the other words do.",
            ),
            (
                "A is 5/3 as probable.",
                "Logits are exponents: their difference counts, not their ratio.",
            ),
            (
                "That depends on the other words.",
                "Each probability does. Their ratio does not: the sum cancels.",
            ),
        ),
        answer=0,
    ),
    Question(
        id="logits-inverse",
        notebook=NOTEBOOK,
        text=(
            "You have probabilities, and want scores whose softmax they are. Which function gives "
            "them, for a list of any length?"
        ),
        options=(
            (
                "ln(p / (1 - p)), the logit of statistics.",
                "For two words it does, with 0 as the second logit. For a longer list without "
                "zeros it gives p back only when all are equal.",
            ),
            (
                "The logarithm: softmax of ln p gives p back.",
                "Exponentiating undoes it, and the sum is 1 already: dividing by it changes "
                "nothing.",
            ),
            (
                "None: information is lost, and no scores can be found.",
                "Only a common constant is lost. softmax(ln p) gives p back, up to rounding.",
            ),
        ),
        answer=1,
    ),
)
