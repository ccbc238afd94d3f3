using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.LocalQueue.Store;

/// <summary>What a look at a topic gave.</summary>
/// <param name="Deliveries">Leased messages.</param>
/// <param name="NextDue">Without any: when a lease or a delay of the group ends next; null when none is open.</param>
internal sealed record LeaseResult(IReadOnlyList<Delivery> Deliveries, DateTimeOffset? NextDue);
