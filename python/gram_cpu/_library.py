"""libgram's C interface (gram/c_api.h), by ctypes: no part of it depends on the version of Python."""

from __future__ import annotations

import ctypes
import os
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
from typing import Any

ABI_VERSION = 1
HERE = Path(__file__).resolve().parent


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
    places = [Path(named)] if named else [HERE / "lib" / "libgram.so.0"]
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
