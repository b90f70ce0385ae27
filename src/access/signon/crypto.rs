//! Signatures of tokens are checked with ring, which TLS brings along. Nothing is signed here, and shared secrets (HS…)
//! are not known at all.

use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{Error as Unfit, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind};
use ring::signature::{
    self as ring_signature, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};

/// Algorithms that may be allowed.
pub(super) const KNOWN: [(&str, Algorithm); 9] = [
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("EdDSA", Algorithm::EdDSA),
];

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(ErrorKind::UnsupportedAlgorithm.into()),
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

/// Says how signatures are checked; the first in the process stays.
pub(super) fn install() {
    let _ = PROVIDER.install_default();
}

/// How an algorithm is checked.
#[derive(Clone, Copy)]
enum Check {
    Rsa(&'static RsaParameters),
    Other(&'static dyn VerificationAlgorithm),
}

struct RingVerifier {
    algorithm: Algorithm,
    check: Check,
    key: DecodingKey,
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    use Algorithm::*;
    let (family, check) = match algorithm {
        RS256 => (AlgorithmFamily::Rsa, Check::Rsa(&ring_signature::RSA_PKCS1_2048_8192_SHA256)),
        RS384 => (AlgorithmFamily::Rsa, Check::Rsa(&ring_signature::RSA_PKCS1_2048_8192_SHA384)),
        RS512 => (AlgorithmFamily::Rsa, Check::Rsa(&ring_signature::RSA_PKCS1_2048_8192_SHA512)),
        PS256 => (AlgorithmFamily::Rsa, Check::Rsa(&ring_signature::RSA_PSS_2048_8192_SHA256)),
        PS384 => (AlgorithmFamily::Rsa, Check::Rsa(&ring_signature::RSA_PSS_2048_8192_SHA384)),
        PS512 => (AlgorithmFamily::Rsa, Check::Rsa(&ring_signature::RSA_PSS_2048_8192_SHA512)),
        ES256 => (AlgorithmFamily::Ec, Check::Other(&ring_signature::ECDSA_P256_SHA256_FIXED)),
        ES384 => (AlgorithmFamily::Ec, Check::Other(&ring_signature::ECDSA_P384_SHA384_FIXED)),
        EdDSA => (AlgorithmFamily::Ed, Check::Other(&ring_signature::ED25519)),
        _ => return Err(ErrorKind::UnsupportedAlgorithm.into()),
    };
    if key.family() != family {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    Ok(Box::new(RingVerifier { algorithm: *algorithm, check, key: key.clone() }))
}

impl Verifier<Vec<u8>> for RingVerifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), Unfit> {
        let fits = match (self.check, self.key.kind()) {
            (Check::Rsa(parameters), DecodingKeyKind::RsaModulusExponent { n, e }) => {
                RsaPublicKeyComponents { n, e }.verify(parameters, message, signature)
            }
            (Check::Rsa(parameters), DecodingKeyKind::SecretOrDer(der)) => {
                UnparsedPublicKey::new(parameters, der).verify(message, signature)
            }
            (Check::Other(algorithm), DecodingKeyKind::SecretOrDer(point)) => {
                UnparsedPublicKey::new(algorithm, point).verify(message, signature)
            }
            (Check::Other(_), _) => return Err(Unfit::new()),
        };
        fits.map_err(|_| Unfit::new())
    }
}

impl JwtVerifier for RingVerifier {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}
