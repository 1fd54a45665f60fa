"""Spark: verdicts of a DataFrame's rows, on its executors."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from . import _workers
from ._errors import InvalidArgumentError
from ._kept import Kept
from ._needed import needed
from .judge import Judge

_HEAD_ROWS = 100  # that recognising looks at


def _as_bytes(batches: Iterator[Any]) -> Iterator[Any]:
    """Each batch as one row that holds it: on the driver it is what the executors see, whatever its types."""
    import pyarrow as pa

    for batch in batches:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        yield pa.RecordBatch.from_pydict({"stream": pa.array([sink.getvalue().to_pybytes()], pa.binary())})


def _head_of(df: Any) -> Any:
    """The first rows as a pyarrow Table; None where there are none."""
    import pyarrow as pa

    streams = df.limit(_HEAD_ROWS).mapInArrow(_as_bytes, "stream binary").collect()
    tables = [pa.ipc.open_stream(bytes(row[0])).read_all() for row in streams]
    return pa.concat_tables(tables) if tables else None


def _refuse_names_of_one_case(session: Any, kept: list[str], verdicts: list[str]) -> None:
    """Spark takes "ID" and "id" for one name, unless it is told otherwise."""
    if str(session.conf.get("spark.sql.caseSensitive", "false")).lower() == "true":
        return
    own = {name.lower(): name for name in verdicts}
    for name in kept:
        if name.lower() in own:
            raise InvalidArgumentError(
                f"keep: column {name!r} and the verdicts' {own[name.lower()]!r} are one name to Spark; rename it, or "
                "name the others in keep"
            )


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
    path that every machine has. `threads`: None is the task's cores (spark.task.cpus), and more are refused, since
    Spark runs a task for each core. `keep`, and `options`, which are those of Judge and of Judge.score_table, are as
    there. The rows' format is told once, from the first 100 rows. Lazy, as all of Spark. A row without a verdict has
    error_code and error_message; `row` counts within each partition. Raises GramError.
    """
    pa = needed("pyarrow", "gram_cpu.spark", "spark")
    types = needed("pyspark.sql.pandas.types", "gram_cpu.spark", "spark")
    path = None if model is None else os.fspath(model)
    session = df.sparkSession
    cores = int(session.conf.get("spark.task.cpus", "1"))
    _workers.check_threads(
        threads, cores, "the cores of a Spark task", f"set spark.task.cpus to {threads}, or leave threads out"
    )
    head = _head_of(df)
    of_judge, of_rows = _workers.split(options if head is None else _workers.recognised(head, options))
    of_judge["threads"] = threads or cores
    with Judge(path, **of_judge) as judge:
        empty = pa.table({name: pa.array([], pa.string()) for name in ("question", "response1", "response2")})
        verdicts = judge.score_table(empty, format="generic").schema
    names, own = Kept(keep, of_rows.get("map"), of_rows.get("ignore")).split(df.columns, verdicts.names)
    _refuse_names_of_one_case(session, names, own)

    def partition(batches: Iterator[Any]) -> Iterator[Any]:
        first = next(batches, None)
        if first is not None:
            judge = _workers.judge_of(path, of_judge)
            yield from judge.score_table(chain((first,), batches), keep=names, **of_rows)

    kept = [df.schema[name] for name in names]
    scored = types.from_arrow_schema(pa.schema([verdicts.field(name) for name in own]))
    return df.mapInArrow(partition, type(scored)(kept + list(scored.fields)))
