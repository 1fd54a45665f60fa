"""The judging prompt as token ids, with the places that training needs."""

from dataclasses import dataclass

INSTRUCTION = """\
Please act as an impartial judge and evaluate the quality of the responses provided by two AI assistants to the user \
question displayed below. You should choose the assistant that follows the user's instructions and answers the user's \
question better.
Your evaluation should consider factors such as the helpfulness, relevance, accuracy, depth, creativity, and level of \
detail of their responses. Avoid any position biases and ensure that the order in which the responses were presented \
does not influence your decision. Do not allow the length of the responses to influence your evaluation. Do not favor \
certain names of the assistants. Be as objective as possible.
Please directly output your final verdict by strictly following this format: "A" if assistant A is better, "B" if \
assistant B is better.

"""
QUESTION, START_A, END_A = "[User Question]\n", "\n\n[The Start of Assistant A's Answer]\n", "\n[The End of Assistant A's Answer]"
START_B, END_B = "\n\n[The Start of Assistant B's Answer]\n", "\n[The End of Assistant B's Answer]"


@dataclass
class Prompt:
    """Token ids of the part after the instruction, and positions in it."""

    ids: list
    answers: list  # for A and B: (first, past the last) token of the answer
    markers: list  # for A and B: the last token of the line that ends the answer


def head(tokenizer):
    """The beginning that all prompts share: the turn's opening and the instruction."""
    return opening(tokenizer) + tokenizer.encode(INSTRUCTION)[0]


def opening(tokenizer):
    return [tokenizer.special["<|im_start|>"], *tokenizer.encode("user\n")[0]]


def tail(tokenizer, question, answer_a, answer_b, protocol):
    """All that follows the instruction, up to where the verdict is read, by the protocol `card` or `eval`."""
    pieces = [QUESTION, question, START_A, answer_a, END_A, START_B, answer_b, END_B,
              "\n" if protocol == "card" else "\n\n#Preferred: "]
    ends, length = [], 0
    for piece in pieces:
        length += len(piece)
        ends.append(length)
    ids, offsets = tokenizer.encode("".join(pieces))

    def token_at(offset):
        """The first token that reaches beyond the character offset."""
        return next(i for i, end in enumerate(offsets) if end > offset)

    answers = [(token_at(ends[2]), token_at(ends[3] - 1) + 1), (token_at(ends[5]), token_at(ends[6] - 1) + 1)]
    markers = [token_at(ends[4] - 1), token_at(ends[7] - 1)]
    special = tokenizer.special
    ids += [special["<|im_end|>"], *tokenizer.encode("\n")[0], special["<|im_start|>"], *tokenizer.encode("assistant\n")[0]]
    if protocol == "eval":
        blank = tokenizer.encode("\n\n")[0]
        ids += [special["<think>"], *blank, special["</think>"], *blank]
    return Prompt(ids, answers, markers)
