"""Save so that whoever ends the server at a bad moment finds the old file or the new one, whole.

Jupyter's server copies a file to ``.~NAME``, empties the file, and writes it anew
(``jupyter_server.services.contents.fileio.atomic_writing``; why, says jupyter/notebook#67: a file
that is made anew at every save troubles some network drives and Dropbox). When the computer runs
out of memory or the server is killed in between, the notebook has 0 bytes; the next save copies
even those over the good copy.

This server extension lets the server write a new file beside the old one and swap it in at once,
as the progress file is. A checkpoint, and a notebook that is brought back from one, are swapped in
the same way. Kept are the mode, the owner, the group, access lists, and a link that leads to the
file. Where a new file cannot stand in for the old one, Jupyter writes as it always did: a file of
several names (hard links), a folder in which nothing may be made, a file that another program
holds on to, and wherever ``use_atomic_writing`` is switched off.
"""

import contextlib
import functools
import inspect
import os
import shutil
import stat
import time
import uuid

__all__ = ["keep_whole"]

# The two characters keep the file out of Dropbox, and the dot out of Jupyter's list of files.
PREFIX, SUFFIX = ".~", ".saving"
FORGOTTEN = 3600.0  # seconds after which nobody writes such a file any more: a server was killed


def keep_whole(writer):
    """Let one of the server's writers of files swap in what it writes.

    Parameters
    ----------
    writer : jupyter_server.services.contents.fileio.FileManagerMixin
        The manager of files, or that of their checkpoints. Its methods are replaced.
    """
    write_in_place, copy_in_place = writer.atomic_writing, writer._copy

    @contextlib.contextmanager
    def atomic_writing(os_path, text=True, encoding="utf-8", **options):
        path = os.path.realpath(os_path)
        new = _new_file_for(path) if writer.use_atomic_writing else None
        if new is None:
            with write_in_place(os_path, text, encoding, **options) as file:
                yield file
            return
        options.pop("log", None)
        if text:
            # As the server does: files have the same line ends on every system.
            options = {"encoding": encoding, "newline": "\n", **options}
        with _removed(new), writer.perm_to_403(os_path):
            with open(new, "w" if text else "wb", **options) as file:
                yield file
            if not _swapped_in(new, path):
                with write_in_place(os_path, False) as file, open(new, "rb") as written:
                    shutil.copyfileobj(written, file)

    def place_for_copy(source, target):
        path = os.path.realpath(target)
        # The server refuses to copy what cannot be written, and says so better than we could.
        return path, _new_file_for(path) if os.access(source, os.W_OK) else None

    async def copy_later(source, target):
        path, new = place_for_copy(source, target)
        if new is None:
            return await copy_in_place(source, target)
        with _removed(new):
            await copy_in_place(source, new)
            if not _swapped_in(new, path):
                await copy_in_place(source, target)

    def copy_now(source, target):
        path, new = place_for_copy(source, target)
        if new is None:
            return copy_in_place(source, target)
        with _removed(new):
            copy_in_place(source, new)
            if not _swapped_in(new, path):
                copy_in_place(source, target)

    writer.atomic_writing = atomic_writing
    copy = copy_later if inspect.iscoroutinefunction(copy_in_place) else copy_now
    writer._copy = functools.wraps(copy_in_place)(copy)


def _new_file_for(path):
    """Make an empty file that can stand in for the one at `path`; return its name, or None."""
    folder = os.path.dirname(path)
    _remove_forgotten(folder)
    new = os.path.join(folder, PREFIX + uuid.uuid4().hex + SUFFIX)
    try:
        old = os.lstat(path) if os.path.lexists(path) else None
        if old and not (stat.S_ISREG(old.st_mode) and old.st_nlink == 1):
            return None
        if old and not os.access(path, os.W_OK):
            return None  # the server says that it may not be written
        open(new, "x").close()
    except OSError:
        return None
    try:
        if old:
            made = os.stat(new)
            if (made.st_uid, made.st_gid) != (old.st_uid, old.st_gid):
                os.chown(new, old.st_uid, old.st_gid)
            shutil.copystat(path, new)
            os.utime(new)
        return new
    except OSError:  # another's file: the new one would be ours
        os.unlink(new)
        return None


def _swapped_in(new, path):
    """Put a written file in the place of another, and say whether that could be done."""
    _to_disk(new)
    try:
        os.replace(new, path)
    except OSError:  # another program has it open (Windows), or it is a mount of its own
        return False
    if os.name == "posix":
        with contextlib.suppress(OSError):
            _to_disk(os.path.dirname(path))
    return True


def _to_disk(path):
    """Wait until the disk has what was written, for the case that the power fails."""
    descriptor = os.open(path, os.O_RDONLY if os.path.isdir(path) else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _removed(new):
    """Leave no new file behind, whatever happens, but the one that was swapped in."""
    try:
        yield
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(new)


def _remove_forgotten(folder):
    """Remove what a server that was killed left behind."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name.startswith(PREFIX) and name.endswith(SUFFIX):
                if entry.stat().st_mtime < time.time() - FORGOTTEN:
                    os.unlink(entry)


def _jupyter_server_extension_points():
    return [{"module": __name__}]


def _load_jupyter_server_extension(app):
    """Keep whole what the server's own manager of files writes; leave another's alone."""
    from jupyter_server.services.contents.fileio import FileManagerMixin

    manager = app.contents_manager
    for writer in (manager, getattr(manager, "checkpoints", None)):
        if isinstance(writer, FileManagerMixin):
            keep_whole(writer)
