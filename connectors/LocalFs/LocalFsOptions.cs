using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.LocalFs;

/// <summary>What an integration's settings come to.</summary>
internal sealed record LocalFsOptions
{
    /// <summary>Absolute folder that holds the objects. It may not exist yet.</summary>
    public required string Root { get; init; }

    /// <summary>Uploads that broke off are removed when nothing was written to them for so long.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromDays(1);

    public static LocalFsOptions From(ConnectorContext context)
    {
        var root = context.Settings.Find("root");
        return new LocalFsOptions
        {
            Root = root is null
                ? context.Paths.Resolve("config.root", "files/" + context.IntegrationId, allowLocalRoots: false)
                : context.Paths.Resolve("config.root", root, allowLocalRoots: true),
        };
    }
}
