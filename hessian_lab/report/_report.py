"""Builds the report of a run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from .._core.errors import ComputationError
from .._core.mode_columns import MODE_COLUMNS, SURROGATE_COLUMNS
from ..claims import DISTANCE_COLUMNS, TABLE_COLUMNS, compares_methods
from ..records import EVIDENCE, load_run
from ._figures import FAMILIES, OVERVIEW, Drawing, Family, png
from ._low_modes import low_modes
from ._page import Picture, page
from ._provenance import origin, survey
from ._series import collect, systems
from ._verdict import verdict

COLUMNS = (*TABLE_COLUMNS, "participation", "stress", *EVIDENCE, *MODE_COLUMNS, *SURROGATE_COLUMNS)
"""What the page needs of every glass; positions and vectors stay on the disk."""


def make_report(run: Path | str, out: Path | str | None = None, *, resamples: int = 1000, seed: int = 0) -> Path:
    """Write one self-contained HTML page about the finished glasses of a run, and its figures as PNG files.

    The page and the figures appear under temporary names first, so that a reader never sees half of one.

    Args:
        run: the run's folder; a campaign that still runs gives a report of what is finished.
        out: the page; report.html in the run's folder if not given. Figures are in the run's folder `figures`.
        resamples: bootstrap resamples of the intervals.
        seed: of the bootstrap.

    Returns:
        The path of the page.

    Raises:
        DataFileError: if the folder has no finished shards, or one is damaged.
        ComputationError: if the page or a figure cannot be written.
    """
    run = Path(run)
    out = run / "report.html" if out is None else Path(out)
    groups = load_run(run, COLUMNS)
    dates, holders, shards = survey(run)
    placed = load_run(run, DISTANCE_COLUMNS) if compares_methods(groups) else []
    ensembles = collect(groups, low_modes(groups, holders), placed, resamples=resamples, seed=seed)
    folder = run / "figures"
    pictures = [_pictures(ensemble, FAMILIES, ensemble.slug, folder) for ensemble in ensembles]
    overview = [(entry.title, _pictures(entry, OVERVIEW, entry.slug, folder)) for entry in systems(ensembles)]
    words = [verdict(ensemble) for ensemble in ensembles]
    text = page(origin(run, groups, dates, shards), str(run), ensembles, words, pictures, overview)
    _write(out, text.encode("utf-8"))
    return out


def _pictures(subject: Any, families: Sequence[Family], slug: str, folder: Path) -> list[Picture]:
    """Draw every family of figures of an ensemble or a system, and save them."""
    found = []
    for family in families:
        drawing = family.draw(subject)
        if isinstance(drawing, Drawing):
            data, file = png(drawing.figure), f"{slug}-{family.name}.png"
            _write(folder / file, data)
            found.append(Picture(family.title, drawing.caption, data, file))
        else:
            found.append(Picture(family.title, drawing.reason))
    return found


def _write(path: Path, data: bytes) -> None:
    """All of the file or nothing of it."""
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ComputationError(f"cannot write {path}: {error}; free some space or choose another place") from error
