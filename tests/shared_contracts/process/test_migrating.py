"""The command migrate: the owner's URL is given to it alone, and what is wrong is said in words."""

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from typer.testing import CliRunner

import registry.cli
import sez.cli
from tests.shared_contracts.event_log.database.test_migrate import drop_roles

SYSTEMS = {"REGISTRY": registry.cli.app, "SEZ": sez.cli.app}


@pytest.mark.parametrize("prefix", SYSTEMS)
def test_the_owner_makes_a_database_ready_for_the_applications_login(
    prefix: str, empty_database: str
) -> None:
    name = str(conninfo_to_dict(empty_database)["dbname"])
    url = make_conninfo(empty_database, user=f"{name}_login", password="own")  # noqa: S106
    given = {f"{prefix}_DATABASE_URL": url, f"{prefix}_OWNER_URL": empty_database}
    done = CliRunner().invoke(SYSTEMS[prefix], ["migrate"], env=given)
    assert (done.exit_code, done.stdout) == (0, "migrated\n")
    drop_roles(empty_database, name)


@pytest.mark.parametrize("prefix", SYSTEMS)
def test_an_unreachable_database_and_a_wrong_url_are_told_apart(prefix: str) -> None:
    nowhere = "host=127.0.0.1 port=1 dbname=d connect_timeout=2"
    codes = []
    for user in ("a_login", "a"):
        given = {
            f"{prefix}_DATABASE_URL": f"{nowhere} user={user} password=x",
            f"{prefix}_OWNER_URL": f"{nowhere} user=o",
        }
        done = CliRunner().invoke(SYSTEMS[prefix], ["migrate"], env=given)
        assert "Traceback" not in done.output
        codes.append(done.exit_code)
    assert len({0, *codes}) == 3
