"""Swap Monte Carlo of one polydisperse glass in one plain compiled loop: one attempt after the other.

The program that a physicist would write for one machine: a Verlet list of all pairs within the largest reach (diameters
wander, so that no shorter one stays complete) built from cells, and energies with an early way out for pairs beyond
their own reach. Compiled by numba with `fastmath` on. Written apart from `hessian_lab.potentials` and
`hessian_lab.sampling`.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from .numba_glass import C0, C2, C4, CUTOFF, NONADDITIVITY

SKIN = 0.6
"""Width of the Verlet list's safety layer: the best of 0.3 to 0.8 at N = 1000, T = 0.1. Units of length."""

MOST_NEIGHBOURS = 200


@njit(fastmath=True, cache=True)
def build_list(x, edge, radius, count, neighbours):
    """All neighbours of every particle within the radius, by cells at least a radius wide."""
    particles = x.shape[0]
    side = max(1, int(edge / radius))
    head = np.full(side * side * side, -1, dtype=np.int32)
    following = np.empty(particles, dtype=np.int32)
    place = np.empty((particles, 3), dtype=np.int32)
    for i in range(particles):
        for a in range(3):
            share = x[i, a] / edge
            place[i, a] = min(side - 1, int((share - np.floor(share)) * side))
        cell = (place[i, 0] * side + place[i, 1]) * side + place[i, 2]
        following[i] = head[cell]
        head[cell] = i
    count[:] = 0
    # With fewer than three cells along an edge the neighbouring ones are not all different.
    low, high = (-1, 2) if side >= 3 else (0, side)
    for i in range(particles):
        for p in range(low, high):
            for q in range(low, high):
                for r in range(low, high):
                    if side >= 3:
                        u, v, w = (place[i, 0] + p) % side, (place[i, 1] + q) % side, (place[i, 2] + r) % side
                    else:
                        u, v, w = p, q, r
                    j = head[(u * side + v) * side + w]
                    while j >= 0:
                        if j > i:
                            square = 0.0
                            for a in range(3):
                                d = x[i, a] - x[j, a]
                                d -= edge * np.rint(d / edge)
                                square += d * d
                            if square < radius * radius:
                                neighbours[i, count[i]] = j
                                neighbours[j, count[j]] = i
                                count[i] += 1
                                count[j] += 1
                        j = following[j]


@njit(fastmath=True, cache=True)
def energy_at(i, a, b, c, diameter, partner, partner_diameter, x, diameters, edge, count, neighbours):
    """Energy of particle i at (a, b, c) with some diameter, while `partner` (or -1) has another than its own."""
    inverse_edge = 1.0 / edge
    longest = CUTOFF * CUTOFF
    total = 0.0
    for k in range(count[i]):
        j = neighbours[i, k]
        dx, dy, dz = a - x[j, 0], b - x[j, 1], c - x[j, 2]
        dx -= edge * np.rint(dx * inverse_edge)
        dy -= edge * np.rint(dy * inverse_edge)
        dz -= edge * np.rint(dz * inverse_edge)
        square = dx * dx + dy * dy + dz * dz
        other = partner_diameter if j == partner else diameters[j]
        sigma = 0.5 * (diameter + other) * (1.0 - NONADDITIVITY * abs(diameter - other))
        reduced = square / (sigma * sigma)
        if reduced < longest:
            third = 1.0 / (reduced * reduced * reduced)
            total += third * third + C0 + reduced * (C2 + C4 * reduced)
    return total


@njit(cache=True)
def seed(number):
    """Seed the generator of the compiled code."""
    np.random.seed(number)  # noqa: NPY002  the only one that compiled code has


@njit(fastmath=True, cache=True)
def run(x, diameters, edge, temperature, attempts, swap_fraction, move, largest_difference, first, last, holder, work):
    """Attempts in place; attempted and accepted displacements and swaps, and the change of the energy.

    `first` and `last` bound the ranks that each rank may swap with, `holder` is the particle of each rank.
    """
    count, neighbours, origin = work
    particles = x.shape[0]
    radius = CUTOFF * diameters.max() + SKIN
    results = np.zeros(4, dtype=np.int64)
    change = 0.0
    build_list(x, edge, radius, count, neighbours)
    origin[:] = x
    new = np.empty(3)
    for _ in range(attempts):
        if np.random.random() < swap_fraction:  # noqa: NPY002
            rank = np.random.randint(particles)  # noqa: NPY002
            other = first[rank] + np.random.randint(last[rank] - first[rank] - 1)  # noqa: NPY002
            if other >= rank:
                other += 1
            i, j = holder[rank], holder[other]
            d, e = diameters[i], diameters[j]
            difference = energy_at(i, x[i, 0], x[i, 1], x[i, 2], e, j, d, x, diameters, edge, count, neighbours)
            difference += energy_at(j, x[j, 0], x[j, 1], x[j, 2], d, i, e, x, diameters, edge, count, neighbours)
            difference -= energy_at(i, x[i, 0], x[i, 1], x[i, 2], d, -1, 0.0, x, diameters, edge, count, neighbours)
            difference -= energy_at(j, x[j, 0], x[j, 1], x[j, 2], e, -1, 0.0, x, diameters, edge, count, neighbours)
            results[2] += 1
            if difference <= 0.0 or np.random.random() < np.exp(-difference / temperature):  # noqa: NPY002
                diameters[i], diameters[j] = e, d
                holder[rank], holder[other] = j, i
                results[3] += 1
                change += difference
            continue
        i = np.random.randint(particles)  # noqa: NPY002
        strayed = 0.0
        for a in range(3):
            new[a] = x[i, a] + move * (2.0 * np.random.random() - 1.0)  # noqa: NPY002
            strayed += (new[a] - origin[i, a]) ** 2
        if strayed > 0.25 * SKIN * SKIN:
            build_list(x, edge, radius, count, neighbours)
            origin[:] = x
        d = diameters[i]
        difference = energy_at(i, new[0], new[1], new[2], d, -1, 0.0, x, diameters, edge, count, neighbours)
        difference -= energy_at(i, x[i, 0], x[i, 1], x[i, 2], d, -1, 0.0, x, diameters, edge, count, neighbours)
        results[0] += 1
        if difference <= 0.0 or np.random.random() < np.exp(-difference / temperature):  # noqa: NPY002
            x[i] = new
            results[1] += 1
            change += difference
    return results, change


class Walker:
    """One glass and its lists.

    Attributes:
        positions: shape (particles, 3), not wrapped. Units of length.
        diameters: shape (particles,). Units of length.
        energy: total. Units of energy.
        counts: attempted and accepted displacements, attempted and accepted swaps.
    """

    def __init__(
        self,
        positions: np.ndarray,
        diameters: np.ndarray,
        edge: float,
        temperature: float,
        *,
        number: int,
        swap_fraction: float = 0.2,
        move: float = 0.1,
        largest_difference: float = 0.2,
    ) -> None:
        self.positions, self.diameters = positions.copy(), diameters.copy()
        self.edge, self.temperature = edge, temperature
        self.settings = (swap_fraction, move, largest_difference)
        ranked = np.sort(diameters)
        self.first = np.searchsorted(ranked, ranked - largest_difference, side="left")
        self.last = np.searchsorted(ranked, ranked + largest_difference, side="right")
        self.holder = np.argsort(diameters)
        particles = len(diameters)
        self.work = (
            np.zeros(particles, np.int32),
            np.zeros((particles, MOST_NEIGHBOURS), np.int32),
            np.zeros((particles, 3)),
        )
        self.counts = np.zeros(4, np.int64)
        self.energy = self.recomputed_energy()
        seed(number)

    def recomputed_energy(self) -> float:
        """From the positions."""
        count, neighbours, _ = self.work
        radius = CUTOFF * self.diameters.max()
        build_list(self.positions, self.edge, radius, count, neighbours)
        rest = (-1, 0.0, self.positions, self.diameters, self.edge, count, neighbours)
        total = 0.0
        for i, (a, b, c) in enumerate(self.positions):
            total += 0.5 * energy_at(i, a, b, c, self.diameters[i], *rest)
        return total

    def advance(self, sweeps: int) -> None:
        """N attempts a sweep."""
        counts, change = run(
            self.positions,
            self.diameters,
            self.edge,
            self.temperature,
            sweeps * len(self.diameters),
            *self.settings,
            self.first,
            self.last,
            self.holder,
            self.work,
        )
        self.counts += counts
        self.energy += change
