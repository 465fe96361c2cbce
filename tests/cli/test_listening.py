"""Where the commands listen: nothing that is answered waits for the other side's acknowledgement."""

import socket

from deploy.cli.answering import listening_at


def test_an_answer_in_two_parts_is_sent_at_once_on_every_connection() -> None:
    """Else the second part waits for the client's delayed acknowledgement (RFC 896, RFC 1122 4.2.3.2): 40 ms."""
    with (
        listening_at("127.0.0.1", 0, public=False) as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
