"""Things to drag. They need anywidget, so nothing else in the module imports this package."""

from .softmax_explorer import SoftmaxExplorer

__all__ = ["SoftmaxExplorer"]
