"""The course's sentences: which of them claim something, and what holds each.

A sentence claims something when it has a number, a comparison or a universal in it. Beside each
notebook, ``tests/sentences/NAME.toml`` says for each such sentence what must be true once the
notebook has run, or why nothing has to::

    [holds]
    "At T = 2 the favorite has 0.22." = "round(softmax(logits, temperature=2).max(), 2) == 0.22"

    [says]
    "Top-k keeps the k most probable words." = "definition"

The sentence is copied from the notebook, or from a hint, an explanation, a "noticed" or a wrong
answer's words of its exercises, with or without the stars of emphasis. The expression is evaluated
with the notebook's names, and must be True. Each number of the sentence has to stand in it.

What test_exercise_texts.py holds in its CLAIMS, text by text, is not asked for again.

Run ``python tests/sentence_tools.py [NAME ...]`` to see which sentences nothing holds.
"""

import ast
import contextlib
import functools
import io
import math
import re
import sys
import tomllib
from fractions import Fraction

import numpy as np
from notebook_tools import PATHS, ROOT, code_cells, markdown_cells, output_texts, read
from test_exercise_texts import CLAIMS

from softmax_lib import softmax
from softmax_lib.exercises.registry import COURSE, all_exercises, all_questions
from softmax_lib.gpt import held_out_stories
from softmax_lib.runner import build

FOLDER = ROOT / "tests" / "sentences"
#: Why a sentence that looks like a claim needs nothing to hold it, as its first word says.
REASONS = {
    "definition": "it says what a word or a sign means",
    "instruction": "it says what to do, or what will be done",
    "supposed": "it sets a scene: a case to think about",
    "cited": "it tells what somebody else says or did; the rest names who",
    "course": "it tells where something is in the course, which other tests hold",
    "answer": "it describes the answer that it is given to, which the tests of exercises hold",
    "proof": "it holds for all cases, and the rest says why",
}

_COUNTS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred"
    " thousand"
)
_COUNTS += " million half halves third quarter tenth twice once double doubles halved pair"
_UNIVERSAL = "every everything everybody everywhere all never always only none no nothing nobody"
_UNIVERSAL += " nowhere most nearly almost any anything whatever whenever cannot exactly each both"
_UNIVERSAL += " few many often seldom rarely hardly usually"
_COMPARED = "more less fewer than larger largest smaller smallest higher highest lower lowest most"
_COMPARED += " least greater greatest equal equals equally same alike closer closest nearer nearest"
_COMPARED += " better best worse worst bigger biggest flatter flattest sharper sharpest longer"
_COMPARED += " longest shorter shortest exceed exceeds exceeded faster fastest slower likelier"
_COMPARED += (
    " likeliest rarer wilder duller different differ differs unlike grows grow shrinks shrink"
)
_COMPARED += " rises rise falls fall"
_CLAIMS = re.compile(
    rf"\d|\b({'|'.join({*_COUNTS.split(), *_UNIVERSAL.split(), *_COMPARED.split()})})\b",
    re.IGNORECASE,
)
# Minutes and links have tests of their own.
_HELD_ELSEWHERE = re.compile(r"(Time|Video|Before this|Next):|About \d+ minutes?\.$")
_NUMBER = re.compile(r"(?<![\w.])[-−]?(?:\d[\d,]*\d|\d)(?:\.\d+)?(?:e[-+]?\d+)?(?=\W|$|[a-z²]\b)")


# --- Sentences ------------------------------------------------------------------------------------


def plain(markdown):
    """Return markdown's text on one line: no links, emphasis or keys, but `code` as it stands."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", markdown)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"</?(?:kbd|br|sub|sup|em|strong)/?>", "", text)
    parts = re.split(r"(`[^`]+`|\$\$?[^$]+\$\$?)", text)
    for i in range(0, len(parts), 2):
        parts[i] = re.sub(r"\*\*([^*]+)\*\*", r"\1", parts[i])
        parts[i] = re.sub(r"(?<!\w)\*(?=\S)([^*]+)(?<=\S)\*(?!\w)", r"\1", parts[i])
    return " ".join("".join(parts).split())


def sentences(markdown):
    """Return the sentences of a markdown text, without headings, tables and code blocks."""
    text = re.sub(r"^(```|~~~).*?^\1[^\n]*$", "", markdown, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"<details>|</details>|<summary>.*?</summary>", "\n\n", text)
    text = re.sub(r"^(#|\||<!--).*$", "\n", text, flags=re.MULTILINE)
    text = re.sub(r"^\s*(?:[-*]|\d+\.)\s+", "\n\n", text, flags=re.MULTILINE)
    found = []
    for paragraph in re.split(r"\n\s*\n", text):
        words = plain(paragraph)
        ends = r"(?<=[.!?])(?<!\.\.\.)(?<! vs\.)(?:(?<=[.!?])|[”\")]+) +(?=[^a-z \d=]|\d+ )"
        found += [s.strip() for s in re.split(ends, words) if s.strip()]
    return found


def is_claim(sentence):
    """Whether a sentence has a number, a comparison or a universal in it, and asks nothing."""
    bare = re.sub(r"\(?\b\d\d:\d\d\b\)?", "", sentence)
    if bare.rstrip('”"*)').endswith("?") or _HELD_ELSEWHERE.match(bare):
        return False
    return bool(_CLAIMS.search(_without_places(bare)))


def _without_places(sentence):
    """Leave out numbers that name a notebook, a year in brackets or a moment of the video."""
    sentence = re.sub(r"\(?\b\d\d:\d\d\b\)?", "", sentence)
    sentence = re.sub(r"(?<![\w.])(0\d|1[01])\b(?!\.?\d)(?! *%)", "", sentence)
    return re.sub(r"\([^()]*\b(19|20)\d\d\)", "", sentence)


def numbers(sentence):
    """Return the numbers of a sentence, as text, without those that name a place."""
    text = re.sub(r"`[^`]*`", "", _without_places(sentence))
    return [n.replace("−", "-") for n in _NUMBER.findall(text)]


@functools.cache
def texts(name):
    """Return ((place, text), ...) of all that a notebook and its exercises say."""
    path = ROOT / "notebooks" / f"{name}.ipynb"
    found = [(cell.id, cell.source) for cell in markdown_cells(read(path))]
    for key, task in all_exercises().items():
        if task.notebook == name:
            found += [(f"{key}, hint {k}", text) for k, text in enumerate(task.hints, 1)]
            found += [(f"{key}, noticed", task.noticed)]
            found += [(f"{key}, {wrong.name}", wrong.says) for wrong in task.wrong]
    for key, question in all_questions().items():
        if question.notebook == name:
            found += [(f"{key}, {option}", why) for option, why in question.options]
    return tuple(found)


def has_its_line(place):
    """Whether CLAIMS in test_exercise_texts.py has a line for a text of an exercise."""
    key, _, what = place.partition(", ")
    return what in CLAIMS.get(key, {})


def claims(name):
    """Return the sentences of a notebook that claim something, each with its first place.

    A sentence of a text that has its line in CLAIMS counts only if it stands elsewhere too.
    """
    found = {}
    for place, text in texts(name):
        if has_its_line(place):
            continue
        for sentence in sentences(text):
            if is_claim(sentence):
                found.setdefault(sentence, place)
    return found


# --- What holds them ------------------------------------------------------------------------------


@functools.cache
def record(name):
    """Return (holds, says) of a notebook: dicts by sentence."""
    path = FOLDER / f"{name}.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    assert set(data) <= {"holds", "says"}, f"{path.name}: tables are [holds] and [says]"
    return tuple({plain(k): v for k, v in data.get(kind, {}).items()} for kind in ("holds", "says"))


def unheld(name):
    """Return the claims that nothing holds, each with its first place."""
    holds, says = record(name)
    return {s: place for s, place in claims(name).items() if s not in holds and s not in says}


def stray(name):
    """Return recorded sentences that stand nowhere, word for word."""
    standing = {s for _, text in texts(name) for s in sentences(text)}
    return [s for kind in record(name) for s in kind if s not in standing]


def missing_numbers(sentence, expression):
    """Return the numbers of a sentence that its expression does not mention."""
    literals = set()
    for node in ast.walk(ast.parse(expression, mode="eval")):
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            literals.add(abs(float(node.value)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            literals |= {abs(float(n.replace(",", ""))) for n in _NUMBER.findall(node.value)}

    def said(text):
        value = abs(float(text.replace(",", "")))
        return any(math.isclose(value, k) or math.isclose(value, 100 * k) for k in literals)

    return [n for n in numbers(sentence) if not said(n)]


def namespace(name):
    """Return a notebook's names after all of its cells have run, and a few to ask with.

    ``shown["cell-id"]`` is the text of a committed output, ``solution("my_softmax")`` builds an
    exercise's solution, ``passes("my_softmax", code)`` says whether an answer passes, and
    ``to_write("my_softmax")`` how many lines of its solution are not in its stub. ``exercises`` and
    ``questions`` are those of the course, by id; ``course`` has the minutes of each notebook.
    ``claims`` are those of claims.toml; ``corners`` are where the triangle explorers draw them;
    ``foretold(teller)`` is what a storyteller gave the words of stories that it has not read.
    """
    import matplotlib as mpl

    import softmax_lib

    mpl.use("Agg")
    path = ROOT / "notebooks" / f"{name}.ipynb"
    cells = code_cells(read(path))
    names = {k: getattr(softmax_lib, k) for k in softmax_lib.__all__}
    names |= {"np": np, "math": math, "Fraction": Fraction, "re": re}
    before = set(names)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.chdir(path.parent):
        for cell in cells:
            with np.printoptions():
                exec(compile(cell.source, f"<{name} {cell.id}>", "exec"), names)
    assert before <= set(names)
    names["shown"] = {c.id: "\n".join(t for _, t in output_texts(c)) for c in cells}
    names["solution"] = lambda key: build(all_exercises()[key].solution, key)
    names["passes"], names["to_write"] = _passes, _to_write
    names |= {"exercises": all_exercises(), "questions": all_questions(), "course": COURSE}
    names["claims"] = tomllib.loads((ROOT / "tests" / "claims.toml").read_text("utf-8"))["claim"]
    return names | {"corners": _corners(), "foretold": foretold}


@functools.cache  # several sentences count in the same stories
def foretold(teller):
    """Return, for each held-out story, the chance of each word that came, and what the rare got.

    The second is the mass, summed over the story, of the words with less than 0.01.
    """
    found = []
    for story in held_out_stories():
        ids = [teller.vocabulary.index(word) for word in teller.words(story)]
        p = softmax(teller.model.forward(ids)[:-1])
        found.append((p[np.arange(len(p)), ids[1:]], p[p < 0.01].sum()))
    return tuple(found)


def _corners():
    """Return the corners of the triangle explorers' picture, shape (3, 2), from their own code."""
    code = (ROOT / "softmax_lib" / "widgets" / "triangle.js").read_text("utf-8")
    found = re.search(
        r"SIDE = (\d+), TALL = \(SIDE \* Math.sqrt\(3\)\) / 2;\n.*CORNERS = (.*);", code
    )
    return np.array(eval(found[2], {"TALL": int(found[1]) * math.sqrt(3) / 2}))


def _passes(key, code):
    from softmax_lib.exercises.checks import PASSED, judge_answer

    return judge_answer(all_exercises()[key], build(code, key))[0] == PASSED


def _to_write(key):
    task = all_exercises()[key]
    given = task.stub.strip().splitlines()
    return sum(bool(line.strip()) and line not in given for line in task.solution.splitlines())


def false_claims(name):
    """Return ((sentence, what its expression gave), ...) for those that do not hold."""
    holds, _ = record(name)
    names, wrong = namespace(name), []
    for sentence, expression in holds.items():
        try:
            value = eval(compile(expression, "<claim>", "eval"), dict(names))
        except Exception as error:
            value = f"{type(error).__name__}: {error}"
        if not (isinstance(value, bool | np.bool_) and value):
            wrong.append((sentence, value))
    return tuple(wrong)


def main(chosen):
    sys.path.insert(0, str(ROOT))
    total = 0
    for path in PATHS:
        name = path.stem
        if chosen and not any(name.startswith(c) for c in chosen):
            continue
        open_ones, (holds, says) = unheld(name), record(name)
        total += len(open_ones)
        print(f"{name}: {len(holds)} held, {len(says)} need nothing, {len(open_ones)} unheld")
        if chosen:
            for sentence, place in open_ones.items():
                print(f"  {place}: {sentence}")
            for sentence in stray(name):
                print(f"  stands nowhere: {sentence}")
            for sentence, value in false_claims(name):
                print(f"  does not hold ({value}): {sentence}")
            for sentence, expression in holds.items():
                if missing := missing_numbers(sentence, expression):
                    print(f"  {', '.join(missing)} not in its expression: {sentence}")
    print(f"{total} sentences unheld")
    return bool(total)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
