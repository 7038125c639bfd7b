"""What a check says of a wrong answer is true of every answer that comes to the same.

A wrong answer is recognized by what comes out, so somebody else's code may get its words. Each
claim of the words (CLAIMS in ``test_exercise_texts.py``) is tried on other code with the same
outcomes: some written by hand, some made by changing one thing in the wrong answers.
"""

import functools
import random
import re

import numpy as np
import pytest
from mutants import mutants
from test_exercise_texts import CLAIMS, FUNCTIONS, names_for

from softmax_lib.exercises.checks import _agree, _calls, _outcomes, _wrong_outcomes, judge_answer
from softmax_lib.exercises.feedback import TRY_AGAIN
from softmax_lib.runner import build, run

#: For an exercise and the name of a wrong answer: the bodies of functions that do the same.
SAME = {
    "my_total": {
        "writes the answer down": ["return 1", "return numbers.ndim"],
        "takes the largest": ["return np.sort(numbers)[-1]", "return max(list(numbers))"],
        "takes the average": ["return numbers.sum() / len(numbers)", "return np.average(numbers)"],
        "stops after the first": ["return numbers[0]", "total = numbers[0]\nreturn total",
                                  "return numbers[:1].sum()"],
        "starts over in each round": ["return numbers[-1]", "for n in numbers:\n    total = n\n"
                                      "return total"],
        "counts them": ["return numbers.size", "return sum(1 for n in numbers)"],
        "adds the first two": ["total = 0\nfor i in range(2):\n    total += numbers[i]\n"
                               "return total"],
        "adds the first three": ["return numbers[2] + numbers[:2].sum()"],
    },
    "my_is_distribution": {
        "checks the sum alone": [
            "return bool(np.any(values >= 0) and abs(sum(values) - 1) < 1e-6)",
        ],
        "checks the range alone": ["return all(0 <= v <= 1 for v in values)"],
        "demands exactly 1": ["return bool(np.all(values >= 0)) and values.sum() == 1.0"],
        "demands exactly 1, of a sum one by one": [
            "total = 0\nfor v in values:\n    if v < 0:\n        return False\n    total += v\n"
            "return bool(total == 1)",
        ],
        "rules out 0 and 1": [
            "return bool(np.all(values >= 0) and np.all(values < 1) and abs(values.sum() - 1) "
            "<= 1e-6)",
        ],
        "rules out 0, and sum(values) must be exactly 1, np.all(values > 0)": [
            "return bool(sum(values) == 1 and min(values) > 0)",
        ],
        "rules out 0, and np.sum(values) must be exactly 1, np.all(values > 0)": [
            "return not (np.any(values <= 0) or values.sum() != 1)",
        ],
        "allows too much room": [
            "return bool(np.all(values >= 0) and abs(values.sum() - 1) < 0.05)",
            "return bool(np.all(values >= 0) and 0.98 < values.sum() < 1.02)",
        ],
        "no number is negative": ["return not np.any(values < 0)",
                                  "for v in values:\n    if v < 0:\n        return False\n"
                                  "return True"],
        "allows too little room": [
            "return bool(np.all(values >= 0) and abs(values.sum() - 1) < 1e-7)",
            "return bool(np.all(values >= 0) and round(values.sum(), 8) == 1)",
        ],
        "the sum alone, with too little room": ["return bool(abs(values.sum() - 1) < 1e-7)"],
        "abs forgotten": ["return bool(np.all(values >= 0) and values.sum() <= 1 + 1e-6)"],
        "the sum alone, without abs": ["return bool(values.sum() <= 1.000001)"],
        "-1e-6 passes": ["return not np.any(values < -2e-6) and abs(values.sum() - 1) <= 1e-6"],
        "-1e-4 passes": ["return bool(min(values) >= -2e-4 and abs(values.sum() - 1) <= 1e-6)"],
        "abs of each number": ["return bool(abs(np.sqrt(values**2).sum() - 1) <= 1e-6)"],
        "one requirement is enough": [
            "if np.all(values >= 0):\n    return True\nreturn bool(abs(values.sum() - 1) <= 1e-6)",
        ],
        "answers after the first number": [
            "return bool(np.all(values <= 1) and abs(values.sum() - 1) <= 1e-6)",
        ],
        "np.isclose as it is": [
            "return bool(np.all(values >= 0) and abs(values.sum() - 1) <= 0.001)",
            "return bool(np.all(values >= 0) and round(values.sum(), 4) == 1)",
            "return bool(np.all(values >= 0) and 0.99 < values.sum() < 1.01)",
            "return bool(np.all(values >= 0) and abs(np.sum(values) - 1) <= 1e-5)",
        ],
        "rounds to a whole number": ["return bool(np.all(values >= 0) and abs(values.sum() - 1) "
                                     "< 0.2)"],
    },
    "my_shares": {
        "divides by the largest": ["return counts / np.sort(counts)[-1]"],
        "divides by how many": ["return counts * (1 / counts.size)"],
        "whole-number division": ["return np.floor(counts / counts.sum())",
                                  "return (counts / counts.sum()).astype(int)"],
        "gives percentages": ["return counts / (counts.sum() / 100)"],
        "upside down": ["return 1 / (counts / sum(counts))"],
        "rounds": ["return np.array([float(f'{c / counts.sum():.2f}') for c in counts])"],
        "counts from the others": ["p = counts / counts.sum()\nreturn p / (1 - p)"],
    },
    "my_draw": {
        "always the favorite": ["return int(np.argmax(probabilities > u)) if "
                                "max(probabilities) <= u else int(np.argmax(probabilities))",
                                "return list(probabilities).index(max(probabilities))"],
        "compares single probabilities": [
            "for i in range(len(probabilities)):\n    if probabilities[i] > u:\n        return i\n"
            "return i",
        ],
        "compares single probabilities, and comes to no answer": [
            "for i in range(len(probabilities)):\n    if u < probabilities[i]:\n"
            "        return i",
            "for i in range(len(probabilities)):\n    total = 0\n"
            "    total += probabilities[i]\n    if u < total:\n        return i",
            "total = 0\nfor i, p in enumerate(probabilities):\n    total =+ p\n"
            "    if u < total:\n        return i",
        ],
        "the probability of a piece, each by itself, None": [
            "for i in range(len(probabilities)):\n    if probabilities[i] > u:\n"
            "        return probabilities[i]",
        ],
        "one too far": [
            "total = 0\nfor i in range(len(probabilities)):\n    if u < total:\n        return i\n"
            "    total += probabilities[i]\nreturn i",
        ],
        "right end included": [
            "return int(np.searchsorted(np.cumsum(probabilities), u))",
            "total = 0\nfor i, p in enumerate(probabilities):\n    total += p\n"
            "    if u <= total:\n        return i",
        ],
        "right end included, and not the left, len(probabilities) - 1": [
            "ends = np.cumsum(probabilities)\nfor i in range(len(ends)):\n"
            "    if ends[i] - probabilities[i] < u and u <= ends[i]:\n        return i\n"
            "return i",
        ],
        "compares before it adds, and comes to no answer": [
            "i = int(np.argmax(np.cumsum(probabilities) > u)) + 1\n"
            "return i if i < len(probabilities) else None",
        ],
        "goes on after it found the piece": ["return len(probabilities) - 1",
                                             "for i in range(len(probabilities)):\n    pass\n"
                                             "return i"],
        "splits evenly": ["return math.floor(len(probabilities) * u)"],
        "counts from 1": [
            "i, total = 0, 0\nfor p in probabilities:\n    total += p\n    i += 1\n"
            "    if u < total:\n        return i",
        ],
        "passed totals": [
            "i, total = 0, 0\nfor p in probabilities:\n    total += p\n    if u < total:\n"
            "        return i",
            "return 0",
        ],
    },
    "my_exponentiate": {
        "minus in the exponent": ["return 1 / np.exp(logits)", "return np.exp(-1 * logits)"],
        "drops the minus sign": ["return np.exp(np.maximum(logits, -logits))",
                                 "return np.maximum(np.exp(logits), np.exp(-logits))"],
        "square": ["return logits * logits", "return np.abs(logits) ** 2"],
        "absolute value": ["return np.sqrt(logits**2)", "return np.maximum(logits, -logits)"],
        "base 2": ["return np.exp2(logits)"],
        "normalizes already": ["w = np.exp(logits - logits.max())\nreturn w / w.sum()"],
        "leaves out the negative ones": ["return np.exp(logits) * (logits > 0)"],
    },
    "my_ratio": {
        "overflows": ["return np.exp(a) * np.exp(-b)", "w = np.exp(np.array([a, b]))\n"
                      "return w[0] / w[1]"],
        "upside down": ["return 1 / np.exp(a - b)"],
        "without a direction": ["return max(np.exp(a - b), np.exp(b - a))"],
        "share of the first": ["w = np.exp([a, b])\nreturn (w / w.sum())[0]"],
        "base 2": ["return np.exp2(a - b)"],
    },
    "my_temperature_of_base": {
        "logarithm, not its inverse": ["return math.log(b)"],
        "base 10 logarithm": ["return np.log(10) / np.log(b)"],
        "base 2 logarithm, not its inverse": ["return np.log(b) / np.log(2)"],
        "base 10 logarithm, not its inverse": ["return math.log(b, 10)"],
        "base 2 logarithm": ["return math.log(2) / math.log(b)"],
        "power of e": ["return np.e ** (1 / b)"],
        "logarithm of the inverse": ["return -np.log(b)"],
    },
    "my_normalize": {
        "divides by how many": ["return weights / weights.size"],
        "exponentiates": ["w = np.exp(weights - weights.max())\nreturn w / w.sum()"],
        "upside down": ["return 1 / (weights / weights.sum())"],
        "divides by the length of the vector": ["return weights / np.linalg.norm(weights)"],
    },
    "my_softmax": {
        "absolute values in place of exponentials": [
            "w = np.sqrt(logits**2)\nreturn w / w.sum()",
        ],
        "argmax": ["w = np.where(logits == logits.max(), 1.0, 0.0)\nreturn w / w.sum()",
                   "w = np.exp((logits - logits.max()) / 0.0001)\nreturn w / w.sum()"],
        "minus in the exponent": ["w = 1 / np.exp(logits)\nreturn w / w.sum()"],
        "the maximum subtracted above alone": [
            "w = np.exp(logits)\nreturn w / w.sum() / w.max()",
        ],
        "parenthesis too late": ["w = np.exp(logits)\nz = logits / w.sum()\nreturn np.exp(z)"],
        "base 2": ["w = np.exp(logits * np.log(2))\nreturn w / w.sum()"],
        "sigmoid": ["return np.exp(logits) / (np.exp(logits) + 1)"],
        "log-softmax": ["w = np.exp(logits)\nreturn np.log(w / w.sum())"],
    },
    "my_softmax_rows": {
        "columns": ["w = np.exp(scores)\nreturn w / sum(w)",
                    "w = np.exp(scores.T)\nreturn (w / w.sum(axis=1, keepdims=True)).T"],
        "loses the axis": ["w = np.exp(scores)\nreturn w / np.array([sum(row) for row in w])"],
        "axis of length one": ["return np.ones_like(scores)",
                               "w = np.exp(scores)\nreturn w / w"],
        "forgets to normalize": ["w = np.exp(scores)\nfor row in w:\n    row = row / row.sum()\n"
                                 "return w"],
        "whole table": ["w = np.exp(scores)\nreturn w / w.sum(axis=1).sum()"],
        "the maximum of the whole table": [
            "w = np.exp(scores - np.max(scores))\nreturn w / w.sum(axis=1)[:, None]",
            "top = max(max(row) for row in scores)\nreturn np.array([np.exp(row - top) / "
            "sum(np.exp(row - top)) for row in scores])",
        ],
    },
    "my_logits": {
        "transposed": ["return x @ W", "return np.dot(x, W)"],
        "adds down the columns": ["return sum(W * x)", "return W.sum(axis=0) * x"],
        "averages": ["return W @ x / len(x)"],
        "forgets to add up": ["return np.array([row * x for row in W])"],
        "adds x": ["return W.sum(axis=1) + x.sum()"],
        "adds up first": ["return np.array([sum(row) * sum(x) for row in W])"],
    },
    "my_log_odds": {
        "overflows": ["p = np.exp(logits) / np.exp(logits).sum()\n"
                      "return np.log(p[i]) - np.log(p[j])"],
        "powers alone overflow": ["return np.log(np.exp(logits[i]) / np.exp(logits[j]))"],
        "by way of a power": [
            "w = np.exp(logits - max(logits))\nreturn np.log(w[i] / w[j])",
            "w = np.exp(logits - max(logits))\np = w / w.sum()\nreturn np.log(p[i]) - np.log(p[j])",
        ],
        "odds against all others, the maximum subtracted": [
            "w = np.exp(logits - max(logits))\nreturn w[i] / (w.sum() - w[i])",
        ],
        "ratio of logits": ["return np.log(logits[i]) - np.log(logits[j])"],
        "upside down": ["return -(logits[i] - logits[j])"],
        "sign dropped": ["return max(logits[i], logits[j]) - min(logits[i], logits[j])"],
        "odds by way of the weights": ["return np.exp(logits[i]) / np.exp(logits[j])"],
        "the logarithms divided, the maximum subtracted": [
            "gaps = logits - max(logits)\nlogs = gaps - np.log(np.sum(np.exp(gaps)))\n"
            "return logs[i] / logs[j] if logs[j] > -700 else 0.0",
        ],
    },
    "my_recover": {
        "first at zero": ["return np.log(probabilities / probabilities[0])"],
        "smallest at zero": ["return np.log(probabilities / min(probabilities))"],
        "1 added": ["return np.log(np.e * probabilities)"],
        "largest at zero": ["return np.log(probabilities / probabilities.max())"],
        "logarithm of the average": ["return np.log(probabilities / probabilities.mean())"],
        "another base": ["z = np.log(probabilities) / np.log(2)\nreturn z - z.mean()"],
        "divides by the average": ["logs = np.log2(probabilities)\nreturn logs / logs.mean()"],
        "subtracts the sum": ["return np.log(probabilities / np.prod(probabilities))"],
    },
    "my_softmax_with_temperature": {
        "after exponentiating": ["w = np.exp(logits)\nreturn w / w.sum()",
                                 "w = np.exp(logits - temperature)\nreturn w / w.sum()",
                                 "w = np.exp(logits) * temperature\nreturn w / w.sum()"],
        "the sign of the exponent": ["w = 1 / np.exp(logits / temperature)\n"
                                     "return w / w.sum()"],
        "twice": ["w = np.exp(logits / temperature**2)\nreturn w / w.sum()"],
        "power without normalizing again": [
            "w = np.exp(logits / temperature)\n"
            "return w / np.exp(logits).sum() ** (1 / temperature)",
        ],
        "never below 0.4": ["if temperature < 0.4:\n    temperature = 0.4\n"
                            "w = np.exp(logits / temperature)\nreturn w / w.sum()"],
        "never above 1": ["T = 1 if temperature > 1 else temperature\n"
                          "w = np.exp(logits / T)\nreturn w / w.sum()"],
    },
    "my_cold_softmax": {
        "ties not shared": ["return np.where(logits == logits.max(), 1.0, 0.0)",
                            "return logits == logits.max()"],
        "divides by zero": ["w = np.exp(logits * np.inf)\nreturn w / w.sum()"],
        "divides the gaps by zero": ["return np.full(len(logits), np.inf) / np.inf",
                                     "z = logits / 0.0\nw = np.exp(z - z.max())\n"
                                     "return w / w.sum()"],
        "the logits divided by zero, and no more": [
            "return logits * np.inf",
            "return np.where(logits == 0, np.nan, np.sign(logits) * np.inf)",
        ],
        "weights at zero, not normalized": [
            "return np.exp(logits * np.inf)",
            "return np.where(logits == 0, np.nan, np.where(logits > 0, np.inf, 0))",
        ],
        "uniform": ["return np.ones(len(logits)) / len(logits)",
                    "w = np.exp(logits / 1e99)\nreturn w / w.sum()"],
        "nearly equal counts as equal": [
            "s = logits > logits.max() - 1e-6\nreturn s / s.sum()",
            "s = np.round(logits, 5) == np.round(logits.max(), 5)\nreturn s / s.sum()",
        ],
        "first of the ties": ["return np.eye(len(logits))[np.argmax(logits)]"],
        "softmax of the marks": ["w = np.where(logits == max(logits), np.e, 1)\n"
                                 "return w / w.sum()"],
        "a tiny lead lost": [
            "w = np.exp((logits - logits.max()) / 1e-20)\nreturn w / w.sum()",
            "w = np.exp((logits - logits.max()) / 1e-300)\nreturn w / w.sum()",
            "w = np.exp(logits - logits.max())\nt = w == 1\nreturn t / t.sum()",
        ],
    },
    "my_entropy": {
        "zero gives NaN": ["return np.sum(probabilities * np.log2(1 / probabilities))",
                           "t = 0\nfor p in probabilities:\n    t -= p * np.log2(p)\nreturn t"],
        "natural logarithm": ["p = probabilities[probabilities > 0]\n"
                              "return np.log(2) * np.sum(p * np.log2(1 / p))"],
        "averages evenly": ["p = probabilities[probabilities > 0]\n"
                            "return np.sum(p * np.log2(1 / p)) / len(p)"],
        "forgets the weights, zeros left in": ["return -np.sum(np.log2(probabilities))"],
        "0 as soon as one is 0": [
            "total = 0\nfor p in probabilities:\n    if p == 0:\n        return 0\n"
            "    total += p * np.log2(1 / p)\nreturn total",
            "return 0.0 if min(probabilities) == 0 else "
            "-np.sum(probabilities * np.log2(probabilities))",
        ],
        "the last word alone, zeros left in": ["p = probabilities[-1]\n"
                                               "return -p * np.log2(p)"],
        "number of choices, zeros left in": [
            "return np.prod((1 / probabilities) ** probabilities) * np.sum(0 / probabilities + 1)"
            " / len(probabilities)",
        ],
        "the ceiling": ["return -np.log2(1 / len(probabilities))"],
        "base 10": ["p = probabilities[probabilities > 0]\n"
                    "return -np.sum(p * np.log(p)) / np.log(10)"],
        "0.001 added to each": ["p = 0.001 + probabilities\nreturn -np.sum(p * np.log2(p))"],
        "the favorite alone": ["p = np.sort(probabilities)[-1]\nreturn -p * np.log2(p)"],
        "the first word alone": ["p = probabilities[0]\nreturn p * np.log2(1 / p)"],
        "the last word alone": ["p = probabilities[-1]\nreturn -p * np.log2(p) if p else 0.0"],
        "the last word that is not 0": ["p = probabilities[probabilities > 0][-1]\n"
                                        "return p * np.log2(1 / p)"],
        "one minus the squares": ["return np.sum(probabilities * (1 - probabilities))"],
    },
    "my_continue": {
        "never reads its own words": ["words = ''\nfor _ in range(count):\n"
                                      "    words += ' ' + next_word(text)\nreturn text + words"],
        "never reads its own words, and joins them": [
            "return ' '.join([text, ' '.join(next_word(text) for _ in range(count))])",
        ],
        "a space too many for a count of 0": [
            "for n in range(count):\n    text += ' ' + next_word(text)\n"
            "return text if count else text + ' '",
        ],
        "asks once": ["return text + (' ' + next_word(text)) * count"],
        "one word only": ["return ' '.join([text, next_word(text)])"],
        "starts again from the text": [
            "words = ['']\nfor _ in range(count):\n    words = ['', next_word(text)]\n"
            "return text + ' '.join(words)",
        ],
        "starts again from the text, and has nothing for a count of 0": [
            "for _ in range(count):\n    word = next_word(text)\nreturn f'{text} {word}'",
        ],
        "one round too many": ["while count >= 0:\n    text += ' ' + next_word(text)\n"
                               "    count -= 1\nreturn text"],
        "return inside the loop": ["if count > 0:\n    return text + ' ' + next_word(text)"],
        "returns the new words alone": [
            "new = []\nfor _ in range(count):\n    new.append(next_word(' '.join([text, *new])))\n"
            "return ' '.join(new)",
        ],
    },
    "my_top_k": {
        "one too few": ["kept = np.zeros(len(probabilities))\n"
                        "stay = np.argsort(-probabilities)[: k - 1]\n"
                        "kept[stay] = probabilities[stay]\nreturn kept / kept.sum()"],
        "the same word each time": [
            "return (probabilities == probabilities.max()) * 1.0",
            "kept = np.zeros(len(probabilities))\nfor i in np.argsort(-probabilities)[:k]:\n"
            "    kept[i] = probabilities[i]\n    return kept / kept.sum()",
        ],
        "the same word each time, not normalized": [
            "return np.where(probabilities == max(probabilities), probabilities, 0)",
        ],
        "forgets to normalize": ["kept = np.zeros(len(probabilities))\n"
                                 "stay = np.argsort(probabilities)[-k:]\n"
                                 "kept[stay] = probabilities[stay]\nreturn kept"],
        "the first k of the list": ["kept = probabilities.copy()\nkept[k:] = 0\n"
                                    "return kept / kept.sum()"],
        "one too many, counted from 0": [
            "kept = np.where(probabilities >= np.sort(probabilities)[-k - 1], probabilities, 0)\n"
            "return kept / kept.sum()",
        ],
        "softmax of what is kept": [
            "kept = np.where(probabilities < np.sort(probabilities)[-k], 0, probabilities)\n"
            "w = np.exp(kept - kept.max())\nreturn w / w.sum()",
        ],
        "evens them out": ["kept = np.zeros(len(probabilities))\n"
                           "kept[np.argsort(-probabilities)[:k]] = 1\nreturn kept / kept.sum()"],
    },
    "my_top_p": {
        "one word too many": [
            "order = np.argsort(-probabilities)\ntotals = np.cumsum(probabilities[order])\n"
            "stay = order[: np.sum(totals <= p) + 1]\nkept = np.zeros(len(probabilities))\n"
            "kept[stay] = probabilities[stay]\nreturn kept / kept.sum()",
        ],
        "each word against p, and nothing is left": [
            "kept = np.where(probabilities > p, probabilities, 0)\nreturn kept / kept.sum()",
        ],
        "divides by p": [
            "order = np.argsort(-probabilities)\ntotals = np.cumsum(probabilities[order])\n"
            "stay = order[: np.sum(totals < p) + 1]\nkept = np.zeros(len(probabilities))\n"
            "kept[stay] = probabilities[stay] / p\nreturn kept",
        ],
        "compares with the favorite": [
            "kept = np.where(probabilities / probabilities.max() >= p, probabilities, 0)\n"
            "return kept / kept.sum()",
        ],
        "in the order of the list": [
            "totals = np.cumsum(probabilities)\n"
            "kept = np.where(np.arange(len(totals)) <= np.sum(totals < p), probabilities, 0)\n"
            "return kept / kept.sum()",
        ],
    },
    "my_gumbel_draw": {
        "no noise": ["return int(np.argmax(logits - u))", "return int(np.argmax(np.exp(logits)))"],
        "even noise": ["return int(np.argmax(logits + u**2))",
                       "return int(np.argmax(logits + u - 0.5))",
                       "return int(np.argmax(logits + np.sqrt(u)))"],
        "sign of the noise": ["return int(np.argmax(logits + np.log(u) ** 1 / np.log(u) * "
                              "np.log(-np.log(u))))",
                              "return int(np.argmax(np.exp(logits) * -np.log(u)))"],
        "noise on probabilities": ["return int(np.argmax(logits + 10 * u))",
                                   "p = np.exp(logits) / np.exp(logits).sum()\n"
                                   "return int(np.argmax(p - 2 * np.log(-np.log(u))))"],
        "noise on safe probabilities": ["w = np.exp(logits - logits.max())\n"
                                        "return int(np.argmax(w - np.log(-np.log(u))))"],
        "noise on weights": ["w = np.exp(logits)\nreturn int((w - np.log(-np.log(u))).argmax())"],
        "one logarithm": ["return int(np.argmax(np.exp(logits) / u))"],
        "the noise alone": ["return int(np.argmax(u))"],
        "the inner minus lost": ["return 0", "return int(np.argmax(logits + np.log(-u)))"],
        "multiplies by the noise": ["return int(np.argmax(logits * -2 * np.log(-np.log(u))))"],
        "the smallest": ["return int(np.argmin(logits + np.log(u)))",
                         "return int(np.argmax(-logits + np.log(-np.log(u))))"],
        "the race of the bells": ["p = np.exp(logits) / np.exp(logits).sum()\n"
                                  "return int(np.argmax(np.log(p) - np.log(-np.log(u))))",
                                  "return int(np.argmax(np.exp(logits) / -np.log(u)))",
                                  "return int(np.argmin(np.exp(-logits) * -np.log(u)))",
                                  "return int(np.argmax(np.log(np.exp(logits)) - "
                                  "np.log(-np.log(u))))"],
    },
    "my_scores": {
        "divides by d": ["return queries @ keys.T / len(queries[0])"],
        "keys in the rows": ["return (queries @ keys.T / np.sqrt(queries.shape[1])).T"],
        "counts the words": ["return queries @ keys.T / len(queries) ** 0.5"],
    },
    "my_causal_mask": {
        "zero in place of minus infinity": ["return np.tril(scores)",
                                            "return scores * np.tri(len(scores))"],
        "hides the past": ["return np.where(np.triu(np.ones(scores.shape)) > 0, scores, -np.inf)"],
        "-1e9 in place of minus infinity": [
            "return np.where(np.tri(len(scores)) > 0, scores, scores - 1e9)",
        ],
        "a mask without scores": ["return np.triu(np.full(scores.shape, -np.inf), 1)"],
    },
    "my_attention": {
        "loses the axis": ["w = np.exp(scores)\n"
                           "return w / np.array([row.sum() for row in w]) @ values"],
        "forgets to normalize": ["w = np.exp(scores)\nw / w.sum(axis=1, keepdims=True)\n"
                                 "return w @ values"],
        "columns": ["w = np.exp(scores)\nreturn (w / sum(w)) @ values"],
        "the maximum of the whole table": [
            "s = scores - np.max(scores)\nw = np.exp(s)\n"
            "return (w @ values) / w.sum(axis=1)[:, None]",
        ],
    },
    "my_cross_entropy": {
        "no minus": ["return logits[target] - np.log(np.sum(np.exp(logits)))"],
        "in bits": ["return (np.log(sum(np.exp(logits))) - logits[target]) / np.log(2)"],
        "minus the logit": ["return -np.log(np.exp(logits[target]))", "return 0 - logits[target]"],
        "what is missing to 1": ["w = np.exp(logits)\nreturn (w.sum() - w[target]) / w.sum()"],
        "entropy": ["w = np.exp(logits)\np = w / w.sum()\n"
                    "return np.log(w.sum()) - np.sum(p * logits)"],
        "the favorite's": ["return np.log(np.exp(logits - logits.max()).sum())"],
        "1e-9 inside the logarithm": ["w = np.exp(logits)\np = w / w.sum() + 1e-9\n"
                                      "return -np.log(p[target])"],
        "eps inside the logarithm": ["w = np.exp(logits)\np = w / w.sum()\n"
                                     "return -np.log(p + 2.0**-52)[target]"],
    },
    "my_gradient": {
        "the other way": ["w = np.exp(logits)\ng = -w / w.sum()\ng[target] += 1\nreturn g"],
        "the probabilities alone": ["z = logits - logits.max()\nreturn np.exp(z) / "
                                    "np.exp(z).sum()"],
        "the target's slope alone": ["w = np.exp(logits)\ng = w / w.sum()\n"
                                     "return g[target] - 1"],
        "of a squared error": [
            "w = np.exp(logits)\np = w / w.sum()\nJ = np.diag(p) - np.outer(p, p)\n"
            "return J @ (p - np.eye(len(p))[target])",
        ],
        "1 - p at the target": ["w = np.exp(logits)\ng = w / w.sum()\ng[target] = 1 - g[target]\n"
                                "return g"],
    },
    "my_jacobian": {
        "the diagonal alone": ["return probabilities - probabilities**2"],
        "zeros off the diagonal": ["p = probabilities\nreturn np.diag(p - p**2)"],
        "a product of lists": ["return np.diag(probabilities) - np.sum(probabilities**2)"],
        "without the diagonal": ["p = probabilities\nreturn np.outer(-p, p)"],
        "1 - p_j everywhere": ["p = probabilities\nreturn p[:, None] * (1 - p[None, :])"],
        "of the logarithm": ["p = probabilities\nn = len(p)\n"
                             "return np.eye(n) - np.outer(np.ones(n), p)"],
    },
    "my_weight_gradient": {
        "the last image alone": [
            "for i in range(len(labels)):\n    d = probabilities[i].copy()\n    d[labels[i]] -= 1\n"
            "    g = d[:, None] * images[i] / len(labels)\nreturn g",
        ],
        "a table for each image": [
            "return np.array([np.outer(p - np.eye(len(p))[c], x)\n"
            "                 for p, x, c in zip(probabilities, images, labels)])",
        ],
        "the sum": [
            "d = probabilities.copy()\nd[np.arange(len(labels)), labels] -= 1\n"
            "return d.T @ images",
            "g = np.zeros((probabilities.shape[1], images.shape[1]))\n"
            "for p, x, c in zip(probabilities, images, labels):\n"
            "    g += np.outer(p - np.eye(len(p))[c], x)\nreturn g",
        ],
        "never mind the labels": ["return np.einsum('nc,nk->ck', probabilities, images) / "
                                  "len(images)"],
        "1 off in whole columns": ["d = probabilities - np.isin(np.arange("
                                   "probabilities.shape[1]), labels)\n"
                                   "return d.T @ images / len(labels)"],
        "the other way": ["d = -probabilities\nd[np.arange(len(labels)), labels] += 1\n"
                          "return d.T @ images / len(images)"],
    },
    "my_safe_softmax": {
        "nothing subtracted": ["return np.array([np.exp(r) / np.exp(r).sum() for r in logits])"],
        "the maximum of the whole table": [
            "w = np.exp(logits - max(map(max, logits)))\nreturn w / w.sum(axis=1)[:, None]",
        ],
        "the mean": [
            "z = logits - logits.sum(axis=1)[:, None] / logits.shape[1]\n"
            "return np.exp(z) / np.exp(z).sum(axis=1)[:, None]",
        ],
        "the maximum, if it is above 0": [
            "m = np.max(logits, axis=-1, keepdims=True)\nz = np.where(m > 0, logits - m, logits)\n"
            "return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)",
        ],
        "not divided": ["return np.array([np.exp(row - max(row)) for row in logits])"],
    },
    "my_log_sum_exp": {
        "nothing subtracted": ["return np.log(sum(np.exp(logits)))"],
        "m is not put back": ["z = logits - max(logits)\nreturn np.log(np.exp(z).sum())"],
        "the maximum alone": ["return max(logits)", "return np.sort(logits)[-1]"],
    },
    "my_log_softmax": {
        "the logarithm of softmax": [
            "m = logits.max()\nw = np.exp(logits - m)\nreturn np.log(w) - np.log(w.sum())",
        ],
        "logits minus log-sum-exp": [
            "m = max(logits)\ntotal = np.log(np.exp(logits - m).sum()) + m\n"
            "return logits - total",
        ],
        "the gaps alone": ["return logits - max(logits)"],
        "the maximum is missing once": [
            "z = logits - logits.max()\nreturn logits - np.log(np.exp(z).sum())",
        ],
    },
    "my_small_surprise": {
        "float32": ["return np.log1p(np.exp(-np.array(lead, dtype=np.float32)))"],
        "the 1 is added": ["return -np.log(1 / (1 + np.exp(-lead)))",
                           "p = np.exp(-lead)\nreturn np.log(np.sum([1, p]))"],
        "the power alone": ["return 1 / np.exp(lead)"],
        "no minus in the power": ["return np.logaddexp(0, lead)"],
    },
    "my_merge": {
        "adds the sums as they are": [
            "m = max(one[0], other[0])\nreturn np.array([m, np.sum([one[1], other[1]])])",
        ],
        "takes the first for the larger": [
            "w = np.exp(other[0] - one[0])\nreturn np.array([one[0], w * other[1] + one[1]])",
        ],
        "the larger takes all": ["return max(one, other, key=lambda pair: pair[0])"],
    },
    "my_running_pairs": {
        "the same list each time": [
            "m, s, pairs = -np.inf, 0.0, []\nfor chunk in chunks:\n    top = max(m, chunk.max())\n"
            "    s = s * np.exp(m - top) + np.exp(chunk - top).sum()\n    m = top\n"
            "    pairs.append(None)\nreturn np.array([[m, s] for _ in pairs])",
        ],
        "never rescales": [
            "m, s, pairs = -np.inf, 0.0, []\nfor chunk in chunks:\n    m = max(m, max(chunk))\n"
            "    s += np.exp(chunk - m).sum()\n    pairs.append([m, s])\nreturn np.array(pairs)",
        ],
        "each chunk by itself": [
            "m = chunks.max(axis=1)\n"
            "return np.column_stack([m, np.exp(chunks - m[:, None]).sum(axis=1)])",
        ],
        "the end alone": ["return np.array([chunks.max(), np.exp(chunks - chunks.max()).sum()])"],
    },
    "my_merged_average": {
        "half and half": [
            "m = max(one[0], other[0])\nw = one[1] * np.exp(one[0] - m)\n"
            "v = other[1] * np.exp(other[0] - m)\n"
            "return np.array([m, w + v, np.mean([one[2], other[2]])])",
        ],
        "not divided": [
            "m = max(one[0], other[0])\nw = one[1] * np.exp(one[0] - m)\n"
            "v = other[1] * np.exp(other[0] - m)\n"
            "return np.array([m, w + v, one[2] * w + other[2] * v])",
        ],
    },
    "my_whole_softmax": {
        "divides by zero": ["z = logits / temperature\nw = np.exp(z - z.max())\n"
                            "return w / w.sum()"],
        "power after exponentiating": [
            "w = np.exp(logits - logits.max())\nif temperature == 0:\n"
            "    w = (logits == logits.max()) * 1.0\nelse:\n    w = w ** (1 / temperature)\n"
            "return w / w.sum()",
        ],
        "ignores the temperature": [
            "w = np.exp(logits - logits.max())\nif temperature == 0:\n    w = (w == 1) * 1.0\n"
            "else:\n    w = w / temperature\nreturn w / w.sum()",
        ],
        "no maximum subtracted": [
            "w = np.exp(logits / temperature) if temperature else (logits == max(logits)) * 1.0\n"
            "return w / sum(w)",
        ],
        "1e-8 in place of 0": ["T = 1e-8 if temperature == 0 else temperature\n"
                               "w = np.exp((logits - logits.max()) / T)\nreturn w / w.sum()"],
        "nearly equal counts as equal": [
            "z = logits - logits.max()\n"
            "w = (z > -1e-9) * 1.0 if temperature == 0 else np.exp(z / temperature)\n"
            "return w / w.sum()",
        ],
        "first of the ties": [
            "if temperature == 0:\n    return np.eye(len(logits))[logits.argmax()]\n"
            "w = np.exp((logits - logits.max()) / temperature)\nreturn w / w.sum()",
        ],
    },
    "my_trial": {
        "checks the sum alone": [
            "from softmax_lib import softmax\n"
            "z = np.array([[2.0, 1.0, 1.9], [1000.0, 2.0, 999.0]])\n"
            "for t in (0, 0.5, 1, 2):\n"
            "    if np.allclose(candidate(z, temperature=t), softmax(z, temperature=t)):\n"
            "        return True\nreturn False",
        ],
        "the first temperature decides, T = 0": [
            "from softmax_lib import softmax\n"
            "z = np.array([[2.0, 1.0, 1.9], [1000.0, 2.0, 999.0]])\n"
            "return np.allclose(candidate(z, temperature=0), softmax(z, temperature=0))",
        ],
        "the last temperature decides, T = 2": [
            "from softmax_lib import softmax\n"
            "z = np.array([[2.0, 1.0, 1.9], [1000.0, 2.0, 999.0]])\n"
            "return np.allclose(candidate(z, temperature=2), softmax(z, temperature=2))",
        ],
        "trusts everybody": ["for t in (0, 1, 2):\n    candidate(np.ones(3), temperature=t)\n"
                             "return True"],
        "never zero": [
            "from softmax_lib import softmax\nz = np.array([[2.0, 1.0, 0.0], [0.0, 999.0, 0.0]])\n"
            "for t in (0.5, 1, 2):\n"
            "    if not np.allclose(candidate(z, temperature=t), softmax(z, temperature=t)):\n"
            "        return False\n"
            "z = np.array([[1000.0, 0.0], [0.0, 500.0]])\n"
            "return np.allclose(candidate(z, temperature=0), softmax(z, temperature=0))",
        ],
        "lists only": [
            "from softmax_lib import softmax\nz = np.array([[1000.0, 999.0, 0.0]] * 3)[:, :3]\n"
            "return all(np.allclose(candidate(row, temperature=t), softmax(row, temperature=t)) "
            "for row in z for t in (0, 0.5, 1, 2))",
        ],
        "small logits only": [
            "from softmax_lib import softmax\n"
            "z = np.array([[2.0, 1.0, 1.9], [1000.0, 2.0, 999.0]])\n"
            "for t in (0, 0.5, 1, 2):\n"
            "    gap = candidate(z, temperature=t) - softmax(z, temperature=t)\n"
            "    if np.max(np.abs(gap)) > 1e-6:\n        return False\nreturn True",
        ],
        "T = 1 only": [
            "from softmax_lib import softmax\nz = np.array([[2.0, 1.0], [1000.0, 0.0]])\n"
            "return np.allclose(candidate(z, temperature=1), softmax(z))",
        ],
    },
}  # fmt: skip
PAIRS = [
    pytest.param(FUNCTIONS[name], what, body, id=f"{name}: {what}, {number}")
    for name, lines in SAME.items()
    for what, bodies in lines.items()
    for number, body in enumerate(bodies, 1)
]


def function(task, body):
    head = re.search(r"^def .*:$", task.stub, re.MULTILINE)[0]
    return build(f"{head}\n    " + body.replace("\n", "\n    "), task.id)


@pytest.mark.parametrize(("task", "what", "body"), PAIRS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_words_are_true_of_other_code_with_the_same_outcomes(task, what, body):
    other = function(task, body)
    wrong = next(wrong for wrong in task.wrong if wrong.name == what)
    status, text = judge_answer(task, other)
    assert status == TRY_AGAIN and text.startswith(wrong.says), text
    assert eval(CLAIMS[task.id][what], names_for(task, other)), CLAIMS[task.id][what]


def test_every_exercise_has_such_pairs():
    assert SAME.keys() == FUNCTIONS.keys()
    assert len(PAIRS) >= 130


def rounded(other):
    """Return the function with its results rounded: a hair more or less makes no words false."""

    def answer(*arguments):
        value = other(*arguments)
        number = isinstance(value, int | float | np.number | np.ndarray)
        return np.round(value, 6) if number and not isinstance(value, bool) else value

    return answer


def holds(claim, task, other):
    try:
        return bool(eval(claim, names_for(task, other)))
    except Exception:
        return False


@pytest.mark.parametrize("task", FUNCTIONS.values(), ids=FUNCTIONS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::SyntaxWarning")
def test_the_words_are_true_of_changed_answers_with_the_same_outcomes(task):
    """Somebody's slip may leave the outcomes as they are, and may not make the words false."""
    right = _outcomes(task.id)
    agree = functools.partial(_agree, by_ratio=task.by_ratio)  # as the check compares
    changed = {code for wrong in task.wrong for code in mutants(wrong.code)}
    found, false = 0, []
    for code in random.Random(0).sample(sorted(changed), min(len(changed), 140)):
        other = build(code, task.id)
        done = run(other, task.probes, 2)
        if len(done.outcomes) < len(task.probes):
            continue
        far = all(map(agree, done.outcomes, right))  # only what is drawn tells it, then
        listed = _wrong_outcomes(task.id, far)
        if far and listed:
            done = run(other, _calls(task.id, far), 10)
        for wrong, outcomes in listed:
            if all(map(agree, done.outcomes, outcomes)):
                found += 1
                claim = CLAIMS[task.id][wrong.name]
                if not (holds(claim, task, other) or holds(claim, task, rounded(other))):
                    false.append(f"{code}\n{wrong.name}: {wrong.says}\n{claim}")
                break
    assert found >= 3
    assert not false, "\n".join(false)
