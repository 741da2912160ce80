"""Named model glass formers: potential, composition and density. A new model is one entry of `_PRESETS`."""

from __future__ import annotations

from math import gamma, pi
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, ValidationError, model_validator

from .._core.errors import InputError
from .._core.explain import explain
from .._core.settings import Settings
from ._potential import Potential, PotentialSettings, parse_taper


class PowerLawDiameters(Settings):
    """Continuous diameters, P(d) ~ d^-exponent between d_min and d_max, with a given mean.

    `stratified` takes the quantiles (i + 1/2)/N in random order, so that every glass has the same diameters and
    composition does not fluctuate between glasses; otherwise they are drawn independently.
    """

    kind: Literal["power-law"] = "power-law"
    exponent: Annotated[float, Field(gt=2)] = 3.0
    ratio: Annotated[float, Field(gt=1, description="d_max / d_min")] = 2.219
    mean: Annotated[float, Field(gt=0)] = 1.0
    stratified: bool = True

    @property
    def smallest(self) -> float:
        """d_min. Units of length."""
        a = self.exponent
        integral = (1 - self.ratio ** (2 - a)) / (a - 2) / ((1 - self.ratio ** (1 - a)) / (a - 1))
        return self.mean / integral

    def draw(self, particles: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Diameters and species (all 0) of one glass."""
        if self.stratified:
            quantile = rng.permutation((np.arange(particles) + 0.5) / particles)
        else:
            quantile = rng.random(particles)
        power = 1 - self.exponent
        diameters = self.smallest * (1 - quantile * (1 - self.ratio**power)) ** (1 / power)
        return diameters, np.zeros(particles, dtype=np.int32)

    def largest_diameter(self) -> float:
        """d_max. Units of length."""
        return self.smallest * self.ratio

    def mean_volume(self, dimension: int) -> float:
        """Mean volume of a particle as a ball, at the composition's quantiles."""
        power, q = 1 - self.exponent, (np.arange(20000) + 0.5) / 20000
        diameters = self.smallest * (1 - q * (1 - self.ratio**power)) ** (1 / power)
        return ball_volume(dimension) * float(np.mean((diameters / 2) ** dimension))


class SpeciesComposition(Settings):
    """A few species with fixed fractions; counts are rounded and sum to N, order is random."""

    kind: Literal["species"] = "species"
    fractions: tuple[float, ...]
    diameters: tuple[float, ...]

    @model_validator(mode="after")
    def _consistent(self) -> SpeciesComposition:
        if len(self.fractions) != len(self.diameters):
            raise ValueError("fractions and diameters must have one entry per species")
        if abs(sum(self.fractions) - 1) > 1e-9 or min(self.fractions) < 0:
            raise ValueError(f"fractions must be positive and sum to 1, but sum to {sum(self.fractions):g}")
        return self

    def draw(self, particles: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Diameters and species of one glass."""
        edges = np.rint(np.cumsum((0.0, *self.fractions)) * particles).astype(int)
        species = np.repeat(np.arange(len(self.fractions), dtype=np.int32), np.diff(edges))
        species = rng.permutation(species)
        return np.array(self.diameters)[species], species

    def largest_diameter(self) -> float:
        """Largest of the species' diameters. Units of length."""
        return max(self.diameters)

    def mean_volume(self, dimension: int) -> float:
        """Mean volume of a particle as a ball."""
        return ball_volume(dimension) * sum(
            fraction * (diameter / 2) ** dimension
            for fraction, diameter in zip(self.fractions, self.diameters, strict=True)
        )


Composition = Annotated[PowerLawDiameters | SpeciesComposition, Field(discriminator="kind")]


def ball_volume(dimension: int) -> float:
    """Volume of the unit ball in d dimensions."""
    return pi ** (dimension / 2) / gamma(dimension / 2 + 1)


class Model(Settings):
    """A glass former: potential, composition, number density N/V and dimension. All masses are 1."""

    name: str
    dimension: Literal[2, 3]
    density: Annotated[float, Field(gt=0, description="number density N/V")]
    potential: PotentialSettings
    composition: Composition
    note: str = ""

    def build(self) -> Potential:
        """The pair potential, ready to use."""
        return Potential(self.potential)

    def largest_reach(self) -> float:
        """Largest distance at which any pair of the model can interact. Units of length."""
        potential = self.build()
        if self.potential.mixing.kind == "species-table":
            return float(potential.reach(np.array(self.potential.mixing.sigma)).max())
        diameters = np.linspace(0.2, 1.0, 401) * self.composition.largest_diameter()
        species = np.zeros(diameters.size, dtype=np.int32)
        i, j = np.triu_indices(diameters.size)
        sigma, _ = self.potential.mixing.parameters(diameters, species, i, j)
        return float(potential.reach(sigma.max()))

    def smallest_number(self) -> int:
        """Smallest N whose cubic (square) box is wide enough for the minimum image: L >= 2 reach."""
        side = 2 * self.largest_reach()
        return int(np.ceil(self.density * side**self.dimension * (1 - 1e-12)))


_POLYDISPERSE_NOTE = "Ninarello, Berthier and Coslovich, Phys. Rev. X 7, 021039 (2017)"

_PRESETS: dict[str, dict[str, Any]] = {
    "polydisperse": {
        "about": "polydisperse soft spheres x^-12, P(d) ~ d^-3, non-additive",
        "core": {"kind": "inverse-power", "n": 12},
        "taper": "polynomial:2",
        "cutoff": 1.25,
        "local_cutoff": 1.75,
        "mixing": {"kind": "non-additive"},
        "composition": {2: {"kind": "power-law"}, 3: {"kind": "power-law"}},
        "density": {2: 1.0, 3: 1.0},
        "note": "T_MCT ~ 0.108, T_g ~ 0.072 (3D). " + _POLYDISPERSE_NOTE,
    },
    "binary-r10": {
        "about": "50:50 mixture of x^-10 spheres, sizes 1 / 1.18 / 1.4",
        "core": {"kind": "inverse-power", "n": 10},
        "taper": "polynomial:3",
        "cutoff": 1.48,
        "local_cutoff": 1.75,
        # x^-10 falls off more slowly: 0.8 of the cutoff would make phi'' negative for m >= 5 and for m = inf.
        "local_onset": 0.75,
        "mixing": {
            "kind": "species-table",
            "sigma": ((1.0, 1.18), (1.18, 1.4)),
            "epsilon": ((1.0, 1.0), (1.0, 1.0)),
        },
        "composition": {d: {"kind": "species", "fractions": (0.5, 0.5), "diameters": (1.0, 1.4)} for d in (2, 3)},
        "density": {2: 0.86, 3: 0.82},
        "note": "Lerner, During and Bouchbinder, Phys. Rev. Lett. 117, 035501 (2016)",
    },
    "binary-r12": {
        "about": "50:50 mixture of x^-12 spheres with a cubic tail (Grigera-Parisi)",
        "core": {"kind": "inverse-power", "n": 12},
        "taper": "grigera-parisi",
        "cutoff": 3**0.5,
        "local_cutoff": 1.75,
        "relative_cutoff": 1.75,
        "mixing": {"kind": "additive"},
        "composition": {
            d: {"kind": "species", "fractions": (0.5, 0.5), "diameters": (0.905365, 1.086438)} for d in (2, 3)
        },
        "density": {2: 1.0, 3: 1.0},
        "note": "Grigera and Parisi, Phys. Rev. E 63, 045102 (2001); r_c and a are absolute lengths",
    },
    "kob-andersen": {
        "about": "Kob-Andersen Lennard-Jones mixture, 80:20 (3D) or 65:35 (2D)",
        "core": {"kind": "lennard-jones"},
        "taper": "force-shift",
        "cutoff": 2.5,
        "local_cutoff": 2.5,
        "mixing": {
            "kind": "species-table",
            "sigma": ((1.0, 0.8), (0.8, 0.88)),
            "epsilon": ((1.0, 1.5), (1.5, 0.5)),
        },
        "composition": {
            2: {"kind": "species", "fractions": (0.65, 0.35), "diameters": (1.0, 0.88)},
            3: {"kind": "species", "fractions": (0.8, 0.2), "diameters": (1.0, 0.88)},
        },
        "density": {2: 1.2, 3: 1.2},
        "note": "T_MCT 0.435; crystallises partly below 0.40. Kob and Andersen, Phys. Rev. E 51, 4626 (1995)",
    },
    "contact": {
        "about": "50:50 contact spheres, size ratio 1.4, by packing fraction",
        "core": {"kind": "contact", "alpha": 2.0},
        "taper": "none",
        "cutoff": 1.0,
        "local_cutoff": 1.0,
        "mixing": {"kind": "additive"},
        "composition": {d: {"kind": "species", "fractions": (0.5, 0.5), "diameters": (1.0, 1.4)} for d in (2, 3)},
        "packing_fraction": {2: 0.90, 3: 0.70},
        "note": "jamming near 0.64 (3D), 0.84 (2D). O'Hern et al., Phys. Rev. E 68, 011306 (2003)",
    },
}

MODEL_NAMES: tuple[str, ...] = tuple(_PRESETS)
"""Names of the presets."""


def model_summaries() -> dict[str, str]:
    """One line about every preset, by name."""
    return {name: preset["about"] for name, preset in _PRESETS.items()}


def named_model(
    name: str,
    *,
    dimension: int = 3,
    taper: Any = None,
    cutoff: float | None = None,
    density: float | None = None,
    packing_fraction: float | None = None,
    core: dict[str, Any] | None = None,
    mixing: dict[str, Any] | None = None,
    composition: dict[str, Any] | None = None,
) -> Model:
    """A preset, with any part of it replaced.

    Args:
        name: one of `MODEL_NAMES`.
        dimension: 2 or 3.
        taper: short form, table or object; the model's own if not given.
        cutoff: in units of sigma_ij (absolute for grigera-parisi). If not given: the model's own; for local tapers
            the model's wider one, because a narrow window makes phi'' negative.
        density: number density N/V. Units of length^-d.
        packing_fraction: instead of the density, for contact models.
        core: table of the core law.
        mixing: table of the mixing rule.
        composition: table of the composition.

    Returns:
        The model.

    Raises:
        InputError: if a name is unknown, a value not allowed, or the parts do not go together.
    """
    if name not in _PRESETS:
        raise InputError(f"argument model must be one of {', '.join(MODEL_NAMES)}, but got {name!r}")
    if dimension not in (2, 3):
        raise InputError(f"argument dimension must be 2 or 3, but got {dimension!r}")
    preset = _PRESETS[name]
    chosen = parse_taper(preset["taper"] if taper is None else taper)
    if cutoff is None:
        if chosen.kind == "local":
            cutoff = preset["local_cutoff"]
        elif chosen.kind != parse_taper(preset["taper"]).kind:
            cutoff = preset.get("relative_cutoff", preset["cutoff"])
        else:
            cutoff = preset["cutoff"]
        if chosen.kind == "grigera-parisi" and preset["taper"] != "grigera-parisi":
            raise InputError(
                "taper grigera-parisi begins at an absolute radius that this model does not define; "
                "give it as argument cutoff (3^(1/2) for binary-r12)"
            )
    if chosen.kind == "local" and chosen.onset is None and "local_onset" in preset:
        chosen = chosen.model_copy(update={"onset": preset["local_onset"] * cutoff})
    if density is not None and packing_fraction is not None:
        raise InputError("arguments density and packing_fraction exclude each other; give one of them")
    table = {
        "name": name,
        "dimension": dimension,
        "density": density if density is not None else preset.get("density", {}).get(dimension, 1.0),
        "potential": {
            "core": core or preset["core"],
            "taper": chosen,
            "cutoff": cutoff,
            "mixing": mixing or preset["mixing"],
        },
        "composition": composition or preset["composition"][dimension],
        "note": preset["note"],
    }
    try:
        model = Model.model_validate(table)
    except ValidationError as error:
        raise explain(error, f"model {name}", Model) from None
    if packing_fraction is None and density is None and "packing_fraction" in preset:
        packing_fraction = preset["packing_fraction"][dimension]
    if packing_fraction is not None:
        if packing_fraction <= 0:
            raise InputError(f"argument packing_fraction must be > 0, but got {packing_fraction}")
        model = model.model_copy(update={"density": packing_fraction / model.composition.mean_volume(dimension)})
    return model
