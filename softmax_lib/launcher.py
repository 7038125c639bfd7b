"""The commands of ``python3 softmax_lib``: make `.venv` what the course needs, then start things.

The first run makes a private environment in ``.venv`` and installs the exact versions that
``requirements.txt`` lists; later runs find it ready. Nothing outside this folder changes.

Python runs this file before anything is installed, so it imports the standard library only.
"""

import ast
import contextlib
import errno
import hashlib
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import time

NEWEST_TESTED = (3, 14)
HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(HERE)
VENV = os.path.join(ROOT, ".venv")
SCRATCH = os.path.join(ROOT, ".setup")  # the log and the lock: they must outlive .venv
LOG = os.path.join(SCRATCH, "log.txt")
STATE = os.path.join(VENV, "softmax-course.json")  # we made .venv, and what is installed in it
DEFAULTS = os.path.join(HERE, "jupyter_defaults")  # goes into etc/ and share/ of .venv
WHEELS = os.path.join(ROOT, "wheels")  # in an offline bundle
HOME = "notebooks/00_start_here.ipynb"
LEARNER, TESTS = ["requirements.txt"], ["requirements.txt", "tests/requirements.txt"]

USAGE = """\
usage: python3 softmax_lib COMMAND [ARGUMENTS]      (on Windows: py softmax_lib ...)

  open [NOTEBOOK] [FLAGS]   open the course in JupyterLab; flags go to JupyterLab
  test [ARGUMENTS]          run the tests, with --all the slow ones too; arguments go to pytest
  setup                     only set up, or bring the set-up up to date
  update [FROM]             bring in a new version; what you wrote stays
  execute [NOTEBOOKS]       run notebooks again and save them, ready to commit
  slides [NOTEBOOKS]        make slides of notebooks, for a projector
  bundle [VERSIONS]         put the course and its packages into one file, for no network
  site [FOLDER]             make pages to read of the whole course
  lite [FOLDER]             make the course for a browser alone, to put on a server of files
  doctor                    show what is installed and whether it works

The first run sets everything up in the folder .venv. To start over, delete .venv.
"""


class Refusal(Exception):
    """Something that the person has to change before the command can go on."""


# --- Words for the person ------------------------------------------------------------------------


def say(message, end="\n"):
    print(message, end=end, flush=True)


def this_command():
    """How the person starts this program here: for messages."""
    return "py softmax_lib" if os.name == "nt" else "python3 softmax_lib"


def cure_of(error):
    """Say in one sentence what an OSError means for the person, and what to do."""
    what = error.strerror or str(error)
    place = str(error.filename or ROOT)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full ({place}): free two gigabytes, then run the command again."
    if error.errno in (errno.EEXIST, errno.ENOTDIR, errno.EISDIR):
        return f"{place} is in the way ({what}): move it away, then run the command again."
    if place.startswith(VENV) and error.errno in (errno.EACCES, errno.EPERM):
        return f"You may not use .venv ({what}: {place}): have its owner delete it, then try again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"The course may not write here ({what}: {place}): copy its folder to one of your "
            "own, such as your home folder, and run the command there."
        )
    return f"The system says: {what} ({place}). {this_command()} doctor shows what works."


def in_words(command, *arguments):
    """Run a command and return its exit code: what stops it becomes a sentence, never a traceback.

    The programs that a command becomes go through this themselves: bundle, slides and the like.

    Parameters
    ----------
    command : callable
        It returns the exit code.
    *arguments
        What it takes.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            # A path can hold letters that the terminal has no code for.
            stream.reconfigure(errors="backslashreplace")
    try:
        return command(*arguments)
    except Refusal as refusal:
        message, code = str(refusal), 1
    except KeyboardInterrupt:
        message, code = "\nStopped. Run the command again to go on.", 130
    except BrokenPipeError:
        message, code = "", 1  # whoever read our words has gone: `doctor | head`
    except OSError as error:
        message, code = cure_of(error), 1
    with contextlib.suppress(OSError):
        print(message, end="\n" * bool(message), file=sys.stderr, flush=True)
    with contextlib.suppress(OSError, ValueError):
        # What could not be written must not be tried again while Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


# --- Running other programs ----------------------------------------------------------------------

# Of pip's settings, those that say where packages come from and how to get there. The others could
# put them somewhere else (target, prefix, user, root) or leave them out (dry-run, constraint).
PIP_SETTINGS = (
    "index-url extra-index-url find-links no-index trusted-host proxy cert client-cert "
    "keyring-provider timeout default-timeout retries cache-dir no-cache-dir use-feature"
).split()


def clean_environment():
    """Return the variables for a child without what would bring in somebody else's packages."""
    variables = {**os.environ, "PYTHONNOUSERSITE": "1"}
    # Packages are installed uncompiled: Python has to keep what it compiles on the way.
    for name in ("PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"):
        variables.pop(name, None)
    if re.search("[\ud800-\udfff]", ROOT):  # a name that this locale cannot read: venv and pip fail
        variables["PYTHONUTF8"] = "1"
    return variables


def pip_environment(python):
    """Return the variables for the pip of a Python: of all its settings, only `PIP_SETTINGS`."""
    clean = {k: v for k, v in clean_environment().items() if not k.startswith("PIP_")}
    listed = []
    # To `pip config`, the setting `user` means: list only the user's file.
    command = [python, "-m", "pip", "config", "list"]
    run(command, listed.append, {**clean_environment(), "PIP_USER": "0"})
    settings = {}
    for section in ("global", "install", ":env:"):  # pip's own order: the last one counts
        for line in listed:
            match = re.fullmatch(rf"{section}\.([\w-]+)=('.*'|\".*\")\s*", line)
            if match and match[1] in PIP_SETTINGS:
                settings[match[1]] = ast.literal_eval(match[2])
    variables = {"PIP_" + name.upper().replace("-", "_"): v for name, v in settings.items()}
    return {**clean, **variables, "PIP_CONFIG_FILE": os.devnull}


def venv_environment():
    """Return the variables for a child that runs in `.venv`, as if it had been activated."""
    variables = clean_environment()
    variables["VIRTUAL_ENV"] = VENV
    variables["JUPYTER_PREFER_ENV_PATH"] = "1"
    folder = os.path.dirname(venv_python())
    variables["PATH"] = folder + os.pathsep + variables.get("PATH", "")
    return variables


def run(command, on_line, environment):
    """Run a command in the root, hand over each line that it prints, and return its exit code."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**environment, "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    try:
        for line in process.stdout:
            on_line(line)
        return process.wait()
    except BaseException:
        # Ctrl-C, or a full disk: leave no installer at work behind us.
        process.kill()
        process.wait()
        raise


def run_logged(command, environment=None, on_line=None):
    """Run a command of the set-up, add all that it prints to the log, and return its exit code."""
    with open(LOG, "a", encoding="utf-8", errors="replace") as log:

        def keep(line):
            log.write(line)
            if on_line is not None:
                on_line(line)

        log.write("\n$ {}\n".format(" ".join(command)))
        log.flush()
        return run(command, keep, environment or clean_environment())


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


def fingerprint(tests):
    """Return one word that changes when what has to be installed changes."""
    files = [os.path.join(ROOT, name) for name in (TESTS if tests else LEARNER)]
    for folder, _, names in sorted(os.walk(DEFAULTS)):
        files += [os.path.join(folder, name) for name in sorted(names)]
    digest = hashlib.sha256()
    for path in files:
        with open(path, "rb") as file:
            content = file.read().replace(b"\r\n", b"\n")
        name = os.path.relpath(path, ROOT).replace(os.sep, "/")
        digest.update(name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()[:16]


def read_state():
    """Return what we wrote about `.venv`, or None if it is not there or broken."""
    try:
        with open(STATE, encoding="utf-8") as file:
            state = json.load(file)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return state if isinstance(state, dict) else None


def write_state(**state):
    with open(STATE + ".new", "w", encoding="utf-8") as file:
        json.dump(state, file, indent=1)
    os.replace(STATE + ".new", STATE)


def venv_works(needed="sys"):
    """Whether the Python in `.venv` starts, is of this one's version, and has ``needed``."""
    probe = f"import os, sys, {needed}; print(os.fsencode(os.path.realpath(sys.prefix)).hex())"
    probe += "; print(*sys.version_info[:2])"
    command = [venv_python(), "-I", "-c", probe]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return False
    # The path in bytes: two Pythons can read one name in two encodings.
    expected = [os.fsencode(os.path.realpath(VENV)).hex(), *map(str, sys.version_info[:2])]
    return done.returncode == 0 and done.stdout.decode("ascii").split() == expected


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
        if os.path.exists(STATE):
            return "rebuild", "The last set-up did not finish."
        if os.path.isdir(VENV) and not os.listdir(VENV):
            return "create", ""
        if venv_works("pip"):
            return "install", ""  # made by hand or by an editor: add to it
        raise Refusal(
            "The folder .venv was not made by this course, and does not work with this Python.\n"
            "Move it away or delete it, then run the command again."
        )
    reason = ""
    if state.get("python") != this_python():
        reason = f"The environment in .venv belongs to another Python ({state.get('python')})."
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


# --- Making the environment ----------------------------------------------------------------------


def create_venv():
    """Make `.venv`, with pip in it."""
    python = sys.executable

    def created(*flags):
        remove_venv()
        os.mkdir(VENV)
        write_state(python=this_python())  # from here on it is ours to delete
        return run_logged([python, "-m", "venv", *flags, VENV]) == 0

    def pip_from_outside():
        command = [python, "-m", "pip", "--python", venv_python(), "install", "--no-compile", "pip"]
        return run_logged(command, pip_environment(python)) == 0

    # Debian and Ubuntu can lack the piece that puts pip into an environment (python3-venv); the pip
    # that runs outside can then do it.
    if (created() or created("--without-pip") and pip_from_outside()) and venv_works("pip"):
        return
    remove_venv()
    if os.path.exists("/etc/debian_version"):
        cure = f"Install one package: sudo apt install python3.{sys.version_info[1]}-venv"
    elif os.name == "nt":
        cure = "Install Python again from python.org, with the box for pip ticked."
    else:
        cure = "Install your system's package for Python's venv or pip, or Python from python.org."
    raise Refusal(
        f"This Python cannot make a virtual environment.\n{cure}\n"
        f"Then run the command again. What was tried is in {LOG}"
    )


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


def show_progress(files):
    """Return what counts packages, in one line of the terminal, while pip prints its lines."""
    text = "".join(pathlib.Path(ROOT, name).read_text(encoding="utf-8") for name in files)
    pins = re.findall(r"(?m)^[\w.-]+==[^;\n]*$", text)
    live, seen = sys.stdout.isatty(), 0

    def show(line):
        nonlocal seen
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            seen = min(seen + 1, len(pins))  # the pins that only some systems need are not counted
            if live:
                say(f"\r  {seen} of {len(pins)} packages found ", end="")
        elif line.startswith("Installing collected packages"):
            say("\r" * live + "  unpacking them ...".ljust(40 * live))

    return show


def install(files):
    """Install what the requirement files list into `.venv`, and the course itself beside it."""
    command = [venv_python(), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    # Compiling every package now costs more than compiling, later, the part that is used.
    command += ["--no-compile", "--no-warn-script-location", "--progress-bar", "off"]
    command += [word for name in files for word in ("-r", name)]
    # A bundle for a room without a network brings the packages; where they do not fit, pip asks it.
    for source in [["--no-index", "--find-links", WHEELS]] * os.path.isdir(WHEELS) + [[]]:
        show = show_progress(files)
        if run_logged(command + source, pip_environment(venv_python()), show) == 0:
            break
    else:
        raise_failure("The installation failed.", "If the network was to blame, try again.")
    link_course()
    check = [venv_python(), "-P", os.path.join(HERE, "setup_check.py"), *files]
    if run_logged(check) != 0:
        raise_failure(
            "The installation ended, but not all of it is there.", f"Delete {VENV}, then try again."
        )


def link_course():
    """Let `.venv` find softmax_lib in this folder, where an edit counts at once.

    pip's editable install writes this folder's path into a .pth file as UTF-8, which Python 3.11
    and 3.12 read in the encoding of the locale. A path relative to the file is ASCII, whatever the
    folder is called, and holds when the folder moves.
    """
    site = sysconfig.get_path("purelib", "venv", {"base": VENV, "platbase": VENV})
    with open(os.path.join(site, "softmax_lib.pth"), "w", encoding="ascii") as file:
        file.write(os.path.relpath(ROOT, site).replace(os.sep, "/") + "\n")
    shutil.copytree(DEFAULTS, VENV, dirs_exist_ok=True)


def raise_failure(what, cure):
    """Refuse with the last lines of the log."""
    with open(LOG, encoding="utf-8") as log:
        lines = [line.rstrip() for line in log if line.strip()][-12:]
    if "No space left on device" in "".join(lines):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), VENV)
    hint = ""
    if sys.version_info[:2] > NEWEST_TESTED:
        hint = "The newest Python that the course was tested with is {}.{}; this one is {}.{}.\n"
        hint = hint.format(*NEWEST_TESTED, *sys.version_info[:2])
    lines = "\n  ".join(lines)
    raise Refusal(f"{what} The last lines:\n\n  {lines}\n\n{hint}{cure}\nThe whole log: {LOG}")


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
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # a file system without locks: go on without
    return True


def check_folder():
    if not os.path.isfile(os.path.join(ROOT, "requirements.txt")):
        raise Refusal(f"There is no requirements.txt in {ROOT}: this is not the whole course.")
    if os.pathsep in ROOT:
        raise Refusal(
            f"The folder {ROOT} has a {os.pathsep!r} in its name, and Python can make no "
            "environment there: rename the folder, then run the command again."
        )


def set_up(tests=False):
    """Make `.venv` what it should be; do nothing if it is."""
    check_folder()
    if what_to_do(tests)[0] == "nothing":
        return
    with one_at_a_time():
        action, reason = what_to_do(tests)
        if action == "nothing":
            return
        started = time.monotonic()
        with open(LOG, "w", encoding="utf-8", errors="replace") as log:
            log.write(f"{this_python()}\n{ROOT}\n")
        if reason:
            say(reason + " It is made anew.")
        if action != "install":
            say("Setting up the course, once: about a minute.")
            say("1. Making a private Python environment in .venv ...")
            create_venv()
        state = read_state()
        known = {"python": this_python(), "adopted": state is None or bool(state.get("adopted"))}
        # Without its fingerprints, an environment counts as unfinished: they are written last.
        write_state(**known)
        say("2. Installing what the course needs{} ...".format(" and its tests" * tests))
        install(TESTS if tests else LEARNER)
        known["learner"] = fingerprint(False)
        if tests:
            known["tests"] = fingerprint(True)
        write_state(**known)
        say(f"Ready, after {time.monotonic() - started:.0f} seconds.\n")


# --- The commands --------------------------------------------------------------------------------


def python_for(command, chosen):
    """Return the Python that has what a command needs; set up `.venv` unless one was chosen."""
    if chosen and not inside_venv():
        return sys.executable
    set_up(tests=command in ("test", "site"))
    return venv_python()


def find_notebook(name):
    """Return the path of the one notebook whose file name starts with ``name``."""
    folder = os.path.join(ROOT, "notebooks")
    there = sorted(file for file in os.listdir(folder) if file.endswith(".ipynb"))
    found = [file for file in there if file.startswith(os.path.basename(name))]
    if len(found) != 1:
        raise Refusal(
            f"notebook must be the start of one file name, got {name!r}; "
            f"there are: {', '.join(there)}"
        )
    return "notebooks/" + found[0]


def command_open(arguments, chosen):
    page = HOME
    if arguments and not arguments[0].startswith("-"):
        page = find_notebook(arguments[0])
        arguments = arguments[1:]
    python = python_for("open", chosen)
    say("Opening the course. Keep this window open; press Ctrl-C twice here when you are done.")
    # The root is the whole folder, so that links out of notebooks/ work, as they do on Binder.
    command = [python, "-m", "softmax_lib.jupyter.quick_start", "jupyterlab"]
    command += ["--ServerApp.root_dir=" + ROOT, "--log-level=WARN"]
    command += ["--LabApp.default_url=/lab/tree/" + page]
    if os.name == "posix" and os.geteuid() == 0:
        command.append("--allow-root")  # in a container there is often nobody else
    return become(command + arguments)


def command_test(arguments, chosen):
    # Three files at once on two cores, for browsers are waited for; who asks for one thing gets
    # plain pytest.
    many = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
    chosen_tests = {(): [*many, "-m", "not slow"], ("--all",): many}
    arguments = chosen_tests.get(tuple(arguments), arguments)
    return become([python_for("test", chosen), "-m", "pytest"] + arguments)


def command_setup(arguments, chosen):
    if arguments:
        raise Refusal("setup takes no arguments, got: {}".format(" ".join(arguments)))
    set_up()
    say(f"The course is set up. Start it with: {this_command()} open")
    return 0


def command_execute(arguments, chosen, module="clean_notebooks"):
    pages = [find_notebook(name) for name in arguments]
    return become([python_for("execute", chosen), "-m", f"softmax_lib.jupyter.{module}"] + pages)


def command_slides(arguments, chosen):
    return command_execute(arguments, chosen, "slides")


def command_bundle(arguments, chosen):
    return become([python_for("bundle", chosen), "-m", "softmax_lib.bundle"] + arguments)


def command_update(arguments, chosen):
    return become([python_for("update", chosen), "-m", "softmax_lib.jupyter.update"] + arguments)


def command_site(arguments, chosen):
    return become([python_for("site", chosen), os.path.join(ROOT, "docs", "build.py")] + arguments)


def command_lite(arguments, chosen):
    # It makes the environment that it needs: any Python does.
    return become([sys.executable, os.path.join(ROOT, "docs", "lite", "build.py")] + arguments)


def command_doctor(arguments, chosen):
    say(f"System       {platform.platform()}")
    say(f"Folder       {ROOT}")
    python, variables = sys.executable, dict(os.environ)
    if not chosen or inside_venv():
        check_folder()
        action, reason = what_to_do(tests=False)
        if action != "nothing":
            say(" ".join(["Environment  not ready.", *filter(None, [reason]), "Run:"]), end=" ")
            say(f"{this_command()} setup")
            return 1
        python, variables = venv_python(), venv_environment()
    say(f"Python       {platform.python_version()} ({python})")
    check = [python, "-P", os.path.join(HERE, "setup_check.py"), "--kernel", *LEARNER]
    code = run(check, lambda line: say(line, end=""), variables)
    say("\nSomething is wrong. Delete .venv and set up again." if code else "\nAll is well.")
    return code


COMMANDS = {
    "open": command_open,
    "test": command_test,
    "setup": command_setup,
    "execute": command_execute,
    "slides": command_slides,
    "bundle": command_bundle,
    "site": command_site,
    "lite": command_lite,
    "update": command_update,
    "doctor": command_doctor,
}


def main(arguments, chosen=False):
    """Run one command and return the exit code.

    Parameters
    ----------
    arguments : list of str
    chosen : bool, optional
        Whether the Python that runs this is the one to use, whatever stands in `.venv`.
    """
    return in_words(run_command, arguments, chosen)


def run_command(arguments, chosen):
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        say(USAGE, end="")
        return 0 if arguments else 2
    if arguments[0] not in COMMANDS:
        say(f"unknown command {arguments[0]!r}\n\n{USAGE}", end="")
        return 2
    return COMMANDS[arguments[0]](arguments[1:], chosen)
