"""A model that judges pairs of answers."""

from __future__ import annotations

import ctypes
import json
import os
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from ctypes import byref, c_int32, c_size_t, c_void_p
from itertools import accumulate
from typing import Any, Literal, Union, overload

from . import _library, _native
from ._errors import GramError, InvalidArgumentError
from ._kept import Kept
from ._library import lib
from ._native import Cancel, Options, check, encoded, text_of
from .results import Ranked, Ranking, Verdict, ranked_of, read_verdicts

PairLike = Union[Sequence[str], Mapping[str, str]]
Names = Union[str, Iterable[str], None]
FieldNames = Union[str, Mapping[str, str], None]
Protocol = Literal["auto", "card", "eval", "reward"]

_FIELDS = ("question", "response1", "response2")


def _texts_of(pair: PairLike, index: int) -> tuple[str, str, str]:
    if isinstance(pair, Mapping):
        if set(pair) == set(_FIELDS):
            return pair["question"], pair["response1"], pair["response2"]
        missing = [name for name in _FIELDS if name not in pair]
        if missing:
            raise InvalidArgumentError(f"pair {index} has no {missing[0]!r}")
        extra = next(name for name in pair if name not in _FIELDS)
        raise InvalidArgumentError(f"pair {index} has {extra!r}, which score does not read; score_rows takes rows")
    if not isinstance(pair, (tuple, list)) or len(pair) != 3:
        raise InvalidArgumentError(f"pair {index} is not (question, response1, response2)")
    question, response1, response2 = pair
    return question, response1, response2


class _Pairs:
    """An array of gram_pair over one buffer that holds all texts."""

    def __init__(self, pairs: Iterable[PairLike]):
        texts: list[bytes] = []
        for index, pair in enumerate(pairs):
            for name, text in zip(_FIELDS, _texts_of(pair, index)):
                try:
                    texts.append(text.encode())
                except (UnicodeEncodeError, AttributeError):
                    encoded(text, f"pair {index}: {name}")  # raises what is wrong with it
        self.count = len(texts) // 3
        sizes = list(map(len, texts))
        self._texts = b"".join(texts)
        places = accumulate(sizes, initial=text_of(self._texts).data or 0)
        self._views = array("Q", (number for view in zip(places, sizes) for number in view))
        self.address = self._views.buffer_info()[0]


def _json_lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    lines = []
    for index, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise InvalidArgumentError(f"row {index} is {type(row).__name__}; expected a mapping of its fields")
        try:
            text = json.dumps(dict(row), ensure_ascii=False)
        except (TypeError, ValueError) as error:
            raise InvalidArgumentError(f"row {index}: {error}") from None
        lines.append(encoded(text, f"row {index}"))
    return b"\n".join(lines)


def _names_of(ignore: Names) -> str | list[str] | None:
    """Names that may be read twice."""
    return ignore if ignore is None or isinstance(ignore, str) else list(ignore)


class Judge:
    """A packed model and the threads to run it.

    Its weights are mapped, so all processes of a machine that open one file share its memory. May be used
    from several threads, whose calls run one after the other, without the GIL. Pickles as its path and
    options, and opens the model again where it is unpickled; so it does in a forked child.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] | None = None,
        threads: int | None = None,
        isa: str = "auto",
        protocol: Protocol = "auto",
        *,
        scoring: Literal["average", "card-snippet"] = "average",
        prompt: str | None = None,
        labels: Sequence[str] | None = None,
        bos: Literal["one", "two"] = "one",
        date: str | None = None,
        parse_special: bool = False,
        max_tokens: int | None = None,
        truncate: Literal["never", "fair"] = "never",
        share_prefixes: bool = True,
        batch_tokens: int | None = None,
        verify: bool = True,
    ):
        """Opens the packed model at `model`; None or "demo" is the demo model.

        The options are those of the command line, which docs/cli.md explains. `threads`: None is one for
        each physical core that the process may use. Raises GramError and its subclasses: NotFoundError,
        InvalidArgumentError, and others whose `code` says what is wrong with the file.
        """
        self._path = str(_native.demo_model()) if model in (None, "demo") else os.fspath(model or "")
        self._options = {
            "threads": threads,
            "isa": isa,
            "protocol": protocol,
            "scoring": scoring,
            "prompt": prompt,
            "labels": labels,
            "bos": bos,
            "date": date,
            "parse_special": parse_special,
            "max_tokens": max_tokens,
            "truncate": truncate,
            "share_prefixes": share_prefixes,
            "batch_tokens": batch_tokens,
            "verify": verify,
        }
        self._opened: _native.Handle | None = self._open()

    def _open(self) -> _native.Handle:
        pointer = c_void_p()
        options = Options(**self._options)
        check(lib.gram_judge_open(_native.c_path(self._path, "model"), options.handle, byref(pointer)))
        return _native.Handle(pointer)

    @property
    def _handle(self) -> _native.Handle:
        """For functions of the interface; whoever has it keeps it open."""
        handle = self._opened
        if handle is None:
            raise InvalidArgumentError("this judge is closed")
        if handle.process != os.getpid():
            # Two threads that come here at once open one each, and the later one is kept.
            handle = self._opened = self._open()
        return handle

    def _with(self, **options: Any) -> Options:
        return Options(**self._options, **options)

    def close(self) -> None:
        """Ends the engine's threads and unmaps the model, once no call needs them.

        Calls that follow raise InvalidArgumentError.
        """
        self._opened = None

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return _reopen, (self._path, self._options)

    def __repr__(self) -> str:
        state = ", closed" if self._opened is None else ""
        return f"Judge({self._path!r}{state})"

    @property
    def info(self) -> dict[str, Any]:
        """What the engine is made of: model_path, architecture, model_checksum, isa, threads and others."""
        text = c_void_p()
        check(lib.gram_judge_info(self._handle, byref(text)))
        information: dict[str, Any] = json.loads(_native.take_text(text))
        return information

    @property
    def asking(self) -> dict[str, Any]:
        """The options that scores depend on, beside the model and its `info["isa"]`."""
        names = ("protocol", "scoring", "prompt", "labels", "bos", "date", "parse_special", "max_tokens", "truncate")
        return {name: self._options[name] for name in names}

    @overload
    def score(self, pairs: Iterable[PairLike], *, errors: Literal["raise"] = "raise") -> list[Verdict]: ...

    @overload
    def score(self, pairs: Iterable[PairLike], *, errors: Literal["return"]) -> list[Verdict | GramError]: ...

    def score(self, pairs: Iterable[PairLike], *, errors: Literal["raise", "return"] = "raise") -> Any:
        """Scores pairs: each (question, response1, response2), or a mapping with these names.

        Returns a Verdict for each, in order. A score has the same bits whatever else is in the call. A pair
        that cannot be scored raises its GramError, which names it; with errors="return" the error stands in
        the list in the pair's place, and the others are scored all the same.
        """
        if errors not in ("raise", "return"):
            raise InvalidArgumentError(f"errors is {errors!r}; expected 'raise' or 'return'")
        asked = _Pairs(pairs)
        options = self._with()
        handle = self._handle

        def call(cancel: Cancel) -> list[Verdict | GramError]:
            verdicts = c_void_p()
            check(lib.gram_score(handle, asked.address, asked.count, options.handle, cancel.handle, byref(verdicts)))
            try:
                return read_verdicts(verdicts, asked.count)
            finally:
                lib.gram_verdicts_free(verdicts)

        results = _native.interruptible(call)
        if errors == "raise":
            for result in results:
                if isinstance(result, GramError):
                    raise result
        return results

    def score_rows(
        self,
        rows: Iterable[Mapping[str, Any]],
        *,
        format: str | None = None,
        map: FieldNames = None,
        ignore: Names = None,
        turns: Literal["join", "last"] = "join",
    ) -> list[dict[str, Any]]:
        """Scores rows in any format of docs/inputs.md, each a mapping that JSON can hold.

        Returns what `gram-cpu score` writes for them, a mapping for each row: its verdict, or its "error".
        Raises GramError where the rows are in no format that is known.
        """
        options = self._with(format=format, map=map, ignore=ignore, turns=turns)
        return self._lines(lib.gram_score_lines, rows, options)

    def rank_rows(
        self,
        rows: Iterable[Mapping[str, Any]],
        *,
        method: str = "auto",
        format: str | None = None,
        map: FieldNames = None,
        ignore: Names = None,
        turns: Literal["join", "last"] = "join",
    ) -> list[dict[str, Any]]:
        """Ranks rows of a question and a list of answers; returns what `gram-cpu rank` writes for them."""
        options = self._with(method=method, format=format, map=map, ignore=ignore, turns=turns)
        return self._lines(lib.gram_rank_lines, rows, options)

    def _lines(
        self, function: Callable[..., int], rows: Iterable[Mapping[str, Any]], options: Options
    ) -> list[dict[str, Any]]:
        text = _json_lines(rows)
        handle = self._handle

        def call(cancel: Cancel) -> str:
            lines = c_void_p()
            check(function(handle, text_of(text), options.handle, cancel.handle, byref(lines)))
            return _native.take_text(lines)

        return [json.loads(line) for line in _native.interruptible(call).split("\n") if line]

    def rank(self, question: str, responses: Sequence[str], *, method: str = "auto") -> Ranking:
        """Ranks the responses to one question by comparing them (docs/rank.md)."""
        if isinstance(responses, str):
            raise InvalidArgumentError("responses is one text; expected a list of them")
        asked = encoded(question, "question")
        texts = [encoded(text, f"response {index}") for index, text in enumerate(responses)]
        views = (_library.Text * len(texts))(*map(text_of, texts))
        options = self._with(method=method)
        handle = self._handle
        gives_reward = bool(self.info["gives_reward"])

        def call(cancel: Cancel) -> tuple[Ranked, ...]:
            ranking = c_void_p()
            check(
                lib.gram_rank(handle, text_of(asked), views, len(texts), options.handle, cancel.handle, byref(ranking))
            )
            try:
                ranked = (lib.gram_ranking_at(ranking, index).contents for index in range(len(texts)))
                return tuple(ranked_of(c, gives_reward) for c in ranked)
            finally:
                lib.gram_ranking_free(ranking)

        ranked = _native.interruptible(call)
        return Ranking(ranked, tuple(i for i, response in enumerate(ranked) if response.rank == 1))

    def score_table(
        self,
        data: Any,
        *,
        format: str | None = None,
        map: FieldNames = None,
        ignore: Names = None,
        turns: Literal["join", "last"] = "join",
        keep: bool | Sequence[str] = False,
        line: bool = False,
        first_row: int = 1,
    ) -> Any:
        """Scores a table whose columns are in any format of docs/inputs.md, such as question, response1, response2.

        `data`: a pyarrow Table, RecordBatch or RecordBatchReader, an iterator of RecordBatches, a pandas or
        polars DataFrame, or anything with `__arrow_c_stream__` or `__arrow_c_array__`. Returns the same kind of
        table with as many rows, in order, whose columns are the verdicts' (docs/c.md); of another library's table a
        pyarrow one. A reader or an iterator gives a RecordBatchReader, which computes a batch when it is asked for,
        in the process that made it.

        `keep`: put all columns of `data`, or those named, in front of the verdicts'. A kept column "id" stays as it
        is and stands for the verdicts' `id`, which would be its text; where it is null, `row` still tells the row.
        Another one that is called as a verdict's is refused by name.

        `line`: add a column with the line that `gram-cpu score` writes for the row. `first_row`: the number of the
        first row, where `data` is a part of more. A row without a verdict has error_code and error_message. Raises
        GramError where the columns are in no format that is known.
        """
        from . import table

        ignore = _names_of(ignore)
        options = self._with(format=format, map=map, ignore=ignore, turns=turns, line=line, first_row=first_row)
        return table.score(self._handle, data, options, Kept(keep, map, ignore))

    def recognise(
        self,
        data: Any,
        *,
        format: str | None = None,
        map: FieldNames = None,
        ignore: Names = None,
        turns: Literal["join", "last"] = "join",
    ) -> dict[str, Any]:
        """Tells how the rows of a table would be read: its format, and what becomes of which column.

        To be asked once, and the "format" given to every worker, where many score parts of one data set.
        """
        from . import table

        return table.recognise(data, Options(format=format, map=map, ignore=ignore, turns=turns))

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """The token ids of a text. `special`: "<|im_end|>" and the like become control tokens."""
        options = self._with()
        if special:
            options = Options(parse_special=True)
        tokens = c_void_p()
        data = encoded(text, "text")
        check(lib.gram_tokenize(self._handle, text_of(data), options.handle, byref(tokens)))
        return _take_tokens(tokens, 1)[0]

    def prompts(self, pair: PairLike) -> tuple[list[int], list[int]]:
        """The token ids of the two prompts that `score` would run for a pair."""
        asked = _Pairs([pair])
        options = self._with()
        tokens = c_void_p()
        pointer = ctypes.cast(asked.address, ctypes.POINTER(_library.Pair))
        check(lib.gram_prompts(self._handle, pointer, options.handle, byref(tokens)))
        first, second = _take_tokens(tokens, 2)
        return first, second


def _take_tokens(tokens: c_void_p, lists: int) -> list[list[int]]:
    try:
        taken = []
        for index in range(lists):
            count = c_size_t()
            ids = lib.gram_tokens_list(tokens, index, byref(count))
            taken.append(
                list((c_int32 * count.value).from_address(ctypes.addressof(ids.contents))) if count.value else []
            )
        return taken
    finally:
        lib.gram_tokens_free(tokens)


def _reopen(path: str, options: dict[str, Any]) -> Judge:
    return Judge(path, **options)


def convert(
    folder: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    dtype: Literal["auto", "bf16", "f32"] = "auto",
    readout: str | None = None,
    ignore_adapter: bool = False,
) -> list[str]:
    """Makes a packed model of a Hugging Face checkpoint's folder, replacing `output` once it is complete.

    Returns a line for each thing in the folder that has no effect. Raises GramError, naming file and field.
    """
    options = Options(dtype=dtype, readout=readout, ignore_adapter=ignore_adapter)
    notes = c_void_p()
    check(
        lib.gram_convert(
            _native.c_path(folder, "folder"), _native.c_path(output, "output"), options.handle, byref(notes)
        )
    )
    return [note for note in _native.take_text(notes).split("\n") if note]
