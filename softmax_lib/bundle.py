"""The course in one file, for a room without a network: its folder, and every package it needs.

    python3 softmax_lib bundle            for the Python that runs this
    python3 softmax_lib bundle 3.11 3.13  for these

Where the file is unpacked, the launcher finds the packages in the folder ``wheels``.
"""

import io
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from packaging.requirements import Requirement

from .launcher import in_words

__all__ = ["TARGETS", "make_bundle", "requirements_for"]

ROOT = Path(__file__).resolve().parents[1]
NAME = "softmax-course-offline.zip"
FOLDER = "softmax-course"
_LINUX = [f"manylinux_2_{minor}_x86_64" for minor in range(28, 4, -1)]
_LINUX += ["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"]
#: System: (pip's platforms, what Python says there of itself). Of macOS the oldest versions for
#: which every package has a file: what is made for them runs on newer ones, too.
TARGETS = {
    "Linux": (_LINUX, {"sys_platform": "linux", "os_name": "posix"}),
    "Windows": (["win_amd64"], {"sys_platform": "win32", "os_name": "nt"}),
    "macOS": (["macosx_11_0_arm64"], {"sys_platform": "darwin", "os_name": "posix"}),
    "macOS, Intel": (["macosx_10_15_x86_64"], {"sys_platform": "darwin", "os_name": "posix"}),
}
_SYSTEMS = {"linux": "Linux", "win32": "Windows", "darwin": "Darwin"}
# Of a folder that is no git checkout: what a person's work has left there.
_LEFT = {".venv", ".setup", ".git", "__pycache__", ".ipynb_checkpoints", "wheels", "slides"}


def requirements_for(text, system, python):
    """Return the part of a list of pinned packages that one system and Python needs.

    Parameters
    ----------
    text : str
        The list, with hashes.
    system : str
        One of `TARGETS`.
    python : str
        Such as "3.12".

    Returns
    -------
    str
        Without conditions: pip would ask them of the computer that it runs on.
    """
    about = TARGETS[system][1]
    environment = {
        **about,
        "platform_system": _SYSTEMS[about["sys_platform"]],
        "platform_machine": "arm64" if system == "macOS" else "x86_64",
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    lines = []
    for entry in re.findall(r"(?m)^\w(?:.*\\\n)*.*", text):
        said, *hashes = re.split(r"\s*\\\n\s*|\s+(?=--hash)", entry.strip())
        requirement = Requirement(said)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            lines.append(" ".join([f"{requirement.name}{requirement.specifier}", *hashes]))
    return "\n".join(lines) + "\n"


def make_bundle(pythons, path=None, root=ROOT):
    """Write the course and its packages, for each system of `TARGETS`, into one file.

    Parameters
    ----------
    pythons : list of str
        Such as ``["3.11", "3.12"]``.
    path : str or pathlib.Path, optional
        Where to write it. Default: softmax-course-offline.zip in the course's folder.
    root : pathlib.Path, optional
        The course's folder. Of a git checkout, what is committed goes into the file; of any other
        folder, what lies in it.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ValueError
        When a Python is not written like "3.12".
    RuntimeError
        When pip cannot get a package; nothing is written then.
    """
    for python in pythons:
        if not re.fullmatch(r"3\.\d+", python):
            raise ValueError(f"pythons must be versions such as 3.12, got {python!r}")
    path = Path(root, NAME) if path is None else Path(path)
    text = Path(root, "requirements.txt").read_text(encoding="utf-8")
    new = path.with_name(path.name + ".new")
    try:
        new.touch()  # where nothing may be written, nothing is downloaded
        with tempfile.TemporaryDirectory() as scratch:
            wheels = Path(scratch, "wheels")
            for python in pythons:
                for system in TARGETS:
                    print(f"{system}, Python {python} ...", flush=True)
                    _download(requirements_for(text, system, python), system, python, wheels)
            with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as bundle:
                _put_course_in(bundle, Path(root))
                for wheel in sorted(wheels.iterdir()):
                    bundle.write(wheel, f"{FOLDER}/wheels/{wheel.name}", zipfile.ZIP_STORED)
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)
    return path


def _download(text, system, python, folder):
    """Let pip fetch what a list names, as files for another system."""
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch, "requirements.txt")
        listed.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
        command += ["--disable-pip-version-check", "--quiet", "-r", str(listed), "-d", str(folder)]
        command += ["--implementation", "cp", "--python-version", python]
        command += [word for name in TARGETS[system][0] for word in ("--platform", name)]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if done.returncode:
        last = [line for line in done.stderr.splitlines() if line.strip()][-3:]
        raise RuntimeError(f"{system}, Python {python}: pip says\n  " + "\n  ".join(last))


def _put_course_in(bundle, root):
    command = ["git", "-C", str(root), "archive", "--format=zip", "HEAD"]
    if (root / ".git").exists():
        archive = subprocess.run(command, capture_output=True, check=True).stdout
        with zipfile.ZipFile(io.BytesIO(archive)) as course:
            for name in course.namelist():
                if not name.endswith("/"):
                    bundle.writestr(f"{FOLDER}/{name}", course.read(name))
        return
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(set(folders) - _LEFT)
        for name in sorted(files):
            if not name.startswith(NAME):
                file = Path(folder, name)
                bundle.write(file, f"{FOLDER}/{file.relative_to(root).as_posix()}")


def main(pythons):
    """Make the bundle, and say where it is and how large."""
    pythons = pythons or ["{}.{}".format(*sys.version_info)]
    try:
        path = make_bundle(pythons)
    except (ValueError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Written: {path}, {path.stat().st_size / 1e6:.0f} MB, for Python {', '.join(pythons)}.")
    print("Where there is no network: unpack it, and run python3 softmax_lib open in its folder.")
    return 0


if __name__ == "__main__":
    raise SystemExit(in_words(main, sys.argv[1:]))
