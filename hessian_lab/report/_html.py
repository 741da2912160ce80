"""Small pieces of HTML: escaped text with its sub- and superscripts, and tables in which nothing is ever NaN."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

_POWER = re.compile(r"\^(\([^()]*\)|[−-]?\w+)")


def markup(text: str) -> str:
    """Escape plain text; `ω_T1` and powers such as `ℓ^3` or `^(1/2)` become sub- and superscripts."""
    escaped = html.escape(text).replace("ω_T1", "ω<sub>T1</sub>")
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


def paragraphs(texts: Sequence[str]) -> str:
    """Paragraphs; a leading word that ends with a colon is set in bold."""
    return "\n".join(f"<p>{lead(text)}</p>" for text in texts)


def bullets(texts: Sequence[str]) -> str:
    """A list; a leading word that ends with a colon is set in bold."""
    return "<ul>\n" + "\n".join(f"<li>{lead(text)}</li>" for text in texts) + "\n</ul>"


def lead(text: str) -> str:
    """Text whose short leading phrase, up to a colon, is bold."""
    first, colon, rest = text.partition(": ")
    if colon and len(first) <= 40:
        return f"<b>{markup(first)}:</b> {markup(rest)}"
    return markup(text)
