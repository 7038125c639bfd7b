"""American spelling, without mistakes, in everything that a learner or a reader sees."""

import re
import subprocess
import sys

import pytest
from notebook_rules import FORBIDDEN
from notebook_tools import PATHS, ROOT, prose, read

from softmax_lib.exercises.registry import all_exercises, all_questions

PAGES = sorted(ROOT.glob("*.md"))
SOURCES = sorted(
    path
    for folder in ("softmax_lib", "tests", ".ci", "binder", "training")
    for pattern in ("**/*.py", "**/*.js", "**/*.md")
    for path in (ROOT / folder).glob(pattern)
    if path.name != "test_spelling.py" and "data" not in path.parts
)

# codespell knows the common words; these are forms that it lets pass. A part in brackets is what
# may follow. Each stands for its whole family.
BRITISH = re.compile(
    r"\b("
    # -our
    r"(?:un|dis|multi)?colou?r(?<!color)(?:s|ed|ing|ful|less|blind)?|(?:mis)?behaviou?r(?<!behavior)"
    r"(?:s|al)?|(?:un)?favou?r(?<!favor)(?:s|ed|ing|ite|ites|able|ably)?|neighbou?r(?<!neighbor)"
    r"(?:s|ed|ing|ly|hood|hoods)?|hono(?:ur)(?:s|ed|ing|able)?|flavour\w*|labour\w*|rumour\w*"
    r"|humour\w*|vigour|rigour|endeavour\w*|harbour\w*"
    # -re
    r"|cent(?:re)(?:s|d)?|fibres?|theatres?|(?:kilo|centi|milli)?metres|litres?|calibre|spectre"
    # -ise, -isation and -yse: verbs that end in -ize here
    r"|\w+(?:al|il|im|mat|rit|em|om|riz|or|ar|ur|ol|ad|an|ian|en|on|ct|pt|est|ogn|ast|ern|gan"
    r"|ptim|init|rior|and|mmar|isual|erial|ympath|riv|nimat|xpon)is(?:e|es|ed|er|ers|ing|ation"
    r"|ations|able)|(?:cat|an|par|electr)aly[s]?e?(?<=yse)(?:s|d|r|rs)?|(?:an|cat|par)alys(?:ing|e|ed)"
    # doubled consonants
    r"|(?:un)?(?:label|model|cancel|travel|level|signal|tunnel|fuel|total|equal|channel|counsel)"
    r"l(?:ed|ing|er|ers)|focuss\w+|fulfil|skilful|wilful|enrol|instalment"
    # single words
    r"|grey\w*|maths|whilst|amongst|learnt|spelt|burnt|dreamt|judgement|acknowledgement|ageing"
    r"|artefacts?|programmes?|cheque|defence|offence|licence|pretence|practis(?:e|es|ed|ing)"
    r"|catalogues?|analogue|dialogue box|sceptic\w*|plough\w*|tyres?|kerb|aluminium|mould\w*"
    r"|draught|cosy|storeys?|moustache|pyjamas|jewellery|towards|afterwards|backwards compatible"
    r")\b",
    re.IGNORECASE,
)
# Words that only look British.
AMERICAN = re.compile(
    r"(?:other|like|length|clock|edge|cross|step|cell|piece)wise|\w*(?:prom|comprom|surm|surpr"
    r"|exerc|adv|rev|superv|telev|improv|desp|disgu|prec|conc|exc|inc|compr|enterpr|franch"
    r"|merchand|no|po|pra|ra|wi|ri|chastis|demis|devis|treat|parad|expert|appra|pro)is\w+",
    re.IGNORECASE,
)


def british_words(text):
    return [
        found[0] for found in BRITISH.finditer(text) if not AMERICAN.fullmatch(found[0])
    ]


def texts():
    """Yield (name, text) of everything that is spelled."""
    for path in PATHS:
        cells = read(path).cells
        yield f"{path.stem}.ipynb.txt", "\n\n".join(cell.source for cell in cells)
    for path in [*PAGES, *SOURCES]:
        name = path.relative_to(ROOT).as_posix().replace("/", "-")
        yield f"{name}.txt", path.read_text(encoding="utf-8")


TEXTS = dict(texts())


def test_there_is_something_to_spell():
    assert {"README.md.txt", "CONTRIBUTING.md.txt", "CHANGELOG.md.txt"} <= TEXTS.keys()
    assert len([name for name in TEXTS if ".ipynb" in name]) >= 6
    assert "softmax_lib-softmax.py.txt" in TEXTS


def codespell(folder):
    """Run codespell with pyproject.toml's settings and return what it finds."""
    command = [sys.executable, "-m", "codespell_lib", "--toml", "pyproject.toml", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode in (0, 65), done.stderr
    return [line.removeprefix(f"{folder}/") for line in done.stdout.splitlines()]


def test_nothing_is_misspelled(tmp_path):
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert codespell(tmp_path) == []


def test_codespell_would_see_both_kinds(tmp_path):
    mistakes = ["recieve", "normalise", "behaviour", "centre"]
    (tmp_path / "page.txt").write_text("\n".join(mistakes), encoding="utf-8")
    assert len(codespell(tmp_path)) == len(mistakes)


@pytest.mark.parametrize("name", TEXTS)
def test_spelling_is_american(name):
    assert british_words(TEXTS[name]) == []


def test_british_forms_are_known_and_american_ones_pass():
    british = """
        colour colours coloured colourblind behaviour favourite favour neighbour centre centred
        normalise normalised normalisation exponentiation-normalising visualise optimise initialise
        analyse analysed labelled modelling cancelled grey maths whilst learnt judgement towards
        practise practising summarise recognise organise generalise regularisation tokeniser
    """.split()
    missed = [word for word in british if not british_words(word)]
    assert not missed
    american = """
        color behavior favorite neighbor center normalize normalized visualize analyze analysis
        labeled modeling canceled gray math while learned judgment toward practice exercise
        exercises otherwise likewise precise precisely noise raise raises promise surprise advise
        revise comprise wise rise likelihood paradise expertise premise concise size basis axis
        emphasis hypothesis parameters perimeter parallel controlled compelling spelling
        distribution this his lists exists raised praised rising raising
    """.split()
    assert [word for word in american if british_words(word)] == []


@pytest.mark.parametrize("item", [*all_exercises().values(), *all_questions().values()],
                         ids=lambda item: item.id)  # fmt: skip
def test_exercises_talk_down_to_nobody(item):
    said = []
    if hasattr(item, "task"):
        said += [item.task, item.noticed, *item.hints, *(wrong.says for wrong in item.wrong)]
    else:
        said += [item.text, *(text for option in item.options for text in option)]
    found = [word for text in said for word in FORBIDDEN.findall(prose(text))]
    assert not found
