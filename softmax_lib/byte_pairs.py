"""Pieces of words as tokens: how a model can read a word that it has never seen.

Begin with single letters. Join the two neighbors that stand side by side most often, wherever they
do, and repeat. Frequent words end up whole, rare ones in pieces, and no word is unknown.

Source: Sennrich, Haddow and Birch, ACL 2016, https://arxiv.org/abs/1508.07909 (byte pair encoding).
Video: https://youtu.be/wjZofJX0v4M?t=1229 (the next token, a word or a piece of one, 20:29).
"""

from collections import Counter

__all__ = ["cut_word", "learn_merges", "next_piece_counts"]

END = "(end)"


def learn_merges(word_counts, number):
    """Return which two neighbors to join, in the order in which they are learned.

    Parameters
    ----------
    word_counts : mapping of str to int
        How often each word occurs.
    number : int
        How many joins to learn, at least 0.

    Returns
    -------
    list of tuple of (str, str)
        Fewer than `number` when every word is in one piece before that. Of pairs that are equally
        frequent, the first by the alphabet is joined.

    Raises
    ------
    ValueError
        When `number` is negative.
    TypeError
        When `number` is not an integer.

    Examples
    --------
    >>> learn_merges({"low": 5, "lower": 2, "newest": 6, "widest": 3}, 4)
    [('e', 's'), ('es', 't'), ('l', 'o'), ('lo', 'w')]
    """
    if isinstance(number, bool) or not hasattr(number, "__index__"):
        raise TypeError(f"number must be an integer >= 0, got {number!r}")
    if number < 0:
        raise ValueError(f"number must be >= 0, got {number}")
    cut = {word: list(word) for word in word_counts}
    pairs, merges = Counter(), []

    def tally(pieces, times):
        for pair in zip(pieces, pieces[1:], strict=False):
            pairs[pair] += times

    for word, pieces in cut.items():
        tally(pieces, word_counts[word])
    while len(merges) < number and (pairs := +pairs):  # + drops the pairs that are gone
        merges.append(min(pairs, key=lambda pair: (-pairs[pair], pair)))
        for word, pieces in cut.items():
            joined = _joined(pieces, merges[-1])
            if joined is not pieces:
                tally(pieces, -word_counts[word])
                tally(joined, word_counts[word])
                cut[word] = joined
    return merges


def cut_word(word, merges):
    """Return the pieces of a word, each a token of its own.

    Parameters
    ----------
    word : str
    merges : iterable of tuple of (str, str)
        What `learn_merges` returned.

    Returns
    -------
    list of str
        Put together again, they are `word`.

    Raises
    ------
    TypeError
        When `word` is not a string.

    Examples
    --------
    >>> cut_word("lowest", [("e", "s"), ("es", "t"), ("l", "o"), ("lo", "w")])
    ['low', 'est']
    """
    if not isinstance(word, str):
        raise TypeError(f"word must be a string, got {word!r} of type {type(word).__name__}")
    pieces = list(word)
    for pair in merges:
        pieces = _joined(pieces, pair)
    return pieces


def next_piece_counts(piece, word_counts, merges):
    """Count what follows a piece inside the words of a text.

    Parameters
    ----------
    piece : str
    word_counts : mapping of str to int
        How often each word occurs.
    merges : iterable of tuple of (str, str)
        What `learn_merges` returned.

    Returns
    -------
    dict of str to int
        For each piece that followed, how often, most frequent first; ``"(end)"`` where the word
        ends.

    Raises
    ------
    ValueError
        When no word has this piece.

    Examples
    --------
    >>> next_piece_counts("l", {"all": 3, "lot": 2}, [])
    {'(end)': 3, 'l': 3, 'o': 2}
    """
    counts = Counter()
    for word, times in word_counts.items():
        if piece not in word:
            continue
        pieces = cut_word(word, merges)
        for left, right in zip(pieces, [*pieces[1:], END], strict=True):
            if left == piece:
                counts[right] += times
    if not counts:
        raise ValueError(f"piece must be a piece of one of the words, got {piece!r}")
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _joined(pieces, pair):
    """Return the pieces with each occurrence of `pair` as one piece, from left to right."""
    left, right = pair
    if left not in pieces or right not in pieces:
        return pieces
    result = []
    for piece in pieces:
        if result and (result[-1], piece) == (left, right):
            result[-1] += piece
        else:
            result.append(piece)
    return result
