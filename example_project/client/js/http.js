/** The wire: one request, one answer, two kinds of failure. Knows nothing of accounts. */

import config from "./config.js";
import { locale, t, tn } from "./i18n.js";

const PATIENCE = 20_000; // milliseconds

/** The API answered, and it was not what was hoped for. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {any} body The JSON of the answer, or null.
   * @param {string|null} retryAfter Seconds, where the API names them.
   */
  constructor(status, body, retryAfter = null) {
    super(describe(status, body, retryAfter));
    this.name = "ApiError";
    this.status = status;
    this.body = body ?? {};
    this.code = this.body.code ?? null;
  }

  /** Messages by field, as a form shows them; empty unless the answer is about input. */
  get fields() {
    return this.status === 400 ? Object.fromEntries(messagesOf(this.body)) : {};
  }
}

/**
 * The messages of an answer by field; those of nested objects, such as an address, by the names of its fields.
 * @param {any} body
 * @returns {[string, string[]][]}
 */
function messagesOf(body) {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return [];
  return Object.entries(body).flatMap(([name, value]) =>
    Array.isArray(value) ? [/** @type {[string, string[]]} */ ([name, value])] : messagesOf(value),
  );
}

/** No answer came: the API is away, the network is, or it took too long. */
export class NetworkError extends Error {
  constructor() {
    super(t("The shop can't be reached. Please check your connection and try again."));
    this.name = "NetworkError";
  }
}

/**
 * Turn an error's answer into a sentence.
 * @param {number} status
 * @param {any} body
 * @param {string|null} retryAfter
 */
function describe(status, body, retryAfter) {
  if (status === 429) {
    return retryAfter
      ? tn(
          "Too many attempts. Please wait {count} second.",
          "Too many attempts. Please wait {count} seconds.",
          +retryAfter,
        )
      : t("Too many attempts. Please wait a little.");
  }
  if (typeof body?.detail === "string") return body.detail;
  if (typeof body?.error === "string") return body.error;
  if (Array.isArray(body?.non_field_errors)) return body.non_field_errors.join(" ");
  if (status === 400) return t("Please check what you entered.");
  if (status === 413) return t("That is too large.");
  if (status >= 500) return t("The shop has a problem at the moment. Please try again shortly.");
  return t("That did not work.");
}

/**
 * Build the address of something in the API.
 * @param {string} path
 * @param {Record<string, any>} [query] Lists repeat their name; empty values are left out.
 */
export function address(path, query = {}) {
  const url = new URL(path, config.api);
  for (const [name, values] of Object.entries(query)) {
    for (const value of [values].flat()) {
      if (value !== undefined && value !== null && value !== "") url.searchParams.append(name, String(value));
    }
  }
  return url;
}

/**
 * Send a request.
 * @param {string} method
 * @param {string} path
 * @param {object} [options]
 * @param {any} [options.body]
 * @param {object} [options.query]
 * @param {Record<string, string>} [options.headers]
 * @param {AbortSignal} [options.signal]
 * @param {boolean} [options.keepalive]
 * @returns {Promise<any>} The JSON of the answer, null where it has none.
 * @throws {ApiError|NetworkError|DOMException} The last is an AbortError, when `signal` says so.
 */
export async function send(method, path, { body, query, headers = {}, signal, keepalive } = {}) {
  const signals = [AbortSignal.timeout(PATIENCE), ...(signal ? [signal] : [])];
  const init = {
    method,
    headers: { Accept: "application/json", "Accept-Language": locale, ...headers },
    signal: AbortSignal.any(signals),
    keepalive,
  };
  if (body !== undefined) {
    init.headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  let response;
  let text;
  try {
    response = await fetch(address(path, query), init);
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new NetworkError();
  }
  return settle(response.status, text, response.headers.get("Retry-After"));
}

/**
 * Judge an answer that has come in full.
 * @param {number} status
 * @param {string} text
 * @param {string|null} retryAfter
 */
export function settle(status, text, retryAfter) {
  let body = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    // Not ours, such as the page of a proxy: the status says enough.
  }
  if (status >= 200 && status < 300) return body;
  throw new ApiError(status, body, retryAfter);
}
