"""Official lists out of files: results and vacancies, the whole list or a refusal that says what to cure.

Nothing of ours is imported here; maxima and status codes are the rule pack's and come in as arguments.
"""

from services.cli.lists.findings import Finding, Lang, WrongFile, text
from services.cli.lists.results import ResultRow, ResultsFile, read_results
from services.cli.lists.vacancies import Opening, VacanciesFile, VacancyRow, read_vacancies

__all__ = [
    "Finding",
    "Lang",
    "Opening",
    "ResultRow",
    "ResultsFile",
    "VacanciesFile",
    "VacancyRow",
    "WrongFile",
    "read_results",
    "read_vacancies",
    "text",
]
