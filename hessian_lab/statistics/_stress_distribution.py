"""P(sigma) of the pairs of an ensemble: its density, its exponent at small stresses, its local slope, its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from .._core.errors import InputError
from .._core.jackknife import jackknife_error
from ._measured_stresses import MeasuredStresses

SMALL_STRESSES = 0.02
"""Share of the stresses that count as small where one number is asked for."""

SHARES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
"""Shares of smallest stresses of a scan."""

FEWEST = 10
"""Stresses that an exponent needs."""

LOWEST = 1e-8
"""First bin, in units of the median."""

SLOPE_BINS = 4
"""Bins per decade of the local slope."""


def expected_exponent(order: float) -> float:
    r"""Exponent of P(sigma) at small stresses that a taper of order m makes.

    .. math:: P(\sigma) \sim \sigma^{-1 + 1/m}

    from sigma ~ (r_c - r)^m and a smooth g(r) at the cutoff; m = 1 also stands for a minimum of the potential. A taper
    of infinite order has P ~ 1/(sigma ln^2 sigma): no power above -1, which is what is returned, and in any finite
    window a local exponent above it, -1 + 2/ln(sigma_0/sigma).

    Args:
        order: m, at least 1; may be infinite.

    Raises:
        InputError: if the order is below 1; the force then jumps, and the smallest stress is not small.
    """
    if not order >= 1:
        raise InputError(f"argument order must be at least 1 for stresses that go to zero, but got {order}")
    return -1 + 1 / order


@dataclass(frozen=True, eq=False)
class SmallStressExponents:
    r"""Exponent x of P ~ sigma^x among the smallest stresses, for several shares of them; the entries are correlated.

    Attributes:
        shares: of all stresses, shape (shares,).
        cuts: sigma_c below which they lie. Units of the stresses.
        exponents: maximum-likelihood exponents; NaN with fewer than ten stresses, or stresses of one glass only.
        errors: by the jackknife over glasses; pairs of one glass are not independent.
        counts: stresses above zero and below the cut, all glasses together.
    """

    shares: Float[np.ndarray, " shares"]
    cuts: Float[np.ndarray, " shares"]
    exponents: Float[np.ndarray, " shares"]
    errors: Float[np.ndarray, " shares"]
    counts: Int[np.ndarray, " shares"]


@dataclass(frozen=True, eq=False)
class LocalSlope:
    """Slope of ln P against ln sigma.

    Attributes:
        sigma: edges between the bins that are compared, shape (edges,). Units of the stresses.
        slope: d ln P/d ln sigma; NaN beside an empty bin.
        error: by the jackknife over glasses; NaN where leaving one glass out empties a bin.
    """

    sigma: Float[np.ndarray, " edges"]
    slope: Float[np.ndarray, " edges"]
    error: Float[np.ndarray, " edges"]

    @property
    def s_eff(self) -> Float[np.ndarray, " edges"]:
        r"""Exponent of the indirect density of states in a real window, at :math:`\omega = \sqrt{\sigma/\zeta}`.

        .. math:: s_{eff} = 5 + 2 \frac{d \ln P}{d \ln \sigma}

        Reference: from 000 (Schirmacher and Ruocco, 2025), Eq. 13.
        """
        return 5 + 2 * self.slope

    @property
    def s_eff_error(self) -> Float[np.ndarray, " edges"]:
        """Standard error of `s_eff`, over glasses."""
        return 2 * self.error


@dataclass(frozen=True, eq=False)
class StressDistribution:
    """P(sigma) over the interacting pairs of all glasses.

    Attributes:
        density: the distribution itself, a function of sigma.
        error: standard errors of `density.density`, over glasses, shape (bins,).
        small: exponents among the smallest stresses.
        local: slope against sigma.
        exponent: x of P ~ sigma^x among the smallest 2 % of the stresses; -1 + 1/m is expected of a taper of order m.
        exponent_error: by the jackknife over glasses.
        largest_small: sigma below which the smallest 2 % lie.
        glasses: their number.
    """

    density: MeasuredStresses
    error: Float[np.ndarray, " bins"]
    small: SmallStressExponents
    local: LocalSlope
    exponent: float
    exponent_error: float
    largest_small: float
    glasses: int

    def __call__(self, sigma: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """P(sigma), a straight line in ln P against ln sigma between the bins that have stresses; 0 outside them."""
        seen = self.density.counts > 0
        centres, values = np.log(self.density.centres[seen]), np.log(self.density.density[seen])
        sigma = np.asarray(sigma, dtype=np.float64)
        logarithm = np.log(np.where(sigma > 0, sigma, 1.0))
        inside = (sigma > 0) & (logarithm >= centres[0]) & (logarithm <= centres[-1])
        return np.where(inside, np.exp(np.interp(logarithm, centres, values)), 0.0)


@dataclass(frozen=True, eq=False)
class SplitStresses:
    """P(sigma) in two parts that add up to it: pairs of the core and pairs of the tapered shell.

    Attributes:
        core: part of the core pairs, normalised to all pairs.
        core_error: its standard errors over glasses, shape (bins,).
        tapered: part of the tapered pairs, in the same bins, normalised to all pairs.
        tapered_error: its standard errors over glasses.
    """

    core: MeasuredStresses
    core_error: Float[np.ndarray, " bins"]
    tapered: MeasuredStresses
    tapered_error: Float[np.ndarray, " bins"]

    @property
    def tapered_share(self) -> Float[np.ndarray, " bins"]:
        """Share of the tapered pairs in each bin; NaN in empty bins."""
        total = self.core.counts + self.tapered.counts
        return np.where(total > 0, self.tapered.counts / np.maximum(total, 1), np.nan)


def stress_distribution(
    stresses: Sequence[Float[np.ndarray, " pairs"]], *, shares: Sequence[float] = SHARES
) -> StressDistribution:
    r"""Distribution of the pair stresses of many glasses.

    Args:
        stresses: |r phi'|/Omega of the interacting pairs, one array a glass. Units of energy/length^d.
        shares: of smallest stresses, for the scan of the exponent.

    Raises:
        InputError: if there are fewer than two glasses, a stress is negative, or a share is not between 0 and 1.
    """
    glasses = _check_glasses(stresses)
    pooled = np.concatenate(stresses)
    density = _binned(pooled)
    one = small_stress_exponents(stresses, (SMALL_STRESSES,))
    return StressDistribution(
        density,
        _scatter(stresses, density.edges, [part.size for part in stresses]),
        small_stress_exponents(stresses, shares),
        local_slope(stresses),
        float(one.exponents[0]),
        float(one.errors[0]),
        float(one.cuts[0]),
        glasses,
    )


def small_stress_exponents(
    stresses: Sequence[Float[np.ndarray, " pairs"]], shares: Sequence[float] = SHARES
) -> SmallStressExponents:
    r"""Exponent of P(sigma) among the smallest stresses, against the share of the stresses that counts as small.

    .. math:: x + 1 = n \Big/ \sum_i \ln(\sigma_c/\sigma_i)

    over the n stresses below sigma_c, the quantile of all stresses. Where the exponent still moves with the share, no
    power law is reached; see `expected_exponent`.

    Args:
        stresses: one array a glass, as for `stress_distribution`.
        shares: between 0 and 1.

    Raises:
        InputError: if there are fewer than two glasses, or a share is not between 0 and 1.

    Reference: Hill, Ann. Stat. 3, 1163 (1975), mirrored to a power law at zero.
    """
    _check_glasses(stresses)
    wanted = np.asarray(shares, dtype=np.float64)
    if wanted.ndim != 1 or not np.all((wanted > 0) & (wanted < 1)):
        raise InputError(f"argument shares must be numbers between 0 and 1, but is {shares}")
    pooled = np.concatenate(stresses)
    cuts = np.quantile(pooled, wanted)
    exponents, errors = np.full((2, wanted.size), np.nan)
    counts = []
    for k, cut in enumerate(cuts):
        small = [part[(part > 0) & (part < cut)] for part in stresses]
        number = np.array([part.size for part in small])
        depth = np.array([np.sum(np.log(cut) - np.log(part)) for part in small])
        counts.append(int(number.sum()))
        if number.sum() < FEWEST or np.count_nonzero(number) < 2:
            continue
        exponents[k] = number.sum() / depth.sum() - 1
        errors[k] = jackknife_error((number.sum() - number) / (depth.sum() - depth))
    return SmallStressExponents(wanted, cuts, exponents, errors, np.array(counts))


def local_slope(stresses: Sequence[Float[np.ndarray, " pairs"]], *, bins_per_decade: int = SLOPE_BINS) -> LocalSlope:
    r"""Slope of ln P against ln sigma, from neighbouring logarithmic bins.

    .. math:: \frac{d \ln P}{d \ln \sigma} = \frac{\ln(n_{k+1}/n_k)}{\ln(a_{k+2}/a_{k+1})} - 1

    with n counts and a edges whose ratio is constant: exact for a power law.

    Args:
        stresses: one array a glass, as for `stress_distribution`.
        bins_per_decade: resolution; the error grows with its power 3/2.

    Raises:
        InputError: if there are fewer than two glasses, or a stress is negative.
    """
    _check_glasses(stresses)
    edges = _binned(np.concatenate(stresses), bins_per_decade).edges
    counts = np.array([np.histogram(part, edges)[0] for part in stresses])
    width = np.log(edges[-1] / edges[0]) / (edges.size - 1)

    def slope(number: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.diff(np.log(number), axis=-1) / width - 1
        return np.where(np.isfinite(found), found, np.nan)

    total = counts.sum(axis=0)
    return LocalSlope(edges[1:-1], slope(total), jackknife_error(slope(total - counts)))


def split_stresses(
    stresses: Sequence[Float[np.ndarray, " pairs"]], tapered: Sequence[Bool[np.ndarray, " pairs"]]
) -> SplitStresses:
    """P(sigma) of the core pairs and of the tapered pairs, in the bins of `stress_distribution`.

    Args:
        stresses: one array a glass, as for `stress_distribution`.
        tapered: which pairs lie in the tapered shell, one mask a glass (`hessian_lab.modes.tapered_pairs`).

    Raises:
        InputError: if there are fewer than two glasses, or a mask does not fit its stresses.
    """
    _check_glasses(stresses)
    if [np.shape(part) for part in stresses] != [np.shape(mask) for mask in tapered]:
        raise InputError("argument tapered must have one mask for each glass, of the shape of its stresses")
    edges = _binned(np.concatenate(stresses)).edges
    totals = [part.size for part in stresses]

    def part(inside: bool) -> tuple[MeasuredStresses, np.ndarray]:
        chosen = [values[np.asarray(mask) == inside] for values, mask in zip(stresses, tapered, strict=True)]
        counts = np.histogram(np.concatenate(chosen), edges)[0]
        return MeasuredStresses(edges, counts, sum(totals)), _scatter(chosen, edges, totals)

    return SplitStresses(*part(False), *part(True))


def _check_glasses(stresses: Sequence[np.ndarray]) -> int:
    if len(stresses) < 2:
        raise InputError(f"P(sigma) needs at least 2 glasses for an error, but there are {len(stresses)}")
    return len(stresses)


def _binned(pooled: np.ndarray, bins_per_decade: int = 10) -> MeasuredStresses:
    """A taper of infinite order makes stresses of any smallness; far below the rest they say nothing."""
    positive = pooled[pooled > 0]
    lowest = max(positive.min(), LOWEST * np.median(pooled)) if positive.size else None
    return MeasuredStresses.from_sample(pooled, bins_per_decade=bins_per_decade, lowest=lowest)


def _scatter(parts: Sequence[np.ndarray], edges: np.ndarray, totals: Sequence[int]) -> np.ndarray:
    """Standard error over glasses of the density in bins, normalised by the totals of the glasses."""
    width = np.diff(edges)
    alone = [np.histogram(part, edges)[0] / (total * width) for part, total in zip(parts, totals, strict=True)]
    return np.std(alone, axis=0, ddof=1) / np.sqrt(len(parts))
