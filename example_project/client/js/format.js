/** Amounts, dates and numbers as the person is used to them. */

import config from "./config.js";
import { language, locale } from "./i18n.js";

/** @type {{language: string, timeZone: string|undefined}} */
const preferences = { language: locale, timeZone: undefined };

/**
 * Follow what the profile says: its time zone, and its variant of the language of the page. What `Intl` does not know
 * is ignored.
 * @param {{language?: string, time_zone?: string}|null} profile
 */
export function setPreferences(profile) {
  const variant = profile?.language?.split("-")[0] === language ? profile.language : undefined;
  preferences.language = known(variant, (value) => new Intl.NumberFormat(value)) ?? locale;
  preferences.timeZone = known(profile?.time_zone, (value) => new Intl.DateTimeFormat("en", { timeZone: value }));
}

/** @param {string|undefined} value @param {(value: string) => unknown} attempt */
function known(value, attempt) {
  try {
    if (value) attempt(value);
    return value || undefined;
  } catch {
    return undefined;
  }
}

/** @param {number} amount @param {string} [currency] */
export const money = (amount, currency = config.currency) =>
  new Intl.NumberFormat(preferences.language, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(
    amount,
  );

/** @param {number} value */
export const number = (value) => new Intl.NumberFormat(preferences.language).format(value);

/** @param {number} value */
export const rating = (value) =>
  new Intl.NumberFormat(preferences.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value);

/** @param {number} part Such as 0.25. */
export const percent = (part) => new Intl.NumberFormat(preferences.language, { style: "percent" }).format(part);

/** @param {string} moment An ISO moment. */
export const dateTime = (moment) =>
  new Intl.DateTimeFormat(preferences.language, {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: preferences.timeZone,
  }).format(new Date(moment));

/** @param {string} day An ISO day, which is the same day everywhere. */
export const date = (day) =>
  new Intl.DateTimeFormat(preferences.language, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(day));

/** @param {number} value */
export const kilobytes = (value) =>
  new Intl.NumberFormat(preferences.language, { style: "unit", unit: "kilobyte" }).format(value);
