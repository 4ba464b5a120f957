"use strict";
// Draws the figures for the background at hand; paper is always light.
const figures = JSON.parse(document.getElementById("figures").textContent);
const dark = window.matchMedia("(prefers-color-scheme: dark)");
function draw(scheme) {
  for (const place of document.querySelectorAll("[data-figure]")) {
    const figure = figures[place.dataset.figure][scheme];
    Plotly.react(place, figure.data, figure.layout, PLOTLY_CONFIG);
  }
}
function drawForScreen() {
  draw(dark.matches ? "dark" : "light");
}
dark.addEventListener("change", drawForScreen);
window.addEventListener("beforeprint", () => draw("light"));
window.addEventListener("afterprint", drawForScreen);
drawForScreen();
