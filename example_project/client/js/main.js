/** Start: the frame around the views, and which view is where. */

import { currentUser, nameOf, signInAddress } from "./account.js";
import { countItems, loadCart, onCartChange } from "./cart.js";
import { fill, find, h, icon } from "./dom.js";
import { t, tn, translatePage } from "./i18n.js";
import { stateBox, toast } from "./notices.js";
import { languageSwitch } from "./parts/languages.js";
import { go, reload, route, start } from "./router.js";
import { isSignedIn, joinSession, onSessionChange, signOut } from "./session.js";

route("/", () => import("./views/shop.js"));
route("/products/:id", () => import("./views/product.js"));
route("/products/:id/pictures", () => import("./views/pictures.js"));
route("/cart", () => import("./views/cart.js"));
route("/checkout", () => import("./views/checkout.js"));
route("/orders", () => import("./views/orders.js"));
route("/orders/:id", () => import("./views/order.js"));
route("/account", () => import("./views/account.js"));
route("/sign-in", () => import("./views/sign-in.js"));
route("/sign-up", () => import("./views/sign-up.js"));
// The addresses in the API's mails.
route("/password/reset", () => import("./views/forgotten.js"));
route("/password/reset/:uid/:token", () => import("./views/new-password.js"));
route("/activate/:uid/:token", () => import("./views/activate.js"));

translatePage();
find("#languages").append(languageSwitch());

const search = /** @type {HTMLFormElement} */ (document.getElementById("search"));
find("button", search).append(icon("search"));
search.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = String(new FormData(search).get("search")).trim();
  go(text ? `/?search=${encodeURIComponent(text)}` : "/");
});

const bagCount = h("span", { class: "count", "aria-hidden": "true" });
const bag = h(
  "a",
  { class: "tool", href: "/cart" },
  icon("bag"),
  h("span", { class: "tool-text" }, t("Cart")),
  bagCount,
);

function showCart() {
  const count = countItems();
  bagCount.textContent = count ? String(count > 99 ? "99+" : count) : "";
  bag.setAttribute("aria-label", tn("Cart, {count} item", "Cart, {count} items", count));
}

async function showTools() {
  const user = await currentUser().catch(() => null);
  const text = (words) => h("span", { class: "tool-text" }, words);
  const links = user
    ? [
        h("a", { class: "tool", href: "/orders" }, icon("box"), text(t("Orders"))),
        h(
          "a",
          { class: "tool", href: "/account", "aria-label": t("Your account: {name}", { name: nameOf(user) }) },
          icon("user"),
          text(nameOf(user)),
        ),
        h("button", { class: "tool wide-only", type: "button", onclick: leave }, t("Sign out")),
      ]
    : [
        h(
          "a",
          {
            class: "tool",
            href: "/sign-in",
            onclick: (event) => event.currentTarget.setAttribute("href", signInTarget()),
          },
          icon("user"),
          text(t("Sign in")),
        ),
      ];
  fill(find("#tools"), links, bag);
}

/** Back to where one was, but not to the sign-in page. */
const signInTarget = () => (location.pathname.startsWith("/sign-") ? "/sign-in" : signInAddress());

async function leave() {
  await signOut();
  toast(t("You are signed out."));
  go("/");
}

/** @param {unknown} error @param {() => void} retry */
function failed(error, retry) {
  const again = h("button", { class: "button", type: "button", onclick: retry }, t("Try again"));
  const text =
    error instanceof Error && error.name !== "TypeError" ? error.message : t("Something went wrong on this page.");
  if (error instanceof TypeError) reportError(error);
  return {
    title: t("That did not work"),
    node: stateBox({ title: t("That did not work"), text, mark: "warning", actions: [again] }),
  };
}

const missing = () => ({
  title: t("Not here"),
  node: stateBox({
    title: t("There is nothing here"),
    text: t("What you are looking for has been sold, moved, or never was."),
    mark: "search",
    actions: [h("a", { class: "button", href: "/" }, t("Back to the shop"))],
  }),
});

onCartChange(showCart);
onSessionChange(() => {
  showTools();
  if (!isSignedIn()) reload(); // what is shown may be somebody's own
});
showCart();
joinSession().then(showTools);
loadCart().catch(() => {}); // the page says for itself that the API is away
start({ outlet: find("#main"), failed, missing });
