"""The internal-stress theory for a simulated glass: its two densities from the measured P(sigma), laid on g(omega)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.optimize import nnls

from ..._core.errors import InputError
from ...modes import vortex_inertia
from ...statistics import Spectra, bootstrap_weights
from ..internal_stress import LocalModes, direct_density_of_states, indirect_density_of_states
from ._inputs import Inputs

WINDOW = 0.9
"""Upper end of the fit in omega_T1: above it the waves of the box begin."""

BINS = 8
"""Bins of the fit, evenly apart in ln(omega)."""

_FACTORS = np.geomspace(0.01, 100, 81)

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)


@dataclass(frozen=True)
class StressPrediction:
    r"""GHET's densities for the measured P(sigma), with the parameters that it leaves free.

    .. math:: g(\omega) = \frac{N_\eta}{N}\, g_{dir}(\omega; \zeta, \gamma) + A\, \omega^5 P(\zeta\omega^2)
              \;[+ 3\omega^2/\omega_D^3]

    Attributes:
        inputs: of the glasses.
        zeta: moment of inertia per volume, rho_m <r_perp^2>/4 (Eq. 5). Units of mass/length.
        gamma: coupling of the vortices to the strain. Dimensionless.

    Reference: 000 (Schirmacher and Ruocco, 2025), Eqs. 5, 13, 16, 17.
    """

    inputs: Inputs
    zeta: float
    gamma: float

    @classmethod
    def of(cls, inputs: Inputs, *, zeta: float | None = None, gamma: float = 1.0) -> StressPrediction:
        """zeta is that of vortices as wide as a particle's share of volume, <r_perp^2> = n^(-2/3), if not given."""
        if zeta is None:
            zeta = vortex_inertia(inputs["mass_density"].value, inputs["number_density"].value)
        return cls(inputs, zeta, gamma)

    @property
    def modes(self) -> LocalModes:
        """zeta, gamma and the measured modulus."""
        return LocalModes(self.zeta, self.gamma, self.inputs["shear_modulus"].value)

    def direct(self, omega: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """g_dir for N_eta/N = 1. omega in 1/time; result in time."""
        return direct_density_of_states(omega, self.inputs.stresses, self.modes)

    def indirect(self, omega: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """omega^5 P(zeta omega^2), to be multiplied with A. omega in 1/time."""
        return indirect_density_of_states(omega, self.inputs.stresses, self.zeta)

    def waves(self, omega: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """Debye's 3 omega^2/omega_D^3 from the measured moduli; a box has no waves below omega_T1."""
        end = self.inputs["debye_frequency"].value
        return np.where(omega <= end, 3 * omega**2 / end**3, 0.0)


@dataclass(frozen=True, eq=False)
class StressFit:
    """Share of the vortices and amplitude of the indirect part that come closest to the simulated g(omega).

    Attributes:
        prediction: with gamma, which is fixed, and zeta.
        zeta_fitted: whether zeta was chosen by the fit.
        zeta_factor_error: standard error of ln(zeta) by the bootstrap over glasses; 0 if it was fixed.
        defects_per_particle: N_eta/N, not negative.
        defects_error: standard error by the bootstrap over glasses.
        amplitude: A of g_ind, not negative.
        amplitude_error: standard error by the bootstrap over glasses.
        edges: of the bins of the fit, shape (bins + 1,).
        measured: g in the bins, shape (bins,).
        error: its standard errors over glasses.
        fitted: the theory in the bins.
        chi_squared: of the weighted differences; the bins of one glass are not independent, so it is a guide.
        degrees_of_freedom: bins less two, or three with zeta.
        modes: number of modes in the bins, of all glasses.
    """

    prediction: StressPrediction
    zeta_fitted: bool
    zeta_factor_error: float
    defects_per_particle: float
    defects_error: float
    amplitude: float
    amplitude_error: float
    edges: Float[np.ndarray, " edges"]
    measured: Float[np.ndarray, " bins"]
    error: Float[np.ndarray, " bins"]
    fitted: Float[np.ndarray, " bins"]
    chi_squared: float
    degrees_of_freedom: int
    modes: int

    def density_of_states(self, omega: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """Both parts together, without the waves. omega in 1/time."""
        parts = self.prediction
        return self.defects_per_particle * parts.direct(omega) + self.amplitude * parts.indirect(omega)


def fit_stress_prediction(
    prediction: StressPrediction,
    *,
    fit_zeta: bool = False,
    window: float = WINDOW,
    bins: int = BINS,
    resamples: int = 200,
    seed: int = 0,
) -> StressFit:
    r"""Fit N_eta/N and A, both not negative, and zeta if asked, to g(omega) below the first transverse wave.

    .. math:: \min_{N_\eta/N,\, A \ge 0} \sum_b \left[\frac{(N_\eta/N)\, \bar g_{dir,b} + A\, \bar g_{ind,b} - g_b}{e_b}
              \right]^2

    with the theory averaged over each bin; zeta is searched on a grid of factors. gamma stays as it is.

    Args:
        prediction: with zeta (where the search starts) and gamma.
        fit_zeta: whether to search zeta, between a 100th and 100 times where it starts.
        window: upper end in units of omega_T1, at most what the spectra list.
        bins: number of bins.
        resamples: of the bootstrap over glasses.
        seed: of the bootstrap.

    Raises:
        InputError: if fewer than ten modes lie in the window.
    """
    spectra = prediction.inputs.spectra
    highest = window * prediction.inputs["first_transverse_frequency"].value
    below = np.sort(spectra.omega[spectra.omega < highest])
    if below.size < 10:
        raise InputError(
            f"only {below.size} modes lie below {window:g} omega_T1 = {highest:.4g}; make more glasses, or raise the "
            "window"
        )
    # The lowest bin starts at the second mode: at the first, its height would be that of one event.
    edges = np.geomspace(below[1], highest, bins + 1)
    shares = densities_per_glass(spectra, edges)
    error = _errors(shares, spectra, edges)
    factors = _FACTORS if fit_zeta else np.ones(1)
    trials = [replace(prediction, zeta=prediction.zeta * factor) for factor in factors]
    columns = [np.stack([bin_means(trial.direct, edges), bin_means(trial.indirect, edges)], axis=1) for trial in trials]
    measured = shares.mean(axis=0)
    chosen = _best(columns, measured, error)
    replicas = [
        _best(columns, row @ shares / spectra.glasses, error)
        for chunk in bootstrap_weights(spectra.glasses, resamples=resamples, seed=seed)
        for row in chunk
    ]
    spread = np.std([[np.log(factors[entry.trial]), *entry.parts] for entry in replicas], axis=0, ddof=1)
    fitted = columns[chosen.trial] @ chosen.parts
    return StressFit(
        trials[chosen.trial],
        fit_zeta,
        float(spread[0]),
        float(chosen.parts[0]),
        float(spread[1]),
        float(chosen.parts[1]),
        float(spread[2]),
        edges,
        measured,
        error,
        fitted,
        float(np.sum(((fitted - measured) / error) ** 2)),
        bins - 2 - fit_zeta,
        int(np.sum(below >= edges[0])),
    )


class _Best(NamedTuple):
    """Place of the best zeta, N_eta/N and A there, and the root of the weighted sum of squares."""

    trial: int
    parts: np.ndarray
    distance: float


def _best(columns: list[np.ndarray], measured: np.ndarray, error: np.ndarray) -> _Best:
    found = []
    for place, pair in enumerate(columns):
        weighted = pair / error[:, None]
        # The two columns differ by orders of magnitude; one that is zero stays zero.
        scale = np.linalg.norm(weighted, axis=0)
        scale[scale == 0] = 1.0
        parts, distance = nnls(weighted / scale, measured / error)
        found.append(_Best(place, parts / scale, distance))
    return min(found, key=lambda entry: entry.distance)


def densities_per_glass(spectra: Spectra, edges: Float[np.ndarray, " edges"]) -> Float[np.ndarray, "glasses bins"]:
    """g of every glass in bins, in time: modes over all modes of the glass and the width."""
    if spectra.modes_per_glass is None:
        raise InputError("the spectra do not say how many modes a glass has; give modes_per_glass when they are made")
    place = np.searchsorted(edges, spectra.omega, side="right") - 1
    inside = (place >= 0) & (place < edges.size - 1)
    flat = spectra.glass_index[inside] * (edges.size - 1) + place[inside]
    counts = np.bincount(flat, minlength=spectra.glasses * (edges.size - 1)).reshape(spectra.glasses, -1)
    return counts / (spectra.modes_per_glass[:, None] * np.diff(edges))


def bin_means(function, edges: Float[np.ndarray, " edges"]) -> Float[np.ndarray, " bins"]:
    """Mean of a function of omega over each bin."""
    half = np.diff(edges)[:, None] / 2
    nodes = edges[:-1, None] + half * (1 + _NODES)
    return function(nodes) @ _WEIGHTS / 2


def _errors(shares: np.ndarray, spectra: Spectra, edges: np.ndarray) -> np.ndarray:
    """Standard errors over glasses; at least that of one mode, so that an empty bin is no exact zero."""
    assert spectra.modes_per_glass is not None
    one = np.mean(1 / spectra.modes_per_glass) / (spectra.glasses * np.diff(edges))
    return np.maximum(shares.std(axis=0, ddof=1) / np.sqrt(spectra.glasses), one)
