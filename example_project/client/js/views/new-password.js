/** Choosing a new password, by the link in a mail. */

import { h } from "../dom.js";
import { ApiError, send } from "../http.js";
import { t } from "../i18n.js";
import { toast } from "../notices.js";
import { field, makeForm } from "../parts/forms.js";
import { go } from "../router.js";

/** @param {import("../router.js").Context} context */
export default async function newPassword({ params }) {
  const form = makeForm({
    label: t("New password"),
    fields: [
      field({
        name: "new_password",
        label: t("New password"),
        type: "password",
        hint: t("Eight characters or more."),
        attributes: { required: true, autocomplete: "new-password" },
      }),
    ],
    button: t("Keep this password"),
    act: async (values) => {
      await send("POST", "/auth/users/reset_password_confirm/", { body: { ...params, ...values } }).catch(explain);
      toast(t("Your password is changed. Please sign in."));
      await go("/sign-in", { replace: true });
    },
  });
  return {
    title: t("New password"),
    node: h("div", { class: "narrow panel" }, h("h1", null, t("Choose a new password")), form),
  };
}

/** A link that is no good is not a matter of the field. @param {unknown} error */
function explain(error) {
  if (error instanceof ApiError && (error.fields.token || error.fields.uid)) {
    throw new Error(t("This link is no good any more. Please ask for a new one."));
  }
  throw error;
}
