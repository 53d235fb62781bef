// Pieces of the page filled with values. The words are the page's own, in its language, in <template> elements:
//   {name} in a text                  the value
//   data-if / data-unless="name"      the element stays only with / without that value
//   data-href                         its words with values are the address of the link
//   data-each="name"                  the element once for every item, whose members are values too
export function filled(id, values) {
  const piece = document.getElementById(id).content.cloneNode(true);
  fill(piece, values);
  return piece;
}

/** The words of a small list of the page, such as those for acts; empty where it has none. */
export function words(list, name) {
  const found = [...document.getElementById(list).content.children].find((item) => item.dataset.word === name);
  return found?.textContent ?? "";
}

function fill(node, values) {
  for (const child of [...node.childNodes]) {
    if (child.nodeType === Node.TEXT_NODE) child.data = said(child.data, values);
    else if (child.nodeType === Node.ELEMENT_NODE) fillElement(child, values);
  }
}

function fillElement(element, values) {
  const { if: wanted, unless: unwanted, each, href } = element.dataset;
  if ((wanted && !values[wanted]) || (unwanted && values[unwanted])) return element.remove();
  if (href) element.href = said(href, values);
  if (!each) return fill(element, values);
  element.removeAttribute("data-each");
  const copies = values[each].map((item) => {
    const copy = element.cloneNode(true);
    fill(copy, { ...values, ...item });
    return copy;
  });
  return element.replaceWith(...copies);
}

const said = (text, values) => text.replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? "");
