"""Tables in, verdicts out, by the Arrow PyCapsule interface."""

from __future__ import annotations

import ctypes
import errno
import json
from collections import deque
from collections.abc import Iterable, Iterator
from ctypes import byref, c_char_p, c_void_p, py_object
from itertools import chain
from typing import Any

from . import _native
from ._errors import GramError, InvalidArgumentError, error_of
from ._kept import Kept
from ._library import ArrowArray, ArrowArrayStream, ArrowSchema, lib
from ._native import Cancel, Handle, Options, check
from ._needed import needed

_STREAM = b"arrow_array_stream"

_capsule_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_capsule_pointer.restype = c_void_p
_capsule_pointer.argtypes = [py_object, c_char_p]
_capsule_new = ctypes.pythonapi.PyCapsule_New
_capsule_new.restype = py_object
_capsule_new.argtypes = [c_void_p, c_char_p, c_void_p]

# As the library's streams give them (gram/c_api.h, gram_score_stream); whatever else is an I/O error.
_ERRORS = {
    errno.ECANCELED: "cancelled",
    errno.ENOMEM: "out_of_memory",
    errno.EINVAL: "invalid_argument",
    errno.EOPNOTSUPP: "unsupported",
    errno.ENOENT: "not_found",
    errno.EBADMSG: "corrupt",
    errno.EILSEQ: "invalid_utf8",
    errno.EMSGSIZE: "too_long",
    errno.EPROTO: "internal",
}


def _error_of(stream: ArrowArrayStream, error: int) -> GramError:
    text = stream.get_last_error(byref(stream))
    return error_of(_ERRORS.get(error, "io_error"), text.decode(errors="replace") if text else "out of memory")


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

    def names(self) -> list[str]:
        """What the columns are called."""
        schema = self.schema()
        try:
            columns = ctypes.cast(schema.children, ctypes.POINTER(ctypes.POINTER(ArrowSchema)))
            return [columns[index].contents.name.decode() for index in range(schema.n_children)]
        finally:
            schema.release(byref(schema))

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
    return needed("pyarrow", why)


_FRAMES = ("pandas.DataFrame", "polars.DataFrame", "polars.LazyFrame")


def _kind_of(data: Any) -> str:
    """Which frame a table is, or one derived from it, by its classes: no library is imported to find out."""
    for each in type(data).__mro__:
        kind = f"{each.__module__.partition('.')[0]}.{each.__name__}"
        if kind in _FRAMES:
            return kind
    return ""


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


def _read(pyarrow: Any, verdicts: Verdicts, own: Any, schema: Any, kept: list[str], seen: deque[Any]) -> Iterator[Any]:
    """Batches of `schema`: columns of the rows' batches, which are noted in `seen`, and of the verdicts'."""
    names = schema.names[len(kept) :]
    while (batch := verdicts.next_batch()) is not None:
        scored = pyarrow.RecordBatch._import_from_c(ctypes.addressof(batch), own)
        source = seen.popleft()
        columns = [source.column(source.schema.get_field_index(name)) for name in kept]
        columns += [scored.column(own.get_field_index(name)) for name in names]
        yield pyarrow.RecordBatch.from_arrays(columns, schema=schema)


def _score_reader(
    handle: Handle, reader: Any, seen: deque[Any], options: Options, kept: Kept
) -> tuple[Any, Iterator[Any]]:
    """The verdicts of a reader whose batches are noted in `seen`: their schema, and their batches."""
    pyarrow = import_pyarrow("score_table")
    rows = reader.schema
    verdicts = Verdicts(handle, _stream_capsule(reader), options)
    own = _verdict_schema(pyarrow, verdicts)
    names, own_names = kept.split(rows.names, own.names)
    schema = pyarrow.schema([rows.field(name) for name in names] + [own.field(name) for name in own_names])
    return schema, _read(pyarrow, verdicts, own, schema, names, seen)


def _batches_of_table(pyarrow: Any, table: Any) -> list[Any]:
    """Of an empty table, one that has its columns."""
    return table.to_batches() or [pyarrow.RecordBatch.from_pylist([], schema=table.schema)]


def _table_of(pyarrow: Any, data: Any) -> Any:
    """A pyarrow Table or RecordBatch of what is no reader, as far as it is a table."""
    if isinstance(data, (pyarrow.Table, pyarrow.RecordBatch)):
        return data
    kind = _kind_of(data)
    if kind == "polars.LazyFrame":
        raise InvalidArgumentError("a LazyFrame has no rows yet; collect() it")
    if kind == "pandas.DataFrame":
        return pyarrow.Table.from_pandas(data, preserve_index=False)
    if hasattr(data, "__arrow_c_stream__"):
        return pyarrow.table(data)
    if hasattr(data, "__arrow_c_array__"):
        return pyarrow.record_batch(data)
    raise InvalidArgumentError(
        f"expected a table of pyarrow, pandas or polars, or something that is one to Arrow, not {type(data).__name__}"
    )


def score(handle: Handle, data: Any, options: Options, kept: Kept) -> Any:
    """See Judge.score_table."""
    kind = _kind_of(data)
    if kind == "polars.DataFrame":
        return _score_polars(handle, data, options, kept)
    pyarrow = import_pyarrow("score_table")
    if kind == "pandas.DataFrame":
        return _score_pandas(pyarrow, handle, data, options, kept)
    seen: deque[Any] = deque()
    if isinstance(data, (pyarrow.RecordBatchReader, Iterator)):
        schema, batches = _score_reader(handle, _noting_reader(pyarrow, data, seen), seen, options, kept)
        return pyarrow.RecordBatchReader.from_batches(schema, batches)
    table = _table_of(pyarrow, data)
    chunks = [table] if isinstance(table, pyarrow.RecordBatch) else _batches_of_table(pyarrow, table)
    schema, batches = _score_reader(handle, _batches_of(pyarrow, chunks, seen), seen, options, kept)
    if isinstance(table, pyarrow.RecordBatch):
        return next(batches)
    return pyarrow.Table.from_batches(list(batches), schema=schema)


def _noting_reader(pyarrow: Any, data: Any, seen: deque[Any]) -> Any:
    if not isinstance(data, pyarrow.RecordBatchReader):
        return _batches_of(pyarrow, data, seen)
    return pyarrow.RecordBatchReader.from_batches(data.schema, (_noted(batch, seen) for batch in data))


def _score_pandas(pyarrow: Any, handle: Handle, data: Any, options: Options, kept: Kept) -> Any:
    pandas = needed("pandas", "score_table")
    seen: deque[Any] = deque()
    reader = _batches_of(pyarrow, _batches_of_table(pyarrow, _table_of(pyarrow, data)), seen)
    verdicts = Verdicts(handle, _stream_capsule(reader), options)
    own = _verdict_schema(pyarrow, verdicts)
    # What is kept stays pandas's: Arrow has not all of its types.
    names, own_names = kept.split(list(data.columns), own.names)
    schema = pyarrow.schema([own.field(name) for name in own_names])
    batches = list(_read(pyarrow, verdicts, own, schema, [], seen))
    scored = pyarrow.Table.from_batches(batches, schema=schema).to_pandas()
    scored.index = data.index
    return pandas.concat([data[names], scored], axis=1) if names else scored


def _score_polars(handle: Handle, data: Any, options: Options, kept: Kept) -> Any:
    polars = needed("polars", "score_table")
    cancel = Cancel()
    verdicts = Verdicts(handle, data.__arrow_c_stream__(), options, cancel)
    names, own_names = kept.split(data.columns, verdicts.names())
    # polars reads the whole stream in one call.
    scored = _native.interruptible(lambda _: polars.DataFrame(verdicts), cancel).select(own_names)
    return polars.concat([data.select(names), scored], how="horizontal") if names else scored


def recognise(data: Any, options: Options) -> dict[str, Any]:
    """See Judge.recognise."""
    pyarrow = import_pyarrow("recognise")
    if isinstance(data, (pyarrow.RecordBatchReader, Iterator)):
        raise InvalidArgumentError("recognise takes a table, since it would use up a reader's rows")
    rows = _table_of(pyarrow, data).slice(0, 100)
    if isinstance(rows, pyarrow.Table):
        rows = _batches_of_table(pyarrow, rows.combine_chunks())[0]
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
