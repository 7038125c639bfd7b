"""The softmax course's module: softmax, what it makes, and where language models use it.

Only numpy is loaded here. Pictures, explorers and exercises load when you ask for them::

    from softmax_lib import softmax
    from softmax_lib.figures import probability_bars
    from softmax_lib.exercises import check
"""

from .distributions import (
    broken_requirements,
    check_distribution,
    entropy,
    kl_divergence,
    perplexity,
    total_variation,
)
from .glossary import glossary
from .gradients import softmax_jacobian, softmax_vjp
from .losses import cross_entropy, cross_entropy_gradient
from .sampling import greedy, sample
from .softmax import exponentiate, log_softmax, logsumexp, normalize, softmax

__version__ = "0.1.0"

__all__ = [
    "broken_requirements",
    "check_distribution",
    "cross_entropy",
    "cross_entropy_gradient",
    "entropy",
    "exponentiate",
    "glossary",
    "greedy",
    "kl_divergence",
    "log_softmax",
    "logsumexp",
    "normalize",
    "perplexity",
    "sample",
    "softmax",
    "softmax_jacobian",
    "softmax_vjp",
    "total_variation",
]
