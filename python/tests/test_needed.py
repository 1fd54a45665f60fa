"""A library that is not installed is one line that says what to do."""

import subprocess
import sys

import pytest

HIDE = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in HIDDEN:
            raise ModuleNotFoundError(f'No module named {name!r}', name=name)
sys.meta_path.insert(0, Hidden())
try:
    CALL
except ImportError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("hidden", "call", "said"),
    [
        ("pyarrow", "import gram_cpu; gram_cpu.Judge(threads=1).score_table(None)", "score_table needs pyarrow"),
        ("pyspark", "import gram_cpu.spark; gram_cpu.spark.score(None)", "gram-cpu[spark]"),
        ("pyarrow", "import gram_cpu.spark; gram_cpu.spark.score(None)", "gram_cpu.spark needs pyarrow: pip install"),
        ("ray", "import gram_cpu.ray; gram_cpu.ray.score(None)", "gram_cpu.ray needs ray: pip install 'gram-cpu[ray]'"),
        ("ray", "import gram_cpu.ray; gram_cpu.ray.Scorer()", "gram_cpu.ray needs ray"),
        ("dask", "import gram_cpu.dask; gram_cpu.dask.score(None)", "gram_cpu.dask needs dask: pip install"),
        ("datatrove", "import gram_cpu.datatrove", "gram_cpu.datatrove needs datatrove: pip install"),
        ("pyarrow", "import gram_cpu.datasets; gram_cpu.datasets.scorer(threads=1)({})", "datasets needs pyarrow"),
        ("pyarrow", "from gram_cpu import parquet; parquet._import_parquet()", "Parquet needs pyarrow"),
    ],
)
def test_a_missing_library_is_a_line(hidden, call, said):
    if hidden != "pyarrow":
        pytest.importorskip("pyarrow")  # which is asked for first
    code = f"HIDDEN = {[hidden]!r}" + HIDE.replace("CALL", call.replace("; ", "\n    "))
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said in outcome.stdout and outcome.stdout.count("\n") == 1, outcome.stdout


def test_what_is_there_and_broken_speaks_for_itself(tmp_path, monkeypatch):
    from gram_cpu._needed import needed

    (tmp_path / "gram_broken.py").write_text("raise ImportError('a symbol is missing')")
    (tmp_path / "gram_wanting.py").write_text("import gram_nowhere")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ImportError, match="a symbol is missing"):
        needed("gram_broken", "this")
    with pytest.raises(ImportError, match="this needs gram_nowhere: pip install gram_nowhere"):
        needed("gram_wanting", "this")
