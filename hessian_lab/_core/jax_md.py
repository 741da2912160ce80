"""The one place that imports jax_md, and only when a part of it is used: it costs 4-5 s and half a gigabyte."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def jax_md(part: str) -> Any:
    """A module of JAX-MD, such as `simulate` or `minimize`."""
    return import_module(f"jax_md.{part}")
