// Our only script: saves figures as files, copies text, hands over files that the server has made, and keeps plotly's own
// buttons out of the tab order.
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

  // ---- text to the clipboard

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button[data-copy]");
    if (!button) return;
    const status = button.parentElement.querySelector("[role=status]");
    const done = await copied(button.dataset.copy);
    if (status) status.textContent = done ? "Copied" : "The browser did not allow it; select the text below instead";
  });

  // Only secure pages have a clipboard to write to; elsewhere a selection is copied, as browsers always could.
  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const active = document.activeElement;
      const area = Object.assign(document.createElement("textarea"), { value: text });
      (active?.closest("[role=dialog]") ?? document.body).append(area); // a dialog keeps the focus inside
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      active?.focus();
      return done;
    }
  }

  // ---- files that the server has made: the click that asked for one has been made already

  const handed = new Set();
  const handOver = () => {
    for (const place of document.querySelectorAll("[class*='st-key-handover-']")) {
      const button = place.querySelector("button");
      const name = place.className.match(/st-key-handover-(\d+)/)[1];
      if (!button || handed.has(name)) continue;
      handed.add(name);
      button.click();
    }
  };

  // What the camera does, the buttons below the chart do; one look a frame at most, however much Streamlit redraws.
  let due = 0;
  const untab = () => {
    for (const button of document.querySelectorAll(".modebar-btn:not([tabindex='-1'])")) button.tabIndex = -1;
  };
  const look = () => {
    due = 0;
    untab();
    handOver();
  };
  const watched = { childList: true, subtree: true };
  new MutationObserver(() => (due ||= requestAnimationFrame(look))).observe(document.documentElement, watched);
})();

// ---- the page Present: keys that turn its slides, those of clickers among them, and a black screen
//
// Its buttons have the arrow keys as shortcuts, which also work where no route serves this script; but presses that come
// faster than the app answers would be one press to it. So they are counted here, and the slide is asked for by number.
(() => {
  "use strict";

  const TURNS = {
    ...{ ArrowRight: "next", PageDown: "next", " ": "next", ArrowLeft: "previous", PageUp: "previous" },
    ...{ Home: "first", End: "last" },
  };
  const BLANKS = ["b", "B", "."];
  const ENDS = [...Object.keys(TURNS), ...BLANKS, "ArrowUp", "ArrowDown", "Escape", "Enter"];
  const FIELDS = "input, textarea, select, [contenteditable=true], [role=combobox], [role=listbox], [role=slider]";
  const LOOK = 25; // ms between two looks at which slide is shown
  const LOST = 3000; // ms after which a slide that was asked for is asked for again

  // Before anybody else hears the key: while the screen is black, a key does nothing but end that.
  window.addEventListener("keydown", heard, true);
  window.addEventListener("popstate", () => (lit(), stay())); // Back leaves the slide, and what comes is to be seen

  function heard(event) {
    const field = event.target.closest?.(FIELDS);
    if (event.ctrlKey || event.metaKey || event.altKey || !shown()) return;
    if (black) {
      if (ENDS.includes(event.key)) taken(event, lit);
    } else if (field) {
      if (event.key === "Escape") field.blur(); // so that the keys turn slides again
    } else if (BLANKS.includes(event.key)) {
      taken(event, blank);
    } else if (TURNS[event.key] && !(event.key === " " && event.target.closest?.("button, a, summary"))) {
      taken(event, () => turn(TURNS[event.key]));
    }
  }

  function taken(event, act) {
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }

  // ---- slides: the one that is wanted, the one that was asked for, and when

  let wanted = null;
  let asked = null;
  let since = 0;
  let looking = 0;
  let seen = null;

  // Which slide is shown, of how many; nothing on other pages. While slides are turned the page is drawn anew, and then
  // what was last seen counts.
  const shown = () => {
    const count = document.querySelector(".st-key-bar .count")?.textContent.match(/\d+/g)?.map(Number);
    if (count) seen = count;
    return count ?? (looking ? seen : null);
  };

  function turn(to) {
    const [now, last] = shown();
    const from = wanted ?? now;
    wanted = Math.min(Math.max({ next: from + 1, previous: from - 1, first: 1, last }[to], 1), last);
    looking ||= setInterval(look, LOOK);
    look();
  }

  function look() {
    const [now] = shown();
    const waited = performance.now() - since;
    if (now === wanted && (asked === null || asked === wanted)) return stay();
    if (asked !== null && asked !== now && waited < LOST) return;
    const button = document.querySelector(`.st-key-slide-${wanted} button`);
    if (!button) return waited < LOST || stay(); // drawn anew just now, or the page was left
    [asked, since] = [wanted, performance.now()];
    button.click();
  }

  function stay() {
    clearInterval(looking);
    [wanted, asked, looking] = [null, null, 0];
  }

  // ---- the black screen

  let black = null;

  function blank() {
    black = Object.assign(document.createElement("div"), { id: "black", role: "img", ariaLabel: "Black screen" });
    Object.assign(black.style, { position: "fixed", inset: "0", background: "#000", zIndex: "2147483647" });
    black.addEventListener("click", lit);
    document.body.append(black);
  }

  function lit() {
    black?.remove();
    black = null;
  }
})();
