using Microsoft.Extensions.Logging;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>What every connector is given alike.</summary>
internal sealed record ConnectorSurroundings(
    HttpClient Http,
    ILoggerFactory Loggers,
    TimeProvider Time,
    IReadOnlyList<string> LocalRoots,
    IReadOnlyList<string> ReservedFolders
);
