"""What `hessian-lab bench` runs: our code and a peer's, alternating in the same run, each in a process of its own.

The cases are in `_cases`, our timed work in `_work`, the other engines in `_peers`. How to read a row, and what each
figure holds and leaves out, is written in the README beside this file.
"""

from ._cases import NAMES
from ._run import run_benchmark

__all__ = ["NAMES", "run_benchmark"]
