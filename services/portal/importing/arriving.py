"""A form with a file as browsers send it (multipart/form-data, RFC 7578), read within bounds."""

from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import HTTP

from starlette.requests import Request

_MOST_PARTS = 10


class Arrived:
    """The fields of the form; a file as its bytes."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.file = b""
        self.name = ""


async def arrived(request: Request) -> Arrived:
    """What came. A body that is no such form comes as an empty one. The edge bounds its size."""
    found = Arrived()
    kind = request.headers.get("content-type", "")
    body = await request.body()
    if not kind.startswith("multipart/form-data") or "\n" in kind or "\r" in kind:
        return found
    message = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + kind.encode("latin-1", "replace") + b"\r\n\r\n" + body
    )
    parts = message.get_payload() if message.is_multipart() else []
    for part in parts[:_MOST_PARTS] if isinstance(parts, list) else []:
        _take(part, found)
    return found


def _take(part: Message | str, found: Arrived) -> None:
    if not isinstance(part, EmailMessage):
        return
    name = part.get_param("name", header="content-disposition")
    content = part.get_payload(decode=True)
    if not isinstance(name, str) or not isinstance(content, bytes):
        return
    filename = part.get_filename()
    if filename is None:
        found.fields[name[:100]] = content.decode(errors="replace").replace("\r\n", "\n")
    elif name == "table":
        found.file, found.name = content, filename.rpartition("/")[2].rpartition("\\")[2][:120]
