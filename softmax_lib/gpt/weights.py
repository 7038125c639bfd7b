"""Read a model's files: its weights where they lie, without a copy, and its tables."""

import json
import mmap
import reprlib
from math import prod
from pathlib import Path

import numpy as np

__all__ = ["read_json", "read_safetensors", "short"]

_DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2"}
_DTYPES |= {"I8": "i1", "U8": "u1", "BOOL": "?"}
_TABLE = 100_000_000  # bytes, the format's own limit: no table fills the memory
_AXES = 32  # as many as every numpy allows


def read_safetensors(path):
    """Map a file of weights into memory.

    The file starts with the length of a table, then comes the table (JSON: for each tensor its
    dtype, its shape and where it begins and ends), then the numbers, one tensor after another.

    Parameters
    ----------
    path : str or path-like
        A safetensors file.

    Returns
    -------
    dict of str to numpy.ndarray
        Read-only views of the file: nothing is read before it is used, nothing is copied. A file
        system that cannot be mapped is read into memory instead.

    Raises
    ------
    ValueError
        When the file is damaged, cut short, or something else.
    FileNotFoundError
        When there is no such file.

    References
    ----------
    The format: https://github.com/huggingface/safetensors
    """
    path = Path(path)

    def bad(why):
        return ValueError(f"{path.name} cannot be used as a file of weights: {why}")

    content = _content(path)
    size = len(content)
    if size < 8:
        raise bad(f"it has {size} bytes, and even an empty one has 10")
    length = int.from_bytes(content[:8], "little")
    if length > min(size - 8, _TABLE):
        raise bad(
            f"it begins with {content[:8]!r}, which would be a table of {length} bytes in a file "
            f"of {size}; it is cut short or not a safetensors file"
        )
    try:
        table = json.loads(content[8 : 8 + length].decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise bad(f"its table is damaged ({type(error).__name__}: {error})") from None
    if not isinstance(table, dict):
        raise bad(f"its table is damaged: it is {short(table)}")
    table.pop("__metadata__", None)
    entries = []
    for name, entry in table.items():
        offsets = entry.get("data_offsets") if isinstance(entry, dict) else None
        if not (_counts(offsets) and len(offsets) == 2):
            raise bad(f"its table is damaged: {short(name)} has no two offsets, got {short(entry)}")
        entries.append((*offsets, name, entry.get("dtype"), entry.get("shape")))
    tensors, expected, numbers = {}, 0, size - 8 - length
    for begin, end, name, dtype, shape in sorted(entries, key=lambda entry: entry[:3]):
        said = short(name)
        if not isinstance(dtype, str) or dtype not in _DTYPES:
            raise bad(f"{said} holds {short(dtype)} numbers, which numpy has not: save as float32")
        if not _is_shape(shape):
            raise bad(
                f"{said} of shape {short(shape)} does not fit into a file: a shape is a list of at "
                f"most {_AXES} integers >= 0"
            )
        if end - begin != np.dtype(_DTYPES[dtype]).itemsize * prod(shape):
            shape = short(tuple(shape))
            raise bad(f"{said} of shape {shape} does not fit into bytes {begin} to {end}")
        if begin != expected:
            raise bad(f"{said} begins at byte {begin}, where {expected} is expected")
        if end > numbers:
            raise bad(f"it is cut short: {said} ends at byte {end} of {numbers}")
        data = np.frombuffer(content, _DTYPES[dtype], prod(shape), 8 + length + begin)
        # Unaligned numbers (no well-known writer makes them) cost a copy; others none.
        tensors[name] = np.require(data, requirements="A").reshape(shape)
        expected = end
    if expected != numbers:
        raise bad(f"its tensors fill {expected} bytes, and it holds {numbers}")
    return tensors


def _content(path):
    """Return the bytes of a file: mapped, or read where its file system cannot map it."""
    with path.open("rb") as file:
        try:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError):  # ENODEV and its kin; ValueError: an empty file
            return file.read()


def _counts(values):
    """Return whether `values` is a list of integers that can count something in memory."""
    return isinstance(values, list) and all(
        type(n) is int and 0 <= n <= np.iinfo(np.intp).max for n in values
    )


def _is_shape(shape):
    """Return whether numpy can have an array of this shape; a 0 in it does not make it small."""
    return (
        _counts(shape)
        and len(shape) <= _AXES
        and 8 * prod(n for n in shape if n) <= np.iinfo(np.intp).max
    )


def read_json(path):
    """Return the table that a JSON file holds, or say that it is damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path.name} is damaged: {error}") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} is damaged: it holds no table")
    return content


def short(value):
    """Return what a file holds in few characters, all of which can be printed."""
    plain = isinstance(value, str) and value.isprintable() and len(value) <= 60
    return value if plain else reprlib.repr(value)
