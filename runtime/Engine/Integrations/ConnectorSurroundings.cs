using Microsoft.Extensions.Logging;
using Yyc3.Connectors.Runtime.Outbound;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>What every connector is given alike.</summary>
internal sealed record ConnectorSurroundings(
    OutboundGate Outbound,
    ILoggerFactory Loggers,
    TimeProvider Time,
    IReadOnlyList<string> LocalRoots,
    IReadOnlyList<string> ReservedFolders
);
