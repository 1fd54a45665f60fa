"""The program gram-cpu of a build with Apache Arrow, on Parquet files: GRAM_PARQUET_PROGRAM names it."""

import json
import os
import random
import signal
import subprocess
import time

import pytest

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

from gram_cpu.parquet import score_parquet  # noqa: E402

ROWS = [
    {"question": f"What is {i} + 1?", "response1": str(i + 1), "response2": "no idea", "group": i % 5}
    for i in range(1500)
]


@pytest.fixture(scope="module")
def parquet_program():
    path = os.environ.get("GRAM_PARQUET_PROGRAM")
    if not path:
        pytest.skip("GRAM_PARQUET_PROGRAM names no program")
    version = subprocess.run([path, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert "Parquet: Apache Arrow" in version
    return path


@pytest.fixture
def score(parquet_program, tmp_path):
    def run(*arguments, verb="score"):
        command = [parquet_program, verb, "--model", "demo", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    return run


def write(path, rows, row_group_size=50, empty_first=False):
    table = pa.Table.from_pylist(rows)
    with pq.ParquetWriter(path, table.schema) as writer:
        if empty_first:
            writer.write_table(table.slice(0, 0))
        writer.write_table(table, row_group_size=row_group_size)


@pytest.fixture
def parts(tmp_path):
    """Three files of several row groups, one of them without rows."""
    write(tmp_path / "part-0.parquet", ROWS[:120], empty_first=True)
    pq.write_table(pa.Table.from_pylist(ROWS[:1]).slice(0, 0), tmp_path / "part-1.parquet")
    write(tmp_path / "part-2.parquet", ROWS[120:260])
    return "part-*.parquet"


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def as_jsonl(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_verdicts_are_those_of_the_rows_as_json(parts, score, tmp_path):
    as_jsonl(tmp_path / "rows.jsonl", ROWS[:260])
    assert score("rows.jsonl", "--output", "expected.jsonl", "--keep", "group").returncode == 0
    ran = score("--input", parts, "--output", "out.jsonl", "--keep", "group")
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "expected.jsonl").read_bytes()
    assert score("--input", parts, "--output", "out.parquet", "--keep", "group").returncode == 0
    table = pq.read_table(tmp_path / "out.parquet")
    expected = lines(tmp_path / "expected.jsonl")
    assert table.column("margin").to_pylist() == [line["margin"] for line in expected]
    assert table.column("group").to_pylist() == [row["group"] for row in ROWS[:260]]
    assert sorted(p.name for p in tmp_path.glob("out.parquet*")) == ["out.parquet", "out.parquet.run.json"]


def test_columns_are_those_of_the_package(parts, score, judge, tmp_path):
    score_parquet([str(tmp_path / parts)], tmp_path / "package.parquet", judge=judge, keep=True)
    for keep, output in (("all", "all.parquet"), ("group,question", "some.parquet")):
        ran = score("--input", parts, "--output", output, "--keep", keep)
        assert ran.returncode == 0, ran.stderr
    package = pq.read_table(tmp_path / "package.parquet")
    assert pq.read_table(tmp_path / "all.parquet").equals(package)
    some = [name for name in package.column_names if name not in ("response1", "response2")]
    assert pq.read_table(tmp_path / "some.parquet").equals(package.select(some))


def test_nested_messages(score, judge, tmp_path):
    user = {"role": "user", "content": "What is 2 + 2?"}
    rows = [
        {
            "chosen": [user, {"role": "assistant", "content": "4"}],
            "rejected": [user, {"role": "assistant", "content": str(i)}],
            "score": i / 3,
        }
        for i in range(5, 9)
    ]
    write(tmp_path / "in.parquet", rows, row_group_size=2)
    assert score("in.parquet", "--output", "out.jsonl").returncode == 0
    assert lines(tmp_path / "out.jsonl") == judge.score_rows(rows)
    explained = score("in.parquet", "--explain-map")
    assert explained.returncode == 0 and "columns" in explained.stdout and "chosen" in explained.stdout
    planned = score("in.parquet", "--dry-run")
    assert planned.returncode == 0 and "4 in 1 file" in planned.stdout


def test_lists_are_ranked(score, judge, tmp_path):
    rows = [{"question": "What is 2 + 2?", "responses": ["5", "4", str(i)]} for i in range(3)]
    write(tmp_path / "in.parquet", rows)
    ran = score("in.parquet", "--output", "out.jsonl", verb="rank")
    assert ran.returncode == 0, ran.stderr
    assert lines(tmp_path / "out.jsonl") == judge.rank_rows(rows)


def test_rows_with_errors_are_told(score, tmp_path):
    rows = [dict(ROWS[0]), {**ROWS[1], "response1": None}, dict.fromkeys(ROWS[0]), dict(ROWS[2])]
    write(tmp_path / "in.parquet", rows)
    ran = score("in.parquet", "--output", "out.parquet")
    assert ran.returncode == 3 and "2 of 4 rows" in ran.stderr
    table = pq.read_table(tmp_path / "out.parquet")
    assert [code is None for code in table.column("error_code").to_pylist()] == [True, False, False, True]
    assert table.column("id").to_pylist() == ["1", "2", "3", "4"]
    assert table.column("row").to_pylist() == [1, 2, 3, 4]


def test_columns_that_json_has_nothing_for(score, tmp_path):
    rows = [{**row, "image": b"\x00\xff"} for row in ROWS[:3]]
    write(tmp_path / "in.parquet", rows)
    refused = score("in.parquet", "--output", "out.parquet")
    assert refused.returncode == 1 and "image" in refused.stderr and "in.parquet" in refused.stderr
    ran = score("in.parquet", "--output", "out.parquet", "--ignore", "image", "--keep", "image")
    assert ran.returncode == 0, ran.stderr
    assert pq.read_table(tmp_path / "out.parquet").column("image").to_pylist() == [b"\x00\xff"] * 3


def test_what_is_refused_says_why(parts, score, tmp_path):
    write(tmp_path / "whole.parquet", ROWS)
    whole = (tmp_path / "whole.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.parquet").write_text('{"question":"q"}\n')
    (tmp_path / "of-package.parquet.parts").mkdir()
    (tmp_path / "of-package.parquet.parts" / "manifest.json").write_text("{}")
    cases = [
        ("none-*.parquet", "out.parquet", (), "no file matches"),
        ("cut.parquet", "out.parquet", (), "no Parquet file"),
        ("text.parquet", "out.parquet", (), "no Parquet file"),
        (parts, "part-0.parquet", ("--force",), "the input itself"),
        (parts, "out.parquet", ("--keep", "nobody"), 'has no column "nobody"'),
        (parts, "of-package.parquet", ("--resume",), "the Python package's"),
    ]
    for pattern, output, more, said in cases:
        ran = score("--input", pattern, "--output", output, *more)
        assert ran.returncode == 1 and said in ran.stderr, ran.stderr
        assert len(ran.stderr.splitlines()) <= 2  # the model is named first
    assert not list(tmp_path.glob("out*"))


def test_an_output_is_not_replaced_without_a_word(parts, score, tmp_path):
    output = tmp_path / "out.parquet"
    assert score("--input", parts, "--output", output).returncode == 0
    before = output.read_bytes()
    again = score("--input", parts, "--output", output)
    assert again.returncode == 1 and "--force" in again.stderr
    assert "already complete" in score("--input", parts, "--output", output, "--resume").stderr
    other = score("--input", parts, "--output", output, "--resume", "--keep", "group")
    assert other.returncode == 1 and "keep is group" in other.stderr
    assert output.read_bytes() == before
    assert score("--input", parts, "--output", output, "--force", "--keep", "group").returncode == 0
    assert output.read_bytes() != before


def stopped(command, number, seconds, cwd):
    """Runs a command and sends it a signal after a while. Returns its exit code."""
    process = subprocess.Popen(command, stderr=subprocess.PIPE, cwd=cwd)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, number)
        process.communicate()
    return process.returncode


def test_a_run_that_is_killed_again_and_again_loses_nothing(parquet_program, score, tmp_path):
    for part in range(3):
        write(tmp_path / f"in-{part}.parquet", ROWS[part * 500 : part * 500 + 500], row_group_size=100)
    assert score("--input", "in-*.parquet", "--output", "whole.parquet", "--keep", "all").returncode == 0
    command = [parquet_program, "score", "--model", "demo", "--input", "in-*.parquet", "--output", "out.parquet"]
    command += ["--keep", "all", "--threads", "1", "--resume"]
    draw = random.Random(7)
    codes = []
    for turn in range(12):
        number = signal.SIGINT if turn % 3 == 2 else signal.SIGKILL
        codes.append(stopped(command, number, 0.2 + draw.random() / 2, tmp_path))
        if codes[-1] == 0:
            break
        time.sleep(0.01)
    else:
        assert subprocess.run(command, check=False, cwd=tmp_path).returncode == 0
    assert set(codes) <= {0, 4, -signal.SIGKILL, -signal.SIGINT}, codes
    assert (tmp_path / "out.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()


def test_the_package_leaves_the_programs_runs_alone(parts, score, judge, tmp_path):
    assert score("--input", parts, "--output", "out.parquet").returncode == 0
    with pytest.raises(Exception, match="the program gram-cpu"):
        score_parquet([str(tmp_path / parts)], tmp_path / "out.parquet", judge=judge, resume=True)
