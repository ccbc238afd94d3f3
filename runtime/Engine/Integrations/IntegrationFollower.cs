using System.Data.Common;

namespace Yyc3.Connectors.Runtime.Integrations;

/// <summary>What else must be done when an integration is made or changed.</summary>
/// <param name="Saving">Writes beside it, in its transaction.</param>
/// <param name="Saved">Goes on from there when that is committed.</param>
internal sealed record IntegrationFollower(
    Func<DbTransaction, Integration, Task> Saving,
    Func<Integration, CancellationToken, Task> Saved
);
