"""Where is the one person to measure, from the first picture to the last?"""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import xarray as xr

from kinechain.core.types import KEYPOINT_NAMES, Keypoints, Picture
from kinechain.pose.backend import PersonPose, PoseBackend


def estimate_keypoints(
    pictures: Iterable[Picture], backend: PoseBackend, progress: Callable[[int], None] | None = None
) -> Keypoints:
    """Return the landmarks of the person to measure in every picture."""
    times: list[float] = []
    poses: list[PersonPose | None] = []
    size = (0, 0)
    last: PersonPose | None = None
    waiting: deque[Future[PersonPose | None]] = deque()

    def step(picture: Picture, previous: PersonPose | None) -> PersonPose | None:
        found = backend.measure(picture.rgb, previous.region) if previous else None
        if found is None:
            people = backend.find_people(picture.rgb, 2)
            found = backend.measure(picture.rgb, people[0]) if people else None
        return found

    with ThreadPoolExecutor(backend.lanes) as pool:
        for picture in pictures:
            size = picture.rgb.shape[1], picture.rgb.shape[0]
            times.append(picture.time_s)
            if len(waiting) == backend.lanes:
                last = waiting.popleft().result()
                poses.append(last)
            waiting.append(pool.submit(step, picture, last))
            if progress:
                progress(len(times))
        poses.extend(future.result() for future in waiting)
    return _keypoints(times, poses, size, backend)


def _keypoints(times: list[float], poses: list[PersonPose | None], size: tuple[int, int], backend: PoseBackend) -> Keypoints:
    count = len(times)
    xy, world = np.full((count, 33, 2), np.nan), np.full((count, 33, 3), np.nan)
    confidence, presence = np.full((count, 33), np.nan), np.full(count, np.nan)
    for index, pose in enumerate(poses):
        if pose is not None:
            xy[index], world[index], confidence[index], presence[index] = pose.xy, pose.world, pose.confidence, pose.presence
    nothing = np.full(count, np.nan)
    dataset = xr.Dataset(
        {
            "position": (("time", "space", "keypoint"), xy.transpose(0, 2, 1), {"units": "px"}),
            "confidence": (("time", "keypoint"), confidence, {"units": "1"}),
            "world": (("time", "axis", "keypoint"), world.transpose(0, 2, 1), {"units": "m"}),
            "presence": (("time",), presence, {"units": "1"}),
            "camera_shift": (("time", "space"), np.full((count, 2), np.nan), {"units": "px"}),
            "scene_change": (("time",), nothing, {"units": "1"}),
            "people": (("time",), nothing, {"units": "1"}),
            "brightness": (("time",), nothing, {"units": "1"}),
        },
        coords={"time": times, "space": ["x", "y"], "axis": ["x", "y", "z"], "keypoint": list(KEYPOINT_NAMES)},
        attrs={
            "width_px": size[0],
            "height_px": size[1],
            "pose_model": backend.engine.pose_model,
            "pose_sha256": backend.engine.pose_sha256,
            "camera_roll_rad": float("nan"),
        },
    )
    return Keypoints(dataset)
