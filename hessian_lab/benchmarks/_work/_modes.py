"""The table of modes of glasses whose modes are known."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...modes import ModeAnalysis, ModeTable, relaxed_shear_moduli
from ...spectrum import spectrum
from .._protocol import Work
from .._starts import Starts
from ._spectrum import hessians_of


def table(starts: Starts, options: dict[str, Any]) -> Work:
    """One row for each mode below the frequency of the affine shear modulus, with or without surrogates."""
    glasses = []
    for entry in hessians_of(starts, options):
        sample = entry.pairs.configuration
        born = float(np.mean(relaxed_shear_moduli(entry).born))
        edge = 2 * np.pi / sample.volume ** (1 / 3) * np.sqrt(born / sample.mass_density)
        glasses.append((entry, spectrum(entry), edge))
    surrogates = options["surrogates"]

    def run() -> list[Any]:
        return [
            ModeAnalysis(omega_max=edge, surrogates=surrogates).compute(entry, found).table()
            for entry, found, edge in glasses
        ]

    return Work(run, len, _describe(surrogates))


def _describe(surrogates: int) -> Any:
    def describe(tables: list[ModeTable]) -> dict[str, Any]:
        lowest = float(tables[0]["mode_omega"][0] ** 2)
        return {"modes": len(tables[0]), "surrogates": surrogates, "lowest": lowest}

    return describe
