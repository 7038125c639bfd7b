"""Things to drag. They need anywidget, so nothing else in the module imports this package."""

from .attention_explorer import AttentionExplorer
from .next_word_explorer import NextWordExplorer
from .predict.explorer import PredictExplorer
from .softmax_explorer import SoftmaxExplorer

__all__ = ["AttentionExplorer", "NextWordExplorer", "PredictExplorer", "SoftmaxExplorer"]
