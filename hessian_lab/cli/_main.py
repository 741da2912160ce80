"""The `hessian-lab` program: registers the commands, turns errors into messages and exit statuses."""

from __future__ import annotations

import os
import signal
import sys

import typer

from .._core.errors import INTERRUPTED, HessianLabError
from .._core.threads import use_one_thread
from . import _bench, _density, _models, _modes, _publish, _report, _run, _show, _theory

app = typer.Typer(
    name="hessian-lab",
    help="Quench model glasses, diagonalise their Hessians, and compare what the tapers do to F(omega).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("run")(_run.run)
app.command("report")(_report.report)
app.command("show")(_show.show)
app.command("publish")(_publish.publish)
app.command("modes")(_modes.modes)
app.command("density")(_density.density)
app.command("models")(_models.models)
app.add_typer(_theory.app, name="theory")
app.command("bench")(_bench.bench)


def _leave(number: int, frame: object) -> None:
    """End at once. An exception would have to pass through compiled code, which can swallow it or crash on it; there is
    nothing to tidy up, since shards are renamed into place whole and workers end with their runner."""
    cursor = "\x1b[?25h" if sys.stderr.isatty() else ""
    sys.stderr.write(f"{cursor}\nhessian-lab: interrupted; what was finished is kept\n")
    sys.stderr.flush()
    os._exit(INTERRUPTED)


def main() -> None:
    """Entry point. Results go to standard output, everything else to standard error."""
    use_one_thread()
    # A batch system's polite kill is an interruption like Ctrl-C.
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    try:
        app()
    except HessianLabError as error:
        print(f"hessian-lab: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output has left (`| head`): nothing more to say.
        sys.stderr.close()
        sys.exit(0)
