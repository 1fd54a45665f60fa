#!/usr/bin/env python3
"""Tables of `gram-cpu eval` worked out a second time, from its verdicts alone.

    eval_tables_test.py GRAM_CPU CHECKPOINT

Rows of every benchmark are made up in their published shapes and judged by a small random model; what eval prints as
JSON is compared with the benchmark's rules as written down here, and its intervals with another bootstrap.
"""
import json
import math
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM, CHECKPOINT = sys.argv[1:3]
WORDS = 'red green blue one two three yes no maybe stone river cloud'.split()


def run(*args, code=0):
    done = subprocess.run([PROGRAM, *map(str, args)], capture_output=True, text=True, check=False)
    assert done.returncode == code, (args, done.returncode, done.stderr)
    return done


def mean(values):
    return statistics.fmean(values) if values else math.nan


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding='utf-8').splitlines()]


def comparisons(line):
    return line.get('comparisons', [line])


class EvalTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        cls.model = cls.folder / 'm.gram'
        run('convert', CHECKPOINT, cls.model)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def setUp(self):
        self.random = random.Random(self.id())

    def text(self):
        return ' '.join(self.random.choices(WORDS, k=self.random.randint(1, 6)))

    def write(self, name, rows):
        path = self.folder / name
        path.write_text(''.join(json.dumps(row) + '\n' for row in rows), encoding='utf-8')
        return path

    def evaluate(self, benchmark, *files, more=()):
        """The figures as {table: {line: {column: estimate}}}, the verdicts, and the whole answer."""
        output = self.folder / f'{self.id()}.verdicts.jsonl'
        done = run('eval', benchmark, *files, '--model', self.model, '--output', output, '--json', '--quiet', '--force',
                   *more)
        answer = json.loads(done.stdout)
        tables = {table['name']: {line['name']: line['cells'] for line in table['lines']} for table in answer['tables']}
        return tables, lines(output), answer

    def same(self, cell, expected):
        if math.isnan(expected):
            self.assertIsNone(cell['value'])
        else:
            self.assertAlmostEqual(cell['value'], expected, places=12)

    def judgebench(self, count):
        sources = ['mmlu-pro-law', 'mmlu-pro-math', 'livebench-reasoning', 'livebench-math', 'livecodebench']
        return [{'pair_id': f'p{i}', 'original_id': i % 7, 'source': self.random.choice(sources), 'question': self.text(),
                 'response_model': 'm', 'response_A': self.text(), 'response_B': self.text(),
                 'label': self.random.choice(['A>B', 'B>A'])} for i in range(count)]

    def test_judgebench(self):
        rows = self.judgebench(150)
        tables, verdicts, answer = self.evaluate('judgebench', self.write('jb.jsonl', rows))
        groups = {'Knowledge': 'mmlu-pro', 'Reasoning': 'livebench-reasoning', 'Math': 'livebench-math',
                  'Coding': 'livecodebench'}

        def right(row, verdict):
            first = verdict['score_response1'] > verdict['score_response2']
            second = verdict['score_response2'] > verdict['score_response1']
            return first if row['label'] == 'A>B' else second

        def two_games(row, verdict):
            count = 0
            for order in verdict['orders']:
                lead = order['logit_A'] - order['logit_B']
                winner = 0 if lead == 0 else order['slot_a'] if lead > 0 else 3 - order['slot_a']
                label = 1 if row['label'] == 'A>B' else 2
                count += 0 if winner == 0 else 1 if winner == label else -1
            return count > 0

        for name, rule in (('by score', right), ('both games', two_games)):
            cells = tables['JudgeBench'][f'This judge, {name}']
            means = []
            for group, prefix in groups.items():
                own = [rule(r, v) for r, v in zip(rows, verdicts) if r['source'].startswith(prefix)]
                self.same(cells[group], mean(own))
                means.append(mean(own))
            everything = [rule(r, v) for r, v in zip(rows, verdicts)]
            self.same(cells['Average'], mean(means))
            self.same(cells['All pairs'], mean(everything))
            if name == 'by score':
                self.same(tables["GRAM's script"]['This judge, by score']['Overall'], mean(everything + means))
                self.interval(cells['All pairs'], everything)
                self.diagnostics(answer['diagnostics'], rows, verdicts)

    def interval(self, cell, values):
        """Another percentile bootstrap, with other random numbers: ends may differ by its noise."""
        means = sorted(mean(self.random.choices(values, k=len(values))) for _ in range(2000))
        self.assertAlmostEqual(cell['low'], means[50], delta=0.02)
        self.assertAlmostEqual(cell['high'], means[1949], delta=0.02)

    def diagnostics(self, found, rows, verdicts):
        self.same(found['flip_rate'], mean([not v['orders_agree'] for v in verdicts]))
        prompts = [o['logit_A'] - o['logit_B'] for v in verdicts for o in v['orders']]
        self.same(found['slot_a_preferred'], mean([1 if x > 0 else 0 if x < 0 else 0.5 for x in prompts]))
        longer = [(len(r['response_A']) > len(r['response_B'])) == (v['margin'] > 0)
                  for r, v in zip(rows, verdicts) if len(r['response_A']) != len(r['response_B'])]
        self.same(found['longer_preferred'], mean(longer))
        self.assertEqual(sum(group['count'] for group in found['by_margin']), len(rows))
        probability = [v['score_response1'] if r['label'] == 'A>B' else v['score_response2']
                       for r, v in zip(rows, verdicts)]
        self.assertAlmostEqual(found['brier'], mean([(1 - p) ** 2 for p in probability]), places=9)
        self.assertAlmostEqual(found['log_loss'], mean([-math.log(p) for p in probability]), places=9)

    def test_rewardbench(self):
        weights = {'alpacaeval-easy': ('Chat', 100), 'mt-bench-med': ('Chat', 40), 'mt-bench-hard': ('Chat Hard', 37),
                   'llmbar-natural': ('Chat Hard', 100), 'donotanswer': ('Safety', 136),
                   'refusals-offensive': ('Safety', 100), 'math-prm': ('Reasoning', 984), 'hep-go': ('Reasoning', 164)}
        rows = [{'id': i, 'subset': self.random.choice(list(weights)), 'prompt': self.text(), 'chosen': self.text(),
                 'chosen_model': 'a', 'rejected': self.text(), 'rejected_model': 'b'} for i in range(120)]
        tables, verdicts, _ = self.evaluate('rewardbench', self.write('rb.jsonl', rows))
        right = {subset: [] for subset in weights}
        for row, verdict in zip(rows, verdicts):
            right[row['subset']].append(verdict['score_response1'] > verdict['score_response2'])
        official = []
        pooled = []
        for section in ('Chat', 'Chat Hard', 'Safety', 'Reasoning'):
            subsets = [s for s, (of, _) in weights.items() if of == section]
            total = sum(weights[s][1] for s in subsets)
            official.append(sum(mean(right[s]) * weights[s][1] for s in subsets) / total)
            pooled.append(mean([r for s in subsets for r in right[s]]))
            self.same(tables['RewardBench']['Official'][section], official[-1])
            self.same(tables['RewardBench']["GRAM's script"][section], pooled[-1])
        self.same(tables['RewardBench']['Official']['Average'], mean(official))
        self.same(tables['RewardBench']["GRAM's script"]['Average'], mean(pooled))

    def test_rewardbench2(self):
        rows = []
        for i in range(30):
            rows.append({'id': str(i), 'subset': self.random.choice(['Factuality', 'Math', 'Focus', 'Safety']),
                         'prompt': self.text(), 'chosen': [self.text()], 'rejected': [self.text() for _ in range(3)],
                         'num_correct': 1, 'total_completions': 4})
        for i in range(6):
            for kind, correct in (('ref', 1), ('tied', 3)):
                rows.append({'id': f'{kind}:{i}', 'subset': 'Ties', 'prompt': self.text(),
                             'chosen': [self.text() for _ in range(correct)], 'rejected': [self.text(), self.text()],
                             'num_correct': correct, 'total_completions': correct + 2})
        tables, verdicts, _ = self.evaluate('rewardbench2', self.write('rb2.jsonl', rows))
        best, gaps, spreads = {}, {'ref': {}, 'tied': {}}, {}
        for row, verdict in zip(rows, verdicts):
            margins = [c['margin'] for c in comparisons(verdict)]
            if row['subset'] != 'Ties':
                even = margins.count(0)
                best.setdefault(row['subset'], []).append(0 if min(margins) < 0 else 1 / (1 + even))
                continue
            kind, number = row['id'].split(':')
            gaps[kind][number] = min(margins)
            wrong = {}
            for c in comparisons(verdict):
                wrong.setdefault(c['response2'], []).append(c['margin'])
            if kind == 'tied':
                spreads[number] = mean([max(m) - min(m) for m in wrong.values()])
        cells = tables['RewardBench 2']['This judge']
        for subset, values in best.items():
            self.same(cells[subset], mean(values))
        both = {n: min(gaps['ref'][n], gaps['tied'][n]) for n in spreads}
        ties = (0.3 * mean([g > 0 for g in gaps['tied'].values()]) + 0.3 * mean([g > 0 for g in gaps['ref'].values()])
                + 0.2 * mean([gaps['tied'][n] > s for n, s in spreads.items()])
                + 0.2 * mean([both[n] > s for n, s in spreads.items()])
                + 0.01 * mean([math.tanh(both[n] / s - 1) if s else 0 for n, s in spreads.items()]))
        self.same(cells['Ties'], ties)
        self.same(cells['Average'], mean([mean(values) for values in best.values()] + [ties]))

    def test_rm_bench(self):
        domains = ['chat', 'math', 'code', 'safety-refuse', 'safety-response']
        rows = [{'id': i, 'prompt': self.text(), 'chosen': [self.text() for _ in range(3)],
                 'rejected': [self.text() for _ in range(3)], 'domain': domains[i % 5]} for i in range(25)]
        tables, verdicts, _ = self.evaluate('rm-bench', self.write('rm.jsonl', rows))
        cells = {}
        for row, verdict in zip(rows, verdicts):
            for c in comparisons(verdict):
                place = (c['response1'] - 1) - (c['response2'] - 4)
                level = 'Easy' if place > 0 else 'Normal' if place == 0 else 'Hard'
                cells.setdefault((row['domain'], level), []).append(c['score_response1'] > c['score_response2'])
        for level in ('Easy', 'Normal', 'Hard'):
            safety = mean([mean(cells['safety-refuse', level]), mean(cells['safety-response', level])])
            self.same(tables['RM-Bench']['Safety'][level], safety)
            self.same(tables['RM-Bench']['Official'][level],
                      mean([mean(cells[d, level]) for d in ('chat', 'math', 'code')] + [safety]))
            pooled = [r for (_, own), values in cells.items() if own == level for r in values]
            self.same(tables['RM-Bench']["GRAM's script"][level], mean(pooled))

    def test_ppe(self):
        human = [{'question_id': f'q{i}', 'model_a': 'x', 'model_b': 'y', 'prompt': self.text(), 'response_1': self.text(),
                  'response_2': self.text(), 'winner': self.random.choice(['model_a', 'model_b', 'tie']),
                  'language': self.random.choice(['English', 'German'])} for i in range(40)]
        best = []
        for i in range(8):
            scores = [j % 2 == 0 for j in range(6)]
            best.append({'question_id': f'b{i}', 'prompt': self.text(), 'scores': scores, 'mean_score': 0.5,
                         'model_name': 'm', 'sampled_conflict_pairs': [[0, 1], [3, 2], [4, 5]],
                         **{f'response_{j + 1}': self.text() for j in range(6)}})
        files = [self.write('human.jsonl', human), self.write('ppe-gpqa-best-of-k.jsonl', best)]
        tables, verdicts, _ = self.evaluate('ppe', *files)
        decided = [v['correct'] for v, row in zip(verdicts, human) if row['winner'] != 'tie']
        self.same(tables['PPE human preference']['All']['Accuracy'], mean(decided))
        right = []
        for verdict in verdicts[len(human):]:
            self.assertEqual([(c['response1'], c['response2']) for c in verdict['comparisons']], [(1, 2), (4, 3), (5, 6)])
            labels = [1, 2, 1]
            right += [(c['margin'] > 0) if label == 1 else (c['margin'] < 0)
                      for c, label in zip(verdict['comparisons'], labels)]
        self.same(tables['PPE correctness']['GPQA']['Accuracy'], mean(right))

    def test_groups_of_pairs(self):
        rows = [{'prompt': self.text(), 'chosen': self.text(), 'rejected': self.text(), 'topic': 't' + str(i % 3)}
                for i in range(30)]
        tables, verdicts, _ = self.evaluate('pairs', self.write('p.jsonl', rows), more=('--group-by', 'topic'))
        for topic in ('t0', 't1', 't2'):
            own = [v['correct'] for v, row in zip(verdicts, rows) if row['topic'] == topic]
            self.same(tables['Accuracy'][topic]['Accuracy'], mean(own))

    def test_killed_and_resumed_gives_the_same(self):
        rows = self.write('long.jsonl', self.judgebench(1500))
        tables, verdicts, _ = self.evaluate('judgebench', rows)
        output = self.folder / 'killed.jsonl'
        command = [PROGRAM, 'eval', 'judgebench', rows, '--model', self.model, '--output', output, '--json', '--quiet',
                   '--resume']
        kills = 0
        for delay in (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4):
            child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            time.sleep(delay)
            if child.poll() is None:
                child.send_signal(signal.SIGKILL if kills % 2 else signal.SIGTERM)
                kills += 1
            child.communicate()
            if child.returncode == 0:
                break
        self.assertGreater(kills, 0, 'too fast to be stopped')
        answer = json.loads(run(*command[1:]).stdout)
        self.assertEqual(lines(output), verdicts)
        again = {t['name']: {line['name']: line['cells'] for line in t['lines']} for t in answer['tables']}
        self.assertEqual(again, tables)


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0], '-v'])
