"""Pages, figures and plans as short Python scripts against this project's own lib: they print what is shown."""

from __future__ import annotations

import re

from lib import __version__
from lib.assumptions import Assumptions
from lib.design.plan import Plan
from lib.design.registry import DESIGNS
from lib.errors import Refusal
from lib.questions.observed import is_observed
from lib.questions.pilot import pilot_of
from lib.questions.plan_inputs import plan_of
from lib.questions.registry import QUESTIONS
from lib.report.code.text import comment, literal, reading_assumptions, reading_trial
from lib.trial.model import Trial


def page_script(path: str, trial: Trial, assumptions: Assumptions, folder: str) -> str:
    """A script that prints every number and text of a page, one a line as `path = value`.

    Parameters
    ----------
    path : str
        The page.
    trial : Trial
        Whose words and defaults the comments tell.
    assumptions : Assumptions
        Written as the query of their link: what differs from the defaults.
    folder : str
        Where the trial's folder, or a zip of it, lies in the project's folder.

    Returns
    -------
    str
        Python, to be run in the project's folder. It prints what the page's JSON twin holds, to the last digit, and
        the reason where there is no answer.
    """
    question = QUESTIONS[path]
    source = question.answer.__module__.replace(".", "/")
    return (
        f'"""{question.title}: {question.ask}\n\n'
        f"Pilotlight {__version__}; run it in the project's folder. It prints all that /api/{path}.json holds.\n"
        '"""\n\n'
        "from pathlib import Path\n\n"
        "from lib.assumptions import read, validated\n"
        "from lib.questions.registry import QUESTIONS\n"
        "from lib.report.code.leaves import leaves\n"
        "from lib.report.twin import answered\n"
        "from lib.trial.folder import read_trial\n\n"
        f"{reading_trial(trial, folder)}"
        f"{reading_assumptions(trial, assumptions)}\n"
        f"question = QUESTIONS[{literal(path)}]  # {source}.py answers it\n"
        "answer = answered(question, trial, assumptions)\n"
        'for name, value in leaves(answer["result"] or answer):  # without a result, the reason\n'
        '    print(name, "=", value)\n'
    )


def figure_script(path: str, figure: str, part_key: str, trial: Trial, assumptions: Assumptions, folder: str) -> str:
    """A script that prints a figure's table as CSV and saves the stamped figure as HTML that needs no network.

    Parameters
    ----------
    path, figure, part_key : str
        The page, the figure's name in the registry, and which of its parts.
    trial, assumptions, folder
        As for `page_script`.

    Returns
    -------
    str
        Python, to be run in the project's folder; where the question has no answer it ends with the reason.
    """
    question = QUESTIONS[path]
    return (
        f'"""{question.title}: the figure {figure!r} and its table.\n\n'
        f"Pilotlight {__version__}; run it in the project's folder. It prints the table as CSV.\n"
        '"""\n\n'
        "from pathlib import Path\n\n"
        "from lib.assumptions import read, validated\n"
        "from lib.errors import Refusal\n"
        "from lib.figures.drawn import drawn\n"
        "from lib.figures.look import LIGHT\n"
        "from lib.questions.asked import Asked\n"
        "from lib.trial.folder import read_trial\n\n"
        f"{reading_trial(trial, folder)}"
        f"{reading_assumptions(trial, assumptions)}\n"
        "try:\n"
        f"    parts = drawn(Asked({literal(path)}, trial, assumptions), {literal(figure)}, LIGHT)\n"
        "except Refusal as refusal:\n"
        '    raise SystemExit(f"No figure: {refusal}") from None\n'
        f"shown = next(one for one in parts if one.part.key == {literal(part_key)})\n"
        'print(shown.table.to_csv(index=False, lineterminator="\\n"), end="")\n'
        "shown.figure.write_html("
        f'{literal(file_name(path, part_key))}, include_plotlyjs=True, div_id="figure")  # whole, needs no network\n'
    )


def file_name(path: str, part_key: str) -> str:
    """The file that a part of a page is saved in."""
    return f"{path}-{re.sub(r'[^A-Za-z0-9_-]+', '-', part_key)}.html"


ALWAYS = ("effect", "sd", "rho", "alpha", "sides", "target", "n")
"""Fields of a plan that have no default."""

PLAN_NAMES = {
    "power": "chosen.power_at_n.value",
    "true alpha": "chosen.size.value",
    "n needed": "chosen.needed",
    "detectable": "chosen.detectable",
}
"""What the script of a plan prints → where the twin of its page has it."""


def plan_script(trial: Trial, assumptions: Assumptions) -> str:
    """A script that prints power, true α, n and detectable effect of the present plan, one a line as `name = value`.

    Parameters
    ----------
    trial : Trial
        Gives what the plan takes from the pilot; the script itself holds numbers only.
    assumptions : Assumptions
        The plan.

    Returns
    -------
    str
        Python, to be run in the project's folder; where the plan is refused, a comment with the reason.
    """
    try:
        inputs = plan_of(trial, assumptions)
    except Refusal as refusal:
        return f"{comment(f'No plan: {refusal}')}\n"
    design = DESIGNS[assumptions.design]
    observed = is_observed(design, inputs.plan, pilot_of(trial))
    power = "OBSERVED" if observed else "design.rejection(seen).power"
    wanted = "from lib.questions.observed import OBSERVED\n" if observed else ""
    sources = "".join(f"{comment(source)}\n" for source in inputs.sources)
    fields = "".join(f"    {name}={getattr(inputs.truth, name)!r},\n" for name in _told(inputs.truth, design.needs))
    return (
        f'"""{design.label}: {design.test}. {design.reference}."""\n\n'
        "from lib.design.carry import carried, detectable_effect\n"
        "from lib.design.plan import Plan\n"
        "from lib.design.registry import DESIGNS\n"
        f"{wanted}\n"
        f"design = DESIGNS[{design.key!r}]\n"
        f"{sources}truth = Plan(\n{fields})\n"
        f"share = {inputs.carry!r}  # of the effect reaches the control as well\n"
        "seen = carried(design, truth, share)\n"
        f'print("power =", {power})\n'
        'print("true alpha =", design.type_i_error(truth).power)\n'
        'print("n needed =", design.needed(seen))\n'
        'print("detectable =", detectable_effect(design, truth, share))\n'
    )


def _told(plan: Plan, needs: tuple[str, ...]) -> list[str]:
    """What the design reads, and what a plan can't be without."""
    return [name for name in plan.__dataclass_fields__ if name in needs or name in ALWAYS]
