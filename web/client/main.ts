import { cataloguePage } from './catalogue.ts';
import { h, type View } from './dom.ts';
import { drillPage } from './drill.ts';
import { mark } from './icons.ts';
import { applyStoredTheme, themeSwitch } from './theme.ts';

/** #/ is the catalogue, #/drill/<session> the drill, whatever state it is in. */
function pageFor(hash: string): View {
  const [, page, session] = hash.split('/');
  if (page === 'drill' && session !== undefined && session !== '') return drillPage(session);
  document.title = 'kubewright';
  return cataloguePage();
}

applyStoredTheme();
const outlet = h('div', { class: 'outlet' });
document.body.append(
  h(
    'header',
    { class: 'top' },
    h('a', { class: 'brand', attr: { href: '#/' } }, mark(26), h('span', {}, 'kubewright')),
    h('span', { class: 'top-line' }, 'cluster maintenance, flown for real'),
    themeSwitch(),
  ),
  outlet,
);

let current: View | undefined;
const navigate = () => {
  current?.dispose();
  current = pageFor(location.hash);
  outlet.replaceChildren(current.element);
  window.scrollTo(0, 0);
};
window.addEventListener('hashchange', navigate);
navigate();
