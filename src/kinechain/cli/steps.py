"""How does a step that the app wants asked become a prompt of the terminal?"""

from kinechain.app.battery_steps import Step
from kinechain.cli.ask import Prompt
from kinechain.report.words import say


def prompt_of(step: Step) -> Prompt:
    """Return a step as a prompt, in words."""
    return Prompt(
        code=step.path,
        words=say(step.words, **step.parameters),
        kind=step.kind,
        help=say(step.how) if step.how else "",
        choices=tuple((choice, say(f"{step.group}.{choice}")) for choice in step.choices),
        low=step.low,
        high=step.high,
        check=step.check,
        optional=not step.needed,
        stop=step.doing,
    )
