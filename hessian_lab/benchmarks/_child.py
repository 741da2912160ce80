"""The parent's end of a side: starts the process, tells it to go, and ends it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from types import TracebackType
from typing import Any

from .._core.errors import ComputationError

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")

GOODBYE = 20.0
"""Seconds that a side has to end by itself. Units of s."""


class SideError(ComputationError):
    """A side did not answer with what was asked for."""


class MissingError(SideError):
    """What a side needs is not there: a package, or a routine of the device."""


class Side:
    """One side of a case, warm and waiting.

    Attributes:
        facts: what it said when it was ready.
    """

    def __init__(self, task: dict[str, Any], *, accelerator: bool = False) -> None:
        """Start the process and wait until it is warm.

        Args:
            task: what `_side` reads.
            accelerator: whether it may use one; otherwise it has one thread and no accelerator.

        Raises:
            SideError: if it cannot be made ready; the text begins with the side's own reason.
        """
        environment = dict(os.environ) | {"JAX_ENABLE_X64": "1"}
        # Two processes on one accelerator: neither may take most of its memory at the start.
        environment.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
        if not accelerator:
            environment |= dict.fromkeys(ONE_THREAD, "1") | {"JAX_PLATFORMS": "cpu"}
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed by `close`
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hessian_lab.benchmarks._side", json.dumps(task)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=environment,
        )
        try:
            self.facts = self._hear()
        except BaseException:
            self.close()
            raise

    def repeat(self) -> dict[str, Any]:
        """Time one repeat: `seconds` per glass or step, and `details`."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write("go\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise SideError(f"the process ended early: {self._last_words()}") from None
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SideError(f"the process ended early: {self._last_words()}")
        message = json.loads(line)
        if "missing" in message:
            raise MissingError(message["missing"])
        if "failed" in message:
            raise SideError(message["failed"])
        return message

    def _last_words(self) -> str:
        self._errors.seek(0)
        return " | ".join(self._errors.read().strip().splitlines()[-3:]) or "it said nothing"

    def close(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        try:
            self._process.wait(GOODBYE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def __enter__(self) -> Side:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
