namespace Yyc3.Connectors.Runtime.Delivery;

/// <summary>Work that a node has claimed. It is the node's as long as no other has claimed it since, which raises the epoch.</summary>
internal sealed record WorkItem
{
    public required string Id { get; init; }

    public required string TenantId { get; init; }

    public required string Lane { get; init; }

    public required string Body { get; init; }

    /// <summary>How often it has been claimed, this time included, since it last got on.</summary>
    public int Attempts { get; set; }

    public long Epoch { get; init; }

    /// <summary>Names this holding in the database.</summary>
    public string Key => $"{Id}:{Epoch}";
}
