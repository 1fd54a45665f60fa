import decimal
import json
import os
import signal

import pytest

from gram_cpu import GramError, Judge, demo_model

pa = pytest.importorskip("pyarrow")

ROWS = [
    {"id": f"r{i}", "question": f"What is {i} + 1?", "response1": str(i + 1), "response2": "no idea", "label": "A"}
    for i in range(250)
]

USER = {"role": "user", "content": "What is 2 + 2?"}
FOUR, FIVE = ({"role": "assistant", "content": text} for text in ("4", "5"))

# Rows of the formats that docs/inputs.md lists.
FORMATS = {
    "generic": [{"question": "q", "response1": "a", "response2": "b"}],
    "trl": [{"prompt": "q", "chosen": "a", "rejected": "b"}],
    "trl messages": [{"prompt": [USER], "chosen": [FOUR], "rejected": [FIVE]}],
    "implicit prompt": [{"chosen": [USER, FOUR], "rejected": [USER, FIVE]}],
    "hh-rlhf": [
        {"chosen": "\n\nHuman: q\n\nAssistant: a", "rejected": "\n\nHuman: q\n\nAssistant: b"},
        {"chosen": "\n\nHuman: x\n\nAssistant: y", "rejected": "\n\nHuman: x\n\nAssistant: z"},
    ],
    "ultrafeedback": [
        {
            "prompt": "What is 2 + 2?",
            "prompt_id": "x",
            "chosen": [USER, FOUR],
            "rejected": [USER, FIVE],
            "messages": [USER, FOUR],
            "score_chosen": 8.0,
            "score_rejected": 1.5,
        }
    ],
    "rewardbench": [
        {
            "id": 1,
            "subset": "s",
            "prompt": "q",
            "chosen": "a",
            "rejected": "b",
            "chosen_model": "m",
            "rejected_model": "n",
        }
    ],
    "rewardbench2": [
        {
            "id": "1",
            "subset": "Focus",
            "prompt": "q",
            "chosen": ["a"],
            "rejected": ["b", "c", "d"],
            "num_correct": 1,
            "total_completions": 4,
        }
    ],
    "rm-bench": [
        {"id": "1", "prompt": "q", "chosen": ["a", "bb", "ccc"], "rejected": ["d", "ee", "fff"], "domain": "chat"}
    ],
    "judgebench": [
        {
            "pair_id": "p",
            "original_id": "o",
            "source": "mmlu",
            "question": "q",
            "response_model": "m",
            "response_A": "a",
            "response_B": "b",
            "label": "B>A",
        }
    ],
    "helpsteer2": [{"prompt": "q", "response_1": "a", "response_2": "b", "preference_strength": -2}],
    "shp": [{"history": "q", "human_ref_A": "a", "human_ref_B": "b", "labels": 1}],
    "safe-rlhf": [
        {"prompt": "q", "response_0": "a", "response_1": "b", "better_response_id": 0, "safer_response_id": 1}
    ],
    "arena": [
        {
            "conversation_a": [USER, FOUR],
            "conversation_b": [USER, FIVE],
            "model_a": "m",
            "model_b": "n",
            "winner": "model_a",
        }
    ],
    "best-of-n": [{"prompt": "q", "responses": ["a", "b", "c"]}],
    "nectar": [{"prompt": "q", "answers": [{"answer": "a", "rank": 1}, {"answer": "b", "rank": 2}]}],
    "sharegpt": [
        {
            "conversations": [{"from": "human", "value": "q"}],
            "chosen": {"from": "gpt", "value": "a"},
            "rejected": {"from": "gpt", "value": "b"},
        }
    ],
    "alpaca": [{"instruction": "q", "input": "", "chosen": "a", "rejected": "b"}],
}


def lines_of(table):
    return [json.loads(line) for line in table.column("line").to_pylist()]


@pytest.mark.parametrize("rows", FORMATS.values(), ids=FORMATS)
def test_every_format_gives_the_verdicts_of_its_json(judge, rows):
    scored = judge.score_table(pa.Table.from_pylist(rows), line=True)
    assert lines_of(scored) == judge.score_rows(rows)


def test_columns_say_what_the_line_says(judge):
    scored = judge.score_table(pa.Table.from_pylist(ROWS), line=True)
    for row, line in zip(scored.to_pylist(), lines_of(scored)):
        assert row["id"] == line["id"] and row["error_code"] is None
        for name in ("score_response1", "score_response2", "margin", "order_gap", "orders_agree", "correct"):
            assert row[name] == line[name]
        assert row["label"] == str(line["label"])
        for order, written in zip(row["orders"], line["orders"]):
            assert order["tokens"] == written["tokens"]
            assert order["logit_A"] == pytest.approx(written["logit_A"], rel=1e-6)


def test_tables_batches_readers_and_frames(judge):
    table = pa.Table.from_pylist(ROWS)
    expected = judge.score_table(table)
    batches = table.to_batches(max_chunksize=60)
    assert judge.score_table(batches[0]).equals(expected.slice(0, 60).combine_chunks().to_batches()[0])
    for source in (iter(batches), pa.RecordBatchReader.from_batches(table.schema, batches)):
        reader = judge.score_table(source)
        assert isinstance(reader, pa.RecordBatchReader)
        read = list(reader)
        assert [len(batch) for batch in read] == [60, 60, 60, 60, 10]
        assert pa.Table.from_batches(read).equals(expected)
    assert judge.score_table(pa.Table.from_batches(batches)).combine_chunks().equals(expected.combine_chunks())
    assert (
        judge.score_table(table.slice(100, 20)).column("score_response1").to_pylist()
        == (expected.column("score_response1").to_pylist()[100:120])
    )


def test_pandas_and_polars_give_their_own(judge):
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    expected = judge.score_table(pa.Table.from_pylist(ROWS)).column("margin").to_pylist()
    frame = pandas.DataFrame(ROWS, index=range(1000, 1000 + len(ROWS)))
    scored = judge.score_table(frame, keep=["question"])
    assert list(scored["margin"]) == expected and list(scored.index) == list(frame.index)
    assert list(scored["question"]) == list(frame["question"])
    scored = judge.score_table(polars.DataFrame(ROWS), keep=["question"])
    assert isinstance(scored, polars.DataFrame) and scored["margin"].to_list() == expected
    assert scored.columns[0] == "question"
    with pytest.raises(ValueError, match="collect"):
        judge.score_table(polars.DataFrame(ROWS).lazy())


def test_strings_of_all_kinds_are_one_text(judge):
    expected = judge.score_table(pa.Table.from_pylist(ROWS[:20]))
    columns = {name: [row[name] for row in ROWS[:20]] for name in ROWS[0]}
    kinds = [pa.large_string(), pa.dictionary(pa.int8(), pa.string())]
    if hasattr(pa, "string_view"):
        kinds.append(pa.string_view())
    for kind in kinds:
        table = pa.table({name: pa.array(values).cast(kind) for name, values in columns.items()})
        assert judge.score_table(table).equals(expected), kind


def test_columns_that_are_not_text_are_carried_or_refused(judge):
    table = pa.Table.from_pylist(ROWS[:3])
    others = {
        "d": pa.array([decimal.Decimal("1.50"), decimal.Decimal("-0.05"), None], pa.decimal128(10, 2)),
        "f": pa.array([0.5, None, 1.5], pa.float32()),
        "t": pa.array([0, 1, None], pa.timestamp("us", "UTC")),
        "u": pa.array([2**64 - 1, None, 0], pa.uint64()),
        "m": pa.array([[("k", 1)], None, []], pa.map_(pa.string(), pa.int64())),
        "n": pa.nulls(3),
        "b": pa.array([True, None, False]),
    }
    wide = table
    for name, column in others.items():
        wide = wide.append_column(name, column)
    assert judge.score_table(wide).equals(judge.score_table(table))
    binary = table.append_column("image", pa.array([b"\xff", None, b""]))
    with pytest.raises(GramError, match='column "image" holds binary data'):
        judge.score_table(binary)
    assert judge.score_table(binary, ignore=["image"]).equals(judge.score_table(table))


INTEGERS = {
    **{f"int{bits}": [-(2 ** (bits - 1)), -1, 0, 1, 2 ** (bits - 1) - 1] for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": [0, 1, 2 ** (bits - 1), 2**bits - 1] for bits in (8, 16, 32, 64)},
}


@pytest.mark.parametrize("name", INTEGERS)
def test_integers_of_every_type_are_what_they_are(judge, name):
    pair = {"question": "q", "response1": "a", "response2": "b"}
    rows = [{"id": id, **pair} for id in INTEGERS[name]]
    table = pa.Table.from_pylist([pair] * len(rows)).add_column(0, "id", pa.array(INTEGERS[name], getattr(pa, name)()))
    scored = judge.score_table(table, line=True)
    assert scored.column("id").to_pylist() == list(map(str, INTEGERS[name]))
    assert lines_of(scored) == judge.score_rows(rows)


@pytest.mark.parametrize("name", ["int8", "int16", "int32", "int64"])
def test_a_negative_strength_prefers_the_first_answer(judge, name):
    rows = FORMATS["helpsteer2"] + [{**FORMATS["helpsteer2"][0], "preference_strength": 3}]
    table = pa.Table.from_pylist(rows)
    strength = pa.array([-2, 3], getattr(pa, name)())
    table = table.set_column(table.schema.get_field_index("preference_strength"), "preference_strength", strength)
    assert judge.score_table(table).column("label").to_pylist() == ["1", "2"]


def test_errors_are_rows(judge):
    rows = [dict(ROWS[0]), dict(ROWS[1]), dict(ROWS[2])]
    rows[1]["response2"] = None
    scored = judge.score_table(pa.Table.from_pylist(rows)).to_pylist()
    assert [row["error_code"] for row in scored] == [None, "wrong_type", None]
    assert scored[1]["margin"] is None and scored[1]["row"] == 2
    with pytest.raises(ValueError, match="the table row 1"):
        judge.score_table(pa.table({"x": [1]}))


NUMBERED = [
    {"id": 2**40 + i, "question": row["question"], "response1": row["response1"], "response2": row["response2"]}
    for i, row in enumerate(ROWS[:5])
]


def test_a_kept_id_stands_for_the_verdicts(judge):
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    table = pa.Table.from_pylist(NUMBERED)
    expected = judge.score_table(table)
    assert expected.column("id").to_pylist() == [str(row["id"]) for row in NUMBERED]
    for keep in (True, ["id", "question"]):
        scored = judge.score_table(table, keep=keep)
        assert scored.column_names.count("id") == 1 and scored.schema.field("id") == table.schema.field("id")
        assert scored.column("id") == table.column("id")
        assert scored.drop_columns(["id"]).select(expected.column_names[1:]).equals(expected.drop_columns(["id"]))
    frame = judge.score_table(pandas.DataFrame(NUMBERED), keep=True)
    assert list(frame["id"]) == [row["id"] for row in NUMBERED] and list(frame.columns).count("id") == 1
    frame = judge.score_table(polars.DataFrame(NUMBERED), keep=True)
    assert frame["id"].to_list() == [row["id"] for row in NUMBERED] and frame["margin"].null_count() == 0
    # Where it is null, the row's number is in `row`.
    null = pa.Table.from_pylist([{**NUMBERED[0], "id": None}, NUMBERED[1]])
    assert judge.score_table(null, keep=True).column("id").to_pylist() == [None, NUMBERED[1]["id"]]


def test_names_that_really_collide_are_refused(judge):
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    table = pa.Table.from_pylist([{"error_code": "none", **row} for row in NUMBERED])
    said = r"column 'error_code' is called as one of the verdicts'; rename it, or keep the others: keep=\['id', "
    for data in (table, table.to_pandas(), polars.DataFrame(table), iter(table.to_batches())):
        with pytest.raises(ValueError, match=said):
            judge.score_table(data, keep=True)
    assert isinstance(judge.score_table(table.to_pandas(), keep=["id"]), pandas.DataFrame)
    # The verdicts' id is another column's, or none.
    table = pa.Table.from_pylist([{"uid": f"u{i}", **row} for i, row in enumerate(NUMBERED)])
    for options in ({"map": {"id": "uid"}}, {"map": "id=uid"}, {"ignore": ["id"]}, {"ignore": "id,x"}):
        with pytest.raises(ValueError, match="column 'id' is called as"):
            judge.score_table(table, keep=True, **options)
    assert judge.score_table(table, keep=["uid"], map={"id": "uid"}).column("id")[0].as_py() == "u0"
    for keep, said in (("question", "is the text"), (["x"], "no column 'x'"), (["id", "id"], "named twice")):
        with pytest.raises(ValueError, match=said):
            judge.score_table(table, keep=keep)


def test_arrays_and_frames_of_others(judge):
    pandas = pytest.importorskip("pandas")
    batch = pa.RecordBatch.from_pylist(NUMBERED)

    class Array:
        def __arrow_c_array__(self, requested_schema=None):
            return batch.__arrow_c_array__(requested_schema)

    class Stream:
        def __arrow_c_stream__(self, requested_schema=None):
            return pa.table(batch).__arrow_c_stream__(requested_schema)

    class Frame(pandas.DataFrame):
        pass

    expected = judge.score_table(batch)
    assert judge.score_table(Array()).equals(expected)
    assert judge.score_table(Stream()).to_batches()[0].equals(expected)
    assert isinstance(judge.score_table(Frame(NUMBERED)), pandas.DataFrame)
    assert judge.recognise(Array()) == judge.recognise(Stream()) == judge.recognise(batch)
    odd = pandas.DataFrame(NUMBERED, index=["a long text that no judge would see"] * 5)
    assert judge.recognise(odd) == judge.recognise(batch)
    with pytest.raises(ValueError, match="not dict"):
        judge.score_table({"question": ["q"]})


def test_names_with_commas_are_refused(judge):
    table = pa.Table.from_pylist(NUMBERED)
    with pytest.raises(ValueError, match="option ignore: 'a,b' has a comma"):
        judge.score_table(table, ignore=["a,b"])
    assert judge.score_table(table, ignore=(name for name in ("x", "y"))).num_rows == 5
    with pytest.raises(ValueError, match='option format is ""'):
        judge.score_table(table, format="")


def test_a_stream_in_a_forked_child_is_refused(judge):
    reader = judge.score_table(iter(pa.Table.from_pylist(ROWS).to_batches(max_chunksize=100)))
    next(reader)
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        said = "nothing"
        try:
            next(reader)
        except Exception as error:
            said = str(error)
        os.write(sender, said.encode())
        os._exit(0)
    os.close(sender)
    with open(receiver) as pipe:
        assert "belongs to the process that this one was forked from" in pipe.read()
    assert os.waitpid(child, 0)[1] == 0
    assert sum(len(batch) for batch in reader) == len(ROWS) - 100


def test_an_empty_table_has_the_columns(judge):
    table = pa.Table.from_pylist(ROWS[:1])
    empty = judge.score_table(table.slice(0, 0))
    assert len(empty) == 0 and empty.schema == judge.score_table(table).schema
    with pytest.raises(ValueError, match="no batches"):
        judge.score_table(iter([]))


def test_a_huge_text_is_an_error_of_its_row(judge):
    rows = [ROWS[0], {**ROWS[1], "response1": "x" * 10_000_000}]
    scored = judge.score_table(pa.Table.from_pylist(rows)).to_pylist()
    assert [row["error_code"] for row in scored] == [None, "too_long"]


def test_a_part_goes_on_counting(judge):
    rows = [{name: value for name, value in row.items() if name != "id"} for row in ROWS[:4]]
    whole = judge.score_table(pa.Table.from_pylist(rows))
    part = judge.score_table(pa.Table.from_pylist(rows[2:]), first_row=3)
    assert part.column("id").to_pylist() == ["3", "4"] == whole.column("id").to_pylist()[2:]
    assert part.column("row").to_pylist() == [3, 4]


def test_recognises(judge):
    found = judge.recognise(pa.Table.from_pylist(FORMATS["judgebench"]))
    assert found["format"] == "judgebench"
    assert {"field": "question", "use": "question"} in found["fields"]


def test_a_model_that_was_damaged_is_corrupt_in_either_way(tmp_path):
    model = tmp_path / "m.gram"
    data = bytearray(demo_model().read_bytes())
    data[-100] ^= 1
    model.write_bytes(data)
    table = pa.Table.from_pylist(ROWS[:1])
    for call in (lambda judge: judge.score([("q", "a", "b")]), lambda judge: judge.score_table(table)):
        with pytest.raises(GramError) as raised:
            call(Judge(model))
        assert raised.value.code == "corrupt" and not isinstance(raised.value, OSError)


def test_a_failing_source_is_an_error(judge):
    def batches():
        yield pa.Table.from_pylist(ROWS[:150]).to_batches()[0]
        raise RuntimeError("the disk is gone")

    reader = judge.score_table(batches())
    assert len(next(reader)) == 150
    with pytest.raises(Exception, match="the disk is gone"):
        next(reader)
