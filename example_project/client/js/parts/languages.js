/** The switch between the languages of the client. */

import { patch } from "../api.js";
import { h } from "../dom.js";
import { chooseLanguage, LANGUAGES, language, t } from "../i18n.js";
import { isSignedIn } from "../session.js";

/** A choice of language; the page is loaded again in it. Mails follow where somebody is signed in. */
export function languageSwitch() {
  const select = /** @type {HTMLSelectElement} */ (
    h(
      "select",
      { id: "language" },
      Object.entries(LANGUAGES).map(([code, name]) => h("option", { value: code, lang: code }, name)),
    )
  );
  select.value = language;
  select.addEventListener("change", async () => {
    chooseLanguage(select.value);
    if (isSignedIn()) await patch("/auth/profile/", { language: select.value }).catch(() => {});
    location.reload();
  });
  return h("div", { class: "language" }, h("label", { for: "language" }, t("Language")), select);
}
