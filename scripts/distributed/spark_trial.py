"""PySpark in local-cluster mode: executors and workers of their own, one of which is killed."""

import os
import sys
import time

import trial
from pyspark.sql import SparkSession

import gram_cpu.spark


def main():
    """Scores the rows on a cluster of two executors with one core each."""
    rows = trial.make_rows()
    expected = trial.reference(rows)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    spark = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.executorEnv.PYTHONPATH", os.environ.get("PYTHONPATH", ""))
        .config("spark.task.maxFailures", "10")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "500")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    schema = "id string, question string, response1 string, response2 string, label string"
    frame = spark.createDataFrame([tuple(row.values()) for row in rows], schema).repartition(16)
    with trial.Killer():
        start = time.monotonic()
        # The verdicts have a `label`, too.
        scored = gram_cpu.spark.score(frame, keep=["id", "question"]).collect()
        print(f"spark {spark.version}: {time.monotonic() - start:.1f} s")
    spark.stop()
    trial.compare((row.asDict() for row in scored), expected, "spark, 2 executors of 1 core")


if __name__ == "__main__":
    main()
