using Yyc3.Connectors.Rpc.Calls;

namespace Yyc3.Connectors.Rpc.Rest;

/// <summary>Settings of the REST transport.</summary>
public sealed class RestOptions
{
    /// <summary>Limits and interceptors; its receive limit holds for JSON bodies.</summary>
    public RpcOptions Calls { get; } = new();

    /// <summary>Where an uploaded file waits for the parts behind it. Files there vanish when they are closed.</summary>
    public string SpoolDirectory { get; set; } = Path.Combine(Path.GetTempPath(), "yyc3-uploads");

    /// <summary>Most bytes of an uploaded file; null means no limit.</summary>
    public long? MaxUploadSize { get; set; }
}
