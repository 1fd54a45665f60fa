"""Parquet files in, verdicts out: a job that survives kills, one row group after the other.

What is done lies in OUTPUT.parts/, a file for each row group, until all of them are put together.
"""

from __future__ import annotations

import fcntl
import glob
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ._errors import GramError, InvalidArgumentError, NotFoundError
from ._kept import Kept
from ._needed import needed
from .judge import Judge

_BATCH_ROWS = 4096
_HEAD_ROWS = 100  # that recognising looks at
_LOCK = "lock"


class Outcome(NamedTuple):
    """What a job came to."""

    rows: int
    failed: int
    """Of these, rows with an error in place of a verdict."""


def _find(inputs: Sequence[str]) -> list[str]:
    paths: list[str] = []
    for name in inputs:
        found = [name] if os.path.exists(name) or not glob.has_magic(name) else sorted(glob.glob(name))
        if not found:
            raise NotFoundError(f"no file matches {name}")
        paths.extend(found)
    for path in paths:
        if not os.path.isfile(path):
            raise NotFoundError(f"input {path} is not a file")
    real = [os.path.realpath(path) for path in paths]
    for path, target in zip(paths, real):
        if real.count(target) > 1:
            raise InvalidArgumentError(f"input {path} is given twice")
    return paths


def _identity(path: str) -> dict[str, Any]:
    """What tells one Parquet file from another: its size, and its footer, which has the places of all columns."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        file.seek(max(0, size - 8))
        tail = file.read(8)
        length = int.from_bytes(tail[:4], "little") + 8 if tail[4:] == b"PAR1" else 0
        file.seek(max(0, size - length))
        footer = hashlib.sha256(file.read()).hexdigest()
    return {"file": os.path.basename(path), "bytes": size, "footer_sha256": footer}


def _write_durably(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".tmp")
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    _rename_durably(temporary, path)


def _rename_durably(source: Path, target: Path) -> None:
    os.replace(source, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sync(path: Path) -> None:
    with open(path, "rb") as file:
        os.fsync(file.fileno())


class _Output:
    """The parts of an output, and how they become one."""

    def __init__(self, path: Path, keep: bool | Sequence[str]):
        self.path = path
        self.folder = path.with_name(path.name + ".parts")
        self.manifest = self.folder / "manifest.json"
        self._lock: Any = None
        self.is_parquet = path.suffix.lower() in (".parquet", ".parq", ".pq")
        if not self.is_parquet and path.suffix.lower() != ".jsonl":
            raise InvalidArgumentError(f"output {path} ends in neither .parquet nor .jsonl")
        if not self.is_parquet and keep:
            raise InvalidArgumentError("keep goes into Parquet alone; name the output .parquet")

    def start(self, identity: dict[str, Any], *, resume: bool, force: bool) -> bool:
        """Makes the folder of parts, or finds it; False where the output is complete."""
        programs = [self.path.with_name(self.path.name + end) for end in (".run.json", ".partial")]
        if self.folder.exists():
            self._lock_folder()
        if force:
            self._remove_folder()
            for path in (*programs, self.path):
                path.unlink(missing_ok=True)
        for path in programs:
            if path.exists():
                raise InvalidArgumentError(
                    f"{path} is of a run of the program gram-cpu: go on with that one, or start anew with --force"
                )
        complete = self.path.exists() and self._recorded(self._done_path()) == identity
        if resume and complete:
            self._remove_folder()  # of a run that ended while it did so
            return False
        if self._holds_a_run():
            if not resume:
                raise InvalidArgumentError(
                    f"{self.folder} holds a run that was interrupted: go on with --resume, or start anew with --force"
                )
            self._check(identity)
            return True
        if self.path.exists():
            raise InvalidArgumentError(f"output {self.path} exists; choose another name or add --force")
        self.folder.mkdir(exist_ok=True)
        self._lock_folder()
        _write_durably(self.manifest, json.dumps(identity, indent=1))
        return True

    def _holds_a_run(self) -> bool:
        """Whether anything is in the folder: a run may have ended before it wrote what it is."""
        names = {path.name for path in self.folder.iterdir()} if self.folder.exists() else set()
        return bool(names - {_LOCK, "manifest.json.tmp"})

    def _lock_folder(self) -> None:
        """Refuses to work beside another process, which would write the same files; until this one ends."""
        self._unlock_folder()
        lock = open(self.folder / _LOCK, "w")  # noqa: SIM115
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise InvalidArgumentError(f"another process is at work on {self.path}; let it end first") from None
        except OSError:
            pass  # a file system that has no locks
        self._lock = lock

    def _done_path(self) -> Path:
        return self.path.with_name(self.path.name + ".manifest.json")

    @staticmethod
    def _recorded(path: Path) -> Any:
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def _check(self, identity: dict[str, Any]) -> None:
        recorded = self._recorded(self.manifest)
        if recorded is None:
            raise GramError(f"{self.manifest} cannot be read; start anew with --force", "corrupt")
        for name, value in identity.items():
            if recorded.get(name) != value:
                raise InvalidArgumentError(
                    f"cannot resume {self.path}: {name} was {recorded.get(name)!r}, now it is {value!r}"
                )

    def part(self, file: int, group: int) -> Path:
        """Where the verdicts of a row group go."""
        return self.folder / f"{file:05}-{group:06}{'.parquet' if self.is_parquet else '.jsonl'}"

    def finish(self, parts: list[Path], identity: dict[str, Any]) -> None:
        """Puts the parts together. The output appears whole."""
        temporary = self.folder / "whole.tmp"
        if self.is_parquet:
            self._join_parquet(parts, temporary)
        else:
            with open(temporary, "wb") as whole:
                for part in parts:
                    with open(part, "rb") as file:
                        shutil.copyfileobj(file, whole)
        _sync(temporary)
        _write_durably(self._done_path(), json.dumps(identity, indent=1))
        _rename_durably(temporary, self.path)
        self._remove_folder()

    def _unlock_folder(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _remove_folder(self) -> None:
        self._unlock_folder()  # NFS removes no file that is open
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def _join_parquet(self, parts: list[Path], temporary: Path) -> None:
        pq = _import_parquet()
        schema = pq.read_schema(parts[0])
        with pq.ParquetWriter(temporary, schema) as writer:
            for part in parts:
                with pq.ParquetFile(part) as file:
                    for batch in file.iter_batches(_BATCH_ROWS):
                        writer.write_batch(batch)


def _import_pyarrow() -> Any:
    return needed("pyarrow", "Parquet")


def _import_parquet() -> Any:
    return needed("pyarrow.parquet", "Parquet")


class _Part:
    """The verdicts of one row group on their way to their file."""

    def __init__(self, path: Path, schema: Any, is_parquet: bool):
        self._path = path
        self._temporary = path.with_name(path.name + ".tmp")
        self._parquet = _import_parquet().ParquetWriter(self._temporary, schema) if is_parquet else None
        self._lines = None if is_parquet else self._temporary.open("w", encoding="utf-8", newline="")

    def write(self, batch: Any) -> None:
        if self._parquet is not None:
            self._parquet.write_batch(batch)
        elif self._lines is not None:
            self._lines.writelines(line + "\n" for line in batch.column(batch.num_columns - 1).to_pylist())

    def finish(self) -> None:
        for writer in (self._parquet, self._lines):
            if writer is not None:
                writer.close()
        _sync(self._temporary)
        _rename_durably(self._temporary, self._path)


class _File:
    """One input: its row groups, and the verdicts of those that are not done."""

    def __init__(self, path: str, number: int, first_row: int):
        pyarrow = _import_pyarrow()
        try:
            self.parquet = _import_parquet().ParquetFile(path)
        except (pyarrow.ArrowInvalid, pyarrow.ArrowException, OSError) as error:
            raise GramError(f"input {path} is no Parquet file that can be read: {error}", "corrupt") from None
        self.path = path
        self.number = number
        self.first_row = first_row
        metadata = self.parquet.metadata
        self.group_rows = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
        self.rows = sum(self.group_rows)

    def batches(self, groups: list[int], head_rows: int) -> Iterator[Any]:
        """The first rows of the file, if wanted, and then those of the groups."""
        if head_rows:
            yield self._head(head_rows)
        for group in groups:
            yield from self.parquet.iter_batches(_BATCH_ROWS, row_groups=[group])

    def _head(self, rows: int) -> Any:
        pyarrow = _import_pyarrow()
        taken = []
        for batch in self.parquet.iter_batches(rows):
            taken.append(batch.slice(0, rows))
            rows -= len(taken[-1])
            if rows <= 0:
                break
        return pyarrow.Table.from_batches(taken).combine_chunks().to_batches()[0]


def _score_file(judge: Judge, file: _File, output: _Output, options: dict[str, Any]) -> None:
    pyarrow = _import_pyarrow()
    groups = [g for g in range(len(file.group_rows)) if not output.part(file.number, g).exists()]
    filled = [g for g in groups if file.group_rows[g] > 0]
    # The format is told by the file's first rows, whichever are done: parts are done in order, so what follows these
    # in the stream follows them in the file.
    done = sum(file.group_rows[: groups[0]]) if groups else 0
    head = min(_HEAD_ROWS, done)
    first = file.first_row + done - head
    empty = file.parquet.schema_arrow.empty_table().to_batches() or [
        pyarrow.RecordBatch.from_pylist([], schema=file.parquet.schema_arrow)
    ]
    source: Iterator[Any] = file.batches(filled, head) if filled else iter(empty)
    verdicts = judge.score_table(
        pyarrow.RecordBatchReader.from_batches(file.parquet.schema_arrow, source),
        line=not output.is_parquet,
        first_row=first,
        **options,
    )
    scored = iter(verdicts)
    if head and filled:
        next(scored)
    for group in groups:
        part = _Part(output.part(file.number, group), verdicts.schema, output.is_parquet)
        rows = file.group_rows[group]
        while rows > 0:
            batch = next(scored)
            part.write(batch)
            rows -= len(batch)
        part.finish()


def _count(output: _Output, parts: list[Path]) -> Outcome:
    rows = failed = 0
    for part in parts:
        if output.is_parquet:
            column = _import_parquet().read_table(part, columns=["error_code"]).column(0)
            rows += len(column)
            failed += len(column) - column.null_count
        else:
            with open(part, encoding="utf-8") as file:
                for line in file:
                    rows += 1
                    failed += "error" in json.loads(line)
    return Outcome(rows, failed)


def score_parquet(
    inputs: Sequence[str],
    output: str | os.PathLike[str],
    *,
    judge: Judge,
    keep: bool | Sequence[str] = False,
    resume: bool = False,
    force: bool = False,
    **rows: Any,
) -> Outcome:
    """Scores the rows of Parquet files, in constant memory, into one Parquet or JSONL file.

    `inputs`: paths, or patterns whose matches come in the order of their names. `keep`: columns of the input that
    go in front of the verdicts', which are those of Judge.score_table. `rows`: format, map, ignore, turns, as
    there. What is done when the process ends lies beside the output; `resume` goes on with it, if model,
    options and inputs are the same, and `force` starts anew. Raises GramError.
    """
    ignore = rows.get("ignore")
    rows["ignore"] = ignore if ignore is None or isinstance(ignore, str) else sorted(ignore)
    keep = keep if isinstance(keep, bool) else list(keep)
    paths = _find(inputs)
    target = Path(output)
    if any(os.path.exists(target) and os.path.samefile(path, target) for path in paths):
        raise InvalidArgumentError(f"output {target} is the input itself")
    place = _Output(target, keep)
    information = judge.info
    identity = {
        "gram_cpu": information["version"],
        "model_checksum": information["model_checksum"],
        "isa": information["isa"],
        "library_kernel": information["library_kernel"],
        "asked": judge.asking,
        "rows": {name: value for name, value in sorted(rows.items()) if value is not None},
        "keep": keep,
        "inputs": [_identity(path) for path in paths],
    }
    identity = json.loads(json.dumps(identity))
    files: list[_File] = []
    for number, path in enumerate(paths):
        files.append(_File(path, number, 1 + sum(file.rows for file in files)))
    _check_schemas(files, keep)
    if not place.start(identity, resume=resume, force=force):
        return _count(place, [target])
    for file in files:
        _score_file(judge, file, place, {"keep": keep, **rows})
    parts = [place.part(file.number, group) for file in files for group in range(len(file.group_rows))]
    if not parts:
        _score_empty(judge, files[0], place, {"keep": keep, **rows}, parts)
    outcome = _count(place, parts)
    place.finish(parts, identity)
    return outcome


def _score_empty(judge: Judge, file: _File, place: _Output, options: dict[str, Any], parts: list[Path]) -> None:
    """Files without row groups: an output with columns and no rows."""
    file.group_rows = [0]
    _score_file(judge, file, place, options)
    parts.append(place.part(file.number, 0))


def _check_schemas(files: list[_File], keep: bool | Sequence[str]) -> None:
    for file in files:
        kept = Kept(keep).names(file.parquet.schema_arrow.names)
        first = files[0].parquet.schema_arrow
        for name in kept:
            if name not in first.names or not first.field(name).equals(file.parquet.schema_arrow.field(name)):
                raise InvalidArgumentError(
                    f"keep: column {name!r} of {file.path} is not as in {files[0].path}; name the others in keep"
                )
