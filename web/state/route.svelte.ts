import { type FolderName, folderName } from '#shared/contract/mail.ts'

export const ADMIN_PAGES = ['people', 'keys', 'changes', 'rules', 'audit', 'key-store'] as const
export type AdminPage = (typeof ADMIN_PAGES)[number]

/** Where the user is. `file` is a message from this device: it has no address to return to. */
export type Route =
  | { readonly at: 'mail'; readonly folder: FolderName; readonly uid: number | null }
  | { readonly at: 'file' }
  | { readonly at: 'compose' }
  | { readonly at: 'keys' }
  | { readonly at: 'activity' }
  /** For administrators and auditors. */
  | { readonly at: 'admin'; readonly page: AdminPage }
  | { readonly at: 'security' }

const HOME: Route = { at: 'mail', folder: 'inbox', uid: null }

/** The address of a route, a path of this origin. */
export function pathOf(route: Route): string {
  if (route.at === 'admin') return `/admin/${route.page}`
  if (route.at !== 'mail') return `/${route.at}`
  return route.uid === null ? `/mail/${route.folder}` : `/mail/${route.folder}/${String(route.uid)}`
}

/** The route of a path; an unknown one leads to the inbox. */
function parsePath(path: string): Route {
  const [, at, first, second] = path.split('/')
  if (isPlain(at)) return { at }
  if (at === 'admin') return { at, page: ADMIN_PAGES.find((page) => page === first) ?? 'people' }
  const folder = folderName.safeParse(first)
  if (at !== 'mail' || !folder.success) return HOME
  const uid = second !== undefined && /^[1-9]\d{0,9}$/.test(second) ? Number(second) : null
  return { at, folder: folder.data, uid }
}

const PLAIN = ['file', 'compose', 'keys', 'activity', 'security'] as const

/** Whether the place has one page only. */
function isPlain(at: string | undefined): at is (typeof PLAIN)[number] {
  return PLAIN.some((plain) => plain === at)
}

/** The current route, kept in step with the browser's history. */
class Router {
  current = $state.raw<Route>(parsePath(location.pathname))

  constructor() {
    addEventListener('popstate', () => {
      this.current = parsePath(location.pathname)
    })
  }

  go(route: Route): void {
    const path = pathOf(route)
    if (path !== location.pathname) history.pushState(null, '', path)
    this.current = route
  }

  /** Goes without leaving a step behind to come back to. */
  replace(route: Route): void {
    history.replaceState(null, '', pathOf(route))
    this.current = route
  }
}

export const router = new Router()
