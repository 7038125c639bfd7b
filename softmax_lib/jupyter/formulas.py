"""Formulas for pages without a network: TeX becomes MathML, which browsers typeset themselves."""

import html
import re

from bs4 import BeautifulSoup, NavigableString
from math_core import LatexError, LatexToMathML

__all__ = ["NO_FORMULA", "mathml", "typeset"]

#: The class of what is no formula, whatever it looks like: MathJax passes over it, too.
NO_FORMULA = "mathjax_ignore"

# What MathJax takes for a formula in Jupyter's outputs, and where it does not look for one.
FORMULA = re.compile(
    r"\\(?P<dollar>\$)"
    r"|\$\$(?P<block>(?:\\.|[^$\\])+)\$\$"
    r"|\$(?P<inline>(?:\\.|[^$\\])+)\$"
    r"|\\\[(?P<block_latex>.+?)\\\]"
    r"|\\\((?P<inline_latex>.+?)\\\)"
    r"|(?P<environment>\\begin\{(?P<name>[a-z]+\*?)\}.+?\\end\{(?P=name)\})",
    re.DOTALL,
)
AS_TYPED = {"noscript", "textarea", "pre", "code", "math"}
IGNORED = {NO_FORMULA, "tex2jax_ignore"}  # the latter in older MathJax
CONVERTER = LatexToMathML(annotation=True, fancy_error=False)


def typeset(place):
    """Typeset the formulas in a part of a page.

    Parameters
    ----------
    place : bs4.Tag
        Changed in place. What stands in code, scripts and styles is left as it is, and so is a
        formula that cannot be typeset. The TeX stays beside the MathML, for those who copy it.
    """
    for text in place.find_all(string=FORMULA):
        # Scripts, styles and comments are strings of types of their own.
        if type(text) is NavigableString and not text.find_parent(_is_as_typed):
            text.replace_with(BeautifulSoup(_html(text), "html.parser"))


def _is_as_typed(tag):
    return tag.name in AS_TYPED or not IGNORED.isdisjoint(tag.get("class", ()))


def _html(text):
    """Return the HTML of a text with its formulas as MathML."""
    parts, end = [], 0
    for found in FORMULA.finditer(text):
        parts += [html.escape(text[end : found.start()], quote=False), _mathml(found)]
        end = found.end()
    return "".join(parts) + html.escape(text[end:], quote=False)


def _mathml(found):
    if found["dollar"]:
        return "$"
    block = found["block"] or found["block_latex"] or found["environment"]
    tex = block or found["inline"] or found["inline_latex"]
    return mathml(tex, bool(block), instead=found[0])


def mathml(tex, block=False, instead=None):
    """Return a formula as MathML.

    Parameters
    ----------
    tex : str
    block : bool, optional
        Whether it stands on a line of its own.
    instead : str, optional
        What to show of a formula that cannot be typeset. Default: its TeX.

    Returns
    -------
    str
        HTML.
    """
    try:
        return CONVERTER.convert_with_local_state(tex.strip(), displaystyle=block)
    except LatexError:
        return html.escape(tex if instead is None else instead, quote=False)
