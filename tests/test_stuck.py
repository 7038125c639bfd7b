"""A check that hangs or is stopped, in a real kernel and in JupyterLab: nothing is lost."""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from textwrap import dedent

import pytest
from browser import at, open_browser, open_lab, serve_lab
from jupyter_client.manager import KernelManager
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager

# One step of Python itself: no other thread runs meanwhile, and no interrupt is heard. It says
# in a file that it has begun, since nothing else of it can be seen.
LONG_STEP = """
def my_softmax(logits):
    open({marker!r}, "w").close()
    return sum(range(10**11))
"""
# What hears an interrupt: a thread that waits.
WAITS = """
def my_softmax(logits):
    import time
    open({marker!r}, "w").close()
    time.sleep(60)
"""
RIGHT = """
def my_total(numbers):
    return np.sum(numbers)
"""
IMPORTS = "import numpy as np\nfrom softmax_lib.exercises import check, my_work"


class Kernel:
    """A kernel of this Python, and what it answers."""

    def __init__(self):
        self.manager = KernelManager(
            kernel_name=CURRENT_ENV_KERNEL_NAME, kernel_spec_manager=NbvalKernelspecManager()
        )
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def start(self, code):
        return self.client.execute(dedent(code))

    def answer(self, request):
        """Return the outputs of a request, when it is done, as (kind, content)."""
        outputs = []
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                return outputs
            if kind in ("stream", "execute_result", "display_data", "error"):
                outputs.append((kind, content))

    def text(self, code):
        """Run code and return the text of its only result."""
        ((kind, content),) = self.answer(self.start(code))
        assert kind == "execute_result", content
        return content["data"]["text/plain"]

    def restart(self):
        self.manager.restart_kernel()
        self.client.wait_for_ready(timeout=60)
        assert self.answer(self.start(IMPORTS)) == []


@pytest.fixture
def kernel():
    kernel = Kernel()
    assert kernel.answer(kernel.start(IMPORTS)) == []
    yield kernel
    kernel.client.stop_channels()
    kernel.manager.shutdown_kernel(now=True)


def until(reached, seconds=60):
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.05)


def test_a_test_server_wants_its_token(tmp_path):
    """Whoever reaches it can run code."""
    with serve_lab(tmp_path) as url:
        given = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["token"][0]
        assert len(given) >= 32
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(at(url, "/api/contents").replace(given, "a" * 32), timeout=10)
        with urllib.request.urlopen(at(url, "/api/contents"), timeout=10) as answer:
            assert answer.status == 200


def test_restart_ends_one_long_step_and_loses_no_answer(kernel, tmp_path):
    marker = tmp_path / "begun"
    kernel.answer(kernel.start(RIGHT))
    assert "Passed" in kernel.text('check("my_total", my_total)')
    kernel.answer(kernel.start(LONG_STEP.format(marker=str(marker))))
    kernel.start('check("my_softmax", my_softmax)')
    until(marker.exists)
    kernel.manager.interrupt_kernel()  # as Stop does; whether it is heard does not matter here
    kernel.restart()
    assert "return np.sum(numbers)" in kernel.text('my_work("my_total")')
    progress = json.loads(Path(os.environ["SOFTMAX_PROGRESS"]).read_text(encoding="utf-8"))
    assert progress["exercises"]["my_total"]["passed"]
    kernel.answer(kernel.start(RIGHT))
    assert "Passed" in kernel.text('check("my_total", my_total)')  # and it goes on


def test_stopping_a_check_is_one_sentence(kernel, tmp_path):
    marker = tmp_path / "begun"
    kernel.answer(kernel.start(WAITS.format(marker=str(marker))))
    request = kernel.start('check("my_softmax", my_softmax)')
    until(marker.exists)
    kernel.manager.interrupt_kernel()
    ((kind, content),) = kernel.answer(request)
    assert kind == "error"
    assert content["traceback"] == ["You stopped this before it was done; nothing is lost."]
    # What was left running neither prints nor keeps the next one from being judged.
    kernel.answer(kernel.start(RIGHT))
    assert "Passed" in kernel.text('check("my_total", my_total)')
    (printed,) = kernel.answer(kernel.start("print('here')"))
    assert printed == ("stream", {"name": "stdout", "text": "here\n"})


def test_in_jupyterlab_the_notebook_and_the_answers_outlive_it(tmp_path):
    marker = tmp_path / "begun"
    with open_browser() as browser, open_lab(browser, tmp_path) as lab:
        long_step = LONG_STEP.format(marker=str(marker)).strip()
        total, softmax = 'check("my_total", my_total)', 'check("my_softmax", my_softmax)'
        lab.write("stuck", [IMPORTS, RIGHT.strip(), total, long_step, softmax])
        lab.open("stuck")
        for number in (0, 1):
            lab.run(number)
        assert "Passed" in lab.run(2)
        lab.run(3)
        lab.cell(3).locator(".cm-content").click()
        lab.page.keyboard.press("Control+End")
        lab.page.keyboard.type("  # my own words")  # not saved yet
        lab.cell(4).locator(".cm-content").click()
        lab.page.keyboard.press("Control+Enter")
        until(marker.exists)
        assert "*" in lab.cell(4).locator(".jp-InputPrompt").inner_text()
        lab.restart()
        assert "my own words" in lab.cell(3).inner_text()
        assert "Passed" in lab.cell(2).inner_text()
        lab.cell(4).locator(".cm-content").click()
        lab.page.keyboard.press("Control+A")
        lab.page.keyboard.insert_text(f'{IMPORTS}\nmy_work("my_total")')
        assert "return np.sum(numbers)" in lab.run(4)
