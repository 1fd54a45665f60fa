"""What gram_cpu raises."""

from __future__ import annotations

from typing import Any


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

    code = "io_error"


class OutOfMemoryError(GramError, MemoryError):
    """The system gave no more memory."""

    code = "out_of_memory"


_CLASSES: dict[str, type[GramError]] = {
    each.code: each for each in (InvalidArgumentError, NotFoundError, SystemRefusedError, OutOfMemoryError)
}


def error_of(code: str, message: str) -> GramError:
    """The exception for an error's code."""
    return _CLASSES.get(code, GramError)(message, code)
