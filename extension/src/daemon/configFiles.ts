/** Load configs and pipelines, which the daemon looks at beside Python: called as in the manifest's `jsonValidation`. */
export const configFiles = "**/{recording.json,*.load.json,*.wtconfig.json,pipeline.json,*.pipeline.json}";
