"""Is a file or folder ever half written, or an old one overwritten?"""

import errno
import os
import sys

import pytest

from kinechain.core.errors import OutputError
from kinechain.io.whole import whole_file, whole_folder, write_whole


def fail(error):
    raise error


def test_a_folder_appears_with_all_that_was_put_into_it(tmp_path):
    with whole_folder(tmp_path / "out") as folder:
        (folder / "a.txt").write_text("a")
        assert not (tmp_path / "out").exists()
        assert folder.parent == tmp_path
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "a.txt").read_text() == "a"


def half_filled(folder, error):
    """Fill a folder and a file by half, then raise `error`."""
    with whole_folder(folder / "out") as inside, whole_file(folder / "a.txt") as beside:
        (inside / "deep").mkdir()
        (inside / "deep" / "a.txt").write_text("a")
        beside.write_text("half")
        raise error


@pytest.mark.parametrize("error", [RuntimeError("mine"), KeyboardInterrupt(), FileNotFoundError("another file")])
def test_after_an_error_of_the_filler_nothing_is_there(tmp_path, error):
    with pytest.raises(type(error)):
        half_filled(tmp_path, error)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["text\r\nin lines\n", b"\x00bytes\n", "Grüße"])
def test_a_file_holds_what_was_written(tmp_path, content):
    write_whole(tmp_path / "a", content)
    assert (tmp_path / "a").read_bytes() == (content if isinstance(content, bytes) else content.encode())
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("precious")
    for name in ("folder", "file"):
        with pytest.raises(OutputError, match=f"{name} not to exist yet"):
            write_whole(tmp_path / name, "new")
        with pytest.raises(OutputError, match=f"{name} not to exist yet"):
            whole_folder(tmp_path / name).__enter__()
    assert (tmp_path / "file").read_text() == "precious"
    assert list((tmp_path / "folder").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_dangling_link_counts_as_existing(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputError, match="not to exist yet"):
        write_whole(tmp_path / "link", "new")


def test_what_appears_meanwhile_is_kept(tmp_path):
    def late():
        with whole_folder(tmp_path / "out") as folder:
            (folder / "a.txt").write_text("mine")
            (tmp_path / "out").mkdir()

    with pytest.raises(OutputError, match="not to exist yet"):
        late()
    assert list((tmp_path / "out").iterdir()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_replacing_is_possible_where_asked_for(tmp_path):
    (tmp_path / "a").write_text("old")
    write_whole(tmp_path / "a", "new", replace=True)
    assert (tmp_path / "a").read_text() == "new"


def test_a_missing_parent_is_named(tmp_path):
    with pytest.raises(OutputError, match=r"a folder to write out into, got .*nowhere, which is none"):
        whole_folder(tmp_path / "nowhere" / "out").__enter__()
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="which is none"):
        write_whole(tmp_path / "file" / "a", "text")


@pytest.mark.skipif(
    sys.platform == "win32" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="this user may write anywhere"
)
def test_a_parent_that_cannot_be_written_to_is_named(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="Permission denied"):
            whole_folder(tmp_path / "out").__enter__()
        with pytest.raises(OutputError, match="Permission denied"):
            write_whole(tmp_path / "a", "text")
    finally:
        tmp_path.chmod(0o700)


def test_a_refusal_by_the_system_is_an_output_error(tmp_path, monkeypatch):
    monkeypatch.setattr(type(tmp_path), "mkdir", lambda *_, **__: fail(PermissionError(errno.EACCES, "Permission denied")))
    with pytest.raises(OutputError, match="Permission denied"):
        whole_folder(tmp_path / "out").__enter__()


def test_a_full_disk_is_named_and_leaves_nothing(tmp_path):
    with pytest.raises(OutputError, match="a full disk"):
        half_filled(tmp_path, OSError(errno.ENOSPC, "No space left on device"))
    assert list(tmp_path.iterdir()) == []


def test_a_relative_place_is_beside_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    from pathlib import Path

    with whole_folder(Path("out")):
        os.chdir(tmp_path.parent)
    assert (tmp_path / "out").is_dir()
