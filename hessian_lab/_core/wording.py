"""Many texts that differ in their numbers only, said once."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def by_wording(texts: Iterable[str]) -> dict[str, int]:
    """Texts of equal wording, counted together; where their numbers differ, the range of each stands in its place.

    `["3 modes, 10 are needed", "7 modes, 10 are needed"]` gives `{"3 to 7 modes, 10 are needed": 2}`.

    Args:
        texts: sentences, each as often as it occurs.

    Returns:
        How many texts have each wording, in the order of their first appearance.
    """
    numbers: dict[tuple[str, ...], list[list[str]]] = {}
    for text in texts:
        numbers.setdefault(tuple(_NUMBER.split(text)), []).append(_NUMBER.findall(text))
    return {_with_ranges(pieces, found): len(found) for pieces, found in numbers.items()}


def _with_ranges(pieces: tuple[str, ...], found: list[list[str]]) -> str:
    ranges = [_range(column) for column in zip(*found, strict=True)]
    return "".join(part for pair in zip(pieces, [*ranges, ""], strict=True) for part in pair)


def _range(values: tuple[str, ...]) -> str:
    low, high = min(values, key=float), max(values, key=float)
    return low if float(low) == float(high) else f"{low} to {high}"
