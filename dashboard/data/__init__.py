"""From a file to a panel: reading, column mapping, quality report, sample data."""

from dashboard.data.labels import Labels, read_label_column, read_labels
from dashboard.data.panel import Frequency, Panel
from dashboard.data.reading import Layout, Reading
from dashboard.data.report import QualityReport
from dashboard.data.sample import Sample, make_sample, sample_panel
from dashboard.data.storage import load_panel, save_panel
from dashboard.data.understand import Preview, Understood, preview, read_panel

__all__ = [
    "Frequency",
    "Labels",
    "Layout",
    "Panel",
    "Preview",
    "QualityReport",
    "Reading",
    "Sample",
    "Understood",
    "load_panel",
    "make_sample",
    "preview",
    "read_label_column",
    "read_labels",
    "read_panel",
    "sample_panel",
    "save_panel",
]
