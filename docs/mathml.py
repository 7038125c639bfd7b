"""Formulas of the pages as MathML: browsers typeset it themselves, and fetch nothing for it."""

from docutils.nodes import SkipNode

from softmax_lib.jupyter.formulas import mathml


def inline(writer, node):
    """Write a formula in a line of text."""
    writer.body.append(f'<span class="math">{mathml(node.astext())}</span>')
    raise SkipNode


def block(writer, node):
    """Write a formula on a line of its own."""
    writer.body.append(f'<div class="math">{mathml(node.astext(), block=True)}</div>')
    raise SkipNode


def setup(app):
    """Make it a renderer that `html_math_renderer` can name."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
