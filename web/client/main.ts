import { cataloguePage } from './catalogue.ts';
import { debriefPage } from './debrief/page.ts';
import { h, type View } from './dom.ts';
import { drillPage } from './drill.ts';
import { examPage } from './exam/page.ts';
import { examStartPage } from './exam/start-page.ts';
import { mark } from './icons.ts';
import { learnerPage } from './learner-page.ts';
import { applyStoredTheme, themeSwitch } from './theme.ts';

/**
 * #/ is the catalogue, #/drill/<session> the drill, whatever state it is in, #/debrief/<result> a drill looked at from
 * behind, #/exam and #/exam/<id> exams, #/progress what was learnt.
 */
function pageFor(hash: string): View {
  const [, page, id] = hash.split('/');
  const isOfOne = id !== undefined && id !== '';
  if (page === 'drill' && isOfOne) return drillPage(id);
  document.title = 'kubewright';
  if (page === 'debrief' && isOfOne) return debriefPage(id);
  if (page === 'exam') return isOfOne ? examPage(id) : examStartPage();
  if (page === 'progress') return learnerPage();
  return cataloguePage();
}

applyStoredTheme();
const links = (
  [
    ['#/', 'Drills'],
    ['#/exam', 'Exam'],
    ['#/progress', 'Progress'],
  ] as const
).map(([href, text]) => h('a', { attr: { href } }, text));
const outlet = h('div', { class: 'outlet' });
document.body.append(
  h(
    'header',
    { class: 'top' },
    h('a', { class: 'brand', attr: { href: '#/', 'aria-label': 'kubewright' } }, mark(26), h('span', {}, 'kubewright')),
    h('span', { class: 'top-line' }, 'cluster maintenance, flown for real'),
    h('nav', { class: 'top-nav', attr: { 'aria-label': 'Pages' } }, ...links),
    themeSwitch(),
  ),
  outlet,
);

let current: View | undefined;
const navigate = () => {
  current?.dispose();
  current = pageFor(location.hash);
  outlet.replaceChildren(current.element);
  const [, page = ''] = location.hash.split('/');
  for (const link of links) {
    const isHere = link.getAttribute('href') === `#/${page === 'debrief' ? 'progress' : page}`;
    if (isHere) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  window.scrollTo(0, 0);
};
window.addEventListener('hashchange', navigate);
navigate();
