import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

from gram_cpu import Judge  # noqa: E402
from gram_cpu._parquet_command import main  # noqa: E402
from gram_cpu.parquet import score_parquet  # noqa: E402

ROWS = [
    {"question": f"What is {i} + 1?", "response1": str(i + 1), "response2": "no idea", "group": i % 5}
    for i in range(260)
]


@pytest.fixture
def parts(tmp_path):
    """Two files of several row groups."""
    for number, rows in enumerate((ROWS[:120], ROWS[120:])):
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / f"part-{number}.parquet", row_group_size=50)
    return str(tmp_path / "part-*.parquet")


def score(pattern, output, *more):
    return main(["--model", "demo", "--input", pattern, "--output", str(output), "--quiet", *more])


def test_verdicts_are_those_of_the_rows_as_json(parts, judge, tmp_path):
    assert score(parts, tmp_path / "out.parquet", "--keep", "group") == 0
    table = pq.read_table(tmp_path / "out.parquet")
    expected = judge.score_rows(ROWS)
    assert table.column("margin").to_pylist() == [line["margin"] for line in expected]
    assert table.column("id").to_pylist() == [str(line["id"]) for line in expected]
    assert table.column("group").to_pylist() == [row["group"] for row in ROWS]
    assert score(parts, tmp_path / "out.jsonl") == 0
    assert [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()] == expected
    assert not list(tmp_path.glob("*.parts"))


def test_a_prompt_file_is_read_as_it_is(parts, tmp_path, capsys):
    text = "Which answer is better?\r\n{input}\r\nA: {response_a}\r\nB: {response_b}"
    (tmp_path / "prompt.txt").write_bytes(text.encode())
    assert score(parts, tmp_path / "out.jsonl", "--prompt", str(tmp_path / "prompt.txt")) == 0
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert lines == Judge(prompt=text).score_rows(ROWS)
    for data, words in ((b"\xff{input}", "not UTF-8 at byte 0"), (b"x" * (2**20 + 1), "more than 1048576 bytes")):
        (tmp_path / "prompt.txt").write_bytes(data)
        assert score(parts, tmp_path / "other.jsonl", "--prompt", str(tmp_path / "prompt.txt")) == 1
        assert words in capsys.readouterr().err


def test_names_may_come_in_any_iterable(judge, tmp_path):
    rows = [{**row, "label": "A"} for row in ROWS[:20]]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in.parquet")
    for ignore, label in ((None, "1"), ({"label"}, None), (iter(["label"]), None)):
        paths = [str(tmp_path / "in.parquet")]
        score_parquet(paths, tmp_path / "out.parquet", judge=judge, keep=iter(["group"]), ignore=ignore, force=True)
        found = pq.read_table(tmp_path / "out.parquet")
        assert found.column("label").to_pylist() == [label] * 20
        assert found.column("group").to_pylist() == [row["group"] for row in rows]


def test_nested_messages(judge, tmp_path):
    user = {"role": "user", "content": "What is 2 + 2?"}
    rows = [
        {
            "chosen": [user, {"role": "assistant", "content": "4"}],
            "rejected": [user, {"role": "assistant", "content": str(i)}],
        }
        for i in range(5, 9)
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in.parquet")
    assert score(str(tmp_path / "in.parquet"), tmp_path / "out.jsonl") == 0
    assert [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()] == judge.score_rows(rows)


def test_rows_with_errors_are_told(tmp_path, capsys):
    rows = [dict(ROWS[0]), {**ROWS[1], "response1": None}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in.parquet")
    assert main(["--model", "demo", str(tmp_path / "in.parquet"), "--output", str(tmp_path / "out.parquet")]) == 3
    assert "2 rows" in (said := capsys.readouterr().err) and "1 of them" in said


def test_empty_files_have_columns(tmp_path):
    pq.write_table(pa.Table.from_pylist(ROWS[:1]).slice(0, 0), tmp_path / "in.parquet")
    assert score(str(tmp_path / "in.parquet"), tmp_path / "out.parquet") == 0
    table = pq.read_table(tmp_path / "out.parquet")
    assert len(table) == 0 and "margin" in table.column_names


def test_what_is_refused_says_why(parts, tmp_path, capsys):
    output = tmp_path / "out.parquet"
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 and nothing else")
    cases = [
        (str(tmp_path / "none-*.parquet"), output, (), "no file matches"),
        (str(tmp_path / "bad.parquet"), output, (), "no Parquet file"),
        (parts, tmp_path / "part-0.parquet", (), "the input itself"),
        (parts, tmp_path / "out.csv", (), "neither .parquet nor .jsonl"),
        (parts, tmp_path / "out.jsonl", ("--keep", "group"), "keep goes into Parquet"),
        (parts, output, ("--keep", "nobody"), "there is no column 'nobody'"),
        (parts, output, ("--format", "nobody"), "format"),
    ]
    for pattern, target, more, said in cases:
        assert score(pattern, target, *more) == 1
        assert said in capsys.readouterr().err
    with pytest.raises(SystemExit) as usage:
        score(parts, output, "--schema", "gram")
    assert usage.value.code == 2
    assert not list(tmp_path.glob("out*.parquet"))


def test_an_output_is_not_replaced_without_a_word(parts, tmp_path, capsys):
    output = tmp_path / "out.parquet"
    assert score(parts, output) == 0
    before = output.read_bytes()
    assert score(parts, output) == 1 and "exists" in capsys.readouterr().err
    assert score(parts, output, "--resume") == 0
    assert score(parts, output, "--resume", "--protocol", "eval") == 1
    assert output.read_bytes() == before
    assert score(parts, output, "--force", "--protocol", "eval") == 0
    assert output.read_bytes() != before


def test_a_run_that_is_killed_again_and_again_loses_nothing(parts, judge, tmp_path):
    score_parquet([parts], tmp_path / "whole.parquet", judge=judge, keep=True)
    output = tmp_path / "out.parquet"
    command = [sys.executable, "-m", "gram_cpu", "score", "--model", "demo", "--input", parts]
    command += ["--output", str(output), "--keep", "all", "--threads", "1"]
    draw = random.Random(7)
    for _ in range(12):
        process = subprocess.Popen(command, stderr=subprocess.PIPE)
        try:
            process.communicate(timeout=0.4 + draw.random())
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
        if output.exists() and process.returncode == 0:
            break
        if "--resume" not in command and (tmp_path / "out.parquet.parts").exists():
            command.append("--resume")
        time.sleep(0.01)
    else:
        assert subprocess.run(command, check=False).returncode == 0
    assert pq.read_table(output).equals(pq.read_table(tmp_path / "whole.parquet"))


def test_a_resumed_run_is_of_the_same_question(parts, tmp_path, judge, capsys):
    output = tmp_path / "out.parquet"
    (tmp_path / "out.parquet.parts").mkdir()
    (tmp_path / "out.parquet.parts" / "00000-000000.parquet").touch()
    assert score(parts, output) == 1 and "--resume" in capsys.readouterr().err
    assert score(parts, output, "--resume") == 1 and "cannot be read" in capsys.readouterr().err
    (tmp_path / "out.parquet.parts" / "manifest.json").write_text(json.dumps({"model_checksum": "0"}))
    assert score(parts, output, "--resume") == 1
    assert "cannot resume" in capsys.readouterr().err


# What a run is killed at, by what is put in the place of its own functions.
LAST_STEPS = {
    "nothing was done yet": "parquet._write_durably = die",
    "all parts are done": "parquet._Output.finish = die",
    "the parts are joined": "parquet._sync = lambda path: die() if path.name == 'whole.tmp' else sync(path)",
    "the output is not there yet": "parquet._rename_durably = lambda a, b: die() if b.name in OUT else rename(a, b)",
    "the output is there": "parquet.shutil.rmtree = die",
    "half of the parts are removed": "parquet.shutil.rmtree = lambda folder: remove(folder, 2) or die()",
    "the parts have no manifest": "parquet.shutil.rmtree = lambda folder: (folder / 'manifest.json').unlink() or die()",
    "the parts' folder is empty": "parquet.shutil.rmtree = lambda folder: remove(folder, 1) or die()",
}
KILLED = """
import os, signal, sys
from gram_cpu import _parquet_command, parquet
sync, rename, OUT = parquet._sync, parquet._rename_durably, ("out.parquet", "out.jsonl")
def die(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)
def remove(folder, step):
    [path.unlink() for path in sorted(folder.iterdir())[::step]]
STEP
sys.exit(_parquet_command.main(sys.argv[1:]))
"""


@pytest.mark.parametrize("step", LAST_STEPS.values(), ids=LAST_STEPS)
@pytest.mark.parametrize("name", ["out.parquet", "out.jsonl"])
def test_a_run_that_is_killed_at_its_last_steps(step, name, judge, tmp_path):
    rows = ROWS[:9]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in.parquet", row_group_size=3)
    output = tmp_path / name
    command = ["--model", "demo", "--input", str(tmp_path / "in.parquet"), "--output", str(output), "--threads", "1"]
    killed = subprocess.run([sys.executable, "-c", KILLED.replace("STEP", step), *command], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert main([*command, "--resume"]) == 0
    expected = judge.score_rows(rows)
    if name == "out.jsonl":
        assert [json.loads(line) for line in output.read_text().splitlines()] == expected
    else:
        assert pq.read_table(output).column("margin").to_pylist() == [line["margin"] for line in expected]
    assert {path.name for path in tmp_path.iterdir()} == {"in.parquet", name, name + ".manifest.json"}
    assert main([*command, "--resume"]) == 0


def test_two_runs_do_not_write_one_output(parts, judge, tmp_path, capsys):
    from gram_cpu.parquet import _Output

    first = _Output(tmp_path / "out.parquet", False)
    assert first.start({}, resume=False, force=False)
    for more in ("--resume", "--force"):
        assert score(parts, tmp_path / "out.parquet", more) == 1
        assert "another process is at work" in capsys.readouterr().err


def test_rank_says_that_it_reads_no_parquet(tmp_path):
    command = [sys.executable, "-m", "gram_cpu", "rank", "--model", "demo", "--input", str(tmp_path / "in.parquet")]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == 1 and "rank reads no Parquet" in outcome.stderr and "rank_rows" in outcome.stderr
    assert outcome.stderr.count("\n") == 1


def test_ranking_the_rows_of_a_file(judge, tmp_path):
    rows = [{"prompt": "What is 2 + 2?", "responses": ["5", "4", "no idea"]}, {"prompt": "q", "responses": ["a", "b"]}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in.parquet")
    assert judge.rank_rows(pq.read_table(tmp_path / "in.parquet").to_pylist()) == judge.rank_rows(rows)
