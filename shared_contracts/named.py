"""Tables of parts that are reached by the names of their modules, and read when first asked.

What is in such a table is imported by nobody: a process of its own finds the same parts by the
same names.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import Generic, TypeVar

from typing_extensions import override

T = TypeVar("T")


class Lazy(Mapping[str, T], Generic[T]):
    """A mapping that is made when it is first looked at, and stays as it was made."""

    def __init__(self, make: Callable[[], Mapping[str, T]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Mapping[str, T]:
        return self._make()

    @override
    def __getitem__(self, key: str) -> T:
        return self._made[key]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    @override
    def __len__(self) -> int:
        return len(self._made)


class Named(Lazy[T]):
    """Parts by their keys, each the attribute ``KIND`` of one of ``modules``.

    ``key`` tells under which name a part is found; ValueError where two have the same.
    """

    def __init__(self, key: Callable[[T], str], modules: tuple[str, ...]) -> None:
        super().__init__(self._load)
        self.modules = modules
        self._key = key

    def admit(self, module: str) -> None:
        """Add one more; RuntimeError once the table was looked at, for what rests on it is made."""
        if "_made" in self.__dict__:
            raise RuntimeError(f"{module} comes too late: the table was looked at before")
        self.modules += (module,)

    def beside(self, name: str) -> Iterator[ModuleType]:
        """The modules called ``name`` in the folders of all parts, in the order of the table."""
        for module in self.modules:
            yield import_module(f"{module.rpartition('.')[0]}.{name}")

    def _load(self) -> Mapping[str, T]:
        found: dict[str, T] = {}
        for module in self.modules:
            part: T = import_module(module).KIND
            if found.setdefault(self._key(part), part) is not part:
                raise ValueError(f"{module}: there is a {self._key(part)} already")
        return found
