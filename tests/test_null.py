"""None between Python and a page where Python runs in the browser, and the clock it has there."""

import sys
import threading
import time

import pytest
from browser import open_browser

from softmax_lib.runner import build, run
from softmax_lib.widgets import base
from softmax_lib.widgets.null import END, NONE, from_page, module_with_null, to_page


def test_none_goes_as_a_text_and_comes_back():
    state = {"temperature": None, "scores": [1.0, None], "tooltip": None, "title": ""}
    sent = to_page(state, others={"tooltip"})
    assert sent == {**state, "temperature": NONE}
    assert from_page(sent) == state

    class JsNull:
        """What Pyodide has for null."""

    assert from_page({"a": [1, JsNull(), (JsNull(),)], "b": JsNull()}) == {
        "a": [1, None, [None]],
        "b": None,
    }


def test_in_a_page_the_text_is_null_again():
    module = f"""function render({{ model, el }}) {{
  el.textContent = JSON.stringify([model.get("t"), model.get("x"), typeof model.set]);
  model.set("x", 2);
}}
{END}"""
    code = """async ([source, none]) => {
      const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
      const { default: widget } = await import(url);
      const set = [];
      const state = { t: none, x: 1 };
      const model = Object.freeze({ get: (n) => state[n], set: (...a) => set.push(a) });
      const el = document.body;
      widget.render({ model, el });
      return [el.textContent, set];
    }"""
    with open_browser() as browser:
        page = browser.new_page()
        shown, told = page.evaluate(code, [module_with_null(module), NONE])
    assert shown == '[null,1,"function"]' and told == [["x", 2]]


def test_every_module_ends_as_it_has_to(monkeypatch):
    monkeypatch.setattr(base, "IN_BROWSER", True)
    for name in ("exercises/quiz", "explorers/softmax_explorer", "explorers/predict/explorer"):
        assert "render: withNull(render)" in base.module_text(name)


@pytest.mark.skipif(not hasattr(sys, "monitoring"), reason="Python 3.12 or newer has the clock")
@pytest.mark.parametrize(
    "body",
    [
        "while True:\n        pass",
        "while True:\n        np.exp(logits)",
        "while True:\n        try:\n            1 / 0\n        except:\n            pass",
        "for _ in iter(int, 1):\n        pass",
        "return [x for x in iter(int, 1)]",
        "while True:\n        try:\n            while True:\n                pass\n"
        "        except BaseException:\n            continue",
    ],
)
def test_without_threads_a_loop_without_end_is_stopped(monkeypatch, body):
    def start(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    endless = build(f"def f(logits):\n    {body}", "f")
    began = time.monotonic()
    done = run(endless, [([1.0, 2.0],)], 0.3)
    assert done.timed_out and done.outcomes == [] and time.monotonic() - began < 10
    fine = run(build("def f(logits):\n    return sum(logits)", "f"), [([1.0, 2.0],)] * 3, 0.3)
    assert [outcome.value for outcome in fine.outcomes] == [3.0] * 3 and not fine.timed_out
