"""A batch of glasses under a thermostat: random numbers, neighbour tables and memory looked after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from .._core.identity import generator
from ..potentials import Potential
from ..systems import Configuration, all_pairs, boxes_of, rounded_columns, usual_columns
from ._dynamics import Lanes, Reading, advance, begin, empty_tables, refresh

CHUNK = 64
"""Time steps between two looks at the energy."""

SKIN = 0.4
"""Safety layer of neighbour tables, in the model's unit of length."""

MARGIN = 1.25
"""Columns of the first tables over the mean number of neighbours of the largest particle."""

ALL_PAIRS_ON_ACCELERATOR = 640
"""Up to this N an accelerator is faster with all pairs than with tables."""


def thermal_momenta(sample: Configuration, temperature: float, identity: str) -> Float[np.ndarray, "particles dim"]:
    r"""Momenta from Maxwell's distribution at zero total momentum.

    Independent momenta of variance m_i T less their part along the masses, :math:`p_i - m_i P/M`: the covariance
    :math:`T (m_i \delta_{ij} - m_i m_j / M)` is that of the distribution restricted to P = 0.

    Args:
        sample: gives the masses.
        temperature: units of energy.
        identity: the sample's id.

    Returns:
        Momenta, units of mass times length over time.
    """
    draw = generator(identity, "momenta").standard_normal(sample.positions.shape)
    momenta = draw * np.sqrt(sample.masses * temperature)[:, None]
    return momenta - sample.masses[:, None] * momenta.sum(axis=0) / sample.masses.sum()


def noise_keys(identities: Sequence[str]) -> Array:
    """One jax key per sample for the thermostat's noise. Shape (batch,)."""
    words = [int(generator(identity, "thermostat").integers(2**63)) for identity in identities]
    return jax.vmap(jax.random.key)(jnp.asarray(words))


def single_precision(value: float) -> float:
    """The nearest float32: JAX-MD rounds time steps, so the step is rounded before it is used."""
    return float(np.float32(value))


class Dynamics:
    """Some glasses that move together, each by itself.

    Attributes:
        dt: time step. Units of time.
        steps: time steps taken so far.
    """

    def __init__(
        self,
        potential: Potential,
        thermostat: Any,
        dt: float,
        samples: Sequence[Configuration],
        identities: Sequence[str],
        temperature: float,
    ) -> None:
        """Start at the samples' positions with thermal momenta.

        Args:
            potential: the pair potential.
            thermostat: frozen settings.
            dt: time step in units of the potential's stiff time.
            samples: of equal N, without overlaps that the time step could not follow.
            identities: one per sample.
            temperature: of the first momenta. Units of energy.
        """
        self._potential, self._thermostat = potential, thermostat
        self.dt = single_precision(dt * potential.stiff_time())
        self.steps = 0
        self._boxes = boxes_of(samples)
        self._everyone = all_pairs(
            potential.mixing,
            jnp.asarray(np.stack([sample.diameters for sample in samples])),
            jnp.asarray(np.stack([sample.species for sample in samples])),
        )
        self._capacity = _first_capacity(potential, samples[0])
        momenta = [thermal_momenta(s, temperature, name) for s, name in zip(samples, identities, strict=True)]
        self._lanes: Lanes = begin(
            potential.law,
            thermostat,
            jnp.asarray(np.stack([sample.positions for sample in samples])),
            jnp.asarray(np.stack(momenta)),
            jnp.asarray(np.stack([sample.masses for sample in samples])),
            noise_keys(identities),
            self._everyone,
            self._boxes,
            jnp.asarray(self.dt, jnp.float64),
            jnp.asarray(temperature, jnp.float64),
            self._capacity,
        )

    @property
    def positions(self) -> Float[Array, "batch particles dim"]:
        """Positions, not folded back into the cell. Units of length."""
        return self._lanes.state.position

    @property
    def failed(self) -> np.ndarray:
        """Which glasses stopped because one step was too long. Shape (batch,)."""
        return np.asarray(self._lanes.failed)

    def advance(self, temperatures: Float[np.ndarray, " steps"]) -> Reading:
        """Take one time step per temperature, in every glass.

        Args:
            temperatures: units of energy.

        Returns:
            The energies at the end.
        """
        self.steps += len(temperatures)
        while True:
            lanes, reading, found = advance(
                self._potential.law,
                self._thermostat,
                self._lanes,
                self._everyone,
                self._boxes,
                jnp.asarray(self.dt, jnp.float64),
                jnp.asarray(temperatures),
                jnp.asarray(self.steps),
                jnp.asarray(SKIN, jnp.float64),
                len(temperatures),
            )
            self._lanes = lanes
            largest = int(found.max())
            if self._capacity is None or largest <= self._capacity:
                return reading
            self._widen(largest)

    def _widen(self, columns: int) -> None:
        """More columns for all tables, filled with entries that are no pairs: what is in them stays."""
        kept = self._lanes.tables
        assert kept is not None
        batch, particles, old = kept.sigma.shape
        self._capacity = rounded_columns(columns, particles)
        more = empty_tables(batch, particles, self._capacity - old)
        tables = jax.tree.map(lambda a, b: jnp.concatenate([a, b], axis=2), kept, more)
        self._lanes = eqx.tree_at(lambda lanes: lanes.tables, self._lanes, tables)

    def exchange(self, diameters: Float[Array, "batch particles"], species: Array) -> None:
        """Give the particles other diameters and species; positions and momenta stay."""
        self._everyone = all_pairs(self._potential.mixing, diameters, species)
        self._lanes = refresh(self._potential.law, self._lanes, self._everyone, self._boxes)


def _first_capacity(potential: Potential, sample: Configuration) -> int | None:
    """Columns of the first tables; None where all pairs are taken."""
    if jax.default_backend() != "cpu" and sample.particles <= ALL_PAIRS_ON_ACCELERATOR:
        return None
    return usual_columns(sample, potential, SKIN, MARGIN)


def in_groups(total: int, batch: int, work: Callable[[range], None]) -> None:
    """Do some work on `batch` samples at a time; where memory runs out, on half as many from there on.

    Args:
        total: number of samples.
        batch: samples at a time, at first.
        work: called with the numbers of a group; repeated as a whole if memory runs out in it.
    """
    done = 0
    while done < total:
        group = range(done, min(done + batch, total))
        try:
            work(group)
        except jax.errors.JaxRuntimeError as error:
            if "RESOURCE_EXHAUSTED" not in str(error) or batch == 1:
                raise
            batch = (batch + 1) // 2
            continue
        done = group.stop
