"""Tables in, verdicts out, by the Arrow PyCapsule interface."""

from __future__ import annotations

import ctypes
import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from ctypes import byref, c_char_p, c_void_p, py_object
from itertools import chain
from typing import Any

from . import _native
from ._native import (
    ArrowArray,
    ArrowArrayStream,
    ArrowSchema,
    Cancel,
    GramError,
    Handle,
    InvalidArgumentError,
    Options,
    check,
    lib,
)

_STREAM = b"arrow_array_stream"

_capsule_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_capsule_pointer.restype = c_void_p
_capsule_pointer.argtypes = [py_object, c_char_p]
_capsule_new = ctypes.pythonapi.PyCapsule_New
_capsule_new.restype = py_object
_capsule_new.argtypes = [c_void_p, c_char_p, c_void_p]

_ERRORS = {12: "out_of_memory", 22: "invalid_argument", 125: "cancelled"}  # errno of Linux


def _error_of(stream: ArrowArrayStream, error: int) -> GramError:
    text = stream.get_last_error(byref(stream))
    return _native.error_of(_ERRORS.get(error, "io"), text.decode(errors="replace") if text else "out of memory")


class Verdicts:
    """A stream of verdicts that is computed as it is read, once: `__arrow_c_stream__` hands it over."""

    def __init__(self, handle: Handle, capsule: Any, options: Options, cancel: Cancel | None = None):
        """Takes the stream of rows in `capsule` over; `cancel` stops it."""
        self._options = options
        self._cancel = cancel or Cancel()
        self._stream = ArrowArrayStream()
        self._source = capsule
        rows = _capsule_pointer(capsule, _STREAM)
        # Reads the first rows, which may be Python's to make.
        _native.interruptible(
            lambda cancel: check(
                lib.gram_score_stream(handle, rows, options.handle, self._cancel.handle, byref(self._stream))
            ),
            self._cancel,
        )

    def __del__(self) -> None:
        stream = getattr(self, "_stream", None)
        if stream is not None and stream.release:
            stream.release(byref(stream))

    def schema(self) -> ArrowSchema:
        """The columns of the verdicts, which the caller releases."""
        schema = ArrowSchema()
        error = self._stream.get_schema(byref(self._stream), byref(schema))
        if error:
            raise _error_of(self._stream, error)
        return schema

    def next_batch(self) -> ArrowArray | None:
        """The next batch, which the caller releases; None behind the last."""
        batch = ArrowArray()
        error = _native.interruptible(
            lambda cancel: self._stream.get_next(byref(self._stream), byref(batch)), self._cancel
        )
        if error:
            raise _error_of(self._stream, error)
        return batch if batch.release else None

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        """The stream as a capsule; verdicts have no other schema than their own."""
        if not self._stream.release:
            raise InvalidArgumentError("this stream of verdicts was taken already")
        handed = _Handed(self._stream, (self._cancel, self._options, self._source))
        self._stream = ArrowArrayStream()
        return handed.capsule


class _Handed:
    """A stream on its way to a consumer, alive until its capsule is not."""

    _alive: dict[int, _Handed] = {}  # noqa: RUF012

    def __init__(self, stream: ArrowArrayStream, needs: object):
        self._needs = needs
        self._stream = stream
        address = ctypes.addressof(stream)
        self.capsule = _capsule_new(address, _STREAM, ctypes.cast(_release_capsule, c_void_p))
        _Handed._alive[address] = self

    @classmethod
    def forget(cls, address: int) -> None:
        """The capsule is gone: releases what no consumer has taken."""
        handed = cls._alive.pop(address, None)
        if handed is not None and handed._stream.release:
            handed._stream.release(byref(handed._stream))


_pointer_of_capsule = ctypes.PYFUNCTYPE(c_void_p, c_void_p, c_char_p)(("PyCapsule_GetPointer", ctypes.pythonapi))


def _capsule_is_gone(capsule: int) -> None:
    _Handed.forget(_pointer_of_capsule(capsule, _STREAM))


_release_capsule = ctypes.PYFUNCTYPE(None, c_void_p)(_capsule_is_gone)


def import_pyarrow(why: str) -> Any:
    """The module pyarrow; `why` is what an error says it is needed for."""
    try:
        import pyarrow
    except ImportError:
        raise ImportError(f"{why} needs pyarrow: pip install pyarrow") from None
    return pyarrow


def _kind_of(data: Any) -> str:
    """The library that a table is of, by its class: none is imported to find out."""
    module = type(data).__module__.partition(".")[0]
    name = type(data).__name__
    return f"{module}.{name}"


def _batches_of(pyarrow: Any, batches: Iterable[Any], seen: deque[Any]) -> Any:
    """A reader of the batches that an iterator gives, each noted in `seen`."""
    iterator = iter(batches)
    first = next(iterator, None)
    if first is None:
        raise InvalidArgumentError("there are no batches, so their columns are not known")
    if not isinstance(first, pyarrow.RecordBatch):
        raise InvalidArgumentError(f"batches are pyarrow RecordBatches; the first is {type(first).__name__}")

    noted = (_noted(batch, seen) for batch in chain((first,), iterator))
    return pyarrow.RecordBatchReader.from_batches(first.schema, noted)


def _noted(batch: Any, seen: deque[Any]) -> Any:
    seen.append(batch)
    return batch


def _stream_capsule(reader: Any) -> Any:
    if hasattr(reader, "__arrow_c_stream__"):
        return reader.__arrow_c_stream__()
    stream = ArrowArrayStream()  # pyarrow before 14
    reader._export_to_c(ctypes.addressof(stream))
    return _Handed(stream, reader).capsule


def _verdict_schema(pyarrow: Any, verdicts: Verdicts) -> Any:
    schema = verdicts.schema()
    return pyarrow.Schema._import_from_c(ctypes.addressof(schema))


def kept_names(schema: Any, keep: bool | Sequence[str]) -> list[str]:
    """The columns that are kept."""
    if isinstance(keep, bool):
        return list(schema.names) if keep else []
    for name in keep:
        if name not in schema.names:
            raise InvalidArgumentError(f"keep: there is no column {name!r}")
    return list(keep)


def _unclashing_names(schema: Any, verdicts: Any, keep: bool | Sequence[str]) -> list[str]:
    """The same, none of which is called as a column of verdicts."""
    names = kept_names(schema, keep)
    for name in names:
        if name in verdicts.names:
            raise InvalidArgumentError(
                f"keep: column {name!r} is called as one of the verdicts'; rename it, or name the others in keep"
            )
    return names


def _score_reader(handle: Handle, reader: Any, seen: deque[Any], options: Options, keep: Any) -> Any:
    """The verdicts of a reader whose batches are noted in `seen`, as a reader."""
    pyarrow = import_pyarrow("score_table")
    rows = reader.schema
    verdicts = Verdicts(handle, _stream_capsule(reader), options)
    own = _verdict_schema(pyarrow, verdicts)
    names = _unclashing_names(rows, own, keep)
    schema = pyarrow.schema([rows.field(name) for name in names] + list(own))

    def batches() -> Iterator[Any]:
        while (batch := verdicts.next_batch()) is not None:
            scored = pyarrow.RecordBatch._import_from_c(ctypes.addressof(batch), own)
            source = seen.popleft()
            columns = [source.column(source.schema.get_field_index(name)) for name in names]
            yield pyarrow.RecordBatch.from_arrays(columns + scored.columns, schema=schema)

    return schema, batches()


def score(handle: Handle, data: Any, options: Options, keep: bool | Sequence[str]) -> Any:
    """See Judge.score_table."""
    kind = _kind_of(data)
    if kind == "polars.LazyFrame":
        raise InvalidArgumentError("a LazyFrame has no rows yet; collect() it")
    if kind == "polars.DataFrame":
        return _score_polars(handle, data, options, keep)
    pyarrow = import_pyarrow("score_table")
    if kind == "pandas.DataFrame":
        return _score_pandas(pyarrow, handle, data, options, keep)
    seen: deque[Any] = deque()
    if isinstance(data, pyarrow.RecordBatch):
        schema, batches = _score_reader(handle, _batches_of(pyarrow, [data], seen), seen, options, keep)
        return next(batches)
    if isinstance(data, pyarrow.Table):
        chunks = data.to_batches() or [pyarrow.RecordBatch.from_pylist([], schema=data.schema)]
        schema, batches = _score_reader(handle, _batches_of(pyarrow, chunks, seen), seen, options, keep)
        return pyarrow.Table.from_batches(list(batches), schema=schema)
    if isinstance(data, (pyarrow.RecordBatchReader, Iterator)):
        schema, batches = _score_reader(handle, _noting_reader(pyarrow, data, seen), seen, options, keep)
        return pyarrow.RecordBatchReader.from_batches(schema, batches)
    if hasattr(data, "__arrow_c_stream__"):
        return score(handle, pyarrow.table(data), options, keep)
    raise InvalidArgumentError(
        f"score_table takes tables of pyarrow, pandas or polars, or batches, not {type(data).__name__}"
    )


def _noting_reader(pyarrow: Any, data: Any, seen: deque[Any]) -> Any:
    if not isinstance(data, pyarrow.RecordBatchReader):
        return _batches_of(pyarrow, data, seen)
    return pyarrow.RecordBatchReader.from_batches(data.schema, (_noted(batch, seen) for batch in data))


class _Named:
    """Columns by their names."""

    def __init__(self, names: list[str]):
        self.names = names


def _score_pandas(pyarrow: Any, handle: Handle, data: Any, options: Options, keep: bool | Sequence[str]) -> Any:
    import pandas

    table = pyarrow.Table.from_pandas(data, preserve_index=False)
    scored = score(handle, table, options, False).to_pandas()
    scored.index = data.index
    names = _unclashing_names(_Named(list(data.columns)), _Named(list(scored.columns)), keep)
    return pandas.concat([data[names], scored], axis=1) if names else scored


def _score_polars(handle: Handle, data: Any, options: Options, keep: bool | Sequence[str]) -> Any:
    import polars

    cancel = Cancel()
    verdicts = Verdicts(handle, data.__arrow_c_stream__(), options, cancel)
    # polars reads the whole stream in one call.
    scored = _native.interruptible(lambda _: polars.DataFrame(verdicts), cancel)
    names = _unclashing_names(_Named(data.columns), _Named(scored.columns), keep)
    return polars.concat([data.select(names), scored], how="horizontal") if names else scored


def recognise(data: Any, options: Options) -> dict[str, Any]:
    """See Judge.recognise."""
    pyarrow = import_pyarrow("recognise")
    if isinstance(data, (pyarrow.RecordBatchReader, Iterator)):
        raise InvalidArgumentError("recognise takes a table, since it would use up a reader's rows")
    if not isinstance(data, (pyarrow.Table, pyarrow.RecordBatch)):
        data = pyarrow.table(data)
    rows = data.slice(0, 100)
    if isinstance(rows, pyarrow.Table):
        batches = rows.combine_chunks().to_batches() or [pyarrow.RecordBatch.from_pylist([], schema=rows.schema)]
        rows = batches[0]
    array, schema = ArrowArray(), ArrowSchema()
    rows._export_to_c(ctypes.addressof(array), ctypes.addressof(schema))
    try:
        text = c_void_p()
        check(lib.gram_recognise(byref(schema), byref(array), options.handle, byref(text)))
    finally:
        for exported in (array, schema):
            if exported.release:
                exported.release(byref(exported))
    found: dict[str, Any] = json.loads(_native.take_text(text))
    return found
