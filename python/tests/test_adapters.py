import pickle

import pytest

from gram_cpu.openrlhf import RewardFunction
from gram_cpu.trl import PairJudge, WinRateReward

PROMPTS = ["What is 2 + 2?"] * 3 + ["What is 3 + 4?"] * 2 + ["What is 1 + 1?"]
COMPLETIONS = ["4", "5", "no idea", "8", "7", "2"]


def test_completions_of_a_prompt_are_ranked(judge):
    reward = WinRateReward(threads=1)
    rewards = reward(PROMPTS, COMPLETIONS, trainer_state=None)
    assert rewards[:3] == [response.win_rate for response in judge.rank(PROMPTS[0], COMPLETIONS[:3]).responses]
    assert rewards[4] > rewards[3] and rewards[5] is None
    assert reward.__name__ == "gram_cpu_win_rate"
    assert pickle.loads(pickle.dumps(reward))(PROMPTS, COMPLETIONS) == rewards


def test_conversations_are_their_texts():
    prompts = [[{"role": "user", "content": prompt}] for prompt in PROMPTS]
    completions = [[{"role": "assistant", "content": text}] for text in COMPLETIONS]
    reward = WinRateReward(threads=1)
    assert reward(prompts, completions) == reward(PROMPTS, COMPLETIONS)
    turns = [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi"},
        {"role": "user", "content": "2 + 2?"},
    ]
    assert None not in reward([turns, turns], ["4", "5"])
    with pytest.raises(ValueError, match="completion 1"):
        reward([PROMPTS[0]] * 2, ["4", [{"role": "assistant"}]])


def test_a_group_that_cannot_be_ranked_has_no_reward():
    assert WinRateReward(threads=1)(["q", "q"], ["word " * 5000, "b"]) == [None, None]
    assert WinRateReward(threads=1)([], []) == []


def test_the_better_of_two():
    judged = PairJudge(threads=1).judge(
        ["What is 2 + 2?", "What is 2 + 2?", "q", "q"],
        [["4", "5"], ["5", "4"], ["same", "same"], ["word " * 5000, "b"]],
    )
    assert judged == [0, 1, -1, -1]


def test_rewards_against_a_reference_or_the_group(judge):
    reward = RewardFunction(threads=1, end="<|im_end|>")
    prompt = "What is 2 + 2?"
    answer = reward([prompt + "4<|im_end|>\n"], [prompt], ["5"])
    [expected] = judge.score([(prompt, "4", "5")])
    assert list(map(float, answer["rewards"])) == pytest.approx([expected.score_response1])
    answer = reward([prompt + "5", prompt + "4"], [prompt] * 2, [None, None])
    assert float(answer["scores"][1]) > float(answer["scores"][0])
    with pytest.raises(ValueError, match="query 0 does not begin"):
        reward(["4"], [prompt], ["5"])
    with pytest.raises(ValueError, match="one response and no label"):
        reward([prompt + "4"], [prompt], [None])
    assert list(reward([], [], [])["rewards"]) == []


def test_datasets_get_new_columns(judge, tmp_path):
    datasets = pytest.importorskip("datasets")
    from gram_cpu.datasets import scorer

    rows = [{"question": f"What is {i} + 1?", "response1": str(i + 1), "response2": "no"} for i in range(40)]
    expected = [line["margin"] for line in judge.score_rows(rows)]
    data = datasets.Dataset.from_list(rows)
    for options in ({}, {"num_proc": 2}):
        scored = data.with_format("arrow").map(scorer(threads=1), batched=True, batch_size=16, **options)
        assert scored.with_format(None)["margin"] == expected
        assert scored.column_names[:3] == list(rows[0])
    assert data.map(scorer(threads=1), batched=True)["margin"] == expected


def test_documents_whose_text_wins_are_kept():
    pytest.importorskip("datatrove")
    from datatrove.data import Document

    from gram_cpu.datatrove import WinsFilter

    def document(text, **metadata):
        return Document(text=text, id=text, metadata=metadata)

    kept = WinsFilter(threads=1, min_margin=0.5).filter_batch(
        [
            document("4", question="What is 2 + 2?", rejected="5"),
            document("5", question="What is 2 + 2?", rejected="4"),
            document("5", question="What is 2 + 2?"),
            document("word " * 5000, question="q", rejected="b"),
        ]
    )
    assert kept == [True, (False, "loses"), (False, "no_pair"), (False, "too_long")]
