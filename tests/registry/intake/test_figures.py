"""What the Registry tells of itself in figures, after real exchanges (S216-18.7)."""

from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml.envelope import SoapVersion, enclose
from tests import samples
from tests.registry.asking import Asker
from tests.story import Story, with_real_files

OPERATIONS = Path(__file__).resolve().parents[3] / "docs" / "operations.md"
pytestmark = pytest.mark.clause("S216-18.7")
Labelled = dict[tuple[str, ...], float]


def figures(ask: Asker) -> dict[str, Labelled]:
    """Every figure, by its name and the values of its labels in their order."""
    response = ask("GET", "/metrics", headers={"Authorization": ""})
    assert response.status_code == 200
    told: dict[str, Labelled] = {}
    for family in text_string_to_metric_families(response.text):
        assert family.documentation
        for sample in family.samples:
            told.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return told


def sent(ask: Asker, package: bytes) -> None:
    """Send a package through the endpoint."""
    body = enclose(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", package)
    ask("POST", "/soap/", content=body, headers={"Content-Type": SoapVersion.V11.content_type})


def test_a_registry_in_which_nothing_happened_tells_so(story: Story, ask: Asker) -> None:
    told = figures(ask)
    assert told["registry_intake_seconds_count"] == {(): 0}
    assert told["registry_arrivals_kept"] == told["registry_arrivals_kept_bytes"] == {(): 0}
    assert told["registry_log_position"] == {(): story.position()}


def test_packages_are_counted_by_result_and_stage_and_findings_by_rule(
    story: Story, ask: Asker
) -> None:
    formed = story.now - timedelta(hours=2)
    late = story.sign(
        story.with_files(story.own(samples.purchase_open_tender(formed))), formed_at=formed
    )
    sent(ask, package := story.packed(story.tender(), late))
    sent(ask, story.packed(story.sign(story.tender(), "customer1-employee")))
    sent(ask, story.packed(story.tender(), sez_code="SEZ99"))
    sent(ask, package)
    told = figures(ask)
    assert told["registry_repeated_messages_total"] == {(): 1}
    assert told["registry_packages_total"] == {
        ("ACCEPTED", "RECORDED"): 1,
        ("REFUSED", "CERTIFICATE"): 1,
        ("REFUSED", "INTEGRITY"): 1,
    }
    assert told["registry_findings_total"] == {("F-HDR-4",): 1, ("C-06",): 1, ("I-11",): 1}
    assert told["registry_records_total"] == {("true",): 1, ("false",): 1}
    assert told["registry_intake_seconds_count"] == {(): 4}
    assert 0 < told["registry_intake_seconds_sum"][()] < 60
    assert told["registry_arrivals_kept"] == {(): 1}
    assert told["registry_arrivals_kept_bytes"][()] > len(package) / 2


def test_faults_are_counted_by_code_wherever_they_are_answered(story: Story, ask: Asker) -> None:
    tender = with_real_files(story.own(samples.purchase_open_tender(story.now)))
    sent(ask, story.packed(tender))
    ask("POST", "/soap/", content=b"<x/>")
    ask("POST", "/soap/", content=b"<x/>", headers={"Content-Encoding": "gzip"})
    told = figures(ask)
    faults = {("FILES_MISSING",): 1, ("NOT_SOAP",): 1, ("BODY_ENCODED",): 1}
    assert told["registry_faults_total"] == faults
    assert told["registry_intake_seconds_count"] == {(): 1}
    assert "registry_packages_total" not in told


def test_statements_about_numbers_are_counted_apart(story: Story, ask: Asker) -> None:
    story.void(7)
    story.void(7)
    told = figures(ask)
    assert told["registry_void_statements_total"] == {
        ("ACCEPTED", "RECORDED"): 1,
        ("REFUSED", "INTEGRITY"): 1,
    }
    assert told["registry_findings_total"] == {("I-13",): 1}


def test_position_and_lag_follow_the_log(story: Story, ask: Asker) -> None:
    story.registry.follower.catch_up()
    assert figures(ask)["registry_follower_lag_events"] == {(): 0}
    story.tell(story.tender())
    told = figures(ask)
    assert told["registry_log_position"] == {(): story.position()}
    assert told["registry_follower_lag_events"][()] > 0


def test_every_figure_is_explained_to_those_who_operate(ask: Asker) -> None:
    text = ask("GET", "/metrics", headers={"Authorization": ""}).text
    names = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    explained = OPERATIONS.read_text()
    assert [name for name in names if name not in explained and "_created" not in name] == []
