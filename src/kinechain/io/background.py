"""How is the next thing made while this one is looked at? In a thread of its own, at most so many things ahead."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

T = TypeVar("T")

# How often a waiting thread looks whether anyone still wants what it makes.
_PATIENCE_S = 0.1


class Background(Generic[T]):
    """The items of `make()`, made in a thread at most `ahead` of the reader; an error in the thread is raised in the reader.

    Reading to the end, `close`, or dropping a half-read iterator ends the thread, and `make()`'s own clean-up with it.
    """

    def __init__(self, make: Callable[[], Generator[T, None, None]], ahead: int) -> None:
        self._make = make
        self._queue: Queue[tuple[T] | BaseException | None] = Queue(maxsize=ahead)
        self._unwanted = Event()
        # A daemon, so that a reader who forgot to close does not keep the program from ending.
        self._thread = Thread(target=self._run, name="kinechain-background", daemon=True)

    def __iter__(self) -> Iterator[T]:
        self._thread.start()
        try:
            while True:
                item = self._queue.get()
                if item is None:
                    return
                if isinstance(item, BaseException):
                    raise item
                yield item[0]
        finally:
            self.close()

    def close(self) -> None:
        """End the thread and wait until it has ended; who still reads is told that there is no more."""
        self._unwanted.set()
        while self._thread.is_alive():
            self._drain()
            self._thread.join(timeout=_PATIENCE_S)
        self._drain()
        self._queue.put_nowait(None)

    def _drain(self) -> None:
        with suppress(Empty):
            while True:
                self._queue.get_nowait()

    def _run(self) -> None:
        try:
            with closing(self._make()) as items:
                for item in items:
                    if not self._put((item,)):
                        return
            self._put(None)
        except BaseException as error:  # noqa: BLE001  it is raised again in the reader
            self._put(error)

    def _put(self, item: tuple[T] | BaseException | None) -> bool:
        while not self._unwanted.is_set():
            try:
                self._queue.put(item, timeout=_PATIENCE_S)
            except Full:
                continue
            return True
        return False
