"""The figures of real films are read as they were written, and a copy that moves no peak lies within its interval."""

from pathlib import Path

import numpy as np

from lab.real_films import Against, RealFilms, Repeat, read_real_films, real_films_section, write_real_films

FIGURES = RealFilms(
    (Against("fit", (3.04, 2.0), (1.0, 1.5), (3.0, 3.0), (0.95, 1.0), (0.9, 0.91)), Against("rough", (5.0, 6.0), (7.0, 8.0), None)),
    (Repeat("a.mp4", "mirrored", 12, 0.4, 1.2, 12), Repeat("b.mp4", "mirrored", 0, float("nan"), float("nan"), 0, "fit_body_odd")),
)


def test_figures_come_back_as_they_were_written(tmp_path: Path) -> None:
    write_real_films(FIGURES, tmp_path / "figures.json")
    read = read_real_films(tmp_path / "figures.json")
    assert read.against == FIGURES.against
    assert read.repeats[0] == FIGURES.repeats[0]
    assert (read.repeats[1].peaks, read.repeats[1].why_not, np.isnan(read.repeats[1].middle)) == (0, "fit_body_odd", True)


def test_the_page_shows_them_and_says_why_one_is_missing() -> None:
    text = "\n".join(real_films_section(FIGURES))
    assert "| fit | 3.0, 2.0 | 1.0, 1.5 | 3.0, 3.0 | 95 %, 100 % | 90 %, 91 % |" in text
    assert "| rough | 5.0, 6.0 | 7.0, 8.0 | - | - | - |" in text
    assert "| `a.mp4` | mirrored | 12 | 0.4 | 1.2 | 12 of 12 |" in text
    assert "| `b.mp4` | mirrored | 0 | - | - | fit_body_odd |" in text


def test_the_shipped_figures_can_be_read() -> None:
    assert any(row.method == "fit" for row in read_real_films().against)
