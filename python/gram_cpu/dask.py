"""Dask: verdicts of a DataFrame's rows, by its workers."""

from __future__ import annotations

import os
import re
import socket
from collections import Counter
from collections.abc import Sequence
from typing import Any

from . import _workers
from ._errors import InvalidArgumentError
from ._kept import Kept
from ._needed import needed
from .judge import Judge

_HEAD_ROWS = 100  # that recognising looks at
_MESSAGES_AS_TEXT = re.compile(r"\s*\[?\{'(role|content|from|value)':")  # what str() makes of them


def _host_and_cores() -> tuple[str, int]:
    return socket.gethostname(), len(os.sched_getaffinity(0))


def _check_threads(threads: int) -> None:
    """Refuses threads for which a host of the current client's cluster has not the cores."""
    _workers.check_threads(threads, threads, "the cores of a host", "")
    if threads == 1:
        return
    try:
        client = needed("distributed", "gram_cpu.dask").default_client()
    except (ImportError, ValueError):  # no cluster: the workers are threads of this process, which share one judge
        return
    if client.asynchronous:  # whoever calls this runs the loop that would have to answer
        return
    for (host, cores), workers in Counter(client.run(_host_and_cores).values()).items():
        share = max(1, cores // workers)
        whose = f"a worker's share of {host}, which has {workers} workers and {cores} cores"
        _workers.check_threads(threads, share, whose, "start fewer workers there, or give fewer threads")


def _check_messages(head: Any) -> None:
    """Refuses lists of messages that Dask has made texts of, as it does unless it is told not to."""
    for name in head.column_names:
        for text in head.column(name).to_pylist():
            if isinstance(text, str) and _MESSAGES_AS_TEXT.match(text):
                raise InvalidArgumentError(
                    f"column {name!r} holds messages that Dask has made texts of; before the data are read, call "
                    'dask.config.set({"dataframe.convert-string": False})'
                )


def _scored(judge: Judge, frame: Any, keep: bool | Sequence[str], of_rows: dict[str, Any]) -> Any:
    """The frame with its verdicts, whose columns have Arrow's types: the same in all partitions, whatever is null."""
    import pandas
    import pyarrow as pa

    verdicts = judge.score_table(pa.Table.from_pandas(frame, preserve_index=False), **of_rows)
    kept = Kept(keep, of_rows.get("map"), of_rows.get("ignore"))
    names, own = kept.split(list(frame.columns), verdicts.column_names)
    scored = verdicts.select(own).to_pandas(types_mapper=pandas.ArrowDtype)
    scored.index = frame.index
    return pandas.concat([frame[names], scored], axis=1)


def _score_partition(frame: Any, path: str | None, of_judge: dict[str, Any], of_rows: dict[str, Any], keep: Any) -> Any:
    return _scored(_workers.judge_of(path, of_judge), frame, keep, of_rows)


def score(
    ddf: Any,
    model: str | os.PathLike[str] | None = None,
    *,
    threads: int = 1,
    keep: bool | Sequence[str] = True,
    **options: Any,
) -> Any:
    """A Dask DataFrame of the rows, each with the columns of its verdict (docs/distributed.md).

    Every worker process opens the model once. `threads`: of each judge; more than a worker's share of its host's
    cores are refused. Threads of a worker gain nothing, since a judge's calls run one after the other. `keep`, and
    `options`, which are those of Judge and of Judge.score_table, are as there. The rows' format is told once, from
    the first 100 rows. The verdicts' columns have Arrow's types (pandas.ArrowDtype). `row` counts within each
    partition. Raises GramError, ImportError.
    """
    pa = needed("pyarrow", "gram_cpu.dask", "dask")
    needed("dask.dataframe", "gram_cpu.dask", "dask")
    _check_threads(threads)
    path = None if model is None else os.fspath(model)
    head = pa.Table.from_pandas(ddf.head(_HEAD_ROWS, npartitions=-1, compute=True), preserve_index=False)
    _check_messages(head)
    of_judge, of_rows = _workers.split(_workers.recognised(head, options))
    of_judge["threads"] = threads
    with Judge(path, **of_judge) as judge:
        meta = _scored(judge, ddf._meta, keep, of_rows)
    return ddf.map_partitions(_score_partition, path, of_judge, of_rows, keep, meta=meta)
