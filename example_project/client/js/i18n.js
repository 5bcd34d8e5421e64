/** The language of the page and its messages. English texts are the keys; every other language has a catalogue. */

/** @typedef {string|Record<string, string>} Message A text, or one for each plural form. */

const SLOT = "storefront.language";

/** The languages of this client, each by its own name. @type {Record<string, string>} */
export const LANGUAGES = { en: "English", de: "Deutsch", es: "Español" };

/** The language of the page: the one that was chosen here, else the first that the browser asks for, else English. */
export const language = wanted().find((code) => code in LANGUAGES) ?? "en";

/** The language with its region, for numbers and dates. */
export const locale = navigator.languages.find((tag) => base(tag) === language) ?? language;

const messages = await load(language);
const rules = new Intl.PluralRules(language);

/**
 * Return a text in the language of the page.
 * @param {string} text In English; `{name}` stands for a value.
 * @param {Record<string, string|number>} [values]
 */
export function t(text, values = {}) {
  const found = messages[text] ?? text;
  return insert(typeof found === "string" ? found : text, values);
}

/**
 * Return the text for a number of things.
 * @param {string} one In English, for one thing; `{count}` stands for the number.
 * @param {string} many In English, for any other number.
 * @param {number} count
 */
export function tn(one, many, count) {
  const found = messages[one];
  const forms = typeof found === "object" ? found : { one, other: many };
  return insert(forms[rules.select(count)] ?? forms.other, { count: new Intl.NumberFormat(locale).format(count) });
}

/**
 * Choose the language of this browser. The page has to be loaded again.
 * @param {string} tag
 */
export function chooseLanguage(tag) {
  localStorage.setItem(SLOT, base(tag));
}

/** Translate the texts of `index.html`: those of elements with `data-t`, and the attributes that it names. */
export function translatePage() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-t]")) {
    const names = node.getAttribute("data-t");
    if (!names) node.textContent = t(node.textContent ?? "");
    for (const name of (names ?? "").split(" ").filter(Boolean))
      node.setAttribute(name, t(node.getAttribute(name) ?? ""));
  }
}

function wanted() {
  return [localStorage.getItem(SLOT) ?? "", ...navigator.languages.map(base)];
}

/** @param {string} tag Such as `de-CH`. */
function base(tag) {
  return tag.toLowerCase().split("-")[0];
}

/** @param {string} code @returns {Promise<Record<string, Message>>} */
async function load(code) {
  if (code === "en") return {};
  try {
    return (await import(`./locale/${code}.js`)).default;
  } catch {
    return {}; // English is better than no page
  }
}

/** @param {string} text @param {Record<string, string|number>} values */
const insert = (text, values) =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
