#!/usr/bin/env python3
"""spark_rate.py MODEL.gram [ROWS]: pairs an hour of Spark, two executors of one core, and of one process, two threads.

The same rows through both, in turns; the model should be a real one or `gram-cpu synth --preset qwen3-1.7b`.
"""

import os
import sys
import time

import pyarrow as pa
from pyspark.sql import SparkSession

import gram_cpu.spark
from gram_cpu import Judge


def make_rows(count):
    """Pairs of some hundred tokens."""
    words = "one answer follows the other and neither of them is long enough to be of any use to the reader "
    return [(f"Question {i}: " + words * 2, words * 4 + str(i), words * 4 + str(-i)) for i in range(count)]


def main():
    """Three turns."""
    model, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 40
    rows = make_rows(count)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    spark = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.executorEnv.PYTHONPATH", os.environ.get("PYTHONPATH", ""))
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    frame = spark.createDataFrame(rows, "question string, response1 string, response2 string").repartition(2).cache()
    table = pa.table(dict(zip(("question", "response1", "response2"), map(list, zip(*rows)))))
    alone, engine = [], []
    with Judge(model, threads=2) as judge:
        judge.score(rows[:1])
        gram_cpu.spark.score(frame.limit(2), model, keep=False).collect()  # workers open the model
        for _ in range(3):
            start = time.monotonic()
            judge.score_table(table)
            alone.append(count * 3600 / (time.monotonic() - start))
            start = time.monotonic()
            scored = gram_cpu.spark.score(frame, model, keep=False).collect()
            engine.append(count * 3600 / (time.monotonic() - start))
            assert len(scored) == count
            print(f"one process {alone[-1]:.0f}, spark {engine[-1]:.0f} pairs an hour", flush=True)
    spark.stop()
    print(f"spark / one process: {max(engine) / max(alone):.2f}")


if __name__ == "__main__":
    main()
