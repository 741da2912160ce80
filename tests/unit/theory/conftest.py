"""A few small glasses as a campaign makes them, for what the theories take from simulations."""

from __future__ import annotations

from pathlib import Path

import pytest

from hessian_lab.campaign import Campaign, run_campaign
from hessian_lab.records import Group, load_run


@pytest.fixture(scope="package")
def glass_run(tmp_path_factory) -> Path:
    """Folder of a run: eight polydisperse glasses of 70 particles, taper of order 2."""
    spheres = {"model": "polydisperse", "particles": 70, "glasses": 8, "tapers": ["polynomial:2"]}
    campaign = Campaign.model_validate({"name": "bridge", "seed": 11, "ensembles": [spheres]})
    folder = tmp_path_factory.mktemp("bridge") / "run"
    run_campaign(campaign, folder, workers=1)
    return folder


@pytest.fixture(scope="package")
def glass_group(glass_run) -> Group:
    """The glasses of that run."""
    (group,) = load_run(glass_run)
    return group
