#!/usr/bin/env python3
"""shared_weights.py MODEL.gram: four processes judge with one file; what each adds to the memory in use.

Pss counts a page that several processes have as a share for each of them, so the sum is what they take together.
"""

import multiprocessing
import sys

from gram_cpu import Judge

PROCESSES = 4


def work(model, ready, stop):
    """Judges, so that all weights are in use, and waits."""
    judge = Judge(model, threads=1)
    judge.score([("What is 2 + 2?", "4", "5")])
    ready.release()
    stop.wait()


def pss_of(process):
    """Megabytes: of all, and of memory that is the process's own."""
    with open(f"/proc/{process.pid}/smaps_rollup") as file:
        fields = dict(line.split(":") for line in file if line.startswith("Pss"))
    return tuple(int(fields[name].split()[0]) / 1000 for name in ("Pss", "Pss_Anon"))


def measure(model, count):
    """Starts so many processes, and prints what they take once all have judged."""
    context = multiprocessing.get_context("spawn")
    ready, stop = context.Semaphore(0), context.Event()
    processes = [context.Process(target=work, args=(model, ready, stop)) for _ in range(count)]
    for process in processes:
        process.start()
    for _ in processes:
        ready.acquire()
    sizes = [pss_of(process) for process in processes]
    stop.set()
    for process in processes:
        process.join()
    print(f"{count} process{'es' if count > 1 else ''}:")
    for total, own in sizes:
        print(f"  Pss {total:8.0f} MB, of which {own:6.0f} MB are not shared with the file")
    print(f"  sum {sum(total for total, _ in sizes):8.0f} MB")


if __name__ == "__main__":
    measure(sys.argv[1], 1)
    measure(sys.argv[1], PROCESSES)
