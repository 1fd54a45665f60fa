"""The command gram-cpu of the package: the program itself, and Parquet, which it cannot read."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PROGRAM = Path(__file__).resolve().parent / "bin" / "gram-cpu"


def _is_parquet(argument: str) -> bool:
    return argument.rpartition("=")[2].lower().endswith((".parquet", ".parq", ".pq"))


def main() -> int:
    """Runs the program in this process's place; `score` of Parquet files is done here."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["score"] and any(map(_is_parquet, arguments)):
        from . import parquet

        return parquet.main(arguments[1:])
    if not _PROGRAM.is_file():
        print(f"gram-cpu: no program at {_PROGRAM}; install the package's wheel", file=sys.stderr)
        return 1
    os.execv(_PROGRAM, ["gram-cpu", *arguments])


if __name__ == "__main__":
    sys.exit(main())
