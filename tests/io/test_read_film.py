"""Does a film arrive upright, in the right colours, at the right times, whatever phone made it?"""

import hashlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from films import QUARTERS
from kinechain.io.film import open_film
from kinechain.io.frames import Clock

HLG = {"x265-params": "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"}
CLOCKWISE = ["top left", "top right", "bottom right", "bottom left"]


def read(path):
    with open_film(path) as film:
        return film.header, list(film.pictures())


def corners(rgb):
    """Return the colours of the four quarters, clockwise from the top left."""
    height, width = rgb.shape[:2]
    return [
        rgb[round(height * y), round(width * x)].astype(int) for y, x in [(0.15, 0.15), (0.15, 0.85), (0.85, 0.85), (0.85, 0.15)]
    ]


def assert_corners(rgb, names, tolerance=12):
    for got, name in zip(corners(rgb), names, strict=True):
        np.testing.assert_allclose(got, QUARTERS[name], atol=tolerance, err_msg=name)


@pytest.mark.parametrize(
    ("name", "settings", "codec"),
    [
        ("h264.mp4", {"codec": "libx264"}, "h264"),
        ("h264_10bit.mp4", {"codec": "libx264", "pix_fmt": "yuv420p10le"}, "h264"),
        ("hevc.mov", {"codec": "libx265"}, "hevc"),
        ("hevc_10bit.mp4", {"codec": "libx265", "pix_fmt": "yuv420p10le"}, "hevc"),
        ("vp9.webm", {"codec": "libvpx-vp9"}, "vp9"),
        ("full_range.mp4", {"codec": "libx264", "pix_fmt": "yuvj420p"}, "h264"),
        ("with_sound.mp4", {"audio": True}, "h264"),
    ],
)
def test_codecs_of_phones_give_the_same_pictures(made_film, name, settings, codec):
    header, pictures = read(made_film(name, **settings))
    assert header.codec == codec
    assert (header.width_px, header.height_px, header.rotation_deg) == (64, 48, 0)
    assert [picture.index for picture in pictures] == list(range(30))
    assert_corners(pictures[0].rgb, CLOCKWISE)


def test_vp9_in_ten_bits():
    # Kept as a file: PyAV's own VP9 encoder knows eight bits only.
    header, pictures = read(Path(__file__).parent / "data" / "vp9_10bit.webm")
    assert (header.codec, len(pictures)) == ("vp9", 6)
    assert_corners(pictures[0].rgb, CLOCKWISE)


def test_a_high_dynamic_range_film_gives_a_sane_picture(made_film):
    _, pictures = read(made_film(codec="libx265", pix_fmt="yuv420p10le", options=HLG))
    red, green, white, blue = corners(pictures[0].rgb)
    assert [red.argmax(), green.argmax(), blue.argmax()] == [0, 1, 2]
    assert white.min() > 180
    assert min(red.max(), green.max(), blue.max()) > 130


@pytest.mark.parametrize("stored", [(64, 48), (66, 50), (130, 98)])
@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
def test_the_rotation_flag_turns_the_picture_clockwise(made_film, rotation_deg, stored):
    header, pictures = read(made_film(size=stored, rotation_deg=rotation_deg))
    upright = stored if rotation_deg % 180 == 0 else stored[::-1]
    assert header.rotation_deg == rotation_deg
    assert (header.width_px, header.height_px) == upright
    assert pictures[0].rgb.shape == (upright[1], upright[0], 3)
    # Turned clockwise by a quarter, what was at the bottom left comes to the top left.
    first = -rotation_deg // 90 % 4
    assert_corners(pictures[0].rgb, CLOCKWISE[first:] + CLOCKWISE[:first])


@pytest.mark.parametrize(
    ("stored", "rotation_deg", "upright"),
    [
        ((3840, 2160), 0, (1920, 1080)),
        ((3840, 2160), 90, (1080, 1920)),
        ((2560, 1440), 270, (1080, 1920)),
        ((1920, 1080), 90, (1080, 1920)),
        ((1440, 1440), 0, (1080, 1080)),
        ((1280, 720), 0, (1280, 720)),
    ],
)
def test_more_than_1080_lines_are_shrunk(made_film, stored, rotation_deg, upright):
    header, pictures = read(made_film(size=stored, frames=2, rotation_deg=rotation_deg))
    assert (header.width_px, header.height_px) == upright
    assert pictures[1].rgb.shape == (upright[1], upright[0], 3)
    first = -rotation_deg // 90 % 4
    assert_corners(pictures[0].rgb, CLOCKWISE[first:] + CLOCKWISE[:first])


@pytest.mark.parametrize(
    ("aspect", "rotation_deg", "upright"),
    [
        (Fraction(4, 3), 0, (86, 48)),
        (Fraction(4, 3), 90, (48, 86)),
        (Fraction(1, 2), 0, (32, 48)),
        (Fraction(1216, 1215), 0, (64, 48)),
    ],
)
def test_pixels_become_square(made_film, aspect, rotation_deg, upright):
    header, pictures = read(made_film(pixel_aspect=aspect, rotation_deg=rotation_deg))
    assert (header.width_px, header.height_px) == upright
    assert pictures[0].rgb.shape == (upright[1], upright[0], 3)


def test_times_of_a_variable_rate_are_the_containers(made_film):
    times_s = [0.0, 0.033, 0.066, 0.2, 0.21, 0.5, 1.0]
    _, pictures = read(made_film(times_s=times_s))
    assert [picture.time_s for picture in pictures] == pytest.approx(times_s, abs=1e-4)


def test_times_start_at_zero_whenever_the_film_starts(made_film):
    _, pictures = read(made_film("late.mkv", times_s=[3.0, 3.1, 3.2]))
    assert [picture.time_s for picture in pictures] == pytest.approx([0.0, 0.1, 0.2], abs=1e-3)


def test_a_frame_whose_time_repeats_is_left_out(made_film, tmp_path):
    copy_with_times(made_film(frames=5, options={"bf": "0"}), tmp_path / "repeats.mkv", [0, 33, 33, 66, 100])
    _, pictures = read(tmp_path / "repeats.mkv")
    assert [picture.time_s for picture in pictures] == pytest.approx([0.0, 0.033, 0.066, 0.1])
    assert [picture.index for picture in pictures] == [0, 1, 2, 3]


def test_an_avi_with_reordered_frames_still_has_rising_times(made_film):
    # AVI stores decoding stamps only, so that the presentation stamps of a film with B-frames fall back.
    _, pictures = read(made_film("reordered.avi", frames=60, options={"preset": "veryfast", "bf": "2"}))
    times_s = np.array([picture.time_s for picture in pictures])
    assert len(times_s) >= 59
    assert (np.diff(times_s) > 0).all()
    assert np.median(np.diff(times_s)) == pytest.approx(1 / 30)


@pytest.mark.parametrize(
    ("stamps", "times_s"),
    [
        ([100, 110, 120], [0.0, 1.0, 2.0]),
        ([0, 10, 10, 5, 20], [0.0, 1.0, None, None, 2.0]),
        ([0, None, None, 35], [0.0, 0.5, 1.0, 3.5]),
        ([None, None, 70, 80], [0.0, 0.5, 1.0, 2.0]),
        ([None, None], [0.0, 0.5]),
    ],
)
def test_clock_repairs_missing_stamps_and_refuses_falling_ones(stamps, times_s):
    clock = Clock(tick_s=Fraction(1, 10), step_s=0.5)
    assert [clock.read(stamp, None) for stamp in stamps] == times_s


def test_clock_without_stamps_and_without_a_rate_keeps_the_first_frame_only():
    clock = Clock(tick_s=Fraction(1, 10), step_s=0.0)
    assert [clock.read(None, None) for _ in range(3)] == [0.0, None, None]


def test_header_says_what_the_file_announces(made_film):
    path = made_film(frames=60, fps=60)
    header, _ = read(path)
    assert header.name == "film.mp4"
    assert header.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (header.announced_frames, header.announced_duration_s, header.announced_fps) == (
        60,
        pytest.approx(1.0),
        pytest.approx(60.0),
    )
    assert header.capture_fps is None
    assert header.slowed_by is None


@pytest.mark.parametrize(
    ("tag", "fps", "slowed_by"), [("240.0", 30, 8.0), ("240.0", 240, 1.0), ("30.0", 30, 1.0), ("1.0", 30, 1 / 30)]
)
def test_slow_motion_is_noticed_by_the_tag_of_the_phone(made_film, tag, fps, slowed_by):
    header, _ = read(made_film(fps=fps, metadata={"com.android.capture.fps": tag}))
    assert header.capture_fps == float(tag)
    assert header.slowed_by == pytest.approx(slowed_by)


def test_a_tag_that_is_no_number_tells_nothing(made_film):
    header, _ = read(made_film(metadata={"com.android.capture.fps": "fast"}))
    assert header.capture_fps is None


def test_a_film_can_be_read_twice(made_film):
    with open_film(made_film(frames=4)) as film:
        first, second = list(film.pictures()), list(film.pictures())
    assert [picture.time_s for picture in first] == [picture.time_s for picture in second]


def test_pictures_stay_what_they_were_while_the_film_goes_on(made_film):
    _, pictures = read(made_film(frames=20))
    greys = [int(picture.rgb[24, 32, 0]) for picture in pictures]
    np.testing.assert_allclose(greys, 20 + 8 * np.arange(20), atol=6)


def test_a_losslessly_trimmed_film_shows_its_part_only(shared_data, tmp_path):
    # Phones trim without encoding anew: the file keeps the frames before the cut, and an edit list hides them.
    with av.open(str(shared_data / "video" / "squat_front.mp4")) as source, av.open(str(tmp_path / "cut.mp4"), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is None or packet.pts * packet.time_base > 4:
                continue
            # Shifted before zero, as `ffmpeg -ss 1 -c copy` does.
            packet.pts -= int(1 / packet.time_base)
            packet.dts -= int(1 / packet.time_base)
            packet.stream = stream
            target.mux(packet)
    header, pictures = read(tmp_path / "cut.mp4")
    assert pictures[0].time_s == 0.0
    assert len(pictures) == pytest.approx(91, abs=2)
    assert header.announced_duration_s == pytest.approx(3.03, abs=0.1)


@pytest.mark.parametrize(
    ("clip", "frames", "size", "duration_s"),
    [
        ("video/squat_side_phone.mp4", 614, (608, 1080), 20.487),
        ("video/squat_front.mp4", 365, (1280, 720), 12.167),
        ("sample/squat_side.mp4", 180, (720, 1280), 6.0),
    ],
)
def test_shared_clips(shared_data, clip, frames, size, duration_s):
    with open_film(shared_data / clip) as film:
        times_s = [picture.time_s for picture in film.pictures()]
    assert len(times_s) == frames
    assert (film.header.width_px, film.header.height_px) == size
    assert times_s[-1] + np.median(np.diff(times_s)) == pytest.approx(duration_s, abs=0.002)


def copy_with_times(source, target, ticks_ms):
    """Copy the pictures of `source` with other times, which no encoder would write."""
    with av.open(str(source)) as reader, av.open(str(target), "w") as writer:
        stream = writer.add_stream_from_template(reader.streams.video[0])
        packets = [packet for packet in reader.demux(reader.streams.video[0]) if packet.size]
        for packet, tick_ms in zip(packets, ticks_ms, strict=True):
            packet.pts = packet.dts = tick_ms
            packet.duration = 33
            packet.time_base, packet.stream = Fraction(1, 1000), stream
            writer.mux(packet)
