"""The command gram-cpu of the package: the program itself, and Parquet, which it cannot read."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PROGRAM = Path(__file__).resolve().parent / "bin" / "gram-cpu"
_TEXTS = ("--query", "--question", "--response1", "--response2", "--response")
_NO_RANK = (
    "gram-cpu: rank reads no Parquet: in Python, Judge.rank_rows(pyarrow.parquet.read_table(FILE).to_pylist()) ranks "
    "its rows; or make JSON lines of it: pandas.read_parquet(FILE).to_json(OUTPUT, orient='records', lines=True)"
)


def _names_parquet(arguments: list[str]) -> bool:
    """Whether a file among the arguments is Parquet; what is judged is not looked at."""
    before = ""
    for argument in arguments:
        option, _, value = argument.partition("=") if argument.startswith("--") else (before, "", argument)
        if option not in _TEXTS and value.lower().endswith((".parquet", ".parq", ".pq")):
            return True
        before = argument if argument.startswith("--") and "=" not in argument else ""
    return False


def main() -> int:
    """Runs the program in this process's place; `score` of Parquet files is done here.

    `rank` of them is not: its lines are numbered, resumed and put into shards by the program alone.
    """
    arguments = sys.argv[1:]
    if arguments[:1] == ["rank"] and _names_parquet(arguments[1:]):
        print(_NO_RANK, file=sys.stderr)
        return 1
    if arguments[:1] == ["score"] and _names_parquet(arguments[1:]):
        from . import _parquet_command

        return _parquet_command.main(arguments[1:])
    if not _PROGRAM.is_file():
        print(f"gram-cpu: no program at {_PROGRAM}; install the package's wheel", file=sys.stderr)
        return 1
    os.execv(_PROGRAM, ["gram-cpu", *arguments])


if __name__ == "__main__":
    sys.exit(main())
