"""OpenVINO, for peers.py, openvino:DTYPE: transformers' model, converted by OpenVINO itself. See protocol.py."""
import protocol

ANSWERS = protocol.private_output()

import openvino  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from openvino.frontend.pytorch.patch_model import __make_16bit_traceable as make_16bit_traceable  # noqa: E402


class LastLogits(torch.nn.Module):
    def __init__(self, judge):
        super().__init__()
        self.judge = judge

    def forward(self, input_ids):
        # Without a mask of its own for a kind of layers, transformers makes one with operations that OpenVINO does not
        # know; with None for it, it leaves causal masking to the attention operation, which both have.
        found = self.judge(input_ids=input_ids, attention_mask={'full_attention': None}, use_cache=False,
                           logits_to_keep=1)
        return found.logits[:, -1]


def compiled(folder, threads, dtype):
    """The weights stay bf16, as they are in the checkpoint; `dtype` is that of the arithmetic."""
    judge = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.bfloat16, attn_implementation='sdpa').eval()
    make_16bit_traceable(judge)  # without it, and without an error, a bf16 model's graph gives other numbers
    graph = openvino.convert_model(LastLogits(judge), example_input=torch.zeros((2, 8), dtype=torch.int64),
                                   input=[openvino.PartialShape([-1, -1])])
    return openvino.Core().compile_model(graph, 'CPU', {
        'INFERENCE_NUM_THREADS': threads, 'NUM_STREAMS': 1, 'INFERENCE_PRECISION_HINT': dtype})


def main():
    folder, threads, batch_tokens, (_, dtype) = protocol.arguments()
    torch.set_num_threads(threads)
    judge = compiled(folder, threads, dtype)
    request = judge.create_infer_request()

    def last_logits(prompts, tokens):
        logits = request.infer([torch.tensor(prompts).numpy()], share_outputs=True)[0]
        return tokens and logits[:, tokens].tolist()

    precision = judge.get_property('INFERENCE_PRECISION_HINT').get_type_name()
    versions = f'openvino {openvino.__version__}, which computes in {precision}'
    protocol.serve(ANSWERS, versions, last_logits, batch_tokens)


if __name__ == '__main__':
    main()
