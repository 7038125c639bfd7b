"""Run a learner's function so that nothing it does can hurt the notebook.

It runs in a thread, which is given up when its time is over. One thing no thread can end: a single
long step of Python itself, such as ``sum(range(10**11))``. It lets no other thread run, and it
hears no interrupt; *Kernel -> Restart Kernel* is the way out. A child process could be killed, but
it is no cure: what a learner's function uses from the notebook cannot be sent to a new process,
Windows and a browser cannot copy the old one, and a copy of a kernel hangs wherever another of its
threads holds a lock.

A browser's Python has no threads. There the function runs where it is called, and Python's own
monitoring looks at the clock whenever code of the learner jumps or a function of theirs starts. One
long step is not ended there either, and *Stop* does nothing; *Restart Kernel* works.
"""

import builtins
import contextlib
import copy
import ctypes
import io
import linecache
import math
import os
import sys
import threading
import time
import traceback
import warnings
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = [
    "CUT",
    "CHECK_SECONDS",
    "EXPLORER_SECONDS",
    "Outcome",
    "Run",
    "Stopped",
    "build",
    "run",
    "running",
]

# How long a learner's function may take, for all its calls together: in a check, and in an
# explorer, which asks again with every move. 00 and the README say when to stop waiting.
CHECK_SECONDS = 5.0
EXPLORER_SECONDS = 1.0
INTERRUPTS = 20
CUT = "\n[the rest is not kept]"  # what stands where somebody prints without end
_CONSTANT = {bool, int, float, complex, str, np.bool_, np.int64, np.float64}  # nothing changes them
_COURSE = os.path.dirname(os.path.abspath(__file__))
# In a browser Python is an archive, and os.__file__ is not in it.
_PYTHON = os.path.dirname(os.path.abspath(traceback.__file__))
_NO_LEARNERS = (_COURSE, _PYTHON, "<frozen ")


class _TimeIsUp(BaseException):
    """Raised inside the learner's function; ``except Exception`` does not catch it.

    A bare ``except:`` inside a loop does, every time. A thread that goes on like this is parked
    here instead: it waits for ever and costs nothing.
    """

    def __init__(self):
        thread = threading.current_thread()
        if not getattr(thread, "given_up", False):
            return  # somebody else raised it
        thread.interrupts = getattr(thread, "interrupts", 0) + 1
        if thread.interrupts > INTERRUPTS:
            threading.Event().wait()


class _Clock:
    """Ends a learner's function where there are no threads.

    Once the time is over, every line of the learner's raises: an ``except:`` around a loop catches
    one, and the next is raised in what it does then.
    """

    over = False

    def __init__(self, seconds):
        self.end = time.monotonic() + seconds

    def __enter__(self):
        # Older Pythons cannot watch; nor can this one while something else uses all its places.
        self.monitoring = getattr(sys, "monitoring", None)
        free = self.monitoring and [n for n in range(6) if self.monitoring.get_tool(n) is None]
        if not free:
            self.monitoring = None
            return self
        self.tool, events = free[-1], self.monitoring.events
        self.monitoring.use_tool_id(self.tool, "softmax_lib")
        for event in (events.PY_START, events.JUMP, events.LINE):
            self.monitoring.register_callback(self.tool, event, self.look)
        self.monitoring.set_events(self.tool, events.PY_START | events.JUMP)
        return self

    def __exit__(self, *_):
        if self.monitoring:
            self.monitoring.set_events(self.tool, 0)
            self.monitoring.free_tool_id(self.tool)
        self.over = self.over or time.monotonic() > self.end

    def look(self, code, *_):
        """Raise in a learner's code when the time is over; watch no other."""
        if not _is_learners(code.co_filename):
            return self.monitoring.DISABLE
        if time.monotonic() > self.end:
            self.over = True
            events = self.monitoring.events
            watched = events.PY_START | events.JUMP | events.LINE
            if self.monitoring.get_events(self.tool) != watched:
                self.monitoring.set_events(self.tool, watched)
            raise _TimeIsUp


class _Worker(threading.Thread):
    """A thread that runs a learner's function."""

    given_up = False  # it may run on, but nobody waits for it


_busy = threading.Lock()  # held while a worker is waited for


def running():
    """Return whether this is called from inside a learner's function that `run` calls."""
    return isinstance(threading.current_thread(), _Worker) or _busy.locked()


class Stopped(KeyboardInterrupt):
    """The learner stopped a trial call: IPython shows the sentence, and no traceback of ours."""

    def _render_traceback_(self):
        return [str(self)]


class _Printed(io.StringIO):
    """Keeps the start of what each call prints: a loop that prints must not fill the memory."""

    LIMIT = 10_000

    def __init__(self):
        super().__init__()
        self.begin()

    def begin(self):
        """Keep again, from here on; return where that is."""
        self._end, self._cut = self.tell() + self.LIMIT - len(CUT), False
        return self.tell()

    def write(self, text):
        room = max(0, self._end - self.tell())
        super().write(text[:room])
        if len(text) > room and not self._cut:
            self._cut = True
            super().write(CUT)
        return len(text)


@dataclass
class Outcome:
    """What one call came to: a value, or an error and the learner's line that raised it.

    `inside` is the function of that line, and `printed` what the call printed meanwhile.
    """

    value: Any = None
    error: BaseException | None = None
    line: str = ""
    inside: str = ""
    changed_input: bool = False
    printed: str = ""


@dataclass
class Run:
    """What all calls came to: one outcome for each, but fewer when the time ran out."""

    outcomes: list[Outcome] = field(default_factory=list)
    timed_out: bool = False
    printed: str = ""
    still_running: bool = False  # what was given up could not be ended at once


def build(code, name, namespace=None):
    """Execute an answer's source and return what it defines.

    Parameters
    ----------
    code : str
        Python source that defines `name`.
    name : str
    namespace : dict, optional
        Names that the code may use besides ``np`` and ``math``.

    Returns
    -------
    object
        What `name` is bound to.

    Raises
    ------
    Exception
        Whatever the code raises; KeyError when it does not define `name`.
    """
    scope = {"np": np, "math": math, "__name__": "softmax_answer", **(namespace or {})}
    place = f"<{name} {zlib.crc32(code.encode())}>"
    # With the source in linecache, an error's line can be shown and getsource works.
    linecache.cache[place] = (len(code), None, code.splitlines(keepends=True), place)
    exec(compile(code, place, "exec"), scope)
    return scope[name]


def run(function, probes, seconds=CHECK_SECONDS):
    """Call `function` on each probe, and give up when the time is over.

    Parameters
    ----------
    function : callable
        Anything; it may loop, raise, print, exit or change its arguments.
    probes : sequence of tuple
        Arguments for each call; the function gets copies.
    seconds : float, optional
        Limit for all calls together; `CHECK_SECONDS` by default. It does not hold for one long
        step of Python itself (see the module), nor without threads before Python 3.12.

    Returns
    -------
    Run

    Raises
    ------
    Stopped
        When the learner interrupts it.

    Notes
    -----
    Called from inside a function that is being run, it calls `function` then and there: the limit
    of the outer call holds for both, and no thread is added.
    """
    outcomes, printed, clock = [], _Printed(), _Clock(seconds)

    def work():
        with contextlib.suppress(_TimeIsUp), np.errstate(all="ignore"):
            for probe in probes:
                start = printed.begin()
                outcome = _call(function, probe, clock)
                outcome.printed = printed.getvalue()[start:]
                outcomes.append(outcome)

    if running():
        return Run([_call(function, probe) for probe in probes])
    worker, timed_out = _Worker(target=work, daemon=True), False
    try:
        with _busy, _quiet(printed, getattr(function, "__globals__", {})):
            try:
                worker.start()
            except RuntimeError:  # there are no threads here
                with clock:
                    work()
                timed_out = clock.over
            else:
                worker.join(seconds)
                timed_out = worker.is_alive()
            if worker.is_alive():  # most loops end here, before what they print can be seen
                _interrupt(worker)
                worker.join(0.5)
    except KeyboardInterrupt:
        raise Stopped("You stopped this before it was done; nothing is lost.") from None
    finally:
        still_running = worker.is_alive()
        if still_running:
            threading.Thread(target=_end, args=(worker,), daemon=True).start()
    # The last call may have ended a moment too late, but it is the one that took too long.
    kept = outcomes[: len(probes) - 1] if timed_out else outcomes
    return Run(list(kept), timed_out, printed.getvalue(), still_running)


@contextlib.contextmanager
def _quiet(printed, scope):
    """Catch what is printed, silence warnings, answer no `input`, and let nobody leave.

    All of it belongs to the process, so the main thread sets and restores it: a thread that is
    given up could not. `scope` is where the learner's function looks up its names: there IPython
    puts an `exit` of its own, which ends the kernel.
    """
    before = []
    for names in (vars(builtins), scope):
        for name, replacement in {"input": _no_input, "exit": _no_exit, "quit": _no_exit}.items():
            original = names.get(name)
            from_ipython = type(original).__module__.startswith("IPython.")
            if from_ipython or names is vars(builtins) and name in names:
                before.append((names, name, original))
                names[name] = replacement
    try:
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(_Printed()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        for names, name, original in before:
            if names.get(name) in (_no_input, _no_exit):
                names[name] = original


def _no_input(prompt="", /):
    raise EOFError("nobody is there to type during a check; use the arguments")


def _no_exit(*_):
    raise SystemExit("it ends the whole program; end the function with `return`")


def _call(function, probe, clock=None):
    """Return what one call came to, whatever that is; what `clock` ends is no outcome."""
    try:
        arguments = tuple(map(_fresh, probe)) if _is_flat(probe) else copy.deepcopy(probe)
        value = _copied(function(*arguments))
        return Outcome(value=value, changed_input=not _same(arguments, probe))
    except BaseException as error:  # exit() and KeyboardInterrupt too: this is a trial run
        thread = threading.current_thread()
        given_up = getattr(thread, "given_up", False) or (clock and clock.over)
        if isinstance(error, _TimeIsUp) and given_up:
            raise
        if isinstance(error, KeyboardInterrupt) and thread is threading.main_thread():
            raise  # where there are no threads, it is the learner's
        line, inside = _learner_place(error)
        return Outcome(error=error, line=line, inside=inside)


def _copied(value):
    """Return a copy, for a function that returns its own argument and changes it later."""
    try:
        return _fresh(value) if _is_flat((value,)) else copy.deepcopy(value)
    except Exception:  # a generator, for example
        return value


def _is_flat(values):
    """Return whether values are numbers, texts and arrays of numbers, which copy in one step."""
    return all(
        value.dtype.kind in "biufc" if type(value) is np.ndarray else type(value) in _CONSTANT
        for value in values
    )


def _fresh(value):
    return value.copy(order="K") if type(value) is np.ndarray else value


def _learner_place(error):
    """Return the innermost source line outside of the course, Python and packages; its function."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if _is_learners(frame.filename):
            return frame.line or "", frame.name
    return "", ""


def _is_learners(file):
    return not file.startswith(_NO_LEARNERS) and "site-packages" not in file


def _same(left, right):
    """Return whether the arguments are as they were, be it their numbers or their kind."""
    try:
        return all(
            a.dtype == b.dtype
            and a.shape == b.shape
            and (a.tobytes() == b.tobytes() or np.array_equal(a, b, equal_nan=True))
            if isinstance(b, np.ndarray)
            else a == b
            for a, b in zip(left, right)
        )
    except Exception:  # made into something that cannot even be compared
        return False


def _interrupt(worker):
    worker.given_up = True
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(worker.ident), ctypes.py_object(_TimeIsUp)
    )


def _end(worker):
    """Interrupt the abandoned thread until it stops, or parks; one in C code hears it later."""
    pause = 0.02
    while worker.is_alive() and getattr(worker, "interrupts", 0) <= INTERRUPTS:
        _interrupt(worker)
        worker.join(pause)
        pause = min(pause * 1.1, 5.0)
