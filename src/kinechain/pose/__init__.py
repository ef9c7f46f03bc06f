"""Where are the joints in each picture? Pictures in, 33 landmarks of the one person to measure out, with what only pixels tell."""

from kinechain.pose.backend import PersonPose, PoseBackend
from kinechain.pose.blazepose import BlazePose
from kinechain.pose.region import Region
from kinechain.pose.track import estimate_keypoints

__all__ = ["BlazePose", "PersonPose", "PoseBackend", "Region", "estimate_keypoints"]
