"""Campaigns: a validated file, a plan, shards, and the runner that makes them.

What one glass goes through is in `_glasses`; the files are `hessian_lab.records`' business.
"""

from ._analyse import analyse_file
from ._glasses import make_glasses, make_parent, parent_identity
from ._plan import Plan, Task, plan
from ._run import Progress, run_campaign
from ._settings import Campaign, Ensemble, load_campaign

__all__ = [
    "Campaign",
    "Ensemble",
    "Plan",
    "Progress",
    "Task",
    "analyse_file",
    "load_campaign",
    "make_glasses",
    "make_parent",
    "parent_identity",
    "plan",
    "run_campaign",
]
