"""Spark, Ray and Dask: every row's verdict is that of one judge, whatever the table is like."""

import contextlib
import datetime
import decimal
import os
import sys

import pytest

pa = pytest.importorskip("pyarrow")


def user(text):
    return {"role": "user", "content": text}


def assistant(text):
    return {"role": "assistant", "content": text}


# Rows with ids of their own, a missing answer, one that is too long, and the same texts twice.
PAIRS = [
    {
        "id": 1000 + i,
        "question": f"What is {i} + 1?",
        "response1": None if i == 3 else "word " * 5000 if i == 5 else str(i + 1),
        "response2": str(i + 1) if i == 7 else "no idea",
        "created": datetime.date(2024, 1, 1 + i),
        "price": decimal.Decimal(i) / 4,
    }
    for i in range(11)
]

MESSAGES = [
    {
        "id": None if i == 2 else f"m{i}",
        "chosen": [user(f"What is {i} + 2?"), assistant(str(i + 2))],
        "rejected": [user(f"What is {i} + 2?"), assistant("é")],
    }
    for i in range(5)
]


def verdicts_of(judge, rows):
    """What one judge says of the rows, by question: all columns but `row`, which counts within a part."""
    table = pa.Table.from_pylist(rows)
    scored = judge.score_table(table, keep=True).to_pylist()
    return [{name: value for name, value in row.items() if name != "row"} for row in scored]


def assert_same(scored, expected):
    def texts(rows):
        plain = ({name: value for name, value in row.items() if name != "row"} for row in rows)
        return sorted(repr(sorted(row.items())) for row in plain)

    assert texts(scored) == texts(expected)


class TestSpark:
    @pytest.fixture(scope="class")
    @classmethod
    def spark(cls):
        sql = pytest.importorskip("pyspark.sql")
        os.environ["PYSPARK_PYTHON"] = sys.executable
        session = (
            sql.SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "4")
            .getOrCreate()
        )
        yield session
        session.stop()

    PAIR = "id long, question string, response1 string, response2 string, created date, price decimal(10,2)"
    TURNS = "array<struct<role:string,content:string>>"

    def frame(self, spark, rows, schema, parts):
        return spark.createDataFrame([tuple(row.values()) for row in rows], schema).repartition(parts)

    @staticmethod
    def rows_of(frame):
        return [row.asDict(recursive=True) for row in frame.collect()]

    def test_pairs_in_many_partitions(self, spark, judge):
        import gram_cpu.spark

        frame = self.frame(spark, PAIRS, self.PAIR, 16)  # more of them than rows
        scored = gram_cpu.spark.score(frame, isa=judge.info["isa"])
        assert scored.schema["id"] == frame.schema["id"] and scored.columns[: len(PAIRS[0])] == list(PAIRS[0])
        assert_same(self.rows_of(scored), verdicts_of(judge, PAIRS))
        assert gram_cpu.spark.score(frame.limit(0)).collect() == []

    def test_nested_messages(self, spark, judge):
        import gram_cpu.spark

        frame = self.frame(spark, MESSAGES, f"id string, chosen {self.TURNS}, rejected {self.TURNS}", 3)
        assert_same(self.rows_of(gram_cpu.spark.score(frame)), verdicts_of(judge, MESSAGES))

    def test_what_is_refused(self, spark):
        import gram_cpu.spark

        frame = self.frame(spark, PAIRS[:2], self.PAIR, 1)
        with pytest.raises(ValueError, match=r"threads is 2, more than the cores of a Spark task \(1\)"):
            gram_cpu.spark.score(frame, threads=2)
        with pytest.raises(ValueError, match="threads is 0"):
            gram_cpu.spark.score(frame, threads=0)
        with pytest.raises(ValueError, match=r"column 'margin'.*rename it, or keep the others: keep=\['id', "):
            gram_cpu.spark.score(frame.withColumnRenamed("price", "margin"))
        with pytest.raises(ValueError, match="'ID' and the verdicts' 'id' are one name"):
            gram_cpu.spark.score(frame.withColumnRenamed("id", "ID"))


class TestRay:
    @pytest.fixture(scope="class")
    @classmethod
    def ray(cls):
        ray = pytest.importorskip("ray")
        pytest.importorskip("ray.data")
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, configure_logging=False)
        ray.data.DataContext.get_current().enable_progress_bars = False
        yield ray
        ray.shutdown()

    def test_pairs_and_empty_blocks(self, ray, judge):
        import gram_cpu.ray

        tables = [pa.Table.from_pylist(PAIRS)]
        tables = [tables[0].slice(0, 4), tables[0].slice(0, 0), tables[0].slice(4)]
        scored = gram_cpu.ray.score(ray.data.from_arrow(tables), batch_rows=3)
        assert_same(scored.take_all(), verdicts_of(judge, PAIRS))

    def test_nested_messages(self, ray, judge):
        import gram_cpu.ray

        data = ray.data.from_arrow(pa.Table.from_pylist(MESSAGES))
        assert_same(gram_cpu.ray.score(data).take_all(), verdicts_of(judge, MESSAGES))

    def test_what_is_refused(self, ray):
        import gram_cpu.ray

        data = ray.data.from_arrow(pa.Table.from_pylist(PAIRS[:2]))
        with pytest.raises(ValueError, match=r"threads is 4, more than the CPUs of an actor \(2\)"):
            gram_cpu.ray.score(data, cpus=2, threads=4)


class TestDask:
    @pytest.fixture(scope="class")
    @classmethod
    def client(cls):
        dask = pytest.importorskip("dask")
        pytest.importorskip("dask.dataframe")
        distributed = pytest.importorskip("distributed")
        with contextlib.ExitStack() as stack:
            stack.enter_context(dask.config.set({"dataframe.convert-string": False}))  # which makes texts of lists
            cluster = distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
            )
            yield stack.enter_context(distributed.Client(stack.enter_context(cluster)))

    @staticmethod
    def frame(rows, parts):
        import dask.dataframe
        import pandas

        return dask.dataframe.from_pandas(pandas.DataFrame(rows), npartitions=parts)

    @staticmethod
    def rows_of(frame):
        return pa.Table.from_pandas(frame.compute(), preserve_index=False).to_pylist()

    def test_pairs_and_empty_partitions(self, client, judge):
        import gram_cpu.dask

        frame = self.frame(PAIRS, 4)
        assert_same(self.rows_of(gram_cpu.dask.score(frame)), verdicts_of(judge, PAIRS))
        few = frame[frame["id"] >= 1009]
        assert_same(self.rows_of(gram_cpu.dask.score(few)), verdicts_of(judge, PAIRS[9:]))

    def test_nested_messages(self, client, judge):
        import gram_cpu.dask

        assert_same(self.rows_of(gram_cpu.dask.score(self.frame(MESSAGES, 2))), verdicts_of(judge, MESSAGES))

    def test_messages_that_dask_made_texts_of_are_refused(self, client):
        import dask

        import gram_cpu.dask

        with dask.config.set({"dataframe.convert-string": True}):
            frame = self.frame(MESSAGES, 2)
            with pytest.raises(ValueError, match="column 'chosen' holds messages that Dask has made texts of"):
                gram_cpu.dask.score(frame)

    def test_verdicts_go_into_parquet(self, client, tmp_path):
        import gram_cpu.dask

        # One partition has no verdict at all, another has no error.
        names = (
            "id",
            "question",
            "response1",
            "response2",
        )  # the others are objects to pandas, which Dask cannot write
        rows = [{name: PAIRS[i][name] for name in names} for i in (0, 1, 3, 3)]
        gram_cpu.dask.score(self.frame(rows, 2)).to_parquet(tmp_path / "out")
        table = pytest.importorskip("pyarrow.parquet").read_table(tmp_path / "out")
        assert table.column("error_code").to_pylist() == [None, None, "wrong_type", "wrong_type"]
        assert table.column("orders_agree").to_pylist()[2:] == [None, None]

    def test_more_threads_than_a_worker_has_cores(self, client):
        import gram_cpu.dask

        cores = len(os.sched_getaffinity(0))
        with pytest.raises(ValueError, match=f"threads is {cores + 1}, more than a worker's share of"):
            gram_cpu.dask.score(self.frame(PAIRS[:2], 1), threads=cores + 1)
