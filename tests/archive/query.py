"""Queries the archive in a directory with DuckDB and with DataFusion, and prints the results of each as JSON."""

import json
import sys

import datafusion
import duckdb
import pyarrow

archive = sys.argv[1]

# The partitions are columns. Their days are those of the times in the files, in UTC.
queries = {
    "jobs": """
        SELECT project_id, policy_name, status, count(*) AS number, sum(duration_seconds) AS seconds
        FROM jobs GROUP BY project_id, policy_name, status ORDER BY project_id, policy_name, status
    """,
    "days": "SELECT CAST(day AS varchar) AS day, count(*) AS number FROM jobs GROUP BY day ORDER BY day",
    "disks": "SELECT count(DISTINCT resource_id) AS number FROM jobs WHERE NOT outcome_unknown",
    "recent": "SELECT count(*) AS number FROM jobs WHERE created_at >= TIMESTAMP WITH TIME ZONE '2026-01-14T22:00:00Z'",
    "backups": "SELECT status, count(*) AS number, sum(size) AS size FROM backups GROUP BY status ORDER BY status",
}


def with_duckdb():
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    for kind in ["jobs", "backups"]:
        files = f"{archive}/parquet/{kind}/*/*/*.parquet"
        database.execute(f"CREATE VIEW {kind} AS SELECT * FROM read_parquet('{files}', hive_partitioning = true)")
    return {name: database.execute(query).fetchall() for name, query in queries.items()}


def lines_with_duckdb():
    """The JSON Lines have the same jobs."""
    files = f"{archive}/jobs/*/*/*.jsonl.zst"
    rows = duckdb.execute(f"SELECT count(*) FROM read_json('{files}', hive_partitioning = true)").fetchall()
    return rows[0][0]


def with_datafusion():
    context = datafusion.SessionContext()
    partitions = [("project_id", pyarrow.string()), ("day", pyarrow.string())]
    for kind in ["jobs", "backups"]:
        context.register_parquet(
            kind, f"{archive}/parquet/{kind}", table_partition_cols=partitions, file_extension=".parquet"
        )
    rows = {name: context.sql(query).to_pylist() for name, query in queries.items()}
    return {name: [list(row.values()) for row in of_query] for name, of_query in rows.items()}


print(json.dumps({"duckdb": with_duckdb(), "datafusion": with_datafusion(), "lines": lines_with_duckdb()}, default=int))
