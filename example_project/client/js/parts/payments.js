/** Paying an order, and what has become of its payments. */

import { get, post } from "../api.js";
import { fill, h } from "../dom.js";
import { dateTime, money } from "../format.js";
import { t } from "../i18n.js";
import { toast } from "../notices.js";
import { onPress } from "./forms.js";
import { orderAddress, orderPath } from "./orders.js";

const STATES = {
  created: t("Not paid"),
  waiting: t("Not paid"),
  authorized: t("Authorised"),
  captured: t("Paid"),
  failed: t("Failed"),
  refunded: t("Paid"),
};
const REFUNDS = { pending: t("Refund under way"), done: t("Refunded"), failed: t("Refund refused") };

/**
 * @typedef {{id: number, amount: number, status: string, created_at: string}} Refund
 * @typedef {object} Payment
 * @property {number} id
 * @property {string} variant
 * @property {string} status
 * @property {number} amount
 * @property {string} currency
 * @property {string} created_at
 * @property {Refund[]} refunds
 */

/** Whether the customer may pay the order now. @param {any} order */
export const isPayable = (order) =>
  order.status !== "cancelled" && ["P", "F"].includes(order.payment_status) && order.total > 0;

/** @param {any} order @param {AbortSignal} [signal] @returns {Promise<Payment[]>} */
export const paymentsOf = (order, signal) => get(orderPath(order, "payments/"), {}, signal);

/** @param {AbortSignal} [signal] @returns {Promise<{variant: string, label: string}[]>} */
export const paymentMethods = (signal) => get("/store/payment-methods/", {}, signal);

/**
 * A button for each way to pay; null if the order can't be paid.
 * @param {any} order
 * @param {{variant: string, label: string}[]} methods
 */
export function payButtons(order, methods) {
  if (!isPayable(order) || !methods.length) return null;
  const again = order.payment_status === "F";
  return h(
    "div",
    { class: "pay" },
    again && h("p", null, t("The payment failed. You can try again.")),
    methods.map((method) => payButton(order, method, methods.length > 1)),
  );
}

/** @param {any} order @param {{variant: string, label: string}} method @param {boolean} several */
function payButton(order, method, several) {
  const amount = money(order.total, order.currency);
  const label = several ? t("Pay {amount}: {method}", { amount, method: method.label }) : t("Pay {amount}", { amount });
  const button = h("button", { class: "button wide", type: "button" }, label);
  return onPress(button, async () => {
    fill(button, t("One moment…"));
    try {
      const return_url = new URL(orderAddress(order), location.origin).href;
      const payment = await post(orderPath(order, "payments/"), { variant: method.variant, return_url });
      location.assign(payment.url);
    } catch (error) {
      fill(button, label);
      toast(error.message, { kind: "problem" });
    }
  });
}

/** The payments of an order and their refunds, as a list; null if there are none. @param {Payment[]} payments */
export function paymentList(payments) {
  if (!payments.length) return null;
  return h(
    "section",
    { class: "panel payments", "aria-label": t("Payments") },
    h("h2", null, t("Payments")),
    h(
      "ul",
      { class: "mini-lines" },
      payments.flatMap((payment) => [
        entry(STATES[payment.status] ?? payment.status, payment.amount, payment.currency, payment.created_at),
        ...payment.refunds.map((refund) =>
          entry(REFUNDS[refund.status] ?? refund.status, -refund.amount, payment.currency, refund.created_at),
        ),
      ]),
    ),
  );
}

/** @param {string} text @param {number} amount @param {string} currency @param {string} at */
const entry = (text, amount, currency, at) =>
  h(
    "li",
    null,
    h("span", { class: "mini-title" }, text, " ", h("time", { class: "soft small", datetime: at }, dateTime(at))),
    h("span", { class: "nowrap" }, money(amount, currency)),
  );
