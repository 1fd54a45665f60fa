#!/usr/bin/env python3
"""The library has no voice and no kill switch: its archives neither print, exit, abort nor read the environment.

    library_voice.py --nm NM ARCHIVE...

For release builds (a debug build has assert, hence abort). Exit 1 on a finding, and also where an archive is
missing, empty or not readable by nm: a check that saw nothing proves nothing.
"""
import argparse
import os
import re
import subprocess
import sys

FORBIDDEN = re.compile(
    r'(abort|_?exit|_Exit|quick_exit|raise|__assert_fail'
    r'|(__)?v?f?printf(_chk)?|puts|putchar|putc|fputs|fputc|perror|psignal|syslog|stdout|stderr'
    r'|std::(cout|cerr|clog|wcout|wcerr|wclog)|std::println?'
    r'|(secure_)?getenv|setenv|putenv|unsetenv|environ|system|popen)$')


def undefined_symbols(nm, archive):
    if not os.path.isfile(archive):
        sys.exit(f'library_voice.py: {archive} is missing')
    run = subprocess.run([nm, '-C', '--undefined-only', archive], capture_output=True, text=True)
    if run.returncode != 0 or 'no symbols' in run.stderr:
        sys.exit(f'library_voice.py: {nm} cannot read {archive}: {run.stderr.strip()}')
    member = '?'
    for line in run.stdout.splitlines():
        if line.endswith(':'):
            member = line[:-1]
        symbol = re.match(r'\s*[UwvV]\s+(.*)', line)
        if symbol:
            yield member, re.sub(r'(@.*|\(.*)$', '', symbol[1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--nm', default='nm')
    parser.add_argument('archives', nargs='+')
    args = parser.parse_args()
    findings = 0
    for archive in args.archives:
        symbols = list(undefined_symbols(args.nm, archive))
        if not symbols:
            sys.exit(f'library_voice.py: {archive} refers to no symbol at all')
        for member, symbol in symbols:
            if FORBIDDEN.match(symbol):
                print(f'{os.path.basename(archive)}({member}) refers to {symbol}')
                findings += 1
    print(f'{len(args.archives)} archives, {findings} findings')
    sys.exit(1 if findings else 0)


if __name__ == '__main__':
    main()
