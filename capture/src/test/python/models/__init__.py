"""The modules behind the fixtures, by what they try."""
from . import archives, calls, flow, language, layers, operators, values
from .registry import FIXTURES
