#!/usr/bin/env python3
"""ISA kernels define no weak symbol, even with nothing inlined.

    weak_symbols.py --compile-commands FILE --kernels DIR ... --nm NM [--absent NAME ...]

A weak symbol (an inline function or a template) in an object built for AVX-512 could be the copy that the linker
keeps for the whole program. Each kernel source is compiled again with its own flags but -O0, and its object's
symbols are looked at. Every source DIR/ISA/*.cc or DIR/ISA.cc has to have a compile command, except those of an ISA
named by --absent: of other processors. Exit 1 on a finding or where a tool fails.
"""
import argparse
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile


def compile_at_o0(entry, output):
    words = entry.get('arguments') or shlex.split(entry['command'])
    words = [w for w in words if not re.fullmatch(r'-O\w*|-DNDEBUG|-M[DMP]*', w)]
    for flag in ('-o', '-MT', '-MF'):
        while flag in words:
            at = words.index(flag)
            del words[at:at + 2]
    run = subprocess.run(words + ['-O0', '-o', str(output)], cwd=entry['directory'], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f'weak_symbols.py: cannot compile {entry["file"]} at -O0:\n{run.stderr}')


def weak_symbols(nm, obj):
    run = subprocess.run([nm, '-C', str(obj)], capture_output=True, text=True)
    if run.returncode != 0 or not run.stdout:
        sys.exit(f'weak_symbols.py: {nm} cannot read {obj}: {run.stderr.strip()}')
    return [m[2] for m in re.finditer(r'^\s*[0-9a-f]*\s+([WwVvu])\s+(.*)$', run.stdout, re.M)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--compile-commands', required=True)
    parser.add_argument('--kernels', required=True, nargs='+', type=pathlib.Path)
    parser.add_argument('--nm', default='nm')
    parser.add_argument('--absent', nargs='*', default=[])
    args = parser.parse_args()
    with open(args.compile_commands, encoding='utf-8') as file:
        commands = {pathlib.Path(e['directory'], e['file']).resolve(): e for e in json.load(file)}
    absent = set(args.absent)
    sources = [s.resolve() for folder in args.kernels for s in sorted(folder.rglob('*.cc'))
               if not absent & {s.parent.name, s.stem}]
    findings = 0
    with tempfile.TemporaryDirectory() as folder:
        for source in sources:
            if source not in commands:
                sys.exit(f'weak_symbols.py: {source} is not compiled by this build; add it to its CMakeLists.txt')
            obj = pathlib.Path(folder, 'kernel.o')
            compile_at_o0(commands[source], obj)
            for symbol in weak_symbols(args.nm, obj):
                print(f'{source}: weak symbol {symbol}')
                findings += 1
    print(f'{len(sources)} kernel sources, {findings} weak symbols')
    sys.exit(1 if findings else 0)


if __name__ == '__main__':
    main()
