// Questions that depend on other answers of the same page: shown when these call for them, by the rules that the
// server decides by (portal/procedures/conditions.py). Without this file all of them are there, each group with a
// sentence saying when to answer it; so is a group that hangs on something this page has no input for.

const compare = {
  at_least: (answer, bound) => answer >= bound,
  more_than: (answer, bound) => answer > bound,
  at_most: (answer, bound) => answer <= bound,
  less_than: (answer, bound) => answer < bound,
};

function inputs(form, field) {
  const parts = /^-(day|month|year|street|\d+-.+)$/;
  return [...form.elements].filter(
    ({ name }) => name === field || (name.startsWith(`${field}-`) && parts.test(name.slice(field.length))),
  );
}

function asked(input) {
  return !input.closest("[data-asked-if]")?.hidden;
}

// What stands in the inputs of a field: the values chosen or typed, none that is empty or not asked.
function given(form, field) {
  return inputs(form, field)
    .filter(asked)
    .filter((input) => !["checkbox", "radio"].includes(input.type) || input.checked)
    .map((input) => input.value.trim())
    .filter((value) => value !== "");
}

function number(text) {
  const typed = text.replace(/\s*(đ|₫|đồng|vnđ|vnd)\.?$/i, "");
  const grouped = /^-?(\d+|\d{1,3}([. ]\d{3})+)(,\d+)?$/.test(typed);
  if (grouped) return Number(typed.replace(/[. ]/g, "").replace(",", "."));
  if (/^-?\d{1,3}(,\d{3}){2,}$/.test(typed)) return Number(typed.replace(/,/g, ""));
  return /^-?\d+\.\d+$/.test(typed) ? Number(typed) : NaN;
}

function day(form, field) {
  const [d, m, y] = ["day", "month", "year"].map((part) => form.elements[`${field}-${part}`]);
  if (!y || !asked(y) || !/^\d{4}$/.test(y.value.trim()) || !d.value.trim() || !m.value.trim()) return NaN;
  const [date, month] = [d, m].map((input) => input.value.trim().padStart(2, "0"));
  return `${y.value.trim()}-${month}-${date}`;
}

function compared(form, test, kind) {
  if (/^\d{4}-\d\d-\d\d$/.test(test[kind])) return compare[kind](day(form, test.field), test[kind]);
  return given(form, test.field).some((value) => compare[kind](number(value), Number(test[kind])));
}

function holds(form, condition) {
  if (condition.all_of) return condition.all_of.every((part) => holds(form, part));
  if (condition.any_of) return condition.any_of.some((part) => holds(form, part));
  const values = given(form, condition.field);
  if ("given" in condition) return (values.length > 0) === condition.given;
  if (condition.in) return values.some((value) => condition.in.includes(value));
  if (condition.not_in) return values.length > 0 && !values.some((value) => condition.not_in.includes(value));
  return Object.keys(compare).every((kind) => !(kind in condition) || compared(form, condition, kind));
}

function fields(condition) {
  return (condition.all_of ?? condition.any_of)?.flatMap(fields) ?? [condition.field];
}

function update(groups) {
  for (const { group, form, condition } of groups) group.hidden = !holds(form, condition);
}

export function conditions() {
  const groups = [...document.querySelectorAll("form [data-asked-if]")]
    .map((group) => ({ group, form: group.closest("form"), condition: JSON.parse(group.dataset.askedIf) }))
    .filter(({ form, condition }) => fields(condition).every((field) => inputs(form, field).length > 0));
  if (groups.length === 0) return;
  for (const { group } of groups) group.querySelector(".asked-if__when").hidden = true;
  update(groups);
  for (const event of ["change", "input"]) document.addEventListener(event, () => update(groups));
  window.addEventListener("pageshow", () => update(groups));
}
