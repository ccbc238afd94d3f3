namespace Yyc3.Connectors.Runtime.Hosting;

/// <summary>One setting of the runtime, for people.</summary>
/// <param name="Name">Its name without prefix, as in appsettings.json.</param>
/// <param name="Fallback">What holds without it.</param>
/// <param name="Meaning">What it does, in a line.</param>
internal sealed record Setting(string Name, string Fallback, string Meaning)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("HttpPort", "5080", "REST, gRPC-Web, health, metrics; 0 picks a free port"),
        new("GrpcPort", "5081", "gRPC; 0 picks a free port"),
        new("Bind", "127.0.0.1", "address to listen on; * for all"),
        new("TlsCertificate", "none", "PEM certificate; opens a TLS port for all protocols"),
        new("TlsKey", "none", "PEM key, if it is not in the certificate's file"),
        new("TlsPort", "5443", "that port"),
        new("DataDir", "./data", "everything the runtime keeps"),
        new("Store", "SQLite in the data", "PostgreSQL that nodes share, such as Host=db;Database=yyc3;Username=..."),
        new("KeyFile", "<data>/.runtime/master.key", "the key that seals all secrets; the same on every node"),
        new("LeaseSeconds", "15", "how long work of a node that is not heard of stays its own"),
        new("DrainSeconds", "5 with Store, else 0", "how long a node that stops still takes calls, not ready any more"),
        new("PluginsDir", "<data>/plugins", "plugins dropped in"),
        new("ApiKey", "made at the first start", "bootstrap admin key, at least 16 characters"),
        new("LocalRoots", "none", "folders outside the data that local-fs may serve, with ; between"),
        new("Outbound", "default", "default, or strict: no connector reaches private addresses"),
        new("OutboundHosts", "none", "hosts that connectors may reach wherever they are, with ; between"),
        new("CorsOrigins", "none", "origins whose pages may call, with ; between; * for any"),
        new("MaxMessageSize", "16777216", "most bytes of one message; uploads are streamed"),
        new("LogFormat", "json", "json or text, on standard error"),
    ];
}
