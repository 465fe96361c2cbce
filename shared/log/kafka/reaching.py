"""Why a broker cannot be reached, or refuses, in words that say what to do: aiokafka keeps that to its own log."""

import asyncio
import ssl
from typing import TYPE_CHECKING

from aiokafka.conn import collect_hosts, create_conn  # type: ignore[import-untyped]
from aiokafka.errors import (  # type: ignore[import-untyped]
    AuthenticationFailedError,
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
)

if TYPE_CHECKING:
    from shared.log.kafka.place import KafkaPlace

_PATIENCE = 2.0
_FORBIDDEN = (TopicAuthorizationFailedError, GroupAuthorizationFailedError, ClusterAuthorizationFailedError)


def words_of(error: BaseException) -> str:
    """What it says, or at least what it is."""
    return str(error) or type(error).__name__


async def reason(place: "KafkaPlace", error: BaseException) -> str:
    """The error in words. Where no broker could be reached, one is tried once more, to see what it says."""
    if isinstance(error, _FORBIDDEN):
        return _forbidden(place, error)
    if not isinstance(error, KafkaConnectionError):
        return words_of(error)
    said = [await _refusal(place, host, port) for host, port, _ in collect_hosts(place.bootstrap)]
    return "; ".join(one for one in said if one) or words_of(error)


def _forbidden(place: "KafkaPlace", error: BaseException) -> str:
    who = f"the user {place.username}" if place.username else "whoever does not sign in"
    return f"{who} may not do this ({error}): compare the broker's rules with deploy/kafka/acls.csv"


async def _refusal(place: "KafkaPlace", host: str, port: int) -> str:
    """Why this one does not let us in; blank where it does."""
    told = place.connection()
    told.pop("bootstrap_servers")
    at = f"{host}:{port}"
    try:
        async with asyncio.timeout(_PATIENCE):
            connection = await create_conn(host, port, client_id="article6", **told)
    except ssl.SSLCertVerificationError as error:
        return (
            f"{at} shows a certificate that is not trusted ({error.verify_message}): name the certificates of whom "
            "to trust with --kafka-ca (ARTICLE6_KAFKA_CA)"
        )
    except ssl.SSLError as error:
        return f"{at} speaks no TLS that we do ({error.reason or error}): is --kafka-ca meant for this port?"
    except (AuthenticationFailedError, SaslAuthenticationFailed):
        return (
            f"{at} does not let the user {place.username} in: look at --kafka-user and at the password in "
            "ARTICLE6_KAFKA_PASSWORD or ARTICLE6_KAFKA_PASSWORD_FILE"
        )
    except UnsupportedSaslMechanismError:
        return f"{at} lets nobody in by {place.mechanism}: switch it on there (sasl.enabled.mechanisms)"
    except (TimeoutError, KafkaError):
        return f"{at} takes the connection and says nothing{_more(place)}"
    except OSError as error:
        return f"{at} cannot be reached: {error.strerror or error}"
    connection.close()
    return "" if place.username else f"{at} takes the connection and nothing else{_more(place)}"


def _more(place: "KafkaPlace") -> str:
    if place.tls is None:
        return ": where it demands TLS, name whom to trust with --kafka-ca (ARTICLE6_KAFKA_CA)"
    if not place.username:
        return ": where it demands that users sign in, name one with --kafka-user (ARTICLE6_KAFKA_USER)"
    return ""
