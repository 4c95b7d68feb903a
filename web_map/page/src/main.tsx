import { render } from 'preact'
import './style.css'

/** The pages in the hand come without the map's weight. */
async function open(root: HTMLElement): Promise<void> {
  const { pathname } = location
  if (pathname === '/m') {
    const { PhonePage } = await import('./hand/phone_page')
    render(<PhonePage />, root)
  } else if (pathname.startsWith('/g/')) {
    const { PublicPage } = await import('./hand/public_page')
    render(<PublicPage code={decodeURIComponent(pathname.slice(3))} />, root)
  } else {
    const { App } = await import('./app')
    render(<App />, root)
  }
}

const root = document.getElementById('app')
if (root) void open(root)
