"""One entry of a campaign file: a model at one N, its parents, and everything that is done to each of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from .._core.errors import InputError
from .._core.identity import canonical, digest
from .._core.mode_columns import LEAST_SURROGATES
from .._core.settings import Settings
from ..potentials import MODEL_NAMES, Model, Taper, named_model
from ..quench import Fire, Method, RelaxCell
from ..sampling import Preparation, Random
from ._preparations import check_preparations, preparation_at
from ._wanted import Wanted

Temperature = Literal["inf"] | Annotated[float, Field(ge=0, allow_inf_nan=False)]
"""Parental temperature, in units of epsilon: 'inf' for random positions, 0 for samples that were cooled or minimised
together with their diameters."""

MARGIN = 1.1
"""Heights of a cell that is relaxed must exceed twice the interaction distance by this factor at the start: residual
shear stresses of small glasses are some per cent of the modulus, and the strain that takes them off narrows it."""


class Ensemble(Settings):
    """Samples of one model at one N: parents at every temperature of a list, all of them under every treatment.

    A treatment is a taper, a quench method and a relaxation of the cell; all combinations are made, from the same
    parents. Every part of the model can be replaced: `density` or `packing_fraction`, `cutoff`, and the tables `core`,
    `mixing` and `composition`.
    """

    model: str
    dimension: Literal[2, 3] = 3
    particles: Annotated[int, Field(ge=2, le=100_000)]
    glasses: Annotated[int, Field(ge=1, description="parents per temperature, the same for every treatment")]
    parental_temperature: Annotated[
        tuple[Temperature, ...], Field(min_length=1, description="'inf': random positions; energy")
    ] = ("inf",)
    preparation: Annotated[Preparation, Field(description="of the parents at temperatures other than 'inf'")] = Random()
    parent_taper: Annotated[
        Taper | None, Field(description="in which parents are equilibrated; the model's own if not given")
    ] = None
    parent_cutoff: Annotated[float | None, Field(gt=0, description="likewise, in units of sigma_ij")] = None
    tapers: Annotated[tuple[Taper, ...], Field(description="the model's own taper if not given")] = ()
    cutoff: Annotated[float | None, Field(gt=0)] = None
    density: Annotated[float | None, Field(gt=0)] = None
    packing_fraction: Annotated[float | None, Field(gt=0)] = None
    core: dict[str, Any] | None = None
    mixing: dict[str, Any] | None = None
    composition: dict[str, Any] | None = None
    methods: Annotated[tuple[Method, ...], Field(min_length=1)] = (Fire(),)
    relax_cell: Annotated[tuple[RelaxCell, ...], Field(min_length=1, description="what of the cell is relaxed")] = (
        "none",
    )
    target_pressure: Annotated[float, Field(allow_inf_nan=False, description="of relaxed cells, energy/length^d")] = 0.0
    tolerance: Annotated[float, Field(gt=0, lt=1, description="relative force tolerance")] = 1e-10
    max_steps: Annotated[int, Field(ge=1)] = 100_000
    eigenvectors: Annotated[int, Field(ge=0, description="lowest modes above zero whose vectors are stored")] = 0
    modes: Annotated[
        Literal["all", "low"],
        Field(description="all, or low: those below about 1.5 omega_T1, two to five times as fast, without the bulk"),
    ] = "all"
    mode_table: Annotated[
        bool, Field(description="analyse the modes below about 1.5 omega_T1 and store one row for each of them")
    ] = False
    surrogates: Annotated[
        int, Field(ge=0, description="random-phase surrogates of each mode of the table: 0, or at least 19")
    ] = 0

    @field_validator("surrogates")
    @classmethod
    def _enough_surrogates(cls, value: int) -> int:
        if 0 < value < LEAST_SURROGATES:
            raise ValueError(f"allowed are 0 and {LEAST_SURROGATES} or more, for a p of 0.05")
        return value

    @field_validator("model")
    @classmethod
    def _known_model(cls, value: str) -> str:
        if value not in MODEL_NAMES:
            raise ValueError(f"allowed are {', '.join(MODEL_NAMES)}")
        return value

    @field_validator("parental_temperature", mode="before")
    @classmethod
    def _temperatures(cls, value: Any) -> Any:
        """One or many; TOML's inf and 'infinity' are 'inf'."""
        many = value if isinstance(value, list | tuple) else [value]
        return ["inf" if entry in (float("inf"), "infinity") else entry for entry in many]

    @field_validator("tapers", "relax_cell", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str | dict) else value

    @field_validator("methods", mode="before")
    @classmethod
    def _methods(cls, value: Any) -> Any:
        """One or many; a name alone is the method with its defaults."""
        many = [value] if isinstance(value, str | dict) else value
        return [{"kind": entry} if isinstance(entry, str) else entry for entry in many]

    @field_validator("preparation", mode="before")
    @classmethod
    def _preparation(cls, value: Any) -> Any:
        """A name alone is the preparation with its defaults."""
        return {"kind": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _possible(self) -> Ensemble:
        if self.surrogates and not self.mode_table:
            raise ValueError("surrogates belong to the table of modes; add mode_table = true")
        try:
            models, parents = self.models(), self.parent_model()
            self._check_lists(models)
            for model in models:
                self._check_model(model)
            check_preparations(self.preparation, self.parental_temperature, parents, self.particles)
        except InputError as error:
            raise ValueError(str(error)) from None
        return self

    def _check_lists(self, models: list[Model]) -> None:
        """Nothing is listed twice: it would be made twice, and counted twice."""
        entries: dict[str, list[Any]] = {
            "tapers": [model.potential.table() for model in models],
            "methods": [method.table() for method in self.methods],
            "relax_cell": list(self.relax_cell),
            "parental_temperature": list(self.parental_temperature),
        }
        for name, values in entries.items():
            if len({digest(value) for value in values}) < len(values):
                what = {"tapers": "taper", "methods": "method", "relax_cell": "relaxation"}.get(name, "temperature")
                raise InputError(f"{name} lists the same {what} twice; remove one")

    def _check_model(self, model: Model) -> None:
        """Whether a taper can be quenched at this N, in a fixed cell and in the relaxed ones."""
        potential, cutoff = model.build(), f"taper {model.potential.taper.label} and cutoff {model.potential.cutoff:g}"
        smallest = model.smallest_number()
        if self.particles < smallest:
            raise InputError(
                f"particles must be at least {smallest} for model {self.model} with {cutoff} (the box must exceed "
                f"twice the interaction distance), but is {self.particles}"
            )
        potential.require_continuous_force()
        if potential.repulsive and model.potential.taper.kind == "local":
            potential.check_convex()
        if set(self.relax_cell) == {"none"}:
            if self.target_pressure != 0:
                raise InputError(
                    f"target_pressure = {self.target_pressure:g} has no effect on a fixed cell; add relax_cell = "
                    '"pressure" or "both"'
                )
            return
        smallest = -int(-smallest * MARGIN**self.dimension // 1)
        if self.particles < smallest:
            raise InputError(
                f"particles must be at least {smallest} for relax_cell with {cutoff} (a cell narrows as it relaxes: it "
                f"must exceed twice the interaction distance by {100 * (MARGIN - 1):.0f} % at the start), but is "
                f"{self.particles}"
            )
        if potential.repulsive and {"pressure", "both"} & set(self.relax_cell) and self.target_pressure <= 0:
            raise InputError(
                f"target_pressure must be positive for relax_cell = "
                f'"{next(name for name in self.relax_cell if name in ("pressure", "both"))}" with the repulsive model '
                f"{self.model}, which has no glass at pressure {self.target_pressure:g}; give the pressure that is "
                'wanted, or relax_cell = "shear"'
            )

    @property
    def wanted(self) -> Wanted:
        """What is computed and kept of each glass."""
        return Wanted(self.eigenvectors, self.modes, self.mode_table, self.surrogates)

    def models(self) -> list[Model]:
        """One model per taper."""
        return [self._model(taper, self.cutoff) for taper in self.tapers or (None,)]

    def parent_model(self) -> Model:
        """The model in whose potential parents are equilibrated."""
        return self._model(self.parent_taper, self.parent_cutoff)

    def _model(self, taper: Any, cutoff: float | None) -> Model:
        return named_model(
            self.model,
            dimension=self.dimension,
            taper=taper,
            cutoff=cutoff,
            density=self.density,
            packing_fraction=self.packing_fraction,
            core=self.core,
            mixing=self.mixing,
            composition=self.composition,
        )

    def physics(self, seed: int, temperature: Temperature | None = None) -> dict[str, Any]:
        """What a parent of this ensemble is, without its index: the part of the settings that its identity hashes.

        Tapers, methods and the number of glasses are not in it, so a longer list keeps the glasses that exist. Random
        positions know no potential; parents that were equilibrated have theirs in their identity.

        Args:
            seed: of the campaign.
            temperature: one of the ensemble's parental temperatures; the first if not given.
        """
        temperature = self.parental_temperature[0] if temperature is None else temperature
        model = self.models()[0]
        preparation = preparation_at(self.preparation, temperature)
        table = {
            "model": self.model,
            "dimension": self.dimension,
            "particles": self.particles,
            "density": model.density,
            "composition": model.composition.table(),
            "parental_temperature": temperature,
            "preparation": preparation.table(),
            "seed": seed,
        }
        if not isinstance(preparation, Random):
            parents = self.parent_model()
            table |= {"potential": parents.potential.table(), "parent_taper": parents.potential.taper.label}
        return canonical(table)

    def treatments(self) -> list[dict[str, Any]]:
        """What is done to each parent: potential, method, tolerances and relaxation of the cell, as plain tables."""
        return [
            canonical(
                {
                    "potential": model.potential.table(),
                    "taper": model.potential.taper.label,
                    "order": model.build().order,
                    "repulsive": model.build().repulsive,
                    "method": _method_table(method),
                    "tolerance": self.tolerance,
                    "max_steps": self.max_steps,
                }
                | self._relaxation(relax_cell)
            )
            for model in self.models()
            for method in self.methods
            for relax_cell in self.relax_cell
        ]

    def _relaxation(self, relax_cell: RelaxCell) -> dict[str, Any]:
        """Nothing for a fixed cell, so that glasses keep the identity that they had before cells could be relaxed."""
        if relax_cell == "none":
            return {}
        pressure = {} if relax_cell == "shear" else {"target_pressure": self.target_pressure}
        return {"relax_cell": relax_cell} | pressure


def _method_table(method: Any) -> dict[str, Any]:
    """The settings of a method, without the usual polish.

    Newton steps end a quench in the minimum that the method was falling into, or are refused; so glasses keep the
    identity that they had before there was a polish. That it happened stands in the column `newton_steps`.
    """
    table = method.table()
    if table.get("polish") == type(method).model_fields["polish"].default:
        del table["polish"]
    return table
