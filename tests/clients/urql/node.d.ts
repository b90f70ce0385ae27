// All of Node's types that main.ts needs.
declare const process: { argv: string[] };
