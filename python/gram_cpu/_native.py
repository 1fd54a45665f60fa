"""The C interface of libgram (gram/c_api.h), by ctypes: no part of it depends on the version of Python."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from ctypes import (
    POINTER,
    Structure,
    c_char_p,
    c_double,
    c_float,
    c_int,
    c_int32,
    c_int64,
    c_size_t,
    c_void_p,
)
from pathlib import Path
from typing import Any, TypeVar

ABI_VERSION = 1
_HERE = Path(__file__).resolve().parent


class GramError(Exception):
    """What gram-cpu refuses or fails at.

    `code` says what kind of failure it is, in the words of docs/cli.md: "invalid_argument", "too_long",
    and so on; of a row that cannot be read, the row's error code. The message says what, where and what to
    do.
    """

    code = "internal"

    def __init__(self, message: str, code: str | None = None):
        super().__init__(message)
        if code is not None:
            self.code = code

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.code)


class InvalidArgumentError(GramError, ValueError):
    """An option or argument makes no sense."""

    code = "invalid_argument"


class NotFoundError(GramError, FileNotFoundError):
    """A file, or something in it, that has to be there is not."""

    code = "not_found"


class SystemRefusedError(GramError, OSError):
    """The operating system refused a read, write or mapping."""

    code = "io"


class OutOfMemoryError(GramError, MemoryError):
    """The system gave no more memory."""

    code = "out_of_memory"


_CLASSES: dict[str, type[GramError]] = {
    each.code: each for each in (InvalidArgumentError, NotFoundError, SystemRefusedError, OutOfMemoryError)
}


def error_of(code: str, message: str) -> GramError:
    """The exception for an error's code."""
    return _CLASSES.get(code, GramError)(message, code)


class Text(Structure):
    """gram_text: bytes that somebody else owns."""

    _fields_ = [("data", c_void_p), ("size", c_size_t)]


class Pair(Structure):
    """gram_pair."""

    _fields_ = [("question", Text), ("response1", Text), ("response2", Text)]


class CVerdict(Structure):
    """gram_verdict."""

    _fields_ = [
        ("status", c_int),
        ("message", c_char_p),
        ("is_reward", c_int),
        ("score_response1", c_double),
        ("score_response2", c_double),
        ("response1_is_better", c_int),
        ("margin", c_double),
        ("order_gap", c_double),
        ("orders_agree", c_int),
        ("logits", (c_float * 2) * 2),
        ("tokens", c_int * 2),
        ("identical", c_int),
        ("truncated", c_int),
        ("flagged", c_int),
    ]


class CRanked(Structure):
    """gram_ranked."""

    _fields_ = [
        ("rank", c_int),
        ("win_rate", c_double),
        ("wins", c_int),
        ("losses", c_int),
        ("ties", c_int),
        ("strength", c_double),
        ("reward", c_double),
    ]


class ArrowSchema(Structure):
    """The Arrow C data interface's schema."""


class ArrowArray(Structure):
    """The Arrow C data interface's array."""


class ArrowArrayStream(Structure):
    """The Arrow C stream interface."""


ArrowSchema._fields_ = [
    ("format", c_char_p),
    ("name", c_char_p),
    ("metadata", c_char_p),
    ("flags", c_int64),
    ("n_children", c_int64),
    ("children", c_void_p),
    ("dictionary", c_void_p),
    ("release", ctypes.CFUNCTYPE(None, POINTER(ArrowSchema))),
    ("private_data", c_void_p),
]
ArrowArray._fields_ = [
    ("length", c_int64),
    ("null_count", c_int64),
    ("offset", c_int64),
    ("n_buffers", c_int64),
    ("n_children", c_int64),
    ("buffers", c_void_p),
    ("children", c_void_p),
    ("dictionary", c_void_p),
    ("release", ctypes.CFUNCTYPE(None, POINTER(ArrowArray))),
    ("private_data", c_void_p),
]
ArrowArrayStream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(c_int, POINTER(ArrowArrayStream), POINTER(ArrowSchema))),
    ("get_next", ctypes.CFUNCTYPE(c_int, POINTER(ArrowArrayStream), POINTER(ArrowArray))),
    ("get_last_error", ctypes.CFUNCTYPE(c_char_p, POINTER(ArrowArrayStream))),
    ("release", ctypes.CFUNCTYPE(None, POINTER(ArrowArrayStream))),
    ("private_data", c_void_p),
]

# Name -> result and arguments. char** results are c_void_p, so that they can be freed.
_TEXT_OUT = POINTER(c_void_p)
_HANDLE_OUT = POINTER(c_void_p)
_PROTOTYPES: dict[str, tuple[Any, list[Any]]] = {
    "gram_abi_version": (c_int, []),
    "gram_version": (c_char_p, []),
    "gram_status_name": (c_char_p, [c_int]),
    "gram_last_error": (c_char_p, []),
    "gram_free": (None, [c_void_p]),
    "gram_options_new": (c_void_p, []),
    "gram_options_free": (None, [c_void_p]),
    "gram_options_set": (c_int, [c_void_p, c_char_p, c_char_p]),
    "gram_cancel_new": (c_void_p, []),
    "gram_cancel_free": (None, [c_void_p]),
    "gram_cancel_set": (None, [c_void_p]),
    "gram_judge_open": (c_int, [c_char_p, c_void_p, _HANDLE_OUT]),
    "gram_judge_close": (None, [c_void_p]),
    "gram_judge_info": (c_int, [c_void_p, _TEXT_OUT]),
    "gram_score": (c_int, [c_void_p, c_void_p, c_size_t, c_void_p, c_void_p, _HANDLE_OUT]),
    "gram_verdicts_count": (c_size_t, [c_void_p]),
    "gram_verdicts_at": (POINTER(CVerdict), [c_void_p, c_size_t]),
    "gram_verdicts_free": (None, [c_void_p]),
    "gram_score_lines": (c_int, [c_void_p, Text, c_void_p, c_void_p, _TEXT_OUT]),
    "gram_rank_lines": (c_int, [c_void_p, Text, c_void_p, c_void_p, _TEXT_OUT]),
    "gram_score_stream": (c_int, [c_void_p, c_void_p, c_void_p, c_void_p, POINTER(ArrowArrayStream)]),
    "gram_recognise": (c_int, [c_void_p, c_void_p, c_void_p, _TEXT_OUT]),
    "gram_rank": (c_int, [c_void_p, Text, c_void_p, c_size_t, c_void_p, c_void_p, _HANDLE_OUT]),
    "gram_ranking_count": (c_size_t, [c_void_p]),
    "gram_ranking_at": (POINTER(CRanked), [c_void_p, c_size_t]),
    "gram_ranking_free": (None, [c_void_p]),
    "gram_prompts": (c_int, [c_void_p, POINTER(Pair), c_void_p, _HANDLE_OUT]),
    "gram_tokenize": (c_int, [c_void_p, Text, c_void_p, _HANDLE_OUT]),
    "gram_tokens_list": (POINTER(c_int32), [c_void_p, c_size_t, POINTER(c_size_t)]),
    "gram_tokens_free": (None, [c_void_p]),
    "gram_convert": (c_int, [c_char_p, c_char_p, c_void_p, _TEXT_OUT]),
    "gram_isas": (c_int, [_TEXT_OUT]),
}


def _load() -> ctypes.CDLL:
    named = os.environ.get("GRAM_LIBRARY")
    places = [Path(named)] if named else [_HERE / "lib" / "libgram.so.0"]
    for place in places:
        if place.is_file():
            try:
                library = ctypes.CDLL(str(place))
            except OSError as error:
                raise ImportError(f"gram_cpu: {place} cannot be loaded: {error}") from None
            break
    else:
        raise ImportError(
            f"gram_cpu: no library at {places[0]}; install the package's wheel, or set GRAM_LIBRARY to libgram.so.0"
        )
    try:
        version_of = library.gram_abi_version
    except AttributeError:
        raise ImportError(f"gram_cpu: {place} is not libgram") from None
    if version_of() != ABI_VERSION:
        raise ImportError(
            f"gram_cpu: {place} has version {version_of()} of the C interface, "
            f"this package is for version {ABI_VERSION}"
        )
    for name, (result, arguments) in _PROTOTYPES.items():
        try:
            function = getattr(library, name)
        except AttributeError:
            raise ImportError(f"gram_cpu: {place} is older than this package: it has no {name}") from None
        function.restype = result
        function.argtypes = arguments
    return library


lib = _load()


def check(status: int) -> None:
    """Raises what a function of the interface has failed with. To be called on the thread that called it."""
    if status != 0:
        code = lib.gram_status_name(status).decode()
        raise error_of(code, lib.gram_last_error().decode(errors="replace"))


def take_text(text: c_void_p) -> str:
    """The text that a function returned through a char**, which is freed."""
    try:
        return ctypes.string_at(text.value or 0).decode(errors="replace")
    finally:
        lib.gram_free(text)


def text_of(data: bytes) -> Text:
    """A view of `data`, which must live as long."""
    return Text(ctypes.cast(c_char_p(data), c_void_p), len(data))


def encoded(text: str, what: str) -> bytes:
    """UTF-8 of a text that may hold half a surrogate pair; `what` is what an error calls it."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InvalidArgumentError(
            f"{what} holds half a surrogate pair at character {error.start}, which UTF-8 cannot", "invalid_utf8"
        ) from None
    except AttributeError:
        raise InvalidArgumentError(f"{what} is {type(text).__name__}; expected str") from None


def c_text(text: str, what: str) -> bytes:
    """UTF-8 of a text that C reads up to its end, so that it can hold no NUL."""
    data = encoded(text, what)
    if b"\0" in data:
        raise InvalidArgumentError(f"{what} holds a NUL character")
    return data


def c_path(path: str | os.PathLike[str], what: str) -> bytes:
    """A path's bytes."""
    data = os.fsencode(path)
    if b"\0" in data:
        raise InvalidArgumentError(f"{what} holds a NUL character")
    return data


class Handle:
    """A gram_judge, closed when nobody has it any more: a call keeps the one that it began with."""

    def __init__(self, pointer: c_void_p):
        self._as_parameter_ = pointer
        self.process = os.getpid()

    def __del__(self) -> None:
        lib.gram_judge_close(self._as_parameter_)


def _joined(option: str, names: Iterable[Any]) -> str:
    """Names as an option takes them, "a,b"."""
    texts = [str(name) for name in names]
    for text in texts:
        if "," in text:
            raise InvalidArgumentError(f"option {option}: {text!r} has a comma, which stands between two of them")
    return ",".join(texts)


class Options:
    """gram_options, made of names and values; those that are None are left out."""

    def __init__(self, **values: Any):
        self._handle: int | None = lib.gram_options_new()
        for name, value in values.items():
            if value is not None:
                self._set(name.replace("_", "-"), value)

    def _set(self, name: str, value: Any) -> None:
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, Mapping):
            value = _joined(name, (f"{key}={field}" for key, field in value.items()))
        elif isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
            value = _joined(name, value)
        check(lib.gram_options_set(self._handle, name.encode(), c_text(str(value), f"option {name}")))

    @property
    def handle(self) -> int | None:
        """For functions of the interface."""
        return self._handle

    def __del__(self) -> None:
        lib.gram_options_free(self._handle)


class Cancel:
    """gram_cancel."""

    def __init__(self) -> None:
        self.handle = lib.gram_cancel_new()

    def set(self) -> None:
        """Stops the calls that have it."""
        lib.gram_cancel_set(self.handle)

    def __del__(self) -> None:
        lib.gram_cancel_free(self.handle)


T = TypeVar("T")


def interruptible(call: Callable[[Cancel], T], cancel: Cancel | None = None) -> T:
    """Runs a long call so that Ctrl-C stops it.

    Python runs signal handlers on the main thread, between two of its instructions: so there the call runs
    on another thread, while this one waits.
    """
    cancel = cancel or Cancel()
    if threading.current_thread() is not threading.main_thread():
        return call(cancel)
    outcome: list[Any] = []
    done = threading.Event()

    def run() -> None:
        try:
            outcome.extend((True, call(cancel)))
        except BaseException as error:
            outcome.extend((False, error))
        finally:
            done.set()

    worker = threading.Thread(target=run, name="gram_cpu", daemon=True)
    worker.start()
    try:
        # Not one long wait: libraries that handle signals, too, such as polars, let it go on.
        while not done.wait(0.2):
            pass
    except BaseException:
        cancel.set()
        worker.join()
        raise
    worker.join()
    succeeded, value = outcome
    if not succeeded:
        raise value
    result: T = value
    return result


def version() -> str:
    """The library's version, "MAJOR.MINOR.PATCH"."""
    return str(lib.gram_version().decode())


def isas() -> list[str]:
    """The backends that this CPU can run, best first."""
    names = c_void_p()
    check(lib.gram_isas(ctypes.byref(names)))
    return take_text(names).split(",")


def demo_model() -> Path:
    """The demo model that comes with the package: a toy that knows only simple questions.

    GRAM_DEMO_MODEL names another one. Raises NotFoundError where there is none.
    """
    path = Path(os.environ.get("GRAM_DEMO_MODEL", _HERE / "share" / "gram-cpu" / "demo.gram"))
    if not path.is_file():
        raise NotFoundError(f"no demo model at {path}; give the path of a packed model")
    return path
