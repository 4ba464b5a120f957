"""The one place where a problem reaches the screen."""

import re

import streamlit as st
import structlog

from dashboard.errors import ClickwatchError, NotFoundError
from dashboard.runs.database import AWAY, is_away
from dashboard.runs.space import NO_SPACE, is_full
from dashboard.ui.request_ids import request_id

LOG = structlog.get_logger()
# Where Markdown would find the beginning of a web address or the middle of an e-mail address.
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=\S)(?=@)", re.IGNORECASE)


def show_problem(error: BaseException) -> bool:
    """Show what a person can mend as its sentence; log anything else under an id that is shown.

    Returns True: nothing is left to be said.
    """
    if isinstance(error, ClickwatchError):
        show = st.warning if isinstance(error, NotFoundError) else st.error
        show(plain(str(error)), icon=":material/error:")
        return True
    if is_full(error):
        LOG.error("the disk is full", error=str(error))
        st.error(plain(NO_SPACE), icon=":material/error:")
        return True
    if is_away(error):
        LOG.error("the records cannot be reached", exc_info=error)
        st.error(plain(AWAY), icon=":material/error:")
        return True
    named = request_id()
    LOG.error("page failed", exc_info=error)
    st.error(
        f"Something went wrong on our side. Nothing of yours is lost; load the page again. "
        f"If it stays, look for **{named}** in the server's log.",
        icon=":material/bug_report:",
    )
    return True


def plain(text: str) -> str:
    """Return a text so that Markdown shows it letter by letter: names come from strangers' files.

    What looks like an address is parted by an invisible mark, for it would become a link.
    """
    text = _ADDRESS.sub("\N{WORD JOINER}", text)
    return "".join(f"\\{mark}" if mark in "\\`*_{}[]()<>#+-.!|~$:&@" else mark for mark in text)
