"""Where the content of a SOAP Body stands in the bytes of its message."""

from xml.parsers import expat
from xml.parsers.expat import ExpatError

__all__ = ["ExpatError", "within_body"]


def within_body(body: bytes, depth: int) -> tuple[int, int]:
    """Where the one element at ``depth`` begins, and where the element around it ends.

    The Body is at depth 1: 2 gives its content, 3 that of its wrapper. The message is well formed;
    ``ExpatError`` where expat, which knows the names of an older edition of XML, does not think so.
    """
    path: list[str] = []
    marks = [0, 0]
    parser = expat.ParserCreate()

    def starts(name: str, _: dict[str, str]) -> None:
        if len(path) == depth and path[1] == "Body":
            marks[0] = parser.CurrentByteIndex
        path.append(name.rpartition(":")[2])

    def ends(_: str) -> None:
        if len(path) == depth and path[1] == "Body":
            marks[1] = parser.CurrentByteIndex
        path.pop()

    parser.StartElementHandler, parser.EndElementHandler = starts, ends
    parser.Parse(body, True)  # noqa: FBT003  # expat takes the end mark by position only
    return marks[0], marks[1]
