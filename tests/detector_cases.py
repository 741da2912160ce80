"""Real modes, implanted cores and null fields for the detector of vortex cores."""

from dataclasses import dataclass

import numpy as np

from hessian_lab.hessian import Hessian
from hessian_lab.modes import (
    LocalFits,
    PlaneWaves,
    crossed_waves,
    elastic_core,
    first_transverse_frequency,
    implant,
    local_fits,
    plane_waves,
    random_phase_surrogates,
    random_shell_waves,
    simple_shear_moduli,
    surrogate_test,
)
from hessian_lab.spectrum import spectrum


@dataclass(frozen=True, eq=False)
class Case:
    """A glass, what the detector needs of it, and its modes below 0.9 of the ensemble's first transverse wave."""

    hessian: Hessian
    fits: LocalFits
    waves: PlaneWaves
    modes: np.ndarray

    @property
    def sample(self):
        return self.hessian.pairs.configuration

    def judged(self, fields, rng, **options):
        """The test of any normalised fields."""
        return surrogate_test(fields, self.hessian, self.fits, self.waves, rng, **options)


def low_modes(hessians):
    """Modes below 0.9 omega_T1 of an ensemble, with omega_T1 from its mean relaxed modulus."""
    found = [spectrum(hessian, method="lapack") for hessian in hessians]
    moduli = [simple_shear_moduli(h.pairs, s).relaxed.mean() for h, s in zip(hessians, found, strict=True)]
    cases = []
    for hessian, modes in zip(hessians, found, strict=True):
        sample = hessian.pairs.configuration
        edge = 0.9 * first_transverse_frequency(
            float(np.mean(moduli)), sample.mass_density, sample.volume, sample.dimension
        )
        below = ~modes.zero & (modes.eigenvalues > 0) & (modes.omega < edge)
        if below.any():
            case = Case(hessian, local_fits(sample), plane_waves(sample), modes.modes()[below])
            cases.append(case)
    return cases


def cores(case, kind, size, rng):
    """One elastic core a mode, anywhere in the box, its radius in units of (V/N)^(1/d)."""
    sample = case.sample
    radius = size * sample.density ** (-1 / sample.dimension)
    centres = rng.uniform(size=(len(case.modes), sample.dimension)) @ sample.cell
    return np.stack([elastic_core(sample, kind, centre, radius, rng) for centre in centres])


def implanted(case, kind, rng, *, share=0.5, size=1.0):
    """The real modes with a core in each of them."""
    return implant(case.modes, cores(case, kind, size, rng), share)


def null_fields(case, kind, rng):
    """As many fields without a vortex core as the glass has modes."""
    number, sample = len(case.modes), case.sample
    if kind == "surrogates":
        return random_phase_surrogates(case.modes, case.waves, 1, rng)[:, 0]
    if kind == "strain":
        return implanted(case, "strain", rng)
    if kind == "shell":
        return random_shell_waves(case.waves, number, rng)
    if kind == "crossed":
        centres = rng.uniform(size=(number, sample.dimension)) @ sample.cell
        axes = [rng.permutation(sample.dimension)[:2] for _ in range(number)]
        return np.stack([crossed_waves(sample, c, (int(a), int(b))) for c, (a, b) in zip(centres, axes, strict=True)])
    raise KeyError(kind)


NULLS = ("surrogates", "strain", "crossed", "shell")
