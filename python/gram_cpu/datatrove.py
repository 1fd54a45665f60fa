"""datatrove: a filter that keeps documents whose answer wins."""

from __future__ import annotations

import os
from typing import Any

from . import _workers
from ._needed import needed

BaseFilter: Any = needed("datatrove.pipeline.filters.base_filter", "gram_cpu.datatrove", "datatrove").BaseFilter


class WinsFilter(BaseFilter):  # type: ignore[misc]
    """Keeps a document whose text answers `metadata[question]` better than `metadata[other]` does.

    By at least `min_margin` log-odds. Documents that lack one of the two, or cannot be scored, are dropped with the
    reason. `exclusion_writer`: a datatrove DiskWriter for these. `options` are those of Judge; with several workers
    on a machine give threads=N, the share of each.
    """

    name = "gram-cpu wins"

    def __init__(
        self,
        model: str | os.PathLike[str] | None = None,
        *,
        question: str = "question",
        other: str = "rejected",
        min_margin: float = 0.0,
        batch_size: int = 256,
        exclusion_writer: Any = None,
        **options: Any,
    ):
        super().__init__(exclusion_writer, batch_size=batch_size)
        self._path = None if model is None else os.fspath(model)
        self._question = question
        self._other = other
        self._min_margin = min_margin
        self._options = options

    def filter(self, doc: Any) -> bool | tuple[bool, str]:
        """Whether to keep one document."""
        return self.filter_batch([doc])[0]

    def filter_batch(self, batch: list[Any]) -> list[bool | tuple[bool, str]]:
        """Whether to keep each document."""
        judge = _workers.judge_of(self._path, self._options)
        results: list[bool | tuple[bool, str]] = [(False, "no_pair")] * len(batch)
        pairs = []
        for index, doc in enumerate(batch):
            question, other = doc.metadata.get(self._question), doc.metadata.get(self._other)
            if isinstance(question, str) and isinstance(other, str):
                pairs.append((index, (question, doc.text, other)))
        for (index, _), verdict in zip(pairs, judge.score([pair for _, pair in pairs], errors="return")):
            if isinstance(verdict, Exception):
                results[index] = (False, getattr(verdict, "code", "error"))
            else:
                results[index] = True if verdict.margin >= self._min_margin else (False, "loses")
        return results
