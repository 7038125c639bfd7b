"""Set up the course and start it, with nothing but Python 3.11 or newer.

From the folder that holds the course::

    python3 softmax_lib open      open the course in JupyterLab
    python3 softmax_lib test      run every test

The first run makes a private environment in ``.venv`` and installs the exact versions that
``requirements.txt`` lists; later runs find it ready. Nothing outside this folder changes.

Python runs this file before anything is installed, so it imports the standard library only. It also
has to parse on an old Python, to say there that the Python is too old.
"""

import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(HERE)

# `python3 softmax_lib` puts softmax_lib/ itself on the import path, where a module of ours could
# stand in for one of the standard library.
sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry or ".") != HERE]

import contextlib  # noqa: E402
import hashlib  # noqa: E402
import json  # noqa: E402
import platform  # noqa: E402
import re  # noqa: E402
import shutil  # noqa: E402
import subprocess  # noqa: E402
import time  # noqa: E402

OLDEST = (3, 11)
NEWEST_TESTED = (3, 14)
HOME = "notebooks/00_start_here.ipynb"
VENV = os.path.join(ROOT, ".venv")
SCRATCH = os.path.join(ROOT, ".setup")  # the log and the lock: they must outlive .venv
STATE = "softmax-course.json"  # in .venv: says that we made it, and what is installed in it

USAGE = """\
usage: python3 softmax_lib COMMAND [ARGUMENTS]      (on Windows: py softmax_lib ...)

  open [NOTEBOOK] [FLAGS]   open the course in JupyterLab; flags go to JupyterLab
  test [ARGUMENTS]          run every test; arguments go to pytest
  setup                     only set up, or bring the set-up up to date
  execute [NOTEBOOKS]       run notebooks again and save them, ready to commit
  doctor                    show what is installed and whether it works

The first run sets everything up in the folder .venv. To start over, delete .venv.
"""


class Refusal(Exception):
    """Something that the person has to change before the command can go on."""


# --- Words for the person ------------------------------------------------------------------------


def say(message, end="\n"):
    print(message, end=end, flush=True)


def this_command(python=None):
    """How the person starts this program here: for messages."""
    if python is None:
        python = "py" if os.name == "nt" else "python3"
    return f"{python} softmax_lib"


def check_python(version=None):
    """Refuse a Python older than the oldest that the course supports."""
    version = tuple(version or sys.version_info)
    if version[:2] >= OLDEST:
        return
    newer = [f"python3.{minor}" for minor in range(NEWEST_TESTED[1], OLDEST[1] - 1, -1)]
    found = [name for name in newer if shutil.which(name)]
    if found:
        cure = "This computer has a newer one. Run: {} {}".format(
            this_command(found[0]), " ".join(sys.argv[1:]) or "open"
        )
    else:
        cure = "Install a newer Python, from python.org or your system's software manager."
    raise Refusal(
        "The course needs Python {}.{} or newer; this is Python {}.\n{}".format(
            OLDEST[0], OLDEST[1], ".".join(str(part) for part in version[:3]), cure
        )
    )


# --- Running other programs ----------------------------------------------------------------------


def clean_environment():
    """Return the variables for a child without what would bring in somebody else's packages."""
    variables = dict(os.environ)
    for name in ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV"):
        variables.pop(name, None)
    # Packages are installed uncompiled: Python has to keep what it compiles on the way.
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    variables["PIP_USER"] = "0"
    variables["PYTHONNOUSERSITE"] = "1"
    return variables


def venv_environment():
    """Return the variables for a child that runs in `.venv`, as if it had been activated."""
    variables = clean_environment()
    variables["VIRTUAL_ENV"] = VENV
    variables["JUPYTER_PREFER_ENV_PATH"] = "1"
    folder = os.path.dirname(venv_python())
    variables["PATH"] = folder + os.pathsep + variables.get("PATH", "")
    return variables


def run_logged(command, on_line=None):
    """Run a command in the root, add all that it prints to the log, and return its exit code."""
    with open(log_path(), "a", encoding="utf-8", errors="replace") as log:
        log.write("\n$ {}\n".format(" ".join(command)))
        log.flush()
        try:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            log.write(f"{error}\n")
            return 127
        try:
            for line in process.stdout:
                log.write(line)
                if on_line is not None:
                    on_line(line)
            return process.wait()
        except BaseException:
            # Ctrl-C: leave no installer at work behind us.
            process.kill()
            process.wait()
            raise


def become(command):
    """Hand this terminal over to a command; end as it ends."""
    variables = venv_environment() if command[0] == venv_python() else dict(os.environ)
    sys.stdout.flush()
    os.chdir(ROOT)
    if os.name == "posix":
        os.execve(command[0], command, variables)
    process = subprocess.Popen(command, env=variables)
    while True:
        # Ctrl-C reaches the child too, which decides what it means.
        with contextlib.suppress(KeyboardInterrupt):
            return process.wait()


# --- What is there -------------------------------------------------------------------------------


def log_path():
    return os.path.join(SCRATCH, "log.txt")


def venv_python():
    if os.name == "nt":
        return os.path.join(VENV, "Scripts", "python.exe")
    return os.path.join(VENV, "bin", "python")


def inside_venv():
    """Whether the Python that runs this is the one in `.venv`."""
    return os.path.realpath(sys.prefix) == os.path.realpath(VENV)


def this_python():
    """Name the kind of Python that runs this: an environment made by another kind is of no use."""
    return "{} {}.{} {} {}".format(
        platform.python_implementation(), *sys.version_info[:2], sys.platform, platform.machine()
    )


def requirement_files(tests):
    """Return the files that say what is installed, the packages' and our own."""
    files = ["requirements.txt", "pyproject.toml"] + ["tests/requirements.txt"] * tests
    defaults = os.path.join(HERE, "jupyter_defaults")
    for folder, _, names in sorted(os.walk(defaults)):
        files += [os.path.relpath(os.path.join(folder, name), ROOT) for name in sorted(names)]
    return files


def fingerprint(tests):
    """Return one word that changes when what has to be installed changes."""
    digest = hashlib.sha256()
    for name in requirement_files(tests):
        with open(os.path.join(ROOT, name), "rb") as file:
            content = file.read().replace(b"\r\n", b"\n")
        digest.update(name.replace(os.sep, "/").encode() + b"\0" + content + b"\0")
    return digest.hexdigest()[:16]


def read_state():
    """Return what we wrote about `.venv`, or None if it is not there or not readable."""
    try:
        with open(os.path.join(VENV, STATE), encoding="utf-8") as file:
            state = json.load(file)
    except (OSError, ValueError):
        return None
    return state if isinstance(state, dict) else None


def write_state(**state):
    path = os.path.join(VENV, STATE)
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(state, file, indent=1)
    os.replace(path + ".new", path)


def venv_works(needed="sys"):
    """Whether the Python in `.venv` starts, finds itself there, and has the module ``needed``."""
    probe = f"import sys, {needed}; sys.stdout.write(sys.prefix)"
    command = [venv_python(), "-I", "-c", probe]
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "timeout": 60}
    try:
        done = subprocess.run(command, **quiet)
    except (OSError, subprocess.SubprocessError):
        return False
    prefix = done.stdout.decode("utf-8", "replace")
    return done.returncode == 0 and os.path.realpath(prefix) == os.path.realpath(VENV)


def what_to_do(tests):
    """Compare `.venv` with what it should be.

    Returns
    -------
    action : {"nothing", "install", "create", "rebuild"}
    reason : str
        For a rebuild, what the person should know; otherwise empty.
    """
    if not os.path.lexists(VENV):
        return "create", ""
    state = read_state()
    if state is None:
        if os.path.exists(os.path.join(VENV, STATE)):
            return "rebuild", "The last set-up did not finish."
        if os.path.isdir(VENV) and not os.listdir(VENV):
            return "create", ""
        if venv_works("pip") and venv_version() == sys.version_info[:2]:
            return "install", ""  # made by hand or by an editor: add to it
        raise Refusal(
            "The folder .venv was not made by this course, and does not work with this Python.\n"
            "Move it away or delete it, then run the command again."
        )
    reason = ""
    if state.get("root") != ROOT:
        reason = "This folder was moved or copied since its environment was made."
    elif state.get("python") != this_python():
        reason = "The environment in .venv belongs to another Python ({}).".format(
            state.get("python")
        )
    elif not venv_works():
        reason = "The environment in .venv does not start any more."
    elif state.get("learner") is None and not state.get("adopted"):
        reason = "The last set-up did not finish."
    elif state.get("tests" if tests else "learner") == fingerprint(tests):
        return "nothing", ""
    if reason and state.get("adopted"):
        raise Refusal(
            reason + "\nYou or your editor made it, so it is yours to remove: "
            "delete .venv, then run the command again."
        )
    return ("rebuild", reason) if reason else ("install", "")


def venv_version():
    """Return the (major, minor) version that `.venv` says it was made with, or None."""
    try:
        with open(os.path.join(VENV, "pyvenv.cfg"), encoding="utf-8") as file:
            match = re.search(r"^version(?:_info)?\s*=\s*(\d+)\.(\d+)", file.read(), re.MULTILINE)
    except OSError:
        return None
    return (int(match.group(1)), int(match.group(2))) if match else None


# --- Making the environment ----------------------------------------------------------------------


def ways_to_create():
    """Return the ways to make an environment with pip in it, best first, as lists of commands."""
    python = sys.executable
    ways = [
        [[python, "-m", "venv", VENV]],
        # Debian and Ubuntu can lack the piece that puts pip into an environment (python3-venv); the
        # pip that runs outside can then do it.
        [
            [python, "-m", "venv", "--without-pip", VENV],
            [python, "-m", "pip", "--python", venv_python(), "install", "--no-compile", "pip"],
        ],
        [[python, "-m", "virtualenv", "--python", python, VENV]],
    ]
    virtualenv, uv = shutil.which("virtualenv"), shutil.which("uv")
    if virtualenv:
        ways.append([[virtualenv, "--python", python, VENV]])
    if uv:
        ways.append([[uv, "venv", "--seed", "--python", python, VENV]])
    return ways


def create_venv():
    """Make `.venv` in the first way that works here."""
    for way in ways_to_create():
        remove_venv()
        os.mkdir(VENV)
        write_state(python=this_python(), root=ROOT)  # from here on it is ours to delete
        ready = all(run_logged(command) == 0 for command in way)
        if ready and run_logged([venv_python(), "-m", "pip", "--version"]) == 0:
            write_state(python=this_python(), root=ROOT)
            return
    remove_venv()
    raise Refusal(
        f"This Python cannot make a virtual environment.\n{missing_piece()}\n"
        f"Then run the command again. What was tried is in {log_path()}"
    )


def missing_piece():
    """Say which one thing to install when no way to make an environment worked."""
    if os.path.exists("/etc/debian_version"):
        return f"Install one package: sudo apt install python3.{sys.version_info[1]}-venv"
    if os.name == "nt":
        return "Install Python again from python.org, with the box for pip ticked."
    return "Install your system's package for Python's venv or pip, or Python from python.org."


def remove_venv():
    if inside_venv():
        raise Refusal(
            "The environment has to be made anew, and this Python lives in it.\n"
            f"Leave it (deactivate), then run: {this_command()} setup"
        )
    try:
        if os.path.islink(VENV) or os.path.isfile(VENV):
            os.remove(VENV)
        elif os.path.isdir(VENV):
            shutil.rmtree(VENV)
    except OSError as error:
        raise Refusal(
            f"The old environment in .venv cannot be removed ({error}).\n"
            "Close JupyterLab and whatever else uses it, then run the command again."
        ) from error


class Progress:
    """One line that counts packages while pip works."""

    def __init__(self, total):
        self.total = total
        self.seen = 0
        self.live = sys.stdout.isatty()

    def __call__(self, line):
        if line.startswith("Collecting ") or line.startswith("Requirement already satisfied"):
            self.seen = min(self.seen + 1, self.total)
            if self.live:
                say(f"\r  {self.seen} of {self.total} packages found ", end="")
        elif line.startswith("Installing collected packages"):
            say("{}  unpacking them ...".format("\r" + " " * 40 + "\r" if self.live else ""))


def count_pins(files):
    """Count the packages that the files name, but not the ones that are only for other systems."""
    other = [name for name in ("win32", "darwin") if name != sys.platform]
    skip = [f"sys_platform == '{name}'" for name in other]
    skip += ["os_name == 'nt'"] * (os.name != "nt")
    total = 0
    for name in files:
        with open(os.path.join(ROOT, name), encoding="utf-8") as file:
            pins = [line for line in file if "==" in line and not line.startswith("#")]
        total += sum(not any(mark in line for mark in skip) for line in pins)
    return total


def install(tests):
    """Install what the requirement files list into `.venv`."""
    files = ["requirements.txt"] + ["tests/requirements.txt"] * tests
    command = [venv_python(), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    # Compiling every package now costs more than compiling, later, the part that is used.
    command += ["--no-compile", "--no-warn-script-location", "--progress-bar", "off"]
    for name in files:
        command += ["-r", name]
    if run_logged(command, Progress(count_pins(files))) == 0:
        return
    with open(log_path(), encoding="utf-8") as log:
        lines = [line.rstrip() for line in log if line.strip()]
    hint = ""
    if sys.version_info[:2] > NEWEST_TESTED:
        hint = "The newest Python that the course was tested with is {}.{}; this one is {}.{}.\n"
        hint = hint.format(*(NEWEST_TESTED + sys.version_info[:2]))
    raise Refusal(
        "The installation failed. Its last lines:\n\n  {}\n\n{}"
        "The whole log: {}\nIf the network was to blame, run the command again.".format(
            "\n  ".join(lines[-12:]), hint, log_path()
        )
    )


@contextlib.contextmanager
def one_at_a_time():
    """Hold the lock of this folder, so that two set-ups at once do not break each other."""
    os.makedirs(SCRATCH, exist_ok=True)
    with open(os.path.join(SCRATCH, "lock"), "a+", encoding="utf-8") as file:
        waiting = False
        while not try_lock(file):
            if not waiting:
                say("Another set-up is running in this folder; waiting for it ...")
                waiting = True
            time.sleep(0.5)
        yield  # the system lets go of the lock when the file closes, however we end


def try_lock(file):
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except PermissionError:
        return False
    except OSError:
        return True  # a file system without locks: go on without
    return True


def set_up(tests=False):
    """Make `.venv` what it should be; do nothing if it is."""
    check_python()
    if not os.path.isfile(os.path.join(ROOT, "requirements.txt")):
        raise Refusal(f"There is no requirements.txt in {ROOT}: this is not a clone.")
    if what_to_do(tests)[0] == "nothing":
        return
    with one_at_a_time():
        action, reason = what_to_do(tests)
        if action == "nothing":
            return
        started = time.monotonic()
        with open(log_path(), "w", encoding="utf-8") as log:
            log.write(f"{this_python()}\n{ROOT}\n")
        if reason:
            say(reason + " It is made anew.")
        if action != "install":
            say("Setting up the course, once: about a minute.")
            say("1. Making a private Python environment in .venv ...")
            create_venv()
        state = read_state()
        adopted = state is None or bool(state.get("adopted"))
        known = {"python": this_python(), "root": ROOT, "adopted": adopted}
        # Without its fingerprints, an environment counts as unfinished: they are written last.
        write_state(**known)
        say("2. Installing what the course needs{} ...".format(" and its tests" * tests))
        install(tests)
        known["learner"] = fingerprint(False)
        if tests:
            known["tests"] = fingerprint(True)
        write_state(**known)
        say(f"Ready, after {time.monotonic() - started:.0f} seconds.\n")


# --- The commands --------------------------------------------------------------------------------


def python_for(command):
    """Return the Python that has what a command needs; set up `.venv` unless we run in another."""
    if (__spec__ is not None and __spec__.name == "softmax_lib.__main__") and not inside_venv():
        # `python -m softmax_lib`: the package is installed here, so this environment was chosen.
        return sys.executable
    set_up(tests=command == "test")
    return venv_python()


def find_notebook(name):
    """Return the path of the one notebook whose file name starts with ``name``."""
    folder = os.path.join(ROOT, "notebooks")
    there = sorted(file for file in os.listdir(folder) if file.endswith(".ipynb"))
    wanted = os.path.basename(name)
    found = [file for file in there if file.startswith(wanted)]
    if len(found) != 1:
        raise Refusal(
            "notebook must be the start of one file name, got {!r}; there are: {}".format(
                name, ", ".join(there)
            )
        )
    return "notebooks/" + found[0]


def command_open(arguments):
    page = HOME
    if arguments and not arguments[0].startswith("-"):
        page = find_notebook(arguments[0])
        arguments = arguments[1:]
    python = python_for("open")
    say("Opening the course. Keep this window open; press Ctrl-C twice here when you are done.")
    # The root is the whole folder, so that links out of notebooks/ work, as they do on Binder.
    command = [python, "-m", "jupyterlab", "--ServerApp.root_dir=" + ROOT, "--log-level=WARN"]
    command += ["--LabApp.default_url=/lab/tree/" + page]
    if os.name == "posix" and os.geteuid() == 0:
        command.append("--allow-root")  # in a container there is often nobody else
    return become(command + arguments)


def command_test(arguments):
    # All of it runs on two cores, a file on one of them; who asks for something particular gets
    # plain pytest.
    default = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    return become([python_for("test"), "-m", "pytest"] + (arguments or default))


def command_setup(arguments):
    if arguments:
        raise Refusal("setup takes no arguments, got: {}".format(" ".join(arguments)))
    set_up()
    say(f"The course is set up. Start it with: {this_command()} open")
    return 0


def command_execute(arguments):
    pages = [find_notebook(name) for name in arguments]
    return become([python_for("execute"), "-m", "softmax_lib.jupyter.clean_notebooks"] + pages)


def command_doctor(arguments):
    if inside_venv() or "--here" in arguments:
        return examine()
    say(f"Python       {sys.version.split()[0]} ({sys.executable})")
    say(f"System       {platform.platform()}")
    say(f"Folder       {ROOT}")
    try:
        check_python()
        action, reason = what_to_do(tests=False)
    except Refusal as refusal:
        say(f"Environment  {refusal}")
        return 1
    if action != "nothing":
        words = ["Environment  not ready.", reason, f"Run: {this_command()} setup"]
        say(" ".join(filter(None, words)))
        return 1
    say("Environment  ready, in .venv")
    return become([venv_python(), HERE, "doctor"])


def examine():
    """Compare what is installed here with the pins, import it, and start a kernel."""
    from importlib import import_module, metadata

    healthy = True
    with open(os.path.join(ROOT, "requirements.txt"), encoding="utf-8") as file:
        pins = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", file.read(), re.MULTILINE))
    pieces = ["numpy", "matplotlib", "ipywidgets", "anywidget", "jupyterlab", "nbval"]
    for name in pieces + ["softmax_lib"]:
        try:
            import_module(name)
            version = metadata.version("softmax-course" if name == "softmax_lib" else name)
            wrong = version != pins.get(name, version)
            verdict = f"{version} (pinned: {pins[name]})" if wrong else version + " works"
        except Exception as error:
            wrong, verdict = True, f"does not work: {error}"
        healthy = healthy and not wrong
        say(f"{name:<12} {verdict}")
    try:
        from jupyter_client.manager import start_new_kernel

        manager, client = start_new_kernel(stderr=subprocess.DEVNULL)
        reply = client.execute_interactive("1 + 1", timeout=60, output_hook=lambda message: None)
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        verdict, wrong = "starts and computes", reply["content"]["status"] != "ok"
    except Exception as error:
        wrong, verdict = True, f"does not start: {error}"
    healthy = healthy and not wrong
    say("{:<12} {}".format("kernel", verdict))
    browser = next(filter(None, map(shutil.which, ["chromium", "google-chrome", "chrome"])), None)
    say("{:<12} {}".format("Chromium", browser or "not found (only some of the tests need it)"))
    say("\nAll is well." if healthy else "\nSomething is wrong. Delete .venv and set up again.")
    return 0 if healthy else 1


COMMANDS = {
    "open": command_open,
    "test": command_test,
    "setup": command_setup,
    "execute": command_execute,
    "doctor": command_doctor,
}


def main(arguments):
    """Run one command and return the exit code."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        say(USAGE, end="")
        return 0 if arguments else 2
    if arguments[0] not in COMMANDS:
        say(f"unknown command {arguments[0]!r}\n\n{USAGE}", end="")
        return 2
    try:
        check_python()
        return COMMANDS[arguments[0]](arguments[1:])
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the command again to go on.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
