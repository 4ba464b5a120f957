"""Findings as a report lists them, and what was said of them."""

from datetime import UTC, datetime

from dashboard.runs.results import Results
from dashboard.runs.reviewing import Log, Person, Review, Verdict
from dashboard.runs.triage import stretch_of, triage
from dashboard.sharing.findings_table import finding_rows, findings_sentence, review_sentences
from dashboard.sharing.report import report_html

LEVEL = 2.0  # low enough for several findings
ANN = Person("secret id of ann", "Ann <b>")


def judged(results: Results, row: int, verdict: Verdict, note: str = "") -> Log:
    stretch = stretch_of(results.findings(LEVEL).iloc[row])
    made = datetime(2026, 4, 1, 9, tzinfo=UTC)
    entry = Review(
        sequence=1, stretch=stretch, verdict=verdict, note=note, person=ANN, made=made,
        number=1, step="one", withdraws=None,
    )  # fmt: skip
    return Log((entry,))


def test_the_strangest_come_first_and_what_was_judged_before_them(results: Results) -> None:
    found = results.findings(LEVEL)
    assert finding_rows(results, None)[0].user == "a,b"
    log = judged(results, len(found) - 1, Verdict.ANOMALY, "phoned")
    rows = finding_rows(results, triage(found, log, (), results.times))
    assert rows[0].reviews == ("Anomaly (Ann <b>, 1 Apr 2026): phoned",)
    assert rows[1].user == "a,b"
    assert rows[1].reviews == ()


def test_a_report_tells_the_reviews_as_text_and_no_persons_id(results: Results) -> None:
    ordered = triage(
        results.findings(LEVEL), judged(results, 0, Verdict.NORMAL, "<i>fair"), (), results.times
    )
    html = report_html(results, ordered, top=0)
    assert "Normal (Ann &lt;b&gt;, 1 Apr 2026): &lt;i&gt;fair" in html
    assert "Nobody has checked" not in html
    assert ANN.id not in html


def test_how_far_a_review_has_come_is_said(results: Results) -> None:
    found = results.findings(LEVEL)
    assert review_sentences(None) == ["Nobody has checked these findings."]
    ordered = triage(found, judged(results, 0, Verdict.ANOMALY), (), results.times)
    first = review_sentences(ordered)[0]
    assert first == f"1 of {len(found)} findings has been reviewed."


def test_which_findings_are_shown_is_said(results: Results) -> None:
    found = results.findings(LEVEL)
    ordered = triage(found, Log(()), (), results.times)
    number = len(found)
    assert findings_sentence(results, ordered, number).endswith(f"There are {number} findings.")
    assert findings_sentence(results, ordered, 2).endswith(
        f"Of {number} findings the first 2 are shown."
    )
    assert findings_sentence(results, None, 1).endswith("There is 1 finding.")
