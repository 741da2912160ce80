"""Numba functions inside compiled jax programs on the CPU, behind XLA's typed foreign-function interface.

XLA calls a foreign function with a pointer to a call frame, a C struct. The functions that are made here read it by its
offsets; they are the same in minor versions 3 and 4 of interface 0 (jax 0.10 and 0.11), and `available` answers no for
any other. The header that defines them is `xla/ffi/api/c_api.h`, below `jax.ffi.include_dir()`.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import jax
import numpy as np

KNOWN_INTERFACES = {(0, 3), (0, 4)}
"""Versions of the foreign-function interface whose structs have the offsets below."""

EXTENSION, ARGUMENTS, RESULTS = 1, 9, 14
"""Words (of 8 bytes) of a call frame: its extension, and the lists of pointers to argument and result buffers."""

DATA, DIMENSIONS = 3, 5
"""Words of a buffer: its data, and its dimensions."""

RANK = 4
"""Word of a buffer: how many dimensions it has."""

METADATA = 3
"""Word of a metadata extension: what is to be filled in. Its words are 3 the version, 4 traits and 5 state type."""

_kept: dict[str, Any] = {}
"""Compiled functions by name: XLA may call them until the process ends."""

_one_at_a_time = Lock()


@cache
def available() -> bool:
    """Whether foreign functions can be made: on a CPU, with numba, for a known version of the interface."""
    if jax.default_backend() != "cpu":
        return False
    try:
        import numba
    except ImportError:
        return False
    return not getattr(numba.config, "DISABLE_JIT", 0) and _interface() in KNOWN_INTERFACES


@cache
def _interface() -> tuple[int, int]:
    """Version of the interface that this jaxlib speaks; (-1, -1) if it does not tell."""
    header = Path(jax.ffi.include_dir()) / "xla" / "ffi" / "api" / "c_api.h"
    try:
        text = header.read_text()
    except OSError:
        return -1, -1
    found = [re.search(rf"#define XLA_FFI_API_{part} (\d+)", text) for part in ("MAJOR", "MINOR")]
    major, minor = (int(match.group(1)) if match else -1 for match in found)
    return major, minor


@cache
def _address_as_pointer() -> Any:
    """Compiled: an integer as an untyped pointer."""
    from numba import types
    from numba.extending import intrinsic

    @intrinsic
    def pointer(typing_context: Any, address: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

        return types.voidptr(types.int64), code

    return pointer


def register(
    name: str,
    lines: Sequence[str],
    arguments: Sequence[tuple[Any, int]],
    results: Sequence[tuple[Any, int]],
    fastmath: frozenset[str] = frozenset(),
) -> None:
    """Compile a function and make it callable by `call`; from any thread. A name that is registered already is left.

    Buffers may have leading axes more than stated, the same for all: lanes. The function runs once for every lane.

    Args:
        name: of the target, one for one function.
        lines: source of one function that takes the arguments' arrays, then the results' arrays, and fills the latter;
            it may use numpy as `np`. Division by zero gives infinity.
        arguments: type and number of axes (at least one) of every argument, without lanes.
        results: the same of every result.
        fastmath: what LLVM may do to floating-point operations.
    """
    with _one_at_a_time:
        if name not in _kept:
            _register(name, lines, arguments, results, fastmath)


def _register(name: str, lines: Sequence[str], arguments: Any, results: Any, fastmath: frozenset[str]) -> None:
    """`register` of a new name."""
    from numba import carray, cfunc, njit, types

    source: dict[str, Any] = {"np": np}
    exec("\n".join(lines), source)
    kernel = njit(error_model="numpy", fastmath=set(fastmath))(source[lines[0].split("(")[0].removeprefix("def ")])
    major, minor = _interface()
    kinds = [*arguments, *results]
    handler = [
        "def handler(frame):",
        f"    extension = frame[{EXTENSION}]",
        "    if extension != 0:",
        "        query = carray(pointer(extension), 4, int64)",
        "        if (query[1] & 0xFFFFFFFF) == 1:",
        f"            answer = carray(pointer(query[{METADATA}]), 6, int64)",
        f"            answer[3] = {major} | ({minor} << 32)",
        "            answer[4] = 0",
        "            answer[5] = 0",
        "            return 0",
    ]
    for number, (_, rank) in enumerate(kinds):
        word, place = (ARGUMENTS, number) if number < len(arguments) else (RESULTS, number - len(arguments))
        handler += [
            f"    b{number} = carray(pointer(carray(pointer(frame[{word}]), {len(kinds)}, int64)[{place}]), 6, int64)",
            f"    n{number} = carray(pointer(b{number}[{DIMENSIONS}]), b{number}[{RANK}], int64)",
            f"    more = b{number}[{RANK}] - {rank}",
            "    lanes = 1",
            "    for axis in range(more):",
            f"        lanes *= n{number}[axis]",
        ]
        shape = "".join(f"n{number}[more + {axis}], " for axis in range(rank))
        handler.append(f"    a{number} = carray(pointer(b{number}[{DATA}]), (lanes, {shape}), type{number})")
    each = ", ".join(f"a{number}[lane]" for number in range(len(kinds)))
    handler += ["    for lane in range(lanes):", f"        kernel({each})", "    return 0"]
    scope = {f"type{number}": np.dtype(kind) for number, (kind, _) in enumerate(kinds)}
    scope |= {"carray": carray, "pointer": _address_as_pointer(), "int64": np.int64, "kernel": kernel}
    exec("\n".join(handler), scope)
    compiled = cfunc(types.intp(types.CPointer(types.int64)))(scope["handler"])
    capsule = ctypes.pythonapi.PyCapsule_New
    capsule.restype = ctypes.py_object
    capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    _kept[name] = compiled
    jax.ffi.register_ffi_target(name, capsule(compiled.address, None, None), platform="cpu")


def call(name: str, results: Sequence[jax.ShapeDtypeStruct], *arguments: Any) -> tuple[jax.Array, ...]:
    """Call a registered function from traced code; under `vmap` its lanes are one call."""
    outcome = jax.ffi.ffi_call(name, tuple(results), vmap_method="broadcast_all")(*arguments)
    return tuple(outcome)
