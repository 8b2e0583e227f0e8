"""Modules that apply many variants of some operators, by what they do."""
from . import activation, convolution, matrix, normalization, pooling
from .registry import FAMILIES
