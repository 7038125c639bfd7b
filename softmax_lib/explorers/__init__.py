"""Things to drag. They need anywidget, so nothing else in the module imports this package."""

from .attention_explorer import AttentionExplorer
from .beat_softmax_explorer import BeatSoftmaxExplorer
from .head_explorer import HeadExplorer
from .merge_explorer import MergeExplorer
from .next_word_explorer import NextWordExplorer
from .predict.explorer import PredictExplorer
from .range_explorer import RangeExplorer
from .rule_explorer import RuleExplorer
from .softmax_explorer import SoftmaxExplorer
from .triangle_explorer import TriangleExplorer

__all__ = [
    "AttentionExplorer",
    "BeatSoftmaxExplorer",
    "HeadExplorer",
    "MergeExplorer",
    "NextWordExplorer",
    "PredictExplorer",
    "RangeExplorer",
    "RuleExplorer",
    "SoftmaxExplorer",
    "TriangleExplorer",
]
