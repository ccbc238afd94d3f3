namespace Yyc3.Connectors.Rpc.Rest.OpenApi;

/// <summary>What the API reference says about itself.</summary>
public sealed class OpenApiOptions
{
    public string Title { get; set; } = "YYC³ Connectors";

    public string Version { get; set; } = "v1";

    public string Description { get; set; } = "Integrations with outside systems, by REST, gRPC and gRPC-Web.";

    /// <summary>The proto comments, which the generated code does not carry.</summary>
    public CommentIndex Comments { get; } = new();
}
