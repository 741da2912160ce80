"""The page: one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass
from string import Template

from . import _tables
from ._format import listing, plural
from ._html import bullets, markup
from ._provenance import Origin, campaign_toml, settings_text
from ._series import Ensemble, temperature_text
from ._verdict import Verdict


@dataclass(frozen=True)
class Picture:
    """A figure as it stands on the page; without data it is a sentence that says why.

    Attributes:
        title: heading of the caption.
        caption: plain text, or the reason why there is no figure.
        data: PNG, or None.
        file: name of the saved file.
    """

    title: str
    caption: str
    data: bytes | None = None
    file: str = ""


def page(
    origin: Origin,
    run: str,
    ensembles: Sequence[Ensemble],
    verdicts: Sequence[Verdict],
    pictures: Sequence[Sequence[Picture]],
    overview: Sequence[tuple[str, Sequence[Picture]]] = (),
) -> str:
    """Put everything together.

    Args:
        origin: provenance of the run.
        run: the run's folder, as the reader would type it.
        ensembles: numbers.
        verdicts: one per ensemble.
        pictures: of each ensemble.
        overview: titles and pictures of what several ensembles show together.

    Returns:
        HTML text.
    """  # fmt: skip
    return _PAGE.substitute(
        title=html.escape(f"{origin.name}: report"),
        name=html.escape(origin.name),
        simulated=_simulated(origin, ensembles),
        verdicts="\n".join(_verdict(*pair, many=len(ensembles) > 1) for pair in zip(ensembles, verdicts, strict=True)),
        glasses=_tables.glasses_table(ensembles),
        numbers=_tables.numbers_table(ensembles),
        windows="\n".join(f"<h4>{markup(entry.title)}</h4>\n{_tables.windows_table(entry)}" for entry in ensembles),
        parents=_tables.parents_table(ensembles),
        differences=_tables.differences_table(ensembles),
        distances=_tables.distances_table(ensembles),
        overview="\n".join(_gallery(title, found) for title, found in overview),
        vortices=_tables.vortices_table(ensembles),
        gaps=_tables.gap_ratio_table(ensembles),
        figures="\n".join(_gallery(ensemble.title, found) for ensemble, found in zip(ensembles, pictures, strict=True)),
        provenance=_provenance(origin, run, ensembles),
    )


def _simulated(origin: Origin, ensembles: Sequence[Ensemble]) -> str:
    total = sum(entry.row["glasses"] for ensemble in ensembles for entry in ensemble.series)
    minima = sum(entry.row["converged"] for ensemble in ensembles for entry in ensemble.series)
    items = []
    for ensemble in ensembles:
        row = ensemble.series[0].row
        names = ("each of " if len(ensemble.series) > 1 else "") + listing([entry.name for entry in ensemble.series])
        counts = sorted({entry.row["glasses"] for entry in ensemble.series})
        glasses = plural(counts[0], "glass", "glasses") if len(counts) == 1 else f"{counts[0]} to {counts[-1]} glasses"
        items.append(
            f"{row['model']} in {row['dimension']}D, N = {row['particles']}, from "
            f"{temperature_text(row)}: {glasses} for {names}, quenched by "
            f"{listing(sorted({entry.group.quench for entry in ensemble.series}))}"
        )
    made = f"; made between {_date(origin.first)} and {_date(origin.last)}" if origin.dated else ""
    part = "" if origin.complete else " This folder holds the lowest modes of each glass only."
    intro = f"{plural(total, 'quench', 'quenches')}, of which {minima} ended in a confirmed minimum{made}.{part}"
    return f"<p>{markup(intro)}</p>" + "\n<ul>\n" + "\n".join(f"<li>{markup(item)}</li>" for item in items) + "\n</ul>"


def _date(text: str) -> str:
    return text.replace("T", " ").replace("+00:00", " UTC")


def _verdict(ensemble: Ensemble, words: Verdict, *, many: bool) -> str:
    heading = f"<h3>{markup(ensemble.title)}</h3>" if many else f'<p class="note">{markup(ensemble.title)}</p>'
    return "\n".join(
        [
            '<article class="verdict">',
            heading,
            f'<p class="headline">{markup(words.headline)}</p>',
            *(statement.html for statement in words.statements),
            "<h4>What else could make or hide this result</h4>",
            bullets(words.confounders),
            "</article>",
        ]
    )


def _gallery(title: str, pictures: Sequence[Picture]) -> str:
    """Pictures under a heading, each with its caption; those that are missing with the reason."""
    parts = [f"<h3>{markup(title)}</h3>"]
    for picture in pictures:
        if picture.data is None:
            parts.append(f'<p class="note"><b>{markup(picture.title)}</b>: no figure, {markup(picture.caption)}.</p>')
            continue
        data = base64.b64encode(picture.data).decode()
        alt = html.escape(f"{picture.title}; {title}", quote=True)
        parts.append(
            f'<figure>\n<img alt="{alt}" src="data:image/png;base64,{data}">\n'
            f"<figcaption><b>{markup(picture.title)}.</b> {markup(picture.caption)} "
            f"<code>figures/{html.escape(picture.file)}</code></figcaption>\n</figure>"
        )
    return "\n".join(parts)


def _provenance(origin: Origin, run: str, ensembles: Sequence[Ensemble]) -> str:
    facts = {
        "campaign": origin.name,
        "folder": run,
        "campaign hash": origin.identity,
        "seed": origin.seed,
        "finished shards": str(origin.shards),
        "first shard": _date(origin.first),
        "last shard": _date(origin.last),
    }
    names = ("code_version", "device", "jax", "jaxlib", "numpy", "scipy", "python")
    facts |= {
        name.replace("_", " "): "; ".join(dict.fromkeys(stamp.get(name, "not recorded") for stamp in origin.stamps))
        for name in names
    }
    lines = ["<dl>"]
    lines += [f"<dt>{html.escape(key)}</dt><dd>{html.escape(value)}</dd>" for key, value in facts.items()]
    lines.append("</dl>")
    if len(origin.stamps) > 1:
        lines.append('<p class="note">The shards were made by more than one version, machine or campaign.</p>')
    lines += _reproduce(origin)
    for ensemble in ensembles:
        lines.append(f"<details><summary>All settings: {markup(ensemble.title)}</summary>")
        lines.append(f"<h4>Parents</h4><pre>{html.escape(settings_text(ensemble.series[0].group.ensemble))}</pre>")
        for entry in ensemble.series:
            lines.append(f"<h4>{markup(entry.name)}</h4><pre>{html.escape(settings_text(entry.group.treatment))}</pre>")
        lines.append("</details>")
    return "\n".join(lines)


def _reproduce(origin: Origin) -> list[str]:
    command = "<pre>hessian-lab run campaign.toml --out again\nhessian-lab report again</pre>"
    if origin.settings is None:
        return [
            "<p>To make the glasses again, take the campaign file that this run was made from "
            "(the run holds no copy of it):</p>",
            command,
        ]
    return [
        "<p>To make the glasses again, in a folder <code>again</code>, save the file below as "
        "<code>campaign.toml</code>:</p>",
        command,
        f"<details><summary>campaign.toml</summary><pre>{html.escape(campaign_toml(origin.settings))}</pre></details>",
        '<p class="note">On another device or version of jax sums round otherwise, and a chaotic quench can end in '
        "another minimum: single glasses may differ; means must agree within their errors.</p>",
    ]


_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
body { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; color: #1a1a1a; margin: 0; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1 { font-size: 1.8rem; margin: .2em 0; }
h2 { font-size: 1.35rem; margin: 2.2em 0 .5em; padding-bottom: .2em; border-bottom: 1px solid #ccc; }
h3 { font-size: 1.1rem; margin: 1.6em 0 .4em; }
h4 { font-size: 1rem; margin: 1.2em 0 .3em; }
nav a { margin-right: 1.1em; }
a { color: #0b5394; }
.verdict { background: #f6f7f9; border-left: 4px solid #0072b2; padding: .6rem 1.1rem; margin: 1rem 0; }
.verdict h3 { margin-top: .4em; }
.verdict p { margin: .7em 0 .3em; } .verdict ul { margin: .2em 0 .5em; }
.headline { font-size: 1.12rem; font-weight: 600; }
.note { color: #555; font-size: .88rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .84rem; font-variant-numeric: tabular-nums; margin: .6em 0; }
sub, sup { line-height: 0; }
th, td { padding: .28em .6em; text-align: right; border-bottom: 1px solid #e3e3e3; vertical-align: top; }
thead th { border-bottom: 1.5px solid #666; vertical-align: bottom; font-weight: 600; }
tbody th { font-weight: 400; text-align: left; white-space: nowrap; }
thead th:first-child, tr.section th { text-align: left; }
tr.section th { font-weight: 600; background: #f1f1f1; }
td { white-space: nowrap; }
td.missing { white-space: normal; color: #777; font-style: italic; min-width: 9em; text-align: left; }
figure { margin: 1.6rem 0 2.2rem; }
figure img { max-width: 100%; height: auto; display: block; margin: 0 auto; }
figcaption { font-size: .9rem; color: #333; margin-top: .5rem; }
figcaption code { color: #777; font-size: .82rem; }
dl { display: grid; grid-template-columns: max-content auto; gap: .15em 1.2em; font-size: .92rem; }
dt { color: #555; } dd { margin: 0; overflow-wrap: anywhere; }
pre { background: #f6f7f9; padding: .7em 1em; white-space: pre-wrap; font-size: .82rem; line-height: 1.4; }
summary { cursor: pointer; }
@media print { main { max-width: none; } .verdict, figure { break-inside: avoid; } nav { display: none; } }
</style>
</head>
<body>
<main>
<p class="note">hessian_lab report</p>
<h1>$name</h1>
<nav><a href="#verdict">Verdict</a><a href="#numbers">Numbers</a><a href="#figures">Figures</a><a
href="#provenance">Provenance</a></nav>
<h2 id="simulated">What was simulated</h2>
$simulated
<h2 id="verdict">Verdict</h2>
$verdicts
<h2 id="numbers">Numbers</h2>
<p class="note">Reduced units: length ℓ = mean diameter, energy ε, mass m.</p>
<h3>Exponent, elasticity and gap ratios</h3>
$numbers
<h3>Parents</h3>
$parents
<h3>Glasses</h3>
$glasses
<h3>Paired differences of the exponent, same parents</h3>
$differences
<h3>Minima of different quench methods, same parents</h3>
$distances
<h3>Gap ratios beside their references</h3>
$gaps
<h3>Vortex cores below 0.9 ω<sub>T1</sub></h3>
$vortices
<h3>Exponent in every window</h3>
$windows
<h2 id="figures">Figures</h2>
$overview
$figures
<h2 id="provenance">Provenance</h2>
$provenance
</main>
</body>
</html>
""")
