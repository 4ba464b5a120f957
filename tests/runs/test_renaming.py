"""Where users have other names, nothing in a manifest tells the true ones."""

import pytest

from dashboard.data.reading import Reading
from dashboard.runs.manifest import Dataset
from dashboard.runs.renaming import with_other_names
from tests.charts.made_up import make_manifest, make_view

MANIFEST = make_manifest(make_view())


@pytest.mark.parametrize(
    ("columns", "kept"), [(("ann", "<b>late</b>"), None), (("clicks",), ("clicks",))]
)
def test_columns_that_are_users_are_left_out_of_how_the_file_was_read(
    columns: tuple[str, ...], kept: tuple[str, ...] | None
) -> None:
    reading = Reading(layout="days-down", counts=columns, missing="unknown")
    dataset = Dataset(name="counts.csv", digest="", reading=reading)
    manifest = MANIFEST.model_copy(update={"dataset": dataset})
    told = with_other_names(manifest, {"<b>late</b>": "user-1"})
    assert told.unscored_users == ("user-1",)
    assert told.dataset.reading is not None
    assert told.dataset.reading.counts == kept
    assert told.dataset.reading.missing == "unknown"
