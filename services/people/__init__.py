"""People: accounts, roles, the vault, documents and drafts. The only service that knows who somebody is."""
