"""What the results of a manuscript leave open: what is not excluded, and what the text of the report does not give."""

from __future__ import annotations

from lib.questions.endpoint_reading import compatibility, normal_only
from lib.questions.manuscript.material import Material, paragraph, sentence
from lib.questions.wording import plural
from lib.values import Missing


def not_excluded(m: Material) -> str:
    """What the chosen interval leaves possible, by the direction that is better for the patient."""
    if isinstance(m.chosen, Missing):
        return ""
    told = compatibility(m.chosen)
    pairs = plural(m.chosen.test.n, "pair gives", "pairs give")
    none = f"{pairs} no interval by this test: neither benefit nor harm is excluded."
    return paragraph("What is not excluded", told or none, normal_only(m.chosen).strip())


def limitations(m: Material) -> str:
    """The limits that the trial's own data name, then what the text does not give."""
    design = m.trial.spec.design
    lacking = "; ".join(design.not_in_the_text)
    return paragraph(
        "Limitations",
        sentence(design.independence),
        sentence(design.several_endpoints),
        sentence(design.contradictions),
        sentence(design.generalises_to),
        f"The text of the report does not give: {lacking}." if lacking else "",
        "All analyses rest on published values, and on the assumptions that are named here.",
    )
