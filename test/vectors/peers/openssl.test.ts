import { opensslPeer } from './openssl-peer.ts'
import { describePeer } from './matrix.ts'

describePeer('openssl cms', opensslPeer)
