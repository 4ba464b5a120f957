"""The tables of the records: datasets, runs, their epochs, the workers, reviews, mutes, links and tokens."""

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
    UniqueConstraint,
)

METADATA = MetaData()

# Times are seconds since 1970, UTC: one meaning in every database.
DATASETS = Table(
    "datasets",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("owner", String(64)),  # who may see it; null: nobody's, and out of every browser's reach
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
    Index("datasets_by_owner", "owner"),
)

RUNS = Table(
    "runs",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),  # the order of the queue
    Column("id", String(40), nullable=False, unique=True),
    Column("owner", String(64)),
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
    Column("manifest_digest", String(64)),  # SHA-256 of run.json, which has those of all else
    Index("runs_by_state", "state", "sequence"),
    Index("runs_by_owner", "owner"),
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

# A log: rows are added and never changed. Those of one user of a run are numbered from 1, so that of
# two who judge at the same moment one is told of the other.
REVIEWS = Table(
    "reviews",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("user_index", Integer, nullable=False),
    Column("user", Text, nullable=False),
    Column("first", Integer, nullable=False),  # time steps by index, both included
    Column("last", Integer, nullable=False),
    Column("start", String(40), nullable=False),  # and as their labels
    Column("end", String(40), nullable=False),
    Column("feature", Text, nullable=False),
    Column("verdict", String(12), nullable=False),
    Column("note", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("made", Float, nullable=False),
    Column("number", Integer, nullable=False),
    Column("on_top_of", Integer, nullable=False),  # the number that the person had seen
    Column("step", String(40), nullable=False),  # what was done at once is withdrawn at once
    Column("withdraws", ForeignKey("reviews.sequence"), unique=True),
    UniqueConstraint("run_id", "user_index", "number"),
)

# What is remembered as normal, of a dataset and of every other reading of the same file.
MUTES = Table(
    "mutes",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("dataset_id", ForeignKey("datasets.id", ondelete="CASCADE"), nullable=False),
    Column("user", Text),
    Column("weekday", Integer),  # Monday is 0
    Column("start", String(40)),
    Column("end", String(40)),
    Column("direction", String(4)),
    Column("note", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("person_name", Text, nullable=False),
    Column("made", Float, nullable=False),
    Column("lifted", Float),
    Column("lifted_by", Text),
)

PEOPLE = Table(
    "people",
    METADATA,
    Column("id", String(200), primary_key=True),
    Column("name", Text, nullable=False),
)

LINKS = Table(
    "links",
    METADATA,
    Column("id", String(40), primary_key=True),  # names it to its owner; opens nothing
    Column("token_hash", String(64), nullable=False, unique=True),  # SHA-256; the token is not kept
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("view", JSON),  # of a link to one view: what it shows
    Column("may_review", Boolean, nullable=False, default=False),
    Column("masked", Boolean, nullable=False, default=False),
    Column("created", Float, nullable=False),
    Column("expires", Float),
    Column("revoked", Float),
    Column("last_used", Float),
    Column("uses", Integer, nullable=False, default=0),
    Index("links_by_run", "run_id"),
)

# The links that a browser has opened: what they show stays open to it for as long as they hold.
GRANTS = Table(
    "grants",
    METADATA,
    Column("link_id", ForeignKey("links.id", ondelete="CASCADE"), primary_key=True),
    Column("browser", String(64), primary_key=True),
    Column("created", Float, nullable=False),
    Index("grants_by_browser", "browser"),
)

# What programs show to act for a person: within some scopes, until it expires or is revoked.
PROGRAM_TOKENS = Table(
    "program_tokens",
    METADATA,
    Column("id", String(40), primary_key=True),  # names it to its owner; opens nothing
    Column("token_hash", String(64), nullable=False, unique=True),  # SHA-256; the token is not kept
    Column("owner", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created", Float, nullable=False),
    Column("expires", Float),
    Column("revoked", Float),
    Column("last_used", Float),
    Index("program_tokens_by_owner", "owner"),
)

# Runs that train nothing: an earlier run's model judges their dataset. That run may be gone one day.
SCORINGS = Table(
    "scorings",
    METADATA,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("model_run_id", String(40), nullable=False),
    Column("model_run_name", Text, nullable=False),
)

# Datasets that were made of an earlier one and all that was scored since.
CONTINUATIONS = Table(
    "continuations",
    METADATA,
    Column("dataset_id", ForeignKey("datasets.id", ondelete="CASCADE"), primary_key=True),
    Column("earlier_id", String(40), nullable=False),
)

# What admits one upload by command, within the hour.
UPLOAD_TOKENS = Table(
    "upload_tokens",
    METADATA,
    Column("token_hash", String(64), primary_key=True),  # SHA-256; the token is not kept
    Column("owner", String(64), nullable=False),
    Column("made", Float, nullable=False),
)

# Files that came to a watched place. watch: the run whose model judges them.
ARRIVALS = Table(
    "arrivals",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("watch", String(40), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("run_id", String(40)),
    Column("problem", Text),
    Column("created", Float, nullable=False),
    Column("decided", Float),  # when it was settled who is told of it
    UniqueConstraint("watch", "digest"),
)

# Files there that need not be fetched again. mark: a SHA-256 of the place, the name, the size and the time.
SIGHTINGS = Table(
    "sightings",
    METADATA,
    Column("watch", String(40), primary_key=True),
    Column("mark", String(64), primary_key=True),
)

# What is told of them, and to whom: a target by its SHA-256.
NOTICES = Table(
    "notices",
    METADATA,
    Column("arrival", ForeignKey("arrivals.sequence", ondelete="CASCADE"), primary_key=True),
    Column("target", String(64), primary_key=True),
    Column("due", Float, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("sent", Float),
)
