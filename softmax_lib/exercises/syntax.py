"""Words for a line that is no Python: what stands there, and what to type instead."""

import difflib
import keyword
import re
import unicodedata

__all__ = ["POWER", "TIMES", "after_syntax", "unclosed"]

POWER = "In Python `^` is no power: that is `**`. And e to the power of z is written `np.exp(z)`."
TIMES = "Python wants the sign of a multiplication: `2 * z`, not `2z` or `2(z)`."
POINT = "Python writes decimals with a point: `0.5`, not `0,5`."
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_WORDS = {"(": "round", "[": "square", "{": "curly"}

# What stands in a line that is no Python, with what Python's message about it says.
_CHARACTERS = {
    "−–—": "The minus sign is `-` on the keyboard.",
    "×·∙⋅": "The sign of a multiplication is `*`.",
    "÷": "The sign of a division is `/`.",
    "≤≥≠": "Python writes `<=`, `>=` and `!=`.",
    "≈≃≅±": "*About equal* has no sign: ask whether the difference is small, "
    "`abs(x - 1) <= 0.000001`.",
    "²³ⁿ": "A square is written `z ** 2`.",
    "√": "A square root is written `np.sqrt(z)`.",
    "Σ∑": "A sum is written `np.sum(z)`.",
    "“”„‘’«»": "Python wants the straight quotes of the keyboard, `\"` or `'`.",
    "∞": "Infinity is written `np.inf`.",
    "…": "The three dots must go: put your code there.",
}
_EQUAL = "`=` gives a name a value; to ask whether two things are equal, write `==`."
_INDENTATION = {
    r"expected an indented block after (.+) on line": "Below {} stands what belongs to it, four "
    "spaces further to the right.",
    "unexpected indent": "This line starts further to the right than the one above it, which does "
    "not end in a colon. Let both start in the same column.",
    "unindent does not match": "This line starts between two columns. Let it start exactly below "
    "the line that it belongs with.",
    "inconsistent use of tabs": "Tabs and spaces are mixed at the start of these lines. Delete "
    "them there, and type four spaces.",
}
_MESSAGES = {
    "expected ':'": "The first line of `def`, `if`, `else`, `for` and `while` ends in a colon.",
    "expected 'else' after": "A choice within a line needs both: `a if condition else b`.",
    "outside function": "The line stands outside of the function. What belongs to the function "
    "starts four spaces further to the right than its `def`.",
    "outside loop": "The line stands outside of the loop. What belongs to the loop starts four "
    "spaces further to the right than its `for`.",
    "unterminated (?:triple-quoted )?(?:f-)?string": "A quotation mark opens a text here, and none "
    "closes it.",
    "line continuation": "A division is written `/`. The other stroke, `\\`, joins two lines.",
    "positional argument follows keyword": "What has a name, such as `axis=1`, comes last between "
    "the brackets. To ask whether two things are equal, write `==`.",
    "cannot assign to (?:function call|expression)": "On the left of `=` stands the name that gets "
    "a value, on the right the value. To ask whether two things are equal, write `==`.",
    "Maybe you meant '=='|cannot assign to": _EQUAL,
}
# What a line holds that is written in another way in Python.
_SIGNS = (
    (r"\breturn\s*=(?!=)", "`return` takes no `=`: the value follows it directly."),
    (
        r"(?:\(\s*\w+|\))\s*=>\s*(?![-\d.\s])",
        "Python has no arrow functions. A loop in brackets takes one after "
        "another: `[np.sum(row) for row in W]`.",
    ),
    (r"[=!]==", "Python compares with `==` and `!=`."),
    (r"=<|=>", "Python writes `<=` and `>=`, with the `=` second."),
    (r"<>", "Python writes `!=` for *not equal*."),
    (r"&&", "Python writes `and`."),
    (r"\|\|", "Python writes `or`; the absolute value is `abs(z)`."),
    (r"!(?!=)", "Python writes `not`, and `!=` for *not equal*."),
    (r"\w\s*(?:\+\+|--)\s*$", "Python writes `i += 1`."),
    (r"\b\d+,\d", POINT),
)
_NUMBER_TIMES = re.compile(
    r"(?<![\w.])\d+(?:\.\d+)?\s*(?!(?:if|else|for|in|and|or|not|is|e[-+]?\d+)\b)[^\W\d]"
)


def after_syntax(error, source=""):
    """Return what to try after a SyntaxError, or nothing.

    Parameters
    ----------
    error : SyntaxError
    source : str, optional
        The whole of the code; without it, the error's own line is all that is known.

    Returns
    -------
    str
    """
    text, message = error.text or "", error.msg or ""
    if isinstance(error, IndentationError):
        return _after_indentation(message)
    found = re.search(r"invalid (?:non-printable )?character '?(.)?'? ?\(?U\+([0-9A-F]+)", message)
    if found:
        return _after_character(chr(int(found[2], 16)))
    if "incomplete input" in message or "was never closed" in message or "EOF" in message:
        return _after_open(source or text)
    if "unmatched" in message or "does not match" in message:
        return "Count the brackets: each that opens must close."
    if re.search(r"\.\.\.\s*[\w(\[]|[\w)\]]\s*\.\.\.", text):
        return "The three dots are still there: delete them."
    if re.search(r"\belse\s+if\b.*:", text):
        return "Python writes `elif`."
    for seen, words in _MESSAGES.items():
        if re.search(seen, message):
            return words
    if "invalid decimal literal" in message:
        return next(
            (words for those, words in _CHARACTERS.items() if set(those) & set(text)), TIMES
        )
    if re.match(r"\s*(?:else|elif)\b", text) and "invalid syntax" in message:
        return "An `else` or `elif` needs an `if` above it that starts in the same column."
    if found := re.search(r"\b(AND|OR|NOT|And|Or|Not|IF|ELSE|FOR|IN)\b", text):
        return f"Python writes `{found[1].lower()}` in small letters."
    first = _near_keyword(text)
    if first:
        return first
    found = re.match(r"\s*return\s+([^\W\d]\w*)\s*=(?!=)\s*([^#`]*[^\s#`\d.][^#`]*)", text)
    given = re.search(r"\bdef\s+\w+\(([^()]*)\)", source)
    if found and found[1] not in re.findall(r"\w+", f"{found[2]} {given[1] if given else ''}"):
        return f"After `return` stands the value alone: `return {found[2].strip()}`."
    for seen, words in _SIGNS:
        if re.search(seen, text):
            return words
    outside = text
    while re.search(r"\([^()]*\)", outside):
        outside = re.sub(r"\([^()]*\)", "", outside)
    if re.search(r"\b(?:return|if|elif|while|and|or)\b.*[^=<>!+*/-]=(?!=)", outside):
        return _EQUAL
    if re.search(r"\bsum of\b|\bsum over\b|\bsum [^\W\d]", text, re.IGNORECASE):
        return "A sum is `np.sum(...)`."
    if _NUMBER_TIMES.search(text) or re.search(r"(?<![\w.])\d+(?:\.\d+)?\s*\(", text):
        return TIMES
    if re.search(r"[\w)\]]\s+['\"]|['\"]\s+[^\W\d]", text):
        return "Texts are joined with `+`."
    if "|" in text:
        return "The absolute value is written `abs(z)` or `np.abs(z)`."
    if re.search(r"\w\s+\w", text) and "Perhaps you forgot a comma" in message:
        return "Is there a sign missing between two names, such as `*` or a comma?"
    if re.search(r"[\w)\]]\s+\[?\(?[^\W\d]", text) and "invalid syntax" in message:
        return (
            "Is a sign missing between two things, such as `*`, or the brackets around what a "
            "function works on?"
        )
    return ""


def _after_indentation(message):
    for seen, words in _INDENTATION.items():
        if found := re.search(seen, message):
            what = found[1].removesuffix(" statement") if found.groups() else ""
            what = "`def`" if what == "function definition" else what.replace("'", "`")
            return words.format(f"the line with {what}" if what else "")
    return ""


def _after_character(character):
    for characters, words in _CHARACTERS.items():
        if character in characters:
            return words
    plain = unicodedata.normalize("NFKC", character)
    if plain == "。":
        plain = "."
    if plain == "、":
        plain = ","
    if plain.isspace() or unicodedata.category(character) in ("Cf", "Zs"):
        return (
            "A character that cannot be seen stands in this line; it may have come with a copied "
            "text. Delete the line and type it again."
        )
    if plain.isascii():
        return (
            f"This `{character}` is twice as wide as the one that Python knows. Switch the "
            f"keyboard to Latin letters, and type `{plain}`."
        )
    return f"Python does not know `{character}`. Which key of the keyboard says the same?"


def _after_open(source):
    bracket, line = unclosed(source)
    if not bracket:
        return "Count the brackets and the quotation marks: each that opens must close."
    where = f", in the line `{line}`," if line and "`" not in line else ""
    if bracket in _WORDS:
        return f"A {_WORDS[bracket]} bracket `{bracket}` opens{where} and none closes it."
    return f"Quotation marks open{where} and none close them."


def unclosed(source):
    """Return the last bracket, or the quotation marks, that open and never close, and their line.

    Parameters
    ----------
    source : str
        Python, but for that.

    Returns
    -------
    bracket, line : str
        Both empty when each closes.
    """
    opened, quote, place = [], "", 0
    lines = source.splitlines()
    for number, line in enumerate(lines):
        k = 0
        while k < len(line):
            rest = line[k:]
            if quote:
                if rest.startswith(quote):
                    k += len(quote) - 1
                    quote = ""
                elif rest[0] == "\\":
                    k += 1
            elif rest[0] == "#":
                break
            elif rest[0] in "'\"":
                quote, place = rest[:3] if rest[:3] in ("'''", '"""') else rest[0], number
                k += len(quote) - 1
            elif rest[0] in "([{":
                opened.append((rest[0], number))
            elif rest[0] in ")]}" and opened and opened[-1][0] == _BRACKETS[rest[0]]:
                opened.pop()
            k += 1
        if len(quote) == 1:
            break
    if quote:
        return quote, lines[place].strip()
    return (opened[-1][0], lines[opened[-1][1]].strip()) if opened else ("", "")


def _near_keyword(text):
    """Return words about a first word that is nearly one of Python's, such as `Return`."""
    found = re.match(r"\s*([^\W\d]\w*)\b(?!\s*[=.(\[])", text)
    if not found or keyword.iskeyword(found[1]):
        return ""
    known = ("return", "def", "for", "while", "if", "else", "elif", "import", "from", "break")
    near = difflib.get_close_matches(found[1].lower(), known, n=1, cutoff=0.75)
    if not near:
        return ""
    small = " Python tells small letters from capitals." if found[1].lower() == near[0] else ""
    return f"Is `{found[1]}` meant to be `{near[0]}`?{small}"
