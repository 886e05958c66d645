"""People's own stores as one value: one file for rows (`vault.db`), one folder for documents, each made when it is
asked for."""

from __future__ import annotations

from functools import cached_property

import sqlalchemy as sa

from services.people.accounts import Accounts
from services.people.blobs import Blobs
from services.people.claims import Claims
from services.people.documents import Documents
from services.people.drafts import Drafts
from services.people.passwords import Passwords
from services.people.register import Register
from services.people.tokens import Tokens
from services.people.vault import Vault
from shared.runtime.folder import DOCUMENTS, Folder

FILE = "vault"


class Stores:
    """What people keeps of a data folder, apart from every ledger. One value for the whole process: it remembers
    sessions, and holds the turns of `passwords`."""

    def __init__(self, folder: Folder, passwords: Passwords | None = None) -> None:
        self.folder = folder
        self.passwords = passwords or Passwords()

    def create(self) -> None:
        """Every table, when the file is made."""
        _ = self.accounts, self.tokens, self.drafts, self.documents, self.claims, self.register

    @property
    def store(self) -> sa.Engine:
        """The writer's engine."""
        return self._engines[0]

    @property
    def reader(self) -> sa.Engine:
        """The readers' engine: what only looks waits for nobody who writes."""
        return self._engines[1]

    @cached_property
    def vault(self) -> Vault:
        """Personal data, sealed by person."""
        made = Vault(self.store, self.folder.master, self.reader)
        made.create()
        return made

    @cached_property
    def register(self) -> Register:
        """Who stands in imported lists."""
        made = Register(self.store, self.folder.master, self.folder.keys)
        made.create()
        return made

    @cached_property
    def accounts(self) -> Accounts:
        """Accounts and sessions."""
        made = Accounts(*self._engines, self.folder.master, self.folder.keys, self.vault, self.passwords)
        made.create()
        return made

    @cached_property
    def tokens(self) -> Tokens:
        """Keys that sign, and integrators' tokens."""
        made = Tokens(*self._engines, self.folder.master)
        made.create()
        return made

    @cached_property
    def drafts(self) -> Drafts:
        """Applications that are not sent yet."""
        made = Drafts(*self._engines, self.vault)
        made.create()
        return made

    @cached_property
    def documents(self) -> Documents:
        """What was uploaded."""
        made = Documents(*self._engines, Blobs(self.folder.path / DOCUMENTS), self.vault)
        made.create()
        return made

    @cached_property
    def claims(self) -> Claims:
        """Whose application an id is."""
        made = Claims(*self._engines, self.folder.master, self.folder.keys, self.vault)
        made.create()
        return made

    @cached_property
    def _engines(self) -> tuple[sa.Engine, sa.Engine]:
        return self.folder.stores(FILE, secure_delete=True)
