"""What can be taken along from a run: tables, the report, the model, and how to repeat it."""

import streamlit as st

from dashboard.runs.manifest import RunManifest
from dashboard.runs.results import Results
from dashboard.runs.views import View
from dashboard.sharing.access import Sight
from dashboard.sharing.exports import FORMS, Export, Extract, Form, exports_of, user_csv
from dashboard.sharing.model_kit import has_model, kit_bytes
from dashboard.sharing.reproducing import command_lines, files_sentence, python_lines
from dashboard.ui.drawing import choose_picture_format
from dashboard.ui.folds import unfold
from dashboard.ui.kept import access_to, results_of
from dashboard.ui.problems import plain
from dashboard.ui.reports import report_of

SHOWN, WHOLE = "What is shown", "The whole run"
FORM_TITLES: dict[Form, str] = {"xlsx": "Excel", "csv": "CSV", "parquet": "Parquet", "json": "JSON"}
FORM_REMARKS: dict[Form, str] = {
    "xlsx": "One workbook with a sheet each for users, days, cells, findings and settings. Names stay as they "
    "are, leading zeros too, and none is run as a formula.",
    "csv": "A name that a spreadsheet would run as a formula has an apostrophe in front.",
    "parquet": "For pandas, DuckDB and the like: numbers, times and names exactly as they are.",
    "json": "A list of objects for each table; what is missing is null.",
}


def offer_downloads(run_id: str, results: Results, view: View, user_index: int | None) -> None:
    """Draw the downloads, those of the user that is open too; each file is made when it is asked for."""
    if opened := unfold("Downloads", ":material/download:", "downloads"):
        with opened:
            st.fragment(_offer_files)(run_id, view, user_index)
            st.markdown("**Charts**")
            choose_picture_format()
    if opened := unfold("Repeat this run", ":material/terminal:", "repeat"):
        with opened:
            _show_repeating(results.manifest)


def _offer_files(run_id: str, view: View, user_index: int | None) -> None:
    access = access_to(run_id)  # asked now: a click on a download comes without its visitor
    sight = Sight(run_id, masked=True) if access.masked or _wants_pseudonyms() else access.sight
    results = results_of(sight)
    _offer_tables(results, view)
    if user_index is not None:
        st.markdown("**The user that is open**")
        _offer(
            Export(
                f"user-{user_index}.csv",
                "text/csv",
                lambda: user_csv(results.user(user_index, view.level)),
            )
        )
    with_model = has_model(results) and access.is_owner  # a baseline has none
    st.markdown("**Report and model**" if with_model else "**Report**")
    with st.container(horizontal=True):
        _offer(Export("report.html", "text/html", lambda: report_of(sight)))
        if with_model:
            _offer(Export("model.zip", "application/zip", lambda: kit_bytes(results)))
    if with_model:
        st.caption(
            "model.zip holds the trained model, and a script that scores counts with it outside the app."
        )


def _wants_pseudonyms() -> bool:
    """Draw the choice whether users are named by pseudonyms in what is taken along."""
    return st.toggle(
        "Replace user names by pseudonyms",
        key="export_masked",
        help="In the tables and the report; the same ones as in masked links to this data. Notes stay "
        "as they were typed.",
    )


def _offer_tables(results: Results, view: View) -> None:
    st.markdown("**Tables**")
    with st.container(horizontal=True):
        scope = st.segmented_control(
            "Of", [SHOWN, WHOLE], default=SHOWN, required=True, key="export_of"
        )
        form = st.segmented_control(
            "As", FORMS, default="csv", required=True, format_func=FORM_TITLES.get, key="export_as"
        )
    exports = exports_of(Extract(results, view, whole=scope == WHOLE), form or "csv")
    with st.container(horizontal=True):
        for export in exports:
            _offer(export)
    for refusal in (export.refusal for export in exports if export.refusal):
        st.caption(f":material/block: {plain(refusal)}")
    st.caption(FORM_REMARKS[form or "csv"])


def _offer(export: Export) -> None:
    st.download_button(
        export.name,
        export.make,
        export.name,
        export.mime,
        icon=":material/download:",
        key=f"download_{export.name}",
        on_click="ignore",
        disabled=export.refusal is not None,
    )


def _show_repeating(manifest: RunManifest) -> None:
    """Draw the lines that repeat the run, to be copied."""
    st.markdown(plain(files_sentence(manifest)))
    st.code(command_lines(manifest), language="shell", wrap_lines=True)
    st.code(python_lines(manifest), language="python", wrap_lines=True)
