"""Identities: a sample is the hash of what it physically is, and its random numbers come from that hash.

So a glass does not depend on the batch, the shard, the worker or the order in which it was made.
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

import numpy as np

from .errors import InputError


def canonical(value: Any) -> Any:
    """Reduce settings to plain JSON values with one spelling each: tuples to lists, infinities to names."""
    if isinstance(value, dict):
        return {str(key): canonical(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return [canonical(entry) for entry in value]
    if isinstance(value, np.ndarray):
        return canonical(value.tolist())
    if isinstance(value, np.generic):
        return canonical(value.item())
    if isinstance(value, float):
        if math.isnan(value):
            raise InputError("a setting is NaN; every setting must be a number, a name or a list of these")
        if math.isinf(value):
            return "inf" if value > 0 else "-inf"
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if value is None or isinstance(value, str | bool | int):
        return value
    raise InputError(f"a setting has the type {type(value).__name__}, which has no canonical form")


def digest(value: Any, length: int = 16) -> str:
    """SHA-256 of the canonical JSON form, as `length` hexadecimal digits (1 and 1.0 are the same setting)."""
    text = json.dumps(canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def generator(identity: str, purpose: str) -> np.random.Generator:
    """Counter-based random numbers (Philox) that belong to one sample and one purpose.

    Args:
        identity: the sample's id.
        purpose: what the numbers are for; two purposes never share numbers.
    """
    key = hashlib.sha256(f"{identity}/{purpose}".encode()).digest()[:16]
    return np.random.Generator(np.random.Philox(key=int.from_bytes(key, "little")))
