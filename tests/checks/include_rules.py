#!/usr/bin/env python3
"""Who may include whom (docs/architecture.md), over every C++ file of the project.

    include_rules.py [--root DIR]

Prints FILE:LINE: MESSAGE for each violation; exit 1 if there is one, or if there is nothing to check.
"""
import argparse
import pathlib
import re
import sys

# Room -> rooms whose headers it may include beside its own and engine/base. A room is a folder; the
# longest name that fits a file counts. '*': anything of the project.
ROOMS = {
    'engine/include/gram': [],
    'engine/diagnostics/include/gram': [],
    'engine/base': [],
    'engine/format': [],
    'engine/gemm': [],
    'engine/kernels': [],
    'engine/rank': [],
    'engine/schedule': [],
    'engine/ops': ['engine/gemm', 'engine/kernels'],
    'engine/model': ['engine/ops', 'engine/format', 'engine/gemm', 'engine/kernels', 'engine/schedule/plan.h'],
    'engine/judge': ['engine/model', 'engine/schedule', 'engine/ops', 'engine/format', 'engine/gemm',
                     'engine/kernels'],
    'engine/api': ['engine/judge', 'engine/rank', 'engine/model', 'engine/schedule', 'engine/ops', 'engine/format',
                   'engine/gemm', 'engine/kernels', 'tokenizer'],
    'engine/diagnostics/peak': ['engine/kernels'],
    'engine/diagnostics': ['engine/judge', 'engine/model', 'engine/schedule', 'engine/ops', 'engine/format',
                           'engine/gemm', 'engine/kernels'],
    'tokenizer': ['engine/format/chat_pieces.h'],
    'tools/convert': ['engine/format'],
    # The places where the converter meets the tokenizer.
    'tools/convert/chat_files.cc': ['engine/format', 'tools/convert', 'tokenizer'],
    'tools/convert/readout.cc': ['engine/format', 'tools/convert', 'tokenizer'],
    'tools/convert/tokenizer_files.cc': ['engine/format', 'tools/convert', 'tokenizer'],
    'jobs/io': ['engine/format/checksum.h'],
    'jobs/formats': ['jobs/io'],
    'jobs/verdicts': ['jobs/formats', 'jobs/io', 'engine/format/checksum.h'],
    'jobs/run': ['jobs/verdicts', 'jobs/formats', 'jobs/io'],
    'jobs/filter': ['jobs/run', 'jobs/verdicts', 'jobs/formats', 'jobs/io'],
    'jobs/eval': ['jobs/filter', 'jobs/run', 'jobs/verdicts', 'jobs/formats', 'jobs/io'],
    'jobs/arrow': ['jobs/run', 'jobs/verdicts', 'jobs/formats', 'jobs/io'],
    'jobs/parquet': ['jobs/arrow', 'jobs/run', 'jobs/verdicts', 'jobs/formats', 'jobs/io'],
    'c_api': ['jobs', 'tools/convert'],
    'cli': ['jobs', 'tools/convert', 'tokenizer', 'engine/format'],
    'bench': ['*'],
    'tests': ['*'],
}
# Folder of public headers -> who may include them beyond those that are about no model: those who use or implement the whole.
PUBLIC_USERS = {
    'engine/include': ('engine/include/gram', 'engine/judge', 'engine/api', 'engine/diagnostics', 'jobs', 'c_api', 'cli',
                       'bench', 'tests'),
    'engine/diagnostics/include': ('engine/diagnostics', 'cli', 'bench', 'tests'),
}

# Header of a third party -> where it may be included.
THIRD_PARTIES = {
    r'(oneapi/)?dnnl': ['engine/gemm/onednn_matmul'],
    r'omp\.h$': ['engine/gemm/onednn_matmul'],
    r'simdjson': ['tokenizer', 'tools/convert', 'jobs'],
    r'nlohmann/': ['jobs', 'c_api', 'cli', 'tools/convert', 'tests', 'bench'],
    r'CLI/': ['cli'],
    r'Eigen/': ['engine/gemm/eigen_matmul', 'tests'],
    r'utf8proc': ['tokenizer', 'tests'],
    r'xxhash': ['engine/format', 'tokenizer/vocab'],
    r'(zlib|zstd|zstd_errors)\.h$': ['jobs/io', 'tests'],
    r'(arrow|parquet)/': ['jobs/parquet', 'tests/jobs/parquet'],
    r'(gtest|gmock)/': ['tests'],
    r'benchmark/': ['bench'],
    r'gram/': ['tests/c_api/consumer'],  # a project of its own
    r'(\w*intrin|arm_neon)\.h$': ['engine/kernels'],
}
STANDARD = re.compile(r'[a-z_0-9]+$|(std(def|int|io)|string|cpuid|fcntl|glob|poll|pthread|sched|signal|spawn|stdlib|unistd|linux/(filter|seccomp)|sys/\w+)\.h$')

ISA_FOLDER = re.compile(r'engine/kernels/(\w+)/')
# Where else the flags of one instruction set are on.
ISA_CODE = ('engine/diagnostics/peak',)
ISA_HEADERS = {'cstddef', 'cstdint', 'immintrin.h', 'arm_neon.h'}
# Folder -> folders whose headers it may include: the templates over a vector type, and the type that has one
# instruction less.
TEMPLATES = ('vector', 'vector_bf16', 'tiles')
ISA_BUILDS_ON = {'avx2': ['vector'], 'avx512': ['vector'], 'neon': ['vector'], 'vector_bf16': ['vector'],
                 'tiles': ['vector', 'vector_bf16'], 'avx512_bf16': ['avx512', *TEMPLATES],
                 'amx_bf16': ['avx512_bf16', 'avx512', *TEMPLATES], 'neon_bf16': ['neon', *TEMPLATES]}

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')
OMP_PRAGMA = re.compile(r'\s*#\s*pragma\s+omp\b|.*\b_Pragma\s*\(\s*"omp\b')
SOURCES = ('.h', '.cc', '.c', '.hpp', '.cpp')


def within(path, places):
    return any(path == p or path.startswith(p + '/') or (path.startswith(p) and path[len(p):len(p) + 1] == '.')
               for p in places)


def room_of(path):
    fitting = [room for room in ROOMS if within(path, [room])]
    return max(fitting, key=len) if fitting else None


def check_angle(path, header):
    isa = ISA_FOLDER.match(path)
    if (isa or within(path, ISA_CODE)) and header not in ISA_HEADERS:
        return f'<{header}> in code for one ISA: only {", ".join(sorted(ISA_HEADERS))} (no std:: templates there)'
    if isa and isa[1] in TEMPLATES and header.endswith('.h'):
        return f'<{header}> in engine/kernels/{isa[1]}: what it needs of an ISA is the vector type it is given'
    for pattern, places in THIRD_PARTIES.items():
        if re.match(pattern, header):
            return None if within(path, places) else f'<{header}> belongs in {", ".join(places)} only'
    if not STANDARD.match(header):
        return f'<{header}> is unknown: add it to THIRD_PARTIES or STANDARD in tests/checks/include_rules.py'
    return None


def check_quoted(root, path, header):
    room = room_of(path)
    if header.startswith('gram/'):
        folders = [folder for folder in PUBLIC_USERS if (root / folder / header).is_file()]
        if not folders:
            return f'"{header}" does not exist below {" or ".join(PUBLIC_USERS)}'
        if header not in ('gram/status.h', 'gram/named.h') and not within(path, PUBLIC_USERS[folders[0]]):
            return f'{room} may not use the public header "{header}"'
        return None
    if '..' in header.split('/') or not (root / header).is_file():
        return f'"{header}" is not a path from the repository root'
    isa = ISA_FOLDER.match(path)
    if isa:
        own = [f'engine/kernels/{name}' for name in [isa[1]] + ISA_BUILDS_ON.get(isa[1], [])]
        allowed = own + ['engine/kernels/kernel_table.h']
    elif room.endswith('include/gram'):
        allowed = []
    else:
        allowed = [room, 'engine/base'] + ROOMS[room]
    if '*' in allowed or within(header, allowed):
        return None
    return f'{room} may not include "{header}"'


def check_file(root, path):
    if room_of(path) is None:
        return [(1, 'in no known room: add its folder to ROOMS in tests/checks/include_rules.py')]
    found = []
    lines = (root / path).read_text(encoding='utf-8').splitlines()
    for number, line in enumerate(lines, 1):
        if OMP_PRAGMA.match(line):
            found.append((number, 'threads are those of engine/base/thread_pool.h, not OpenMP\'s'))
        include = INCLUDE.match(line)
        if include:
            quoted = include[1] == '"'
            message = check_quoted(root, path, include[2]) if quoted else check_angle(path, include[2])
            if message:
                found.append((number, message))
    return found


def source_files(root):
    """Every C++ file of the project, as a path from `root`."""
    tops = ('engine', 'tokenizer', 'tools', 'jobs', 'cli', 'bench', 'tests')
    return [p.relative_to(root).as_posix() for top in tops for p in sorted((root / top).rglob('*'))
            if p.suffix in SOURCES]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--root', type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    root = parser.parse_args().root
    paths = source_files(root)
    if not paths:
        sys.exit(f'include_rules.py: no C++ files below {root}')
    violations = [(path, *v) for path in paths for v in check_file(root, path)]
    for path, number, message in violations:
        print(f'{path}:{number}: {message}')
    print(f'{len(paths)} files, {len(violations)} violations')
    sys.exit(1 if violations else 0)


if __name__ == '__main__':
    main()
