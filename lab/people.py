"""Which movements of people is the model set beside studies with? A real film, the demo's rendered people, and a real motion.

Nothing of them is stored: each is worked out anew, as a user would have it done.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import as_file
from pathlib import Path

import numpy as np

from kinechain.app.assess import Request, assess
from kinechain.app.demo import DEMO_FILMS
from kinechain.app.loads import LoadsRequest, clip_loads, compute_loads
from kinechain.core.types import SIDES, AssessedClip, Loads, Person, Protocol
from kinechain.evidence import constant
from kinechain.loads.peaks import knee_flexion, weight_n
from kinechain.pose.backend import PoseBackend

#: Nobody has told how tall and heavy the people of the shared film and motion are: both are taken to be men of this size.
ASSUMED = Person(1.78, 75.0)

_SIDE_FILM, _MOTION = ("video", "squat_side_phone.mp4"), ("mocap", "opencap_squat.mot")
#: Below half of the deepest bend a squat of a motion begins and ends.
_BEGINS = 0.5


@dataclass(frozen=True)
class Shown:
    """One leg of one movement: its loads, and for each squat the frames where it starts and is deepest.

    `loaded` are the same movement's loads with `people.squat_load_share` of body weight on the shoulders, where asked for.
    """

    name: str
    loads: Loads
    side: str
    squats: tuple[tuple[int, int], ...] = field(default=())
    loaded: Loads | None = None

    @property
    def weight_n(self) -> float:
        """Body weight."""
        return weight_n(self.loads)


def work_out(data: Path, backend: PoseBackend) -> Iterator[Shown]:
    """Yield what is set beside studies; some minutes, most of them the pose network's.

    `data` is the folder of shared data.
    """
    clip = _side_clip(data.joinpath(*_SIDE_FILM), ASSUMED, backend)
    added_kg = constant("people.squat_load_share").value * ASSUMED.mass_kg
    yield _filmed("side clip", clip, clip_loads(clip, ASSUMED, Protocol(load_kg=added_kg)))
    with as_file(DEMO_FILMS) as films:
        for name, about in tomllib.loads((films / "people.toml").read_text(encoding="utf-8")).items():
            person = Person(about["height_m"], about["mass_kg"], about["age_years"], about["sex"])
            yield _filmed(f"demo {name.removeprefix('person_')}", _side_clip(films / f"{name}_side.mp4", person, backend))
    computed = compute_loads(LoadsRequest(data.joinpath(*_MOTION), ASSUMED))
    for side in SIDES:
        yield Shown(f"OpenCap {side}", computed.loads, side, find_squats(computed.loads, side))


def find_squats(loads: Loads, side: str) -> tuple[tuple[int, int], ...]:
    """Return where each squat of a motion starts and is deepest: a stretch bent by more than half of the deepest bend.

    A squat starts where the knee was straightest since the last one.
    """
    flexion = knee_flexion(loads, side)
    deep = np.flatnonzero(np.diff(np.concatenate([[False], flexion > _BEGINS * np.nanmax(flexion), [False]]).astype(int)))
    squats, free = [], 0
    for start, stop in deep.reshape(-1, 2):
        straightest = free + int(np.nanargmin(flexion[free : start + 1]))
        squats.append((straightest, int(start + np.nanargmax(flexion[start:stop]))))
        free = int(stop)
    return tuple(squats)


def _side_clip(path: Path, person: Person, backend: PoseBackend) -> AssessedClip:
    return assess(Request(films=(path,), person=person, mirrored=False), backend).assessment.clips[0]


def _filmed(name: str, clip: AssessedClip, loaded: Loads | None = None) -> Shown:
    """Return a film's loads; their frames are those of the film from its first repetition on.

    Raises:
        ValueError: the film shows too little for loads.
    """
    if clip.loads is None or clip.clip.near_side is None:
        raise ValueError(f"Expected loads of {name}, got none. Look at its reasons: {clip.quality.reasons}.")
    time_s = clip.loads.time_s
    frames = [tuple(np.searchsorted(time_s, clip.clip.time_s[[one.start, one.deepest]] - 1e-6)) for one in clip.repetitions]
    squats = tuple((int(start), int(deepest)) for start, deepest in frames if deepest < time_s.size)
    return Shown(name, clip.loads, clip.clip.near_side, squats, loaded)
