"""The page: self-contained, complete, honest about what is missing, and written whole or not at all."""

from __future__ import annotations

import base64
import html
import json
import re
from html.parser import HTMLParser

import pytest

from hessian_lab import ComputationError, DataFileError
from hessian_lab.campaign import Campaign, load_campaign
from hessian_lab.report import make_report
from hessian_lab.report._format import number, probability, significant, with_error, with_interval
from hessian_lab.report._html import Section, markup, table
from hessian_lab.report._provenance import campaign_toml
from hessian_lab.report._series import collect

VOID = {"meta", "img", "br", "hr", "link"}
CAMPAIGN = {
    "name": "a <b> & c",
    "seed": 5,
    "ensembles": [
        {"model": "polydisperse", "particles": 200, "glasses": 3, "cutoff": 1.75, "tapers": ["local:1", "local:inf"]},
        {"model": "polydisperse", "dimension": 2, "particles": 300, "glasses": 2, "eigenvectors": 4},
    ],
}


class Balanced(HTMLParser):
    """Fails on a tag that is not closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.attributes = [], []

    def handle_starttag(self, tag, attrs):
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def visible(text):
    """What a reader sees without opening the settings."""
    text = re.sub(r"<style>.*?</style>|<details>.*?</details>|<code>.*?</code>", "", text, flags=re.S)
    return html.unescape(re.sub(r"<[^>]*>", " ", text))


@pytest.fixture(scope="module")
def report(make_group, write_run, tmp_path_factory):
    """Two tapers in 3D, and a 2D ensemble with vectors of which one treatment failed altogether."""
    groups = [make_group(2.5, 60, m, seed=3 * m) for m in (1, 2)]
    groups += [make_group(3.0, 8, 2, dimension=2, vectors=True), make_group(3.0, 4, 3, dimension=2, failed=True)]
    run = write_run(tmp_path_factory.mktemp("run"), groups)
    return groups, run, make_report(run, resamples=100)


def test_the_page_says_why_quenches_failed(report):
    """The count of each status, and what it means."""
    text = visible(report[2].read_text(encoding="utf-8"))
    assert "4 (4 max_steps)" in text
    assert "max_steps: the step limit came first." in text
    assert "narrow_cell" not in text


def test_the_page_holds_every_taper_and_number(report):
    groups, run, path = report
    assert path == run / "report.html"
    text = visible(path.read_text(encoding="utf-8"))
    for ensemble in collect(groups, resamples=100):
        for entry in ensemble.series:
            assert entry.name in text
            row = entry.row
            if row["s"] is not None:
                assert with_interval(row["s"], row["s_low"], row["s_high"]) in text
            for name in ("pressure", "shear_modulus", "omega_t1", "gap_ratio", "gap_ratio_lowest"):
                if row[name] is not None:
                    assert with_error(row[name], row[f"{name}_error"]) in text
            for window in row["s_of_window"]:
                if window["s"] is not None:
                    assert with_interval(window["s"], window["s_low"], window["s_high"]) in text
        for row in ensemble.differences:
            if row["difference"] is not None:
                assert with_interval(row["difference"], row["low"], row["high"]) in text


def test_no_number_is_nan_and_no_prediction_is_out_of_place(report):
    text = visible(report[2].read_text(encoding="utf-8"))
    assert not re.search(r"\b(nan|inf|none|null)\b", text.replace("None of", ""), flags=re.I)
    assert "no confirmed minimum" in text
    assert "3 + 2/m" not in text
    assert "0.5307" in text
    assert "0.3863" in text


def test_the_page_needs_nothing_else(report):
    """Well-formed, no script, no link to the outside; the embedded figures are those in the folder."""
    text = report[2].read_text(encoding="utf-8")
    parser = Balanced()
    parser.feed(text)
    assert not parser.open
    assert "<script" not in text
    sources = [value for name, value in parser.attributes if name in ("src", "href")]
    assert all(value.startswith(("data:image/png;base64,", "#")) for value in sources)
    embedded = {base64.b64decode(value.split(",")[1]) for value in sources if value.startswith("data:")}
    saved = {path.read_bytes() for path in (report[1] / "figures").glob("*.png")}
    assert embedded == saved
    assert len(saved) >= 11
    assert all(data.startswith(b"\x89PNG") for data in saved)
    assert any(name.endswith("mode.png") for name in (path.name for path in (report[1] / "figures").iterdir()))


def test_provenance_names_the_run(report):
    text = visible(report[2].read_text(encoding="utf-8"))
    for word in (
        "feedfacefeedface",
        "0.1.0+gtest",
        "0.10.1",
        "cpu (test)",
        "2026-01-02 03:04:05 UTC",
        "hessian-lab run",
    ):
        assert word in text
    assert "method.dt_max = 1" in report[2].read_text(encoding="utf-8")


def test_nothing_is_left_beside_the_page(report):
    assert not list(report[1].rglob("*.part"))


def test_a_run_without_a_single_minimum_still_gives_a_page(make_group, write_run, tmp_path):
    run = write_run(tmp_path, [make_group(3.0, 3, m, failed=True) for m in (1, 2)])
    text = visible(make_report(run, tmp_path / "elsewhere" / "page.html", resamples=50).read_text(encoding="utf-8"))
    assert "No verdict: no glass is a confirmed minimum." in text
    assert not re.search(r"\b(nan|inf|none|null)\b", text, flags=re.I)
    assert not (run / "figures").exists()


def test_a_failed_write_keeps_the_old_page(make_group, write_run, tmp_path, monkeypatch):
    """No space: an error that says so, the old page whole, no temporary file."""
    run = write_run(tmp_path, [make_group(3.0, 2, 2, failed=True)])
    page = make_report(run, resamples=50)
    old = page.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(ComputationError, match="No space left"):
        make_report(run, resamples=50)
    assert page.read_bytes() == old
    assert not list(tmp_path.rglob("*.part"))


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(DataFileError, match="no finished shards"):
        make_report(tmp_path)


def test_the_printed_campaign_is_the_campaign(make_group, write_run, tmp_path):
    """Saved and read again, the file on the page has the identity of the run; its name is shown, never run."""
    campaign = Campaign.model_validate(CAMPAIGN)
    path = tmp_path / "again.toml"
    path.write_text(campaign_toml(json.loads(json.dumps(campaign.table()))), encoding="utf-8")
    assert load_campaign(path).identity == campaign.identity
    run = write_run(tmp_path / "run", [make_group(3.0, 2, 2, failed=True)])
    record = {"identity": campaign.identity, "campaign": campaign.table()}
    (run / "campaign.json").write_text(json.dumps(record), encoding="utf-8")
    text = make_report(run, resamples=50).read_text(encoding="utf-8")
    assert campaign.identity in text
    assert "a &lt;b&gt; &amp; c" in text
    assert "a <b> & c" not in text


def test_numbers_show_what_their_errors_allow():
    assert with_error(3.68685, 0.1746) == "3.69 ± 0.17"
    assert with_error(1234.5, 67.0) == "1234 ± 67"
    assert with_error(0.5, None) == "0.500"
    assert with_interval(-0.2345, -1.0, 0.5) == "−0.23 [−1.00, 0.50]"
    assert number(-0.001) == "0.00"
    assert number(float("nan")) == number(None) == "undetermined"
    assert significant(1.5e-7) == "1.50 × 10^−7"
    assert probability(1e-9) == "< 0.001"


def test_markup_escapes_before_it_decorates():
    assert markup("<i> ω_T1 & ℓ^3 (ε/m)^(1/2) 10^−7") == (
        "&lt;i&gt; ω<sub>T1</sub> &amp; ℓ<sup>3</sup> (ε/m)<sup>1/2</sup> 10<sup>−7</sup>"
    )
    assert "&lt;x&gt;" in table(["<x>"], [Section("", [["<x>", "1"]])])
