"""Dask with worker processes, one of which is killed."""

import time

import dask
import dask.dataframe
import pandas
import trial
from dask.distributed import Client, LocalCluster

import gram_cpu.dask


def main():
    """Scores the rows with two worker processes."""
    rows = trial.make_rows()
    expected = trial.reference(rows)
    dask.config.set({"distributed.scheduler.allowed-failures": 10})
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        client = Client(cluster)
        frame = dask.dataframe.from_pandas(pandas.DataFrame(rows), npartitions=40)
        with trial.Killer():
            start = time.monotonic()
            # The verdicts have a `label`, too.
            scored = gram_cpu.dask.score(frame, keep=["id", "question"]).compute()
            print(f"dask {dask.__version__}: {time.monotonic() - start:.1f} s")
        client.close()
    results = scored.astype(object).where(scored.notna(), None).to_dict("records")
    trial.compare(results, expected, "dask, 2 worker processes")


if __name__ == "__main__":
    main()
