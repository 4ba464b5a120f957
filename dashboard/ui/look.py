"""The look that Streamlit's theme cannot say: spacing, figures, phones."""

import streamlit as st

_STYLE = """
<style>
.stMainBlockContainer{max-width:1320px;padding-top:4.5rem;padding-bottom:4rem}
.st-key-account{margin-bottom:-2.5rem;position:relative;z-index:1;pointer-events:none}
.st-key-account button{pointer-events:auto}
.st-key-shared{margin-top:.5rem}
h1{font-size:2rem!important;padding-bottom:.6rem!important}
h2{font-size:1.35rem!important}
h3{font-size:1.1rem!important}
[data-testid="stMetricValue"]{font-variant-numeric:tabular-nums;font-size:1.6rem}
[data-testid="stMetricLabel"] p{font-size:.875rem}
.st-key-chips button,.st-key-clusters button{border-radius:1rem;min-height:2rem;padding:.1rem .75rem}
.st-key-day_panel,.st-key-user_panel{scroll-margin-top:4.5rem}
[class*="st-key-name_of_"]{flex-wrap:nowrap!important}
[data-testid="stPageLink"] p{white-space:normal!important}
a:focus-visible{outline:2px solid currentColor!important;outline-offset:1px}
[data-testid="stCaptionContainer"] code{color:inherit!important}
ol.model-drawing,ol.model-drawing li{margin:0!important;padding:0!important}
@media (min-width:641px){
 .st-key-share{margin:-3.5rem 0 0 auto}
 .st-key-finding_head{flex-wrap:nowrap!important}
}
.stMain [data-testid="stTable"] td{overflow-wrap:anywhere}
@media (max-width:640px){
 [data-testid="stTable"] :is(td,th){padding:.3rem .35rem!important;font-size:.8rem;line-height:1.3}
 .stMainBlockContainer{padding-left:1rem;padding-right:1rem}
 h1{font-size:1.6rem!important}
 [data-testid="stButtonGroup"] [role="radiogroup"]{flex-wrap:wrap}
 [data-testid="stElementToolbar"]{display:none}
 .st-key-judging,:has(>.st-key-judging){order:1}
 .st-key-finding_head>:first-child,.st-key-user_head>:first-child,.st-key-day_head>:first-child{flex:1 0 100%!important}
}
@media (hover:none) and (pointer:coarse){
 button kbd{display:none!important}
}
</style>
"""
# White words on the dark theme's bright blue would have a contrast of 3.2 only; on this, of 5.1.
_DARK_STYLE = """
<style>
[data-testid^="stBaseButton-primary"]{background:#2a6ad0!important;border-color:#2a6ad0!important}
[data-tag]{background:#2a6ad0!important}
[data-testid^="stBaseButton-primary"]:hover{background:#3475dc!important}
</style>
"""


def add_look() -> None:
    """Add the style sheet to the page."""
    st.html(_STYLE + (_DARK_STYLE if is_dark() else ""))


def is_dark() -> bool:
    """Whether this person's browser shows the dark theme."""
    return st.context.theme.type == "dark"


def is_phone() -> bool:
    """Whether this person's browser says that it runs on a phone."""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")
