#!/usr/bin/env python3
"""How many C++ files there are, how long they and their functions are, and how much of them is comment.

    file_counts.py [--root DIR] [--BOUND N]...

Counts files outside tests/, except for the longest file, which may be a test too. Prints a line for each room
(the folders of include_rules.py) and one for each bound; exit 1 if a bound is exceeded, or if there is nothing to count.

A function goes from the line where its declaration begins to the line of its closing brace. What lies within it,
lambdas and local classes included, is part of it. Functions are found by their braces, not by parsing C++: an
opening brace outside any function, behind a parameter list and what may follow one. A comment line has nothing on it but
a comment, and is counted against the lines that are not blank. The p90 is the length that nine functions in ten do not
exceed.
"""
import argparse
import pathlib
import re
import statistics
import sys

import include_rules

# name -> (value that is allowed, what it bounds)
BOUNDS = {
    'most-files': (480, 'files'),
    'least-median': (80, 'median of the lines of a file'),
    'longest-file': (400, 'lines of the longest file, tests included'),
    'functions-p90': (25, 'lines that nine functions in ten do not exceed'),
}

TOKEN = re.compile(r'''(?P<comment>//(?:\\\n|[^\n])*|/\*.*?\*/)
                     |(?P<raw>R"(?P<tag>[^()\\\s]*)\(.*?\)(?P=tag)")
                     |(?P<text>"(?:\\.|[^"\\\n])*")
                     |(?<![0-9a-zA-Z_])(?P<char>'(?:\\.|[^'\\\n])+')
                     |^[ \t]*(?P<directive>\#(?:\\\n|[^\n])*)''', re.VERBOSE | re.DOTALL | re.MULTILINE)
SCOPE = re.compile(r'(inline\s+)?namespace\b|extern\s*""$|(template\s*<.*>\s*)?(enum\s+)?(class|struct|union|enum)\b')
BEHIND_PARAMETERS = re.compile(r'\s*(const|volatile|noexcept|override|final|try|&&?|->\s*[\w:<>,*&\s]+|requires\b[^;]*)\s*')


def blank(text):
    """`text` without anything but its line feeds."""
    return re.sub(r'[^\n]', ' ', text)


def without_text(source):
    """`source` with comments and preprocessor lines blanked and texts emptied: its code, line by line."""
    def emptied(match):
        if match['comment'] or match['directive']:
            return blank(match[0])
        return match[0][0] + '\n' * match[0].count('\n') + match[0][-1] if match['text'] or match['char'] else \
            '""' + '\n' * match[0].count('\n')
    return TOKEN.sub(emptied, source)


def comment_lines(source):
    comments = TOKEN.sub(lambda m: re.sub(r'[^\n]', '#', m[0]) if m['comment'] else re.sub(r'[^\s]', 'x', m[0]), source)
    code = TOKEN.sub(lambda m: blank(m[0]) if m['comment'] else re.sub(r'[^\s]', 'x', m[0]), source)
    return sum('#' in c and not line.strip() for c, line in zip(comments.splitlines(), code.splitlines()))


def outside_brackets(head):
    """`head` less what its parentheses and template arguments hold."""
    head = re.sub(r'\boperator\s*(\(\s*\)|[^\s\w(]+)', 'operator', head)
    depth = 0
    kept = []
    for i, c in enumerate(head):
        closes = c == ')' or (c == '>' and head[i - 1:i] != '-')
        depth -= closes and depth > 0
        if depth == 0:
            kept.append(c)
        depth += c in '(<'
    return ''.join(kept)


def is_function(head):
    """Whether an opening brace behind `head` begins the body of a function."""
    if '(' not in head or head.count('(') != head.count(')') or SCOPE.match(head):
        return False
    rest = outside_brackets(head)
    if '=' in rest or ')' not in rest:
        return False
    behind = rest[rest.rindex(')') + 1:]
    initializers = re.search(r'\)[\s\w]*:(?!:)', rest)
    while behind and (match := BEHIND_PARAMETERS.match(behind)):
        behind = behind[match.end():]
    return not behind.strip() or (initializers is not None and not re.search(r'\w\s*$', rest))


def closing(code, opening):
    """The place of the brace that closes the one at `opening`."""
    depth = 0
    for match in re.compile('[{}]').finditer(code, opening):
        depth += 1 if match[0] == '{' else -1
        if depth == 0:
            return match.start()
    return len(code)


def function_lengths(source):
    """The lines of each function of a file."""
    code = without_text(source)
    lengths = []
    start = at = 0  # of what stands before the next brace
    while match := re.compile(r'[{};]|\b(public|private|protected)\s*:(?!:)').search(code, at):
        brace = match.start()
        head = re.sub(r'\s+', ' ', code[start:brace]).strip()
        at = match.end()
        if match[0] == '{' and is_function(head):
            begin = start + len(code[start:]) - len(code[start:].lstrip())
            end = closing(code, brace)
            lengths.append(code.count('\n', begin, end) + 1)
            start = at = end + 1
        elif match[0] == '{' and not SCOPE.match(head):
            at = closing(code, brace) + 1  # a value in braces: what stands before the next brace goes on behind it
            code = code[:brace] + '()' + blank(code[brace:at])[2:] + code[at:] if at - brace > 1 else code
        elif match[0] != ';' or head.count('(') == head.count(')'):
            start = at
    return lengths


def room_of(path):
    room = include_rules.room_of(path)
    return room if room is not None and not room.endswith(('.cc', '.h')) else str(pathlib.PurePosixPath(path).parent)


def percent(part, whole):
    return f'{100 * part / whole:.0f} %' if whole else '-'


def print_rooms(sources):
    print(f'{"room":24}{"files":>6}{"lines":>8}{"functions":>11}{"comments":>10}')
    for room in sorted({room_of(path) for path in sources}):
        texts = [text for path, text in sources.items() if room_of(path) == room]
        lines = sum(len(text.splitlines()) for text in texts)
        filled = sum(bool(line.strip()) for text in texts for line in text.splitlines())
        functions = sum(len(function_lengths(text)) for text in texts)
        comments = percent(sum(map(comment_lines, texts)), filled)
        print(f'{room:24}{len(texts):>6}{lines:>8}{functions:>11}{comments:>10}')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--root', type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    for name, (value, what) in BOUNDS.items():
        parser.add_argument('--' + name, type=int, default=value, help=what)
    args = vars(parser.parse_args())
    everything = {path: (args['root'] / path).read_text(encoding='utf-8')
                  for path in include_rules.source_files(args['root'])}
    sources = {path: text for path, text in everything.items() if not path.startswith('tests/')}
    functions = sorted(length for text in sources.values() for length in function_lengths(text))
    if not functions:
        sys.exit(f'file_counts.py: no function below {args["root"]}')
    print_rooms(sources)
    longest = max(everything, key=lambda path: len(everything[path].splitlines()))
    found = {'most-files': len(sources),
             'least-median': statistics.median(len(text.splitlines()) for text in sources.values()),
             'longest-file': len(everything[longest].splitlines()),
             'functions-p90': functions[(9 * len(functions) + 9) // 10 - 1]}
    exceeded = 0
    for name, value in found.items():
        bound = args[name.replace('-', '_')]
        bad = value < bound if name.startswith('least') else value > bound
        exceeded += bad
        note = f' ({longest})' if name == 'longest-file' else ''
        print(f'{name}: {value:g}, bound {bound}{note}{" EXCEEDED" if bad else ""}')
    sys.exit(1 if exceeded else 0)


if __name__ == '__main__':
    main()
