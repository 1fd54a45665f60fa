#!/usr/bin/env python3
"""Pages of `gram-cpu report` in a real browser: Chromium without a window. Exit 77 where there is none.

    report_browser_test.py GRAM_CPU

The verdicts are written here, on rows whose texts try everything to be more than text.
"""
import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
BROWSER = next(filter(None, map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome'))), None)
HOSTILE = ('</script><script>document.title="taken"</script><img src=x onerror="document.title=1">'
           '</pre></details></body><style>*{display:none}</style>\u202e\u05e9\u05dc\u05d5\u05dd gpj.exe '
           '<!-- \u0001 &lt; <link rel=stylesheet href=http://localhost:9/x.css>')


def browse(*flags):
    """What Chromium prints, and what it logs."""
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run([BROWSER, '--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars',
                               '--enable-logging=stderr', f'--user-data-dir={profile}', *flags],
                              capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def pixels(path):
    """Width, height and the lines of bytes of an 8-bit PNG, filters undone only as far as `blank` needs them."""
    data = path.read_bytes()
    width, height, depth, colour = struct.unpack('>IIBB', data[16:26])
    assert depth == 8 and colour in (2, 6), (depth, colour)
    packed = b''
    at = 8
    while at < len(data):
        size, kind = struct.unpack('>I4s', data[at:at + 8])
        if kind == b'IDAT':
            packed += data[at + 8:at + 8 + size]
        at += 12 + size
    return width, height, zlib.decompress(packed)


class BrowserTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        rows, verdicts, others = [], [], []
        for i in range(40):
            text = HOSTILE if i % 4 == 0 else f'answer {i} ' + 'x' * i
            rows.append({'id': f'<b>{i}', 'prompt': HOSTILE + str(i), 'chosen': text, 'rejected': 'no ' + text})
            margin = (i - 12) / 4
            verdicts.append(cls.verdict(rows[-1]['id'], margin))
            others.append(cls.verdict(rows[-1]['id'], -margin if i % 5 == 0 else margin))
        rows.append({'id': 'long', 'prompt': 'q', 'chosen': HOSTILE + 'M' * (1 << 20), 'rejected': HOSTILE})
        for lines in (verdicts, others):
            lines.append(cls.verdict('long', -9))
        cls.write('rows.jsonl', rows)
        cls.write('one.jsonl', verdicts)
        cls.write('two.jsonl', others)
        cls.report('one.html', 'one.jsonl')
        cls.report('two.html', 'one.jsonl', 'two.jsonl')

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @staticmethod
    def verdict(name, margin):
        score = 1 / (1 + 2.718281828459045 ** -margin)
        orders = [{'slot_a': slot, 'logit_A': margin if slot == 1 else 0.5, 'logit_B': 0.0, 'tokens': 100} for slot in (1, 2)]
        return {'id': name, 'score_response1': score, 'score_response2': 1 - score, 'response1_is_better': margin > 0,
                'margin': margin, 'order_gap': 0.1, 'orders_agree': margin < 0, 'orders': orders, 'label': 1,
                'correct': margin > 0}

    @classmethod
    def write(cls, name, lines):
        text = ''.join(json.dumps(line) + '\n' for line in lines)
        (cls.folder / name).write_text(text, encoding='utf-8')

    @classmethod
    def report(cls, page, *verdicts):
        done = subprocess.run([PROGRAM, 'report', *verdicts, '--input', 'rows.jsonl', '--output', page], cwd=cls.folder,
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def url(self, page):
        return (self.folder / page).as_uri()

    def test_loads_without_a_word_on_the_console(self):
        for page in ('one.html', 'two.html'):
            dom, log = browse('--dump-dom', self.url(page))
            self.assertNotRegex(log, r'CONSOLE|Refused|net::ERR')
            self.assertIn('</html>', dom)

    def test_hostile_texts_stay_text(self):
        for page in ('one.html', 'two.html'):
            dom, _ = browse('--dump-dom', self.url(page))
            self.assertRegex(dom, r'<title>[^<]*: (how well|two judges)')
            self.assertEqual(re.findall(r'<(script|img|iframe|object)\b', dom), [])
            self.assertEqual(len(re.findall(r'<style\b', dom)), 1)
            self.assertEqual(len(re.findall(r'<link\b', dom)), 1)
            self.assertEqual(dom.count('<body>'), 1)
            self.assertIn('document.title="taken"&lt;/script&gt;', dom.replace('&quot;', '"'))

    def test_two_widths_show_something(self):
        for page in ('one.html', 'two.html'):
            for width in (500, 1100):
                picture = self.folder / f'{page}.{width}.png'
                _, log = browse(f'--window-size={width},1600', f'--screenshot={picture}', self.url(page))
                self.assertNotIn('CONSOLE', log)
                seen, _, lines = pixels(picture)
                self.assertEqual(seen, width)
                self.assertGreater(len(set(lines)), 40, 'more than one colour')

    def test_nothing_is_wider_than_a_phone(self):
        # Tables scroll in boxes of their own. A page of its own measures the report, which has no scripts.
        outer = self.folder / 'outer.html'
        outer.write_text('<iframe id=f width=400 height=900 src=one.html></iframe><p id=p></p><script>'
                         'f.onload=()=>{p.textContent="W"+f.contentDocument.documentElement.scrollWidth+"W"}</script>',
                         encoding='utf-8')
        dom, _ = browse('--allow-file-access-from-files', '--virtual-time-budget=5000', '--dump-dom', self.url('outer.html'))
        width = re.search(r'W(\d+)W', dom)
        self.assertIsNotNone(width)
        self.assertLessEqual(int(width[1]), 400)


if __name__ == '__main__':
    if BROWSER is None:
        print('no Chromium here')
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], '-v'])
