"""Which columns of a table stand in front of the verdicts on its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ._errors import InvalidArgumentError

_ID = "id"
_MOST_LISTED = 20  # columns that an error proposes to keep


def fields_of(map: str | Mapping[str, str] | None) -> dict[str, str]:
    """The fields that the option `map` names: of "id=uid,question=q", {"id": "uid", "question": "q"}."""
    if isinstance(map, str):
        return dict(part.partition("=")[::2] for part in map.split(",") if part)
    return dict(map or {})


def _ids_are_of_id(map: str | Mapping[str, str] | None, ignore: str | Iterable[str] | None) -> bool:
    """Whether a row's id is what its column "id" says, where there is one (docs/inputs.md)."""
    ignored = ignore.split(",") if isinstance(ignore, str) else list(ignore or ())
    return fields_of(map).get(_ID, _ID) == _ID and _ID not in ignored


class Kept:
    """What `keep` asks for: all columns, none, or those named.

    A kept column "id" stands for the verdicts' `id`, which is read from it and says the same as text. Any other
    name that is a verdict's, too, is refused.
    """

    def __init__(
        self,
        keep: bool | Sequence[str],
        map: str | Mapping[str, str] | None = None,
        ignore: str | Iterable[str] | None = None,
    ):
        """`map` and `ignore` are those of Judge.score_table."""
        if isinstance(keep, (str, bytes)):
            raise InvalidArgumentError(f"keep is the text {keep!r}; expected a list of columns, True or False")
        self._keep = keep if isinstance(keep, bool) else list(keep)
        self._own_ids = not _ids_are_of_id(map, ignore)

    def names(self, columns: Sequence[str]) -> list[str]:
        """Those of a table's columns that are kept. Raises InvalidArgumentError where one is not there."""
        if isinstance(self._keep, bool):
            return list(columns) if self._keep else []
        for name in self._keep:
            if name not in columns:
                raise InvalidArgumentError(f"keep: there is no column {name!r}")
            if self._keep.count(name) > 1:
                raise InvalidArgumentError(f"keep: column {name!r} is named twice")
        return self._keep

    def split(self, columns: Sequence[str], verdicts: Sequence[str]) -> tuple[list[str], list[str]]:
        """The columns that are kept, and those of the verdicts that go behind them.

        Raises InvalidArgumentError where two would have one name.
        """
        names = self.names(columns)
        own = [name for name in verdicts if name != _ID or self._own_ids or _ID not in names]
        for name in names:
            if name in own:
                raise InvalidArgumentError(
                    f"keep: column {name!r} is called as one of the verdicts'; rename it, or {_others(names, own)}"
                )
        return names, own


def _others(names: Sequence[str], own: Sequence[str]) -> str:
    others = [name for name in names if name not in own]
    return f"keep the others: keep={others!r}" if len(others) <= _MOST_LISTED else "name the others in keep"
