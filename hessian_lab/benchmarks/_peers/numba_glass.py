"""A polydisperse glass in one plain compiled loop: the program that a physicist would write for one machine.

Half pair lists with one row per particle, FIRE with a displacement cap, LAPACK's subset solver, and a shear modulus by
Cholesky. Compiled by numba with `fastmath` on. x^-12 with two even terms (C2 at x_c = 1.25) between non-additive
diameters, masses 1. Written apart from `hessian_lab.potentials`: its coefficients are solved here a second time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy import linalg

CUTOFF = 1.25
NONADDITIVITY = 0.2
SKIN = 0.35

C4 = -21.0 * CUTOFF**-16
C2 = 48.0 * CUTOFF**-14
C0 = -28.0 * CUTOFF**-12
"""u = x^-12 + C0 + C2 x^2 + C4 x^4 with u = u' = u'' = 0 at the cutoff."""

DT_START = 0.01
DT_MAX = 0.06
CAP = 0.1


@njit(fastmath=True, cache=True)
def build_list(x, diameters, edge, start, other, inverse_sigma2):
    """Pairs i < j within x_c sigma + SKIN, row by row; the number of pairs."""
    particles = x.shape[0]
    inverse_edge = 1.0 / edge
    count = 0
    for i in range(particles):
        start[i] = count
        for j in range(i + 1, particles):
            r2 = 0.0
            for a in range(3):
                d = x[i, a] - x[j, a]
                d -= edge * np.rint(d * inverse_edge)
                r2 += d * d
            sigma = 0.5 * (diameters[i] + diameters[j]) * (1 - NONADDITIVITY * abs(diameters[i] - diameters[j]))
            reach = CUTOFF * sigma + SKIN
            if r2 < reach * reach:
                other[count] = j
                inverse_sigma2[count] = 1.0 / (sigma * sigma)
                count += 1
    start[particles] = count
    return count


@njit(fastmath=True, cache=True)
def forces(x, edge, start, other, inverse_sigma2, f):
    """Forces into `f`."""
    inverse_edge = 1.0 / edge
    f[:] = 0.0
    for i in range(x.shape[0]):
        xi, yi, zi = x[i, 0], x[i, 1], x[i, 2]
        fx, fy, fz = 0.0, 0.0, 0.0
        for p in range(start[i], start[i + 1]):
            j = other[p]
            dx, dy, dz = xi - x[j, 0], yi - x[j, 1], zi - x[j, 2]
            dx -= edge * np.rint(dx * inverse_edge)
            dy -= edge * np.rint(dy * inverse_edge)
            dz -= edge * np.rint(dz * inverse_edge)
            s = (dx * dx + dy * dy + dz * dz) * inverse_sigma2[p]
            if s < CUTOFF * CUTOFF:
                inverse = 1.0 / s
                third = inverse * inverse * inverse
                push = (12.0 * third * third * inverse - 2.0 * C2 - 4.0 * C4 * s) * inverse_sigma2[p]
                fx += push * dx
                fy += push * dy
                fz += push * dz
                f[j, 0] -= push * dx
                f[j, 1] -= push * dy
                f[j, 2] -= push * dz
        f[i, 0] += fx
        f[i, 1] += fy
        f[i, 2] += fz


@njit(fastmath=True, cache=True)
def energy(x, edge, start, other, inverse_sigma2):
    """Total energy."""
    total = 0.0
    for i in range(x.shape[0]):
        for p in range(start[i], start[i + 1]):
            s = 0.0
            for a in range(3):
                d = x[i, a] - x[other[p], a]
                d -= edge * np.rint(d / edge)
                s += d * d
            s *= inverse_sigma2[p]
            if s < CUTOFF * CUTOFF:
                total += s**-6 + C0 + C2 * s + C4 * s * s
    return total


@njit(fastmath=True, cache=True)
def minimise(x, diameters, edge, tolerance, most_steps, start, other, inverse_sigma2):
    """FIRE in place until the largest force component is below the tolerance; steps and that component."""
    particles = x.shape[0]
    f, v, origin = np.zeros_like(x), np.zeros_like(x), x.copy()
    build_list(x, diameters, edge, start, other, inverse_sigma2)
    forces(x, edge, start, other, inverse_sigma2, f)
    dt, mixing, downhill = DT_START, 0.25, 0
    largest = np.abs(f).max()
    step = 0
    while largest > tolerance and step < most_steps:
        step += 1
        power = 0.0
        for i in range(particles):
            power += f[i, 0] * v[i, 0] + f[i, 1] * v[i, 1] + f[i, 2] * v[i, 2]
        if power > 0.0:
            downhill += 1
            if downhill > 20:
                dt = min(1.1 * dt, DT_MAX)
                mixing *= 0.99
        elif step > 1:
            downhill, mixing = 0, 0.25
            x -= 0.5 * dt * v
            v[:] = 0.0
            dt = max(0.5 * dt, 0.02 * DT_START)
        # Norms of scaled forces: overlapping starts would overflow their squares.
        scale = 1.0 / max(largest, 1e-300)
        force2, speed2 = 0.0, 0.0
        for i in range(particles):
            for a in range(3):
                v[i, a] += dt * f[i, a]
                speed2 += (v[i, a] * scale) ** 2
                force2 += (f[i, a] * scale) ** 2
        turn = mixing * np.sqrt(speed2 / force2)
        fastest = 0.0
        for i in range(particles):
            square = 0.0
            for a in range(3):
                v[i, a] = (1.0 - mixing) * v[i, a] + turn * f[i, a]
                square += v[i, a] * v[i, a]
            fastest = max(fastest, square)
        move = dt * np.sqrt(fastest)
        if move > CAP:
            v *= CAP / move
        drift = 0.0
        for i in range(particles):
            square = 0.0
            for a in range(3):
                x[i, a] += dt * v[i, a]
                square += (x[i, a] - origin[i, a]) ** 2
            drift = max(drift, square)
        if drift > (0.5 * SKIN) ** 2:
            build_list(x, diameters, edge, start, other, inverse_sigma2)
            origin[:] = x
        forces(x, edge, start, other, inverse_sigma2, f)
        largest = 0.0
        for i in range(particles):
            for a in range(3):
                largest = max(largest, abs(f[i, a]))
    return step, largest


@njit(fastmath=True, cache=True)
def curvature(x, edge, start, other, inverse_sigma2, hessian, strain_force):
    """Hessian, force per simple strain (a column per shear), and the affine parts of the moduli times the volume."""
    affine = np.zeros(6)
    for i in range(x.shape[0]):
        for p in range(start[i], start[i + 1]):
            j = other[p]
            d = np.empty(3)
            r2 = 0.0
            for a in range(3):
                d[a] = x[i, a] - x[j, a]
                d[a] -= edge * np.rint(d[a] / edge)
                r2 += d[a] * d[a]
            s = r2 * inverse_sigma2[p]
            if s >= CUTOFF * CUTOFF:
                continue
            # With r^2 = q: first and second derivatives of the energy by q.
            first = (-6.0 * s**-7 + C2 + 2.0 * C4 * s) * inverse_sigma2[p]
            second = (42.0 * s**-8 + 2.0 * C4) * inverse_sigma2[p] ** 2
            for a in range(3):
                for b in range(3):
                    block = 4.0 * second * d[a] * d[b]
                    if a == b:
                        block += 2.0 * first
                    hessian[3 * i + a, 3 * j + b] -= block
                    hessian[3 * j + a, 3 * i + b] -= block
                    hessian[3 * i + a, 3 * i + b] += block
                    hessian[3 * j + a, 3 * j + b] += block
            column = 0
            for a in range(3):
                for b in range(3):
                    if a == b:
                        continue
                    affine[column] += second * (2.0 * d[a] * d[b]) ** 2 + 2.0 * first * d[b] * d[b]
                    for c in range(3):
                        change = 4.0 * second * d[a] * d[b] * d[c]
                        if c == a:
                            change += 2.0 * first * d[b]
                        strain_force[3 * i + c, column] += change
                        strain_force[3 * j + c, column] -= change
                    column += 1
    return affine


@dataclass(frozen=True)
class Glass:
    """One quenched glass.

    Attributes:
        positions: shape (particles, 3). Units of length.
        energy: total. Units of energy.
        steps: of FIRE.
        max_force: largest force component. Units of energy/length.
        eigenvalues: three translations and the lowest modes above. Units of 1/time^2.
        shear_modulus: mean over the six simple shears, particles relaxed. Units of energy/length^3.
    """

    positions: np.ndarray
    energy: float
    steps: int
    max_force: float
    eigenvalues: np.ndarray | None = None
    shear_modulus: float | None = None


class Workspace:
    """Arrays of one sample size, allocated once."""

    def __init__(self, particles: int) -> None:
        pairs = particles * (particles - 1) // 2
        self.start = np.zeros(particles + 1, dtype=np.int64)
        self.other = np.zeros(pairs, dtype=np.int32)
        self.inverse_sigma2 = np.zeros(pairs)

    @property
    def list(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The pair list."""
        return self.start, self.other, self.inverse_sigma2


def quench(
    positions: np.ndarray,
    diameters: np.ndarray,
    edge: float,
    tolerance: float,
    workspace: Workspace,
    most_steps: int = 100_000,
) -> Glass:
    """Quench one sample. Tolerance: largest force component, in units of energy/length."""
    x = positions.copy()
    steps, largest = minimise(x, diameters, edge, tolerance, most_steps, *workspace.list)
    return Glass(x, energy(x, edge, *workspace.list), steps, largest)


def glass(
    positions: np.ndarray, diameters: np.ndarray, edge: float, tolerance: float, workspace: Workspace, modes: int
) -> Glass:
    """Quench one sample, and find its lowest modes with vectors and its shear modulus."""
    end = quench(positions, diameters, edge, tolerance, workspace)
    size = end.positions.size
    hessian, force = np.zeros((size, size)), np.zeros((size, 6))
    affine = curvature(end.positions, edge, *workspace.list, hessian, force)
    values, _ = linalg.eigh(hessian, subset_by_index=(0, modes + 2), check_finite=False)
    # Translations are lifted: the force of a strain has no net component, so the answer is the same.
    for a in range(3):
        hessian[a::3, a::3] += 3.0 * hessian[0, 0] / size
    try:
        answer = linalg.solve(hessian, force, assume_a="pos", check_finite=False)
    except linalg.LinAlgError:  # a saddle
        answer = linalg.solve(hessian, force, assume_a="sym", check_finite=False)
    moduli = (affine - np.sum(force * answer, axis=0)) / edge**3
    return Glass(end.positions, end.energy, end.steps, end.max_force, values, float(moduli.mean()))
