import { execFileSync } from "node:child_process";

/** Process tests run the program as it ships. A build that is older than the sources would test something else. */
export function setup(): void {
  execFileSync("npm", ["run", "--silent", "build"], { stdio: ["ignore", "ignore", "inherit"] });
}
