"""How a model learns its logits."""

import numpy as np

from . import inputs
from .exercise import Exercise, Question, WrongAnswer

NOTEBOOK = "09_learning"
MINUTES = 55

_random = np.random.default_rng(9)
_IMAGES = _random.random((4, 3)).round(2)
_THREE = np.array([[0.5, 0.3, 0.2], [0.1, 0.7, 0.2], [0.25, 0.25, 0.5], [0.8, 0.15, 0.05]])

EXERCISES = (
    Exercise(
        id="my_cross_entropy",
        notebook=NOTEBOOK,
        title="Surprise",
        minutes=5,
        task=(
            "Write `my_cross_entropy`: it takes logits and a target, the place of what came, and "
            "returns the surprise in nats: minus the natural logarithm of the probability that "
            "softmax gives to the target."
        ),
        stub='''
def my_cross_entropy(logits, target):
    """Return -ln of the probability that softmax gives to the target."""
    return ...
''',
        solution="""
def my_cross_entropy(logits, target):
    weights = np.exp(logits)
    probabilities = weights / np.sum(weights)
    return -np.log(probabilities[target])
""",
        in_course=("cross_entropy",),
        hints=(
            "Three steps: softmax, which you wrote in 03; one entry of it; minus its logarithm. "
            "(08 has a safer way, in two: `log_softmax` is imported above.)",
            "The probability of what came is `probabilities[target]`. The natural logarithm is "
            "`np.log`.",
            "`weights = np.exp(logits)`, `probabilities = weights / np.sum(weights)`, "
            "`return -np.log(probabilities[target])`. (After 08: this is the textbook formula. "
            "Where logits are large it overflows; `-log_softmax(logits)[target]` does not.)",
        ),
        wrong=(
            WrongAnswer(
                "no minus",
                """
def my_cross_entropy(logits, target):
    w = np.exp(logits)
    return np.log(w[target] / w.sum())
""",
                "Right but for the sign: this is never above 0, since the logarithm of a "
                "probability is not. Surprise is never negative.",
            ),
            WrongAnswer(
                "in bits",
                """
def my_cross_entropy(logits, target):
    w = np.exp(logits)
    return -np.log2(w[target] / w.sum())
""",
                "Right, in another unit: these are bits. The task asks for nats, with the natural "
                "logarithm.",
            ),
            WrongAnswer(
                "logarithm of the logit",
                """
def my_cross_entropy(logits, target):
    return -np.log(logits[target])
""",
                "This is minus the logarithm of a *logit*. A logit may be negative, and then that "
                "is NaN. Make a probability of it first: softmax.",
            ),
            WrongAnswer(
                "minus the logit",
                """
def my_cross_entropy(logits, target):
    return -logits[target]
""",
                "This is minus the target's logit. Did you take the logarithm of the weight? "
                "The other words count too: divide by the sum of all weights first.",
            ),
            WrongAnswer(
                "what is missing to 1",
                """
def my_cross_entropy(logits, target):
    w = np.exp(logits)
    return 1 - w[target] / w.sum()
""",
                "This is what went to the other words, and it never exceeds 1. Surprise has no "
                "upper end: take minus the logarithm.",
            ),
            WrongAnswer(
                "the probability itself",
                """
def my_cross_entropy(logits, target):
    w = np.exp(logits)
    return w[target] / w.sum()
""",
                "This is the probability that the target had. Surprise is minus its logarithm.",
            ),
            WrongAnswer(
                "base 10",
                """
def my_cross_entropy(logits, target):
    w = np.exp(logits)
    return -np.log10(w[target] / w.sum())
""",
                "This is right in base 10. The task asks for the natural logarithm: `np.log`.",
            ),
            WrongAnswer(
                "averaged over the words",
                """
def my_cross_entropy(logits, target):
    w = np.exp(logits)
    return -np.log(w[target] / w.sum()) / len(logits)
""",
                "You divide the surprise by how many words there are. One came: `np.sum` in place "
                "of `np.mean`, or no average at all.",
            ),
            WrongAnswer(
                "one over the probability",
                """
def my_cross_entropy(logits, target):
    w = np.exp(logits)
    return w.sum() / w[target]
""",
                "This is 1/p. Its logarithm is the surprise.",
            ),
            WrongAnswer(
                "adds up all",
                """
def my_cross_entropy(logits, target):
    w = np.exp(logits)
    return -np.sum(np.log(w / w.sum()))
""",
                "This adds up the surprises of all words. One of them came: take that one.",
            ),
            WrongAnswer(
                "the favorite's",
                """
def my_cross_entropy(logits, target):
    w = np.exp(logits)
    return -np.log(w.max() / w.sum())
""",
                "This is the surprise if the *favorite* came. What came is `target`.",
            ),
            WrongAnswer(
                "entropy",
                """
def my_cross_entropy(logits, target):
    w = np.exp(logits)
    p = w / w.sum()
    return -np.sum(p * np.log(p))
""",
                "This is the entropy: the surprise that the model itself expects. The target has "
                "no say in it, and it should.",
            ),
            WrongAnswer(
                "weighed by the probability",
                """
def my_cross_entropy(logits, target):
    w = np.exp(logits)
    p = w / w.sum()
    return -p[target] * np.log(p[target])
""",
                "You weigh the surprise by the model's own p. It did come: it counts in full.",
            ),
            WrongAnswer(
                "the square of what is missing",
                """
def my_cross_entropy(logits, target):
    w = np.exp(logits)
    return (1 - w[target] / w.sum()) ** 2
""",
                "This is a squared error, and it never exceeds 1. Take minus the logarithm of the "
                "probability.",
            ),
            WrongAnswer(
                "counts from 1",
                """
def my_cross_entropy(logits, target):
    w = np.exp(logits)
    return -np.log(w[target - 1] / w.sum())
""",
                "This is the surprise of the entry before the target, and for target 0 that of "
                "the last. Places count from 0.",
            ),
            *(
                WrongAnswer(
                    f"{v} inside the logarithm",
                    "def my_cross_entropy(logits, target):\n    w = np.exp(logits)\n"
                    f"    return -np.log(w[target] / w.sum() + {v})",
                    f"You add {v} inside the logarithm. Then no surprise is larger than that of "
                    f"{v}, and a model that is surer and wrong pays no more. On paper softmax is "
                    "never 0: add nothing.",
                )
                for v in ("1e-6", "1e-7", "1e-8", "1e-9", "1e-10", "1e-12", "1e-15", "1e-16")
            ),
            WrongAnswer(
                "eps inside the logarithm",
                """
def my_cross_entropy(logits, target):
    w = np.exp(logits)
    return -np.log(w[target] / w.sum() + np.finfo(float).eps)
""",
                "You add `np.finfo(float).eps` inside the logarithm. Then no surprise is larger "
                "than that of 2.2e-16, and a model that is surer and wrong pays no more. On paper "
                "softmax is never 0: add nothing.",
            ),
        ),
        noticed=(
            "Written out, it is the logarithm of the sum of e^z, minus the target's logit: the "
            "soft maximum of 03, minus what came. (After 08: where logits are large, "
            "`-log_softmax(logits)[target]` keeps it finite.)"
        ),
        draw=inputs.logits_and_target,
        probes=(
            (np.array([2.0, 1.25, -1.5]), 0),
            (np.array([2.0, 1.25, -1.5]), 1),
            (np.array([2.0, 1.25, -1.5]), 2),
            (np.array([-0.5, -3.0]), 1),
            (np.array([0.0, 0.0, 0.0, 0.0]), 2),
            (np.array([25.5, -15.0, 3.0]), 1),
            (np.array([150.0, -150.0]), 1),
            (np.array([-4.25]), 0),
        ),
    ),
    Exercise(
        id="my_gradient",
        notebook=NOTEBOOK,
        title="Which way is down?",
        minutes=6,
        task=(
            "Write `my_gradient`: it takes logits and a target, and returns how steeply the "
            "surprise rises with each logit: an array, p - y. Here p is softmax of the logits, and "
            "y is 1 at the target and 0 elsewhere."
        ),
        stub='''
def my_gradient(logits, target):
    """Return the slope of the surprise along each logit."""
    return ...
''',
        solution="""
def my_gradient(logits, target):
    weights = np.exp(logits)
    y = np.eye(len(logits))[target]
    return weights / np.sum(weights) - y
""",
        in_course=("cross_entropy_gradient",),
        hints=(
            "One of the two you have written before. The other is a list of zeros with a single 1.",
            "`np.eye(3)` is a table of three such lists: `np.eye(3)[1]` is the one with its 1 at "
            "place 1.",
            "`weights = np.exp(logits)`, `y = np.eye(len(logits))[target]`, "
            "`return weights / np.sum(weights) - y`. (After 08: this is the textbook formula. "
            "Where logits are large, take `np.max(logits)` off them first.)",
        ),
        wrong=(
            WrongAnswer(
                "the other way",
                """
def my_gradient(logits, target):
    w = np.exp(logits)
    return np.eye(len(logits))[target] - w / w.sum()
""",
                "This is y - p, the way *down*. The gradient points up: where the target's logit "
                "rises, the surprise falls, so its slope is negative.",
            ),
            WrongAnswer(
                "the probabilities alone",
                """
def my_gradient(logits, target):
    w = np.exp(logits)
    return w / w.sum()
""",
                "These are the probabilities, whatever the target. At the target, 1 goes off.",
            ),
            WrongAnswer(
                "1 off everywhere",
                """
def my_gradient(logits, target):
    w = np.exp(logits)
    return w / w.sum() - 1
""",
                "You take 1 off every entry. Only what came has a 1 in y.",
            ),
            WrongAnswer(
                "logits in place of probabilities",
                """
def my_gradient(logits, target):
    return logits - np.eye(len(logits))[target]
""",
                "You take y off the logits. Softmax comes first: p is made of probabilities.",
            ),
            WrongAnswer(
                "the target's slope alone",
                """
def my_gradient(logits, target):
    w = np.exp(logits)
    return w[target] / w.sum() - 1
""",
                "This is the slope along the target's logit. The other logits have one too: their "
                "weights stand in the sum below.",
            ),
            WrongAnswer(
                "as if the favorite had come",
                """
def my_gradient(logits, target):
    w = np.exp(logits)
    return w / w.sum() - (logits == logits.max())
""",
                "You take 1 off at the favorite, whatever came. Then a model grows ever surer of "
                "its favorite. Take it off at `target`.",
            ),
            WrongAnswer(
                "by the probability",
                """
def my_gradient(logits, target):
    w = np.exp(logits)
    p = w / w.sum()
    return -np.eye(len(logits))[target] / p[target]
""",
                "This is -1/p at the target: the slope of the surprise along its *probability*. "
                "Along the logits it is p - y.",
            ),
            WrongAnswer(
                "of a squared error",
                """
def my_gradient(logits, target):
    w = np.exp(logits)
    p = w / w.sum()
    g = p - np.eye(len(logits))[target]
    return p * (g - (g * p).sum())
""",
                "This is the slope of half the squared error between p and y. That of the surprise "
                "is p - y itself, without the factors.",
            ),
            WrongAnswer(
                "the target's number off",
                """
def my_gradient(logits, target):
    w = np.exp(logits)
    return w / w.sum() - target
""",
                "You take the *number* of the target off every entry. y is a list: 1 at place "
                "`target`, 0 elsewhere.",
            ),
            WrongAnswer(
                "1 off the weight",
                """
def my_gradient(logits, target):
    w = np.exp(logits)
    w[target] -= 1
    return w / w.sum()
""",
                "Your 1 goes off the weight, before the weights are normalized. Normalize first: "
                "it goes off the probability.",
            ),
            WrongAnswer(
                "-1 at the target",
                """
def my_gradient(logits, target):
    w = np.exp(logits)
    g = w / w.sum()
    g[target] = -1
    return g
""",
                "At the target stands -1, whatever its probability. It should be p - 1.",
            ),
            WrongAnswer(
                "the slope of p",
                """
def my_gradient(logits, target):
    w = np.exp(logits)
    p = w / w.sum()
    return p * (1 - p)
""",
                "That is how each probability moves with its own logit, p (1 - p). The question is "
                "how the *surprise* moves: p - y.",
            ),
            WrongAnswer(
                "averaged over the words",
                """
def my_gradient(logits, target):
    w = np.exp(logits)
    return (w / w.sum() - np.eye(len(logits))[target]) / len(logits)
""",
                "You divide by how many logits there are. Each slope counts in full.",
            ),
            WrongAnswer(
                "adds y",
                """
def my_gradient(logits, target):
    w = np.exp(logits)
    return w / w.sum() + np.eye(len(logits))[target]
""",
                "You add y. Then every slope is above 0, and downhill the target's logit falls "
                "most of all: take y off.",
            ),
            WrongAnswer(
                "1 - p at the target",
                """
def my_gradient(logits, target):
    w = np.exp(logits)
    return np.abs(w / w.sum() - np.eye(len(logits))[target])
""",
                "The sizes are right, and the sign at the target is not: there p - 1 is below 0. "
                "Raising the target's logit lowers the surprise.",
            ),
            WrongAnswer(
                "counts from 1",
                """
def my_gradient(logits, target):
    w = np.exp(logits)
    return w / w.sum() - np.eye(len(logits))[target - 1]
""",
                "Your 1 goes off one place too early, and for target 0 at the end. Places count "
                "from 0.",
            ),
            WrongAnswer(
                "the whole table",
                """
def my_gradient(logits, target):
    w = np.exp(logits)
    return w / w.sum() - np.eye(len(logits))
""",
                "`np.eye(n)` is the whole table; y is one row of it, `[target]`.",
            ),
            WrongAnswer(
                "p becomes 1 at the target",
                """
def my_gradient(logits, target):
    weights = np.exp(logits)
    p = weights / np.sum(weights)
    p[target] = 1
    return p
""",
                "At the target stands 1. Is 1 put in the place of p there? It goes *off* p: p - "
                "1, a number below 0.",
            ),
            WrongAnswer(
                "0 and 1 the wrong way round",
                """
def my_gradient(logits, target):
    weights = np.exp(logits)
    p = weights / np.sum(weights)
    y = np.ones(len(p))
    y[target] = 0
    return p - y
""",
                "All but the target have 1 taken off. y is 1 where the target is, and 0 elsewhere.",
            ),
            WrongAnswer(
                "squared",
                """
def my_gradient(logits, target):
    weights = np.exp(logits)
    p = weights / np.sum(weights)
    p[target] -= 1
    return p**2
""",
                "These are the squares of the gradient. A slope has a sign: below 0 at the "
                "target, above 0 elsewhere.",
            ),
        ),
        noticed=(
            "The slopes sum to 0, because adding a constant to all logits changes nothing. And "
            "they are all 0 only where p is y: where nothing is left to learn."
        ),
        draw=inputs.logits_and_target,
        probes=(
            (np.array([2.0, 1.25, -1.5]), 0),
            (np.array([2.0, 1.25, -1.5]), 1),
            (np.array([2.0, 1.25, -1.5]), 2),
            (np.array([-0.5, -3.0]), 1),
            (np.array([0.0, 0.0, 0.0, 0.0]), 2),
            (np.array([6.5, -5.0, 3.0]), 1),
            (np.array([0.25, 0.5]), 0),
        ),
    ),
    Exercise(
        id="my_jacobian",
        notebook=NOTEBOOK,
        title="All slopes of softmax",
        minutes=7,
        task=(
            "Write `my_jacobian`: it takes probabilities, n of them, and returns an array of n by "
            "n slopes of softmax: in row i and column j stands how steeply p_i rises with z_j. "
            "That is p_i (1 - p_i) where i = j, and -p_i p_j elsewhere."
        ),
        stub='''
def my_jacobian(probabilities):
    """Return the slope of each probability along each logit."""
    return ...
''',
        solution="""
def my_jacobian(probabilities):
    return np.diag(probabilities) - np.outer(probabilities, probabilities)
""",
        in_course=("softmax_jacobian",),
        hints=(
            "p_i (1 - p_i) is p_i - p_i p_i. So every entry has -p_i p_j, and the diagonal has p_i "
            "besides.",
            "`np.outer(p, p)` is the table of all products p_i p_j. `np.diag(p)` is a table with p "
            "on its diagonal.",
            "`return np.diag(probabilities) - np.outer(probabilities, probabilities)`.",
        ),
        wrong=(
            WrongAnswer(
                "the diagonal alone",
                """
def my_jacobian(probabilities):
    return probabilities * (1 - probabilities)
""",
                "That is the diagonal: how each probability moves with its *own* logit. It also "
                "moves with each other one, since the sum is shared. Make it a table.",
            ),
            WrongAnswer(
                "zeros off the diagonal",
                """
def my_jacobian(probabilities):
    return np.diag(probabilities * (1 - probabilities))
""",
                "Off the diagonal there are zeros. When one logit rises, the other probabilities "
                "lose: -p_i p_j.",
            ),
            WrongAnswer(
                "a product of lists",
                """
def my_jacobian(probabilities):
    return np.diag(probabilities) - probabilities @ probabilities
""",
                "The same number goes off everywhere: the sum of the squares. `@` of two lists "
                "adds up. For all products use `np.outer`.",
            ),
            WrongAnswer(
                "squares in the columns",
                """
def my_jacobian(probabilities):
    return np.diag(probabilities) - probabilities * probabilities
""",
                "Column j loses p_j squared in every row. The product must be that of p_i and "
                "p_j: `np.outer`.",
            ),
            WrongAnswer(
                "signs turned over",
                """
def my_jacobian(probabilities):
    return np.outer(probabilities, probabilities) - np.diag(probabilities)
""",
                "All signs are turned over: raising a logit must raise its own probability.",
            ),
            WrongAnswer(
                "all gain",
                """
def my_jacobian(probabilities):
    return np.diag(probabilities) + np.outer(probabilities, probabilities)
""",
                "No entry is below 0: then no probability would ever fall, and the sum would not "
                "stay 1. The products go off.",
            ),
            WrongAnswer(
                "without the diagonal",
                """
def my_jacobian(probabilities):
    return -np.outer(probabilities, probabilities)
""",
                "Every entry is -p_i p_j. On the diagonal p_i comes besides.",
            ),
            WrongAnswer(
                "1 - p_j everywhere",
                """
def my_jacobian(probabilities):
    return np.outer(probabilities, 1 - probabilities)
""",
                "You take p_i (1 - p_j) everywhere. The 1 belongs to the diagonal alone.",
            ),
            WrongAnswer(
                "ones on the diagonal",
                """
def my_jacobian(probabilities):
    return np.eye(len(probabilities)) - np.outer(probabilities, probabilities)
""",
                "The diagonal is 1 - p_i p_i. It needs p_i in place of the 1.",
            ),
            WrongAnswer(
                "1 - p on the diagonal",
                """
def my_jacobian(probabilities):
    table = -np.outer(probabilities, probabilities)
    np.fill_diagonal(table, 1 - probabilities)
    return table
""",
                "On the diagonal stands 1 - p_i. It should be p_i times that.",
            ),
            WrongAnswer(
                "of the logarithm",
                """
def my_jacobian(probabilities):
    return np.eye(len(probabilities)) - probabilities
""",
                "In column j stands -p_j, and 1 - p_j on the diagonal: the slopes of the "
                "*logarithm* of each probability. Multiply row i by p_i.",
            ),
            WrongAnswer(
                "the others gain",
                """
def my_jacobian(probabilities):
    p = probabilities
    return np.abs(np.diag(p) - np.outer(p, p))
""",
                "Off the diagonal the sign is wrong: what one gains, the others lose.",
            ),
            WrongAnswer(
                "softmax once more",
                """
def my_jacobian(probabilities):
    w = np.exp(probabilities)
    p = w / w.sum()
    return np.diag(p) - np.outer(p, p)
""",
                "You apply softmax to the probabilities. They are its result already.",
            ),
            WrongAnswer(
                "squares off twice",
                """
def my_jacobian(probabilities):
    p = probabilities
    return np.diag(p * (1 - p)) - np.outer(p, p)
""",
                "On the diagonal p_i squared goes off twice: p_i (1 - p_i) holds it already. Take "
                "`np.diag(p)`.",
            ),
        ),
        noticed=(
            "Each row sums to 0, since adding a constant to all logits changes nothing; and each "
            "column, since the probabilities keep their sum of 1. Near a corner all slopes are "
            "near 0: softmax saturates."
        ),
        draw=inputs.distribution,
        probes=(
            (np.array([0.5, 0.3, 0.2]),),
            (np.array([0.9, 0.1]),),
            (np.array([0.1, 0.6, 0.25, 0.05]),),
            (np.array([1.0, 0.0, 0.0]),),
            (np.full(4, 0.25),),
            (np.array([0.7, 0.299, 0.001]),),
        ),
    ),
    Exercise(
        id="my_weight_gradient",
        notebook=NOTEBOOK,
        title="The gradient that trains",
        minutes=8,
        task=(
            "Write `my_weight_gradient`: it takes a table of probabilities, a table of images and "
            "a list of labels, one row or label for each image. It returns an array, the gradient "
            "of the mean surprise by the weights: in row c and column k stands the average, over "
            "the images, of (p_c - y_c) times pixel k. Here y_c is 1 where c is the image's label "
            "and 0 elsewhere."
        ),
        stub='''
def my_weight_gradient(probabilities, images, labels):
    """Return the gradient by the weights: a row for each class."""
    return ...
''',
        solution="""
def my_weight_gradient(probabilities, images, labels):
    targets = np.eye(probabilities.shape[1])[labels]
    return (probabilities - targets).T @ images / len(labels)
""",
        hints=(
            "First p - y for each image, a table with a row for each. Then a product of two "
            "tables adds up over the images.",
            "`np.eye(n)[labels]` has a row of y for each label; n is `probabilities.shape[1]`. "
            "`probabilities.T` is a table turned over: its product with `images` adds up over the "
            "images.",
            "`targets = np.eye(probabilities.shape[1])[labels]`, then "
            "`return (probabilities - targets).T @ images / len(labels)`.",
        ),
        wrong=(
            WrongAnswer(
                "the sum",
                """
def my_weight_gradient(probabilities, images, labels):
    y = np.eye(probabilities.shape[1])[labels]
    return (probabilities - y).T @ images
""",
                "This is the sum over the images. With more images the step would grow: divide by "
                "how many they are.",
            ),
            WrongAnswer(
                "turned over",
                """
def my_weight_gradient(probabilities, images, labels):
    y = np.eye(probabilities.shape[1])[labels]
    return images.T @ (probabilities - y) / len(labels)
""",
                "The table lies on its side: a row for each pixel. It must be like the weights: a "
                "row for each class.",
            ),
            WrongAnswer(
                "the other way",
                """
def my_weight_gradient(probabilities, images, labels):
    y = np.eye(probabilities.shape[1])[labels]
    return (y - probabilities).T @ images / len(labels)
""",
                "This points down, and the gradient points up. Whoever takes it off the weights "
                "climbs: p - y.",
            ),
            WrongAnswer(
                "never mind the labels",
                """
def my_weight_gradient(probabilities, images, labels):
    return probabilities.T @ images / len(labels)
""",
                "The labels have no say here. Take y off the probabilities first.",
            ),
            WrongAnswer(
                "divided by the classes",
                """
def my_weight_gradient(probabilities, images, labels):
    y = np.eye(probabilities.shape[1])[labels]
    return (probabilities - y).T @ images / probabilities.shape[1]
""",
                "You divide by how many classes there are. The average goes over the images.",
            ),
            WrongAnswer(
                "divided by all entries",
                """
def my_weight_gradient(probabilities, images, labels):
    y = np.eye(probabilities.shape[1])[labels]
    return (probabilities - y).T @ images / probabilities.size
""",
                "You divide by images times classes. The average goes over the images alone.",
            ),
            WrongAnswer(
                "without the pixels",
                """
def my_weight_gradient(probabilities, images, labels):
    y = np.eye(probabilities.shape[1])[labels]
    return (probabilities - y).mean(axis=0)
""",
                "That is the average of p - y, a number for each class. A weight counts as much "
                "as its pixel is dark: multiply by the images.",
            ),
            WrongAnswer(
                "1 off in whole columns",
                """
def my_weight_gradient(probabilities, images, labels):
    d = probabilities.copy()
    d[:, labels] -= 1
    return d.T @ images / len(labels)
""",
                "Your 1 goes off in every row, for each label that occurs. Image i has its own "
                "label alone: `np.eye(n)[labels]` has a row for each.",
            ),
            WrongAnswer(
                "the averages multiplied",
                """
def my_weight_gradient(probabilities, images, labels):
    y = np.eye(probabilities.shape[1])[labels]
    return np.outer((probabilities - y).mean(axis=0), images.mean(axis=0))
""",
                "You average first and multiply then. Which error belongs to which image is lost: "
                "multiply for each image, and average the products.",
            ),
            WrongAnswer(
                "as if the favorites were right",
                """
def my_weight_gradient(probabilities, images, labels):
    y = np.eye(probabilities.shape[1])[probabilities.argmax(axis=1)]
    return (probabilities - y).T @ images / len(labels)
""",
                "You take the model's favorites for the truth. It would grow surer of what it "
                "believes already. The truth is in `labels`.",
            ),
            WrongAnswer(
                "sizes of the errors",
                """
def my_weight_gradient(probabilities, images, labels):
    y = np.eye(probabilities.shape[1])[labels]
    return np.abs(probabilities - y).T @ images / len(labels)
""",
                "The signs are lost: at the label, p - y is below 0. Without signs, and with no "
                "pixel below 0, a weight could only fall.",
            ),
            WrongAnswer(
                "by the probabilities",
                """
def my_weight_gradient(probabilities, images, labels):
    y = np.eye(probabilities.shape[1])[labels]
    return -(y / probabilities).T @ images / len(labels)
""",
                "You start from -1/p, the slope along the *probability* of the label. Along the "
                "logits it is p - y.",
            ),
            WrongAnswer(
                "squared errors",
                """
def my_weight_gradient(probabilities, images, labels):
    y = np.eye(probabilities.shape[1])[labels]
    return ((probabilities - y) ** 2).T @ images / len(labels)
""",
                "You square p - y, and the signs are lost. The gradient has p - y as it is.",
            ),
            WrongAnswer(
                "the last image alone",
                """
def my_weight_gradient(probabilities, images, labels):
    for p, x, c in zip(probabilities, images, labels):
        g = np.outer(p - np.eye(len(p))[c], x)
    return g / len(labels)
""",
                "Only the last image is left: does `=` overwrite what `+=` would add up?",
            ),
            WrongAnswer(
                "the last image alone, not divided",
                """
def my_weight_gradient(probabilities, images, labels):
    for p, x, c in zip(probabilities, images, labels):
        g = np.outer(p - np.eye(len(p))[c], x)
    return g
""",
                "Only the last image is left: does `=` overwrite what `+=` would add up? After "
                "the loop, divide by how many they are.",
            ),
            WrongAnswer(
                "a table for each image",
                """
def my_weight_gradient(probabilities, images, labels):
    y = np.eye(probabilities.shape[1])[labels]
    return (probabilities - y)[:, :, None] * images[:, None, :]
""",
                "A table for each image. Average over the images: `axis=0`.",
            ),
            WrongAnswer(
                "softmax once more",
                """
def my_weight_gradient(probabilities, images, labels):
    w = np.exp(probabilities)
    errors = w / np.sum(w, axis=1, keepdims=True)
    errors[np.arange(len(labels)), labels] -= 1
    return errors.T @ images / len(images)
""",
                "Softmax is applied once more: what comes in are probabilities already. Take them "
                "as they are.",
            ),
        ),
        noticed=(
            "A column of a pixel that is white in all images is 0: what is never seen teaches "
            "nothing. And each column sums to 0, as p - y does."
        ),
        draw=inputs.batch,
        probes=(
            (_THREE[:2], _IMAGES[:2, :2], np.array([1, 1])),
            (_THREE, _IMAGES, np.array([0, 2, 2, 1])),
            (_THREE[:1], _IMAGES[:1], np.array([2])),
            (_THREE[[3, 1, 0]], -_IMAGES[:3], np.array([0, 1, 2])),
            (
                np.array([[0.6, 0.4], [0.05, 0.95], [0.5, 0.5], [0.9, 0.1], [0.2, 0.8]]),
                _random.normal(0, 3, (5, 4)).round(2),
                np.array([1, 0, 0, 0, 1]),
            ),
        ),
    ),
)

QUESTIONS = (
    Question(
        id="learning-sure",
        notebook=NOTEBOOK,
        text=(
            "Ten questions. Ada gives the right answer 0.5 each time. Ben gives it 0.99 nine "
            "times, and 0.0001 once. Whose average surprise is smaller?"
        ),
        options=(
            (
                "Ada's.",
                "0.69 nats against 0.93: Ben pays 9.21 for the one time he was sure and wrong.",
            ),
            (
                "Ben's: he is nearly always right.",
                "Nine times he pays 0.01. The tenth costs him 9.21, more than all ten cost Ada.",
            ),
            ("They tie.", "Ada's is ln 2, which is 0.69. Ben's is 0.93."),
        ),
        answer=0,
    ),
    Question(
        id="learning-sum",
        notebook=NOTEBOOK,
        text="Add up the slopes of the surprise along all logits. What comes out?",
        options=(
            ("1, as for probabilities.", "The probabilities sum to 1, and so does y: 1 - 1."),
            (
                "0, whatever the logits.",
                "Raise all logits by the same, and nothing changes: the slopes cancel.",
            ),
            (
                "It depends on how surprised the model is.",
                "Each slope may change. Their sum is that of p minus that of y, 1 - 1.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="learning-targets",
        notebook=NOTEBOOK,
        text=(
            "After the same words came garden three times and castle once. Where on the triangle "
            "is the mean gradient 0?"
        ),
        options=(
            (
                "In the corner of garden.",
                "There p - y averages to 0.25 for garden and -0.25 for castle: not 0.",
            ),
            (
                "On the side between them, at 0.75 for garden.",
                "p has to be the average of the y: the shares, as you counted them in 01.",
            ),
            (
                "Nowhere: some arrow always pulls.",
                "Each pulls. Three of one kind and one of the other balance at one place.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="learning-start",
        notebook=NOTEBOOK,
        text="All 640 weights are 0. How surprised is the model by each digit?",
        options=(
            ("0 nats: it has no opinion.", "No opinion is 0.1 for each, and 0.1 is a surprise."),
            (
                "2.30 nats, ln 10.",
                "All logits are 0, so each digit has 0.1. No digit surprises it more than another.",
            ),
            (
                "Endlessly.",
                "That would take a probability of 0. Equal logits give 0.1 each.",
            ),
        ),
        answer=1,
    ),
    Question(
        id="learning-held-out",
        notebook=NOTEBOOK,
        text="Why not fit the temperature on the digits that the weights were learned from?",
        options=(
            (
                "The model knows those too well.",
                "It is right there more often than elsewhere, so the temperature comes out too "
                "low.",
            ),
            (
                "Temperature changes the favorite.",
                "No temperature above 0 does: the order stays.",
            ),
            (
                "There would be too few of them.",
                "There are 797 of them, and 400 held out.",
            ),
        ),
        answer=0,
    ),
    Question(
        id="learning-letter",
        notebook=NOTEBOOK,
        text="The classifier has learned ten digits. You show it a letter A. What can it say?",
        options=(
            (
                "That it is none of them.",
                "There is no eleventh logit: the ten probabilities sum to 1.",
            ),
            (
                "About 0.1 for each digit.",
                "That would take ten logits alike. Nothing made them alike for letters.",
            ),
            (
                "A digit, perhaps with 0.99.",
                "Something has to get the 1, and the largest logit may lead by much.",
            ),
        ),
        answer=2,
    ),
)
