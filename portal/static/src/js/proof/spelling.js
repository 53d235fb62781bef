// How texts in signed files are spelt: the fragments of portal/ledger/spelling.py, letter by letter.
export const BASE64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)?";
export const HASH = "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=";
export const NAME = "[!-*,-~]+";
export const NUMBER = "(?:0|[1-9][0-9]{0,15})";
export const INSTANT = "[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z";

/** The expression that a whole text must match. */
export const whole = (form) => new RegExp(`^${form}$`);

/** The instant of a text spelt so; null where no calendar has its day (a browser would turn 30 February into 1 March). */
export function instantOf(text) {
  const instant = new Date(text);
  if (text.startsWith("0000") || Number.isNaN(instant.getTime())) return null;
  return instant.toISOString() === text.replace("Z", ".000Z") ? instant : null;
}
