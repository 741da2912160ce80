"""Everything about the modes of one glass in one object."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
from jaxtyping import Float, Int

from .._core.errors import InputError
from .._core.identity import generator
from .._core.mode_columns import LEAST_SURROGATES, MODE_COLUMNS, SURROGATE_COLUMNS
from ..hessian import Hessian
from ..spectrum import Spectrum
from ..systems import cell_heights
from ._circulation import Circulation, circulation
from ._cores import Cores, VortexCores, find_cores, vortex_cores
from ._elasticity import Elasticity, elasticity
from ._local_fits import LocalFits, local_fits
from ._local_stress import ParticleStresses, particle_stresses
from ._localisation import AmplitudeProfile, amplitude_profile
from ._mode_table import ModeTable
from ._null_models import random_phase_surrogates
from ._participation import participation_ratio
from ._phonons import MANY, PhononContent, ShellSplitting, phonon_content, shell_splitting
from ._plane_waves import PlaneWaves, plane_waves, wave_limits
from ._prestress import PrestressSplit, prestress_split
from ._surrogate_test import SurrogateTest, surrogate_test
from ._vortices import Defects, winding_defects

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class ModeAnalysis:
    """What the modes of one glass are.

    Parameters go in first, `compute` looks at a glass, and the results are properties that refuse to be read before.
    What is costly is computed when it is first asked for.

    Args:
        omega_max: upper end of the modes that are looked at; all above zero if not given. Units of 1/time.
        shells: shells of plane waves; all up to half the Debye wave number if not given, or up to the Debye wave number
            where surrogates are made, which need the whole spectrum.
        radius: of the neighbourhoods of the local affine fits; 1.6 (V/N)^(1/d) if not given. Units of length.
        surrogates: random-phase surrogates of each mode; 0 for none, otherwise at least 19.
        seed: names the random numbers of the surrogates; a number or a glass's identity.

    Raises:
        InputError: if a parameter is not allowed.
    """

    def __init__(
        self,
        *,
        omega_max: float | None = None,
        shells: int | None = None,
        radius: float | None = None,
        surrogates: int = 0,
        seed: int | str = 0,
    ) -> None:
        if omega_max is not None and not omega_max > 0:
            raise InputError(f"argument omega_max must be above 0, but got {omega_max}")
        if surrogates != 0 and surrogates < LEAST_SURROGATES:
            raise InputError(
                f"argument surrogates must be 0 or at least {LEAST_SURROGATES}, for a p of 0.05, but got {surrogates}"
            )
        self.omega_max, self.shells, self.radius = omega_max, shells, radius
        self.surrogates, self.seed = surrogates, seed

    def __repr__(self) -> str:
        return (
            f"ModeAnalysis(omega_max={self.omega_max!r}, shells={self.shells!r}, radius={self.radius!r}, "
            f"surrogates={self.surrogates!r}, seed={self.seed!r})"
        )

    def compute(self, hessian: Hessian, spectrum: Spectrum) -> Self:
        """Take the modes of a glass; earlier results are forgotten.

        Args:
            hessian: of the glass.
            spectrum: its modes with vectors, all or the lowest.

        Returns:
            This object.

        Raises:
            InputError: if the spectrum has no vectors, belongs to another Hessian, or has no mode in the range.
        """
        shapes = spectrum.modes()
        if spectrum.size != hessian.size:
            raise InputError(
                f"argument spectrum has {spectrum.size} coordinates, but argument hessian {hessian.size}; give the "
                "spectrum of this Hessian"
            )
        chosen = ~spectrum.zero & (spectrum.eigenvalues > 0)
        if self.omega_max is not None:
            chosen &= spectrum.omega < self.omega_max
        if not chosen.any():
            lowest = spectrum.positive_omega.min(initial=np.inf)
            if self.omega_max is None:
                raise InputError("argument spectrum has no mode above zero; compute more of the lowest modes")
            raise InputError(f"argument omega_max = {self.omega_max} leaves no mode: the lowest is at {lowest:.6g}")
        for name in [key for key, value in vars(type(self)).items() if isinstance(value, cached_property)]:
            self.__dict__.pop(name, None)
        self._glass = hessian, spectrum
        self._indices = np.flatnonzero(chosen)
        self._shapes = np.ascontiguousarray(shapes[self._indices])
        return self

    def _computed(self) -> tuple[Hessian, Spectrum]:
        if not hasattr(self, "_glass"):
            raise InputError("this analysis has looked at no glass yet: call compute(hessian, spectrum) first")
        return self._glass

    @property
    def hessian(self) -> Hessian:
        """Of the glass."""
        return self._computed()[0]

    @property
    def spectrum(self) -> Spectrum:
        """Of the glass."""
        return self._computed()[1]

    @property
    def indices(self) -> Int[np.ndarray, " modes"]:
        """Places of the analysed modes in the spectrum."""
        self._computed()
        return self._indices

    @property
    def modes(self) -> Float[np.ndarray, "modes particles dim"]:
        """The analysed modes, mass-weighted and normalised."""
        self._computed()
        return self._shapes

    @property
    def omega(self) -> Float[np.ndarray, " modes"]:
        """Frequencies of the analysed modes. Units of 1/time."""
        return self.spectrum.omega[self.indices]

    @cached_property
    def displacements(self) -> Float[np.ndarray, "modes particles dim"]:
        """Eigenvectors over sqrt(mass): the way the particles move."""
        return self.modes / np.sqrt(self.hessian.pairs.configuration.masses)[:, None]

    @cached_property
    def participation(self) -> Float[np.ndarray, " modes"]:
        """Participation ratio of each mode."""
        return participation_ratio(self.modes)

    @cached_property
    def elasticity(self) -> Elasticity:
        """Elastic tensors, moduli and sound waves of the glass."""
        hessian, spectrum = self._computed()
        return elasticity(hessian, spectrum=spectrum if spectrum.complete else None)

    @cached_property
    def waves(self) -> PlaneWaves:
        """Plane waves of the box."""
        sample = self.hessian.pairs.configuration
        if self.shells is not None:
            return plane_waves(sample, shells=self.shells)
        return plane_waves(sample, highest=wave_limits(sample, whole=bool(self.surrogates))[0])

    @cached_property
    def phonons(self) -> PhononContent:
        """Weights on the plane waves, shell by shell."""
        return phonon_content(self.modes, self.waves)

    def splitting(self, shell: int = 1) -> ShellSplitting:
        """How the transverse waves of a shell are split over the analysed modes."""
        return shell_splitting(self.phonons, self.omega, shell)

    @cached_property
    def prestress(self) -> PrestressSplit:
        """Energy of each mode in stiffness and pre-stress, and d ln lambda/d delta."""
        return prestress_split(self.hessian, self.modes)

    @cached_property
    def stresses(self) -> ParticleStresses:
        """Stress tensors of the particles."""
        return particle_stresses(self.hessian.pairs)

    @cached_property
    def fits(self) -> LocalFits:
        """Local affine fits, without the rattlers of a repulsive packing: what they do is not the mode's."""
        pairs = self.hessian.pairs
        rattlers = pairs.rattlers() if np.all(pairs.slope <= 0) else None
        return local_fits(pairs.configuration, radius=self.radius, without=rattlers)

    @cached_property
    def test(self) -> SurrogateTest:
        """Rotation cores beside those of the surrogates.

        Raises:
            InputError: if no surrogates were asked for.
        """
        if not self.surrogates:
            self._computed()
            raise InputError("argument surrogates is 0, so there is nothing to compare with; use at least 19")
        random = generator(str(self.seed), "surrogates of modes")
        return surrogate_test(self.modes, self.hessian, self.fits, self.waves, random, surrogates=self.surrogates)

    def surrogate_fields(self, mode: int = 0) -> Float[np.ndarray, "surrogates particles dim"]:
        """Displacements of random-phase surrogates of one mode, to look at.

        Raises:
            InputError: if no surrogates were asked for.
        """
        if not self.surrogates:
            raise InputError("argument surrogates is 0, so there are none to look at; use at least 19")
        random = generator(str(self.seed), f"surrogates of mode {mode} to look at")
        fields = random_phase_surrogates(self.modes[mode : mode + 1], self.waves, self.surrogates, random)[0]
        return fields / np.sqrt(self.hessian.pairs.configuration.masses)[:, None]

    @cached_property
    def cores(self) -> Cores:
        """The rotation core of each mode."""
        return self.test.cores if self.surrogates else find_cores(self.fits.gradients(self.displacements), self.fits)

    @cached_property
    def stress_correlation(self) -> Float[np.ndarray, " modes"]:
        """Rank correlation over particles of each mode's rotation |W| and the deviatoric stress."""
        if self.surrogates:
            return self.test.stress_correlation
        return self.fits.gradients(self.displacements).correlation_with(self.stresses.deviatoric)

    def vortices(self, mode: int = 0) -> VortexCores:
        """All vortex cores of one mode."""
        return vortex_cores(self.displacements[mode], self.fits)

    def defects(self, mode: int = 0) -> Defects:
        """Winding-number defects of one mode, in two dimensions; particles that do not move are left out.

        Raises:
            InputError: in three dimensions, where a vector field has no winding number.
        """
        sample = self.hessian.pairs.configuration
        if sample.dimension != 2:
            raise InputError("winding numbers are of two-dimensional fields; use vortices(mode) in three dimensions")
        moving = np.any(self.displacements[mode] != 0, axis=1)
        return winding_defects(self.displacements[mode][moving], sample.positions[moving], sample.cell)

    def circulation(self, mode: int = 0, *, edges: Float[np.ndarray, " edges"] | None = None) -> Circulation:
        """Circulation round the rotation core of one mode; eight rings up to a quarter of the box if not given."""
        sample = self.hessian.pairs.configuration
        if edges is None:
            edges = np.linspace(0, 0.25 * cell_heights(sample.cell).min(), 9)
        centre = sample.positions[self.cores.particle[mode]]
        axis = self.cores.rotation[mode] if sample.dimension == 3 else None
        return circulation(self.displacements[mode], sample, centre, axis, edges=edges)

    def profile(self, *, edges: Float[np.ndarray, " edges"] | None = None) -> AmplitudeProfile:
        """Decay of |psi|^2 from the particle that moves most, mean over the analysed modes."""
        return amplitude_profile(self.modes, self.hessian.pairs.configuration, edges=edges)

    def table(self) -> ModeTable:
        """One row a mode: the columns of `MODE_COLUMNS`, and of `SURROGATE_COLUMNS` where surrogates were asked for."""
        content, cores = self.phonons, self.cores
        size = content.waves.raw.shape[0] - content.waves.translations.shape[1]
        order = np.full(len(self.omega), np.nan)
        if size > MANY:
            highest = wave_limits(self.hessian.pairs.configuration, whole=False)[1]
            order = content.order_parameter(highest=highest)
        values = (
            self.omega, self.participation, self.prestress.log_derivative, content.transverse[:, 0],
            content.longitudinal[:, 0], order, cores.particle, cores.particle_fraction, cores.fraction,
            cores.strength, cores.asymmetry, self.stress_correlation,
        )  # fmt: skip
        columns = dict(zip(MODE_COLUMNS, values, strict=True))
        if self.surrogates:
            columns |= {name: getattr(self.test, name) for name in SURROGATE_COLUMNS}
        return ModeTable({name: np.asarray(value, dtype=np.float64) for name, value in columns.items()})

    def plot(self, mode: int = 0, ax: Axes | None = None) -> Axes:
        """Draw one mode: arrows, with winding defects in 2D and, in 3D, the slab through the rotation core.

        Args:
            mode: which of the analysed modes.
            ax: where to draw; a new figure if not given.

        Returns:
            The axes.
        """
        from ._drawing import draw_plane_mode, draw_slab

        if ax is None:
            from matplotlib.figure import Figure

            ax = Figure(figsize=(6, 6), layout="constrained").subplots()
        sample = self.hessian.pairs.configuration
        if sample.dimension == 2:
            draw_plane_mode(ax, self.displacements[mode], sample.positions, sample.cell, self.defects(mode))
        else:
            core = self.cores.particle[mode]
            rotation = self.fits.gradients(self.displacements[mode : mode + 1]).rotation[0]
            points = draw_slab(ax, self.displacements[mode], sample, core, rotation)
            assert ax.figure is not None
            ax.figure.colorbar(points, ax=ax, label="rotation about the axis of the core, in units of the core's")
        ax.set_title(rf"$\omega$ = {self.omega[mode]:.4g}, $e$ = {self.participation[mode]:.2f}", loc="left")
        return ax
