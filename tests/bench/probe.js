// In every page that is measured, before anything else: clocks that start with the viewer's own event and stop at the
// first animation frame that shows what was wanted. Nothing of Playwright's lies between the two.
window.bench = (() => {
  const squash = (text) => text.replace(/\s+/g, "");
  const main = () => document.querySelector("[data-testid=stMain]");
  const charts = () => [...(main()?.querySelectorAll("[data-testid=stPlotlyChart]") ?? [])];
  const texts = (chart) =>
    [...chart.querySelectorAll(".js-plotly-plot .annotation-text, .js-plotly-plot .gtitle")].map((text) =>
      squash(text.textContent),
    );
  const captions = () =>
    [...(main()?.querySelectorAll("[data-testid=stCaptionContainer]") ?? [])].map((text) => squash(text.textContent));
  const rest = () => !document.querySelector("[data-stale=true], [data-testid=stSkeleton]");

  // Every figure says `wanted`, so does the last line of the page, and nothing of an earlier run is left.
  const shows = (wanted) =>
    charts().every((chart) => texts(chart).includes(wanted)) &&
    captions().some((text) => text.startsWith(`${wanted}·`)) &&
    rest();

  function whenever(holds, patience) {
    return new Promise((resolve, reject) => {
      const began = performance.now();
      const look = () => {
        const now = performance.now();
        if (holds()) resolve(now);
        else if (now - began > patience) reject(new Error("never shown"));
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  }

  // From the next trusted press inside `control` to `wanted`, in ms; `bench.change` is its promise.
  function arm(control, wanted, patience) {
    let began;
    const press = (event) => {
      if (event.isTrusted && event.target.closest(control)) began ??= performance.now();
    };
    for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, press, true);
    const shown = () => began !== undefined && shows(squash(wanted));
    bench.change = whenever(shown, patience)
      .then((now) => now - began)
      .finally(() => ["pointerdown", "keydown"].forEach((kind) => window.removeEventListener(kind, press, true)));
    bench.change.catch(() => {}); // told to whoever asks for it
  }

  // The moment of the first figure that is drawn with a text in it, in ms since 1970.
  const first = (patience) =>
    whenever(() => charts().some((chart) => texts(chart).some(Boolean)), patience).then(
      (now) => performance.timeOrigin + now,
    );

  // The run has ended, and a frame has passed.
  const quiet = (patience) =>
    whenever(() => rest() && document.querySelector("[data-test-script-state=notRunning]"), patience);
  const shown = (wanted, patience) => whenever(() => shows(squash(wanted)), patience);

  return { arm, first, quiet, shown, charts: () => charts().length };
})();
