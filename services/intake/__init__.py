"""Intake: job analyses, needs, rounds, vacancies, applications and the check of their documents, rule packs."""
