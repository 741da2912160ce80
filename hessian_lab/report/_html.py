"""Small pieces of HTML: escaped text with its sub- and superscripts, and tables in which nothing is ever NaN."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

_POWER = re.compile(r"\^(\([^()]*\)|[−-]?\w+)")


def markup(text: str) -> str:
    """Escape plain text; `ω_T1` and powers such as `ℓ^3` or `^(1/2)` become sub- and superscripts."""
    escaped = html.escape(text).replace(" %", "\u00a0%").replace("ω_T1", "ω<sub>T1</sub>")
    return _POWER.sub(lambda found: f"<sup>{found[1].strip('()')}</sup>", escaped)


@dataclass(frozen=True)
class Missing:
    """A cell without a number, and why."""

    reason: str


Cell = str | int | Missing | None


@dataclass(frozen=True)
class Section:
    """Rows of a table under a common heading.

    Attributes:
        title: heading that spans the table; none if empty.
        rows: first cell names the row.
    """

    title: str
    rows: Sequence[Sequence[Cell]]


def table(headings: Sequence[str], sections: Sequence[Section], note: str = "") -> str:
    """A table with sticky meaning: headings, rows in sections, and a note below that explains the columns."""
    lines = ['<div class="scroll"><table>', "<thead><tr>"]
    lines += [f'<th scope="col">{markup(heading)}</th>' for heading in headings]
    lines.append("</tr></thead>")
    for section in sections:
        lines.append("<tbody>")
        if section.title:
            title = f'<th scope="rowgroup" colspan="{len(headings)}">{markup(section.title)}</th>'
            lines.append(f'<tr class="section">{title}</tr>')
        for name, *cells in section.rows:
            content = "".join(_cell(cell) for cell in cells)
            lines.append(f'<tr><th scope="row">{markup(str(name))}</th>{content}</tr>')
        lines.append("</tbody>")
    lines.append("</table></div>")
    if note:
        lines.append(f'<p class="note">{markup(note)}</p>')
    return "\n".join(lines)


def _cell(cell: Cell) -> str:
    if isinstance(cell, Missing):
        return f'<td class="missing">{markup(cell.reason)}</td>'
    return f"<td>{'' if cell is None else markup(str(cell))}</td>"


@dataclass(frozen=True)
class Statement:
    """A titled paragraph, with a list in it or not.

    Attributes:
        title: in bold.
        start: text before the list.
        items: of the list.
        end: text after the list.
    """

    title: str
    start: str = ""
    items: tuple[str, ...] = ()
    end: str = ""

    @property
    def text(self) -> str:
        """All of it as plain text."""
        return "\n".join(part for part in (f"{self.title}: {self.start}".rstrip(), *self.items, self.end) if part)

    @property
    def html(self) -> str:
        """All of it as HTML."""
        first = f"<p><b>{markup(self.title)}.</b> {markup(self.start)}</p>" if self.start else ""
        first = first or f"<p><b>{markup(self.title)}</b></p>"
        return "\n".join(
            part for part in (first, bullets(self.items), f"<p>{markup(self.end)}</p>" * bool(self.end)) if part
        )


def bullets(texts: Sequence[str]) -> str:
    """A list, or nothing."""
    return "<ul>\n" + "\n".join(f"<li>{markup(text)}</li>" for text in texts) + "\n</ul>" if texts else ""
