"""Entries named by insights, told as sentences out of the services' own histories."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from starlette.requests import Request

from services.portal.frame import Frame, query
from services.portal.reading import Unreadable
from services.portal.sentences.lines import Line, line

_LONGEST = 200


async def told(frame: Frame, request: Request, entries: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Each entry as a line, in the order given; what the visitor may not see is left out."""
    found: dict[str, Line] = {}
    for topic, stream, seqs in _by_stream(entries):
        begin, end = min(seqs) - 1, max(seqs)
        path = f"/{topic}/history/{stream}?{query({'from_commit': begin, 'limit': min(_LONGEST, end - begin)})}"
        try:
            events = (await frame.read(request, path))["events"]
        except Unreadable:
            continue
        found.update((entry["link"], line(entry)) for entry in events)
    return [found[one["link"]] for one in entries if one["link"] in found]


def _by_stream(entries: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, list[int]]]:
    streams: dict[tuple[str, str], list[int]] = {}
    for one in entries:
        topic, _slash, rest = str(one["link"]).partition("/")
        stream, _at, place = rest.partition("@")
        seq = place.partition(".")[0]
        if seq.isdigit():
            streams.setdefault((topic, stream), []).append(int(seq))
    return [(topic, stream, seqs) for (topic, stream), seqs in streams.items()]
