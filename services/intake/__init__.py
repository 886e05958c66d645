"""Intake: needs, rounds, vacancies, applications, document checks. Here so far: official lists of vacancies, rule
packs."""
