"""Spark: verdicts of a DataFrame's rows, on its executors."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from . import _workers
from .judge import Judge


def _task_cores(context: Any) -> int:
    return int(context.getConf().get("spark.task.cpus", "1"))


def score(
    df: Any,
    model: str | os.PathLike[str] | None = None,
    *,
    threads: int | None = None,
    keep: bool | Sequence[str] = True,
    **options: Any,
) -> Any:
    """A DataFrame of `df`'s rows, each with the columns of its verdict (docs/distributed.md).

    Every Python worker opens the model once; its weights are shared by all workers of a machine. `model` is a
    path that every machine has. `threads`: None is the task's cores (spark.task.cpus). `options` are those of
    Judge and of Judge.score_table. The rows' format is told once, from the first 100 rows. Lazy, as all of Spark.
    A row without a verdict has error_code and error_message; `row` counts within each partition.
    """
    import pyarrow as pa
    from pyspark.sql.pandas.types import from_arrow_schema

    path = None if model is None else os.fspath(model)
    sample = df.limit(100).toPandas()
    rows = pa.Table.from_pandas(sample, preserve_index=False) if len(sample) else None
    chosen = options if rows is None else _workers.recognised(rows, options)
    of_judge, of_rows = _workers.split(chosen)
    of_judge["threads"] = threads or _task_cores(df.sparkSession.sparkContext)
    with Judge(path, **of_judge) as judge:
        empty = pa.table({name: pa.array([], pa.string()) for name in ("question", "response1", "response2")})
        verdicts = judge.score_table(empty).schema
    names = df.columns if keep is True else list(keep or [])
    clashes = [name for name in names if name in verdicts.names]
    if clashes:
        raise ValueError(f"keep: column {clashes[0]!r} is called as one of the verdicts'; rename it")

    def partition(batches: Iterator[Any]) -> Iterator[Any]:
        first = next(batches, None)
        if first is None:
            return
        judge = _workers.judge_of(path, of_judge)

        def all_batches() -> Iterator[Any]:
            yield first
            yield from batches

        yield from judge.score_table(all_batches(), keep=names, **of_rows)

    schema = from_arrow_schema(verdicts)
    for name in reversed(names):
        schema.fields.insert(0, df.schema[name])
        schema.names.insert(0, name)
    return df.mapInArrow(partition, schema)
