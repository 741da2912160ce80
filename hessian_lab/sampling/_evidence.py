"""Is a parent at equilibrium? What the last half of its run says."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from jaxtyping import Float
from scipy.stats import t as student

from ..systems import Configuration, cell_heights
from ._overlap import OVERLAP_RADIUS, decorrelation_time, overlap_function
from ._pair_correlation import pair_counts, shell_edges
from ._protocol import Evidence
from ._time_series import correlation, drift, last_half, mean_and_error, without_trend

FALSE_ALARM = 1e-3
"""Probability with which a run at equilibrium fails one of the two tests of drift: energy, and g(r) as a whole."""

DECORRELATIONS = 10
"""A run at equilibrium is at least this many decorrelation times of the overlap long."""

FRAMES = 64
"""Equally spaced states that are kept of a run; further ones follow its middle at doubling distances."""

SHELL = 0.1
"""Width of the shells in which g(r) is compared, in mean diameters."""

FARTHEST = 3.0
"""Distance up to which g(r) is compared, in mean diameters."""

FEWEST_PAIRS = 10.0
"""A shell is compared if the mean of a state's pairs in it is at least this: below, counts are not normal."""


FEWEST_LOOKS = 32
"""A run with fewer looks at the energy is not judged."""


@dataclass(frozen=True)
class Trace:
    """What is kept of the run of one sample at its parental temperature.

    Attributes:
        energies: potential energy per particle at equally spaced times, the last one at the end. Units of energy.
        run_time: length of the run: the model's time unit for molecular dynamics, sweeps for Monte Carlo.
        frame_times: times of the states that are kept, from the start of the run, ascending.
        frames: their positions. Units of length.
        kinetic_temperature: mean of twice the kinetic energy per degree of freedom over the last half; NaN without.
        move_acceptance: share of the displacements that were accepted; NaN without.
        swap_acceptance: share of the swaps that were accepted; NaN without.
        failure: why the run ended early; empty if it did not.
    """

    energies: Float[np.ndarray, " samples"]
    run_time: float
    frame_times: Float[np.ndarray, " frames"]
    frames: Float[np.ndarray, "frames particles dim"]
    kinetic_temperature: float = nan
    move_acceptance: float = nan
    swap_acceptance: float = nan
    failure: str = ""


def frame_numbers(samples: int) -> list[int]:
    """After which of the equally spaced looks 0, 1, ..., `samples` the state is kept."""
    spaced = np.unique(np.rint(np.linspace(0, samples, FRAMES + 1)).astype(int))
    middle = samples // 2
    doubling = middle + 2 ** np.arange(max(1, int(np.log2(max(1, samples // FRAMES)) + 1)))
    return sorted({*spaced.tolist(), middle, *(int(k) for k in doubling if k <= samples)})


def judge(configuration: Configuration, trace: Trace) -> Evidence:
    """Evidence of equilibrium from the last half of a run.

    Energy: last against third quarter, a Student test with the correlation time of the series. Pair correlation: the
    same test in every shell, the largest deviation with the number of shells taken into account. Overlap: decayed to
    1/e in at most a tenth of the run.

    Args:
        configuration: the sample at the end; its cell and diameters are used.
        trace: what was kept of its run.

    Returns:
        The evidence. A run too short to be judged is not at equilibrium, and says so.
    """
    if trace.failure:
        return Evidence(run_time=trace.run_time, equilibrated=False, reason=trace.failure)
    if len(trace.energies) < FEWEST_LOOKS:
        reason = f"run too short to be judged: {len(trace.energies)} looks at the energy, {FEWEST_LOOKS} are needed"
        return Evidence(float(trace.energies[-1]), run_time=trace.run_time, equilibrated=False, reason=reason)
    diameter = float(configuration.diameters.mean())
    late = trace.frame_times >= 0.5 * trace.run_time * (1 - 1e-12)
    lags, overlaps = overlap_function(
        trace.frame_times[late], trace.frames[late], configuration.cell, OVERLAP_RADIUS * diameter
    )
    overlap_time, decayed = decorrelation_time(lags, overlaps)
    energy, energy_error = mean_and_error(last_half(trace.energies))
    energy_drift, freedom = drift(trace.energies)
    deviation, allowed = _pair_correlation_deviation(configuration, trace, diameter)
    reasons = []
    if 2 * student.sf(abs(energy_drift), freedom) < FALSE_ALARM:
        reasons.append(f"energy drifts by {energy_drift:.1f} standard errors over the last half")
    if deviation > allowed:
        reasons.append(f"g(r) of the last two quarters differs by {deviation:.1f} standard errors")
    if not decayed:
        reasons.append(f"overlap still {overlaps[-1]:.2f} after {overlap_time:.3g}, half the run")
    elif trace.run_time < DECORRELATIONS * overlap_time:
        reasons.append(f"run of {trace.run_time / overlap_time:.1f} decorrelation times, {DECORRELATIONS} are needed")
    return Evidence(
        energy=energy,
        energy_error=energy_error,
        energy_drift=energy_drift,
        move_acceptance=trace.move_acceptance,
        swap_acceptance=trace.swap_acceptance,
        pair_correlation=deviation,
        overlap_time=overlap_time,
        overlap_decayed=decayed,
        run_time=trace.run_time,
        kinetic_temperature=trace.kinetic_temperature,
        equilibrated=not reasons,
        reason="; ".join(reasons),
    )


def _pair_correlation_deviation(configuration: Configuration, trace: Trace, diameter: float) -> tuple[float, float]:
    """Largest deviation between g(r) of the third and of the last quarter, in standard errors, and what is allowed.

    The shells of one state are correlated with those of the next; they share one correlation time. The allowed
    deviation is that which the largest of so many Student variables exceeds with the probability `FALSE_ALARM` at
    most (Bonferroni).
    """
    spacing = trace.run_time / FRAMES
    wanted = spacing * np.arange(FRAMES // 2 + 1, FRAMES + 1)
    chosen = np.unique(np.argmin(np.abs(trace.frame_times[:, None] - wanted), axis=0))
    half = 0.5 * float(cell_heights(configuration.cell).min())
    largest = min(half, FARTHEST * diameter)
    edges = shell_edges(configuration, min(SHELL * diameter, largest), largest)
    counts = np.array([pair_counts(configuration.at(trace.frames[k]), edges) for k in chosen])
    counts = counts[:, counts.mean(axis=0) >= FEWEST_PAIRS]
    if counts.shape[1] == 0 or len(counts) < 8:
        return nan, np.inf
    # Over the root of its mean every shell has about the scatter of a Poisson count, so that none dominates the
    # common correlation time.
    counts = counts / np.sqrt(counts.mean(axis=0))
    length = len(counts) // 2
    third, last = counts[-2 * length : -length], counts[-length:]
    rest = without_trend(counts[-2 * length :])
    shared = correlation(rest, fitted=2)
    scatter = rest.var(axis=0)
    variance = shared.variance * scatter / max(scatter.mean(), np.finfo(float).tiny)
    error = np.sqrt(2 * 2 * shared.time * variance / length)
    moving = error > 0
    if not moving.any():
        return 0.0, np.inf
    deviation = np.abs(last.mean(axis=0) - third.mean(axis=0))[moving] / error[moving]
    own_freedom = 2 * (length - 1) / max(1.0, 2 * shared.time)
    return float(deviation.max()), float(student.isf(FALSE_ALARM / (2 * moving.sum()), max(1.0, own_freedom)))
