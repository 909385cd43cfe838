// That somebody signed out while the server could not be told. It outlives the page, and says nothing else.

const NAME = 'postern-sign-out'

/** Remembers that the session must be ended before anything else happens in this browser. */
export function markSignOut(): void {
  try {
    localStorage.setItem(NAME, 'pending')
  } catch {
    // a browser without storage has no cookies either, so no session outlives the page
  }
}

/** Whether a sign-out still waits for the server. */
export function isSignOutMarked(): boolean {
  try {
    return localStorage.getItem(NAME) !== null
  } catch {
    return false
  }
}

/** The server has ended the session. */
export function clearSignOutMark(): void {
  try {
    localStorage.removeItem(NAME)
  } catch {
    // nothing was kept
  }
}
