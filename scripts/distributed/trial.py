"""What the distributed trials share: rows, the verdicts of one process, a worker to kill, and the comparison."""

import os
import random
import signal
import sys
import threading
import time
from pathlib import Path

from gram_cpu import Judge, demo_model

ROWS = int(os.environ.get("ROWS", "20000"))


def make_rows(count=ROWS, seed=1):
    """Short rows: some labelled, one in a hundred without a second answer, which is an error."""
    draw = random.Random(seed)
    rows = []
    for number in range(count):
        a, b = draw.randrange(100), draw.randrange(100)
        right, wrong = str(a + b), str(a + b + draw.choice((-10, -1, 1, 10)))
        first = draw.random() < 0.5
        rows.append(
            {
                "id": f"row-{number}",
                "question": f"What is {a} + {b}?",
                "response1": right if first else wrong,
                "response2": None if draw.random() < 0.01 else wrong if first else right,
                "label": draw.choice(("A", "B", None)),
            }
        )
    return rows


def figures_of(row):
    """What of a verdict is compared: bit for bit."""
    error = row.get("error_code") or (row.get("error") or {}).get("code")
    if error:
        return error
    return row["score_response1"], row["margin"], bool(row["orders_agree"])


def reference(rows):
    """Each row's figures, by one process."""
    with Judge() as judge:
        start = time.monotonic()
        lines = judge.score_rows(rows)
        print(f"one process: {len(lines)} rows in {time.monotonic() - start:.1f} s on {judge.info['threads']} threads")
    return {line["id"]: figures_of(line) for line in lines}


def compare(results, expected, what):
    """Exits with 1 unless every row is there once and the same."""
    seen, doubled, differing = set(), 0, 0
    for row in results:
        doubled += row["id"] in seen
        seen.add(row["id"])
        differing += expected.get(row["id"]) != figures_of(row)
    lost = len(expected.keys() - seen)
    print(f"{what}: {len(seen)} rows, {lost} lost, {doubled} doubled, {differing} differ")
    if lost or doubled or differing:
        sys.exit(1)


def descendants():
    """The processes that this one has started, and those that they have."""
    children = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = stat.read_text().rpartition(")")[2].split()[1]  # a program's name may hold anything
        except OSError:
            continue
        children.setdefault(int(parent), []).append(int(stat.parent.name))
    found, left = [], [os.getpid()]
    while left:
        below = children.get(left.pop(), [])
        found += below
        left += below
    return found


def workers():
    """The processes of this trial, and of no other, that have the demo model mapped."""
    model = demo_model().name.encode()
    found = []
    for process in descendants():
        try:
            mapped = model in Path(f"/proc/{process}/maps").read_bytes()
        except OSError:
            continue
        if mapped:
            found.append(process)
    return found


class Killer:
    """Kills one worker with SIGKILL as soon as there are some, and another one later, while its block runs."""

    def __init__(self, kills=2, pause=2.0):
        """Of `kills` workers each is killed `pause` seconds after there are any."""
        self.killed = 0
        self._kills, self._pause = kills, pause
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def _run(self):
        while self.killed < self._kills and not self._stop.wait(0.2):
            found = workers()
            if not found:
                continue
            if self._stop.wait(self._pause):
                return
            victim = random.choice(found)
            try:
                os.kill(victim, signal.SIGKILL)
            except ProcessLookupError:
                continue
            self.killed += 1
            print(f"killed worker {victim} of {len(found)}", flush=True)

    def __exit__(self, kind, *error):
        """Exits with 1 where no worker was killed: then nothing was tried."""
        self._stop.set()
        self._thread.join()
        if kind is None and self.killed == 0:
            sys.exit("no worker was killed: too few rows")
