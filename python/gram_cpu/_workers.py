"""One judge for each worker process and choice of options, whatever engine runs the workers."""

from __future__ import annotations

import os
import sys
import threading
import warnings
from typing import Any

from ._errors import InvalidArgumentError
from ._kept import fields_of
from .judge import Judge

_TEXTS = {"question", "response1", "chosen", "responses"}  # what a map names where it says how rows are read

_judges: dict[tuple[Any, ...], Judge] = {}
_lock = threading.Lock()


def _forget_lock() -> None:
    """In a forked child the lock may be held by a thread that is not there."""
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_forget_lock)


def judge_of(model: str | None, options: dict[str, Any]) -> Judge:
    """The process's judge of this model with these options, opened when it is first asked for.

    Warns where it takes all cores, and its process is one of several on the machine.
    """
    key = (os.getpid(), model, tuple(sorted((name, repr(value)) for name, value in options.items())))
    with _lock:
        if key not in _judges:
            _judges[key] = judge = Judge(model, **options)
            if options.get("threads") is None and _is_one_of_several() and judge.info["threads"] > 1:
                warnings.warn(
                    f"gram_cpu: this process is one of several, and its judge has {judge.info['threads']} threads, one "
                    "for each core: give each a share by threads=N",
                    stacklevel=3,
                )
        return _judges[key]


def _is_one_of_several() -> bool:
    """Whether the process was started as a worker, by multiprocessing or what derives from it, or by torchrun."""
    pools = (sys.modules.get(name) for name in ("multiprocessing", "multiprocess"))
    of_pool = any(pool is not None and pool.parent_process() is not None for pool in pools)
    return of_pool or os.environ.get("LOCAL_WORLD_SIZE", "1") not in ("", "0", "1")


def check_threads(threads: int | None, cores: int, whose: str, remedy: str) -> None:
    """Refuses more threads than there are cores for them: InvalidArgumentError says whose, and what to do."""
    if threads is not None and threads < 1:
        raise InvalidArgumentError(f"threads is {threads}; expected a number from 1")
    if threads is not None and threads > cores:
        raise InvalidArgumentError(f"threads is {threads}, more than {whose} ({cores}): {remedy}")


def split(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Options of a judge, and those of its score_table."""
    of_rows = ("format", "map", "ignore", "turns")
    rows = {name: value for name, value in options.items() if name in of_rows}
    return {name: value for name, value in options.items() if name not in of_rows}, rows


def recognised(sample: Any, options: dict[str, Any]) -> dict[str, Any]:
    """The options with the format that a sample of all rows is in, so that every worker reads its part alike.

    `sample`: a pyarrow Table. Nothing changes where the options name a format, or the fields of texts.
    """
    rows = split(options)[1]
    if rows.get("format") or _TEXTS & set(fields_of(rows.get("map"))) or len(sample) == 0:
        return options
    from . import table
    from ._native import Options

    return {**options, "format": table.recognise(sample, Options(**rows))["format"]}
