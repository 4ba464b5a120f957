"""The tables of the records: datasets, runs, their epochs, and the workers."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

METADATA = MetaData()

# Times are seconds since 1970, UTC: one meaning in every database.
DATASETS = Table(
    "datasets",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("asked", JSON, nullable=False),  # the reading as the person gave it
    Column("reading", JSON, nullable=False),  # and as it was resolved
    Column("report", JSON),
    Column("problem", Text),
    Column("problem_line", Integer),
    Column("created", Float, nullable=False),
    Column("deleted", Float),
    Index("datasets_by_digest", "digest"),
)

RUNS = Table(
    "runs",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),  # the order of the queue
    Column("id", String(40), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("dataset_id", ForeignKey("datasets.id"), nullable=False),
    Column("settings", JSON, nullable=False),
    Column("threshold", JSON, nullable=False),
    Column("state", String(12), nullable=False),
    Column("stage", String(12), nullable=False, default=""),
    Column("epoch", Integer, nullable=False, default=0),
    Column("epochs", Integer, nullable=False),
    Column("seconds_left", Float),
    Column("created", Float, nullable=False),
    Column("started", Float),
    Column("ended", Float),
    Column("reason", Text),
    Column("deleted", Float),
    Column("attempt", Integer, nullable=False, default=0),
    Column("cancel_requested", Boolean, nullable=False, default=False),
    Column("claim", String(40)),  # who may write to this run: drawn anew by each claim
    Column("heartbeat", Float),
    Index("runs_by_state", "state", "sequence"),
)

EPOCHS = Table(
    "epochs",
    METADATA,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("loss", Float, nullable=False),
    Column("metric", Float, nullable=False),
    Column("val_loss", Float),
    Column("val_metric", Float),
    Column("seconds", Float, nullable=False),
)

WORKERS = Table(
    "workers",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("started", Float, nullable=False),
    Column("heartbeat", Float, nullable=False),
)
