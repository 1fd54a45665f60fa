#!/usr/bin/env python3
"""What waiting threads cost, on a quiet machine and on a shared one.

    thread_sharing.py PROGRAM INPUT.jsonl [--baseline PROGRAM] [--model M.gram] [--threads N] [--seconds S] [--pairs K]

Scores as many rows of INPUT as PROGRAM gets through in S seconds, on one thread and on N, K times alternating, so that
what else the machine does meets both alike:

    quiet    as it is
    taken    while a busy loop runs on one of the CPUs that it may use
    one CPU  with all of its threads moved to one CPU after it began

Prints rows a second and the median of the paired ratios: N threads to one, and with --baseline, another build of the
program, to that on N threads. A ratio near 1 for "one CPU" is right; "quiet" should be near N for a large model.
"""
import argparse
import contextlib
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

START = 0.3  # seconds for opening the model


def rows_per_second(program, args, threads, condition):
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / 'out.jsonl'
        command = [program, 'score', '--input', args.input, '--output', str(output), '--quiet', '--threads',
                   str(threads), *(['--model', args.model] if args.model else [])]
        run = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        with condition(run.pid):
            begin = time.monotonic()
            with contextlib.suppress(subprocess.TimeoutExpired):
                run.wait(args.seconds)
            seconds = time.monotonic() - begin
        run.kill()
        if run.wait() == 0:
            sys.exit(f'thread_sharing.py: {args.input} is too short for {args.seconds} s')
        partial = output.with_name(output.name + '.partial')
        return partial.read_bytes().count(b'\n') / seconds if partial.exists() else 0.0


@contextlib.contextmanager
def quiet(_pid):
    time.sleep(START)
    yield


@contextlib.contextmanager
def taken(_pid):
    busy = subprocess.Popen([sys.executable, '-c', 'while True: pass'])
    os.sched_setaffinity(busy.pid, {min(os.sched_getaffinity(0))})
    time.sleep(START)
    try:
        yield
    finally:
        busy.send_signal(signal.SIGKILL)
        busy.wait()


@contextlib.contextmanager
def one_cpu(pid):
    time.sleep(START)
    cpu = min(os.sched_getaffinity(0))
    for thread in os.listdir(f'/proc/{pid}/task'):
        os.sched_setaffinity(int(thread), {cpu})
    yield


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('input')
    parser.add_argument('--baseline')
    parser.add_argument('--model', help='without it, the demo model beside each program')
    parser.add_argument('--threads', type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument('--seconds', type=float, default=3)
    parser.add_argument('--pairs', type=int, default=5)
    args = parser.parse_args()
    runs = {'1 thread': (args.program, 1), f'{args.threads} threads': (args.program, args.threads)}
    if args.baseline:
        runs[f'baseline, {args.threads} threads'] = (args.baseline, args.threads)
    for name, condition in (('quiet', quiet), ('taken', taken), ('one CPU', one_cpu)):
        rates = {run: [] for run in runs}
        for _ in range(args.pairs):
            for run, (program, threads) in runs.items():
                rates[run].append(rows_per_second(program, args, threads, condition))
        many = rates[f'{args.threads} threads']
        print(f'{name}:')
        for run, rate in rates.items():
            ratio = statistics.median(m / r if r else float('inf') for m, r in zip(many, rate))
            print(f'  {run:24} {statistics.median(rate):9.1f} rows/s   {args.threads} threads to it: {ratio:.2f}',
                  flush=True)


if __name__ == '__main__':
    main()
