"""Projections: read models derived from events, which can be thrown away and rebuilt by us or by anybody: rankings and
their versions, transparency and open data, performance, needs."""
