"""What can go wrong, and with which exit code does the command line say so?

    KinechainError
    |-- UsageError              2   the call's words or values are wrong
    |-- UnreadableInputError         4   a file that was given cannot be used
    |   |-- FilmError               a video: missing, empty, truncated, not a video, too long
    |   |-- PoseModelError          network weights: missing, altered, not to be fetched
    |   `-- DataFileError           any other file: evidence rows, results, motions
    `-- OutputError             4   the place to write to cannot be used

A film that can be read but not measured is no error: it is a result whose verdict is `refilm` (exit code 3).
Every message reads: expected X, got Y, do Z, and names the file, frame or joint.
"""


class KinechainError(Exception):
    """Base of all errors that kinechain raises on purpose."""

    exit_code = 70

    def __init__(self, expected: str, got: str, do: str) -> None:
        self.expected, self.got, self.do = expected, got, do
        super().__init__(f"Expected {expected}, got {got}. {do}")


class UsageError(KinechainError):
    """The call's words or values are wrong."""

    exit_code = 2


class UnreadableInputError(KinechainError):
    """A file that was given cannot be used."""

    exit_code = 4


class FilmError(UnreadableInputError):
    """A video is missing, empty, truncated, not a video, or too long."""


class PoseModelError(UnreadableInputError):
    """Network weights are missing, altered, or cannot be fetched."""


class DataFileError(UnreadableInputError):
    """A data file (evidence rows, a result, a motion) is not what it should be."""


class OutputError(KinechainError):
    """The place to write to cannot be used."""

    exit_code = 4
