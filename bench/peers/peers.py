#!/usr/bin/env python3
"""gram-cpu beside PyTorch + transformers, OpenVINO and vLLM's CPU build, on the machine at hand, in turn.

    peers.py PROGRAM --tokenizer DIR [--work DIR] [--peers NAME,...] [--tokens 512,1600] [--rounds N] [--threads N]
             [--one-at-a-time] [--machine TEXT] [--layers N]

All have the same random weights of the 1.7B shape and do the same work: prompts of one length that share nothing,
4096 tokens a batch, logits at the last position of each. First every engine gives the logits of a few prompts, and
one whose logits are not gram-cpu's is left out: it would measure something else. Then, N times in turn, `gram-cpu
bench` and every peer are timed at every length, each the faster of two runs, so that what else the machine does meets
all alike. Peers keep their models from turn to turn and are stopped meanwhile, so that none waits on the CPU while
another is timed.

Prints versions, every figure as it comes, and a row for the table in docs/performance.md: medians of tokens/s, in
brackets the median of the rounds' ratios of gram-cpu to it. A peer that cannot be installed, cannot start or dies is
named with the reason, and the others go on. Ctrl-C ends it with the table of what was measured until then.

NAME is torch:ATTENTION:DTYPE, openvino:DTYPE or vllm:DTYPE; ATTENTION is sdpa or eager, DTYPE bf16 or f32 (of the
arithmetic; f32 is faster on some machines without bf16 of their own, or with a slow one).

Below --work: the virtual environment, which is made if it is missing (7 GB from PyPI; Python 3.11 or later for
vLLM), the checkpoint and gram-cpu's file of it (3.4 GB each), and a log of each peer. Memory: 3.5 GB for a model in
bf16, twice that in f32 or with OpenVINO; with --one-at-a-time no two are held, and each is loaded again for every
turn.
"""
import argparse
import contextlib
import os
import pathlib
import statistics
import subprocess
import sys

import gram
from environment import Environment
from peer import Ended, Peer

HERE = pathlib.Path(__file__).resolve().parent
BATCH_TOKENS = 4096  # as `gram-cpu bench` has it
PEERS = 'torch:sdpa:bf16,torch:eager:bf16,openvino:bf16,vllm:bf16'
# Root mean square of the logits' differences over that of the logits. Wrong ones are near 1, bf16 rounding costs a few
# hundredths.
LIMIT = 0.15


def relative_error(got, expected):
    pairs = [(a, b) for row, wanted in zip(got, expected, strict=True)
             for a, b in zip(row, wanted, strict=True)]
    return (sum((a - b) ** 2 for a, b in pairs) / sum(b ** 2 for _, b in pairs)) ** 0.5


def cpu_name():
    with open('/proc/cpuinfo') as file:
        names = [line.split(':', 1)[1].strip() for line in file if line.startswith('model name')]
    return names[0] if names else os.uname().machine


def admitted(peers, check):
    """Those that start and give gram-cpu's logits; says of the others why not."""
    found = []
    for peer in peers:
        try:
            versions = peer.start()
            error = relative_error(peer.ask({'prompts': check.prompts, 'of': check.labels}), check.logits)
        except Ended as ended:
            print(f'{peer.name}: absent: {ended}', flush=True)
            continue
        right = error <= LIMIT  # not so for NaN
        print(f'{peer.name}: {versions}; its logits differ from gram-cpu\'s by {error:.2g} of their size, {LIMIT} are '
              'allowed' + ('' if right else ': left out'), flush=True)
        if right:
            found.append(peer)
            peer.rest()
        else:
            peer.close()
    return found


def measure(args, peers):
    """Name -> length -> tokens/s of each round; and gram-cpu's instruction set."""
    speeds = {name: {tokens: [] for tokens in args.tokens} for name in ['gram-cpu', *(peer.name for peer in peers)]}

    def note(name, tokens, speed):
        speeds[name][tokens].append(speed)
        print(f'round {len(speeds[name][tokens])}, {tokens} tokens: {name} {speed:.1f}', flush=True)

    living, isa = list(peers), None
    try:
        for _ in range(args.rounds):
            found, isa = gram.speeds(args.program, args.model, args.tokens, args.threads)
            for tokens, speed in found.items():
                note('gram-cpu', tokens, speed)
            for peer in list(living):
                try:
                    for tokens in args.tokens:
                        note(peer.name, tokens, peer.ask({'tokens': tokens}))
                    peer.rest()
                except Ended as ended:
                    print(f'{peer.name}: {ended}', flush=True)
                    living.remove(peer)
    except KeyboardInterrupt:
        if isa is None:
            raise
        print('interrupted: the table has what was measured until now', flush=True)
    return speeds, isa


def cell(speeds, ours):
    """`speeds` and `ours`: length -> tokens/s of each round."""
    texts = []
    for tokens, found in speeds.items():
        # A peer that died, or a last round that was cut short, has fewer.
        both = list(zip(ours[tokens], found, strict=False))
        if not both:
            texts.append('-')
            continue
        text = f'{statistics.median(b for _, b in both):.0f}'
        texts.append(text if found is ours[tokens] else f'{text} ({statistics.median(a / b for a, b in both):.2f})')
    return ' / '.join(texts)


def print_table(args, speeds, isa):
    names = ['gram-cpu', *args.peers]
    print(f'\n| machine; prompts of {" / ".join(map(str, args.tokens))} tokens | ' + ' | '.join(names) + ' |')
    print('|---' * (len(names) + 1) + '|')
    cells = [cell(speeds[name], speeds['gram-cpu']) if name in speeds else '-' for name in names]
    print(f'| {args.machine}, {args.threads} threads, {isa} | ' + ' | '.join(cells) + ' |')


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('program', help='gram-cpu, an optimised build')
    parser.add_argument('--tokenizer', type=pathlib.Path, required=True,
                        help="folder with Qwen3's tokenizer.json and tokenizer_config.json")
    parser.add_argument('--work', type=pathlib.Path, default=HERE.parent.parent / 'build' / 'peers')
    parser.add_argument('--peers', type=lambda text: text.split(','), default=PEERS.split(','), metavar='NAME,...')
    parser.add_argument('--tokens', type=lambda text: list(map(int, text.split(','))), default=[512, 1600],
                        metavar='N,...')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--threads', type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument('--one-at-a-time', action='store_true', help='never hold two models')
    parser.add_argument('--machine', default=cpu_name(), help='what the table calls this machine')
    parser.add_argument('--layers', type=int, default=28, help='fewer than the shape has, to try the script')
    parser.add_argument('--limit', type=float, default=3600, metavar='SECONDS',
                        help='of patience with one answer of a peer')
    return parser.parse_args()


def main():
    args = arguments()
    args.work.mkdir(parents=True, exist_ok=True)
    environment = Environment(args.work / 'venv', args.work / 'install.log')
    for engine, why in environment.missing.items():
        print(f'{engine}: not installed: {why}', flush=True)
    args.checkpoint = args.work / f'checkpoint-{args.layers}'
    args.model = args.work / f'{args.checkpoint.name}.gram'
    if not (args.checkpoint / 'model.safetensors').exists():
        environment.run(HERE / 'checkpoint.py', args.checkpoint, args.tokenizer, str(args.layers))
    if not args.model.exists():
        gram.convert(args.program, args.checkpoint, args.model)
    version = subprocess.check_output([args.program, '--version'], text=True).splitlines()[0]
    check = gram.check(args.program, args.model, args.threads, args.work)
    print(f'{version}; Python {sys.version.split()[0]}', flush=True)
    with contextlib.ExitStack() as stack:
        peers = [Peer(name, environment.python, args, max(BATCH_TOKENS, *args.tokens)) for name in args.peers]
        for peer in peers:
            stack.callback(peer.close)
        peers = admitted(peers, check)
        if not peers:
            sys.exit('peers.py: nobody to compare with')
        print_table(args, *measure(args, peers))


if __name__ == '__main__':
    main()
