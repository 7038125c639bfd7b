"""Nothing is said that is not so: each sentence that claims something is held, or says why not."""

import re

import pytest
from notebook_tools import PATHS
from sentence_tools import (
    FOLDER,
    REASONS,
    claims,
    false_claims,
    has_its_line,
    is_claim,
    missing_numbers,
    numbers,
    plain,
    record,
    sentences,
    stray,
    texts,
    unheld,
)

NAMES = [path.stem for path in PATHS]
RECORDED = sorted(path.stem for path in FOLDER.glob("*.toml"))
every_record = pytest.mark.parametrize("name", RECORDED)


@every_record
def test_every_claim_is_held(name, report_figure):
    holds, says = record(name)
    report_figure(f"sentences of {name}", f"{len(holds)} held, {len(says)} need nothing")
    assert unheld(name) == {}


@every_record
def test_what_holds_a_sentence_is_true(name):
    assert false_claims(name) == ()


@every_record
def test_a_sentence_stands_where_its_record_says(name):
    assert stray(name) == []


@every_record
def test_the_numbers_of_a_sentence_are_those_that_were_computed(name):
    holds, _ = record(name)
    missing = {s: found for s, code in holds.items() if (found := missing_numbers(s, code))}
    assert missing == {}


@every_record
def test_what_needs_nothing_says_why(name):
    holds, says = record(name)
    assert {s: why for s, why in says.items() if re.match(r"\w+", why)[0] not in REASONS} == {}
    vague = {s: why for s, why in says.items() if why in ("cited", "proof")}
    assert vague == {}, "say whom you cite, and how it is proved"
    assert not holds.keys() & says.keys()


def test_each_record_belongs_to_a_notebook(report_figure):
    assert RECORDED
    assert set(RECORDED) <= set(NAMES)
    for name in NAMES:
        if name not in RECORDED:
            report_figure(f"sentences of {name}", f"no record, {len(unheld(name))} unheld")


@every_record
def test_a_wrong_number_planted_in_a_sentence_is_seen(name):
    holds, _ = record(name)
    planted = 0
    for sentence, expression in holds.items():
        for number in numbers(sentence):
            other = f"{float(number.replace(',', '')) + 77.25:g}"
            wrong = re.sub(
                rf"(?<![\w.,-]){re.escape(number)}(?![\d.,]\d)", other, sentence, count=1
            )
            assert wrong not in holds
            # Who mends the sentence in the record as well still has the number to compute.
            assert missing_numbers(wrong, expression), wrong
            planted += 1
    assert planted


def test_what_counts_as_a_claim():
    assert is_claim("At T = 2 the favorite has 0.22.")
    assert is_claim("The order never changes.")
    assert is_claim("The bars level out more.")
    assert not is_claim("What is the largest score?")
    assert not is_claim("Drag the temperature yourself.")
    assert not is_claim("Video: it starts at 23:00, and takes 3 minutes.")


def test_how_a_text_falls_into_sentences():
    text = "# A title of 3\n\nOne. *Two* is **2** ([24:17](https://x.y)). Has 0.5 it?\n- An item.\n"
    assert sentences(text) == ["One.", "Two is 2 (24:17).", "Has 0.5 it?", "An item."]
    assert plain("a [link](http://b.c) and `code_*x*`") == "a link and `code_*x*`"
    assert numbers("In 03, T = 0.5 took 1,200 of -3 (24:17).") == ["0.5", "1,200", "-3"]
    assert numbers("In 01 it is off by 0.01.") == ["0.01"]
    assert numbers("You counted 300 in 01.") == ["300"]
    assert numbers("It has 4 (20:29, 21:08).") == ["4"]


def test_a_number_may_be_written_as_a_percentage():
    assert missing_numbers("It has 89 % of 12.", "share > 0.89 and n == 12") == []
    assert missing_numbers("It has 88 % of 12.", "share > 0.89 and n == 12") == ["88"]


def test_claims_come_from_the_exercises_too():
    said = {place for place, _ in texts("01_probability_distributions")}
    assert {"my_is_distribution, hint 1", "my_is_distribution, noticed"} <= said
    places = [place for name in NAMES for place in claims(name).values()]
    assert any(", hint " in place for place in places)
    assert any(", noticed" in place for place in places)


def test_what_has_its_line_elsewhere_is_not_asked_for_again():
    assert has_its_line("my_total, takes the largest")
    assert not has_its_line("my_total, noticed")
    assert not has_its_line("explain")
    assert "That is the largest of the numbers." not in claims("00_start_here")
    assert "Every exercise answers like this, and your work is saved as you go." in claims(
        "00_start_here"
    )
