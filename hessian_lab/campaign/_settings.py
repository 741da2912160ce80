"""The campaign file: what is to be made, validated before any work begins."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from .._core.errors import DataFileError, InputError
from .._core.identity import canonical, digest
from .._core.settings import Settings, explain
from ..potentials import MODEL_NAMES, Model, Taper, named_model
from ..quench import Fire, Method


class Ensemble(Settings):
    """Samples of one model at one N, all quenched with the same list of tapers and methods.

    Every part of the model can be replaced: `density` or `packing_fraction`, `cutoff`, and the tables `core`,
    `mixing` and `composition`.
    """

    model: str
    dimension: Literal[2, 3] = 3
    particles: Annotated[int, Field(ge=2, le=100_000)]
    glasses: Annotated[int, Field(ge=1, description="number of samples, the same parents for every taper")]
    parental_temperature: Annotated[Literal["inf"], Field(description="'inf': random positions")] = "inf"
    tapers: Annotated[tuple[Taper, ...], Field(description="the model's own taper if not given")] = ()
    cutoff: Annotated[float | None, Field(gt=0)] = None
    density: Annotated[float | None, Field(gt=0)] = None
    packing_fraction: Annotated[float | None, Field(gt=0)] = None
    core: dict[str, Any] | None = None
    mixing: dict[str, Any] | None = None
    composition: dict[str, Any] | None = None
    methods: tuple[Method, ...] = (Fire(),)
    tolerance: Annotated[float, Field(gt=0, lt=1, description="relative force tolerance")] = 1e-10
    max_steps: Annotated[int, Field(ge=1)] = 100_000
    eigenvectors: Annotated[int, Field(ge=0, description="lowest modes above zero whose vectors are stored")] = 0

    @field_validator("model")
    @classmethod
    def _known_model(cls, value: str) -> str:
        if value not in MODEL_NAMES:
            raise ValueError(f"allowed are {', '.join(MODEL_NAMES)}")
        return value

    @field_validator("parental_temperature", mode="before")
    @classmethod
    def _temperature(cls, value: Any) -> Any:
        return "inf" if value in (float("inf"), "infinity") else value

    @field_validator("tapers", "methods", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str | dict) else value

    @model_validator(mode="after")
    def _possible(self) -> Ensemble:
        try:
            models = self.models()
        except InputError as error:
            raise ValueError(str(error)) from None
        labels = [digest(model.potential.table()) for model in models]
        if len(set(labels)) < len(labels):
            raise ValueError("tapers lists the same taper twice; remove one")
        for model in models:
            smallest = model.smallest_number()
            if self.particles < smallest:
                raise ValueError(
                    f"particles must be at least {smallest} for model {self.model} with taper "
                    f"{model.potential.taper.label} and cutoff {model.potential.cutoff:g} (the box must exceed twice "
                    f"the interaction distance), but is {self.particles}"
                )
            potential = model.build()
            try:
                potential.require_continuous_force()
                if potential.repulsive and model.potential.taper.kind == "local":
                    potential.check_convex()
            except InputError as error:
                raise ValueError(str(error)) from None
        return self

    def models(self) -> list[Model]:
        """One model per taper."""
        return [
            named_model(
                self.model,
                dimension=self.dimension,
                taper=taper,
                cutoff=self.cutoff,
                density=self.density,
                packing_fraction=self.packing_fraction,
                core=self.core,
                mixing=self.mixing,
                composition=self.composition,
            )
            for taper in self.tapers or (None,)
        ]

    def physics(self, seed: int) -> dict[str, Any]:
        """What a parent of this ensemble is, without its index: the part of the settings that its identity hashes.

        Tapers, methods and the number of glasses are not in it, so a longer list keeps the glasses that exist.
        """
        model = self.models()[0]
        return canonical(
            {
                "model": self.model,
                "dimension": self.dimension,
                "particles": self.particles,
                "density": model.density,
                "composition": model.composition.table(),
                "parental_temperature": self.parental_temperature,
                "preparation": {"kind": "random"},
                "seed": seed,
            }
        )

    def treatments(self) -> list[dict[str, Any]]:
        """What is done to each parent: potential, method and tolerances, as plain tables."""
        return [
            canonical(
                {
                    "potential": model.potential.table(),
                    "taper": model.potential.taper.label,
                    "order": model.build().order,
                    "repulsive": model.build().repulsive,
                    "method": method.table(),
                    "tolerance": self.tolerance,
                    "max_steps": self.max_steps,
                }
            )
            for model in self.models()
            for method in self.methods
        ]


class Campaign(Settings):
    """A whole campaign: ensembles, the seed of all random numbers, and how the work is cut."""

    name: Annotated[str, Field(min_length=1)]
    seed: Annotated[int, Field(ge=0)] = 0
    shard_size: Annotated[
        int | None, Field(ge=1, description="glasses per shard; 25 on a CPU, 2048 on an accelerator if not given")
    ] = None
    ensembles: Annotated[tuple[Ensemble, ...], Field(min_length=1)]

    @property
    def identity(self) -> str:
        """Hash of the whole campaign."""
        return digest(self.table())


def load_campaign(path: Path | str) -> Campaign:
    """Read and validate a campaign file.

    Args:
        path: a TOML file.

    Raises:
        DataFileError: if the file cannot be read or is no TOML.
        InputError: if a key is unknown or a value not allowed; the text names key, value and remedy.
    """
    path = Path(path)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(f"cannot read the campaign file {path}: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise DataFileError(f"{path} is not valid TOML: {error}") from error
    try:
        return Campaign.model_validate(table)
    except ValidationError as error:
        raise explain(error, f"campaign file {path}") from None
