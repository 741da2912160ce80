"""Campaigns: a validated file, a plan, files of parents and glasses, and the runner that makes them.

What one parent goes through is in `_parents`, what one glass in `_glasses`; the files are the business of
`hessian_lab.records`.
"""

from ._analyse import analyse_file, density_of_file
from ._ensemble import Ensemble
from ._glasses import make_glasses
from ._parents import collect_parents, make_parent, parent_identity, prepare_parents
from ._plan import Family, ParentTask, Plan, Task, plan
from ._run import Progress, run_campaign
from ._settings import Campaign, load_campaign
from ._wanted import Wanted

__all__ = [
    "Campaign",
    "Ensemble",
    "Family",
    "ParentTask",
    "Plan",
    "Progress",
    "Task",
    "Wanted",
    "analyse_file",
    "collect_parents",
    "density_of_file",
    "load_campaign",
    "make_glasses",
    "make_parent",
    "parent_identity",
    "plan",
    "prepare_parents",
    "run_campaign",
]
