"""Runs a campaign: plans, hands shards to workers, keeps what is finished."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._core.errors import ComputationError, DataFileError, InputError
from .._core.precision import enable_x64
from .._core.provenance import provenance
from ..records import remove_leftovers, write_shard
from ._glasses import make_glasses
from ._plan import Plan, Task, plan
from ._settings import Campaign

CPU_SHARD = 25
ACCELERATOR_SHARD = 2048

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""One thread per worker: cores are shared by glasses, not by one glass's linear algebra."""


@dataclass(frozen=True)
class Progress:
    """How far a campaign is: glasses finished so far, glasses in all."""

    finished: int
    total: int


def run_campaign(
    campaign: Campaign,
    out: Path | str,
    *,
    workers: int | None = None,
    report: Callable[[Progress], None] | None = None,
) -> Plan:
    """Make every glass of a campaign that its folder does not hold yet.

    On a CPU shards are spread over worker processes pinned to a core each; an accelerator is driven by one process.
    A killed run loses at most its unfinished shards; the same call goes on.

    Args:
        campaign: what to make.
        out: folder of the run; made if absent.
        workers: processes; one per available core if not given.
        report: called with the progress.

    Returns:
        The plan that was carried out.

    Raises:
        InputError: if an argument is not allowed.
        DataFileError: if the folder holds damaged shards or shards of something else, or is in use by another run.
        ComputationError: if a worker died or the disk is full; finished shards are kept.
    """
    import jax

    if workers is not None and workers < 1:
        raise InputError(f"argument workers must be at least 1, but got {workers}")
    enable_x64()
    out = Path(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"argument out = {out} cannot be made a folder: {error}") from error
    accelerator = jax.default_backend() != "cpu"
    with _sole_runner(out):
        remove_leftovers(out)
        _remember(campaign, out)
        size = campaign.shard_size or (ACCELERATOR_SHARD if accelerator else CPU_SHARD)
        todo = plan(campaign, out, size)
        counter = _Counter(todo.finished, todo.total, report)
        if todo.tasks:
            if accelerator or workers == 1:
                for task in todo.tasks:
                    _make_shard(campaign, task, counter.add)
            else:
                _spread(campaign, todo.tasks, workers or len(os.sched_getaffinity(0)), counter)
    return todo


class _Counter:
    """Adds up finished glasses; may be called from several threads."""

    def __init__(self, finished: int, total: int, report: Callable[[Progress], None] | None) -> None:
        self.finished, self.total, self.report = finished, total, report
        self.lock = threading.Lock()
        self.add(0)

    def add(self, count: int) -> None:
        with self.lock:
            self.finished += count
            if self.report:
                self.report(Progress(self.finished, self.total))


def _make_shard(campaign: Campaign, task: Task, progress: Callable[[int], None]) -> None:
    import numpy as np

    ensemble = campaign.ensembles[task.ensemble]
    columns = make_glasses(
        ensemble.models()[0],
        task.physics,
        task.treatment,
        np.array(task.indices),
        eigenvectors=ensemble.eigenvectors,
        progress=progress,
    )
    stamp = provenance() | {"campaign": campaign.name, "campaign_hash": campaign.identity, "seed": str(campaign.seed)}
    write_shard(task.path, columns, task.physics, task.treatment, stamp, (task.ensemble, task.position))


_ticks: Any = None


def _begin_worker(cores: Any, ticks: Any) -> None:
    """Pin a new worker to a core of its own, before jax looks at how many there are."""
    global _ticks
    _ticks = ticks
    # Ctrl-C reaches the whole process group; the runner answers it, and its end ends the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, args=(os.getppid(),), daemon=True).start()
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, {cores.get()})
    enable_x64()


def _die_with_parent(parent: int) -> None:
    """End this worker when the process that feeds it is gone, however it went: nobody would collect its shards."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _work(table: dict[str, Any], task: Task) -> None:
    _make_shard(Campaign.model_validate(table), task, _ticks.put)


def _spread(campaign: Campaign, tasks: tuple[Task, ...], workers: int, counter: _Counter) -> None:
    context = multiprocessing.get_context("spawn")
    cores, ticks = context.Queue(), context.Queue()
    available = sorted(os.sched_getaffinity(0))
    workers = min(workers, len(tasks))
    for number in range(workers):
        cores.put(available[number % len(available)])
    os.environ.update(ONE_THREAD | {"JAX_PLATFORMS": "cpu"})
    listener = threading.Thread(target=_listen, args=(ticks, counter), daemon=True)
    listener.start()
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker, initargs=(cores, ticks))
    table = campaign.table()
    pending: set[Future[None]] = {pool.submit(_work, table, task) for task in tasks}
    try:
        while pending:
            finished, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in finished:
                future.result()
    except BrokenProcessPool as error:
        raise ComputationError(
            "a worker process died (killed, or out of memory); finished shards are kept: run the same command again, "
            "with fewer --workers if memory was short"
        ) from error
    finally:
        for process in list((pool._processes or {}).values()):
            if pending:
                process.terminate()
        pool.shutdown(wait=True, cancel_futures=True)
        ticks.put(None)
        listener.join(timeout=5)


def _listen(ticks: Any, counter: _Counter) -> None:
    while (count := ticks.get()) is not None:
        counter.add(count)


def _remember(campaign: Campaign, out: Path) -> None:
    """Keep the campaign's settings beside its shards."""
    text = json.dumps({"identity": campaign.identity, "campaign": campaign.table()}, indent=1)
    temporary = out / ".campaign.json.part"
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, out / "campaign.json")


@contextlib.contextmanager
def _sole_runner(out: Path) -> Iterator[None]:
    """One runner per folder: an operating-system lock, which a killed process loses."""
    import fcntl

    with open(out / ".lock", "a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DataFileError(
                f"{out} is in use by another run; wait for it to end or choose another --out folder"
            ) from None
        yield
