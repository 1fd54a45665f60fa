"""Reads a folder that export.py wrote."""

import json
import struct

import numpy
import torch

from bpe import Tokenizer
from model import Config, JudgeModel


def read_safetensors(path):
    """Name to f32 tensor; all are BF16 in the file."""
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, entry in json.loads(data[8:8 + size]).items():
        if name == "__metadata__":
            continue
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        halves = numpy.frombuffer(data[begin:end], "<u2").astype("<u4") << 16
        tensors[name] = torch.from_numpy(halves.view("<f4").reshape(entry["shape"]).copy())
    return tensors


def read_folder(folder):
    """(model, tokenizer); the head that only training uses is left at its random start."""
    described = json.loads((folder / "config.json").read_text())
    theta = described["rope_parameters"]["rope_theta"]
    fields = {name: described[name] for name in Config.__dataclass_fields__ if name in described}
    model = JudgeModel(Config(**fields, rope_theta=theta))
    tensors = read_safetensors(folder / "model.safetensors")
    weights = {name.removeprefix("model."): tensor for name, tensor in tensors.items()}
    missing, unknown = model.load_state_dict(weights, strict=False)
    if unknown or [name for name in missing if not name.startswith("answer_head")]:
        raise ValueError(f"{folder}: missing tensors {missing}, unknown tensors {unknown}")
    merges = json.loads((folder / "tokenizer.json").read_text())["model"]["merges"]
    return model, Tokenizer([tuple(pair) for pair in merges])
