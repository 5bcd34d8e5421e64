/** The password of an account, and the ways out of it. */

import { post, signOutEverywhere } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { ask, toast } from "../notices.js";
import { go } from "../router.js";
import { signIn, signOut } from "../session.js";
import { field, makeForm, onPress } from "./forms.js";

/** A new password ends all sessions; this one begins anew with it. @param {any} user */
export const passwordForm = (user) =>
  makeForm({
    label: t("Password"),
    fields: [
      h("input", {
        class: "hidden",
        type: "text",
        name: "username",
        value: user.username,
        autocomplete: "username",
        tabindex: "-1",
        "aria-hidden": "true",
        readonly: true,
      }),
      field({
        name: "current_password",
        label: t("Current password"),
        type: "password",
        attributes: { required: true, autocomplete: "current-password" },
      }),
      field({
        name: "new_password",
        label: t("New password"),
        type: "password",
        hint: t("You will be signed out on your other devices."),
        attributes: { required: true, autocomplete: "new-password" },
      }),
    ],
    button: t("Change the password"),
    act: async ({ current_password, new_password }, self) => {
      await post("/auth/users/set_password/", { current_password, new_password });
      await signIn(user.username, new_password);
      self.reset();
      return t("Your password is changed.");
    },
  });

/** Buttons to sign out, here and everywhere. */
export function leaving() {
  const here = h("button", { class: "button quiet", type: "button" }, t("Sign out"));
  onPress(here, async () => {
    await signOut();
    toast(t("You are signed out."));
    await go("/");
  });
  const everywhere = h("button", { class: "button quiet danger-text", type: "button" }, t("Sign out everywhere"));
  onPress(everywhere, async () => {
    if (
      !(await ask({
        title: t("Sign out everywhere?"),
        text: t("All your devices will have to sign in again."),
        yes: t("Yes, sign out"),
        no: t("No, stay"),
      }))
    )
      return;
    try {
      await signOutEverywhere();
      toast(t("You are signed out on all devices."));
      await go("/");
    } catch (error) {
      toast(error.message, { kind: "problem" });
    }
  });
  return h("div", { class: "row" }, here, everywhere);
}
