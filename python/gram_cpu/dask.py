"""Dask: verdicts of a DataFrame's rows, by its workers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from . import _workers
from .judge import Judge


def _score_partition(frame: Any, path: str | None, of_judge: dict[str, Any], of_rows: dict[str, Any], keep: Any) -> Any:
    return _workers.judge_of(path, of_judge).score_table(frame, keep=keep, **of_rows)


def score(
    ddf: Any,
    model: str | os.PathLike[str] | None = None,
    *,
    threads: int = 1,
    keep: bool | Sequence[str] = True,
    **options: Any,
) -> Any:
    """A Dask DataFrame of the rows, each with the columns of its verdict (docs/distributed.md).

    Every worker process opens the model once. `threads`: of each judge; one for each thread that a worker has is
    too many, since its calls run one after the other. `options` are those of Judge and of Judge.score_table. The
    rows' format is told once, from the first 100 rows. `row` counts within each partition.
    """
    import pyarrow as pa

    path = None if model is None else os.fspath(model)
    head = pa.Table.from_pandas(ddf.head(100, npartitions=-1), preserve_index=False)
    of_judge, of_rows = _workers.split(_workers.recognised(head, options))
    of_judge["threads"] = threads
    with Judge(path, **of_judge) as judge:
        meta = judge.score_table(head.slice(0, 0).to_pandas(), keep=keep, **of_rows)
    return ddf.map_partitions(_score_partition, path, of_judge, of_rows, keep, meta=meta)
