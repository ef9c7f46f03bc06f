"""How does a program come into a calendar? Events become the text of an `.ics` file (RFC 5545); same events, same bytes.

Times are of the place where somebody is ("floating"): 18:00 stays 18:00 wherever the calendar is opened.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Event as Component

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PRODID = "-//kinechain//program//EN"


@dataclass(frozen=True)
class Event:
    """Something on a day, or again and again: its lasting name, the first day, what it is called and what is done.

    `at` is when it begins, for `minutes`; None is the whole day. It comes again on `weekdays` (Monday is 0) to the day `until`;
    without weekdays it is once. `on` has to be one of the weekdays, since a calendar counts from it.
    """

    uid: str
    on: date
    summary: str
    description: str
    at: time | None = None
    minutes: int = 0
    weekdays: tuple[int, ...] = ()
    until: date | None = None

    def __post_init__(self) -> None:
        if self.weekdays and self.on.weekday() not in self.weekdays:
            raise ValueError(
                f"Expected {self.summary} to begin on one of its weekdays {self.weekdays}, got {self.on}. Move its start."
            )


def format_calendar(events: Iterable[Event], name: str, stamp: date, version: int) -> bytes:
    """Return events as an `.ics` file.

    `stamp` is the day on which they were as they are, `version` how often they changed before: a calendar that knows an event of
    the same `uid` takes the newer one in its stead.
    """
    from icalendar import Calendar

    calendar = Calendar()
    for key, value in (("prodid", _PRODID), ("version", "2.0"), ("calscale", "GREGORIAN"), ("x-wr-calname", name)):
        calendar.add(key, value)
    for event in events:
        calendar.add_component(_component(event, datetime.combine(stamp, time(), UTC), version))
    text: bytes = calendar.to_ical()
    return text


def _component(event: Event, stamp: datetime, version: int) -> "Component":
    from icalendar import Event as Component
    from icalendar import vRecur

    component = Component()
    for key, value in (("uid", event.uid), ("dtstamp", stamp), ("sequence", version)):
        component.add(key, value)
    for key, value in (("summary", event.summary), ("description", event.description)):
        component.add(key, value)
    if event.at is None:
        component.add("dtstart", event.on)
        component.add("dtend", event.on + timedelta(days=1))
        component.add("transp", "TRANSPARENT")
    else:
        begins = datetime.combine(event.on, event.at)
        component.add("dtstart", begins)
        component.add("dtend", begins + timedelta(minutes=event.minutes))
    if event.weekdays and event.until is not None:
        # As the start is written so must the end be: a day for whole days, a local time for times.
        until = event.until if event.at is None else datetime.combine(event.until, event.at)
        component.add(
            "rrule", vRecur({"FREQ": "WEEKLY", "UNTIL": until, "BYDAY": [_WEEKDAYS[day] for day in sorted(event.weekdays)]})
        )
    return component
