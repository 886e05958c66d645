"""Citizen and coworker feedback, evaluation, unit cases, support plans."""
