import { Tokenizer, TokenType } from "@streamparser/json";
import { MAX_PENDING_BYTES, type OnValue, type ValueReader } from "./value-reader.ts";

interface Level {
  readonly isObject: boolean;
  /** The member that is being read. The elements of an array have the array's name. */
  name: string;
}

/** Texts and numbers, at any depth, with the name of the nearest member. */
export function createJsonValueReader(onValue: OnValue): ValueReader {
  const tokenizer = new Tokenizer();
  const levels: Level[] = [];
  let expectsName = false;
  let pendingBytes = 0;
  tokenizer.onToken = ({ token, value }) => {
    pendingBytes = 0;
    const level = levels.at(-1);
    switch (token) {
      case TokenType.LEFT_BRACE:
      case TokenType.LEFT_BRACKET:
        levels.push({ isObject: token === TokenType.LEFT_BRACE, name: level?.name ?? "" });
        expectsName = token === TokenType.LEFT_BRACE;
        break;
      case TokenType.RIGHT_BRACE:
      case TokenType.RIGHT_BRACKET:
        levels.pop();
        expectsName = false;
        break;
      case TokenType.COMMA:
        expectsName = level?.isObject ?? false;
        break;
      case TokenType.STRING:
      case TokenType.NUMBER:
        if (level && expectsName) level.name = String(value);
        else onValue(level?.name ?? "", String(value));
        expectsName = false;
        break;
      default:
    }
  };
  return {
    push(chunk) {
      pendingBytes += chunk.length;
      tokenizer.write(chunk);
      if (pendingBytes > MAX_PENDING_BYTES) throw new Error(`a value is longer than ${MAX_PENDING_BYTES} bytes`);
    },
  };
}
