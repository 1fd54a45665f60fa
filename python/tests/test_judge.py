import contextlib
import json
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading

import pytest

import gram_cpu
from gram_cpu import GramError, Judge

PAIRS = [("What is 2 + 2?", "4", "5"), ("q", "same", "same"), ("", "", "x"), ("Où?", "là", "ici")]


def test_scores_tuples_and_mappings_alike(judge):
    rows = [dict(zip(("question", "response1", "response2"), pair)) for pair in PAIRS]
    verdicts = judge.score(PAIRS)
    assert verdicts == judge.score(rows) == judge.score(iter(PAIRS))
    assert verdicts[0].response1_is_better and verdicts[0].score_response1 > 0.5
    assert verdicts[1].identical and verdicts[1].margin == 0
    assert judge.score([]) == []


def test_verdicts_are_those_of_the_program(judge, program, tmp_path):
    rows = [{"question": q, "response1": a, "response2": b} for q, a, b in PAIRS]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    model = judge.info["model_path"]
    output = subprocess.run(
        [program, "score", "--model", model, str(path)], capture_output=True, text=True, check=True
    ).stdout
    lines = [json.loads(line) for line in output.splitlines()]
    assert lines == judge.score_rows(rows)
    for line, verdict in zip(lines, judge.score(PAIRS)):
        assert line["score_response1"] == verdict.score_response1
        assert line["margin"] == verdict.margin
        assert [order["tokens"] for order in line["orders"]] == list(verdict.tokens)


def test_a_pair_that_cannot_be_scored_is_raised_or_returned(judge):
    long = "word " * 5000
    with pytest.raises(GramError, match=r"pair 1: .*tokens") as raised:
        judge.score([PAIRS[0], ("q", long, "b")])
    assert raised.value.code == "too_long"
    first, second = judge.score([PAIRS[0], ("q", long, "b")], errors="return")
    assert first.response1_is_better and isinstance(second, GramError)


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("q", "\ud800", "b"), "pair 0: response1 holds half a surrogate pair"),
        (("q", None, "b"), "pair 0: response1 is NoneType"),
        (("q", "a"), "pair 0 is not"),
        ("abc", "pair 0 is not"),
        (None, "pair 0 is not"),
        ({"q", "a", "b"}, "pair 0 is not"),
        ({"question": "q", "response1": "a", "response2": "b", "system": "s"}, "pair 0 has 'system'"),
        ({"question": "q", "response1": "a"}, "pair 0 has no 'response2'"),
    ],
)
def test_what_is_no_pair_is_named(judge, pair, said):
    with pytest.raises(ValueError, match=said):
        judge.score([pair])


def test_options_are_checked():
    with pytest.raises(ValueError, match="avx9000"):
        Judge(isa="avx9000")
    with pytest.raises(ValueError, match="protocol"):
        Judge(protocol="cards").score(PAIRS)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        Judge("/nowhere.gram")


def test_options_have_effect():
    with Judge(protocol="eval", isa="scalar", threads=1) as other:
        assert other.info["isa"] == "scalar" and other.info["threads"] == 1
        assert other.score(PAIRS[:1])[0].tokens != Judge().score(PAIRS[:1])[0].tokens


def test_texts_that_c_would_cut_are_refused(judge):
    for wrong in ({"isa": "auto\0x"}, {"model": judge.info["model_path"] + "\0x"}):
        with pytest.raises(ValueError, match="NUL"):
            Judge(**wrong)
    assert judge.score([("q\0", "a\0b", "a")])[0].identical is False


def test_notes_on_texts():
    with Judge(truncate="fair", threads=1) as fair:
        first, second = fair.score([("q", "word " * 5000, "b"), ("<|im_end|>", "a", "b")])
    assert (first.truncated, first.flagged, second.truncated, second.flagged) == (True, False, False, True)


def test_lines_end_where_they_end(judge):
    [line] = judge.score_rows([{"id": "a\u2028b", "question": "q", "response1": "a", "response2": "b"}])
    assert line["id"] == "a\u2028b"
    with pytest.raises(ValueError, match="row 0 is list"):
        judge.score_rows([[PAIRS[0]]])


def test_closing_waits_for_whoever_uses_it():
    for _ in range(5):
        judge = Judge(threads=1)
        outcome = []

        def work(mine=judge, into=outcome):
            with contextlib.suppress(ValueError):
                into.extend(mine.score(PAIRS * 3))

        thread = threading.Thread(target=work)
        thread.start()
        judge.close()
        thread.join()
        assert len(outcome) in (0, 3 * len(PAIRS))


def test_ranks(judge):
    ranking = judge.rank("What is 2 + 2?", ["5", "4", "5"])
    assert len(ranking.responses) == 3
    assert ranking.responses[0] == ranking.responses[2]
    assert all(ranking.responses[i].rank == 1 for i in ranking.best)
    [line] = judge.rank_rows([{"prompt": "What is 2 + 2?", "responses": ["5", "4", "5"]}])
    assert line["win_rates"] == [response.win_rate for response in ranking.responses]
    with pytest.raises(ValueError):
        judge.rank("q", [])
    with pytest.raises(ValueError, match="one text"):
        judge.rank("q", "abc")
    with pytest.raises(ValueError, match="errors"):
        judge.score(PAIRS, errors="ignore")


def test_tokens(judge):
    assert judge.tokenize("hello") == judge.tokenize("hello", special=True)
    assert len(judge.tokenize("<|im_end|>")) > len(judge.tokenize("<|im_end|>", special=True)) == 1
    assert tuple(map(len, judge.prompts(PAIRS[0]))) == judge.score(PAIRS[:1])[0].tokens
    assert judge.tokenize("") == []


def test_prompts_are_those_of_the_judges_options():
    long = Judge(prompt="Which answer to {input} is better, {response_a} or {response_b}? " + "Think about it. " * 20)
    for _ in range(20):
        assert tuple(map(len, long.prompts(PAIRS[0]))) == long.score(PAIRS[:1])[0].tokens


def test_what_the_system_refuses_is_an_os_error(tmp_path):
    (tmp_path / "empty.gram").touch()
    for path in (tmp_path, tmp_path / "empty.gram"):
        with pytest.raises(gram_cpu.GramError) as raised:
            Judge(path)
        assert isinstance(raised.value, OSError) == (raised.value.code == "io_error")
    with pytest.raises(OSError):
        Judge(tmp_path)


def test_batches_of_any_size(judge):
    for tokens in (1, 2**58, 2**63 - 1):
        assert Judge(batch_tokens=tokens).score(PAIRS) == judge.score(PAIRS)


def test_rows_that_are_in_no_format_are_refused(judge):
    with pytest.raises(ValueError, match="row 1"):
        judge.score_rows([{"x": 1}])
    with pytest.raises(ValueError, match="row 0"):
        judge.score_rows([{"question": object()}])
    with pytest.raises(ValueError, match="row 0 holds half a surrogate pair") as raised:
        judge.score_rows([{"question": "\ud800", "response1": "a", "response2": "b"}])
    assert raised.value.code == "invalid_utf8" and str(raised.value).count("row 0") == 1


def test_pickles_and_closes(judge):
    other = pickle.loads(pickle.dumps(judge))
    assert other.score(PAIRS) == judge.score(PAIRS)
    other.close()
    other.close()
    with pytest.raises(ValueError, match="closed"):
        other.score(PAIRS)
    assert "closed" in repr(other)
    error = pickle.loads(pickle.dumps(gram_cpu._errors.error_of("too_long", "x")))
    assert error.code == "too_long" and str(error) == "x"


def test_two_judges_in_two_threads_and_one_in_many(judge):
    expected = judge.score(PAIRS)
    other = Judge(threads=1)
    outcomes = []

    def work(mine):
        outcomes.append([mine.score(PAIRS) for _ in range(3)])

    threads = [threading.Thread(target=work, args=(mine,)) for mine in (judge, other, judge, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [[expected] * 3] * 4


def test_a_forked_child_has_its_own(judge):
    context = multiprocessing.get_context("fork")
    expected = judge.score(PAIRS)
    stop = threading.Event()

    def busy():
        while not stop.is_set():
            judge.score(PAIRS)

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        with context.Pool(2) as pool:
            assert pool.map(judge.score, [PAIRS, PAIRS]) == [expected, expected]
    finally:
        stop.set()
        thread.join()


def test_a_forked_child_may_be_busy_at_once(judge):
    code = """
import os, threading
from gram_cpu import Judge
judge = Judge(threads=1)
for _ in range(5):
    child = os.fork()
    if child == 0:
        threads = [threading.Thread(target=judge.score, args=([("q", "a", "b")],)) for _ in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=40)


@pytest.mark.parametrize("call", ["score(pairs)", "score_table(table)", "score_table(frame)"])
def test_ctrl_c_stops_a_long_call(call):
    if "table" in call:
        pytest.importorskip("polars")
    code = """
import os, signal, threading, time
from gram_cpu import Judge
judge = Judge(threads=1)
pairs = [(f"question {i} " * 50, f"a {i} " * 100, f"b {i} " * 100) for i in range(20000)]
columns = dict(zip(("question", "response1", "response2"), zip(*pairs)))
if "table" in CALL:
    import polars, pyarrow
    table, frame = pyarrow.table({name: list(texts) for name, texts in columns.items()}), polars.DataFrame(columns)
threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    eval("judge." + CALL)
except KeyboardInterrupt:
    print("interrupted")
print(judge.score([("q", "a", "b")])[0].tokens)
"""
    outcome = subprocess.run(
        [sys.executable, "-c", f"CALL = {call!r}" + code], capture_output=True, text=True, timeout=40
    )
    assert outcome.stdout.startswith("interrupted\n("), outcome.stdout + outcome.stderr


def test_converts(tmp_path):
    with pytest.raises(FileNotFoundError):
        gram_cpu.convert(tmp_path / "none", tmp_path / "m.gram")
    assert not (tmp_path / "m.gram").exists()
    with pytest.raises(ValueError, match='option readout is ""; expected token:T'):
        gram_cpu.convert(tmp_path, tmp_path / "m.gram", readout="")


def test_an_empty_text_is_not_taken_for_none():
    for name in ("isa", "prompt", "date"):
        with pytest.raises(ValueError, match=f'option {name} is ""'):
            Judge(**{name: ""})
    with pytest.raises(ValueError, match="labels"):
        Judge(labels=[])
    with pytest.raises(FileNotFoundError):
        Judge("")


def test_importing_is_quick_and_needs_nothing():
    code = "import sys, gram_cpu; print([name for name in ('numpy', 'pyarrow', 'pandas') if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


def test_versions_agree(program):
    assert gram_cpu.__version__ in subprocess.check_output([program, "--version"], text=True)
    assert "scalar" in gram_cpu.isas()
    assert os.path.isfile(gram_cpu.demo_model())
