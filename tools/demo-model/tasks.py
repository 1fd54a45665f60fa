"""Questions with right and wrong answers, drawn at random: facts, words, letters and open requests.

A task is a function from a random.Random to an Item. Numbers and lists are in tasks_lists.py.
"""

from dataclasses import dataclass, field

from facts import CATEGORIES, RELATIONS
from knowledge import KNOWLEDGE, TOPICS


@dataclass
class Item:
    """One question, and what may be said to it."""

    task: str
    question: str
    key: str  # what is asked, whatever the wording
    right: list  # short right answers
    near: list  # short wrong answers that look like right ones
    forms: list = field(default_factory=list)  # sentences around a short answer, {o}
    wrong_texts: list = field(default_factory=list)  # wrong answers that are used as they are
    exact: bool = False  # capitals and punctuation matter: answers are used as they are
    unseen_question: bool = False  # held-out items have questions that no training item has


def relation(rng, name=None):
    """One of the tables of facts.py."""
    name = name or rng.choices(list(RELATIONS), [len(table) for _, _, table in RELATIONS.values()])[0]
    questions, forms, table = RELATIONS[name]
    subject = rng.choice(list(table))
    right = table[subject]
    others = sorted(set(table.values()) - {right})
    near = rng.sample(others, min(4, len(others)))
    if name in ("opposite", "plural", "past") and subject != right:
        near.append(subject)
    other = rng.choice([s for s in table if table[s] != right])
    wrong = rng.choice(forms).format(s=other, o=table[other])
    return Item(
        task=name,
        question=rng.choice(questions).format(s=subject),
        key=f"{name} {subject}",
        right=[right],
        near=near,
        forms=[form.replace("{s}", subject) for form in forms],
        wrong_texts=[wrong[0].upper() + wrong[1:]],
    )


def category_of(rng):
    """Which group a word belongs to."""
    group = rng.choice(list(CATEGORIES))
    word = rng.choice(CATEGORIES[group])
    others = [name for name in CATEGORIES if name != group and word not in CATEGORIES[name]]
    near = rng.sample(others, 4)
    style = rng.randrange(3)
    if style == 0:
        question = rng.choice([f"What kind of thing is a {word}?", f"What is a {word}?", f"What is {word}?"])
    else:
        first, second = rng.sample([group, near[0]], 2)
        question = f"Is {word} a {first} or a {second}?"
        near = near[:1]
    forms = ["A {o}.", "It is a {o}.", f"A {word} is a {{o}}.", f"{word} is a {{o}}."]
    return Item("category", question, f"category {word}", [group], near, forms)


def example_of(rng):
    """A member of a group, or one that is not."""
    group = rng.choice(list(CATEGORIES))
    members = CATEGORIES[group]
    near = [rng.choice(words) for name, words in CATEGORIES.items() if name != group]
    near = [word for word in near if word not in members]
    question = rng.choice([f"Name a {group}.", f"Give me an example of a {group}.", f"Tell me the name of a {group}.",
                           f"Which word is a {group}?"])
    forms = ["A {o}.", f"A {group} is {{o}}.", f"{{o}} is a {group}.", f"One {group} is {{o}}."]
    return Item("example", question, f"example {group}", [rng.choice(members)], rng.sample(near, 4), forms)


def is_a(rng):
    """Yes or no: does a word belong to a group."""
    group, other = rng.sample(list(CATEGORIES), 2)
    word = rng.choice(CATEGORIES[group])
    truth = rng.random() < 0.5 or word in CATEGORIES[other]
    asked = group if truth else other
    right, wrong = ("yes", "no") if truth else ("no", "yes")
    wrong_text = f"No, {word} is not a {asked}." if truth else f"Yes, {word} is a {asked}."
    right_text = f"Yes, {word} is a {asked}." if truth else f"No, {word} is not a {asked}."
    question = rng.choice([f"Is {word} a {asked}?", f"Is a {word} a {asked}?", f"Is the {word} a {asked}? Answer yes or no."])
    item = Item("is_a", question, f"is_a {word} {asked}", [right], [wrong])
    if rng.random() < 0.4:
        item.right, item.near, item.exact = [right_text], [wrong_text], True
    return item


def knowledge(rng):
    """A question of general knowledge."""
    question, right, wrong = rng.choice(KNOWLEDGE)
    short = len(right[0].split()) < 3 and "!" not in question
    forms = ["It is {o}.", "The answer is {o}."] if short else []
    return Item("knowledge", question, f"knowledge {question}", right, wrong, forms)


def topic(rng):
    """An open request, answered in a few sentences; the wrong answers are about something else."""
    requests, answers = rng.choice(TOPICS)
    other = rng.choice([a for r, a in TOPICS if r is not requests])
    return Item("topic", rng.choice(requests), f"topic {answers[0]}", [rng.choice(answers)], [rng.choice(other)], exact=True)


def fact_of(rng):
    """A short question on a fact, for tasks that ask for a format."""
    item = relation(rng, rng.choice(["capital", "opposite", "plural", "colour", "past", "day"]))
    return item, item.right[0], rng.choice(item.forms).format(o=item.right[0])


def capitals(rng):
    """An answer in capital letters."""
    item, right, _ = fact_of(rng)
    question = rng.choice([f"Answer in capital letters: {item.question}", f"{item.question} Answer in capital letters.",
                           f"{item.question} Write the answer in capital letters."])
    return Item("capitals", question, "capitals " + item.key, [right.upper()],
                [right, right.capitalize(), item.near[0].upper()], exact=True)


def one_word(rng):
    """An answer of one word, or in a full sentence, as asked."""
    item, right, sentence = fact_of(rng)
    sentence = sentence[0].upper() + sentence[1:]
    if rng.random() < 0.5:
        question = rng.choice([f"Answer with one word: {item.question}", f"{item.question} Answer in one word."])
        return Item("one_word", question, "one word " + item.key, [right], [sentence, item.near[0]], exact=True)
    question = rng.choice([f"Answer in a full sentence: {item.question}", f"{item.question} Answer in a full sentence."])
    wrong = rng.choice(item.forms).format(o=item.near[0])
    return Item("full_sentence", question, "sentence " + item.key, [sentence],
                [right, wrong[0].upper() + wrong[1:]], exact=True)


def write_capitals(rng):
    """A word in capital letters or in small ones."""
    word, other = rng.sample(WORDS, 2)
    if rng.random() < 0.7:
        question = rng.choice([f"Write the word {word} in capital letters.", f"Write {word} in capitals."])
        return Item("upper", question, f"upper {word}", [word.upper()], [word, other.upper(), word.capitalize()], exact=True)
    question = rng.choice([f"Write the word {word.upper()} in small letters.", f"Write {word.upper()} in lower case."])
    return Item("lower", question, f"lower {word}", [word], [word.upper(), other, word.capitalize()], exact=True)


def spelling(rng):
    """The letters of a word."""
    word = rng.choice([w for w in WORDS if len(w) <= 5])
    others = rng.sample([w for w in WORDS if w != word and abs(len(w) - len(word)) <= 1], 3)
    gap = rng.choice([" ", "-"])
    question = rng.choice([f"Spell the word {word}.", f"How do you spell {word}?", f"What are the letters of {word}?"])
    return Item("spelling", question, f"spelling {word}", [gap.join(word)],
                [gap.join(w) for w in others] + [gap.join(reversed(word))] * (word != word[::-1]), exact=True)


def letters_in(rng):
    """How many letters a word has."""
    word = rng.choice(WORDS)
    count = len(word)
    near = [str(count + d) for d in (-2, -1, 1, 2, 3) if count + d > 0]
    question = rng.choice([f"How many letters are in {word}?", f"How many letters does the word {word} have?",
                           f"Count the letters in the word {word}."])
    return Item("letters_in", question, f"letters {word}", [str(count)], near, ["{o} letters.", f"{word} has {{o}} letters."])


WORDS = sorted({word for group in ("animal", "fruit", "vegetable", "colour", "tool", "vehicle", "instrument", "garment",
                                   "drink", "metal", "flower") for word in CATEGORIES[group]})
