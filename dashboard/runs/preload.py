"""Imported by the fork server, and by nothing else: loads all that a training needs, and runs nothing."""

from dashboard.runs.quiet import quiet_libraries

with quiet_libraries():
    import dashboard.detection.models.counts_training
    import dashboard.detection.warm
    import dashboard.runs.child  # noqa: F401 - the imports are the purpose
