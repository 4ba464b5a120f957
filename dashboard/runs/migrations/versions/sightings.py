"""A watched place may be an object store: which of its files have been seen to is remembered."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table; what was taken in before is found out anew by its content, once."""
    op.create_table(
        "sightings",
        sa.Column("watch", sa.String(40), primary_key=True),
        sa.Column("mark", sa.String(64), primary_key=True),
    )
