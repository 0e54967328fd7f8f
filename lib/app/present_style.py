"""The CSS of the page Present: a slide is laid out in a fixed measure, which is zoomed until it fills the window.

The measure is MEASURE px wide and high, or more of one of them; in it no text is smaller than 24 px. So a slide looks
the same in every window of its shape, and a projector of twice the pixels shows letters of twice the height. Windows
that are much smaller than the measure, as on a telephone or when a reader zooms in, get a page that scrolls instead.

The window is a grid: the controls and the bar to go on with take at its foot what they need, and what is told has the
rest. A figure fills what its title and the text beside it leave, however high that is.
"""

from __future__ import annotations

from math import ceil

MEASURE = (1024, 720)
"""px: the least window that holds a slide unzoomed, so that 16:9 at 1280 × 720 and 4:3 at 1024 × 768 both do."""
SMALLEST = 0.8
"""Below this zoom a window is too small for a slide."""
STEPS = (SMALLEST, 0.85, 0.9, 0.95, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.65, 1.8, 2.0, 2.25, 2.5, 2.75, 3.0, 3.5, 4.0)


def _fits(zoom: float) -> str:
    width, height = (ceil(side * zoom) for side in MEASURE)
    return f"(min-width: {width}px) and (min-height: {height}px)"


ZOOMS = "\n".join(f"@media screen and {_fits(zoom)} {{ .stApp {{ --zoom: {zoom:g}; }} }}" for zoom in STEPS)

ALWAYS = """
[data-testid="stHeader"], [data-testid="stSidebar"], [data-testid="stSidebarCollapsedControl"],
[data-testid="stElementToolbar"], .st-key-stage [data-testid="stHeaderActionElements"] { display: none !important; }
.stApp [data-testid="stMainBlockContainer"] { max-width: none; }
.st-key-stage, .st-key-stage p, .st-key-stage li, .st-key-stage table, .st-key-stage input, .st-key-stage label p,
.st-key-stage button, .st-key-stage a p, .st-key-stage [data-baseweb] *, [data-baseweb="popover"] li,
[data-baseweb="popover"] li * { font-size: var(--text); line-height: 1.25; }
.st-key-stage [data-testid="stMarkdown"] p { max-width: none; }
.st-key-stage [data-testid="stElementContainer"] { flex-shrink: 0; }
.st-key-stage p { text-wrap: pretty; }
.st-key-stage [data-testid="stHeading"] [data-testid="stMarkdownContainer"] { margin: 0; }
.st-key-stage h1 { font-size: var(--title); line-height: 1.15; padding: 0; margin: 0; text-wrap: pretty; }
.st-key-told-question h1 { font-size: var(--value); line-height: 1.2; text-wrap: balance; }
.st-key-stage .differs { margin: 0 0 0.5rem; opacity: 0.85; }
.st-key-stage .lines p { margin: 0 0 0.9rem; }
.st-key-stage .lines p:last-child { margin: 0; }
.st-key-stage .question .lines p:first-child { font-size: calc(var(--text) * 1.2); margin-bottom: 1.6rem; }
.st-key-stage .design .lines p { font-size: calc(var(--text) * 1.1); margin-bottom: 1.1rem; }
.st-key-stage .said p { margin: 0 0 0.8rem; }
.st-key-stage .limits .lines p { font-size: calc(var(--text) * 1.2); margin-bottom: 1.2rem; padding-left: 1.4rem;
  border-left: 5px solid color-mix(in srgb, currentColor 30%, transparent); }
.st-key-stage .fact-label { font-weight: 700; }
.st-key-stage .fact-value { font-size: var(--value); font-weight: 700; line-height: 1.1; white-space: nowrap; }
.st-key-stage .fact-note { font-size: var(--text); }
.st-key-stage .facts { display: grid; gap: 1.3rem 2rem; }
.st-key-stage .design .facts { grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); margin-bottom: 1.6rem;
  padding-bottom: 1.2rem; border-bottom: 2px solid color-mix(in srgb, currentColor 22%, transparent); }
.st-key-stage .design .fact-value { font-size: calc(var(--value) * 1.3); }
.st-key-stage table { border-collapse: collapse; width: 100%; margin: 0; }
.st-key-stage :is(th, td) { overflow-wrap: break-word; }
.st-key-stage :is(th, td) { text-align: left; vertical-align: top; padding: 0.35rem 16px 0.35rem 0; font-weight: 400;
  border: 0 solid color-mix(in srgb, currentColor 22%, transparent); border-bottom-width: 1px; }
.st-key-stage tr > :last-child { padding-right: 0; }
.st-key-stage thead th { font-weight: 700; }
.st-key-stage tbody tr:last-child > * { border-bottom: 0; }
.st-key-stage .stSlider label { margin-bottom: 0.9rem; }
.st-key-stage [data-testid="stSliderThumbValue"] p { white-space: nowrap; }
.st-key-stage [data-testid="stSliderTickBar"] { display: none; }
/* A chart takes its size from what it measures, which zoom would enlarge again: it is drawn unzoomed, and scaled. */
.st-key-figure { overflow: hidden; }
.st-key-figure > [data-testid="stElementContainer"]:has([data-testid="stPlotlyChart"]) {
  width: calc(100% / var(--scale) / var(--zoom)) !important; max-width: none; overflow: visible;
  height: calc(100% / var(--scale) / var(--zoom)); flex: none; zoom: calc(1 / var(--zoom)); }
.st-key-figure .js-plotly-plot { transform: scale(calc(var(--scale) * var(--zoom))); transform-origin: 0 0; }
.st-key-slides { display: none; }
.st-key-bar { border-top: 1px solid color-mix(in srgb, currentColor 22%, transparent); }
.st-key-bar .count { margin: 0; font-variant-numeric: tabular-nums; white-space: nowrap; }
.st-key-bar .hint { margin: 0; opacity: 0; }
.st-key-bar:is(:hover, :focus-within, :has(.st-key-slide-first button:disabled)) .hint { opacity: 0.85; }
.st-key-bar button { min-height: 2.5rem; padding: 0.1rem 0.6rem; border-color: transparent !important;
  background: transparent; }
.st-key-bar button [data-testid="stMarkdownContainer"], .st-key-bar button kbd {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.st-key-bar button [data-testid="stIconMaterial"] { font-size: 2rem; }
"""

FILLING = """
  .stApp { --text: 24px; --title: 36px; --value: 44px; --scale: 1; --share: 50%; }
  [data-testid="stMain"] { overflow: hidden; }
  [data-testid="stMainBlockContainer"] { zoom: var(--zoom); padding: 0; }
  [data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] { gap: 0; height: calc(100vh / var(--zoom));
    height: calc(100dvh / var(--zoom)); }
  [data-testid="stLayoutWrapper"]:has(> .st-key-stage) { flex: 1 1 0; min-height: 0; }
  .st-key-stage { display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); grid-auto-rows: auto;
    align-items: stretch; overflow: hidden; padding: 20px 40px 0; }
  .st-key-stage > [data-testid="stLayoutWrapper"]:has(> [class*="st-key-told-"]) { min-height: 0; }
  [class*="st-key-told-"] { flex-wrap: nowrap; min-height: 0; overflow: hidden auto; }
  .st-key-stage [data-testid="stHeading"] { padding-bottom: 14px; }
  .st-key-told-question { justify-content: center; }
  .st-key-told-question [data-testid="stHeading"] { padding-bottom: 36px; }
  .st-key-whatif { padding: 8px 0 10px; }
  [data-testid="stLayoutWrapper"]:has(> .st-key-beside) { flex: 1 1 0; min-height: 0; }
  .st-key-beside { flex-wrap: nowrap; align-items: stretch; min-height: 0; container-type: size; }
  .st-key-beside > [data-testid="stElementContainer"] { flex: 1 1 0; min-width: 0; overflow: hidden auto; }
  .st-key-beside > [data-testid="stLayoutWrapper"] { flex: 0 0 max(var(--width), var(--share)); min-width: 0;
    min-height: 0; max-height: 640px; }
  /* Facts come closer to each other, and their numbers become smaller, before they leave their room. */
  .st-key-beside .facts { gap: clamp(6px, 16cqh - 56px, 1.3rem); }
  .st-key-beside .fact-value { font-size: clamp(36px, 20cqh - 48px, var(--value)); }
  .st-key-bar { height: 54px; flex: none; }
"""

FLOWING = """
  .stApp { --text: 18px; --title: 26px; --value: 32px; --scale: 0.6; --zoom: 1; }
  @media (max-width: 380px) { .stApp { --scale: 0.47; } }
  .st-key-stage { gap: 1rem; }
  .st-key-stage [data-testid="stHeading"] { padding-bottom: 0.7rem; }
  .stApp [data-testid="stMainBlockContainer"] { padding-top: 1rem; }
  .st-key-bar { flex-wrap: wrap; }
  .st-key-beside > [data-testid="stElementContainer"] { flex: 1 1 18rem; min-width: min(18rem, 100%); }
  .st-key-beside > [data-testid="stLayoutWrapper"] { flex: 0 1 calc(600px * var(--scale));
    min-width: calc(var(--width) * var(--scale)); }
  .st-key-figure { height: calc(var(--height) * var(--scale)); }
"""

WIDE = """
  .stApp { --title: 38px; --value: 50px; --share: 53%; }
"""
"""What a window of 16:9 has room for beside a figure."""

PRINTED = """
@media print {
  .st-key-bar, .st-key-whatif { display: none !important; }
  .stApp [data-testid="stMainBlockContainer"] { zoom: 0.9; padding: 0; }
}
"""

CSS = (
    f"{ALWAYS}\n{ZOOMS}\n@media screen and {_fits(SMALLEST)} {{{FILLING}}}\n"
    f"@media screen and {_fits(SMALLEST)} and (min-aspect-ratio: 8/5) {{{WIDE}}}\n"
    f"@media not screen and {_fits(SMALLEST)} {{{FLOWING}}}\n{PRINTED}"
)
