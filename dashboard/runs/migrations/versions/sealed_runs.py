"""A finished run's manifest has a checksum too."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; runs that are older go on without."""
    op.add_column("runs", sa.Column("manifest_digest", sa.String(64)))
