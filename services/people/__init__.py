"""People: accounts, roles, the vault. The only service that knows who somebody is. Here so far: who stands in an
imported list."""
