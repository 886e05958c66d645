"""People over HTTP: accounts, one's own data, documents, drafts, words that events cite, roles."""
