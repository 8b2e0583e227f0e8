"""Modules that apply many variants of some operators, by what they do."""
from . import (activation, arithmetic, complex_numbers, control, convolution, creation, matrix,
               networks, narrow, normalization,
               pooling, recurrent, reduction, refused, resampling, shape, transformer, weights)
from .registry import FAMILIES
