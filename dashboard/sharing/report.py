"""A run as one HTML page that stands alone: it opens anywhere and asks nobody for anything.

Only the two scripts of the page may run, known to the browser by their digests, and nothing may be
fetched: the page's own policy forbids both, whatever names the data holds.
"""

import base64
import hashlib
import json
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from dashboard.charts import PLOTLY_CONFIG, format, user_sentence  # noqa: A004
from dashboard.runs.results import Results
from dashboard.runs.triage import Triage
from dashboard.runs.views import Query
from dashboard.sharing.drift_words import again_sentences
from dashboard.sharing.figures import packed_figures, user_figure, view_figures
from dashboard.sharing.findings_table import finding_rows, findings_sentence, review_sentences
from dashboard.sharing.recent import recent_story, recent_view
from dashboard.sharing.reproducing import command_lines, files_sentence, python_lines
from dashboard.sharing.wording import (
    facts_rows,
    method_sentences,
    settings_rows,
    summary_sentences,
    trust_sentences,
)

SHOWN_USERS = 50
TEMPLATES = Path(__file__).parent / "templates"


def write_report(results: Results, path: Path, *, top: int = 5) -> None:
    """Write the report of a finished run; the `top` strangest users get a chart of their own."""
    path.write_text(report_html(results, top=top), encoding="utf-8", newline="\n")


def report_html(results: Results, judged: Triage | None = None, *, top: int = 5) -> str:
    """Return the report of a finished run as HTML with everything inside (5 to 7 MB).

    judged: its findings with what was said of them; None: nothing was.
    """
    view = results.view(Query(top=SHOWN_USERS))
    stories = [results.user(int(index)) for index in view.users["user_index"].head(top)]
    figures = view_figures(results, recent_view(view))
    user_figures = [user_figure(recent_story(story)) for story in stories]
    chart_script = _chart_script()
    rows = finding_rows(results, judged)
    return _template().render(
        manifest=results.manifest,
        view=view,
        users=list(view.users.itertuples()),
        stories=list(zip(stories, user_figures, strict=True)),
        figures=figures,
        summary=summary_sentences(results.manifest, view),
        again=again_sentences(results.manifest),
        findings=rows,
        reviewed=any(row.reviews for row in rows),
        findings_told=findings_sentence(results, judged, len(rows)),
        reviews=review_sentences(judged),
        trust=trust_sentences(results.manifest, view, results.self_test(), judged),
        method=method_sentences(results.manifest.settings),
        settings=settings_rows(results.manifest.settings),
        facts=facts_rows(results.manifest),
        files=files_sentence(results.manifest),
        command=command_lines(results.manifest),
        program=python_lines(results.manifest),
        figures_packed=packed_figures([*figures.values(), *user_figures]),
        plotly_script=Markup(_plotly_script()),  # noqa: S704
        chart_script=Markup(chart_script),  # noqa: S704
        script_digests=[_digest(_plotly_script()), _digest(chart_script)],
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        "count": format.format_count,
        "score": format.format_score,
        "error": format.format_error,
        "p_value": format.format_p_value,
        "name": format.format_name,
        "time": format.format_time,
        "story": user_sentence,
    }
    return environment.get_template("report.html")


@cache
def _plotly_script() -> str:
    return get_plotlyjs().replace("\r\n", "\n")


def _chart_script() -> str:
    script = (TEMPLATES / "report.js").read_text(encoding="utf-8")
    return script.replace("PLOTLY_CONFIG", json.dumps(PLOTLY_CONFIG))


def _digest(script: str) -> str:
    """Return a script's digest as a content security policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
