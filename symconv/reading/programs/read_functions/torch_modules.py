"""PyTorch's layers, as classes in Python that are read like any other; their parameters have no values of their own.

A parameter gets its value where code assigns it (`layer.weight = …`, `load_state_dict`), or by its name in what a
claim gives to a class: `Net(conv_weight=W)` is `conv.weight`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from symconv.reading.programs.origins.source import Class, module_of
from symconv.reading.programs.state.held_values import Ref
from symconv.reading.programs.state.objects import Object
from symconv.reading.programs.state.paths import Path, Stale
from symconv.reading.programs.values.array_values import kept

_CONVOLUTION = """
class Conv{k}d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True,
                 padding_mode="zeros", device=None, dtype=None):
        self.weight = unset()
        self.bias = unset() if bias else None
        self.kernel_size, self.stride, self.padding, self.dilation = kernel_size, stride, padding, dilation
        self.groups, self.padding_mode = groups, padding_mode

    def forward(self, input):
        if self.padding_mode == "zeros":
            return F.conv{k}d(input, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)
        width = self.padding if isinstance(self.padding, tuple) else (self.padding,) * {k}
        padded = F.pad(input, ({widths}), self.padding_mode)
        return F.conv{k}d(padded, self.weight, self.bias, self.stride, 0, self.dilation, self.groups)


class ConvTranspose{k}d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1,
                 bias=True, dilation=1, padding_mode="zeros", device=None, dtype=None):
        assert padding_mode == "zeros"
        self.weight = unset()
        self.bias = unset() if bias else None
        self.stride, self.padding, self.output_padding = stride, padding, output_padding
        self.groups, self.dilation = groups, dilation

    def forward(self, input):
        return F.conv_transpose{k}d(input, self.weight, self.bias, self.stride, self.padding, self.output_padding,
                                    self.groups, self.dilation)


class AvgPool{k}d(nn.Module):
    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad

    def forward(self, input):
        return F.avg_pool{k}d(input, self.kernel_size, self.stride, self.padding, self.ceil_mode,
                              self.count_include_pad)


class AdaptiveAvgPool{k}d(nn.Module):
    def __init__(self, output_size):
        self.output_size = output_size

    def forward(self, input):
        return F.adaptive_avg_pool{k}d(input, self.output_size)


"""
_PADDING = """
class {kind}Pad{k}d(nn.Module):
    def __init__(self, padding):
        self.padding = padding if isinstance(padding, tuple) else (padding,) * {both}

    def forward(self, input):
        return F.pad(input, self.padding, "{mode}")
"""
_OTHERS = """
class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        self.weight = unset()
        self.bias = unset() if bias else None
        self.in_features, self.out_features = in_features, out_features

    def forward(self, input):
        return F.linear(input, self.weight, self.bias)


class Bilinear(nn.Module):
    def __init__(self, in1_features, in2_features, out_features, bias=True, device=None, dtype=None):
        self.weight = unset()
        self.bias = unset() if bias else None

    def forward(self, input1, input2):
        return F.bilinear(input1, input2, self.weight, self.bias)


class Unfold(nn.Module):
    def __init__(self, kernel_size, dilation=1, padding=0, stride=1):
        self.kernel_size, self.dilation, self.padding, self.stride = kernel_size, dilation, padding, stride

    def forward(self, input):
        return F.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)


class Fold(nn.Module):
    def __init__(self, output_size, kernel_size, dilation=1, padding=0, stride=1):
        self.output_size, self.kernel_size = output_size, kernel_size
        self.dilation, self.padding, self.stride = dilation, padding, stride

    def forward(self, input):
        return F.fold(input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)


class Flatten(nn.Module):
    def __init__(self, start_dim=1, end_dim=-1):
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input):
        return torch.flatten(input, self.start_dim, self.end_dim)


class Unflatten(nn.Module):
    def __init__(self, dim, unflattened_size):
        self.dim, self.sizes = dim, unflattened_size

    def forward(self, input):
        return torch.unflatten(input, self.dim, self.sizes)


class PixelShuffle(nn.Module):
    def __init__(self, upscale_factor):
        self.factor = upscale_factor

    def forward(self, input):
        return F.pixel_shuffle(input, self.factor)


class PixelUnshuffle(nn.Module):
    def __init__(self, downscale_factor):
        self.factor = downscale_factor

    def forward(self, input):
        return F.pixel_unshuffle(input, self.factor)


class Identity(nn.Module):
    def __init__(self, *args, **kwargs):
        pass

    def forward(self, input):
        return input


class Sequential(nn.Module):
    def __init__(self, *modules):
        self.modules = modules

    def forward(self, input):
        for module in self.modules:
            input = module(input)
        return input

    def __getitem__(self, place):
        return self.modules[place]

    def __len__(self):
        return len(self.modules)
"""
_KINDS = {"Zero": "constant", "Reflection": "reflect", "Replication": "replicate", "Circular": "circular"}


def _widths(rank: int) -> str:
    """The widths of a padding before and after every axis, the last one first."""
    return ", ".join(f"width[{k}], width[{k}]" for k in reversed(range(rank)))


TEXT = (
    "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\nfrom symconv.programs import unset\n"
    + "".join(_CONVOLUTION.format(k=k, widths=_widths(k)) for k in (1, 2, 3))
    + "".join(_PADDING.format(kind=n, mode=m, k=k, both=2 * k) for n, m in _KINDS.items() for k in (1, 2, 3))
    + _OTHERS
)


@cache
def _classes() -> Mapping[str, Class]:
    module = module_of(TEXT, "torch.nn")
    return {name: value for name in module.names if isinstance(value := module.lookup(name), Class)}


def layer(name: str) -> Class | None:
    """PyTorch's layer of a full name as a class that is read, or None."""
    owner, _, last = name.rpartition(".")
    return _classes().get(last) if owner == "torch.nn" else None


def parameters(
    owner: Object, path: Path, above: str = "", around: tuple[Object, ...] = ()
) -> Iterator[tuple[str, Object, str]]:
    """The parameters and arrays of a module and the modules in it: their names, and where they are."""
    around = (*around, owner)
    for name, value in path.heap[owner].items():
        inner = [(f"{above}{name}", value)]
        items = path.items_of(value)
        if items is not None:
            whole = owner.cls is not None and owner.cls is _classes().get("Sequential")
            inner = [(f"{above}{k}" if whole else f"{above}{name}.{k}", item) for k, item in enumerate(items)]
        for full, part in inner:
            if isinstance(part, Object) and part.kind == "instance":
                if part not in around:
                    yield from parameters(part, path, f"{full}.", around)
            elif isinstance(part, (Stale, Ref)) and items is None:
                yield full, owner, name


def set_parameters(owner: Object, values: Mapping[str, Any], path: Path, node: ast.AST, separator: str = ".") -> None:
    """Give values to parameters by their names."""
    known = {full.replace(".", separator): (inner, name) for full, inner, name in parameters(owner, path)}
    for key, value in values.items():
        if key not in known:
            hint = f"there are: {', '.join(known)}" if known else None
            raise path.error(f"this module has no parameter '{key}'", node, hint)
        inner, name = known[key]
        path.heap[inner] = {**path.heap[inner], name: kept(value, path)}
