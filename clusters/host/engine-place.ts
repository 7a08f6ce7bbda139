/** Where an engine that we start keeps its things. Tests start a second one in a folder of their own. */
export interface EnginePlace {
  /** dockerd's configuration, written only while no engine runs and only when it is absent or ours. */
  readonly configFile: string;
  /** The OCI runtime that is put in front of runc where the host lacks a capability. */
  readonly wrapperFile: string;
  /** Which process we started, so that only that one is ever ended. */
  readonly recordFile: string;
  readonly logFile: string;
  /** More arguments of dockerd; none for the engine of the machine. */
  readonly moreArguments: readonly string[];
  /** The address to ask whether it answers; undefined for the default one. */
  readonly address?: string;
}

/** The engine of this machine. */
export const machineEngine: EnginePlace = {
  configFile: '/etc/docker/daemon.json',
  wrapperFile: '/usr/local/lib/kubewright/runc-without-sys-resource',
  recordFile: '/var/run/kubewright/dockerd.json',
  logFile: '/var/log/kubewright/dockerd.log',
  moreArguments: [],
};
