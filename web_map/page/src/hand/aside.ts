// Puts the page aside for days without a network. Needs a secure address (https, or this machine itself).
const SHELF = 'yiwang-hand'

/** Whether the page will open without a network. */
export async function putAside(): Promise<boolean> {
  if (!('serviceWorker' in navigator) || !('caches' in globalThis)) return false
  await navigator.serviceWorker.register('/sw.js', { scope: '/m' })
  await navigator.serviceWorker.ready // before, it opens nothing
  const assets = performance.getEntriesByType('resource').map(({ name }) => new URL(name))
    .filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith('/assets/')).map(({ pathname }) => pathname)
  const needed = [...new Set(['/favicon.svg', ...assets])]
  const page = await fetch('/m')
  const script = document.querySelector<HTMLScriptElement>('script[src]')
  // a server renewed since this page was loaded: the next loading puts the new one aside
  if (!page.ok || !script || !(await page.clone().text()).includes(new URL(script.src).pathname)) return false
  const shelf = await caches.open(SHELF)
  await shelf.addAll(needed)
  await shelf.put('/m', page)
  for (const { url } of await shelf.keys()) {
    const { pathname } = new URL(url)
    if (pathname !== '/m' && !needed.includes(pathname)) await shelf.delete(url)
  }
  return true
}
