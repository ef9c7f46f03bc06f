"""What the documents say is what the program does."""

import re
from pathlib import Path

import typer

from kinechain.cli.commands import app
from kinechain.evidence import constants
from kinechain.kinematics.measures import heel_rise_seen_share

ROOT = Path(__file__).resolve().parents[1]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_readme_names_every_command() -> None:
    group = typer.main.get_command(app)
    readme = text("README.md")
    for name, command in group.commands.items():
        assert f"kinechain {name}" in readme
        for below in getattr(command, "commands", {}):
            assert f"`{below}`" in readme or f"kinechain {name} {below}" in readme


def test_the_readmes_two_commands_are_whole_lines() -> None:
    lines = [line.strip() for line in text("README.md").splitlines()]
    assert "pip install uv && uv run kinechain demo" in lines
    assert "pip install uv && uv run pytest" in lines
    assert "pip install uv && uv run pytest" in text(".ci/run")


def test_how_often_a_heel_rise_is_seen_is_what_the_program_computes() -> None:
    rows = re.findall(r"^\| (\d) cm \| (\d+) %", text("docs/filming.md"), re.MULTILINE)
    assert len(rows) == 4
    for centimetres, percent in rows:
        assert round(100.0 * heel_rise_seen_share(int(centimetres) / 100.0)) == int(percent)


def test_the_numbers_of_a_program_are_those_of_their_rows() -> None:
    told = re.findall(r"^\| `(\w+\.\w+)` \| (\S+?)( \S+)? \| (\w+) \|$", text("docs/program.md"), re.MULTILINE)
    assert len(told) == 20
    for key, value, unit, kind in told:
        row = constants()[key]
        assert (f"{row.value:g}", row.unit, row.kind) == (value, unit.strip() or "1", kind), key


def test_links_between_documents_lead_somewhere() -> None:
    for document in (
        "README.md",
        "CONTRIBUTING.md",
        "docs/filming.md",
        "docs/accuracy.md",
        "docs/loads.md",
        "docs/muscles.md",
        "docs/program.md",
        "docs/safety.md",
        "docs/intake.md",
        "docs/outcomes.md",
        "lab/README.md",
    ):
        folder = (ROOT / document).parent
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", text(document)):
            assert (folder / target).exists(), f"{document} links to {target}"
