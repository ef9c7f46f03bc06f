"""How does a battery of tests become one answer? A folder of films and `battery.toml` in; a screening and a folder of results out.

Films that exist are measured without a question. What was typed counts beside them, or alone: nothing here needs a camera.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from kinechain import __version__
from kinechain.app.assess import TESTS, Assessed, Request, assess, write_assessment
from kinechain.app.battery_steps import flatten, unflatten
from kinechain.app.document import BATTERY, screening_document
from kinechain.app.progress import Progress, ignore
from kinechain.app.screening import DEFAULT_AIM, screen
from kinechain.body.strength import Reading
from kinechain.core.errors import DataFileError, UnreadableInputError, UsageError
from kinechain.core.names import mend
from kinechain.core.types import SIDES, Measure, Pain, Person, Protocol, Reason, Screening, Verdict
from kinechain.io.battery import NAME, BatteryFile, check_battery, format_battery, load_battery
from kinechain.io.result import format_result
from kinechain.io.whole import whole_folder, write_whole
from kinechain.loads.uncertainty import Chance
from kinechain.pose.backend import PoseBackend
from kinechain.report.chain_page import render_screening
from kinechain.report.context import ReportContext
from kinechain.screening.aims import aim_row
from kinechain.screening.typed import find_typed, noted_tests, read_notes, read_typed

#: What files of films end with.
_FILMS = frozenset({".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".3gp"})
_BETWEEN_WORDS = re.compile(r"[_\s]+")


@dataclass(frozen=True)
class FilmedTest:
    """The films of one test; `side` is the leg tested, `both` where the test has none or the films tell."""

    test: str
    side: str
    films: tuple[Path, ...]

    @property
    def name(self) -> str:
        """The folder of its result."""
        return self.test if self.side == "both" else f"{self.test}-{self.side}"


@dataclass(frozen=True)
class Battery:
    """What is to be screened: the person, what they want (`aim`, None where nobody told), what was typed, and films by test.

    `notes` is how each test was done, by test; `test` is what the result is called, where it is of one test only.
    """

    person: Person
    aim: str | None = None
    protocol: Protocol = field(default_factory=Protocol)
    mirrored: bool | None = None
    typed: tuple[Measure, ...] = ()
    pains: tuple[Pain, ...] = ()
    films: tuple[FilmedTest, ...] = ()
    notes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    test: str = BATTERY


@dataclass(frozen=True)
class Screened:
    """What was to be screened, what came of it, and each filmed test by the folder of its result."""

    battery: Battery
    screening: Screening
    assessed: Mapping[str, Assessed]


def battery_tests() -> tuple[str, ...]:
    """Return the tests and groups of typed measures that notes and pain may be told of."""
    return tuple(dict.fromkeys((*TESTS, *noted_tests())))


def read_folder(folder: Path) -> Battery:
    """Return what the films and the `battery.toml` of a folder say.

    Raises DataFileError, in one sentence, for what is wrong in `battery.toml`, and UsageError for a film whose test is not clear.
    """
    name = str(folder / NAME)
    file = check_battery(load_battery(folder), battery_tests(), name)
    return battery_of(file, folder, name)


def battery_of(file: BatteryFile, folder: Path | None, name: str = NAME) -> Battery:
    """Return what a checked `battery.toml` says together with the films of a folder; raises as `read_folder`."""
    try:
        if file.aim is not None:
            aim_row(file.aim)
        noted = {test: read_notes(test, told) for test, told in file.notes.items()}
        typed = tuple(
            read_typed(code, side, told, file.person, noted.get(find_typed(code).test))
            for side, values in file.typed.items()
            for code, told in values.items()
        )
    except UsageError as error:
        raise DataFileError(error.expected, f"{error.got} in {name}", error.do) from error
    films = () if folder is None else find_films(folder, file.films)
    eyes = noted.get("single-leg-stance", {}).get("eyes")
    return Battery(file.person, file.aim, replace(file.protocol, eyes=eyes), file.mirrored, typed, file.pains, films, noted)


def find_films(folder: Path, told: Mapping[str, str]) -> tuple[FilmedTest, ...]:
    """Return the films of a folder by test and leg: as `told` by name, else as the beginning of the name says.

    `squat_side.mp4`, `squat_front.mp4` and `knee-to-wall_left.mp4` are films of two tests. Raises UsageError where it is not clear
    what a film shows, and for a film that was told of and is not there.
    """
    films = sorted(path for path in folder.iterdir() if path.suffix.lower() in _FILMS)
    for name in told:
        if name not in {film.name for film in films}:
            raise UsageError(f"the film {name} of [films] in {folder}", "no such film", mend(name, [film.name for film in films]))
    groups: dict[tuple[str, str], list[Path]] = {}
    for film in films:
        groups.setdefault(_shown(film, told.get(film.name)), []).append(film)
    in_order = sorted(groups, key=lambda group: (TESTS.index(group[0]), group[1]))
    return tuple(FilmedTest(test, side, tuple(groups[test, side])) for test, side in in_order)


def _shown(film: Path, told: str | None) -> tuple[str, str]:
    """Return the test and the leg that a film shows."""
    test, *others = _words(told or film.stem)
    if test not in TESTS and told is not None:
        raise UsageError(f"the name of a test for {film.name} in [films]", repr(told), mend(test, TESTS))
    if test not in TESTS:
        raise UsageError(
            f"films named after their test ({', '.join(TESTS)})",
            film.name,
            f"Rename it, such as squat_side.mp4 or knee-to-wall_left.mp4, or name its test under [films] of {NAME}.",
        )
    return test, next((word for word in others if word in SIDES), "both")


def filmed_tests(folder: Path) -> frozenset[str]:
    """Return the tests of which there are films in a folder, as far as their names tell."""
    films = folder.iterdir() if folder.is_dir() else ()
    return frozenset(test for film in films if film.suffix.lower() in _FILMS and (test := _words(film.stem)[0]) in TESTS)


def load_answers(folder: Path) -> dict[str, Any]:
    """Return what a folder's `battery.toml` answers already, by the path of its place; nothing where there is none.

    Raises as `read_folder`, so that nothing wrong is asked over; only who was tested may still be lacking.
    """
    if not (folder / NAME).exists():
        return {}
    document = load_battery(folder)
    person = {"height_cm": 170, "mass_kg": 70} | document.get("person", {})
    battery_of(check_battery({**document, "person": person}, battery_tests(), str(folder / NAME)), None, str(folder / NAME))
    return flatten(document)


def save_answers(folder: Path, answers: Mapping[str, Any]) -> None:
    """Write answers into a folder's `battery.toml`, which is whole at every moment."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / NAME, format_battery(unflatten(answers)), replace=True)


def place_of(folder: Path) -> Path:
    """Return where the answers of a folder are kept."""
    return folder / NAME


def _words(text: str) -> list[str]:
    return _BETWEEN_WORDS.split(text.strip().lower())


def run_battery(
    battery: Battery, open_backend: Callable[[], PoseBackend], progress: Progress = ignore, chance: Chance | None = None
) -> Screened:
    """Measure every film, and say what all measures together mean.

    The network is opened only where there are films. A test none of whose films can be read is left out and named among what is
    missing; where nothing else is known its error is raised.
    """
    if not battery.typed and not battery.films:
        raise UsageError("at least one film or one typed value", "none", f"Add films, values under [typed] of {NAME}.")
    chance = chance or Chance()
    assessed, left_out = _assess_all(battery, open_backend(), chance, progress) if battery.films else ({}, ())
    screening = screen(
        battery.person,
        battery.protocol,
        battery.aim or DEFAULT_AIM,
        tuple(one.assessment for one in assessed.values()),
        battery.typed,
        battery.pains,
        left_out,
        chance.seed,
        battery.notes,
    )
    return Screened(battery, screening, assessed)


def write_battery(screened: Screened, destination: Path, progress: Progress = ignore) -> Path:
    """Write the whole screening into the new folder `destination`, with a folder of its own for each filmed test.

    What all tests mean together stands in each of them.
    Raises OutputError where the folder exists already.
    """
    with whole_folder(destination) as folder:
        for name, assessed in screened.assessed.items():
            write_assessment(assessed, folder / name, progress, screened.screening)
        battery = screened.battery
        document = screening_document(
            screened.screening, battery.protocol, bool(battery.mirrored), tuple(screened.assessed), battery.test
        )
        (folder / "result.json").write_text(format_result(document), encoding="utf-8")
        context = ReportContext(__version__, made_on=date.today().isoformat())
        (folder / "report.html").write_text(render_screening(screened.screening, context), encoding="utf-8")
    return destination


def _assess_all(
    battery: Battery, backend: PoseBackend, chance: Chance, progress: Progress
) -> tuple[dict[str, Assessed], tuple[Reason, ...]]:
    """Return each filmed test by the folder of its result, and a reason for each whose films cannot be read."""
    assessed: dict[str, Assessed] = {}
    left_out: list[tuple[Reason, UnreadableInputError]] = []
    for group in battery.films:
        try:
            assessed[group.name] = assess(_request(battery, group, chance), backend, progress)
        except UnreadableInputError as error:
            names = ", ".join(film.name for film in group.films)
            reason = Reason("clip_left_out", Verdict.CAUTION, names, {"name": names, "why": str(error)})
            left_out.append((reason, error))
    if left_out and not assessed and not battery.typed:
        raise left_out[0][1]
    return assessed, tuple(reason for reason, _ in left_out)


def _request(battery: Battery, group: FilmedTest, chance: Chance) -> Request:
    pains = tuple(pain for pain in battery.pains if pain.test == group.test and group.side in ("both", pain.side))
    return Request(
        films=group.films,
        person=battery.person,
        test=group.test,
        protocol=battery.protocol,
        pains=pains,
        painful=_painful(pains),
        side=group.side,
        mirrored=battery.mirrored,
        readings=_readings(battery.typed),
        chance=chance,
    )


def _painful(pains: Sequence[Pain]) -> str | None:
    """Return which knee hurts in a test, as far as it was told."""
    sore = {pain.side for pain in pains if pain.value}
    if not sore:
        return "none" if pains and all(pain.value == 0.0 for pain in pains) else None
    return sore.pop() if len(sore) == 1 else "both"


def _readings(typed: Sequence[Measure]) -> tuple[Reading, ...]:
    """Return what a dynamometer read of knee extension, for the loads of the films."""
    return tuple(
        Reading(measure.value, per_kg=True, knee_flexion=_at(measure), side=measure.side)
        for measure in typed
        if measure.code == "knee_extension_torque"
    )


def _at(measure: Measure) -> float | None:
    angle_deg = measure.parameters.get("knee_deg")
    return None if angle_deg is None else math.radians(angle_deg)
