/**
 * The closed catalogue of errors a user can meet. Every entry says which exit code the command ends with and
 * what the user can do about it. Anything thrown that is not one of these is a defect of ours.
 */
export const errorCatalogue = {
  USAGE: { exit: 2, remedy: 'Run the command with --help to see what it takes.' },
  SCENARIO_UNKNOWN: { exit: 2, remedy: 'Run "kubewright list" to see the scenarios there are.' },
  SCENARIO_INVALID: { exit: 2, remedy: 'Mend the places named above; "kubewright lint" checks the file again.' },
  SESSION_UNKNOWN: { exit: 2, remedy: 'Run "kubewright sessions" to see the sessions there are.' },
  SESSION_STATE: { exit: 2, remedy: 'Run "kubewright sessions" to see what state the session is in.' },
  SESSION_EXISTS: { exit: 2, remedy: 'Stop the running session first ("kubewright stop <session>") or go on in it.' },
  RESULT_UNKNOWN: { exit: 2, remedy: 'Look at the progress page for the results there are.' },
  EXAM_UNKNOWN: { exit: 2, remedy: 'Look at the exam page for the exams there are.' },
  EXAM_RULES: { exit: 2, remedy: 'Go on in the exam, or submit it.' },
  ENGINE_UNREACHABLE: {
    exit: 3,
    remedy: 'Run "kubewright doctor"; "kubewright doctor --fix" installs and starts a Docker engine where it can.',
  },
  HOST_UNFIT: { exit: 3, remedy: 'Run "kubewright doctor" to see every finding with its remedy.' },
  TOOL_MISSING: { exit: 3, remedy: 'Run "kubewright doctor --fix".' },
  IMAGE_MISSING: { exit: 3, remedy: 'Run "kubewright images build".' },
  IMAGE_BUILD_FAILED: {
    exit: 3,
    remedy: 'Read the lines above; run "kubewright images build" again, finished parts are kept.',
  },
  DISK_LOW: { exit: 3, remedy: 'Free disk space, for instance with "docker system prune" and "kubewright clean".' },
  PORT_TAKEN: { exit: 3, remedy: 'Choose another port with --port.' },
  PROVISION_FAILED: {
    exit: 3,
    remedy: 'The evidence is in the folder named above; "kubewright doctor" checks the host.',
  },
  STEADY_STATE_FAILED: {
    exit: 4,
    remedy: 'The cluster was not healthy before the fault. Start the drill again; if it repeats, report the scenario.',
  },
  FAULT_NOT_PROVEN: {
    exit: 4,
    remedy: 'The fault did not take hold. Start the drill again; if it repeats, report the scenario.',
  },
  COMMAND_FAILED: { exit: 3, remedy: 'The command above can be pasted into a shell to see more.' },
  DEADLINE: { exit: 3, remedy: 'Try again on a less loaded machine; "kubewright doctor" shows memory and disk.' },
  INTERRUPTED: { exit: 130, remedy: 'Everything that had been started was taken down.' },
  LEAK: { exit: 3, remedy: 'Run "kubewright clean" to remove what is left.' },
  TERMINAL_GONE: { exit: 3, remedy: 'Reset the session ("kubewright reset <session>").' },
  STORE_BROKEN: {
    exit: 3,
    remedy:
      'Move the store away (its path is named above) and start again; "kubewright clean" removes clusters it knew of.',
  },
} as const satisfies Record<string, { exit: number; remedy: string }>;

export type ErrorCode = keyof typeof errorCatalogue;

/** An error for the user: what happened (message), what to do (remedy), how the command ends (exit code). */
export class KubewrightError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly exitCode: number;

  /** @param remedy replaces the catalogue's remedy where the place of failure knows a better one. */
  constructor(code: ErrorCode, message: string, options: { cause?: unknown; remedy?: string } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'KubewrightError';
    this.code = code;
    this.remedy = options.remedy ?? errorCatalogue[code].remedy;
    this.exitCode = errorCatalogue[code].exit;
  }
}

export function isKubewrightError(error: unknown): error is KubewrightError {
  return error instanceof KubewrightError;
}
