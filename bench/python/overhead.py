#!/usr/bin/env python3
"""What Python costs beside the program: the same rows through both, in turns, with the demo model.

overhead.py [ROWS]: prints seconds of each run, and the ratio of the fastest ones. Both include opening the model;
the program's includes reading its input and writing its output.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gram_cpu import Judge
from gram_cpu.__main__ import _PROGRAM


def main():
    """Five turns."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    pairs = [(f"What is {i} + 1?", str(i + 1), str(i + 2)) for i in range(count)]
    program, package = [], []
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.jsonl"
        rows.write_text(
            "".join(json.dumps(dict(zip(("question", "response1", "response2"), pair))) + "\n" for pair in pairs)
        )
        for _ in range(5):
            start = time.monotonic()
            command = [sys.argv[2] if len(sys.argv) > 2 else _PROGRAM, "score", "--model", "demo", "--quiet", rows]
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            program.append(time.monotonic() - start)
            start = time.monotonic()
            with Judge() as judge:
                verdicts = judge.score(pairs)
            package.append(time.monotonic() - start)
            assert len(verdicts) == count
            print(f"program {program[-1]:.2f} s, package {package[-1]:.2f} s", flush=True)
    print(f"package / program: {min(package) / min(program):.3f}")


if __name__ == "__main__":
    main()
