"""One judge for each worker process and choice of options, whatever engine runs the workers."""

from __future__ import annotations

import os
import threading
from typing import Any

from .judge import Judge

_judges: dict[tuple[Any, ...], Judge] = {}
_lock = threading.Lock()


def judge_of(model: str | None, options: dict[str, Any]) -> Judge:
    """The process's judge of this model with these options, opened when it is first asked for."""
    key = (os.getpid(), model, tuple(sorted((name, repr(value)) for name, value in options.items())))
    with _lock:
        if key not in _judges:
            _judges[key] = Judge(model, **options)
        return _judges[key]


def split(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Options of a judge, and those of its score_table."""
    of_rows = ("format", "map", "ignore", "turns")
    rows = {name: value for name, value in options.items() if name in of_rows}
    return {name: value for name, value in options.items() if name not in of_rows}, rows


def recognised(sample: Any, options: dict[str, Any]) -> dict[str, Any]:
    """The options with the format that a sample of all rows is in, so that every worker reads its part alike.

    `sample`: a pyarrow Table. Nothing changes where the options name a format, or the fields.
    """
    rows = split(options)[1]
    if rows.get("format") or rows.get("map") or len(sample) == 0:
        return options
    from . import table
    from ._native import Options

    return {**options, "format": table.recognise(sample, Options(**rows))["format"]}
