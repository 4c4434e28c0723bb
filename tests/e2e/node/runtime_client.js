/**
 * Calls the runtime: one execution of a trigger's flow for one event.
 *
 * The protocol is read from the .proto files themselves; nothing is generated.
 */

import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

import { writeJson } from './exact_json.js';

const PROTO = fileURLToPath(new URL('../../../proto/', import.meta.url));

/** Sends again what never reached a server, under the same execution id, so that nothing runs twice. */
const SERVICE_CONFIG = {
  methodConfig: [{
    name: [{ service: 'actions.v1.ExecutionService' }],
    retryPolicy: {
      maxAttempts: 4,
      initialBackoff: '0.1s',
      maxBackoff: '1s',
      backoffMultiplier: 2,
      retryableStatusCodes: ['UNAVAILABLE'],
    },
  }],
};

/** Nobody answered in time. Any other status is a fault of this caller, and is thrown. */
const UNREACHABLE = new Set([grpc.status.UNAVAILABLE, grpc.status.DEADLINE_EXCEEDED, grpc.status.RESOURCE_EXHAUSTED]);

/** What the choice for an unreachable runtime makes of a login. */
const CHOICES = { deny: 'DECISION_FAIL', 'go-on': 'DECISION_CONTINUE' };
const DECISIONS = new Set(['DECISION_CONTINUE', 'DECISION_DENY', 'DECISION_FAIL']);

/** Thrown when the runtime refuses the call itself, or answers what this client does not understand. */
export class CallRefused extends Error {}

/**
 * @typedef {object} Answer
 * @property {string} decision Name of the enum's value.
 * @property {object[]} commands `actions.v1.Command` messages with the field names of the .proto files.
 * @property {string} userMessage What a denied user may be shown; may be empty.
 * @property {string} executionId
 * @property {string[]} warnings Codes.
 * @property {boolean} reached False when the choice for an unreachable runtime stands in for an answer.
 */

export class RuntimeClient {
  #stub;

  #metadata = new grpc.Metadata();

  #timeoutMs;

  #whenUnreachable;

  /**
   * @param {string} address `host:port`; plaintext, hence for loopback only.
   * @param {string} apiKey A key with the scope `execute`.
   * @param {object} options
   * @param {Record<string, 'deny' | 'go-on'>} options.whenUnreachable The choice for each trigger, by the enum's name.
   * @param {number} [options.timeoutMs] Deadline of a call with all of its attempts, in milliseconds.
   */
  constructor(address, apiKey, { whenUnreachable, timeoutMs = 5000 }) {
    const { ExecutionService } = loadProtocol();
    this.#stub = new ExecutionService(address, grpc.credentials.createInsecure(), {
      'grpc.service_config': JSON.stringify(SERVICE_CONFIG),
    });
    this.#metadata.set('authorization', `Bearer ${apiKey}`);
    this.#timeoutMs = timeoutMs;
    this.#whenUnreachable = whenUnreachable;
  }

  /**
   * Runs a trigger's flow.
   *
   * @param {string} trigger Name of the enum's value.
   * @param {object} event Whole numbers may be BigInt.
   * @param {string} loginFlow Name of the enum's value.
   * @returns {Promise<Answer>}
   * @throws {CallRefused}
   */
  async run(trigger, event, loginFlow) {
    const executionId = randomUUID();
    const request = {
      trigger, login_flow: loginFlow, execution_id: executionId, event_json: Buffer.from(writeJson(event)),
    };
    try {
      return readAnswer(await this.#call(request));
    } catch (error) {
      if (!UNREACHABLE.has(error.code)) throw refuse(error);
      return this.#standIn(trigger, executionId);
    }
  }

  #call(request) {
    const deadline = new Date(Date.now() + this.#timeoutMs);
    return new Promise((resolve, reject) => {
      this.#stub.ExecuteFlow(request, this.#metadata, { deadline }, (error, response) => {
        if (error) reject(error);
        else resolve(response);
      });
    });
  }

  #standIn(trigger, executionId) {
    const decision = CHOICES[this.#whenUnreachable[trigger]];
    return { decision, commands: [], userMessage: '', executionId, warnings: [], reached: false };
  }

  close() {
    this.#stub.close();
  }
}

/** A number in the place of an enum's name is newer than the .proto files, and is refused as a decision. */
function loadProtocol() {
  const definition = loadSync('actions/v1/execution.proto', {
    keepCase: true, longs: String, enums: String, defaults: true, oneofs: true, includeDirs: [PROTO],
  });
  return grpc.loadPackageDefinition(definition).actions.v1;
}

function readAnswer(response) {
  if (!DECISIONS.has(response.decision)) throw new CallRefused(`an unknown decision: ${response.decision}`);
  return {
    decision: response.decision,
    commands: response.commands,
    userMessage: response.denial?.user_message ?? '',
    executionId: response.execution_id,
    warnings: response.warnings.map((warning) => warning.code),
    reached: true,
  };
}

function refuse(error) {
  if (error instanceof CallRefused) return error;
  return new CallRefused(`${grpc.status[error.code] ?? error.name}: ${error.details ?? error.message}`);
}
