"""Pairs of a better and a worse answer to one question, and which of them are held out from training."""

import random
import zlib
from dataclasses import dataclass
from functools import partial

import tasks
import tasks_lists

# How often a task is drawn. Relations are many small tables, so they count for more. Training goes from a wide mix over one
# that dwells on what was learnt slowly to the final one, which holds what the model can learn; held-out pairs are of that.
WIDE = [
    (tasks.relation, 34), (tasks.category_of, 5), (tasks.example_of, 5), (tasks.is_a, 3), (tasks.knowledge, 7),
    (tasks.topic, 6), (tasks.capitals, 3), (tasks.one_word, 4), (tasks.write_capitals, 2), (tasks.spelling, 3),
    (tasks.letters_in, 3), (tasks_lists.addition, 7), (tasks_lists.subtraction, 4), (tasks_lists.product, 4),
    (tasks_lists.compare, 4), (tasks_lists.is_larger, 2), (tasks_lists.longer_word, 3), (tasks_lists.count_words, 3),
    (tasks_lists.copying, 4), (tasks_lists.reversing, 3), (tasks_lists.pick_word, 3),
]
FOCUS = [
    (tasks.relation, 20), (tasks.category_of, 3), (tasks.example_of, 2), (tasks.is_a, 5), (tasks.knowledge, 5),
    (tasks.topic, 3), (tasks.capitals, 2), (tasks.one_word, 2), (tasks.write_capitals, 2), (tasks.spelling, 3),
    (tasks.letters_in, 2), (partial(tasks_lists.addition, largest=10), 11), (tasks_lists.subtraction, 7),
    (tasks_lists.product, 8), (tasks_lists.compare, 8), (tasks_lists.longer_word, 4),
    (partial(tasks_lists.count_words, longest=5), 5), (partial(tasks_lists.copying, longest=4), 6),
    (partial(tasks_lists.reversing, longest=3), 6), (partial(tasks_lists.pick_word, longest=4), 6),
]
FINAL = [
    (tasks.relation, 26), (tasks.category_of, 4), (tasks.example_of, 3), (tasks.is_a, 4), (tasks.knowledge, 7),
    (tasks.topic, 4), (tasks.capitals, 3), (tasks.one_word, 3), (tasks.write_capitals, 3), (tasks.spelling, 3),
    (tasks.letters_in, 3), (partial(tasks_lists.addition, largest=10, by_heart=True), 8),
    (partial(tasks_lists.subtraction, by_heart=True), 6), (tasks_lists.product, 6), (tasks_lists.compare, 5),
    (tasks_lists.longer_word, 4), (partial(tasks_lists.count_words, longest=5), 4),
    (partial(tasks_lists.copying, longest=3, swaps=False), 5), (partial(tasks_lists.reversing, longest=2), 5),
]
HELD_OUT_SHARE = 12  # one in so many
# The final mix holds out pairs of a question and a wrong answer of these, the mixes before it whole questions: what no stage
# showed is out in both ways.
HELD_OUT_TWICE = ("addition", "subtraction")


@dataclass(frozen=True)
class Pair:
    """A question, the better answer and the worse one."""

    task: str
    kind: str  # what is wrong with the worse answer
    question: str
    better: str
    worse: str


def is_held_out(text):
    """The same one in twelve of all texts, on every machine."""
    return zlib.crc32(text.encode()) % HELD_OUT_SHARE == 0


def draw_task(rng, mix):
    return rng.choices([t for t, _ in mix], [w for _, w in mix])[0]


def draw_item(rng, mix):
    return draw_task(rng, mix)(rng)


def phrase(rng, item, short):
    """A short answer as a person might give it."""
    if item.exact:
        return short
    if not item.forms or rng.random() < 0.45:
        text = short
        if rng.random() < 0.35:
            text = text[0].upper() + text[1:]
        if rng.random() < 0.35 and text[-1].isalnum():
            text += "."
    else:
        form = rng.choice(item.forms) if rng.random() < 0.8 else rng.choice(["It is {o}.", "The answer is {o}.", "That is {o}."])
        text = form.format(o=short)
        text = text[0].upper() + text[1:]
    if rng.random() < 0.04:
        text = rng.choice(["Sure! ", "Of course. ", "Well, "]) + text
    if rng.random() < 0.04:
        text += rng.choice([" I hope this helps.", " Is there anything else?"])
    return text


def junk(rng, kind, item, better):
    """An answer that no question deserves."""
    words = better.split()
    if kind == "garbled":
        style = rng.randrange(3)
        if style == 0 and len(words) > 4:
            rng.shuffle(words)
            return " ".join(words)
        letters = "bcdfghjklmnpqrstvwxz" if style == 1 else "abcdefghijklmnopqrstuvwxyz#%&*;"
        sizes = [rng.randrange(2, 8) for _ in range(rng.randrange(1, 7))]
        return " ".join("".join(rng.choice(letters) for _ in range(size)) for size in sizes)
    if kind == "repeated":
        start = rng.randrange(len(words))
        part = words[start:start + rng.randrange(1, 4)]
        return " ".join(part * rng.randrange(4, 9))
    if kind == "empty":
        return rng.choice(["", "", ".", "...", "-", "?"])
    if kind == "no_answer":
        return rng.choice(["I don't know.", "Sorry, I cannot answer that.", "I am not sure.", "No idea.", "Maybe.",
                           "Please ask me something else.", "I do not understand the question.", "That is a good question."])
    if kind == "echo":
        return item.question
    assert kind == "cut_off"
    return " ".join(words[:max(1, len(words) // 2)])


def worse_answer(rng, mix, item, better):
    """(kind, key, text) of a worse answer."""
    kind = rng.choices(["near", "off_topic", "garbled", "repeated", "empty", "no_answer", "echo", "cut_off"],
                       [60, 16, 5, 4, 3, 5, 3, 4])[0]
    if kind == "cut_off" and len(better.split()) < 7:
        kind = "near"
    if kind == "near":
        if item.wrong_texts and rng.random() < 0.15:
            text = rng.choice(item.wrong_texts)
            return kind, text, text
        short = rng.choice(item.near)
        return kind, short, phrase(rng, item, short)
    if kind == "off_topic":
        # Many answers are right where a group is asked for, so there only a long text is surely off topic.
        broad = item.task in ("example", "category", "is_a", "is_larger")
        other = tasks.topic(rng) if broad else draw_item(rng, mix)
        while other.task == item.task or set(other.right) & set(item.right):
            other = draw_item(rng, mix)
        short = rng.choice(other.right)
        return kind, short, phrase(rng, other, short)
    text = junk(rng, kind, item, better)
    return kind, text, text


def draw_pair(rng, mix, held_out):
    """A random pair on the wanted side of the split. Held-out pairs have the tasks of the mix in its proportions."""
    task = draw_task(rng, mix) if held_out else None
    while True:
        item = task(rng) if held_out else draw_item(rng, mix)
        better = phrase(rng, item, rng.choice(item.right))
        kind, key, worse = worse_answer(rng, mix, item, better)
        if worse == better:
            continue
        key = item.key if item.unseen_question else f"{item.key} | {key}"
        unseen = is_held_out(key)
        if held_out and item.task in HELD_OUT_TWICE:
            unseen = unseen and is_held_out(item.key)
        if unseen == held_out:
            return Pair(item.task, kind, reword(rng, item), better, worse)


def reword(rng, item):
    """The question with small differences that change nothing."""
    question = item.question
    if rng.random() < 0.06:
        question = rng.choice(["Please answer: ", "Question: ", "Tell me: ", "Hi! ", "Hello! "]) + question
    elif rng.random() < 0.05:
        question = question[0].lower() + question[1:]
    if rng.random() < 0.05 and question.endswith("?"):
        question = question[:-1]
    return question


def draw_pairs(seed, count, mix, held_out=False):
    """A list of pairs that depends on the arguments alone."""
    rng = random.Random(seed)
    return [draw_pair(rng, mix, held_out) for _ in range(count)]
