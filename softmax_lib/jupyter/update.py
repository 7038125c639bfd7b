"""Bring a new version of the course into a folder where somebody works: ``softmax_lib update``.

Text, module and tests become those of the new version. Notebooks are merged, cell by cell: see
merging.py. What stood in them before is kept in the folder ``.setup/before-update``.
"""

import errno
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

from ..launcher import in_words
from .clean_notebooks import write
from .merging import merge

__all__ = ["CannotUpdate", "update"]

ROOT = Path(__file__).resolve().parent.parent.parent


class CannotUpdate(Exception):
    """Why nothing was changed, and what to do."""


def update(root=ROOT, source=None):
    """Bring the newest version of the course into a folder.

    Parameters
    ----------
    root : path-like, optional
        The course's folder, a checkout made by git.
    source : str, optional
        Where the new version comes from: an address or a folder that git can fetch from. Default:
        where the folder came from.

    Returns
    -------
    list of str
        The names of the notebooks in which something of yours met something new.

    Raises
    ------
    CannotUpdate
        With the reason and the cure; then nothing is changed.
    OSError
        When nothing may be written there.
    """
    root = Path(root)
    if not (root / ".git").exists():
        raise CannotUpdate(
            "This folder was not made by git, so nobody knows which version you began with. Get "
            "the new version in a folder of its own: the answers you passed are there, too."
        )
    if not os.access(root / ".git", os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(root))
    _nobody_has_it_open(root)
    changed = [name for name in _git(root, "diff", "--name-only", "-z", "HEAD").split("\0") if name]
    others = [name for name in changed if not _is_notebook(name)]
    if others:
        raise CannotUpdate(
            f"You changed {', '.join(others)}. Keep a copy elsewhere, take the change back with "
            f"`git checkout -- {others[0]}`, then run the command again."
        )
    _git(root, "fetch", "--quiet", *([source, "HEAD"] if source else []))
    new = _git(root, "rev-parse", "FETCH_HEAD" if source else "@{upstream}").strip()
    if _is_in(root, new, "HEAD"):
        return []  # nothing is new, and what an earlier update set aside stays
    if _is_in(root, "HEAD", new):
        follow = ["merge", "--quiet", "--ff-only", new]
    elif not source and _was_published(root):
        follow = ["reset", "--quiet", "--keep", new]
    else:
        raise CannotUpdate(_how_to_merge(source, changed))
    mine = {name: (root / name).read_bytes() for name in changed if (root / name).is_file()}
    merged = {}
    for name, content in mine.items():
        base, theirs = (_notebook(root, version, name) for version in ("HEAD", new))
        if theirs is not None:
            merged[name] = _merged(name, content, base, theirs)
    backup = root / ".setup" / "before-update"
    shutil.rmtree(backup, ignore_errors=True)
    for name, content in mine.items():
        (backup / name).parent.mkdir(parents=True, exist_ok=True)
        (backup / name).write_bytes(content)
    try:
        if changed:
            _git(root, "checkout", "--quiet", "HEAD", "--", *changed)
        _git(root, *follow)
    except CannotUpdate:
        for name, content in mine.items():
            (root / name).write_bytes(content)
        raise
    for name, content in mine.items():
        if name in merged:
            write(merged[name], root / name)
        else:  # the course has it no longer, and the learner worked in it
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(content)
    return [Path(name).name for name in mine]


def _is_notebook(name):
    return name.startswith("notebooks/") and name.endswith(".ipynb")


def _git(root, *arguments):
    try:
        command = ["git", "-C", str(root), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    except FileNotFoundError:
        raise CannotUpdate("git is not installed: get it from git-scm.com.") from None
    if done.returncode:
        raise CannotUpdate(done.stderr.strip())
    return done.stdout


def _is_in(root, version, other):
    """Whether a version is the other one or one that it came from."""
    try:
        _git(root, "merge-base", "--is-ancestor", version, other)
    except CannotUpdate:
        return False
    return True


def _was_published(root):
    """Whether this folder's version once was the published one, which has been written anew."""
    head = _git(root, "rev-parse", "HEAD").strip()
    try:
        return _git(root, "merge-base", "--fork-point", "@{upstream}", "HEAD").strip() == head
    except CannotUpdate:
        return False


def _how_to_merge(source, changed):
    """Say which commands bring a new version into a folder that has versions of its own."""
    python = shlex.quote(Path(sys.executable).as_posix())
    driver = f"{python} -m softmax_lib.jupyter.merging %A %O %B %P"
    commands = [f'git config merge.notebook.driver "{driver}"']
    if changed:
        commands.append('git commit --quiet --all --message "My work"')
    where = f" {shlex.quote(source)} HEAD" if source else ""
    commands.append(f"git pull --quiet --no-rebase --no-edit{where}")
    return (
        "This folder has versions of its own, which `git log` lists. These commands bring the new "
        "one into them, and merge notebooks by cells:\n\n    " + "\n    ".join(commands)
    )


def _merged(name, content, base, theirs):
    try:
        return merge(base, nbformat.reads(content.decode("utf-8"), as_version=4), theirs)
    except Exception:  # whatever somebody's file holds
        raise CannotUpdate(
            f"{name} cannot be read. Move it away, then run the command again."
        ) from None


def _notebook(root, version, name):
    """Return a notebook as it stands in a version; None where there is none."""
    try:
        return nbformat.reads(_git(root, "show", f"{version}:{name}"), as_version=4)
    except CannotUpdate:
        return None


def _nobody_has_it_open(root):
    """Refuse while JupyterLab shows the folder: a tab could write the old version back.

    On a hub and on Binder nobody can end JupyterLab from where they work. There the course's
    extension of the server refuses what an old tab saves.
    """
    if _on_a_hub():
        return
    from jupyter_server.serverapp import list_running_servers

    for server in list_running_servers():
        if Path(server["root_dir"]).resolve() in (root.resolve(), *root.resolve().parents):
            raise CannotUpdate(
                f"JupyterLab shows this folder (at port {server['port']}), and a notebook that is "
                "open there would write the old version back. Save your work, end JupyterLab with "
                "Ctrl-C twice in its window, then run the command again."
            )


def _on_a_hub():
    return "JUPYTERHUB_SERVICE_PREFIX" in os.environ


def main(arguments):
    """Run the command; say in one sentence what was done, or why it was not."""
    if len(arguments) > 1:
        print("update takes at most one argument, where the new version is", file=sys.stderr)
        return 2
    try:
        met = update(ROOT, *arguments)
    except CannotUpdate as reason:
        print(reason, file=sys.stderr)
        return 1
    print("The course is up to date, its module and its notebooks alike.")
    if met:
        print(f"Your work stands in {', '.join(met)}; as it was, in .setup/before-update.")
    if _on_a_hub():
        print("In a notebook that is open now, choose File → Reload Notebook from Disk.")
    return 0


if __name__ == "__main__":
    sys.exit(in_words(main, sys.argv[1:]))
