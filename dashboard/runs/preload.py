"""Imported by the fork server, and by nothing else: loads TensorFlow and Keras, and runs nothing."""

from dashboard.runs.quiet import quiet_libraries

with quiet_libraries():
    import dashboard.detection.training  # noqa: F401 - the import is the purpose
