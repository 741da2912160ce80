"""Exact counting of the states that scatter phonons (Eqs. 37, 42, 43), the reference of the saddle points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.special import comb

from ..._core.errors import InputError
from ._modes import Modes


@dataclass(frozen=True, eq=False)
class Levels:
    """Energy levels of the ripplons of one cell, exact and complete up to `top`.

    Attributes:
        energies: ascending, in hbar omega_D, the ground state 0 first; shape (levels,).
        multiplicities: states in each level; shape (levels,).
        top: highest energy that was counted.
    """

    energies: Float[np.ndarray, " levels"]
    multiplicities: Float[np.ndarray, " levels"]
    top: float

    def scatterers(self, omega: ArrayLike, ratio: float) -> Float[np.ndarray, " ..."]:
        """T_g rho(omega) = sum_n theta(omega - E_n) exp[-(omega - E_n)/T_g] (Eq. 37).

        Args:
            omega: in omega_D, at most `top`.
            ratio: k_B T_g / (hbar omega_D).

        Raises:
            InputError: if omega exceeds `top`.
        """
        omega = np.asarray(omega, dtype=float)
        if omega.size and omega.max() > self.top:
            raise InputError(f"argument omega reaches {omega.max():g}, but levels were counted up to {self.top:g}")
        boosted = np.concatenate([[0.0], np.cumsum(self.multiplicities * np.exp(self.energies / ratio))])
        return boosted[np.searchsorted(self.energies, omega, side="right")] * np.exp(-omega / ratio)

    def cumulative(self, omega: float, energy: ArrayLike, ratio: float) -> Float[np.ndarray, " ..."]:
        """T_g N_E(omega) = sum over omega <= E_n <= omega + E of exp[-(E_n - omega)/T_g] (Eq. 42)."""
        damped = np.concatenate([[0.0], np.cumsum(self.multiplicities * np.exp(-self.energies / ratio))])
        first = damped[np.searchsorted(self.energies, omega, side="left")]
        last = damped[np.searchsorted(self.energies, omega + np.asarray(energy, dtype=float), side="right")]
        return (last - first) * np.exp(omega / ratio)

    def excited(self, omega: float, temperature: float, ratio: float) -> float:
        """T_g rho_exc(omega, T) of Eq. 43 with f = 2/(e^{E/T} + 1); complete if top - omega >> T."""
        start = np.searchsorted(self.energies, omega, side="left")
        gap = self.energies[start:] - omega
        weight = 2 / (np.exp(np.minimum(gap / temperature, 700.0)) + 1)
        return float((self.multiplicities[start:] * np.exp(-gap / ratio) * weight).sum())


def count_levels(modes: Modes, top: float) -> Levels:
    """Every level of the oscillators up to an energy, with its multiplicity: no binning, no truncation.

    n quanta on w oscillators of one frequency can be placed in C(n + w - 1, n) ways.

    Args:
        modes: oscillators with integer weights.
        top: highest energy in hbar omega_D; the number of levels grows fast above 3.

    Raises:
        InputError: if a weight is not an integer, or if more than about 3e6 levels would be stored.
    """
    if np.any(modes.weights != np.round(modes.weights)):
        raise InputError("argument modes must have integer weights to be counted; broadened modes have none")
    energies, multiplicities = np.zeros(1), np.ones(1)
    for frequency, weight in zip(modes.frequencies, modes.weights, strict=True):
        quanta = np.arange(int(top / frequency) + 1)
        grown = energies[:, None] + quanta * frequency
        ways = multiplicities[:, None] * comb(quanta + weight - 1, quanta)
        keep = grown <= top
        if keep.sum() > 3_000_000:
            raise InputError(f"argument top = {top:g} needs more than 3e6 levels; count_on_grid counts in bins")
        energies, multiplicities = grown[keep], ways[keep]
    order = np.argsort(energies, kind="stable")
    return Levels(energies[order], multiplicities[order], top)


def count_on_grid(modes: Modes, top: float, spacing: float = 5e-4) -> Levels:
    """As `count_levels`, with the frequencies rounded to multiples of `spacing`: fast at any energy.

    Args:
        modes: oscillators with integer weights.
        top: highest energy in hbar omega_D.
        spacing: width of a bin in hbar omega_D; the frequencies move by at most half of it.
    """
    bins = int(np.ceil(top / spacing)) + 1
    counts = np.zeros(bins)
    counts[0] = 1.0
    for frequency, weight in zip(modes.frequencies, modes.weights, strict=True):
        stride = max(round(frequency / spacing), 1)
        rows = -(-bins // stride)
        padded = np.zeros(rows * stride)
        padded[:bins] = counts
        for _ in range(round(weight)):
            padded = np.cumsum(padded.reshape(rows, stride), axis=0).ravel()
        counts = padded[:bins]
    filled = np.flatnonzero(counts)
    return Levels(filled * spacing, counts[filled], top)
