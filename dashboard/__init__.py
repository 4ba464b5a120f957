"""Clickwatch: finds anomalies in per-user activity counts."""

__version__ = "0.1.0"
