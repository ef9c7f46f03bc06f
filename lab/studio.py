"""How is one planned clip made? The person performs, a phone films, the pose network measures the film, and the truth is kept."""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float, UInt8

from kinechain.app.films import MEASURED_LINES
from kinechain.io.film import open_film
from kinechain.io.film_writer import write_film
from kinechain.pose.backend import PoseBackend
from kinechain.pose.track import estimate_keypoints
from lab.bodies import GROUPS, load_person
from lab.design import Plan
from lab.movements import perform
from lab.offsets import project_offsets
from lab.records import Cost, Record, Who, shrink_masks
from lab.render import Shot, film
from lab.scene import Scene, draw_camera, draw_scene
from lab.skeleton import landmark_paths, pose
from lab.types import Camera, Performance, Person, Pose, Truth


@dataclass(frozen=True)
class Stage:
    """A planned clip before the camera runs: everything is settled, nothing drawn."""

    plan: Plan
    person: Person
    performance: Performance
    pose: Pose
    scene: Scene
    camera: Camera
    centres: Float[np.ndarray, "time landmark 3"]

    @property
    def truth(self) -> Truth:
        """What is exactly known of the clip."""
        posture = self.performance.posture
        return Truth(posture.time_s, self.centres, posture.contact, posture.seated, self.camera, self.performance.repetitions)

    def pictures(self) -> Iterator[Shot]:
        """Draw the film: each picture with the person's silhouette."""
        return film(self.person, self.performance, self.pose, self.scene, self.camera, self.plan.seed)

    def frames(self, seen: Callable[[Shot], None] = lambda _: None) -> Iterator[tuple[float, UInt8[np.ndarray, "height width 3"]]]:
        """Draw the film as a writer takes it, each picture with its time (s); `seen` is shown every shot before."""
        for at, shot in zip(self.pose.time_s, self.pictures(), strict=True):
            seen(shot)
            yield float(at), shot.rgb

    @property
    def deepest_frame(self) -> int:
        """The frame at the bottom of the first repetition, or halfway through the clip where there is none."""
        repetitions, time_s = self.performance.repetitions, self.pose.time_s
        return int(np.abs(time_s - (repetitions[0][1] if repetitions else 0.5 * time_s[-1])).argmin())

    def still(self, frame: int) -> Shot:
        """Draw one frame of the film."""
        return next(islice(self.pictures(), frame, None))


def stage(plan: Plan) -> Stage:
    """Settle who does what, where, and what the camera sees; the same plan is the same clip for ever."""
    person = load_person(plan.person)
    performance = perform(
        plan.movement,
        person.skeleton,
        plan.rng("movement"),
        fps=plan.fps,
        faults=plan.faults,
        standing_first=plan.standing_first,
        source=plan.source,
    )
    taken = pose(person.skeleton, performance.posture)
    centres = landmark_paths(person.skeleton, taken)
    scene = draw_scene(
        plan.rng("scene"),
        azimuth_rad=np.deg2rad(plan.azimuth_deg),
        props=performance.props,
        others=[load_person(int(plan.rng("bystander").choice(GROUPS[plan.group])))],
        clearance_m=1.2,
    )
    return Stage(plan, person, performance, taken, scene, _camera(plan, person, centres), centres)


def _camera(plan: Plan, person: Person, centres: Float[np.ndarray, "time landmark 3"]) -> Camera:
    """Draw a camera that has the whole movement in view."""
    level = centres[:, :, [0, 2]]
    middle = 0.5 * (level.min(axis=(0, 1)) + level.max(axis=(0, 1)))
    return draw_camera(
        plan.rng("camera"),
        azimuth_rad=np.deg2rad(plan.azimuth_deg),
        portrait=plan.portrait,
        stature_m=person.stature_m,
        frames=len(centres),
        fps=plan.fps,
        centre=(float(middle[0]), 0.0, float(middle[1])),
        half_width_m=0.1 + float(np.linalg.norm(level - middle, axis=2).max()),
        # The head's crown is a hand's breadth above the eyes; raised wrists have hands.
        top_m=0.18 + float(centres[:, :, 1].max()),
    )


def make_record(plan: Plan, backend: PoseBackend) -> Record:
    """Make one clip and measure it; the film itself is thrown away."""
    staged = stage(plan)
    masks: list[Bool[np.ndarray, "1 row column"]] = []
    frames = staged.frames(lambda shot: masks.append(shrink_masks(shot.silhouette[None])))
    with tempfile.TemporaryDirectory(prefix="kinechain-lab-") as folder:
        path = Path(folder) / f"{plan.name}.mp4"
        began = time.perf_counter()
        write_film(path, frames, plan.fps, plan.crf)
        drawn = time.perf_counter()
        with open_film(path, MEASURED_LINES, spare_byte=True) as opened:
            keypoints = estimate_keypoints(opened.pictures(), backend)
        measured = time.perf_counter()
    person = staged.person
    return Record(
        plan=plan.values,
        who=Who(person.stature_m, person.mass_kg, person.sex, person.age_years, person.skeleton.leg_length),
        truth=staged.truth,
        keypoints=keypoints,
        offset_px=project_offsets(person, staged.pose, staged.centres, staged.camera),
        silhouette=np.concatenate(masks),
        cost=Cost(drawn - began, measured - drawn),
    )
