"""What lies in the folder of a program? The program, a page to print, a calendar and a diary; the folder is whole or absent."""

from pathlib import Path

from kinechain import __version__
from kinechain.app.diary_template import diary_template
from kinechain.app.plan import Plan, Standing, plan_document, standing
from kinechain.app.plan_calendar import calendar_events
from kinechain.core.training import Diary
from kinechain.io.calendar import format_calendar
from kinechain.io.diary import NAME as DIARY
from kinechain.io.program import NAME as PROGRAM
from kinechain.io.result import format_result
from kinechain.io.whole import whole_folder
from kinechain.program.retest import Retest
from kinechain.report.context import ReportContext
from kinechain.report.plan_news import news
from kinechain.report.progress_reading import progress_of
from kinechain.report.words import say

PAGE, CALENDAR, PROGRESS = "program.html", "program.ics", "progress.html"


def write_plan(plan: Plan, destination: Path, compared: tuple[Retest, ...] = ()) -> Path:
    """Write a plan into the new folder `destination`; `compared` is what a later result says against the one before it.

    The diary that was told so far comes along to the letter; once something was told or compared, so does a page of progress.
    Raises OutputError where the folder exists already.
    """
    from kinechain.report.plan_page import render_plan  # these two bring all that pages need, which takes seconds
    from kinechain.report.progress_page import render_progress

    now = standing(plan)
    context = ReportContext(__version__, made_on=plan.changed_on.isoformat(), rows=())
    with whole_folder(destination) as folder:
        (folder / PROGRAM).write_text(format_plan(plan, compared), encoding="utf-8")
        (folder / PAGE).write_text(render_plan(now.program, context, news(now.adapted)), encoding="utf-8")
        (folder / CALENDAR).write_bytes(calendar_of(plan, now))
        (folder / DIARY).write_bytes(_diary(plan, now))
        if plan.diary != Diary() or compared:
            progress = progress_of(now.program, plan.diary, now.adapted, compared)
            (folder / PROGRESS).write_text(render_progress(progress, context), encoding="utf-8")
    return destination


def format_plan(plan: Plan, compared: tuple[Retest, ...] = ()) -> str:
    """Return a plan as the text of `program.json`."""
    return format_result(plan_document(plan, compared))


def calendar_of(plan: Plan, now: Standing) -> bytes:
    """Return the calendar of a plan as it stands."""
    events = calendar_events(now.program, plan.key, tested=plan.result is not None)
    return format_calendar(events, say("plan.calendar_name"), plan.changed_on, plan.version)


def _diary(plan: Plan, now: Standing) -> bytes:
    if plan.diary_file is not None and plan.diary_file.exists():
        return plan.diary_file.read_bytes()
    return diary_template(line.slot for line in now.program.prescriptions).encode()
