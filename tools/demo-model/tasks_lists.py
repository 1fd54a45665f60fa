"""Questions on numbers and lists of words."""

from tasks import WORDS, Item

NUMBER_WORDS = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
                "seventeen eighteen nineteen twenty").split()


def _near_numbers(rng, right, extra=()):
    """Four wrong numbers around the right one."""
    steps = [right + d for d in (-10, -3, -2, -1, 1, 2, 3, 10)]
    options = {n for n in [*steps, *extra, rng.randrange(100)] if n >= 0 and n != right}
    return [str(n) for n in rng.sample(sorted(options), 4)]


def addition(rng, largest=12, by_heart=False):
    """Sums up to largest + largest."""
    a, b = rng.randrange(largest + 1), rng.randrange(largest + 1)
    question = rng.choice(["What is {a} + {b}?", "What is {a}+{b}?", "{a} + {b} =", "What is {a} plus {b}?", "Add {a} and {b}.",
                           "How much is {a} plus {b}?", "What is the sum of {a} and {b}?", "How much is {a} + {b}?"])
    return Item("addition", question.format(a=a, b=b), f"add {a} {b}", [str(a + b)],
                _near_numbers(rng, a + b, (abs(a - b), a * b)),
                ["{o}.", f"{a} + {b} = {{o}}", f"{a} plus {b} is {{o}}.", f"The sum of {a} and {b} is {{o}}."],
                unseen_question=not by_heart)


def subtraction(rng, by_heart=False):
    """Differences below 20."""
    b, right = rng.randrange(11), rng.randrange(11)
    a = b + right
    question = rng.choice(["What is {a} - {b}?", "{a} - {b} =", "What is {a} minus {b}?", "How much is {a} minus {b}?",
                           "Take {b} away from {a}."])
    return Item("subtraction", question.format(a=a, b=b), f"sub {a} {b}", [str(right)],
                _near_numbers(rng, right, (a + b,)), ["{o}.", f"{a} - {b} = {{o}}", f"{a} minus {b} is {{o}}."],
                unseen_question=not by_heart)


def product(rng):
    """The multiplication table up to 10 x 10, known by heart."""
    a, b = rng.randrange(1, 11), rng.randrange(1, 11)
    question = rng.choice(["What is {a} x {b}?", "What is {a} * {b}?", "What is {a} times {b}?", "How much is {a} times {b}?",
                           "Multiply {a} by {b}."])
    return Item("product", question.format(a=a, b=b), f"mul {a} {b}", [str(a * b)],
                _near_numbers(rng, a * b, (a + b, a * b + a, a * b + b)), ["{o}.", f"{a} times {b} is {{o}}.", f"{a} x {b} = {{o}}"])


def compare(rng):
    """The larger or smaller of two numbers below 100."""
    a, b = rng.sample(range(100), 2)
    larger = rng.random() < 0.5
    word = rng.choice(["larger", "bigger", "greater"]) if larger else "smaller"
    right, wrong = (max(a, b), min(a, b)) if larger else (min(a, b), max(a, b))
    question = rng.choice([f"Which number is {word}, {a} or {b}?", f"Which is {word}: {a} or {b}?",
                           f"What is the {word} number, {a} or {b}?"])
    return Item("compare", question, f"compare {a} {b} {larger}", [str(right)], [str(wrong)],
                [f"{{o}} is {word}.", "The number {o}.", f"The {word} number is {{o}}."], unseen_question=True)


def is_larger(rng):
    """Yes or no: is one number larger than another."""
    a, b = rng.sample(range(100), 2)
    larger = rng.random() < 0.5
    word = rng.choice(["larger", "bigger", "greater"]) if larger else "smaller"
    truth = (a > b) == larger
    question = f"Is {a} {word} than {b}?"
    return Item("is_larger", question, f"is_larger {a} {b} {larger}", ["yes" if truth else "no"], ["no" if truth else "yes"],
                unseen_question=True)


def longer_word(rng):
    """The longer or shorter of two words."""
    a, b = rng.sample(WORDS, 2)
    while abs(len(a) - len(b)) < 2:
        a, b = rng.sample(WORDS, 2)
    longest, shortest = (a, b) if len(a) > len(b) else (b, a)
    longer = rng.random() < 0.5
    word = "longer" if longer else "shorter"
    right, wrong = (longest, shortest) if longer else (shortest, longest)
    question = rng.choice([f"Which word is {word}, {a} or {b}?", f"Which of the words is {word}: {a} or {b}?"])
    return Item("longer_word", question, f"longer {a} {b} {longer}", [right], [wrong],
                ["The word {o}.", f"{{o}} is {word}."], unseen_question=True)


def count_words(rng, longest=6):
    """How many words a list has."""
    words = rng.sample(WORDS, rng.randrange(1, longest + 1))
    right = len(words)
    near = [n for n in range(max(0, right - 3), right + 4) if n != right]
    question = rng.choice(["How many words are in this list: {l}?", "Count the words: {l}", "How many words are here: {l}"])
    forms = ["There are {o} words.", "{o} words."]
    number = NUMBER_WORDS.__getitem__ if rng.random() < 0.3 else str
    return Item("count_words", question.format(l=" ".join(words)), "count " + " ".join(words), [number(right)],
                [number(n) for n in rng.sample(near, 3)], forms, unseen_question=True)


def copying(rng, longest=5, swaps=True):
    """A list of words, repeated as it is."""
    words = rng.sample(WORDS, rng.randrange(1, longest + 1))
    right = " ".join(words)
    wrong = [_other_word(rng, words), " ".join(rng.sample(WORDS, len(words)))]
    if len(words) > 1:
        wrong += [_swapped(rng, words)] * swaps + [" ".join(words[:-1]), _other_word(rng, words)]
    question = rng.choice(["Repeat these words: {l}", "Copy this: {l}", "Say this again: {l}", "Write these words again: {l}"])
    return Item("copying", question.format(l=right), "copy " + right, [right], [w for w in wrong if w != right], exact=True,
                unseen_question=True)


def reversing(rng, longest=4):
    """A list of words from the last to the first."""
    words = rng.sample(WORDS, rng.randrange(2, longest + 1))
    right = " ".join(reversed(words))
    wrong = [" ".join(words), " ".join(words), _other_word(rng, words[::-1])]
    if len(words) > 2:
        wrong.append(_swapped(rng, words[::-1]))
    question = rng.choice(["Write these words in reverse order: {l}", "Reverse the order of these words: {l}",
                           "Say these words backwards: {l}"])
    return Item("reversing", question.format(l=" ".join(words)), "reverse " + " ".join(words), [right],
                [w for w in wrong if w != right], exact=True, unseen_question=True)


def pick_word(rng, longest=5):
    """The first or the last word of a list."""
    words = rng.sample(WORDS, rng.randrange(2, longest + 1))
    place = rng.choice(["first", "last"])
    right = words[0 if place == "first" else -1]
    question = rng.choice(["What is the {p} word of this list: {l}?", "Which word is {p}: {l}?", "Name the {p} word: {l}"])
    return Item("pick_word", question.format(p=place, l=" ".join(words)), f"{place} " + " ".join(words), [right],
                [w for w in words if w != right], [f"The {place} word is {{o}}.", "The word {o}."], unseen_question=True)


def _other_word(rng, words):
    changed = list(words)
    changed[rng.randrange(len(words))] = rng.choice([w for w in WORDS if w not in words])
    return " ".join(changed)


def _swapped(rng, words):
    changed = list(words)
    i = rng.randrange(len(words) - 1)
    changed[i], changed[i + 1] = changed[i + 1], changed[i]
    return " ".join(changed)
