"""What softmax does inside a transformer."""

import numpy as np

from . import inputs
from .exercise import Exercise, Question, WrongAnswer

NOTEBOOK = "07_attention"
MINUTES = 40

_random = np.random.default_rng(7)
_SCORES = _random.normal(0, 2, (4, 4)).round(2)
_VALUES = _random.normal(0, 1, (4, 3)).round(2)
_MASKED = np.where(np.tri(4, dtype=bool), _SCORES, -np.inf)

EXERCISES = (
    Exercise(
        id="my_scores",
        notebook=NOTEBOOK,
        title="Every query against every key",
        minutes=6,
        task=(
            "Write `my_scores`: it takes a matrix of queries and a matrix of keys, one row for "
            "each word, and returns an array, the table of scores. The entry in row i and "
            "column j is query i times key j, added up, and divided by the square root of d. "
            "Here d is how many numbers a query has."
        ),
        stub='''
def my_scores(queries, keys):
    """Return the scores: a row for each query, a column for each key."""
    return ...
''',
        solution="""
def my_scores(queries, keys):
    d = queries.shape[1]
    return queries @ keys.T / np.sqrt(d)
""",
        in_course=("attention_scores",),
        hints=(
            "In 04 you multiplied a matrix with one vector. Here there is one vector for each "
            "word: a matrix times a matrix.",
            "`queries @ keys.T` multiplies every query with every key. `queries.shape[1]` is d.",
            "`return queries @ keys.T / np.sqrt(queries.shape[1])`.",
        ),
        wrong=(
            WrongAnswer(
                "forgets the square root of d",
                """
def my_scores(queries, keys):
    return queries @ keys.T
""",
                "The products are right, but they spread more the longer the queries are. Divide "
                "by the square root of d: you will see why below.",
            ),
            WrongAnswer(
                "divides by d",
                """
def my_scores(queries, keys):
    return queries @ keys.T / queries.shape[1]
""",
                "You divide by d. That is too much: divide by its square root. You will see why "
                "below.",
            ),
            WrongAnswer(
                "counts the words",
                """
def my_scores(queries, keys):
    return queries @ keys.T / np.sqrt(queries.shape[0])
""",
                "You divide by the root of how many *words* there are. d is how many numbers a "
                "query has: `queries.shape[1]`.",
            ),
            WrongAnswer(
                "keys in the rows",
                """
def my_scores(queries, keys):
    return keys @ queries.T / np.sqrt(queries.shape[1])
""",
                "Rows and columns are swapped: row i must belong to query i.",
            ),
            WrongAnswer(
                "not transposed",
                """
def my_scores(queries, keys):
    return queries @ keys / np.sqrt(queries.shape[1])
""",
                "You multiply by `keys` as it lies. Each *row* of it is a key, so it has to be "
                "turned: `keys.T`.",
            ),
            WrongAnswer(
                "word by word only",
                """
def my_scores(queries, keys):
    return np.sum(queries * keys, axis=1) / np.sqrt(queries.shape[1])
""",
                "Each query meets the key of its own word alone. Every query has to meet every "
                "key: that makes a table.",
            ),
            WrongAnswer(
                "subtracts the root",
                """
def my_scores(queries, keys):
    return queries @ keys.T - np.sqrt(queries.shape[1])
""",
                "You subtract the root. A constant changes nothing in softmax, as you saw in 03. "
                "Divide.",
            ),
            WrongAnswer(
                "counts the keys",
                """
def my_scores(queries, keys):
    return queries @ keys.T / np.sqrt(len(keys))
""",
                "You divide by the root of how many keys there are. d is how many numbers a "
                "query has: `queries.shape[1]`.",
            ),
            WrongAnswer(
                "multiplies by the root",
                """
def my_scores(queries, keys):
    return queries @ keys.T * np.sqrt(queries.shape[1])
""",
                "You multiply by the root of d, so the scores spread even farther. Divide.",
            ),
            WrongAnswer(
                "softmax too",
                """
def my_scores(queries, keys):
    w = np.exp(queries @ keys.T / np.sqrt(queries.shape[1]))
    return w / w.sum(axis=1, keepdims=True)
""",
                "You went on to softmax. The scores are the numbers before it: any size, any sign.",
            ),
        ),
        noticed=(
            "Dividing by the root of d is a temperature: T = root of d, the same for every row."
        ),
        draw=inputs.queries_and_keys,
        probes=(
            (_random.normal(0, 1, (3, 4)).round(2), _random.normal(0, 1, (3, 4)).round(2)),
            (_random.normal(0, 1, (4, 4)).round(2), _random.normal(0, 1, (4, 4)).round(2)),
            (_random.normal(0, 1, (2, 9)).round(2), _random.normal(0, 1, (5, 9)).round(2)),
            (
                np.array([[6.5, -0.1234567], [0.0, 0.01]]),
                np.array([[7.25, 0.5], [0.0, 0.0712345678], [1.0, 0.0]]),
            ),
            (
                np.array([[1.0, 0.5], [-2.0, 1.5], [0.3, 0.0], [1.1, -0.7], [2.0, 2.0]]),
                np.array([[0.5, -1.5]]),
            ),
            (np.array([[1.0, -0.5]]), np.array([[0.3, 2.0], [1.0, 1.0]])),
        ),
    ),
    Exercise(
        id="my_causal_mask",
        notebook=NOTEBOOK,
        title="No looking ahead",
        minutes=7,
        task=(
            "Write `my_causal_mask`: it takes a square table of scores, and returns an array in "
            "which every score of a *later* word is minus infinity, so that softmax gives it "
            "exactly 0. Row i may look at the columns 0 to i, its own among them."
        ),
        stub='''
def my_causal_mask(scores):
    """Return the scores with minus infinity wherever a word would look ahead."""
    return ...
''',
        solution="""
def my_causal_mask(scores):
    may_look = np.tri(len(scores), dtype=bool)
    return np.where(may_look, scores, -np.inf)
""",
        in_course=("causal_mask",),
        hints=(
            "Which entries lie ahead? Those whose column is larger than their row: the triangle "
            "at the upper right.",
            "`np.tri(n, dtype=bool)` is True on and below the diagonal. `np.where` chooses "
            "between two values, entry by entry.",
            "`return np.where(np.tri(len(scores), dtype=bool), scores, -np.inf)`.",
        ),
        wrong=(
            WrongAnswer(
                "zero in place of minus infinity",
                """
def my_causal_mask(scores):
    return np.where(np.tri(len(scores)) > 0, scores, 0)
""",
                "Later words get 0. Softmax gives a score of 0 the weight e^0 = 1, which can be "
                "more than the others get. Only minus infinity gives weight 0.",
            ),
            WrongAnswer(
                "hides the past",
                """
def my_causal_mask(scores):
    return np.where(np.tri(len(scores)).T > 0, scores, -np.inf)
""",
                "You hide the earlier words and leave the later ones. It is the future that must "
                "be hidden: the upper right.",
            ),
            WrongAnswer(
                "hides itself too",
                """
def my_causal_mask(scores):
    return np.where(np.tri(len(scores), k=-1) > 0, scores, -np.inf)
""",
                "A word may look at itself. Without the diagonal, the first row has nothing left "
                "to look at.",
            ),
            WrongAnswer(
                "looks one ahead",
                """
def my_causal_mask(scores):
    return np.where(np.tri(len(scores), k=1) > 0, scores, -np.inf)
""",
                "Each word still sees the next one, which is the very word it has to predict.",
            ),
            WrongAnswer(
                "plus infinity",
                """
def my_causal_mask(scores):
    return np.where(np.tri(len(scores)) > 0, scores, np.inf)
""",
                "Plus infinity asks for all the weight. The sign is the other way round.",
            ),
            WrongAnswer(
                "a mask without scores",
                """
def my_causal_mask(scores):
    return np.where(np.tri(len(scores)) > 0, 0, -np.inf)
""",
                "That is the mask alone. Keep the scores where looking is allowed.",
            ),
            *(
                WrongAnswer(
                    f"{v} in place of minus infinity",
                    "def my_causal_mask(scores):\n"
                    f"    return np.where(np.tri(len(scores)) > 0, scores, {v})",
                    f"Later words get about {v}. A finite score can come near any such number. "
                    "Minus infinity is below all of them: `-np.inf`.",
                )
                for v in (
                    "-100",
                    "-1000",
                    "-10000",
                    "-1e9",
                    "-1e10",
                    "-1e30",
                    "np.finfo(float).min",
                )
            ),
            WrongAnswer(
                "0 times infinity",
                """
def my_causal_mask(scores):
    return scores + (1 - np.tri(len(scores))) * -np.inf
""",
                "You multiply a mask of zeros and ones by minus infinity. 0 times infinity is "
                "NaN, so the scores that may stay are lost. `np.where` chooses without "
                "multiplying.",
            ),
            WrongAnswer(
                "softmax too",
                """
def my_causal_mask(scores):
    w = np.where(np.tri(len(scores)) > 0, np.exp(scores), 0)
    return w / w.sum(axis=1, keepdims=True)
""",
                "You went on to softmax. Return the scores, with minus infinity where a word "
                "would look ahead; softmax comes after.",
            ),
            WrongAnswer(
                "by the size of the score",
                """
def my_causal_mask(scores):
    return np.where(scores <= np.diag(scores)[:, None], scores, -np.inf)
""",
                "You hide what is larger than a word's score for itself. Size has no say here, "
                "only place: the columns to the right of the diagonal.",
            ),
        ),
        noticed=(
            "e to the minus infinity is 0, so a masked word gets no weight at all, as long as one "
            "word of the row is left."
        ),
        draw=inputs.square,
        probes=(
            (_SCORES,),
            (_SCORES[:3, :3] - 1,),
            (np.array([[2.0]]),),
            (_SCORES[:2, :2] / 3,),
            (np.array([[0.5, 0.0, 9.0], [6.5, -0.00012345, 1.0], [-4.0, 8.25, 0.0]]),),
            (_random.normal(0, 12, (5, 5)).round(2),),
        ),
    ),
    Exercise(
        id="my_attention",
        notebook=NOTEBOOK,
        title="A weighted average for each word",
        minutes=8,
        task=(
            "Write `my_attention`: it takes a table of scores, some of them perhaps minus "
            "infinity, and a matrix of values, one row for each word. Apply softmax to each row "
            "of the scores. Then return the weighted averages of the values, an array with one "
            "row for each row of scores."
        ),
        stub='''
def my_attention(scores, values):
    """Return softmax of each row of scores, times the values."""
    return ...
''',
        solution="""
def my_attention(scores, values):
    weights = np.exp(scores)
    weights = weights / np.sum(weights, axis=1, keepdims=True)
    return weights @ values
""",
        in_course=("attention",),
        hints=(
            "Two steps: softmax for each row, which you wrote in 03, then a product of two "
            "matrices.",
            "Start with `weights = np.exp(scores)`. A sum with `axis=1, keepdims=True` goes along "
            "each row and keeps the shape, so that you can divide. `weights @ values` averages.",
            "`weights = np.exp(scores)`, `weights = weights / weights.sum(axis=1, keepdims=True)`,"
            " `return weights @ values`.",
        ),
        wrong=(
            WrongAnswer(
                "columns",
                """
def my_attention(scores, values):
    w = np.exp(scores)
    return w / w.sum(axis=0, keepdims=True) @ values
""",
                "You normalize down the columns. Each *row* is one word that looks around, and it "
                "is the row that must sum to 1.",
            ),
            WrongAnswer(
                "whole table",
                """
def my_attention(scores, values):
    w = np.exp(scores)
    return w / w.sum() @ values
""",
                "You divide by the sum of the whole table. Each row needs a sum of its own.",
            ),
            WrongAnswer(
                "no softmax",
                """
def my_attention(scores, values):
    return scores @ values
""",
                "The scores go in as they are. Negative ones would subtract, and minus infinity "
                "breaks everything: softmax first.",
            ),
            WrongAnswer(
                "forgets to normalize",
                """
def my_attention(scores, values):
    return np.exp(scores) @ values
""",
                "The weights are not normalized: they do not sum to 1, so the result is a weighted "
                "sum, not an average.",
            ),
            WrongAnswer(
                "the weights alone",
                """
def my_attention(scores, values):
    w = np.exp(scores)
    return w / w.sum(axis=1, keepdims=True)
""",
                "These are the weights. Now use them: average the values.",
            ),
            WrongAnswer(
                "only the largest",
                """
def my_attention(scores, values):
    return values[np.argmax(scores, axis=1)]
""",
                "Each word copies the value of its favorite. Softmax is softer: the others count "
                "too, by their weight.",
            ),
            WrongAnswer(
                "loses the axis",
                """
def my_attention(scores, values):
    w = np.exp(scores)
    return (w / w.sum(axis=1)) @ values
""",
                "The columns are divided by the sums of the rows: numpy lines them up so, unless "
                "they stand in a column. `keepdims=True` makes a column of them.",
            ),
            WrongAnswer(
                "softmax twice",
                """
def my_attention(scores, values):
    w = np.exp(scores)
    w = w / w.sum(axis=1, keepdims=True)
    w = np.exp(w)
    return w / w.sum(axis=1, keepdims=True) @ values
""",
                "You apply softmax twice. The second time a masked word comes with 0, not with "
                "minus infinity, and gets e^0 = 1: it is seen again. Once is enough.",
            ),
            WrongAnswer(
                "weights turned over",
                """
def my_attention(scores, values):
    w = np.exp(scores)
    w = w / w.sum(axis=1, keepdims=True)
    return w.T @ values
""",
                "You turned the weights over. A *row* of them belongs to the word that looks: "
                "multiply them with the values as they are.",
            ),
            WrongAnswer(
                "divides by the root again",
                """
def my_attention(scores, values):
    w = np.exp(scores / np.sqrt(values.shape[1]))
    return w / w.sum(axis=1, keepdims=True) @ values
""",
                "You divide by a root once more. The scores come divided: that belongs to "
                "`my_scores`.",
            ),
            WrongAnswer(
                "a mask of 0",
                """
def my_attention(scores, values):
    w = np.exp(np.where(np.isinf(scores), 0, scores))
    return w / w.sum(axis=1, keepdims=True) @ values
""",
                "You put 0 in place of minus infinity. e^0 is 1, so a masked word is seen. Leave "
                "it: e to the minus infinity is 0.",
            ),
            WrongAnswer(
                "the largest weight",
                """
def my_attention(scores, values):
    w = np.exp(scores)
    return w / w.max(axis=1, keepdims=True) @ values
""",
                "You divide each row by its largest weight: the favorite counts fully, and the "
                "others come on top. Divide by the row's sum.",
            ),
            WrongAnswer(
                "the maximum of the whole table",
                """
def my_attention(scores, values):
    w = np.exp(scores - scores.max())
    return w / w.sum(axis=1, keepdims=True) @ values
""",
                "Do you subtract one number from the whole table, such as its largest? On paper it "
                "cancels; but a row that lies far below it underflows to 0, and 0 / 0 is NaN. "
                "Subtract each row's own maximum: `scores.max(axis=1, keepdims=True)`.",
            ),
        ),
        noticed=(
            "With `my_scores` and `my_causal_mask` that is a whole attention head, but for the "
            "matrices that make queries, keys and values. What comes out stays between the "
            "smallest and the largest value: it is an average."
        ),
        draw=inputs.scores_and_values,
        probes=(
            (_SCORES, _VALUES),
            (_MASKED, _VALUES),
            (_SCORES / 2, _VALUES[:, :2]),
            (
                np.array([[-21.0, -20.0, -20.5], [6.1234567, 5.5, 0.0], [1.0, -np.inf, 3.0]]),
                np.array([[0.1234567, 7.0], [-0.5, 0.0], [0.000123456, -3.0]]),
            ),
            (np.array([[0.0001234567, 0.0], [0.0, 0.0]]), np.array([[1.0], [-1.0]])),
            (np.array([[1.0, 0.5, 3.0]]), np.array([[0.5], [7.0], [-2.0]])),
            (_random.normal(0, 2, (5, 5)).round(2), _random.normal(0, 2, (5, 2)).round(2)),
            (np.array([[2.5]]), np.array([[3.0, -1.0]])),
            (
                np.array([[700.0, 699.0], [-100.0, -101.0]]),
                np.array([[0.5, -1.0], [2.0, 0.25]]),
            ),
        ),
    ),
)

QUESTIONS = (
    Question(
        id="attention-rows",
        notebook=NOTEBOOK,
        text="Five words look at five. Row 3 of the weights sums to 1. Does column 3 have to?",
        options=(
            ("Yes, both.", "A row is divided by its own sum. Down a column nobody divides."),
            (
                "No: nothing divides the columns.",
                "If all five look at one word, its column sums to nearly 5, and the others to "
                "nearly 0.",
            ),
            (
                "Only if the table is square.",
                "Its shape does not matter. This one is square, and its columns are free.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="attention-mask",
        notebook=NOTEBOOK,
        text="Why does the mask put minus infinity into the scores, and not 0 into the weights?",
        options=(
            (
                "It is faster.",
                "One adds, the other multiplies, once for each entry of the table.",
            ),
            (
                "Softmax cannot give 0.",
                "On paper that is right for every finite score. Minus infinity is the exception.",
            ),
            (
                "Then the other weights of the row share everything, and the row sums to 1.",
                "A zero that is put in after softmax leaves its share missing.",
            ),
        ),
        answer=2,
    ),
    Question(
        id="attention-empty-row",
        notebook=NOTEBOOK,
        text="Every key of a row is masked. Which weights are a distribution and keep the mask?",
        options=(
            ("0 on each word.", "They keep the mask, and they sum to 0."),
            (
                "The same on each word.",
                "They sum to 1, and look at every word that must not be seen.",
            ),
            (
                "None.",
                "1 has to go somewhere, and nowhere is allowed. The formula agrees: it says 0 / 0.",
            ),
        ),
        answer=2,
    ),
    Question(
        id="attention-root",
        notebook=NOTEBOOK,
        text=(
            "The numbers of queries and keys are independent, lie around 0, and have an average "
            "square of 1. d is 1024, and the scores are not divided. What happens?"
        ),
        options=(
            (
                "Most rows put nearly all their weight on one word.",
                "The scores spread by 32, so the largest is far ahead of the second. Where one "
                "weight is nearly 1, it hardly moves when a score does: training learns little.",
            ),
            (
                "Rows become nearly uniform.",
                "That is what dividing by too much would do.",
            ),
            (
                "Nothing: softmax ignores constants.",
                "It ignores what is *added* to all scores. A factor it does not ignore.",
            ),
        ),
        answer=0,
    ),
    Question(
        id="attention-first-row",
        notebook=NOTEBOOK,
        text="With the causal mask, what are the weights of the first word?",
        options=(
            ("The same on every word.", "It may not look at the later ones."),
            (
                "All on itself.",
                "It is the only word that it may look at, so it gets 1, whatever its score.",
            ),
            ("It depends on its score.", "One score alone becomes 1, whatever it is."),
        ),
        answer=1,
    ),
)
