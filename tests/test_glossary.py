"""The glossary: one file, one meaning for each word, and a page that says the same."""

import re

import pytest
from notebook_tools import PATHS, ROOT, markdown_cells, read, without_code

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


LINK = re.compile(r"\[[^\]]*\]\(glossary\.md#([\w-]+)\)")
VERBS = {"exponentiate": "exponentiat(?:es?|ed|ing)", "normalize": "normaliz(?:es?|ed|ing)"}


def first_use(term, text):
    """Return where a text first has a term by its name, or its plural, or None."""
    name = VERBS.get(term.name, f"{re.escape(term.name)}s?")
    found = re.search(rf"(?<![\w-]){name}(?![\w-])", text, re.IGNORECASE)
    return found and found.start()


def without_link_where_first_used(text):
    """Return the terms that a notebook's Markdown uses before it links them, or without."""
    text = re.sub(r"^(?:#|\|).*$", "", without_code(text), flags=re.MULTILINE)  # tables and titles
    text = re.sub(r"\[[^\]]*\]\((?!glossary\.md#)[^)]*\)", "", text)  # links to elsewhere
    links = {}
    for link in LINK.finditer(text):
        links.setdefault(link[1], link.span())
    uses = {term: first_use(term, text) for term in TERMS}
    return [
        term.name
        for term, use in uses.items()
        if use is not None
        and not (term.anchor in links and links[term.anchor][0] <= use < links[term.anchor][1])
    ]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_notebook_links_each_term_where_it_first_uses_it(path):
    """That each link reaches its term, a rule of every notebook sees."""
    text = "\n\n".join(cell.source for cell in markdown_cells(read(path)))
    assert "(glossary.md#" in text
    assert without_link_where_first_used(text) == []


def test_a_term_without_its_link_is_seen():
    linked = "# Logits\n\nA [logit](glossary.md#logit). Logits, and `softmax`. [07 Heads](07.ipynb)"
    assert without_link_where_first_used(linked) == []
    assert without_link_where_first_used("A logit, a [logit](glossary.md#logit).") == ["logit"]
    assert without_link_where_first_used("Two [heads](glossary.md#logit).") == ["head"]
    assert without_link_where_first_used("Normalizing with T.") == ["normalize"]


def test_every_link_to_the_page_reaches_a_term():
    anchors = {term.anchor for term in TERMS}
    assert all(re.fullmatch(r"[a-z-]+", anchor) for anchor in anchors)
