"""Modules that apply many variants of some operators, by what they do."""
from . import (activation, arithmetic, convolution, creation, matrix, normalization, pooling, reduction,
               resampling, shape)
from .registry import FAMILIES
