import pkcs11 from 'pkcs11js'

const DATA_SPECIFIED = 1 // CKZ_DATA_SPECIFIED: the label is in the parameters, and empty

/** RSAES-OAEP with SHA-1, the one that every token does itself (RFC 8017 §7.1; collisions do not matter there). */
export const OAEP_SHA1 = {
  mechanism: pkcs11.CKM_RSA_PKCS_OAEP,
  parameter: {
    type: pkcs11.CK_PARAMS_RSA_OAEP,
    hashAlg: pkcs11.CKM_SHA_1,
    mgf: pkcs11.CKG_MGF1_SHA1,
    source: DATA_SPECIFIED,
    sourceData: Buffer.alloc(0),
  },
}
