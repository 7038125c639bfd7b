"""Pieces of words: learned as the paper says, and cut as a well-kept library cuts them."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from softmax_lib.byte_pairs import cut_word, learn_merges, next_piece_counts
from softmax_lib.ngram import next_word_counts, word_counts

# Sennrich, Haddow and Birch (2016), section 3.2: the words of their example and how often they
# occur. The paper also marks the end of a word, which here needs no mark.
PAPER = {"low": 5, "lower": 2, "newest": 6, "widest": 3}

words = st.text("abc", min_size=1, max_size=8)
texts = st.dictionaries(words, st.integers(1, 20), min_size=1, max_size=12)


def pairs_of(word_counts, merges):
    """Count neighbors afresh, by cutting each word from its letters."""
    counts = Counter()
    for word, times in word_counts.items():
        pieces = cut_word(word, merges)
        for pair in zip(pieces, pieces[1:], strict=False):
            counts[pair] += times
    return counts


def test_the_joins_of_the_paper():
    assert learn_merges(PAPER, 4) == [("e", "s"), ("es", "t"), ("l", "o"), ("lo", "w")]


def test_a_word_that_was_never_seen_is_cut_into_known_pieces():
    assert cut_word("lowest", learn_merges(PAPER, 4)) == ["low", "est"]


@settings(max_examples=100, deadline=None)
@given(texts, st.integers(0, 12))
def test_each_join_is_the_most_frequent_at_its_turn(text, number):
    merges = learn_merges(text, number)
    for k, pair in enumerate(merges):
        counts = pairs_of(text, merges[:k])
        most = max(counts.values())
        assert counts[pair] == most
        assert pair == min(other for other in counts if counts[other] == most)
    if len(merges) < number:  # it stopped since nothing is left to join
        assert not pairs_of(text, merges)


@settings(max_examples=100, deadline=None)
@given(texts, st.integers(0, 12), words)
def test_pieces_are_the_word_again(text, number, word):
    pieces = cut_word(word, learn_merges(text, number))
    assert "".join(pieces) == word
    assert all(pieces)


@settings(max_examples=50, deadline=None)
@given(texts, st.integers(0, 12))
def test_what_follows_a_piece_is_counted_once_for_each_time_it_stands_there(text, number):
    merges = learn_merges(text, number)
    cut = {word: cut_word(word, merges) for word in text}
    for piece in {piece for pieces in cut.values() for piece in pieces}:
        counts = next_piece_counts(piece, text, merges)
        stands = sum(text[word] * pieces.count(piece) for word, pieces in cut.items())
        assert sum(counts.values()) == stands
        last = sum(text[word] for word, pieces in cut.items() if pieces[-1] == piece)
        assert counts.get("(end)", 0) == last
        assert list(counts.values()) == sorted(counts.values(), reverse=True)


def test_words_are_cut_as_by_the_library_tokenizers():
    tokenizers = pytest.importorskip("tokenizers")
    known = word_counts()
    merges = learn_merges(known, 300)
    letters = sorted({letter for word in known for letter in word})
    names = dict.fromkeys([*letters, *(a + b for a, b in merges)])
    model = tokenizers.models.BPE({name: i for i, name in enumerate(names)}, merges)
    theirs = tokenizers.Tokenizer(model)
    assert len(known) > 2000
    for word in [*known, "unbelievable", "softmax", "woodpecker", "banana", "aaaa"]:
        assert cut_word(word, merges) == theirs.encode(word).tokens


def test_words_of_the_documentation_are_all_counted():
    known = word_counts()
    assert known["the"] == max(known.values())
    assert known["equivalent"] < known["to"]
    assert list(known.values()) == sorted(known.values(), reverse=True)
    # 20 times "equivalent to", and other words before it besides
    assert known["to"] > next_word_counts("equivalent")["to"] == 20


@pytest.mark.parametrize("number", [-1, -300])
def test_a_negative_number_of_joins_is_named(number):
    with pytest.raises(ValueError, match=rf"number must be >= 0, got {number}"):
        learn_merges(PAPER, number)


@pytest.mark.parametrize("number", [2.5, "3", True, None])
def test_a_number_of_joins_is_an_integer(number):
    with pytest.raises(TypeError, match="number must be an integer >= 0"):
        learn_merges(PAPER, number)


@pytest.mark.parametrize("word", [3, None, ["a"]])
def test_only_text_is_cut(word):
    with pytest.raises(TypeError, match="word must be a string, got"):
        cut_word(word, [])


@pytest.mark.parametrize("piece", ["x", "lowest", "st"])
def test_a_piece_that_no_word_has_is_named(piece):
    with pytest.raises(
        ValueError, match=f"piece must be a piece of one of the words, got '{piece}'"
    ):
        next_piece_counts(piece, PAPER, learn_merges(PAPER, 4))
