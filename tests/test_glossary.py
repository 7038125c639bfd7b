"""The glossary: one file, one meaning for each word, and a page that says the same."""

import re

import pytest
from notebook_tools import ROOT

from softmax_lib import glossary
from softmax_lib.exercises.registry import COURSE
from softmax_lib.glossary import TERMS, glossary_page

NUMBERS = {name[:2] for name in COURSE}


def test_the_page_is_made_from_the_terms():
    page = (ROOT / "notebooks" / "glossary.md").read_text(encoding="utf-8")
    assert page == glossary_page()


def test_each_word_stands_once():
    names = [name.lower() for term in TERMS for name in (term.name, *term.also)]
    assert sorted(names) == sorted(set(names))
    assert [t.name.lower() for t in TERMS] == sorted(t.name.lower() for t in TERMS)


def test_each_is_explained_where_the_course_has_a_notebook():
    for term in TERMS:
        assert term.notebook in NUMBERS, term.name
        assert term.meaning.endswith("."), term.name
        assert 20 < len(term.meaning) < 330, term.name


@pytest.mark.parametrize("word", ["logit", "Logits", "softmax", "nucleus sampling", "Log Sum Exp"])
def test_a_word_is_found_by_any_of_its_names(word):
    assert glossary(word) in TERMS


def test_a_word_shows_itself_as_text_and_as_markdown():
    term = glossary("temperature")
    assert repr(term).startswith("temperature: The number T that divides the logits")
    assert "*" not in repr(term)
    assert term._repr_markdown_().startswith("**temperature**: ")


def test_an_unknown_word_names_its_neighbors():
    with pytest.raises(ValueError, match="got 'sofmax'; did you mean softmax"):
        glossary("sofmax")
    with pytest.raises(ValueError, match="lists them all"):
        glossary("qqqqqq")
    with pytest.raises(TypeError, match="term must be a string, got 3"):
        glossary(3)


def test_every_link_to_the_page_reaches_a_term():
    anchors = {term.anchor for term in TERMS}
    assert all(re.fullmatch(r"[a-z-]+", anchor) for anchor in anchors)
