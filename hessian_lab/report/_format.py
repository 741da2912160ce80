"""Numbers as text: no more digits than the error allows, and what is undetermined is never a number."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, isfinite, log10

UNDETERMINED = "undetermined"

ORDINARY = (1e-4, 1e6)
"""Sizes that are written without a power of ten."""


def known(value: float | None) -> bool:
    """Whether a value is there and finite."""
    return value is not None and isfinite(value)


def number(value: float | None, decimals: int = 2) -> str:
    """A value with a fixed number of decimals and a true minus sign."""
    if value is None or not isfinite(value):
        return UNDETERMINED
    text = f"{value:.{decimals}f}"
    return text.replace("-", "−") if float(text) else text.lstrip("-")


def significant(value: float | None, digits: int = 3) -> str:
    """A value with a fixed number of significant digits."""
    if value is None or not isfinite(value):
        return UNDETERMINED
    if value and not ORDINARY[0] <= abs(value) < ORDINARY[1]:
        mantissa, power = f"{value:.{digits - 1}e}".split("e")
        return f"{mantissa} × 10^{int(power)}".replace("-", "−")
    return number(value, max(0, digits - 1 - floor(log10(abs(value)))) if value else digits - 1)


def with_error(value: float | None, error: float | None) -> str:
    """Value ± standard error, the error with two significant digits; the value alone where there is no error."""
    if value is None or error is None or not (isfinite(value) and isfinite(error)) or error <= 0:
        return significant(value)
    decimals = max(0, 1 - floor(log10(error)))
    return f"{number(value, decimals)} ± {number(error, decimals)}"


def with_interval(value: float | None, low: float | None, high: float | None, decimals: int = 2) -> str:
    """Value [low, high]."""
    if not (known(value) and known(low) and known(high)):
        return number(value, decimals)
    return f"{number(value, decimals)} [{number(low, decimals)}, {number(high, decimals)}]"


def probability(value: float | None) -> str:
    """A p-value; below 0.001 only the bound."""
    return "< 0.001" if value is not None and value < 0.001 else number(value, 3)


def listing(words: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def plural(count: int, noun: str, many: str | None = None) -> str:
    """1 glass, 2 glasses."""
    return f"{count} {noun if count == 1 else many or noun + 's'}"
