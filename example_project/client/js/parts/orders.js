/** What an order looks like, short and in full. */

import { post } from "../api.js";
import { h } from "../dom.js";
import { ask, toast } from "../notices.js";
import { onPress } from "./forms.js";

const PAYMENT = {
  P: ["Payment pending", "wait"],
  C: ["Paid", "good"],
  F: ["Payment failed", "bad"],
  R: ["Refunded", "wait"],
};

/** @param {any} order */
export const orderAddress = (order) => `/orders/${encodeURIComponent(order.id)}`;

/** How things stand, in coloured words. @param {any} order */
export function statesOf(order) {
  const [text, kind] = PAYMENT[order.payment_status] ?? [order.payment_status, "wait"];
  const cancelled = order.status === "cancelled";
  const place = { cancelled: "Cancelled", shipped: "Shipped" }[order.status] ?? "Placed";
  return h(
    "p",
    { class: "pills" },
    h("span", { class: cancelled ? "pill bad" : "pill good" }, place),
    (!cancelled || order.payment_status === "R") && h("span", { class: `pill ${kind}` }, text),
  );
}

/**
 * A button that cancels the order, while that can be; null otherwise.
 * @param {any} order @param {(order: any) => void} done Told the order as it is then.
 */
export function cancelButton(order, done) {
  if (order.status !== "placed" || order.payment_status !== "P") return null;
  const button = h(
    "button",
    { class: "button quiet danger-text small", type: "button", "aria-label": `Cancel order ${order.id}` },
    "Cancel the order",
  );
  return onPress(button, async () => {
    const sure = await ask({
      title: `Cancel order ${order.id}?`,
      text: "What you ordered goes back on the shelf. This can't be undone.",
      yes: "Yes, cancel it",
    });
    if (!sure) return;
    try {
      done(await post(`/store/orders/${encodeURIComponent(order.id)}/cancel/`));
      toast(`Order ${order.id} is cancelled.`);
    } catch (error) {
      toast(error.message, { kind: "problem" });
    }
  });
}
