"""`gram-cpu score` of Parquet files, as the command of the package runs it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ._errors import GramError, InvalidArgumentError
from .judge import Judge
from .parquet import score_parquet

_MOST_PROMPT_BYTES = 1 << 20  # as the program
_EXIT_FAILED, _EXIT_ROW_ERRORS, _EXIT_INTERRUPTED = 1, 3, 4


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gram-cpu score",
        description="Scores the rows of Parquet files; the options are those of gram-cpu score for JSON.",
        allow_abbrev=False,
    )
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--input", action="append", default=[], metavar="FILE", help="files, or quoted patterns")
    parser.add_argument("--output", required=True, metavar="OUT", help="a .parquet or .jsonl file")
    parser.add_argument("--model", required=True, metavar="M.gram", help="packed model; demo: the toy")
    parser.add_argument("--keep", action="append", default=[], metavar="COLUMN,...", help="columns to copy; all: all")
    parser.add_argument("--resume", action="store_true", help="go on with a run that was interrupted")
    parser.add_argument("--force", action="store_true", help="start anew, whatever is there")
    parser.add_argument("--quiet", action="store_true", help="say nothing at the end")
    for flag in ("format", "map", "turns", "isa", "protocol", "scoring", "labels", "bos", "date", "truncate"):
        parser.add_argument(f"--{flag}")
    parser.add_argument("--ignore", action="append", default=[], metavar="COLUMN,...")
    parser.add_argument("--prompt", metavar="FILE")
    for flag in ("threads", "max-tokens", "batch-tokens"):
        parser.add_argument(f"--{flag}", type=int)
    for flag in ("no-share", "parse-special", "no-verify"):
        parser.add_argument(f"--{flag}", action="store_true")
    return parser


def _names(lists: list[str]) -> list[str]:
    return [name for names in lists for name in names.split(",") if name]


def _prompt_of(path: Path) -> str:
    """The file's text with its own ends of lines, as the program reads it."""
    with open(path, "rb") as file:
        data = file.read(_MOST_PROMPT_BYTES + 1)
    if len(data) > _MOST_PROMPT_BYTES:
        raise InvalidArgumentError(f"{path} has more than {_MOST_PROMPT_BYTES} bytes")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise InvalidArgumentError(f"{path} is not UTF-8 at byte {error.start}", "invalid_utf8") from None


def _judge_of(given: argparse.Namespace) -> Judge:
    chosen = {
        name: value
        for name in ("threads", "isa", "protocol", "scoring", "bos", "date", "truncate", "max_tokens", "batch_tokens")
        if (value := getattr(given, name)) is not None
    }
    if given.labels is not None:
        chosen["labels"] = given.labels.split(",")
    if given.prompt is not None:
        chosen["prompt"] = _prompt_of(Path(given.prompt))
    return Judge(
        given.model,
        share_prefixes=not given.no_share,
        parse_special=given.parse_special,
        verify=not given.no_verify,
        **chosen,
    )


def _say(text: str) -> None:
    print(f"gram-cpu: {text}", file=sys.stderr)


def main(arguments: Sequence[str]) -> int:
    """`gram-cpu score` with Parquet files. Returns the exit code, which means what the program's do."""
    given = _parser().parse_args(list(arguments))
    names = _names(given.keep)
    keep: bool | list[str] = True if names == ["all"] else names or False
    rows = {"format": given.format, "map": given.map, "turns": given.turns or "join"}
    try:
        outcome = score_parquet(
            given.files + given.input,
            given.output,
            judge=_judge_of(given),
            keep=keep,
            resume=given.resume,
            force=given.force,
            ignore=_names(given.ignore) or None,
            **rows,
        )
    except KeyboardInterrupt:
        _say("interrupted; the same command with --resume goes on")
        return _EXIT_INTERRUPTED
    except (GramError, OSError, ImportError) as error:
        _say(" ".join(str(error).split()))
        return _EXIT_FAILED
    if not given.quiet:
        _say(f"{outcome.rows} rows into {given.output}, {outcome.failed} of them with an error")
    return _EXIT_ROW_ERRORS if outcome.failed else 0
