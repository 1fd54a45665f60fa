"""Hugging Face datasets: verdicts as new columns."""

from __future__ import annotations

import os
from typing import Any

from . import _workers
from ._kept import Kept
from .table import import_pyarrow


class scorer:
    """A function for `dataset.with_format("arrow").map(scorer(model), batched=True)`.

    Adds the columns of the verdicts to each batch, but for `id` where the rows have a column of that name; any other
    that is called as a verdict's is refused by name. Picklable; with num_proc every process opens the model once,
    and all share its weights: give threads=N, each process's share of the cores. `options` are those of Judge and of
    Judge.score_table; name the `format` where batches are small, since each batch is recognised by itself. Its
    pickle, by which datasets caches results, names model and options.
    """

    def __init__(self, model: str | os.PathLike[str] | None = None, **options: Any):
        self._path = None if model is None else os.fspath(model)
        self._options = options

    def __call__(self, batch: Any) -> Any:
        """The batch with its verdicts: a pyarrow Table, or a mapping of lists."""
        of_judge, of_rows = _workers.split(self._options)
        judge = _workers.judge_of(self._path, of_judge)
        if hasattr(batch, "schema"):
            return judge.score_table(batch, keep=True, **of_rows)
        rows = import_pyarrow("gram_cpu.datasets").table(dict(batch))
        # datasets puts these beside the rows' own columns, or in their place.
        scored = judge.score_table(rows, **of_rows)
        _, own = Kept(True, of_rows.get("map"), of_rows.get("ignore")).split(rows.column_names, scored.column_names)
        return scored.select(own).to_pydict()
