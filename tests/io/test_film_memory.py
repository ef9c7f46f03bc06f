"""Does memory stay flat however long the film is?"""

import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from films import make_film

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no getrusage")

READ = """
import resource, sys
from pathlib import Path
from kinechain.io.film import open_film
with open_film(Path(sys.argv[1])) as film:
    frames = sum(1 for _ in film.pictures())
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(frames, peak / (1024 if sys.platform == "linux" else 1024 * 1024))
"""


def peak_mib(path, frames):
    answer = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True).stdout.split()
    assert int(answer[0]) == frames
    return float(answer[1])


def test_memory_of_4k_film_does_not_grow(tmp_path):
    part = a_little_4k(tmp_path, frames=10)
    short, long = repeated(part, tmp_path / "short.mp4", 2), repeated(part, tmp_path / "long.mp4", 8)
    # One shrunk picture is 6 MiB: 60 of them kept would be 370 MiB.
    assert peak_mib(long, 80) - peak_mib(short, 20) < 60


@pytest.mark.soak
def test_memory_of_two_minutes_of_4k_is_that_of_one(tmp_path):
    second = a_little_4k(tmp_path, frames=30)
    one = peak_mib(repeated(second, tmp_path / "one.mp4", 60), 1800)
    two = peak_mib(repeated(second, tmp_path / "two.mp4", 120), 3600)
    print(f"peak memory: one minute {one:.0f} MiB, two minutes {two:.0f} MiB")
    assert two - one < 20


def a_little_4k(folder: Path, frames: int) -> Path:
    rows = np.linspace(0, 255, 2160, dtype=np.uint8)[:, None, None]

    def picture(index):
        return np.ascontiguousarray(np.broadcast_to(np.roll(rows, 40 * index, axis=0), (2160, 3840, 3)))

    return make_film(folder / "part.mp4", size=(3840, 2160), frames=frames, picture=picture, options={"bf": "0"})


def repeated(source: Path, target: Path, times: int) -> Path:
    """Write the packets of `source` over and over: a long film is made in no time."""
    with av.open(str(source)) as reader, av.open(str(target), "w") as writer:
        old = reader.streams.video[0]
        stream = writer.add_stream_from_template(old)
        packets = [(bytes(packet), packet.pts, packet.is_keyframe) for packet in reader.demux(old) if packet.size]
        length = round(len(packets) / 30 / old.time_base)
        for turn in range(times):
            for content, pts, is_key in packets:
                packet = av.Packet(content)
                packet.pts = packet.dts = pts + turn * length
                packet.time_base, packet.is_keyframe, packet.stream = old.time_base, is_key, stream
                writer.mux(packet)
    return target
