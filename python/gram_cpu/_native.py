"""What the rest of the package calls the C interface with: checked statuses, texts, options, cancelling."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from ctypes import c_char_p, c_void_p
from pathlib import Path
from typing import Any, TypeVar

from ._errors import InvalidArgumentError, NotFoundError, error_of
from ._library import HERE, Text, lib


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
    path = Path(os.environ.get("GRAM_DEMO_MODEL", HERE / "share" / "gram-cpu" / "demo.gram"))
    if not path.is_file():
        raise NotFoundError(f"no demo model at {path}; give the path of a packed model")
    return path
