"""Another engine as a process that answers requests (protocol.py), and sleeps in between."""
import contextlib
import json
import os
import pathlib
import select
import signal
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
PATIENCE_TO_END = 10  # seconds


class Ended(Exception):
    """The process is no more; the text says why, as far as its log tells."""


class Peer:
    """`name` is ENGINE:...:DTYPE. A process is there from `start` on; with `args.one_at_a_time` only until it rests."""

    def __init__(self, name, python, args, batch_tokens):
        self.name = name
        self.engine = name.split(':')[0]
        self._log = args.work / f'{name.replace(":", "-")}.log'
        self._command = [python, HERE / f'{self.engine}_peer.py', args.checkpoint, str(args.threads),
                         str(batch_tokens), name]
        self._environment = dict(os.environ, OMP_NUM_THREADS=str(args.threads))
        self._limit = args.limit
        self._kept = not args.one_at_a_time
        self._process = None

    def start(self):
        """What it says of itself, once its model is loaded."""
        with open(self._log, 'w') as log:
            # A group of its own, so that all its processes can be stopped. If this script is killed, the system wakes
            # and ends a stopped group whose parent is gone.
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                                             text=True, env=self._environment, preexec_fn=os.setpgrp)
        return self._answer()

    def ask(self, request):
        if self._process is None:
            self.start()
        self._signal(signal.SIGCONT)
        try:
            self._process.stdin.write(json.dumps(request) + '\n')
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # the answer will not come, and the log says why
        return self._answer()

    def rest(self):
        """Uses no CPU until the next request; where models are not kept, no memory either."""
        if not self._kept:
            self.close()
        elif self._process is not None:
            self._signal(signal.SIGSTOP)

    def close(self):
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(BrokenPipeError):  # what was written when it had ended
            process.stdin.close()
        for number in signal.SIGCONT, signal.SIGTERM:
            self._signal(number, process)
        try:
            process.wait(PATIENCE_TO_END)
        except subprocess.TimeoutExpired:
            pass
        self._signal(signal.SIGKILL, process)  # its children too
        process.wait()

    def _answer(self):
        ready, _, _ = select.select([self._process.stdout], [], [], self._limit)
        line = self._process.stdout.readline() if ready else ''
        if line:
            return json.loads(line)
        reason = f'no answer within {self._limit:.0f} s' if not ready else self._last_words()
        self.close()
        raise Ended(f'{reason} (see {self._log})')

    def _last_words(self):
        lines = [line for line in self._log.read_text(errors='replace').splitlines() if line.strip()]
        last = lines[-1].strip() if lines else 'nothing'
        try:
            status = self._process.wait(PATIENCE_TO_END)
        except subprocess.TimeoutExpired:
            return f'no more answers; the last it said: {last}'
        how = f'was killed by signal {-status}' if status < 0 else f'ended with exit status {status}'
        return f'{how}; the last it said: {last}'

    def _signal(self, number, process=None):
        try:
            os.killpg((process or self._process).pid, number)
        except ProcessLookupError:
            pass  # it has ended, as the next answer will show
