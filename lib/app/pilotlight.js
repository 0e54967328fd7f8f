// Our only script: saves figures as files, and keeps plotly's own buttons out of the tab order.
//
// Streamlit bundles plotly.js and keeps it to itself, so that there is no `Plotly` to call. A chart's camera button is
// called instead: it reads the wanted format and size from the chart's context, and copies data and layout at once, so
// that both can be set for the click and put back after it.
(() => {
  "use strict";

  const WIDTH = 960; // px, the same on every screen, so that a figure is the same from every reader
  const PNG_SCALE = 4; // 3840 px: 300 dpi at 32 cm
  const TITLE = { size: 20, line: 27, pad: 16 }; // px; line is 1.3 times the size, plotly's own spacing
  const EDGE = 12; // px between an axis title and the edge, which on the page is the space around the chart
  const PATIENCE = 20000; // ms until an export counts as failed

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-export]");
    const figure = button?.closest("[class*='st-key-figure-']");
    if (figure) save(figure, button);
  });

  async function save(figure, button) {
    const format = button.dataset.export;
    const status = button.parentElement.querySelector("[role=status]");
    const tell = (text) => status && (status.textContent = text);
    tell(`Preparing ${format.toUpperCase()} …`);
    try {
      const chart = figure.querySelector(".js-plotly-plot");
      tell(`Saved ${await exported(chart, format, heading(figure), nameOf(figure))}`);
    } catch (error) {
      tell(`${format.toUpperCase()} could not be saved: ${error.message}`);
    }
  }

  const heading = (figure) => (figure.querySelector("h2, h3")?.innerText ?? "").trim();
  const nameOf = (figure) => figure.className.match(/st-key-figure-([\w-]+)/)[1];

  // Resolves to the name of the file once plotly has handed it to the browser.
  function exported(chart, format, title, filename) {
    const camera = chart?.querySelector(".modebar-btn[data-title^='Download']");
    if (!camera) throw new Error("the chart is not drawn yet");
    if (chart._snapshotInProgress) throw new Error("another export is under way");
    const { layout, _context: context } = chart;
    const { toImageButtonOptions } = context;
    const titled = withTitle(layout, chart._fullLayout, title);
    const scale = format === "png" ? PNG_SCALE : 1;
    context.displayNotifier = false; // the status beside the button tells what it would tell over the page
    try {
      chart.layout = titled;
      context.toImageButtonOptions = { format, filename, width: WIDTH, height: titled.height, scale };
      const file = handedOver(chart, `${filename}.${format}`);
      camera.click();
      return file;
    } finally {
      chart.layout = layout;
      context.toImageButtonOptions = toImageButtonOptions;
    }
  }

  // Plotly tells nobody but its own notifier: its click on a link with our file name is the success, and the end of
  // its work without that click the failure.
  function handedOver(chart, file) {
    return new Promise((resolve, reject) => {
      const began = performance.now();
      const end = (settle, value) => {
        clearInterval(poll);
        document.removeEventListener("click", seen, true);
        settle(value);
      };
      const seen = (event) => event.target.closest?.("a[download]")?.download === file && end(resolve, file);
      const look = () => {
        if (!chart._snapshotInProgress) end(reject, new Error("the browser could not draw it"));
        else if (performance.now() - began > PATIENCE) end(reject, new Error("it took too long"));
      };
      document.addEventListener("click", seen, true);
      const poll = setInterval(look, 200);
    });
  }

  // The layout with the title above everything else; colours, and so light or dark, stay as they are seen.
  function withTitle(layout, full, title) {
    const lines = wrapped(title, `${TITLE.size}px ${full.font.family}`, WIDTH - 2 * TITLE.pad);
    const { margin } = full;
    const extra = lines.length ? lines.length * TITLE.line + TITLE.pad : 0;
    return {
      ...layout,
      height: full.height + extra + EDGE,
      margin: { ...margin, t: margin.t + extra, l: margin.l + EDGE, b: margin.b + EDGE },
      title: {
        text: lines.map(literal).join("<br>"),
        font: { size: TITLE.size, color: full.font.color },
        ...{ x: 0, xref: "container", xanchor: "left", y: 1, yref: "container", yanchor: "top" },
        pad: { l: TITLE.pad, t: TITLE.pad },
      },
    };
  }

  function wrapped(text, font, width) {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = font;
    const lines = [];
    for (const word of text.split(/\s+/).filter(Boolean)) {
      const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
      if (lines.length && pen.measureText(longer).width <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  }

  // plotly reads tags and entities in texts
  const literal = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

  // What the camera does, the buttons below the chart do; one look a frame at most, however much Streamlit redraws.
  let due = 0;
  const untab = () => {
    due = 0;
    for (const button of document.querySelectorAll(".modebar-btn:not([tabindex='-1'])")) button.tabIndex = -1;
  };
  const watched = { childList: true, subtree: true };
  new MutationObserver(() => (due ||= requestAnimationFrame(untab))).observe(document.documentElement, watched);
})();
