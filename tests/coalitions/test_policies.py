"""What the coalitions do when others act; every event is heard twice."""

from datetime import UTC, datetime

from services.coalitions.domain.coalition_messages import NoteContribution
from services.coalitions.policies import note_announced
from services.coalitions.readings import PledgeAnnounced, Target
from shared.heard import Heard
from shared.money import Money


def heard(target: Target) -> Heard[PledgeAnnounced]:
    event = PledgeAnnounced(donor="norway", target=target, amount=Money.of(5, "EUR"))
    return Heard(event, "pledges", "pledge-p1", 2, 1, datetime(2019, 3, 1, tzinfo=UTC), "donor:norway:desk")


def test_a_pledge_to_a_coalition_is_noted_under_a_name_that_follows_from_it() -> None:
    once, again = (list(note_announced(heard(Target(kind="coalition", coalition="montenegro")))) for _ in range(2))
    (issue,) = once
    assert issue.to == "montenegro"
    assert issue.command == NoteContribution(pledge="p1", member="norway", amount=Money.of(5, "EUR"))
    assert once == again


def test_a_pledge_to_anything_else_is_none_of_ours() -> None:
    assert list(note_announced(heard(Target(kind="need_line")))) == []
