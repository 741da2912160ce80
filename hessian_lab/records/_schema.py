"""The layout of a shard: every dataset with its meaning and unit, written down once."""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA = 1
"""Version of the layout. A reader refuses versions that it does not know."""


@dataclass(frozen=True)
class Column:
    """One dataset of a shard; the first axis is the glass.

    Attributes:
        unit: physical unit in reduced quantities.
        about: what it holds.
        required: whether every shard has it.
    """

    unit: str
    about: str
    required: bool = True


COLUMNS: dict[str, Column] = {
    "index": Column("1", "index of the sample in its ensemble"),
    "parent_id": Column("-", "identity of the parent: hash of its physics and index"),
    "glass_id": Column("-", "identity of the glass: hash of parent, potential and quench"),
    "parent_positions": Column("length", "positions before the quench (glasses, particles, dim)"),
    "positions": Column("length", "positions after the quench (glasses, particles, dim)"),
    "diameters": Column("length", "particle diameters (glasses, particles)"),
    "species": Column("1", "particle species (glasses, particles)"),
    "masses": Column("mass", "particle masses (glasses, particles)"),
    "cell": Column("length", "cell vectors in rows (glasses, dim, dim)"),
    "status": Column("-", "how the quench ended: integer of hessian_lab.Status"),
    "steps": Column("1", "steps of the quench, each one evaluation of the force"),
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
}
