"""Ray Data: verdicts of a dataset's rows, by a pool of actors."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from . import _workers
from .judge import Judge


class Scorer:
    """An actor class for `map_batches(Scorer, batch_format="pyarrow", fn_constructor_kwargs={...})`.

    Its judge has as many threads as the actor has CPUs (`num_cpus`), unless `threads` is given.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] | None = None,
        *,
        threads: int | None = None,
        keep: bool | Sequence[str] = True,
        **options: Any,
    ):
        """`options` are those of Judge and of Judge.score_table."""
        import ray

        of_judge, self._rows = _workers.split(options)
        cpus = ray.get_runtime_context().get_assigned_resources().get("CPU", 1)
        self._judge = Judge(model, threads=threads or max(1, int(cpus)), **of_judge)
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

    `workers` actors of `cpus` threads each. An actor that dies is started anew and its batch scored again. The
    rows' format is told once, from the first 100 rows. `row` counts within each batch.
    """
    import pyarrow as pa

    taken = dataset.take_batch(100, batch_format="pyarrow") if dataset.count() else pa.table({})
    chosen = _workers.recognised(taken, options)
    return dataset.map_batches(
        Scorer,
        batch_format="pyarrow",
        batch_size=batch_rows,
        num_cpus=cpus,
        concurrency=workers,
        max_restarts=-1,
        max_task_retries=-1,
        fn_constructor_kwargs={"model": model, "keep": keep, **chosen},
    )
