"""Where a number comes from: versions, device and settings, stored beside every result."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


@cache
def code_version() -> str:
    """Release of the package and, in a checkout, its commit; `+dirty` if the checkout has uncommitted changes."""
    try:
        release = version("hessian-lab")
    except PackageNotFoundError:
        release = "0+unknown"
    commit = os.environ.get("HESSIAN_LAB_COMMIT")
    if commit:
        return f"{release}+g{commit}"
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return release
    try:
        commit = _git(root, "rev-parse", "--short=12", "HEAD")
        dirty = "+dirty" if _git(root, "status", "--porcelain", "--untracked-files=no") else ""
    except (OSError, subprocess.SubprocessError):
        return release
    return f"{release}+g{commit}{dirty}"


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, check=True, capture_output=True, text=True, timeout=10)
    return done.stdout.strip()


@cache
def device_name() -> str:
    """The kind of the first jax device, with the processor's architecture for a CPU."""
    import jax

    device = jax.devices()[0]
    return f"cpu ({platform.machine()})" if device.platform == "cpu" else f"{device.platform} ({device.device_kind})"


def provenance() -> dict[str, str]:
    """Versions, device and time of the running program. Times are UTC."""
    import jax
    import jaxlib
    import numpy
    import scipy

    return {
        "code_version": code_version(),
        "python": platform.python_version(),
        "jax": jax.__version__,
        "jaxlib": jaxlib.__version__,
        "numpy": numpy.__version__,
        "scipy": scipy.__version__,
        "device": device_name(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
