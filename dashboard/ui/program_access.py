"""Access for programs: a person makes tokens for them, sees each once, and ends it."""

from urllib.parse import urlsplit

import streamlit as st

from dashboard.api.mounting import ROOT
from dashboard.errors import StoreError
from dashboard.sharing.program_tokens import LONGEST_NAME, ProgramToken, Scope, TokenTerms
from dashboard.ui.drawing import fresh_key, let_go
from dashboard.ui.kept import open_store
from dashboard.ui.problems import plain, show_problem
from dashboard.ui.secret_list import Made, SecretWords, ask_expiry, end_of, list_secrets, show_once
from dashboard.ui.wording import ago

MAY = {
    Scope.DATA_READ: "see data",
    Scope.DATA_WRITE: "send and delete data",
    Scope.RUNS_READ: "see runs and scores",
    Scope.RUNS_WRITE: "start and delete runs",
    Scope.REVIEWS_READ: "see reviews",
    Scope.REVIEWS_WRITE: "review",
}
EXPIRIES = {"7 days": 7, "30 days": 30, "1 year": 365, "Never": None}
USUAL_EXPIRY = "30 days"
WORDS = SecretWords(
    one="token",
    in_force="Tokens in force",
    icon=":material/key_off:",
    revoking="Ends it at once. For the program to go on, make another.",
    none="No program has access to what is yours.",
)
_MADE = "clickwatch_new_token"


def offer_access() -> None:
    """Draw the button that opens the dialog of tokens."""
    if st.button(
        "Access for programs", icon=":material/key:", key="programs", type="tertiary",
        help="Let a program send files, start runs and read what they found, for you.",
    ):  # fmt: skip
        st.session_state.pop(_MADE, None)
        let_go("programs")  # each time it begins with nothing allowed, whatever was chosen last
        st.dialog("Access for programs", width="medium")(show_access)()


def show_access() -> None:
    """Draw what is in the dialog: a new token, and the tokens there are."""
    keys = fresh_key("programs")
    st.caption(
        "Whoever shows a token acts for you, as far as you allow it here. "
        f"[The description]({ROOT}/openapi.json) tells all that can be asked (OpenAPI)."
    )
    with st.form(f"{keys}_form", border=False):
        left, right = st.columns([2, 1])
        name = left.text_input(
            "Program", max_chars=LONGEST_NAME, placeholder="nightly upload", key=f"{keys}_name"
        )
        with right:
            seconds = ask_expiry(EXPIRIES, USUAL_EXPIRY, f"{keys}_expiry")
        scopes = st.pills(
            "It may", list(Scope), selection_mode="multi", format_func=MAY.get, wrap=True,
            key=f"{keys}_scopes",
        )  # fmt: skip
        sent = st.form_submit_button("Make a token", type="primary", icon=":material/key:")
    if sent:
        try:
            token, shown = open_store().make_token(TokenTerms(name, tuple(scopes or ()), seconds))
        except StoreError as problem:
            st.session_state.pop(_MADE, None)
            show_problem(problem)
        else:
            st.session_state[_MADE] = Made(token.id, _example(token, shown))
    tokens = open_store().tokens()
    show_once(st.session_state.get(_MADE), tokens, language="shell")
    list_secrets(tokens, WORDS, _describe, open_store().revoke_token)


def _example(token: ProgramToken, shown: str) -> str:
    """Return the token in lines that a shell takes: an upload, or what the token allows."""
    place = urlsplit(st.context.url or "http://127.0.0.1:8501")
    ask = 'curl -H "Authorization: Bearer $TOKEN"'
    address = f"{place.scheme}://{place.netloc}{ROOT}"
    if Scope.DATA_WRITE in token.scopes:
        call = f'{ask} -T clicks.csv -X POST "{address}/datasets?name=clicks.csv"'
    else:
        call = f'{ask} "{address}/token"'
    return f"TOKEN={shown}\n{call}"


def _describe(token: ProgramToken) -> None:
    used = f"last used {ago(token.last_used)}" if token.last_used else "not used yet"
    allowed = ", ".join(MAY[scope] for scope in token.scopes)
    with st.container(gap=None):
        st.markdown(f"**{plain(token.name)}** · {end_of(token)}")
        st.caption(f"May {allowed}. Made {ago(token.created)}, {used}.")
