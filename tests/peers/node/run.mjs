// Anthropic's Bedrock clients for Node, unchanged, take the emulator for Bedrock.
//
//   node run.mjs --bedrock target/debug/bedrock
//
// They are configured by what `bedrock serve` exports alone: nothing of the caller's environment is read, and nothing talks
// past loopback.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { parseArgs, promisify } from 'node:util';

import { AnthropicBedrock, AnthropicBedrockMantle } from '@anthropic-ai/bedrock-sdk';
import { APIError, AuthenticationError, BadRequestError, PermissionDeniedError } from '@anthropic-ai/sdk';

const { bedrock } = parseArgs({ options: { bedrock: { type: 'string' } } }).values;

/** Everything together takes a few seconds: what has not ended by now hangs. */
const LIMIT = 60_000;
/** One test. */
const timeout = 20_000;

/** The package sends `anthropic_version` 2026-10-21, which only Claude 4.7 and later take. */
const MODEL = 'global.anthropic.claude-opus-4-8';
const MANTLE_MODEL = 'anthropic.claude-opus-4-8';
const OLDER_MODEL = 'us.anthropic.claude-sonnet-4-6';
const PROMPT = 'Grüße, 世界 🦀';
const REQUEST = { max_tokens: 256, messages: [{ role: 'user', content: PROMPT }] };
const API_KEY = 'bedrock-emulator-token-that-opens-nothing';
const WEATHER = {
  name: 'get_weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

/** Both clients, a model for each, and what each calls the refusal of credentials. */
const BOTH = [
  [client, MODEL, PermissionDeniedError],
  [mantle, MANTLE_MODEL, AuthenticationError],
];

const home = mkdtempSync(join(tmpdir(), 'bedrock-node-peers-'));
const kept = Object.fromEntries(['PATH', 'TMPDIR'].map((name) => [name, process.env[name]]).filter(([, value]) => value));
process.env = { ...kept, HOME: home, AWS_EC2_METADATA_DISABLED: 'true' };
process.on('exit', () => rmSync(home, { recursive: true, force: true }));
setTimeout(() => {
  console.error(`not done after ${LIMIT / 1000} s`);
  process.exit(1);
}, LIMIT).unref();

describe('with keys', () => {
  const emulator = served();

  it('an answer has one text whoever asks', { timeout }, async () => {
    const created = await client().messages.create({ model: MODEL, ...REQUEST });
    const stream = client().messages.stream({ model: MODEL, ...REQUEST });
    const pieces = [];
    stream.on('text', (piece) => pieces.push(piece));
    const streamed = await stream.finalMessage();
    const chat = promisify(execFile)(bedrock, ['chat', '-m', MODEL, PROMPT]);
    chat.child.stdin.end(); // a pipe is read to its end, for what is to go with the prompt
    const { stdout } = await chat;

    assert.ok(text(created).includes(PROMPT));
    assert.ok(pieces.length > 1);
    assert.equal(pieces.join(''), text(created));
    assert.equal(text(streamed), text(created));
    assert.equal(stdout, `${text(created)}\n`);
    for (const message of [created, streamed]) {
      assert.match(message.id, /^msg_bdrk_/);
      assert.deepEqual([message.model, message.stop_reason], ['claude-opus-4-8', 'end_turn']);
      assert.equal(message.usage.output_tokens, created.usage.output_tokens);
    }
  });

  it('a tool is called and its result read', { timeout }, async () => {
    const turns = [{ role: 'user', content: 'use get_weather, city=Paris' }];
    const asked = { model: MODEL, max_tokens: 500, tools: [WEATHER] };
    const called = await client().messages.stream({ ...asked, messages: turns }).finalMessage();
    const [call] = called.content;
    assert.deepEqual([called.stop_reason, call.type, call.name], ['tool_use', 'tool_use', 'get_weather']);
    assert.deepEqual(call.input, { city: 'Paris' });

    const result = { type: 'tool_result', tool_use_id: call.id, content: '22 degrees' };
    turns.push({ role: 'assistant', content: called.content }, { role: 'user', content: [result] });
    const answered = await client().messages.create({ ...asked, messages: turns });
    assert.equal(answered.stop_reason, 'end_turn');
    assert.ok(text(answered).includes('22 degrees'));
  });

  it('thinking comes back unchanged', { timeout }, async () => {
    const asked = { model: MODEL, max_tokens: 500, thinking: { type: 'adaptive', display: 'summarized' } };
    const turns = [{ role: 'user', content: 'Think!' }];
    const thought = await client().messages.stream({ ...asked, messages: turns }).finalMessage();
    assert.deepEqual(thought.content.map((block) => block.type), ['thinking', 'text']);
    turns.push({ role: 'assistant', content: thought.content }, { role: 'user', content: 'Again!' });
    assert.equal((await client().messages.create({ ...asked, messages: turns })).stop_reason, 'end_turn');
  });

  it('betas go along', { timeout }, async () => {
    const betas = ['context-management-2025-06-27'];
    for (const [make, model] of BOTH) {
      const message = await make().beta.messages.create({ model, betas, ...REQUEST });
      assert.ok(text(message).includes(PROMPT));
    }
  });

  it('a wrong secret is refused', { timeout }, async () => {
    const keys = { awsAccessKey: emulator.environment.AWS_ACCESS_KEY_ID, awsSecretKey: 'wrong' };
    for (const [make, model, kind] of BOTH) {
      const { messages } = make(make === mantle ? { ...keys, awsSecretAccessKey: 'wrong' } : keys);
      const created = await refused(kind, messages.create({ model, ...REQUEST }));
      const streamed = await refused(kind, messages.stream({ model, ...REQUEST }).done());
      for (const error of [created, streamed]) assert.match(error.message, /request signature/);
    }
  });

  it('the newest version is refused by an older model, which takes its own', { timeout }, async () => {
    const older = { model: OLDER_MODEL, ...REQUEST };
    const error = await refused(BadRequestError, client().messages.create(older));
    assert.match(error.message, /anthropic_version/);
    const headers = { 'anthropic-version': 'bedrock-2023-05-31' };
    assert.equal((await client().messages.create(older, { headers })).stop_reason, 'end_turn');
  });

  it('an unknown model is refused', { timeout }, async () => {
    const call = client().messages.create({ model: 'anthropic.claude-of-tomorrow', ...REQUEST });
    assert.match((await refused(BadRequestError, call)).message, /The provided model identifier is invalid/);
  });

  it('mantle gives the same message', { timeout }, async () => {
    const created = await mantle().messages.create({ model: MANTLE_MODEL, ...REQUEST });
    const streamed = await mantle().messages.stream({ model: MANTLE_MODEL, ...REQUEST }).finalMessage();
    const invoked = await client().messages.create({ model: MODEL, ...REQUEST });
    for (const message of [streamed, invoked]) {
      assert.equal(text(message), text(created));
      assert.deepEqual([message.model, message.stop_reason], ['claude-opus-4-8', 'end_turn']);
      assert.equal(message.usage.output_tokens, created.usage.output_tokens);
    }
  });

  it('mantle counts tokens', { timeout }, async () => {
    const { messages } = REQUEST;
    const counted = await mantle().messages.countTokens({ model: MANTLE_MODEL, messages });
    const created = await mantle().messages.create({ model: MANTLE_MODEL, ...REQUEST });
    assert.equal(counted.input_tokens, created.usage.input_tokens);
  });

  it('mantle refuses a profile with its reason and a request id', { timeout }, async () => {
    const error = await refused(BadRequestError, mantle().messages.create({ model: MODEL, ...REQUEST }));
    assert.equal(error.error.error.type, 'invalid_request_error');
    assert.ok(error.requestID);
  });

  it('an API key works on both, and a wrong one on neither', { timeout }, async () => {
    for (const [make, model, kind] of BOTH) {
      const message = await make({ apiKey: API_KEY }).messages.create({ model, ...REQUEST });
      assert.ok(text(message).includes(PROMPT));
      await refused(kind, make({ apiKey: 'wrong' }).messages.create({ model, ...REQUEST }));
    }
  });
});

describe('with a stream that breaks', () => {
  served('--fault', 'exception:throttlingException:4');

  it('the exception is an error on both framings', { timeout }, async () => {
    for (const [make, model] of BOTH) {
      const pieces = [];
      const stream = make().messages.stream({ model, ...REQUEST });
      stream.on('text', (piece) => pieces.push(piece));
      const error = await refused(APIError, stream.done());
      assert.match(error.error.error.type, /^(throttlingException|rate_limit_error)$/);
      assert.ok(pieces.length > 0);
    }
  });
});

/** An emulator for the tests of a group; its exports are the environment as long as it runs. */
function served(...options) {
  const emulator = { environment: {} };
  const outside = process.env;
  before(async () => {
    emulator.process = spawn(bedrock, ['serve', '--port', '0', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    process.once('exit', () => emulator.process.kill('SIGKILL'));
    for await (const line of createInterface({ input: emulator.process.stdout })) {
      const [, name, value] = /^export (\w+)='(.*)'$/.exec(line) ?? [];
      if (line.startsWith('unset ')) break;
      assert.ok(name, `neither export nor unset: ${line}`);
      emulator.environment[name] = value;
    }
    process.env = { ...outside, ...emulator.environment };
  });
  after(async () => {
    const ended = once(emulator.process, 'exit');
    emulator.process.kill('SIGTERM');
    process.env = outside;
    assert.deepEqual(await ended, [0, null]);
  });
  return emulator;
}

/** A client as its documentation makes one; a refusal is not tried again. */
function client(options) {
  return new AnthropicBedrock({ maxRetries: 0, ...options });
}

/** The same for mantle. */
function mantle(options) {
  return new AnthropicBedrockMantle({ maxRetries: 0, ...options });
}

/** The error of this class that a call ends with. */
async function refused(kind, call) {
  const error = await call.then(() => assert.fail('it was not refused'), (error) => error);
  assert.ok(error instanceof kind, `${error?.stack ?? error}`);
  return error;
}

/** The text of a message. */
function text(message) {
  return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}
