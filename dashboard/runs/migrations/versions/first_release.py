"""The schema of the first release, from which every later one is reached."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Change nothing: records without a version have this one."""
