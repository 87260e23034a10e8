"""The next run recognises last run's themes by whose stories they hold."""

from __future__ import annotations

from analysis.text.continuity import Continuity, Lineage
from analysis.text.guidance import EarlierTheme, Previous
from analysis.text.stories import Bilingual
from analysis.text.themes import Change


def ids(*spans: range) -> frozenset[str]:
    return frozenset(f"s{number}" for span in spans for number in span)


def earlier(key: str, members: frozenset[str], settled: bool = False) -> EarlierTheme:
    return EarlierTheme(key, Bilingual(key, key), members, settled)


def lineages(groups: list[frozenset[str]], *before: EarlierTheme) -> list[Lineage]:
    return Continuity().lineages(groups, [None] * len(groups), Previous(before))


def test_the_first_run_is_all_new() -> None:
    found = Continuity().lineages([ids(range(9))], [None], None)
    assert found == [Lineage(None, Change.NEW, ())]


def test_the_same_stories_are_the_same_theme_in_any_order() -> None:
    a, b = earlier("a", ids(range(10))), earlier("b", ids(range(10, 30)))
    for groups in ([a.story_ids, b.story_ids], [b.story_ids, a.story_ids]):
        found = dict(zip(groups, lineages(groups, a, b), strict=True))
        assert found[a.story_ids] == Lineage(a, Change.SAME, ("a",))
        assert found[b.story_ids] == Lineage(b, Change.SAME, ("b",))


def test_a_theme_grows_and_shrinks() -> None:
    a = earlier("a", ids(range(20)))
    (grown,) = lineages([ids(range(20), range(100, 130))], a)
    assert (grown.continues, grown.change) == (a, Change.GROWN)
    (shrunk,) = lineages([ids(range(12))], a)
    assert (shrunk.continues, shrunk.change) == (a, Change.SHRUNK)


def test_a_split_theme_lives_on_in_its_larger_part() -> None:
    a = earlier("a", ids(range(20)))
    large, small = lineages([ids(range(13)), ids(range(13, 20))], a)
    assert (large.continues, large.change) == (a, Change.SPLIT)
    assert small.continues is None
    assert (small.change, small.earlier) == (Change.SPLIT, ("a",))


def test_merged_themes_tell_where_they_come_from() -> None:
    a, b = earlier("a", ids(range(20))), earlier("b", ids(range(20, 30)))
    (merged,) = lineages([ids(range(30))], a, b)
    assert merged.change is Change.MERGED
    assert merged.earlier == ("a", "b")
    assert merged.continues == a


def test_all_new_stories_are_new_themes() -> None:
    (found,) = lineages([ids(range(100, 120))], earlier("a", ids(range(20))))
    assert found == Lineage(None, Change.NEW, ())


def test_a_codebook_theme_keeps_its_own_key_whatever_moved_into_it() -> None:
    a = earlier("a", ids(range(20)))
    found = Continuity().lineages([ids(range(20))], ["komma_fram"], Previous((a,)))
    assert found[0].continues is None
    assert found[0].earlier == ("a",)
