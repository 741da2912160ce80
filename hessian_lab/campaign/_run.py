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
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from .._core.errors import ComputationError, DataFileError, InputError
from .._core.precision import enable_x64
from .._core.provenance import provenance
from ..records import remove_leftovers, write_parents, write_shard
from ._glasses import make_glasses
from ._parents import collect_parents, prepare_parents
from ._plan import ParentTask, Plan, Task, plan
from ._settings import Campaign

CPU_SHARD = 25
ACCELERATOR_SHARD = 2048

CPU_PARENTS = 8
"""As many as share a batch of swap Monte Carlo on a core. A prepared parent takes seconds to minutes, so that a kill
must not cost many of them."""
ACCELERATOR_PARENTS = 512

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""One thread per worker: cores are shared by glasses, not by one glass's linear algebra."""


@dataclass(frozen=True)
class Progress:
    """How far a campaign is.

    Attributes:
        finished: glasses finished so far.
        total: glasses in all.
        parents_finished: prepared parents finished so far.
        parents_total: prepared parents in all; random ones are not counted.
    """

    finished: int
    total: int
    parents_finished: int = 0
    parents_total: int = 0


def run_campaign(
    campaign: Campaign,
    out: Path | str,
    *,
    workers: int | None = None,
    announce: Callable[[Plan], None] | None = None,
    report: Callable[[Progress], None] | None = None,
) -> Plan:
    """Make every parent and every glass of a campaign that its folder does not hold yet.

    On a CPU files are spread over worker processes pinned to a core each; an accelerator is driven by one process.
    Parents that have to be prepared come before their glasses, file by file. A killed run loses at most its unfinished
    files; the same call goes on.

    Args:
        campaign: what to make.
        out: folder of the run; made if absent.
        workers: processes; one per available core if not given.
        announce: called once with the plan, before any work.
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
        parents = campaign.parent_shard_size or (ACCELERATOR_PARENTS if accelerator else CPU_PARENTS)
        todo = plan(campaign, out, size, parents)
        if announce:
            announce(todo)
        counter = _Counter(todo, report)
        if todo.tasks:
            if accelerator or workers == 1:
                for job in _in_order(todo):
                    _do(campaign, job, partial(counter.add, _stage(job)))
            else:
                _spread(campaign, todo, workers or len(os.sched_getaffinity(0)), counter)
    return todo


class _Counter:
    """Adds up finished parents and glasses; may be called from several threads."""

    def __init__(self, todo: Plan, report: Callable[[Progress], None] | None) -> None:
        self.progress = Progress(todo.finished, todo.total, todo.parents_finished, todo.parents_total)
        self.report = report
        self.lock = threading.Lock()
        self.add("finished", 0)

    def add(self, stage: str, count: int) -> None:
        with self.lock:
            self.progress = replace(self.progress, **{stage: getattr(self.progress, stage) + count})
            if self.report:
                self.report(self.progress)


Job = ParentTask | Task


def _stage(job: Job) -> str:
    """The field of the progress that a job counts towards."""
    return "parents_finished" if isinstance(job, ParentTask) else "finished"


def _in_order(todo: Plan) -> list[Job]:
    """All jobs, each shard right after the parents that it needs and nobody before it needed."""
    waiting = {task.path: task for task in todo.parent_tasks}
    jobs: list[Job] = []
    for task in todo.tasks:
        jobs += [waiting.pop(path) for path in task.parents if path in waiting]
        jobs.append(task)
    return jobs


def _do(campaign: Campaign, job: Job, progress: Callable[[int], None]) -> None:
    """Make one file."""
    ensemble = campaign.ensembles[job.ensemble]
    stamp = provenance() | {"campaign": campaign.name, "campaign_hash": campaign.identity, "seed": str(campaign.seed)}
    if isinstance(job, ParentTask):
        columns = prepare_parents(ensemble.parent_model(), job.physics, job.indices, progress=progress)
        write_parents(job.path, columns, job.physics, stamp)
        return
    columns = make_glasses(
        ensemble.models()[0],
        job.physics,
        job.treatment,
        np.array(job.indices),
        wanted=ensemble.wanted,
        parents=collect_parents(job.parents, job.physics, job.indices) if job.parents else None,
        progress=progress,
    )
    write_shard(job.path, columns, job.physics, job.treatment, stamp, (job.ensemble, job.position))


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


def _work(table: dict[str, Any], job: Job) -> None:
    stage = _stage(job)
    _do(Campaign.model_validate(table), job, lambda count: _ticks.put((stage, count)))


def _spread(campaign: Campaign, todo: Plan, workers: int, counter: _Counter) -> None:
    context = multiprocessing.get_context("spawn")
    cores, ticks = context.Queue(), context.Queue()
    available = sorted(os.sched_getaffinity(0))
    workers = min(workers, len(todo.tasks) + len(todo.parent_tasks))
    for number in range(workers):
        cores.put(available[number % len(available)])
    os.environ.update(ONE_THREAD | {"JAX_PLATFORMS": "cpu"})
    listener = threading.Thread(target=_listen, args=(ticks, counter), daemon=True)
    listener.start()
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker, initargs=(cores, ticks))
    table = campaign.table()
    waiting = _in_order(todo)
    pending: dict[Future[None], Job] = {}
    try:
        while waiting or pending:
            _submit(pool, table, waiting, pending, workers)
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                pending.pop(future)
                future.result()
    except BrokenProcessPool as error:
        raise ComputationError(
            "a worker process died (killed, or out of memory); finished files are kept: run the same command again, "
            "with fewer --workers if memory was short"
        ) from error
    finally:
        for process in list((pool._processes or {}).values()):
            if waiting or pending:
                process.terminate()
        pool.shutdown(wait=True, cancel_futures=True)
        ticks.put(None)
        listener.join(timeout=5)


def _submit(
    pool: ProcessPoolExecutor, table: dict[str, Any], waiting: list[Job], pending: dict[Future[None], Job], workers: int
) -> None:
    """Keep one job more than there are workers in the pool: the first ones in the order whose parents are there."""
    unborn = {job.path for job in (*waiting, *pending.values()) if isinstance(job, ParentTask)}
    ready = [job for job in waiting if isinstance(job, ParentTask) or not unborn.intersection(job.parents)]
    for job in ready[: workers + 1 - len(pending)]:
        waiting.remove(job)
        pending[pool.submit(_work, table, job)] = job


def _listen(ticks: Any, counter: _Counter) -> None:
    while (tick := ticks.get()) is not None:
        counter.add(*tick)


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
