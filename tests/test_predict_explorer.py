"""Predict mode: its rounds, its judgments, and the real thing in a real browser."""

import json
import re

import numpy as np
import pytest
from accessibility import violations
from browser import open_browser, open_lab
from explorer_tools import open_page

from softmax_lib import softmax, total_variation
from softmax_lib.exercises.progress import load
from softmax_lib.exercises.registry import all_exercises
from softmax_lib.explorers import SoftmaxExplorer
from softmax_lib.explorers.predict.explorer import PredictExplorer
from softmax_lib.explorers.predict.softmax_rounds import KINDS, softmax_round

WORDS = ["woods", "garden", "castle", "sea"]
STUB = all_exercises()["my_predictions"].stub


def explorer(**options):
    return SoftmaxExplorer([2, 1, 0, -1], WORDS).predict(**options)


def rounds(kind, count=60):
    generator = np.random.default_rng(8)
    return [softmax_round(generator, WORDS, [kind]) for _ in range(count)]


def numbers(texts):
    return [-np.inf if t == "masked" else float(t.replace("−", "-")) for t in texts]


@pytest.mark.parametrize("kind", KINDS)
def test_rounds_are_right_and_their_misconceptions_are_told(kind):
    for made in rounds(kind):
        given = numbers(made.columns[0]["texts"])
        if kind == "temperature":
            t = float(re.search(r"from 1 to (inf|[\d.]*\d)", made.question)[1])
            assert made.truth == pytest.approx(softmax(given, temperature=t))
        else:
            assert made.truth == pytest.approx(softmax(given))
        if made.before is not None:
            assert numbers(made.columns[1]["texts"]) == pytest.approx(made.before, abs=0.006)
        assert made.judge(made.truth, 0.1) == (pytest.approx(0), made.why)
        assert made.mistakes
        for mistake, sentence in made.mistakes:
            distance, told = made.judge(mistake, 0.1)
            assert distance == pytest.approx(total_variation(mistake, made.truth))
            assert distance > 0.1
            assert told == sentence


def test_a_seed_gives_its_own_rounds_and_no_list_runs_out():
    def asked(seed):
        return json.dumps(explorer(seed=seed).rounds)

    assert asked(3) == asked(3)
    assert len({asked(seed) for seed in range(20)}) == 20
    one = explorer(seed=1, needed=50)
    for k in range(50):
        assert one.commit(one.rounds[k]["truth"])["right"]
    assert one.passed and len({json.dumps(made) for made in one.rounds}) > 50


@pytest.mark.parametrize("seed", range(5))
def test_one_answer_for_every_question_does_not_pass_where_each_kind_is_asked(seed):
    """That nothing moves is right of every shift, and of nothing else."""
    kinds = ["scores", "shift", "raise"]
    one = explorer(seed=seed, kinds=kinds, each_kind=True)
    for k in range(40):
        asked = one.rounds[k]
        labels = len(asked["labels"])
        result = one.commit(asked["before"] or [1 / labels] * labels)
        assert result["right"] == (asked["kind"] == "shift")
    left = "Still to do: a round of the kind scores and one goes up. Go on with *Next round*."
    assert not one.passed and "but not one of each kind of question" in one.judge()
    assert one.judge({"raise": "one goes up"}).endswith(left)
    for kind in ("raise", "scores"):
        assert not one.passed
        while one.rounds[len(one.answers)]["kind"] != kind:
            labels = len(one.rounds[len(one.answers)]["labels"])
            one.commit(np.eye(labels)[0])
        one.commit(one.rounds[len(one.answers)]["truth"])
    assert one.passed and one.judge() is None


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(
    "weigh",
    [
        lambda z: 2.0**z,
        lambda z: 0.5 ** np.argsort(np.argsort(-z)),
        lambda z: (z - z.min()) ** 2,
        lambda z: np.exp(z / 2),
        lambda z: z - z.min() + 1,
    ],
    ids=["base 2", "halves by rank", "squares", "half the scores", "the rival"],
)
def test_weights_of_another_kind_do_not_pass_in_03(weigh, seed):
    options = eval(re.search(r"\.predict\((.*?)\)", STUB, re.DOTALL)[1].join(["dict(", ")"]))
    one = explorer(**options | {"seed": seed})
    for k in range(30):
        weights = weigh(np.array(numbers(one.rounds[k]["columns"][0]["texts"])))
        result = one.commit(weights / weights.sum())
        assert one.rounds[k]["kind"] != "scores" or not result["right"]
    assert not one.passed


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_sentence_says_of_an_answer_is_so(kind):
    """Whoever is near a mistake and did not make it is not told that it was made."""
    near = 0
    for made in rounds(kind):
        uniform = np.full(len(made.truth), 1 / len(made.truth))
        for mistake, sentence in made.mistakes:
            if np.ptp(mistake) == 0:
                assert any(word in sentence for word in (" same", "flat", "T = infinity"))
            if max(mistake) == 1:
                assert "multiplies" not in sentence
            guess = 0.9 * np.array(mistake) + 0.1 * (np.array(made.truth) + uniform) / 2
            distance, told = made.judge(guess, 0.1)
            if distance > 0.1 and 0.015 < total_variation(guess, mistake):
                assert not told.startswith("This ")
                near += told.startswith("Near yours is a known mistake. It ")
    assert near > 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_round_tells_its_kind_and_only_a_shift_leaves_things_as_they_were(kind):
    for made in rounds(kind):
        assert made.kind == kind
        if made.before is not None:
            assert (total_variation(made.before, made.truth) <= 0.1) == (kind == "shift")


def test_what_is_far_from_every_misconception_is_told_its_largest_gap():
    made = rounds("shift")[0]
    guess = np.zeros(len(made.truth))
    guess[int(np.argmin(made.truth))] = 1
    distance, told = made.judge(guess, 0.1)
    assert distance > 0.5 and told.startswith("The largest gap is at ")
    assert told.endswith(made.why)


def test_enough_good_rounds_count_towards_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTMAX_PROGRESS", str(tmp_path / "progress.json"))
    one = explorer(seed=5, needed=2, exercise="my_prediction")
    uniform = [1 / len(one.rounds[0]["labels"])] * len(one.rounds[0]["labels"])
    assert not one.commit(uniform)["right"]
    assert "0 of the 2 rounds" in one.judge() and one.results[0]["sentence"] in one.judge()
    one.commit(one.rounds[1]["truth"])
    assert load()["exercises"]["my_prediction"].get("passed") is None
    one.commit(one.rounds[2]["truth"])
    entry = load()["exercises"]["my_prediction"]
    assert entry["passed"] is True and entry["attempts"] == 3
    assert one.passed and one.judge() is None


def test_after_a_right_round_nothing_is_corrected_and_what_is_left_is_named():
    one = explorer(seed=3, kinds=["scores", "shift", "raise"], each_kind=True)
    said = {"scores": "scores alone", "shift": "all alike", "raise": "one goes up"}
    for k in (0, 1):
        one.commit(one.rounds[k]["truth"])
    (left,) = set(said) - {made["kind"] for made in one.rounds[:2]}
    told = one.judge(said)
    assert told.startswith("2 of the 3 rounds that are needed came within")
    assert told.endswith(f"Still to do: {said[left]}. Go on with *Next round*.")
    assert not any(result["sentence"] in told for result in one.results)
    one.commit(np.eye(len(one.rounds[2]["labels"]))[0])  # wrong: its remark is back
    assert not one.results[2]["right"] and one.results[2]["sentence"] in one.judge(said)


def test_bad_input_is_named():
    one = explorer()
    with pytest.raises(ValueError, match="a prediction is not a distribution: the sum must be 1"):
        one.commit([0.5] * len(one.rounds[0]["labels"]))
    with pytest.raises(ValueError, match="one probability for each of .* got .1.0"):
        one.commit([1.0])
    with pytest.raises(ValueError, match="one probability for each of .* got None"):
        one.commit(None)
    with pytest.raises(TypeError, match="within must be one real number, got 'a'"):
        explorer(within="a")
    assert one.answers == []
    for options, told in [
        ({"kinds": ["magic"]}, "kinds must be one or more of scores, .* got .'magic'"),
        ({"needed": 0}, "needed must be an integer >= 1, got 0"),
        ({"kinds": 3}, "kinds must be one or more of scores, .* got .3."),
        ({"within": 1}, "within must be a distance between 0 and 1, got 1"),
        ({"seed": -1}, "seed must be an integer >= 0, got -1"),
    ]:
        with pytest.raises(ValueError, match=told):
            explorer(**options)
    with pytest.raises(ValueError, match="labels must be two or more"):
        SoftmaxExplorer([1.0]).predict()
    with pytest.raises(TypeError, match="make_round must be a function, got 3"):
        PredictExplorer(3)


def test_without_a_browser_it_asks_in_words_and_keeps_the_truth_to_itself():
    one = explorer(kinds=["scores"])
    data = one._repr_mimebundle_()[0]
    assert data["text/plain"] == one.description == repr(one)
    assert one.description.endswith("What does softmax make of these scores?")
    assert "<script" not in data["text/html"] and "<table" in data["text/html"]
    for p in one.rounds[0]["truth"]:
        assert f"{p:.2f}" not in data["text/plain"]


# --- In a browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.mark.parametrize("light, width", [(True, 1000), (False, 360)], ids=["light", "dark"])
def test_axe_finds_nothing_before_and_after(browser, light, width):
    one = explorer(kinds=["raise"])
    with open_page(browser, one, light, viewport={"width": width, "height": 800}) as (page, errors):
        assert violations(page, ".explorer") == []
        page.get_by_role("button", name="Commit").click()
        assert violations(page, ".explorer") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert errors == []


CELLS = [
    f"""from softmax_lib.explorers import SoftmaxExplorer
explorer = SoftmaxExplorer([2, 1, 0, -1], {WORDS})
prediction = explorer.predict(seed=6, kinds=["scores"], needed=2, exercise="my_prediction")
prediction""",
    "prediction",
    "print([prediction.answers, prediction.results, prediction.passed])",
]


@pytest.mark.slow
def test_in_jupyterlab(browser, tmp_path):
    same = SoftmaxExplorer([2, 1, 0, -1], WORDS).predict(seed=6, kinds=["scores"])
    first, second = same.rounds[0], same.rounds[1]
    with open_lab(browser, tmp_path, has_touch=True) as lab:
        lab.write("predict", CELLS)
        lab.open("predict")
        lab.run(0)
        lab.run(1)
        page = lab.page
        view, other = (lab.cell(k).locator(".predict-explorer") for k in (0, 1))
        view.wait_for()

        # By mouse, all to the first word: the others follow.
        sliders = view.get_by_role("slider")
        box = sliders.nth(0).bounding_box()
        y = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 7 + (box["width"] - 14) / len(first["labels"]), y)
        page.mouse.down()
        for part in (0.5, 0.7, 0.9, 1):
            page.mouse.move(box["x"] + box["width"] * part, y)
        page.mouse.up()
        mine = view.locator(".mine")
        assert mine.all_inner_texts() == ["1.00"] + ["0.00"] * (len(first["labels"]) - 1)
        assert view.locator(".right").first.inner_text() == "", "the truth waits for the commit"
        view.get_by_role("button", name="Commit").click()
        shown = view.locator(".right").all_inner_texts()
        assert shown == [f"{p:.2f}" if 0.005 <= p <= 0.995 else shown[k]
                         for k, p in enumerate(first["truth"])]  # fmt: skip
        page.wait_for_timeout(250)
        answers, results, passed = eval(lab.run(2))
        guess = [1.0] + [0.0] * (len(first["labels"]) - 1)
        assert answers == [guess] and not passed
        distance = total_variation(guess, first["truth"])
        assert results[0]["distance"] == pytest.approx(distance)
        told = view.locator(".result").inner_text()
        assert f"Distance {distance:.2f}" in told and results[0]["sentence"] in told
        assert other.locator(".result").inner_text() == told, "the other view shows it too"

        # By keyboard alone, and right.
        view.get_by_role("button", name="Next round").press("Enter")
        for k, p in enumerate(second["truth"]):
            slider = view.get_by_role("slider").nth(k)
            slider.focus()
            page.keyboard.press("Home")
            for _ in range(round(100 * p) // 10):
                page.keyboard.press("PageUp")
            for _ in range(round(100 * p) % 10):
                page.keyboard.press("ArrowRight")
        value = view.get_by_role("slider").first.get_attribute("aria-valuetext")
        assert value.startswith(f"{second['labels'][0]}: ")
        view.get_by_role("button", name="Commit").press("Enter")
        assert "1 of 2 rounds within 0.10; 2 finish it." in view.inner_text()
        page.wait_for_timeout(250)
        _, results, passed = eval(lab.run(2))
        assert [r["right"] for r in results] == [False, True] and not passed
        saved = json.loads((tmp_path / "progress.json").read_text(encoding="utf-8"))
        assert saved["exercises"]["my_prediction"]["attempts"] == 2
        assert lab.errors == []


def test_what_is_a_hair_too_far_is_told_with_the_digit_that_shows_it(browser):
    one = SoftmaxExplorer([1, 2], ["a", "b"]).predict(seed=0, kinds=["scores"])
    truth = one.rounds[0]["truth"][0]
    guess = round(truth + 0.1012, 2)
    assert 0.1 < guess - truth < 0.105
    with open_page(browser, one) as (page, errors):
        slider = page.get_by_role("slider", name="your probability of a")
        slider.evaluate(f"(e) => {{ e.value = {guess}; e.dispatchEvent(new Event('input')); }}")
        page.get_by_role("button", name="Commit").click()
        assert f"✗ Distance {guess - truth:.3f}," in page.locator(".result").inner_text()
        assert errors == []


def test_the_page_says_that_each_kind_is_asked(browser):
    one = explorer(seed=0, kinds=["scores", "shift", "raise"], each_kind=True, needed=2)
    with open_page(browser, one) as (page, errors):
        score, asked = page.locator(".score"), "2 finish it, with one of each kind of question."
        expect = "2 rounds within 0.10 finish it, with one of each kind of question."
        assert score.inner_text() == expect
        for number, made in enumerate(one.rounds[:3], 1):
            for k, p in enumerate(made["truth"]):
                slider = page.get_by_role("slider").nth(k)
                slider.evaluate(f"(e) => {{ e.value = {p}; e.dispatchEvent(new Event('input')); }}")
            page.get_by_role("button", name="Commit").click()
            count = "1 round" if number == 1 else f"{number} rounds"
            end = "done." if number == 3 else asked
            assert score.inner_text() == f"{number} of {count} within 0.10; {end}"
            page.get_by_role("button", name="Next round").click()
        assert errors == []


@pytest.mark.parametrize("width", [320, 400, 520])
def test_in_a_narrow_window_numbers_stay_beside_their_bars(browser, width):
    one = explorer()
    with open_page(browser, one, viewport={"width": width, "height": 900}) as (page, errors):
        page.get_by_role("button", name="Commit").click()
        for row in page.locator(".row:not(.head)").all():
            for bar, number in [(".track:not(.truth)", ".mine"), (".truth", ".right")]:
                of_bar, of_number = (
                    row.locator(f"{x} >> nth=0").bounding_box() for x in (bar, number)
                )
                middle = [box["y"] + box["height"] / 2 for box in (of_bar, of_number)]
                assert middle[0] == pytest.approx(middle[1], abs=4)
                assert of_number["x"] >= of_bar["x"] + of_bar["width"]
        assert errors == []


@pytest.mark.parametrize("width", [320, 540, 640, 800])
def test_no_name_breaks_inside_a_word(browser, width):
    names = ["grandmother", "grandfather", "the one ticket"]
    one = SoftmaxExplorer([2.0, 1.0, 0.0], names).predict(seed=12, kinds=["temperature"])
    with open_page(browser, one, viewport={"width": width, "height": 900}) as (page, errors):
        lines = page.locator(".row:not(.head) .name").evaluate_all(
            """names => names.map(name => {
                const words = document.createRange(), text = name.firstChild;
                return [...text.data.matchAll(/\\S+/g)].map(word => {
                    words.setStart(text, word.index);
                    words.setEnd(text, word.index + word[0].length);
                    return new Set([...words.getClientRects()].map(box => box.top)).size;
                });
            })"""
        )
        assert lines == [[1], [1], [1, 1, 1]]
        track = page.locator(".row:not(.head) .track:not(.truth)").first.bounding_box()
        assert track["width"] > 100
        assert errors == []
