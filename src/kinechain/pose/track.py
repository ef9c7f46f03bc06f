"""Where is the one person to measure, from the first picture to the last, and what do the pictures tell beside?"""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import xarray as xr
from jaxtyping import Float, UInt8

from kinechain.core.types import KEYPOINT_NAMES, Engine, Keypoints, Picture
from kinechain.evidence import constant
from kinechain.pose.backend import PersonPose, PoseBackend
from kinechain.pose.people import FollowOptions, People, Sighting, Task, are_alike
from kinechain.pose.picture import PictureFacts, PictureWatch
from kinechain.pose.region import Region
from kinechain.pose.roll import RollVote


def estimate_keypoints(
    pictures: Iterable[Picture], backend: PoseBackend, progress: Callable[[int], None] | None = None
) -> Keypoints:
    """Return the landmarks of the person to measure in every picture, and what only the pixels tell.

    `pictures` come in their order, all of one size; each is let go as soon as it is measured, so memory holds `backend.lanes`
    pictures and numbers for the rest. `progress` is called with the count of pictures taken in. Nothing is smoothed.

    `backend.lanes` pictures are in work at once: where to look in picture n follows from picture n - lanes and those before, so
    that the answer does not depend on how fast each lane is. The dataset has an attribute more than `Keypoints` asks for:
    `camera_roll_rad`, by how much the pictures' content is turned clockwise, NaN where upright edges do not tell.

    Raises ValueError where the times of the pictures do not rise or their sizes differ.
    """
    options = FollowOptions.from_evidence()
    film = _Film(
        People(options), PictureWatch(), RollVote(), constant("pose.hidden_margin").value, constant("pose.watch_every").value
    )
    waiting: deque[Future[Sighting]] = deque()
    with ThreadPoolExecutor(backend.lanes, thread_name_prefix="pose") as lanes:
        for picture in pictures:
            film.watch_pixels(picture)  # while all lanes are busy
            if len(waiting) == backend.lanes:
                film.take_in(waiting.popleft().result())
            task = film.people.plan(picture.time_s)
            waiting.append(lanes.submit(attend, picture.rgb, task, backend, options))
            if progress is not None:
                progress(len(film.times_s))
        for sighting in waiting:
            film.take_in(sighting.result())
    return film.to_keypoints(backend.engine)


def attend(rgb: UInt8[np.ndarray, "height width 3"], task: Task, backend: PoseBackend, options: FollowOptions) -> Sighting:
    """Carry out one task on one picture; where a followed person is lost, look for everybody at once."""
    followed = {number: backend.measure(rgb, region) for number, region in task.follow}
    if not task.look and all(pose is not None for pose in followed.values()):
        return Sighting(followed, None)
    known = [pose for pose in followed.values() if pose is not None]
    others: list[PersonPose] = []
    for region in backend.find_people(rgb, options.most_people):
        if _is_new(region, known + others, options):
            pose = backend.measure(rgb, region)
            # The network may slip from a small person over to a large one beside it.
            if pose is not None and _is_new(pose.region, known + others, options):
                others.append(pose)
    return Sighting(followed, tuple(others))


def _is_new(region: Region, known: list[PersonPose], options: FollowOptions) -> bool:
    return not any(are_alike(pose.region, region, options.same_distance, options.same_ratio) for pose in known)


@dataclass
class _Film:
    """All that is kept of a film while it runs: numbers for every picture, no pictures.

    The pixels are read every `watch_every_s`, since a camera in a hand sways slowly; `facts` names the pictures that were read.
    """

    people: People
    watch: PictureWatch
    roll: RollVote
    margin: float
    watch_every_s: float
    times_s: list[float] = field(default_factory=list)
    in_view: list[float] = field(default_factory=list)
    facts: list[tuple[int, PictureFacts]] = field(default_factory=list)
    size_px: tuple[int, int] = (0, 0)

    def watch_pixels(self, picture: Picture) -> None:
        """Note the time of the next picture, and from time to time what its pixels tell."""
        height, width = picture.rgb.shape[:2]
        if self.times_s and (width, height) != self.size_px:
            raise ValueError(
                f"Expected pictures of {self.size_px[0]} x {self.size_px[1]} px throughout, got {width} x {height} in picture "
                f"{picture.index}. Give one film at a time, all pictures scaled alike."
            )
        self.size_px = width, height
        self.times_s.append(picture.time_s)
        # A thousandth of slack, so that rounded times do not make the next picture the one that is read.
        if self.facts and picture.time_s - self.times_s[self.facts[-1][0]] < self.watch_every_s - 1e-3:
            return
        hide = self._person_box()
        self.facts.append((len(self.times_s) - 1, self.watch.look(picture.rgb, hide)))
        if hide is not None:
            self.roll.add(picture.rgb, hide)

    def take_in(self, sighting: Sighting) -> None:
        """Note what came of the oldest task."""
        index = len(self.in_view)
        self.in_view.append(self.people.record(index, self.times_s[index], sighting))

    def _person_box(self) -> Float[np.ndarray, "2 2"] | None:
        """Return the box round the leader as last seen, with a margin for hair, feet and what is carried."""
        leader = self.people.leader
        if leader is None or leader.lost or not leader.poses:
            return None
        xy = leader.poses[max(leader.poses)].xy
        box = np.stack([xy.min(axis=0), xy.max(axis=0)])
        return np.asarray(box + np.array([[-1.0], [1.0]]) * self.margin * (box[1] - box[0]).max())

    def _between(self, values: list[float]) -> Float[np.ndarray, " time"]:
        """Return a fact for every picture, on straight lines between those that were read; NaN beside one that told nothing."""
        read_s = [self.times_s[index] for index, _ in self.facts]
        return np.interp(self.times_s, read_s, values) if values else np.empty(0)

    def to_keypoints(self, engine: Engine) -> Keypoints:
        """Return everything as one dataset; of the people, the leader at the end."""
        leader = self.people.leader
        poses = leader.poses if leader is not None else {}
        count = len(self.times_s)
        xy, world = np.full((count, 33, 2), np.nan), np.full((count, 33, 3), np.nan)
        confidence, presence = np.full((count, 33), np.nan), np.full(count, np.nan)
        for index, pose in poses.items():
            xy[index], world[index], confidence[index], presence[index] = pose.xy, pose.world, pose.confidence, pose.presence
        scene_change = np.full(count, np.nan)
        scene_change[[index for index, _ in self.facts]] = [facts.scene_change for _, facts in self.facts]
        shift = np.column_stack([self._between([facts.shift_px[axis] for _, facts in self.facts]) for axis in (0, 1)])
        return Keypoints(
            xr.Dataset(
                {
                    "position": (("time", "space", "keypoint"), xy.transpose(0, 2, 1), {"units": "px"}),
                    "confidence": (("time", "keypoint"), confidence, {"units": "1"}),
                    "world": (("time", "axis", "keypoint"), world.transpose(0, 2, 1), {"units": "m"}),
                    "presence": (("time",), presence, {"units": "1"}),
                    "camera_shift": (("time", "space"), shift, {"units": "px"}),
                    "scene_change": (("time",), scene_change, {"units": "1"}),
                    "people": (("time",), np.array(self.in_view), {"units": "1"}),
                    "brightness": (("time",), self._between([facts.brightness for _, facts in self.facts]), {"units": "1"}),
                },
                coords={
                    "time": ("time", np.array(self.times_s), {"units": "s"}),
                    "space": ["x", "y"],
                    "axis": ["x", "y", "z"],
                    "keypoint": list(KEYPOINT_NAMES),
                },
                attrs={
                    "width_px": self.size_px[0],
                    "height_px": self.size_px[1],
                    "pose_model": engine.pose_model,
                    "pose_sha256": engine.pose_sha256,
                    "camera_roll_rad": self.roll.estimate(),
                },
            )
        )
