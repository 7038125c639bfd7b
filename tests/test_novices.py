"""What beginners type, and a piece of what they are told: it must speak of what they typed.

Each answer was written to be a plausible slip, and the words were read by a person before they came
into the table. What has no words but its first wrong result is not here.
"""

import math
import re
import time

import numpy as np
import pytest

import softmax_lib
from softmax_lib.exercises.advice import after_error
from softmax_lib.exercises.checks import _in_round_numbers, judge_answer
from softmax_lib.exercises.feedback import PASSED, TRY_AGAIN
from softmax_lib.exercises.registry import all_exercises
from softmax_lib.exercises.results import about_numbers, slip
from softmax_lib.runner import build
from softmax_lib.sampling import top_k, top_p
from softmax_lib.suspects import BUGS, SUSPECTS

#: For each exercise, (the body of a function, words that it gets).
TYPED = {
    "my_cross_entropy": [
        ("return -np.ln(logits[target])", "In numpy the natural logarithm, ln, is `np.log`."),
        ("w = np.exp(logits)\nreturn -np.log(w / w.sum())", "It never uses `target`"),
        ("w = np.exp(logits)\np = w / w.sum()\nreturn p[target]", "Surprise is minus its"),
    ],
    "my_gradient": [
        ("w = np.exp(logits)\np = w / w.sum()\np[target] - 1\nreturn p", "keeps it nowhere."),
        ("w = np.exp(logits)\nreturn w / w.sum() - target", "You take the *number* of the target"),
        ("w = np.exp(logits)\nreturn w / w.sum() - np.eye(len(w))", "y is one row of it"),
        ("logits[target] -= 1\nreturn logits", "Softmax comes first"),
    ],
    "my_safe_softmax": [
        (
            "w = np.exp(logits - np.max(logits, axis=-1))\nreturn w / np.sum(w, axis=-1)",
            "keep a column, with a number for each row",
        ),
        (
            "logits -= np.max(logits, axis=-1, keepdims=True)\nw = np.exp(logits)\n"
            "return w / w.sum(axis=-1, keepdims=True)",
            "your function changes the array that it is given",
        ),
        (
            "for row in logits:\n    w = np.exp(row - row.max())\n    return w / w.sum()",
            "Does a `return` stand inside the loop?",
        ),
        (
            "w = np.exp(logits - logits.max(axis=1)[:, None])\nreturn w / w.max(axis=1)[:, None]",
            "Divide each row by its sum.",
        ),
    ],
    "my_log_sum_exp": [
        (
            "m = np.max(logits)\nreturn m + np.ln(np.sum(np.exp(logits - m)))",
            "In numpy the natural logarithm, ln, is `np.log`.",
        ),
        (
            "m = np.max(logits)\nreturn m + np.log(np.exp(logits - m))",
            "do they have to be added up (`np.sum`)?",
        ),
        (
            "m = np.max(logits)\nreturn np.log(np.sum(np.exp(logits - m)) * np.exp(m))",
            "In the thousands infinity comes out",
        ),
    ],
    "my_log_softmax": [
        ("return np.log(my_safe_softmax(logits))", "bring it here first"),
        (
            "g = logits - logits.max()\nreturn np.log(np.exp(g)) - np.log(np.sum(np.exp(g)))",
            "On paper that is right.",
        ),
        (
            "p = np.exp(logits - logits.max())\np = p / p.sum()\np[p == 0] = 1e-300\n"
            "return np.log(p)",
            "there is nothing to repair",
        ),
    ],
    "my_small_surprise": [
        ("return log1p(exp(-lead))", "In numpy it is `np.log1p`."),
        ("return np.log(np.exp(lead) + 1) - lead", "It rounds to 1 there, and ln 1 is 0."),
        ("if lead > 36:\n    return 0\nreturn np.log1p(np.exp(-lead))", "From a lead of 37 on"),
        ("return round(np.log1p(np.exp(-lead)), 6)", "Is something rounded, or a"),
    ],
    "my_jacobian": [
        ("p = probabilities\nreturn diag(p) - outer(p, p)", "In numpy it is `np.diag`."),
        ("p = probabilities\nreturn np.diag(p) - p * p.T", "`np.outer`."),
        (
            "p = probabilities\nfor i in range(len(p)):\n    for j in range(len(p)):\n"
            "        return p[i] * ((i == j) - p[j])",
            "Does a `return` stand inside the loop?",
        ),
    ],
    "my_weight_gradient": [
        (
            "probabilities[np.arange(len(labels)), labels] -= 1\n"
            "return probabilities.T @ images / len(labels)",
            "your function changes the array that it is given",
        ),
        (
            "y = np.eye(probabilities.shape[1])[labels]\n"
            "return np.mean((probabilities - y).T @ images)",
            "a table of three rows and two columns is wanted",
        ),
    ],
    "my_total": [
        (
            "total = 0\nfor n in numbers:\ntotal += n\nreturn total",
            "Below the line with `for` stands what belongs to it, four spaces",
        ),
        ("  return numbers.sum()\n   return 3", "Let both start in the same column."),
        ("return numbers.sum", "Brackets call it: `numbers.sum()`."),
        ("return np.sum", "Round brackets call it, with what it works on between them:"),
        ("return numbers", "Which one is it, or do they have to be added up (`np.sum`)?"),
        ("return sum numbers", "A sum is `np.sum(...)`."),
        ("return Sum(numbers)", "Python tells small letters from capitals: `sum`."),
        ("Return numbers.sum()", "Python tells small letters from capitals."),
        ("retrun numbers.sum()", "Is `retrun` meant to be `return`?"),
        ("retrun = numbers.sum()", "is `retrun` meant to be `return`?"),
        ("return number.sum()", "name 'number' is not defined in the line `return number.sum()`."),
        ("print(numbers.sum())", "it hands the result to whoever called the function."),
        ("print('hello')\nnumbers.sum()", "What `print` shows on the screen is not handed on."),
        ("return str(numbers.sum())", "Quotation marks and `str(...)` make text: leave them out."),
        ("return [numbers.sum()]", "Leave out the square brackets."),
        ("return np.array([numbers.sum()])", "`[0]` takes a single number out of an array."),
        (
            "return numbers.sum[]",
            "Is a sign missing between two things, such as `*`, or the brackets",
        ),
        ("return numbers.sum())", "Count the brackets: each that opens must close."),
        (
            "return numbers.sum(",
            "A round bracket `(` opens, in the line `return numbers.sum(`, and",
        ),
        (
            "total = 0\nfor i in range(len(numbers)):\n    total += i\nreturn total",
            "`i` is a place, 0 and then 1; the number at it is `z[i]`.",
        ),
        (
            "total = 0\nfor i in range(1, len(numbers)):\n    total += numbers[i]\nreturn total",
            "is the first, index 0, to be left out?",
        ),
        (
            "total = 0\nfor i in range(len(numbers)+1):\n    total += numbers[i]\nreturn total",
            "The first index is 0, and the last is one less than how many there",
        ),
        (
            "total = 0\nfor n in numbers\n    total += n\nreturn total",
            "The first line of `def`, `if`, `else`, `for` and `while` ends in a",
        ),
        (
            "return numbers.Sum()",
            "'numpy.ndarray' object has no attribute 'Sum' in the line `return",
        ),
        (
            "for n in numbers:\n    total += n\nreturn total",
            "set it before the loop, or outside of the `if`.",
        ),
        (
            "return math.fsum(numbers) + 0,5",
            "Python writes decimals with a point: `0.5`, not `0,5`.",
        ),
        (
            "return “numbers”.sum()",
            "Python wants the straight quotes of the keyboard, `\"` or `'`.",
        ),
        ("return numbers.sum（）", "Switch the keyboard to Latin letters, and type `(`."),
        ("return sum(numbers) − 0", "The minus sign is `-` on the keyboard."),
        (
            "return np.total(numbers)",
            "module 'numpy' has no attribute 'total' in the line `return",
        ),
        (
            "return total(numbers)",
            "name 'total' is not defined in the line `return total(numbers)`. A",
        ),
        (
            "numbers.sum() = total\nreturn total",
            "To ask whether two things are equal, write `==`.",
        ),
        (
            "return sum(number for numbers in number)",
            "name 'number' is not defined in the line `return sum(number for",
        ),
        ("return numbers.sum() if numbers else 0", "Whether an array holds anything says `len("),
        ("yield numbers.sum()", "for ...])`, or one number, whichever is wanted."),
        ("return \"numbers.sum()\"", "Quotation marks and `str(...)` make text: leave them out."),
        (
            "return lambda: numbers.sum()",
            "Round brackets call it, with what it works on between them:",
        ),
        (
            "return int(numbers.sum())",
            "Those are nearly the right numbers. Is something rounded, or a small number added?",
        ),
        (
            "return round(numbers.sum(), 2)",
            "Those are nearly the right numbers. Is something rounded, or a small number added?",
        ),
        (
            "return np.cumsum(numbers)",
            "Which one is it, or do they have to be added up (`np.sum`)?",
        ),
        ("return sum[numbers]", "A function is called with round brackets: `np.exp(z)`."),
        ("return (numbers.sum())/1.000,0", "Only one thing is wanted. Which one is it?"),
        (
            "return numbers.sum();;",
            "Is a sign missing between two things, such as `*`, or the brackets",
        ),
        ("return = numbers.sum()", "the value follows it directly."),
        (
            "if numbers.sum() > 0:\n    return numbers.sum()",
            "after the loop, and in each branch of an `if`?",
        ),
        ("	return numbers.sum()\n        return 1", "Let both start in the same column."),
        (
            "return np.where(numbers)",
            "`np.where` with a condition alone gives that, and so does a comma",
        ),
        ("return numbers.sum()\u3000", "Delete the line and type it again."),
        ("return\u3000numbers.sum()", "Delete the line and type it again."),
        ("return numbers[０]", "Switch the keyboard to Latin letters, and type `0`."),
        (
            "return numbers.sum() if len(numbers) > 0",
            "A choice within a line needs both: `a if condition else b`.",
        ),
        ("return 'numbers.sum()", "A quotation mark opens a text here, and none closes it."),
        (
            "return numbers.sum() + 2x",
            "Python wants the sign of a multiplication: `2 * z`, not `2z` or",
        ),
        ("return numbers[0] + numbers[1] + ...", "The three dots must go: put your code there."),
        (
            "total == 0\nfor n in numbers:\n    total += n\nreturn total",
            "The line `total == 0` computes something and keeps it nowhere. `=`",
        ),
        (
            "total = 0\nfor n in numbers:\n    total += n\n  return total",
            "Let it start exactly below the line that it belongs with.",
        ),
        ("i = 0\nwhile i < len(numbers):\n    i++\nreturn i", "Python writes `i += 1`."),
        ("return sum(numbers) \\ 1", "The other stroke, `\\`, joins two lines."),
        (
            "return numbers.sum{}",
            "Is a sign missing between two things, such as `*`, or the brackets",
        ),
        (
            "import numpy as numpi\nreturn numpi.summ(numbers)",
            "module 'numpy' has no attribute 'summ' in the line `return",
        ),
        ("return np.sum(numbers, numbers)", "To multiply, write `np.sum(a * b)`."),
    ],
    "my_is_distribution": [
        (
            "return all(values >= 0) and sum(values) = 1",
            "`=` gives a name a value; to ask whether two things are equal,",
        ),
        (
            "if values >= 0 and sum(values) == 1:\n    return True\nreturn False",
            "`np.all(...)` says whether all of them hold.",
        ),
        ("return 0 <= values <= 1", "`np.all(...)` says whether all of them hold."),
        ("return np.all(values => 0)", "Python writes `<=` and `>=`, with the `=` second."),
        (
            "return np.all(values >= 0) & np.abs(np.sum(values) - 1) < 0,000001",
            "Python writes decimals with a point: `0.5`, not `0,5`.",
        ),
        (
            "return np.all(values >= 0 and np.sum(values) == 1)",
            "ask one question only: `np.all(values >= 0) and np.all(np.sum(values) == 1)`.",
        ),
        ("return \"True\"", "Quotation marks and `str(...)` make text: leave them out."),
        (
            "return np.all(values => 0 && values.sum() == 1)",
            "Python writes `<=` and `>=`, with the `=` second.",
        ),
        (
            "return np.all(values >= 0), abs(np.sum(values) - 1) <= 1e-6",
            "One answer is wanted: `and` joins two questions.",
        ),
        (
            "np.all(values >= 0)\nabs(np.sum(values)-1) <= 1e-6",
            "A last line such as `return result` hands the result to whoever",
        ),
        (
            "return values.all() >= 0 and abs(values.sum - 1) < 1e-6",
            "A function computes nothing until it is called: put brackets,",
        ),
        (
            "if np.all(values >= 0) and abs(np.sum(values) - 1) <= 1e-6:\nreturn true",
            "Below the line with `if` stands what belongs to it, four spaces",
        ),
        (
            "if np.all(values >= 0) and abs(np.sum(values) - 1) <= 1e-6:\n    return True\nelse "
            "if:\n    return False",
            "Python writes `elif`.",
        ),
        ("return values >= 0 AND sum(values) == 1", "Python writes `and` in small letters."),
        ("return np.all(values ≥ 0)", "Python writes `<=`, `>=` and `!=`."),
        ("return np.all(values =< 1)", "Python writes `<=` and `>=`, with the `=` second."),
        (
            "return np.all(values >= 0) and np.sum(values) <> 1",
            "Python writes `!=` for *not equal*.",
        ),
        (
            "return np.all(0 < values < 1)",
            "Inside `np.all` ask one question only: `np.all(values > 0) and np.all(values < 1)`.",
        ),
        (
            "return not np.any(values < 0) and !(np.sum(values) > 1)",
            "Python writes `not`, and `!=` for *not equal*.",
        ),
        (
            "return |np.sum(values) - 1| < 1e-6",
            "The absolute value is written `abs(z)` or `np.abs(z)`.",
        ),
        (
            "return np.all(values >= 0) and np.abs(np.sum(values) - 1) < 1e−6",
            "The minus sign is `-` on the keyboard.",
        ),
        (
            "return np.sum(values)",
            "`my_is_distribution(np.array([0.5, 0.3, 0.2]))` gave a number, 1,",
        ),
        ("return TRUE", "Python writes `True` and `False`."),
        ("return values.sum() ≈ 1", "*About equal* has no sign: ask whether the difference is"),
        ("return values.sum() == 1 ± 0.1", "is small, `abs(x - 1) <= 0.000001`."),
        ("return total = np.sum(values)", "After `return` stands the value alone: `return np.sum("),
        ("return values = 1", "to ask whether two things are equal, write `==`."),
        (
            "if np.all(values >= 0) and abs(np.sum(values) - 1) <= 1e-6:\n    print(True)\n"
            "else:\n    print(False)",
            "it hands the result to whoever called the function.",
        ),
        ("return np.all(values >= 0, values.sum() == 1)",
         "A second one is joined to it with `and`."),
    ],
    "my_shares": [
        (
            "return counts / counts.sum",
            "A function computes nothing until it is called: put brackets,",
        ),
        ("return counts[-1] / counts.sum()", "It is the last of them. One is wanted for each."),
        ("for c in counts:\n    return c / counts.sum()", "Move it to the left, below the loop."),
        (
            "for c in counts:\n    share = c / sum(counts)\nreturn share",
            "does each round of the loop overwrite the one before?",
        ),
        (
            "shares = []\nfor c in counts:\n    shares.append(c / sum(counts))\nreturn shares",
            "the rest of the course computes with whole arrays.",
        ),
        (
            "shares = []\nfor c in counts:\n    shares.add(c / sum(counts))\nreturn shares",
            "A list grows by `.append(...)`.",
        ),
        (
            "return [c / total for c in counts]",
            "name 'total' is not defined in the line `return [c / total for c",
        ),
        (
            "return counts / np.total(counts)",
            "module 'numpy' has no attribute 'total' in the line `return counts",
        ),
        ("return counts ÷ sum(counts)", "The sign of a division is `/`."),
        ("return round(counts / counts.sum(), 2)", "But does the task ask for rounding?"),
        (
            "total = 0\nfor i in range(len(counts)):\n    total += i\nreturn counts / total",
            "`i` is a place, 0 and then 1; the number at it is `z[i]`.",
        ),
        ("return np.array(c / sum(counts) for c in counts)", "`np.array([... for ...])`."),
        (
            "shares = counts\nfor i in range(len(counts)):\n    shares[i] = counts[i] / "
            "sum(counts)\nreturn shares",
            "`np.zeros(len(z))` makes an array that keeps it.",
        ),
        (
            "return (c / sum(counts) for c in counts)",
            "for ...])`, or one number, whichever is wanted.",
        ),
        (
            "return {c: c / sum(counts) for c in counts}",
            "for ...])`, or one number, whichever is wanted.",
        ),
        (
            "shares = []\nfor i in len(counts):\n    shares.append(counts[i] / sum(counts))\n"
            "return np.array(shares)",
            "`len(z)` is one number; `range(len(z))` goes through the places 0,",
        ),
        ("print(counts / counts.sum())", "it hands the result to whoever called the function."),
        (
            "return counts / counts.Sum()",
            "'numpy.ndarray' object has no attribute 'Sum' in the line `return",
        ),
        ("counts /= counts.sum()\nreturn counts", "Make a new one, with `/`."),
    ],
    "my_draw": [
        (
            "return np.cumsum(probabilities) > u",
            "`np.argmax(...)` gives the index of the first that is True.",
        ),
        (
            "return np.where(np.cumsum(probabilities) > u)",
            "`np.where` with a condition alone gives that, and so does a comma",
        ),
        (
            "return np.where(np.cumsum(probabilities) > u)[0]",
            "`np.where(condition, a, b)` chooses between a and b; with a",
        ),
        (
            "total = 0\nfor i in probabilities:\n    total += probabilities[i]\n    if u < "
            "total:\n        return i",
            "`for i in range(len(z))` counts the places, `for v in z` goes",
        ),
        (
            "total = 0\nfor i in range(len(probabilities)):\n    total += probabilities[i]\n    "
            "if u < total:\n        print(i)",
            "What `print` shows on the screen is not handed on.",
        ),
        (
            "total = 0\nfor i, p in probabilities:\n    total += p\n    if u < total:\n        "
            "return i",
            "`enumerate(z)` gives two: the place and the value.",
        ),
        (
            "total = 0\nfor i, p in enumerate(probabilities):\n    total = total + p\n    if u < "
            "total\n        return i",
            "The first line of `def`, `if`, `else`, `for` and `while` ends in a",
        ),
        (
            "total = 0\nfor i in range(probabilities):\n    total += probabilities[i]\n    if u "
            "< total:\n        return i",
            "`len(z)` says how many there are in z.",
        ),
        (
            "return sample(probabilities, u)",
            "What the function is given is called `probabilities` and `u`.",
        ),
        (
            "return probabilities.index(u)",
            "Where a value stands for the first time in an array says",
        ),
        (
            "return np.cumsum(probabilities).argmax() > u",
            "a comparison gives that, and a number should come out.",
        ),
        (
            "for i, p in enumerate(probabilities):\n    if u < 0,5:\n        return i",
            "Python writes decimals with a point: `0.5`, not `0,5`.",
        ),
        ("return index", "What the function is given is called `probabilities` and `u`."),
        (
            "total = 0\nfor i in enumerate(probabilities):\n    total += i\n    if u < total:\n  "
            "      return i",
            "`for i, v in enumerate(z):` names both.",
        ),
        (
            "total = 0\nfor index in range(len(probabilities)):\n    total += "
            "probability[index]\n    if u < total:\n        return index",
            "name 'probability' is not defined in the line `total +=",
        ),
        (
            "total = 0\nfor index, probability in enumerate(probabilities):\n    total += "
            "probability\n    if u < total:\n        return Index",
            "Python tells small letters from capitals: `index`.",
        ),
        (
            "return str(np.argmax(np.cumsum(probabilities) > u))",
            "Quotation marks and `str(...)` make text: leave them out.",
        ),
        ("return [np.argmax(np.cumsum(probabilities) > u)]", "Leave out the square brackets."),
        (
            "return np.array([np.argmax(np.cumsum(probabilities) > u)])",
            "`[0]` takes a single number out of an array.",
        ),
    ],
    "my_exponentiate": [
        ("return e^logits", "And e to the power of z is written `np.exp(z)`."),
        ("return np.e^logits", "And e to the power of z is written `np.exp(z)`."),
        (
            "return math.exp(logits)",
            "`math`, `int` and `float` work on one number at a time; the functions of `np`, such",
        ),
        ("return exp(logits)", "name 'exp' is not defined in the line `return exp(logits)`. In"),
        ("return np.exp", "Round brackets call it, with what it works on between them:"),
        (
            "return np.exp logits",
            "Is a sign missing between two things, such as `*`, or the brackets",
        ),
        ("return np.exp[logits]", "A function is called with round brackets: `np.exp(z)`."),
        (
            "return [math.exp(z) for z in logits]",
            "the rest of the course computes with whole arrays.",
        ),
        ("return numpy.exp(logits)", "write `np.` in front of a function's name."),
        ("return np.Exp(logits)", "module 'numpy' has no attribute 'Exp' in the line `return"),
        ("return 2,718**logits", "Python writes decimals with a point: `0.5`, not `0,5`."),
        ("return np.power(logits)", "count the commas between its brackets."),
        (
            "return np.exp(logit)",
            "name 'logit' is not defined in the line `return np.exp(logit)`.",
        ),
        ("for z in logits:\n    z = np.exp(z)\nreturn logits", "collect the new ones in a list."),
        ("return e**logits", "The number e is `np.e`, and e to the power of z is `np.exp(z)`."),
        (
            "import math\nreturn math.e ** list(logits)",
            "make it an array first, with `np.array(...)`.",
        ),
        (
            "return math.pow(math.e, logits)",
            "`math`, `int` and `float` work on one number at a time; the functions of `np`, such",
        ),
        ("return e² ", "A square is written `z ** 2`."),
        (
            "return np.exp(2logits)",
            "Python wants the sign of a multiplication: `2 * z`, not `2z` or",
        ),
        (
            "return np.exp(logits),",
            "`np.where` with a condition alone gives that, and so does a comma",
        ),
        ("return np.exp(logits)[0]", "It is the first of them: does the function stop there?"),
        ("return exp.logits", "name 'exp' is not defined in the line `return exp.logits`. In"),
        ("return np.exponent(logits)", "e to the power of z is written `np.exp(z)`."),
    ],
    "my_ratio": [
        (
            "return math.exp(a) / math.exp(b)",
            "Which part cancels, so that it need not be computed?",
        ),
        ("return np.e**a / np.e**b", "Which part cancels, so that it need not be computed?"),
        (
            "return exp(a)/exp(b)",
            "name 'exp' is not defined in the line `return exp(a)/exp(b)`. In",
        ),
        (
            "return np.exp(a)/exp(b)",
            "name 'exp' is not defined in the line `return np.exp(a)/exp(b)`.",
        ),
        ("return np.exp(a-b", "A round bracket `(` opens, in the line `return np.exp(a-b`, and"),
        ("return np.exp(a − b)", "The minus sign is `-` on the keyboard."),
        ("return e(a-b)", "The number e is `np.e`, and e to the power of z is `np.exp(z)`."),
        ("return np.exp(a, b)", "count the commas between its brackets."),
        ("return e**a ÷ e**b", "The sign of a division is `/`."),
        ("return np.exp(a)−np.exp(b)", "The minus sign is `-` on the keyboard."),
        (
            "return np.exp a / np.exp b",
            "Is a sign missing between two things, such as `*`, or the brackets",
        ),
        ("retun np.exp(a - b)", "Is `retun` meant to be `return`?"),
        ("return math.exp(a, b)", "count the commas between its brackets."),
        ("return np.divide(a)", "count the commas between its brackets."),
    ],
    "my_temperature_of_base": [
        ("return 1/ln(b)", "In numpy the natural logarithm, ln, is `np.log`."),
        ("return 1 / np.ln(b)", "In numpy the natural logarithm, ln, is `np.log`."),
        ("return 1/np.log", "A function computes nothing until it is called: put brackets,"),
        (
            "return 1/np.log b",
            "Is a sign missing between two things, such as `*`, or the brackets",
        ),
        ("T = 1 / np.log(b)", "A last line such as `return result` hands the result to whoever"),
        ("return 1 / np.log(B)", "Python tells small letters from capitals: `b`."),
        (
            "return math.log(np.e, b) + 0,0",
            "Python writes decimals with a point: `0.5`, not `0,5`.",
        ),
        ("return 1//np.log(b)", "`//` drops what stands after the point; `/` keeps it."),
        ("return T", "What the function is given is called `b`."),
    ],
    "my_normalize": [
        ("return weights / sum", "A function computes nothing until it is called: put brackets,"),
        (
            "return weights / np.sum",
            "A function computes nothing until it is called: put brackets,",
        ),
        (
            "return weight / np.sum(weights)",
            "name 'weight' is not defined in the line `return weight /",
        ),
        (
            "total = sum(weights)\nfor w in weights:\n    return w / total",
            "Move it to the left, below the loop.",
        ),
        ("return my_shares(weights)", "`my_shares = recall(\"my_shares\")`."),
        ("return normalize(weights)", "dividing by a sum takes `/` and `np.sum`."),
        (
            "return weights / np.sum(weights, axis=1)",
            "An array of numbers in a row has `axis=0` alone; a table has",
        ),
        ("return weights.normalize()", "dividing by a sum takes `/` and `np.sum`."),
        ("return [weights / sum(weights)]", "Leave out the square brackets."),
        ("return weights % sum(weights)", "Here that is what it was given, unchanged."),
        (
            "return weights / weights.sum().",
            "Is a sign missing between two things, such as `*`, or the brackets",
        ),
        ("return weights ÷ weights.sum()", "The sign of a division is `/`."),
        ("return np.normalize(weights)", "dividing by a sum takes `/` and `np.sum`."),
        ("return weights / tot", "What the function is given is called `weights`."),
        (
            "return [w / sum(weights) for w in weights",
            "A square bracket `[` opens, in the line `return [w / sum(weights)",
        ),
        (
            "return (w / sum(weights) for w in weights)",
            "for ...])`, or one number, whichever is wanted.",
        ),
        (
            "return {w / sum(weights) for w in weights}",
            "for ...])`, or one number, whichever is wanted.",
        ),
        (
            "return map(lambda w: w / sum(weights), weights)",
            "for ...])`, or one number, whichever is wanted.",
        ),
    ],
    "my_softmax": [
        (
            "return np.exp(logits) / sum(np.exp(logits)",
            "A round bracket `(` opens, in the line `return np.exp(logits) /",
        ),
        ("return np.softmax(logits)", "it is made of `np.exp` and `np.sum`."),
        ("return softmax(logits)", "it is made of `np.exp` and `np.sum`."),
        ("return my_softmax(logits)", "Is the name meant for another function?"),
        (
            "return my_normalise(np.exp(logits))",
            "name 'my_normalise' is not defined in the line `return",
        ),
        ("return my_normalize(my_exponentiate)", "`my_normalize = recall(\"my_normalize\")`."),
        ("return np.exp(logits) / np.exp(logits).sum", "put brackets, `np.exp(logits).sum()`."),
        ("return np.exp(logits) / np.sum np.exp(logits)", "A sum is `np.sum(...)`."),
        (
            "return math.exp(logits) / sum(math.exp(logits))",
            "`math`, `int` and `float` work on one number at a time; the functions of `np`, such",
        ),
        (
            "weights = [math.exp(z) for z in logits]\nreturn weights / sum(weights)",
            "make it an array first, with `np.array(...)`.",
        ),
        (
            "weights = [math.exp(z) for z in logits]\nreturn [w / sum(weights) for w in weights]",
            "the rest of the course computes with whole arrays.",
        ),
        (
            "weights = np.exp(logits)\nweights / np.sum(weights)",
            "A last line such as `return result` hands the result to whoever",
        ),
        (
            "weights = np.exp(logits)\nreturn weights / Sum(weights)",
            "Python tells small letters from capitals: `sum`.",
        ),
        (
            "weights = np.exp(logits)\nreturn weight / np.sum(weights)",
            "name 'weight' is not defined in the line `return weight /",
        ),
        (
            "weights = np.exp(logits)\ntotal = weights.sum()\nreturn weights, total",
            "Only one thing is wanted. Which one is it?",
        ),
        (
            "w = e ** logits\nreturn w / w.sum()",
            "The number e is `np.e`, and e to the power of z is `np.exp(z)`.",
        ),
        (
            "return np.exp(logits) / np.sum(np.exp(logits), axis=1)",
            "An array of numbers in a row has `axis=0` alone; a table has",
        ),
        (
            "return np.exp(logits) / np.sum(np.exp(logits), keepdim=True)",
            "sum() got an unexpected keyword argument 'keepdim' in the line",
        ),
        (
            "weights = np.exp(logits)\nreturn weights.sum() / weights",
            "That is 1 divided by the right number: turn the fraction over.",
        ),
        (
            "return recall(\"my_exponentiate\")(logits)",
            "Run `from softmax_lib.exercises import recall` first.",
        ),
        (
            "weigths = np.exp(logits)\nreturn weights / np.sum(weights)",
            "name 'weights' is not defined in the line `return weights /",
        ),
        (
            "weights = np.exp(logits)\nreturn weights / np.sum(weigth)",
            "name 'weigth' is not defined in the line `return weights /",
        ),
        (
            "return np.exp(logits) ／ np.sum(np.exp(logits))",
            "Switch the keyboard to Latin letters, and type `/`.",
        ),
        (
            "return np.exp(logits)/np.sum(np.exp(logits)）",
            "Switch the keyboard to Latin letters, and type `)`.",
        ),
        ("return np.exp (logits] / 2", "Count the brackets: each that opens must close."),
        (
            "weights = np.exp(logits)\nReturn weights / np.sum(weights)",
            "Python tells small letters from capitals.",
        ),
    ],
    "my_softmax_rows": [
        (
            "weights = np.exp(scores)\nfor row in weights:\n    return row / row.sum()",
            "Move it to the left, below the loop.",
        ),
        (
            "weights = np.exp(scores)\nout = []\nfor row in weights:\n    out.append(row / "
            "row.sum())\nreturn out",
            "the rest of the course computes with whole arrays.",
        ),
        (
            "weights = np.exp(scores)\nreturn weights / np.sum(weights, axis=2)",
            "An array of numbers in a row has `axis=0` alone; a table has",
        ),
        (
            "weights = np.exp(scores)\nreturn weights / sum(weights, axis=1)",
            "Python's own `sum`, `max` and `min` know no `axis`; `np.sum`,",
        ),
        (
            "weights = np.exp(scores)\nreturn weights / np.sum(weights, axis=-1, keepdims=true)",
            "Python writes `True` and `False`.",
        ),
        ("return my_softmax(scores)", "`my_softmax = recall(\"my_softmax\")`."),
        ("return [my_softmax(row) for row in scores]", "`my_softmax = recall(\"my_softmax\")`."),
        (
            "weights = np.exp(scores)\nreturn weights / np.sum(weights axis=-1)",
            "Is there a sign missing between two names, such as `*` or a comma?",
        ),
        (
            "return np.exp(scores) / np.sum(np.exp(scores), axis = -1, keepdims)",
            "To ask whether two things are equal, write `==`.",
        ),
        (
            "return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True",
            "A round bracket `(` opens, in the line `return np.exp(scores) /",
        ),
        (
            "return np.exp(scores) / np.sum(np.exp(scores), axis=1, dim=True)",
            "sum() got an unexpected keyword argument 'dim' in the line `return",
        ),
        (
            "rows = []\nfor i in range(scores):\n    rows.append(np.exp(scores[i]))\nreturn "
            "np.array(rows)",
            "`len(z)` says how many there are in z.",
        ),
        (
            "rows = []\nfor row in scores:\n    rows.append(np.exp(row) / np.sum(np.exp(row)))\n "
            "   return np.array(rows)",
            "Move it to the left, below the loop.",
        ),
        ("return np.exp(scores[0]) / np.exp(scores[0]).sum()",
         "Only the first row comes back. Do it for each of them."),
    ],
    "my_logits": [
        ("return W * x.sum()", "`np.sum(..., axis=1)` makes one number of each."),
        ("return W x", "Is a sign missing between two things, such as `*`, or the brackets"),
        ("return Wx", "A sign is missing between them: `W * x`, or `W @ x`."),
        ("return x @ W.T @ x", "each row of A needs as many numbers as each column of B. `B.T`"),
        ("return [row @ x for row in W]", "the rest of the course computes with whole arrays."),
        (
            "z = []\nfor row in W:\n    z.append(np.sum(row * x))\n    return z",
            "Move it to the left, below the loop.",
        ),
        (
            "z = 0\nfor i in range(len(W)):\n    z += W[i] * x[i]\nreturn z",
            "The first index is 0, and the last is one less than how many there",
        ),
        (
            "z = np.zeros(len(x))\nfor i in range(len(W)):\n    z[i] = np.sum(W[i] * x)\nreturn z",
            "The first index is 0, and the last is one less than how many there",
        ),
        (
            "z = []\nfor row in W:\n    z[row] = sum(row * x)\nreturn z",
            "`len(z)` says how many there are in z.",
        ),
        (
            "return np.matmult(W, x)",
            "module 'numpy' has no attribute 'matmult' in the line `return",
        ),
        ("return sum(W @ x)", "Does a sum go over everything?"),
        ("return w @ x", "Python tells small letters from capitals: `W`."),
        ("return W.x", "An entry of an array stands in square brackets: `z[x]`."),
        ("return W·x", "The sign of a multiplication is `*`."),
        ("return np.sum(W * X, axis=1)", "Python tells small letters from capitals: `x`."),
        (
            "return [W[i] * x for i in W]",
            "`for i in range(len(z))` counts the places, `for v in z` goes",
        ),
        ("return W(x)", "One entry of an array is `z[0]`."),
        ("return np.sum(W, x)", "To multiply, write `np.sum(a * b)`."),
        ("return W.map(row => np.sum(row * x))", "Python has no arrow functions."),
        ("return Math.exp(x)", "The functions of `np` do the same"),
        ("scores = []\nfor row in W:\n    scores += np.sum(row * x)\nreturn scores",
         "A list grows by `.append(...)`."),
        ("scores = 0\nfor row in W:\n    scores += np.sum(row * x)\nreturn scores",
         "It is all of them added up. To collect them"),
        ("return SUMPRODUCT(W, x)", "What Excel calls SUMPRODUCT is `np.sum(a * b)`"),
        ("return np.array([np.sum(W[0] * x), np.sum(W[1] * x), np.sum(W[2] * x)])",
         "There may be any number: let a loop take one after another."),
    ],
    "my_log_odds": [
        (
            "return np.log(p_i / p_j)",
            "What the function is given is called `logits`, `i` and `j`.",
        ),
        ("return np.log(logits(i) / logits(j))", "One entry of an array is `z[0]`."),
        ("return ln(logits[i] / logits[j])", "In numpy the natural logarithm, ln, is `np.log`."),
        ("return logits[i] − logits[j]", "The minus sign is `-` on the keyboard."),
        ("return logits.i - logits.j", "An entry of an array stands in square brackets: `z[i]`."),
        (
            "p = softmax(logits)\nreturn np.log(p[i]/p[j])",
            "name 'softmax' is not defined in the line `p = softmax(logits)`.",
        ),
        (
            "p = my_softmax(logits)\nreturn np.log(p[i]/p[j])",
            "`my_softmax = recall(\"my_softmax\")`.",
        ),
        ("return logits[i] - logits", "It never uses `j`, which it is given."),
        (
            "return np.log(p[i]) - np.log(p[j])",
            "What the function is given is called `logits`, `i` and `j`.",
        ),
        ("return np.log(i/j)", "It never uses `logits`, which it is given."),
        ("return i - j", "It never uses `logits`, which it is given."),
    ],
    "my_recover": [
        ("return ln(probabilities)", "In numpy the natural logarithm, ln, is `np.log`."),
        (
            "return np.ln(probabilities) - mean(probabilities)",
            "In numpy the natural logarithm, ln, is `np.log`.",
        ),
        (
            "logs = np.log(probabilities)\nreturn logs - logs.mean",
            "A function computes nothing until it is called: put brackets,",
        ),
        (
            "logs = np.log(probabilities)\nreturn logs - logs.average()",
            "The average is `np.mean(...)`.",
        ),
        (
            "return math.log(probabilities)",
            "`math`, `int` and `float` work on one number at a time; the functions of `np`, such",
        ),
        (
            "return [math.log(p) for p in probabilities] - np.mean(probabilities)",
            "You subtract the average of the probabilities. Take the logarithms",
        ),
        ("return np.log(probabilities) - np.average", "put brackets, `np.average(...)`."),
        (
            "logs = np.log(probabilities)\nlogs -= np.mean(logs)",
            "A last line such as `return result` hands the result to whoever",
        ),
        (
            "return log(probabilities) - 0,5",
            "Python writes decimals with a point: `0.5`, not `0,5`.",
        ),
        (
            "return 1/np.exp(probabilities)",
            "`my_recover(np.array([0.5, 0.3, 0.2]))` gave [0.6065, 0.7408,",
        ),
        (
            "return np.log(probabilities) - np.mean(logs)",
            "name 'logs' is not defined in the line `return",
        ),
        (
            "return log(p) for p in probabilities",
            "Is a sign missing between two things, such as `*`, or the brackets",
        ),
    ],
    "my_softmax_with_temperature": [
        ("return my_softmax(logits, temperature)", "`my_softmax = recall(\"my_softmax\")`."),
        (
            "return np.exp(logits / T) / np.sum(np.exp(logits / T))",
            "What the function is given is called `logits` and `temperature`.",
        ),
        (
            "weights = np.exp(logits / temp)\nreturn weights / np.sum(weights)",
            "What the function is given is called `logits` and `temperature`.",
        ),
        (
            "weights = np.exp(logits / temperature\nreturn weights / np.sum(weights)",
            "A round bracket `(` opens, in the line `weights = np.exp(logits /",
        ),
        (
            "weights = np.exp(logits/temperature)\nweights / np.sum(weights)\nprint(weights)",
            "What `print` shows on the screen is not handed on.",
        ),
        (
            "if temperature = 0:\n    return logits\nreturn np.exp(logits)",
            "`=` gives a name a value; to ask whether two things are equal,",
        ),
        (
            "weights = np.exp(logits // temperature)\nreturn weights / np.sum(weights)",
            "`//` drops what stands after the point; `/` keeps it.",
        ),
        (
            "weights = np.exp^(logits / temperature)\nreturn weights / np.sum(weights)",
            "And e to the power of z is written `np.exp(z)`.",
        ),
        (
            "weights = np.exp(logits) ^ (1/temperature)\nreturn weights / np.sum(weights)",
            "And e to the power of z is written `np.exp(z)`.",
        ),
        (
            "weights = e**(logits/temperature)\nreturn weights/sum(weights)",
            "The number e is `np.e`, and e to the power of z is `np.exp(z)`.",
        ),
        (
            "return np.exp(logits / max(temperature, 0,4))",
            "Python writes decimals with a point: `0.5`, not `0,5`.",
        ),
        (
            "for z in logits:\n    w = np.exp(z / temperature)\nreturn w / np.sum(w)",
            "Does each round of a loop overwrite the one before, where all are",
        ),
        (
            "weights = np.exp(logits / temperature)\nreturn weights / np.sum(weights) * 100",
            "what multiplies or divides them all?",
        ),
        (
            "weights = np.exp(logits / Temperature)\nreturn weights / np.sum(weights)",
            "Python tells small letters from capitals: `temperature`.",
        ),
        (
            "weights = np.exp(logits / temperature)\nreturn weights / weights.sum",
            "put brackets, `weights.sum()`.",
        ),
        ("for temperature in (0.5, 1, 2):\n    w = np.exp(logits / temperature)\n"
         "return w / w.sum()",
         "is what the function is given, and your loop replaces it."),
    ],
    "my_cold_softmax": [
        (
            "return np.argmax(logits)",
            "Does a `sum`, `max`, `mean` or `argmax` make one number of all of",
        ),
        (
            "if logits == np.max(logits):\n    return 1\nreturn 0",
            "`np.where(condition, a, b)` chooses for each number",
        ),
        (
            "return np.max(logits)",
            "Does a `sum`, `max`, `mean` or `argmax` make one number of all of",
        ),
        (
            "return softmax(logits, temperature=0)",
            "name 'softmax' is not defined in the line `return softmax(logits,",
        ),
        (
            "return np.where(logits == np.max(logits))",
            "`np.where` with a condition alone gives that, and so does a comma",
        ),
        (
            "return np.where(logits = np.max(logits), 1, 0)",
            "To ask whether two things are equal, write `==`.",
        ),
        (
            "largest = logits == np.max(logits)\nreturn largest / len(largest)",
            "the sum must be 1, but it is 0.333333 (0.667 too little).",
        ),
        (
            "largest = logits is np.max(logits)\nreturn largest / np.sum(largest)",
            "`is` asks whether it is one and the same thing; `==` compares.",
        ),
        (
            "largest = [z for z in logits if z == max(logits)]\nreturn 1 / len(largest)",
            "Does a `sum`, `max`, `mean` or `argmax` make one number of all of",
        ),
        (
            "p = []\nfor z in logits:\n    if z == max(logits):\n        p.append(1)\n    else:\n"
            "        p.append(0)\nreturn p / sum(p)",
            "make it an array first, with `np.array(...)`.",
        ),
        (
            "p = logits * 0\np[logits.index(max(logits))] = 1\nreturn p",
            "Where a value stands for the first time in an array says",
        ),
        (
            "return 1 if logits == max(logits) else 0",
            "`np.where(condition, a, b)` chooses for each number",
        ),
        (
            "return logits = np.max(logits)",
            "`=` gives a name a value; to ask whether two things are equal,",
        ),
        ("return logits.argmax", "Brackets call it: `logits.argmax()`."),
        (
            "return np.max(logits) == logits / np.sum",
            "A function computes nothing until it is called: put brackets,",
        ),
    ],
    "my_entropy": [
        (
            "return sum(p * np.log2(1 / p))",
            "What the function is given is called `probabilities`.",
        ),
        (
            "return np.sum(probabilities * log2(1 / probabilities))",
            "name 'log2' is not defined in the line `return",
        ),
        (
            "return probabilities * np.log2(1 / probabilities)",
            "Which one is it, or do they have to be added up (`np.sum`)?",
        ),
        (
            "if probabilities > 0:\n    return np.sum(probabilities * np.log2(1 / probabilities))",
            "`z[condition]` takes out those for which it holds.",
        ),
        (
            "p = probabilities[probabilities > 0]\nreturn p * np.log2(1/p)",
            "Which one is it, or do they have to be added up (`np.sum`)?",
        ),
        (
            "for p in probabilities:\n    if p > 0:\n        return p * np.log2(1 / p)",
            "Move it to the left, below the loop.",
        ),
        (
            "total = 0\nfor p in probabilities:\n    if p > 0:\n        total =+ p * np.log2(1 / "
            "p)\nreturn total",
            "`=+` sets the name anew: to change it, write `+=`.",
        ),
        (
            "p = probabilities(probabilities > 0)\nreturn np.sum(p * np.log2(1 / p))",
            "One entry of an array is `z[0]`.",
        ),
        (
            "p = probabilities[probabilities != 0]\nreturn np.sum(p log2(1/p))",
            "Is there a sign missing between two names, such as `*` or a comma?",
        ),
        (
            "p = probabilities[probabilities > 0]\nreturn np.sum(p * np.log2(1 / p)",
            "A round bracket `(` opens, in the line `return np.sum(p *",
        ),
        ("return np.entropy(probabilities)", "it is made of `np.sum` and `np.log2`."),
        (
            "return -np.sum(probabilities * np.log2(probabilities)",
            "A round bracket `(` opens, in the line `return",
        ),
        (
            "return -sum(p * log2(p) for p in probabilities if p > 0)",
            "name 'log2' is not defined in the line `return -sum(p * log2(p)",
        ),
        (
            "return -sum(p * math.log2(p) for p in probabilities if p => 0)",
            "Python writes `<=` and `>=`, with the `=` second.",
        ),
        ("if probabilities === 0: return 0", "Python compares with `==` and `!=`."),
        ("return [p * np.log2(1 / p) for p in probabilities]",
         "or do they have to be added up (`np.sum`)?"),
    ],
    "my_continue": [
        ("return text + ' ' + next_word", "put brackets, `next_word(...)`."),
        (
            "for _ in range(count):\n    text = text + next_word\nreturn text",
            "put brackets, `next_word(...)`.",
        ),
        (
            "words = text.split()\nfor _ in range(count):\n    words.append(next_word(words))\n"
            "return \" \".join(words)",
            "`split` belongs to text, and this is a list: `\" \".join(words)`",
        ),
        (
            "words = []\nfor _ in range(count):\n    words.append(next_word(text))\nreturn text "
            "+ words",
            "`\" \".join(words)` makes one text of a list of words.",
        ),
        (
            "for i in count:\n    text = text + \" \" + next_word(text)\nreturn text",
            "A loop of n rounds starts with `for _ in range(n):`.",
        ),
        (
            "for _ in range(count):\n    text.append(next_word(text))\nreturn text",
            "A text grows by `text + \" \" + word`.",
        ),
        (
            "for _ in range(count):\n    text + \" \" + next_word(text)\nreturn text",
            "The line `text + ' ' + next_word(text)` computes something and",
        ),
        (
            "for _ in range(count):\n    text = text + ' ' + next_word()\nreturn text",
            "The brackets of the call lack something that the function needs,",
        ),
        (
            "for _ in range(count)\n    text = text + \" \" + next_word(text)\nreturn text",
            "The first line of `def`, `if`, `else`, `for` and `while` ends in a",
        ),
        (
            "for _ in range(count):\n    print(text + \" \" + next_word(text))",
            "What `print` shows on the screen is not handed on.",
        ),
        (
            "words = [text]\nfor _ in range(count):\n    words.append(next_word(text))\nreturn "
            "words",
            "`\" \".join(words)` makes one of words.",
        ),
        (
            "for _ in range(count):\n    word = next_word(text)\n    text = text + \" \" + Word\n"
            "return text",
            "Python tells small letters from capitals: `word`.",
        ),
        (
            "for _ in range(count):\n    text = text + “ ” + next_word(text)\nreturn text",
            "Python wants the straight quotes of the keyboard, `\"` or `'`.",
        ),
        (
            "for _ in range(count):\n    text = text, next_word(text)\nreturn text",
            'A comma makes a pair of two things. A text grows by `text + " " + word`.',
        ),
        (
            "for _ in range(len(count)):\n    text = text + \" \" + next_word(text)\nreturn text",
            "It is a single number here, and the line wants several.",
        ),
        (
            "for i in range(count):\n    text = text + next_word[text]\nreturn text",
            "A function is called with round brackets: `np.exp(z)`.",
        ),
        (
            "for i in range(count):\n    text = text + ' ' + next_wrod(text)\nreturn text",
            "name 'next_wrod' is not defined in the line `text = text + ' ' +",
        ),
        (
            "for i in range(count):\n    text = text ' ' next_word(text)\nreturn text",
            "Texts are joined with `+`.",
        ),
        (
            "for i in range(count):\n    text = text + ' + next_word(text)\nreturn text",
            "A quotation mark opens a text here, and none closes it.",
        ),
        (
            "for i in range('count'):\n    text = text + ' ' + next_word(text)\nreturn text",
            "Quotation marks make a text of a name: leave them out.",
        ),
        ("return text + count", "To compute with numbers, leave the quotation marks out."),
        (
            "for i in range(count): text = text + \" \" + next_word(text)\n    return text",
            "Let both start in the same column.",
        ),
    ],
    "my_top_k": [
        (
            "return np.sort(probabilities)[-k:]",
            "Does a slice, such as `[:k]`, cut something off? Each needs its",
        ),
        (
            "return probabilities[:k] / sum(probabilities)",
            "Does a slice, such as `[:k]`, cut something off? Each needs its",
        ),
        ("return max(probabilities, k)", "For arrays there is `np.maximum(a, b)`."),
        ("return np.topk(probabilities, k)", "`np.sort` and `np.argsort` put in order."),
        (
            "t = sorted(probabilities)[k]\nreturn np.where(probabilities >= t, probabilities, 0)",
            "the sum must be 1, but it is 0.7 (0.3 too little).",
        ),
        (
            "kept = probabilities.sort()\nreturn kept / kept.sum()",
            "`np.sort(z)` gives back a sorted array.",
        ),
        (
            "probabilities.sort()\nreturn probabilities[-k:]",
            "Does a slice, such as `[:k]`, cut something off? Each needs its",
        ),
        (
            "kept = np.where(probabilities >= np.sort(probabilities)[-k])\nreturn kept / "
            "np.sum(kept)",
            "`np.where(condition, a, b)` chooses between a and b; with a",
        ),
        (
            "kept = np.where(probabilities >= np.sort(probabilities)(-k), probabilities, 0)\n"
            "return kept / np.sum(kept)",
            "One entry of an array is `z[0]`.",
        ),
        (
            "kept = [p for p in probabilities if p >= np.sort(probabilities)[-k]]\nreturn "
            "np.array(kept) / sum(kept)",
            "Does one come out for each that goes in?",
        ),
        (
            "return np.argsort(probabilities)[-k:]",
            "Does a slice, such as `[:k]`, cut something off? Each needs its",
        ),
        (
            "for p in probabilities:\n    if p < np.sort(probabilities)[-k]:\n        p = 0\n"
            "return probabilities / sum(probabilities)",
            "collect the new ones in a list.",
        ),
        (
            "return np.argsort(probabilities)[:k]",
            "Does a slice, such as `[:k]`, cut something off? Each needs its",
        ),
        ("return probabilities.sort()[-k:]", "`np.sort(z)` gives back a sorted array."),
        (
            "return sorted(probabilities, reverse=True)[:k]",
            "`my_top_k(np.array([0.1, 0.4, 0.2, 0.3]), 2)` gave a list of 2,",
        ),
        (
            "kept = np.where(probabilities >= np.sort(probabilities)[-k], probabilities, O)\n"
            "return kept / np.sum(kept)",
            "Is the letter `O` meant to be the number `0`?",
        ),
    ],
    "my_top_p": [
        (
            "return np.where(np.cumsum(probabilities) < p, probabilities, 0)",
            "the sum must be 1, but it is 0.6875 (0.312 too little).",
        ),
        (
            "order = np.argsort(-probabilities)\ntotals = np.cumsum(order)\nreturn totals",
            "It never uses `p`, which it is given.",
        ),
        (
            "total = 0\nkept = []\nfor q in sorted(probabilities):\n    total += q\n    "
            "kept.append(q)\n    if total >= p:\n        return kept",
            "the rest of the course computes with whole arrays.",
        ),
        (
            "order = np.argsort(probabilities)[::-1]\ntotals = np.cumsum(probabilities[order])\n"
            "stay = order[totals < p + 1]\nkept = np.zeros(len(probabilities))\nkept[stay] = "
            "probabilities[stay]\nreturn kept / np.sum(kept)",
            "Here that is what it was given, unchanged.",
        ),
        (
            "order = np.argsort(-probabilities)\ntotals = np.cumsum(probabilities[order])\nstay "
            "= order[:np.sum(totals < p) + 1]\nkept = np.zeros(probabilities)\nkept[stay] = "
            "probabilities[stay]\nreturn kept / np.sum(kept)",
            "`len(z)` says how many there are in z.",
        ),
        (
            "order = np.argsort(-probabilities)\ntotals = np.cumsum(probabilities[order])\nstay "
            "= order[:np.sum(totals < p) + 1]\nkept = []\nkept[stay] = probabilities[stay]\n"
            "return kept / np.sum(kept)",
            "`len(z)` says how many there are in z.",
        ),
        (
            "probabilities.sort(reverse=True)\nreturn probabilities",
            "numpy sorts upward; `np.sort(z)[::-1]` goes downward.",
        ),
        (
            "order = np.argsort(-probabilities)\ntotals = np.cumsum(probabilities[order])\nstay "
            "= order[:np.sum(totals < p) + 1]\nkept = np.zeros(len(probabilities))\nkept[stay] = "
            "probabilities[stay]\nreturn kept / np.sum",
            "A function computes nothing until it is called: put brackets,",
        ),
        ("return probabilities[probabilities >= p]", "Does one come out for each that goes in?"),
    ],
    "my_gumbel_draw": [
        (
            "noise = -ln(-ln(u))\nreturn np.argmax(logits + noise)",
            "In numpy the natural logarithm, ln, is `np.log`.",
        ),
        (
            "noise = -np.log(-np.log(u)\nreturn np.argmax(logits + noise)",
            "A round bracket `(` opens, in the line `noise =",
        ),
        (
            "return logits - np.log(-np.log(u))",
            "one whole number, which says which of them it is. The first has",
        ),
        (
            "noise = -math.log(-math.log(u))\nreturn int(np.argmax(logits + noise))",
            "`math`, `int` and `float` work on one number at a time; the functions of `np`, such",
        ),
        (
            "noise = -np.log(-np.log(u))\nreturn argmax(logits + noise)",
            "name 'argmax' is not defined in the line `return argmax(logits +",
        ),
        (
            "noise = -np.log(-np.log)\nreturn int(np.argmax(logits + noise))",
            "A function computes nothing until it is called: put brackets,",
        ),
        (
            "return np.argmax(logits - ln(-ln(u)))",
            "In numpy the natural logarithm, ln, is `np.log`.",
        ),
        ("return logits.argmax(-np.log(-np.log(u)))", "`len(z)` says how many there are in z."),
    ],
    "my_scores": [
        (
            "return queries @ keys.T / sqrt(d)",
            "name 'sqrt' is not defined in the line `return queries @ keys.T /",
        ),
        (
            "return queries @ keys.T / np.sqrt(d)",
            "What the function is given is called `queries` and `keys`.",
        ),
        (
            "return queries * keys.T / np.sqrt(queries.shape[1])",
            "A product of two matrices is written `@`.",
        ),
        (
            "return queries @ keys.T() / np.sqrt(queries.shape[1])",
            "`.T` takes no round brackets: it is no function.",
        ),
        (
            "return queries @ keys.T / np.sqrt(queries.shape)",
            "a table of three rows and three columns, and two numbers.",
        ),
        (
            "return queries @ keys.T / np.sqrt(queries.shape(1))",
            "the number of columns is `z.shape[1]`.",
        ),
        (
            "return queries @ keys.transpose / np.sqrt(queries.shape[1])",
            "put brackets, `keys.transpose()`.",
        ),
        (
            "for q in queries:\n    for k in keys:\n        return q @ k / np.sqrt(len(q))",
            "Move it to the left, below the loop.",
        ),
        (
            "return [q @ k / np.sqrt(len(q)) for q in queries for k in keys]",
            "`my_scores(np.array([[-0.05, 0.11, -1.53, -0.48], [-0.98, -0.81,",
        ),
        (
            "return np.array([q @ k / np.sqrt(len(q)) for q in queries for k in keys])",
            "they only lie in another shape.",
        ),
        ("return queries.dot(keys) / √d", "A square root is written `np.sqrt(z)`."),
        (
            "return (queries @ keys.T) / d",
            "What the function is given is called `queries` and `keys`.",
        ),
    ],
    "my_causal_mask": [
        ("return np.tri(scores)", "`np.all(...)` says whether all of them hold."),
        (
            "return np.where(np.tri(len(scores)), scores, -inf)",
            "name 'inf' is not defined in the line `return",
        ),
        (
            "out = scores.copy\nfor i in range(len(scores)):\n    for j in range(i + 1, "
            "len(scores)):\n        out[i, j] = -np.inf\nreturn out",
            "put brackets, `scores.copy()`.",
        ),
        (
            "return np.where(j > i, -np.inf, scores)",
            "What the function is given is called `scores`.",
        ),
        (
            "return np.where(np.tri(len(scores), dtype=bool), scores)",
            "`np.where(condition, a, b)` wants all three: it chooses.",
        ),
        (
            "return scores[i, j] = -np.inf",
            "`=` gives a name a value; to ask whether two things are equal,",
        ),
        ("return np.where(np.tri(len(scores)) > 0, scores, -∞)", "Infinity is written `np.inf`."),
        (
            "return np.triu(scores, -inf)",
            "name 'inf' is not defined in the line `return np.triu(scores,",
        ),
    ],
    "my_attention": [
        (
            "return my_softmax_rows(scores) @ values",
            "`my_softmax_rows = recall(\"my_softmax_rows\")`.",
        ),
        (
            "return softmax(scores) * values",
            "name 'softmax' is not defined in the line `return softmax(scores)",
        ),
        (
            "weights = np.exp(scores)\nweights = weights / np.sum(weights, axis=1)\nreturn "
            "weights * values",
            "A product of two matrices is written `@`.",
        ),
        (
            "weights = np.exp(scores)\nweights = weights / np.sum(weights, axis=1, "
            "keepdims=True)\nreturn values @ weights",
            "each row of A needs as many numbers as each column of B. `B.T`",
        ),
        (
            "weights = np.exp(scores)\nweights = weights / np.sum(weights, axis=1, "
            "keepdims=True)\nreturn weights @ Values",
            "Python tells small letters from capitals: `values`.",
        ),
        (
            "weights = np.exp(scores)\nweights = weights / np.sum(weights, axis=1, "
            "keepdims=True)\nreturn weights @ values / np.sum",
            "A function computes nothing until it is called: put brackets,",
        ),
        (
            "weights = np.exp(scores)\nweights = weights / np.sum(weights, axis=1, "
            "keepdims=True)\nreturn np.mean(weights @ values)",
            "Does a `sum`, `max`, `mean` or `argmax` make one number of all of",
        ),
        (
            "return softmax(scores, axis=1) @ values",
            "name 'softmax' is not defined in the line `return softmax(scores,",
        ),
        (
            "weights = np.exp(scores)\nweights = weights / weights.sum(axis=1, keepdims)\nreturn "
            "weights @ values",
            "To ask whether two things are equal, write `==`.",
        ),
    ],
    "my_whole_softmax": [
        (
            "gaps = logits - np.max(logits)\nif temperature == 0\n    return 1\nreturn "
            "np.exp(gaps / temperature)",
            "The first line of `def`, `if`, `else`, `for` and `while` ends in a",
        ),
        (
            "gaps = logits - max(logits)\nif temperature = 0:\n    weights = gaps == 0\nelse:\n  "
            "  weights = np.exp(gaps / temperature)\nreturn weights / np.sum(weights)",
            "`=` gives a name a value; to ask whether two things are equal,",
        ),
        (
            "gaps = logits - np.max(logits)\nif temperature == 0:\n    weights = gaps == 0\n"
            "else:\nweights = np.exp(gaps / temperature)\nreturn weights / np.sum(weights)",
            "Below the line with `else` stands what belongs to it, four spaces",
        ),
        (
            "gaps = logits - np.max(logits)\nif temperature == 0:\n    w = gaps == 0\nweights = "
            "np.exp(gaps / temperature)\nreturn weights / np.sum(w)",
            "set it before the loop, or outside of the `if`.",
        ),
        (
            "gaps = logits - np.max(logits)\nif temperature > 0:\n    weights = np.exp(gaps / "
            "temperature)\nreturn weights / np.sum(weights)",
            "set it before the loop, or outside of the `if`.",
        ),
        (
            "gaps = logits - np.max(logits)\nif temperature == 0:\n    if gaps == 0:\n        "
            "return 1\nreturn np.exp(gaps / temperature) / np.sum(np.exp(gaps / temperature))",
            "`np.where(condition, a, b)` chooses for each number",
        ),
        (
            "if temperature == 0:\n    return np.max(logits)\nreturn np.exp(logits / temperature)",
            "what multiplies or divides them all?",
        ),
        (
            "else:\n    return 1",
            "An `else` or `elif` needs an `if` above it that starts in the same",
        ),
        (
            "gaps = logits - np.max(logits)\nweights = np.exp(gaps / temperature) if temperature "
            "> 0\nreturn weights",
            "A choice within a line needs both: `a if condition else b`.",
        ),
    ],
    "my_trial": [
        ("return candidate", "Round brackets call it, with what it works on between them:"),
        (
            "return candidate(np.array([1, 2, 3])) == softmax(np.array([1, 2, 3]))",
            "name 'softmax' is not defined in the line `return",
        ),
        (
            "from softmax_lib import softmax\nreturn candidate(np.array([1, 2, 3])) == "
            "softmax(np.array([1, 2, 3]))",
            "`np.all(...)` says whether it holds for all of them.",
        ),
        (
            "from softmax_lib import softmax\nfor T in (0, 0.5, 1, 2):\n    return "
            "np.allclose(candidate([1, 2, 3], T), softmax([1, 2, 3], temperature=T))",
            "Move it to the left, below the loop.",
        ),
        (
            "from softmax_lib import softmax\nfor T in (0, 0.5, 1, 2):\n    given = "
            "candidate([1, 2, 3], temperature=T)\n    if given != softmax([1, 2, 3], "
            "temperature=T):\n        return False\nreturn True",
            "`np.all(...)` says whether all of them hold.",
        ),
        (
            "from softmax_lib import softmax\nfor T in (0, 0.5, 1, 2):\n    given = "
            "candidate([1, 2, 3], T=T)\n    if not np.allclose(given, softmax([1, 2, 3], "
            "temperature=T)):\n        return False\nreturn True",
            "The function has no argument of that name.",
        ),
        (
            "if candidate == softmax:\n    return True\nreturn False",
            "name 'softmax' is not defined in the line `if candidate ==",
        ),
        ("return np.allclose(candidate, np.array([1.0]))", "put brackets, `candidate(...)`."),
        ("return candidate.logits", "brackets call it, as in `z.sum()`."),
        (
            "from softmax_lib import softmax\nassert np.allclose(candidate([[2, 1], [0, 3]], "
            "temperature=2), softmax([[2, 1], [0, 3]], temperature=2))\nreturn True",
            "Let your function say it: `return False`.",
        ),
    ],
}  # fmt: skip
ANSWERS = [
    pytest.param(name, body, words, id=f"{name} {number}")
    for name, answers in TYPED.items()
    for number, (body, words) in enumerate(answers, 1)
]


def told(name, body, names=None):
    """Return what somebody reads who gives this body to the function of the exercise.

    `names` are values that other cells of the notebook have set.
    """
    task = all_exercises()[name]
    head = re.search(r"^def .*:$", task.stub, re.MULTILINE)[0]
    source = f"{head}\n    " + body.replace("\n", "\n    ")
    try:
        answer = build(source, name, names)
    except SyntaxError as error:
        return after_error(error, source=source)
    status, text = judge_answer(task, answer)
    assert status == TRY_AGAIN
    return text


@pytest.mark.parametrize(("name", "body", "words"), ANSWERS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::SyntaxWarning")
def test_a_slip_gets_words_of_its_own(name, body, words):
    text = told(name, body)
    assert words in text, text
    assert "Traceback" not in text and "could not be judged" not in text


@pytest.mark.parametrize(("name", "body", "words"), ANSWERS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::SyntaxWarning")
def test_no_sentence_is_told_twice(name, body, words):
    sentences = re.split(r"(?<=[.?]) (?=[A-Z`])", told(name, body))
    assert len(sentences) == len(set(sentences))


def test_there_are_many():
    assert len(ANSWERS) >= 150
    assert len(TYPED) >= 18


def earlier(*exercises):
    """Return solutions by name, as earlier cells of a notebook leave them."""
    return {name: build(all_exercises()[name].solution, name) for name in exercises}


SOFTMAX = earlier("my_softmax")
STEPS = earlier("my_exponentiate", "my_normalize") | {
    "recall": lambda name: earlier(name)[name],
    "math": math,
}
NUMBERS = {"numbers": np.array([3.0, 1.0, 4.0, 1.5]), "data": [[1, 2], [3, 4]]}
TOO_SHORT = "takes the scores alone and knows no `axis`. Write both steps here, or call it for each"
GROWS = "`+` adds numbers here. A list grows by `{0}.append(...)`; make it an array at the end, "
WHOLE_TABLE = "Subtract each row's own maximum: `scores.max(axis=1, keepdims=True)`."
PASSES_BELOW_0 = "Numbers below 0 pass: [1.5, -0.5] sums to 1"
OF_ITSELF = (
    '`recall("my_softmax")` asks for the very function that you are writing: with none of yours '
    "yet, it is the course's."
)
BROKEN = {"broken_requirements": softmax_lib.broken_requirements}
WORDS = {"words": ["hen", "fox", "owl", "crow"]}
ROUNDED = "Those are nearly the right numbers. Is something rounded,"
IN_LOOP = "Does a `return` stand inside the loop?"
AXIS = "The second thing that `softmax` takes is the axis. Name the temperature: "
AGAIN = "Each round starts again from the text that you were given"
SAME_WORD = "Does each round of a loop find the same word again, or does a `return`"
EXPONENT = "Put the exponent into brackets: `** (1 / temperature)`."
WHOLE_LIST = "Give softmax the whole list, and take the entry afterward: `softmax(logits)[i]`."
BY_HAND = (
    "Divided by 0, a logit becomes infinite, or NaN, and the course's softmax refuses that. The"
)
OWN = {"softmax": softmax_lib.softmax, "top_k": top_k, "top_p": top_p}
EXACTLY = "That asks for a difference of exactly {0}; *within* means `<=`"
STARTS_OVER = "Does `total` start at 0 again in each round? Set it once, above the loop, and add"

#: (exercise, what other cells hold, the body of a function, words that it gets)
IN_A_NOTEBOOK = [
    # a function that knows no axis
    ("my_softmax_rows", SOFTMAX, "return my_softmax(scores, axis=-1)", TOO_SHORT),
    ("my_softmax_rows", SOFTMAX, "return my_softmax(scores, axis=1)", TOO_SHORT),
    ("my_attention", SOFTMAX, "return my_softmax(scores, axis=1) @ values", TOO_SHORT),
    ("my_softmax_rows", SOFTMAX, "return my_softmax(scores, keepdims=True)", "knows no `keepdims`"),
    ("my_attention", earlier("my_softmax_rows"), "return my_softmax_rows(scores, axis=1) @ values",
     "`my_softmax_rows` goes along the rows already: leave out `axis`."),
    ("my_softmax_rows", STEPS, "return my_normalize(np.exp(scores), axis=1)", "`my_normalize` "
     "knows no `axis`: its first line in the notebook was `def my_normalize(weights):`."),
    ("my_softmax_rows", {}, "w = np.exp(scores)\nreturn w / sum(w, axis=1)",
     "Python's own `sum`, `max` and `min` know no `axis`"),
    # a draw that compares each probability by itself
    ("my_draw", {}, "for p in probabilities:\n    if u < p:\n        return p", "The task asks for "
     "its place, the index: 0 for the first, 1 for the second."),
    ("my_draw", {}, "for i in range(len(probabilities)):\n    if u < probabilities[i]:\n        "
     "return i", "Is it compared with each probability by itself?"),
    ("my_draw", {}, "for i, p in enumerate(probabilities):\n    if p > u:\n        return i",
     "Is it compared with each probability by itself?"),
    ("my_draw", {}, "for i, p in enumerate(probabilities):\n    total = 0\n    total += p\n    if "
     "u < total:\n        return i", STARTS_OVER),
    ("my_draw", {}, "for i in range(len(probabilities)):\n    total = 0.0\n    total = total + "
     "probabilities[i]\n    if u < total:\n        return i\nreturn i", STARTS_OVER),
    ("my_draw", {}, "total = 0\nfor i, p in enumerate(probabilities):\n    total =+ p\n    if u < "
     "total:\n        return i", "`=+` sets the name anew: to change it, write `+=`."),
    # an array for a dictionary, and another cell's numbers for what is given
    ("my_shares", {}, "return np.array(list(counts.values())) / sum(counts.values())",
     "Here `counts` is an array already, not a dictionary: leave out `.values()`."),
    ("my_total", {}, "return sum(numbers.values())", "Here `numbers` is an array already"),
    ("my_shares", {}, "return [v for k, v in counts.items()]", "leave out `.items()`."),
    ("my_shares", NUMBERS, "return counts / numbers.sum()",
     "`numbers` comes from another cell. Use what the function is given: `counts`."),
    ("my_shares", NUMBERS, "return numbers / numbers.sum()", "`numbers` comes from another cell."),
    ("my_shares", NUMBERS, "return counts / numbers", "`numbers` comes from another cell."),
    ("my_logits", NUMBERS, "return np.array(data) @ x", "`data` comes from another cell. Use what "
     "the function is given: `W` and `x`."),
    # two questions at once, none of the range, a loop that ends at once
    ("my_is_distribution", {}, "return np.all(values >= 0) and values.sum() <= 1.000001",
     "Ask also that it is not too small: `abs(np.sum(values) - 1) <= 1e-6` asks both at once."),
    ("my_is_distribution", {}, "return np.all(values >= 0) and round(values.sum(), 6) == 1",
     "Its sum is 0.9999992, within 0.000001 of 1. Do you round to six digits,"),
    ("my_is_distribution", {}, "return np.all(values >= 0) and abs(values.sum() - 1) < 1e-7",
     "or allow still less?"),
    ("my_is_distribution", {}, "return np.all(values >= 0) and abs(values.sum() - 1) <= 0.02",
     "do you round the sum, or allow more than the task does?"),
    ("my_total", {}, "return numbers[0] + numbers[1]", "`numbers.sum()` adds up any number of"),
    ("my_total", {}, "return numbers[0]+numbers[1]+numbers[2]", "`numbers.sum()` adds up any"),
    ("my_temperature_of_base", {}, "return b", "Write b as a power of e first: which power?"),
    ("my_ratio", {}, "return np.exp(a / b)", "so e · e, which is e^2."),
    ("my_is_distribution", {}, "return np.sum(values) == 1", PASSES_BELOW_0),
    ("my_is_distribution", {}, "return sum(values) == 1", PASSES_BELOW_0),
    ("my_is_distribution", {}, "return bool(values.sum() == 1.0)", PASSES_BELOW_0),
    ("my_is_distribution", {}, "for v in values:\n    if v >= 0:\n        return True\n    else:\n"
     "        return False", "Then the first number decides alone: it belongs below the loop."),
    ("my_is_distribution", {}, "for v in values:\n    if v < 0 or v > 1:\n        return False\n"
     "    return True", "Then the first number decides alone: it belongs below the loop."),
    ("my_is_distribution", {}, "total = 0\nfor v in values:\n    total += v\n    if v < 0:\n"
     "        return False\n    if abs(total - 1) < 0.1:\n        return True\nreturn False",
     "Then the first round decides alone: it belongs below the loop."),
    ("my_is_distribution", {}, "return np.all(0 <= values <= 1)", "Inside `np.all` ask one "
     "question only: `np.all(values >= 0) and np.all(values <= 1)`."),
    ("my_is_distribution", {}, "return np.all(values >= 0 and values <= 1)", "Inside `np.all` ask "
     "one question only: `np.all(values >= 0) and np.all(values <= 1)`."),
    ("my_is_distribution", {}, "return not np.any(values < 0 or values > 1)", "Inside `np.any` ask "
     "one question only: `np.any(values < 0) or np.any(values > 1)`."),
    ("my_is_distribution", {}, "return np.sum(values) - 1 == 0.000001",
     EXACTLY.format("0.000001") + ", after `abs`."),
    ("my_is_distribution", {}, "return np.all(values >= 0) and abs(values.sum() - 1) == 1e-6",
     EXACTLY.format("0.000001") + "."),
    # a list or an array that is to grow, and rows that go nowhere
    ("my_softmax_rows", SOFTMAX, "result = []\nfor row in scores:\n    result = result + "
     "my_softmax(row)\nreturn result", GROWS.format("result") + "`np.array(result)`."),
    ("my_softmax_rows", SOFTMAX, "rows = []\nfor i in range(len(scores)):\n    rows = rows + "
     "np.exp(scores[i]) / np.exp(scores[i]).sum()\nreturn rows", "`+` adds numbers here"),
    ("my_softmax_rows", SOFTMAX, "rows = np.array([])\nfor row in scores:\n    "
     "rows.append(my_softmax(row))\nreturn rows", "An array does not grow. Start with a list, "
     "`rows = []`, and end with `np.array(rows)`."),
    ("my_softmax_rows", SOFTMAX, "out = np.zeros(0)\nfor row in scores:\n    "
     "out.extend(my_softmax(row))\nreturn out", "Start with a list, `out = []`"),
    ("my_softmax_rows", SOFTMAX, "for row in scores:\n    row = my_softmax(row)\nreturn row",
     "Only the last row comes back: does each round of a loop overwrite the one before?"),
    ("my_softmax_rows", SOFTMAX, "for row in scores:\n    p = my_softmax(row)\nreturn p",
     "Only the last row comes back"),
    # recall, and exponentials of exponentials
    ("my_softmax", STEPS, "return my_normalize(recall('my_exponentiate'))", "`recall` brings the "
     "function. Give it the scores: `recall(\"my_exponentiate\")(logits)`."),
    ("my_softmax", STEPS, "return recall('my_exponentiate') / np.sum(logits)", "`recall` brings"),
    ("my_softmax", STEPS, "return recall('my_softmax')", OF_ITSELF),
    ("my_softmax", STEPS, "return recall(\"my_softmax\")(logits)", OF_ITSELF),
    ("my_softmax", STEPS, "f = recall('my_softmax')\nreturn f(logits)", "Your `my_normalize` and "
     "`recall(\"my_exponentiate\")` are the steps."),
    ("my_shares", STEPS, "return recall('my_shares')(counts)", "it is the course's. Write its "
     "steps yourself."),
    ("my_softmax", STEPS, "return recall('my_exponentiate(logits)')", "The name alone stands in "
     "quotes: `recall(\"my_exponentiate\")(logits)`."),
    ("my_softmax", STEPS, "return my_normalize(recall('my_exponentiate(logits)'))", "The name "),
    ("my_softmax", STEPS, "return recall(my_exponentiate)(logits)", "`recall` wants the name in "
     "quotes: `recall(\"my_exponentiate\")`."),
    ("my_softmax", {"recall": STEPS["recall"]}, "return recall(my_exponentiate)(logits)",
     "`recall` wants the name in quotes"),
    # the course's own list of what is broken
    ("my_is_distribution", BROKEN, "return broken_requirements(values)", "gave a list, where True "
     "or False is wanted. `broken_requirements` lists what is wrong; here write the two"),
    # a word for its place
    ("my_draw", WORDS, "total = 0\nfor i, p in enumerate(probabilities):\n    total += p\n"
     "    if u < total:\n        return words[i]", "gave the text 'hen', where a number is wanted: "
     "the place, `i`, and not the word at it."),
    ("my_draw", WORDS, "return words[int(np.argmax(np.cumsum(probabilities) > u))]",
     "a number is wanted: the place, and not the word at it."),
    ("my_draw", WORDS, "return str(int(np.argmax(np.cumsum(probabilities) > u)))",
     "Quotation marks and `str(...)` make text: leave them out."),
    # near a whole number by chance
    ("my_temperature_of_base", {}, "return round(1 / np.log(b))", ROUNDED),
    ("my_ratio", {}, "return round(np.exp(a - b), 2)", ROUNDED),
    ("my_temperature_of_base", {}, "return 1 / np.log(b, 10)", "`np.log` takes one thing: it is ln "
     "already."),
    # e belongs below
    ("my_softmax", {}, "w = logits ** np.e\nreturn w / w.sum()", "or a negative number to a power "
     "that is not whole, such as `z ** np.e` (e belongs below: `np.exp(z)`): which of them is it?"),
    # what a loop changes while it adds it up
    ("my_normalize", {}, "for i in range(len(weights)):\n    weights[i] = weights[i] / sum(weights)"
     "\nreturn weights", "`sum(weights)` is computed anew in each round, when some weights have "
     "changed already. Compute it before that, once for a list and for each row of a table, and "
     "put the results into a new list."),
    ("my_normalize", {}, "w = weights.copy()\nfor i in range(len(w)):\n    w[i] /= np.sum(w)\n"
     "return w", "`np.sum(w)` is computed anew in each round, when some of `w` have changed"),
    # & and |
    ("my_is_distribution", {}, "return np.all(values > 0) & sum(values) == 1", "`&` binds tighter "
     "than `==`: write `and`."),
    ("my_is_distribution", {}, "return np.all(values >= 0) & (values.sum() == 1)", "Allow a "
     "tiny difference from 1."),
    ("my_is_distribution", {}, "return np.all(values >= 0 & values <= 1)", "`&` binds tighter than "
     "`>=`: put each question into brackets of its own."),
    ("my_softmax", STEPS, "return my_normalize(np.exp(recall('my_exponentiate')(logits)))",
     "You exponentiate twice. Once is enough."),
    ("my_softmax_rows", STEPS, "w = np.exp(np.exp(scores))\n"
     "return w / w.sum(axis=1, keepdims=True)", "You exponentiate twice. Once is enough."),
    # e in another place
    ("my_ratio", {}, "return np.e * (a - b)", "You multiply by e. Put the difference into the"),
    ("my_ratio", {}, "return (a - b) * np.exp(1)", "You multiply by e."),
    ("my_ratio", {}, "return (a - b) ** np.e", "It is the other way round: e below, the"),
    ("my_ratio", {}, "return np.power(a - b, np.e)", "It is the other way round: e below"),
    ("my_temperature_of_base", {}, "return np.exp(b)", "The question goes the other way: *which* "),
    ("my_temperature_of_base", {}, "return np.e ** b", "The question goes the other way: *which* "),
    ("my_temperature_of_base", {}, "return b / np.e", "Bases act through their logarithms"),
    ("my_temperature_of_base", {}, "return np.log(b) / np.e", "You divide ln b by e."),
    # dots left in, and the sum in place of the shares
    ("my_shares", {}, "return ...counts / counts.sum()", "The three dots are still there: delete"),
    ("my_normalize", {}, "return ... weights / np.sum(weights)", "The three dots are still there"),
    ("my_softmax", {}, "return np.exp(logits) ...", "The three dots are still there: delete them."),
    ("my_normalize", {}, "return np.sum(weights)", "That is the sum. Divide each weight by it."),
    ("my_normalize", {}, "total = 0\nfor w in weights:\n    total += w\nreturn total", "That is "
     "the sum. Divide each weight by it."),
    ("my_shares", {}, "return sum(counts)", "That is the total. Divide each count by it."),
    # the maximum of the whole table
    ("my_softmax_rows", {}, "w = np.exp(scores - scores.max())\n"
     "return w / w.sum(axis=1, keepdims=True)", WHOLE_TABLE),
    ("my_attention", {}, "w = np.exp(scores - np.max(scores))\n"
     "return w / w.sum(axis=1, keepdims=True) @ values", WHOLE_TABLE),
    # the course's own functions
    ("my_softmax_with_temperature", OWN, "return softmax(logits, temperature)", AXIS +
     "`softmax(logits, temperature=temperature)`."),
    ("my_cold_softmax", OWN, "return softmax(logits, 0)", AXIS + "`softmax(logits, temperature=0)"),
    ("my_whole_softmax", OWN, "return softmax(logits, temperature)", AXIS),
    ("my_cold_softmax", OWN, "return softmax(logits, T=0)", "It is called `temperature`."),
    ("my_softmax_with_temperature", SOFTMAX, "return my_softmax(logits, temperature)",
     "Divide them by the temperature first: `my_softmax(logits / temperature)`."),
    ("my_top_k", OWN, "return top_k(probabilities, k)", "gave a `Cut` of the course"),
    ("my_top_p", OWN, "return top_p(probabilities, p)", "they are its `.probabilities`."),
    # a text, or a favorite, that is the same in each round
    ("my_continue", {}, "for _ in range(count):\n    new = text + ' ' + next_word(text)\n"
     "return new", AGAIN),
    ("my_continue", {}, "new = text\nfor i in range(count):\n    word = next_word(text)\n"
     "    new = text + ' ' + word\nreturn new", AGAIN),
    ("my_top_k", {}, "kept = np.zeros(len(probabilities))\nfor _ in range(k):\n"
     "    i = np.argmax(probabilities)\n    kept[i] = probabilities[i]\n"
     "return kept / kept.sum()", SAME_WORD),
    ("my_top_k", {}, "kept = probabilities * 0\nfor _ in range(k):\n"
     "    kept[np.argmax(probabilities)] = max(probabilities)\nreturn kept", SAME_WORD),
    # divided, where something else is meant
    ("my_cold_softmax", {}, "return logits / 0", "Do you divide by 0?"),
    ("my_cold_softmax", {}, "return np.exp(logits / 0)", "Do you divide by 0?"),
    ("my_softmax", {}, "return np.exp(logits) / 0", "Infinity comes from a division by 0"),
    ("my_softmax_with_temperature", {}, "w = np.exp(logits) ** 1/temperature\n"
     "return w / w.sum()", EXPONENT),
    ("my_softmax_with_temperature", {}, "p = np.exp(logits)\np = p / np.sum(p) ** 1 / temperature"
     "\nreturn p / p.sum()", EXPONENT),
    ("my_scores", {}, "return queries @ keys.T / queries.shape[1] ** 1/2", "`** (1 / 2)`."),
    ("my_log_odds", {}, "p = np.exp(logits) / np.sum(np.exp(logits))\n"
     "return np.log(p[i])/np.log(p[j])", "You divide the logarithms."),
    ("my_log_odds", {"softmax": softmax_lib.softmax}, "p = softmax(logits)\n"
     "return np.log(p[i]) / np.log(p[j])", "You divide the logarithms."),
    ("my_recover", {}, "logits = np.log(probabilities)\nreturn logits / logits.mean()",
     "Subtract the average, and it becomes 0."),
    # a function of the course that is given one number, or infinity
    ("my_log_odds", OWN, "return np.log(softmax(logits[i]) / softmax(logits[j]))", WHOLE_LIST),
    ("my_softmax_with_temperature", OWN, "p = []\nfor z in logits:\n"
     "    p.append(softmax(z / temperature))\nreturn np.array(p)", WHOLE_LIST),
    ("my_cold_softmax", OWN, "return softmax(logits / 0)", BY_HAND),
    ("my_cold_softmax", OWN, "T = 0\nz = logits\nz = z / T\nreturn softmax(z)", BY_HAND),
    ("my_cold_softmax", OWN, "z = logits.copy()\nz /= 0.0\nreturn softmax(z)", BY_HAND),
    # the name of a function for what it gives
    ("my_continue", {}, "for _ in range(count):\n    next_word = next_word(text)\n"
     "    text = text + ' ' + next_word\nreturn text",
     "gives the name `next_word` to a text, and from then on the function of that name is gone. "
     "Call the text something else."),
    ("my_softmax_rows", {}, "rows = []\nfor row in scores:\n    w = np.exp(row)\n"
     "    sum = 0\n    for one in w:\n        sum += one\n    rows.append(w / sum(w))\n"
     "return np.array(rows)", "gives the name `sum` to a number, and from then on"),
    ("my_softmax", {}, "sum = sum(np.exp(logits))\nreturn np.exp(logits) / sum",
     "gives the name `sum` to a result, and so the function of that name is gone"),
    ("my_log_odds", OWN, "softmax = softmax(logits)\nreturn np.log(softmax[i] / softmax[j])",
     "gives the name `softmax` to a result"),
    # a length that is written as a number
    ("my_logits", {}, "z = np.zeros(3)\nfor i in range(3):\n    z[i] = np.sum(W[i] * x)\n"
     "return z", "Your code holds the number 3, and this time there are 2. Take it from what the "
     "function is given: `len(W)`."),
    ("my_logits", {}, "return np.array([np.sum(W[k] * x) for k in range(3)])", "`len(W)`."),
    ("my_logits", {}, "z = []\nfor row in W:\n    s = 0\n    for j in range(3):\n"
     "        s += row[j] * x[j]\n    z.append(s)\nreturn np.array(z)", "`len(x)`."),
    ("my_cold_softmax", {}, "p = np.zeros(3)\np[logits == logits.max()] = 1\n"
     "return p / p.sum()", "holds the number 3, and this time there are 2. Take it from what the "
     "function is given: `len(logits)`."),
    ("my_cold_softmax", {}, "n = logits.count(max(logits))\nreturn (logits == max(logits)) / n",
     "How many are equal to something is `np.sum(logits == ...)`."),
    # added up first, or one word's part alone
    ("my_logits", {}, "return W.sum(axis=1) * x", "You add up first and multiply then."),
    ("my_logits", {}, "return np.sum(W, axis=1) * x", "You add up first and multiply then."),
    ("my_logits", {}, "return np.sum(W, axis=1) * np.sum(x)", "You add up first and multiply"),
    ("my_log_odds", OWN, "p = softmax(logits)\nreturn p[i] / (1 - p[i])",
     "That is word i against all the others together."),
    ("my_log_odds", OWN, "p = softmax(logits)\nreturn np.log(p[i] / (1 - p[i]))",
     "Here it is against word j alone."),
    ("my_entropy", {}, "for p in probabilities:\n    if p == 0:\n        return 0\n"
     "return np.sum(probabilities * np.log2(1 / probabilities))",
     "It gives 0 as soon as one probability is 0."),
    ("my_entropy", {}, "return np.sum(np.log2(1 / probabilities))", "each counts p times, so"),
    ("my_entropy", {}, "for p in probabilities:\n    total = p * np.log2(1 / p)\nreturn total",
     "does each round of a loop overwrite the total?"),
    ("my_entropy", {}, "p = probabilities.max()\nreturn p * np.log2(1 / p)",
     "That is what the most probable word adds"),
    ("my_continue", {}, "word = next_word(text)\nfor _ in range(count):\n"
     "    text = text + ' ' + word\nreturn text", "You ask once, and append the same word"),
    # complex numbers
    ("my_normalize", {}, "return (weights + 0j) / weights.sum()", "complex numbers: take `.real`."),
    ("my_total", {}, "return complex(sum(numbers))", "a complex number: take `.real`."),
    ("my_total", {}, "return (-1.0) ** 0.5", "A root of a number below 0 is one"),
]  # fmt: skip
IN_A_NOTEBOOK = [pytest.param(*one, id=f"{one[0]}: {one[2]}") for one in IN_A_NOTEBOOK]


@pytest.mark.parametrize(("name", "names", "body", "words"), IN_A_NOTEBOOK)
@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::SyntaxWarning")
def test_a_slip_with_what_other_cells_hold_gets_words_of_its_own(name, names, body, words):
    text = told(name, body, names)
    assert words in text, text
    sentences = re.split(r"(?<=[.?]) (?=[A-Z`])", text)
    assert len(sentences) == len(set(sentences)), text


FINE = [
    ("my_logits", "z = np.zeros(3)\nreturn W @ x + z[5]", "holds the number"),
    ("my_logits", "return np.sum(W * x, axis=1) * x", "add up first"),
    ("my_continue", "text = text(0)\nreturn text", "the function of that name"),
    ("my_softmax", "return softmax(logits * 1e308 * 10)", "Divided by 0"),
    ("my_cold_softmax", "return logits.count()", "equal to something"),
    ("my_softmax_rows", "rows = []\nfor row in scores:\n    rows = rows + [np.exp(row)]\n"
     "return np.array(rows)", "adds numbers here"),
    ("my_softmax_rows", "rows = []\nfor row in scores:\n    total = 0\n    for z in row:\n"
     "        total += np.exp(z)\n    rows.append(row / total)\nreturn np.array(rows)",
     "start at 0 again"),
    ("my_is_distribution", "for v in values:\n    if v < 0:\n        return False\nreturn True",
     "inside the loop"),
    ("my_is_distribution", "return bool(values.sum() == 0.5)", "exactly"),
    ("my_softmax", "w = recall('my_exponentiate')(logits)\nreturn w", "`recall` brings"),
    ("my_softmax", "f = recall('my_exponentiate')\nreturn f(logits)", "`recall` brings"),
    ("my_shares", "numbers = counts\nreturn numbers / numbers.max()", "another cell"),
    ("my_softmax_rows", "return softmax(scores, 0)", "Name the temperature"),
    ("my_softmax", "return np.exp(logits) ** (1 / 2)", "brackets"),
    ("my_softmax", "return np.exp(logits) ** 2 / 3", "brackets"),
    ("my_draw", "i = 0\ntotal = 0\nfor p in probabilities:\n    total += p\n    if u <= total:\n"
     "        return i\n    i += 1", "inside the loop"),
    ("my_is_distribution", "if values == 1:\n    return True\nreturn False", "chooses"),
    ("my_temperature_of_base", "return b / 2", "rounded"),
    ("my_temperature_of_base", "return b - 1", "rounded"),
    ("my_temperature_of_base", "return 1", "rounded"),
    ("my_ratio", "return a + b", "rounded"),
    ("my_ratio", "return a * b + 1", "rounded"),
    ("my_is_distribution", "return (values.sum() == 0.5) & (values.min() >= 0)", "binds"),
    ("my_is_distribution", "return (np.all(values >= 0) & np.all(values <= 1)) == 1", "binds"),
    ("my_normalize", "w = weights.copy()\nfor i in range(len(w)):\n    w[i] = weights[i] / "
     "sum(weights) / 2\nreturn w", "anew"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "words"), FINE)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_is_fine_is_not_blamed(name, body, words):
    assert words not in told(name, body, {**STEPS, **NUMBERS, **OWN})


# --- Loops ------------------------------------------------------------------------------------

#: For each exercise that a loop can solve, the start of what it collects, the loop, and the end.
LOOPS = [
    ("my_total", "total = 0", "for n in numbers:\n    total += n", "return total"),
    ("my_total", "total = 0", "for i in range(len(numbers)):\n    total = total + numbers[i]",
     "return total"),
    ("my_is_distribution", "total = 0", "for v in values:\n    if v < 0:\n        return False\n"
     "    total += v", "return abs(total - 1) <= 1e-6"),
    ("my_shares", "shares = []", "for c in counts:\n    shares.append(c / np.sum(counts))",
     "return np.array(shares)"),
    ("my_shares", "shares = np.zeros(len(counts))", "for i in range(len(counts)):\n"
     "    shares[i] = counts[i] / sum(counts)", "return shares"),
    ("my_exponentiate", "weights = []", "for z in logits:\n    weights.append(np.exp(z))",
     "return np.array(weights)"),
    ("my_exponentiate", "weights = logits.copy()", "for i, z in enumerate(logits):\n"
     "    weights[i] = np.e ** z", "return weights"),
    ("my_normalize", "total = 0", "for w in weights:\n    total += w", "return weights / total"),
    ("my_softmax", "total = 0", "for z in logits:\n    total += np.exp(z)",
     "return np.exp(logits) / total"),
    ("my_softmax", "p = []", "for z in logits:\n    p.append(np.exp(z) / np.exp(logits).sum())",
     "return np.array(p)"),
    ("my_softmax_rows", "rows = []", "for row in scores:\n    w = np.exp(row)\n"
     "    rows.append(w / w.sum())", "return np.array(rows)"),
    ("my_logits", "z = []", "for row in W:\n    z.append(np.sum(row * x))", "return np.array(z)"),
    ("my_logits", "z = np.zeros(len(W))", "for i in range(len(W)):\n    for j in range(len(x)):\n"
     "        z[i] += W[i, j] * x[j]", "return z"),
    ("my_recover", "logs = []", "for p in probabilities:\n    logs.append(np.log(p))",
     "return np.array(logs) - np.mean(logs)"),
    ("my_softmax_with_temperature", "total = 0", "for z in logits:\n"
     "    total += np.exp(z / temperature)", "return np.exp(logits / temperature) / total"),
    ("my_cold_softmax", "count = 0", "for z in logits:\n    if z == max(logits):\n"
     "        count += 1", "return (logits == max(logits)) / count"),
    ("my_entropy", "total = 0", "for p in probabilities:\n    if p > 0:\n"
     "        total += p * np.log2(1 / p)", "return total"),
    ("my_entropy", "total = 0", "for p in probabilities:\n    if p > 0:\n"
     "        total = total - p * np.log2(p)", "return total"),
    ("my_continue", "words = text", "for _ in range(count):\n"
     "    words = words + ' ' + next_word(words)", "return words"),
    ("my_top_k", "kept = np.zeros(len(probabilities))", "for i in np.argsort(-probabilities)[:k]:\n"
     "    kept[i] = probabilities[i]", "return kept / kept.sum()"),
    ("my_top_p", "kept = np.zeros(len(probabilities))", "for i in np.argsort(-probabilities):\n"
     "    if kept.sum() < p:\n        kept[i] = probabilities[i]", "return kept / kept.sum()"),
    ("my_scores", "rows = []", "for q in queries:\n"
     "    rows.append([q @ k / np.sqrt(len(q)) for k in keys])", "return np.array(rows)"),
    ("my_causal_mask", "out = scores.copy()", "for i in range(len(scores)):\n"
     "    for j in range(i + 1, len(scores)):\n        out[i, j] = -np.inf", "return out"),
    ("my_attention", "rows = []", "for row in scores:\n    w = np.exp(row - row.max())\n"
     "    rows.append(w / w.sum() @ values)", "return np.array(rows)"),
    ("my_whole_softmax", "total = 0", "for gap in logits - max(logits):\n    total += "
     "np.exp(gap / temperature) if temperature else gap == 0", "w = logits - max(logits)\n"
     "return (np.exp(w / temperature) if temperature else w == 0) / total"),
    ("my_cross_entropy", "total = 0", "for z in logits:\n    total += np.exp(z)",
     "return np.log(total) - logits[target]"),
    ("my_gradient", "total = 0", "for z in logits:\n    total += np.exp(z)",
     "return np.exp(logits) / total - np.eye(len(logits))[target]"),
    ("my_jacobian", "rows = []", "for i, p in enumerate(probabilities):\n"
     "    rows.append(p * (np.eye(len(probabilities))[i] - probabilities))",
     "return np.array(rows)"),
    ("my_weight_gradient", "total = 0", "for p, x, c in zip(probabilities, images, labels):\n"
     "    total = total + np.outer(p - np.eye(len(p))[c], x)", "return total / len(images)"),
    ("my_safe_softmax", "rows = []", "for row in logits:\n    w = np.exp(row - row.max())\n"
     "    rows.append(w / w.sum())", "return np.array(rows)"),
    ("my_log_sum_exp", "total = 0", "for z in logits:\n    total += np.exp(z - max(logits))",
     "return max(logits) + np.log(total)"),
    ("my_log_softmax", "total = 0", "for z in logits:\n    total += np.exp(z - max(logits))",
     "return logits - max(logits) - np.log(total)"),
    ("my_running_pairs", "pairs = []", "for i in range(len(chunks)):\n"
     "    m = chunks[: i + 1].max()\n    pairs.append([m, np.exp(chunks[: i + 1] - m).sum()])",
     "return np.array(pairs)"),
]  # fmt: skip


def inside(lines):
    """Return lines as they stand inside a loop."""
    return "\n".join(f"    {line}" for line in lines.split("\n"))


@pytest.mark.parametrize(("name", "start", "loop", "end"), LOOPS)
def test_such_a_loop_is_right(name, start, loop, end):
    assert verdict(name, "\n".join([start, loop, end]), {})[0] == PASSED


@pytest.mark.parametrize(("name", "start", "loop", "end"), LOOPS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_return_inside_the_loop_is_asked_for(name, start, loop, end):
    text = told(name, "\n".join([start, loop, inside(end)]))
    assert re.search("inside the loop|the function stop there|first round", text), text


@pytest.mark.parametrize(("name", "start", "loop", "end"), LOOPS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_start_inside_the_loop_is_asked_for(name, start, loop, end):
    head, _, rest = loop.partition("\n")
    text = told(name, "\n".join([head, inside(start), rest, end]))
    assert re.search("again in each round|[Ee]ach round", text), text
    assert text.count("each round") + text.count("Each round") == 1, text


def test_each_exercise_that_a_loop_can_solve_is_tried():
    """What is left takes single numbers, places or functions, or is judged as a value."""
    tried = {name for name, *_ in LOOPS}
    left = {name for name, task in all_exercises().items() if task.judge is None} - tried
    assert left == {"my_draw", "my_ratio", "my_temperature_of_base", "my_log_odds",
                    "my_gumbel_draw", "my_trial", "my_merge", "my_merged_average",
                    "my_small_surprise"}  # fmt: skip


# --- Softmax of others ------------------------------------------------------------------------

OF_OTHERS = [
    ("my_softmax", "return softmax(logits)"),
    ("my_softmax", "import softmax_lib\nreturn softmax_lib.softmax(logits)"),
    ("my_softmax", "from softmax_lib import softmax as s\nreturn s(logits)"),
    ("my_softmax_rows", "return softmax(scores)"),
    ("my_softmax_rows", "return np.array([softmax(row) for row in scores])"),
    ("my_softmax_with_temperature", "return softmax(logits, temperature=temperature)"),
    ("my_cold_softmax", "return softmax(logits, temperature=0)"),
    ("my_whole_softmax", "return softmax(logits, temperature=temperature)"),
]


def verdict(name, body, names):
    head = re.search(r"^def .*:$", all_exercises()[name].stub, re.MULTILINE)[0]
    source = f"{head}\n    " + body.replace("\n", "\n    ")
    return judge_answer(all_exercises()[name], build(source, name, names))


@pytest.mark.parametrize(("name", "body"), OF_OTHERS)
def test_the_courses_own_softmax_passes_without_praise(name, body):
    status, text = verdict(name, body, {"softmax": softmax_lib.softmax})
    assert status == PASSED
    assert text == (
        "Passed, with the course's own softmax. Now write its steps yourself: what follows is to "
        "run on yours."
    )


@pytest.mark.parametrize(
    ("name", "body", "names"),
    [
        ("my_softmax", "return my_normalize(my_exponentiate(logits))", STEPS),
        ("my_softmax", "softmax = np.exp(logits)\nreturn softmax / softmax.sum()",
         {"softmax": softmax_lib.softmax}),
        ("my_softmax", "def softmax(z):\n    w = np.exp(z)\n    return w / w.sum()\n"
         "return softmax(logits)", {}),
        ("my_softmax_rows", "return np.array([my_softmax(row) for row in scores])", SOFTMAX),
        ("my_attention", "return softmax(scores) @ values", {"softmax": softmax_lib.softmax}),
    ],
)  # fmt: skip
def test_ones_own_softmax_is_praised_as_ever(name, body, names):
    assert verdict(name, body, names) == (PASSED, all_exercises()[name].noticed)


@pytest.mark.parametrize("name", ["my_softmax", "my_shares", "my_draw"])
def test_a_function_of_the_courses_is_no_answer(name):
    """It comes from `recall`, in a cell that hands it to the check."""
    answer = build(all_exercises()[name].solution, name)
    assert judge_answer(all_exercises()[name], answer)[0] == PASSED
    answer.origin = "the course's"
    status, text = judge_answer(all_exercises()[name], answer)
    assert status == TRY_AGAIN
    assert text.startswith(f'`recall("{name}")` asks for the very function that you are writing')


def test_the_courses_own_list_of_what_is_broken_passes_without_praise():
    body = "return not broken_requirements(values)"
    assert verdict("my_is_distribution", body, BROKEN) == (
        PASSED,
        "Passed, with the course's own `broken_requirements`. Now write its steps yourself.",
    )


def test_the_courses_softmax_handed_in_as_it_is_gets_no_praise():
    status, text = judge_answer(all_exercises()["my_softmax"], softmax_lib.softmax)
    assert status == PASSED and text.startswith("Passed, with the course's own softmax.")


# --- Time -------------------------------------------------------------------------------------


def test_a_slow_trial_is_told_why_in_round_numbers():
    task = all_exercises()["my_trial"]
    body = "while True:\n        pass"
    answer = build(f"def my_trial(candidate):\n    {body}", "my_trial")
    _, text = judge_answer(task, answer, 1.3)
    assert "did not finish within 1 second." in text and "a loop that never ends?" in text
    assert "The check calls it for 33 functions. A few inputs are enough" in text
    assert len(task.probes) + task.draws == 33 and task.seconds == 15
    assert all(other.seconds is None for other in all_exercises().values() if other is not task)


def slow_on_what_is_drawn(body):
    """Return a function of logits that takes its time on what is no probe."""
    probes = [probe[0].tolist() for probe in all_exercises()["my_softmax"].probes]
    source = "def my_softmax(logits):\n    w = np.exp(logits)\n    if logits.tolist() in PROBES:\n"
    source += f"        return w / w.sum()\n    pause(0.05)\n    {body}"
    return build(source, "my_softmax", {"PROBES": probes, "pause": time.sleep})


def test_what_is_right_and_slow_is_told_so_and_not_that_it_is_wrong():
    task = all_exercises()["my_softmax"]
    status, text = judge_answer(task, slow_on_what_is_drawn("return w / w.sum()"), 0.6)
    assert status == TRY_AGAIN
    assert text.startswith("Right as far as it was tried, but slow: 200 further calls have 0.")
    assert re.search(r"at `my_softmax\(np.array\(.*\)\)`, number \d+, they were over\. Is", text)
    status, text = judge_answer(task, slow_on_what_is_drawn("return w / w.max()"), 0.6)
    assert status == TRY_AGAIN and "slow" not in text and "it should give" in text


def test_what_never_ends_on_a_probe_is_asked_for_its_loop():
    answer = build("def my_softmax(logits):\n    while True:\n        pass", "my_softmax")
    text = judge_answer(all_exercises()["my_softmax"], answer, 0.4)[1]
    assert "did not finish within 0.4 seconds. Is there a loop" in text and "slow:" not in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0.4 seconds"), (1.0, "1 second"), (3.68, "3 seconds"), (15, "15 seconds")],
)
def test_a_limit_is_told_in_round_numbers(seconds, words):
    assert _in_round_numbers(seconds) == words


# --- Judged values ----------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [[[3, 1, 0]], np.array([[3.0, 1.0, 0.0]]), [[[3, 1, 0]]]])
def test_a_pair_of_brackets_too_many_is_named(answer):
    status, text = judge_answer(all_exercises()["my_other_logits"], answer)
    assert status == TRY_AGAIN and text.endswith("There is a pair of brackets too many.")


def test_a_set_of_scores_is_told_its_brackets():
    task = all_exercises()["my_other_logits"]
    for answer in ({3, 1, 0}, frozenset((3.0, 1.0, 0.0))):
        status, text = judge_answer(task, answer)
        assert status == TRY_AGAIN and text.endswith("which keeps no order: use `[...]`.")
    assert "Curly" not in judge_answer(task, {"a": 1})[1]


@pytest.mark.parametrize("answer", [[3, 1], [[3], [1]], [3, 1, 0, 2]])
def test_what_has_no_bracket_too_many_is_not_told_so(answer):
    assert "too many" not in judge_answer(all_exercises()["my_other_logits"], answer)[1]


@pytest.mark.parametrize("answer", [np.log([0.844, 0.114, 0.042]), [-0.1696, -2.1716, -3.1701]])
def test_scores_from_the_printed_digits_get_words_of_their_own(answer):
    status, text = judge_answer(all_exercises()["my_other_logits"], answer)
    assert status == TRY_AGAIN and "Do your scores come from the printed digits" in text


@pytest.mark.parametrize("answer", [[3, 1, 0.00002], [3.000005, 1, 0], [2.5, 0.5, -0.5000001],
                                    np.log([0.843795, 0.114195, 0.04201])])  # fmt: skip
def test_what_is_right_once_rounded_is_not_right(answer):
    status, text = judge_answer(all_exercises()["my_other_logits"], answer)
    assert status == TRY_AGAIN and "before rounding they are not" in text
    told, wanted = re.search(r"is (\[.*?\])\. Rounded .* should be (\[.*?\])\.", text).groups()
    assert told != wanted and text.split(" is ")[0] != "Softmax of [3, 1, 0]"


def test_scores_from_all_digits_are_right():
    exact = np.log(softmax_lib.softmax([2.0, 0, -1]))
    for answer in (exact, exact + 3, exact.round(9)):
        assert judge_answer(all_exercises()["my_other_logits"], answer)[0] == PASSED


@pytest.mark.parametrize("count", range(9))
def test_a_diagnosis_is_counted_in_good_english(count):
    right = list(SUSPECTS.items())
    answer = dict(right[:count]) if count else {"A": next(n for n in BUGS if n != SUSPECTS["A"])}
    text = judge_answer(all_exercises()["my_diagnosis"], answer)[1]
    if count < 8:
        assert text.startswith(f"{count} of 8 {'is' if count == 1 else 'are'} right.")


@pytest.mark.parametrize("name", ["my_top_k", "my_top_p"])
def test_no_two_probabilities_are_equal_where_the_task_promises_it(name):
    task = all_exercises()[name]
    assert "no two of them equal" in task.task
    for probabilities, _ in task.probes:
        assert len(set(probabilities.tolist())) == len(probabilities)
        assert np.isclose(probabilities.sum(), 1)


# --- Decimals and numbers ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    ["x = 1,5\nreturn z * x", "return z * 0,5", "T = max(T, 0,4)\nreturn z / T",
     "return round(z, 0,5)", "x = z / 2,0\nreturn x", "return np.maximum(z, 0,1)"],
)  # fmt: skip
def test_a_decimal_comma_is_seen(body):
    code = "def f(z, T):\n    " + body.replace("\n", "\n    ")
    assert "Python writes decimals with a point" in slip(build(code, "f"))


@pytest.mark.parametrize(
    "body",
    ["return np.clip(z, 0,1)", "return np.clip(z,0,1)", "return g.uniform(0,1)",
     "return z.sum(axis=(0,1))", "return z[0,1]", "return np.zeros((2,3))", "a, b = 0, 1\nreturn a",
     "return max(z, 4)", "return max(0, 1, 2)", "return g.normal(0,1,5)", "x = (1,5)\nreturn x",
     "return [0,5]", "return range(1,5)", "x = 1, 5\nreturn x"],
)  # fmt: skip
def test_a_comma_between_two_things_is_left_alone(body):
    code = "def f(z, T, g):\n    " + body.replace("\n", "\n    ")
    assert "decimals" not in slip(build(code, "f"))


ALL_0, IT_IS_0 = "All are 0: do they underflow", "It is 0: does it underflow"
SAME_AMOUNT = "Each misses the right number by the same amount"
SAME_FACTOR = "Each is the right number times the same factor"


@pytest.mark.parametrize(
    ("value", "right", "words"),
    [
        ([0.0, 0, 0], [1e-5, 2e-5, 3e-5], ALL_0),
        ([0.0, 0], [0.2, 0.8], ALL_0),
        (0.0, 0.7, IT_IS_0),
        (0, 1.5, IT_IS_0),
        ([0.0], [0.7], IT_IS_0),
        (0, 2, ""),  # a place, or a count: nothing stands after its point
        (0.0, 2, ""),
        ([0, 0, 0], [0.2, 0.3, 0.5], "It is an array of whole numbers"),
        ([0.33, 0.67], [1 / 3, 2 / 3], ROUNDED),
        ([0.3333, 0.6667, 0.1235], [1 / 3, 2 / 3, 0.12345678], ROUNDED),
        ([0.3333333333, 12345.6789012346], [1 / 3, 12345.678901234567], ""),
        ([1.00012346, 2.00098765, 0.5], [1.0001234567, 2.0009876543, 0.5], ""),
        ([0.0001235, 0.0009877], [0.0001234567, 0.0009876543], ROUNDED),
        ([0.1234568e-4, 0.9876543e-4, 1e-4], [0.12345678e-4, 0.98765432e-4, 1e-4], ""),
        ([2.0, 3.0, 5.0], [1.0, 2.0, 4.0], SAME_AMOUNT),
        ([2.0, 3.0001, 5.0], [1.0, 2.0, 4.0], SAME_AMOUNT),
        ([2.0, 3.1, 5.0], [1.0, 2.0, 4.0], ""),
        ([2.0, 4.0, 6.0], [1.0, 2.0, 3.0], SAME_FACTOR),
        ([0.9, 0.05, 0.05], [0.5, 0.3, 0.2], ""),
    ],
)
def test_what_is_said_of_numbers_is_so(value, right, words):
    text = about_numbers(np.array(value), np.array(right))
    assert words in text if words else text == "", text
