"""The drawing as data: what follows from it holds for every step, state, history and moment."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from directory.accounts.rules import Party
from directory.referrals.rules import (
    BORN,
    CLOSED,
    PATIENCE,
    STEPS,
    UNDO,
    UNDO_WITHIN,
    VOID_WITHIN,
    Past,
    State,
    Urgency,
    is_silent,
    is_usable,
    may_take,
    may_void,
    standing,
    transitions,
    undoable,
)

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def walks(draw: st.DrawFn) -> list[Past]:
    """A history as the drawing allows it, with steps taken back."""
    name, state = draw(st.sampled_from(sorted(BORN.items())))
    past = [Past(name, None, state, NOW, "a")]
    for minutes in range(draw(st.integers(0, 12))):
        at = NOW + timedelta(minutes=minutes)
        ways = sorted((step, target) for step, source, target in transitions() if source is state and step != UNDO)
        last = standing(past)[-1]
        if last.step in STEPS and STEPS[last.step].can_be_undone and last.before is not None:
            ways.append((UNDO, last.before))
        if not ways:
            break
        step, target = draw(st.sampled_from(ways))
        past.append(Past(step, state, target, at, draw(st.sampled_from("ab"))))
        state = target
    return past


histories = st.composite(walks)()


@given(histories)
def test_the_steps_that_stand_lead_from_the_beginning_to_the_present_state(past):
    steps = standing(past)
    assert steps[0] == past[0]
    assert steps[-1].after is past[-1].after
    assert all(one.after is next_one.before for one, next_one in pairwise(steps))


@given(histories, st.timedeltas(timedelta(0), timedelta(minutes=40)))
def test_what_is_taken_back_is_ones_own_last_step_of_the_last_quarter_of_an_hour(past, later):
    now = past[-1].at + later
    for actor in "ab":
        last = undoable(past, actor, now)
        if last is not None:
            assert last is standing(past)[-1]
            assert (last.actor, last.step in STEPS) == (actor, True)
            assert now - last.at <= UNDO_WITHIN
            assert (UNDO, last.after, last.before) in transitions()


def test_nothing_comes_after_a_withdrawal():
    assert not [way for way in transitions() if way[1] is State.WITHDRAWN]


def test_only_time_lets_a_slip_expire_and_only_people_do_the_rest():
    by_time = {name for name, step in STEPS.items() if Party.SYSTEM in step.parties}
    assert by_time == {"expire", "lapse", "mark_silent"}
    assert all(STEPS[name].parties == {Party.SYSTEM} for name in by_time)


def test_an_administrator_takes_no_step():
    assert not any(may_take(name, Party.ADMINISTRATOR, state) for name in STEPS for state in State)


@given(st.sampled_from(Urgency), st.timedeltas(timedelta(0), timedelta(days=60)))
def test_silence_begins_when_the_urgency_allows_no_more(urgency, waited):
    assert is_silent(urgency, NOW, NOW + waited) is (waited > PATIENCE[urgency])


@given(st.sampled_from(State), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_a_blank_slip_may_always_be_thrown_away_and_an_issued_one_for_a_day(state, age):
    assert may_void(state, NOW, NOW + age) is (state is State.BLANK or age <= VOID_WITHIN)


@given(st.sampled_from(State), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_a_slip_is_good_until_it_is_closed_or_its_last_day_is_over(state, today):
    last_day = date(2026, 6, 30)
    assert is_usable(state, last_day, today) is (state not in CLOSED and today <= last_day)
