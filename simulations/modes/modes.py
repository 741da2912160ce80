"""What low modes are: every measurement of the study of modes, from the folder of its run.

    hessian-lab run simulations/modes/modes.toml --out runs/modes
    python simulations/modes/modes.py runs/modes [--out FOLDER] [--glasses K]

Writes results.json and the figures. Numbers that the tables of modes in the shards hold are read; pair stresses,
elasticity, splittings of shells and responses to finite changes of the pre-stress are computed from stored positions.
"""

from __future__ import annotations

import argparse
import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from hessian_lab._core.precision import enable_x64

enable_x64()

from hessian_lab._core.provenance import provenance  # noqa: E402
from hessian_lab.claims import group_spectra, transverse_frequency  # noqa: E402
from hessian_lab.hessian import Hessian, interacting_pairs  # noqa: E402
from hessian_lab.modes import (  # noqa: E402
    ModeAnalysis,
    amplitude_profile,
    cell_moduli,
    elasticity_of,
    ensemble_elasticity,
    follow_prestress,
    modulus_fluctuations,
    pair_stresses,
    remove_small_stresses,
    strain_response,
    stress_of_frequency,
    tapered_pairs,
    winding_defects,
)
from hessian_lab.records import Group, load_run  # noqa: E402
from hessian_lab.report import (  # noqa: E402
    ModeClass,
    StressCase,
    gap_ratio_sizes_figure,
    level_statistics_figure,
    localisation_figure,
    prestress_figure,
    stress_figure,
)
from hessian_lab.spectrum import spectrum  # noqa: E402
from hessian_lab.statistics import (  # noqa: E402
    ParticipationSample,
    expected_exponent,
    gap_ratio_of_sizes,
    level_statistics,
    participation_scaling,
    reference_level_statistics,
    split_stresses,
    stress_distribution,
)

LOW = 0.9
"""Upper end of the low modes in omega_T1."""

WINDOWS = ((1.0, 1.4), (1.4, 1.8))
"""Fixed windows of frequency in which the participation ratio is followed with N."""

DELTAS = (-0.02, -0.01, -0.001, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2)
"""Changes of the pre-stress through which modes are followed."""


def hessian_of(group: Group, index: int) -> Hessian:
    """Of one stored glass."""
    return Hessian(interacting_pairs(group.potential(), group.configuration(index)))


def minima(group: Group, glasses: int) -> np.ndarray:
    """Indices of the first confirmed minima."""
    return np.flatnonzero(group.minima)[:glasses]


def mean_and_error(values: np.ndarray) -> dict[str, float | int]:
    """Mean over glasses with its standard error."""
    values = np.asarray(values, dtype=np.float64)
    return {
        "value": float(values.mean()),
        "error": float(values.std(ddof=1) / np.sqrt(values.size)),
        "glasses": int(values.size),
    }


def stresses(groups: list[Group], glasses: int, out: Path, name: str) -> list[dict[str, Any]]:
    """P(sigma) of every taper of one ensemble."""
    cases, rows = [], []
    for group in groups:
        chosen = minima(group, glasses)
        pairs = [interacting_pairs(group.potential(), group.configuration(k)) for k in chosen]
        values = [pair_stresses(entry) for entry in pairs]
        found = stress_distribution(values)
        order = group.potential().order
        frequency = transverse_frequency(group)[0]
        wave = float(stress_of_frequency(pairs[0], np.array(frequency)))
        cases.append(StressCase(group.taper, order, found, wave))
        parts = split_stresses(values, [tapered_pairs(group.potential(), entry) for entry in pairs])
        total = parts.core.counts.sum() + parts.tapered.counts.sum()
        rows.append(
            {
                "group": group.label,
                "m": group.m,
                "glasses": len(chosen),
                "expected_exponent": expected_exponent(order),
                "tapered_share": float(parts.tapered.counts.sum() / total),
                "share": found.small.shares.tolist(),
                "cut": found.small.cuts.tolist(),
                "exponent": found.small.exponents.tolist(),
                "error": found.small.errors.tolist(),
                "stresses": found.small.counts.tolist(),
                "wave_stress": wave,
            }
        )
    data, caption = stress_figure(cases)
    (out / f"stresses-{name}.png").write_bytes(data)
    print(caption)
    return rows


def prestress(group: Group, out: Path, name: str) -> dict[str, Any]:
    """d ln lambda/d delta of low modes, waves and surrogates from the table of modes."""
    frequency = transverse_frequency(group)[0]
    group = group.select(group.minima)
    omega, answer = group["mode_omega"], group["prestress_response"]
    low = omega < LOW * frequency
    wave = (omega >= LOW * frequency) & (group["transverse_weight"] > 0.5)
    if np.count_nonzero(wave) < 20:
        # In small glasses no mode is half a wave: the ones with most of the first shell stand for waves.
        wave = (omega >= LOW * frequency) & (group["transverse_weight"] > 0.25)
    classes = [
        ModeClass(f"below {LOW} ω_T1", answer[low], group.glasses),
        ModeClass("surrogates of these", group["surrogate_prestress"][low], group.glasses),
        ModeClass("waves of the first transverse shell", answer[wave], group.glasses),
    ]
    data, caption = prestress_figure(classes)
    (out / f"prestress-{name}.png").write_bytes(data)
    print(caption)
    return {
        "group": group.label,
        **{
            entry.name: {"median": float(np.nanmedian(entry.values)), "modes": int(entry.values.size)}
            for entry in classes
        },
        "negative_values": int(np.sum(answer[np.isfinite(answer)] < 0)),
        "ratio_to_surrogates": mean_and_error(
            np.array(
                [
                    np.nanmedian(a[m] / b[m])
                    for a, b, m in zip(answer, group["surrogate_prestress"], low, strict=True)
                    if m.any()
                ]
            )
        ),
    }


def finite_changes(group: Group, glasses: int) -> dict[str, Any]:
    """Modes followed in the pre-stress, and small stresses taken away, glass by glass."""
    frequency = transverse_frequency(group)[0]
    errors, doubtful, negative = [], 0, np.zeros(len(DELTAS) + 1, dtype=int)
    shifts: dict[str, list[np.ndarray]] = {"removed": [], "control": [], "control_of_equal_stress": []}
    counts: dict[str, list[np.ndarray]] = {key: [] for key in shifts}
    shares = []
    fractions = np.array([0.1, 0.3, 1.0, 3.0])
    for k in minima(group, glasses):
        hessian = hessian_of(group, int(k))
        count = max(2, int(np.sum((group["omega"][k] > 0) & (group["omega"][k] < LOW * frequency))))
        followed = follow_prestress(hessian, DELTAS, count)
        zero = followed.start
        step = followed.deltas[zero + 1] - followed.deltas[zero - 1]
        slope = (followed.eigenvalues[zero + 1] - followed.eigenvalues[zero - 1]) / step
        errors += (np.abs(slope - followed.split.derivative) / np.abs(followed.split.derivative)).tolist()
        doubtful += int(followed.doubtful[-1].sum())
        negative += followed.negative
        removal = remove_small_stresses(
            hessian, fractions * float(stress_of_frequency(hessian.pairs, np.array(frequency))), count
        )
        shares.append(removal.removed.stress_share)
        for name in shifts:
            part = getattr(removal, name)
            shifts[name].append(np.median(part.shift, axis=1))
            counts[name].append(part.negative)
    return {
        "group": group.label,
        "glasses": len(shares),
        "analytic_against_difference": {"median": float(np.median(errors)), "largest": float(np.max(errors))},
        "modes": len(errors),
        "lost_at_last_delta": doubtful,
        "deltas": sorted([*DELTAS, 0.0]),
        "negative_modes": negative.tolist(),
        "cuts_in_zeta_omega_T1^2": fractions.tolist(),
        "stress_share": np.mean(shares, axis=0).tolist(),
        **{
            f"median_shift_{name}": [mean_and_error(column) for column in np.array(values).T]
            for name, values in shifts.items()
        },
        **{f"negative_{name}": np.sum(values, axis=0).tolist() for name, values in counts.items()},
    }


def solid(group: Group, glasses: int) -> dict[str, Any]:
    """Elastic constants, local moduli, and the splitting of the first transverse shell."""
    entries, cells, splittings, carried, leakage, profiles = [], [], [], [], [], []
    lengths = (1, 2, 3)
    for k in minima(group, glasses):
        hessian = hessian_of(group, int(k))
        response = strain_response(hessian)
        entries.append(elasticity_of(response))
        if group.ensemble["dimension"] == 3:
            cells.append([cell_moduli(response, edge) for edge in lengths])
        found = spectrum(hessian, method="lapack")
        analysis = ModeAnalysis().compute(hessian, found)
        split = analysis.splitting()
        splittings.append(split.relative_width)
        carried.append(split.carried)
        leakage.append(analysis.waves.leakage[:4])
        profiles.append(amplitude_profile(analysis.modes[:4], hessian.pairs.configuration).amplitude)
    mean = ensemble_elasticity(entries)
    numbers = {
        name: {"value": value.value, "error": value.error}
        for name, value in vars(mean).items()
        if hasattr(value, "error")
    }
    found = {
        "group": group.label,
        "glasses": mean.glasses,
        "unstable": mean.unstable,
        **numbers,
        "first_shell_relative_width": mean_and_error(np.array(splittings)),
        "first_shell_carried": mean_and_error(np.array(carried)),
        "raw_leakage": dict(zip(("T1", "L1", "T2", "L2"), np.mean(leakage, axis=0).tolist(), strict=True)),
        "amplitude_profile_of_4_lowest": np.nanmean(profiles, axis=0).tolist(),
    }
    if cells:
        spread = modulus_fluctuations(
            [np.array([row[k] for row in cells]) for k in range(len(lengths))], lengths, volume=group.volume
        )
        found["local_modulus"] = {
            "length": spread.length.tolist(),
            "mean": spread.mean.tolist(),
            "relative_variance": spread.relative_variance.tolist(),
            "error": spread.relative_variance_error.tolist(),
        }
    return found


def sizes(groups: list[Group], out: Path) -> dict[str, Any]:
    """Gap ratio of the lowest modes and participation ratio against N."""
    spectra, edges, samples = {}, {}, []
    for group in groups:
        found = group_spectra(group)
        assert found is not None
        particles = int(group.ensemble["particles"])
        frequency = transverse_frequency(group)[0]
        spectra[particles], edges[particles] = found, LOW * frequency
        own = group.select(group.minima)
        keep = [(row > 0) & np.isfinite(row) for row in own["omega"]]
        samples.append(
            ParticipationSample(
                particles,
                [row[mask] for row, mask in zip(own["omega"], keep, strict=True)],
                [row[mask] for row, mask in zip(own["participation"], keep, strict=True)],
                frequency,
                float(found.known_up_to.min()),
            )
        )
    by_count = gap_ratio_of_sizes(spectra, variable="omega", lowest=3)
    below = gap_ratio_of_sizes(spectra, variable="omega", below=edges)
    data, caption = gap_ratio_sizes_figure({"lowest three levels": by_count, f"below {LOW} ω_T1": below})
    (out / "gap-ratio-sizes.png").write_bytes(data)
    print(caption)
    known = min(sample.known_up_to for sample in samples)
    scalings = [participation_scaling(samples, window) for window in WINDOWS if window[1] <= known]
    scalings += [participation_scaling(samples, (0.5, LOW), scaled=True)]
    data, caption = localisation_figure(scalings)
    (out / "localisation.png").write_bytes(data)
    print(caption)

    def ratios(rows: Any) -> list[dict[str, Any]]:
        return [
            {
                "particles": row.particles,
                "gap_ratio": row.ratio.mean,
                "error": row.ratio.standard_error,
                "glasses": row.ratio.glasses,
                "ratios": row.ratio.ratios,
                "mean_levels": row.mean_levels,
                "references": {
                    f"{entry.kind} {entry.excess}".strip(): {
                        "variable": entry.ratio.variable,
                        "value": entry.ratio.mean,
                        "error": entry.ratio.standard_error,
                    }
                    for entry in row.references
                },
            }
            for row in rows
        ]

    return {
        "gap_ratio_lowest_three": ratios(by_count),
        f"gap_ratio_below_{LOW}_omega_T1": ratios(below),
        "participation_scaling": [
            {
                "window": entry.window,
                "scaled": entry.scaled,
                "a": entry.a,
                "error": entry.standard_error,
                "chi_squared": entry.chi_squared,
                "degrees_of_freedom": entry.degrees_of_freedom,
                "points": [
                    {
                        "particles": p.particles,
                        "mean": p.mean,
                        "error": p.mean_error,
                        "modes": p.modes,
                        "glasses": p.glasses,
                    }
                    for p in entry.points
                ],
                "reason": entry.reason,
            }
            for entry in scalings
        ],
    }


def bulk(group: Group, out: Path) -> dict[str, Any]:
    """Level statistics of the middle half of whole spectra beside matrices of the same size."""
    found = group_spectra(group)
    assert found is not None
    lengths = np.array([0.5, 1.0, 2.0, 4.0, 8.0, 16.0])
    size = int(found.counts.min())
    cases = {
        "glasses, own unfolding": level_statistics(found, lengths, unfolding="polynomial"),
        "glasses, ensemble's unfolding": level_statistics(found, lengths),
    }
    references = {"GOE": reference_level_statistics("goe", lengths, size=size, matrices=200, unfolding="polynomial")}
    data, caption = level_statistics_figure(cases, references)
    (out / "levels.png").write_bytes(data)
    print(caption)
    return {
        name: {
            "glasses": entry.glasses,
            "eta": entry.spacings.eta,
            "eta_error": entry.spacings.eta_error,
            "wigner_distance": entry.spacings.wigner_distance,
            "lengths": lengths.tolist(),
            "number_variance": entry.variance.value.tolist(),
            "number_variance_error": entry.variance.standard_error.tolist(),
            "delta_3": entry.rigidity.value.tolist(),
            "delta_3_error": entry.rigidity.standard_error.tolist(),
        }
        for name, entry in (cases | references).items()
    }


def defects(group: Group, glasses: int) -> dict[str, Any]:
    """Winding defects of the lowest modes in two dimensions, beside those of their surrogates."""
    real, null, totals = [], [], 0
    for k in minima(group, glasses):
        hessian = hessian_of(group, int(k))
        sample = hessian.pairs.configuration
        found = spectrum(hessian, count=6)
        analysis = ModeAnalysis(surrogates=19, seed=group["glass_id"][k].decode()).compute(hessian, found)
        own = [analysis.defects(mode) for mode in range(min(3, len(analysis.omega)))]
        totals += sum(abs(entry.total_charge) for entry in own)
        real.append(np.mean([entry.density for entry in own]))
        fields = analysis.surrogate_fields(0)[:5]
        null.append(np.mean([winding_defects(field, sample.positions, sample.cell).density for field in fields]))
    return {
        "group": group.label,
        "density_of_3_lowest": mean_and_error(np.array(real)),
        "density_of_surrogates_of_the_lowest": mean_and_error(np.array(null)),
        "sum_of_total_charges": totals,
    }


def finite(value: Any) -> Any:
    """The same with None for numbers that are not there."""
    if isinstance(value, dict):
        return {key: finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def main() -> None:
    """Measure, draw, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "published")
    parser.add_argument("--glasses", type=int, default=40, help="glasses of each group for what needs positions")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    groups = [group for group in load_run(options.run) if group.minima.sum() >= 5]
    tested = [group for group in groups if "p_strength" in group.columns and group.ensemble["dimension"] == 3]
    plane = [group for group in groups if group.ensemble["dimension"] == 2]
    series = [group for group in groups if group.taper == "polynomial:2" and group.ensemble["dimension"] == 3]
    found: dict[str, Any] = {"provenance": provenance(), "groups": [group.label for group in groups]}
    hot = [group for group in tested if group.temperature == np.inf]
    cold = [group for group in tested if group.temperature < np.inf]
    found["stresses"] = []
    for name, own in (("random", hot), ("equilibrated", cold)):
        if own:
            found["stresses"] += stresses(own, options.glasses, options.out, name)
            middle = own[len(own) // 2]
            found[f"prestress_{name}"] = prestress(middle, options.out, name)
            found[f"finite_changes_{name}"] = finite_changes(middle, min(options.glasses, 20))
            found[f"solid_{name}"] = [solid(group, options.glasses) for group in own]
    if hot:
        found["levels"] = bulk(hot[len(hot) // 2], options.out)
    if len(series) > 1:
        found["sizes"] = sizes(series, options.out)
        found["solid_sizes"] = [solid(group, options.glasses // 2) for group in series]
        shells = [entry["first_shell_relative_width"]["value"] for entry in found["solid_sizes"]]
        found["shell_width_falls_with_N"] = bool(all(b < a for a, b in pairwise(shells)))
    if plane:
        found["defects"] = defects(plane[0], options.glasses)
    text = json.dumps(finite(found), allow_nan=False, indent=1)
    (options.out / "results.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
