/** Gives an empty token its label and no user's PIN: what a crash in the middle of provisioning leaves. */
import pkcs11 from 'pkcs11js'

const [modulePath = '', label = '', soPin = ''] = process.argv.slice(2)
const cryptoki = new pkcs11.PKCS11()
cryptoki.load(modulePath)
cryptoki.C_Initialize()
const [slot] = cryptoki.C_GetSlotList(true)
if (slot !== undefined) cryptoki.C_InitToken(slot, soPin, label.padEnd(32))
cryptoki.C_Finalize()
