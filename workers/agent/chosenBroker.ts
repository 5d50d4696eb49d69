import { readFileSync } from "node:fs";
import { BadInputError, messageOf } from "#shared/base/errors.ts";
import { err, ok, type Result } from "#shared/base/result.ts";
import { parseBrokerLogin, parseBrokerUrl, type BrokerAccess } from "#shared/rooms/brokerAccess.ts";

export interface BrokerChoice {
  readonly url: string | undefined;
  /** A command line is read by everybody on the computer, a file by whom its owner lets. */
  readonly loginFile: string | undefined;
}

/**
 * The broker of the command line, or of the environment; undefined if neither names one. The login stands in the
 * address, in a file, or in the environment, and what is said more explicitly counts.
 */
export function chosenBroker(
  { url: given, loginFile }: BrokerChoice,
  environment: Readonly<Record<string, string | undefined>>,
): Result<BrokerAccess | undefined, BadInputError> {
  const text = given ?? nonEmpty(environment["MESHBOOK_BROKER_URL"]);
  if (text === undefined) {
    return loginFile === undefined
      ? ok(undefined)
      : err(new BadInputError("--broker-login belongs to a broker: give --broker-url too"));
  }
  const access = parseBrokerUrl(text);
  if (!access.ok) return err(new BadInputError(`--broker-url: ${access.error.message}`));
  const line = loginFile === undefined ? ok(nonEmpty(environment["MESHBOOK_BROKER_LOGIN"])) : readLogin(loginFile);
  if (!line.ok) return line;
  if (line.value === undefined) return access;
  const login = parseBrokerLogin(line.value);
  return login.ok ? ok({ url: access.value.url, login: login.value }) : login;
}

/**
 * What was chosen, read anew each time it is asked for: whoever has short-lived tokens writes a new one into the login file.
 * While that cannot be read, it is what it was.
 */
export function renewed<Choice>(first: Choice, read: () => Result<Choice, BadInputError>): () => Choice {
  let known = first;
  return () => {
    const now = read();
    if (now.ok) known = now.value;
    return known;
  };
}

function readLogin(file: string): Result<string, BadInputError> {
  try {
    return ok(readFileSync(file, "utf8"));
  } catch (error) {
    return err(new BadInputError(`the file with the broker login cannot be read: ${messageOf(error)}`));
  }
}

const nonEmpty = (text: string | undefined): string | undefined => (text === "" ? undefined : text);
