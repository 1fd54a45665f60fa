"""gram-cpu's side: its file of the checkpoint, its logits for a few prompts, its speed."""
import dataclasses
import json
import subprocess
import sys

# Around the judging prompt, instead of the chat template's: plain text, so that it can be tokenized like any other.
PREFIX, SUFFIX = 'Judge these answers.\n', '\nThe better one is'
PROMPT = 'Question: {input}\nA: {response_a}\nB: {response_b}'
LABELS = 'A', 'B'
PAIRS = [
    ('What is 2 + 2?', 'Four, as you can count on your fingers.', 'I would guess that it is five.'),
    ('Name a prime number above ten.', 'Eleven has no divisors but one and itself.', 'Twelve, because it is even.'),
    ('How does one boil an egg?', 'Put it into boiling water for eight minutes.', 'In the oven, without its shell.'),
    ('Why is the sky blue?', 'Air scatters blue light more than red.', 'It mirrors the sea.'),
    ('Translate "good morning" into French.', 'Bonjour.', 'Gute Nacht, as they say in Paris.'),
    ('Who wrote Hamlet?', 'William Shakespeare, around the year 1600.', 'Nobody knows.')]


@dataclasses.dataclass
class Check:
    prompts: list  # token ids
    labels: list  # two token ids
    logits: list  # gram-cpu's, of the labels at the last position of each prompt


def run(command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f'peers.py: {" ".join(map(str, command[:2]))} failed: {done.stderr.strip()}')
    return [json.loads(line) for line in done.stdout.splitlines()]


def convert(program, checkpoint, model):
    run([program, 'convert', checkpoint, model, '--template-prefix', PREFIX, '--template-suffix', SUFFIX,
         '--template-no-thinking', ''])


def check(program, model, threads, work):
    """Every pair in both orders."""

    def in_order(question, one, two):
        return PREFIX + PROMPT.format(input=question, response_a=one, response_b=two) + SUFFIX

    texts, rows = [], []
    for question, one, two in PAIRS:
        texts += [in_order(question, one, two), in_order(question, two, one)]
        rows.append({'question': question, 'response1': one, 'response2': two})
    lines = '\n'.join(json.dumps({'text': text}) for text in [*LABELS, *texts])
    labels_and_prompts = [line['ids'] for line in run([program, 'tokenize', '--model', model, '--plain'], lines)]
    labels, prompts = [ids[0] for ids in labels_and_prompts[:2]], labels_and_prompts[2:]

    template = work / 'prompt.txt'
    template.write_text(PROMPT)
    verdicts = run([program, 'score', '--model', model, '--threads', str(threads), '--prompt', template, '--labels',
                    ','.join(LABELS), '--quiet'], '\n'.join(map(json.dumps, rows)))
    orders = [order for verdict in verdicts for order in verdict['orders']]
    if [order['tokens'] for order in orders] != [len(ids) for ids in prompts]:
        sys.exit('peers.py: gram-cpu scored other prompts than were tokenized')
    return Check(prompts, labels, [[order['logit_A'], order['logit_B']] for order in orders])


def speeds(program, model, lengths, threads):
    """Length -> tokens/s, and the instruction set."""
    [report] = run([program, 'bench', '--model', model, '--threads', str(threads), '--json', '--tokens',
                    ','.join(map(str, lengths))])
    return {found['tokens']: found['tokens_per_s'] for found in report['runs']}, report['isa']
