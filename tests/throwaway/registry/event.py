"""What happens to a notice in the Registry."""

from registry.records.record import VersionRecorded
from shared_contracts.event_log.event import topic
from tests.throwaway.contract import SiteNotice


@topic("site-notice-placed.1")
class NoticePlaced(VersionRecorded, frozen=True, kw_only=True):
    """A notice was placed."""

    document: SiteNotice
