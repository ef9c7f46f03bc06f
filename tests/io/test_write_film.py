"""Does a written film show what was put in, when it was put, in every browser, and only when it is whole?"""

import av
import numpy as np
import pytest

from films import QUARTERS, quarters
from kinechain.core.errors import OutputError
from kinechain.io.film import open_film
from kinechain.io.film_writer import film_writer, write_film


def read(path):
    with open_film(path) as film:
        return film.header, list(film.pictures())


def test_what_is_written_is_read_again(tmp_path):
    times_s = [0.0, 0.04, 0.07, 0.2, 0.5]
    write_film(tmp_path / "out.mp4", [(time_s, quarters((320, 240), index)) for index, time_s in enumerate(times_s)])
    header, pictures = read(tmp_path / "out.mp4")
    assert (header.width_px, header.height_px) == (320, 240)
    assert [picture.time_s for picture in pictures] == pytest.approx(times_s, abs=1e-4)
    np.testing.assert_allclose(pictures[0].rgb[20, 20], QUARTERS["top left"], atol=8)
    np.testing.assert_allclose(pictures[0].rgb[220, 300], QUARTERS["bottom right"], atol=8)


def test_browsers_can_play_it(tmp_path):
    write_film(tmp_path / "out.mp4", [(index / 30, quarters((64, 48), index)) for index in range(90)])
    with av.open(str(tmp_path / "out.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.profile, stream.pix_fmt) == ("h264", "High", "yuv420p")
        keys = [float(packet.pts * packet.time_base) for packet in container.demux(stream) if packet.is_keyframe]
    # Every two seconds at least a reader can jump to.
    assert keys[0] == 0.0
    assert np.diff([*keys, 3.0]).max() <= 2.0
    content = (tmp_path / "out.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_odd_sizes_lose_their_last_line(tmp_path):
    write_film(tmp_path / "out.mp4", [(0.0, np.zeros((49, 65, 3), np.uint8))])
    header, _ = read(tmp_path / "out.mp4")
    assert (header.width_px, header.height_px) == (64, 48)


def test_pictures_with_padded_rows_are_taken(tmp_path):
    padded = np.zeros((48, 80, 3), np.uint8)
    padded[:, :64] = quarters((64, 48))
    write_film(tmp_path / "out.mp4", [(0.0, padded[:, :64])])
    np.testing.assert_allclose(read(tmp_path / "out.mp4")[1][0].rgb[4, 4], QUARTERS["top left"], atol=8)


def test_an_existing_film_is_kept(tmp_path):
    (tmp_path / "out.mp4").write_text("precious")
    with pytest.raises(OutputError, match="not to exist yet"):
        write_film(tmp_path / "out.mp4", [(0.0, quarters((64, 48)))])
    assert (tmp_path / "out.mp4").read_text() == "precious"


def test_an_error_leaves_nothing_behind(tmp_path):
    def pictures():
        yield 0.0, quarters((64, 48))
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        write_film(tmp_path / "out.mp4", pictures())
    assert list(tmp_path.iterdir()) == []


def test_pictures_of_another_size_or_time_are_refused(tmp_path):
    with film_writer(tmp_path / "out.mp4") as writer:
        writer.add(0.0, quarters((64, 48)))
        with pytest.raises(ValueError, match="pictures of 64 x 48, got 32 x 48"):
            writer.add(0.1, quarters((32, 48)))
        with pytest.raises(ValueError, match="times that rise"):
            writer.add(0.0, quarters((64, 48)))


def test_a_film_without_pictures_is_none(tmp_path):
    with pytest.raises(ValueError, match="at least one picture"):
        write_film(tmp_path / "out.mp4", [])
    assert list(tmp_path.iterdir()) == []
