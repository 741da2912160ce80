"""The layout of shards and parent files: every dataset with its meaning and unit, written down once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .._core.mode_columns import MODE_COLUMNS, SURROGATE_COLUMNS

SCHEMA = 2
"""Version of the layout that is written. A reader refuses versions that it does not know.

1: random parents only; every step of a quench is one evaluation of the force.
2: also prepared parents with their evidence of equilibrium, counted evaluations, relaxed cells. A reader of 1 would
pass over the flag of a parent that is not at equilibrium, hence the new number.
"""

READABLE = (1, 2)
"""Versions that this release reads."""


@dataclass(frozen=True)
class Column:
    """One dataset; the first axis is the glass, or the parent.

    Attributes:
        unit: physical unit in reduced quantities.
        about: what it holds.
        required: whether every file of its kind has it.
    """

    unit: str
    about: str
    required: bool = True


SAMPLE = {
    "index": Column("1", "index of the sample in its ensemble"),
    "parent_id": Column("-", "identity of the parent: hash of its physics and index"),
    "diameters": Column("length", "particle diameters (glasses, particles)"),
    "species": Column("1", "particle species (glasses, particles)"),
    "masses": Column("mass", "particle masses (glasses, particles)"),
    "cell": Column("length", "cell vectors in rows (glasses, dim, dim)"),
}
"""What shards and parent files have in common."""

EVIDENCE = {
    "equilibrated": Column("-", "whether the parent passed every test of equilibrium, or was not meant to be there"),
    "equilibration_reason": Column("-", "what did not pass, or why the parent was not meant to be at equilibrium"),
    "parent_energy": Column("energy", "mean energy per particle over the last half of the parent's run"),
    "parent_energy_error": Column("energy", "standard error of parent_energy, correlations included"),
    "parent_energy_drift": Column("1", "mean of the last quarter less the third, in standard errors"),
    "move_acceptance": Column("1", "share of accepted displacements; NaN without Monte Carlo"),
    "swap_acceptance": Column("1", "share of accepted swaps; NaN without swaps"),
    "pair_correlation": Column("1", "largest deviation of g(r) between the last two quarters, in standard errors"),
    "overlap_time": Column("sweeps or time", "time after which the overlap has fallen to 1/e"),
    "overlap_decayed": Column("-", "whether it has; if not, overlap_time is a lower bound"),
    "run_time": Column("sweeps or time", "length of the parent's run"),
}
"""Evidence of equilibrium of a prepared parent; NaN where a preparation has no such number."""

PARENT_COLUMNS: dict[str, Column] = {
    **SAMPLE,
    "positions": Column("length", "positions of the parent (parents, particles, dim)"),
    **EVIDENCE,
}
"""Datasets of a parent file."""

COLUMNS: dict[str, Column] = {
    **SAMPLE,
    "glass_id": Column("-", "identity of the glass: hash of parent, potential and quench"),
    "parent_positions": Column("length", "positions before the quench (glasses, particles, dim)"),
    "positions": Column("length", "positions after the quench (glasses, particles, dim)"),
    "parent_cell": Column("length", "cell before the quench, where it was relaxed (glasses, dim, dim)", required=False),
    "status": Column("-", "how the quench ended: integer of hessian_lab.Status"),
    "steps": Column("1", "steps of the quench, those after saddles included"),
    "force_evaluations": Column("1", "evaluations of the force, those after saddles included"),
    "newton_steps": Column("1", "Newton steps that ended the quench; 0 where the method finished by itself"),
    "saddle_visits": Column("1", "saddles met and left on the way to this state"),
    "energy": Column("energy", "total potential energy"),
    "max_force": Column("energy/length", "largest force component"),
    "force_scale": Column("energy/length", "mean over particles of the largest pair force on each"),
    "stress": Column("energy/length^d", "stress tensor, positive in tension (glasses, dim, dim)"),
    "pressure": Column("energy/length^d", "-tr(stress)/d"),
    "born_moduli": Column("energy/length^d", "affine simple-shear moduli (glasses, planes)"),
    "shear_moduli": Column("energy/length^d", "simple-shear moduli with relaxed particles (glasses, planes)"),
    "shear_modulus": Column("energy/length^d", "mean of shear_moduli over the planes"),
    "zero_modes": Column("1", "modes with |lambda| <= 1e-10 of the largest"),
    "negative_modes": Column("1", "modes below zero"),
    "rattlers": Column("1", "particles that nothing holds"),
    "residual": Column("1", "largest |H v - lambda v| over the largest eigenvalue"),
    "largest_eigenvalue": Column("1/time^2", "largest eigenvalue of the mass-weighted Hessian"),
    "omega": Column("1/time", "mode frequencies, ascending; zero modes 0, negative modes negative; NaN where failed"),
    "participation": Column("1", "participation ratio of each mode in `omega`; NaN for zero modes"),
    "known_up_to": Column("1/time", "frequency up to which the modes of a glass are listed", required=False),
    "vectors": Column("1", "lowest modes above zero (glasses, modes, particles, dim), mass-weighted", required=False),
    **{
        name: Column(unit, f"{about} (glasses, modes)", required=False)
        for name, (unit, about) in (MODE_COLUMNS | SURROGATE_COLUMNS).items()
    },
    **{name: replace(column, required=False) for name, column in EVIDENCE.items()},
}
"""Datasets of a shard. The evidence is there where parents were prepared."""

RAGGED = frozenset({"omega", "participation", *MODE_COLUMNS, *SURROGATE_COLUMNS})
"""Datasets with one entry a mode, whose glasses are filled up with NaN to the same length."""
