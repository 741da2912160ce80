"""The table of modes: one row a mode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class ModeTable:
    """The modes of one glass, one row each.

    Attributes:
        columns: by name, see `_core.mode_columns`, shape (modes,).
    """

    columns: dict[str, Float[np.ndarray, " modes"]]

    def __getitem__(self, name: str) -> Float[np.ndarray, " modes"]:
        return self.columns[name]

    def __len__(self) -> int:
        return self.columns["mode_omega"].size

    def rows(self) -> list[dict[str, float]]:
        """Plain rows, for a data frame or a CSV file."""
        names = list(self.columns)
        return [dict(zip(names, map(float, row), strict=True)) for row in zip(*self.columns.values(), strict=True)]
