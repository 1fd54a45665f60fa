"""TRL and OpenRLHF: what their own code calls a reward with, where it is installed; neither needs torch here."""

import ast
import asyncio
import importlib.util
import math
import sys
import types
import warnings
from pathlib import Path

import pytest

from gram_cpu import Judge
from gram_cpu.openrlhf import RewardFunction
from gram_cpu.trl import WinRateReward

QUESTION = "What is 2 + 2?"


def source_of(package, *path):
    """A file of an installed package, which is not imported."""
    found = importlib.util.find_spec(package)
    if found is None:
        pytest.skip(f"no {package} here")
    return Path(found.submodule_search_locations[0]).joinpath(*path)


def test_trl_calls_a_reward_with_what_it_takes(judge):
    """As GRPOTrainer of TRL 1.16 does: prompts, completions and ids, a column for each field, and its own callables."""
    logged = []
    prompts = [[{"role": "user", "content": [{"type": "text", "text": QUESTION}]}]] * 3
    completions = [[{"role": "assistant", "content": text}] for text in ("4", "5", "no idea")]
    rewards = WinRateReward(threads=1)(
        prompts=prompts,
        completions=completions,
        completion_ids=[[1], [2], [3]],
        solution=["4", "4", "4"],
        trainer_state=object(),
        log_extra=lambda *extra: logged.append(extra),
        log_metric=lambda *metric: logged.append(metric),
        environments=[None] * 3,
    )
    expected = judge.rank(QUESTION, ["4", "5", "no idea"]).responses
    assert [math.nan if reward is None else reward for reward in rewards] == [one.win_rate for one in expected]


def test_trl_still_calls_it_so():
    tree = ast.parse(source_of("trl", "trainer", "grpo_trainer.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    called = [call for call in calls if call.func.id == "reward_func" and call.args == []]
    keywords = [{keyword.arg for keyword in call.keywords} for call in called]
    assert {"prompts", "completions", "completion_ids", None} in keywords, keywords


def test_what_is_no_text_is_named():
    image = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "What is it?"}]}]
    with pytest.raises(ValueError, match="prompt 0 holds 'image', which no judge reads"):
        WinRateReward(threads=1)([image, image], ["a", "b"])
    called = [{"role": "assistant", "tool_calls": [{"type": "function"}]}]
    with pytest.raises(ValueError, match="completion 1 is not text"):
        WinRateReward(threads=1)([QUESTION] * 2, ["a", called])


def test_openrlhf_asks_for_one_response_at_a_time(judge, tmp_path, monkeypatch, caplog):
    """With OpenRLHF's own executor, tokenizer and engine made up."""
    pytest.importorskip("aiohttp")
    folder = source_of("openrlhf", "utils")
    utils = types.ModuleType("openrlhf.utils")  # without what its __init__ imports
    utils.__path__ = [str(folder)]
    monkeypatch.setitem(sys.modules, "openrlhf.utils", utils)
    from openrlhf.utils.agent import SingleTurnAgentExecutor

    class Tokens(list):
        def tolist(self):
            return list(self)

    class Tokenizer:
        def __call__(self, text, **options):
            return {"input_ids": [Tokens(map(ord, text))]}

        def decode(self, tokens, skip_special_tokens):
            return "".join(map(chr, tokens))

    class Engine:
        async def generate(self, tokens, params, multi_modal_data):
            output = types.SimpleNamespace(token_ids=list(map(ord, "4<|im_end|>")), finish_reason="stop", logprobs=None)
            return types.SimpleNamespace(outputs=[output])

    file = tmp_path / "reward.py"
    file.write_text(
        "from gram_cpu.openrlhf import RewardFunction\nreward_func = RewardFunction(end='<|im_end|>', threads=1)\n"
    )
    executor = SingleTurnAgentExecutor(str(file))
    params = types.SimpleNamespace(max_tokens=99, logprobs=None)

    def rewarded(label):
        return asyncio.run(executor.execute(QUESTION, label, params, 1000, Tokenizer(), Engine()))

    [expected] = judge.score([(QUESTION, "4", "5")])
    output = rewarded("5")
    assert float(output["reward"][0]) == float(output["scores"][0]) == pytest.approx(expected.score_response1)
    # OpenRLHF goes on without a reward; the reason is in the log.
    assert rewarded(None)["reward"] is None
    assert "one response and no label" in caplog.text


def test_a_reward_models_number_needs_no_label(monkeypatch):
    ranked = types.SimpleNamespace(win_rate=1.0, reward=2.5)
    model = types.SimpleNamespace(
        info={"gives_reward": True},
        score=lambda pairs: [],
        rank=lambda *task: types.SimpleNamespace(responses=[ranked]),
    )
    monkeypatch.setattr("gram_cpu._workers.judge_of", lambda *what: model)
    assert list(map(float, RewardFunction()([QUESTION + "4"], [QUESTION], [None])["rewards"])) == [2.5]


def test_lists_of_other_lengths_are_refused():
    with pytest.raises(ValueError, match="2 queries, 1 prompts"):
        RewardFunction(threads=1)([QUESTION] * 2, [QUESTION], ["5"])


def test_one_of_several_processes_is_told_about_threads(monkeypatch):
    from gram_cpu import _workers

    if Judge().info["threads"] == 1:
        pytest.skip("a machine of one core")
    monkeypatch.setattr(_workers, "_judges", {})
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "2")
    with pytest.warns(UserWarning, match="one of several, and its judge has"):
        _workers.judge_of(None, {})
    monkeypatch.setattr(_workers, "_judges", {})
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _workers.judge_of(None, {})
        _workers.judge_of(None, {"threads": 1})
