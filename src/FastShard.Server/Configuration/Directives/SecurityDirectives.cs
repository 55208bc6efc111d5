using static FastShard.Server.Configuration.DirectiveFlags;
using static FastShard.Server.Configuration.Kinds.Declare;

namespace FastShard.Server.Configuration.Directives;

internal static class SecurityDirectives
{
    public static readonly DirectiveGroup Group = new("TLS and users",
        "Encrypted connections, and who may do what.",
    [
        Int("tls-port", null, 0, 0, 65535, "Port for TLS clients; 0 for none."),
        Text("tls-cert-file", null, "", "Certificate of the server."),
        Text("tls-key-file", null, "", "Key of that certificate."),
        Text("tls-key-file-pass", null, "", "Password of that key.", Sensitive),
        Text("tls-client-cert-file", null, "", "Certificate for outgoing connections."),
        Text("tls-client-key-file", null, "", "Key of that certificate."),
        Text("tls-client-key-file-pass", null, "", "Password of that key.", Sensitive),
        Text("tls-dh-params-file", null, "", "Diffie-Hellman parameters."),
        Text("tls-ca-cert-file", null, "", "Certificates of authorities that are trusted."),
        Text("tls-ca-cert-dir", null, "", "Folder of such certificates."),
        Choice("tls-auth-clients", "yes", ["no", "yes", "optional"], "Whether clients need a certificate."),
        Bool("tls-replication", null, false, "Use TLS between primary and replica."),
        Bool("tls-cluster", null, false, "Use TLS between nodes."),
        Text("tls-protocols", null, "", "Versions of TLS that are allowed."),
        Text("tls-ciphers", null, "", "Ciphers up to TLS 1.2."),
        Text("tls-ciphersuites", null, "", "Ciphers of TLS 1.3."),
        Bool("tls-prefer-server-ciphers", null, false, "Choose the cipher by the server's order."),
        Bool("tls-session-caching", null, true, "Let clients resume a session."),
        Int("tls-session-cache-size", null, 20 * 1024, 0, int.MaxValue, "Sessions that can be resumed."),
        Int("tls-session-cache-timeout", null, 300, 0, int.MaxValue, "Seconds that a session can be resumed."),
        Text("aclfile", null, "", "File of users and their permissions.", Immutable),
        Long("acllog-max-len", null, 128, 0, "Refusals that the ACL log keeps."),
        Choice("acl-pubsub-default", "resetchannels", ["allchannels", "resetchannels"],
            "Channels of a new user."),
    ]);
}
