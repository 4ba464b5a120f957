"""A folder may be watched: what came into it, and who has been told."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the two tables; they begin empty."""
    op.create_table(
        "arrivals",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("watch", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("run_id", sa.String(40)),
        sa.Column("problem", sa.Text),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("decided", sa.Float),
        sa.UniqueConstraint("watch", "digest"),
    )
    op.create_table(
        "notices",
        sa.Column(
            "arrival",
            sa.Integer,
            sa.ForeignKey("arrivals.sequence", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("target", sa.String(64), primary_key=True),
        sa.Column("due", sa.Float, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("sent", sa.Float),
    )
