"""Softmax over more scores than memory holds: pairs of a maximum and a sum, and how they merge."""

import numpy as np

from . import inputs
from .exercise import Exercise, Question, WrongAnswer

NOTEBOOK = "10_scale"
MINUTES = 35

_random = np.random.default_rng(10)


def _pair(m, s, *average):
    return np.array([m, s, *average])


EXERCISES = (
    Exercise(
        id="my_merge",
        notebook=NOTEBOOK,
        title="Two pairs become one",
        minutes=6,
        task=(
            "Write `my_merge`: it takes two pairs, each an array of two numbers, the maximum m "
            "and the sum s of e^(z - m) over the scores z of a chunk. It returns an array: the "
            "pair of both chunks together. Scores may be in the thousands, where e^m overflows. "
            "The pair of no scores at all is minus infinity and 0; at most one of the two is that."
        ),
        stub='''
def my_merge(one, other):
    """Return the pair (maximum, sum) of the scores behind both pairs."""
    return ...
''',
        solution="""
def my_merge(one, other):
    m = max(one[0], other[0])
    s = one[1] * np.exp(one[0] - m) + other[1] * np.exp(other[0] - m)
    return np.array([m, s])
""",
        in_course=("SoftmaxState",),
        hints=(
            "The new maximum is the larger of the two. Each sum was made with its own maximum: "
            "what must it be multiplied with, to be a sum of e^(z - m) with the new one?",
            "With `m = max(one[0], other[0])`: e^(z - m1) times e^(m1 - m) is e^(z - m). So "
            "`one[1] * np.exp(one[0] - m)` is the first sum in the new measure.",
            "`m = max(one[0], other[0])`, "
            "`s = one[1] * np.exp(one[0] - m) + other[1] * np.exp(other[0] - m)`, "
            "`return np.array([m, s])`.",
        ),
        wrong=(
            WrongAnswer(
                "adds the sums as they are",
                """
def my_merge(one, other):
    return np.array([max(one[0], other[0]), one[1] + other[1]])
""",
                "The two sums are added as they are. But each was made with its own maximum: the "
                "one with the smaller maximum counts too much now. What makes it smaller?",
            ),
            WrongAnswer(
                "adds the maxima too",
                """
def my_merge(one, other):
    return one + other
""",
                "Both numbers of the pairs are added. The maximum of all scores is one of the two "
                "maxima, not their sum.",
            ),
            WrongAnswer(
                "the gap the wrong way round",
                """
def my_merge(one, other):
    m = max(one[0], other[0])
    s = one[1] * np.exp(m - one[0]) + other[1] * np.exp(m - other[0])
    return np.array([m, s])
""",
                "The sum with the smaller maximum comes out larger, and it should shrink. Which "
                "way round is the difference in the exponent?",
            ),
            WrongAnswer(
                "back to e^z and divided",
                """
def my_merge(one, other):
    m = max(one[0], other[0])
    s = one[1] * np.exp(one[0]) + other[1] * np.exp(other[0])
    return np.array([m, s / np.exp(m)])
""",
                "On paper that is right, and small scores come out so. With scores in the "
                "thousands e^m is infinite, and infinity divided by infinity is NaN. Can the "
                "exponent be a difference that is never above 0?",
            ),
            WrongAnswer(
                "back to e^z",
                """
def my_merge(one, other):
    m = max(one[0], other[0])
    return np.array([m, one[1] * np.exp(one[0]) + other[1] * np.exp(other[0])])
""",
                "This is the sum of e^z itself, with no maximum subtracted. It overflows where "
                "scores are large, and the pair wants the sum of e^(z - m).",
            ),
            WrongAnswer(
                "takes the first for the larger",
                """
def my_merge(one, other):
    return np.array([one[0], one[1] + other[1] * np.exp(other[0] - one[0])])
""",
                "When the first maximum is the larger one, that is right. When the second is, the "
                "maximum is wrong, and the exponent can be far above 0.",
            ),
            WrongAnswer(
                "rescales the second alone",
                """
def my_merge(one, other):
    m = max(one[0], other[0])
    return np.array([m, one[1] + other[1] * np.exp(other[0] - m)])
""",
                "The second sum is measured anew and the first is left as it is. When the second "
                "maximum is the larger one, it is the first that has to shrink.",
            ),
            WrongAnswer(
                "rescales the first alone",
                """
def my_merge(one, other):
    m = max(one[0], other[0])
    return np.array([m, one[1] * np.exp(one[0] - m) + other[1]])
""",
                "The first sum is measured anew and the second is left as it is. When the first "
                "maximum is the larger one, it is the second that has to shrink.",
            ),
            WrongAnswer(
                "the larger takes all",
                """
def my_merge(one, other):
    return one if one[0] >= other[0] else other
""",
                "One pair is thrown away, the one with the smaller maximum or, where they tie, the "
                "second. Its scores are there all the same, and add something to the sum.",
            ),
            WrongAnswer(
                "what lies far below is dropped",
                """
def my_merge(one, other):
    m = max(one[0], other[0])
    s = sum(pair[1] * np.exp(pair[0] - m) for pair in (one, other) if pair[0] > m - 20)
    return np.array([m, s])
""",
                "A pair whose maximum is far below the other is thrown away. Its sum can be large, "
                "and then it counts all the same.",
            ),
            WrongAnswer(
                "forgets the sums",
                """
def my_merge(one, other):
    m = max(one[0], other[0])
    return np.array([m, np.exp(one[0] - m) + np.exp(other[0] - m)])
""",
                "Each chunk counts as if its maximum were its only score. The sums that came with "
                "the pairs are not in it.",
            ),
            WrongAnswer(
                "sum first",
                """
def my_merge(one, other):
    m = max(one[0], other[0])
    s = one[1] * np.exp(one[0] - m) + other[1] * np.exp(other[0] - m)
    return np.array([s, m])
""",
                "Both numbers are right, in the wrong order: the maximum comes first.",
            ),
            WrongAnswer(
                "sums taken for scores",
                """
def my_merge(one, other):
    m = max(one[0], other[0])
    return np.array([m, np.exp(one[1] - m) + np.exp(other[1] - m)])
""",
                "The sums are taken for scores. They are sums of e^(z - m) already.",
            ),
            WrongAnswer(
                "e to the power of the sums",
                """
def my_merge(one, other):
    m = max(one[0], other[0])
    return np.array([m, np.exp(one[1]) + np.exp(other[1])])
""",
                "The sums are taken for scores: e is raised to them. They are sums of e^(z - m) "
                "already.",
            ),
            WrongAnswer(
                "the smaller maximum",
                """
def my_merge(one, other):
    m = min(one[0], other[0])
    s = one[1] * np.exp(one[0] - m) + other[1] * np.exp(other[0] - m)
    return np.array([m, s])
""",
                "It is the *smaller* maximum that you keep. The maximum of all scores is the "
                "larger one, and with it no exponent is above 0.",
            ),
            WrongAnswer(
                "the maxima added",
                """
def my_merge(one, other):
    m = max(one[0], other[0])
    s = one[1] * np.exp(one[0] - m) + other[1] * np.exp(other[0] - m)
    return np.array([one[0] + other[0], s])
""",
                "The sum is right. The maxima are added: the maximum of all scores is the larger "
                "of the two.",
            ),
            WrongAnswer(
                "both shrink alike",
                """
def my_merge(one, other):
    m = max(one[0], other[0])
    low = min(one[0], other[0])
    return np.array([m, (one[1] + other[1]) * np.exp(low - m)])
""",
                "Both sums shrink. The one that was made with the larger maximum is in the new "
                "measure already: only the other one has to.",
            ),
            WrongAnswer(
                "the gap between the two",
                """
def my_merge(one, other):
    m = max(one[0], other[0])
    s = one[1] * np.exp(one[0] - other[0]) + other[1]
    return np.array([m, s])
""",
                "The first sum is brought to the second's maximum. That is the new one only where "
                "the second is the larger. Each has to come to the larger of the two.",
            ),
        ),
        noticed=(
            "In the formula with e^(m1 - m) every exponent is 0 or below, so no power of e "
            "overflows, however large the scores are. And swapping the two pairs changes nothing."
        ),
        draw=inputs.two_pairs,
        by_ratio=True,
        probes=(
            (_pair(2.0, 1.5), _pair(0.5, 1.25)),
            (_pair(-1.0, 2.75), _pair(1.5, 3.125)),
            (_pair(1000.0, 1.5), _pair(998.5, 4.0)),
            (_pair(-2003.0, 1.0), _pair(-2000.5, 2.5)),
            (_pair(0.25, 1.0), _pair(0.25, 7.5)),
            (_pair(-np.inf, 0.0), _pair(3.5, 2.25)),
            (_pair(-4.5, 1.75), _pair(-np.inf, 0.0)),
            (_pair(3.0, 1.0), _pair(-9.0, 50000.5)),
            (_pair(25.0, 1.0), _pair(0.0, 900000.5)),
            (_pair(-40.5, 3e12), _pair(0.5, 1.25)),
            (_pair(0.0000001234567, 1.0), _pair(-0.0004, 1.5)),
            (_pair(-0.5, 2.25), _pair(0.0001234567, 3.5)),
        ),
    ),
    Exercise(
        id="my_running_pairs",
        notebook=NOTEBOOK,
        title="Online: one chunk after the other",
        minutes=8,
        task=(
            "Write `my_running_pairs`: it takes a table of scores, whose rows are chunks that "
            "arrive one after the other. It returns an array with two columns and a row for each "
            "chunk: the maximum m of all the scores that have arrived so far, and the sum of "
            "e^(z - m) over all of them. Use each chunk once, and keep nothing of it but the two "
            "numbers. The check sees only what you return. Scores may be in the thousands."
        ),
        stub='''
def my_running_pairs(chunks):
    """Return a row (maximum, sum) for each chunk, of all scores up to its end."""
    return ...
''',
        solution="""
def my_running_pairs(chunks):
    m, s, pairs = -np.inf, 0.0, []
    for chunk in chunks:
        top = max(m, np.max(chunk))
        s = s * np.exp(m - top) + np.sum(np.exp(chunk - top))
        m = top
        pairs.append([m, s])
    return np.array(pairs)
""",
        in_course=("SoftmaxState",),
        hints=(
            "Begin with `m = -np.inf` and `s = 0.0`, the pair of nothing. For each chunk there is "
            "a new maximum, perhaps the old one. What happens to the old sum, and what is added?",
            "In the loop `for chunk in chunks:` begin with `top = max(m, np.max(chunk))`. The old "
            "sum becomes `s * np.exp(m - top)`, and the chunk adds `np.sum(np.exp(chunk - top))`. "
            "Only then `m = top`.",
            "`m, s, pairs = -np.inf, 0.0, []`, then `for chunk in chunks:` and four lines in it: "
            "`top = max(m, np.max(chunk))`, "
            "`s = s * np.exp(m - top) + np.sum(np.exp(chunk - top))`, `m = top`, "
            "`pairs.append([m, s])`. After the loop, return an array of `pairs`.",
        ),
        wrong=(
            WrongAnswer(
                "never rescales",
                """
def my_running_pairs(chunks):
    m, s, pairs = -np.inf, 0.0, []
    for chunk in chunks:
        m = max(m, np.max(chunk))
        s = s + np.sum(np.exp(chunk - m))
        pairs.append([m, s])
    return np.array(pairs)
""",
                "When the maximum rises, the old sum stays as it was, and counts too much. Is it "
                "multiplied with e^(old maximum - new maximum), and is the old one still there by "
                "then?",
            ),
            WrongAnswer(
                "a maximum that begins at 0",
                """
def my_running_pairs(chunks):
    m, s, pairs = 0.0, 0.0, []
    for chunk in chunks:
        top = max(m, np.max(chunk))
        s = s * np.exp(m - top) + np.sum(np.exp(chunk - top))
        m = top
        pairs.append([m, s])
    return np.array(pairs)
""",
                "The maximum begins at 0, and where all scores are below 0 it stays there. Nothing "
                "has arrived yet: begin with `-np.inf`, which every score exceeds.",
            ),
            WrongAnswer(
                "each chunk by itself",
                """
def my_running_pairs(chunks):
    return np.array([[c.max(), np.sum(np.exp(c - c.max()))] for c in chunks])
""",
                "These are the pairs of the single chunks. Each row wants the pair of all that has "
                "arrived so far: merge.",
            ),
            WrongAnswer(
                "the end alone",
                """
def my_running_pairs(chunks):
    m = np.max(chunks)
    return np.array([m, np.sum(np.exp(chunks - m))])
""",
                "This is the pair of all scores together, which is the last row. Where are the "
                "rows before it?",
            ),
            WrongAnswer(
                "looks ahead",
                """
def my_running_pairs(chunks):
    m = np.max(chunks)
    return np.array([[m, s] for s in np.cumsum(np.sum(np.exp(chunks - m), axis=1))])
""",
                "Every row has the maximum of the whole table. A chunk that has not arrived yet "
                "cannot be looked at.",
            ),
            WrongAnswer(
                "the first maximum for ever",
                """
def my_running_pairs(chunks):
    m = np.max(chunks[0])
    return np.array([[m, s] for s in np.cumsum(np.sum(np.exp(chunks - m), axis=1))])
""",
                "The maximum stays that of the first chunk. A later score can be larger, and then "
                "e^(z - m) is above 1, and may overflow.",
            ),
            WrongAnswer(
                "the chunk's own maximum",
                """
def my_running_pairs(chunks):
    m, s, pairs = -np.inf, 0.0, []
    for chunk in chunks:
        top = max(m, np.max(chunk))
        s = s * np.exp(m - top) + np.sum(np.exp(chunk - np.max(chunk)))
        m = top
        pairs.append([m, s])
    return np.array(pairs)
""",
                "A chunk adds its sum in the measure of its own maximum. When that is below the "
                "maximum so far, it adds too much.",
            ),
            WrongAnswer(
                "the last maximum",
                """
def my_running_pairs(chunks):
    m, s, pairs = -np.inf, 0.0, []
    for chunk in chunks:
        top = np.max(chunk)
        s = s * np.exp(m - top) + np.sum(np.exp(chunk - top))
        m = top
        pairs.append([m, s])
    return np.array(pairs)
""",
                "m is the maximum of the last chunk alone. When an earlier one was larger, the old "
                "sum is multiplied with something above 1, which may overflow.",
            ),
            WrongAnswer(
                "no maximum subtracted",
                """
def my_running_pairs(chunks):
    m, s, pairs = -np.inf, 0.0, []
    for chunk in chunks:
        m = max(m, np.max(chunk))
        s = s + np.sum(np.exp(chunk))
        pairs.append([m, s])
    return np.array(pairs)
""",
                "The sum is that of e^z, with nothing subtracted. In the thousands it overflows, "
                "and the pair wants the sum of e^(z - m).",
            ),
            WrongAnswer(
                "e^z, divided at the end",
                """
def my_running_pairs(chunks):
    m, s, pairs = -np.inf, 0.0, []
    for chunk in chunks:
        m = max(m, np.max(chunk))
        s = s + np.sum(np.exp(chunk))
        pairs.append([m, s / np.exp(m)])
    return np.array(pairs)
""",
                "On paper that is right, and small scores come out so. In the thousands e^z is "
                "infinite, and infinity divided by infinity is NaN: subtract the maximum in the "
                "exponent.",
            ),
            WrongAnswer(
                "the maxima alone",
                """
def my_running_pairs(chunks):
    return np.maximum.accumulate(np.max(chunks, axis=1))
""",
                "The maxima are right. Each row wants a second number, the sum.",
            ),
            WrongAnswer(
                "the same list each time",
                """
def my_running_pairs(chunks):
    m, s, pair, pairs = -np.inf, 0.0, [0.0, 0.0], []
    for chunk in chunks:
        top = max(m, np.max(chunk))
        s = s * np.exp(m - top) + np.sum(np.exp(chunk - top))
        m = top
        pair[0], pair[1] = m, s
        pairs.append(pair)
    return np.array(pairs)
""",
                "All rows are the last one: is the same list appended each time? Append a new "
                "one: `pairs.append([m, s])`.",
            ),
            WrongAnswer(
                "the end alone, never rescaled",
                """
def my_running_pairs(chunks):
    m, s = -np.inf, 0.0
    for chunk in chunks:
        m = max(m, np.max(chunk))
        s = s + np.sum(np.exp(chunk - m))
    return np.array([m, s])
""",
                "One pair comes out, after the last chunk: where are the rows before it? And when "
                "the maximum rises, the old sum stays as it was, and counts too much.",
            ),
            WrongAnswer(
                "the gap the wrong way round",
                """
def my_running_pairs(chunks):
    m, s, pairs = -np.inf, 0.0, []
    for chunk in chunks:
        top = max(m, np.max(chunk))
        s = s * np.exp(top - m) + np.sum(np.exp(chunk - top))
        m = top
        pairs.append([m, s])
    return np.array(pairs)
""",
                "Does the old sum grow when the maximum rises? It should shrink: which way round "
                "is the difference in the exponent? In the first round the old maximum is minus "
                "infinity.",
            ),
            WrongAnswer(
                "the maximum is a row late",
                """
def my_running_pairs(chunks):
    m, s, pairs = -np.inf, 0.0, []
    for chunk in chunks:
        top = max(m, np.max(chunk))
        s = s * np.exp(m - top) + np.sum(np.exp(chunk - top))
        pairs.append([m, s])
        m = top
    return np.array(pairs)
""",
                "The sums are right, and each maximum is that of the row before. Does the row get "
                "the old m? Raise m first, then write the row.",
            ),
        ),
        noticed=(
            "Nothing of a chunk has to be kept but two numbers. The last row is all that softmax "
            "of the whole needs: e^(z - m) / s."
        ),
        draw=inputs.chunks,
        by_ratio=True,
        probes=(
            (np.array([[1.0, 0.5, -1.0], [2.5, 0.0, 1.25], [0.75, -2.0, 2.25]]),),
            (np.array([[3.0, 2.5], [1.0, -0.5], [2.0, 3.5], [0.0, 0.25]]),),
            (np.array([[1000.0, 998.5], [1001.25, 997.0], [999.0, 1000.5]]),),
            (np.array([[-2000.5, -2003.0], [-2001.0, -1999.25]]),),
            (np.array([[-20000.5, -20003.0], [-20001.0, -19999.25]]),),
            (np.array([[0.5, -0.25]]),),
            (np.array([[2.0], [2.0], [-1.5]]),),
            (_random.normal(0, 4, (6, 4)).round(2),),
        ),
    ),
    Exercise(
        id="my_merged_average",
        notebook=NOTEBOOK,
        title="An average that is not finished",
        minutes=6,
        task=(
            "In attention each score comes with a value, and what is wanted is the average of the "
            "values, weighted by softmax. Write `my_merged_average`: it takes two arrays of three "
            "numbers, each from one tile: the maximum m of its scores, the sum s of e^(z - m), "
            "and the weighted average of its values. It returns an array: the three numbers of "
            "both tiles together. Scores may be in the thousands."
        ),
        stub='''
def my_merged_average(one, other):
    """Return (maximum, sum, weighted average) of both tiles together."""
    return ...
''',
        solution="""
def my_merged_average(one, other):
    m = max(one[0], other[0])
    w = one[1] * np.exp(one[0] - m), other[1] * np.exp(other[0] - m)
    return np.array([m, w[0] + w[1], (w[0] * one[2] + w[1] * other[2]) / (w[0] + w[1])])
""",
        hints=(
            "The first two numbers are those of `my_merge`. The average of two averages is "
            "weighted: which numbers say how much each tile weighs?",
            "After rescaling, the two sums are the weights of the tiles. With "
            "`m = max(one[0], other[0])` the first is `w1 = one[1] * np.exp(one[0] - m)`, and w2 "
            "is made alike. They add up to the new sum.",
            "`m = max(one[0], other[0])`, `w1 = one[1] * np.exp(one[0] - m)`, "
            "`w2 = other[1] * np.exp(other[0] - m)`, "
            "`return np.array([m, w1 + w2, (w1 * one[2] + w2 * other[2]) / (w1 + w2)])`.",
        ),
        wrong=(
            WrongAnswer(
                "half and half",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    s = one[1] * np.exp(one[0] - m) + other[1] * np.exp(other[0] - m)
    return np.array([m, s, (one[2] + other[2]) / 2])
""",
                "The pair is right. The two averages count half each, whatever their tiles weigh. "
                "Which numbers say how much each weighs?",
            ),
            WrongAnswer(
                "weighed by the sums as they are",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    s = one[1] * np.exp(one[0] - m) + other[1] * np.exp(other[0] - m)
    return np.array([m, s, (one[1] * one[2] + other[1] * other[2]) / (one[1] + other[1])])
""",
                "The pair is right. The averages are weighted by the sums as they came, and each "
                "of those was made with its own maximum. Weight them by the rescaled ones.",
            ),
            WrongAnswer(
                "not divided",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    w = one[1] * np.exp(one[0] - m), other[1] * np.exp(other[0] - m)
    return np.array([m, w[0] + w[1], w[0] * one[2] + w[1] * other[2]])
""",
                "The third number is a weighted sum, not yet an average: divide it by the sum of "
                "the weights.",
            ),
            WrongAnswer(
                "averages added",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    s = one[1] * np.exp(one[0] - m) + other[1] * np.exp(other[0] - m)
    return np.array([m, s, one[2] + other[2]])
""",
                "The two averages are added. The average of all the values lies between them.",
            ),
            WrongAnswer(
                "divided by the sums as they came",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    w = one[1] * np.exp(one[0] - m), other[1] * np.exp(other[0] - m)
    return np.array([m, w[0] + w[1], (w[0] * one[2] + w[1] * other[2]) / (one[1] + other[1])])
""",
                "The numerator has the rescaled sums, the denominator those that came. Both have "
                "to be the same weights, or the shares do not sum to 1.",
            ),
            WrongAnswer(
                "the average alone is rescaled",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    w = one[1] * np.exp(one[0] - m), other[1] * np.exp(other[0] - m)
    return np.array([m, one[1] + other[1], (w[0] * one[2] + w[1] * other[2]) / (w[0] + w[1])])
""",
                "The average is right. The sum that goes with the new maximum is not: there the "
                "old sums are added as they are.",
            ),
            WrongAnswer(
                "the sums forgotten",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    w = np.exp(one[0] - m), np.exp(other[0] - m)
    return np.array([m, w[0] + w[1], (w[0] * one[2] + w[1] * other[2]) / (w[0] + w[1])])
""",
                "Each tile weighs as if its maximum were its only score. Multiply with the sums "
                "that came with the tiles.",
            ),
            WrongAnswer(
                "the larger takes all",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    s = one[1] * np.exp(one[0] - m) + other[1] * np.exp(other[0] - m)
    return np.array([m, s, one[2] if one[0] >= other[0] else other[2]])
""",
                "The pair is right. The average is that of one tile alone, the one with the larger "
                "maximum or, where they tie, the first; the other tile has values too.",
            ),
            WrongAnswer(
                "back to e^z",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    w = one[1] * np.exp(one[0]), other[1] * np.exp(other[0])
    s = w[0] + w[1]
    return np.array([m, s / np.exp(m), (w[0] * one[2] + w[1] * other[2]) / s])
""",
                "On paper that is right, and small scores come out so. In the thousands e^m is "
                "infinite, and infinity divided by infinity is NaN. Subtract in the exponent.",
            ),
            WrongAnswer(
                "rescaled below the bar alone",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    s = one[1] * np.exp(one[0] - m) + other[1] * np.exp(other[0] - m)
    return np.array([m, s, (one[1] * one[2] + other[1] * other[2]) / s])
""",
                "The pair is right. The sums above the fraction bar are not rescaled, the one "
                "below is.",
            ),
            WrongAnswer(
                "the sums forgotten above the bar",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    s = one[1] * np.exp(one[0] - m) + other[1] * np.exp(other[0] - m)
    e = np.exp(one[0] - m), np.exp(other[0] - m)
    return np.array([m, s, (e[0] * one[2] + e[1] * other[2]) / s])
""",
                "The pair is right. Above the fraction bar each average is weighted by "
                "e^(maximum) alone, with m off: a tile's weight is its sum times that.",
            ),
            WrongAnswer(
                "no brackets",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    w = one[1] * np.exp(one[0] - m), other[1] * np.exp(other[0] - m)
    return np.array([m, w[0] + w[1], w[0] * one[2] + w[1] * other[2] / (w[0] + w[1])])
""",
                "The pair is right. But only the second product is divided: put brackets around "
                "what stands above the fraction bar.",
            ),
            WrongAnswer(
                "the sum of e^z",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    w = one[1] * np.exp(one[0]), other[1] * np.exp(other[0])
    return np.array([m, w[0] + w[1], (w[0] * one[2] + w[1] * other[2]) / (w[0] + w[1])])
""",
                "The second number is the sum of e^z itself, with no maximum subtracted. It "
                "overflows where scores are large, and wanted is the sum of e^(z - m).",
            ),
            WrongAnswer(
                "e^z in the average",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    s = one[1] * np.exp(one[0] - m) + other[1] * np.exp(other[0] - m)
    w = one[1] * np.exp(one[0]), other[1] * np.exp(other[0])
    return np.array([m, s, (w[0] * one[2] + w[1] * other[2]) / (w[0] + w[1])])
""",
                "The pair is right, and for small scores the average is, too. In the thousands "
                "e^m is infinite, and infinity divided by infinity is NaN. Weight by the sums "
                "that are rescaled already.",
            ),
            WrongAnswer(
                "the sums forgotten in the average",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    s = one[1] * np.exp(one[0] - m) + other[1] * np.exp(other[0] - m)
    e = np.exp(one[0] - m), np.exp(other[0] - m)
    return np.array([m, s, (e[0] * one[2] + e[1] * other[2]) / (e[0] + e[1])])
""",
                "The pair is right. The averages are weighted by e^(maximum) alone, with m off: a "
                "tile's weight is its sum times that.",
            ),
            WrongAnswer(
                "the gap the wrong way round",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    w = one[1] * np.exp(m - one[0]), other[1] * np.exp(m - other[0])
    s = w[0] + w[1]
    return np.array([m, s, (w[0] * one[2] + w[1] * other[2]) / s])
""",
                "The tile with the smaller maximum weighs more, and it should shrink. Which way "
                "round is the difference in the exponent?",
            ),
            WrongAnswer(
                "the pair without the average",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    return np.array([m, one[1] * np.exp(one[0] - m) + other[1] * np.exp(other[0] - m)])
""",
                "The pair is right, and the average is missing: a third number.",
            ),
            WrongAnswer(
                "the averages exchanged",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    w = one[1] * np.exp(one[0] - m), other[1] * np.exp(other[0] - m)
    s = w[0] + w[1]
    return np.array([m, s, (w[1] * one[2] + w[0] * other[2]) / s])
""",
                "The pair is right. Each average is weighted by the *other* tile's weight.",
            ),
            WrongAnswer(
                "sums and averages as they are",
                """
def my_merged_average(one, other):
    m = max(one[0], other[0])
    s = one[1] + other[1]
    return np.array([m, s, (one[1] * one[2] + other[1] * other[2]) / s])
""",
                "The sums are taken as they are, in both places. The one that was made with the "
                "smaller maximum has to shrink first, by e to its maximum minus the new one.",
            ),
        ),
        noticed=(
            "With a list of numbers in place of the one average that is the inner loop of "
            "FlashAttention: tile after tile, and no row of weights is ever whole in memory."
        ),
        draw=inputs.two_averages,
        by_ratio=True,
        probes=(
            (_pair(2.0, 1.5, 3.0), _pair(0.5, 1.25, -1.0)),
            (_pair(2.0, 1.5, -3.0), _pair(0.5, 1.25, 1.0)),
            (_pair(-1.0, 2.75, 0.5), _pair(1.5, 3.125, 4.0)),
            (_pair(1000.0, 1.5, 2.0), _pair(998.5, 4.0, 7.5)),
            (_pair(-2003.0, 1.0, -3.5), _pair(-2000.5, 2.5, 1.25)),
            (_pair(0.25, 1.0, 1.0), _pair(0.25, 7.5, 3.0)),
            (_pair(3.0, 1.0, 100.0), _pair(-4.0, 900.5, 250.0)),
            (_pair(0.00012, 1.0, 0.0000001), _pair(-0.0004, 1.5, 0.00025)),
            (_pair(0.5, 1.0, 0.000000001), _pair(-33.5, 1.5, 1234567.0)),
        ),
    ),
)

QUESTIONS = (
    Question(
        id="scale-order",
        notebook=NOTEBOOK,
        text="A hundred machines have a pair each. In which order do they have to be merged?",
        options=(
            (
                "From the largest maximum down.",
                "Then no old sum would ever shrink. But shrinking does no harm, and nobody has to "
                "sort.",
            ),
            (
                "Any.",
                "On paper the result does not depend on it, so whoever is ready first merges "
                "first. A computer rounds at each step, and the last digits may differ.",
            ),
            (
                "As the scores stand in the file.",
                "A maximum and a sum do not know where their scores stood.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="scale-passes",
        notebook=NOTEBOOK,
        text=(
            "How often must the scores be read, if nothing but finished probabilities is written?"
        ),
        options=(
            (
                "Once.",
                "The first score's probability depends on the last score: no probability is known "
                "before the end has been seen.",
            ),
            (
                "Twice.",
                "Once for the pair, once to write e^(z - m) / s.",
            ),
            (
                "Three times.",
                "So it is when maximum and sum are made one after the other: once for the maximum, "
                "once for the sum, once to write.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="scale-flash",
        notebook=NOTEBOOK,
        text=(
            "Cut the T by T table into small square tiles, and work out one after the other, "
            "beside the arithmetic. The output is the same. What does that spare?"
        ),
        options=(
            (
                "Multiplications: most of the scores are skipped.",
                "Each query still meets each key, so no product is left out.",
            ),
            (
                "Carrying the T by T table to and from memory.",
                "A tile stays where the arithmetic is done, and only queries, keys, values and "
                "outputs travel.",
            ),
            (
                "Exponentials: one for each row is enough.",
                "Each weight is still an exponential, and a rising maximum costs a few more.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="scale-zero",
        notebook=NOTEBOOK,
        text="Sparsemax of two scores: how far ahead must the first be to get everything?",
        options=(
            (
                "1.",
                "The nearest point of the edge is its end then, and stays there.",
            ),
            (
                "However far: the second always gets a little.",
                "That is softmax. Sparsemax reaches the corner.",
            ),
            (
                "It must be above 0, and the second below.",
                "Adding a constant to both scores changes nothing here either, so their signs "
                "have no say.",
            ),
        ),
        answer=0,
    ),
    Question(
        id="scale-rank",
        notebook=NOTEBOOK,
        text=(
            "The storyteller's logits are W x, with 64 numbers in x and a row of W for each of 795 "
            "words. You put the logits of 1,000 contexts into one table. What is the largest rank "
            "that the table can have?"
        ),
        options=(
            (
                "795, a dimension for each word.",
                "That many columns it has. But each row is made from 64 numbers.",
            ),
            (
                "64.",
                "Each row is a mixture of the same 64 lists, the columns of W. More dimensions "
                "than lists there cannot be.",
            ),
            (
                "1,000, if no two contexts are alike.",
                "There are that many rows, and nearly all of them are mixtures of others.",
            ),
        ),
        answer=1,
    ),
)
