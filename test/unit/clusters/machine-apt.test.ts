import { describe, expect, it } from 'vitest';
import { parseSettings, parseTargets } from '../../../clusters/images/machine-apt.ts';

describe("the machine's apt sources", () => {
  it('are those of Debian bookworm, each once', () => {
    const output = [
      'http://mirror.example/debian/|bookworm|main|Debian|/usr/share/keyrings/debian-archive-keyring.gpg',
      'http://mirror.example/debian/|bookworm|main|Debian|/usr/share/keyrings/debian-archive-keyring.gpg',
      'http://mirror.example/security/|bookworm-security|main||/usr/share/keyrings/debian-archive-keyring.gpg',
      'https://apt.releases.example/|bookworm|main|Somebody|/usr/share/keyrings/somebody.gpg',
      'https://apt.other.example/|bookworm|main||/usr/share/keyrings/other.gpg',
      'http://mirror.example/debian/|bookworm|contrib|Debian|',
      'http://mirror.example/ubuntu/|noble|main|Ubuntu|',
      'file:/srv/debian/|bookworm|main|Debian|',
      '',
    ].join('\n');
    expect(parseTargets(output)).toEqual([
      'deb http://mirror.example/debian/ bookworm main',
      'deb http://mirror.example/security/ bookworm-security main',
    ]);
  });

  it('keep proxies and date checks, and nothing else of the settings', () => {
    const dump = [
      'Acquire::http::Proxy "http://proxy.example:3128";',
      'Acquire::http::Proxy::mirror.example "DIRECT";',
      'Acquire::http::Proxy-Auto-Detect "/usr/bin/detect";',
      'Acquire::https::Proxy "";',
      'Acquire::Check-Valid-Until "false";',
      'Dir::Etc::netrc "auth.conf";',
      'APT::Architecture "amd64";',
    ].join('\n');
    expect(parseSettings(dump)).toEqual([
      'Acquire::http::Proxy "http://proxy.example:3128";',
      'Acquire::http::Proxy::mirror.example "DIRECT";',
      'Acquire::Check-Valid-Until "false";',
    ]);
  });
});
