import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { etcdFacts, etcdMember } from '../../../engine/witness/etcd.ts';
import { makeTestCertificates } from './test-certificates.ts';

/** What etcd 3.6.6 answered on a node made by kubeadm, shortened. */
const status = {
  header: {
    cluster_id: '14841639068965178418',
    member_id: '10276657743932975437',
    revision: '1000000712',
    raft_term: '2',
  },
  version: '3.6.6',
  dbSize: '3862528',
  leader: '10276657743932975437',
  raftIndex: '861',
  raftTerm: '2',
  raftAppliedIndex: '861',
  dbSizeInUse: '1564672',
  storageVersion: '3.6.0',
};
const list = {
  header: status.header,
  members: [
    { ID: '10276657743932975437', name: 'cp1', peerURLs: ['https://172.18.0.2:2380'], clientURLs: ['https://x'] },
    { ID: '81985529216486895', peerURLs: ['https://172.18.0.3:2380'], isLearner: true },
  ],
};

describe('the facts', () => {
  test('have ids as etcdctl prints them, beyond 2^53 and without leading zeros', () => {
    expect(etcdFacts(status, list)).toEqual({
      clusterId: 'cdf818194e3a8c32',
      memberId: '8e9e05c52164694d',
      leader: '8e9e05c52164694d',
      version: '3.6.6',
      revision: 1_000_000_712,
      raftTerm: 2,
      raftIndex: 861,
      dbSize: 3_862_528,
      dbSizeInUse: 1_564_672,
      alarms: [],
      members: [
        { id: '123456789abcdef', name: '', peerUrls: ['https://172.18.0.3:2380'], learner: true },
        { id: '8e9e05c52164694d', name: 'cp1', peerUrls: ['https://172.18.0.2:2380'], learner: false },
      ],
    });
  });

  test('take a leader that is left out for none', () => {
    const { leader: _leader, ...without } = status;
    expect(etcdFacts({ ...without, errors: ['etcdserver: no leader'] }, list)).toMatchObject({
      leader: '',
      alarms: [],
    });
  });

  test('have each alarm once, whoever raised it', () => {
    const errors = ['memberID:1 alarm:NOSPACE ', 'memberID:2 alarm:NOSPACE ', 'memberID:2 alarm:CORRUPT '];
    expect(etcdFacts({ ...status, errors }, list).alarms).toEqual(['CORRUPT', 'NOSPACE']);
  });

  test('are refused when a number is not the decimal text that etcd sends', () => {
    expect(() => etcdFacts({ ...status, leader: 42 }, list)).toThrow('"leader"');
  });
});

describe('a member', () => {
  const certificates = makeTestCertificates('kubewright-witness');
  const access = { ca: certificates.ca, ...certificates.client };
  const asked: { path: string; body: string }[] = [];
  let connections = 0;
  // A stand-in for etcd's gateway: the two answers, for clients of its authority only.
  const server = createServer(
    { ...certificates.server, ca: certificates.ca, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (part) => (body += String(part)));
      request.on('end', () => {
        asked.push({ path: `${request.method ?? ''} ${request.url ?? ''}`, body });
        response.end(JSON.stringify(request.url === '/v3/maintenance/status' ? status : list));
      });
    },
  );
  server.on('secureConnection', () => (connections += 1));
  const member = () => {
    const { port } = server.address() as AddressInfo;
    return etcdMember({ name: 'cp1', address: '127.0.0.1', role: 'control-plane' }, access, port);
  };
  beforeEach(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  test('is asked both questions over one connection, which is then closed', async () => {
    const etcd = member();
    const facts = await etcd.ask(new AbortController().signal);
    expect(asked).toEqual([
      { path: 'POST /v3/maintenance/status', body: '{}' },
      { path: 'POST /v3/cluster/member/list', body: '{"linearizable":false}' },
    ]);
    expect(connections).toBe(1);
    expect(etcd.event(5, facts)).toEqual({ at: 5, kind: 'etcd', node: 'cp1', facts: etcdFacts(status, list) });
    await etcd.ask(new AbortController().signal);
    expect(connections).toBe(2);
  });

  test('brings news only when more than its growing figures has changed', () => {
    const facts = etcdFacts(status, list);
    const { newsOf } = member();
    expect(newsOf({ ...facts, revision: 9, raftIndex: 9, dbSize: 9, dbSizeInUse: 9 })).toBe(newsOf(facts));
    expect(newsOf({ ...facts, raftTerm: 3 })).not.toBe(newsOf(facts));
  });
});
