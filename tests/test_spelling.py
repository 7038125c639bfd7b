"""American spelling, without mistakes, in everything that a learner or a reader sees.

codespell does the work, with the settings in pyproject.toml; `spelling_words.txt` adds British
forms that its own lists let pass.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from notebook_rules import FORBIDDEN
from notebook_tools import PATHS, ROOT, prose, read

from softmax_lib.exercises.registry import all_exercises, all_questions

ON_PURPOSE = Path(__file__).name, "test_novices.py"  # they hold mistakes
WORDS = Path(__file__).with_name("spelling_words.txt")


def texts():
    """Yield (name, text): notebooks, pages, and the sources with their docstrings and exercises."""
    for path in PATHS:
        yield path.name, "\n\n".join(cell.source for cell in read(path).cells)
    found = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "tests").glob("*.py"),
        ROOT / "tests/claims.toml",
    ]
    for pattern in ("*.py", "*.js", "*.md"):
        found += (ROOT / "softmax_lib").rglob(pattern)
    for path in found:
        if path.name not in ON_PURPOSE:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def misspelled(named_texts, folder):
    """Return what codespell finds in texts, as "name:line: wrong ==> right"."""
    for name, text in named_texts:
        (folder / f"{name.replace('/', '_')}.txt").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "codespell_lib", "--toml", "pyproject.toml"]
    command += ["-D", "-", "-D", str(WORDS), str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode in (0, 65), done.stderr
    return [line.replace(str(folder), "")[1:] for line in done.stdout.splitlines()]


def test_nothing_is_misspelled(tmp_path):
    named = dict(texts())
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "softmax_lib/softmax.py"} <= set(named)
    assert {path.name for path in PATHS} <= set(named)
    assert misspelled(named.items(), tmp_path) == []


def test_mistakes_and_british_forms_would_be_seen(tmp_path):
    wrong = """
        recieve teh seperate
        colour coloured colourblind behaviour favourite neighbour centre centred normalise
        normalised normalisation visualise optimiser initialise analyse labelled
        modelling cancelled grey maths whilst learnt judgement towards practise summarise
        tokenise quantised randomisation equalling
    """.split()
    assert len(misspelled([("page", "\n".join(wrong))], tmp_path)) == len(wrong)


def test_american_words_pass(tmp_path):
    right = """
        receive the separate color behavior favorite neighbor center normalize normalization
        visualize optimizer analyze labeled modeling canceled gray math while learned judgment
        toward practice exercise otherwise precise noise raise promise surprise axis basis emphasis
        hypothesis logits softmax argmax logarithm probabilities
    """
    assert misspelled([("page", right)], tmp_path) == []


def spoken(item):
    """Return every text of an exercise or a question that a learner reads."""
    if hasattr(item, "task"):
        return [item.task, item.noticed, *item.hints, *(wrong.says for wrong in item.wrong)]
    return [item.text, *(text for option in item.options for text in option)]


@pytest.mark.parametrize("kind", [all_exercises, all_questions])
def test_exercises_and_questions_talk_down_to_nobody(kind):
    found = {
        name: FORBIDDEN.findall(prose(re.sub(r"\s+", " ", "\n".join(spoken(item)))))
        for name, item in kind().items()
    }
    assert not {name: words for name, words in found.items() if words}
