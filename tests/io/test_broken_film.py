"""Does every film that cannot be read end in one clear sentence, after what could be read?"""

import threading
import time

import av
import numpy as np
import pytest

from films import make_film
from kinechain.core.errors import FilmError
from kinechain.io import film as film_module
from kinechain.io.film import open_film

FASTSTART = {"movflags": "faststart"}


def read(path):
    with open_film(path) as film:
        return list(film.pictures())


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Four seconds with something to see, its index at the front, so that a cut leaves the index."""
    noise = np.random.default_rng(1)
    path = make_film(
        tmp_path_factory.mktemp("whole") / "index_last.mp4",
        frames=120,
        size=(160, 120),
        picture=lambda _: noise.integers(0, 255, (120, 160, 3), np.uint8),
        options={"g": "10"},
    )
    front = path.with_name("index_first.mp4")
    with av.open(str(path)) as source, av.open(str(front), "w", options=FASTSTART) as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    return front


def kept(whole, tmp_path, share, name="cut.mp4"):
    content = whole.read_bytes()
    (tmp_path / name).write_bytes(content[: round(len(content) * share)])
    return tmp_path / name


def assert_one_sentence(error, path, *words):
    message = str(error.value)
    assert message.startswith("Expected ")
    assert str(path) in message
    assert "\n" not in message
    assert error.value.exit_code == 4
    for word in words:
        assert word in message


def test_a_missing_file(tmp_path):
    with pytest.raises(FilmError) as error:
        open_film(tmp_path / "nowhere.mp4")
    assert_one_sentence(error, tmp_path / "nowhere.mp4", "no file of that name")


def test_a_folder(tmp_path):
    with pytest.raises(FilmError) as error:
        open_film(tmp_path)
    assert_one_sentence(error, tmp_path, "a folder")


def test_an_empty_file(tmp_path):
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(FilmError) as error:
        open_film(tmp_path / "empty.mp4")
    assert_one_sentence(error, tmp_path / "empty.mp4", "an empty file")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", b"squat, 3 sets\n" * 100),
        ("notes.mp4", b"squat, 3 sets\n" * 100),
        ("random.mp4", np.random.default_rng(0).bytes(5000)),
        ("zeros.mov", bytes(5000)),
        ("list.m3u8", b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n"),
        ("one_byte.mp4", b"x"),
    ],
)
def test_no_film_at_all(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FilmError) as error:
        open_film(tmp_path / name)
    assert_one_sentence(error, tmp_path / name, "a file of another kind")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_a_still_picture(tmp_path, kind):
    from PIL import Image

    Image.new("RGB", (64, 48)).save(tmp_path / "picture.mp4", kind)
    with pytest.raises(FilmError) as error:
        open_film(tmp_path / "picture.mp4")
    assert_one_sentence(error, tmp_path / "picture.mp4", "a file of another kind")


def test_sound_only(made_film):
    path = made_film(audio=True, video=False)
    with pytest.raises(FilmError) as error:
        open_film(path)
    assert_one_sentence(error, path, "only sound")


def test_sound_with_a_cover_picture(tmp_path):
    with av.open(str(tmp_path / "song.mp4"), "w") as container:
        sound = container.add_stream("aac", rate=16000)
        cover = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        container.mux(cover.encode(av.VideoFrame(64, 48, "yuvj420p")))
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16000
        container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
        container.mux(cover.encode(None))
    with pytest.raises(FilmError) as error:
        open_film(tmp_path / "song.mp4")
    assert_one_sentence(error, tmp_path / "song.mp4", "only sound")


def test_a_cut_film_without_its_index(whole, tmp_path):
    path = kept(whole.with_name("index_last.mp4"), tmp_path, 0.6)
    with pytest.raises(FilmError) as error:
        open_film(path)
    assert_one_sentence(error, path, "cut off")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.8])
def test_a_cut_film_with_its_index_gives_what_it_holds_and_then_complains(whole, tmp_path, share):
    path = kept(whole, tmp_path, share)
    pictures = []
    with open_film(path) as film, pytest.raises(FilmError) as error:
        pictures.extend(film.pictures())
    assert_one_sentence(error, path, "4.0 s of film", "breaks off")
    assert 120 * share - 12 < len(pictures) < 120 * share + 3


def test_a_few_frames_missing_at_the_end_are_no_error(whole, tmp_path):
    assert 105 < len(read(kept(whole, tmp_path, 0.92))) < 120


def test_a_cut_webm_is_noticed(made_film, tmp_path):
    whole_webm = made_film("whole.webm", codec="libvpx-vp9", frames=120)
    path = kept(whole_webm, tmp_path, 0.5, "cut.webm")
    with pytest.raises(FilmError) as error:
        read(path)
    assert_one_sentence(error, path, "breaks off")


def test_a_film_cut_before_its_first_picture(whole, tmp_path):
    content = whole.read_bytes()
    (tmp_path / "cut.mp4").write_bytes(content[: content.index(b"mdat") + 20])
    with pytest.raises(FilmError) as error:
        open_film(tmp_path / "cut.mp4")
    assert_one_sentence(error, tmp_path / "cut.mp4", "none that can be decoded")


def test_a_little_damage_is_passed_over_and_much_is_refused(whole, tmp_path):
    content = bytearray(whole.read_bytes())
    start = content.index(b"mdat")
    middle = start + (len(content) - start) // 2
    content[middle : middle + 3000] = bytes(3000)
    (tmp_path / "scratched.mp4").write_bytes(content)
    assert 100 < len(read(tmp_path / "scratched.mp4")) <= 120
    content[middle : middle + (len(content) - start) // 3] = bytes((len(content) - start) // 3)
    (tmp_path / "ruined.mp4").write_bytes(content)
    with pytest.raises(FilmError) as error:
        read(tmp_path / "ruined.mp4")
    assert_one_sentence(error, tmp_path / "ruined.mp4", "packets damaged")


def test_an_absurdly_long_film_is_refused_before_it_is_decoded(made_film):
    path = made_film(times_s=[0.0, 1.0, 31 * 60.0])
    with pytest.raises(FilmError) as error:
        open_film(path)
    assert_one_sentence(error, path, "at most 30 minutes", "more than 31 minutes")


def test_a_film_that_hides_its_length_is_refused_while_it_is_decoded(made_film, monkeypatch):
    path = made_film(frames=60)
    film = open_film(path)
    monkeypatch.setattr(film_module, "MAX_DURATION_S", 1.5)
    pictures = []
    with film, pytest.raises(FilmError) as error:
        pictures.extend(film.pictures())
    assert_one_sentence(error, path, "minutes")
    assert pictures[-1].time_s == pytest.approx(1.5, abs=0.04)


def fail(_):
    raise RuntimeError("mine")


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "kinechain-background"]


@pytest.mark.parametrize("how", ["break", "raise", "close the film", "drop", "never start"])
def test_no_thread_stays_behind(made_film, how):
    film = open_film(made_film(frames=60))
    pictures = film.pictures()
    if how == "break":
        for _ in pictures:
            break
        pictures.close()
    elif how == "raise":
        with pytest.raises(RuntimeError, match="mine"), film:
            fail(next(pictures))
    elif how == "close the film":
        next(pictures)
        film.close()
        assert list(pictures) == []
    elif how == "drop":
        next(pictures)
        del pictures
    else:
        film.close()
        assert list(pictures) == []
    assert threads() == []


def test_decoding_waits_for_the_reader(made_film, monkeypatch):
    made = []
    original = film_module.Picture
    monkeypatch.setattr(film_module, "Picture", lambda *fields: made.append(fields[0]) or original(*fields))
    with open_film(made_film(frames=60)) as film:
        pictures = film.pictures()
        next(pictures)
        time.sleep(0.3)
        # One was read, four wait, and one is in the decoder's hands.
        assert len(made) <= 6
        assert len(list(pictures)) == 59


def test_an_error_while_decoding_reaches_the_reader(made_film, monkeypatch):
    def no_room(*_):
        raise MemoryError("no room")

    with open_film(made_film()) as film:
        monkeypatch.setattr(film_module.Upright, "rgb", no_room)
        with pytest.raises(MemoryError, match="no room"):
            next(film.pictures())
    assert threads() == []
