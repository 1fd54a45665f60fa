"""The peer's side of peers.py: what every engine's script does alike.

A line of JSON in, one out: {"tokens": T} asks for tokens/s of a batch of prompts of T tokens, {"prompts": [[id, ...],
...], "of": [id, id]} for those two tokens' logits at the last position of each prompt. The first line out, once the
model is loaded, says versions.
"""
import json
import os
import random
import sys
import time

VOCABULARY = 150000  # below Qwen3's control tokens


def private_output():
    """The stream of answers. What an engine prints goes to stderr, which is its log."""
    answers = os.fdopen(os.dup(1), 'w')
    os.dup2(2, 1)
    return answers


def arguments():
    """What peers.py gives: the checkpoint's folder, how many threads, tokens of a batch, the peer's name in parts."""
    folder, threads, batch_tokens, name = sys.argv[1:]
    return folder, int(threads), int(batch_tokens), name.split(':')


def serve(answers, versions, last_logits, batch_tokens):
    """Answers until stdin ends. `last_logits(prompts, tokens)` takes prompts of one length and gives, for each, the
    logits of `tokens` at its last position; what it gives for None of tokens does not matter, and is timed.
    """
    random.seed(0)

    def answer(value):
        answers.write(json.dumps(value) + '\n')
        answers.flush()

    answer(versions)
    for line in sys.stdin:
        request = json.loads(line)
        if 'prompts' in request:
            answer([last_logits([prompt], request['of'])[0] for prompt in request['prompts']])
        else:
            answer(max(timed(last_logits, request['tokens'], batch_tokens) for _ in range(2)))


def timed(last_logits, tokens, batch_tokens):
    """Tokens/s of one batch, of prompts that share nothing and were not seen before."""
    prompts = [[random.randrange(VOCABULARY) for _ in range(tokens)] for _ in range(max(1, batch_tokens // tokens))]
    begin = time.monotonic()
    last_logits(prompts, None)
    return len(prompts) * tokens / (time.monotonic() - begin)
