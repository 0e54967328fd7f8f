"""The registry of priors: each makes a proper prior, but for the one that is told and not drawn."""

from lib.analysis.priors import PRIORS, Expected


def test_every_prior_explains_itself_and_is_proper_where_it_can_be_chosen():
    for key, rule in PRIORS.items():
        assert rule.key == key
        assert rule.label
        assert rule.help.endswith(".")
        assert any(part.isdigit() for part in rule.reference.replace(",", " ").split())
        assert rule.make(Expected(sd=2.0, mean=1.0, pairs=6.0)).proper == rule.offered


def test_only_a_typed_prior_is_made_of_what_is_typed():
    one, other = (Expected(sd=2.0, mean=mean, pairs=pairs) for mean, pairs in ((1.0, 6.0), (-3.0, 20.0)))
    assert {key for key, rule in PRIORS.items() if rule.make(one) != rule.make(other)} == {"typed"}
    prior = PRIORS["typed"].make(one)
    assert (prior.mean, prior.pairs, prior.sd, prior.df) == (1.0, 6.0, 2.0, 5.0)
