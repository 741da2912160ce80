"""Densities of states from moments against exact spectra: N = 2000, and N = 100 000 with its time and memory.

    python simulations/spectra/densities.py [--out FOLDER]

The large sample is a glass of N = 500 repeated 5 x 5 x 8 times: a minimum of N = 100 000 whose exact spectrum is known,
because by Bloch's theorem it is the union of the spectra of 200 Hermitian matrices of 1500 rows, one for each wave
vector that fits into the large box.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from itertools import product
from pathlib import Path

import numpy as np
from scipy import linalg

from hessian_lab._core.precision import enable_x64

enable_x64()

from hessian_lab import Status  # noqa: E402
from hessian_lab.hessian import Hessian, Pairs, interacting_pairs  # noqa: E402
from hessian_lab.potentials import named_model  # noqa: E402
from hessian_lab.quench import Lbfgs, quench  # noqa: E402
from hessian_lab.report import density_comparison_figure  # noqa: E402
from hessian_lab.spectrum import DensityOfStates, density_of_states, spectrum  # noqa: E402
from hessian_lab.systems import Configuration, random_configuration  # noqa: E402

COPIES = (5, 5, 8)
BINS = 80


def minimum(particles: int) -> Hessian:
    """A polydisperse glass from random positions."""
    model = named_model("polydisperse")
    for seed in range(10):
        result = quench(model.build(), Lbfgs(), random_configuration(model, particles, np.random.default_rng(seed)))
        found = Hessian(interacting_pairs(model.build(), result.configuration))
        if result.status is Status.CONVERGED:
            return found
    raise SystemExit("no quench converged")


def repeated(sample: Configuration, copies: tuple[int, int, int]) -> Configuration:
    """A periodic sample, several times along each edge."""
    shifts = np.array(list(product(*map(range, copies)))) @ sample.cell
    positions = (sample.positions[None] + shifts[:, None]).reshape(-1, 3)
    number = len(shifts)
    cell = sample.cell * np.array(copies)[:, None]
    return Configuration.create(positions, cell, diameters=np.tile(sample.diameters, number))


def bloch_eigenvalues(pairs: Pairs, copies: tuple[int, int, int]) -> np.ndarray:
    """Eigenvalues of the repeated sample's Hessian, one wave vector after the other."""
    stiffness, prestress = Hessian(pairs).blocks
    blocks = stiffness + prestress
    particles = pairs.configuration.particles
    diagonal = np.zeros((particles, 3, 3))
    np.add.at(diagonal, pairs.first, blocks)
    np.add.at(diagonal, pairs.second, blocks)
    reciprocal = 2 * np.pi * np.linalg.inv(pairs.configuration.cell).T
    found: dict[tuple[int, ...], np.ndarray] = {}
    for number in product(*map(range, copies)):
        mirror = tuple((-n) % c for n, c in zip(number, copies, strict=True))
        if mirror in found:
            # Time reversal: -k has the spectrum of k.
            found[number] = found[mirror]
            continue
        wave_vector = (np.array(number) / np.array(copies)) @ reciprocal
        phase = np.exp(-1j * pairs.displacement @ wave_vector)
        matrix = np.zeros((particles, 3, particles, 3), complex)
        every = np.arange(particles)
        matrix[every, :, every, :] = diagonal
        np.add.at(matrix, (pairs.first, slice(None), pairs.second), -blocks * phase[:, None, None])
        np.add.at(matrix, (pairs.second, slice(None), pairs.first), -blocks * phase.conj()[:, None, None])
        found[number] = linalg.eigvalsh(matrix.reshape(3 * particles, -1))
    return np.sort(np.concatenate(list(found.values())))


def compared(found: DensityOfStates, values: np.ndarray) -> dict[str, object]:
    """Density, errors and the exact histogram, with the deviations in units of the error."""
    omega = np.sign(values) * np.sqrt(np.abs(np.where(np.abs(values) < 1e-10 * values[-1], 0.0, values)))
    exact = np.histogram(omega, found.edges)[0] / values.size / np.diff(found.edges)
    score = (found.density - exact) / np.maximum(found.error, 1e-12)
    return {
        "method": found.method, "product": found.product, "moments": found.moments, "vectors": found.vectors,
        "resolution": found.resolution, "edges": found.edges.tolist(), "density": found.density.tolist(),
        "statistical_error": found.statistical.tolist(), "truncation_error": found.truncation.tolist(),
        "exact": exact.tolist(), "rms_deviation_over_error": float(np.sqrt(np.mean(score**2))),
        "largest_deviation_over_error": float(np.abs(score).max()),
        "within_2_errors": float((np.abs(score) <= 2).mean()),
    }  # fmt: skip


def peak_memory() -> float:
    """Largest resident memory of this process so far. Units of GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    out = parser.parse_args().out
    cases = []

    # The large one first: memory never falls again.
    small = minimum(500)
    large = repeated(small.pairs.configuration, COPIES)
    begin = time.perf_counter()
    hessian = Hessian(interacting_pairs(named_model("polydisperse").build(), large))
    pairs_seconds = time.perf_counter() - begin
    for route, vectors in (("sparse", 16), ("matrix-free", 16)):
        begin = time.perf_counter()
        found = density_of_states(hessian, edges=BINS, vectors=vectors, product=route)
        seconds = time.perf_counter() - begin
        cases.append({"case": f"density N={large.particles}: kpm, {route}", "particles": large.particles,
                      "seconds": seconds, "pairs_seconds": pairs_seconds, "peak_memory_gb": peak_memory(),
                      "found": found, "provenance": found.provenance})  # fmt: skip
        print(f"N = {large.particles}, {route}: {seconds:.0f} s, at most {peak_memory():.2f} GB", flush=True)
    begin = time.perf_counter()
    values = bloch_eigenvalues(small.pairs, COPIES)
    print(f"exact spectrum by Bloch's theorem: {time.perf_counter() - begin:.0f} s", flush=True)
    for case in cases:
        case |= compared(case.pop("found"), values)

    middle = minimum(2000)
    begin = time.perf_counter()
    values = spectrum(middle, vectors=False).eigenvalues
    exact_seconds = time.perf_counter() - begin
    for method, vectors in (("kpm", 64), ("lanczos", 32)):
        begin = time.perf_counter()
        found = density_of_states(middle, edges=BINS, vectors=vectors, method=method)
        cases.append({"case": f"density N=2000: {method}", "particles": 2000, "seconds": time.perf_counter() - begin,
                      "exact_seconds": exact_seconds, "provenance": found.provenance}
                     | compared(found, values))  # fmt: skip
    for case in cases:
        print(
            f"{case['case']}: {case['seconds']:.1f} s, rms deviation {case['rms_deviation_over_error']:.2f} errors, "
            f"{100 * case['within_2_errors']:.0f} % within 2, largest {case['largest_deviation_over_error']:.1f}"
        )
    (out / "densities.json").write_text(json.dumps({"schema": 1, "cases": cases}, indent=1) + "\n")
    (out / "densities.png").write_bytes(density_comparison_figure(cases))


if __name__ == "__main__":
    main()
