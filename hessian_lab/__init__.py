"""hessian_lab: quench model glasses, diagonalise their Hessians, and weigh what their soft modes are.

The rooms, in the order in which they may import one another: potentials, systems, hessian, quench, spectrum, modes,
statistics, records, theory, claims, campaign, report, benchmarks, cli.
"""

from ._core.errors import ComputationError, DataFileError, HessianLabError, InputError
from ._core.precision import enable_x64
from ._core.provenance import code_version
from ._core.status import Status

__all__ = ["ComputationError", "DataFileError", "HessianLabError", "InputError", "Status", "code_version", "enable_x64"]
