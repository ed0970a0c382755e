"""Commands speak Kazakh, Russian and English where people read: headings, refusals, findings."""

import re
from importlib.metadata import version
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

import registry.cli
import registry.columns
import registry.derived
import sez.cli
import sez.columns
import sez.derived
import shared_contracts.cli
from registry.admission.case import AdmissionStatus
from registry.admission.inventory_versions import InventoryStatus
from registry.admission.running_terms import TermStatus
from registry.audits.finding import Differs, Where
from registry.audits.states import AuditOutcome
from registry.drift.difference import DriftKind
from registry.exclusions.exclusion import ExclusionGround
from registry.findings.finding import FindingKind, FindingStatus
from registry.notices.notice import NoticeStatus
from shared_contracts.event_log.state import ObjectState
from shared_contracts.evidence_package.forming import TOGETHER
from shared_contracts.http.remote import NotFound, ProcessUnreachable, RemoteError
from shared_contracts.language import Language
from shared_contracts.messages.changes import ChangesResult
from shared_contracts.messages.notice import NoticeKind
from shared_contracts.messages.versions import VERSIONS
from shared_contracts.process.command_language import _TABLE, _spoken, in_language, line
from shared_contracts.process.command_line import ending, known_id, new_app, show

APPS = {
    "registry": registry.cli.app,
    "sez": sez.cli.app,
    "contracts": shared_contracts.cli.app,
}
COLUMNS = (("purchase", "id"), ("late", "late"), ("status", "status"), ("state", "state"))
FINDING = {
    "rule_id": "F-X-1",
    "path": "/Purchase/Name",
    "text": {"kk": "Бос.", "ru": "Пусто.", "en": "It is empty."},
    "cure": {"kk": "Толтырыңыз.", "ru": "Заполните.", "en": "Fill it in."},
}


def _ended(problem: Exception | None, *words: str, rows: Any = ()) -> tuple[str, str, int]:
    """What a command writes that shows ``rows``, or ends by ``problem``; and its exit code."""
    app = new_app("try", "Try.")

    @app.command()
    def one(*, as_json: bool = False) -> None:
        with ending():
            if problem is not None:
                raise problem
            show(list(rows), COLUMNS, as_json=as_json)

    @app.command()
    def other() -> None:
        """Keep the command above a command of its own."""

    done = CliRunner().invoke(app, ["one", *words])
    return done.stdout, done.stderr, done.exit_code


@pytest.mark.parametrize(
    ("language", "headings", "cell"),
    [("kk", "сатып алу", "иә"), ("ru", "закуп", "да"), ("en", "purchase", "yes")],
)
def test_a_table_has_its_headings_in_the_language_that_is_asked(
    language: str, headings: str, cell: str
) -> None:
    out, _, _ = _ended(None, "--lang", language, rows=[{"id": "a-1", "late": True}])
    head, row = out.splitlines()
    assert head.startswith(headings)
    assert row.split() == ["a-1", cell]


@pytest.mark.parametrize(
    ("language", "told"),
    [("kk", "өтпеді, жолда"), ("ru", "не состоялось, в пути"), ("en", "FAILED, IN_FLIGHT")],
)
def test_states_and_kinds_are_told_in_the_language_that_is_asked(language: str, told: str) -> None:
    rows = [{"id": "FAILED", "status": ["FAILED", "IN_FLIGHT"], "state": "of another program"}]
    out, _, _ = _ended(None, "--lang", language, rows=rows)
    assert re.split(r"  +", out.splitlines()[1]) == ["FAILED", told, "of another program"]


def test_every_state_and_kind_of_a_table_has_its_words() -> None:
    kinds = {*AuditOutcome, *Differs, *Where, *FindingKind, *FindingStatus, *DriftKind}
    kinds |= {*NoticeStatus, *NoticeKind, *InventoryStatus, *AdmissionStatus, *TermStatus}
    kinds |= {*ChangesResult, *ExclusionGround}
    systems = (registry.derived.DERIVED, sez.derived.DERIVED)  # their states are known now
    ours = [one for one in _below(ObjectState) if not one.__module__.startswith("tests.")]
    states = {tag for one in ours if (tag := str(one.__struct_config__.tag)).isupper()}
    assert len(states) > 20, systems
    known = _TABLE["value"]
    assert {str(one) for one in kinds} | states | set(UNDER_WAY) <= known.keys()
    assert all(words.keys() == {"kk", "ru"} for words in known.values())


UNDER_WAY = ("ASKING", "WAITING", "IN_FLIGHT", "HELD", "STOPPED", "SYNCHRONISED", "REFUSED")
"""Where a version of the outbox stands."""


def _below(kind: type[Any]) -> Any:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def test_what_is_the_id_of_no_object_is_told_as_not_found() -> None:
    named = "01A20D00-0000-7000-8000-000000000000"
    assert known_id("tender", named) == named.lower()
    for noun, told in (("supplier", "нет поставщика 7 "), ("list", "нет списка 7 ")):
        with pytest.raises(NotFound) as absent:
            known_id(noun, "7")
        assert absent.value.exit_code == 3
        assert in_language(str(absent.value), Language.RU) == told.rstrip()


def test_json_is_the_same_in_every_language() -> None:
    rows = [{"id": "a-1", "late": True, "status": "FAILED"}]
    told = {_ended(None, "--as-json", "--lang", one, rows=rows)[0] for one in Language}
    assert len(told) == 1


@pytest.mark.parametrize(
    ("problem", "told", "code"),
    [
        (NotFound("no purchase 7 (HTTP 404)"), "нет закупа 7", 3),
        (ProcessUnreachable("http://a:1 does not answer: refused"),
         "http://a:1 не отвечает; проверьте, запущена ли система", 4),
        (RemoteError("count: Input should be a valid integer, given 'x' (HTTP 422)"),
         "count: дано 'x', ожидается тип integer", 1),
        (RemoteError("bin '111': give a BIN; code 'ж': give letters (HTTP 422)"),
         "bin '111': укажите БИН из 12 цифр с верной контрольной; code 'ж': укажите латинские"
         " буквы, цифры, '.', '_', '-', не более 40 знаков", 1),
        (FileNotFoundError(2, "No such file or directory", "/absent"), "нет файла /absent", 2),
        (RemoteError("limit: Input should be greater than or equal to 1, given '0' (HTTP 422)"),
         "limit: дано '0', нужно не меньше 1", 1),
        (RemoteError("unit: Input should be 'DAYS', 'HOURS' or 'YEARS', given 'X' (HTTP 422)"),
         "unit: дано 'X', нужно одно из: 'DAYS', 'HOURS', 'YEARS'", 1),
        (RemoteError("since: a moment needs an offset, as in 2026-03-01T10:00+05:00 (HTTP 422)"),
         "since: запишите время со смещением, например 2026-03-01T10:00+05:00", 1),
        (NotFound("no audit 7; `registry audits list` shows those there are (HTTP 404)"),
         "нет аудита 7; какие есть, показывает `registry audits list`", 3),
        (ValueError("out/a b exists: name another file"),
         "out/a b уже есть: укажите другой файл", 2),
        (RemoteError("what nobody has put into words (HTTP 409)"),
         "запрос не выполнен [what nobody has put into words]", 1),
    ],
)  # fmt: skip
def test_a_refusal_is_told_in_the_language_that_is_asked(
    problem: Exception, told: str, code: int
) -> None:
    assert _ended(problem, "--lang", "ru") == ("", f"{told}\n", code)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_findings_are_told_in_the_language_that_is_asked(language: str) -> None:
    refused = RemoteError("F-X-1 …: It is empty. (HTTP 422)")
    refused.findings = [FINDING]
    _, told, _ = _ended(refused, "--lang", language)
    text, cure = FINDING["text"], FINDING["cure"]
    assert isinstance(text, dict)
    assert isinstance(cure, dict)
    assert told == f"F-X-1 /Purchase/Name: {text[language]} {cure[language]}\n"


@pytest.mark.parametrize("program", APPS)
def test_every_program_tells_its_version_and_those_of_the_contract(program: str) -> None:
    done = CliRunner().invoke(APPS[program], ["--version"])
    told = f"{program} {version('tru-registry')}, contract {', '.join(VERSIONS)}\n"
    assert (done.exit_code, done.output) == (0, told)


@pytest.mark.parametrize("program", APPS)
def test_every_command_knows_the_language_and_help(program: str) -> None:
    root = typer.main.get_command(APPS[program])
    for words in _commands(root):
        done = CliRunner().invoke(APPS[program], [*words, "-h"], env={"COLUMNS": "120"})
        assert done.exit_code == 0, words
        assert "--lang" in done.output, words


WITHOUT_JSON = {
    *("registry serve", "registry migrate", "sez serve", "sez migrate"),  # they show nothing
    *("registry checkpoint", "registry proofs checkpoint", "sez proofs checkpoint"),  # C2SP notes
    *("sez package bytes", "sez package receipt", "sez changes answer", "sez tickets bytes"),
    *("contracts wsdl", "contracts conformance schema"),  # what was signed or published, as it is
    *("registry purchases evidence", "contracts witness new", "contracts witness cosign"),  # files
    "contracts trust import",  # it asks a person; `trust show --json` shows what came of it
    *(f"{who} conformance verify" for who in APPS),  # `--content` gives the signed JSON
}
"""Commands that show nothing which a program would want as JSON."""


@pytest.mark.parametrize("program", APPS)
def test_what_a_command_shows_is_had_as_json(program: str) -> None:
    without = {
        " ".join((program, *words))
        for words, command in _leaves(typer.main.get_command(APPS[program]))
        if not any("--json" in option.opts for option in command.params)
    }
    assert without == {one for one in WITHOUT_JSON if one.startswith(f"{program} ")}


def _leaves(group: Any, before: tuple[str, ...] = ()) -> Any:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _leaves(command, (*before, name))
        else:
            yield (*before, name), command


def _commands(group: Any) -> list[tuple[str, ...]]:
    return [words for words, _ in _leaves(group)]


def test_every_heading_of_a_table_has_its_words() -> None:
    tables = [
        columns
        for module in (registry.columns, sez.columns, shared_contracts.cli)
        for name, columns in vars(module).items()
        if name.isupper()
        and isinstance(columns, tuple)
        and columns
        and isinstance(columns[0], tuple)
    ]
    assert len(tables) >= 7
    assert {heading for columns in tables for heading, _ in columns} <= set(_TABLE["heading"])


@pytest.mark.parametrize(
    "english",
    [
        "12 events",
        "objects",
        "digests",
        "5 of 12 events, 90 events/s",
        "12 events replayed in 0.1 s, 90 events/s",
        "views as of position 9: their follower has come so far",
        f"{'a' * 64}  log.heads 5  equal",
        f"{'a' * 64}  log.heads 5  OTHER",
        f"{'a' * 64}  all",
        f"{'a' * 64}  all as stored",
        "DIFFERS: log.claims ('x', 1), key: stored a; made b",
        "EQUAL",
    ],
)
def test_each_line_of_a_replay_has_its_words(english: str) -> None:
    told = []
    for language in (Language.KK, Language.RU, Language.EN):
        _spoken.set(language)
        told.append(line(english))
    assert len(set(told)) == 3
    assert told[-1] == english


def test_every_pattern_of_a_refusal_is_told_without_gaps() -> None:
    for entry in (*_TABLE["refusal"], *_TABLE["line"]):
        names = set(re.compile(entry["pattern"]).groupindex)
        for language in ("kk", "ru"):
            assert set(re.findall(r"\{(\w+)\}", entry[language])) <= names, entry["pattern"]


@pytest.mark.parametrize(
    "said",
    [
        "no object 01a20d00-0000-7000-8000-000000000000",
        "no version of 01a20d00-0000-7000-8000-000000000000 was signed yet",
        f"{TOGETHER} evidence packages are being formed already: ask again later",
        "http://127.0.0.1:9 sends no more of the file: the whole exchange took too long",
    ],
)
def test_a_refused_export_of_evidence_has_its_words(said: str) -> None:
    for language in (Language.KK, Language.RU):
        assert not in_language(said, language).endswith("]")


@pytest.mark.parametrize(
    "said",
    [
        "no case NOPE, R-NONE; --list shows all of them",
        "--registry '': give the address of the system, https://HOST:PORT",
        "p.xml is not JSON: Expecting value: line 1 column 1 (char 0)",
    ],
)
def test_a_wrong_question_to_a_conformance_kit_has_its_words(said: str) -> None:
    for language in (Language.KK, Language.RU):
        told = in_language(said, language)
        assert not told.startswith(("запрос не выполнен", "сұрау орындалмады"))


def test_english_stays_as_the_system_said_it() -> None:
    assert in_language("no tender 5", Language.KK) == "5 тендері жоқ"
    assert _ended(NotFound("no tender 5 (HTTP 404)"))[1] == "no tender 5 (HTTP 404)\n"
