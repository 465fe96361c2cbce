"""Every fact that insights holds, document by document: for what asks about all of them alike."""

from collections.abc import Iterator
from dataclasses import fields

from services.insights.facts.origin import Document, Fact
from services.insights.record import Record


def documents(record: Record) -> Iterator[Document]:
    """Every document of the record, in the order of its kinds."""
    for part in (record.picture, record):
        for one in fields(part):
            held = getattr(part, one.name)
            if isinstance(held, tuple):
                yield from (document for document in held if isinstance(document, Document))


def facts(document: Document) -> Iterator[Fact]:
    """The dated facts of a document, field by field."""
    for name in type(document).model_fields:
        held = getattr(document, name)
        if isinstance(held, tuple):
            yield from (fact for fact in held if isinstance(fact, Fact))


def state_of(document: Document) -> str:
    """The State that a document is about (ISO 3166-1 alpha-3); blank where it is about none."""
    return str(getattr(document, "state", "") or getattr(document, "recipient", "") or "")
