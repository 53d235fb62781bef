// From an answer to what the page says: which of its templates, and the values in it.
import { hex } from "./bytes.js";
import { words } from "./fill.js";

const clock = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Ho_Chi_Minh",
  ...{ day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
});
const digits = new Intl.NumberFormat(document.documentElement.lang);

export function told({ proven, problem, facts }) {
  if (!proven) return { template: "check-refused", values: { [problem]: true } };
  const values = { ...valuesOf(facts), ...actOf(facts.entry) };
  return { template: facts.index === null ? "check-promised" : "check-proven", values };
}

function valuesOf({ origin, signers, cosigners, index, size, isSealed, isOpened, hasOpening, shown, promise }) {
  return {
    origin,
    keys: signers?.map(({ vkey, id }) => ({ vkey, id: hex(id) })),
    witnesses: cosigners.map(({ name, at }) => ({ name, at: clock.format(at) })),
    witnessed: cosigners.length > 0,
    index: index === null ? "" : String(index),
    size: size === null ? "" : digits.format(size),
    opened: isOpened,
    closed: isSealed && !isOpened,
    committed: hasOpening,
    showing: shown.size > 0,
    count: digits.format(shown.size),
    fields: [...shown.keys()].sort().map((name) => ({ label: labelOf(name), value: readable(shown.get(name)) })),
    promise,
    promisedAt: promise ? clock.format(promise.at) : "",
    promisedBefore: promise ? clock.format(promise.before) : "",
  };
}

/** What the entry says, each member as its words where the page has some. */
function actOf({ act, at, channel, due, on, outcome, procedure, reference, to, unit }) {
  return {
    act: [words("check-acts", act), words("check-outcomes", outcome)].filter(Boolean).join(": "),
    at: at && clock.format(new Date(at)),
    channel: words("check-channels", channel),
    due: due && clock.format(new Date(due)),
    day: on?.split("-").reverse().join("/"),
    procedure,
    reference,
    to,
    unit,
  };
}

/** What the page calls the field: by its name, or by what its name begins with; else the name itself. */
const labelOf = (name) => words("check-fields", name) || words("check-fields", name.split(".")[0]) || name;

function readable(value) {
  if (Array.isArray(value)) return value.map(readable).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
