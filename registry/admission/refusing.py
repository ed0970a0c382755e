"""Why a step of an admission is refused: field, value, rule with its cure, clause."""

from enum import StrEnum

from shared_contracts.errors import RefusedByRule


class AdmissionRule(StrEnum):
    """The rules, each with what to do; ``command_words.toml`` has them in Kazakh and Russian."""

    ANOTHER_BODY = "another body has to act: let that body act"
    NOT_FILED = "nothing was filed under this id: give the id of an application"
    FILED_ALREADY = "an application was filed under this id: give a new id"
    NOT_NOW = "this is not the state in which it may be done: look at the application first"
    ENDED = "the application has ended: file a new one that names it"
    BEFORE_THE_LAST = "the newest step is later: set the clock of the Registry right first"
    NOT_ENDED = "the application that is taken up again has not ended: go on with that one"
    OF_ANOTHER = "the application that is taken up again is another applicant's: name your own"
    DOES_NOT_CONFORM = "the application does not conform: return it with the reasons"
    NO_REASON = "no reason is given: give at least one"
    NO_MEMBER = "a body has no member in the group: name at least one of it"
    NOT_OF_THE_GROUP = "this body has no place in the group: leave it out"
    APPLICANT_IN_GROUP = "the applicant is no member of the group: leave it out"
    NO_GROUP = "there is no working group: create it first"
    NO_STAGE = "the regulation has no such step: name one of its own"
    NOT_THE_NEXT = "another step comes before it: end that one first"
    NOT_MENDED = "what was found is not put right: report that first"
    NOT_ISSUED = "not every copy has its delivery: record each delivery first"
    NOT_BEGUN = "the step is not under way: begin it first"
    TOO_EARLY = "the step goes on for a term that is not over: end it on its last day or later"
    POINT_MISSING = "a point is not judged: judge every point once"
    POINT_UNKNOWN = "the step has no such point: leave it out"
    POINT_UNPROVEN = "a point has neither a signed session nor a reason: give one of them"
    SESSION_MISSING = "no session came along that says this: send its file, or give a reason"
    SESSION_FOUND_OTHERWISE = "the session found that it does not fit: let it be mended, run again"
    SESSION_SILENT = "no point is proven by the session: run the step's suite, or send none"
    SESSION_OF_NO_SEZ = "the session examines no SEZ: run registry conformance run"
    SESSION_OWN = "the applicant, or nobody with a BIN or IIN, signed it: let another run the kit"
    SESSION_OF_ANOTHER_TIME = "the session did not end within this round: run the kit in the round"
    SESSION_OF_ANOTHER_SYSTEM = "another system was examined: name the one of this application"
    NO_VERDICT = "no verdict is given: tell whether the step ended well"
    WRONG_VERDICT = "the verdict is not that of the points: it is good if all of them fit"
    NOT_SIGNED = "who gets a copy has not signed: let somebody sign for it"
    NO_COPY = "this body gets no copy: name one that does"
    DELIVERED_ALREADY = "this copy was delivered: nothing is left to do"
    NOTHING_TO_MEND = "the newest round found nothing to put right: go on"
    ACCESS_BEFORE_ACT = "access begins before the day of the act: give that day or a later one"
    OF_ANOTHER_APPLICANT = "the entry bears another number than the applicant: give the applicant's"
    CODE_TAKEN = "another applicant's system has this code: give one that is free"
    PLATFORM_TAKEN = "another system stands on this platform: let the applicant apply with another"
    CHANGE_WAITS = "another change waits for its decision: have that decided first"
    NO_CHANGE = "no change waits for a decision: let the applicant state one first"
    CONDITIONS_LOST = "conditions of announced purchases would be lost: keep the earlier versions"
    INVENTORY_SAME = "this is the inventory in force: state one that differs"
    CAPACITY_SHRINKS = "computing capacity would fall: state hardware that has as much or more"
    SERIAL_TWICE = "two lines have this serial number: name each piece of hardware once"
    INVENTORY_UNFIT = "the inventory lacks what the order asks for: fill it in or mend it"
    NOTICE_TOO_SHORT = (
        "a change is announced two working days ahead: give that moment or a later one"
    )
    NOTICE_TOO_LONG = "it would hold in more than a year: give a moment within a year"
    OTHER_CODE = "the code of a system never changes: keep it"
    NO_SIGNER = "this body does not sign the document: name one that does"
    SIGNED_ALREADY = "this body has signed the document: nothing is left to do"
    OF_ANOTHER_PARTY = "the certificate bears another number than the applicant: sign by its key"
    NOTHING_OVERDUE = "no term of the applicant is over: let the applicant withdraw it, or wait"
    NOT_IN_THE_LAW = "the regulation of this application does not know it: do what it provides for"


def refused(field: str, value: object, rule: AdmissionRule, clause: str) -> RefusedByRule:
    """The refusal that names field, value, rule, cure and clause."""
    return RefusedByRule(f"{field} {str(value)!r}: {rule} ({clause})")
