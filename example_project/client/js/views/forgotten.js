/** Asking for a link by which a forgotten password can be replaced. */

import { h } from "../dom.js";
import { send } from "../http.js";
import { t } from "../i18n.js";
import { field, makeForm } from "../parts/forms.js";

export default async function forgotten() {
  const form = makeForm({
    label: t("Forgotten password"),
    fields: [
      field({ name: "email", label: t("Email"), type: "email", attributes: { required: true, autocomplete: "email" } }),
    ],
    button: t("Send me a link"),
    act: async (values, self) => {
      await send("POST", "/auth/users/reset_password/", { body: values });
      self.reset();
      return t("If there is an account with this address, a mail with a link is on its way.");
    },
  });
  return {
    title: t("Forgotten password"),
    node: h(
      "div",
      { class: "narrow panel" },
      h("h1", null, t("Forgotten your password?")),
      h("p", { class: "soft" }, t("We send you a link by which you can choose a new one.")),
      form,
    ),
  };
}
