"""A pair potential: core, taper, cutoff and mixing rule, checked against one another."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError, model_validator

from .._core.errors import InputError
from .._core.explain import explain
from .._core.settings import Settings
from ._cores import Contact, Core
from ._law import PairLaw, radial_derivatives
from ._mixing import Mixing
from ._tapers import ForceShift, GrigeraParisiTaper, LocalTaper, NoTaper, PolynomialTaper, StoddardFord

TAPERS: dict[str, type[Settings]] = {
    "polynomial": PolynomialTaper,
    "local": LocalTaper,
    "force-shift": ForceShift,
    "stoddard-ford": StoddardFord,
    "grigera-parisi": GrigeraParisiTaper,
    "none": NoTaper,
}
"""Every taper by the name it has in campaign files and on the command line."""

ALLOWED_TAPERS: dict[str, tuple[str, ...]] = {
    "inverse-power": ("polynomial", "local", "force-shift", "stoddard-ford", "grigera-parisi", "none"),
    "lennard-jones": ("polynomial", "local", "force-shift", "stoddard-ford", "none"),
    "contact": ("none",),
}
"""Which tapers make sense with which core. A contact law is its own taper; the cubic tail is made for one power."""


def _taper_table(value: Any) -> Any:
    """Read the short form (`polynomial:2`, `local:inf`, `local:3:1.4`, `force-shift`) into a table."""
    if not isinstance(value, str):
        return value
    name, *rest = value.split(":")
    if name not in TAPERS:
        raise ValueError(
            f"unknown taper '{value}'; allowed are polynomial:M, local:M, local:inf, "
            "force-shift, stoddard-ford, grigera-parisi, none"
        )
    table: dict[str, Any] = {"kind": name}
    if rest and name not in ("polynomial", "local"):
        raise ValueError(f"taper '{name}' has no order, but got '{value}'; write '{name}'")
    if not rest and name in ("polynomial", "local"):
        raise ValueError(
            f"taper '{name}' needs its order m: write '{name}:2'" + (" or 'local:inf'" * (name == "local"))
        )
    if rest:
        try:
            table["m"] = "inf" if rest[0] == "inf" else int(rest[0])
            if len(rest) > 1 and name == "local":
                table["onset"] = float(rest[1])
        except ValueError:
            raise ValueError(f"the order m of taper '{value}' must be an integer (or 'inf' for local)") from None
        if len(rest) > (2 if name == "local" else 1):
            raise ValueError(f"taper '{value}' has too many parts; write '{name}:M'")
    return table


Taper = Annotated[
    Annotated[
        PolynomialTaper | LocalTaper | ForceShift | StoddardFord | GrigeraParisiTaper | NoTaper,
        Field(discriminator="kind"),
    ],
    BeforeValidator(_taper_table),
]

_TAPER_ADAPTER: TypeAdapter[Any] = TypeAdapter(Taper)


def parse_taper(value: Any) -> Any:
    """The taper that a short form, a table or a taper object stands for.

    Args:
        value: `"polynomial:2"`, `{"kind": "polynomial", "m": 2}` or a taper.

    Raises:
        InputError: if there is no such taper; the text lists those that there are.
    """
    try:
        return _TAPER_ADAPTER.validate_python(value)
    except ValidationError as error:
        raise explain(error, f"argument taper = {value!r}", Taper) from None


class PotentialSettings(Settings):
    """What defines a pair potential. `cutoff` is in units of sigma_ij (for the cubic tail: an absolute length)."""

    core: Core
    taper: Taper
    cutoff: Annotated[float, Field(gt=0, description="x_c in units of sigma; r_c (absolute) for grigera-parisi")]
    mixing: Mixing

    @model_validator(mode="after")
    def _compatible(self) -> PotentialSettings:
        core: Any = self.core
        taper = self.taper
        allowed = ALLOWED_TAPERS[core.kind]
        if taper.kind not in allowed:
            raise ValueError(
                f"core '{core.kind}' does not go with taper '{taper.kind}'; allowed with it: {', '.join(allowed)}"
            )
        if core.own_cutoff is not None and self.cutoff != core.own_cutoff:
            raise ValueError(f"a contact law ends at x = 1, so cutoff must be 1, but got {self.cutoff:g}")
        if taper.kind == "grigera-parisi" and not float(core.n).is_integer():
            raise ValueError(f"taper 'grigera-parisi' needs an integer exponent n, but got {core.n:g}")
        return self


class Potential:
    """A pair potential ready to use: its settings, its law and its mixing rule.

    Attributes:
        settings: the frozen table that defines it.
        law: phi(r^2; sigma, epsilon).
        mixing: the rule for sigma_ij and epsilon_ij.
    """

    def __init__(self, settings: PotentialSettings) -> None:
        self.settings = settings
        core: Any = settings.core.build()
        self.law = PairLaw(core, settings.taper.build(core, settings.cutoff))
        self.mixing = settings.mixing

    def __repr__(self) -> str:
        return f"Potential({self.settings!r})"

    @cached_property
    def order(self) -> float:
        """m: the number of derivatives that are continuous at the cutoff (alpha - 1 for a contact law)."""
        core = self.settings.core
        return core.alpha - 1 if isinstance(core, Contact) else self.settings.taper.order

    @property
    def repulsive(self) -> bool:
        """Whether the core is purely repulsive."""
        return self.settings.core.repulsive

    def require_continuous_force(self) -> None:
        """Refuse potentials whose force jumps at the cutoff, before a quench is lost on them.

        Raises:
            InputError: if the order is below 1.
        """
        if self.order < 1:
            raise InputError(
                f"argument taper must have order m >= 1 for a quench, but got {self.settings.taper.label}; minima "
                "would sit on the force jump at the cutoff (use force-shift or polynomial:1)"
            )

    def reach(self, sigma: np.ndarray | float) -> np.ndarray:
        """Distance at which a pair of diameter sigma stops interacting. Units of length."""
        return np.asarray(self.law.reach(np.asarray(sigma, dtype=np.float64)))

    def onset(self, sigma: np.ndarray | float) -> np.ndarray:
        """Distance below which the forces of a pair of diameter sigma are those of the core alone. Units of length.

        Raises:
            InputError: if the taper adds to the force at every distance, as the even polynomial, the force shift and
                Stoddard-Ford do.
        """
        start = getattr(self.law.taper, "start", None)
        if start is None:
            raise InputError(
                f"taper {self.settings.taper.label} changes the force at every distance, so that no pair is free of "
                "it and there is no tapered shell; use a local taper to tell core from taper"
            )
        sigma = np.asarray(sigma, dtype=np.float64)
        return sigma * np.sqrt(np.asarray(start(sigma * sigma)))

    def stiff_time(self) -> float:
        """1/sqrt(phi'') of a unit pair at x = 0.95: the time step scale of minimisers. Units of time, mass 1."""
        _, _, curvature = radial_derivatives(self.law, np.array([0.95]), 1.0, 1.0)
        return float(1 / np.sqrt(curvature[0]))

    def check_convex(self, sigma: float = 1.0, start: float = 0.6, points: int = 4001) -> None:
        """Check that a repulsive law stays repulsive: phi' <= 0 and phi'' >= 0 up to the cutoff.

        Args:
            sigma: pair diameter. Units of length.
            start: smallest distance looked at, in units of sigma.
            points: number of distances.

        Raises:
            InputError: if the force is not monotone; the taper's window is too narrow.
        """
        reach = float(self.reach(sigma))
        r = np.linspace(start * sigma, reach * (1 - 1e-9), points)
        _, slope, curvature = radial_derivatives(self.law, r, sigma, 1.0)
        scale = np.abs(curvature).max() * 1e-12
        if slope.max() > scale or curvature.min() < -scale:
            raise InputError(
                f"taper {self.settings.taper.label} with cutoff {self.settings.cutoff:g} makes phi'' as small as "
                f"{curvature.min():.3g} near the cutoff, a different glass; give a larger cutoff or an "
                "earlier onset (0.75 of the cutoff serves up to m = 7)"
            )
