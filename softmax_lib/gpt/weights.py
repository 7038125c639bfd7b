"""Read a model's weights where they lie, without a copy."""

import json
import mmap
from math import prod
from pathlib import Path

import numpy as np

__all__ = ["read_json", "read_safetensors"]

_DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2"}
_DTYPES |= {"I8": "i1", "U8": "u1", "BOOL": "?"}


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
        Read-only views of the file: nothing is read before it is used, nothing is copied.

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

    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size < 8:
            raise bad(f"it has {size} bytes, and even an empty one has 10")
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    length = int.from_bytes(content[:8], "little")
    if length > size - 8:
        raise bad(
            f"it begins with {content[:8]!r}, which would be a table of {length} bytes in a file "
            f"of {size}; it is cut short or not a safetensors file"
        )
    try:
        table = json.loads(content[8 : 8 + length].decode("utf-8"))
        table.pop("__metadata__", None)
        entries = [
            (*map(int, entry["data_offsets"]), name, str(entry["dtype"]), tuple(entry["shape"]))
            for name, entry in table.items()
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise bad(f"its table is damaged ({type(error).__name__}: {error})") from None
    tensors, expected, numbers = {}, 0, size - 8 - length
    for begin, end, name, dtype, shape in sorted(entries):
        if dtype not in _DTYPES:
            raise bad(f"{name} holds {dtype} numbers, which numpy has not; save it as float32")
        width = np.dtype(_DTYPES[dtype]).itemsize
        if not all(type(n) is int and n >= 0 for n in shape) or end - begin != width * prod(shape):
            raise bad(f"{name} of shape {shape} does not fit into bytes {begin} to {end}")
        if begin != expected:
            raise bad(f"{name} begins at byte {begin}, where {expected} is expected")
        if end > numbers:
            raise bad(f"it is cut short: {name} ends at byte {end} of {numbers}")
        data = np.frombuffer(content, _DTYPES[dtype], prod(shape), 8 + length + begin)
        # Unaligned numbers (no well-known writer makes them) cost a copy; others none.
        tensors[name] = np.require(data, requirements="A").reshape(shape)
        expected = end
    if expected != numbers:
        raise bad(f"its tensors fill {expected} bytes, and it holds {numbers}")
    return tensors


def read_json(path):
    """Return the table that a JSON file holds, or say that it is damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path.name} is damaged: {error}") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} is damaged: it holds no table")
    return content
