"""The few scripts of our own that a browser runs. Their digests are in the headers; no others run."""

import streamlit as st

# To the user that has been opened.
SCROLL = """
setTimeout(() => document.querySelector(".st-key-user_panel")
 ?.scrollIntoView({behavior: "smooth", block: "start"}), 150);
"""

# Where a chart can be dragged across, Streamlit has Plotly tell of clicks, but not choose by them.
CHOOSE_BY_CLICK = """
document.choosesByClick ||= !document.addEventListener("click", ({target}) => {
 const chart = target.closest?.(".js-plotly-plot");
 if (chart?._fullLayout?.clickmode !== "event" || !chart._hoverdata) return;
 const points = chart._hoverdata.map(({curveNumber, pointNumber, x, y, customdata}) =>
  ({curveNumber, pointNumber, x, y, customdata}));
 chart.emit("plotly_selected", {points});
});
"""

# A picture of a chart is drawn without the fonts of the page. Measured with them, its words would overlap.
PICTURES_FIT = """
document.picturesFit ||= !document.addEventListener("click", ({target}) => {
 const camera = target.closest?.('.modebar-btn[data-title^="Download"]');
 const font = camera?.closest(".js-plotly-plot").layout.font;
 if (!font) return;
 const {family} = font;
 font.family = "system-ui, sans-serif";
 setTimeout(() => { font.family = family; });
}, true);
"""

# One act of a person is one step for the way back. A link to another page is two for Streamlit: the new
# choice on the old page, then the page; and a page that opens something by itself adds another.
ONE_STEP_AN_ACT = """
document.oneStepAnAct ||= (() => {
 let acted = true;
 for (const act of ["pointerdown", "click", "keydown"])
  document.addEventListener(act, () => { acted = true; }, true);
 const push = history.pushState.bind(history);
 history.pushState = (...entry) => {
  acted ? push(...entry) : history.replaceState(...entry);
  acted = false;
 };
 return true;
})();
"""

# Plotly would take each touch of a chart that hears clicks for a drag: a swipe would not scroll the page, and
# a tap would choose what was tapped before. The browser's own taps and swipes do what they should.
LEAVE_TOUCHES = """
document.leavesTouches ||= !document.addEventListener("touchstart", (event) => {
 const chart = event.target.closest?.(".js-plotly-plot");
 if (chart?._fullLayout?.dragmode === "pan") event.stopPropagation();
}, {capture: true, passive: true});
"""

EVERYWHERE = (PICTURES_FIT, ONE_STEP_AN_ACT, LEAVE_TOUCHES)
SCRIPTS = (SCROLL, CHOOSE_BY_CLICK, *EVERYWHERE)


def run_script(script: str) -> None:
    """Let the browser run one of the scripts, as an element without height at this place of the page."""
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
