"""Intake as one value."""

from services.intake import rulepacks, vacancies
from services.intake.views import VACANCIES
from shared.runtime.service import Service

INTAKE = Service(name="intake", deciders={"vacancy": vacancies, "rulepack": rulepacks}, views=(VACANCIES,))
