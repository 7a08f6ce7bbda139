/**
 * Questions that a program asks its terminal by printing them; the answer comes back as if it were typed. From ctlseqs of
 * xterm (invisible-island.net/xterm/ctlseqs) and the manuals of kitty, iTerm2 and Contour. xterm.js 6.0.0 answers about half.
 */
const esc = '\u001b';
const csi = (body: string) => `${esc}[${body}`;

export const queries: readonly string[] = [
  // What are you: DA1, DA2, DA3, XTVERSION, DECREQTPARM, DECID, ENQ.
  ...['c', '0c', '>c', '>0c', '=c', '>q', 'x', '1x'].map(csi),
  ...[`${esc}Z`, '\u0005'],
  // How are you: DSR and its DEC forms, among them where the cursor is (6).
  ...['5n', '6n', '?6n', '?15n', '?25n', '?26n', '?53n', '?62n', '?75n', '?996n'].map(csi),
  // Which modes: DECRQM.
  ...['4$p', '20$p', '?1$p', '?7$p', '?25$p', '?1049$p', '?2004$p', '?2026$p'].map(csi),
  // Whether the screen has the keys: answered as soon as one wants to hear of it; then no more of it.
  `${csi('?1004h')}${csi('?1004l')}`,
  // How large, and how called: the title was once a way to type a command (CVE-2003-0063).
  ...['11t', '13t', '14t', '16t', '18t', '19t', '20t', '21t'].map(csi),
  // Which settings: DECRQSS, XTGETTCAP, DECRQPSR.
  ...['$qm', '$qr', '$q q', '$q"p', '$q"q', '+q544e'].map((body) => `${esc}P${body}${esc}\\`),
  ...['1$w', '2$w'].map(csi),
  // Which colours, what is on the clipboard, which font.
  ...['4;0;?', '4;1;?;2;?', '10;?', '11;?', '12;?', '17;?', '19;?', '52;c;?', '50;?'].map(
    (body) => `${esc}]${body}\u0007`,
  ),
  // Other terminals' own: kitty's keyboard and pictures, iTerm2's cell size, XTSMGRAPHICS.
  ...[csi('?u'), `${esc}_Gi=1,a=q;AAAA${esc}\\`, `${esc}]1337;ReportCellSize\u0007`, csi('?1;1;0S')],
  // The same with one-byte introducers.
  ...['\u009bc', '\u009b6n', '\u009d11;?\u009c'],
];
