"""What an audit has to name is met by exactly that, or by that and what follows from it."""

from deploy.drill.wanted import begins, joined, names


def test_exactly_what_is_wanted_has_to_be_named() -> None:
    wanted = names("head at 1", "leaf at 2")
    assert wanted.is_met(["leaf at 2", "head at 1"])
    assert not wanted.is_met(["leaf at 2"])
    assert not wanted.is_met(["leaf at 2", "head at 1", "leaf at 3"])


def test_what_follows_may_be_named_beside_what_is_wanted() -> None:
    wanted = begins("leaf at 2")
    assert wanted.is_met(["leaf at 2", "chain at 3"])
    assert not wanted.is_met(["chain at 3"])


def test_joined_each_audit_has_to_name_all_and_may_name_what_follows_where_one_lets_it() -> None:
    both = joined({"a": begins("leaf at 2"), "b": names("tail")}, {"a": names("head at 1")})
    assert both["a"].is_met(["leaf at 2", "head at 1", "chain at 3"])
    assert not both["a"].is_met(["leaf at 2", "chain at 3"])
    assert both["b"] == names("tail")
