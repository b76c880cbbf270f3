import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "dist/",
      "node_modules/",
      "build/",
      "bundled/",
      ".venv/",
      "editor/",
      "scripts/",
      ".cache/",
      ".demo/",
    ],
  },
  {
    files: ["extension/**/*.ts", "tests/extension/**/*.ts", "tests/e2e/**/*.ts"],
    extends: [
      js.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Wire data are plain shapes: a type says so, and cannot be reopened elsewhere.
      "@typescript-eslint/consistent-type-definitions": ["error", "type"],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      // Numbers and booleans read well in messages.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      eqeqeq: "error",
    },
  },
  {
    files: ["extension/src/**/*.ts"],
    ignores: ["extension/src/ui/notify.ts", "extension/src/ui/ask.ts"],
    rules: {
      // One place shows messages: it makes text of files harmless, and its buttons do something.
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "MemberExpression[property.name=/^(show(Error|Warning|Information)Message|setStatusBarMessage)$/], MemberExpression[property.value=/^(show(Error|Warning|Information)Message|setStatusBarMessage)$/], Property[key.name=/^(show(Error|Warning|Information)Message|setStatusBarMessage)$/]",
          message: "Messages are shown through ui/notify.ts.",
        },
        {
          selector: "MemberExpression[property.name=/^(show|create)InputBox$/]",
          message: "Text is asked for through ui/ask.ts.",
        },
      ],
    },
  },
  // Generated from the protocol table: held to the types' rules by the compiler, not to a hand's style.
  { files: ["extension/src/protocol/generated.ts"], ...tseslint.configs.disableTypeChecked },
);
