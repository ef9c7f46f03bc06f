"""Which commands are there, and what may be said to each?"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="kinechain",
    help="Measure the kinetic chain from foot to hip in a phone video. Everything stays on this computer.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
models_app = typer.Typer(help="The pose network's weights, and models of the body.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(models_app, name="models")
body_app = typer.Typer(help="The body model that loads stand on.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(body_app, name="body")
lab_app = typer.Typer(
    help="The virtual lab: rendered people whose true angles are known. In a checkout of the repository only.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(lab_app, name="lab")


class Test(StrEnum):
    """Tests that can be measured."""

    SQUAT = "squat"
    KNEE_TO_WALL = "knee-to-wall"
    STEP_DOWN = "step-down"
    SINGLE_LEG_SQUAT = "single-leg-squat"
    SINGLE_LEG_STANCE = "single-leg-stance"
    HEEL_RAISE = "heel-raise"
    SIT_TO_STAND = "sit-to-stand"


class Sex(StrEnum):
    """Sex, where it matters for a norm."""

    F = "f"
    M = "m"


class Side(StrEnum):
    """Leg or legs."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class Aim(StrEnum):
    """How deep a squat is wanted."""

    CHAIR = "chair"
    PARALLEL = "parallel"
    DEEP = "deep"


class Painful(StrEnum):
    """Which knee hurts."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    NONE = "none"


class LoadAt(StrEnum):
    """Where a weight is carried."""

    SHOULDERS = "shoulders"
    FRONT = "front"
    HANDS = "hands"


class Eyes(StrEnum):
    """How the eyes are while somebody stands on one leg."""

    OPEN = "open"
    SHUT = "shut"


class Arms(StrEnum):
    """How arms are held in a predicted squat."""

    HANGING = "hanging"
    FORWARD = "forward"
    CROSSED = "crossed"
    OVERHEAD = "overhead"


class Bench(StrEnum):
    """What can be timed."""

    VIDEO = "video"
    FIT = "fit"
    LOADS = "loads"
    START = "start"


_MODEL = typer.Option(
    "--model", metavar="FILE", help="Another pose network: a .task file, or a .tflite landmark file beside its detector."
)
_OUT = typer.Option(
    "-o", "--out", metavar="DIR", help="New folder for the result; by default kinechain-DATE-TEST. Never overwritten."
)
_JSON = typer.Option("--json", help="Print the result as JSON on standard output.")
_MIRRORED = typer.Option(
    "--mirrored/--not-mirrored",
    help="The film is mirrored (many selfie cameras do): turn it back. Say either, and it is not asked.",
)

_KNEE_EXTENSION = typer.Option(
    "--knee-extension",
    metavar="[SIDE=]MOMENT[@DEG]",
    help="What a dynamometer read of isometric knee extension: right=150Nm@60 is 150 Nm at 60 degrees of flexion, 2.1Nm/kg both "
    "legs at their strongest. Once for each leg; without it, people of this sex and age.",
)
_WEAK = typer.Option(
    "--weak",
    metavar="MUSCLE=FACTOR",
    help="A weak muscle and its share of the force it should have, such as vasmed_l=0.8. May be repeated.",
)

_DRAWS = typer.Option("--draws", help="How often all that is not known is drawn, 20 to 5000; by default 200.", show_default=False)
_SEED = typer.Option("--seed", help="Where the draws start from: the same seed gives the same intervals.")

Model = Annotated[Path | None, _MODEL]
Out = Annotated[Path | None, _OUT]
Json = Annotated[bool, _JSON]
Mirrored = Annotated[bool | None, _MIRRORED]
KneeExtension = Annotated[list[str] | None, _KNEE_EXTENSION]
Weak = Annotated[list[str] | None, _WEAK]
Draws = Annotated[int | None, _DRAWS]
Seed = Annotated[int, _SEED]


@app.callback(invoke_without_command=True)
def kinechain(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """Measure the kinetic chain from foot to hip in a phone video. Everything stays on this computer."""
    if version:
        from kinechain import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.command()
def demo(out: Out = None, as_json: Json = False) -> None:
    """Measure built-in films of three people whose truth is known.

    They are assessed like any other film, and each measured angle is printed beside the true one with its error.
    """
    from kinechain.cli.show import run_demo

    run_demo(out, as_json)


@app.command()
def assess(
    films: Annotated[
        list[Path] | None,
        typer.Argument(metavar="CLIP...", help="Films of one test, best one from the side and one from the front."),
    ] = None,
    *,
    height_cm: Annotated[float, typer.Option("--height-cm", help="Body height in centimetres.")],
    mass_kg: Annotated[float, typer.Option("--mass-kg", help="Body mass in kilograms.")],
    test: Annotated[Test, typer.Option("--test", help="What was done.")] = Test.SQUAT,
    age: Annotated[int | None, typer.Option("--age", help="Age in whole years.")] = None,
    sex: Annotated[Sex | None, typer.Option("--sex", help="f or m, where it matters for a norm.")] = None,
    side: Annotated[Side, typer.Option("--side", help="Report this leg only; where one leg is tested, which.")] = Side.BOTH,
    mirrored: Mirrored = None,
    painful: Annotated[Painful | None, typer.Option("--painful", help="Which knee hurts.")] = None,
    pain: Annotated[float | None, typer.Option("--pain", help="Worst pain during the test, 0 (none) to 10.")] = None,
    pain_at_deg: Annotated[
        float | None, typer.Option("--pain-at-deg", help="Knee flexion in degrees at which the pain began.")
    ] = None,
    load_kg: Annotated[float | None, typer.Option("--load-kg", help="Weight carried, in kilograms.")] = None,
    footwear: Annotated[str | None, typer.Option("--footwear", help="For instance barefoot, flat shoes, lifting shoes.")] = None,
    heel_cm: Annotated[float | None, typer.Option("--heel-cm", help="Height of a wedge or heel under the heels.")] = None,
    arms: Annotated[str | None, typer.Option("--arms", help="For instance in front, crossed, overhead.")] = None,
    bar: Annotated[str | None, typer.Option("--bar", help="For instance back, front, none.")] = None,
    eyes: Annotated[Eyes | None, typer.Option("--eyes", help="Open or shut, in standing on one leg.")] = None,
    cm: Annotated[
        list[str] | None,
        typer.Option("--cm", metavar="[SIDE=]CM", help="Knee to wall by tape: left=9.5, or 9.5 with --side left. May be repeated."),
    ] = None,
    deg: Annotated[
        list[str] | None,
        typer.Option("--deg", metavar="[SIDE=]DEG", help="Knee to wall by a phone on the shin, in degrees, in the same way."),
    ] = None,
    aim: Annotated[Aim | None, typer.Option("--aim", help="How deep a squat is wanted; by default parallel.")] = None,
    knee_extension: KneeExtension = None,
    weak: Weak = None,
    draws: Draws = None,
    seed: Seed = 0,
    model: Model = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Measure the films of one test.

    Writes result.json, a report to read and print, tables, and the film with the skeleton on it into a new folder. A film of a
    squat from the side also tells what muscles do and the kneecap bears. The knee-to-wall test needs no film: --cm and --deg are
    what is judged.

    Exit codes: 0 measured, 2 wrong usage, 3 film again (the reasons are in result.json), 4 unreadable film.
    """
    from kinechain.app.assess import Request
    from kinechain.app.battery import Battery
    from kinechain.cli.battery import run_typed
    from kinechain.cli.read import (
        read_chance,
        read_knee_extension,
        read_pain,
        read_person,
        read_protocol,
        read_typed_options,
        read_weakness,
    )
    from kinechain.cli.show import run_assess

    person = read_person(height_cm, mass_kg, age, sex)
    protocol = read_protocol(footwear, heel_cm, arms, bar, load_kg, eyes)
    pains = read_pain(painful, pain, pain_at_deg, test.value)
    typed = read_typed_options({"knee_to_wall_cm": cm, "knee_to_wall_deg": deg}, side, person, test.value)
    if typed and not films:
        told = Battery(person, aim.value if aim else None, protocol, typed=typed, pains=pains, test=test.value)
        run_typed(told, read_chance(draws, seed), out, as_json)
        return
    request = Request(
        films=tuple(films or ()),
        person=person,
        test=test.value,
        protocol=protocol,
        pains=pains,
        painful=painful.value if painful else None,
        side=side.value,
        mirrored=mirrored,
        readings=read_knee_extension(knee_extension, person),
        weakness=read_weakness(weak),
        chance=read_chance(draws, seed),
        typed=typed,
        aim=aim.value if aim else None,
    )
    run_assess(request, model, out, as_json)


@app.command()
def battery(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A folder with films of tests, battery.toml, or both.")
    ] = None,
    ask: Annotated[
        bool,
        typer.Option("--ask", help="Ask step by step, the safety questions first; nothing but a tape and a watch is needed."),
    ] = False,
    example: Annotated[bool, typer.Option("--example", help="Print a sample of battery.toml, and leave.")] = False,
    draws: Draws = None,
    seed: Seed = 0,
    model: Model = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Run all tests together, and tell which link of the chain limits this person.

    Films are named after their test: squat_side.mp4, squat_front.mp4, knee-to-wall_left.mp4. Who was tested, what was typed and
    where it hurt stand in battery.toml beside them; no film is needed. With --ask every answer is kept there at once, so that the
    same command goes on where it ended; the file is written anew, and remarks in it are lost.

    Exit codes: 0 done, 2 wrong usage, 3 not safe to go on, 4 unreadable film or battery.toml.
    """
    from kinechain.cli.battery import run_example, run_folder
    from kinechain.cli.read import read_chance

    if example:
        run_example()
    else:
        run_folder(folder, ask, model, read_chance(draws, seed), out, as_json)


@app.command()
def loads(
    motion: Annotated[
        Path,
        typer.Argument(metavar="MOTION", help="Joint angles of the whole body, as OpenSim writes them (.mot, .sto)."),
    ],
    height_cm: Annotated[float, typer.Option("--height-cm", help="Body height in centimetres.")],
    mass_kg: Annotated[float, typer.Option("--mass-kg", help="Body mass in kilograms.")],
    age: Annotated[int | None, typer.Option("--age", help="Age in whole years.")] = None,
    sex: Annotated[
        Sex | None, typer.Option("--sex", help="f or m, by which masses of the body's parts and strength differ.")
    ] = None,
    grf: Annotated[
        Path | None, typer.Option("--grf", metavar="FILE", help="What force plates measured at the same time (.mot, .sto).")
    ] = None,
    load_kg: Annotated[float, typer.Option("--load-kg", help="Weight carried, in kilograms.")] = 0.0,
    load_at: Annotated[LoadAt, typer.Option("--load-at", help="Where it is carried.")] = LoadAt.SHOULDERS,
    body: Annotated[
        Path | None,
        typer.Option("--body", metavar="FILE", help="Another body model, made by kinechain models compile (.json)."),
    ] = None,
    knee_extension: KneeExtension = None,
    weak: Weak = None,
    draws: Draws = None,
    seed: Seed = 0,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="DIR", help="New folder for the loads; by default kinechain-DATE-loads. Never overwritten."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Work out what every muscle of the legs does in a motion, and what kneecaps, hips, knees and ankles bear.

    Writes moments, activations and forces for OpenSim and others, and a report to read and print, into a new folder.

    Exit codes: 0 done, 2 wrong usage, 4 unreadable motion or forces.
    """
    from kinechain.app.loads import LoadsRequest
    from kinechain.cli.loads import run_loads
    from kinechain.cli.read import read_chance, read_knee_extension, read_load, read_person, read_weakness

    person = read_person(height_cm, mass_kg, age, sex)
    request = LoadsRequest(
        motion=motion,
        person=person,
        grf=grf,
        load_kg=read_load(load_kg),
        load_at=load_at.value,
        body=body,
        readings=read_knee_extension(knee_extension, person),
        weakness=read_weakness(weak, body),
        chance=read_chance(draws, seed),
    )
    run_loads(request, out, as_json)


@app.command()
def guide(
    test: Annotated[str | None, typer.Argument(metavar="[TEST]", help="A test by its name; by default all.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE|DIR", help="Write a page with pictures (.html). Never overwritten."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell how to film a test, and how to measure what is typed in.

    Where to put the phone, what to hold on to, what to wear, when to stop; with -o as a page with a picture of each.
    """
    from kinechain.cli.guide import run_guide

    run_guide(test, out, as_json)


@app.command()
def exercises(
    code: Annotated[str | None, typer.Argument(metavar="[CODE]", help="An exercise by its code or name; by default all.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE|DIR", help="Write a page with pictures (.html). Never overwritten."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Look up exercises: how each goes, how much of it is usual, what the kneecap bears in it.

    From easier to harder; with -o as a page with a drawing of each.
    """
    from kinechain.cli.exercises import run_exercises

    run_exercises(code, out, as_json)


@app.command()
def evidence(
    claim: Annotated[str | None, typer.Argument(metavar="[CLAIM]", help="A claim by its letter or code; by default all.")] = None,
    page: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE|DIR", help="Write a page to read and to print. Never overwritten."),
    ] = None,
    as_json: Json = False,
    as_bib: Annotated[bool, typer.Option("--bib", help="Print the studies as BibTeX; without CLAIM, all of the ledger.")] = False,
) -> None:
    """Tell what is known of popular claims about knee pain, and how surely.

    Of one claim: the studies for and against it with their people and numbers, what follows and why, and what nobody has measured.
    """
    from kinechain.cli.evidence import run_evidence

    run_evidence(claim, page, as_json, as_bib)


@app.command()
def whatif(
    result: Annotated[
        Path | None, typer.Argument(metavar="[RESULT]", help="A result.json that kinechain wrote, or its folder.")
    ] = None,
    dorsiflexion: Annotated[
        str | None, typer.Option("--dorsiflexion", metavar="[+]DEG", help="+5: five degrees more; 35: 35 degrees in all.")
    ] = None,
    hip_flexion: Annotated[str | None, typer.Option("--hip-flexion", metavar="[+]DEG", help="The same of the hip's bend.")] = None,
    knee_flexion: Annotated[
        str | None, typer.Option("--knee-flexion", metavar="[+]DEG", help="The same of the knee's bend.")
    ] = None,
    heel_cm: Annotated[str | None, typer.Option("--heel-cm", metavar="[+]CM", help="How high the heels are put up.")] = None,
    load_kg: Annotated[str | None, typer.Option("--load-kg", metavar="[+]KG", help="Weight carried.")] = None,
    load_at: Annotated[LoadAt | None, typer.Option("--load-at", help="Where it is carried.")] = None,
    arms: Annotated[Arms | None, typer.Option("--arms", help="How arms are held.")] = None,
    stance_cm: Annotated[str | None, typer.Option("--stance-cm", metavar="[+]CM", help="How far ankles are apart.")] = None,
    toe_out: Annotated[str | None, typer.Option("--toe-out", metavar="[+]DEG", help="How far feet are turned out.")] = None,
    side: Annotated[Side, typer.Option("--side", help="Which leg's range is changed.")] = Side.BOTH,
    height_cm: Annotated[float | None, typer.Option("--height-cm", help="Without a result: body height in centimetres.")] = None,
    mass_kg: Annotated[float | None, typer.Option("--mass-kg", help="Without a result: body mass in kilograms.")] = None,
    age: Annotated[int | None, typer.Option("--age", help="Without a result: age in whole years.")] = None,
    sex: Annotated[Sex | None, typer.Option("--sex", help="Without a result: f or m.")] = None,
    dorsiflexion_deg: Annotated[
        float | None, typer.Option("--dorsiflexion-deg", help="Without a result: how far the shin leans at the wall today.")
    ] = None,
    draws: Draws = None,
    seed: Seed = 0,
    page: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE|DIR", help="Write a page with a picture (.html). Never overwritten.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Predict how deep a person can squat, and what would change if one link were freer or a heel higher.

    A model seen from the side, standing still at every depth: it says nothing of knees that fall inward.
    """
    from kinechain.cli.read import read_chance, read_person
    from kinechain.cli.whatif import Asked, read_changes, run_whatif

    numbers = {
        "--dorsiflexion": dorsiflexion,
        "--hip-flexion": hip_flexion,
        "--knee-flexion": knee_flexion,
        "--heel-cm": heel_cm,
        "--load-kg": load_kg,
        "--stance-cm": stance_cm,
        "--toe-out": toe_out,
    }
    changes = read_changes(numbers, arms.value if arms else None, load_at.value if load_at else None, side.value)
    person = read_person(height_cm, mass_kg, age, sex) if height_cm is not None and mass_kg is not None else None
    run_whatif(Asked(result, person, dorsiflexion_deg), changes, read_chance(draws, seed), page, as_json)


@app.command()
def plan(
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="[RESULT|PLAN]",
            help="What kinechain assess, battery or an earlier plan wrote: the folder or its file. Without it, only answers count.",
        ),
    ] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Ask the safety questions and then about your knee, one by one.")] = False,
    answers: Annotated[
        Path | None,
        typer.Option("--answers", metavar="FILE.toml", help="Answers written down; with neither, a file to fill in is printed."),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option("--start", metavar="DATE", help="First day of a new program, such as 2026-01-05; by default today."),
    ] = None,
    log: Annotated[
        bool, typer.Option("--log", help="Ask what you did in a session and how the knee was, and keep it in the plan's diary.")
    ] = False,
    diary: Annotated[
        Path | None, typer.Option("--diary", metavar="FILE.toml", help="Another diary than the one beside the plan.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="Day of the session or the change; by default today.")
    ] = None,
    retest: Annotated[
        Path | None,
        typer.Option("--retest", metavar="RESULT", help="Compare a new result with the one that the plan was made from."),
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--change",
            metavar="SLOT.FIELD=VALUE",
            help="A clinician's change, such as knee.sets=3, knee.exercise=wall_sit or knee.bend_deg=60; without SLOT of the whole "
            "plan, such as load_cap=high. May be repeated.",
        ),
    ] = None,
    add: Annotated[
        list[str] | None,
        typer.Option("--add", metavar="[SLOT=]EXERCISE", help="Add an exercise of the catalogue. May be repeated."),
    ] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", metavar="SLOT", help="Take a line away. May be repeated.")] = None,
    lock: Annotated[
        list[str] | None, typer.Option("--lock", metavar="SLOT", help="Keep a line as it is, whatever the diary says.")
    ] = None,
    unlock: Annotated[list[str] | None, typer.Option("--unlock", metavar="SLOT", help="Let the diary change it again.")] = None,
    sign: Annotated[bool, typer.Option("--sign", help="Sign the plan as it then stands.")] = False,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who changes or signs it; kept in the plan.")] = None,
    because: Annotated[
        str | None, typer.Option("--because", metavar="TEXT", help="Why, in your own words; kept in the plan.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DIR", help="New folder for the plan. Never overwritten.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a program of training from what was measured and told, and keep it going.

    The safety questions come first; where they, or where it hurts, speak for something else, there is no program but whom to see. A
    folder of an earlier plan is shown as its diary leaves it. With -o the page to print, the calendar, the diary to fill in and the
    plan itself are written.

    Exit codes: 0 done, 2 wrong usage, 3 no program is safe now, 4 a file that cannot be used.
    """
    from kinechain.cli.plan import Wish, run_plan
    from kinechain.cli.read_plan import Wanted, read_day

    wish = Wish(
        source=source,
        asking=ask,
        answers=answers,
        start=read_day(start, "--start") if start is not None else None,
        today=read_day(on, "--on"),
        diary=diary,
        logging=log,
        wanted=Wanted(change or (), add or (), remove or (), lock or (), unlock or (), sign, by or "", because or ""),
        retest=retest,
        out=out,
        as_json=as_json,
    )
    run_plan(wish)


@app.command()
def cite(
    result: Annotated[
        Path,
        typer.Argument(
            metavar="RESULT", help="A result.json, loads.json or program.json that kinechain wrote, or the folder of one."
        ),
    ],
    as_bib: Annotated[bool, typer.Option("--bib", help="Print BibTeX.")] = False,
    as_json: Json = False,
) -> None:
    """Print the bibliography of one result.

    Every study that its numbers come from, and every number that is assumed, with the reason.
    """
    from kinechain.cli.cite import run_cite

    run_cite(result, as_bib, as_json)


@app.command()
def safety(
    asking: Annotated[bool, typer.Option("--ask", help="Ask the questions one by one. Nothing is stored.")] = False,
    answers: Annotated[
        Path | None,
        typer.Option("--answers", metavar="FILE.toml", help="Answers written down; without it, a file to fill in is printed."),
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="Print all questions and rules with their sources, as tables.")] = False,
    as_json: Json = False,
) -> None:
    """Ask before any test or program whether somebody should see the knee first.

    Says whom to see and how soon. It is no diagnosis, and a film that exists already can be measured without it.

    Exit codes: 0 nothing stands in the way, 2 wrong usage, 3 a flag or a question without an answer, 4 unreadable answers.
    """
    from kinechain.cli.safety import run_safety

    run_safety(asking, answers, rules, as_json)


@app.command()
def intake(
    asking: Annotated[
        bool, typer.Option("--ask", help="Ask the safety questions, then where and when it hurts. Nothing is stored.")
    ] = False,
    answers: Annotated[
        Path | None,
        typer.Option("--answers", metavar="FILE.toml", help="Answers written down; without it, a file to fill in is printed."),
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="Print all questions, signs and patterns with their sources.")] = False,
    pain_map: Annotated[
        Path | None, typer.Option("--map", metavar="FILE.html", help="Write a page with a knee to point at: where does it hurt?")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask before a program whether this looks like pain at the kneecap, and what the program has to fit.

    It is no diagnosis: answers look like something, and could be something else as well.

    Exit codes: 0 it looks like it, 2 wrong usage, 3 somebody should look first or an answer is missing, 4 unreadable answers.
    """
    from kinechain.cli.intake import run_intake

    run_intake(asking, answers, rules, pain_map, as_json)


@app.command()
def check(
    film: Annotated[Path, typer.Argument(metavar="CLIP", help="The film to look at.")],
    test: Annotated[Test, typer.Option("--test", help="What was done.")] = Test.SQUAT,
    side: Annotated[Side, typer.Option("--side", help="The leg that was tested, where a test takes one.")] = Side.BOTH,
    mirrored: Mirrored = None,
    model: Model = None,
    thumbnail: Annotated[
        Path | None, typer.Option("--thumbnail", metavar="FILE", help="Write a small picture of the film here (.jpg).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say whether a film is fit to be measured.

    And if it is not, exactly what to change. Exit code 0 for ok and caution, 3 to film again.
    """
    from kinechain.cli.show import run_check

    run_check(film, mirrored, test.value, None if side is Side.BOTH else side.value, model, thumbnail, as_json)


@app.command()
def bench(
    what: Annotated[
        Bench,
        typer.Argument(
            metavar="WHAT",
            help="video: network, decoding, pose, assess per frame; fit: the body's; loads: joint moments beside OpenSim's; "
            "start: --help.",
        ),
    ],
    osim: Annotated[
        Path | None,
        typer.Option("--osim", metavar="FILE", help="For loads: the model LaiUhlrich2022.osim, which OpenSim works on."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Time kinechain on this computer.

    Each figure stands beside the floor that no program of its kind can go below, taken in the same run.
    """
    from kinechain.cli.show import run_bench

    run_bench(what.value, as_json, osim)


@body_app.command("muscles")
def body_muscles(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="A muscle (vasmed, 'vastus medialis') or a group (quadriceps); by default all."),
    ] = None,
    body: Annotated[
        Path | None, typer.Option("--body", metavar="FILE", help="Another compiled body model (.json, its .npz beside it).")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="Write the page with pictures here (.html). Never overwritten."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell of the muscles of a leg.

    Where each begins and ends, which joints it crosses, its force and moment arms, and where the model fails.
    """
    from kinechain.cli.body import run_muscles

    run_muscles(name, body, out, as_json)


@lab_app.command("show")
def lab_show(
    clips: Annotated[
        list[str] | None, typer.Argument(metavar="[CLIP...]", help="Clips by the start of their names; by default all.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Write a sheet with one picture of each clip (.png).")
    ] = None,
    count: Annotated[int, typer.Option("--count", help="Pictures on the sheet: so many clips, evenly picked.")] = 24,
    marks: Annotated[bool, typer.Option("--marks", help="Draw the true joint centres into the pictures.")] = False,
) -> None:
    """List the planned clips, or draw a sheet of pictures of them."""
    from kinechain.cli.lab import run_show

    run_show(tuple(clips or ()), out, count, marks)


@lab_app.command("render")
def lab_render(
    clip: Annotated[str, typer.Argument(metavar="CLIP", help="A planned clip, by the start of its name.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="The film (.mp4); its true angles go beside it (.csv).")],
) -> None:
    """Draw one clip as a film, with a table of its true angles beside it."""
    from kinechain.cli.lab import run_render

    run_render(clip, out)


@lab_app.command("measure")
def lab_measure(
    limit: Annotated[int | None, typer.Option("--limit", help="Stop after so many clips.")] = None,
    workers: Annotated[int | None, typer.Option("--workers", help="Clips in work at once; by default one a core.")] = None,
) -> None:
    """Make and measure the planned clips that are not stored yet.

    Can be stopped at any time and goes on where it was; clips that are planned no more are dropped.
    """
    from kinechain.cli.lab import run_measure

    run_measure(limit, workers)


@lab_app.command("demo")
def lab_demo() -> None:
    """Make the films of `kinechain demo` and the pictures of the film guide anew."""
    from kinechain.cli.lab import run_demo

    run_demo()


@lab_app.command("table")
def lab_table(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; leave with 1 if docs/accuracy.md is out of date.")] = False,
) -> None:
    """Write docs/accuracy.md anew from the stored clips."""
    from kinechain.cli.lab import run_table

    run_table(check)


@lab_app.command("people")
def lab_people(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; leave with 1 if docs/loads.md is out of date.")] = False,
) -> None:
    """Set the loads of real films and motions beside what studies of people say, and write the table into docs/loads.md.

    Needs the shared films and motions beside the checkout; some minutes.
    """
    from kinechain.cli.lab import run_people

    run_people(check)


@lab_app.command("squats")
def lab_squats(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; leave with 1 if the page is out of date.")] = False,
) -> None:
    """Tell good deep squats from bad ones by real marker data, and write docs/deep_squats.md.

    Needs the shared takes beside the checkout; a minute.
    """
    from kinechain.cli.lab import run_squats

    run_squats(check)


@lab_app.command("whatif")
def lab_whatif(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; leave with 1 if docs/whatif.md is out of date.")] = False,
) -> None:
    """Set predicted squats beside what studies of people say, and write the table into docs/whatif.md."""
    from kinechain.cli.lab import run_whatif

    run_whatif(check)


@lab_app.command("exercises")
def lab_exercises(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; leave with 1 if table or page are out of date.")] = False,
) -> None:
    """Work out what the kneecap bears in every exercise of the catalogue, and set it beside studies of people.

    Rewrites src/kinechain/program/data/exercise_loads.toml and docs/exercises.md; seconds. It follows a change of the catalogue.
    """
    from kinechain.cli.lab import run_exercises

    run_exercises(check)


@lab_app.command("calibrate")
def lab_calibrate(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; leave with 1 if the rows are out of date.")] = False,
) -> None:
    """Learn anew, from the calibration people's stored clips, how wide the fit's intervals must be.

    Rewrites src/kinechain/evidence/data/calibration.toml; some minutes on two cores. `kinechain lab table` has to follow.
    """
    from kinechain.cli.lab import run_calibrate

    run_calibrate(check)


@lab_app.command("claims")
def lab_claims(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; leave with 1 if the answers are out of date.")] = False,
) -> None:
    """Put the claims of which the load engine can speak to it, in squats made up for them.

    Rewrites src/kinechain/evidence/data/made_squats.toml, which `kinechain evidence` shows.
    """
    from kinechain.cli.lab import run_claims

    run_claims(check)


@lab_app.command("pool")
def lab_pool(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; leave with 1 if the summaries are out of date.")] = False,
) -> None:
    """Sum up, from effects.toml, the effects that may be put together.

    Rewrites src/kinechain/evidence/data/pooled.toml, which `kinechain evidence` shows.
    """
    from kinechain.cli.lab import run_pool

    run_pool(check)


@models_app.command("fetch")
def models_fetch() -> None:
    """Fetch the pose network once; afterwards nothing touches the network."""
    from kinechain.cli.show import run_models_fetch

    run_models_fetch()


@models_app.command("list")
def models_list(as_json: Json = False) -> None:
    """List the networks that kinechain knows, and whether they are here."""
    from kinechain.cli.show import run_models_list

    run_models_list(as_json)


@models_app.command("compile")
def models_compile(
    model: Annotated[Path, typer.Argument(metavar="FILE.osim", help="An OpenSim 4 model with muscles.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", metavar="FILE", help="The compiled model (.json, its tables beside it as .npz); never overwritten."
        ),
    ] = None,
    licence: Annotated[
        str | None, typer.Option("--licence", metavar="TEXT", help="What is said of the model's licence; kept with it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compile an OpenSim model once, so that `kinechain loads --body` can use it without OpenSim.

    Needs OpenSim (pip install 'kinechain[opensim]') and some minutes. Prints muscle by muscle how well it was fitted, and refuses
    in words what cannot be represented.
    """
    from kinechain.cli.compile import run_compile

    run_compile(model, out, licence, as_json)


@models_app.command("path")
def models_path() -> None:
    """Print the folder in which fetched weights are kept."""
    from kinechain.app.models import models_path as path

    typer.echo(path())
