"""Full references for a manuscript: those of the guidelines and methods that registries name in short."""

from __future__ import annotations

from collections.abc import Mapping

ESTIMAND_SOURCE = (
    "ICH E9(R1) (2019). Addendum on estimands and sensitivity analysis in clinical trials. International Council for "
    "Harmonisation"
)
MULTIVERSE_SOURCES = (
    "Steegen, Tuerlinckx, Gelman & Vanpaemel (2016). Increasing transparency through a multiverse analysis. Perspect "
    "Psychol Sci 11:702-712. doi:10.1177/1745691616658637",
    "Simonsohn, Simmons & Nelson (2020). Specification curve analysis. Nat Hum Behav 4:1208-1214. "
    "doi:10.1038/s41562-020-0912-z",
)
ZERO_EVENTS_SOURCE = (
    "Hanley & Lippman-Hand (1983). If nothing goes wrong, is everything all right? JAMA 249:1743-1745. "
    "doi:10.1001/jama.1983.03330370053031"
)
PROPORTION_SOURCE = (
    "Clopper & Pearson (1934). The use of confidence or fiducial limits illustrated in the case of the binomial. "
    "Biometrika 26:404-413. doi:10.1093/biomet/26.4.404"
)
SOFTWARE_SOURCES: Mapping[str, str] = {
    "scipy": (
        "Virtanen et al. (2020). SciPy 1.0: fundamental algorithms for scientific computing in Python. Nat Methods "
        "17:261-272. doi:10.1038/s41592-019-0686-2"
    ),
    "numpy": "Harris et al. (2020). Array programming with NumPy. Nature 585:357-362. doi:10.1038/s41586-020-2649-2",
}
"""Package → what its authors ask to be cited."""

IN_FULL: Mapping[str, str] = {
    "Hopewell et al. 2025, doi 10.1136/bmj-2024-081123": (
        "Hopewell et al. (2025). CONSORT 2025 statement: updated guideline for reporting randomised trials. BMJ "
        "388:e081123. doi:10.1136/bmj-2024-081123"
    ),
    "Pandis et al. 2017, BMJ 357:j2835, doi 10.1136/bmj.j2835": (
        "Pandis et al. (2017). CONSORT 2010 statement: extension checklist for reporting within person randomised "
        "trials. BMJ 357:j2835. doi:10.1136/bmj.j2835"
    ),
    "Eldridge et al. 2016, BMJ 355:i5239, doi 10.1136/bmj.i5239": (
        "Eldridge et al. (2016). CONSORT 2010 statement: extension to randomised pilot and feasibility trials. BMJ "
        "355:i5239. doi:10.1136/bmj.i5239"
    ),
    "ICH E9(R1) 2019, A.5": ESTIMAND_SOURCE,
    "Rubin 1976, Biometrika 63:581-592": (
        "Rubin (1976). Inference and missing data. Biometrika 63:581-592. doi:10.1093/biomet/63.3.581"
    ),
    "Higgins, White & Wood 2008, Clin Trials 5:225-239": (
        "Higgins, White & Wood (2008). Imputation methods for missing outcome data in meta-analysis of clinical "
        "trials. Clin Trials 5:225-239. doi:10.1177/1740774508091600"
    ),
    "Vickers 2001, BMC Med Res Methodol 1:6": (
        "Vickers (2001). The use of percentage change from baseline as an outcome in a controlled trial is "
        "statistically inefficient: a simulation study. BMC Med Res Methodol 1:6. doi:10.1186/1471-2288-1-6"
    ),
    "Törnqvist, Vartia & Vartia 1985, Am Stat 39:43-46": (
        "Törnqvist, Vartia & Vartia (1985). How should relative changes be measured? Am Stat 39:43-46. "
        "doi:10.1080/00031305.1985.10479385"
    ),
    "Berry & Ayers 2006, Am Stat 60:27-31": (
        "Berry & Ayers (2006). Symmetrized percent change for treatment comparisons. Am Stat 60:27-31"
    ),
    "Altman & Royston 2006, BMJ 332:1080": (
        "Altman & Royston (2006). The cost of dichotomising continuous variables. BMJ 332:1080. "
        "doi:10.1136/bmj.332.7549.1080"
    ),
    "Spiegelhalter, Abrams & Myles 2004, chapter 5": (
        "Spiegelhalter, Abrams & Myles (2004). Bayesian Approaches to Clinical Trials and Health-Care Evaluation, "
        "chapter 5. Chichester: Wiley"
    ),
}
"""A registry's short reference → the same in full; others stand as their registry has them."""
