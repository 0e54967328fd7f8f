"""Links: what is read, what is written, what falls back, and what an old link still means."""

import csv
import dataclasses
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lib.assumptions.link as module
from lib.assumptions import (
    CONTROLS,
    FIELDS,
    NOBODY,
    Assumptions,
    apply,
    changed,
    defaults,
    differences,
    presets,
    read,
    unstated,
    validated,
    value,
    write,
)
from lib.errors import TrialError
from lib.trial.model import PastDefaults
from tests.trials import NAMES, ROOT, queries, trial

WINTER = trial("winter2020")
PLANNING = {"planned", "piloted", "precise", "resources", "computed"}
ANY = settings(derandomize=True, deadline=None, max_examples=300)


@pytest.mark.parametrize("name", NAMES)
def test_a_bare_link_means_the_defaults_and_nothing_is_wrong_with_it(name):
    got = read({}, trial(name))
    assert got.assumptions == defaults(trial(name))
    assert got.problems == ()
    assert write(got.assumptions, trial(name)).keys() == {"v"}


@pytest.mark.parametrize("name", NAMES)
def test_every_value_of_every_control_survives_the_way_into_a_link_and_back(name):
    of = trial(name)
    for query in queries(of):
        got = read(query, of)
        assert got.problems == (), query
        again = read(write(got.assumptions, of), of)
        assert again.assumptions == got.assumptions
        assert again.problems == ()


@pytest.mark.parametrize("key", CONTROLS)
def test_every_control_says_what_it_is_and_how_it_is_read(key):
    control = CONTROLS[key]
    assert control.key == key
    assert control.name(WINTER)
    assert control.explanation(WINTER).endswith(".")
    assert "{" not in control.name(WINTER) + control.explanation(WINTER)
    assert value(defaults(WINTER), key) == getattr(defaults(WINTER), FIELDS[key])
    if control.kind in ("whole", "real"):
        bounds = control.bounds(WINTER)
        assert bounds.low < bounds.high < float("inf")


def test_a_link_of_version_1_means_what_it_meant():
    """Who changes a default raises the version and keeps the old value; who adds a control adds its default here."""
    with (ROOT / "tests/reference/defaults_v1.csv").open() as file:
        kept = {row["key"]: row["default"] for row in csv.DictReader(file)}
    assert kept.keys() == CONTROLS.keys()
    got = read({"v": "1"}, WINTER)
    assert got.problems == ()
    for key, text in kept.items():
        control = CONTROLS[key]
        then = text if text == NOBODY and control.kind == "choice" else control.parse(text, WINTER)
        assert value(got.assumptions, key) == then, key


def test_a_full_link_of_version_1_is_read_as_it_was_shared():
    """As it stood in an address of version 0.5.0: all keys that it used are still read."""
    link = {
        "v": "1", "outcome": "pga", "rater": "observer", "change": "absolute", "areas": "reconstructed", "who": "1.2.3",
        "show": "2", "loss": "worst", "lost-base": "any", "test": "signed-rank", "sides": "one", "alpha": "0.1",
        "adjust": "holm", "prior": "sceptical", "design": "several-units", "n": "31", "rho": "0.3", "units": "3",
        "icc": "0.2", "looks": "3", "dropout": "0.2", "doses": "0_40_150", "printed-p": "0.41", "grid-step": "0.05",
        "keep": "design:paired-t,n:20~n:9,effect:1",
    }  # fmt: skip
    got = read(link, WINTER)
    assert got.problems == ()
    assert write(got.assumptions, WINTER) == link


BAD = [
    ("n", "1_0"), ("n", "4.5"), ("n", "1"), ("n", "201"), ("n", "٤"), ("n", ""), ("n", "1e400"), ("n", "NaN"),
    ("alpha", "0"), ("alpha", "nan"), ("alpha", "inf"), ("alpha", "-0.05"), ("alpha", "0,05"), ("alpha", " 0.05"),
    ("test", "T"), ("test", "welch"), ("test", ""), ("who", "9"), ("who", "1..2"), ("who", "1,2"), ("show", "6"),
    ("rho", "1"), ("rho", "-1"), ("outcome", "pain"), ("change", "log"), ("dropout", "1"), ("power", "1"),
    ("design", "<script>alert(1)</script>"), ("sides", "x" * 10_000), ("effect", "\x00"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "text"), BAD, ids=[f"{key}-{text[:12]!r}" for key, text in BAD])
def test_a_value_that_can_not_be_used_falls_back_and_is_named(key, text):
    got = read({key: text, "sd": "2"}, WINTER)
    assert value(got.assumptions, key) == value(defaults(WINTER), key)
    assert got.assumptions.sd == 2
    assert len(got.problems) == 1
    assert got.problems[0].startswith(f"{key}=")
    assert "wanted" in got.problems[0]
    assert "default" in got.problems[0]
    assert len(got.problems[0]) < 300
    assert got.problems[0].isprintable()


@pytest.mark.parametrize(("key", "meant"), [("dropuot", "dropout"), ("improve_treated", "improve-treated")])
def test_an_unknown_key_is_named_with_those_nearest_to_it_and_where_all_are(key, meant):
    (problem,) = read({key: "1"}, WINTER).problems
    assert f"'{key}'" in problem
    assert meant in problem
    assert f"({len(CONTROLS)} in all, listed at /api/)" in problem
    (strange,) = read({"colour": "red"}, WINTER).problems
    assert sum(key in strange for key in CONTROLS) >= 8


def test_keys_of_the_host_are_nobodys_mistake():
    assert read({"embed": "true", "embed_options": "dark_theme", "trial": "winter2020"}, WINTER).problems == ()


@ANY
@given(st.dictionaries(st.one_of(st.sampled_from(sorted(CONTROLS)), st.text(max_size=9)), st.text(max_size=30)))
def test_any_query_is_read_and_what_it_gives_can_be_written(query):
    got = read(query, WINTER)
    assert read(write(got.assumptions, WINTER), WINTER).assumptions == got.assumptions
    wrong = [key for key in query if key not in module.RESERVED and key not in CONTROLS]
    assert len(got.problems) >= len(wrong)


@ANY
@given(st.floats(0.001, 0.5), st.floats(-0.9, 0.95))
def test_numbers_survive_a_link_to_the_last_bit(alpha, rho):
    a = dataclasses.replace(defaults(WINTER), alpha=alpha, rho=rho)
    assert read(write(a, WINTER), WINTER).assumptions == a


def test_assumptions_can_not_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        defaults(WINTER).alpha = 0.1
    assert hash(defaults(WINTER)) == hash(defaults(WINTER))


@pytest.mark.parametrize("version", ["0", "2", "1.2", "99", "x", "", "1.1.1", "-1", "9" * 400])
def test_an_unknown_version_is_told_and_read_as_todays(version):
    got = read({"v": version, "n": "9"}, WINTER)
    assert got.assumptions.n == 9
    assert len(got.problems) == 1
    assert "version" in got.problems[0]


def test_a_link_of_an_older_version_keeps_the_defaults_it_was_made_under(monkeypatch):
    monkeypatch.setattr(module, "VERSION", 2)
    monkeypatch.setattr(module, "PAST_DEFAULTS", {1: {"dropout": "0.25", "alpha": "0.1"}})
    got = read({"v": "1"}, WINTER)
    assert got.problems == ()
    assert got.assumptions.dropout == 0.25
    assert got.assumptions.alpha == 0.05, "the trial states α itself, so the module's default never counted"
    assert read({"v": "1", "dropout": "0.5"}, WINTER).assumptions.dropout == 0.5
    assert read({}, WINTER).assumptions.dropout == 0
    assert write(got.assumptions, WINTER) == {"v": "2", "dropout": "0.25"}


def test_a_trial_whose_own_defaults_changed_keeps_its_old_links():
    spec = WINTER.spec.model_copy(
        update={
            "defaults": {**WINTER.spec.defaults, "version": 2, "change": "absolute"},
            "past_defaults": (PastDefaults(version=1, set={"change": "percent"}),),
        }
    )
    newer = dataclasses.replace(WINTER, spec=spec)
    assert read({}, newer).assumptions.change == "absolute"
    assert read({"v": "1"}, newer).assumptions.change == "percent"
    assert read({"v": "1", "change": "absolute"}, newer).assumptions.change == "absolute"
    assert write(read({"v": "1"}, newer).assumptions, newer) == {"v": "1.2", "change": "percent"}


@pytest.mark.parametrize("name", NAMES)
def test_every_preset_is_a_state_of_its_own_that_a_link_holds(name):
    of = trial(name)
    plain = defaults(of)
    for preset in presets(of).values():
        chosen = apply(preset, plain, of)
        assert read(write(chosen, of), of).assumptions == chosen
        if name == "winter2020" or preset.key == "published":
            assert (chosen == plain) == (preset.key == "published"), preset.key
        assert preset.label
        assert preset.help.endswith(".")


def test_a_preset_keeps_who_is_highlighted():
    current = dataclasses.replace(defaults(WINTER), highlight="2", alpha=0.2)
    chosen = apply(presets(WINTER)["exact"], current, WINTER)
    assert (chosen.highlight, chosen.alpha, chosen.test) == ("2", 0.05, "sign-flip")


def test_what_differs_is_told_in_words_with_the_published_value():
    got = read({"test": "sign", "who": "1.2", "show": "2"}, WINTER).assumptions
    assert [str(difference) for difference in differences(got, WINTER)] == [
        "Participants: 1, 2 (published: 1, 2, 3, 4)",
        "Test: Exact sign test (published: Paired t test)",
    ]
    assert changed(got, WINTER) == {"who": "1.2", "show": "2", "test": "sign"}


def test_what_the_paper_does_not_state_is_told_as_ours():
    # sd, plan-alpha and power are stated; what is drawn and kept is a view
    planning = {key for key, c in CONTROLS.items() if c.group in PLANNING and not c.view}
    planning -= {"sd", "plan-alpha", "power"}
    settled = {"threshold", "points", "zero", "zero-add", "lost-treated", "lost-control", "lost-base", "family"}
    believed = {"prior", "prior-mean", "prior-pairs", "prior-sd", "delta"}
    lattice = {key for key, c in CONTROLS.items() if c.group == "lattice"}
    assert {c.key for c in unstated(WINTER)} == {"sides"} | planning | settled | believed | lattice
    moved = read({"rho": "0.3"}, WINTER).assumptions
    assert [str(difference) for difference in differences(moved, WINTER)] == ["ρ within person: 0.3 (our default: 0.5)"]


def test_who_the_paper_analysed_is_the_default():
    assert defaults(WINTER).participants == ("1", "2", "3", "4")


@pytest.mark.parametrize(
    ("update", "place"),
    [
        ({"defaults": {"alpha": "2"}}, "defaults.alpha"),
        ({"defaults": {"colour": "red"}}, "defaults.colour"),
        ({"past_defaults": (PastDefaults(version=1, set={"test": "welch"}),)}, "past_defaults 1.test"),
    ],
)
def test_a_trial_whose_own_defaults_no_control_accepts_is_refused_with_the_place(update, place):
    broken = dataclasses.replace(WINTER, spec=WINTER.spec.model_copy(update=update))
    with pytest.raises(TrialError, match=place):
        validated(broken)


def scaled(low, high, kind="ordinal", **defaults_of):
    """The shipped trial with other ends of the scale that it plans for; no SD and no preset is stated on it."""
    ends = {"low": Decimal(low), "high": Decimal(high), "kind": kind}
    outcomes = tuple(o.model_copy(update=ends) if o.key == "pga" else o for o in WINTER.spec.outcomes)
    stated = {key: text for key, text in WINTER.spec.defaults.items() if key != "sd"} | defaults_of
    spec = WINTER.spec.model_copy(update={"outcomes": outcomes, "defaults": stated, "presets": ()})
    return dataclasses.replace(WINTER, spec=spec, sha256=f"{low} to {high}, {kind}")


SCALES = [
    *((low, high, "ordinal") for low, high in (("0", "1"), ("0", "11"), ("1", "20"), ("0", "100"), ("-11", "0"))),
    *((low, high, "ordinal") for low, high in (("-100", "100"), ("0", "1000"), ("0", "100000"))),
    *((low, high, kind) for kind in ("score", "count") for low, high in (("0", "0.5"), ("0", "0.02"), ("0", "1.5"))),
]


@pytest.mark.parametrize(("low", "high", "kind"), SCALES)
def test_every_default_of_every_control_lies_within_its_bounds_on_any_scale(low, high, kind):
    of = validated(scaled(low, high, kind))
    for control in CONTROLS.values():
        bounds = control.bounds(of)
        assert bounds.low <= bounds.high, control.key
        if control.kind in ("whole", "real"):
            assert bounds.low < bounds.high, control.key
            assert bounds.low <= value(defaults(of), control.key) <= bounds.high, control.key
    for query in queries(of):
        assert read(query, of).problems == (), query


@pytest.mark.parametrize(("low", "high"), [(0, 11), (1, 20), (-100, 100)])
def test_changes_of_a_scale_can_be_typed_as_its_scores_can(low, high):
    of, reach = scaled(str(low), str(high)), high - low
    typed = {"table-low": str(-reach), "table-high": str(reach), "mean-difference": str(-reach), "sd-difference": "3"}
    assert read(typed, of).problems == ()


def test_the_bounds_of_a_short_scale_are_what_they_were():
    assert (CONTROLS["table-low"].bounds(WINTER).low, CONTROLS["table-high"].bounds(WINTER).high) == (-10, 10)
    assert (CONTROLS["points"].bounds(WINTER).low, CONTROLS["points"].bounds(WINTER).high) == (0.1, 4)


def test_a_default_that_follows_from_the_trial_and_can_not_be_is_refused_with_its_control():
    with pytest.raises(TrialError, match=r"defaults\.table-high: '1000000' given; wanted a number from -100000 to"):
        validated(scaled("0", "1000000"))
    assert defaults(validated(scaled("0", "1000000", **{"table-high": "10"}))).table_high == 10
    (told,) = (row for row in WINTER.reported if row.key == "area_p_final")
    rows = (*WINTER.reported, told.model_copy(update={"key": "impossible", "value": Decimal("1.2")}))
    with pytest.raises(TrialError, match=r"defaults\.printed-p: '1\.2' given; wanted .* from 0 to 1"):
        validated(dataclasses.replace(WINTER, reported=rows))


def test_fields_and_controls_are_one_registry():
    assert list(FIELDS.values()) == [field.name for field in dataclasses.fields(Assumptions)]
    assert CONTROLS.keys() == FIELDS.keys()
