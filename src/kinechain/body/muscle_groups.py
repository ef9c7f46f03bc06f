"""Which muscles belong together? The leg's muscles by what they do, under OpenSim's names without their side."""

from collections.abc import Mapping

#: The groups, the quadriceps first; under the names of the models that descend from Rajagopal's.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "quadriceps": ("recfem", "vasmed", "vaslat", "vasint"),
    "hamstrings": ("bflh", "bfsh", "semimem", "semiten"),
    "gluteals": ("glmax1", "glmax2", "glmax3", "glmed1", "glmed2", "glmed3", "glmin1", "glmin2", "glmin3", "piri", "tfl"),
    "hip_flexors": ("iliacus", "psoas", "sart"),
    "adductors": ("addbrev", "addlong", "addmagProx", "addmagMid", "addmagDist", "addmagIsch", "grac"),
    "calf": ("gasmed", "gaslat", "soleus", "tibpost", "fdl", "fhl", "perbrev", "perlong"),
    "shin": ("tibant", "edl", "ehl"),
}

#: The group of a muscle that none of these knows.
OTHER = "other"

#: The joints of a leg, from the hip down, and the coordinates, without their side, that move each.
JOINTS: Mapping[str, tuple[str, ...]] = {
    "hip": ("hip_flexion", "hip_adduction", "hip_rotation"),
    "knee": ("knee_angle",),
    "ankle": ("ankle_angle",),
    "subtalar": ("subtalar_angle",),
    "toes": ("mtp_angle",),
}

_GROUP_OF = {name: group for group, names in GROUPS.items() for name in names}
_JOINT_OF = {name: joint for joint, names in JOINTS.items() for name in names}


def without_side(name: str) -> str:
    """Return an OpenSim name without the side at its end.

    >>> without_side("vasmed_r")
    'vasmed'
    """
    return name.removesuffix("_r").removesuffix("_l")


def side_of(name: str) -> str | None:
    """Return the side that an OpenSim name tells, None where it tells none."""
    return {"_r": "right", "_l": "left"}.get(name[-2:])


def group_of(muscle: str) -> str:
    """Return the group of a muscle, with or without its side.

    >>> group_of("vasmed_l")
    'quadriceps'
    """
    return _GROUP_OF.get(without_side(muscle), OTHER)


def joints_of(crosses: tuple[str, ...]) -> tuple[str, ...]:
    """Return the joints that coordinates move, from the hip down; a coordinate of no joint of the leg stands for itself.

    >>> joints_of(("hip_flexion_r", "hip_rotation_r", "knee_angle_r"))
    ('hip', 'knee')
    """
    found = dict.fromkeys(_JOINT_OF.get(without_side(name), name) for name in crosses)
    order = list(JOINTS)
    return tuple(sorted(found, key=lambda joint: order.index(joint) if joint in order else len(order)))
