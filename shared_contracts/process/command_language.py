"""In which language a command speaks: its option ``--lang``, and the words of tables and refusals.

The words are written in English and looked up in ``command_words.toml``; JSON is the same in every
language.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from functools import wraps
from importlib.resources import files
from inspect import Parameter, signature
from typing import Annotated, Any, TypeVar

import typer
from typing_extensions import override

from shared_contracts.http.remote import RemoteError
from shared_contracts.language import Language

_TABLE: Mapping[str, Any] = tomllib.loads(
    files(__package__).joinpath("command_words.toml").read_text("utf-8")
)
_REFUSALS = [(re.compile(entry["pattern"], re.DOTALL), entry) for entry in _TABLE["refusal"]]
_LINES = [(re.compile(entry["pattern"]), entry) for entry in _TABLE["line"]]
_STATUS = re.compile(r"(?P<text>.*) \(HTTP \d+\)", re.DOTALL)

_spoken: ContextVar[Language] = ContextVar("language of the command", default=Language.EN)


F = TypeVar("F", bound=Callable[..., Any])

Lang = Annotated[Language, typer.Option(help="Language of headings and refusals.")]


class SpeakingApp(typer.Typer):
    """Commands with the option ``--lang``, each its own where it declares one."""

    @override
    def command(self, name: str | None = None, **kwargs: Any) -> Callable[[F], F]:
        enter = super().command(name, **kwargs)

        def entered(function: F) -> F:
            enter(_speaking(function))
            return function

        return entered


def _speaking(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` as a command that takes ``lang``, and passes it on only where it is known."""
    form = signature(function, eval_str=True)
    own = "lang" in form.parameters

    @wraps(function)
    def speaking(*args: object, lang: Language = Language.EN, **kwargs: object) -> object:
        _spoken.set(lang)
        return function(*args, **kwargs | ({"lang": lang} if own else {}))

    added = Parameter("lang", Parameter.KEYWORD_ONLY, default=Language.EN, annotation=Lang)
    parameters = [*form.parameters.values(), *(() if own else (added,))]
    speaking.__signature__ = form.replace(parameters=parameters)  # type: ignore[attr-defined]  # read by the library
    speaking.__annotations__ = {one.name: one.annotation for one in parameters}
    return speaking


def spoken() -> Language:
    """The language of the command."""
    return _spoken.get()


def heading(english: str) -> str:
    """A heading of a table in the language of the command."""
    return _word("heading", english)


CODED = frozenset(_TABLE["coded"]["fields"])
"""Fields of tables whose values are names in the contract or in a program: a state, a kind."""


def value_word(code: str) -> str:
    """A value of a coded field in the language of the command; as it is where it has no word."""
    return _word("value", code)


def word(english: str) -> str:
    """Another word that a command says, in its language."""
    return _word("word", english)


def _word(section: str, english: str) -> str:
    known: Mapping[str, str] = _TABLE[section].get(english, {})
    return known.get(_spoken.get(), english)


def line(english: str) -> str:
    """A line that a command tells, in its language; as it is where it has no entry."""
    language = _spoken.get()
    told = None if language is Language.EN else _filled(_LINES, english, language)
    return told or english


def refusal(problem: Exception) -> str:
    """Why a command ended, in its language; the findings of a system in their own words of it."""
    language, said = _spoken.get(), str(problem)
    if isinstance(problem, OSError) and problem.filename is not None:
        said = f"{problem.filename}: {problem.strerror}"
    if language is Language.EN:
        return said
    if isinstance(problem, RemoteError) and problem.findings:
        return "\n".join(problem.findings_in(language))
    found = _STATUS.fullmatch(said)
    return in_language(found["text"] if found else said, language)


def in_language(text: str, language: Language) -> str:
    """An English sentence of a system in ``language``; in brackets where it has no entry.

    Flaws that are told one after another are told so in ``language`` too.
    """
    told = [_worded(part, language) for part in text.split("; ")]
    flaws = "; ".join(filter(None, told)) if all(told) else None
    return flaws or _worded(text, language) or str(_TABLE["other"][language]).format(text=text)


def _worded(text: str, language: Language) -> str | None:
    return _filled(_REFUSALS, text, language)


def _filled(
    known: Iterable[tuple[re.Pattern[str], Any]], text: str, language: Language
) -> str | None:
    """The entry whose pattern fits, with its named groups filled in; None if there is none."""
    for pattern, entry in known:
        if found := pattern.fullmatch(text):
            given = {name: value or "" for name, value in found.groupdict().items()}
            return str(entry[language].format_map(given)).rstrip()
    return None
