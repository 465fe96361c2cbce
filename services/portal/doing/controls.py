"""What stands on a form's page: one control for each thing asked, with its words, value, fault and origin."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from services.portal.doing.describing import Field, Form
from services.portal.doing.filling import Values, plain_number, rows
from services.portal.doing.schema import Kind, Node
from services.portal.doing.wording import CURRENCIES
from services.portal.language import gettext as _
from shared.countries import country_name, is_user_assigned


@dataclass(frozen=True)
class Control:
    """One thing asked on a page. `rows` for a list: the controls of each entry."""

    name: str
    kind: Kind
    label: str
    help: str
    required: bool
    more: bool
    value: str = ""
    values: Sequence[str] = ()
    options: Sequence[tuple[str, str]] = ()
    error: str = ""
    where: str = ""
    fixed: bool = False
    rows: Sequence[tuple[int, Sequence["Control"]]] = ()
    add: str = ""
    most: int | None = None
    faults: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""
    suggest: Sequence[str] = ()

    @property
    def id(self) -> str:
        """For labels and links on the page."""
        return f"in-{self.name}"

    @property
    def said(self) -> str:
        """The value in words, for reading."""
        if self.kind == "money":
            return f"{self.currency.upper()} {_grouped(self.value)}".strip() if self.value else ""
        words = dict(self.options)
        if self.values:
            return ", ".join(words.get(one, one) for one in self.values)
        return words.get(self.value, self.value)

    @property
    def is_filled(self) -> bool:
        """Whether anything was entered."""
        return bool(self.value or self.values or any(one.is_filled for _row, of in self.rows for one in of))


@dataclass(frozen=True)
class Page:
    """All controls: the few that come first, and the rest."""

    first: Sequence[Control]
    more: Sequence[Control]
    origin: str = ""
    """From where most of what stands in it comes."""

    @property
    def open(self) -> bool:
        """Whether the rest stands open: something was entered there, or is wrong there."""
        return any(one.error or one.faults or _touched(one) for one in self.more)

    def all(self) -> Iterable[Control]:
        """Every control, also those of lists."""
        for one in (*self.first, *self.more):
            yield one
            for _row, of in one.rows:
                yield from of


def _grouped(amount: str) -> str:
    """As people read it; as it was entered where it is no number."""
    try:
        return f"{Decimal(plain_number(amount)):,}".removesuffix(".00")
    except InvalidOperation:
        return amount


def _touched(control: Control) -> bool:
    return control.is_filled and not control.where and control.kind not in ("choice", "flag")


def controls(
    form: Form,
    node: Node,
    values: Values,
    fixed: Mapping[str, str],
    faults: Mapping[str, str],
    where: Mapping[str, str],
    exercise: bool = False,
) -> Page:
    """The page of a form with these values, faults (by control) and origins (by control)."""
    made = _Making(form, node, values, fixed, faults, where, exercise)
    found = [made.control(one, one.path) for one in form.fields if "[]" not in one.path]
    return Page([one for one in found if not one.more], [one for one in found if one.more])


@dataclass(frozen=True)
class _Making:
    form: Form
    node: Node
    values: Values
    fixed: Mapping[str, str]
    faults: Mapping[str, str]
    where: Mapping[str, str]
    exercise: bool

    def control(self, asked: Field, name: str) -> Control:
        node = self.node.at(asked.path)
        is_fixed = name in self.fixed
        entered = [self.fixed[name]] if is_fixed else self.values.get(name, [])
        value = entered[0] if entered else ""
        currency = ""
        if node.kind == "money":
            value = (self.values.get(f"{name}.amount") or [""])[0]
            currency = (self.values.get(f"{name}.currency") or [""])[0]
        return Control(
            name=name,
            kind=asked.kind or node.kind,
            label=_(asked.label),
            help=_(asked.help) if asked.help else "",
            required=node.required,
            more=asked.more,
            value=value,
            values=entered if node.kind in ("choices", "numbers") else (),
            options=self._options(asked, node),
            error=self.faults.get(name, ""),
            where=self.where.get(name, "") or self.where.get(f"{name}.amount", ""),
            fixed=is_fixed,
            rows=self._rows(asked, node, name) if node.kind == "list" else (),
            add=_(asked.add) if asked.add else "",
            most=node.most,
            faults={
                part: self.faults[f"{name}.{part}"]
                for part in ("amount", "currency")
                if node.kind == "money" and f"{name}.{part}" in self.faults
            },
            currency=currency,
            suggest=CURRENCIES if node.kind == "money" else asked.suggest,
        )

    def _rows(self, asked: Field, node: Node, name: str) -> list[tuple[int, Sequence[Control]]]:
        parts = [one for one in self.form.fields if one.path.startswith(f"{asked.path}[].")]
        there = rows(self.values, name) or ([] if asked.more and not node.required else [0])
        return [
            (row, [self.control(part, f"{name}.{row}.{part.path.rpartition('[].')[2]}") for part in parts])
            for row in there
        ]

    def _options(self, asked: Field, node: Node) -> list[tuple[str, str]]:
        if node.kind == "country":
            codes = (code for code in node.options if self.exercise or not is_user_assigned(code))
            return sorted(((code, country_name(code)) for code in codes), key=lambda pair: pair[1])
        if node.kind in ("yesno", "flag"):
            return [("yes", _("Yes")), ("no", _("No"))]
        if node.kind == "numbers":
            return [(value, _(words)) for value, words in asked.options.items()]
        return [
            (value, _(asked.options.get(value, value))) for value in node.options if value or value in asked.options
        ]
