"""How a quench ended: one enumeration for every method, file and table."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """Outcome of a quench, with its spectrum taken into account where there is one.

    The integers are stored in files: they never change their meaning.
    """

    RUNNING = 0
    """Not finished; never found in a finished shard."""
    CONVERGED = 1
    """Force below tolerance; exactly d zero modes (and d per rattler), every other mode positive."""
    MAX_STEPS = 2
    """The step limit came first."""
    SADDLE = 3
    """Force below tolerance, but at least one negative mode is left."""
    UNJAMMED = 4
    """A contact model whose contacts vanish instead of balancing: the energy is zero to rounding, with nothing to
    diagonalise."""
    PINNED_AT_CUTOFF = 5
    """Not converged, with pairs sitting on a jump of the force at the cutoff."""
    NOT_FINITE = 6
    """Energy or force overflowed or became NaN."""
    MARGINAL = 7
    """Force below tolerance, no negative mode, but more zero modes than translations and rattlers explain."""
    NARROW_CELL = 8
    """A relaxed cell in which pairs meet twice through the boundary: the sample is too small for its strain."""

    @property
    def label(self) -> str:
        """Lower-case name, as printed in tables."""
        return self.name.lower()

    @property
    def failed(self) -> bool:
        """Whether no stationary point was reached at all."""
        return self not in (Status.RUNNING, Status.CONVERGED, Status.SADDLE, Status.MARGINAL)

    @property
    def meaning(self) -> str:
        """Why a quench failed, in words for a footnote."""
        return _MEANINGS[self]


_MEANINGS = {
    Status.MAX_STEPS: "the step limit came first",
    Status.UNJAMMED: "contacts vanished instead of balancing",
    Status.PINNED_AT_CUTOFF: "pairs sit on a jump of the force at the cutoff",
    Status.NOT_FINITE: "energy or force overflowed",
    Status.NARROW_CELL: "the relaxed cell became narrower than twice the interaction distance; use more particles",
}
