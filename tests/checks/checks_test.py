#!/usr/bin/env python3
"""The checks of this folder can fail: each meets a planted violation.

    checks_test.py --compiler CXX --ar AR --nm NM
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = argparse.Namespace(compiler='c++', ar='ar', nm='nm')


def run(script, *args):
    done = subprocess.run([sys.executable, HERE / script, *map(str, args)], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


class CheckTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def plant(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file


class IncludeRulesTest(CheckTest):
    def check(self, path, text):
        for header in ('engine/base/a.h', 'engine/model/a.h', 'engine/kernels/kernel_table.h', 'tokenizer/a.h',
                       'engine/kernels/scalar/own.h', 'engine/kernels/avx512/own.h', 'engine/kernels/vector/own.h',
                       'engine/kernels/neon/own.h', 'engine/kernels/neon_bf16/own.h',
                       'engine/judge/a.h', 'engine/include/gram/status.h', 'engine/include/gram/judge.h',
                       'engine/diagnostics/a.h', 'engine/diagnostics/include/gram/bench.h', 'tools/convert/a.h',
                       'jobs/formats/a.h', 'cli/a.h'):
            self.plant(header, '#include <cstdint>\n')
        self.plant(path, text)
        return run('include_rules.py', '--root', self.root)

    def test_accepts_what_is_allowed(self):
        for path, header in (('engine/judge/x.cc', '"engine/model/a.h"'), ('cli/x.cc', '"gram/judge.h"'),
                             ('engine/gemm/onednn_matmul.cc', '<oneapi/dnnl/dnnl.hpp>'), ('jobs/io/x.cc', '<simdjson.h>'),
                             ('engine/diagnostics/x.cc', '"engine/model/a.h"'), ('cli/x.cc', '"gram/bench.h"'),
                             ('engine/diagnostics/peak/x.cc', '"engine/kernels/avx512/own.h"'),
                             ('engine/gemm/eigen_matmul.cc', '<Eigen/Core>'), ('tests/x.cc', '"engine/model/a.h"'),
                             ('engine/kernels/avx512/x.cc', '"engine/kernels/avx512/own.h"'),
                             ('engine/kernels/avx2/x.cc', '"engine/kernels/vector/own.h"'),
                             ('engine/kernels/neon_bf16/x.h', '"engine/kernels/neon/own.h"'),
                             ('engine/kernels/neon/x.h', '<arm_neon.h>'),
                             ('engine/kernels/vector_bf16/x.h', '"engine/kernels/vector/own.h"')):
            code, text = self.check(path, f'#include {header}\n')
            self.assertEqual(code, 0, text)

    def test_refuses_what_is_not(self):
        for path, line in (('engine/base/x.cc', '#include "engine/model/a.h"'),
                           ('engine/format/x.h', '#include "gram/judge.h"'),
                           ('engine/model/x.cc', '#include "engine/judge/a.h"'),
                           ('engine/model/x.cc', '#include "tokenizer/a.h"'),
                           ('tokenizer/x.cc', '#include "engine/model/a.h"'),
                           ('tools/convert/x.cc', '#include "tokenizer/a.h"'),
                           ('engine/api/x.cc', '#include "engine/diagnostics/a.h"'),
                           ('engine/api/x.cc', '#include "gram/bench.h"'),
                           ('jobs/run/x.cc', '#include "gram/bench.h"'),
                           ('cli/x.cc', '#include "engine/judge/a.h"'),
                           ('cli/x.cc', '#include "../engine/base/a.h"'),
                           ('cli/x.cc', '#include "a.h"'),
                           ('engine/ops/x.cc', '#include <dnnl.hpp>'),
                           ('engine/ops/x.cc', '#include <omp.h>'),
                           ('engine/ops/x.cc', '#pragma omp parallel for'),
                           ('engine/ops/x.cc', '  # pragma omp simd'),
                           ('engine/ops/x.cc', '#include <Eigen/Core>'),
                           ('engine/model/x.cc', '#include <simdjson.h>'),
                           ('engine/ops/x.cc', '#include <immintrin.h>'),
                           ('engine/include/gram/x.h', '#include <nlohmann/json.hpp>'),
                           ('engine/include/gram/x.h', '#include "engine/base/a.h"'),
                           ('engine/kernels/scalar/x.cc', '#include <vector>'),
                           ('engine/diagnostics/peak/x.cc', '#include <vector>'),
                           ('engine/diagnostics/peak/x.cc', '#include "engine/model/a.h"'),
                           ('engine/kernels/scalar/x.cc', '#include "engine/base/a.h"'),
                           ('engine/kernels/scalar/x.cc', '#include "engine/kernels/avx512/own.h"'),
                           ('engine/kernels/vector/x.h', '#include "engine/kernels/avx512/own.h"'),
                           ('engine/kernels/vector/x.h', '#include <immintrin.h>'),
                           ('engine/kernels/vector_bf16/x.h', '#include <arm_neon.h>'),
                           ('engine/kernels/neon/x.h', '#include "engine/kernels/neon_bf16/own.h"'),
                           ('cli/x.cc', '#include <simdjson.h>'),
                           ('cli/x.cc', '#include <boost/json.hpp>'),
                           ('jobs/io/x.cc', '#include "jobs/formats/a.h"'),
                           ('jobs/run/x.cc', '#include "cli/a.h"'),
                           ('engine/newroom/x.cc', '#include <vector>')):
            with self.subTest(path=path, line=line):
                code, text = self.check(path, line + '\n')
                self.assertEqual(code, 1, text)
                self.assertIn(path + ':1:', text)
                (self.root / path).unlink()

    def test_an_empty_tree_is_no_pass(self):
        self.assertEqual(run('include_rules.py', '--root', self.root)[0], 1)


FUNCTIONS = r"""
// A comment line; int NotCode() { }
#define NOT_A_FUNCTION(x) { x; }
namespace a { namespace {
constexpr int kValues[] = {1, 2};
enum class Kind { kA, kB };
struct Plain { int x = 0; std::vector<int> list{1}; };
class Counter {
 public:
  explicit Counter(int x) : x_{x}, y_(B{x}) {}  // one line
  int Get() const noexcept { return x_; }
  bool operator()(int x) const;
  Counter& operator=(const Counter& other) {
    x_ = other.x_;
    return *this;
  }
 private:
  int x_ = 0;
  std::function<void()> call_ = [] {
    return;
  };
};
template <typename T>
auto Five(const std::vector<T>& text = {})
    -> std::vector<T> {
  return {'{', "}", R"({)"};
}
/* Nor is this:
int Commented() {
} */
int Six(Kind kind) {
  const auto inner = [&](int x) {
    if (x > 1'000) return 1; else { return 2; }
  };
  return inner(static_cast<int>(kind));
}
}}
"""


class FileCountsTest(CheckTest):
    def check(self, *bounds):
        return run('file_counts.py', '--root', self.root, *bounds)

    def setUp(self):
        super().setUp()
        self.plant('tokenizer/a.cc', FUNCTIONS)
        self.plant('tokenizer/b.h', '// Why.\n\nint x;\n')
        self.plant('tests/tokenizer/a_test.cc', 'void Test() {\n' + '\n' * 50 + '}\n')
        self.lines = FUNCTIONS.count('\n')

    def test_counts_what_it_says(self):
        code, text = self.check('--least-median', '1')
        self.assertEqual(code, 0, text)
        self.assertIn('most-files: 2,', text)
        self.assertIn(f'least-median: {(self.lines + 3) / 2:g},', text)
        self.assertIn('longest-file: 52, bound', text)
        self.assertIn('(tests/tokenizer/a_test.cc)', text)
        self.assertRegex(text, r'tokenizer +2 +\d+ +5 +13 %')  # 5 functions; 5 comment lines of 38

    def test_finds_functions_by_their_braces(self):
        sys.path.insert(0, str(HERE))
        import file_counts
        self.assertEqual(file_counts.function_lengths(FUNCTIONS), [1, 1, 4, 5, 6])

    def test_each_bound_can_be_exceeded(self):
        for bound, value, good in (('--most-files', 1, 2), ('--least-median', self.lines, 1),
                                   ('--longest-file', 51, 52), ('--functions-p90', 5, 6)):
            loose = ('--least-median', '1') if bound != '--least-median' else ()
            code, text = self.check(*loose, bound, good)
            self.assertEqual(code, 0, text)
            code, text = self.check(*loose, bound, value)
            self.assertEqual(code, 1, text)
            self.assertIn('EXCEEDED', text)

    def test_an_empty_tree_is_no_pass(self):
        self.assertEqual(run('file_counts.py', '--root', self.root / 'tests')[0], 1)


class LibraryVoiceTest(CheckTest):
    def archive(self, code):
        source, obj, lib = self.plant('x.cc', code), self.root / 'x.o', self.root / 'x.a'
        subprocess.run([TOOLS.compiler, '-O2', '-DNDEBUG', '-c', source, '-o', obj], check=True)
        lib.unlink(missing_ok=True)
        subprocess.run([TOOLS.ar, 'rcs', lib, obj], check=True)
        return lib

    def test_silent_code_passes(self):
        code = '#include <string>\nstd::string F(int n) { return std::to_string(n) + std::string(n, 0); }\n'
        status, text = run('library_voice.py', '--nm', TOOLS.nm, self.archive(code))
        self.assertEqual(status, 0, text)

    def test_each_voice_is_heard(self):
        for call in ('std::puts("x")', 'std::printf("%d", 1)', 'std::abort()', 'std::exit(1)', 'std::getenv("X")',
                     'std::cout << 1', 'std::cerr << 1', 'std::fputs("x", stderr)', '_exit(1)'):
            code = ('#include <cstdio>\n#include <cstdlib>\n#include <iostream>\n#include <unistd.h>\n'
                    f'void F() {{ {call}; }}\n')
            status, text = run('library_voice.py', '--nm', TOOLS.nm, self.archive(code))
            self.assertEqual(status, 1, call)
            self.assertIn('refers to', text)

    def test_a_check_that_saw_nothing_fails(self):
        good = self.archive('void G();\nvoid F() { G(); G(); }\n')
        self.assertEqual(run('library_voice.py', '--nm', TOOLS.nm, good)[0], 0)
        self.assertNotEqual(run('library_voice.py', '--nm', 'false', good)[0], 0)
        self.assertNotEqual(run('library_voice.py', '--nm', TOOLS.nm, good, self.root / 'missing.a')[0], 0)
        self.assertNotEqual(run('library_voice.py', '--nm', TOOLS.nm, self.plant('bad.a', 'text'))[0], 0)


class WeakSymbolsTest(CheckTest):
    def check(self, code, nm=None, listed=True, place='kernels/wide/x.cc', absent='other'):
        source = self.plant(place, code)
        entry = {'directory': str(self.root), 'file': str(source),
                 'command': f'{TOOLS.compiler} -O3 -DNDEBUG -MD -MT x.o -MF x.d -o x.o -c {source}'}
        commands = self.plant('compile_commands.json', json.dumps([entry] if listed else []))
        return run('weak_symbols.py', '--compile-commands', commands, '--kernels', self.root / 'kernels',
                   '--nm', nm or TOOLS.nm, '--absent', absent)

    def test_plain_functions_pass(self):
        status, text = self.check('namespace { int G(int x) { return x; } }\nint F() { return G(1); }\n')
        self.assertEqual(status, 0, text)
        self.assertIn('1 kernel sources', text)

    def test_inlines_and_templates_are_found_though_o3_would_hide_them(self):
        for code in ('inline int G(int x) { return x; }\nint F() { return G(1); }\n',
                     'template <class T> T G(T x) { return x; }\nint F() { return G(1); }\n',
                     '#include <algorithm>\nint F(int a) { return std::max(a, 1); }\n',
                     'inline int v = 3;\nint F() { return v; }\n'):
            status, text = self.check(code)
            self.assertEqual(status, 1, text)
            self.assertIn('weak symbol', text)

    def test_an_isa_is_a_folder_or_a_file(self):
        bad = 'inline int G(int x) { return x; }\nint F() { return G(1); }\n'
        for place in ('kernels/wide/x.cc', 'kernels/wide.cc'):
            self.assertEqual(self.check(bad, place=place)[0], 1)
            self.assertEqual(self.check(bad, place=place, absent='wide')[0], 0)
            (self.root / place).unlink()

    def test_failing_tools_fail_the_check(self):
        good = 'int F() { return 1; }\n'
        self.assertNotEqual(self.check(good, nm='false')[0], 0)
        self.assertNotEqual(self.check(good, nm='true')[0], 0)
        self.assertNotEqual(self.check('not C++')[0], 0)
        self.assertNotEqual(self.check(good, listed=False)[0], 0)


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    for tool in vars(TOOLS):
        parser.add_argument('--' + tool, default=getattr(TOOLS, tool))
    TOOLS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0]] + rest)
