"""Build it from nothing, and find what is wrong with what others built."""

import numpy as np

from ..suspects import BUGS, IN_FLOAT64, SUSPECTS, candidate, suspect
from . import inputs
from .exercise import Exercise, Question, WrongAnswer

NOTEBOOK = "11_capstone"
MINUTES = 50

_SYMPTOMS = {
    "right": "it does nothing wrong at any temperature, and shares ties at T = 0",
    "T after exponentiating": "above T = 0, its distribution is the same at every finite T",
    "T twice": "it is right at T = 1, and its T = 2 looks like T = 4",
    "T multiplies": "its entropy falls as T rises",
    "T never below 0.4": "at T = 0 it still leaves something for the second word",
    "wrong axis": "it is right on a list, and on a table its rows do not sum to 1",
    "softmax twice": "at T = 1 its most probable word is far below what it should be",
    "no maximum subtracted": "it is right, except where the largest logit, divided by T, lies far "
    "from 0, above or below: there NaN or zeros come out",
}


_NAMES = {name.lower(): name for name in BUGS}


def _judge_diagnosis(answer):
    """Return what to say to a diagnosis; None when it is complete and right, ... when empty."""
    if not isinstance(answer, dict):
        return (
            "Write a dictionary: each letter from A to H with the name of its bug, as in "
            '`{"A": "right"}`.'
        )
    if answer and all(name is ... for name in answer.values()):
        return ...
    letters = {str(key).strip().upper(): value for key, value in answer.items()}
    if len(letters) < len(answer):
        return "One letter stands there twice, once as a capital: leave one of the two out."
    unknown = [key for key in letters if key not in SUSPECTS]
    if unknown:
        return f"There is no suspect {unknown[0]}. The letters are A to H."
    for letter, name in letters.items():
        if name is ...:
            return f"Suspect {letter} has no name yet. Replace the `...`."
        if not isinstance(name, str):
            return (
                f"Suspect {letter} gets one name from the list: write it alone, in quotation marks."
            )
        if name not in BUGS and name.strip().lower() in _NAMES:
            return f'Write the name as it stands in the list: "{_NAMES[name.strip().lower()]}".'
        if name not in BUGS:
            return f"{name!r} for {letter} is no name from the list: {', '.join(BUGS)}."
    wrong = [letter for letter in SUSPECTS if letters.get(letter) not in (None, SUSPECTS[letter])]
    missing = [letter for letter in SUSPECTS if letter not in letters]
    right = len(SUSPECTS) - len(wrong) - len(missing)
    count = f"{right} of {len(SUSPECTS)} {'is' if right == 1 else 'are'} right."
    if wrong:
        letter = wrong[0]
        return f"{count} Look at suspect {letter} again: {_SYMPTOMS[SUSPECTS[letter]]}."
    if missing:
        return f"{count} Suspect {missing[0]} is missing."
    return None


def _diagnosis(**changed):
    return "my_diagnosis = " + repr({**SUSPECTS, **changed})


EXERCISES = (
    Exercise(
        id="my_whole_softmax",
        notebook=NOTEBOOK,
        title="Softmax, ready for a real model",
        minutes=10,
        task=(
            "Write `my_whole_softmax`: it takes a list of logits as a numpy array and a "
            "temperature of 0 or more, and returns an array of probabilities. It must survive "
            "logits of 1000. A logit of minus infinity gets exactly 0. At T = 0 the largest "
            "logits share everything. Nothing in it but numpy."
        ),
        stub='''
def my_whole_softmax(logits, temperature):
    """Return softmax at any temperature from 0 up, safe for large logits."""
    return ...
''',
        solution="""
def my_whole_softmax(logits, temperature):
    gaps = logits - np.max(logits)
    if temperature == 0:
        weights = np.where(gaps == 0, 1.0, 0.0)
    else:
        weights = np.exp(gaps / temperature)
    return weights / np.sum(weights)
""",
        hints=(
            "Which constant can you subtract from every logit, so that no exponential overflows? "
            "And which temperature cannot be divided by?",
            "Subtract the maximum first: the largest gap is then 0, and e to the 0 is 1. Treat "
            "T = 0 by itself: who has a gap of 0?",
            "`gaps = logits - np.max(logits)`; at T = 0 the weights are "
            "`np.where(gaps == 0, 1.0, 0.0)`, otherwise `np.exp(gaps / temperature)`; divide by "
            "their sum.",
        ),
        wrong=(
            WrongAnswer(
                "no maximum subtracted",
                """
def my_whole_softmax(logits, temperature):
    if temperature == 0:
        w = (logits == np.max(logits)) * 1.0
    else:
        w = np.exp(logits / temperature)
    return w / w.sum()
""",
                "For logits of 1000 NaN comes out: e to the 1000 is more than a float can hold, "
                "and becomes infinity. Subtract the maximum before you exponentiate.",
            ),
            WrongAnswer(
                "divides by zero",
                """
def my_whole_softmax(logits, temperature):
    w = np.exp((logits - logits.max()) / temperature)
    return w / w.sum()
""",
                "At T = 0 everything becomes NaN: nothing can be divided by 0. Treat T = 0 by "
                "itself.",
            ),
            WrongAnswer(
                "first of the ties",
                """
def my_whole_softmax(logits, temperature):
    if temperature == 0:
        w = np.zeros(len(logits))
        w[np.argmax(logits)] = 1.0
        return w
    w = np.exp((logits - logits.max()) / temperature)
    return w / w.sum()
""",
                "At T = 0 the first of the equal logits takes everything. They share.",
            ),
            WrongAnswer(
                "ignores the temperature",
                """
def my_whole_softmax(logits, temperature):
    gaps = logits - logits.max()
    w = (gaps == 0) * 1.0 if temperature == 0 else np.exp(gaps)
    return w / w.sum()
""",
                "Your answer is the same at every finite temperature above 0: divide the gaps.",
            ),
            WrongAnswer(
                "subtracts the mean",
                """
def my_whole_softmax(logits, temperature):
    z = logits - np.mean(logits[np.isfinite(logits)])
    w = (logits == logits.max()) * 1.0 if temperature == 0 else np.exp(z / temperature)
    return w / w.sum()
""",
                "Logits of 1000, -1000 and 998 still overflow at T = 0.5. Which number do you "
                "subtract? After subtracting the *maximum*, and not the mean, no exponent is "
                "above 0.",
            ),
            WrongAnswer(
                "multiplies",
                """
def my_whole_softmax(logits, temperature):
    z = logits - logits.max()
    w = (z == 0) * 1.0 if temperature == 0 else np.exp(z * temperature)
    return w / w.sum()
""",
                "You multiply by the temperature. T stands in the denominator.",
            ),
            *(
                WrongAnswer(
                    f"{v} in place of 0",
                    "def my_whole_softmax(logits, temperature):\n"
                    f"    z = (logits - logits.max()) / max(temperature, {v})\n"
                    "    w = np.exp(z)\n"
                    "    return w / w.sum()",
                    f"At T = 0 you use {v}. Logits that lie closer together than that still "
                    "share: close is not the limit. Treat T = 0 by itself, and compare with the "
                    "maximum.",
                )
                for v in ("1e-2", "1e-3", "1e-4", "1e-6", "1e-8", "1e-9", "1e-10", "1e-12")
            ),
            *(
                WrongAnswer(
                    f"{v} added to T",
                    "def my_whole_softmax(logits, temperature):\n"
                    f"    z = (logits - logits.max()) / (temperature + {v})\n"
                    "    w = np.exp(z)\n"
                    "    return w / w.sum()",
                    f"You add {v} to the temperature, so that nothing is divided by 0. That "
                    "makes every temperature a little warmer, and at T = 0 logits that lie "
                    "closer together still share. Treat T = 0 by itself.",
                )
                for v in ("1e-3", "1e-4", "1e-6", "1e-8", "1e-9")
            ),
            WrongAnswer(
                "never below 0.4",
                """
def my_whole_softmax(logits, temperature):
    w = np.exp((logits - logits.max()) / max(temperature, 0.4))
    return w / w.sum()
""",
                "Your temperature never falls below 0.4, so T = 0 still leaves something for the "
                "second word. It is one of the seven bugs below. Treat T = 0 by itself, and "
                "divide by every other T as it is.",
            ),
            WrongAnswer(
                "never above 2",
                """
def my_whole_softmax(logits, temperature):
    z = logits - logits.max()
    w = (z == 0) * 1.0 if temperature == 0 else np.exp(z / min(temperature, 2))
    return w / w.sum()
""",
                "Your temperature never rises above 2. Programs set such limits, and mathematics "
                "has none: divide by T as it is.",
            ),
            WrongAnswer(
                "T twice",
                """
def my_whole_softmax(logits, temperature):
    z = logits - logits.max()
    w = (z == 0) * 1.0 if temperature == 0 else np.exp(z / temperature / temperature)
    return w / w.sum()
""",
                "You divide by the temperature twice. At T = 1 nobody would notice: T = 2 acts "
                "like 4. Divide once.",
            ),
            WrongAnswer(
                "power after exponentiating",
                """
def my_whole_softmax(logits, temperature):
    z = logits - logits.max()
    w = (z == 0) * 1.0 if temperature == 0 else np.exp(z) ** (1 / temperature)
    return w / w.sum()
""",
                "Right on paper. But e to the -1000 is 0 in a computer, and 0 to any power "
                "stays 0: at T = 1000, a logit of 0 beside one of 1000 gets nothing, where it"
                " should get more than a quarter. Divide by T before you exponentiate.",
            ),
            WrongAnswer(
                "softmax twice",
                """
def my_whole_softmax(logits, temperature):
    w = np.exp(logits - logits.max())
    p = w / w.sum()
    z = p - p.max()
    w = (z == 0) * 1.0 if temperature == 0 else np.exp(z / temperature)
    return w / w.sum()
""",
                "You apply softmax twice, and the temperature divides probabilities. They lie "
                "between 0 and 1: at T = 1 no word can get more than e times as much as another, "
                "and a logit of minus infinity no longer gets 0. Once is enough.",
            ),
            WrongAnswer(
                "multiplies, at T = 0 too",
                """
def my_whole_softmax(logits, temperature):
    w = np.exp((logits - logits.max()) * temperature)
    return w / w.sum()
""",
                "You multiply by the temperature. At T = 0 every exponent becomes 0, and all "
                "share alike; or NaN, where 0 meets minus infinity. T stands in the denominator, "
                "and T = 0 is a case of its own.",
            ),
            WrongAnswer(
                "multiplies, and minds the mask",
                """
def my_whole_softmax(logits, temperature):
    w = np.where(logits == -np.inf, 0, np.exp((logits - logits.max()) * temperature))
    return w / w.sum()
""",
                "You multiply by the temperature. At T = 0 every exponent becomes 0, and all "
                "share alike. T stands in the denominator, and T = 0 is a case of its own.",
            ),
            WrongAnswer(
                "nearly equal counts as equal",
                """
def my_whole_softmax(logits, temperature):
    z = logits - logits.max()
    w = np.isclose(z, 0) * 1.0 if temperature == 0 else np.exp(z / temperature)
    return w / w.sum()
""",
                "At T = 0, logits of 1 and 1 - 1e-12 share. In the limit the larger one gets "
                "everything, however small its lead. Do you allow a difference, as `np.isclose` "
                "does? Compare with `==`.",
            ),
            WrongAnswer(
                "the maximum subtracted above alone",
                """
def my_whole_softmax(logits, temperature):
    z = logits - logits.max()
    if temperature == 0:
        return (z == 0) / np.sum(z == 0)
    return np.exp(z / temperature) / np.sum(np.exp(logits / temperature))
""",
                "Each number is the right one, divided by the largest weight, and large logits "
                "still overflow. Do you subtract the maximum above the fraction bar and not "
                "below? Use the same weights for both.",
            ),
        ),
        noticed=(
            "For a list of float64 numbers that is, to six digits, the function of "
            "`softmax_lib`, but for an infinite T, numbers too large for a float on the way, and "
            "the error messages. It is yours now."
        ),
        of_softmax=True,
        draw=inputs.any_logits_and_temperature,
        by_ratio=True,
        probes=(
            (np.array([2.0, 1.0, -1.0]), 1.0),
            (np.array([1.75, 1.0, -0.625]), 2.0),
            (np.array([1000.0, 999.0, 0.0]), 1.0),
            (np.array([1000.0, -1000.0, 998.0]), 0.5),
            (np.array([1.0, -np.inf, 0.0, 2.0]), 0.5),
            (np.array([2.0, 1.0, 2.0]), 0),
            (np.array([0.75, 0.75 - 1e-4, -np.inf]), 0.0),
            (np.array([2.0, 1.0, -1.0]), 0.25),
            (np.array([1200.0, 990.5, 1250.0]), 20.0),
            (np.array([0.1234567, 0.1, -0.5]), 0.0123457),
            (np.array([1.0, 1.0 - 1e-12, 0.5]), 0),
            (np.array([1.0, 1.0 - 1e-7, 0.5]), 0),
            (np.array([0.02, 0.01, 0.005]), 0.001),
            (np.array([1.0, 1.0 - 3e-5, 0.5]), 0),
            (np.array([0.75, -0.75, 0.75, 0.75, -2.0]), 0),
            (np.array([2.0, 1.0, -1.0, 0.5, 0.0, 1.25]), 1.5),
            (np.array([1000.0, 0.0, 500.0]), 1000.0),
        ),
    ),
    Exercise(
        id="my_diagnosis",
        notebook=NOTEBOOK,
        title="Who did it?",
        minutes=15,
        task=(
            "Complete `my_diagnosis`: for each of the eight suspects, the name of its bug. One of "
            "them is right. You may leave letters out and come back to them."
        ),
        stub="""
my_diagnosis = {
    "A": ...,
}
""",
        solution=_diagnosis(),
        hints=(
            "Let each suspect write at T = 0, 0.2, 1 and 2. Above T = 0, whose text does not "
            "change? Whose is nonsense at 0.2?",
            "Then look at numbers: the distribution for logits 2, 1, 0 at T = 0, 0.5, 1 and 2, "
            "the sums of the rows of a table, and logits of 1000.",
            "The one who is right on a list and wrong on a table has the wrong axis. The one who "
            "gives NaN for a logit of 1000 subtracts no maximum. The one whose entropy falls with "
            "T multiplies. The one who never changes above T = 0 divides too late. The one who is "
            "right at T = 0 and 1, and too sure at 0.5, divides twice.",
        ),
        wrong=(
            WrongAnswer(
                "not a dictionary",
                'my_diagnosis = ["T twice", "wrong axis", "right"]',
                _judge_diagnosis([]),
            ),
            WrongAnswer(
                "the right one accused",
                _diagnosis(C="T twice"),
                _judge_diagnosis({**SUSPECTS, "C": "T twice"}),
            ),
            WrongAnswer(
                "twice taken for multiplied",
                _diagnosis(A="T multiplies"),
                _judge_diagnosis({**SUSPECTS, "A": "T multiplies"}),
            ),
            WrongAnswer(
                "nonsense taken for nonsense",
                _diagnosis(H="wrong axis"),
                _judge_diagnosis({**SUSPECTS, "H": "wrong axis"}),
            ),
            WrongAnswer(
                "a name of one's own",
                _diagnosis(F="overflow"),
                _judge_diagnosis({**SUSPECTS, "F": "overflow"}),
            ),
        ),
        noticed=(
            "All eight. None of the seven bugs raised an error by itself here: the storyteller "
            "stopped only at F's NaN. Else the text tells, or a test. The reports of six like "
            "them are named in `softmax_lib/suspects.py`."
        ),
        judge=_judge_diagnosis,
    ),
    Exercise(
        id="my_trial",
        notebook=NOTEBOOK,
        title="A test for the line-up",
        minutes=12,
        task=(
            "Write `my_trial`: it takes a function that may or may not be a softmax. It returns "
            "True if the function is right, and False if it is not. It is called as "
            "`candidate(logits, axis=-1, temperature=1.0)`, on a list or on a table. Compare with "
            "the course's `softmax`, at inputs where the bugs of this notebook cannot hide."
        ),
        stub='''
def my_trial(candidate):
    """Return whether this softmax is right."""
    return ...
''',
        solution="""
def my_trial(candidate):
    from softmax_lib import softmax

    table = np.array([[2.0, 1.0, 1.9], [1000.0, 2.0, 999.0]])
    for temperature in (0, 0.5, 1, 2):
        given = candidate(table, axis=-1, temperature=temperature)
        if not np.allclose(given, softmax(table, axis=-1, temperature=temperature)):
            return False
    return True
""",
        hints=(
            "Which inputs would show each bug? Some are right at T = 1, one is right on a list, "
            "one is right while no logit / T lies far from 0, and one from T = 0.4 upward.",
            "One table of two rows and three columns, one row with large logits that lie close "
            "together, such as 1000 and 999, shows all of them, if you try T = 0, 1 and 2. "
            "`np.allclose(a, b)` compares two arrays.",
            "A loop over the temperatures 0, 0.5, 1 and 2; in it, return False if "
            "`candidate(table, axis=-1, temperature=T)` is not close to the course's; after it, "
            "return `True`. Let the table have two rows, one with logits of a thousand.",
        ),
        wrong=(
            WrongAnswer(
                "checks the sum alone",
                """
def my_trial(candidate):
    p = candidate(np.array([[2.0, 1.0, 0.0], [0.0, 1.0, 3.0]]))
    return bool(np.allclose(p.sum(axis=1), 1))
""",
                "One bug is found, the wrong axis. Do you compare all the numbers with the right "
                "ones? Nearly all the suspects give a distribution: the wrong ones give the wrong"
                " one. Or is a single temperature that comes out right enough for you? Return "
                "`False` inside the loop, `True` below it.",
            ),
            WrongAnswer(
                "T = 1 only",
                """
def my_trial(candidate):
    from softmax_lib import softmax

    z = np.array([[2.0, 1.0, 0.0], [1000.0, 999.0, 0.0]])
    return bool(np.allclose(candidate(z), softmax(z)))
""",
                "Four bugs get past it, and all four are in the temperature. T = 1 hides them. "
                "Which temperatures do you try? Or does one round of a loop decide alone, the "
                "first or the last? Return `False` inside the loop, `True` below it.",
            ),
            WrongAnswer(
                "never zero",
                """
def my_trial(candidate):
    from softmax_lib import softmax

    z = np.array([[2.0, 1.0, 0.0], [1000.0, 999.0, 0.0]])
    return all(
        np.allclose(candidate(z, temperature=t), softmax(z, temperature=t)) for t in (0.5, 1, 2)
    )
""",
                "One bug gets past it: a T that never falls below 0.4. It shows at T = 0, with "
                "logits that lie close together, such as 2 and 1. If you try that, does a later "
                "round of the loop overwrite what it found? Return `False` inside the loop, "
                "`True` below it.",
            ),
            WrongAnswer(
                "the first temperature decides, T = 0",
                """
def my_trial(candidate):
    from softmax_lib import softmax

    table = np.array([[2.0, 1.0, 1.9], [1000.0, 2.0, 999.0]])
    for t in (0, 0.5, 1, 2):
        return np.allclose(candidate(table, temperature=t), softmax(table, temperature=t))
""",
                "What shows at T = 0 is found, and nothing else. Which other temperatures do "
                "you try? Or does the first round of a loop decide alone? Return `False` "
                "inside the loop, `True` below it.",
            ),
            WrongAnswer(
                "the last temperature decides, T = 2",
                """
def my_trial(candidate):
    from softmax_lib import softmax

    table = np.array([[2.0, 1.0, 1.9], [1000.0, 2.0, 999.0]])
    for t in (0, 0.5, 1, 2):
        ok = np.allclose(candidate(table, temperature=t), softmax(table, temperature=t))
    return ok
""",
                "What shows at T = 2 is found, and nothing else. Which other temperatures do "
                "you try? Or does the last round of a loop decide alone, since each sets the "
                "answer anew? Return `False` inside the loop, `True` below it.",
            ),
            WrongAnswer(
                "lists only",
                """
def my_trial(candidate):
    from softmax_lib import softmax

    z = np.array([1000.0, 999.0, 0.0])
    return all(
        np.allclose(candidate(z, temperature=t), softmax(z, temperature=t))
        for t in (0, 0.5, 1, 2)
    )
""",
                "One bug gets past it: the wrong axis, which is right on a list. It shows on a "
                "table with more columns than rows: is there one?",
            ),
            WrongAnswer(
                "small logits only",
                """
def my_trial(candidate):
    from softmax_lib import softmax

    z = np.array([[2.0, 1.0, 1.9], [0.3, 0.0, 0.2]])
    return all(
        np.allclose(candidate(z, temperature=t), softmax(z, temperature=t))
        for t in (0, 0.5, 1, 2)
    )
""",
                "One bug gets past it: the one that gives NaN for large logits. Try 1000. And ask "
                "whether the numbers are close: NaN is neither above nor below anything, so a "
                "difference of NaN is not *too large* either.",
            ),
            WrongAnswer(
                "large for float32 only",
                """
def my_trial(candidate):
    from softmax_lib import softmax

    z = np.array([[2.0, 1.0, 1.9], [300.0, 2.0, 299.0]])
    return all(
        np.allclose(candidate(z, temperature=t), softmax(z, temperature=t))
        for t in (0, 0.5, 1, 2)
    )
""",
                "Your trial is right about all eight. But the same bug in float64 gets past it: e "
                "to the 709 is still a number there. Try logits of 1000 at T = 1.",
            ),
            WrongAnswer(
                "looks at the favorite alone",
                """
def my_trial(candidate):
    from softmax_lib import softmax

    z = np.array([[1.0, 2.0, 1.9], [2.0, 1000.0, 999.0]])
    return all(
        (
            np.argmax(candidate(z, temperature=t), axis=1)
            == np.argmax(softmax(z, temperature=t), axis=1)
        ).all()
        for t in (0, 0.5, 1, 2)
    )
""",
                "Two bugs are found. Most of the others leave the favorite where it is, and "
                "change how much it gets: compare all the numbers, not the largest alone.",
            ),
            WrongAnswer(
                "trusts everybody",
                """
def my_trial(candidate):
    return True
""",
                "Your trial lets everybody go. Compare what the suspect gives with what it should "
                "give.",
            ),
            WrongAnswer(
                "trusts nobody",
                """
def my_trial(candidate):
    from softmax_lib import softmax

    z = np.array([2.0, 1.0, 1.9])
    return bool((candidate(z, temperature=0.1) == softmax(z)).all())
""",
                "Your trial finds the right one guilty too. Do you ask both functions at the same "
                "temperature? And compare with `np.allclose`: the last digit may differ.",
            ),
            WrongAnswer(
                "asks for the name",
                """
def my_trial(candidate):
    return getattr(candidate, "letter", "") == "C"
""",
                "Your trial asks who the candidate is. A bug does not tell its name, and this "
                "check also brings candidates without one: judge by the numbers that they give.",
            ),
            WrongAnswer(
                "equal to the last digit",
                """
def my_trial(candidate):
    from softmax_lib import softmax

    z = np.array([[2.0, 1.0, 1.9], [1000.0, 2.0, 999.0]])
    return all(
        (candidate(z, temperature=t) == softmax(z, temperature=t)).all() for t in (0, 0.5, 1, 2)
    )
""",
                "Your trial finds a right function guilty, one that computes in another order. Do "
                "you ask for numbers that are equal to the last digit? Compare with "
                "`np.allclose`.",
            ),
        ),
        noticed=(
            "It tells the right one from the seven bugs of the line-up. What none of its inputs "
            "shows, it cannot find: go on reading."
        ),
        draw=lambda g: (candidate(g),),
        draws=24,  # a thorough trial takes its time
        seconds=15,
        slow="The check calls it for 33 functions. A few inputs are enough: the bugs show on two "
        "rows.",
        probes=(*((suspect(letter),) for letter in SUSPECTS), (IN_FLOAT64,)),
    ),
)

QUESTIONS = (
    Question(
        id="capstone-t-one",
        notebook=NOTEBOOK,
        text="A project tests its softmax at T = 1 only. Which bug can it find?",
        options=(
            ("T divides twice.", "1 divided by 1, and again by 1, is 1."),
            ("T multiplies where it should divide.", "At T = 1 both are the same."),
            (
                "Columns sum to 1 where rows should.",
                "That does not depend on T. The other two hide at T = 1: 1 changes nothing, "
                "however it is multiplied or divided.",
            ),
        ),
        answer=2,
    ),
    Question(
        id="capstone-valid",
        notebook=NOTEBOOK,
        text="Each output of a function that you try is a valid distribution. Is it softmax?",
        options=(
            (
                "Yes: that is what softmax is for.",
                "Normalizing squares gives one as well, unless all are 0.",
            ),
            (
                "Not necessarily.",
                "The requirements say that it is *a* distribution. Which one, they do not say.",
            ),
            (
                "Yes, if the order is kept as well.",
                "Normalizing the squares of positive scores keeps it too.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="capstone-axis",
        notebook=NOTEBOOK,
        text="A model with the wrong axis in attention: what do you see at T = 0?",
        options=(
            (
                "Nonsense, and the same at every run.",
                "With T = 0 handled right, nothing is drawn, so it repeats. But the model reads a "
                "blur of its own text.",
            ),
            (
                "A good text: T = 0 repairs it.",
                "T acts on the logits, after the last layer; attention is before.",
            ),
            (
                "An error.",
                "Softmax runs down the columns as well as along the rows, and a causal mask leaves "
                "no column empty, so nothing complains.",
            ),
        ),
        answer=0,
    ),
)
