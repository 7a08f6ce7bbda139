/** What a page of another origin tries: the script of a page that is served from another port of the loopback. */
export const evilPage = `<!doctype html><title>evil</title><body><script>
async function readAll(origin) {
  const read = async (path, init) => {
    try {
      const response = await fetch(origin + path, { credentials: 'include', ...init });
      return response.type + ' ' + response.status + ' ' + (await response.text()).length;
    } catch {
      return 'refused';
    }
  };
  return await Promise.all([
    ...['/', '/api/sessions', '/api/scenarios', '/healthz', '/metrics', '/assets/'].map((path) => read(path, {})),
    read('/api/sessions', { headers: { 'x-kubewright': '1' } }),
    // The browser lets such a request go out; its answer stays closed.
    read('/api/sessions', { mode: 'no-cors' }),
  ]);
}
async function openSockets(origin) {
  const open = (path) => new Promise((resolve) => {
    const socket = new WebSocket(origin.replace('http', 'ws') + path);
    socket.onopen = () => resolve('open');
    socket.onclose = ({ code }) => resolve('closed ' + code);
  });
  const terminal = '/ws/terminal/abc234/student/1?from=0&cols=80&rows=24&writer=abcdefgh&typed=0';
  return await Promise.all(['/ws/session/abc234', terminal].map(open));
}
async function startDrills(origin) {
  const scenario = JSON.stringify({ scenario: 'kubelet-stopped' });
  const send = (init) => fetch(origin + '/api/sessions', { method: 'POST', credentials: 'include', mode: 'no-cors', ...init })
    .catch(() => undefined);
  await send({ body: scenario });
  await send({ body: new Blob([scenario], { type: 'text/plain' }) });
  await send({ body: new URLSearchParams({ scenario: 'kubelet-stopped' }) });
  await send({ mode: 'cors', body: scenario, headers: { 'content-type': 'application/json', 'x-kubewright': '1' } });
  navigator.sendBeacon(origin + '/api/sessions', new Blob([scenario], { type: 'text/plain' }));
  for (const tag of ['img', 'script', 'iframe']) {
    const element = document.createElement(tag);
    element.src = origin + '/api/sessions';
    document.body.append(element);
  }
}
/** A form takes the page along to the answer. */
function submitForm(origin) {
  const form = document.createElement('form');
  [form.method, form.action, form.enctype] = ['post', origin + '/api/sessions', 'text/plain'];
  const field = document.createElement('input');
  [field.name, field.value] = ['{"scenario":"kubelet-stopped","x":"', '"}'];
  form.append(field);
  document.body.append(form);
  form.submit();
}
function frame(origin) {
  const frame = document.createElement('iframe');
  frame.src = origin + '/';
  document.body.append(frame);
}
</script>`;
