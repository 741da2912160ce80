"""The theories by name, and what each calls its materials. A new theory is one folder and one line here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from .._core.errors import InputError
from ._glasses import PUBLISHED_GLASSES
from ._protocol import Theory

_CLASSES: dict[str, tuple[str, str, str]] = {
    "internal-stress": ("internal_stress", "InternalStress", "vortices round frozen-in stresses (GHET)"),
    "heterogeneous-elasticity": ("heterogeneous_elasticity", "HeterogeneousElasticity", "random shear modulus (SCBA)"),
    "tunnelling": ("tunnelling", "Tunnelling", "standard tunnelling model"),
    "universality": ("universality", "Universality", "coupled tunnelling systems (Carruzzo and Yu)"),
    "spin-glass": ("spin_glass", "SpinGlass", "solvable spin-glass-like model (Kuehn and Horstmann)"),
    "mosaic": ("mosaic", "Mosaic", "mosaic of random first-order transitions (Lubchenko and Wolynes)"),
    "soft-potential": ("soft_potential", "SoftPotential", "quartic single-mode potentials (Buchenau et al.)"),
}

THEORY_NAMES: tuple[str, ...] = tuple(_CLASSES)
"""Names of the theories, as on the command line."""


def theory_summaries() -> dict[str, str]:
    """One line about every theory, by name."""
    return {name: about for name, (_, _, about) in _CLASSES.items()}


def _tunnelling(module: Any) -> dict[str, Callable[[], Theory]]:
    return {name: partial(module.Tunnelling.of, glass) for name, glass in module.TUNNELLING_GLASSES.items()}


def _universality(module: Any) -> dict[str, Callable[[], Theory]]:
    return {name: partial(module.Universality.of, glass) for name, glass in module.PUBLISHED_GLASSES.items()}


def _internal_stress(module: Any) -> dict[str, Callable[[], Theory]]:
    names = {"SiO2": "suprasil", "suprasil": "suprasil", "suprasil-w": "suprasil-w", "B2O3": "b2o3"}
    return {name: partial(module.InternalStress.of, glass) for name, glass in names.items()}


def _mosaic(module: Any) -> dict[str, Callable[[], Theory]]:
    return {name: partial(module.Mosaic.of, glass) for name, glass in module.MOSAIC_GLASSES.items()}


def _heterogeneous_elasticity(module: Any) -> dict[str, Callable[[], Theory]]:
    return {name: partial(module.of_glass, glass) for name, glass in PUBLISHED_GLASSES.items()}


_MATERIALS: dict[str, Callable[[Any], dict[str, Callable[[], Theory]]]] = {
    "tunnelling": _tunnelling,
    "universality": _universality,
    "internal-stress": _internal_stress,
    "mosaic": _mosaic,
    "heterogeneous-elasticity": _heterogeneous_elasticity,
}


def materials_of(name: str) -> tuple[str, ...]:
    """Materials whose constants a theory knows; empty where no source gives any."""
    return tuple(_MATERIALS[name](_module(name))) if name in _MATERIALS else ()


def theory(name: str, material: str | None = None) -> Theory:
    """A theory with the parameters of a material, or with its own defaults.

    Args:
        name: one of `THEORY_NAMES`.
        material: one of `materials_of(name)`; upper and lower case are the same.

    Raises:
        InputError: if the theory or the material is unknown; the text lists those that there are.
    """
    module = _module(name)
    if material is None:
        built: Theory = getattr(module, _CLASSES[name][1])()
        return built
    known = {key.lower(): build for key, build in _MATERIALS.get(name, lambda _: {})(module).items()}
    if material.lower() not in known:
        plain: type[Theory] = getattr(module, _CLASSES[name][1])
        if plain.no_materials:
            raise InputError(
                f"argument material = {material!r} must be left out: theory {name} has the constants of no material "
                f"({plain.no_materials})"
            )
        allowed = ", ".join(materials_of(name))
        raise InputError(f"argument material = {material!r} is not known to theory {name}; known are {allowed}")
    return known[material.lower()]()


def _module(name: str) -> Any:
    if name not in _CLASSES:
        raise InputError(f"argument name must be one of {', '.join(THEORY_NAMES)}, but got {name!r}")
    return import_module(f".{_CLASSES[name][0]}", __package__)
