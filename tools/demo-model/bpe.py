"""A byte-level BPE tokenizer in the manner of Qwen: training, encoding, tokenizer.json.

The texts are ASCII, so the classes of the split pattern are written for ASCII here; tokenizer.json holds the
pattern in full.
"""

import re
from collections import Counter

SPLIT_ASCII = re.compile(
    r"'(?:[sStTmMdD]|[rR][eE]|[vV][eE]|[lL][lL])|[^\r\nA-Za-z0-9]?[A-Za-z]+|[0-9]| ?[^\sA-Za-z0-9]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+")
SPLIT_UNICODE = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
                 r"|\s*[\r\n]+|\s+(?!\S)|\s+")
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"]


def byte_alphabet():
    """The printable stand-in of every byte, as GPT-2 has it: byte to character."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    table = {byte: chr(byte) for byte in printable}
    table.update({byte: chr(256 + i) for i, byte in enumerate(others)})
    return table


BYTES = byte_alphabet()


def _merged(symbols, pair):
    """symbols with every occurrence of the pair made one."""
    out, i = [], 0
    while i < len(symbols):
        if i + 1 < len(symbols) and (symbols[i], symbols[i + 1]) == pair:
            out.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            out.append(symbols[i])
            i += 1
    return out


def train(texts, size):
    """The merges of a vocabulary of `size` tokens, special ones included, most frequent first."""
    counts = Counter(part for text in texts for part in SPLIT_ASCII.findall(text))
    words = [([BYTES[b] for b in word.encode()], n) for word, n in sorted(counts.items())]
    merges = []
    while len(merges) + 256 + len(SPECIAL) < size:
        pairs = Counter()
        for symbols, n in words:
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += n
        if not pairs:
            raise ValueError(f"the texts hold only {len(merges)} merges")
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        words = [(_merged(symbols, best) if best[0] in symbols else symbols, n) for symbols, n in words]
    return merges


class Tokenizer:
    """Text to token ids."""

    def __init__(self, merges):
        self.merges = merges
        tokens = sorted(BYTES.values()) + ["".join(pair) for pair in merges]
        self.vocab = {token: i for i, token in enumerate(tokens)}
        if len(self.vocab) != len(tokens):
            raise ValueError("two merges make the same token")
        self.special = {text: len(self.vocab) + i for i, text in enumerate(SPECIAL)}
        self.size = len(self.vocab) + len(SPECIAL)
        self._rank = {pair: i for i, pair in enumerate(merges)}
        self._cache = {}

    def _word(self, word):
        ids = self._cache.get(word)
        if ids is None:
            symbols = [BYTES[b] for b in word.encode()]
            while len(symbols) > 1:
                best = min(zip(symbols, symbols[1:]), key=lambda pair: self._rank.get(pair, len(self._rank)))
                if best not in self._rank:
                    break
                symbols = _merged(symbols, best)
            ids = self._cache[word] = [self.vocab[symbol] for symbol in symbols]
        return ids

    def encode(self, text):
        """Ids of plain text, and for each the offset of the character after it (of its whole word)."""
        ids, ends = [], []
        for match in SPLIT_ASCII.finditer(text):
            word = self._word(match.group())
            ids += word
            ends += [match.end()] * len(word)
        return ids, ends


def tokenizer_json(tokenizer):
    """The contents of tokenizer.json, as a dict."""
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
    split = {"type": "Split", "pattern": {"Regex": SPLIT_UNICODE}, "behavior": "Isolated", "invert": False}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": i, "content": text, **flags, "special": "think" not in text}
                         for text, i in tokenizer.special.items()],
        "normalizer": {"type": "NFC"},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [split, level]},
        "post_processor": level,
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
                  "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                  "vocab": tokenizer.vocab, "merges": [list(pair) for pair in tokenizer.merges]},
    }
