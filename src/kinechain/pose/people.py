"""Which of the people in view is the one to measure? The largest one who stays: size times time decides."""

from dataclasses import dataclass, field

import numpy as np

from kinechain.evidence import constant
from kinechain.pose.backend import PersonPose
from kinechain.pose.region import Region


@dataclass(frozen=True)
class Task:
    """What to do with one picture: measure the tracks `follow` (number, region), and `look` for everybody."""

    follow: tuple[tuple[int, Region], ...]
    look: bool


@dataclass(frozen=True)
class Sighting:
    """What came of a task: the pose of each followed track (None where it was lost), and, where one looked, all others in view."""

    followed: dict[int, PersonPose | None]
    others: tuple[PersonPose, ...] | None


@dataclass(frozen=True)
class FollowOptions:
    """How people are told apart and looked for; every number is a row of evidence."""

    look_every_s: float
    look_soon_s: float
    same_distance: float
    same_ratio: float
    home_distance: float
    home_s: float
    rival_ratio: float
    most_people: int

    @staticmethod
    def from_evidence() -> "FollowOptions":
        """Return the options of the shipped rows `pose.*`."""
        return FollowOptions(
            look_every_s=constant("pose.look_every").value,
            look_soon_s=constant("pose.look_soon").value,
            same_distance=constant("pose.same_person_distance").value,
            same_ratio=constant("pose.same_person_ratio").value,
            home_distance=constant("pose.home_distance").value,
            home_s=constant("pose.home_time").value,
            rival_ratio=constant("pose.rival_ratio").value,
            most_people=int(constant("pose.most_people").value),
        )


@dataclass
class Track:
    """One person through the film.

    `weight` is size times time seen (px s), `home` where the person mostly is, `home_frame` when it was last surely there.
    """

    number: int
    poses: dict[int, PersonPose] = field(default_factory=dict)
    weight: float = 0.0
    last: Region | None = None
    home: Region | None = None
    seen_s: float = -np.inf
    home_frame: int = -1
    lost: bool = False


class People:
    """The people of one film, told apart by place and size. Deterministic: the answers depend on the pictures only.

    The one with the greatest weight leads and is followed from picture to picture. A larger one is followed beside it, and leads as
    soon as it outweighs the leader; all others are only counted when one looks for everybody. Where the leader has left its home
    and somebody like it stands there, the network had slipped over to a passer-by, and the leader is put back.
    """

    def __init__(self, options: FollowOptions) -> None:
        self._options = options
        self._tracks: list[Track] = []
        self._numbers = 0
        self._next_look_s = -np.inf

    @property
    def leader(self) -> Track | None:
        """The track with the greatest weight so far."""
        return max(self._tracks, key=lambda track: track.weight, default=None)

    def plan(self, time_s: float) -> Task:
        """Say what to do with the picture at `time_s`."""
        follow = tuple((track.number, track.last) for track in self._followed() if track.last is not None)
        look = not follow or time_s >= self._next_look_s
        if look:
            calm = self.leader is not None and not self.leader.lost
            often = self._options.look_soon_s
            self._next_look_s = time_s + (float(np.clip(time_s / 2.0, often, self._options.look_every_s)) if calm else often)
        return Task(follow, look)

    def record(self, index: int, time_s: float, sighting: Sighting) -> float:
        """Take in what was seen in picture `index`; return how many people are in view, NaN where nobody looked."""
        by_number = {track.number: track for track in self._tracks}
        for number, pose in sighting.followed.items():
            if number in by_number:
                self._add(by_number[number], index, time_s, pose)
        if sighting.others is None:
            return float("nan")
        for pose in sighting.others:
            self._admit(index, time_s, pose)
        self._forget_slight_ones()
        return float(len(sighting.others) + sum(pose is not None for pose in sighting.followed.values()))

    def _followed(self) -> list[Track]:
        """Return the leader, if it is not lost, and the largest rival in view that is larger (or any, where the leader is lost)."""
        leader = self.leader
        if leader is None or leader.last is None:
            return []
        least_px = 0.0 if leader.lost else leader.last.side_px * self._options.rival_ratio
        rivals = [
            track
            for track in self._tracks
            if track is not leader and not track.lost and track.last is not None and track.last.side_px > least_px
        ]
        first = [] if leader.lost else [leader]
        return first + sorted(rivals, key=lambda track: -track.last.side_px if track.last else 0.0)[:1]

    def _add(self, track: Track, index: int, time_s: float, pose: PersonPose | None) -> None:
        """Write a pose into a track, or that it was lost: nothing found, or something far from where it was a moment ago.

        The latter also keeps the lanes together: each measures every second picture, and must not go its own way.
        """
        track.lost = pose is None or (not track.lost and track.last is not None and not self._near(track.last, pose.region))
        if pose is None or track.lost:
            return
        track.poses[index] = pose
        track.last = pose.region
        track.weight += (
            pose.region.side_px * min(time_s - track.seen_s, self._options.look_every_s) if track.seen_s > -np.inf else 0.0
        )
        if track.home is None:
            track.home = pose.region
        if self._at_home(track, pose.region):
            share = min(1.0, max(0.0, time_s - track.seen_s) / self._options.home_s) if track.seen_s > -np.inf else 1.0
            track.home = _between(track.home, pose.region, share)
        if self._at_home(track, pose.region, strictly=True):
            track.home_frame = index
        track.seen_s = time_s

    def _admit(self, index: int, time_s: float, pose: PersonPose) -> None:
        """Give a pose that belongs to no followed track to the lost or resting track it fits, or to a new one."""
        leader = self.leader
        if leader is not None and self._has_strayed(leader) and self._at_home(leader, pose.region):
            self._put_back(leader)
            self._add(leader, index, time_s, pose)
            return
        fitting = [
            track
            for track in self._tracks
            if index not in track.poses
            and (self._at_home(track, pose.region) or (track.last and self._near(track.last, pose.region)))
        ]
        self._add(max(fitting, key=lambda track: track.weight, default=None) or self._new_track(), index, time_s, pose)

    def _put_back(self, leader: Track) -> None:
        """Hand all that was followed since the leader left its home to a new track: it was somebody else.

        The new track takes over the leader's number, under which pictures still in work are being measured.
        """
        thief = self._new_track()
        thief.number, leader.number = leader.number, thief.number
        thief.last, thief.seen_s, thief.home, thief.lost = leader.last, leader.seen_s, leader.last, leader.lost
        for index in [index for index in leader.poses if index > leader.home_frame]:
            thief.poses[index] = leader.poses.pop(index)
        leader.lost = True  # until it is found again, which is why this is called

    def _new_track(self) -> Track:
        track = Track(self._numbers)
        self._numbers += 1
        self._tracks.append(track)
        return track

    def _forget_slight_ones(self) -> None:
        """Keep memory bounded in a crowd: only the weightiest tracks, and those that are followed, are kept."""
        kept = sorted(self._tracks, key=lambda track: -track.weight)[: 2 * self._options.most_people] + self._followed()
        self._tracks = [track for track in self._tracks if track in kept]

    def _has_strayed(self, track: Track) -> bool:
        return track.last is not None and not self._at_home(track, track.last)

    def _at_home(self, track: Track, region: Region, strictly: bool = False) -> bool:
        """Tell whether a region is where the track mostly is; strictly: within half the distance and half the ratio."""
        distance, ratio = self._options.home_distance, self._options.same_ratio
        if strictly:
            distance, ratio = distance / 2.0, np.sqrt(ratio)
        return track.home is not None and are_alike(track.home, region, distance, ratio)

    def _near(self, one: Region, other: Region) -> bool:
        return are_alike(one, other, self._options.home_distance, self._options.same_ratio)


def are_alike(one: Region, other: Region, distance: float, ratio: float) -> bool:
    """Tell whether two regions may hold one body: centres within `distance` mean sides, and sides within the factor `ratio`."""
    apart = np.hypot(one.x_px - other.x_px, one.y_px - other.y_px)
    small, large = sorted((one.side_px, other.side_px))
    return bool(apart <= distance * (small + large) / 2.0 and large <= ratio * small)


def _between(one: Region, other: Region, share: float) -> Region:
    mix = [a + share * (b - a) for a, b in ((one.x_px, other.x_px), (one.y_px, other.y_px), (one.side_px, other.side_px))]
    return Region(mix[0], mix[1], mix[2], other.angle_rad)
