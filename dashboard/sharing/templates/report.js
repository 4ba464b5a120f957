"use strict";
// Unpacks the figures and draws them for the background at hand; paper is always light.
const PAPER_PIXELS = 690; // what the margins of an A4 or Letter page leave
const PAPER_HEIGHT = 860; // with a heading and a caption, no figure is cut by the end of a page
const ON_PAPER = 0.6; // as high as on the screen, so that two users share a page
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const places = document.querySelectorAll("[data-figure]");
let figures = null;

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const packed = JSON.parse(await new Response(stream).text());
  const whole = (value) => {
    if (Array.isArray(value)) return value.map(whole);
    if (value === null || typeof value !== "object") return value;
    if (Number.isInteger(value.array)) return packed.arrays[value.array];
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, whole(one)]));
  };
  return whole(packed.figures);
}

function config(place) {
  const save = (format) => (chart) =>
    Plotly.downloadImage(chart, { format, scale: format === "png" ? 2 : 1, filename: "clickwatch-" + place.dataset.figure });
  const button = (format) => ({
    name: "save-" + format,
    title: "Save as " + format.toUpperCase(),
    icon: Plotly.Icons[format === "png" ? "camera" : "disk"],
    click: save(format),
  });
  return {
    ...PLOTLY_CONFIG,
    modeBarButtonsToRemove: [...PLOTLY_CONFIG.modeBarButtonsToRemove, "toImage"],
    modeBarButtonsToAdd: [button("png"), button("svg")],
  };
}

// A figure takes the size of its place, also when the window, or what is printed, changes.
function draw(scheme, paper) {
  if (figures === null) return;
  for (const place of places) {
    const figure = figures[place.dataset.figure][scheme];
    const { height, ...layout } = figure.layout;
    const share = paper && place.dataset.figure.startsWith("user-") ? ON_PAPER : 1;
    place.style.height = (paper ? Math.min(share * height, PAPER_HEIGHT) : height) + "px";
    place.style.width = paper ? PAPER_PIXELS + "px" : "";
    Plotly.react(place, figure.data, { ...layout, autosize: true }, config(place));
  }
}

function drawForScreen() {
  draw(dark.matches ? "dark" : "light", false);
}

dark.addEventListener("change", drawForScreen);
window.addEventListener("beforeprint", () => draw("light", true));
window.addEventListener("afterprint", drawForScreen);
if (typeof DecompressionStream === "undefined") {
  for (const place of places) place.textContent = "This browser is too old to draw the chart; its text is below.";
} else {
  unpack(document.getElementById("figures").textContent).then((found) => {
    figures = found;
    drawForScreen();
  });
}
