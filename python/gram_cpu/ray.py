"""Ray Data: verdicts of a dataset's rows, by a pool of actors."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from . import _workers
from ._needed import needed
from .judge import Judge

_HEAD_ROWS = 100  # that recognising looks at


def _check_threads(threads: int | None, cpus: int) -> None:
    _workers.check_threads(threads, cpus, "the CPUs of an actor", f"give each {threads} CPUs, or leave threads out")


class Scorer:
    """An actor class for `map_batches(Scorer, batch_format="pyarrow", fn_constructor_kwargs={...})`.

    Its judge has as many threads as the actor has CPUs (`num_cpus`), unless `threads` says fewer.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] | None = None,
        *,
        threads: int | None = None,
        keep: bool | Sequence[str] = True,
        **options: Any,
    ):
        """`keep`, and `options`, which are those of Judge and of Judge.score_table, are as there."""
        ray = needed("ray", "gram_cpu.ray", "ray")
        of_judge, self._rows = _workers.split(options)
        cpus = max(1, int(ray.get_runtime_context().get_assigned_resources().get("CPU", 1)))
        _check_threads(threads, cpus)
        self._judge = Judge(model, threads=threads or cpus, **of_judge)
        self._keep = keep

    def __call__(self, batch: Any) -> Any:
        """The batch with the columns of its verdicts."""
        return self._judge.score_table(batch, keep=self._keep, **self._rows)


def score(
    dataset: Any,
    model: str | os.PathLike[str] | None = None,
    *,
    workers: int = 1,
    cpus: int = 1,
    batch_rows: int = 1024,
    keep: bool | Sequence[str] = True,
    **options: Any,
) -> Any:
    """A dataset of the rows, each with the columns of its verdict (docs/distributed.md).

    `workers` actors of `cpus` threads each. Ray starts an actor that dies anew, and its batch is scored again. `keep`,
    and `options`, which are those of Judge and of Judge.score_table, are as there. The rows' format is told once,
    from the first 100 rows. `row` counts within each batch. Raises GramError, ImportError.
    """
    needed("ray.data", "gram_cpu.ray", "ray")
    needed("pyarrow", "gram_cpu.ray", "ray")
    _check_threads(options.get("threads"), cpus)
    head = next(iter(dataset.limit(_HEAD_ROWS).iter_batches(batch_size=_HEAD_ROWS, batch_format="pyarrow")), None)
    chosen = options if head is None else _workers.recognised(head, options)
    return dataset.map_batches(
        Scorer,
        batch_format="pyarrow",
        batch_size=batch_rows,
        num_cpus=cpus,
        concurrency=workers,
        fn_constructor_kwargs={"model": model, "keep": keep, **chosen},
    )
