import manifest from "../../package.json" with { type: "json" };

/** The version that package.json states. It is read when the program is built. */
export const TOOL_VERSION: string = manifest.version;
