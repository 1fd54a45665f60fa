"""Ray Data on a cluster of several nodes on this host; one of its actors is killed."""

import time

import pyarrow as pa
import ray
import trial
from ray.cluster_utils import Cluster

import gram_cpu.ray


def main():
    """Scores the rows with two actors on two nodes."""
    rows = trial.make_rows()
    expected = trial.reference(rows)
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 2})
    cluster.add_node(num_cpus=2)
    cluster.add_node(num_cpus=2)
    ray.init(address=cluster.address, log_to_driver=False)
    data = ray.data.from_arrow(pa.Table.from_pylist(rows)).repartition(32)
    with trial.Killer():
        start = time.monotonic()
        # The verdicts have a `label`, too.
        scored = gram_cpu.ray.score(data, workers=2, batch_rows=500, keep=["id", "question"]).take_all()
        print(f"ray {ray.__version__}: {time.monotonic() - start:.1f} s on {len(ray.nodes())} nodes")
    ray.shutdown()
    cluster.shutdown()
    trial.compare(scored, expected, "ray, 2 actors")


if __name__ == "__main__":
    main()
