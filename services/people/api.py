"""People's HTTP API, `/api/people/v1`, as one value for whoever serves it."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter

from services.people.http import accounts, documents, drafts, own, roles, words
from services.people.http.documents import Room
from services.people.http.pauses import Pauses
from services.people.http.reading import DocumentsOf, MayRead, Record
from services.people.http.turns import Turns
from services.people.service import PEOPLE
from services.people.stores import Stores
from shared.runtime.http import acts
from shared.runtime.http.arrivals import Arrivals
from shared.runtime.http.attempts import Attempts


def routers(
    stores: Stores,
    arrivals: Arrivals,
    attempts: Attempts,
    *,
    may_read: MayRead,
    documents_of: DocumentsOf,
    record: Record,
) -> Sequence[APIRouter]:
    """All of people's routes. `may_read` tells whether an official is assigned to an application (`pauh.0c0c...`),
    `documents_of` the ids of the documents that it cites, `record` keeps that one of them is looked at: all three are
    intake's."""
    pauses = Pauses(attempts=attempts, master=stores.folder.master)
    return (
        accounts.router(stores, pauses, Turns("signin.busy")),
        own.router(stores, pauses),
        words.router(stores, may_read),
        documents.router(stores, may_read, documents_of, record, Turns("upload.busy"), Room()),
        drafts.router(stores),
        roles.router(),
        acts.router(PEOPLE, roles.ACTS, arrivals),
    )
