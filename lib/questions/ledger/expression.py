"""Arithmetic that a trial folder writes down: numbers, names of printed numbers, + − × ÷ and parentheses. No more."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import isfinite

from lib.errors import Refusal

OPERATIONS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
PLAIN = re.compile(r"\d{1,15}(\.\d{1,15})?").fullmatch
MOST = 10**15
"""A number beyond this is none that a paper prints."""
MOST_CHARACTERS = 200
"""So that no expression is nested deeper than a reader could follow, or Python could."""


def names(expression: str) -> tuple[str, ...]:
    """The names in an expression, in the order in which they stand."""
    found = [node for node in ast.walk(_tree(expression)) if isinstance(node, ast.Name)]
    return tuple(dict.fromkeys(node.id for node in sorted(found, key=lambda node: node.col_offset)))


def evaluated(expression: str, known: Mapping[str, Fraction]) -> Fraction:
    """The value of an expression, in exact arithmetic.

    Raises
    ------
    Refusal
        If it holds anything but numbers, known names, + - * / and parentheses, or divides by 0.
    """
    try:
        value = _value(_tree(expression), expression, known)
    except ZeroDivisionError:
        raise Refusal(f"expression: {expression!r} given; wanted no division by 0") from None
    if abs(value) > MOST:
        raise Refusal(f"expression: {expression!r} given; wanted one of at most {MOST:,}")
    return value


def _tree(expression: str) -> ast.expr:
    tokens = (token for token in re.findall(r"[\w.]+", expression) if token[0] in "0123456789.")
    if strange := [token for token in tokens if not PLAIN(token)]:
        raise Refusal(f"expression: {strange[0]!r} given; wanted plain decimal numbers, such as 0.25")
    wanted = "numbers, names, + - * / and parentheses"
    if len(expression) > MOST_CHARACTERS:
        raise Refusal(f"expression: {len(expression)} characters given; wanted at most {MOST_CHARACTERS}")
    try:
        return ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise Refusal(f"expression: {expression!r} given; wanted {wanted}") from None


def _value(node: ast.expr, whole: str, known: Mapping[str, Fraction]) -> Fraction:
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATIONS:
        return OPERATIONS[type(node.op)](_value(node.left, whole, known), _value(node.right, whole, known))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, whole, known)
    if isinstance(node, ast.Constant) and _is_number(node.value):
        return Fraction(repr(node.value))
    if isinstance(node, ast.Name) and node.id in known:
        return known[node.id]
    if isinstance(node, ast.Name):
        raise Refusal(f"expression: {node.id!r} given; wanted one of {', '.join(known)}")
    raise Refusal(f"expression: {whole!r} given; wanted numbers, names, + - * / and parentheses")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def filled(expression: str, texts: Mapping[str, str]) -> str:
    """The expression with numbers in the place of names, as a reader would write it."""
    text = re.sub(r"[A-Za-z_]\w*", lambda name: texts[name[0]], expression.strip())
    for sign, typographic in (("*", " × "), ("/", " ÷ "), ("-", " − "), ("+", " + ")):
        text = text.replace(sign, typographic)
    return " ".join(text.split())
