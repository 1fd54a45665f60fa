#!/usr/bin/env python3
"""gram-cpu beside PyTorch + transformers, on the machine at hand, one after the other.

    peers.py PROGRAM [--model M.gram] [--tokens 512,1600] [--rounds N] [--threads N] [--attention sdpa,eager] [--venv DIR]

Both run the 1.7B shape with random weights: prompts of a length, 4096 tokens a batch, logits of two tokens at the last position.
Each round times gram-cpu and then every peer, N times in turn, so that what else the machine does meets all alike. Prints a row
a length and engine, ready for the table in docs/performance.md: median tokens/s, and the median of the rounds' ratios of gram-cpu
to it. Versions come first.

PyTorch is looked for in DIR (default build/peers-venv), a virtual environment that is made there, with torch and transformers from
PyPI, if it is missing; that takes gigabytes.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def python_of(folder):
    python = folder / 'bin' / 'python'
    if not python.exists():
        print(f'making {folder} with torch and transformers', file=sys.stderr)
        venv.create(folder, with_pip=True)
        subprocess.run([python, '-m', 'pip', 'install', '-q', 'torch', 'transformers'], check=True)
    return python


def gram_tokens_per_second(args, tokens):
    command = [args.program, 'bench', '--model', args.model, '--threads', str(args.threads), '--tokens', str(tokens), '--json']
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return report['runs'][0]['tokens_per_s'], report['isa']


class Peer:
    """A process that holds a model and answers with the tokens/s of a batch; kept so that loading is not timed."""

    def __init__(self, python, script, args, attention):
        self.name = attention
        environment = dict(os.environ, OMP_NUM_THREADS=str(args.threads))
        self.process = subprocess.Popen([python, HERE / script, attention, str(args.threads)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, env=environment)
        self.versions = self.process.stdout.readline().strip()

    def tokens_per_second(self, tokens):
        self.process.stdin.write(f'{tokens}\n')
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f'peers.py: {self.name} ended')
        return float(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('program')
    parser.add_argument('--model', help='packed file of the 1.7B shape; default: made by synth in build/')
    parser.add_argument('--tokenizer', help='folder with the tokenizer that synth needs')
    parser.add_argument('--tokens', default='512,1600')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--threads', type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument('--attention', default='sdpa,eager')
    parser.add_argument('--venv', type=pathlib.Path, default=ROOT / 'build' / 'peers-venv')
    args = parser.parse_args()
    if not args.model:
        if not args.tokenizer:
            parser.error('give --model M.gram, or --tokenizer FOLDER to make one')
        args.model = str(ROOT / 'build' / 'peers.gram')
        if not os.path.exists(args.model):
            subprocess.run([args.program, 'synth', '--preset', 'qwen3-1.7b', '--tokenizer', args.tokenizer, args.model], check=True)
    python = python_of(args.venv)
    peers = [Peer(python, 'torch_peer.py', args, name) for name in args.attention.split(',')]
    print('\n'.join(sorted({peer.versions for peer in peers})))
    print('| tokens | engine | tokens/s | gram-cpu to it |\n|---|---|---|---|')
    for tokens in map(int, args.tokens.split(',')):
        ours, theirs = [], {peer.name: [] for peer in peers}
        for _ in range(args.rounds):
            speed, isa = gram_tokens_per_second(args, tokens)
            ours.append(speed)
            for peer in peers:
                theirs[peer.name].append(peer.tokens_per_second(tokens))
        print(f'| {tokens} | gram-cpu {isa} | {statistics.median(ours):.0f} | |')
        for name, speeds in theirs.items():
            ratio = statistics.median(a / b for a, b in zip(ours, speeds))
            print(f'| {tokens} | PyTorch bf16, {name} | {statistics.median(speeds):.0f} ({min(speeds):.0f} to {max(speeds):.0f}) | {ratio:.2f} |')
    for peer in peers:
        peer.close()


if __name__ == '__main__':
    main()
